"""Which rows below a header are data, and which are layout: blank ones, totals, notes, examples, titles again."""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

import polars as pl

from huimin.cells.folding import trimmed, without_blanks
from huimin.contracts.contract import Contract, header_form
from huimin.sheets.header import Header
from huimin.sheets.titles import SERIALS

ID_NUMBER = "^[0-9]{17}[0-9X]$"
FEWEST_DIGITS = 14
"""What an id_number cell of a total row holds fewer of: a person's row is never a total."""
PART_OF_ID = r"^\s*(?:\d{6,}[\dXx*＊]*|\d(?:\.\d+)?[Ee]\+?1\d)\s*$"
"""What is left of an ID number that was cut off, masked, or written as 4.29999E+17."""
_SIGNS = r"[^\p{L}\p{N}]*"
"""What may stand around a word and says nothing: brackets, quotes, stars, colons."""
_BRACKET = r"[(（\[［【〔][^()（）\[\]［］【】〔〕]{0,10}[)）\]］】〕]"
_COUNTED = (
    r"[\p{N}一二三四五六七八九十百千万亿零两.．,，]+"
    "(?:[百千万亿]?元|个?(?:项目?|单位|企业|社区|街道|乡镇)|个村|[个家户人笔条件处名次份宗所])?"
)
TOTAL_WORDS = "(?:[合小总總共累][计計])"
TOTAL = rf"{TOTAL_WORDS}(?:$|[：:])"
TOTAL_ALONE = rf"^{_SIGNS}(?:{TOTAL_WORDS}[数數额額]?|[总總][数數额額])(?:{_SIGNS}{_COUNTED}|{_BRACKET})?{_SIGNS}$"
"""A cell that is nothing but a word for a total, with what is counted or a bracket behind it: 共计42项, 合计（2家）."""
TOTAL_SHORT = rf"^{_SIGNS}[\p{{L}}\p{{N}}]{{0,6}}{TOTAL_WORDS}[数數]?(?:{_BRACKET})?{_SIGNS}$"
"""The same behind a few characters that tell of what: 本页合计数, 东湖街道合计（2家）."""
_PAGE = r"[\p{N}一二三四五六七八九十百]+页"
NOTE = (
    r"^(?:填表人|审核人|制表人|经办人|负责人|单位负责人|领导签字|制表日期|填报日期|填报单位|备注|说明|注)(?:$|[：:]|\p{N})"
    rf"|^第{_PAGE}(?:[,，、/(（]?共{_PAGE}[)）]?)?$|^共{_PAGE}$"
)
LABEL = r"^\p{Han}{1,10}[：:]"
"""What may stand beside a note in its row (`审核：`), but where a record has a number, day or identifier never does."""
LIST_ITEM = r"^[(（]?\p{N}+[.．、)）]"
"""How a note goes on in the next row: `2.不得涂改`."""
NUMBERING = "^(?:栏次|行次)[：:]?$"
EXAMPLES = rf"^{_SIGNS}(?:例|示例|样例){_SIGNS}$"
NIL = "^[(（]?(?:本月无发放对象|无发放对象|零报送)[)）]?[。.！!]?$"
"""What a department with nothing to pay writes in the place of its rows."""
EXAMPLE_TITLE, DATA_TITLE = "填写示例", "以下为正式填报"
"""Titles between which a template's example rows stand."""
TEXTS = frozenset({"text", "name"})
JUDGED = frozenset(
    {
        "integer", "decimal", "money", "date", "month", "year", "term",
        "id_number", "account", "plate", "vin", "credit_code", "code",
    }
)  # fmt: skip
"""Types of which a filled required cell tells that a row is no note."""


Stretch = tuple[int, int]
"""Numbers of the first and last of some rows that follow one another."""


@dataclass(frozen=True)
class ColumnRoles:
    """What the cells of a table's rows are, by the names of the frame's columns."""

    every: tuple[str, ...]
    ignored: tuple[str, ...]
    """Serial numbers."""
    id_number: str | None
    name: str | None
    behind_person: tuple[str, ...]
    """What stands right of both."""
    of_persons: bool
    """Whether the roster has ID numbers, even where this header does not."""
    required: tuple[str, ...]
    judged: tuple[str, ...]
    """Required cells of numbers, money, days, periods and identifiers."""
    texts: tuple[str, ...]
    total_words: tuple[str, ...]
    """Cells in which a total is told, of a roster without ID numbers: required texts and what stands left of them."""


def places_of(header: Header, contract: Contract) -> ColumnRoles:
    """The places of a header's columns."""
    names = tuple(f"c{at}" for at in range(len(header.claims)))
    claimed = {name: contract.column(claim.column) for name, claim in zip(names, header.claims) if claim}
    required = [name for name, column in claimed.items() if column.required]
    leading = [name for name in required if claimed[name].type.name in TEXTS]
    left_of = names.index(leading[0]) if leading else len(names)
    id_number, name = (
        next((place for place, column in claimed.items() if column.name == wanted), None)
        for wanted in ("id_number", "name")
    )
    behind = max((names.index(place) for place in (id_number, name) if place), default=len(names))
    return ColumnRoles(
        every=names,
        ignored=tuple(name for name, title in zip(names, header.titles) if is_serial(header, title)),
        id_number=id_number,
        name=name,
        behind_person=names[behind + 1 :],
        of_persons=any(column.name == "id_number" for column in contract.columns),
        required=tuple(required),
        judged=tuple(name for name in required if claimed[name].type.name in JUDGED),
        texts=tuple(name for name, column in claimed.items() if column.type.name in TEXTS),
        total_words=(*names[:left_of], *leading),
    )


def is_serial(header: Header, title: str) -> bool:
    """Whether the column only numbers the rows: 序号 or 编号, unless the contract has such a title itself."""
    return header_form(title) in SERIALS and all(claim is None or claim.title != title for claim in header.claims)


def tidy(rows: pl.DataFrame, names: Sequence[str]) -> pl.DataFrame:
    """The rows with these cells without outer blanks and marks for text (`="合计"`, `'例`), empty ones null."""
    return rows.with_columns(trimmed(pl.col(name)).alias(name) for name in names)


def of_persons(rows: pl.DataFrame, header: Header, titled: pl.DataFrame) -> pl.Series:
    """By row: whether its id_number cell is 18 characters, as nearly always, and none of the titles in its column is.

    Such a row is data unless it is an example: no other test need look at it.
    """
    place = next((f"c{at}" for at, claim in enumerate(header.claims) if claim and claim.column == "id_number"), None)
    if place is None or any(re.search(ID_NUMBER, header_form(text or "")) for text in titled[place]):
        return pl.repeat(value=False, n=rows.height, dtype=pl.Boolean, eager=True)
    return rows[place].str.contains(ID_NUMBER).fill_null(value=False)


def is_layout(
    doubtful: pl.DataFrame, titled: pl.DataFrame, places: ColumnRoles, noted: int = 0
) -> tuple[pl.Series, int]:
    """By row of trimmed cells: whether it is no data; and the number of the last row that is a note.

    `titled`: the header and what stands above it; `noted`: the last row before these that is a note.
    """
    filled = [pl.col(name).is_not_null() for name in places.every if name not in places.ignored]
    told = doubtful.select(
        "row",
        blank=~pl.any_horizontal(says_nothing(places.every), *filled),
        total=total(places),
        note=note(places),
        numbering=numbering(places),
        title=is_title(places.every),
    )
    layout = told.select(pl.any_horizontal(pl.exclude("row"))).to_series()
    notes = {noted, *told.filter("note")["row"]}
    items = [*continued(doubtful, notes, places.every)]
    more = [*repeated_rows(doubtful, titled, places.every), *items]
    return layout | told["row"].is_in(more), max([*notes, *items])


def matches(cell: pl.Expr, pattern: str) -> pl.Expr:
    """Whether the cell without white space has the pattern; an empty one has not."""
    return without_blanks(cell).str.contains(pattern).fill_null(value=False)


def first_cell(names: Sequence[str]) -> pl.Expr:
    """The first filled cell of a row."""
    return pl.coalesce(names)


def alone(names: Sequence[str]) -> pl.Expr:
    """Whether one cell of the row is filled and no other."""
    return pl.sum_horizontal(pl.col(name).is_not_null() for name in names) == 1


def total(places: ColumnRoles) -> pl.Expr:
    """Whether a cell is or ends in a word for a total, or has it followed by a colon, and the row is no person's.

    Without ID numbers such a cell may be a name of something, so it counts in fewer places: see the roster catalogue.
    """
    if not places.of_persons:
        led = f"{TOTAL}|{TOTAL_SHORT}|{TOTAL_ALONE}"
        told = [matches(pl.col(name), led) for name in places.total_words]
        return pl.any_horizontal(*told, *(matches(pl.col(name), TOTAL_ALONE) for name in places.texts))
    remarks = places.behind_person
    before, remarked = (
        pl.any_horizontal(pl.lit(value=False), *(matches(pl.col(name), TOTAL) for name in names))
        for names in ([name for name in places.every if name not in remarks], remarks)
    )
    return is_nobodys(places) & (before | (remarked & ~is_somebodys(places)))


def is_nobodys(places: ColumnRoles) -> pl.Expr:
    """Whether the id_number cell, if there is one, holds too few digits for any person."""
    if places.id_number is None:
        return pl.lit(value=True)
    return pl.col(places.id_number).str.count_matches(r"\d").fill_null(0) < FEWEST_DIGITS


def is_somebodys(places: ColumnRoles) -> pl.Expr:
    """Whether a person is named, with what is left of an ID number: cut off, masked, or as 4.29E+17.

    A remark such as 两人合计 behind these makes no total of the row: it is rejected for its ID number, and not lost.
    """
    if places.id_number is None or places.name is None:
        return pl.lit(value=False)
    return pl.col(places.name).is_not_null() & matches(pl.col(places.id_number), PART_OF_ID)


def note(places: ColumnRoles) -> pl.Expr:
    """Whether the row begins with a word of notes and nothing else tells of a record."""
    own = pl.coalesce(pl.when(pl.col(name).is_not_null()).then(pl.lit(name)) for name in places.every)
    others = {name: pl.col(name).is_not_null() & (own != name) for name in places.required}
    told = (others[name] & ~matches(pl.col(name), LABEL) for name in places.judged)
    judged = pl.any_horizontal(pl.lit(value=False), *told)
    required = pl.all_horizontal(pl.lit(value=True), *(pl.col(name).is_not_null() for name in places.required))
    whole = required & pl.any_horizontal(pl.lit(value=False), *others.values())
    return matches(first_cell(places.every), NOTE) & ~judged & ~whole


def numbering(places: ColumnRoles) -> pl.Expr:
    """Whether the row numbers the columns of a form: its first cell, serial numbers aside, is 栏次 or 行次."""
    own = [name for name in places.every if name not in places.ignored] or places.every
    told = matches(first_cell(places.every), NUMBERING) | matches(first_cell(own), NUMBERING)
    return told & is_nobodys(places)


def is_title(names: Sequence[str]) -> pl.Expr:
    """Whether the row is a title before or after a template's example rows, alone in its row."""
    told = matches(first_cell(names), f"{EXAMPLE_TITLE}|{DATA_TITLE}")
    return told & alone(names)


def continued(doubtful: pl.DataFrame, notes: Collection[int], names: Sequence[str]) -> Iterator[int]:
    """Numbers of the rows that go on with a note above them: one cell, which begins like a point of a list."""
    if not any(notes):
        return
    items = doubtful.filter(matches(first_cell(names), LIST_ITEM) & alone(names))["row"]
    noted = set(notes)
    for row in items:
        if row - 1 in noted:
            noted.add(row)
            yield row


def repeated_rows(doubtful: pl.DataFrame, titled: pl.DataFrame, names: Sequence[str]) -> list[int]:
    """Numbers of the data rows that repeat the header block: page breaks.

    A row repeats it when it equals one of its rows, or when each of two or more cells equals one above it in the block
    (a header of two rows whose merged cells were not merged again).
    """
    block = [[header_form(text or "") for text in texts] for texts in titled.select(names).iter_rows()]
    columns = [set(texts) for texts in zip(*block, strict=True)]
    titles = {text for texts in block for text in texts if text}
    # the first cell's first character, then its text as compared: nearly every row ends at the first look
    first = first_cell(names)
    likely = doubtful.filter(first.str.head(1).is_in({text[0] for text in titles}))
    likely = likely.filter(first.map_elements(header_form, pl.String).is_in(titles))
    found: list[int] = []
    for row, *texts in likely.select("row", *names).iter_rows():
        cells = [header_form(text or "") for text in texts]
        inside = all(not cell or cell in column for cell, column in zip(cells, columns, strict=True))
        if inside and (sum(map(bool, cells)) > 1 or cells in block):
            found.append(row)
    return found


def example_titles(rows: pl.DataFrame, names: Sequence[str]) -> list[tuple[int, str]]:
    """Number and text of the titles before and after a template's example rows; `rows` are trimmed."""
    return rows.filter(is_title(names)).select("row", without_blanks(first_cell(names))).rows()


def example_spans(titles: Iterable[tuple[int, str]]) -> list[Stretch]:
    """First and last row of each stretch from a title 填写示例 to the next 以下为正式填报."""
    spans, began = [], None
    for row, title in titles:
        if DATA_TITLE not in title:
            began = began or row
        elif began is not None:
            spans.append((began, row))
            began = None
    return spans


def is_example(rows: pl.DataFrame, places: ColumnRoles, spans: Sequence[tuple[int, int]]) -> pl.Series:
    """By row: whether it shows how to fill in the form: by its serial cell, or by the titles around it."""
    marked = [matches(trimmed(pl.col(name)), EXAMPLES) for name in places.ignored]
    within = [pl.col("row").is_between(first, last) for first, last in spans]
    return rows.select(pl.any_horizontal(pl.lit(value=False), *marked, *within)).to_series()


def says_nothing_paid(rows: pl.DataFrame, places: ColumnRoles) -> bool:
    """Whether the only row of the data says that there is nothing to pay, and nothing else but its serial number."""
    if rows.height != 1:
        return False
    own = [name for name in places.every if name not in places.ignored]
    return bool(tidy(rows, places.every).select(says_nothing(own) | says_nothing(places.every)).item())


def says_nothing(names: Sequence[str]) -> pl.Expr:
    """Whether one of these cells alone is filled, and says that there is nothing to pay."""
    return matches(first_cell(names), NIL) & alone(names)
