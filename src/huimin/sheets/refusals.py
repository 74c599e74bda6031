"""Why a sheet is refused: a missing header, two headers of one column, or a unit that is not the contract's."""

from collections.abc import Iterator, Sequence

import polars as pl

from huimin.contracts.contract import Contract, header_form
from huimin.errors import DeliveryError
from huimin.sheets.header import Header
from huimin.sheets.nearly import nearly_known
from huimin.sheets.shapes import Sheet, cell_names
from huimin.sheets.titles import SERIALS, Claim
from huimin.sheets.units import filed_unit, formatted_unit, named_unit, told_unit

TEMPLATE = "按模板的表头填写后重新报送（huimin rosters template {roster} -o 模板.xlsx）"
CLEAR = "每列只留一个表头，金额换算成要求的单位后重新报送；金额本来就是元的，在金额列的表头写明（元）"


def refuse_unclear(sheet: Sheet, headers: Sequence[Header], contract: Contract, file: str) -> None:
    """Raises DeliveryError when two titles name one column, or amounts are in another unit than the contract's.

    `headers` are that of the sheet, then those among its data.
    """
    problems = [problem for header in headers for problem in problems_of(sheet, header, contract)]
    problems += told_elsewhere(sheet, headers[0], contract, file)
    if problems:
        others = unknown(headers[0])
        near = nearly_known(others, contract, headers[0].columns)
        raise DeliveryError(file, "；".join(problems), CLEAR, unknown_columns=others, nearly_known=near)


def problems_of(sheet: Sheet, header: Header, contract: Contract) -> Iterator[str]:
    """What the header itself leaves unclear. Only titles of the contract are quoted."""
    shown = {index: f"“{claim.known}”（{letters(index)}列）" for index, claim in enumerate(header.claims) if claim}
    for column in contract.columns:
        named = [shown[index] for index, claim in enumerate(header.claims) if claim and claim.column == column.name]
        if len(named) > 1:
            yield f"{place(sheet)}表头{'和'.join(named)}都对应“{column.titles[0]}”（{column.name}）"
    for index, claim in enumerate(header.claims):
        if claim and claim.wrong_unit:
            column = contract.column(claim.column)
            wanted = f"“{column.titles[0]}”（{column.name}）应为{column.unit}"
            yield f"{place(sheet)}{row_of(sheet, header)}表头{shown[index]}的单位是{claim.wrong_unit}，{wanted}"


def row_of(sheet: Sheet, header: Header) -> str:
    """The rows of the header as the beginning of a message."""
    rows = sheet.cells["row"][header.first : header.last + 1]
    return f"第{rows[0]}行" if len(rows) == 1 else f"第{rows[0]}至{rows[-1]}行"


def letters(index: int) -> str:
    """A column as spreadsheets call it: A, B, … Z, AA."""
    return (letters(index // 26 - 1) if index >= 26 else "") + chr(ord("A") + index % 26)


def told_elsewhere(sheet: Sheet, header: Header, contract: Contract, file: str) -> Iterator[str]:
    """Where else than in the header cells a larger unit is told of amounts that the contract has in yuan.

    A column whose own header says 元 is in yuan, whatever is told elsewhere.
    """
    unsaid = {
        index: claim
        for index, claim in enumerate(header.claims)
        if claim and claim.unit is None and contract.column(claim.column).unit == "元"
    }
    if not unsaid:
        return
    told = [
        *rows_that_tell(sheet, header, contract),
        *((f"{place(sheet)}名称", unit) for unit in [named_unit(sheet.name or "")] if unit),
        *(("文件名", unit) for unit in [filed_unit(file)] if unit),
        *formats_that_tell(sheet, unsaid),
    ]
    for where, unit in dict.fromkeys(told):
        yield f"{where}写明单位是{unit}，金额应为元"


def rows_that_tell(sheet: Sheet, header: Header, contract: Contract) -> Iterator[tuple[str, str]]:
    """Place and unit of rows above the header and of those below that are no whole records, the first of each kind."""
    names = cell_names(sheet.width)
    above, below = sheet.cells.head(header.first), sheet.cells.slice(header.last + 1)
    required = [
        pl.col(f"c{index}").str.strip_chars().fill_null("") != ""
        for index, claim in enumerate(header.claims)
        if claim and contract.column(claim.column).required
    ]
    whole = below.select(pl.all_horizontal(pl.lit(value=True), *required)).to_series()
    records = below["row"].filter(whole)
    first, last = (records[0], records[-1]) if len(records) else (0, 0)
    likely = pl.any_horizontal(pl.col(name).str.contains(r"[十百千万亿]\s*元") for name in names)
    seen = set()
    for row, *cells in pl.concat([above, below.filter(~whole)]).filter(likely).iter_rows():
        unit = next(filter(None, (told_unit(cell) for cell in cells if cell)), None)
        if row <= (above["row"].max() or 0):
            kind = "标题行（第{}行）"
        else:
            kind = "表头下的第{}行" if row < first else "表下说明（第{}行）" if row > last else "第{}行"
        if unit and kind not in seen:
            seen.add(kind)
            yield place(sheet) + kind.format(row), unit


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
