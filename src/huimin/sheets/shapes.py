"""What a messy file becomes on its way to a frame of text: limits, sheets, tables, readings."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

import polars as pl

from huimin.containers.pages import DAY_0, Span

MiB = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """How much a delivered file may ask for: one that asks for more is refused, or dies in a process of its own."""

    file_bytes: int = 8192 * MiB
    block_bytes: int = 16 * MiB
    """Of a text file, so many are read at once: memory follows them, not the file."""
    unpacked_bytes: int = 8192 * MiB
    """Sum of the unpacked sizes in one zip archive, or inside one workbook that is one."""
    ratio: int = 100
    """Unpacked bytes a packed byte, looked at above `ratio_floor_bytes`."""
    ratio_floor_bytes: int = 1 * MiB
    workbook_floor_bytes: int = 256 * MiB
    """The same for a workbook, whose sheets pack well and which is read with limited memory anyway."""
    members: int = 1_000
    """Entries of one zip archive."""
    sheets: int = 500
    rows: int = 20_000_000
    columns: int = 1_000
    cells: int = 400_000_000
    """Records times columns of a text file; a workbook's memory is limited instead."""
    record_characters: int = 131_072
    """Longest record of a text file: the csv module refuses longer cells."""
    cell_characters: int = 32_767
    """Longest cell of a workbook, as Excel has it; a row with a longer one is a fault."""
    record_lines: int = 100
    """Physical lines that one quoted record may span."""
    lines_ahead: int = 1_000_000
    """Lines read in vain for closing quotes in one text file; after that only the line itself is looked at."""
    header_rows: int = 200
    """How deep the header is looked for."""
    seconds: int = 600
    """Wall clock and CPU of the processes that read a file, each; for one of several GiB so many times as long."""
    memory_bytes: int = 4096 * MiB
    """Address space of the processes that read a file."""


SPLIT = "按街道或月份拆分成几个文件后报送"
"""What a department can do about a file that is too large."""
LEAST_SECONDS, BYTES_A_SECOND = 30, 500_000
"""What a small file may take, and how slowly a large one may be read: many times as long as any takes."""


def enough_seconds(size: int) -> int:
    """CPU seconds in which so many bytes can be read."""
    return LEAST_SECONDS + size // BYTES_A_SECOND


TitleLine = tuple[int, str]
"""Number of a row and all of it as one text."""
FAULTS = pl.Schema({"row": pl.Int32, "reason": pl.String, "text": pl.String})
PLACES = pl.Schema({"row": pl.Int32, "column": pl.Int32})
MARKS = pl.Schema({"row": pl.Int32, "column": pl.String, "reason": pl.String})


@dataclass(frozen=True)
class Sheet:
    """One sheet, or one text file, as frames of text, before any contract has looked at it."""

    name: str | None
    """None for a text file."""
    cells: pl.DataFrame
    """`row` Int32 (physical, 1-based, ascending) + c0, c1, … String; empty is null or "". Blank rows, but no faults."""
    faults: pl.DataFrame
    """`row` Int32, `reason` String, `text` String: records that cannot be read as written."""
    rows: int
    """Rows (records) from the first to the last with a non-empty cell; of a text file all."""
    spans: tuple[Span, ...] = ()
    """Merged ranges."""
    formats: tuple[tuple[int, str], ...] = ()
    """Number formats that may write a unit of money: 0-based column, text of the format."""
    notes: tuple[tuple[str, str], ...] = ()
    """What sheets of notes beside it say of units: place and text."""
    uncalculated: pl.DataFrame | None = None
    """`row` Int32, `column` Int32 (0-based): formulas that nobody has calculated, whatever their cells hold."""
    day_0: date = DAY_0
    """What the numbers of days in its cells count from: workbooks have two systems."""

    @property
    def width(self) -> int:
        """Number of columns."""
        return self.cells.width - 1


@dataclass(frozen=True)
class Table:
    """A sheet, or the part of it below headers of one kind, seen through a contract: only its data rows.

    rows = layout + records.height + faults.height.
    """

    sheet: str | None
    """None for a text file."""
    records: pl.DataFrame
    """`row` Int32 + a String column for each contract column found, in contract order, as delivered."""
    cells: pl.DataFrame
    """`row` Int32 + c0, c1, …: the same rows, every original cell."""
    titles: tuple[str, ...]
    """Header text of c0, c1, …, made unique: an untitled column is `第3列`, a repeated title `备注（2）`."""
    faults: pl.DataFrame
    """`row` Int32, `text` String, `reason` String (unterminated_quote, broken_quote, extra_cells, nul_byte,
    record_too_long, undecodable)."""
    rows: int
    """Rows counted: of a sheet 1 to the last with a non-empty cell, of a text file its records, blank ones included."""
    unknown_columns: tuple[str, ...]
    """Header titles that no contract column claims, serial numbers aside."""
    nearly_known: tuple[tuple[str, str], ...] = ()
    """Those of them that nearly are a title of the contract, and that title."""
    above: tuple[TitleLine, ...] = ()
    """The title rows above the headers of the sheet; of a file that is read in parts, those as far as it is read."""
    is_nil: bool = False
    """Whether the only row below the header, counted as layout, says that there is nothing to pay."""
    marks: pl.DataFrame = field(default_factory=MARKS.to_frame)
    """`row`, `column` (the contract's), `reason`: cells that cannot be used whatever they hold, one reason each
    (merged_cell, formula_not_calculated)."""
    sheets: tuple[str, ...] = ()
    """Names of the workbook's sheets whose header matches, its own included."""
    order: int = 0
    """Tables of a file that is read in parts come as they stand there: those of one order belong together, below those
    of lower ones."""


class ReadAgainError(Exception):
    """Rows tell that others far above are examples: what was read so far does not count."""

    def __init__(self, examples: Sequence[tuple[int, int]]) -> None:
        super().__init__()
        self.examples = examples


@dataclass(frozen=True)
class Reading:
    """Every table of one delivered file."""

    tables: Iterable[Table]
    """Of a text file parts of them, made while one goes through them; going through them again reads it again.

    Raises:
        DeliveryError: two headers name one column, or a header gives another unit.
        ReadAgainError: at the end, once.
    """
    other_sheets: tuple[str, ...]
    """Non-empty sheets whose header does not match."""
    read_as: str | None = None
    """What the file was read as, in words, where its ending says otherwise."""


def cell_names(width: int) -> list[str]:
    """c0, c1, … for that many columns."""
    return [f"c{index}" for index in range(width)]
