"""Whatever a CSV writer writes comes back as written, and one broken line costs only itself."""

import csv
import io
import re
import tempfile
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from huimin.sheets import Declared, Limits, Sheet, read_raw

DELIMITERS = st.sampled_from([",", "\t", ";", "|"])
QUOTING = st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL, csv.QUOTE_NONNUMERIC])
TEXT = st.text(st.sampled_from("ab1三,;|\t\"\n '\\"), max_size=8)


@st.composite
def tables(draw: st.DrawFn, least: int = 1) -> list[list[str]]:
    """Rows of equally many cells, with everything in them that a quoted cell may hold."""
    width = draw(st.integers(least, 5))
    return draw(st.lists(st.lists(TEXT, min_size=width, max_size=width), min_size=1, max_size=8))


def written(rows: list[list[str]], delimiter: str, quoting: int, end: str = "\n") -> list[str]:
    """Each record as one text with its line end."""
    records = []
    for row in rows:
        sink = io.StringIO()
        csv.writer(sink, delimiter=delimiter, quoting=quoting, lineterminator=end).writerow(row)
        records.append(sink.getvalue())
    return records


def read_back(content: bytes, delimiter: str, quote: str = '"', escape: str = '"') -> Sheet:
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "x"
        place.write_bytes(content)
        (sheet,) = read_raw(place, "x.csv", Limits(), Declared(delimiter, quote, escape, header=0))
    return sheet


def cells(sheet: Sheet) -> list[list[str]]:
    return [[cell or "" for cell in row] for row in sheet.cells.drop("row").iter_rows()]


@settings(max_examples=150, deadline=None)
@given(tables(), DELIMITERS, QUOTING, st.sampled_from(["\n", "\r\n"]))
def test_whatever_a_writer_writes_comes_back(rows: list[list[str]], delimiter: str, quoting: int, end: str) -> None:
    text = "".join(written(rows, delimiter, quoting, end))
    assume(text.strip())
    sheet = read_back(text.encode(), delimiter)
    assert sheet.faults.is_empty()
    assert cells(sheet) == rows
    assert sheet.rows == len(rows)


@settings(max_examples=100, deadline=None)
@given(tables(), DELIMITERS)
def test_escaped_quotes_come_back(rows: list[list[str]], delimiter: str) -> None:
    lines = [delimiter.join("'" + cell.replace("\\", "\\\\").replace("'", "\\'") + "'" for cell in row) for row in rows]
    sheet = read_back("\n".join(lines).encode(), delimiter, "'", "\\")
    assert sheet.faults.is_empty()
    assert cells(sheet) == rows


BROKEN = {
    "never_closed": ('"甲{d}乙', "unterminated_quote"),
    "never_closed_at_the_end": ('甲{d}"乙', "unterminated_quote"),
    "text_after_the_quote": ('"甲"乙{d}丙', "broken_quote"),
    "nul": ("甲\0{d}乙", "nul_byte"),
    "undecodable": ("甲\udcff{d}乙", "undecodable"),
}


@pytest.mark.parametrize("kind", BROKEN)
@settings(max_examples=60, deadline=None)
@given(tables(least=2), DELIMITERS, QUOTING, st.integers(0, 8))
def test_a_broken_line_costs_only_itself(
    kind: str, rows: list[list[str]], delimiter: str, quoting: int, place: int
) -> None:
    line, reason = BROKEN[kind]
    # where a quoted cell begins with what may follow one, its quote can be read as the one that closes as well
    either_way = re.compile(f'"*[\n{re.escape(delimiter)}]')
    assume(not kind.startswith("never_closed") or not any(either_way.match(cell) for row in rows for cell in row))
    rows = [["三", *row[1:]] for row in rows] * 3
    records = written(rows, delimiter, quoting)
    place = min(place, len(records))
    text = "".join([*records[:place], line.format(d=delimiter) + "\n", *records[place:]])
    sheet = read_back(text.encode("utf-8", "surrogateescape"), delimiter)
    above = "".join(records[:place]).count("\n") + 1
    assert sheet.faults.select("row", "reason").rows() == [(above, reason)]
    assert cells(sheet) == rows
