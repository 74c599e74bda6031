"""Text files: physical lines, and the records of a text in which each of the lines is one."""

import polars as pl

from huimin.errors import DeliveryError
from huimin.sheets.quoted import Dialect
from huimin.sheets.shapes import FAULTS, Limits, Sheet, cell_names


def lines_of(text: bytes, file: str, most: int | None = None) -> pl.Series:
    """Physical lines without their ends, no more than `most`; a last line feed begins no further line.

    Raises:
        DeliveryError: the file is blank, or holds every control character there is and so is no text.
    """
    if not text or text.isspace():
        raise DeliveryError(file, "文件里没有内容", "重新导出后报送")
    unused = next((code for code in (*range(0x1C, 0x20), *range(1, 9)) if bytes([code]) not in text), None)
    if unused is None:
        raise DeliveryError(file, "文件不是文本", "用 Excel 打开后另存为 .xlsx 重新报送")
    # a separator that does not occur and no quote character: each physical line becomes one cell, blank ones null
    frame = pl.read_csv(
        text, has_header=False, separator=chr(unused), quote_char=None, schema={"line": pl.String}, infer_schema=False,
        n_rows=most,
    )  # fmt: skip
    return frame["line"].fill_null("")


def line_count(text: bytes) -> int:
    """How many physical lines there are."""
    return text.count(b"\n") + (not text.endswith(b"\n"))


def has_long_line(text: bytes, most: int) -> bool:
    """Whether some line has more bytes than that."""
    start = 0
    while len(text) - start > most:
        end = text.rfind(b"\n", start, start + most + 1)
        if end < 0:
            return True
        start = end + 1
    return False


def clipped(text: bytes, most: int) -> bytes:
    """The text with very long lines cut, each so that it still has more than `most` characters.

    Such a line is no record whatever stands in it, and to look at all of it takes longer than all the others.
    """
    cut = 4 * most + 4  # no character has more bytes than four
    if not has_long_line(text, cut):
        return text
    parts, start = [], 0
    while len(text) - start > cut:
        end = text.rfind(b"\n", start, start + cut + 1) + 1
        if end:
            parts.append(text[start:end])
            start = end
        else:
            parts.append(text[start : start + cut].decode("utf-8", "ignore").encode())
            start = text.find(b"\n", start)
            start = len(text) if start < 0 else start
    return b"".join((*parts, text[start:]))


def widest(lines: pl.Series, delimiter: str, limits: Limits) -> int:
    """The number of cells of the widest line, no more than the limit."""
    most: int = lines.str.count_matches(delimiter, literal=True).max()  # type: ignore[assignment]
    return min(most + 1, limits.columns)


def refuse_vast(lines: int, width: int, file: str, limits: Limits) -> None:
    """Nothing. Raises DeliveryError when the table would have more rows or cells than the limits allow."""
    if lines > limits.rows or lines * width > limits.cells:
        raise DeliveryError(file, "行数或列数太多", "按街道或月份拆分成几个文件后报送")


def plain_sheet(text: bytes, lines: int, dialect: Dialect, width: int, limits: Limits) -> Sheet | None:
    """The records of a text in which each of the lines is one, cut in one go; None where one needs a closer look.

    It does when it has a quote, a NUL, more cells than `width`, even empty ones, or very many characters, or is of a
    dialect that the parser does not read.
    """
    if (
        not dialect.is_usual
        or dialect.blanks
        or b'"' in text
        or b"\x00" in text
        or has_long_line(text, limits.record_characters)
    ):
        return None
    # the first line tells the parser how many columns there are: else it must be ours
    mark = dialect.delimiter.encode()
    marks = mark * (width - 1)
    ours = text[: text.find(b"\n")].count(mark) != width - 1
    try:
        cells = pl.read_csv(
            b"%b\n%b" % (marks, text) if ours else text,
            has_header=False, separator=dialect.delimiter, quote_char=None, infer_schema=False,
            schema=dict.fromkeys(cell_names(width), pl.String),
        ).slice(int(ours))  # fmt: skip
    except pl.exceptions.ComputeError:
        return None
    if cells.height != lines:
        return None
    rows = pl.int_range(1, lines + 1, dtype=pl.Int32, eager=True).alias("row")
    return Sheet(None, cells.insert_column(0, rows), pl.DataFrame(schema=FAULTS), lines)
