"""The gate: what Great Expectations says of every delivery, and so which deliveries are kept out tonight."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import groupby, pairwise

import duckdb
import polars as pl

from huimin.contracts.contract import Contract
from huimin.contracts.periods import bounds
from huimin.deliveries.slots import Standing, age_days, in_force, later, resolve
from huimin.deliveries.standard import QUALITY_FILE, seal, sealed_files
from huimin.quality import check_deliveries, critical_failures, gate
from huimin.quality.bench import RESULTS
from huimin.store.delivery import Receipt
from huimin.store.root import Root, folder_of
from huimin.tables.sql import exact, parquet

QUALITY = {"roster": pl.String, "delivery": pl.String, **RESULTS}
PROFILE = {
    "delivery": pl.String,
    "roster": pl.String,
    "unit": pl.String,
    "period_kind": pl.String,
    "records": pl.Int64,
    "accepted": pl.Int64,
    "previous_rows": pl.Int64,
    "age_days": pl.Int64,
    "register_share": pl.Float64,
    "previous_period_rows": pl.Int64,
}


def check(
    root: Root, receipts: Sequence[Receipt], contracts: Mapping[str, Contract], run_date: date
) -> tuple[frozenset[str], pl.DataFrame]:
    """The deliveries that fail a critical expectation, and all results for those in force or kept out.

    Results about one delivery's own rows are kept in its folder; those that compare it with others are made anew, so
    that they depend on what was delivered and not on the night it arrived. The earliest failing delivery of a roster
    and unit is kept out first, since the ones after it may then be compared with another.
    """
    read = [receipt for receipt in receipts if receipt.outcome != "refused"]
    folders = [(r.delivery.delivery, r.delivery.roster or "", folder_of(root, r)) for r in read]
    unchecked = [entry for entry in folders if QUALITY_FILE not in sealed_files(entry[2])]
    check_deliveries(unchecked, contracts, root.work, {r.delivery.delivery: r for r in read})
    for _, _, folder in unchecked:
        seal(folder, [QUALITY_FILE])
    own = pl.concat(
        [
            pl.scan_parquet(folder / "quality.parquet", glob=False).select(
                pl.lit(roster).alias("roster"), pl.lit(delivery).alias("delivery"), pl.all()
            )
            for delivery, roster, folder in folders
        ]
        or [pl.LazyFrame(schema=QUALITY)]
    ).collect()
    kept_out: frozenset[str] = frozenset()
    while True:
        standings = resolve(read, contracts, kept_out)
        failed, compared = gate(profile(root, standings, contracts, run_date), contracts, root.work)
        failed |= critical_failures(own)
        first = earliest((s for s in standings if s.receipt.delivery.delivery in failed - kept_out), contracts)
        if not first:
            break
        kept_out |= first
    shown = [s.receipt.delivery.delivery for s in standings if s.slots or s.kept_out]
    quality = pl.concat([own, compared.cast(own.schema)]).filter(pl.col("delivery").is_in(shown))
    return kept_out, quality.sort("roster", "delivery", "expectation")


def earliest(failed: Iterable[Standing], contracts: Mapping[str, Contract]) -> frozenset[str]:
    """The first failing delivery of each roster and unit, in the order in which they replace one another."""

    def order(standing: Standing) -> tuple[object, ...]:
        contract = contracts[standing.receipt.delivery.roster or ""]
        return (*place_of(standing), *later(standing.receipt, contract))

    ordered = sorted(failed, key=order)
    return frozenset(next(group).receipt.delivery.delivery for _, group in groupby(ordered, key=place_of))


def profile(
    root: Root, standings: Sequence[Standing], contracts: Mapping[str, Contract], run_date: date
) -> pl.DataFrame:
    """One row a readable delivery with the figures that compare it with others; the gate's input."""
    by_id = {s.receipt.delivery.delivery: s.receipt for s in standings}
    shares = register_shares(root, in_force(standings, contracts), contracts)
    before, newest = preceding(standings), newest_ends(standings)
    rows = []
    for standing in standings:
        receipt = standing.receipt
        if standing.status == "unchanged":
            continue
        replaced = by_id.get(standing.previous or "")
        prior = by_id.get(before.get(receipt.delivery.delivery, standing.previous or ""))
        rows.append(
            {
                "delivery": receipt.delivery.delivery,
                "roster": receipt.delivery.roster,
                "unit": receipt.delivery.unit,
                "period_kind": contracts[receipt.delivery.roster or ""].period,
                "records": receipt.records,
                "accepted": receipt.accepted,
                "previous_rows": replaced.accepted if replaced else None,
                "age_days": age_days(standing, run_date) if end_of(standing) == newest[place_of(standing)] else None,
                "register_share": shares.get(receipt.delivery.delivery),
                "previous_period_rows": scaled(prior, len(receipt.slots)) if prior else None,
            }
        )
    return pl.DataFrame(rows, schema=PROFILE)


def place_of(standing: Standing) -> tuple[str, str]:
    """Roster and unit, within which deliveries replace and follow one another."""
    return standing.receipt.delivery.roster or "", standing.receipt.delivery.unit or ""


def end_of(standing: Standing) -> date:
    """The last day that a delivery's slots reach."""
    return max((bounds(slot)[1] for slot in standing.receipt.slots), default=date.min)


def newest_ends(standings: Sequence[Standing]) -> dict[tuple[str, str], date]:
    """How far each roster and unit reaches: only the delivery that reaches it tells whether the roster is fresh."""
    newest: dict[tuple[str, str], date] = {}
    for standing in standings:
        newest[place_of(standing)] = max(newest.get(place_of(standing), date.min), end_of(standing))
    return newest


def scaled(prior: Receipt, slots: int) -> int:
    """Rows to expect of so many slots, by the rows a slot of the delivery before."""
    return round(prior.accepted / max(len(prior.slots), 1) * slots)


def preceding(standings: Sequence[Standing]) -> dict[str, str]:
    """For each delivery in force of a roster of periods, the one in force that fills the latest slot before its own."""
    filled: dict[tuple[str | None, str | None], list[tuple[date, str]]] = {}
    for standing in standings:
        delivery = standing.receipt.delivery
        for slot in standing.slots:
            filled.setdefault((delivery.roster, delivery.unit), []).append((bounds(slot)[0], delivery.delivery))
    found: dict[str, str] = {}
    for places in filled.values():
        places.sort()
        for (_, one), (_, other) in pairwise(places):
            if one != other:
                found.setdefault(other, one)
    return found


def register_shares(root: Root, held: Sequence[Standing], contracts: Mapping[str, Contract]) -> dict[str, float]:
    """Share of each delivery's rows whose ID number is in the population register; empty without that register."""
    places = {s.receipt.delivery.delivery: folder_of(root, s.receipt) / "rows.parquet" for s in held}
    people = [exact(places[s.receipt.delivery.delivery]) for s in held if s.receipt.delivery.roster == "population"]
    others = {
        s.receipt.delivery.delivery: places[s.receipt.delivery.delivery]
        for s in held
        if s.receipt.delivery.roster != "population"
        and any(column.name == "id_number" for column in contracts[s.receipt.delivery.roster or ""].columns)
    }
    if not people or not others:
        return {}
    with duckdb.connect() as con:
        con.execute("set threads = 2")
        con.execute("create temp table people as select distinct id_number from read_parquet(?)", [people])
        scans = " union all ".join(
            f"select '{delivery}' as delivery, id_number from {parquet(place)}" for delivery, place in others.items()
        )
        rows = con.execute(
            f"""
            select r.delivery, count(p.id_number) / count(*)
            from ({scans}) as r left join people as p using (id_number) group by r.delivery
            """
        ).fetchall()
    return dict(rows)
