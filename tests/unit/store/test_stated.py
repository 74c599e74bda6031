"""A TOML file of an operator: read in one way, whichever it is, and refused in one way."""

from pathlib import Path

import pytest

from huimin.errors import ContractError
from huimin.store.stated import read_stated, refuse_wrong


def test_no_file_states_nothing_and_a_mark_of_utf_8_counts_for_nothing(tmp_path: Path) -> None:
    place = tmp_path / "calendar.toml"
    assert read_stated(place, "`a = 1`") == {}
    place.write_bytes(b"\xef\xbb\xbf" + 'unit = "东湖"\n'.encode())
    assert read_stated(place, "`a = 1`") == {"unit": "东湖"}


@pytest.mark.parametrize(
    ("content", "problem", "fix"),
    [
        (b"unit 1", "no TOML: ", "write `a = 1`"),
        ('unit = "东湖"'.encode("gb18030"), "not UTF-8 (byte 9)", "save it as UTF-8"),
        (None, "Is a directory", "correct its permissions"),
    ],
    ids=["no TOML", "another encoding", "no file that can be opened"],
)
def test_a_file_that_cannot_be_read_says_why_and_what_to_do(
    tmp_path: Path, content: bytes | None, problem: str, fix: str
) -> None:
    place = tmp_path / "calendar.toml"
    if content is None:
        place.mkdir()
    else:
        place.write_bytes(content)
    with pytest.raises(ContractError) as fault:
        read_stated(place, "`a = 1`")
    assert (fault.value.where, fault.value.fix) == (str(place), fix)
    assert fault.value.problem.startswith(problem)


def test_all_that_is_wrong_is_told_once_with_each_way_to_write_it(tmp_path: Path) -> None:
    refuse_wrong(tmp_path, [])
    with pytest.raises(ContractError) as fault:
        refuse_wrong(tmp_path, [("a: no count", "`a = 1`"), ("b: no count", "`a = 1`"), ("unknown key c", "only a, b")])
    assert fault.value.problem == "a: no count; b: no count; unknown key c"
    assert fault.value.fix == "write `a = 1`; only a, b"
