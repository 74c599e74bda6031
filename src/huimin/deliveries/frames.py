"""Rows, rejects and findings of a delivery as Parquet: written as they come, the same bytes however they are cut."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from huimin.store.root import RESTRICTED_FILE, sync

ROWS_OF_A_GROUP = 122_880
"""Of a Parquet file: as many as DuckDB reads at once."""


@dataclass(frozen=True)
class FrameShape:
    """What a file of frames holds."""

    schema: pl.Schema
    repeating: Sequence[str] = ()
    """Columns of few texts."""
    position: str | None = None
    """The column that numbers the rows of the file from 0."""


PLACES = pl.Schema({"sheet": pl.String, "row": pl.Int32, "column": pl.String, "reason": pl.String})
FINDINGS = FrameShape(PLACES, ("sheet", "column", "reason"))
REJECTS = FrameShape(pl.Schema([*PLACES.items(), ("cells", pl.String)]), FINDINGS.repeating)


class FrameFile:
    """A Parquet file that frames are added to, open to its owner alone.

    It tells the least and greatest of each group's numbers and days, by which groups are passed over; of texts nobody
    asks, and finding them would be a fifth of writing. Whole numbers are written as steps from one to the next: those
    that count rows take no place so, and ID numbers as digits are read in a third of the time.
    """

    def __init__(self, place: Path, shape: FrameShape, rows_of_a_group: int = ROWS_OF_A_GROUP) -> None:
        self._place, self._shape, self._rows_of_a_group = place, shape, rows_of_a_group
        self._added = 0
        self._waiting = [pl.DataFrame(schema=shape.schema)]
        self._file = place.open("wb")
        place.chmod(RESTRICTED_FILE)
        self._writer = pq.ParquetWriter(
            self._file, as_arrow(self._waiting[0]).schema, compression="zstd", compression_level=1,
            use_dictionary=list(shape.repeating),  # type: ignore[arg-type]  # the stubs know only one for all
            column_encoding=dict.fromkeys(self._numbers(), "DELTA_BINARY_PACKED"),
            write_statistics=[name for name, kind in shape.schema.items() if kind != pl.String],
            store_decimal_as_integer=True,
        )  # fmt: skip

    def _numbers(self) -> list[str]:
        """The columns of whole numbers that seldom repeat."""
        shape = self._shape
        return [name for name, kind in shape.schema.items() if kind.is_integer() and name not in shape.repeating]

    def add(self, frame: pl.DataFrame) -> None:
        """The frame's rows stand below those added before."""
        if frame.is_empty():
            return
        following = pl.int_range(self._added, self._added + pl.len(), dtype=pl.Int64)
        columns = (following.alias(name) if name == self._shape.position else name for name in self._shape.schema)
        self._added += frame.height
        self._waiting.append(frame.select(columns))
        if sum(waiting.height for waiting in self._waiting) >= self._rows_of_a_group:
            self._write(self._rows_of_a_group)

    def close(self) -> None:
        """The file is whole, and on disk."""
        self._write(1)
        self._writer.close()
        self._file.close()
        sync(self._place)

    def abandon(self) -> None:
        """The file is no more added to; it is not whole."""
        with suppress(OSError, pa.ArrowException):
            self._writer.close()
        with suppress(OSError):
            self._file.close()

    def _write(self, least: int) -> None:
        """Writes all groups of that many rows or more; what is left waits."""
        rows = pl.concat(self._waiting)
        while rows.height >= least:
            self._writer.write_table(as_arrow(rows.head(ROWS_OF_A_GROUP)), ROWS_OF_A_GROUP)
            rows = rows.slice(ROWS_OF_A_GROUP)
        self._waiting = [rows]


class Frames:
    """The files of a delivery, to which tables are added in any order."""

    def __init__(self, folder: Path, shapes: Mapping[str, FrameShape]) -> None:
        self._folder, self._shapes = folder, shapes
        self._files: dict[tuple[int, str], FrameFile] = {}

    def add(self, name: str, frame: pl.DataFrame, order: int) -> None:
        """The frame's rows stand below those of the same order, and of lower ones, that were added before."""
        key = order, name
        if key not in self._files:
            # what must wait for a lower order is on disk until then
            self._files[key] = FrameFile(
                self.place(key[1], key[0]), self._shapes[name], 1 if order else ROWS_OF_A_GROUP
            )
        self._files[key].add(frame)

    def close(self) -> None:
        """The files are whole, each as one whatever its tables' order."""
        for name, shape in self._shapes.items():
            self.add(name, pl.DataFrame(schema=shape.schema), 0)
            later = sorted(key for key in self._files if key[1] == name and key[0])
            for key in later:
                self._files.pop(key).close()
                for frame in frames_in(self.place(key[1], key[0])):
                    self.add(name, frame, 0)
                self.place(key[1], key[0]).unlink()
            self._files.pop((0, name)).close()

    def clear(self) -> None:
        """Takes back all frames that were added, and their files."""
        for key in [*self._files]:
            self._files.pop(key).abandon()
            self.place(key[1], key[0]).unlink()
        for name in self._shapes:
            self.place(name).unlink(missing_ok=True)

    def place(self, name: str, order: int = 0) -> Path:
        """The file for frames of that name and order; once closed, the file of order 0 holds all of that name."""
        return self._folder / (f".{name}.{order}.partial" if order else f"{name}.parquet")


def frames_in(place: Path, columns: Sequence[str] | None = None) -> Iterator[pl.DataFrame]:
    """What was written there, some rows at a time."""
    with pq.ParquetFile(place) as written:
        # a thread that the limit of memory does not let begin would not say that memory is short
        for batch in written.iter_batches(columns=None if columns is None else list(columns), use_threads=False):
            yield pl.DataFrame(pa.Table.from_batches([batch]))


def as_arrow(frame: pl.DataFrame) -> pa.Table:
    """The frame in a form that Parquet has."""
    return frame.to_arrow(compat_level=pl.CompatLevel.newest())
