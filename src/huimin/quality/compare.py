"""Deliveries beside what they replace and what they stand beside: the figures that the gate judges, slot by slot."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import polars as pl

from huimin.contracts.contract import Contract
from huimin.contracts.expectation import COMPARED_COLUMNS
from huimin.deliveries.slots import Met, Standing
from huimin.quality.remembered import Pair, Remembered, SlotRows
from huimin.store.delivery import Share

REGISTER_ROWS, SLOT_ROWS, PERSONS_ROWS = 8, 20, 2
"""Rows of a register, or a slot, whose half must come again; rows of a slot of whose persons one must."""
OVERLAP_PERSONS = 20
"""Persons that two units each have when their overlap is critical."""
SLOTS_BESIDE = 3
"""Slots in force whose median amount is relied upon."""

GREATEST_IS_WORST = frozenset(name for name in COMPARED_COLUMNS if name.startswith(("overlap", "amount")))

FIGURES = {
    "delivery": pl.String,
    "column": pl.String,
    "figure": pl.Float64,
    "slot": pl.String,
    "other": pl.String,
    "count": pl.Int64,
    "of": pl.Int64,
}
"""One of `COMPARED_COLUMNS` in one slot: beside which delivery (None: several slots in force), how many of how many."""

_SLOTS = {
    "delivery": pl.String,
    "roster": pl.String,
    "unit": pl.String,
    "kind": pl.String,
    "period": pl.String,
    "slot": pl.String,
    "place": pl.String,
    "held": pl.Boolean,
    "rows": pl.Int64,
    "persons": pl.Int64,
    "median": pl.Int64,
}
"""A delivery's slot: `place` is the slot but in registers, which are replaced whole; the median in thousandths."""


@dataclass(frozen=True)
class Stored:
    """Where the rows of a delivery are, and the SHA-256 of that file."""

    rows: Path
    digest: str

    def side(self, slot: str) -> SlotRows:
        """The rows of this delivery that are of that slot."""
        return SlotRows(self.rows, self.digest, slot)


def compare(
    standings: Iterable[Standing],
    contracts: Mapping[str, Contract],
    stored: Mapping[str, Stored],
    remembered: Remembered,
    scratch: Path,
) -> pl.DataFrame:
    """Every figure of the deliveries that were read, in each slot and against each other delivery; columns `FIGURES`.

    A figure that does not apply, because the slots are too small or the roster is not compared so, is left out.
    """
    came = [
        standing
        for standing in standings
        if standing.receipt.slots and standing.status not in ("unchanged", "withdrawn")
    ]
    slots = pl.DataFrame(
        [row for standing in came for row in rows_of(standing, contracts)], schema=_SLOTS, orient="row"
    )
    replaced = met(came, slots, [standing.replaces for standing in came])
    beside = met(came, slots, [standing.beside for standing in came]).filter(pl.col("kind") != "ledger")
    replaced = replaced.filter(pl.col("kind").eq("register") | pl.col("period").ne("register"))
    persons = shared(pl.concat([replaced, beside]), stored, remembered, scratch)
    keys = ("delivery", "slot", "other")
    replaced, beside = (frame.join(persons, on=keys, how="left", maintain_order="left") for frame in (replaced, beside))
    return pl.concat(
        [pl.DataFrame(schema=FIGURES), of_replaced(replaced), of_beside(beside), of_amounts(slots, replaced)]
    )


def rows_of(standing: Standing, contracts: Mapping[str, Contract]) -> Iterable[tuple[object, ...]]:
    """One row a slot of the delivery, in the columns of `_SLOTS`. A slot told to be empty has no rows."""
    receipt = standing.receipt
    contract = contracts[receipt.delivery.roster or ""]
    shares = {share.slot: share for share in receipt.shares}
    for slot in receipt.slots:
        share = shares.get(slot, Share(slot, 0, {}, 0))
        median = None if share.median is None else int(Decimal(share.median) * 1000)
        place = "" if contract.period == "register" else slot
        whose = (receipt.delivery.delivery, contract.roster, receipt.delivery.unit, contract.kind, contract.period)
        yield (*whose, slot, place, slot in standing.slots, share.rows, share.persons, median)


def met(came: Sequence[Standing], slots: pl.DataFrame, found: Iterable[Met]) -> pl.DataFrame:
    """The slots with those of the deliveries that were met in them, as `other` and `other_…`."""
    pairs = [
        (standing.receipt.delivery.delivery, slot, other)
        for standing, those in zip(came, found)
        for slot, other in those
    ]
    named = pl.DataFrame(pairs, schema=dict.fromkeys(("delivery", "slot", "other"), pl.String), orient="row")
    others = slots.select(
        "place", pl.col("delivery", "slot", "unit", "rows", "persons", "median").name.prefix("other_")
    )
    one = named.join(slots, on=["delivery", "slot"], how="inner", maintain_order="left")
    return one.join(
        others, left_on=["other", "place"], right_on=["other_delivery", "place"], how="inner", maintain_order="left"
    )


def shared(pairs: pl.DataFrame, stored: Mapping[str, Stored], remembered: Remembered, scratch: Path) -> pl.DataFrame:
    """How many persons both sides of each pair have: delivery, slot, other, shared."""
    asked: dict[tuple[str, str, str], Pair] = {}
    counted = pairs.drop_nulls(["persons", "other_persons"]).select("delivery", "slot", "other", "other_slot")
    for delivery, slot, other, other_slot in counted.iter_rows():
        asked[delivery, slot, other] = stored[delivery].side(slot), stored[other].side(other_slot)
    found = remembered.shared(asked.values(), scratch)
    rows = [(*key, found[pair]) for key, pair in asked.items()]
    schema = dict.fromkeys(("delivery", "slot", "other"), pl.String) | {"shared": pl.Int64}
    return pl.DataFrame(rows, schema=schema, orient="row")


def of_replaced(pairs: pl.DataFrame) -> pl.DataFrame:
    """The figures of deliveries against what they replace."""
    register = pl.col("period") == "register"
    rows, before = pl.col("rows"), pl.col("other_rows")
    persons, persons_before = pl.col("shared"), pl.col("other_persons")
    slot = ~register & persons.is_not_null()
    judged = (register & (before >= REGISTER_ROWS)) | (slot & (before >= SLOT_ROWS))
    small = slot & (before < SLOT_ROWS)
    return pl.concat(
        [
            figures(pairs.filter(judged), "previous_share", rows, before),
            figures(pairs.filter(judged), "persons_share", persons, persons_before),
            figures(pairs.filter(slot & (before >= PERSONS_ROWS)), "persons_again", persons, persons_before, persons),
            figures(pairs.filter(small), "small_previous_share", rows, before),
            figures(pairs.filter(small), "small_persons_share", persons, persons_before),
        ]
    )


def of_beside(pairs: pl.DataFrame) -> pl.DataFrame:
    """The figures of deliveries against those of other units."""
    smaller, persons = pl.min_horizontal("persons", "other_persons"), pl.col("shared")
    large = pairs.filter(smaller >= OVERLAP_PERSONS)
    return pl.concat(
        [
            figures(large, "overlap_share", persons, smaller),
            figures(pairs, "overlap_part", persons, smaller),
            figures(pairs, "overlap_persons", persons, smaller, persons),
        ]
    )


def of_amounts(slots: pl.DataFrame, replaced: pl.DataFrame) -> pl.DataFrame:
    """How far the median amount of large slots is from that of the slot they replace, else from others in force."""
    paid = pl.col("kind").eq("benefit") & pl.col("period").is_in(["month", "term"])
    large = paid & pl.col("rows").ge(SLOT_ROWS) & pl.col("median").is_not_null()
    median, other = pl.col("median"), pl.col("other_median")
    against = replaced.filter(large & pl.col("other_rows").ge(SLOT_ROWS) & other.is_not_null())
    known = against.select("delivery", "slot")
    alone = slots.filter(large & pl.col("held")).join(known, on=["delivery", "slot"], how="anti")
    held = slots.filter(large & pl.col("held")).select("roster", other="delivery", other_median="median")
    # once a delivery, not once a slot: thousands of slots in one file would be millions of pairs
    others = (
        alone.select("roster", "delivery")
        .unique(maintain_order=True)
        .join(held, on="roster", how="inner")
        .filter(pl.col("other") != pl.col("delivery"))
        .group_by("delivery")
        .agg(
            pl.len().cast(pl.Int64).alias("slots"),
            other.quantile(0.5, "lower").cast(pl.Int64).alias("lower"),
            other.quantile(0.5, "higher").cast(pl.Int64).alias("higher"),
        )
    )
    reference = alone.join(others, on="delivery", how="inner")
    # an even number has two medians: the nearer one counts
    nearer = pl.min_horizontal(times(median, pl.col("lower")), times(median, pl.col("higher")))
    enough, count = pl.col("slots") >= SLOTS_BESIDE, pl.col("slots")
    several = reference.with_columns(other=pl.lit(None, pl.String))
    return pl.concat(
        [
            figures(against, "amount_factor", median, other, times(median, other)),
            figures(several.filter(enough), "amount_factor_beside", count, count, nearer),
            figures(several.filter(~enough), "amount_factor_few", count, count, nearer),
        ]
    )


def times(one: pl.Expr, other: pl.Expr) -> pl.Expr:
    """How many times the smaller is in the greater."""
    return pl.max_horizontal(one, other) / pl.min_horizontal(one, other)


def figures(
    pairs: pl.DataFrame, column: str, count: pl.Expr, of: pl.Expr, figure: pl.Expr | None = None
) -> pl.DataFrame:
    """One figure a row, `count` over `of` where no other is given; those that are not known are left out."""
    value = (count / of if figure is None else figure).cast(pl.Float64)
    named = pairs.select(
        "delivery",
        pl.lit(column).alias("column"),
        pl.when(of > 0).then(value).alias("figure"),
        "slot",
        "other",
        count.cast(pl.Int64).alias("count"),
        of.cast(pl.Int64).alias("of"),
    )
    return named.drop_nulls("figure")


def worst(compared: pl.DataFrame) -> pl.DataFrame:
    """The figure of each delivery and column furthest from what is expected; of equal ones the earliest slot's."""
    sign = pl.when(pl.col("column").is_in(GREATEST_IS_WORST)).then(-1).otherwise(1)
    ordered = compared.sort("delivery", "column", sign * pl.col("figure"), "slot", "other")
    return ordered.unique(["delivery", "column"], keep="first", maintain_order=True)
