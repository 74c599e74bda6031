"""A whole night against its floors, in one interleaved run; the hits of every rule must be the same.

Each side runs in a process of its own, after its imports; CPU seconds and peak memory of that process (and of its
children) count. What came out, where and of which commit is written into ``docs/speed.md``.
Run: ``python -m benchmarks.bench [--persons N] [--rounds R]``.
"""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.page import against, least, write_part
from huimin.district import RUN_DATE, build_district, write_district
from huimin.project import own_project

TARGETS = {"night/bare": 1.25, "night/same-sql": 0.9, "quiet": 0.05, "peak": 750}
"""The most that each may be; MB for the peak."""
SIDES = {
    "night": ("benchmarks.huimin",),
    "bare": ("benchmarks.floor", "bare"),
    "same-sql": ("benchmarks.floor", "same_sql"),
}


def main() -> None:
    """Prints a line a round and side, the steps of the night, and the ratios last."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--persons", type=int, default=1_000_000)
    words.add_argument("--rounds", type=int, default=2)
    words.add_argument("--keep", type=Path, help="folder with (or for) the deliveries, to measure again")
    chosen = words.parse_args()
    with tempfile.TemporaryDirectory(prefix="huimin-bench-") as scratch:
        inbox = deliveries(chosen.keep or Path(scratch), chosen.persons)
        runs: dict[str, list[dict]] = {side: [] for side in SIDES}
        for number in range(chosen.rounds):
            for side, words_of in SIDES.items():
                folder = Path(scratch) / f"{side}-{number}"
                taken = run_side(words_of, inbox, folder)
                shutil.rmtree(folder)
                runs[side].append(taken)
                print(f"{side:>9} {told(taken)}", flush=True)
                refuse_other_hits(side, taken["hits"], runs["night"][0]["hits"])
    best = {side: least(taken) for side, taken in runs.items()}
    found = ratios(best)
    lines = [
        *steps(best),
        *rules(best["night"]["rules"]),
        against("targets", found, TARGETS),
        summary(chosen.persons, found),
    ]
    print("\n".join(lines))
    write_part("bench", chosen.persons, lines)


def deliveries(place: Path, persons: int) -> Path:
    """The inbox of a clean district of that many persons, written unless it stands there."""
    inbox = place / "inbox"
    if not inbox.exists():
        print(f"writing the deliveries of {persons} persons", flush=True)
        write_district(build_district(persons, seed=1), inbox, own_project().contracts, messy=False)
    files = [file for file in inbox.rglob("*") if file.is_file()]
    size = sum(file.stat().st_size for file in files)
    print(f"{size / 1e6:.0f} MB in {len(files)} files, run date {RUN_DATE}", flush=True)
    return inbox


def run_side(words: Sequence[str], inbox: Path, folder: Path) -> dict:
    """What a module (with its words) took over the inbox, as its process tells it; its files are in the folder."""
    folder.mkdir(parents=True)
    module, *more = words
    command = [sys.executable, "-m", module, str(inbox), str(folder), *more]
    told = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    return json.loads(told.splitlines()[-1])


def told(taken: dict) -> str:
    """One run in a line."""
    parts = ", ".join(f"{name} {part['cpu']:.1f}" for name, part in taken["parts"].items())
    return f"{taken['cpu']:.1f} s CPU, {taken['wall']:.1f} s, {taken['peak_mb']:.0f} MB ({parts})"


def refuse_other_hits(side: str, hits: dict[str, int], expected: dict[str, int]) -> None:
    """Ends the benchmark when a side finds anything else than Huimin: it would not be the same work."""
    other = {rule: (hits.get(rule, 0), expected.get(rule, 0)) for rule in {*hits, *expected}}
    unlike = {rule: counts for rule, counts in other.items() if counts[0] != counts[1]}
    if unlike:
        raise SystemExit(f"{side} finds other hits than the night (rule: its own, the night's): {unlike}")


def steps(best: dict[str, dict]) -> list[str]:
    """A line a step of the night and part of a floor: seconds, CPU, peak."""
    lines = [f"{'':>9} {'part':<12} {'seconds':>8} {'CPU':>8} {'peak MB':>8}"]
    lines += [
        f"{side:>9} {name:<12} {part['wall']:>8.1f} {part['cpu']:>8.1f} {part['peak_mb']:>8.0f}"
        for side, taken in best.items()
        for name, part in taken["parts"].items()
    ]
    return lines


def rules(taken: dict) -> list[str]:
    """What the rules of the last group add."""
    together, before = taken["together"], taken["before_cpu"]
    counts = taken["rules"], taken["before"]
    return [f"{counts[0]} rules {together:.1f} s CPU, {counts[1]} of them {before:.1f}: {together / before:.2f} times"]


def ratios(best: dict[str, dict]) -> dict[str, float]:
    """What the targets are about: CPU seconds of the night to those of each floor, of the quiet one to it, MB."""
    night = best["night"]
    used = {side: taken["cpu"] for side, taken in best.items()}
    quiet, peak = night["quiet"]["cpu"], night["peak_mb"]
    floors = {f"night/{floor}": used["night"] / used[floor] for floor in SIDES if floor != "night"}
    return {**floors, "quiet": quiet / used["night"], "peak": peak}


def summary(persons: int, found: dict[str, float]) -> str:
    """The last line."""
    *names, peak = found
    told = ", ".join(f"{name} {found[name]:.2f}" for name in names)
    return f"bench: {persons} persons, {told}, peak {found[peak]:.0f} MB"


if __name__ == "__main__":
    main()
