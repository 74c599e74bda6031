"""The answers that are handed out: under which names, to whom, and none that somebody changed."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from huimin.ledger.records import Record, append
from huimin.returns.handed_out import MOST_BYTES, REFUSED, answer_name, hand_out_beside, write_answers
from huimin.store.root import Root

NOW = datetime(2023, 9, 2, 9, tzinfo=UTC)


def answered(root: Root, file: str | None, *answers: str, problem: str | None = None) -> Record:
    """The record of a return with these answers, each of which holds its name."""
    for name in answers:
        (root.path.parent / name).write_text(name)
    files = {name: root.path.parent / name for name in answers}
    return append(root, [], NOW, file=file, digest="f" * 64, files=files, told={"problem": problem})


@pytest.mark.parametrize(
    ("file", "answer", "name"),
    [
        ("东街8月.xlsx", "answer.xlsx", "000001_东街8月.xlsx"),
        ("东街8月.xlsx", "answer（抽查）.xlsx", "000001_东街8月（抽查）.xlsx"),
        ("东街.8月.csv", "answer.xlsx", "000001_东街.8月.xlsx"),
        ("a" * 150 + ".xlsx", "answer.xlsx", f"000001_{'a' * 150}.xlsx"),
        ("a" * 151 + ".xlsx", "answer.xlsx", f"000001_{'a' * 150}.xlsx"),
        ("a" + "街" * 50 + ".xlsx", "answer.xlsx", f"000001_a{'街' * 49}.xlsx"),
        (None, "answer.xlsx", "000001_.xlsx"),
    ],
    ids=["ledger", "plan", "points", "long", "longer", "cut at a character", "without a file"],
)
def test_an_answer_is_named_by_its_return_in_the_order_taken(
    held_root: Root, file: str | None, answer: str, name: str
) -> None:
    assert MOST_BYTES == 150
    record = answered(held_root, file, answer)
    assert answer_name(record, record.folder / answer) == name


def test_a_run_hands_out_all_but_what_was_changed_and_lists_the_files_refused(held_root: Root, tmp_path: Path) -> None:
    both = answered(held_root, "东街.xlsx", "answer.xlsx", "answer（抽查）.xlsx")
    changed = answered(held_root, "西街.xlsx", "answer.xlsx")
    (changed.folder / "answer.xlsx").chmod(0o600)
    (changed.folder / "answer.xlsx").write_text("saved anew")
    refused = [answered(held_root, file, problem="没有表头。请补上") for file in ("甲.xlsx", "乙/丙.xlsx")]
    place = tmp_path / "answers"
    write_answers([both, changed, *refused], place)
    found = {file.name: file.read_text("utf-8-sig") for file in place.iterdir()}
    assert found == {
        "000001_东街.xlsx": "answer.xlsx",
        "000001_东街（抽查）.xlsx": "answer（抽查）.xlsx",
        REFUSED: "甲.xlsx：没有表头。请补上\n乙_丙.xlsx：没有表头。请补上\n",
    }
    assert {file.stat().st_mode & 0o777 for file in place.glob("0*")} == {0o600}
    write_answers([both], tmp_path / "others")
    assert not (tmp_path / "others" / REFUSED).exists()


def test_beside_a_night_the_answers_of_one_record_are_handed_out(held_root: Root, tmp_path: Path) -> None:
    assert hand_out_beside(held_root, None) == ()
    record = answered(held_root, "东街.xlsx", "answer.xlsx")
    (copy,) = hand_out_beside(held_root, record.record)
    assert copy == held_root.restricted / "answers" / "000001_东街.xlsx"
    assert hand_out_beside(held_root, record.record, tmp_path / "deep" / "er") == (
        tmp_path / "deep" / "er" / "000001_东街.xlsx",
    )
    assert (held_root.restricted / "answers").stat().st_mode & 0o777 == (
        tmp_path / "deep" / "er"
    ).stat().st_mode & 0o777
