"""The command that looks at one file before it is delivered, in the words of the department that sends it."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from itertools import groupby
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from rich.box import SIMPLE
from rich.markup import escape
from rich.table import Table

from huimin.cells.reasons import REASONS, WHOLE_RECORD, hint
from huimin.cells.types import MONEY
from huimin.cli.app import output, say_json
from huimin.cli.catalogue import contract_of
from huimin.cli.options import PROJECT, JsonSwitch, ProjectOption
from huimin.contracts.contract import Contract
from huimin.errors import DeliveryError, QualityError, UsageError
from huimin.language import _
from huimin.nights.one_file import ColumnFill, ReasonCount, Tried, try_file
from huimin.quality.rows import HEADER_NEARLY_KNOWN
from huimin.report.quality import SEVERITIES, sections_of
from huimin.store.delivery import Receipt
from huimin.store.names import shown
from huimin.zone import HERE

OUTCOMES = {
    "accepted": ("可以接收", "bold green"),
    "accepted_with_rejects": ("可以接收，但有退回的行", "bold yellow"),
    "refused": ("拒收：一行也不用", "bold red"),
}
KEPT_OUT = ("不会采用：未通过关键检查，请先改正退回的行", "bold red")
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
    output.print(f"\n[bold]{plain(receipt.delivery.file)}[/bold]　按“{contract.title}”（{contract.roster}）核对")
    output.print(f"[{style}]{words}[/{style}]　{receipt.outcome}")
    for problem in (receipt.problem or "").split("；"):
        if problem:
            output.print(f"  · {plain(problem)}", highlight=False)
    if receipt.fix:
        output.print(f"怎样改：{plain(receipt.fix)}", highlight=False)
    if receipt.rows_in_file:
        parts = f"版面 {receipt.rows_layout:,} + 接收 {receipt.rows_accepted:,} + 退回 {receipt.rows_rejected:,}"
        output.print(f"文件共 {receipt.rows_in_file:,} 行 = {parts}", highlight=False)
    for line in headers(receipt):
        output.print(line, highlight=False)
    tables = (
        periods(receipt, contract),
        odds("退回的行", tried.rejects, contract),
        odds("接收了的行里要留意的", tried.findings, contract),
        columns(tried.filled),
        unmet(tried, contract),
    )
    for table in tables:
        if table.row_count:
            output.print(table, highlight=False, soft_wrap=False)
    lacking = [column.title for column in tried.filled if not column.delivered and not column.rows]
    if lacking:
        output.print(f"\n文件中没有的选填列：{'、'.join(lacking)}")


def headers(receipt: Receipt) -> Iterator[str]:
    """What is told of the content, and of headers and sheets that were not read, a line each."""
    if receipt.read_as:
        yield f"内容与扩展名不同，按{receipt.read_as}读取"
    near = dict(receipt.nearly_known)
    for header, title in near.items():
        yield f"[yellow]表头“{plain(header)}”没有认出，可能是“{title}”：是的话请改成“{title}”[/yellow]"
    others = [header for header in receipt.unknown_columns if header not in near]
    if others:
        yield f"约定以外的列（不读，不算错）：{plain('、'.join(others))}"
    if receipt.other_sheets:
        yield f"没有读的工作表（表头不符）：{plain('、'.join(receipt.other_sheets))}"


def titled(title: str, *left: str) -> Table:
    """An empty table with that title and left-aligned columns."""
    table = Table(box=SIMPLE, title=f"\n{title}", title_justify="left", title_style="bold", show_edge=False)
    for column in left:
        table.add_column(column, overflow="fold")
    return table


def periods(receipt: Receipt, contract: Contract) -> Table:
    """Rows and sums of money a period."""
    money = [column for column in contract.columns if column.type is MONEY and column.name in receipt.columns]
    table = titled("期间与金额", "期间")
    for title in ("行数", *(f"{column.titles[0]}合计（元）" for column in money)):
        table.add_column(title, justify="right")
    for share in receipt.shares:
        sums = (f"{Decimal(share.money[column.name]):,.2f}" for column in money)
        table.add_row(share.slot, f"{share.rows:,}", *sums)
    return table


def columns(filled: Sequence[ColumnFill]) -> Table:
    """How full each column is that the file has."""
    table = titled("各列填写（接收了的行）", "列")
    table.add_column("有值", justify="right")
    table.add_column("占比", justify="right")
    table.add_column("", no_wrap=True)
    for column in filled:
        if column.delivered or column.rows:
            told = "" if column.delivered else "取自名称"
            bar = "█" * round(column.share * BAR) or "▏" * bool(column.rows)
            table.add_row(column.title, f"{column.rows:,}", f"{column.share:.1%}", told or bar)
    return table


def odds(title: str, found: Sequence[ReasonCount], contract: Contract) -> Table:
    """Reasons by column, the rows they were found in, and what to do."""
    names = {column.name: column.titles[0] for column in contract.columns} | {WHOLE_RECORD: "整行"}
    table = titled(title, "列", "原因", "在哪里", "怎样改")
    table.columns[0].no_wrap = True
    for odd in found:
        why = f"{REASONS.get(odd.reason, '')}\n{odd.reason}".strip()
        table.add_row(names[odd.column], why, plain(located(odd)), hint(odd.reason))
    return table


def located(odd: ReasonCount) -> str:
    """The rows of a reason in words, 12行：第2至4、6行等, sheet by sheet in a workbook."""
    parts = []
    for sheet, found in groupby(odd.first, key=lambda place: place[0]):
        numbers = "、".join(spans([row for _, row in found]))
        parts.append(f"“{sheet}”第{numbers}行" if sheet else f"第{numbers}行")
    more = "等" if odd.count > len(odd.first) else ""
    return f"{odd.count:,}行：{'，'.join(parts)}{more}"


def spans(rows: Sequence[int]) -> Iterator[str]:
    """Ascending numbers in words, those that follow one another as 2至4."""
    for _gap, run in groupby(enumerate(rows), key=lambda pair: pair[1] - pair[0]):
        numbers = [row for _, row in run]
        yield str(numbers[0]) if len(numbers) == 1 else f"{numbers[0]}至{numbers[-1]}"


def unmet(tried: Tried, contract: Contract) -> Table:
    """The expectations that the file does not meet, but what was found in single cells and is told above."""
    table = titled("没有达到的质量期望", "程度", "期望")
    table.add_column("不符", justify="right")
    table.add_column("检查", justify="right")
    told = {f"{odd.column}.{odd.reason}" for odd in tried.findings}
    for section in sections_of(tried.quality, {contract.roster: contract}):
        for line in section.failures:
            if line.name not in told and not line.name.endswith(HEADER_NEARLY_KNOWN):
                table.add_row(SEVERITIES[line.severity], line.promise, f"{line.unexpected:,}", f"{line.elements:,}")
    return table


def plain(text: str) -> str:
    """The text amid markup: with none of its own."""
    return escape(shown(text))
