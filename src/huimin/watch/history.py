"""Clue counts far from their own history: a broken register shows here before anybody visits a family for it."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import median

import polars as pl

from huimin.store.root import Root

MOST_RUNS, LEAST_RUNS = 30, 7
"""Complete runs before this one that are looked at, and without how many nothing is judged."""
FAR = 4.0
"""Spreads from the median."""
DEVIATIONS = 1.4826
"""What makes the median absolute deviation of normal figures their standard deviation."""
Counts = Mapping[tuple[str, str], int]
"""Clues by (rule or item, its name)."""


@dataclass(frozen=True)
class FarCount:
    """A count that is far from its history."""

    by: str
    """rule or item."""
    value: str
    clues: int
    median: float
    runs: int


@dataclass(frozen=True)
class Compared:
    """A run's counts beside those of the runs before it."""

    far: tuple[FarCount, ...]
    """Those furthest in clues first."""
    runs: int
    """How many runs before it there are."""

    @property
    def is_judged(self) -> bool:
        """Whether there is enough history to say anything."""
        return self.runs >= LEAST_RUNS


def compared_with_history(root: Root, run: str) -> Compared:
    """The run's counts of every rule and item against the complete runs before it that are still there."""
    trend = pl.read_parquet(root.published / run / "trend.parquet", columns=["run"], glob=False)["run"]
    before = sorted(one for one in trend.unique() if one < run and (root.published / one).is_dir())[-MOST_RUNS:]
    if len(before) < LEAST_RUNS:
        return Compared((), len(before))
    history: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    past = [counts_of(root, one) for one in before]
    now = counts_of(root, run)
    for kind in {*now, *(kind for counts in past for kind in counts)}:
        for counts in past:
            # an item without clues is told by no row, a rule that did not run by none either
            if kind in counts or kind[0] == "item":
                history[kind].append(counts.get(kind, 0))
    judged = {kind: now.get(kind, 0) for kind in history if kind in now or kind[0] == "item"}
    return Compared(tuple(far_counts(judged, history)), len(before))


def far_counts(now: Counts, history: Mapping[tuple[str, str], Sequence[int]]) -> Iterator[FarCount]:
    """The counts that are far from their history, the greatest difference first; short histories judge nothing."""
    found = [
        FarCount(by, value, clues, median(before), len(before))
        for (by, value), clues in now.items()
        if len(before := history[by, value]) >= LEAST_RUNS and is_far(clues, before)
    ]
    yield from sorted(found, key=lambda one: (one.by != "rule", -abs(one.clues - one.median), one.value))


def is_far(clues: int, before: Sequence[int]) -> bool:
    """Whether the count is more than `FAR` spreads from the median of those before.

    A history that never moved has no deviation: the spread is at least what counting by chance gives, and 1.
    """
    middle = median(before)
    deviation = median(abs(one - middle) for one in before)
    return abs(clues - middle) > FAR * max(DEVIATIONS * deviation, sqrt(middle), 1.0)


def counts_of(root: Root, run: str) -> dict[tuple[str, str], int]:
    """The run's clues by rule that ran, and by item of its statistics tables."""
    folder = root.published / run
    rules = pl.read_parquet(folder / "rules.parquet", columns=["rule", "status", "clues"], glob=False)
    items = pl.read_parquet(folder / "statistics.parquet", columns=["item", "clues"], glob=False)
    ran = rules.filter(pl.col("status") == "ran").select("rule", "clues").iter_rows()
    counted = items.drop_nulls("item").group_by("item").agg(pl.col("clues").sum()).iter_rows()
    return {**{("rule", name): clues for name, clues in ran}, **{("item", name): clues for name, clues in counted}}
