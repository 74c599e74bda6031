"""How well each way to cut lines fits them, and which is tried."""

import pytest

from huimin.sheets.dialect import Vote, elected, escapes, vote_of
from huimin.sheets.quoted import Dialect
from huimin.sheets.shapes import Limits


@pytest.mark.parametrize(
    ("lines", "agreeing", "cells"),
    [
        (["a,b", "c,d"], 2, 2),
        (["a,b", "c,d", "e,f,g"], 2, 2),
        (["a,b", "e,f,g"], 1, 3),
        (["a,b,c", "d"], 1, 3),
        (["a", "b"], 0, 1),
        (['a,"b', 'c",d', "e,f,g"], 3, 3),
        (['a,b"c', "d,e"], 1, 2),
        (['a,"b"c', "d,e"], 1, 2),
    ],
    ids=["two cells", "a ragged line", "equally many", "no delimiter", "none", "two lines", "a stray quote", "broken"],
)
def test_lines_are_counted_by_the_most_frequent_number_of_cells(lines: list[str], agreeing: int, cells: int) -> None:
    assert vote_of(lines, Dialect(","), Limits()) == Vote(agreeing, cells, Dialect(","))


@pytest.mark.parametrize(
    ("text", "quote", "tried"),
    [
        ('a,"b"', '"', ('"',)), ('a,"b\\"c"', '"', ('"', "\\")), ("a,b\\c", '"', ('"',)), ("a,'b\\'c'", '"', ('"',)),
        ("a,'b\\'c'", "'", ("'", "\\")), ('a,b\\"', "", ("",)),
    ],
)  # fmt: skip
def test_a_backslash_is_tried_where_one_stands_before_a_quote(text: str, quote: str, tried: tuple[str, ...]) -> None:
    assert escapes(text, quote) == tried


def test_a_blank_is_tried_where_no_other_delimiter_cuts_half_of_the_lines() -> None:
    assert elected(["a b", "c d", "e f,g"], None, None, None, Limits()).dialect.delimiter == " "
    assert elected(["a b,c", "d e", "f,g"], None, None, None, Limits()).dialect.delimiter == ","
