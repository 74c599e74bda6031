"""Returned files are read by a child, whatever they hold."""

from pathlib import Path

import pytest

from huimin.errors import DeliveryError
from huimin.returns import returned
from huimin.returns.returned import ReturnedRow, read_returned
from huimin.sheets import Limits
from huimin.workbooks.columns import CLUE_ID, OUTCOME

HEAD = f"{CLUE_ID},{OUTCOME}\n"


def test_a_text_file_is_read_by_a_child(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = tmp_path / "0f3a"
    place.write_text(f"台账,\n{HEAD}0123456789abcdef,查实\n,\n")
    monkeypatch.setattr(returned, "read_raw", None)  # nothing is parsed here
    [row] = read_returned(place, "台账.csv", Limits())
    assert row == ReturnedRow("ledger", None, 3, {CLUE_ID: "0123456789abcdef", OUTCOME: "查实"})


def test_a_file_that_is_no_ledger_says_so_from_the_child(tmp_path: Path) -> None:
    place = tmp_path / "0f3a"
    place.write_text("甲,乙\n1,2\n")
    with pytest.raises(DeliveryError) as fault:
        read_returned(place, "台账.csv", Limits())
    assert (fault.value.where, fault.value.problem) == ("台账.csv", returned.NO_HEADER)


@pytest.mark.parametrize(
    ("limits", "told"),
    [(Limits(seconds=1), "读取超过 1 秒"), (Limits(memory_bytes=32 * 1024**2), "内存不够")],
    ids=["seconds", "memory"],
)
def test_one_that_asks_for_too_much_is_refused(tmp_path: Path, limits: Limits, told: str) -> None:
    place = tmp_path / "0f3a"
    place.write_text(HEAD + '"甲\n",乙,"丙" 丁\n' * 500_000)
    with pytest.raises(DeliveryError) as fault:
        read_returned(place, "台账.csv", limits)
    assert told in fault.value.problem
