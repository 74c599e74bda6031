"""The figures of every delivery that the gate judges: of itself, of the run's day, and beside the others."""

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import pairwise
from pathlib import Path

import polars as pl

from huimin.contracts.contract import Contract
from huimin.contracts.expectation import COMPARED_COLUMNS, DELIVERY_COLUMNS
from huimin.contracts.periods import bounds
from huimin.deliveries.slots import Standing, age_days, in_force
from huimin.quality.compare import Stored
from huimin.quality.remembered import Remembered
from huimin.store.delivery import Receipt

RECORDS_JUDGED = 100
"""Records of a delivery from which on a share of them is judged."""

PROFILE = {"delivery": pl.String, "roster": pl.String, **dict.fromkeys(DELIVERY_COLUMNS, pl.Float64)}


def profile(
    standings: Sequence[Standing],
    contracts: Mapping[str, Contract],
    run_date: date,
    known: Mapping[str, float],
    compared: pl.DataFrame,
) -> pl.DataFrame:
    """One row a delivery that counts or would, by `PROFILE`; null where a figure does not apply.

    `known`: the share of a delivery's rows that the population register knows; `compared`: its worst figures beside
    others, one row a delivery and column.
    """
    by_id = {s.receipt.delivery.delivery: s.receipt for s in standings}
    before, newest = preceding(standings, contracts), newest_ends(standings)
    own = []
    for standing in standings:
        receipt, key = standing.receipt, standing.receipt.delivery.delivery
        if standing.status in ("unchanged", "withdrawn"):
            continue
        rows_before = scaled(by_id[before[key]], len(receipt.slots)) if key in before else 0
        is_newest = end_of(standing) == newest[place_of(standing)]
        own.append(
            {
                "delivery": key,
                "roster": receipt.delivery.roster,
                "accepted_share": receipt.accepted / receipt.records if receipt.records >= RECORDS_JUDGED else None,
                "age_days": age_days(standing, run_date) if is_newest else None,
                "volume_ratio": receipt.accepted / rows_before if rows_before else None,
                "register_share": known.get(key),
            }
        )
    plain = {name: type_ for name, type_ in PROFILE.items() if name not in COMPARED_COLUMNS}
    wide = compared.pivot("column", index="delivery", values="figure")
    absent = [pl.lit(None, pl.Float64).alias(name) for name in COMPARED_COLUMNS if name not in wide.columns]
    figures = pl.DataFrame(own, schema=plain).join(wide, on="delivery", how="left", maintain_order="left")
    return figures.with_columns(absent).select(*PROFILE)


def known_shares(
    standings: Sequence[Standing],
    contracts: Mapping[str, Contract],
    stored: Mapping[str, Stored],
    remembered: Remembered,
    scratch: Path,
) -> dict[str, float]:
    """Share of the rows of each delivery in force whose ID number is in the population register in force."""
    held = {s.receipt.delivery.delivery: s.receipt.delivery.roster or "" for s in in_force(standings, contracts)}
    register = [stored[key].side("") for key, roster in held.items() if roster == "population"]
    others = {
        stored[key].side(""): key
        for key, roster in held.items()
        if roster != "population" and any(column.name == "id_number" for column in contracts[roster].columns)
    }
    found = remembered.known_to(register, others, scratch)
    return {key: found[side] for side, key in others.items() if side in found}


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


def preceding(standings: Sequence[Standing], contracts: Mapping[str, Contract]) -> dict[str, str]:
    """The delivery before: of a register the one that it replaces, or would.

    Of one in force of a roster of periods, the one in force that fills the latest slot before its own.
    """
    filled: dict[tuple[str | None, str | None], list[tuple[date, str]]] = {}
    for standing in standings:
        delivery = standing.receipt.delivery
        for slot in standing.slots:
            filled.setdefault((delivery.roster, delivery.unit), []).append((bounds(slot)[0], delivery.delivery))
    found = {
        s.receipt.delivery.delivery: s.replaces[0][1]
        for s in standings
        if s.replaces and contracts[s.receipt.delivery.roster or ""].period == "register"
    }
    for places in filled.values():
        places.sort()
        for (_, one), (_, other) in pairwise(places):
            if one != other:
                found.setdefault(other, one)
    return found
