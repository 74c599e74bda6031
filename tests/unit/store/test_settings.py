"""What an operator may settle, and what is told when it cannot be used."""

from pathlib import Path

import pytest

from huimin.errors import ContractError
from huimin.store.root import Root
from huimin.store.settings import Settings, load_settings


@pytest.fixture
def root(tmp_path: Path) -> Root:
    made = Root(tmp_path)
    made.prepare()
    return made


def test_without_a_file_all_is_as_by_default(root: Root) -> None:
    assert load_settings(root) == Settings()
    assert load_settings(root).address_of("published", "r", "report.html") is None


@pytest.mark.parametrize("base", ["http://10.0.0.5:8080/huimin", "http://10.0.0.5:8080/huimin/"])
def test_a_page_has_an_address_below_the_base(root: Root, base: str) -> None:
    root.settings().write_text(f'report_base_url = "{base}"\n')
    address = load_settings(root).address_of("published", "20230822T020000-1a2b3c", "report.html")
    assert address == "http://10.0.0.5:8080/huimin/published/20230822T020000-1a2b3c/report.html"


@pytest.mark.parametrize("value", ['"file:///data"', '"10.0.0.5"', '"http://"', '"http://h/?a=1"', "7"])
def test_what_no_browser_opens_is_no_base(root: Root, value: str) -> None:
    root.settings().write_text(f"report_base_url = {value}\n")
    with pytest.raises(ContractError, match="report_base_url: not an address") as fault:
        load_settings(root)
    assert 'report_base_url = "http://host/huimin"' in fault.value.fix


def test_all_problems_are_told_at_once(root: Root) -> None:
    root.settings().write_text('analysts_group = 7\nnosuch = 1\nreport_base_url = ""\n')
    with pytest.raises(ContractError) as fault:
        load_settings(root)
    assert fault.value.problem.count(";") == 2
