"""Why a sheet is refused: a missing header, two headers of one column, or a unit that is not the contract's."""

from collections.abc import Iterator, Sequence

import polars as pl

from huimin.cells.folding import is_filled, plain_text, trimmed
from huimin.contracts.contract import Contract, header_form
from huimin.errors import DeliveryError
from huimin.sheets.header import Header
from huimin.sheets.nearly import nearly_known
from huimin.sheets.sections import Section
from huimin.sheets.shapes import Sheet
from huimin.sheets.titles import MONEY, SERIALS, Claim
from huimin.sheets.units import YUAN, filed_unit, formatted_unit, lone_told_unit, named_unit, says_unit, told_unit

TEMPLATE = "按模板的表头填写后重新报送（huimin rosters template {roster} -o 模板.xlsx）"
LIKELY = r"[十拾百千佰仟0０][^\p{Han}]*[元圆圓]|[千仟]\W*$|[万萬亿億]"
"""What every text has that tells a larger unit than the yuan."""
LONGEST_UNIT = 20
"""Characters of a record's cell that may be nothing but a unit."""
MOST_NOTES = 200
"""Rows of a sheet of notes."""
CLEAR = "每列只留一个表头，金额换算成要求的单位后重新报送；金额本来就是元的，在金额列的表头写明（元）"


def refuse_unclear(
    sheet: Sheet, sections: Sequence[Section], told: Sequence["RowsThatTell"], contract: Contract, file: str
) -> None:
    """Raises DeliveryError when two titles name one column, or amounts are in another unit than the contract's.

    `sections`: by the header of the sheet, then by those among its data.
    """
    header = sections[0].header
    problems = [problem for section in sections for problem in problems_of(sheet, section, contract)]
    problems += [problem for rows in told for problem in told_elsewhere(sheet, header, rows, contract, file)]
    if problems:
        others = unknown(header)
        near = nearly_known(others, contract, header.columns)
        raise DeliveryError(file, "；".join(problems), CLEAR, unknown_columns=others, nearly_known=near)


def problems_of(sheet: Sheet, section: Section, contract: Contract) -> Iterator[str]:
    """What the header itself leaves unclear. Only titles of the contract are quoted."""
    claims = section.header.claims
    shown = {index: f"“{claim.known}”（{letters(index)}列）" for index, claim in enumerate(claims) if claim}
    for column in contract.columns:
        named = [shown[index] for index, claim in enumerate(claims) if claim and claim.column == column.name]
        if len(named) > 1:
            yield f"{place(sheet)}表头{'和'.join(named)}都对应“{column.titles[0]}”（{column.name}）"
    for index, claim in enumerate(claims):
        if claim and claim.wrong_unit:
            column = contract.column(claim.column)
            wanted = f"“{column.titles[0]}”（{column.name}）应为{column.unit}"
            yield f"{place(sheet)}{rows_of(section)}表头{shown[index]}的单位是{claim.wrong_unit}，{wanted}"


def rows_of(section: Section) -> str:
    """The rows of the header as the beginning of a message."""
    first, last = section.begins, section.last
    return f"第{first}行" if first == last else f"第{first}至{last}行"


def letters(index: int) -> str:
    """A column as spreadsheets call it: A, B, … Z, AA."""
    return (letters(index // 26 - 1) if index >= 26 else "") + chr(ord("A") + index % 26)


def told_elsewhere(sheet: Sheet, header: Header, rows: "RowsThatTell", contract: Contract, file: str) -> Iterator[str]:
    """Where else than in the header cells another unit is told of amounts than the contract has them in."""
    expected = rows.expected
    unsaid = unsaid_columns(header, contract, expected)
    told = [
        *((f"{place(sheet)}{where}", unit) for where, unit in rows.told()),
        *((f"{place(sheet)}名称", unit) for unit in [named_unit(sheet.name or "", expected)] if unit),
        *((where, unit) for where, text in sheet.notes for unit in [told_unit(text, expected)] if unit),
        *(("文件名", unit) for unit in [filed_unit(file, expected)] if unit),
        *formats_that_tell(sheet, unsaid, expected),
    ]
    for where, unit in dict.fromkeys(told):
        yield f"{where}写明单位是{unit}，金额应为{expected}"


def unsaid_columns(header: Header, contract: Contract, unit: str) -> dict[int, Claim]:
    """The columns of that unit by place whose own header does not say so: one that does, has it."""
    return {
        index: claim
        for index, claim in enumerate(header.claims)
        if claim and claim.unit is None and contract.column(claim.column).unit == unit
    }


def notes_of(sheet: Sheet) -> Iterator[tuple[str, str]]:
    """Place and text of what a sheet of notes, which is no table, says of units.

    Its rows have two cells or fewer, and no number but the first: a table tells the unit of its own amounts.
    """
    rows = [[plain_text(cell) for cell in row] for row in sheet.cells.drop("row").head(MOST_NOTES).iter_rows()]
    filled = [[cell for cell in row if cell] for row in rows]
    if sheet.cells.height > MOST_NOTES or any(len(row) > 2 or any(map(is_number, row[1:])) for row in filled):
        return
    for number, row in zip(sheet.cells["row"], filled, strict=True):
        yield from ((f"{place(sheet)}第{number}行", cell) for cell in row if says_unit(cell))


def is_number(text: str) -> bool:
    """Whether the cell is a number."""
    return text.replace(".", "").replace(",", "").isdigit()


def rows_that_tell(
    titled: pl.DataFrame, faults: pl.DataFrame, header: Header, contract: Contract
) -> list["RowsThatTell"]:
    """What looks for units, one for each unit of money that the contract has columns of which do not say it."""
    units = [unit for unit in sorted(MONEY) if unsaid_columns(header, contract, unit)]
    return [RowsThatTell(titled, faults, header, contract, unit) for unit in units]


class RowsThatTell:
    """The rows around a header that tell a unit, the first of each kind; whole records in cells of no column alone."""

    def __init__(
        self, titled: pl.DataFrame, faults: pl.DataFrame, header: Header, contract: Contract, expected: str
    ) -> None:
        """`titled`: the header and what stands above it; `faults`: what cannot be read as written."""
        self.expected = expected
        """The unit that the amounts should be in."""
        self._likely = LIKELY if expected == YUAN else f"{LIKELY}|[元圆圓]"
        self._required = [
            is_filled(pl.col(f"c{index}"))
            for index, claim in enumerate(header.claims)
            if claim and contract.column(claim.column).required
        ]
        self._free = [f"c{index}" for index, claim in enumerate(header.claims) if claim is None]
        self._first, self._last = 0, 0
        """Numbers of the first and last whole record."""
        above, begins = titled.head(header.first), titled["row"][header.first]
        # a title that stands beyond the last column
        broken = faults.filter(pl.col("row") < begins).select("row", "text")
        self._above = sorted([*self._units_told(above), *self._units_told(broken)])[:1]
        self._amid = list(self._units_of_header(titled.slice(header.first), header, contract))[:1]
        self._below: list[tuple[int, str]] = []

    def look(self, below: pl.DataFrame) -> None:
        """Takes in the next rows below the header."""
        whole = below.select(pl.all_horizontal(pl.lit(value=True), *self._required)).to_series()
        records = below["row"].filter(whole)
        if len(records):
            self._first, self._last = self._first or records[0], records[-1]
        told = sorted({*self._below, *self._units_told(below.filter(~whole)), *self._units_of(below.filter(whole))})
        firsts = (next((one for one in told if one[0] >= row), None) for row in (0, self._first, self._last + 1))
        self._below = sorted({one for one in firsts if one})

    def _units_of(self, records: pl.DataFrame) -> Iterator[tuple[int, str]]:
        """Number and unit of the first record in each column that the contract has not, such as 计量单位."""
        for name in self._free:
            short = pl.col(name).str.len_chars() <= LONGEST_UNIT
            likely = records.filter(short & pl.col(name).str.contains(self._likely))
            cells = likely.select("row", text=trimmed(pl.col(name))).unique("text", keep="first", maintain_order=True)
            told = ((row, lone_told_unit(cell, self.expected)) for row, cell in cells.iter_rows())
            yield from [(row, unit) for row, unit in told if unit][:1]

    def _units_told(self, rows: pl.DataFrame) -> Iterator[tuple[int, str]]:
        """Number and unit of each of the rows that tells one."""
        likely = pl.any_horizontal(pl.col(name).str.contains(self._likely) for name in rows.columns[1:])
        for row, *cells in rows.filter(likely).iter_rows():
            unit = next(filter(None, (told_unit(plain_text(cell), self.expected) for cell in cells)), None)
            if unit:
                yield row, unit

    def _units_of_header(self, rows: pl.DataFrame, header: Header, contract: Contract) -> Iterator[tuple[int, str]]:
        """Number and unit of the header's rows in which a cell that titles no amounts tells one and nothing else.

        It says 单位, or stands alone in its column: under another title it is the unit of that.
        """
        for row, *cells in rows.iter_rows():
            for index, (cell, claim) in enumerate(zip(cells, header.claims)):
                alone = rows[f"c{index}"].null_count() == rows.height - 1
                own = claim is not None and contract.column(claim.column).unit in MONEY
                unit = lone_told_unit(cell, self.expected) if cell and not own else None
                if unit and (alone or says_unit(cell)):
                    yield row, unit

    def told(self) -> Iterator[tuple[str, str]]:
        """(place, unit) of each unit of money that the file states: in title rows, headers, number formats."""
        yield from ((f"标题行（第{row}行）", unit) for row, unit in self._above)
        yield from ((f"表头（第{row}行）", unit) for row, unit in self._amid)
        seen = set()
        for row, unit in self._below:
            kind = "表头下的第{}行" if row < self._first else "表下说明（第{}行）" if row > self._last else "第{}行"
            if kind not in seen:
                seen.add(kind)
                yield kind.format(row), unit


def formats_that_tell(sheet: Sheet, unsaid: dict[int, Claim], expected: str) -> Iterator[tuple[str, str]]:
    """Place and unit of the number formats of these columns."""
    for index, form in sheet.formats:
        unit = formatted_unit(form, expected) if index in unsaid else None
        if unit:
            yield f"{place(sheet)}“{unsaid[index].known}”列的数字格式", unit


def place(sheet: Sheet) -> str:
    """The sheet as the beginning of a message; nothing for a text file."""
    return f"工作表“{sheet.name}”" if sheet.name else ""


def no_match(file: str, contract: Contract, headers: Sequence[tuple[Sheet, Header | None]]) -> DeliveryError:
    """The refusal of a file without a matching sheet: what is missing, beside the known titles found.

    A row with fewer than two known titles may be data, so nothing is told of it.
    """
    found = [(sheet, header) for sheet, header in headers if header and len(header.columns) >= 2]
    fix = TEMPLATE.format(roster=contract.roster)
    if not found:
        wanted = "、".join(column.titles[0] for column in contract.columns if column.required)
        return DeliveryError(file, f"没有找到表头；需要的列：{wanted}", fix)
    sheet, header = max(found, key=lambda pair: len(pair[1].columns))
    missing = "、".join(f"{column.titles[0]}（{column.name}）" for column in header.missing(contract))
    known = "、".join(claim.known for claim in header.claims if claim)
    others = unknown(header)
    near = nearly_known(others, contract, header.columns)
    meant = "、".join(f"“{title}”" for title in dict.fromkeys(title for _, title in near))
    rest = f"；另有 {len(others)} 个其他表头" if others else ""
    rest += f"，其中 {len(near)} 个与已知表头只差一处（{meant}）" if near else ""
    problem = f"{place(sheet) or '文件'}缺少必需的列：{missing}；找到的表头：{known}{rest}"
    return DeliveryError(file, problem, fix, unknown_columns=others, nearly_known=near)


def unknown(header: Header) -> tuple[str, ...]:
    """Titles that no contract column claims, each once."""
    free = (title for title, claim in zip(header.titles, header.claims) if claim is None and title)
    return tuple(dict.fromkeys(title for title in free if header_form(title) not in SERIALS))
