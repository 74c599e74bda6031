"""A workbook a department: its files that were refused, and its rejected rows as it wrote them, with what to do."""

import re
from collections.abc import Mapping, Sequence
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from huimin.cells.reasons import WHOLE_RECORD, chinese_reasons, hint
from huimin.contracts.contract import Column, Contract
from huimin.feedback.followed import column_of
from huimin.feedback.rejected import RejectedBlock, RejectedRow, blocks_of, rejected_rows, rosters_to_correct
from huimin.language import in_chinese
from huimin.sheets.titles import titles_of
from huimin.store.root import RESTRICTED_DIRECTORY
from huimin.workbooks.formats import BookFormats, height, paper_for, plain, print_on, units
from huimin.workbooks.names import file_name
from huimin.workbooks.rows import Rows, style_of
from huimin.workbooks.shelf import BookContent, Shelf
from huimin.workbooks.written import written_book

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

PREFIX, NO_ROSTER = "待改", "放错位置"
REFUSED_SHEET = "退回的文件"
ADVICE = (("问题", 26), ("怎样改", 34))
CANDIDATES = (("可能是", 22), ("依据", 24))
"""Shown where a damaged ID number of some row has a candidate."""
PLACE = (("文件", 22), ("工作表", 9), ("行号", 6))
IN_SIGHT = 1
"""Columns that stay beside every other one: what is wrong."""
ASK_FIRST = "请对照证件或本人核实后再改"
"""A candidate is a hint and no correction."""
_MEASURED = 200
"""Rows by which a column's width is judged."""
_NARROWEST, _WIDEST = 8, 22
_COUNTED = re.compile(r"([a-z][a-z0-9_]*): ([a-z][a-z0-9_]*)(?= [0-9]+ 行)")
HOW_TO = (
    "请在自己的原始文件中改好，把改好的整份文件重新放进原来的报送文件夹（同一名册、同一单位），不要交回本表。",
    "后一份会整份替换前一份：已收下的行也要留在文件里。改好的行、仍有问题的行会列在下一次的质量报告中。",
)


def write_fix_books(
    con: duckdb.DuckDBPyConnection, folder: Path, contracts: Mapping[str, Contract], shelf: Shelf
) -> tuple[Path, ...]:
    """`待改_<department>.xlsx` in the folder for each department with a refused file or a rejected row in force.

    `con` holds `told_deliveries` and `rejects`. Files in no roster's folder are in `待改_放错位置.xlsx`. A refused file
    is listed until one was taken in its place. The same tables give the same bytes; a book that holds the same as in
    the run before is that one (`shelf`).
    """
    folder.mkdir(parents=True, exist_ok=True, mode=RESTRICTED_DIRECTORY)
    refused: dict[str | None, list[tuple[str, ...]]] = {}
    for roster, unit, file, received_on, problem, fix in con.execute(REFUSED).fetchall():
        contract = contracts.get(roster or "")
        told = (unit or "", file or "", f"{received_on}", in_words(problem or "", contract), fix or "")
        row = (contract.title if contract else "", *told)
        refused.setdefault(contract.department_title if contract else None, []).append(row)
    rosters = rosters_to_correct(con)
    departments = list(dict.fromkeys(contract.department_title for contract in contracts.values()))
    places = []
    taken: set[str] = set()
    for department in (*departments, None):
        own = [name for name in contracts if name in rosters and contracts[name].department_title == department]
        if own or department in refused:
            place = folder / file_name(PREFIX, department or NO_ROSTER, taken)
            listed = refused.get(department, [])
            write_fix_book(con, place, department or NO_ROSTER, listed, [contracts[name] for name in own], shelf)
            places.append(place)
    return tuple(places)


def in_words(problem: str, contract: Contract | None) -> str:
    """The problem of a file, its counts by column and reason in the words of the department."""
    titles = {column.name: column.titles[0] for column in contract.columns} if contract else {}

    def told(found: re.Match[str]) -> str:
        column, reason = found.groups()
        words = chinese_reasons().get(reason)
        return f"“{titles[column]}”{words}" if column in titles and words else found[0]

    return _COUNTED.sub(told, problem)


def write_fix_book(
    con: duckdb.DuckDBPyConnection,
    place: Path,
    whose: str,
    refused: Sequence[tuple[str, ...]],
    rosters: Sequence[Contract],
    shelf: Shelf,
) -> None:
    """One department's workbook: its refused files first, then a sheet a roster."""
    title = f"{whose} 待改正的报送"
    content = BookContent(title, *refused)
    sheets = []
    for contract in rosters:
        content.add(contract.digest)
        sheets.append((contract, blocks_of(contract, content.passing(rejected_rows(con, contract.roster)))))
    shelf.put(place, content, lambda made: write_sheets(place, title, refused, sheets))


def write_sheets(
    place: Path,
    title: str,
    refused: Sequence[tuple[str, ...]],
    sheets: Sequence[tuple[Contract, Sequence[RejectedBlock]]],
) -> None:
    """The workbook now at the place."""
    with written_book(place, title) as book:
        formats = BookFormats(book)
        write_refused(book.add_worksheet(REFUSED_SHEET), formats, title, refused)
        taken = {REFUSED_SHEET.casefold()}
        for contract, blocks in sheets:
            write_roster(book.add_worksheet(sheet_name(contract.title, taken)), formats, contract, blocks)


def sheet_name(title: str, taken: set[str]) -> str:
    """The title as Excel takes it for a sheet, numbered from the second one on."""
    plain_title = "".join("_" if letter in "[]:*?/\\'" else letter for letter in title)
    number = 1
    name = plain_title[:31]
    while name.casefold() in taken:
        number += 1
        name = f"{plain_title[:26]}（{number}）"
    taken.add(name.casefold())
    return name


def write_refused(sheet: "Worksheet", formats: BookFormats, title: str, refused: Sequence[tuple[str, ...]]) -> None:
    """The first sheet: how to deliver again, and the files of which nothing could be used."""
    titles, widths = ("名册", "单位", "文件", "收到日期", "退回原因", "怎样改"), (26, 14, 40, 12, 50, 34)
    sheet.set_row(0, 26)
    sheet.write_string(0, 0, plain(title), formats.title(16))
    for line, text in enumerate(HOW_TO, 1):
        sheet.write_string(line, 0, text, formats.title(10, bold=False))
    for place, (name, width) in enumerate(zip(titles, widths)):
        sheet.set_column(place, place, width)
        sheet.write_string(4, place, name, formats.header())
    if not refused:
        sheet.write_string(5, 0, "没有整份退回的文件；逐行的问题见后面各页。", formats.title(10, bold=False))
    else:
        styles = [style_of(formats.of(faulty=titles[place] == "退回原因")) for place in range(len(widths))]
        rows = Rows(sheet, 5, len(widths))
        for row in refused:
            rows.add(row, styles, height(row, widths))
        rows.end()
    sheet.freeze_panes(5, 0)
    print_on(sheet, paper_for(widths), 4, title)


def write_roster(sheet: "Worksheet", formats: BookFormats, contract: Contract, blocks: Sequence[RejectedBlock]) -> None:
    """A roster's sheet: rows of files with one header below each other, those of files with another below them."""
    told = (*ADVICE, *(CANDIDATES if any(row.candidates for block in blocks for row in block.rows) else ()))
    first = [width for _, width in (*told, *PLACE)]
    own = [[width_of(title, block.rows) for title in block.titles] for block in blocks]
    widths = [*first, *(max(places) for places in zip_longest(*own, fillvalue=0))]
    for place, width in enumerate(widths):
        sheet.set_column(place, place, width)
    paper = paper_for(widths, IN_SIGHT)
    begin = IN_SIGHT if paper.pages > 1 else 0  # what stands over the column in sight would be cut on every other page
    heading = heading_of(contract, blocks)
    sheet.set_row(0, 24)
    sheet.write_string(0, begin, heading, formats.title(14))
    sheet.write_string(1, begin, HOW_TO[0], formats.title(10, bold=False))
    line = 2
    for number, block in enumerate(blocks):
        if number:
            sheet.write_string(line + 1, begin, f"表头另有叫法：{files_of(block)}", formats.title(10))
            line += 2
        line = write_block(sheet, formats, block, line, widths, [title for title, _ in told])
    if len(blocks) == 1:
        sheet.autofilter(2, 0, line - 1, len(widths) - 1)
    sheet.freeze_panes(3, IN_SIGHT)
    print_on(sheet, paper, 2, heading)


def heading_of(contract: Contract, blocks: Sequence[RejectedBlock]) -> str:
    """The roster, how many of its rows were not taken, and how many of them are listed."""
    size, listed = sum(block.size for block in blocks), sum(len(block.rows) for block in blocks)
    return f"{contract.title}：{size} 行未被接收" + (f"，只列前 {listed} 行" if listed < size else "")


def files_of(block: RejectedBlock) -> str:
    """The files of the block's rows, each once."""
    return "、".join(dict.fromkeys(row.file for row in block.rows))


def write_block(
    sheet: "Worksheet", formats: BookFormats, block: RejectedBlock, top: int, widths: Sequence[int], told: Sequence[str]
) -> int:
    """The line after the block's last: what is wrong with each row and what to do, where it stands, what it says."""
    place_titles = [title for title, _ in PLACE]
    for place, title in enumerate((*told, *place_titles, *block.titles)):
        sheet.write_string(top, place, plain(title), formats.header(fill=title in told))
    titles = titles_of(block.contract)
    named = {title: column_of(title, titles, block.contract) for title in block.titles}
    styles = {faulty: style_of(formats.of(faulty=faulty)) for faulty in (False, True)}
    lines = Rows(sheet, top + 1, len(told) + len(PLACE) + len(block.titles))
    for row in block.rows:
        wrong = {column for column, _ in row.reasons}
        marked = {title for title, column in named.items() if column and column.name in wrong}
        marked |= set(row.cells) if WHOLE_RECORD in wrong else set()
        words = (*advice(row, block.contract, named), *candidates(row, block.contract, named))[: len(told)]
        own = [row.cells.get(title, "") for title in block.titles]
        cells = [*words, row.file, row.sheet, str(row.row), *own]
        flags = [False] * (len(told) + len(PLACE)) + [title in marked for title in block.titles]
        lines.add(cells, [styles[faulty] for faulty in flags], height(cells, widths[: len(cells)]))
    lines.end()
    return lines.line


def width_of(title: str, rows: Sequence[RejectedRow]) -> int:
    """The width in which most of a column's cells stand on one line."""
    widest = max((units(row.cells.get(title, "")) for row in rows[:_MEASURED]), default=0)
    return min(max(widest + 3, units(title) + 2, _NARROWEST), _WIDEST)


def advice(row: RejectedRow, contract: Contract, named: Mapping[str, Column | None]) -> tuple[str, str]:
    """What is wrong with the row, and what to do: two texts of a line a reason, columns called as in the file."""
    problems: list[str] = []
    hints: dict[str, None] = {}
    for column, reason in row.reasons:
        words = chinese_reasons().get(reason, reason)
        problems.append(words if column == WHOLE_RECORD else f"“{title_in(column, contract, named)}”：{words}")
        hints[in_chinese(hint(reason))] = None
    return "\n".join(problems), "\n".join(hints)


def candidates(row: RejectedRow, contract: Contract, named: Mapping[str, Column | None]) -> tuple[str, str]:
    """The ID numbers that the row may mean, and on what ground; of several each with its column."""
    several = len(row.candidates) > 1
    columns = [f"“{title_in(column, contract, named)}”：" * several for column, _, _ in row.candidates]
    numbers = [column + number for column, (_, number, _) in zip(columns, row.candidates)]
    grounds = [f"{column}{ground}；{ASK_FIRST}" for column, (_, _, ground) in zip(columns, row.candidates)]
    return "\n".join(numbers), "\n".join(grounds)


def title_in(column: str, contract: Contract, named: Mapping[str, Column | None]) -> str:
    """What the department calls the column."""
    own = {known.name: title for title, known in named.items() if known}
    return own.get(column) or contract.column(column).titles[0]


REFUSED = """
select roster, unit, file, (received_at + interval 8 hours)::date, problem, fix from told_deliveries where uncorrected
order by roster nulls last, unit nulls first, received_at desc, file, delivery
"""
