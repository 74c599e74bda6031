"""The command that looks at one file before it is delivered, in the language of whoever sends it."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from functools import reduce
from itertools import groupby
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from rich.box import SIMPLE
from rich.markup import escape
from rich.table import Table

from huimin.cells.reasons import TABLE, WHOLE_RECORD, hint
from huimin.cells.types import MONEY
from huimin.cli.app import output, say_json
from huimin.cli.catalogue import contract_of
from huimin.cli.options import PROJECT, JsonSwitch, ProjectOption
from huimin.contracts.contract import Contract
from huimin.errors import DeliveryError, QualityError, UsageError
from huimin.language import _, as_read
from huimin.nights.one_file import ColumnFill, ReasonCount, Tried, try_file
from huimin.quality.rows import HEADER_NEARLY_KNOWN
from huimin.report.quality import SEVERITIES, sections_of
from huimin.store.delivery import Receipt
from huimin.store.names import shown
from huimin.zone import HERE

OUTCOMES = {
    "accepted": (_("can be accepted"), "bold green"),
    "accepted_with_rejects": (_("can be accepted, but for rows that come back"), "bold yellow"),
    "refused": (_("refused: not one row is used"), "bold red"),
}
KEPT_OUT = (_("would not be used: a critical check fails; correct first the rows that come back"), "bold red")
BAR = 20
"""Characters of a full bar."""


def check(
    file: Path,
    /,
    *,
    roster: Annotated[str, Parameter(help="The roster it is meant for, e.g. urban_dibao.")],
    project: ProjectOption = PROJECT,
    rows: Annotated[int, Parameter(help="How many rows of each reason to name.")] = 10,
    as_json: JsonSwitch = False,
) -> int:
    """Prints what a night would find in the file; the exit code is 11 where nothing of it can be used, 12 kept out."""
    contract = contract_of(project, roster)
    if not file.is_file():
        raise UsageError(str(file), _("there is no such file"), _("give the path of the file to be delivered"))
    now = datetime.now(UTC)
    results = try_file(file, contract, project, now.astimezone(HERE).date(), now, rows)
    if not results:
        raise UsageError(str(file), _("its name says that it is still being written"), _("give it its final name"))
    if as_json:
        say_json([result.as_json() for result in results])
    else:
        for result in results:
            show(result, contract)
    if all(result.receipt.outcome == "refused" for result in results):
        return DeliveryError.exit_code
    return QualityError.exit_code if any(result.kept_out for result in results) else 0


def show(tried: Tried, contract: Contract) -> None:
    """Prints all that is known of one file, what decides first."""
    receipt = tried.receipt
    words, style = KEPT_OUT if tried.kept_out else OUTCOMES[receipt.outcome]
    held = as_read(_("held against “{title}” ({roster})", title=contract.title, roster=contract.roster))
    output.print(f"\n[bold]{plain(receipt.delivery.file)}[/bold]　{held}")
    output.print(f"[{style}]{as_read(words)}[/{style}]　{receipt.outcome}")
    for line in (*refused(receipt), *counted(receipt), *headers(receipt)):
        output.print(line, highlight=False)
    tables = (
        periods(receipt, contract),
        odds(_("Rows that come back"), tried.rejects, contract),
        odds(_("To be looked at in the rows accepted"), tried.findings, contract),
        columns(tried.filled),
        unmet(tried, contract),
    )
    for table in tables:
        if table.row_count:
            output.print(table, highlight=False, soft_wrap=False)
    lacking = [column.title for column in tried.filled if not column.delivered and not column.rows]
    if lacking:
        output.print(_("\nOptional columns that the file lacks: {titles}", titles="、".join(lacking)))


def refused(receipt: Receipt) -> Iterator[str]:
    """Why nothing of it is used and what to do, as its department is told: in Chinese under any locale."""
    problems = [problem for problem in (receipt.problem or "").split("；") if problem]
    if problems:
        yield _("What its department is told:")
        yield from (f"  · {plain(problem)}" for problem in problems)
    if receipt.fix:
        yield _("To do: {fix}", fix=plain(receipt.fix))


def counted(receipt: Receipt) -> Iterator[str]:
    """What became of its rows."""
    if receipt.rows_in_file:
        yield _(
            "{rows:,} rows in the file = {layout:,} layout + {accepted:,} accepted + {rejected:,} that come back",
            rows=receipt.rows_in_file,
            layout=receipt.rows_layout,
            accepted=receipt.rows_accepted,
            rejected=receipt.rows_rejected,
        )


def headers(receipt: Receipt) -> Iterator[str]:
    """What is told of the content, and of headers and sheets that were not read, a line each."""
    if receipt.read_as:
        yield _("its content is not what its name ends in: read as {read_as}", read_as=receipt.read_as)
    near = dict(receipt.nearly_known)
    for header, title in near.items():
        yield _(
            "[yellow]header “{header}” is not known, perhaps “{title}”: if so, write “{title}”[/yellow]",
            header=plain(header),
            title=title,
        )
    others = [header for header in receipt.unknown_columns if header not in near]
    if others:
        yield _("columns beyond what is agreed (not read, no fault): {headers}", headers=plain("、".join(others)))
    if receipt.other_sheets:
        sheets = plain("、".join(receipt.other_sheets))
        yield _("sheets that were not read (their headers do not fit): {sheets}", sheets=sheets)


def titled(title: str, *left: str) -> Table:
    """An empty table with that title and left-aligned columns."""
    table = Table(box=SIMPLE, title=f"\n{as_read(title)}", title_justify="left", title_style="bold", show_edge=False)
    for column in left:
        table.add_column(as_read(column), overflow="fold")
    return table


def periods(receipt: Receipt, contract: Contract) -> Table:
    """Rows and sums of money a period."""
    money = [column for column in contract.columns if column.type is MONEY and column.name in receipt.columns]
    table = titled(_("Periods and amounts"), _("Period"))
    for title in (_("Rows"), *(_("{title}, yuan", title=column.titles[0]) for column in money)):
        table.add_column(as_read(title), justify="right")
    for share in receipt.shares:
        sums = (f"{Decimal(share.money[column.name]):,.2f}" for column in money)
        table.add_row(share.slot, f"{share.rows:,}", *sums)
    return table


def columns(filled: Sequence[ColumnFill]) -> Table:
    """How full each column is that the file has."""
    table = titled(_("How full each column is (rows accepted)"), _("Column"))
    table.add_column(as_read(_("Filled")), justify="right")
    table.add_column(as_read(_("Share")), justify="right")
    table.add_column("", no_wrap=True)
    for column in filled:
        if column.delivered or column.rows:
            bar = "█" * round(column.share * BAR) or "▏" * bool(column.rows)
            shown_as = bar if column.delivered else as_read(_("told by a name"))
            table.add_row(column.title, f"{column.rows:,}", f"{column.share:.1%}", shown_as)
    return table


def odds(title: str, found: Sequence[ReasonCount], contract: Contract) -> Table:
    """Reasons by column, the rows they were found in, and what to do."""
    names = {column.name: column.titles[0] for column in contract.columns} | {WHOLE_RECORD: _("whole row")}
    table = titled(title, _("Column"), _("Reason"), _("Where"), _("To do"))
    table.columns[0].no_wrap = True
    for odd in found:
        words = as_read(TABLE[odd.reason].words) if odd.reason in TABLE else ""
        why = f"{words}\n{odd.reason}".strip()
        table.add_row(as_read(names[odd.column]), why, plain(as_read(located(odd))), as_read(hint(odd.reason)))
    return table


def located(odd: ReasonCount) -> str:
    """How many rows a reason has and which, sheet by sheet in a workbook."""
    parts = []
    for sheet, found in groupby(odd.first, key=lambda place: place[0]):
        numbers = in_a_row([*spans([row for _sheet, row in found])])
        in_sheet = _("“{sheet}” row {numbers}", sheet=sheet, numbers=numbers)
        parts.append(in_sheet if sheet else _("row {numbers}", numbers=numbers))
    places = reduce(lambda some, more: _("{some}; {more}", some=some, more=more), parts)
    if odd.count > len(odd.first):
        places = _("{places} and others", places=places)
    return _("{count:,}: {places}", count=odd.count, places=places)


def in_a_row(numbers: Sequence[str]) -> str:
    """The numbers as one."""
    return reduce(lambda some, more: _("{some}, {more}", some=some, more=more), numbers)


def spans(rows: Sequence[int]) -> Iterator[str]:
    """Ascending numbers in words, those that follow one another as 2 to 4."""
    for _gap, run in groupby(enumerate(rows), key=lambda pair: pair[1] - pair[0]):
        numbers = [row for _place, row in run]
        first, last = numbers[0], numbers[-1]
        yield str(first) if first == last else _("{first} to {last}", first=first, last=last)


def unmet(tried: Tried, contract: Contract) -> Table:
    """The expectations that the file does not meet, but what was found in single cells and is told above."""
    table = titled(_("Expectations that are not met"), _("Severity"), _("Expectation"))
    table.add_column(as_read(_("Unmet")), justify="right")
    table.add_column(as_read(_("Checked")), justify="right")
    told = {f"{odd.column}.{odd.reason}" for odd in tried.findings}
    for section in sections_of(tried.quality, {contract.roster: contract}):
        for line in section.failures:
            if line.name not in told and not line.name.endswith(HEADER_NEARLY_KNOWN):
                severity, promise = as_read(SEVERITIES[line.severity]), as_read(line.promise)
                table.add_row(severity, promise, f"{line.unexpected:,}", f"{line.elements:,}")
    return table


def plain(text: str) -> str:
    """The text amid markup: with none of its own."""
    return escape(shown(text))
