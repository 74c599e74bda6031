"""The source rows that hits name, whole: each roster is read once for everything that is told of them."""

import duckdb

from huimin.matching.mount import REF_SPAN

PROVENANCE = frozenset({"ref", "delivery", "sheet", "row", "position"})
"""Columns by which a table of the work database is known as a roster."""
FEW = 5_000
"""Rows of a roster that are looked for by their places in the files too: that condition is seen as the files are read,
one on `ref` only when every row has all its columns. Longer lists cost more than they save."""


def cited(roster: str) -> str:
    """The name of the table of a roster's rows that some hit names, as SQL has it."""
    return f'"cited {roster}"'


def lay_cited(con: duckdb.DuckDBPyConnection) -> dict[str, tuple[str, ...]]:
    """The columns of each roster of which there are such rows, in the order of the ids; the rows stand in `cited`.

    Needs `matched_refs(ref)`. No roster is looked through for it: the deliveries in `mounted` tell.
    """
    places: dict[str, str | None] = dict(con.execute(PLACES).fetchall())
    rosters = {roster: columns for roster, columns in roster_columns(con).items() if roster in places}
    for roster in rosters:
        placed = f"s.position in ({places[roster]}) and " if places[roster] else ""
        con.execute(
            f"""create or replace temp table {cited(roster)} as
            select s.* exclude (position) from "{roster}" as s
            where {placed}s.ref in (select ref from matched_refs)"""
        )
    return rosters


PLACES = f"""
select m.roster, case when count(*) <= {FEW} then string_agg(distinct r.ref % {REF_SPAN}, ', ') end from mounted as m
join matched_refs as r on r.ref // {REF_SPAN} = m.ordinal
group by m.roster
"""


def roster_columns(con: duckdb.DuckDBPyConnection) -> dict[str, tuple[str, ...]]:
    """Column names of every roster in the work database by roster id, in the order of the ids."""
    rows = con.execute(
        """select table_name, column_name from duckdb_columns()
           where not internal and database_name = current_database() order by table_name, column_index"""
    ).fetchall()
    tables: dict[str, list[str]] = {}
    for table, column in rows:
        tables.setdefault(table, []).append(column)
    return {table: tuple(columns) for table, columns in tables.items() if set(columns) >= PROVENANCE}
