"""Which deliveries are kept out tonight, by what Great Expectations says of each alone and beside the others."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from huimin.contracts.contract import Contract
from huimin.deliveries.slots import Standing, later, resolve
from huimin.deliveries.standard import QUALITY_FILE, seal, sealed_files
from huimin.quality import check_deliveries, critical_failures, gate
from huimin.quality.compare import FIGURES, Stored, compare, worst
from huimin.quality.judge import RESULTS
from huimin.quality.profile import known_shares, profile
from huimin.quality.remembered import recall, remember
from huimin.quality.words import WHOLE
from huimin.store.delivery import Delivery, Receipt
from huimin.store.encrypted import scan
from huimin.store.root import Root, folder_of
from huimin.store.rulings import Ruling

QUALITY = {"roster": pl.String, "delivery": pl.String, **RESULTS}
ROWS = "rows.parquet"
FROM_OTHERS = "amount_factor_beside"
"""The one figure that also depends on what came later: it is judged last, and keeps out one delivery at a time."""


@dataclass(frozen=True)
class GateResult:
    """What the gate says of the deliveries."""

    kept_out: frozenset[str]
    """Those that fail a critical expectation and were not admitted."""
    quality: pl.DataFrame
    """Every result of those in force or kept out; columns `QUALITY`."""
    compared: pl.DataFrame
    """The worst figure of each delivery and column beside others, with where it stands; columns `compare.FIGURES`."""

    def leave(self, folder: Path) -> None:
        """Writes both tables into the folder, for `lay_told_deliveries`."""
        self.quality.write_parquet(folder / "quality.parquet")
        self.compared.write_parquet(folder / "compared.parquet")


def check(
    root: Root,
    receipts: Sequence[Receipt],
    contracts: Mapping[str, Contract],
    run_date: date,
    rulings: Mapping[str, Ruling],
) -> GateResult:
    """The deliveries that fail a critical expectation, and all results for those in force or kept out.

    Results about one delivery's own rows are kept in its folder; those that compare it with others are made anew of
    counts that are remembered, so that they depend on what was delivered and decided, not on the night it arrived.

    Whether a delivery is kept out depends on those before it. So the judgement begins with whom the night before kept
    out, and is repeated until it agrees with what it began with: at most once for each delivery that changes sides.
    """
    read = [receipt for receipt in receipts if receipt.outcome != "refused"]
    own = own_results(root, read, contracts)
    stored = {
        r.delivery.delivery: Stored(folder_of(root, r) / ROWS, sealed_files(folder_of(root, r))[ROWS]) for r in read
    }
    admitted = {delivery for delivery, ruling in rulings.items() if ruling.act == "admit"}
    remembered = recall(root)
    kept_out, late = remembered.kept_out, pl.DataFrame(schema=FIGURES)
    while True:
        standings = resolve(read, contracts, kept_out, rulings)
        compared = pl.concat([worst(compare(standings, contracts, stored, remembered, root.work)), late])
        known = known_shares(standings, contracts, stored, remembered, root.work)
        results = gate(profile(standings, contracts, run_date, known, compared), contracts, remembered.verdicts)
        quality = pl.concat([own, results.cast(own.schema)])
        failed = critical_failures(quality.filter(pl.col("column").ne_missing(FROM_OTHERS)))
        judged = {s.receipt.delivery.delivery for s in standings if s.slots or s.kept_out or s.status == "superseded"}
        now = (failed | set(late["delivery"])) & judged - admitted
        if now == kept_out:
            outliers = critical_failures(quality.filter(pl.col("column") == FROM_OTHERS)) - kept_out - admitted
            if not outliers:
                break
            last = latest((s for s in standings if s.receipt.delivery.delivery in outliers), contracts)
            out = [*last, *late["delivery"]]
            late = compared.filter(pl.col("delivery").is_in(out), pl.col("column") == FROM_OTHERS)
            now |= last
        kept_out = frozenset(now)
    remembered.kept_out = kept_out
    remember(root, remembered)
    shown = [s.receipt.delivery.delivery for s in standings if s.slots or s.kept_out]
    placed = with_places(quality.filter(pl.col("delivery").is_in(shown)), compared, standings)
    return GateResult(kept_out, placed.sort("roster", "delivery", "expectation"), compared)


def own_results(root: Root, read: Iterable[Receipt], contracts: Mapping[str, Contract]) -> pl.DataFrame:
    """What Great Expectations says of each delivery's own rows; kept in its folder, where it was not yet."""
    folders = [(r.delivery.delivery, r.delivery.roster or "", folder_of(root, r)) for r in read]
    unchecked = [entry for entry in folders if QUALITY_FILE not in sealed_files(entry[2])]
    check_deliveries(unchecked, contracts, root.work, {r.delivery.delivery: r for r in read})
    for _, _, folder in unchecked:
        seal(folder, [QUALITY_FILE])
    found = [
        scan(folder / QUALITY_FILE).select(pl.lit(roster).alias("roster"), pl.lit(delivery).alias("delivery"), pl.all())
        for delivery, roster, folder in folders
    ]
    return pl.concat(found or [pl.LazyFrame(schema=QUALITY)]).collect()


def latest(failed: Iterable[Standing], contracts: Mapping[str, Contract]) -> frozenset[str]:
    """The ids of deliveries: of each roster the last one among these."""
    last: dict[str, Receipt] = {}
    for standing in failed:
        receipt, roster = standing.receipt, standing.receipt.delivery.roster or ""
        if roster not in last or later(receipt, contracts[roster]) > later(last[roster], contracts[roster]):
            last[roster] = receipt
    return frozenset(receipt.delivery.delivery for receipt in last.values())


def with_places(quality: pl.DataFrame, compared: pl.DataFrame, standings: Iterable[Standing]) -> pl.DataFrame:
    """The results, whose `observed` also says in which slot, and beside which delivery or units, a figure was found."""
    whose = {s.receipt.delivery.delivery: s.receipt.delivery for s in standings}
    told = [
        (delivery, column, f"（{slot} {beside(whose[delivery], whose.get(other or ''), column)}）")
        for delivery, column, slot, other in compared.select("delivery", "column", "slot", "other").iter_rows()
    ]
    schema = dict.fromkeys(("delivery", "column", "where"), pl.String)
    places = pl.DataFrame(told, schema=schema, orient="row")
    joined = quality.join(places, on=["delivery", "column"], how="left", maintain_order="left")
    return joined.with_columns(observed=pl.concat_str("observed", pl.col("where").fill_null(""))).drop("where")


def beside(delivery: Delivery, other: Delivery | None, column: str) -> str:
    """What a delivery was compared with: the two units that overlap, or the delivery replaced."""
    if other is None:
        return "其他期次"
    if column.startswith("overlap"):
        return f"{delivery.unit or WHOLE}、{other.unit or WHOLE}"
    return other.delivery
