"""A returned workbook as rows of text: the sheets that are a ledger or a plan's, columns found by their titles."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Literal

from huimin.containers.kinds import ENDINGS
from huimin.contracts.contract import header_form
from huimin.deliveries.children import LostError, in_child
from huimin.deliveries.reading import allowance, refusal_of
from huimin.errors import DeliveryError
from huimin.sheets import Limits, Sheet, read_raw
from huimin.workbooks.columns import (
    CLUE_ID,
    FILLED,
    LOCKED,
    OUTCOME,
    PLAN,
    PLAN_FILLED,
    PLAN_LOCKED,
    RESULT,
    TARGET,
)

Form = Literal["ledger", "plan"]
TITLES: Mapping[Form, tuple[str, ...]] = {
    "ledger": tuple(column.title for column in (*LOCKED, *FILLED)),
    "plan": tuple(column.title for column in (*PLAN_LOCKED, *PLAN_FILLED)),
}
NEEDED: Mapping[Form, frozenset[str]] = {
    "ledger": frozenset({CLUE_ID, OUTCOME}),
    "plan": frozenset({PLAN, TARGET, RESULT}),
}
"""Titles by which a sheet is known."""
NO_HEADER = f"没有找到台账的表头：要有“{CLUE_ID}”“{OUTCOME}”两列（抽查表要有“{PLAN}”“{TARGET}”“{RESULT}”）"
SAYING: Mapping[Form, tuple[str, ...]] = {
    "ledger": (CLUE_ID, *(column.title for column in FILLED)),
    "plan": (PLAN, TARGET, *(column.title for column in PLAN_FILLED)),
}
"""Titles of which a row has at least one: lines of totals and the like that a worker added say nothing of a clue."""
MOST_ROWS = 200_000
"""Rows of one returned file; a workbook that is handed out has half of them."""
USE_THE_BOOK = "请在下发的台账工作簿上填写，不要删改表头"


@dataclass(frozen=True)
class ReturnedRow:
    """One row as it came back."""

    form: Form
    sheet: str | None
    row: int
    """Physical, 1-based."""
    cells: Mapping[str, str]
    """Text by title, for each declared column that the sheet has; "" when empty."""
    broken: bool = False
    """The row could not be read."""

    def text(self, title: str) -> str:
        """The cell's text without outer blanks; "" when it is empty or there is no such column."""
        return self.cells.get(title, "").strip()


def read_returned(path: Path, file: str, limits: Limits) -> tuple[ReturnedRow, ...]:
    """Every row below the header of each sheet that is a ledger or a plan's, empty ones left out, as a child reads it.

    Titles stand in any order, under any rows of titles; other columns and other sheets are ignored.

    Raises:
        DeliveryError: the file cannot be read, no sheet has the header, or one has a title twice.
    """
    if PurePosixPath(file).suffix.lower() not in ENDINGS:
        raise DeliveryError(file, "不是台账工作簿", "请交回填好的 .xlsx 工作簿；压缩包请先解压")
    allowed = allowance(path.stat().st_size, limits)
    try:
        rows = in_child(rows_as_json, path.absolute(), file, limits, allowance=allowed)
    except LostError as lost:
        raise refusal_of(lost, allowed, file) from None
    return tuple(ReturnedRow(**row) for row in rows)


def rows_as_json(path: Path, file: str, limits: Limits) -> list[dict[str, Any]]:
    """The rows as dictionaries that JSON can hold, as the child process hands them on. Raises as `read_returned`."""
    headed = [(sheet, *found) for sheet in read_raw(path, file, limits) if (found := header_of(sheet, file, limits))]
    if not headed:
        raise DeliveryError(file, NO_HEADER, USE_THE_BOOK)
    if sum(sheet.cells.height for sheet, *_ in headed) > MOST_ROWS:
        raise DeliveryError(file, f"超过 {MOST_ROWS:,} 行", "请分街道交回，删去空行")
    return [asdict(row) for sheet, form, line, columns in headed for row in rows_of(sheet, form, line, columns)]


def header_of(sheet: Sheet, file: str, limits: Limits) -> tuple[Form, int, Mapping[str, str]] | None:
    """What kind of sheet it is, the row of its header and the cell column of each title; None for other sheets."""
    for line, *cells in sheet.cells.head(limits.header_rows).iter_rows():
        found = [header_form(cell or "") for cell in cells]
        for form, titles in TITLES.items():
            columns = {title: f"c{found.index(header_form(title))}" for title in titles if header_form(title) in found}
            if NEEDED[form] <= columns.keys():
                refuse_repeated(found, columns, file)
                return form, line, columns
    return None


def refuse_repeated(found: list[str], columns: Mapping[str, str], file: str) -> None:
    """Checks that no title heads two columns: which one counts could not be known. Raises DeliveryError."""
    repeated = [title for title in columns if found.count(header_form(title)) > 1]
    if repeated:
        raise DeliveryError(file, f"表头“{'、'.join(repeated)}”出现了两次", "每个表头只留一列，其余删去后交回")


def rows_of(sheet: Sheet, form: Form, line: int, columns: Mapping[str, str]) -> Iterator[ReturnedRow]:
    """The rows below the header, by their place; a repeated header is none."""
    below = sheet.cells.filter(sheet.cells["row"] > line).select("row", *columns.values())
    rows = [
        ReturnedRow(form, sheet.name, row, dict(zip(columns, (cell or "" for cell in cells))))
        for row, *cells in below.iter_rows()
        if any((cell or "").strip() for cell in cells)
    ]
    rows = [row for row in rows if any(row.text(title) for title in SAYING[form])]
    header = {title: header_form(title) for title in columns}
    kept = [row for row in rows if any(header_form(row.cells[title]) != form for title, form in header.items())]
    broken = [
        ReturnedRow(form, sheet.name, row, {}, broken=True)
        for row in sheet.faults["row"].unique().to_list()
        if row > line
    ]
    yield from sorted((*kept, *broken), key=lambda row: row.row)
