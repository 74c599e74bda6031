"""The data work of one night against its floor, in one interleaved run.

The floor is a bare DuckDB script: it reads the same files straight into typed tables, makes the same shared tables,
runs the same rules and writes the same amount of Parquet, with no checks, rejects, provenance, masks or ledger.
Each side runs in a process of its own, after its imports; CPU seconds and peak memory of that process (and of its
children) count. Run: ``python -m benchmarks.bench [--persons N] [--rounds R]``.
"""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from huimin.district import RUN_DATE, build_district, write_district
from huimin.project import own_project

SIDES = ("floor", "huimin")


def main() -> None:
    """Prints a line a round and side, the parts of Huimin's time, and the ratio last."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--persons", type=int, default=1_000_000)
    words.add_argument("--rounds", type=int, default=2)
    words.add_argument("--keep", type=Path, help="folder with (or for) the deliveries, to measure again")
    chosen = words.parse_args()
    with tempfile.TemporaryDirectory(prefix="huimin-bench-") as scratch:
        place = chosen.keep or Path(scratch)
        inbox = place / "inbox"
        if not inbox.exists():
            print(f"writing the deliveries of {chosen.persons} persons", flush=True)
            write_district(build_district(chosen.persons, seed=1), inbox, own_project().contracts, messy=False)
        size = sum(file.stat().st_size for file in inbox.rglob("*") if file.is_file())
        print(f"{size / 1e6:.0f} MB in {sum(file.is_file() for file in inbox.rglob('*'))} files, run date {RUN_DATE}")
        runs = {side: [] for side in SIDES}
        for number in range(chosen.rounds):
            for side in SIDES:
                taken = measured(side, inbox, Path(scratch) / f"{side}-{number}")
                runs[side].append(taken)
                parts = ", ".join(f"{name} {seconds:.1f}" for name, seconds in taken["parts"].items())
                figures = f"{taken['cpu']:.1f} s CPU, {taken['wall']:.1f} s, {taken['peak_mb']:.0f} MB"
                print(f"{side:>6} {figures} ({parts})", flush=True)
        rules = runs["huimin"][-1]["rules"]
        together, one = rules["together"], rules["one"]
        times = f"one alone {one:.1f}: {together / one:.1f} times one"
        print(f"{rules['rules']} rules together {together:.1f} s CPU, {times}")
        cpu = {side: sum(taken["cpu"] for taken in taken_runs) for side, taken_runs in runs.items()}
        peak = max(taken["peak_mb"] for taken in runs["huimin"])
        ratio = cpu["huimin"] / cpu["floor"]
        print(f"bench: {chosen.persons} persons, huimin/floor {ratio:.2f}, peak {peak:.0f} MB")


def measured(side: str, inbox: Path, root: Path) -> dict:
    """What one side took, as its process tells it."""
    root.mkdir(parents=True)
    command = [sys.executable, "-m", f"benchmarks.{side}", str(inbox), str(root)]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    shutil.rmtree(root)
    return json.loads(told.splitlines()[-1])


if __name__ == "__main__":
    main()
