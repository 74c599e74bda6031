"""Workbooks as they come out of a printer: a real LibreOffice makes pages, and what stands on them is measured."""

import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from ctypes import byref, c_double, c_float
from dataclasses import dataclass
from pathlib import Path

import pypdfium2
import pypdfium2.raw as pdfium

PATIENCE = 240.0
_BLANK = re.compile(r"[\s\ufffe\u00ad\u200b]+")


def soffice() -> str | None:
    """The office of this machine, if it has one."""
    return shutil.which("soffice") or shutil.which("libreoffice")


def printed(program: str, books: Sequence[Path], folder: Path) -> dict[str, Path]:
    """The books as PDF in the folder, by their stems, all made by one office with a profile of its own."""
    with tempfile.TemporaryDirectory(prefix="huimin-office-", ignore_cleanup_errors=True) as profile:
        command = [program, f"-env:UserInstallation={Path(profile).as_uri()}", "--headless", "--norestore"]
        command += ["--convert-to", "pdf", "--outdir", str(folder), *map(str, books)]
        subprocess.run(command, check=True, timeout=PATIENCE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return {book.stem: folder / f"{book.stem}.pdf" for book in books}


@dataclass(frozen=True)
class Letter:
    """One character on a page."""

    text: str
    size: float
    """Points."""
    left: float
    bottom: float
    right: float
    top: float

    def covers(self, other: "Letter") -> bool:
        """Whether the two stand on each other by more than a third of the smaller one."""
        width = min(self.right, other.right) - max(self.left, other.left)
        height = min(self.top, other.top) - max(self.bottom, other.bottom)
        smaller = min((one.right - one.left) * (one.top - one.bottom) for one in (self, other))
        is_ligature = (self.left, self.right) == (other.left, other.right)
        return width > 0 and height > 0 and width * height > smaller / 3 and not is_ligature


@dataclass(frozen=True)
class Sheet:
    """One printed page."""

    width: float
    height: float
    letters: tuple[Letter, ...]

    @property
    def text(self) -> str:
        """What stands on it, in the order in which it was printed, without blanks."""
        return without_blanks("".join(letter.text for letter in self.letters))

    @property
    def smallest(self) -> Letter:
        """The letter of the smallest size."""
        return min(self.letters, key=lambda letter: letter.size)

    def outside(self) -> list[str]:
        """Letters beyond the edge of the paper."""
        return [
            letter.text for letter in self.letters
            if letter.left < 0 or letter.bottom < 0 or letter.right > self.width or letter.top > self.height
        ]  # fmt: skip

    def overlapping(self) -> list[str]:
        """Pairs of letters that stand on each other: a text that is higher or wider than its cell."""
        found = []
        rows: dict[int, list[Letter]] = {}
        for letter in self.letters:
            near = {int(edge // 20) for edge in (letter.bottom, letter.top)}
            found += [other.text + letter.text for row in near for other in rows.get(row, ()) if letter.covers(other)]
            for row in near:
                rows.setdefault(row, []).append(letter)
        return found


def without_blanks(text: str) -> str:
    """What is compared of a text: a line may be broken anywhere."""
    return _BLANK.sub("", text)


def sheets(place: Path) -> list[Sheet]:
    """The pages of a PDF."""
    with pypdfium2.PdfDocument(place) as document:
        return [Sheet(*page.get_size(), tuple(letters(page.get_textpage()))) for page in document]


def letters(page: pypdfium2.PdfTextPage) -> Iterator[Letter]:
    """Every character of the page but blanks, as large as it is printed."""
    for place in range(page.count_chars()):
        text = chr(pdfium.FPDFText_GetUnicode(page.raw, place))
        if not without_blanks(text):
            continue
        matrix = pdfium.FS_MATRIX()
        pdfium.FPDFText_GetMatrix(page.raw, place, byref(matrix))
        scale = (c_float(matrix.c).value ** 2 + c_float(matrix.d).value ** 2) ** 0.5
        box = [c_double() for _ in range(4)]
        pdfium.FPDFText_GetCharBox(page.raw, place, *map(byref, box))
        left, right, bottom, top = (edge.value for edge in box)
        yield Letter(text, pdfium.FPDFText_GetFontSize(page.raw, place) * scale, left, bottom, right, top)


def pictures(place: Path, folder: Path) -> None:
    """Every page of the PDF as a picture in the folder, to be looked at."""
    with pypdfium2.PdfDocument(place) as document:
        for number, page in enumerate(document, 1):
            page.render(scale=1.4).to_pil().save(folder / f"{place.stem}_{number:02d}.png")
