"""The floor: the fastest bare DuckDB script that reads the same files, joins the same and writes the same Parquet."""

import sys
from pathlib import Path

import duckdb

from benchmarks.stopwatch import Stopwatch
from huimin.contracts.contract import Contract
from huimin.district import RUN_DATE
from huimin.matching.match import match
from huimin.matching.mount import benefit_rows_sql, known_columns, lay_delivered, lay_items
from huimin.project import own_project

SLOTS = {
    "month": "strftime({0}, '%Y-%m')",
    "event": "strftime({0}, '%Y-%m')",
    "year": "{0}::varchar",
    "term": "{0}",
}


def main(inbox: Path, folder: Path) -> None:
    """Reads, joins, writes."""
    project = own_project()
    contracts, rules, views, policy = project.contracts, project.rules, project.views, project.policy
    watch = Stopwatch()
    con = duckdb.connect(str(folder / "floor.duckdb"), config={"threads": 2, "preserve_insertion_order": False})
    with watch.part("read"):
        con.execute("create table delivered (roster varchar, unit varchar, slot varchar, starts_on date, ends_on date)")
        for roster, contract in contracts.items():
            read_roster(con, contract, sorted((inbox / roster).glob("**/*.csv")), folder)
        lay_items(con, contracts)
        con.execute(f"create view benefit_rows as {benefit_rows_sql(contracts)}")
    with watch.part("join"):
        match(con, rules, views, policy, contracts, RUN_DATE)
    with watch.part("write"):
        con.execute(
            f"""
            copy (
                select rule, item, id_number, subject, min(starts_on) as first_period, max(starts_on) as last_period,
                       count(distinct starts_on) as periods, sum(amount) as amount
                from hits group by all order by all
            ) to '{folder}/clues.parquet'
            """
        )
        con.execute(f"copy (from hits order by all) to '{folder}/evidence.parquet'")
    watch.stop()
    watch.tell()


def read_roster(con: duckdb.DuckDBPyConnection, contract: Contract, files: list[Path], folder: Path) -> None:
    """One roster as a Parquet file and a view of it."""
    types = {column.name: column.type.sql for column in contract.columns}
    provenance = "null::varchar as delivery, null::varchar as sheet, null::integer as row"
    if not files:
        nulls = {**types, **{name: "boolean" for name, _ in known_columns(contract)}}
        columns = ", ".join(f"null::{kind} as {name}" for name, kind in nulls.items())
        con.execute(f"create view {contract.roster} as select {columns}, null::bigint as ref, {provenance} limit 0")
        return
    place = folder / f"{contract.roster}.parquet"
    titles = {title: column.name for column in contract.columns for title in column.titles}
    with files[0].open(encoding="utf-8-sig") as head:
        header = [titles.get(title.strip()) for title in head.readline().split(",")]
    names = [name or f"ignored_{at}" for at, name in enumerate(header)]
    months = {column.name for column in contract.columns if column.type.name == "month"}
    read_types = ", ".join(
        f"'{name}': '{'varchar' if name in months else types.get(name, 'varchar')}'" for name in names
    )
    columns = ", ".join(selected(name, kind, names, months) for name, kind in types.items())
    known = "".join(f"{sql} as {name}, " for name, sql in known_columns(contract))
    listed = ", ".join(f"'{file}'" for file in files)
    con.execute(
        f"""
        copy (select {columns} from read_csv([{listed}], header = false, skip = 1, columns = {{{read_types}}}))
        to '{place}'
        """
    )
    con.execute(
        f"create view {contract.roster} as select *, {known}file_row_number as ref, {provenance} "
        f"from read_parquet('{place}', file_row_number = true)"
    )
    if contract.period_column is None:
        lay_delivered(con, contract.roster, {(None, RUN_DATE.isoformat())})
        return
    slot = SLOTS[contract.period].format(contract.period_column)
    found = con.execute(f"select distinct {slot} from {contract.roster}").fetchall()
    lay_delivered(con, contract.roster, {(None, text) for (text,) in found})


def selected(name: str, kind: str, names: list[str], months: set[str]) -> str:
    """One column of the bare SELECT."""
    if name not in names:
        return f"null::{kind} as {name}"
    return f"({name} || '-01')::date as {name}" if name in months else name


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve())
