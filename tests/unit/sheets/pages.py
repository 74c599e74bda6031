"""A sheet drawn as text, and the same in each container: `→` is merged with the left cell, `↑` with the upper one."""

import csv
import io
from pathlib import Path

import xlsxwriter
import xlwt

from huimin.errors import DeliveryError
from huimin.sheets import Reading
from nights import PROJECT
from unit.sheets.elderly import LI, WANG, ZHANG, reading

CONTAINERS = ("csv", "xlsx", "xls")
CONTRACTS = PROJECT.contracts
PEOPLE = {"ZHANG": ZHANG, "LI": LI, "WANG": WANG}
Span = tuple[int, int, int, int]


def grid(page: str) -> list[list[str]]:
    """The cells of a page, a row a line, each cell without its blanks; `·` is an empty one."""
    rows = [[cell.strip() for cell in line.split("|")] for line in page.strip().splitlines()]
    return [[PEOPLE.get(cell, cell).replace("·", "") for cell in row] for row in rows]


def written(page: str, container: str, sheet: str = "表") -> bytes:
    """The page as bytes of that container."""
    rows = grid(page)
    if container == "csv":
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows([cell.strip("→↑") for cell in row] for row in rows)
        return text.getvalue().encode()
    content = io.BytesIO()
    if container == "xlsx":
        with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
            made = book.add_worksheet(sheet)
            for first, left, last, right in spans(rows):
                text = rows[first][left]
                if (first, left) == (last, right):
                    made.write_string(first, left, text)
                else:
                    made.merge_range(first, left, last, right, text)
        return content.getvalue()
    old = xlwt.Workbook(encoding="utf-8")
    page_of_old = old.add_sheet(sheet)
    for first, left, last, right in spans(rows):
        page_of_old.write_merge(first, last, left, right, rows[first][left])
    old.save(content)
    return content.getvalue()


def spans(rows: list[list[str]]) -> list[Span]:
    """The range of each cell with a text, itself alone where nothing is merged with it."""
    found = []
    for first, row in enumerate(rows):
        for left, cell in enumerate(row):
            if cell and cell not in "→↑":
                right, last = left, first
                while right + 1 < len(row) and row[right + 1] == "→":
                    right += 1
                while last + 1 < len(rows) and left < len(rows[last + 1]) and rows[last + 1][left] == "↑":
                    last += 1
                found.append((first, left, last, right))
    return found


def read_page(folder: Path, page: str, container: str, roster: str, file: str = "", sheet: str = "表") -> Reading:
    """What the page gives in that container, read by the roster's contract."""
    name = file or f"2023年8月.{container}"
    return reading(folder, written(page, container, sheet), name, by=CONTRACTS[roster])


def refusal_of(
    folder: Path, page: str, container: str, roster: str, file: str = "", sheet: str = "表"
) -> DeliveryError | None:
    """Why the page is refused; None when it is read."""
    try:
        read_page(folder, page, container, roster, file, sheet)
    except DeliveryError as fault:
        return fault
    return None
