"""Whatever bytes arrive under whatever name: a reading in which every row has its place, or a refusal in plain words.

`HUIMIN_EXAMPLES=100 pytest tests/unit/sheets/test_any_bytes.py` looks a hundred times as long.
"""

import csv
import io
import os
import random
import tempfile
import zipfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pytest
import xlsxwriter
import xlwt
from hypothesis import given, settings
from hypothesis import strategies as st

from huimin.contracts.contract import Contract
from huimin.errors import DeliveryError
from huimin.sheets import Limits, Sheet, Table, extract_members, read, read_raw
from nights import CHECKOUT, PROJECT
from unit.sheets.elderly import contract

MOST = 50_000
"""Bytes of a file that is small enough to be read over and over."""
LONGER = int(os.environ.get("HUIMIN_EXAMPLES", "1"))
SMALL = Limits(seconds=20, memory_bytes=1024**3, unpacked_bytes=10**8)
TEXTS, BOOKS = (".csv", ".txt", ".tsv"), (".xlsx", ".xls")
GRID = [["姓名", "身份证号", "金额", "月份"], *([f"张{n}", "429999194001010012", "1", "八\n月"] for n in range(9))]


@pytest.fixture(autouse=True, scope="module")
def workbooks_are_read_here() -> None:
    """They are read by children, as in a night: nobody knows what these bytes ask for."""


@cache
def contracts() -> Mapping[str, Contract]:
    return {"": contract(), **PROJECT.contracts}


@cache
def seeds(ending: str) -> tuple[tuple[str, bytes], ...]:
    """Small real files of that kind, each after its roster: a made one, golden ones, and those of the sample."""
    rosters = [*(CHECKOUT / "tests" / "rosters").glob("*/"), *(CHECKOUT / "data" / "sample" / "inbox").glob("*/")]
    places = (place for folder in sorted(rosters) for place in sorted(folder.rglob(f"*{ending}")))
    found = (place for place in places if place.name != "expected.txt" and place.stat().st_size < MOST)
    named = [
        (next(name for name in reversed(place.parts) if name in contracts()), place.read_bytes()) for place in found
    ]
    return ("", made(ending)), *named


def made(ending: str) -> bytes:
    sink = io.BytesIO()
    if ending == ".xlsx":
        with xlsxwriter.Workbook(sink, {"in_memory": True}) as book:
            page = book.add_worksheet("八月")
            for number, row in enumerate(GRID):
                page.write_row(number, 0, row)
            page.merge_range(1, 0, 2, 0, "张0")
    elif ending == ".xls":
        book = xlwt.Workbook()
        page = book.add_sheet("八月")
        for number, row in enumerate(GRID):
            for column, cell in enumerate(row):
                page.write(number, column, cell)
        book.save(sink)
    elif ending == ".zip":
        with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("八月.csv", made(".csv"))
            archive.writestr("八月.xlsx", made(".xlsx"))
    else:
        text = io.StringIO()
        csv.writer(text, delimiter="\t" if ending == ".tsv" else ",").writerows(GRID)
        return text.getvalue().encode("gb18030" if ending == ".txt" else "utf-8")
    return sink.getvalue()


def mutated(content: bytes, seed: int) -> bytes:
    """The file as a bad line, a bad disk or a bad program would leave it."""
    draw, raw = random.Random(seed), bytearray(content)
    for _ in range(draw.randint(1, 4)):
        place, length = draw.randrange(len(raw) + 1), draw.choice((1, 2, 5, 50))
        change = draw.randrange(6)
        if change == 0:
            raw[place : place + length] = b""
        elif change == 1:
            raw[place : place + length] = draw.randbytes(length)
        elif change == 2:
            raw[place:place] = draw.choice((b'"', b"\n", b"\r", b"\0", b",", b"\xff", b'"\n"', b"\t", b"\xef\xbb\xbf"))
        elif change == 3:
            raw = raw[:place] or raw
        elif change == 4:
            raw[place:place] = raw[place : place + 200]
        elif place < len(raw):
            raw[place] ^= 1 << draw.randrange(8)
    return bytes(raw)


def outcome(folder: Path, content: bytes, file: str, roster: str = "") -> None:
    """Fails unless the file is read with every row in its place, or refused."""
    place = folder / "0f3a"
    place.write_bytes(content)
    try:
        for table in read(place, file, contracts()[roster], SMALL).tables:
            balanced(table)
    except DeliveryError as refusal:
        assert refusal.problem
    try:
        for sheet in read_raw(place, file, SMALL):
            whole(sheet)
    except DeliveryError as refusal:
        assert refusal.problem


def balanced(table: Table) -> None:
    rows = [*table.records["row"], *table.faults["row"]]
    assert len(set(rows)) == len(rows) <= table.rows
    assert table.records["row"].to_list() == table.cells["row"].to_list()
    assert table.cells.width == len(table.titles) + 1


def whole(sheet: Sheet) -> None:
    rows = [*sheet.cells["row"], *sheet.faults["row"]]
    assert len(set(rows)) == len(rows) == sheet.rows


def unpacked(folder: Path, content: bytes) -> None:
    """Fails unless each member of the archive is there or has a problem, or the archive is refused."""
    place, into = folder / "0f3a", folder / "members"
    place.write_bytes(content)
    into.mkdir()
    try:
        members = extract_members(place, into, SMALL)
    except DeliveryError as refusal:
        assert refusal.problem
        return
    for member in members:
        assert (member.path is None) != (member.fault is None)
        if member.path:
            assert member.path.parent == into


@pytest.mark.parametrize("ending", TEXTS)
@settings(max_examples=50 * LONGER, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_have_an_outcome(ending: str, content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        outcome(Path(folder), content, f"x{ending}")


@pytest.mark.parametrize("ending", BOOKS)
@settings(max_examples=5 * LONGER, deadline=None)
@given(st.sampled_from([b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\x09\x08"]), st.binary(max_size=600))
def test_any_bytes_have_an_outcome_as_a_workbook(ending: str, magic: bytes, content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        outcome(Path(folder), magic + content, f"x{ending}")


@pytest.mark.parametrize("ending", TEXTS)
@settings(max_examples=60 * LONGER, deadline=None)
@given(st.data(), st.integers(0, 2**32))
def test_any_change_of_a_text_file_has_an_outcome(ending: str, data: st.DataObject, seed: int) -> None:
    roster, content = data.draw(st.sampled_from(seeds(ending)))
    with tempfile.TemporaryDirectory() as folder:
        outcome(Path(folder), mutated(content, seed), f"x{ending}", roster)


@pytest.mark.parametrize("ending", BOOKS)
@settings(max_examples=5 * LONGER, deadline=None)
@given(st.data(), st.integers(0, 2**32))
def test_any_change_of_a_workbook_has_an_outcome(ending: str, data: st.DataObject, seed: int) -> None:
    roster, content = data.draw(st.sampled_from(seeds(ending)))
    with tempfile.TemporaryDirectory() as folder:
        outcome(Path(folder), mutated(content, seed), f"x{ending}", roster)


@settings(max_examples=100 * LONGER, deadline=None)
@given(st.integers(0, 2**32))
def test_any_change_of_an_archive_has_an_outcome(seed: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        unpacked(Path(folder), mutated(made(".zip"), seed))
