"""What Great Expectations said of figures of deliveries: each is judged once, for whatever delivery and night."""

from collections.abc import Collection, Iterable, Mapping
from contextlib import closing

import duckdb
import polars as pl

from huimin.quality.judge import Check, judge
from huimin.quality.measure import measure

DAYS_AHEAD = 31
"""Ages are judged for so many more days: nothing but the day changes them."""

Observations = Collection[float]
ToJudge = Iterable[tuple[Check, Observations]]
"""Expectations of one figure, and the figures that they are held against."""


class Verdicts:
    """Whether figures are as expected, by expectation and figure."""

    def __init__(self, known: Mapping[str, bool] | None = None) -> None:
        """`known`: as `kept` was the night before."""
        self._known = dict(known or {})
        self.kept: dict[str, bool] = {}
        """What this night asked for, and the next may; all else is forgotten."""

    def __len__(self) -> int:
        """How many figures are known."""
        return len(self._known)

    def learn(self, asked: ToJudge) -> None:
        """All of this is known from now on. Only where something is not is Great Expectations asked."""
        horizons = [(check, figures, horizon(check, figures)) for check, figures in asked]
        unknown = [
            (check, [figure for figure in within if key(check, figure) not in self._known])
            for check, figures, within in horizons
            if any(key(check, figure) not in self._known for figure in figures)
        ]
        self._known |= judged(unknown)
        names = [key(check, figure) for check, _, within in horizons for figure in within]
        self.kept |= {name: self._known[name] for name in names if name in self._known}

    def passes(self, check: Check, figure: float) -> bool:
        """Whether the figure, which was asked for, is as expected."""
        return self._known[key(check, figure)]


def key(check: Check, figure: float) -> str:
    """The key under which the verdict is kept: the check's name, which says all that it expects, and the figure."""
    return f"{check.name} {figure!r}"


def horizon(check: Check, figures: Observations) -> list[float]:
    """The figures; of ages in days also those of the month to come, since they grow by one a night."""
    days = range(DAYS_AHEAD + 1) if check.expectation.column == "age_days" else (0,)
    return sorted({figure + day for figure in figures for day in days})


def judged(asked: ToJudge) -> dict[str, bool]:
    """By `key`, whether each of the figures is as expected, as Great Expectations says."""
    found: dict[str, bool] = {}
    with closing(duckdb.connect()) as con:
        for check, figures in asked:
            column = check.expectation.column or ""
            con.register("figures", pl.DataFrame({column: figures}, schema={column: pl.Float64}))
            outcome = judge(measure(con, "figures", [check], column), "the gate", column)[check.name]
            con.unregister("figures")
            found |= {key(check, figure): figure not in outcome.unexpected for figure in figures}
    return found
