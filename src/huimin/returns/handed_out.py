"""The answers to returned workbooks that a run hands out."""

import shutil
from collections.abc import Iterable
from pathlib import Path

from huimin.ledger.records import ANSWER, Record, read_record
from huimin.store.root import RESTRICTED_DIRECTORY, RESTRICTED_FILE, Root
from huimin.workbooks.names import UNSAFE

ANSWERS = "workbooks/answers"

REFUSED = "退回的文件.txt"

MOST_BYTES = 150
"""Of a file's name within the name of its answer; file systems end at 255."""


def write_answers(records: Iterable[Record], folder: Path) -> None:
    """The folder with the answers to the files that these records came from, and a list of those refused whole."""
    folder.mkdir(parents=True, exist_ok=True)
    refused = []
    for record in records:
        if record.receipt.get("problem"):
            refused.append(f"{UNSAFE.sub('_', record.receipt['file'])}：{record.receipt['problem']}")
        hand_out(record, folder)
    if refused:
        (folder / REFUSED).write_text("\n".join(refused) + "\n", encoding="utf-8-sig")


def hand_out(record: Record, folder: Path) -> tuple[Path, ...]:
    """Copies of the record's answers in the folder, for their owner alone; one that somebody changed is left out."""
    changed = record.changed()
    copies = []
    for answer in record.answers():
        if answer not in changed:
            copies.append(Path(shutil.copyfile(answer, folder / answer_name(record, answer))))
            copies[-1].chmod(RESTRICTED_FILE)
    return tuple(copies)


def hand_out_beside(root: Root, record: str | None, folder: Path | None = None) -> tuple[Path, ...]:
    """Copies of the answers of a record that an import outside a night made; by default in ``restricted/answers``."""
    if record is None:
        return ()
    folder = folder or root.restricted / "answers"
    folder.mkdir(parents=True, exist_ok=True, mode=RESTRICTED_DIRECTORY)
    return hand_out(read_record(root, record), folder)


def answer_name(record: Record, answer: Path) -> str:
    """The file name of an answer: which return it answers, in the order taken."""
    stem = UNSAFE.sub("_", Path(record.receipt["file"] or "").stem).encode()[:MOST_BYTES].decode(errors="ignore")
    part = answer.stem.removeprefix(ANSWER)
    return f"{record.record.split('-')[0]}_{stem}{part}.xlsx"
