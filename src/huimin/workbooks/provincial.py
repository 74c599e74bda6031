"""The import table of the provincial system (省平台导入表): clues and what became of them, written for it."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import duckdb

from huimin.errors import ContractError, UsageError
from huimin.language import _, listed
from huimin.matching.rule import Rule
from huimin.store.root import Root
from huimin.tables.sql import quoted
from huimin.tables.work import open_work
from huimin.workbooks.book_rows import NOBODY, lay_book_rows
from huimin.workbooks.columns import CLUE_ID
from huimin.workbooks.export import lay_ledger_now, owners
from huimin.workbooks.formats import BookFormats, height, plain, units
from huimin.workbooks.provincial_columns import CASE_COLUMNS, SENT, ProvincialColumn, ProvincialTable, provincial_table
from huimin.workbooks.rows import Rows, style_of
from huimin.workbooks.written import written_book

MOST_TOLD = 6
"""Values without a code that an error names."""
WIDTH = 18
"""Characters of a column that needs no more."""


@dataclass(frozen=True)
class Sent:
    """What was written for the province."""

    run: str
    places: tuple[Path, ...]
    clues: int
    left_out: Mapping[str, Sequence[str]]
    """By heading of a required column: the clues that have nothing to put there. Each under the first such heading."""


def write_provincial(
    root: Root,
    rules: Mapping[str, Rule],
    place: Path,
    street: str | None = None,
    states: Sequence[str] = (),
) -> Sent:
    """The ledger's clues in the table that `state/settings.toml` maps, with every return taken until now.

    By street, then clue; what vanished by itself or is exempt stays here. `street` (未填: clues without one) and
    `states` choose some. Every cell is text. More clues than a file takes go on in `…（2）.xlsx`, …. Raises
    ContractError for a wrong mapping, UsageError where nothing can be sent, PublishError before the first run, OSError.
    """
    table = provincial_table(root)
    if unknown := [state for state in states if state not in SENT]:
        raise UsageError("、".join(unknown), _("no such state"), _("one of {known}", known="、".join(SENT)))
    with closing(open_work(None)) as con:
        issue = lay_ledger_now(con, root)
        lay_book_rows(con, issue, rules)
        refuse_no_street(con, street)
        cases = list(cases_of(con, street, states or SENT))
    if not cases:
        raise UsageError(str(place), _("no clue is to be sent"), _("see `huimin ledger status`"))
    refuse_no_code(root, table.columns, cases)
    rows, left_out = rows_of(table.columns, cases)
    if not rows:
        fix = _("take `required` away from {headings}, or fill them in", headings="、".join(left_out))
        raise UsageError(str(place), _("none of {count} clues has all that is required", count=len(cases)), fix)
    return Sent(issue.run, tuple(write_files(place, table, rows)), len(rows), left_out)


ClueValues = Mapping[str, object]
"""A clue: value by title of the case column."""


def refuse_no_street(con: duckdb.DuckDBPyConnection, street: str | None) -> None:
    """Nothing, where the ledger knows the street or none is asked for. Raises UsageError."""
    known = [name or NOBODY for name in owners(con, "street")]
    if street is not None and street not in known:
        fix = _("one of {streets}", streets=", ".join(known))
        raise UsageError(street, _("the ledger has no such street"), fix)


def cases_of(con: duckdb.DuckDBPyConnection, street: str | None, states: Sequence[str]) -> Iterator[ClueValues]:
    """The clues of these states, out of `book_rows` and `ledger`."""
    titles = list(CASE_COLUMNS)
    found = con.execute(
        CASES.format(columns=", ".join(map(quoted, titles))),
        {"street": street, "nobody": NOBODY, "states": list(states)},
    )
    while batch := found.fetchmany(5000):
        yield from (dict(zip(titles, values)) for values in batch)


def refuse_no_code(root: Root, columns: Sequence[ProvincialColumn], cases: Sequence[ClueValues]) -> None:
    """Nothing, where every value of a column with codes has one. Raises ContractError."""
    problems = []
    for column in columns:
        values = dict.fromkeys(case[column.told] for case in cases) if column.told and column.values else {}
        missing = [str(value) for value in values if value is not None and value not in column.values]
        if missing:
            shown = "、".join(missing[:MOST_TOLD]) + "…" * (len(missing) > MOST_TOLD)
            problems.append(_("heading “{heading}”: no code for {values}", heading=column.heading, values=shown))
    if problems:
        raise ContractError(str(root.settings()), listed(problems), _("give each a code under `values`"))


def rows_of(
    columns: Sequence[ProvincialColumn], cases: Sequence[ClueValues]
) -> tuple[list[tuple[str, ...]], Mapping[str, Sequence[str]]]:
    """The rows to send, and by heading of a required column the clues that have nothing there."""
    rows: list[tuple[str, ...]] = []
    left_out: defaultdict[str, list[str]] = defaultdict(list)
    for case in cases:
        cells = tuple(column.cell(case[column.told] if column.told else None) for column in columns)
        lacking = next((one.heading for one, cell in zip(columns, cells) if one.required and not cell), None)
        if lacking is None:
            rows.append(cells)
        else:
            left_out[lacking].append(str(case[CLUE_ID]))
    return rows, dict(left_out)


def write_files(place: Path, table: ProvincialTable, rows: Sequence[tuple[str, ...]]) -> Iterator[Path]:
    """Writes so many rows a file as the province takes; gives each place once the file is whole."""
    for number, first in enumerate(range(0, len(rows), table.max_rows), 1):
        written = place if number == 1 else place.with_name(f"{place.stem}（{number}）{place.suffix}")
        write_file(written, table, rows[first : first + table.max_rows])
        yield written


def write_file(place: Path, table: ProvincialTable, rows: Sequence[tuple[str, ...]]) -> None:
    """One file: what stands above, the headings, the rows, every cell as text."""
    widths = [min(max(units(one.heading) + 4, WIDTH), 2 * WIDTH) for one in table.columns]
    with written_book(place, table.sheet) as book:
        sheet, formats = book.add_worksheet(table.sheet), BookFormats(book)
        for line, text in enumerate(table.above):
            sheet.write_string(line, 0, plain(text), formats.title(12, bold=False))
        line = len(table.above)
        for number, column in enumerate(table.columns):
            sheet.set_column(number, number, widths[number])
            sheet.write_string(line, number, plain(column.heading), formats.header())
        cells = Rows(sheet, line + 1, len(widths))
        styles = [style_of(formats.of())] * len(widths)
        for row in rows:
            cells.add(row, styles, height(row, widths))
        cells.end()
        sheet.freeze_panes(line + 1, 0)


CASES = """
select {columns}
from (
    select b.*, l.first_seen as "发现日期", l.closed_on as "销号日期", l.item as "项目标识", l.rule as "规则标识"
    from book_rows as b join ledger as l on l.clue_id = b."线索编号"
)
where list_contains($states, "当前状态") and ($street is null or coalesce("街道", $nobody) = $street)
order by "街道" nulls last, "线索编号"
"""
