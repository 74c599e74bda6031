"""Pages as files: delimited text in the encodings that offices use, workbooks new and old, archives."""

import csv
import io
import zipfile
from collections.abc import Mapping, Sequence
from datetime import datetime
from importlib.util import find_spec

import xlsxwriter

from huimin.district.messy.dress import MessyCell
from huimin.district.messy.sheet import MessyPage

_MADE = datetime(2023, 8, 1)  # noqa: DTZ001  a fixed day, so that the same district gives the same bytes


def as_text(page: MessyPage, delimiter: str = ",", encoding: str = "utf-8", newline: str = "\r\n") -> bytes:
    """The page as delimited text; `utf-8-sig` and `utf-16` bring their byte order marks."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, lineterminator=newline)
    writer.writerows([_written(cell) for cell in row] for row in page.cells)
    return out.getvalue().encode(encoding)


def _written(cell: MessyCell) -> str:
    if isinstance(cell, datetime):
        return f"{cell:%Y-%m-%d}"
    return f"{cell:g}" if isinstance(cell, float) else cell or ""


def as_xlsx(pages: Sequence[MessyPage]) -> bytes:
    """A workbook of those pages, one a sheet."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "default_date_format": "yyyy/m/d"})
    book.set_properties({"created": _MADE, "title": "", "author": ""})
    middle = book.add_format({"align": "center", "valign": "vcenter"})
    for number, page in enumerate(pages):
        sheet = book.add_worksheet(page.name or f"Sheet{number + 1}")
        for y, row in enumerate(page.cells):
            for x, cell in enumerate(row):
                if isinstance(cell, datetime):
                    sheet.write_datetime(y, x, cell)
                elif isinstance(cell, float):
                    sheet.write_number(y, x, cell)
                elif cell:
                    sheet.write_string(y, x, cell)
        for y in range(page.header - 1 - bool(page.upper)):
            sheet.merge_range(y, 0, y, len(page.cells[0]) - 1, str(page.cells[y][0]), middle)
        for (left, text), right in zip(page.upper, [start for start, _ in page.upper[1:]] + [len(page.cells[0])]):
            if right - left > 1:
                sheet.merge_range(page.header - 2, left, page.header - 2, right - 1, text, middle)
        for first, last, column in _runs(page):
            sheet.merge_range(first, column, last, column, str(page.cells[first][column]), middle)
        if page.hidden:
            sheet.hide()
    book.close()
    return out.getvalue()


def _runs(page: MessyPage) -> list[tuple[int, int, int]]:
    """(first, last, column), from 0: equal cells of the merged columns in rows that follow each other."""
    runs = []
    for column in page.merged:
        start = 0
        for i in range(1, len(page.places) + 1):
            here = page.places[start] - 1
            follows = (
                i < len(page.places)
                and page.places[i] == page.places[i - 1] + 1
                and page.cells[page.places[i] - 1][column] == page.cells[here][column]
            )
            if not follows:
                if i - start > 1:
                    runs.append((here, page.places[i - 1] - 1, column))
                start = i
    return runs


def old_workbooks() -> bool:
    """Whether .xls files can be written here (xlwt is a test dependency)."""
    return find_spec("xlwt") is not None


def as_xls(pages: Sequence[MessyPage]) -> bytes:
    """A workbook in the format of 1997. Only where `old_workbooks`."""
    import xlwt  # type: ignore[import-untyped]

    book = xlwt.Workbook(encoding="utf-8")
    for number, page in enumerate(pages):
        sheet = book.add_sheet(page.name or f"Sheet{number + 1}")
        for y, row in enumerate(page.cells):
            for x, cell in enumerate(row):
                if cell not in ("", None):
                    sheet.write(y, x, cell)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


class _Gb18030Name(zipfile.ZipInfo):
    """An entry whose name is written in GB18030, as Chinese Windows does, without the UTF-8 flag."""

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:  # noqa: N802
        return self.filename.encode("gb18030"), self.flag_bits & ~0x800


def as_zip(members: Mapping[str, bytes]) -> bytes:
    """An archive of those members, with a Mac's `__MACOSX/` litter beside them."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            entry = _Gb18030Name(name, (2023, 8, 1, 9, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
        archive.writestr(zipfile.ZipInfo("__MACOSX/._litter", (2023, 8, 1, 9, 0, 0)), b"\x00\x05\x16\x07")
    return out.getvalue()
