"""The header of a sheet: which cells name which contract columns, and which rows they stand in."""

import re
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise

from huimin.contracts.contract import Column, Contract, header_form, written_as
from huimin.sheets.titles import (
    MONEY,
    SERIALS,
    Claim,
    claim_of,
    in_unit,
    lone_unit,
    one_line,
    readings,
    titles_of,
    unit_of,
)
from huimin.sheets.units import LARGE_UNIT, YUAN, told_unit

OTHERS = (
    "户主", "家长", "代领人", "领取人", "干部", "经办", "配偶", "股东", "房东", "董事", "监事",
    "丈夫", "妻子", "爱人", "父亲", "母亲", "父母", "儿子", "女儿", "子女",
    "上月", "上年", "本年", "累计", "其中", "去年", "上季", "下月", "截至", "预发", "追回", "退回", "扣",
    "历年", "往年", "半年", "季度", "至今",
)  # fmt: skip
"""Persons and spans that a cell of one header row names, so that the other row's cell is not about the row's own."""
ACTING = re.compile(
    "(?:监护|代领|领取|领款|收款|付款|持卡|开户|代办|代理|代签|委托|受托|联系|介绍|担保|保证|见证|证明|申报|报告|填报|填表|办理"
    "|审核|审批|负责|抚养|扶养|赡养|照料|护理|看护|推荐|出租|出让|转让|共有|继承|帮扶|包保|合伙|投资|出资)(?:人|者|方)"
)
"""Who acts for another person, or has to do with the payment: named by what they do."""
OTHER_MONEY = re.compile(
    "(?:收入|支出|标准|租金|房租|结余|余额|补发|补扣|应发|应补|费用|总费|价格|总价|单价|成本|基数|工资|养老金|保险费|自付|自筹|报销"
    "|贷款|押金|差额)(?:合计|小计|总额|金额)?$"
)
"""Ends of a heading over amounts that are not the roster's: what is earned, due, owed or left over."""
WHOLE_YEAR = "全年"
"""A span that is another one but in rosters of years."""
APPLICANT = "申请人"
"""Whom the list is of, unless it names another person beside them."""
PERSONAL = re.compile(r".(?:姓名|身份证号?码?|证件号码?)$")
"""Ends of a title that says whose name or number it is."""
SEVERAL_MONTHS = re.compile("[0-9]月?[-—–~～至到][0-9]{1,2}月")
IN_BRACKETS = re.compile(r"\([^()]*\)")
LABELS = re.compile("填报|填表|报告|审核|审批|负责|办理")
"""Who fills in and signs a form: labels that stand above its header."""
GENERAL = ("信息", "情况")
"""Ends of a heading that say nothing: 户主信息 over 姓名 is 户主姓名."""

Row = Sequence[str]
"""Cells of one row, "" for an empty one."""


@dataclass(frozen=True)
class Header:
    """One row of titles, or two that belong together, with the rows of units below them."""

    first: int
    last: int
    """Indexes of its rows, 0-based; equal for a header of one row."""
    claims: tuple[Claim | None, ...]
    """By cell: the column it names."""
    titles: tuple[str, ...]
    """By cell: its text, "" when it has none."""

    @property
    def columns(self) -> frozenset[str]:
        """The contract columns found."""
        return frozenset(claim.column for claim in self.claims if claim)

    def missing(self, contract: Contract) -> tuple[Column, ...]:
        """Required columns that no cell names, but the period column: the name of sheet or file may tell the period."""
        told_by_name = contract.period_column if contract.period in ("month", "year", "term") else None
        return tuple(
            column
            for column in contract.columns
            if column.required and column.name not in self.columns and column.name != told_by_name
        )


NO_TITLES = Header(0, 0, (), ())
"""Of a row of data."""


def singles(rows: Sequence[Row], titles: Mapping[str, Column]) -> dict[int, Header]:
    """By index: the header of one row that each row would be that names a column; nearly all rows are data."""
    begin = written_as({title[0] for title in titles})
    named = cache(lambda cell: None if begin.isdisjoint(cell) else claim_of(cell, titles))
    claims = (tuple(map(named, row)) for row in rows)
    return {
        index: Header(index, index, told, tuple(map(one_line, rows[index])))
        for index, told in enumerate(claims)
        if any(told)
    }


def double(index: int, upper: Row, spread: Row, lower: Row, titles: Mapping[str, Column]) -> Header:
    """The header those two rows would be: both cells joined count first, then the lower, then the upper.

    `spread` is the upper row with every cell merged over columns standing in each of them: there it heads what stands
    below it, but over nothing it is one title, not several.
    """
    claims, shown = [], []
    alone, over_all = is_alone(upper), [*headings(upper, spread, lower)]
    applicants = names_another(over_all, lower, titles)
    for above, over, below in zip(upper, over_all, lower, strict=True):
        heading = over if below else above
        is_applicant = applicants and bool(below) and plain_heading(over) == APPLICANT
        claim = None if is_applicant else claim_of_two(heading, below, titles, alone=alone)
        claims.append(claim)
        shown.append(claim.title if claim else title_of_two(heading, below, titles))
    return Header(index, index + 1, tuple(claims), tuple(shown))


def is_alone(row: Row) -> bool:
    """Whether one cell of the row is filled and no other, as the title of a whole sheet is."""
    return sum(map(bool, row)) == 1


def headings(upper: Row, spread: Row, lower: Row) -> Iterator[str]:
    """What stands over each cell of the lower row.

    A cell that is not merged heads the open columns to its right too, as far as each has a title below: so merged
    cells look once they are text.
    """
    held = ""
    for above, over, below in zip(upper, spread, lower, strict=True):
        if over or not below:
            held = above if below else ""
        yield over or held


def claim_of_two(heading: str, below: str, titles: Mapping[str, Column], *, alone: bool) -> Claim | None:
    """The contract column that a cell and the one over it name; `alone`: no other cell of the upper row is filled.

    Neither counts by itself where the other names another person or span. Nor does the upper over a title of another
    column, as a label of what stands beside it (`月份：`), or alone in its row.
    """
    if not below:
        return claim_of(heading, titles) if heading else None
    if header_form(below) in SERIALS and header_form(below) not in titles:
        return None
    lower = claim_of(below, titles)
    if not heading or header_form(heading) == header_form(below):
        return lower
    joined = (claim_of(text + below, titles) for text in plain_headings(heading))
    if claim := next(filter(None, joined), None):
        return claim
    if lower:
        unit = told_unit(heading, unit_of(lower, titles) or YUAN)
        unit = unit or next((unit for _, unit in readings(heading) if unit), None)
        return None if bars(heading, below, titles) else in_unit(lower, unit, titles)
    if alone or names_others(below, heading, titles) or header_form(heading).endswith((":", "：")):
        return None
    upper = claim_of(heading, titles)
    return replace(upper, title=f"{upper.title}/{one_line(below)}") if upper else None


def plain_headings(heading: str) -> Iterator[str]:
    """A heading, then what is left of it without an end that says nothing."""
    yield heading
    yield plain_heading(heading)


def plain_heading(heading: str) -> str:
    """What is left of a heading without a colon and an end that says nothing."""
    plain = header_form(heading).rstrip(":：")
    return next((plain.removesuffix(word) for word in GENERAL if plain.endswith(word)), plain)


def bars(heading: str, below: str, titles: Mapping[str, Column]) -> bool:
    """Whether a cell tells nothing alone below that heading: it is about another person, span or kind of money."""
    return names_others(heading, below, titles) or names_other_money(heading, below, titles)


def names_others(text: str, beside: str, titles: Mapping[str, Column]) -> bool:
    """Whether a header cell names another person or span, and the cell that it is joined with does not name it too.

    Whom the roster is of is no other person, nor is the whole year another span where the roster is of years.
    """
    named, other = header_form(text), header_form(beside)
    if SEVERAL_MONTHS.search(named) and not SEVERAL_MONTHS.search(other):
        return True
    if is_own_person(named, titles):
        return False
    if WHOLE_YEAR in named and WHOLE_YEAR not in other and not is_yearly(titles):
        return True
    words = (*(word for word in OTHERS if word in named), *ACTING.findall(named))
    return any(word not in other for word in words)


def is_own_person(heading: str, titles: Mapping[str, Column]) -> bool:
    """Whether a heading, brackets aside, names the person whom the roster is of: `name` has a title that says so."""
    plain = IN_BRACKETS.sub("", plain_heading(heading))
    return any(text in titles and titles[text].name == "name" for text in (plain, plain + "姓名"))


def is_yearly(titles: Mapping[str, Column]) -> bool:
    """Whether the roster is of years."""
    return any(column.type.name == "year" for column in titles.values())


def names_other_money(heading: str, below: str, titles: Mapping[str, Column]) -> bool:
    """Whether a heading over the title of an amount names a kind of money that is not the roster's own."""
    plain = IN_BRACKETS.sub("", plain_heading(heading))
    found = OTHER_MONEY.search(plain)
    if not found or found[0] in header_form(below) or f"{plain}金额" in titles:
        return False
    lower = claim_of(below, titles)
    return lower is not None and unit_of(lower, titles) in MONEY


def title_of_two(heading: str, below: str, titles: Mapping[str, Column]) -> str:
    """How a column is called that two cells title and that is none of the contract's."""
    return one_line(heading + below if below and bars(heading, below, titles) else below or heading)


def of_others(upper: Row, spread: Row, lower: Row, titles: Mapping[str, Column]) -> frozenset[int]:
    """Which cells of a row stand below a heading that names another person, span or money, and so tell nothing alone.

    The heading is such a name and no more, is merged over columns, or stands in a row of which the lower one repeats a
    title, as where cells are merged over both; the title of a whole sheet is none.
    """
    title = is_alone(upper) and bool(upper[0])
    over_all = [*headings(upper, spread, lower)]
    tied = any(below and header_form(over) == header_form(below) for over, below in zip(over_all, lower, strict=True))
    applicants = names_another(over_all, lower, titles)
    found = set()
    for index, (over, below) in enumerate(zip(over_all, lower, strict=True)):
        merged = bool(spread[index]) and spread.count(spread[index]) > upper.count(spread[index]) and not title
        clear = (merged or tied or is_nothing_else(over)) and bars(over, below, titles)
        applicant = applicants and plain_heading(over) == APPLICANT
        if over and below and header_form(over) != header_form(below) and (clear or applicant):
            found.add(index)
    return frozenset(found)


def is_nothing_else(heading: str) -> bool:
    """Whether a heading is the name of another person, span or kind of money and no more.

    Who filled in a form is told above its header as well, so those are not looked for.
    """
    return any(
        text in OTHERS or text == WHOLE_YEAR or (ACTING.fullmatch(text) and not LABELS.match(text))
        or OTHER_MONEY.fullmatch(text)
        for text in plain_headings(heading)
    )  # fmt: skip


def names_another(headings_: Sequence[str], lower: Row, titles: Mapping[str, Column]) -> bool:
    """Whether a header of two rows names a person whom the contract has not beside an applicant."""
    if not any(plain_heading(over) == APPLICANT for over in headings_):
        return False
    joined = (
        over + below if over and PERSONAL.match(f"·{below}") else below or over
        for over, below in zip(headings_, lower, strict=True)
        if plain_heading(over) != APPLICANT
    )
    return any(
        PERSONAL.search(header_form(text)) and not claim_of(text, titles) and not names_others(text, "", titles)
        for text in joined
    )


def without(header: Header, cells: Container[int]) -> Header:
    """The header with these cells naming nothing."""
    return replace(header, claims=tuple(None if at in cells else claim for at, claim in enumerate(header.claims)))


def with_units(header: Header, spread: Sequence[Row], titles: Mapping[str, Column]) -> Header:
    """The header with the rows below it that hold nothing but units, each the unit of the column above it."""
    while header.last + 1 < len(spread):
        row = spread[header.last + 1]
        units = [lone_unit(cell) for cell in row]
        if not any(row) or any(cell and not unit for cell, unit in zip(row, units)):
            break
        claims = tuple(in_unit(claim, unit, titles) if claim else None for claim, unit in zip(header.claims, units))
        if claims == header.claims and any(unit and LARGE_UNIT.search(unit) for unit in units):
            break  # it is not about one column
        header = replace(header, last=header.last + 1, claims=claims)
    return header


def likely_titles(upper: Row, lower: Row, starts: Container[str]) -> int:
    """How many columns two rows can name at most, by the first characters of their cells: nearly all rows are data."""

    def likely(cell: str) -> bool:
        return bool(cell) and (cell[0] in starts or not cell[0].isalnum())

    return sum(likely(above) or likely(below) for above, below in zip(upper, lower, strict=True))


def completes(lower: Row, upper: Row, header: Header) -> bool:
    """Whether the lower row stands below none of the columns named above it, and titles some that were left open."""
    filled = [index for index, cell in enumerate(lower) if cell]
    return all(header.claims[index] is None for index in filled) and any(not upper[index] for index in filled)


def opens(upper: Row, lower: Row) -> bool:
    """Whether the upper row titles columns left open below: two or more, or the serial numbers.

    A title of the whole sheet stands alone.
    """
    filled = [index for index, cell in enumerate(upper) if cell]
    titles = len(filled) > 1 or any(header_form(upper[index]) in SERIALS for index in filled)
    return titles and not any(lower[index] for index in filled)


def best_header(
    rows: Sequence[Row], spread: Sequence[Row], contract: Contract, tied: Container[int] = ()
) -> Header | None:
    """The candidate that names most contract columns, with the rows of units below it; None when none names any.

    Among equals one row comes before two, unless cells are merged over both, the second is a header in its own right,
    or one titles only what the other left open; then the earliest.
    `rows` are the first rows of a sheet, all equally wide; `spread` the same with cells merged over columns repeated;
    `tied` the indexes of those that a merged cell ties to the next.
    """
    titles = titles_of(contract)
    starts = {title[0] for title in titles}
    ones = singles(rows, titles)
    others = {index: of_others(rows[index - 1], spread[index - 1], rows[index], titles) for index in ones if index}
    ones = {index: without(header, others.get(index, ())) for index, header in ones.items()}
    most = max((1, *(len(header.columns) for header in ones.values())))
    twos = [
        without(double(index, upper, spread[index], lower, titles), others.get(index, ()))
        for index, (upper, lower) in enumerate(pairwise(rows))
        if any(upper) and any(lower) and likely_titles(spread[index], lower, starts) >= most
    ]

    def rank(header: Header) -> tuple[int, bool]:
        upper, lower = (ones.get(index, NO_TITLES) for index in (header.first, header.last))
        own = 2 <= len(lower.columns) < len(header.columns) or bool(others.get(header.last))
        below = upper.columns == header.columns and completes(rows[header.last], rows[header.first], upper)
        above = lower.columns == header.columns and opens(rows[header.first], rows[header.last])
        two = header.first in tied or own or below or above
        return len(header.columns), header.first < header.last and two

    named = (header for header in (*ones.values(), *twos) if header.columns)
    best = max(named, key=rank, default=None)
    return with_units(best, spread, titles) if best else None
