"""How many rejected rows with a damaged ID number have a candidate, and how many of these are right, by damage."""

import tempfile
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import polars as pl

from huimin.deliveries.slots import resolve, rows_in_force
from huimin.deliveries.standard import receipts
from huimin.district import RUN_DATE, build_district
from huimin.district.damaged import with_damaged_numbers
from huimin.district.plain import write_plain
from huimin.feedback.candidates import RIGHT, lay_candidates
from huimin.matching.mount import mount
from huimin.nights import night as nights
from huimin.nights.run import read_inbox
from huimin.project import own_project
from huimin.quality.told import delivery_row, lay_rejects
from huimin.store.root import Root
from huimin.tables.declared import DELIVERIES, column_types
from huimin.tables.work import open_work

FOUND = """
select w.way, w.id_number, c.damage, c.id_number as candidate, c.is_shown
from ways as w
join told_deliveries as d on d.roster = w.roster
join rejects as r on r.delivery = d.delivery and r."row" = w."row" and r."column" = 'id_number'
left join candidates as c on c.delivery = r.delivery and c."row" = r."row" and c."column" = 'id_number'
"""


def candidates_of(persons: int, seed: int) -> pl.DataFrame:
    """One row a rejected row of a district whose ID number was damaged: the way, the number, and its candidate."""
    with tempfile.TemporaryDirectory(prefix="huimin-repairs-") as folder:
        night = nights.Night(Root(Path(folder)), own_project(), "20230822T020000-aaaaaa", RUN_DATE, 0.0)
        built = build_district(persons, seed, profile="every_rule")
        district, ways = with_damaged_numbers(built, night.contracts, seed)
        write_plain(district.rosters, district.days, night.root.inbox, night.contracts)
        read_inbox(night, datetime.now(UTC))
        standings = resolve(receipts(night.root), night.contracts)
        with closing(open_work(None)) as con:
            mount(con, night.contracts, rows_in_force(night.root, standings, night.contracts))
            con.execute(f"create table told_deliveries ({column_types(DELIVERIES)})")
            marks = ", ".join("?" * len(DELIVERIES.columns))
            rows = [delivery_row(standing, None, ()) for standing in standings]
            con.executemany(f"insert into told_deliveries values ({marks})", rows)
            lay_rejects(con, night.root, standings)
            lay_candidates(con, night.contracts, RUN_DATE)
            con.register("ways", ways)
            return con.execute(FOUND).pl()


def lines(found: pl.DataFrame) -> Iterator[tuple[str, bool]]:
    """A line a way of damage, and whether what is shown of it is right often enough."""
    right = pl.col("candidate") == pl.col("id_number")
    counted = found.group_by("way").agg(
        pl.len().alias("rejects"), pl.col("candidate").count().alias("candidates"), right.sum().alias("right"),
        pl.col("is_shown").any().alias("shown"),
    )  # fmt: skip
    for way, rejects, candidates, right_ones, shown in counted.sort("way").iter_rows():
        share = candidates / rejects
        holds = not shown or right_ones >= RIGHT * candidates
        told = "shown" if shown else "not shown"
        yield (
            f"{way:<28} rejects {rejects:>5}  with a candidate {share:.3f}  right {right_ones} of {candidates}  {told}",
            holds,
        )
