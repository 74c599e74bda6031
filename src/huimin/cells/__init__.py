"""One parser a type: what a single cell may look like, whatever roster it stands in."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Protocol

import polars as pl

from huimin.cells.calendar import parse_date, parse_month, parse_term, parse_year
from huimin.cells.category import parse_category
from huimin.cells.codes import ACCOUNT, parse_account, parse_credit_code, parse_plate, parse_vin
from huimin.cells.folding import trimmed, without_null_words
from huimin.cells.id_number import is_sound, parse_id_number
from huimin.cells.names import PLAIN, parse_name
from huimin.cells.numbers import parse_decimal, parse_integer, parse_money
from huimin.cells.parsed import parsed
from huimin.cells.period import period_in_name

__all__ = ["CANONICAL", "REPEATING", "cleaned", "parse", "period_in_name", "stands"]


class Column(Protocol):
    """What a parser must know of a contract's column."""

    @property
    def name(self) -> str: ...
    @property
    def type(self) -> str: ...
    @property
    def values(self) -> tuple[str, ...]: ...
    @property
    def synonyms(self) -> tuple[tuple[str, str], ...]: ...


CANONICAL: Mapping[str, pl.DataType] = {
    "date": pl.Date(),
    "month": pl.Date(),
    "year": pl.Int32(),
    "integer": pl.Int32(),
    "money": pl.Decimal(14, 2),
    "decimal": pl.Decimal(14, 4),
    **dict.fromkeys(
        ("id_number", "name", "term", "category", "account", "plate", "vin", "credit_code", "text"), pl.String()
    ),
}
"""The Parquet type of each type's values."""

REPEATING = frozenset(("date", "month", "year", "term", "money", "integer", "decimal", "category"))
"""Types of few distinct texts: parsing each text once is cheaper than parsing each cell."""

_PARSERS: Mapping[str, Callable[[Column, pl.Expr, date], pl.Expr]] = {
    "id_number": lambda column, text, read_on: parse_id_number(text, read_on),
    "name": lambda column, text, read_on: parse_name(text),
    "date": lambda column, text, read_on: parse_date(text),
    "month": lambda column, text, read_on: parse_month(text),
    "year": lambda column, text, read_on: parse_year(text),
    "term": lambda column, text, read_on: parse_term(text),
    "money": lambda column, text, read_on: parse_money(text),
    "integer": lambda column, text, read_on: parse_integer(text, column.synonyms),
    "decimal": lambda column, text, read_on: parse_decimal(text),
    "category": lambda column, text, read_on: parse_category(text, column.values, column.synonyms),
    "account": lambda column, text, read_on: parse_account(text),
    "plate": lambda column, text, read_on: parse_plate(text),
    "vin": lambda column, text, read_on: parse_vin(text),
    "credit_code": lambda column, text, read_on: parse_credit_code(text),
    "text": lambda column, text, read_on: parsed(text),
}


_STANDING: Mapping[str, Callable[[pl.Expr, date], pl.Expr]] = {
    "id_number": is_sound,
    "name": lambda text, read_on: text.str.contains(PLAIN),
    "account": lambda text, read_on: text.str.contains(ACCOUNT),
}


def stands(column: Column, text: pl.Expr, read_on: date) -> pl.Expr | None:
    """Whether a cell as delivered is its own value, as nearly all of some types are; None for the other types.

    Of such a cell `parse` gives the text itself, and neither reason nor finding.
    """
    judge = _STANDING.get(column.type)
    return judge(text, read_on).fill_null(value=False) if judge else None


def cleaned(column: Column, text: pl.Expr) -> pl.Expr:
    """The text as parsers expect it: no outer blanks, null when empty or a word for nothing."""
    return without_null_words(column.name, column.type, trimmed(text))


def parse(column: Column, text: pl.Expr, read_on: date) -> pl.Expr:
    """A struct with `value`, `reason` and `finding` for each cell of a column of cleaned text.

    `read_on`: birth dates later than this are rejected.
    """
    return _PARSERS[column.type](column, text, read_on)
