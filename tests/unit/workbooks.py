"""A written workbook taken apart: cells as a spreadsheet shows them, and what its XML says of them."""

import re
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from python_calamine import CalamineWorkbook

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
CELL = re.compile(r"([A-Z]+)([0-9]+)")


@dataclass(frozen=True)
class Book:
    """One workbook."""

    path: Path

    def cells(self, sheet: str) -> list[list[Any]]:
        """Every cell of the sheet, rows from the first on."""
        return CalamineWorkbook.from_path(str(self.path)).get_sheet_by_name(sheet).to_python(skip_empty_area=False)

    def table(self, sheet: str, first: str) -> list[dict[str, Any]]:
        """The rows below the header, which begins with that title, by title."""
        rows = self.cells(sheet)
        header = next(place for place, row in enumerate(rows) if row[0] == first)
        return [dict(zip(rows[header], row)) for row in rows[header + 1 :]]

    def sheets(self) -> list[str]:
        return CalamineWorkbook.from_path(str(self.path)).sheet_names

    def xml(self, member: str) -> ElementTree.Element:
        with zipfile.ZipFile(self.path) as archive:
            return ElementTree.fromstring(archive.read(member))  # noqa: S314  we wrote it ourselves

    def names(self) -> list[str]:
        with zipfile.ZipFile(self.path) as archive:
            return archive.namelist()

    def sheet(self, number: int = 1) -> ElementTree.Element:
        return self.xml(f"xl/worksheets/sheet{number}.xml")

    def is_locked(self, number: int = 1) -> dict[str, bool]:
        """Whether each written cell is locked, by its name."""
        styles = self.xml("xl/styles.xml").find(f"{MAIN}cellXfs")
        locked = []
        for style in styles if styles is not None else ():
            protection = style.find(f"{MAIN}protection")
            locked.append(protection is None or protection.get("locked") != "0")
        return {str(cell.get("r")): locked[int(cell.get("s", 0))] for cell in self.sheet(number).iter(f"{MAIN}c")}

    def lists(self, number: int = 1) -> dict[str, str]:
        """The drop-down list of each cell that has one."""
        found = {}
        for validation in self.sheet(number).iter(f"{MAIN}dataValidation"):
            if validation.get("type") != "list":
                continue
            choices = validation.findtext(f"{MAIN}formula1") or ""
            for area in str(validation.get("sqref")).split():
                first, _, last = area.partition(":")
                column, begin = CELL.fullmatch(first).groups()  # type: ignore[union-attr]
                end = CELL.fullmatch(last or first).groups()[1]  # type: ignore[union-attr]
                found |= {f"{column}{row}": choices.strip('"') for row in range(int(begin), int(end) + 1)}
        return found


def letter(place: int) -> str:
    """The column's letters, 0-based."""
    return (letter(place // 26 - 1) if place >= 26 else "") + chr(ord("A") + place % 26)
