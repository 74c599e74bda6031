"""Text files: physical lines to records. Nothing is lost: lines = records + their continuation lines + faults."""

from collections.abc import Iterator

import polars as pl

from huimin.errors import DeliveryError
from huimin.sheets.quoted import cells_of, record_at, well_formed
from huimin.sheets.shapes import FAULTS, Limits, Sheet, cell_names

DELIMITERS = (",", "\t", ";", "|")
SPARE = 8
"""Columns beyond the header that the fast parser of quoted lines looks at."""


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


def usual_width(lines: pl.Series, delimiter: str, limits: Limits) -> int:
    """The number of cells that most lines with the delimiter have; 1 when none has it."""
    counts = lines.head(limits.header_rows).str.count_matches(delimiter, literal=True)
    counts = counts.filter(counts > 0)
    return 1 + (int(counts.mode().max()) if counts.len() else 0)  # type: ignore[arg-type]


def widest(lines: pl.Series, delimiter: str, limits: Limits) -> int:
    """The number of cells of the widest line, no more than the limit."""
    most: int = lines.str.count_matches(delimiter, literal=True).max()  # type: ignore[assignment]
    return min(most + 1, limits.columns)


def voted_delimiter(lines: pl.Series, limits: Limits) -> str:
    """The delimiter whose count is the same on most lines; the comma when no line has any."""
    sample = lines.head(limits.header_rows)
    votes = []
    for delimiter in DELIMITERS:
        count = usual_width(lines, delimiter, limits) - 1
        agreeing = (sample.str.count_matches(delimiter, literal=True) == count).sum() if count else 0
        votes.append((agreeing, count, delimiter))
    best = max(votes, key=lambda vote: vote[:2])
    return best[2] if best[0] else ","


def plain_sheet(text: bytes, lines: int, delimiter: str, width: int, limits: Limits) -> Sheet | None:
    """The records of a text in which each of the lines is one, cut in one go; None where one needs a closer look.

    It does when it has a quote, a NUL, more cells than `width`, even empty ones, or very many characters.
    """
    if b'"' in text or b"\x00" in text or has_long_line(text, limits.record_characters):
        return None
    # the first line tells the parser how many columns there are: else it must be ours
    marks = delimiter.encode() * (width - 1)
    ours = text[: text.find(b"\n")].count(delimiter.encode()) != width - 1
    try:
        cells = pl.read_csv(
            b"%b\n%b" % (marks, text) if ours else text,
            has_header=False, separator=delimiter, quote_char=None, infer_schema=False,
            schema=dict.fromkeys(cell_names(width), pl.String),
        ).slice(int(ours))  # fmt: skip
    except pl.exceptions.ComputeError:
        return None
    if cells.height != lines:
        return None
    rows = pl.int_range(1, lines + 1, dtype=pl.Int32, eager=True).alias("row")
    return Sheet(None, cells.insert_column(0, rows), pl.DataFrame(schema=FAULTS), lines)


def sheet_of(lines: pl.Series, delimiter: str, width: int, usual: int, limits: Limits) -> Sheet:
    """The records of the lines, cut at the delimiter into `width` cells; one with more non-empty cells is a fault.

    `usual` is the number of cells of a whole record: it tells a quote that was never closed from a legal line break.
    """
    quotes = lines.str.contains('"', literal=True)
    numbered = pl.DataFrame({"row": pl.int_range(1, len(lines) + 1, dtype=pl.Int32, eager=True), "line": lines})
    if not quotes.any():
        plain, faults = split(numbered, delimiter, width, limits)
        return Sheet(None, plain, faults, len(lines))
    plain_quotes = quotes & lines.str.contains(well_formed(delimiter))
    plain_quotes &= lines.str.count_matches(delimiter, literal=True) < width + SPARE
    odd, swallowed = joined(lines, (quotes & ~plain_quotes).arg_true(), delimiter, usual, limits)
    whole = ~pl.Series(numbered["row"]).is_in(swallowed) if swallowed else ~quotes | quotes
    parts = [
        split(numbered.filter(~quotes & whole), delimiter, width, limits),
        parsed(numbered.filter(plain_quotes & whole), delimiter, width, limits),
        gathered(odd, delimiter, width, limits),
    ]
    cells, faults = (pl.concat(frames).sort("row") for frames in zip(*parts, strict=True))
    return Sheet(None, cells, faults, len(lines) - len(swallowed))


def split(numbered: pl.DataFrame, delimiter: str, width: int, limits: Limits) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Records and faults of lines without quotes (`row`, `line`)."""
    names = cell_names(width)
    fields = pl.col("line").str.splitn(delimiter, width + 1).struct.rename_fields([*names, "beyond"])
    frame = numbered.with_columns(fields.alias("fields")).unnest("fields")
    return divided(frame, names, pl.col("beyond").str.replace_all(delimiter, "", literal=True), limits)


def parsed(numbered: pl.DataFrame, delimiter: str, width: int, limits: Limits) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Records and faults of lines whose quotes are well formed (`row`, `line`)."""
    names, spare = cell_names(width), [f"beyond{index}" for index in range(SPARE)]
    if numbered.is_empty():
        return gathered([], delimiter, width, limits)
    # the first line is ours: it tells the parser how many columns there are
    cells = pl.read_csv(
        f"{delimiter * (width + SPARE - 1)}\n{numbered['line'].str.join(chr(10)).item()}".encode(),
        has_header=False, separator=delimiter, infer_schema=False,
        schema=dict.fromkeys([*names, *spare], pl.String),
    ).slice(1)  # fmt: skip
    frame = pl.concat([numbered, cells], how="horizontal")
    return divided(frame, names, pl.concat_str(spare, ignore_nulls=True), limits)


def divided(
    frame: pl.DataFrame, names: list[str], beyond: pl.Expr, limits: Limits
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Records (`row`, cells) and faults of parsed lines; `beyond` is what stands after the last column."""
    reason = (
        pl.when(pl.col("line").str.len_chars() > limits.record_characters)
        .then(pl.lit("record_too_long"))
        .when(pl.col("line").str.contains("\x00", literal=True))
        .then(pl.lit("nul_byte"))
        .when(beyond.str.strip_chars().str.len_bytes() > 0)
        .then(pl.lit("extra_cells"))
    )
    frame = frame.with_columns(reason.alias("reason"))
    faults = frame.filter(pl.col("reason").is_not_null())
    text = pl.col("line").str.slice(0, limits.record_characters).alias("text")
    return (
        frame.filter(pl.col("reason").is_null()).select("row", *names),
        faults.select("row", "reason", text).cast(FAULTS),
    )


Odd = tuple[int, str | None, str]
"""Row, fault or None, text of a record that needs the csv module."""


def joined(lines: pl.Series, odd: pl.Series, delimiter: str, usual: int, limits: Limits) -> tuple[list[Odd], list[int]]:
    """Records with quotes that only the csv module reads, and the numbers of their continuation lines."""
    records: list[Odd] = []
    swallowed: list[int] = []
    following, ahead = 0, limits.lines_ahead
    for first in odd.to_list():
        if first < following:
            continue
        whole, length = record_at(lines, first, delimiter, usual, min(limits.record_lines, ahead), limits)
        if not whole:
            ahead = max(ahead - length, 1)
            records.append((first + 1, "unterminated_quote", lines[first]))
            continue
        following = first + length
        swallowed.extend(range(first + 2, following + 1))
        records.append((first + 1, None, "\n".join(lines[first:following])))
    return records, swallowed


def gathered(odd: list[Odd], delimiter: str, width: int, limits: Limits) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Records and faults of the records that need the csv module."""
    schema = pl.Schema({"row": pl.Int32, **dict.fromkeys(cell_names(width), pl.String)})
    rows: list[list[int | str | None]] = []
    faults: list[tuple[int, str, str]] = []
    for row, reason, text in odd:
        cells = [] if reason or len(text) > limits.record_characters else cells_of(text, delimiter)
        found = reason or fault_of(text, cells[width:], limits)
        if found:
            faults.append((row, found, text[: limits.record_characters]))
        else:
            rows.append([row, *padded(cells, width)])
    return pl.DataFrame(rows, schema, orient="row"), pl.DataFrame(faults, FAULTS, orient="row")


def fault_of(text: str, beyond: list[str], limits: Limits) -> str | None:
    """Why the record cannot be read as written; None when it can."""
    if len(text) > limits.record_characters:
        return "record_too_long"
    if "\x00" in text:
        return "nul_byte"
    return "extra_cells" if any(cell.strip() for cell in beyond) else None


def padded(cells: list[str], width: int) -> Iterator[str | None]:
    """Exactly `width` cells; those that the record does not have are null."""
    yield from cells[:width]
    yield from [None] * (width - len(cells))
