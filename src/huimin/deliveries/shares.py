"""What each slot of a delivery gives: figures that are taken in as its rows come."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

import polars as pl

from huimin.cells.id_number import digits_of
from huimin.cells.types import MONEY
from huimin.contracts.contract import Contract
from huimin.store.delivery import Share

PERSON = digits_of("id_number")
"""The column by which persons are told apart."""
PERSONS_AT_ONCE = 2_000_000
"""Of how many rows the different ID numbers are held in memory."""


class Shares:
    """By slot: its rows, the yuan of each money column, and how often each amount is paid."""

    def __init__(self, contract: Contract) -> None:
        self._money = [column.name for column in contract.columns if column.type is MONEY]
        self._sums: list[pl.DataFrame] = []
        self._amounts: list[pl.DataFrame] = []

    def add(self, rows: pl.DataFrame) -> None:
        """Takes in some accepted rows."""
        sums = rows.group_by("slot").agg(pl.len().cast(pl.Int64).alias("rows_of_slot"), pl.col(self._money).sum())
        self._sums = [added([*self._sums, sums])]
        if "amount" in self._money:
            cents = rows.select("slot", cents=(pl.col("amount") * 100).cast(pl.Int64)).filter(pl.col("cents") > 0)
            counts = cents.group_by("slot", "cents").len("times").with_columns(pl.col("times").cast(pl.Int64))
            self._amounts = [added([*self._amounts, counts], "cents")]

    def told(self, persons: Mapping[str, int] | None) -> Iterator[Share]:
        """What each slot gives, by slot; `persons`: the different ID numbers of each, None for a roster without."""
        medians = self._medians()
        for share in pl.concat(self._sums).sort("slot").iter_rows(named=True) if self._sums else ():
            slot = share["slot"]
            money = {name: str(share[name]) for name in self._money}
            of_slot = None if persons is None else persons.get(slot, 0)
            yield Share(slot, share["rows_of_slot"], money, of_slot, medians.get(slot))

    def _medians(self) -> Mapping[str, str]:
        """Yuan: by slot the median of the amounts above 0; slots without one are left out."""
        if not self._amounts:
            return {}
        upto, all_times = pl.col("times").cum_sum(), pl.col("times").sum()
        middle = [pl.col("cents").filter(upto >= at).first() for at in ((all_times + 1) // 2, all_times // 2 + 1)]
        found = pl.concat(self._amounts).sort("slot", "cents").group_by("slot").agg(pl.sum_horizontal(middle))
        return {slot: str(Decimal(two) / 2 / 100) for slot, two in found.iter_rows()}


def added(counted: Sequence[pl.DataFrame], *keys: str) -> pl.DataFrame:
    """The figures of each slot, and of each of these keys there, in one row."""
    return counted[0] if len(counted) == 1 else pl.concat(counted).group_by("slot", *keys).agg(pl.all().sum())


def persons_by_slot(frames: Callable[[], Iterable[pl.DataFrame]], rows: int) -> Mapping[str, int]:
    """How many different ID numbers each slot has; `frames` gives the accepted rows, so many, as often as asked."""
    counted: dict[str, int] = {}
    times = -(-rows // PERSONS_AT_ONCE)
    for part in range(times):
        some = (pl.col(PERSON).hash() % times == part) if times > 1 else pl.lit(value=True)
        persons = pl.concat(frame.select("slot", PERSON).drop_nulls().filter(some) for frame in frames())
        for slot, count in persons.group_by("slot").agg(pl.col(PERSON).n_unique()).iter_rows():
            counted[slot] = counted.get(slot, 0) + count
    return counted
