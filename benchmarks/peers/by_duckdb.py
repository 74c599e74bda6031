"""DuckDB tuned by hand: narrow tables in memory with 64-bit keys, one aggregate a roster that checks all promises."""

import sys
from pathlib import Path

import duckdb

from benchmarks.floor import join_bare, read_roster, write_found
from benchmarks.peers.exam import ANSWERS, CORES, Exam, exam_in, promises
from benchmarks.stopwatch import Stopwatch
from huimin.contracts.contract import Contract
from huimin.matching.mount import lay_items


def main(inbox: Path, folder: Path) -> None:
    """Reads, checks, joins, writes."""
    exam = exam_in(inbox)
    watch = Stopwatch()
    con = duckdb.connect(config={"threads": CORES, "preserve_insertion_order": False})
    watch.begins("read")
    con.execute("create table delivered (roster varchar, unit varchar, slot varchar, starts_on date, ends_on date)")
    for ordinal, (roster, contract) in enumerate(exam.project.contracts.items()):
        read_roster(con, contract, exam.files(roster), folder, ordinal)
    lay_items(con, exam.project.contracts)
    watch.begins("check")
    faults = checked(con, exam, folder)
    watch.begins("join")
    join_bare(con, exam.project, exam.rules)
    watch.begins("write")
    write(con, folder)
    watch.stop()
    watch.tell(faults=faults, version=f"duckdb {duckdb.__version__}")


def checked(con: duckdb.DuckDBPyConnection, exam: Exam, folder: Path) -> dict[str, int]:
    """Rows that break each promise, by roster and promise; the rows themselves are written beside the others."""
    faults: dict[str, int] = {}
    for roster, contract in exam.delivered.items():
        rows = {promise.name: promise.broken for promise in promises(contract) if promise.kind != "unique"}
        counts = ", ".join(f"count(*) filter (where {condition})" for condition in rows.values())
        found = con.execute(f"select {counts} from {roster}").fetchall()[0]
        faults |= {f"{roster} {name}": count for name, count in zip(rows, found) if count}
        if any(found):
            broken = " or ".join(f"({condition})" for condition in rows.values())
            con.execute(f"copy (select * from {roster} where {broken}) to '{folder}/{roster}_rejects.parquet'")
        if repeated := repeated_rows(con, contract):
            faults[f"{roster} key.unique"] = repeated
    return faults


def repeated_rows(con: duckdb.DuckDBPyConnection, contract: Contract) -> int:
    """Rows whose key another row has too."""
    key = ", ".join(next(promise.columns for promise in promises(contract) if promise.kind == "unique"))
    sql = f"select sum(n) from (select count(*) as n from {contract.roster} group by {key} having n > 1)"
    return int(con.execute(sql).fetchall()[0][0] or 0)


def write(con: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Clues, evidence, and what is compared with the other peers."""
    write_found(con, folder)
    answers = "select distinct rule, item, left(id_number, 17)::bigint as id_number, starts_on from hits"
    con.execute(f"copy ({answers}) to '{folder / ANSWERS}'")


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve())
