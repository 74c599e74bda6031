"""What the report draws: bars, stacked bars, intervals and curves as plain figures. Labels stay text beside them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from huimin.ledger.states import CLOSED, OPEN, PENDING

WHOLE = 1000
"""Lengths are thousandths of the drawing's width."""
HEIGHT = 100
"""Height of a curve's drawing; its figures grow upwards from 0."""


@dataclass(frozen=True)
class ChartBar:
    """One bar of a chart: its label, its figure as text and its length in thousandths of the longest."""

    label: str
    text: str
    length: int


@dataclass(frozen=True)
class Segment:
    """One piece of a stacked bar: what it stands for, how many, and where it lies in thousandths of the whole."""

    kind: str
    title: str
    count: int
    start: int
    length: int


@dataclass(frozen=True)
class Interval:
    """A rate and its confidence interval, in thousandths of 0 to 100 percent."""

    low: int
    rate: int
    high: int


@dataclass(frozen=True)
class Curve:
    """How one figure moved from run to run: its title, the last figure as text, and the points of its line."""

    title: str
    last: str
    change: str
    """Against the first point, as text; empty when it is the same."""
    points: str
    area: str


STANDINGS = (
    ("closed", CLOSED),
    ("working", "已核查待销号"),
    ("pending", PENDING),
    ("open", OPEN),
)
"""Pieces of a progress bar, in the order of the work done."""


def bars(labels: Iterable[tuple[str, str, float]]) -> list[ChartBar]:
    """Bars of (label, figure as text, size), the longest the whole width; none is shorter than nothing."""
    drawn = list(labels)
    longest = max((size for _, _, size in drawn), default=0) or 1
    return [ChartBar(label, text, int(max(size, 0) * WHOLE / longest)) for label, text, size in drawn]


def standing(row: Mapping[str, Any]) -> tuple[Segment, ...]:
    """The progress bar of one row of `progress`; nothing for a row without clues."""
    counts = {name: row[name] for name in ("closed", "pending", "open")}
    counts["working"] = row["clues"] - sum(counts.values())
    whole, begun, pieces = row["clues"], 0, []
    for kind, title in STANDINGS:
        count = counts[kind]
        if count > 0:
            start = begun * WHOLE // whole
            pieces.append(Segment(kind, title, count, start, (begun + count) * WHOLE // whole - start))
            begun += count
    return tuple(pieces)


def in_words(pieces: Sequence[Segment]) -> str:
    """The progress bar for somebody who does not see it."""
    return "，".join(f"{piece.title} {piece.count} 条" for piece in pieces) or "没有线索"


def interval(low: float, rate: float, high: float) -> Interval:
    """The interval of a rate between 0 and 1."""
    return Interval(*(round(min(max(value, 0), 1) * WHOLE) for value in (low, rate, high)))


def curve(title: str, sizes: Sequence[float], texts: Sequence[str], change: str) -> Curve:
    """The curve of at least two figures, evenly spaced, from 0 at the foot to the largest at the head."""
    top, step = max((*sizes, 0)) or 1, WHOLE / (len(sizes) - 1)
    points = [
        f"{round(place * step)},{HEIGHT - round(max(size, 0) * HEIGHT / top)}" for place, size in enumerate(sizes)
    ]
    line = " ".join(points)
    return Curve(title, texts[-1], change, line, f"0,{HEIGHT} {line} {WHOLE},{HEIGHT}")
