"""Every file of the field gives exactly the rows, rejects, findings or refusal that were reviewed.

`cases.toml` says of each file what is right; `expected/<file>.txt` is what comes out. After a change that is meant to
alter them: ``pytest tests/field --refresh``, then read the difference like code.
"""

import tomllib
from pathlib import Path

import pytest

from golden import Read, drawing, read_all

HERE = Path(__file__).parent
CASES = tomllib.loads((HERE / "cases.toml").read_text("utf-8"))


@pytest.fixture(scope="module")
def readings(tmp_path_factory) -> dict[str, Read]:
    """By file name: what it gave, read alone."""
    rosters = {name: case["roster"] for name, case in CASES.items()}
    found = read_all(tmp_path_factory.mktemp("field"), [(rosters[name], HERE / "files" / name) for name in CASES])
    return {read.receipt.delivery.file: read for read in found}


@pytest.mark.parametrize("file", CASES)
def test_field(file: str, readings: dict[str, Read], refresh: bool) -> None:
    found = drawing(readings[file])
    place = HERE / "expected" / f"{file}.txt"
    if refresh:
        place.parent.mkdir(exist_ok=True)
        place.write_text(found, "utf-8")
    assert found == place.read_text("utf-8"), CASES[file]["right"]


def test_every_file_is_a_case() -> None:
    assert sorted(CASES) == sorted(path.name for path in (HERE / "files").iterdir())
