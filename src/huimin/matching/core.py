"""DuckDB as the engine of the rules, in the work database itself: over texts as they stand, or over numbers.

Rules are written over texts (`id_number`), and `Texts` runs them as they are over what `mount` lays. A night runs them
over a `Core` instead: the same rows, joined by 64-bit numbers. Everything of that is temporary, and gone with the
connection.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.metadata import version

import duckdb
import pyarrow as pa

from huimin.contracts.contract import Contract
from huimin.deliveries.slots import InForce
from huimin.language import _
from huimin.matching.engine import EngineFault, too_many
from huimin.matching.mount import roster_sql
from huimin.matching.numbered import ID_TEXT, Numbered, id_text_sql, numbered
from huimin.matching.portable import parsed
from huimin.store.disk import of_disk

ITEM = "item_name"
"""Type of the column `item` in memory: a number for each name, where the text would be the widest cell of its row."""
READERS = 3
"""Answers that must be looked for in a view for it to be worked out once and kept as a table."""


class Texts:
    """The rules as they are over what stands in the work database."""

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        self.con = con
        self._standing: dict[str, str] | None = None
        """Tables and views by name, with what each is."""

    @property
    def version(self) -> str:
        """As `Engine.version`."""
        return f"duckdb {duckdb.__version__}, sqlglot {version('sqlglot')}"

    @property
    def readers(self) -> int:
        """As `Engine.readers`."""
        return READERS

    def lay(self, table: str, rows: pa.Table) -> None:
        """Does nothing: a night's work database has it already."""

    def mount(self, contract: Contract) -> None:
        """Does nothing: a night's work database has it already."""

    def view(self, name: str, sql: str, kept: Collection[str] | None) -> None:
        """As `Engine.view`, in place of what stood under that name; kept whole, where any column is worth it."""
        if self._standing is None:
            listed = self.con.execute("select table_name, table_type from information_schema.tables").fetchall()
            self._standing = {table: "view" if kind == "VIEW" else "table" for table, kind in listed}
        kind = "table" if kept is None or kept else "view"
        with telling():
            if name in self._standing:
                self.con.execute(f"drop {self._standing[name]} {name}")
            self.con.execute(f"create {kind} {name} as {sql}")
        self._standing[name] = kind

    def found(self, sql: str, most: int) -> pa.Table:
        """As `Engine.found`."""
        with telling():
            rows: pa.Table = self.con.execute(f"{self.whole(sql)} limit {most + 1}").to_arrow_table()
        if rows.num_rows > most:
            raise too_many(most)
        return rows

    def count(self, sql: str, by_item: bool) -> Mapping[str | None, int]:
        """As `Engine.count`."""
        counted = (
            f"select {'item' if by_item else 'null'}, count(*) from ({self.read(sql).sql}) as looked_at group by all"
        )
        with telling():
            return dict(self.con.execute(counted).fetchall())

    def close(self) -> None:
        """The work database goes on."""

    def read(self, sql: str) -> Numbered:
        """The same SELECT as it is run."""
        return Numbered(sql, frozenset())

    def whole(self, sql: str) -> str:
        """The same SELECT as it is run, its ID numbers texts again."""
        read = self.read(sql)
        texts = ", ".join(f"{ID_TEXT}({name}) as {name}" for name in sorted(read.numbers))
        return f"select *{f' replace ({texts})' if texts else ''} from ({read.sql})"


class Core(Texts):
    """Rosters with ID numbers as numbers over their files, and views in memory where it is worth it."""

    def __init__(self, con: duckdb.DuckDBPyConnection, in_force: Mapping[str, Sequence[InForce]]) -> None:
        super().__init__(con)
        self._in_force = in_force
        self._numbers: dict[str, frozenset[str]] = {}
        """Columns that are numbers, by roster or view."""
        self._narrow: dict[str, frozenset[str]] = {}
        """The columns that are in memory, of views of which not all are."""

    def mount(self, contract: Contract) -> None:
        """As `Engine.mount`."""
        self.con.execute(f"create or replace temp macro {ID_TEXT}(number) as {id_text_sql('number')}")
        roster = contract.roster
        ids = frozenset(contract.id_numbers)
        if roster in self._in_force:
            rows = roster_sql(contract, self._in_force[roster], numbers=True)
        else:
            nothing = ", ".join(f"null::bigint as {name}" for name in sorted(ids))
            rows = f"select * replace ({nothing}) from {roster}" if ids else f"from {roster}"
        with telling():
            self.con.execute(f"create or replace temp view core_{roster} as {rows}")
        self._numbers[roster] = ids

    def view(self, name: str, sql: str, kept: Collection[str] | None) -> None:
        """As `Engine.view`."""
        written = self.read(sql)
        self._numbers[name] = written.numbers
        with telling():
            if not kept:
                kind = "table" if kept is None else "view"
                self.con.execute(f"create or replace temp {kind} core_{name} as {written.sql}")
                return
            self.con.execute(f"create or replace temp view whole_{name} as {written.sql}")
            self.con.execute(f"create type if not exists {ITEM} as enum (select item from items order by item)")
            columns = ", ".join(f"cast(item as {ITEM}) as item" if one == "item" else one for one in kept)
            self.con.execute(f"create or replace temp table core_{name} as select {columns} from whole_{name}")
        self._narrow[name] = frozenset(kept)

    def read(self, sql: str) -> Numbered:
        """The same SELECT over the core."""
        return numbered(parsed(sql), self._numbers, self._place)

    def _place(self, name: str, read: frozenset[str] | None) -> str:
        """What stands for a roster or view of which those columns are read (None: all); other tables for themselves."""
        if name not in self._numbers:
            return name
        if name in self._narrow and (read is None or not read <= self._narrow[name]):
            return f"whole_{name}"
        return f"core_{name}"


@contextmanager
def telling() -> Iterator[None]:
    """Faults of DuckDB as EngineFault; only faults of the SQL's own words are quoted, never a value."""
    try:
        yield
    except (duckdb.BinderException, duckdb.CatalogException, duckdb.ParserException) as error:
        fix = _("run the SQL in a DuckDB shell over the standard views")
        raise EngineFault(str(error).splitlines()[0], fix) from None
    except (duckdb.IOException, duckdb.OutOfMemoryException) as error:
        if of_disk(error):
            raise
        raise EngineFault(
            _("needs more memory than the run may use"), _("join fewer rows, or allow more memory")
        ) from None
    except duckdb.Error as error:
        fix = _("guard casts with try_cast, divisions with nullif")
        raise EngineFault(_("fails on the data in force ({kind})", kind=type(error).__name__), fix) from None
