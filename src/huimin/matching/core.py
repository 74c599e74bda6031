"""What the rules read, with ID numbers as numbers: rosters over their files, views in memory where it is worth it.

Rules are written over texts (`id_number`), and run as they are over what `mount` lays. A night runs them over this core
instead: the same rows, joined by 64-bit numbers. Everything here is temporary, and gone with the connection.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import duckdb

from huimin.cells.types import ID_NUMBER
from huimin.contracts.contract import Contract
from huimin.deliveries.slots import InForce
from huimin.matching.mount import benefit_rows_sql, roster_sql
from huimin.matching.numbered import ID_TEXT, Numbered, id_text_sql, numbered
from huimin.matching.portable import parsed
from huimin.matching.reach import Items
from huimin.matching.rule import View


@dataclass
class Core:
    """The rosters and views that stand in the core, and how SQL over texts is written over them."""

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


def lay_core(
    con: duckdb.DuckDBPyConnection, contracts: Mapping[str, Contract], in_force: Mapping[str, Sequence[InForce]]
) -> Core:
    """The rosters of a mounted work database and `benefit_rows`, in the core."""
    core = Core()
    con.execute(f"create or replace temp macro {ID_TEXT}(number) as {id_text_sql('number')}")
    for roster, contract in contracts.items():
        ids = frozenset(column.name for column in contract.columns if column.type is ID_NUMBER)
        if roster in in_force:
            rows = roster_sql(contract, in_force[roster], numbers=True)
        else:
            nothing = ", ".join(f"null::bigint as {name}" for name in sorted(ids))
            rows = f"select * replace ({nothing}) from {roster}" if ids else f"from {roster}"
        con.execute(f"create or replace temp view core_{roster} as {rows}")
        core.numbers[roster] = ids
    con.execute(f"create or replace temp view core_benefit_rows as {benefit_rows_sql(contracts, numbers=True)}")
    core.numbers["benefit_rows"] = frozenset().union(
        *(core.numbers[roster] for roster, contract in contracts.items() if contract.kind == "benefit")
    )
    return core


def lay_core_views(
    con: duckdb.DuckDBPyConnection, core: Core, views: Mapping[str, View], needed: Mapping[str, Items]
) -> None:
    """Every standard view, in the core: those needed in memory, as far as they say that it is worth it.

    `needed`: each view with the items of it that are; None: all.
    """
    for name, view in views.items():
        written = core.read(view.about(needed.get(name)))
        core.numbers[name] = written.numbers
        if not view.kept or name not in needed:
            kind = "table" if view.kept is None and name in needed else "view"
            con.execute(f"create or replace temp {kind} core_{name} as {written.sql}")
            continue
        con.execute(f"create or replace temp view whole_{name} as {written.sql}")
        con.execute(f"create or replace temp table core_{name} as select {', '.join(view.kept)} from whole_{name}")
        core.narrow[name] = frozenset(view.kept)
