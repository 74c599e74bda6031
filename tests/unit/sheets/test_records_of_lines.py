"""Which lines are one record: closed, open or broken quotes, and lines that a quote would swallow."""

import polars as pl
import pytest

from huimin.sheets.quoted import Dialect, Scan, cells_of, fills, record_at, scanned, strayed
from huimin.sheets.shapes import Limits

USUAL = Dialect()
SINGLE = Dialect(";", "'", "\\")
BLANKS = Dialect(blanks=True)
WIDE = Dialect("||", '"', "")
LIMITS = Limits()


@pytest.mark.parametrize(
    ("line", "dialect", "inside", "expected"),
    [
        ("a,b", USUAL, False, Scan("closed", 2, 0)),
        ("", USUAL, False, Scan("closed", 1, 0)),
        ('"a",b', USUAL, False, Scan("closed", 2, 0)),
        ('"a,b', USUAL, False, Scan("open", 0, 0)),
        ('x,"a', USUAL, False, Scan("open", 1, 0)),
        ('a",b', USUAL, True, Scan("closed", 2, 0)),
        ("a,b", USUAL, True, Scan("open", 0, 0)),
        ('"a"b,c', USUAL, False, Scan("broken", 0, 0)),
        ('x,"a" ,c', USUAL, False, Scan("broken", 1, 0)),
        ('"a""b",c', USUAL, False, Scan("closed", 2, 0)),
        ('"a"""', USUAL, False, Scan("closed", 1, 0)),
        ('19",b', USUAL, False, Scan("closed", 2, 1)),
        ('1"9",2",b', USUAL, False, Scan("closed", 3, 2)),
        (' "a",b', USUAL, False, Scan("closed", 2, 1)),
        (' "a",b', BLANKS, False, Scan("closed", 2, 0)),
        ('x,\u3000"a,b"', BLANKS, False, Scan("closed", 2, 0)),
        (" a, b", BLANKS, False, Scan("closed", 2, 0)),
        ("'a;b';c", SINGLE, False, Scan("closed", 2, 0)),
        ("'a\\';b';c", SINGLE, False, Scan("closed", 2, 0)),
        ("'a\\\\';c", SINGLE, False, Scan("closed", 2, 0)),
        ("'a\\b';c", SINGLE, False, Scan("closed", 2, 0)),
        ('"a""||b', WIDE, False, Scan("broken", 0, 0)),
        ('"a"||b||', WIDE, False, Scan("closed", 3, 0)),
        ('"a||b"||c', WIDE, False, Scan("closed", 2, 0)),
        ('"a,b"', Dialect(quote=""), False, Scan("closed", 2, 0)),
    ],
)
def test_how_a_line_leaves_the_quotes(line: str, dialect: Dialect, inside: bool, expected: Scan) -> None:
    assert scanned(line, dialect, inside) == expected


@pytest.mark.parametrize(
    ("record", "dialect", "cells"),
    [
        ("a,b", USUAL, ["a", "b"]),
        ('"a,\nb",c', USUAL, ["a,\nb", "c"]),
        ('"a""b",c', USUAL, ['a"b', "c"]),
        ("a,", USUAL, ["a", ""]),
        (',"",x', USUAL, ["", "", "x"]),
        ("'a\\';b';c\\d", SINGLE, ["a';b", "c\\d"]),
        ('"a"||b||c', WIDE, ["a", "b", "c"]),
        (' "a", b', BLANKS, ["a", "b"]),
        ('"a"||"b"', WIDE, ["a", "b"]),
    ],
)
def test_the_cells_of_a_record(record: str, dialect: Dialect, cells: list[str]) -> None:
    assert cells_of(record, dialect) == cells


@pytest.mark.parametrize(
    ("line", "width", "expected"),
    [
        ("a,b,c", 3, True),
        ("a,b,c,d", 3, True),
        ("a,b", 3, False),
        ('a,"b,c"', 3, False),
        ('a,b,"c', 3, False),
        ('a,b,c"', 3, True),
        ("a", 1, False),
        ("a,b", 2, True),
        ("a,b", 1, False),
    ],
)
def test_whether_a_line_alone_would_be_a_whole_record(line: str, width: int, expected: bool) -> None:
    assert fills(line, USUAL, width) is expected


def test_delimiters_between_quotes_that_are_text_may_have_been_meant_to_keep_them() -> None:
    assert [strayed(line, USUAL) for line in ('1",2"', '1",2', "1,2", '1"2,3', '"1",2"')] == [
        True, False, False, False, False
    ]  # fmt: skip


def told(text: str, width: int, exact: bool = False, most: int = 100, limits: Limits = LIMITS) -> tuple[str, int]:
    """What is wrong with the first record of the lines, and how many lines were read to know it."""
    return record_at(pl.Series(text.split("\n"), dtype=pl.String), 0, USUAL, width, exact, most, limits)


@pytest.mark.parametrize(
    ("text", "width", "exact", "expected"),
    [
        ('a,"b\nc",d\ne,f,g', 3, False, ("", 2)),
        ('a,"b\n\nc",d', 3, False, ("", 3)),
        # fewer or more cells, which swallow no whole line
        ('a,"b\nc"\ne,f,g', 3, False, ("", 2)),
        ('a,"b\nc"\ne,f,g', 3, True, ("unterminated_quote", 2)),
        # a line that would be a record of its own
        ('a,"b\nc,d,e\nf"', 3, False, ("unterminated_quote", 3)),
        ('a,"b\nc,d\nf"', 3, False, ("", 3)),
        # never closed, broken, too short
        ('a,"b\nc,d,e', 3, False, ("unterminated_quote", 2)),
        ('a,"b"c,d\ne,f,g', 3, False, ("broken_quote", 1)),
        ("a,b", 3, False, ("", 1)),
    ],
)
def test_a_record_spans_lines_when_its_quotes_are_well_formed(
    text: str, width: int, exact: bool, expected: tuple[str, int]
) -> None:
    assert told(text, width, exact) == expected


def test_a_record_spans_no_more_lines_and_characters_than_it_may() -> None:
    text = 'a,"b\n2\n3",d\ne,f,g'
    assert told(text, 3, most=3) == ("", 3)
    assert told(text, 3, most=2) == ("unterminated_quote", 2)
    assert told(text, 3, limits=Limits(record_characters=6)) == ("", 3)
    assert told(text, 3, limits=Limits(record_characters=5))[0] == "unterminated_quote"
    assert told(text, 3, limits=Limits(columns=1)) == ("", 3)
    assert told('a,b,"c\nd"', 3, limits=Limits(columns=2)) == ("", 2)
    assert told('a,b,"c\nd"', 3, limits=Limits(columns=1))[0] == "unterminated_quote"
    assert told("a,bc,d", 3, limits=Limits(record_characters=6)) == ("", 1)
    assert told("a,bc,de", 3, limits=Limits(record_characters=6)) == ("record_too_long", 1)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('1,"甲\n2,"\n乙"\n3,"\n丙"', ("unterminated_quote", 2)),
        ('1,"甲\n2,"\n乙"\n3,丙', ("unterminated_quote", 2)),
        ('1,"甲\n2,"\n3,丙', ("", 2)),
        ('1,"甲\n2,"\n\n乙"', ("", 2)),
        ('1,"甲\n2,"\n乙\n3,丙', ("", 2)),
        ('1,"甲\n2,"', ("", 2)),
    ],
)
def test_quotes_that_pair_with_those_of_the_next_records_were_never_closed(
    text: str, expected: tuple[str, int]
) -> None:
    assert told(text, 2) == expected
