"""Read-only SQL on a published database, and its rows as a table, CSV, JSON or Parquet."""

import csv
import io
import json
import sys
import threading
from codecs import BOM_UTF8
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, time
from decimal import Decimal
from pathlib import Path
from typing import Literal, get_args

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
from rich.console import Console
from rich.table import Table

from huimin.errors import UsageError
from huimin.language import _
from huimin.report.screen import on_screen

Format = Literal["table", "csv", "json", "parquet"]
FORMULA_STARTS = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\n", "\0")
"""A text cell that begins so would be run as a formula by a spreadsheet."""

SAID_AS_IS = (duckdb.ParserException, duckdb.BinderException, duckdb.CatalogException, duckdb.PermissionException)

ANALYST = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "enable_external_access": "false",
    "memory_limit": "2GB",
    "temp_directory": "",
    "threads": "2",
}

SECONDS = 120.0
"""What one statement may take."""
RESULT_BYTES = 1024**3
"""What its rows may fill: they are held in memory until they are written."""
CELL_BYTES = 32
"""What a cell takes at least once it is to be written, also one that is a bit before."""
AT_ONCE = 10_000
"""Rows that are written together."""
LESS = _("select less at a time: fewer columns, one street, one rule; join tables on their keys")


def analyst_connection(database: Path) -> duckdb.DuckDBPyConnection:
    """A connection that reads this database and nothing else: no files, no network, no settings, no spilling to disk.

    Raises UsageError when there is no published database yet.
    """
    if not database.is_file():
        raise UsageError(
            str(database), _("there is no published database"), _("run `huimin run` or `huimin demo` first")
        )
    con = duckdb.connect(str(database), read_only=True, config=dict(ANALYST))
    con.execute("set lock_configuration = true")
    return con


def select(database: Path, sql: str, seconds: float = SECONDS, most: int = RESULT_BYTES) -> pa.Table:
    """The rows of the statement, which may take so many seconds and give so many bytes.

    Raises UsageError when it takes or gives more, or DuckDB refuses it; the message never holds a cell value.
    """
    with analyst_connection(database) as con:
        late = threading.Timer(seconds, con.interrupt)
        late.start()
        try:
            result = con.execute(sql) if sql.strip() else None
            if result is None or result.description is None:
                raise UsageError("SQL", _("the statement gives no rows"), _("write a SELECT"))
            # a reader that is left open holds the database for as long as a traceback holds the reader
            with result.to_arrow_reader() as batches:
                return fetched(batches, most)
        except (duckdb.Error, pa.ArrowException, OSError) as fault:
            if "INTERRUPT" in str(fault):
                raise UsageError(
                    "SQL", _("the statement took longer than {seconds:g} seconds", seconds=seconds), LESS
                ) from None
            raise refused(fault) from None
        finally:
            late.cancel()
            late.join()


def fetched(batches: pa.RecordBatchReader, most: int) -> pa.Table:
    """All the rows. Raises UsageError when they are more than so many bytes."""
    kept, size = [], 0
    for batch in batches:
        kept.append(batch)
        size += max(batch.nbytes, CELL_BYTES * batch.num_rows * batch.num_columns)
        if size > most:
            raise UsageError("SQL", _("the statement gives more than {megabytes} MB", megabytes=most // 1024**2), LESS)
    return pa.Table.from_batches(kept, batches.schema)


def refused(fault: Exception) -> UsageError:
    """The error for a statement that failed: DuckDB's own first line where that names only the statement's words."""
    message = str(fault).splitlines()[0]
    if "Cannot execute statement" in message or "configuration has been locked" in message:
        return UsageError("SQL", _("the published database is read-only"), _("write a SELECT"))
    if isinstance(fault, SAID_AS_IS):
        fix = _("`select table_name, column_name, comment from duckdb_columns()` lists the columns with their meaning")
        return UsageError("SQL", message, fix)
    if isinstance(fault, duckdb.OutOfMemoryException):
        return UsageError(
            "SQL", _("the statement needs more than {limit} of memory", limit=ANALYST["memory_limit"]), LESS
        )
    fix = _("look at conversions and divisions, or select less at a time")
    return UsageError("SQL", _("the statement failed ({kind})", kind=type(fault).__name__), fix)


def write_result(database: Path, sql: str, style: Format, place: Path | None = None) -> None:
    """Writes the statement's rows to `place`, CSV with a byte order mark, or to standard output. Raises UsageError."""
    pieces = rendered(select(database, sql), style)
    if place is None:
        sys.stdout.flush()
        sys.stdout.buffer.writelines(pieces)
        sys.stdout.buffer.flush()
        return
    try:
        with place.open("wb") as sink:
            if style == "csv":
                sink.write(BOM_UTF8)  # without it a spreadsheet takes Chinese for another encoding
            sink.writelines(pieces)
    except OSError as fault:
        raise UsageError(str(place), fault.strerror or _("cannot be written"), _("give another path with -o")) from None


def rendered(rows: pa.Table, style: Format) -> Iterator[bytes]:
    """The rows as a drawn table, UTF-8 CSV, JSON (a list of objects) or Parquet, in pieces. Raises UsageError."""
    if style not in WRITERS:
        raise UsageError(
            "--format",
            _("no format named {style}", style=style),
            _("use one of {known}", known=", ".join(get_args(Format))),
        )
    return WRITERS[style](rows)


def in_python(rows: pa.Table) -> Iterator[Iterator[tuple[object, ...]]]:
    """The rows as Python values, some thousand at a time: as such they fill many times their bytes."""
    for batch in rows.to_batches(max_chunksize=AT_ONCE):
        yield zip(*(column.to_pylist() for column in batch.columns))


def as_text(rows: pa.Table) -> Iterator[bytes]:
    """The table as it is drawn on a terminal of this width; 160 columns where there is none."""
    text = io.StringIO()
    width = None if sys.stdout.isatty() else 160
    Console(file=text, width=width).print(as_table(rows))
    yield text.getvalue().encode()


def as_csv(rows: pa.Table) -> Iterator[bytes]:
    """CSV with a header; a text cell that a spreadsheet would run as a formula begins with `'`. Nulls are empty."""
    yield csv_lines([rows.column_names])
    yield from map(csv_lines, in_python(rows))


def csv_lines(rows: Iterable[Iterable[object]]) -> bytes:
    """These rows, one after the other."""
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(map(harmless, row) for row in rows)
    return text.getvalue().encode()


def harmless(value: object) -> object:
    """The value, text that begins like a formula with a `'` before it; truth as true and false.

    Lines of a text end in a line feed: a return of its own would end the row.
    """
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        text = value.replace("\r\n", "\n").replace("\r", "\n")
        return "'" + text if text.startswith(FORMULA_STARTS) else text
    return value


def as_json(rows: pa.Table) -> Iterator[bytes]:
    """A list of objects; dates as ISO 8601 text, money as a number with its decimals."""
    before = "["
    for some in in_python(rows):
        for values in some:
            record = json.dumps(dict(zip(rows.column_names, values)), ensure_ascii=False, indent=1, default=plain)
            yield f"{before}\n{record}".replace("\n", "\n ").encode()
            before = ","
    yield b"\n]\n" if rows.num_rows else b"[]\n"


def plain(value: object) -> object:
    """What JSON can hold of a value that it cannot: numbers stay numbers, the rest becomes text."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() and value.as_tuple().exponent == 0 else float(value)
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value)


def as_parquet(rows: pa.Table) -> Iterator[bytes]:
    """One Parquet file."""
    sink = io.BytesIO()
    pq.write_table(rows, sink, compression="zstd")
    yield sink.getvalue()


def as_table(rows: pa.Table, limit: int = 200) -> Table:
    """The first rows for the terminal, numbers to the right; the caption says when there are more."""
    shown = rows.slice(0, limit)
    more = f"{rows.num_rows} 行，显示前 {limit} 行" if rows.num_rows > limit else f"{rows.num_rows} 行"
    table = Table(caption=more)
    for field in rows.schema:
        number = pa.types.is_integer(field.type) or pa.types.is_floating(field.type) or pa.types.is_decimal(field.type)
        table.add_column(field.name, justify="right" if number else "left", overflow="fold")
    for values in zip(*(column.to_pylist() for column in shown.columns)):
        table.add_row(*map(on_screen, values))
    return table


WRITERS: Mapping[str, Callable[[pa.Table], Iterator[bytes]]] = {
    "table": as_text,
    "csv": as_csv,
    "json": as_json,
    "parquet": as_parquet,
}
