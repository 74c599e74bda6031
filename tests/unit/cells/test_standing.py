"""A cell that stands as it is needs no parser: the parser would say the same."""

from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from huimin.cells import TYPES, stands
from unit.cells.drawn import READ_ON, Column, read_cell

CELLS = {
    "id_number": st.one_of(
        st.from_regex(r"[0-9]{16,18}[0-9Xx]?", fullmatch=True),
        st.from_regex(r"429999(19[0-9]{2}|20[0-3][0-9])(0[0-9]|1[0-3])[0-3][0-9]00[0-9][0-9X]", fullmatch=True),
        st.from_regex(r"[+-]42999919330918[0-9]{3}", fullmatch=True),
    ),
    "name": st.text("张无三某不详·A⽂* \u200b", min_size=1, max_size=3),
    "code": st.text("0123EeNUL+.- '６", min_size=1, max_size=6),
    "account": st.text("0123456789- '６", min_size=1, max_size=4),
    "text": st.text("东1 \u3000\n\x1c\u200b'`=\"#＃N/A", min_size=1, max_size=5),
}


def is_standing(kind: str, text: str | None) -> bool:
    """Whether that one cell stands."""
    judged = stands(Column(kind), pl.col("text"), READ_ON)
    assert judged is not None
    return bool(pl.DataFrame({"text": [text]}, schema={"text": pl.String}).select(judged).item())


@pytest.mark.parametrize("kind", CELLS)
@given(cells=st.data())
def test_a_cell_that_stands_is_its_own_value(kind: str, cells: st.DataObject) -> None:
    text = cells.draw(CELLS[kind])
    if is_standing(kind, text):
        assert read_cell(Column(kind), text) == (text, None, None)


@pytest.mark.parametrize("kind", CELLS)
@pytest.mark.parametrize("text", [None, "", " ", "#N/A"])
def test_nothing_never_stands(kind: str, text: str | None) -> None:
    assert not is_standing(kind, text)


@pytest.mark.parametrize("kind", sorted(CELLS.keys() - {"text"}))
@pytest.mark.parametrize("text", ["无", "NULL", "/", "-", "N/A", "不详", "待核实", "nan"])
def test_a_word_for_nothing_never_stands(kind: str, text: str) -> None:
    assert not is_standing(kind, text)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("id_number", "429999193309180005"),
        ("name", "张三"),
        ("code", "42999919900101001143"),
        ("account", "6217910000063000189"),
        ("text", "东街 1号"),
        ("text", "无"),
    ],
)
def test_the_usual_cell_stands(kind: str, text: str) -> None:
    assert is_standing(kind, text)


@pytest.mark.parametrize("kind", ["date", "money", "vin"])
def test_other_types_are_always_parsed(kind: str) -> None:
    assert stands(Column(kind), pl.col("text"), READ_ON) is None


def test_where_a_text_may_be_a_word_for_nothing_each_is_parsed() -> None:
    assert stands(Column("text", null_words=True), pl.col("text"), READ_ON) is None


USUAL = {
    "date": st.from_regex(
        r"(0001|1899|1900|1970|20[0-9]{2}|2101|9999)-[01][0-9]-[0-3][0-9]( 16:00:00)?", fullmatch=True
    ),
    "month": st.from_regex(r"(1899|1900|1970|20[0-9]{2}|2101)-?[01][0-9](-0[1-9])?", fullmatch=True),
}


@pytest.mark.parametrize("kind", USUAL)
@given(cells=st.data())
def test_the_short_way_gives_what_the_parser_does(kind: str, cells: st.DataObject) -> None:
    text = cells.draw(USUAL[kind])
    usual = TYPES[kind].usual
    assert usual
    value = pl.DataFrame({"text": [text]}).select(usual(pl.col("text"))).item()
    assert value is None or (value, None, None) == read_cell(Column(kind), text)


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("date", "2023-08-01", date(2023, 8, 1)),
        ("date", "2023-02-29", None),
        ("date", "1900-01-01", None),
        ("date", "2101-01-01", None),
        ("date", "2023-8-1", None),
        ("date", "+2023-08-01", None),
        ("date", "2023-08-01 16:00:00", None),
        ("month", "2023-08", date(2023, 8, 1)),
        ("month", "2023-13", None),
        ("month", "2023-08-01", None),
    ],
)
def test_only_what_most_programs_write_goes_the_short_way(kind: str, text: str, value: date | None) -> None:
    usual = TYPES[kind].usual
    assert usual
    assert pl.DataFrame({"text": [text]}).select(usual(pl.col("text"))).item() == value
