"""The floors: the fastest script that a good engineer would write by hand for the same answer, and no more.

Both read the same files straight into typed Parquet, run the same rules and write the same amount of Parquet, with no
checks, rejects, findings, provenance, masks, ledger or report.

- ``bare``: narrow tables in memory with 64-bit keys; what several rules share is made once; no population is counted
  and no fact is told.
- ``same_sql``: the rules as they are written, by `match`, over Parquet: for comparison with earlier figures.
"""

import sys
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb

from benchmarks.stopwatch import Stopwatch
from huimin.cells.id_number import digits_of
from huimin.cells.types import ID_NUMBER, NAME
from huimin.contracts.contract import Contract
from huimin.district import RUN_DATE
from huimin.matching.match import HITS, RESULT_TYPES, lay_run, match, missing, needed_views
from huimin.matching.mount import (
    BENEFIT_ROWS,
    REF_SPAN,
    benefit_rows_sql,
    benefits_of,
    known_columns,
    lay_benefit_rows,
    lay_delivered,
    lay_items,
)
from huimin.matching.numbered import ID_TEXT, Numbered, id_text_sql, numbered
from huimin.matching.policy import lay_policy
from huimin.matching.portable import parsed
from huimin.matching.rule import Rule
from huimin.project import Project, own_project

SLOTS = {
    "month": "strftime({0}, '%Y-%m')",
    "event": "strftime({0}, '%Y-%m')",
    "year": "{0}::varchar",
    "term": "{0}",
}


def main(inbox: Path, folder: Path, floor: str) -> None:
    """Reads, joins, writes; tells the hits of each rule."""
    project = own_project()
    _ = project.contracts, project.views, project.rules, project.policy
    watch = Stopwatch()
    con = duckdb.connect(config={"threads": 2, "preserve_insertion_order": False})
    watch.begins("read")
    con.execute("create table delivered (roster varchar, unit varchar, slot varchar, starts_on date, ends_on date)")
    for ordinal, (roster, contract) in enumerate(project.contracts.items()):
        read_roster(con, contract, sorted((inbox / roster).glob("**/*.csv")), folder, ordinal)
    lay_items(con, project.contracts)
    watch.begins("join")
    if floor == "bare":
        join_bare(con, project, project.rules)
    else:
        lay_benefit_rows(con, project.contracts, project.contracts)
        match(con, project.rules, project.views, project.policy, project.contracts, RUN_DATE)
    watch.begins("write")
    write_found(con, folder)
    watch.stop()
    watch.tell(hits=dict(con.execute("select rule, count(*) from hits group by rule").fetchall()))


def write_found(con: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Clues and evidence, out of `hits`."""
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


def join_bare(con: duckdb.DuckDBPyConnection, project: Project, rules: Mapping[str, Rule]) -> None:
    """These rules over tables in memory that have what some of them reads, and nothing else."""
    contracts = project.contracts
    lay_run(con, RUN_DATE)
    lay_policy(con, project.policy)
    con.execute(HITS)
    con.execute(f"create macro {ID_TEXT}(number) as {id_text_sql('number')}")
    delivered = {roster for (roster,) in con.execute("select distinct roster from delivered").fetchall()}
    running = {name: rule for name, rule in rules.items() if rule.enabled and not missing(rule, delivered)}
    numbers: dict[str, frozenset[str]] = {}
    for roster, contract in contracts.items():
        ids = [column.name for column in contract.columns if column.type is ID_NUMBER]
        shown = ", ".join(f"{digits_of(name)} as {name}" for name in ids)
        con.execute(f"create view core_{roster} as select * {f'replace ({shown})' if ids else ''} from {roster}")
        numbers[roster] = frozenset(ids)
    needed = needed_views(running.values(), project.views)
    views = {name: view.sql for name, view in project.views.items() if name in needed}
    for name, sql in {BENEFIT_ROWS: benefit_rows_sql(benefits_of(contracts)), **views}.items():
        over = numbered(parsed(sql), numbers, lambda table, read: f"core_{table}" if table in numbers else table)
        numbers[name] = over.numbers
        con.execute(f"create view core_{name} as {over.sql}")
    used: defaultdict[str, set[str]] = defaultdict(set)

    def place(table: str, read: frozenset[str] | None) -> str:
        if table not in numbers:
            return table
        assert read is not None, f"{table}: all columns"
        used[table] |= read
        return f"bare_{table}"

    statements = {name: numbered(parsed(rule.sql), numbers, place) for name, rule in running.items()}
    for table, read in used.items():
        columns = [row[0] for row in con.execute(f"describe core_{table}").fetchall() if row[0] in read]
        con.execute(f"create table bare_{table} as select {', '.join(columns) or '1'} from core_{table}")
    for name, written in statements.items():
        con.execute(
            f"insert into hits select '{name}', {selected(rules[name].columns, written)}, null from ({written.sql})"
        )


def selected(columns: tuple[str, ...], written: Numbered) -> str:
    """The columns of `hits` out of a rule's result."""
    whole: Mapping[str, str] = {name: f"{ID_TEXT}({name})" for name in written.numbers}
    return ", ".join(
        f"cast({whole.get(name, name) if name in columns else 'null'} as {kind})" for name, kind in RESULT_TYPES.items()
    )


def read_roster(
    con: duckdb.DuckDBPyConnection, contract: Contract, files: list[Path], folder: Path, ordinal: int
) -> None:
    """One roster as a Parquet file and a view of it, whose refs are no other roster's."""
    types = {column.name: column.type.sql for column in contract.columns}
    ids = [column.name for column in contract.columns if column.type is ID_NUMBER]
    provenance = "null::varchar as delivery, null::varchar as sheet, null::integer as row"
    if not files:
        nulls = {**types, **{name: "boolean" for name, _ in known_columns(contract)}}
        nulls |= {digits_of(name): "bigint" for name in ids}
        columns = ", ".join(f"null::{kind} as {name}" for name, kind in nulls.items())
        con.execute(f"create view {contract.roster} as select {columns}, null::bigint as ref, {provenance} limit 0")
        return
    place = folder / f"{contract.roster}.parquet"
    known = "".join(f"{sql} as {name}, " for name, sql in known_columns(contract))
    con.execute(f"copy ({typed_csv(contract, files)}) to '{place}'")
    con.execute(
        f"create view {contract.roster} as select *, {known}file_row_number + {ordinal * REF_SPAN} as ref, "
        f"{provenance} from read_parquet('{place}', file_row_number = true)"
    )
    if contract.period_column is None:
        lay_delivered(con, contract.roster, {(None, RUN_DATE.isoformat())})
        return
    slot = SLOTS[contract.period].format(contract.period_column)
    found = con.execute(f"select distinct {slot} from {contract.roster}").fetchall()
    lay_delivered(con, contract.roster, {(None, text) for (text,) in found})


def typed_csv(contract: Contract, files: Sequence[Path]) -> str:
    """The SELECT of the files' rows in the contract's columns and types, ID numbers also as numbers."""
    types = {column.name: column.type.sql for column in contract.columns}
    ids = [column.name for column in contract.columns if column.type is ID_NUMBER]
    titles = {title: column.name for column in contract.columns for title in column.titles}
    with files[0].open(encoding="utf-8-sig") as head:
        header = [titles.get(title.strip()) for title in head.readline().split(",")]
    names = [name or f"ignored_{at}" for at, name in enumerate(header)]
    months = {column.name for column in contract.columns if column.type.name == "month"}
    persons = {column.name for column in contract.columns if column.type is NAME}
    read_types = ", ".join(
        f"'{name}': '{'varchar' if name in months else types.get(name, 'varchar')}'" for name in names
    )
    columns = ", ".join(
        [
            *(selected_cell(name, kind, names, months, persons) for name, kind in types.items()),
            *(
                f"left({name}, 17)::bigint as {digits_of(name)}"
                if name in names
                else f"null::bigint as {digits_of(name)}"
                for name in ids
            ),
        ]
    )
    listed = ", ".join(f"'{file}'" for file in files)
    return f"select {columns} from read_csv([{listed}], header = false, skip = 1, columns = {{{read_types}}})"


def selected_cell(name: str, kind: str, names: list[str], months: set[str], persons: set[str]) -> str:
    """One column of the bare SELECT; names of persons without blanks, and with one form of the middle dot."""
    if name not in names:
        return f"null::{kind} as {name}"
    if name in persons:
        return f"translate(regexp_replace({name}, '[\\s\u3000\u200b]', '', 'g'), '•．', '··') as {name}"
    return f"({name} || '-01')::date as {name}" if name in months else name


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve(), sys.argv[3])
