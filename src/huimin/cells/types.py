"""One object a column type: all that is said of a cell, whatever roster it stands in."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Literal, Protocol

import polars as pl

from huimin.cells.calendar import parse_date, parse_month, parse_term, parse_year, usual_day, usual_month
from huimin.cells.category import parse_category
from huimin.cells.codes import ACCOUNT, CODE, parse_account, parse_code, parse_credit_code, parse_plate, parse_vin
from huimin.cells.folding import NULL_WORDS, is_trimmed
from huimin.cells.id_number import is_sound, parse_id_number
from huimin.cells.names import is_plain, known_sql, parse_name
from huimin.cells.numbers import parse_decimal, parse_integer, parse_money
from huimin.cells.parsed import parsed

Family = Literal["text", "number", "day"]


class TypedColumn(Protocol):
    """What a parser must know of a contract's column."""

    @property
    def name(self) -> str:
        """As contracts write it."""
        ...

    @property
    def type(self) -> "CellType":
        """The type of its cells."""
        ...

    @property
    def values(self) -> tuple[str, ...]:
        """Of a category: the canonical values."""
        ...

    @property
    def synonyms(self) -> tuple[tuple[str, str], ...]:
        """(cell text, canonical value) of a category, or of an integer written in words."""
        ...

    @property
    def null_words(self) -> bool:
        """Whether a word for nothing (无, /) counts as an empty cell, as it does in all columns but those of text."""
        ...

    @property
    def is_end(self) -> bool:
        """Whether it holds the last day of something, so that 长期 (for good) is an empty cell."""
        ...


@dataclass(frozen=True)
class Mask:
    """What may be published of values."""

    sql: str
    """The text that analysts may read, as SQL of `{}`, the whole value; macros are those of `clues.masks`."""
    domain: str | None = None
    """Of the keyed hash that joins the values without showing them; None for what is not joined so."""
    door: str | None = None
    """As case workers see it inside sentences, where they have it whole in a column of its own; None: whole."""

    def of(self, value: str) -> str:
        """The SQL expression of the published value, given the SQL expression of the whole one."""
        return self.sql.format(value)


@dataclass(frozen=True, eq=False)
class CellType:
    """All that is true of every cell of one type."""

    name: str
    """As contracts write it."""
    title: str
    """As people call it."""
    parquet: pl.DataType
    sql: str
    family: Family
    """What its values can be compared with."""
    parse: Callable[[TypedColumn, pl.Expr, date], pl.Expr]
    """A struct with value, reason and finding of each cleaned text of a column; birth dates after the day are none."""
    mask: Mask
    told: str
    """The value as one says it to a case worker, as SQL of `{cell}` and `{unit}`."""
    accepts: str
    """What a cell may hold, in the words of the person who fills the sheet."""
    number_format: str | None = None
    """Of the cells of a template, in Excel's language; None: text, which Excel leaves as it is typed."""
    width: int = 15
    """Of a template's column, in characters."""
    repeats: bool = False
    """Whether its texts are few, so that parsing each text once is cheaper than parsing each cell."""
    takes_any_text: bool = False
    """Whether no text is ever rejected."""
    nothing: frozenset[str] = NULL_WORDS
    """Words that say that there is nothing."""
    known: Callable[[str], str] | None = None
    """SQL for whether a value can be compared with others, that SQL expression; None for a type of which all can."""
    stands: Callable[[pl.Expr, date], pl.Expr] | None = None
    """Whether a cell as delivered is its own value without reason or finding, where nearly all of a type are."""
    usual: Callable[[pl.Expr], pl.Expr] | None = None
    """The value of a text in the form that most programs write, by a short way and without reason or finding; null for
    every other text."""

    def __reduce__(self) -> tuple[Callable[[str], "CellType"], tuple[str]]:
        """Only the name goes to another process, which has the same object."""
        return type_named, (self.name,)


AS_IT_IS = Mask("{}::varchar")
MONTH_ONLY = Mask("strftime({}, '%Y-%m')")
HIDDEN = Mask("left({}::varchar, 0)")
"""Not at all: nobody can know beforehand what a text says of a person."""
IF_COMMON = Mask("if_common({})")
"""As it is where at least five persons in force carry the value; where fewer do, it may tell who they are."""
TOLD = Mask("told({})")
"""Identifiers and the names of the night's matched persons are masked inside it."""

PUBLISHED: Mapping[str, Mask] = MappingProxyType(
    {"whole": AS_IT_IS, "month": MONTH_ONLY, "if_common": IF_COMMON, "told": TOLD, "hidden": HIDDEN}
)
"""What a contract's column may say of itself in the place of its type, and a rule of its facts."""

ID_NUMBER = CellType(
    name="id_number", title="身份证号", parquet=pl.String(), sql="varchar", family="text",
    parse=lambda column, text, read_on: parse_id_number(text, read_on), stands=is_sound,
    mask=Mask("masked_id({})", domain="person", door="left({0}, 6) || '********' || right({0}, 4)"),
    told="'尾号' || right({cell}, 4)",
    accepts="18 位公民身份号码。单元格为文本格式，勿改为数值，否则末三位会变成 000", width=22,
)  # fmt: skip
NAME = CellType(
    name="name", title="姓名", parquet=pl.String(), sql="varchar", family="text", takes_any_text=True,
    parse=lambda column, text, read_on: parse_name(text), stands=lambda text, read_on: is_plain(text), known=known_sql,
    mask=Mask("masked_name({})"), told="{cell}", accepts="姓名全称，中间点用“·”",
)  # fmt: skip
DATE = CellType(
    name="date", title="日期", parquet=pl.Date(), sql="date", family="day", repeats=True,
    parse=lambda column, text, read_on: parse_date(text), usual=usual_day,
    mask=MONTH_ONLY, told="shown_day({cell}, 'day')", accepts="日期，如 2023-08-01", number_format="yyyy-mm-dd",
)  # fmt: skip
MONTH = CellType(
    name="month", title="年月", parquet=pl.Date(), sql="date", family="day", repeats=True,
    parse=lambda column, text, read_on: parse_month(text), usual=usual_month,
    mask=MONTH_ONLY, told="shown_day({cell}, 'month')", accepts="年月，如 2023-08",
)  # fmt: skip
YEAR = CellType(
    name="year", title="年度", parquet=pl.Int32(), sql="integer", family="number", repeats=True,
    parse=lambda column, text, read_on: parse_year(text),
    mask=AS_IT_IS, told="{cell} || '年'", accepts="年度，如 2023", number_format="0",
)  # fmt: skip
TERM = CellType(
    name="term", title="学期", parquet=pl.String(), sql="varchar", family="text", repeats=True,
    parse=lambda column, text, read_on: parse_term(text),
    mask=AS_IT_IS, told="replace(replace({cell}, '-spring', '年春季学期'), '-autumn', '年秋季学期')",
    accepts="学期，如 2023年春季、2023年秋季",
)  # fmt: skip
MONEY = CellType(
    name="money", title="金额", parquet=pl.Decimal(14, 2), sql="decimal(14,2)", family="number", repeats=True,
    parse=lambda column, text, read_on: parse_money(text), nothing=NULL_WORDS - {"nan"},
    mask=AS_IT_IS, told="format('{{:,.2f}}元', {cell}::double)",
    accepts="金额，单位元，最多两位小数；不写“万”，不用科学计数", number_format="0.00",
)  # fmt: skip
INTEGER = CellType(
    name="integer", title="整数", parquet=pl.Int32(), sql="integer", family="number", repeats=True,
    parse=lambda column, text, read_on: parse_integer(text, column.synonyms),
    mask=AS_IT_IS, told="{cell} || {unit}", accepts="整数", number_format="0",
)  # fmt: skip
DECIMAL = CellType(
    name="decimal", title="数值", parquet=pl.Decimal(14, 4), sql="decimal(14,4)", family="number", repeats=True,
    parse=lambda column, text, read_on: parse_decimal(text),
    mask=AS_IT_IS, told="rtrim(rtrim({cell}::varchar, '0'), '.') || {unit}",
    accepts="数值，最多四位小数", number_format="0.####",
)  # fmt: skip
CATEGORY = CellType(
    name="category", title="类别", parquet=pl.String(), sql="varchar", family="text", repeats=True,
    parse=lambda column, text, read_on: parse_category(text, column.values, column.synonyms),
    mask=AS_IT_IS, told="{cell}", accepts="从下拉列表中选择",
)  # fmt: skip
ACCOUNT_NUMBER = CellType(
    name="account", title="账号", parquet=pl.String(), sql="varchar", family="text",
    parse=lambda column, text, read_on: parse_account(text), stands=lambda text, read_on: text.str.contains(ACCOUNT),
    mask=Mask("masked_account({})", domain="account", door="masked_account({})"), told="'尾号' || right({cell}, 4)",
    accepts="银行账号，只含数字。单元格为文本格式，勿改为数值", width=22,
)  # fmt: skip
CODE_NUMBER = CellType(
    name="code", title="编号", parquet=pl.String(), sql="varchar", family="text",
    parse=lambda column, text, read_on: parse_code(text), stands=lambda text, read_on: text.str.contains(CODE),
    mask=Mask("masked_code({})", domain="code"), told="{cell}",
    accepts="编号，照证件或单据填写。单元格为文本格式，勿改为数值", width=22,
)  # fmt: skip
PLATE = CellType(
    name="plate", title="号牌", parquet=pl.String(), sql="varchar", family="text", takes_any_text=True,
    parse=lambda column, text, read_on: parse_plate(text),
    mask=Mask("masked_plate({})", domain="plate"), told="{cell}", accepts="号牌号码，如 鄂A12345",
)  # fmt: skip
VIN = CellType(
    name="vin", title="车辆识别代号", parquet=pl.String(), sql="varchar", family="text", takes_any_text=True,
    parse=lambda column, text, read_on: parse_vin(text),
    mask=Mask("masked_code({})", domain="vin"), told="{cell}", accepts="17 位车辆识别代号", width=22,
)  # fmt: skip
CREDIT_CODE = CellType(
    name="credit_code", title="统一社会信用代码", parquet=pl.String(), sql="varchar", family="text",
    takes_any_text=True, parse=lambda column, text, read_on: parse_credit_code(text),
    mask=Mask("masked_code({})", domain="credit_code"), told="{cell}", accepts="18 位统一社会信用代码",
)  # fmt: skip
TEXT = CellType(
    name="text", title="文字", parquet=pl.String(), sql="varchar", family="text", takes_any_text=True,
    parse=lambda column, text, read_on: parsed(text), stands=lambda text, read_on: is_trimmed(text),
    nothing=frozenset(), mask=HIDDEN, told="{cell}", accepts="文字",
)  # fmt: skip

TYPES: Mapping[str, CellType] = MappingProxyType(
    {
        kind.name: kind
        for kind in (
            ID_NUMBER, NAME, DATE, MONTH, YEAR, TERM, MONEY, INTEGER, DECIMAL, CATEGORY, ACCOUNT_NUMBER, CODE_NUMBER,
            PLATE, VIN, CREDIT_CODE, TEXT,
        )
    }
)  # fmt: skip
"""By the name that contracts use."""


def type_named(name: str) -> CellType:
    """The type of that name. Raises KeyError when there is none."""
    return TYPES[name]
