"""Records of decisions: numbered as they were taken, whole or not there, and known to be damaged when they are."""

import json
import re
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from huimin.errors import BusyError, PublishError
from huimin.ledger.records import (
    SCHEMA,
    Decision,
    Record,
    append,
    folder_of_records,
    frame,
    held,
    read_record,
    records_of,
)
from huimin.store.root import Root

NOW = datetime(2023, 9, 2, 1, 30, tzinfo=timezone(timedelta(hours=8)))
FOUND = Decision(kind="ledger", clue_id="c1", state="查实", outcome="查实", recovered_amount=Decimal("5.10"), row=3)


def mode(place: Path) -> int:
    return place.stat().st_mode & 0o777


def test_records_are_numbered_in_the_order_taken(held_root: Root) -> None:
    first = append(held_root, [FOUND], NOW)
    (folder_of_records(held_root) / f"000041-{'a' * 12}").mkdir()
    second, third = append(held_root, [FOUND], NOW), append(held_root, [], NOW, told={"closes": ["x"]})
    assert [one.record.split("-")[0] for one in (first, second, third)] == ["000001", "000042", "000043"]
    assert all(re.fullmatch(r"\d{6}-[0-9a-f]{12}", one.record) for one in (first, second, third))
    assert first.record[7:] == second.record[7:] != third.record[7:]


def test_a_receipt_says_when_of_what_and_how_many_and_what_is_kept(held_root: Root, tmp_path: Path) -> None:
    answer = tmp_path / "spare.xlsx"
    answer.write_bytes(b"answer")
    record = append(
        held_root,
        [FOUND, FOUND],
        NOW,
        file="东街.xlsx",
        digest="f" * 64,
        files={"answer.xlsx": answer},
        told={"plan": 1},
    )
    assert record.receipt == {
        "plan": 1, "record": record.record, "decided_at": "2023-09-01T17:30:00+00:00", "file": "东街.xlsx",
        "sha256": "f" * 64, "decisions": 2,
        "files": {
            "answer.xlsx": sha256(b"answer").hexdigest(),
            "decisions.parquet": sha256(record.decisions.read_bytes()).hexdigest(),
        },
    }  # fmt: skip
    assert (record.sha256, record.answers()) == ("f" * 64, [record.folder / "answer.xlsx"])
    assert not answer.exists()
    assert (mode(record.folder), mode(record.decisions), mode(record.folder / "answer.xlsx")) == (0o700, 0o600, 0o600)
    assert append(held_root, [], NOW).receipt["file"] is None


def test_decisions_are_kept_in_their_order_and_a_draw_is_its_own_plan() -> None:
    decisions = [
        FOUND,
        Decision(kind="draw", clue_id="c2", state="复核中"),
        Decision(kind="draw", plan="p", clue_id="c3"),
        Decision(kind="recheck", clue_id="c4", verified_on=date(2023, 9, 1)),
    ]
    rows = frame("000001-a", decisions, NOW, "东街.xlsx", "f")
    assert rows.schema == SCHEMA
    assert rows.select("sequence", "kind", "plan", "clue_id").rows() == [
        (1, "ledger", None, "c1"),
        (2, "draw", "000001-a", "c2"),
        (3, "draw", "p", "c3"),
        (4, "recheck", None, "c4"),
    ]
    assert rows.select("record", "decided_at", "file", "sha256").unique().rows() == [
        ("000001-a", datetime(2023, 9, 1, 17, 30), "东街.xlsx", "f")  # noqa: DTZ001  of UTC, as kept
    ]
    assert rows.row(0, named=True)["recovered_amount"] == Decimal("5.10")
    assert rows["verified_on"].to_list() == [None, None, None, date(2023, 9, 1)]


def test_every_record_is_found_in_the_order_taken_and_nothing_else(held_root: Root) -> None:
    taken = [append(held_root, [FOUND], NOW + timedelta(minutes=number)).record for number in range(11)]
    folder = folder_of_records(held_root)
    (folder / "000099-file").write_text("")
    (folder / "notes-of-somebody").mkdir()
    assert [record.record for record in records_of(held_root)] == taken


def changed_receipt(record: Record) -> None:
    place = record.folder / "receipt.json"
    told: dict[str, Any] = json.loads(place.read_bytes())
    place.write_text(json.dumps({**told, "decisions": 7}))


@pytest.mark.parametrize(
    "damage",
    [
        lambda record: (record.folder / "receipt.json").unlink(),
        lambda record: (record.folder / "receipt.json").write_text("{"),
        changed_receipt,
    ],
    ids=["gone", "torn", "changed"],
)
def test_a_damaged_receipt_is_no_record(held_root: Root, damage: Any) -> None:
    record = append(held_root, [FOUND], NOW)
    damage(record)
    with pytest.raises(PublishError) as caught:
        read_record(held_root, record.record)
    assert caught.value.where == str(record.folder / "receipt.json")


def test_what_was_kept_and_changed_is_named_and_an_answer_may_be_gone(held_root: Root, tmp_path: Path) -> None:
    for name in ("answer-2.xlsx", "answer-1.xlsx", "drawn.parquet"):
        (tmp_path / name).write_bytes(name.encode())
    files = {name: tmp_path / name for name in ("answer-2.xlsx", "answer-1.xlsx", "drawn.parquet")}
    record = append(held_root, [FOUND], NOW, files=files)
    assert [place.name for place in record.answers()] == ["answer-1.xlsx", "answer-2.xlsx"]
    assert record.changed() == []
    (record.folder / "answer-1.xlsx").unlink()
    (record.folder / "answer-2.xlsx").write_bytes(b"written over")
    assert [place.name for place in record.changed()] == ["answer-1.xlsx", "answer-2.xlsx"]
    record.refuse_damage()
    (record.folder / "drawn.parquet").write_bytes(b"written over")
    with pytest.raises(PublishError) as caught:
        record.refuse_damage()
    assert caught.value.where == str(record.folder / "drawn.parquet")


def test_a_file_is_the_copy_with_todays_keys_where_there_is_one(tmp_path: Path) -> None:
    record = Record("000001-a", tmp_path / "then", {}, tmp_path / "now")
    (tmp_path / "now").mkdir()
    assert record.decisions == tmp_path / "then" / "decisions.parquet"
    pl.DataFrame().write_parquet(tmp_path / "now" / "decisions.parquet")
    assert record.decisions == tmp_path / "now" / "decisions.parquet"


def test_one_import_at_a_time_holds_the_records_and_clears_what_a_killed_one_left(tmp_path: Path) -> None:
    root = Root(tmp_path / "root")
    root.prepare()
    with held(root):
        leftover = folder_of_records(root) / ".000001-a.partial"
        leftover.mkdir()
        with pytest.raises(BusyError) as caught, held(root, patience=0.06):
            raise AssertionError
        assert caught.value.where == str(folder_of_records(root))
        assert leftover.exists()
    with held(root, patience=0):
        assert not leftover.exists()
    assert mode(folder_of_records(root)) == 0o700


def test_an_import_waits_for_another_that_ends_in_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = Root(tmp_path / "root")
    root.prepare()
    other = held(root)
    other.__enter__()
    slept: list[float] = []

    def ends(seconds: float) -> None:
        slept.append(seconds)
        if len(slept) == 2:
            other.__exit__(None, None, None)

    monkeypatch.setattr("time.sleep", ends)
    with held(root, patience=60):
        assert len(slept) == 2


def test_utc_is_told_of_a_record_taken_in_utc(held_root: Root) -> None:
    assert append(held_root, [FOUND], NOW.astimezone(UTC)).receipt["decided_at"] == "2023-09-01T17:30:00+00:00"
