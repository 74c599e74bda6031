"""The work database before any rule runs: rosters over the rows in force, their slots, and the items."""

from collections.abc import Container, Mapping, Sequence

import duckdb

from huimin.cells.id_number import digits_of
from huimin.contracts.contract import Contract
from huimin.contracts.periods import bounds
from huimin.deliveries.slots import InForce
from huimin.tables.sql import insert_rows, parquet, parquets
from huimin.tables.work import makes

BENEFIT_COLUMNS = {
    **dict.fromkeys(
        (
            "id_number", "name", "street", "community", "bank", "account", "account_name", "channel",
            "household_head_id", "guardian_name",
        ),
        "varchar",
    ),
    "amount": "decimal(14,2)",
    "paid_on": "date",
    **dict.fromkeys(("name_known", "account_name_known", "guardian_name_known"), "boolean"),
}  # fmt: skip
"""What `benefit_rows` takes from every benefit roster that has it, with its type; null from the others."""

BENEFIT_ROWS = "benefit_rows"

PERIOD_SQL = {
    "month": ("{0}", "last_day({0})"),
    "year": ("make_date({0}, 1, 1)", "make_date({0}, 12, 31)"),
    "event": ("{0}", "{0}"),
    "term": (
        "make_date(left({0}, 4)::integer, if({0} like '%spring', 2, 9), 1)",
        "make_date(left({0}, 4)::integer + if({0} like '%spring', 0, 1), if({0} like '%spring', 7, 1), 31)",
    ),
}
"""starts_on and ends_on of a benefit row, from its period column."""

FEW = 8
"""Deliveries in force whole that are each a SELECT of their own: the number of each is then known beforehand."""
REF_SPAN = 2**32
"""More rows than a delivery can have: ref = ordinal × this + row number in the file."""


@makes("delivered", "mounted", "mounted_slots", "items", "benefit_rows", step="match")
def mount(
    con: duckdb.DuckDBPyConnection, contracts: Mapping[str, Contract], in_force: Mapping[str, Sequence[InForce]]
) -> None:
    """Every roster as a table or view of its rows in force, with ref, delivery, sheet, row and position in its file.

    Beside each name stands `<column>_known`: false where it is masked, damaged or several and so equals every name;
    beside each ID number `<column>_digits`, by which it is counted and joined at half the cost.
    Rosters without a delivery are empty tables of the same columns. Beside them `delivered`, `items`, `benefit_rows`,
    and `mounted(roster, delivery, ordinal)`: of which roster a ref is.
    """
    con.execute("create table delivered (roster varchar, unit varchar, slot varchar, starts_on date, ends_on date)")
    con.execute("create table mounted (roster varchar, delivery varchar, ordinal bigint)")
    con.execute("create table mounted_slots (delivery varchar, slot varchar)")
    for roster, contract in contracts.items():
        deliveries = in_force.get(roster, ())
        if deliveries:
            note_slots(con, roster, deliveries)
            con.execute(f"create view {roster} as {roster_sql(contract, deliveries)}")
        else:
            columns = [f"{column.name} {column.type.sql}" for column in contract.columns]
            columns += [f"{name} boolean generated always as ({known})" for name, known in known_columns(contract)]
            columns += [
                f"{digits_of(name)} bigint generated always as (try_cast(left({name}, 17) as bigint))"
                for name in contract.id_numbers
            ]
            provenance = "ref bigint, delivery varchar, sheet varchar, row integer, "
            provenance += f"position bigint generated always as (ref % {REF_SPAN})"
            con.execute(f"create table {roster} ({', '.join(columns)}, {provenance})")
    lay_items(con, contracts)
    lay_benefit_rows(con, contracts, in_force)


def lay_mounted(con: duckdb.DuckDBPyConnection, roster: str) -> None:
    """Notes in `mounted` the deliveries of rows that were laid in the roster's own table, for cases and tests."""
    con.execute(
        f"""insert into mounted
        select distinct '{roster}', delivery, ref // {REF_SPAN} from {roster}
        except from mounted"""
    )


def known_columns(contract: Contract, of: str = "") -> list[tuple[str, str]]:
    """Name and SQL of the columns that say of a cell whether it can be compared; `of` stands before its name."""
    kinds = ((column.name, column.type.known) for column in contract.columns)
    return [(f"{name}_known", known(f"{of}{name}")) for name, known in kinds if known is not None]


def note_slots(con: duckdb.DuckDBPyConnection, roster: str, deliveries: Sequence[InForce]) -> None:
    """Notes the slots of a roster's deliveries in `delivered`, and of those in force in part in `mounted_slots` too."""
    lay_delivered(con, roster, {(d.unit, slot) for d in deliveries for slot in d.slots})
    insert_rows(con, "mounted", [(roster, d.delivery, d.ordinal) for d in deliveries])
    insert_rows(con, "mounted_slots", [(d.delivery, slot) for d in deliveries if not d.whole for slot in d.slots])


def roster_sql(contract: Contract, deliveries: Sequence[InForce], numbers: bool = False) -> str:
    """The SELECT over a roster's Parquet files, whose slots are noted; with `numbers`, ID numbers are numbers in it."""
    parts, whole = ([d for d in deliveries if d.whole is entire] for entire in (False, True))
    if len(whole) <= FEW:
        selects = [in_force_sql(contract, parquet(one.rows), numbers, ordinal=one.ordinal) for one in whole]
    else:
        selects = [in_force_sql(contract, parquets([one.rows for one in whole]), numbers)]
    if parts:
        selects.append(in_force_sql(contract, parquets([one.rows for one in parts]), numbers, in_part=True))
    return " union all ".join(selects)


def in_force_sql(
    contract: Contract, rows: str, numbers: bool, in_part: bool = False, ordinal: int | None = None
) -> str:
    """The SELECT over standard rows of a roster, in words of every engine: of deliveries in force whole, or in part.

    `ordinal`: that of the one delivery that all rows are of, so that it is not looked up for each.
    """
    ids = contract.id_numbers
    columns = ", ".join(
        [
            *(
                f"r.{digits_of(column.name)} as {column.name}" if numbers and column.name in ids else f"r.{column.name}"
                for column in contract.columns
            ),
            *(f"{known} as {name}" for name, known in known_columns(contract, of="r.")),
            *(() if numbers else (f"r.{digits_of(name)}" for name in ids)),
        ]
    )
    number, source = f"{ordinal}", f"{rows} as r"
    if ordinal is None:
        number, source = "m.ordinal", f"{source} inner join mounted as m on r.delivery = m.delivery"
    return (
        f"select {columns}, {number} * {REF_SPAN} + r.position as ref, r.delivery, r.sheet, r.row, r.position "
        f"from {source}"
        + (" inner join mounted_slots as s on r.delivery = s.delivery and r.slot = s.slot" if in_part else "")
    )


def lay_delivered(con: duckdb.DuckDBPyConnection, roster: str, filled: set[tuple[str | None, str]]) -> None:
    """Rows of `delivered` for the (unit, slot) pairs of one roster."""
    in_order = sorted(filled, key=lambda pair: (pair[0] or "", pair[1]))
    insert_rows(con, "delivered", [(roster, unit, slot, *bounds(slot)) for unit, slot in in_order])


def lay_items(con: duckdb.DuckDBPyConnection, contracts: Mapping[str, Contract]) -> None:
    """Table `items`: the rosters that a clue can be about."""
    con.execute(
        """create table items (item varchar, title varchar, department varchar, department_title varchar,
           position integer, period varchar)"""
    )
    rows = [
        (c.roster, c.title, c.department, c.department_title, c.position, c.period)
        for c in contracts.values()
        if c.kind != "register"
    ]
    insert_rows(con, "items", rows)


def benefits_of(contracts: Mapping[str, Contract]) -> Mapping[str, Contract]:
    """The contracts behind `benefit_rows`: what is paid for a period."""
    return {name: one for name, one in contracts.items() if one.kind == "benefit" and one.period_column is not None}


def benefits_in(contracts: Mapping[str, Contract], delivered: Container[str]) -> Mapping[str, Contract]:
    """As `benefits_of`, those that are delivered, or all when none is.

    The others have no row, and to plan for them costs a statement more than to run.
    """
    benefits = benefits_of(contracts)
    return {name: one for name, one in benefits.items() if name in delivered} or benefits


def lay_benefit_rows(
    con: duckdb.DuckDBPyConnection, contracts: Mapping[str, Contract], delivered: Container[str]
) -> None:
    """The view of all payments for a period."""
    sql = benefit_rows_sql(benefits_in(contracts, delivered))
    con.execute(f"create or replace view {BENEFIT_ROWS} as {sql}")


def benefit_rows_sql(benefits: Mapping[str, Contract]) -> str:
    """These benefit rosters in one SELECT: item, the shared columns, starts_on, ends_on, ref."""
    selects = []
    for contract in benefits.values():
        own = {*(column.name for column in contract.columns), *(name for name, _ in known_columns(contract))}
        columns = [name if name in own else f"cast(null as {kind}) as {name}" for name, kind in BENEFIT_COLUMNS.items()]
        starts, ends = (sql.format(contract.period_column) for sql in PERIOD_SQL[contract.period])
        selects.append(
            f"select '{contract.roster}' as item, {', '.join(columns)}, "
            f"{starts} as starts_on, {ends}::date as ends_on, ref from {contract.roster}"
        )
    return " union all ".join(selects)
