"""A messy file seen through a contract: delivered bytes in, frames of text out, every row accounted for."""

from pathlib import Path, PurePosixPath

from huimin.contract import Contract
from huimin.errors import DeliveryError
from huimin.sheets.archive import Member, extract_members
from huimin.sheets.delimited import (
    DELIMITERS,
    line_count,
    lines_of,
    plain_sheet,
    sheet_of,
    usual_width,
    voted_delimiter,
    widest,
)
from huimin.sheets.encoding import text_of
from huimin.sheets.header import Header
from huimin.sheets.layout import header_of, no_match, table_of
from huimin.sheets.shapes import Limits, Reading, Sheet, Table
from huimin.sheets.workbook import sheets_of

__all__ = ["Limits", "Member", "Reading", "Sheet", "Table", "extract_members", "read", "read_raw"]

TEXTS = frozenset({".csv", ".txt", ".tsv"})
WORKBOOKS = frozenset({".xlsx", ".xls"})
DEFAULT = Limits()


def read(path: Path, file: str, contract: Contract, limits: Limits = DEFAULT) -> Reading:
    """Every sheet of the file whose header matches the contract, as text. `file`, the delivered name, tells the format.

    Raises:
        DeliveryError: the file cannot be read, no header matches (naming missing columns beside the headers found),
            two headers name one column, or a header gives another unit.
    """
    is_text = ending_of(file) in TEXTS
    sheets = [text_sheet(path, file, contract, limits)] if is_text else sheets_of(path, file, limits)
    headers = [(sheet, header_of(sheet, contract, limits)) for sheet in sheets]
    matching = [(sheet, header) for sheet, header in headers if header and not header.missing(contract)]
    if not matching:
        raise no_match(file, contract, headers)
    tables = tuple(table_of(sheet, header, contract, file, limits) for sheet, header in matching)
    names = {table.sheet for table in tables}
    return Reading(tables, tuple(sheet.name for sheet in sheets if sheet.name and sheet.name not in names))


def read_raw(path: Path, file: str, limits: Limits = DEFAULT) -> list[Sheet]:
    """Every non-empty sheet of the file as the reader understands it without a contract.

    Raises:
        DeliveryError: the file cannot be read.
    """
    if ending_of(file) in WORKBOOKS:
        return sheets_of(path, file, limits)
    lines = lines_of(text_of(path, file, limits), file)
    delimiter = voted_delimiter(lines, limits)
    usual, width = usual_width(lines, delimiter, limits), widest(lines, delimiter, limits)
    refuse_vast(len(lines), width, file, limits)
    return [sheet_of(lines, delimiter, width, usual, limits)]


def ending_of(file: str) -> str:
    """The ending of a readable file, lower case. Raises DeliveryError for any other."""
    ending = PurePosixPath(file).suffix.lower()
    if ending not in TEXTS | WORKBOOKS:
        raise DeliveryError(file, "不支持的文件类型", "请报送 .csv .txt .tsv .xlsx .xls，或这些文件的 .zip")
    return ending


def text_sheet(path: Path, file: str, contract: Contract, limits: Limits) -> Sheet:
    """The records of a text file, cut at the delimiter under which a header matches best."""
    text = text_of(path, file, limits)
    top = lines_of(text, file, limits.header_rows)
    best: tuple[int, str, Sheet, Header | None] | None = None
    for delimiter in DELIMITERS:
        sample = sheet_of(top, delimiter, widest(top, delimiter, limits), usual_width(top, delimiter, limits), limits)
        header = header_of(sample, contract, limits)
        score = len(header.columns) if header else 0
        if best is None or score > best[0]:
            best = (score, delimiter, sample, header)
    assert best is not None  # noqa: S101  there are delimiters
    _, delimiter, sample, header = best
    if header is None:
        return sample
    width = header_width(sample, header)
    lines = line_count(text)
    refuse_vast(lines, width, file, limits)
    return plain_sheet(text, lines, delimiter, width, limits) or sheet_of(
        lines_of(text, file), delimiter, width, width, limits
    )


def header_width(sample: Sheet, header: Header) -> int:
    """How many cells the header's records have, empty ones between delimiters included: no record may fill more."""
    rows = sample.cells.drop("row").slice(header.first, header.last - header.first + 1).rows()
    return max(index + 1 for row in rows for index, cell in enumerate(row) if cell is not None)


def refuse_vast(lines: int, width: int, file: str, limits: Limits) -> None:
    """Nothing. Raises DeliveryError when the table would have more rows or cells than the limits allow."""
    if lines > limits.rows or lines * width > limits.cells:
        raise DeliveryError(file, "行数或列数太多", "按街道或月份拆分成几个文件后报送")
