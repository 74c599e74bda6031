"""Lines of a text file to records (rows of cells), also where a quoted cell runs over several lines.

Every line is accounted for: lines = records + lines that continue a record + lines that could not be read (faults).
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass

import polars as pl

from huimin.sheets.quoted import BLANKS, Dialect, cells_of, closed_up, record_at, strayed, well_formed
from huimin.sheets.shapes import FAULTS, Limits, Sheet, cell_names

PIECE = 200_000
"""How many lines are cut into cells at a time, so that working memory does not grow with the file."""
SPARE = 8
"""Columns beyond the header that the fast parser of quoted lines looks at."""


Cut = tuple[pl.DataFrame, pl.DataFrame]
"""Records (`row`, c0, c1, …) and faults."""


@dataclass(frozen=True)
class Shape:
    """What a record of the text should look like."""

    dialect: Dialect
    width: int
    """Its columns: no record may fill more."""
    usual: int
    """How many cells a whole record has: it tells a quote that was never closed from a legal line break."""
    exact: bool = False
    """Whether a record with fewer or more cells is a fault, as where no contract knows what the cells should be."""
    settled: int = 0
    """Columns whose cells a contract judges anyway: a record that is moved there is found out later."""


@dataclass(frozen=True)
class Carried:
    """What reading a block of lines has to know of the block before it."""

    ahead: int
    """How many more lines may be looked at in vain for closing quotes, before quotes are taken as damaged."""
    lines: int = 0
    """How many lines at the beginning of this block belong to the last record of the block before."""


def lines_ahead(limits: Limits) -> int:
    """How many lines behind some others must be known to know the records of these."""
    # the record itself, and those that would begin at its end (`runs_on`)
    return 2 * limits.record_lines + 1


def sheet_of(
    lines: pl.Series,
    own: int,
    undecodable: Collection[int],
    shape: Shape,
    limits: Limits,
    carried: Carried | None = None,
) -> tuple[Sheet, Carried]:
    """The records that begin in the first `own` of the lines, cut at the delimiter into `width` cells.

    What cannot be cut so is a fault. `undecodable` are the numbers of lines that are not of the file's encoding:
    faults, with the record they stand in. `carried`: by what stands before.
    """
    carried, dialect, mine = carried or Carried(limits.lines_ahead), shape.dialect, lines.head(own)
    quotes = mine.str.contains(dialect.quote, literal=True) if dialect.quote else mine.is_null()
    numbers = pl.int_range(1, own + 1, dtype=pl.Int32, eager=True)
    numbered = pl.DataFrame({"row": numbers, "line": mine})
    damaged = numbers.is_in(undecodable) if undecodable else numbers.is_null()
    if not carried.lines and not (quotes | damaged).any():
        parts = [*in_pieces(split, numbered, ~quotes, shape, limits)]
        plain, faults = (pl.concat(frames) for frames in zip(*parts, strict=True))
        return Sheet(None, plain, faults, own), carried
    well = quotes & mine.str.contains(well_formed(dialect)) if dialect.is_usual else mine.is_null()
    well &= mine.str.count_matches(dialect.delimiter, literal=True) < shape.width + SPARE
    looked_at = ((quotes & ~well) | damaged).arg_true()
    odd, swallowed, carried = joined(lines, own, looked_at, frozenset(undecodable), shape, limits, carried)
    whole = ~(damaged | numbers.is_in(swallowed)) if swallowed else ~damaged
    parts = [
        *in_pieces(split, numbered, ~quotes & whole, shape, limits),
        *in_pieces(parsed, numbered, well & whole, shape, limits),
        gathered(odd, shape, limits),
    ]
    cells, faults = (pl.concat(frames).sort("row") for frames in zip(*parts, strict=True))
    return Sheet(None, cells, faults, own - len(swallowed)), carried


def in_pieces(
    cut: Callable[[pl.DataFrame, Shape, Limits], Cut],
    numbered: pl.DataFrame,
    chosen: pl.Series,
    shape: Shape,
    limits: Limits,
) -> Iterator[Cut]:
    """Records and faults of the chosen lines, so many lines at a time that what is made on the way stays small."""
    for start in range(0, numbered.height, PIECE):
        yield cut(numbered.slice(start, PIECE).filter(chosen.slice(start, PIECE)), shape, limits)


def split(numbered: pl.DataFrame, shape: Shape, limits: Limits) -> Cut:
    """Records and faults of lines without quotes (`row`, `line`)."""
    delimiter, names = shape.dialect.delimiter, cell_names(shape.width)
    fields = pl.col("line").str.splitn(delimiter, shape.width + 1).struct.rename_fields([*names, "beyond"])
    frame = numbered.with_columns(fields.alias("fields")).unnest("fields")
    if shape.dialect.blanks:
        frame = frame.with_columns(pl.col(names).str.strip_chars_start("".join(BLANKS)))
    return divided(frame, shape, pl.col("line"), pl.col("beyond").str.replace_all(delimiter, "", literal=True), limits)


def parsed(numbered: pl.DataFrame, shape: Shape, limits: Limits) -> Cut:
    """Records and faults of lines whose quotes are well formed (`row`, `line`)."""
    delimiter = shape.dialect.delimiter
    names, spare = cell_names(shape.width), [f"beyond{index}" for index in range(SPARE)]
    if numbered.is_empty():
        return gathered([], shape, limits)
    text = numbered.select(closed_up(pl.col("line"), shape.dialect).str.join("\n")).item()
    # the first line is ours: it tells the parser how many columns there are
    cells = pl.read_csv(
        f"{delimiter * (shape.width + SPARE - 1)}\n{text}".encode(),
        has_header=False, separator=delimiter, infer_schema=False,
        schema=dict.fromkeys([*names, *spare], pl.String),
    ).slice(1)  # fmt: skip
    frame = pl.concat([numbered, cells], how="horizontal")
    unquoted = pl.col("line").str.replace_all('"[^"]*"', "")
    return divided(frame, shape, unquoted, pl.concat_str(spare, ignore_nulls=True), limits)


def divided(frame: pl.DataFrame, shape: Shape, unquoted: pl.Expr, beyond: pl.Expr, limits: Limits) -> Cut:
    """Records (`row`, cells) and faults of parsed lines.

    `unquoted` is the line without its quoted cells, `beyond` what stands after the last column.
    """
    reason = (
        pl.when(pl.col("line").str.len_chars() > limits.record_characters)
        .then(pl.lit("record_too_long"))
        .when(pl.col("line").str.contains("\x00", literal=True))
        .then(pl.lit("nul_byte"))
        .when(beyond.str.strip_chars().str.len_bytes() > 0)
        .then(pl.lit("extra_cells"))
    )
    frame = frame.with_columns(reason.alias("reason"))
    is_whole = frame["reason"].null_count() == frame.height
    uneven = uneven_rows(frame if is_whole else frame.filter(pl.col("reason").is_null()), shape, unquoted)
    if uneven.height:
        frame = frame.update(uneven, on="row")
    elif is_whole:
        return frame.select("row", *cell_names(shape.width)), pl.DataFrame(schema=FAULTS)
    faults = frame.filter(pl.col("reason").is_not_null())
    text = pl.col("line").str.slice(0, limits.record_characters).alias("text")
    return (
        frame.filter(pl.col("reason").is_null()).select("row", *cell_names(shape.width)),
        faults.select("row", "reason", text).cast(FAULTS),
    )


def uneven_rows(frame: pl.DataFrame, shape: Shape, unquoted: pl.Expr) -> pl.DataFrame:
    """`row` and `reason` of the records with too many or too few cells, though nothing stands after the last column."""
    delimiter, names = shape.dialect.delimiter, cell_names(shape.width)
    counted = frame.select("row", *names, count=pl.col("line").str.count_matches(delimiter, literal=True) + 1).filter(
        pl.lit(shape.exact) | (pl.col("count") > shape.width)
    )
    if counted.is_empty():
        return pl.DataFrame(schema={"row": frame.schema["row"], "reason": pl.String})
    # without its quoted cells only where it matters: most lines have no delimiter in quotes
    lines = frame.filter(pl.col("row").is_in(counted["row"].implode()))
    count = lines.select(unquoted.str.count_matches(delimiter, literal=True) + 1).to_series()
    counted = counted.with_columns(count=count)
    if shape.exact:
        blank = pl.all_horizontal(is_empty(name) for name in names)
        counted = counted.filter((pl.col("count") != shape.width) & ~blank)
    else:
        counted = counted.filter((pl.col("count") > shape.width) & (pl.col("count") != shape.usual))
        counted = counted.filter(gaps(names, shape))
    long = pl.col("count") > shape.width
    return counted.select("row", reason=pl.when(long).then(pl.lit("extra_cells")).otherwise(pl.lit("missing_cells")))


def gaps(names: Sequence[str], shape: Shape) -> pl.Expr:
    """Whether a cell beyond the settled ones is empty though one after it is not.

    In a record with a delimiter too many, each cell after it may stand in the column of its neighbour.
    """
    filled = [~is_empty(name) for name in names[shape.settled :]]
    last = pl.max_horizontal(pl.lit(0), *(pl.when(cell).then(place) for place, cell in enumerate(filled, start=1)))
    return pl.sum_horizontal(pl.lit(0), *filled) < last


def is_empty(name: str) -> pl.Expr:
    """Whether the cell holds nothing."""
    return pl.col(name).is_null() | (pl.col(name).str.strip_chars() == "")


OddRecord = tuple[int, str, str]
"""Row, fault ("" none), text of a record that needs a closer look."""


def joined(
    lines: pl.Series,
    own: int,
    odd: pl.Series,
    undecodable: frozenset[int],
    shape: Shape,
    limits: Limits,
    carried: Carried,
) -> tuple[list[OddRecord], list[int], Carried]:
    """Records that need a closer look, the numbers of continuation lines among `own`, and what is left to the next."""
    records: list[OddRecord] = []
    following, ahead = carried.lines, carried.ahead
    swallowed = [*range(1, min(following, own) + 1)]
    for first in odd.to_list():
        if first < following:
            continue
        most = min(limits.record_lines, ahead)
        reason, length = record_at(lines, first, shape.dialect, shape.usual, shape.exact, most, limits)
        if reason:
            ahead = max(ahead - length, 1)
            length = 1
        following = first + length
        numbers = range(first + 1, following + 1)
        swallowed.extend(range(first + 2, min(following, own) + 1))
        if not undecodable.isdisjoint(numbers):
            reason = "undecodable"
        records.append((first + 1, reason, "\n".join(lines[first:following])))
    return records, swallowed, Carried(ahead, max(following - own, 0))


def gathered(odd: list[OddRecord], shape: Shape, limits: Limits) -> Cut:
    """Records and faults of the records that were looked at more closely."""
    schema = pl.Schema({"row": pl.Int32, **dict.fromkeys(cell_names(shape.width), pl.String)})
    rows: list[list[int | str | None]] = []
    faults: list[tuple[int, str, str]] = []
    for row, reason, text in odd:
        long = len(text) > limits.record_characters
        cells = [] if reason or long else cells_of(text, shape.dialect)
        found = reason or ("record_too_long" if long else fault_of(text, cells, shape))
        if found:
            faults.append((row, found, text[: limits.record_characters]))
        else:
            rows.append([row, *padded(cells, shape.width)])
    return pl.DataFrame(rows, schema, orient="row"), pl.DataFrame(faults, FAULTS, orient="row")


def fault_of(text: str, cells: Sequence[str], shape: Shape) -> str | None:
    """Why the record cannot be read as written; None when it can."""
    if "\x00" in text:
        return "nul_byte"
    width, filled = shape.width, [bool(cell.strip()) for cell in cells]
    if shape.exact and strayed(text, shape.dialect):
        return "broken_quote"
    if len(cells) > width:
        tail = filled[shape.settled : width]
        moved = len(cells) != shape.usual and not all(tail[: len(tail) - tail[::-1].index(True)] if any(tail) else ())
        return "extra_cells" if shape.exact or any(filled[width:]) or moved else None
    return "missing_cells" if shape.exact and len(cells) < width else None


def padded(cells: list[str], width: int) -> Iterator[str | None]:
    """Exactly `width` cells; those that the record does not have are null."""
    yield from cells[:width]
    yield from [None] * (width - len(cells))
