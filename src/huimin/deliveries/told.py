"""The slot that is not told by a delivery's rows: what its titles, sheets, file and folders say of the period."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from huimin.cells.period import Mention, bare_month, mentions, whole_name
from huimin.contracts.contract import Contract, Period
from huimin.errors import DeliveryError
from huimin.sheets.shapes import Table
from huimin.store.delivery import Delivery
from huimin.zone import local

SOUGHT = {
    "month": ("月份", "2023年8月、2023-08、202308"),
    "year": ("年度", "2023年、2023年8月、202308"),
    "term": ("学期", "2023年春季、2022-2023学年第二学期"),
}
SEASONS = {"spring": "春季", "autumn": "秋季"}
FIRST_MONTHS = {"spring": 2, "autumn": 9}
NEAREST: dict[str, tuple[str, ...]] = {
    "title": ("title", "sheet", "file"),
    "sheet": ("file", "title"),
    "file": ("file", "title", "sheet"),
}
"""Where the year of a form without one is looked for, when its own text has none."""


@dataclass(frozen=True)
class Name:
    """A text that may tell the period of a table."""

    text: str
    kind: Literal["title", "sheet", "file"]
    """A folder in a zip and the zip itself count as the file."""
    place: str
    """Where it stands, for a message."""


@dataclass(frozen=True)
class Told:
    """One period that a name tells."""

    name: Name
    said: Mention
    is_page: bool = False
    """Whether it is a number that may be a page's: then it is no part of what the file tells, but must agree with it
    (see `told_by_number`)."""


ToldSlot = tuple[Told, str | None]
"""What is told, and its slot; None where no year is told beside it."""


def names_of(table: Table, delivery: Delivery) -> Iterator[Name]:
    """What may tell the period of a sheet: its titles, its name, the file's and those of what holds it."""
    sheet = f"工作表“{table.sheet}”" if table.sheet else ""
    for row, text in table.above:
        yield Name(text, "title", f"{sheet}标题行（第{row}行）")
    yield from sheet_names(table)
    yield from file_names(delivery)


def sheet_names(table: Table) -> Iterator[Name]:
    """The name of its sheet; none of a text file."""
    if table.sheet:
        yield Name(table.sheet, "sheet", f"工作表“{table.sheet}”的名称")


def file_names(delivery: Delivery) -> Iterator[Name]:
    """The file's base name; of a zip member its own name, then the folders and the zip that hold it."""
    file, *holders = delivery.file.split("/")[::-1]
    yield Name(file, "file", "文件名")
    yield from (Name(folder, "file", "压缩包中的文件夹名") for folder in holders[:-1])
    yield from (Name(archive, "file", "压缩包名") for archive in holders[-1:])


def told_by(names: Iterator[Name]) -> list[Told]:
    """Every period that the names speak of, in their order."""
    return [Told(name, said) for name in names for said in said_by(name)]


def said_by(name: Name) -> Iterator[Mention]:
    """What the name speaks of; a sheet's may be nothing but a year, a season or a month's English name."""
    whole = whole_name(name.text) if name.kind == "sheet" else None
    yield from [whole] if whole else mentions(name.text)


def tells_month(sheet: str) -> bool:
    """Whether a sheet's name tells a month."""
    return any(said.month for said in said_by(Name(sheet, "sheet", "")))


def told_by_number(table: Table, told: Sequence[Told]) -> Iterator[Told]:
    """The month that a sheet's name may mean which is a bare number, as several of its workbook are.

    They are months where all are such numbers or tell a month. They may as well number pages where other sheets stand
    beside them, or where they are 1, 2, 3 … of a file of another month. Where a title tells the sheet's month they tell
    nothing.
    """
    month = bare_month(table.sheet or "")
    months = [number for sheet in table.sheets if (number := bare_month(sheet))]
    titled = any(one.name.kind == "title" and one.said.month and is_plain(one.said) for one in told)
    if month is None or len(months) < 2 or titled:
        return
    of_file = {one.said.month for one in told if one.name.kind == "file" and one.said.month and is_plain(one.said)}
    counted = sorted(months) == [*range(1, len(months) + 1)] and bool(of_file) and max(months) not in of_file
    is_page = counted or not all(bare_month(sheet) or tells_month(sheet) for sheet in table.sheets)
    yield from (Told(name, Mention(month=month), is_page) for name in sheet_names(table))


def slot_of_table(table: Table, contract: Contract, delivery: Delivery) -> str:
    """The one slot of a monthly, yearly or termly roster that the names around a table tell.

    Raises:
        DeliveryError: they tell none, one without its year, or two that differ.
    """
    told = told_by(names_of(table, delivery))
    told = [*told_by_number(table, told), *told]
    what, forms = SOUGHT[contract.period]
    title = contract.column(contract.period_column or "").titles[0]
    fix = f"增加“{title}”列，或在文件名中写明{what}"
    tier = next(tiers(told, contract.period), None)
    if tier is None:
        where = f"工作表“{table.sheet}”" if table.sheet else ""
        lacking = "没有数据行" if contract.period_column in table.records.columns else f"没有“{title}”列"
        problem = f"{where}{lacking}，标题行、工作表名和文件名中也找不到{what}（如 {forms}）"
        raise DeliveryError(delivery.file, problem, fix)
    claims = [(one, slot_of(one, told, contract.period)) for one in tier]
    for one, slot in claims:
        if slot is None:
            problem = f"{one.name.place}只写了{shown(one.said)}，没有写明是哪一年"
            raise DeliveryError(delivery.file, problem, f"增加“{title}”列，或在旁边写明年份")
    claims = without_whole(claims)
    slots = {slot for _, slot in claims if slot}
    if len(slots) > 1:
        problem = f"写了不同的{what}：{'，'.join(dict.fromkeys(placed(one, slot) for one, slot in claims if slot))}"
        raise DeliveryError(delivery.file, problem, f"只留一个{what}；几个{what}的数据在一份里，就增加“{title}”列")
    return slots.pop()


def tiers(told: Sequence[Told], kind: Period) -> Iterator[list[Told]]:
    """What is told of the roster's kind of period, the surest first: forms of that kind, then days, then asides."""
    for aside in (False, True):
        here = [one for one in told if (one.said.aside is not None) == aside]
        own = [one for one in here if one.said.day is None and tells(one.said, kind)]
        days = [one for one in here if one.said.day is not None and tells(one.said, kind)]
        yield from filter(None, (own, days))


def tells(said: Mention, kind: Period) -> bool:
    """Whether it says something of that kind of period."""
    part = {"month": said.month, "year": said.year, "term": said.season}[kind]
    return part is not None


def slot_of(one: Told, told: Sequence[Told], kind: Period) -> str | None:
    """The slot that it tells, by its own year or the one told beside it; None without any."""
    year = one.said.year or year_beside(one, told)
    if year is None or kind == "year":
        return str(year) if year else None
    return f"{year}-{one.said.month:02}" if kind == "month" else f"{year}-{one.said.season}"


def year_beside(one: Told, told: Sequence[Told]) -> int | None:
    """The one year told in the same text, else in the nearest names; None where they tell none, or several.

    A day or an aside tells a year only of what does not lie after it: `20240105报送` is no year of December.
    """
    same = [other for other in told if other.name == one.name]
    levels = [same, *([other for other in told if other.name.kind == kind] for kind in NEAREST[one.name.kind])]
    for surely in (True, False):
        for level in levels:
            years = {
                other.said.year
                for other in level
                if other.said.year and (is_plain(other.said) if surely else not is_later(one.said, other.said))
            }
            if years:
                return years.pop() if len(years) == 1 else None
    return None


def is_plain(said: Mention) -> bool:
    """Whether it speaks of a period: it is no day and stands by no word of reporting."""
    return said.day is None and said.aside is None


def is_later(said: Mention, other: Mention) -> bool:
    """Whether the month of `said` (a term's first, else January) is later in the year than that of `other`."""
    month = said.month or FIRST_MONTHS.get(said.season or "", 1)
    return other.month is not None and month > other.month


def without_whole(claims: list[ToldSlot]) -> list[ToldSlot]:
    """The claims but the file's own month where sheets named by months without a year are its parts.

    A part later than the file's month is none: then both stay.
    """
    parts = [slot for one, slot in claims if is_part(one) and slot]
    whole = [slot for one, slot in claims if one.name.kind == "file" and slot]
    if not parts or not whole or max(parts) > max(whole):
        return claims
    return [(one, slot) for one, slot in claims if one.name.kind != "file"]


def is_part(one: Told) -> bool:
    """Whether it is a month without a year in a sheet's name: that sheet is a part of its workbook."""
    return one.name.kind == "sheet" and one.said.month is not None and one.said.year is None and not one.is_page


def placed(one: Told, slot: str) -> str:
    """The slot and where it stands, for a message."""
    year, _, part = slot.partition("-")
    season = SEASONS.get(part)
    return f"{one.name.place}{year}年{season or (f'{int(part)}月' if part else '')}"


def shown(said: Mention) -> str:
    """What is told without its year, for a message."""
    return SEASONS[said.season] if said.season else f"{said.month}月"


def slot_of_file(delivery: Delivery, kind: Period) -> str | None:
    """The slot of an event or register roster that the names of its file tell; None where each event tells its own.

    Events: the one month they tell, else the one year. Registers: the first day, else the first of a month, else the
    day it was received; a day on which the file was reported counts only where no other is told.
    """
    told = told_by(file_names(delivery))
    if kind == "register":
        dated = [one.said for one in told if one.said.year and one.said.month]
        order = sorted(dated, key=lambda said: (said.aside == "reported", said.day is None))
        days = (f"{said.year}-{said.month:02}-{said.day or 1:02}" for said in order)
        return next(days, local(delivery.received_at).date().isoformat())
    months, years = (next(tiers(told, period), []) for period in ("month", "year"))
    slots = {slot_of(one, told, "month") for one in months} or {slot_of(one, told, "year") for one in years}
    return slots.pop() if len(slots) == 1 else None


def slot_named(delivery: Delivery, kind: Period) -> str | None:
    """The slot of a roster of any kind that the names of its file tell; None where they tell none, or several."""
    if kind not in SOUGHT:
        return slot_of_file(delivery, kind)
    told = told_by(file_names(delivery))
    slots = {slot_of(one, told, kind) for one in next(tiers(told, kind), [])}
    return slots.pop() if len(slots) == 1 else None


def slot_of_nothing(table: Table, contract: Contract, delivery: Delivery) -> str:
    """The slot of a table that says that there is nothing to pay. Raises DeliveryError when no name tells it."""
    if contract.period in SOUGHT:
        return slot_of_table(table, contract, delivery)
    slot = slot_of_file(delivery, contract.period)
    if slot is None:
        raise DeliveryError(
            delivery.file, "写明没有发放对象，文件名中找不到是哪个月的", "在文件名中写明月份，如 2023年8月"
        )
    return slot
