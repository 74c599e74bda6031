"""Why a sheet is refused: a missing header, two headers of one column, or a unit that is not the contract's."""

from collections.abc import Iterator, Sequence

import polars as pl

from huimin.cells.folding import is_filled, plain_text, trimmed, without_blanks
from huimin.contracts.contract import Contract, header_form
from huimin.errors import DeliveryError
from huimin.sheets.header import Header
from huimin.sheets.nearly import nearly_known
from huimin.sheets.sections import Section
from huimin.sheets.shapes import Sheet
from huimin.sheets.titles import SERIALS, Claim
from huimin.sheets.units import filed_unit, formatted_unit, named_unit, told_unit

TEMPLATE = "按模板的表头填写后重新报送（huimin rosters template {roster} -o 模板.xlsx）"
LIKELY = r"[十百千佰仟万亿萬億]\s*元|[万萬]"
"""What every text has that tells a larger unit than the yuan."""
UNIT_ALONE = r"^[(（]?(?:(?:计量|金额)?单位[:：]?)?(?:[十百千佰仟]?[万亿萬億]|[十百千佰仟])元[)）]?$"
"""All of a record's cell that tells one; in longer ones it is part of a remark."""
CLEAR = "每列只留一个表头，金额换算成要求的单位后重新报送；金额本来就是元的，在金额列的表头写明（元）"


def refuse_unclear(
    sheet: Sheet, sections: Sequence[Section], told: "RowsThatTell", contract: Contract, file: str
) -> None:
    """Raises DeliveryError when two titles name one column, or amounts are in another unit than the contract's.

    `sections`: by the header of the sheet, then by those among its data.
    """
    header = sections[0].header
    problems = [problem for section in sections for problem in problems_of(sheet, section, contract)]
    problems += told_elsewhere(sheet, header, told, contract, file)
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
    """Where else than in the header cells a larger unit is told of amounts that the contract has in yuan."""
    unsaid = unsaid_columns(header, contract)
    if not unsaid:
        return
    told = [
        *((f"{place(sheet)}{where}", unit) for where, unit in rows.told()),
        *((f"{place(sheet)}名称", unit) for unit in [named_unit(sheet.name or "")] if unit),
        *(("文件名", unit) for unit in [filed_unit(file)] if unit),
        *formats_that_tell(sheet, unsaid),
    ]
    for where, unit in dict.fromkeys(told):
        yield f"{where}写明单位是{unit}，金额应为元"


def unsaid_columns(header: Header, contract: Contract) -> dict[int, Claim]:
    """The columns of yuan by place whose own header does not say so: one that does is, whatever is told elsewhere."""
    return {
        index: claim
        for index, claim in enumerate(header.claims)
        if claim and claim.unit is None and contract.column(claim.column).unit == "元"
    }


class RowsThatTell:
    """The rows around a header that tell a unit, the first of each kind; whole records in cells of no column alone."""

    def __init__(self, above: pl.DataFrame, header: Header, contract: Contract) -> None:
        self._is_asked = bool(unsaid_columns(header, contract))
        self._required = [
            is_filled(pl.col(f"c{index}"))
            for index, claim in enumerate(header.claims)
            if claim and contract.column(claim.column).required
        ]
        self._free = [f"c{index}" for index, claim in enumerate(header.claims) if claim is None]
        self._first, self._last = 0, 0
        """Numbers of the first and last whole record."""
        self._above = list(units_told(above))[:1] if self._is_asked else []
        self._below: list[tuple[int, str]] = []

    def look(self, below: pl.DataFrame) -> None:
        """Takes in the next rows below the header."""
        if not self._is_asked:
            return
        whole = below.select(pl.all_horizontal(pl.lit(value=True), *self._required)).to_series()
        records = below["row"].filter(whole)
        if len(records):
            self._first, self._last = self._first or records[0], records[-1]
        told = sorted({*self._below, *units_told(below.filter(~whole)), *self._units_of(below.filter(whole))})
        firsts = (next((one for one in told if one[0] > row), None) for row in (0, self._first, self._last))
        self._below = sorted({one for one in firsts if one})

    def _units_of(self, records: pl.DataFrame) -> Iterator[tuple[int, str]]:
        """Number and unit of the first record in each column that the contract has not, such as 计量单位."""
        for name in self._free:
            cells = records.filter(without_blanks(trimmed(pl.col(name))).str.contains(UNIT_ALONE)).select("row", name)
            yield from units_told(cells.head(1))

    def told(self) -> Iterator[tuple[str, str]]:
        """Place and unit."""
        yield from ((f"标题行（第{row}行）", unit) for row, unit in self._above)
        seen = set()
        for row, unit in self._below:
            kind = "表头下的第{}行" if row < self._first else "表下说明（第{}行）" if row > self._last else "第{}行"
            if kind not in seen:
                seen.add(kind)
                yield kind.format(row), unit


def units_told(rows: pl.DataFrame) -> Iterator[tuple[int, str]]:
    """Number and unit of each of the rows that tells one."""
    likely = pl.any_horizontal(pl.col(name).str.contains(LIKELY) for name in rows.columns[1:])
    for row, *cells in rows.filter(likely).iter_rows():
        unit = next(filter(None, map(told_unit, map(plain_text, cells))), None)
        if unit:
            yield row, unit


def formats_that_tell(sheet: Sheet, unsaid: dict[int, Claim]) -> Iterator[tuple[str, str]]:
    """Place and unit of the number formats of these columns."""
    for index, form in sheet.formats:
        unit = formatted_unit(form) if index in unsaid else None
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
