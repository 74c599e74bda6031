"""A roster's rows as somebody typed them: titles, spellings of dates, months, money, numbers and names."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import numpy as np
import polars as pl

from huimin.cells.types import DATE, DECIMAL, ID_NUMBER, MONEY, MONTH, NAME, TERM, YEAR
from huimin.contracts.contract import Column, Contract

MessyCell = str | float | datetime | None

DATES = {
    "iso": "%Y-%m-%d", "slash": "%Y/%-m/%-d", "dot": "%Y.%-m.%-d", "compact": "%Y%m%d", "chinese": "%Y年%-m月%-d日",
    "time": "%Y-%m-%d 00:00:00",
}  # fmt: skip
MONTHS = {"iso": "%Y-%m", "slash": "%Y/%-m", "dot": "%Y.%m", "compact": "%Y%m", "chinese": "%Y年%-m月"}
TERMS = {
    "canonical": ("{0}-spring", "{0}-autumn"), "season": ("{0}年春季", "{0}年秋季"),
    "school_year": ("{1}-{0}学年第二学期", "{0}-{2}学年第一学期"), "number": ("{0}-1", "{0}-2"),
}  # fmt: skip
_WIDE = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")


@dataclass(frozen=True)
class Style:
    """How one delivery is written."""

    dates: str = "iso"
    """A key of DATES; `cell` and `serial` make spreadsheet dates of them."""
    months: str = "iso"
    money: str = "plain"
    """plain, comma (`1,200.00`), unit (`1200元`), sign (`￥1200`), number (a spreadsheet number)."""
    terms: str = "canonical"
    years: str = "{}"
    titles: int = 0
    """Which of each column's titles."""
    without: tuple[str, ...] = ()
    """Columns left out: the period, when sheet or file name says it."""
    noise: float = 0.03
    """Share of ID numbers and names that are typed badly."""
    old_numbers: bool = False
    """People born before 1935 with the 15 digits of their first card."""
    units: Mapping[str, str] = field(default_factory=dict)
    """Unit in brackets after the title, by column."""
    nothing: str = ""
    """What stands in empty date, amount and category cells."""


def dressed(
    frame: pl.DataFrame, contract: Contract, style: Style, rng: np.random.Generator
) -> tuple[list[str], list[list[MessyCell]]]:
    """Titles, and the rows as cells."""
    columns = [column for column in contract.columns if column.name not in style.without]
    cells = [_column(frame[column.name], column, style, rng) for column in columns]
    return [_title(column, style) for column in columns], [list(row) for row in zip(*cells)]


def _title(column: Column, style: Style) -> str:
    title = column.titles[min(style.titles, len(column.titles) - 1)]
    unit = style.units.get(column.name)
    return f"{title}（{unit}）" if unit and "（" not in title else title


def _column(values: pl.Series, column: Column, style: Style, rng: np.random.Generator) -> list[MessyCell]:
    found = values.to_list()
    if column.type is DATE:
        return [_date(value, style) for value in found]
    if column.type is MONTH:
        return [style.nothing if value is None else value.strftime(MONTHS[style.months]) for value in found]
    if column.type is TERM:
        return [_term(value, style) for value in found]
    if column.type is YEAR:
        return [style.years.format(value) for value in found]
    if column.type in (MONEY, DECIMAL):
        return [_amount(value, style) for value in found]
    odd = rng.random(len(found)) < style.noise
    if column.type is ID_NUMBER:
        return [_number(value, bool(strange), style, i) for i, (value, strange) in enumerate(zip(found, odd))]
    if column.type is NAME:
        return [_name(value, bool(strange), i) for i, (value, strange) in enumerate(zip(found, odd))]
    if column.synonyms:
        spoken = {value: text for text, value in column.synonyms}
        return [
            spoken.get(str(value), value) if strange else _text(value) for value, strange in zip(found, odd * 9 > 0)
        ]
    return [_text(value) for value in found]


def _text(value: Any) -> str:  # noqa: ANN401
    return "" if value is None else str(value)


def _date(value: date | None, style: Style) -> MessyCell:
    if value is None:
        return style.nothing
    if style.dates == "cell":
        return datetime(value.year, value.month, value.day)  # noqa: DTZ001  spreadsheets know no zones
    if style.dates == "serial":
        return float((value - date(1899, 12, 30)).days)
    return value.strftime(DATES[style.dates])


def _term(value: str, style: Style) -> str:
    year, season = int(value[:4]), value[5:]
    return TERMS[style.terms][season == "autumn"].format(year, year - 1, year + 1)


def _amount(value: Decimal | None, style: Style) -> MessyCell:
    if value is None:
        return style.nothing
    short = f"{value.normalize():f}"
    return {
        "plain": f"{value:f}",
        "comma": f"{value:,.2f}",
        "unit": f"{short}元",
        "sign": f"￥{short}",
        "short": short,
    }.get(style.money, float(value))


def _number(value: str | None, odd: bool, style: Style, i: int) -> str:
    if value is None:
        return ""
    if style.old_numbers and value[6:10] < "1935":
        return value[:6] + value[8:17]
    if not odd:
        return value
    variants = (
        value.translate(_WIDE), f"{value} ", f"\u3000{value}", f"{value[:6]} {value[6:14]} {value[14:]}", f"'{value}",
        value.lower(), value.replace("X", "×"), f"{value}\u200b",
    )  # fmt: skip
    return variants[i % len(variants)]


def _name(value: str | None, odd: bool, i: int) -> str:
    if value is None or not odd:
        return value or ""
    if "·" in value:
        return value.replace("·", "•‧．・"[i % 4])
    return (f"{value[0]}\u3000{value[1:]}", f" {value}", f"{value}\u200b", f"{value[0]} {value[1:]}")[i % 4]
