"""One header cell: the contract column that it names, and the unit that it gives."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from huimin.contracts.contract import Column, Contract, header_form
from huimin.sheets.units import LARGE_UNIT, money_unit

UNITS = frozenset({"元", "元/月", "元/年", "元/学期", "人", "亩", "平方米", "㎡", "月", "年", "周岁"})
SERIALS = frozenset({"序号", "编号"})
DECORATION = re.compile(r"[:：]$|[(\[](?:必填|选填|年月日|一卡通|18位)[)\]]$|^[(\[](?:必填|选填)[)\]]")
"""What tells how a column is filled, not which it is."""
TRAILING_BRACKET = re.compile(r"^(?P<title>.+)[(\[](?P<unit>[^()\[\]]+)[)\]]$")
UNIT_WORDS = re.compile(r"^(?:计量|金额)?单位[:：]?|^人民币[:：]?|人民币$")
UNIT_AMID = re.compile(rf"[(\[]?(?:(?:计量|金额)?单位)?[:：/-]?(?P<unit>{LARGE_UNIT.pattern})[)\]]?")
"""A unit of money anywhere in a header, with what leads to it and encloses it."""
_ENDS = tuple(":：()[]")
MONEY = frozenset({"元", "万元"})
"""Units of money that contracts state."""


@dataclass(frozen=True)
class Claim:
    """A contract column that a header cell names."""

    column: str
    title: str
    """The header text as delivered, on one line."""
    known: str
    """The contract's title that it is."""
    unit: str | None = None
    """The unit that the header gives; None when it gives none."""
    wrong_unit: str | None = None
    """The unit of money that the header gives where the contract expects another: ten thousand yuan for one."""


def one_line(text: str) -> str:
    """A title as shown in messages: line breaks and blanks as single spaces."""
    return " ".join(text.split())


def titles_of(contract: Contract) -> Mapping[str, Column]:
    """Every title as compared of the contract and the column it names."""
    return {header_form(title): column for column in reversed(contract.columns) for title in column.titles}


def readings(text: str) -> Iterator[tuple[str, str | None]]:
    """A header text as compared and the unit it gives: whole, then without one decoration or its unit after the other.

    At most one bracket is taken for that of a unit, whatever it holds.
    """
    rest, unit = header_form(text), None
    while True:
        yield rest, unit
        if rest[-1:] not in _ENDS and rest[:1] not in _ENDS:
            return
        plain = DECORATION.sub("", rest, count=1)
        if plain == rest and unit is None and (bracket := TRAILING_BRACKET.match(rest)):
            plain, unit = bracket["title"], UNIT_WORDS.sub("", bracket["unit"].replace("／", "/"))
        if plain == rest:
            return
        rest = plain


def claim_of(text: str, titles: Mapping[str, Column]) -> Claim | None:
    """The contract column that this header text names, exactly or without its decorations and one bracket with a unit.

    One that names a column of money but for a unit that this has not, names it too, with `wrong_unit`.
    """
    for rest, unit in readings(text):
        if rest in titles:
            column = titles[rest]
            known = next(title for title in column.titles if header_form(title) == rest)
            wrong = money_unit(unit) if unit and column.unit in MONEY else None
            if wrong and wrong != column.unit:
                return Claim(column.name, one_line(text), known, unit, wrong)
            fits = unit is None or unit in UNITS or unit == column.unit
            in_title = column.unit if column.unit in MONEY and rest.endswith(f"({column.unit})") else None
            return Claim(column.name, one_line(text), known, unit or in_title) if fits else None
    return in_other_unit(text, titles)


def in_other_unit(text: str, titles: Mapping[str, Column]) -> Claim | None:
    """The column of money that the header names once a large unit that this has not is taken from amid it."""
    plain = header_form(text)
    for found in UNIT_AMID.finditer(plain) if "元" in plain else ():
        claim = claim_of(plain[: found.start()] + plain[found.end() :], titles)
        if claim and unit_of(claim, titles) in MONEY - {found["unit"]}:
            return replace(claim, title=one_line(text), unit=found["unit"], wrong_unit=found["unit"])
    return None


def unit_of(claim: Claim, titles: Mapping[str, Column]) -> str | None:
    """The unit that the contract states for the column."""
    return next(column.unit for column in titles.values() if column.name == claim.column)


def in_unit(claim: Claim, unit: str | None, titles: Mapping[str, Column]) -> Claim:
    """The claim with the unit of money that another cell of the header gives its column; unchanged for other units."""
    money, expected = money_unit(unit or ""), unit_of(claim, titles)
    if claim.unit or money is None or expected not in MONEY:
        return claim
    return replace(claim, unit=unit, wrong_unit=money if money != expected else None)


def lone_unit(text: str) -> str | None:
    """The unit that is all that a cell holds, in a bracket or not: 元, （万元）."""
    plain = header_form(text).strip("()[]")
    return plain if plain in UNITS or LARGE_UNIT.fullmatch(plain) else None
