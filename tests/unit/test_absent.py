"""Packages that nobody imports by the way."""

import subprocess
import sys

import pytest

from huimin.absent import absent, present

UNUSED = "imaplib"


@pytest.fixture(autouse=True)
def not_imported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, UNUSED, raising=False)


def test_what_is_hidden_cannot_be_imported_until_it_is_present() -> None:
    with absent(UNUSED):
        with pytest.raises(ImportError):
            __import__(UNUSED)
        present(UNUSED)
        assert __import__(UNUSED).IMAP4
    assert __import__(UNUSED).IMAP4


def test_afterwards_it_can_be_imported() -> None:
    with absent(UNUSED):
        pass
    assert __import__(UNUSED).IMAP4


def test_what_is_imported_already_stays() -> None:
    with absent("sys"):
        assert __import__("sys") is sys
    assert __import__("sys") is sys


def loaded(code: str, *packages: str) -> str:
    told = f"import sys; {code}; print([name for name in {packages!r} if name in sys.modules])"
    return subprocess.run([sys.executable, "-c", told], check=True, stdout=subprocess.PIPE, text=True).stdout.strip()


def test_great_expectations_judges_without_what_reads_tables() -> None:
    code = "from huimin.quality.imported import expectation_named; expectation_named('expect_column_max_to_be_between')"
    assert loaded(code, "sqlalchemy", "pyspark", "great_expectations") == "['great_expectations']"


def test_a_command_binds_values_without_pandas() -> None:
    found = loaded("from huimin.cli import run; run(['rules', 'test', 'deceased'])", "pandas", "duckdb")
    assert found.endswith("['duckdb']")
