"""Every type of cell, whatever it holds: an outcome for each, and a value that reads as itself."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from huimin.cells import TYPES, stands
from huimin.cells.reasons import TABLE
from huimin.identity import check_character
from properties.drawing import CATEGORIES, CELLS, column_of, drawn, read
from unit.cells.drawn import READ_ON

KINDS = tuple(TYPES)


def money(places: int) -> st.SearchStrategy[Decimal]:
    return st.integers(-(10**14) + 1, 10**14 - 1).map(lambda units: Decimal(units).scaleb(-places))


def id_number(born: date, serial: int) -> str:
    head = f"429999{born:%Y%m%d}{serial:03}"
    return head + check_character(head)


def full_width(text: str) -> str:
    return "".join(chr(ord(one) + 0xFEE0) if "!" <= one <= "~" else one for one in text)


CODES = st.text("鄂粤京ABCDFGHJKLMNPRSTUVWXYZ0123456789", min_size=1, max_size=18).filter(
    lambda code: code not in ("NULL", "NAN")
)
PLACEHOLDERS = (date(1900, 1, 1), date(1970, 1, 1))
DAYS = st.dates(date(1900, 1, 1), date(2100, 12, 31)).filter(lambda day: day not in PLACEHOLDERS)
CANONICAL_VALUES: Mapping[str, st.SearchStrategy[Any]] = {
    "id_number": st.builds(id_number, st.dates(date(1900, 1, 1), READ_ON), st.integers(0, 999)),
    "name": st.text("张三李四欧阳䶮𬱖", min_size=2, max_size=6) | st.sampled_from(["买买提·艾力", "John Smith", "É"]),
    "date": DAYS,
    "month": DAYS.map(lambda day: day.replace(day=1)).filter(lambda day: day not in PLACEHOLDERS),
    "year": st.integers(1900, 2100),
    "term": st.builds("{}-{}".format, st.integers(1900, 2100), st.sampled_from(["spring", "autumn"])),
    "money": money(2),
    "decimal": money(4),
    "integer": st.integers(-(2**31) + 1, 2**31 - 1),
    "category": st.sampled_from(CATEGORIES),
    "account": st.text("0123456789", min_size=1, max_size=30),
    **dict.fromkeys(("code", "plate", "vin", "credit_code"), CODES),
    "text": st.text("张三 -/·ab12（）", min_size=1).map(str.strip).filter(bool),
}
"""Values as standard tables hold them."""

WRITTEN: Mapping[str, Callable[[Any], str]] = {
    **dict.fromkeys(KINDS, str),
    "month": lambda month: f"{month:%Y-%m}" if month.year >= 1000 else month.isoformat(),
}
"""A value as text: what a spreadsheet would show of it."""


def test_every_type_of_the_contracts_has_its_properties() -> None:
    assert set(KINDS) == set(CANONICAL_VALUES)


@pytest.mark.parametrize("kind", KINDS)
@drawn(8, 500)
@given(cells=st.data())
def test_any_text_has_an_outcome(kind: str, cells: st.DataObject) -> None:
    texts = cells.draw(st.lists(st.none() | CELLS, max_size=40))
    found = read(kind, texts)
    assert found.height == len(texts)
    assert found.schema["value"] == TYPES[kind].parquet
    assert set(found["reason"].drop_nulls()) | set(found["finding"].drop_nulls()) <= TABLE.keys()
    for given_text, (text, value, reason, finding) in zip(texts, found.iter_rows(), strict=True):
        assert text == given_text
        assert value is None or reason is None
        assert finding in (None, "error_value") or value is not None
        if text is None:
            assert (value, reason, finding) == (None, None, None)


@pytest.mark.parametrize("kind", KINDS)
@drawn(8, 500)
@given(cells=st.data())
def test_a_cell_does_not_depend_on_its_neighbours(kind: str, cells: st.DataObject) -> None:
    texts = cells.draw(st.lists(st.none() | CELLS, min_size=1, max_size=30))
    at = cells.draw(st.integers(0, len(texts) - 1))
    together = read(kind, texts)
    assert read(kind, [texts[at]]).row(0) == together.row(at)
    assert read(kind, texts[::-1]).rows() == together.rows()[::-1]


@pytest.mark.parametrize("kind", KINDS)
@drawn(8, 500)
@given(cells=st.data())
def test_a_canonical_value_written_as_text_is_read_back(kind: str, cells: st.DataObject) -> None:
    values = cells.draw(st.lists(CANONICAL_VALUES[kind], min_size=1, max_size=20))
    found = read(kind, [WRITTEN[kind](value) for value in values])
    assert found["reason"].null_count() == len(values), found
    assert found["value"].to_list() == values


@pytest.mark.parametrize("kind", KINDS)
@drawn(8, 800)
@given(cells=st.data())
def test_what_was_read_once_reads_as_itself(kind: str, cells: st.DataObject) -> None:
    texts = cells.draw(st.lists(CELLS | CANONICAL_VALUES[kind].map(WRITTEN[kind]).map(full_width), max_size=30))
    once = read(kind, texts)["value"].drop_nulls().to_list()
    again = read(kind, [WRITTEN[kind](value) for value in once])
    # a plate may spell N/A, or a row of #
    nothing = [again["value"][at] is None and again["reason"][at] is None for at in range(len(once))]
    assert not any(nothing) or TYPES[kind].family == "text"
    kept = [None if nothing[at] else value for at, value in enumerate(once)]
    assert again["value"].to_list() == kept
    assert again["reason"].null_count() == len(once)


@pytest.mark.parametrize("kind", ["id_number", "name", "account"])
@drawn(12, 800)
@given(cells=st.data())
def test_the_quick_look_says_what_the_parser_says(kind: str, cells: st.DataObject) -> None:
    texts = cells.draw(st.lists(st.none() | CELLS | CANONICAL_VALUES[kind], max_size=30))
    judged = stands(column_of(kind), pl.col("text"), READ_ON)
    assert judged is not None
    standing = pl.DataFrame({"text": texts}, schema={"text": pl.String}).select(stands=judged)["stands"].to_list()
    found = read(kind, texts)
    for text, stood, (_, value, reason, finding) in zip(texts, standing, found.iter_rows(), strict=True):
        assert stood in (True, False)
        if stood:
            assert (value, reason, finding) == (text, None, None)


BLANKS = st.text(" \t\n\u3000\u00a0\u200b\ufeff", max_size=3)


@pytest.mark.parametrize("kind", KINDS)
@drawn(8, 400)
@given(cells=st.data())
def test_outer_blanks_never_count(kind: str, cells: st.DataObject) -> None:
    texts = cells.draw(st.lists(CELLS | CANONICAL_VALUES[kind].map(WRITTEN[kind]), max_size=10))
    around = [cells.draw(BLANKS) + text + cells.draw(BLANKS) for text in texts]
    assert read(kind, around).drop("text").rows() == read(kind, texts).drop("text").rows()


MEGABYTE = 1 << 20
PIECES = (
    "1",
    "0.",
    "1,",
    " ",
    "年",
    "张",
    "\u200b",
    "X",
    "-",
    "'",
    "（",
    "2023-",
    "E+",
    "\x00",
    "😀",
    "12月",
    "\u0301",
)


@pytest.mark.parametrize("kind", KINDS)
def test_a_megabyte_has_an_outcome(kind: str) -> None:
    texts = [piece * (MEGABYTE // len(piece.encode())) for piece in PIECES]
    found = read(kind, [*texts, "1"])
    assert found.height == len(texts) + 1
    assert found.row(-1) == read(kind, ["1"]).row(0)


def test_no_frame_holds_a_lone_surrogate() -> None:
    with pytest.raises(UnicodeEncodeError):
        pl.Series(["\ud800"], dtype=pl.String)
