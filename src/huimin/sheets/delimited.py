"""Text files: physical lines, and the records of a text in which each of the lines is one."""

import polars as pl

from huimin.errors import DeliveryError
from huimin.sheets.encoding import UNUSED, has_long_line
from huimin.sheets.quoted import Dialect
from huimin.sheets.shapes import FAULTS, SPLIT, Limits, Sheet, cell_names


def lines_of(text: bytes, most: int | None = None) -> pl.Series:
    """Physical lines without their ends, no more than `most`; a last line feed begins no further line."""
    unused = next(code for code in UNUSED if bytes([code]) not in text)
    # a separator that does not occur and no quote character: each physical line becomes one cell, blank ones null;
    # the first line is ours, because a parser takes a byte order mark away from its beginning
    frame = pl.read_csv(
        b"\n" + text, has_header=False, separator=chr(unused), quote_char=None, schema={"line": pl.String},
        infer_schema=False, n_rows=None if most is None else most + 1,
    )  # fmt: skip
    return frame["line"].slice(1).fill_null("")


def widest(lines: pl.Series, delimiter: str, limits: Limits) -> int:
    """The number of cells of the widest line, no more than the limit."""
    most: int = lines.str.count_matches(delimiter, literal=True).max()  # type: ignore[assignment]
    return min(most + 1, limits.columns)


def refuse_vast(lines: int, width: int, file: str, limits: Limits) -> None:
    """Checks that the table has no more rows or cells than the limits allow. Raises DeliveryError."""
    if lines > limits.rows or lines * width > limits.cells:
        raise DeliveryError(file, "行数或列数太多", SPLIT)


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
    # the first line is ours: it tells the parser how many columns there are
    marks = dialect.delimiter.encode() * (width - 1)
    try:
        cells = pl.read_csv(
            b"%b\n%b" % (marks, text), has_header=False, separator=dialect.delimiter, quote_char=None,
            infer_schema=False, schema=dict.fromkeys(cell_names(width), pl.String),
        ).slice(1)  # fmt: skip
    except pl.exceptions.ComputeError:
        return None
    if cells.height != lines:
        return None
    rows = pl.int_range(1, lines + 1, dtype=pl.Int32, eager=True).alias("row")
    return Sheet(None, cells.insert_column(0, rows), pl.DataFrame(schema=FAULTS), lines)
