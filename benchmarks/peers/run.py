"""Every peer and Huimin at the same exam, in one interleaved run; all must find the same.

Each runs in a process of its own after its imports; CPU seconds and peak memory of that process and its children count.
A peer whose package (or Java) is not here is left out, and the page says so. The result is a part of ``docs/speed.md``.
Run: ``python -m benchmarks.peers.run [--persons N] [--rounds R]``.
"""

import argparse
import shutil
import tempfile
from importlib.util import find_spec
from pathlib import Path

import duckdb

from benchmarks.bench import deliveries, run_side
from benchmarks.page import against, least, write_part
from benchmarks.peers.exam import ANSWERS

SIDES = {
    "huimin": ("benchmarks.peers.by_huimin",),
    "duckdb": ("benchmarks.peers.by_duckdb",),
    "polars": ("benchmarks.peers.by_polars",),
    "dbt": ("benchmarks.peers.by_dbt",),
    "pandas": ("benchmarks.peers.by_pandas",),
    "pyspark": ("benchmarks.peers.by_spark",),
    "huimin-all": ("benchmarks.peers.by_huimin", "all"),
}
"""`huimin` does the exam that the others do; `huimin-all` a whole night with every rule."""
NEEDS = {"dbt": ("dbt",), "pyspark": ("pyspark",)}
"""Packages of the dependency group `peers`."""

TARGETS = {"duckdb": 1.3, "polars": 1.3, "dbt": 0.5, "pandas": 0.5, "pyspark": 0.5}
"""The most that Huimin may cost of what each peer costs."""

Found = frozenset[tuple[str, str, int, str]]


def main() -> None:
    """Prints a line a round and side, and the ratios last."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--persons", type=int, default=300_000)
    words.add_argument("--rounds", type=int, default=2)
    words.add_argument("--keep", type=Path, help="folder with (or for) the deliveries, to measure again")
    chosen = words.parse_args()
    absent = {side: why for side in SIDES if (why := missing(side))}
    runs: dict[str, list[dict]] = {side: [] for side in SIDES if side not in absent}
    with tempfile.TemporaryDirectory(prefix="huimin-peers-") as scratch:
        inbox = deliveries(chosen.keep or Path(scratch), chosen.persons)
        expected: Found | None = None
        for number in range(chosen.rounds):
            for side, taken in runs.items():
                folder = Path(scratch) / f"{side}-{number}"
                taken.append(run_side(SIDES[side], inbox, folder))
                found = answers(folder / ANSWERS)
                shutil.rmtree(folder)
                expected = expected if expected is not None else found
                refuse_others(side, found, expected)
                print(f"{side:>10} {taken[-1]['cpu']:.1f} s CPU, {len(found)} hits", flush=True)
    refuse_other_faults(runs)
    best = {side: least(taken) for side, taken in runs.items()}
    found = ratios(best)
    most = {f"huimin/{side}": TARGETS[side] for side in best if side in TARGETS}
    lines = [
        *table(best),
        against("targets", found, most),
        *(f"{side:>10} left out: {why}" for side, why in absent.items()),
    ]
    print("\n".join(lines))
    write_part("peers", chosen.persons, lines)


def missing(side: str) -> str | None:
    """Why a side cannot run here."""
    packages = [name for name in NEEDS.get(side, ()) if find_spec(name) is None]
    if packages:
        return f"{', '.join(packages)} is not installed (make bench-peers installs the group `peers`)"
    return "there is no Java here" if side == "pyspark" and shutil.which("java") is None else None


def answers(place: Path) -> Found:
    """What a side found."""
    files = f"{place}/*.parquet" if place.is_dir() else str(place)
    columns = "rule::varchar, item::varchar, id_number::bigint, starts_on::date::varchar"
    return frozenset(duckdb.sql(f"select distinct {columns} from read_parquet('{files}')").fetchall())


def refuse_others(side: str, found: Found, expected: Found) -> None:
    """Ends the benchmark when a side finds anything else: it would not be the same work."""
    if found != expected:
        unlike = sorted({hit[0] for hit in found ^ expected})
        counts = {
            rule: (sum(hit[0] == rule for hit in found), sum(hit[0] == rule for hit in expected)) for rule in unlike
        }
        raise SystemExit(f"{side} finds other hits (rule: its own, the others'): {counts}")


def refuse_other_faults(runs: dict[str, list[dict]]) -> None:
    """Ends the benchmark when two peers count other broken promises. Huimin counts more kinds, each in its own way."""
    counted = {side: taken[0]["faults"] for side, taken in runs.items() if taken[0]["faults"] is not None}
    first = next(iter(counted.values()), {})
    unlike = {side: faults for side, faults in counted.items() if faults != first}
    if unlike:
        raise SystemExit(f"these count other broken promises than {first}: {unlike}")


def table(best: dict[str, dict]) -> list[str]:
    """A line a side: CPU, how many times that of Huimin's ten rules, wall, peak, versions."""
    base = best["huimin"]["cpu"]
    lines = [f"{'':>10} {'CPU':>7} {'times':>6} {'seconds':>8} {'peak MB':>8}  versions"]
    for side, run in best.items():
        used = run["cpu"]
        lines.append(
            f"{side:>10} {used:>7.1f} {used / base:>6.2f} {run['wall']:>8.1f} {run['peak_mb']:>8.0f}  {run['version']}"
        )
    return lines


def ratios(best: dict[str, dict]) -> dict[str, float]:
    """Huimin's CPU seconds to those of each peer that did the exam."""
    return {f"huimin/{side}": best["huimin"]["cpu"] / run["cpu"] for side, run in best.items() if side in TARGETS}


if __name__ == "__main__":
    main()
