"""The answer to a return: every row as it came back, with its verdict; what was locked is as it was handed out."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path

import duckdb

from huimin.ledger.fold import lay_standing
from huimin.matching.rule import Rule
from huimin.returns.filled import FilledCells
from huimin.returns.judge import BACK, BLANK, SAME, TAKEN, JudgedRow
from huimin.returns.returned import ReturnedRow
from huimin.store.manifest import read_manifest
from huimin.store.root import Root
from huimin.store.rotated import under_todays_secret
from huimin.tables.sql import quoted
from huimin.workbooks.book import HOUSEHOLD, BookRow, write_book
from huimin.workbooks.book_rows import Issue, cells_of, lay_book_rows, seal_of
from huimin.workbooks.cards import CARDS_FILE, mount_cards
from huimin.workbooks.columns import (
    CLUE_ID,
    FILLED,
    LOCKED,
    PLAN_FILLED,
    PLAN_LOCKED,
    SEAL,
    FilledColumn,
    LockedColumn,
)
from huimin.workbooks.formats import WrittenCell

DIGITS = 15
"""What a spreadsheet holds of a number."""
VERDICTS = (TAKEN, SAME, BLANK, BACK)


@dataclass(frozen=True)
class Answered:
    """One row of an answer."""

    row: ReturnedRow
    filled: FilledCells
    judged: JudgedRow
    restored: Mapping[str, WrittenCell] | None = None
    """The locked cells as they were handed out; None: as they came back."""


def write_answer(folder: Path, file: str, rows: Sequence[Answered]) -> tuple[Path, ...]:
    """The workbooks now in the folder, `answer.xlsx` first: ledger rows, then those of spot checks and visits.

    `file`: the name of the return. Raises OSError.
    """
    places: tuple[Path, ...] = ()
    for form, locked, filled in (("ledger", LOCKED, FILLED), ("plan", PLAN_LOCKED, PLAN_FILLED)):
        own = [answered for answered in rows if answered.row.form == form]
        if own:
            book = [book_row(answered, locked, filled) for answered in own]
            place = folder / ("answer.xlsx" if not places else "answer（抽查）.xlsx")
            title = f"核查回执：{Path(file).stem}"
            places += write_book(place, title, book, notes=notes_of(own), locked=locked, filled=filled)
    return places


def notes_of(rows: Sequence[Answered]) -> tuple[str, ...]:
    """What stands above the header of an answer."""
    counts = Counter(answered.judged.verdict for answered in rows)
    return (
        "　　".join(f"{verdict} {counts[verdict]} 行" for verdict in VERDICTS),
        "“退回”的行按退回原因改正后，把本回执整份交回；“已收”“未变”的行不用再填",
    )


def book_row(answered: Answered, locked: Sequence[LockedColumn], filled: Sequence[FilledColumn]) -> BookRow:
    """The row of the answer."""
    row, judged = answered.row, answered.judged
    cells: dict[str, WrittenCell] = {column.title: as_written(column, row.text(column.title)) for column in locked}
    if answered.restored is not None:
        cells |= {column.title: answered.restored.get(column.title) for column in locked if column.title != HOUSEHOLD}
    for column in filled:
        cells[column.title] = answered.filled.values.get(column.name) or row.text(column.title) or None
    return BookRow(cells, judged.state, judged.verdict, judged.reasons, judged.faulty)


def as_written(column: LockedColumn, text: str) -> WrittenCell:
    """The cell as it was written: numbers as numbers, as far as a spreadsheet holds them exactly."""
    if column.kind not in ("integer", "money"):
        return text or None
    try:
        number = Decimal(text.replace(",", ""))
    except InvalidOperation:
        return text or None
    if not number.is_finite() or not -DIGITS <= number.adjusted() < DIGITS:
        return text
    return int(number) if column.kind == "integer" and number == number.to_integral_value() else number


def locked_cells(
    con: duckdb.DuckDBPyConnection, root: Root, rules: Mapping[str, Rule], clue_ids: Sequence[str]
) -> dict[str, dict[str, WrittenCell]]:
    """By clue, then by title: the locked cells that a ledger workbook written now would have.

    `con` holds `previous_ledger` and `decisions`. Clues of which no card was kept are not there.
    """
    run = root.latest() or ""
    cards = under_todays_secret(root, root.restricted / run / CARDS_FILE)
    if not clue_ids or not cards.is_file():
        return {}
    mount_cards(con, cards)
    lay_standing(con)
    issue = Issue(run, read_manifest(root.published / run).facts.run_date, root.secret())
    lay_book_rows(con, issue, rules)
    titles = [column.title for column in LOCKED if column.title not in (SEAL, HOUSEHOLD)]
    shown = ", ".join(map(quoted, titles))
    found = con.execute(
        f'select {shown} from book_rows where list_contains($ids::varchar[], "{CLUE_ID}")', {"ids": list(clue_ids)}
    ).fetchall()
    restored = {}
    for values in found:
        cells = cells_of(titles, values)
        restored[str(cells[CLUE_ID])] = {**cells, SEAL: seal_of(issue.secret, cells)}
    return restored
