"""What the rules read, with ID numbers as numbers: rosters over their files, views in memory where it is worth it.

Rules are written over texts (`id_number`), and run as they are over what `mount` lays. A night runs them over this core
instead: the same rows, joined by 64-bit numbers. Everything here is temporary, and gone with the connection.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import duckdb

from huimin.cells.types import ID_NUMBER
from huimin.contracts.contract import Contract
from huimin.deliveries.slots import InForce
from huimin.matching.mount import benefit_rows_sql, benefits_of, roster_sql
from huimin.matching.numbered import ID_TEXT, Numbered, id_text_sql, numbered
from huimin.matching.portable import parsed
from huimin.matching.reach import Items
from huimin.matching.rule import View

BENEFIT_ROWS = "benefit_rows"


@dataclass
class Core:
    """The rosters and views that stand in the core, and how SQL over texts is written over them."""

    contracts: Mapping[str, Contract]
    in_force: Mapping[str, Sequence[InForce]]
    numbers: dict[str, frozenset[str]] = field(default_factory=dict)
    """Columns that are numbers, by roster or view."""
    narrow: dict[str, frozenset[str]] = field(default_factory=dict)
    """The columns that are in memory, of views of which not all are."""

    def read(self, sql: str) -> Numbered:
        """The same SELECT over the core."""
        return numbered(parsed(sql), self.numbers, self.place)

    def place(self, name: str, read: frozenset[str] | None) -> str:
        """What stands for a roster or view of which those columns are read (None: all); other tables for themselves."""
        if name not in self.numbers:
            return name
        if name in self.narrow and (read is None or not read <= self.narrow[name]):
            return f"whole_{name}"
        return f"core_{name}"

    def lay(
        self,
        con: duckdb.DuckDBPyConnection,
        views: Mapping[str, View],
        read: Collection[str],
        needed: Mapping[str, Items],
    ) -> None:
        """The tables that are `read`, over a mounted work database.

        Views that are also `needed` are in memory, as far as they say that it is worth it: with those items of each;
        None: all.
        """
        con.execute(f"create or replace temp macro {ID_TEXT}(number) as {id_text_sql('number')}")
        benefits = benefits_of(self.contracts) if BENEFIT_ROWS in read else {}
        for roster, contract in self.contracts.items():
            if roster in read or roster in benefits:
                self._lay_roster(con, contract)
        if benefits:
            self.numbers[BENEFIT_ROWS] = frozenset().union(*(self.numbers[roster] for roster in benefits))
            rows = benefit_rows_sql(self.contracts, numbers=True)
            con.execute(f"create or replace temp view core_{BENEFIT_ROWS} as {rows}")
        for name, view in views.items():
            if name in read:
                self._lay_view(con, name, view, needed)

    def _lay_roster(self, con: duckdb.DuckDBPyConnection, contract: Contract) -> None:
        roster = contract.roster
        ids = frozenset(column.name for column in contract.columns if column.type is ID_NUMBER)
        if roster in self.in_force:
            rows = roster_sql(contract, self.in_force[roster], numbers=True)
        else:
            nothing = ", ".join(f"null::bigint as {name}" for name in sorted(ids))
            rows = f"select * replace ({nothing}) from {roster}" if ids else f"from {roster}"
        con.execute(f"create or replace temp view core_{roster} as {rows}")
        self.numbers[roster] = ids

    def _lay_view(self, con: duckdb.DuckDBPyConnection, name: str, view: View, needed: Mapping[str, Items]) -> None:
        written = self.read(view.about(needed.get(name)))
        self.numbers[name] = written.numbers
        if not view.kept or name not in needed:
            kind = "table" if view.kept is None and name in needed else "view"
            con.execute(f"create or replace temp {kind} core_{name} as {written.sql}")
            return
        con.execute(f"create or replace temp view whole_{name} as {written.sql}")
        con.execute(f"create or replace temp table core_{name} as select {', '.join(view.kept)} from whole_{name}")
        self.narrow[name] = frozenset(view.kept)
