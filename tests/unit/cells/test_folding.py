"""One text without what is not its own, whether a cell holds anything, and parts of an ID number."""

import pickle
from datetime import date

import polars as pl
import pytest

from huimin.cells import TYPES
from huimin.cells.folding import is_filled, is_trimmed, plain_text, trimmed
from huimin.cells.id_number import born_on, digits, digits_of
from huimin.cells.reasons import TABLE, chinese_reasons, hint
from huimin.cells.types import type_named

TEXTS = [
    None, "", " ", "\u3000", "a", " a ", "'a", "a'", '="a"', '="a" ', ' ="a"', '=" a "', '="\'a"', '="a', '=a"', "='a'",
    '="a"b', '=""', "=", "'", "''", "\u200ba", "\ufeffa", "a b", '"a"', '=" "', "\u00a0a\t", '="a""b"',
]  # fmt: skip


@pytest.mark.parametrize("text", TEXTS)
def test_one_text_is_freed_as_a_column_is(text: str | None) -> None:
    column = pl.DataFrame({"text": [text]}, schema={"text": pl.String})
    found, filled = column.select(trimmed(pl.col("text")).alias("found"), filled=is_filled(pl.col("text"))).row(0)
    assert plain_text(text) == (found or "")
    assert filled is (found is not None)
    if column.select(is_trimmed(pl.col("text"))).item():
        assert found == text


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        (None, ""), (" 甲\u3000", "甲"), ('="0012"', "0012"), ('=" 0012 "', "0012"), ("'0012", "0012"),
        ("=1+1", "=1+1"), ("甲乙", "甲乙"),
    ],
)  # fmt: skip
def test_marks_of_a_spreadsheet_for_text_are_no_part_of_it(text: str | None, plain: str) -> None:
    assert plain_text(text) == plain


def test_what_an_id_number_tells() -> None:
    numbers = pl.DataFrame({"id_number": ["429999195001010017", "42999920000230001X"]})
    found = numbers.select(number=digits(pl.col("id_number")), born=born_on(pl.col("id_number")))
    assert found.rows() == [(42999919500101001, date(1950, 1, 1)), (42999920000230001, None)]
    assert digits_of("head_id") == "head_id_digits"


def test_every_reason_has_words_and_a_hint_and_of_another_one_asks() -> None:
    assert chinese_reasons().keys() == TABLE.keys()
    assert chinese_reasons()["id_number_masked"] == "身份证号已打星号"
    assert all(hint(reason) == TABLE[reason].hint for reason in TABLE)
    assert hint("of no table") == "ask whoever takes the files in"


def test_a_type_is_found_by_its_name_and_is_itself_in_another_process() -> None:
    assert type_named("money") is TYPES["money"]
    assert all(pickle.loads(pickle.dumps(kind)) is kind for kind in TYPES.values())  # noqa: S301  ours
    with pytest.raises(KeyError):
        type_named("nothing")


def test_a_mask_is_the_sql_of_its_value() -> None:
    assert TYPES["date"].mask.of("died_on") == "strftime(died_on, '%Y-%m')"
    assert TYPES["text"].mask.of("note") == "left(note::varchar, 0)"
