"""How a whole night grows with the persons: one night a size, and the exponent fitted over all sizes.

The largest size is run once more with a small limit on the work database, which must spill to disk and find the same.
Sizes for which there is no room on the disk are left out, and the page says so. Run: ``python -m benchmarks.growth``.
"""

import argparse
import shutil
import tempfile
from multiprocessing import get_context
from pathlib import Path

import numpy

from benchmarks.bench import deliveries, refuse_other_hits, run_side
from benchmarks.page import write_part

SIZES = (300_000, 1_000_000, 3_000_000, 10_000_000)
BYTES_A_PERSON = 3_000
"""On the disk, of deliveries, archive, standard rows and spill together."""
LIMIT_GIB = 2
"""Memory of the work database in the largest size's second night."""
SMALLEST = 1.0
"""CPU seconds from which on a step's growth can be told from noise."""


def main() -> None:
    """Prints a line a size, and the exponents last."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--sizes", type=lambda text: tuple(map(int, text.split(","))), default=SIZES)
    chosen = words.parse_args()
    nights: dict[int, dict] = {}
    beside: list[str] = []
    for persons in chosen.sizes:
        with tempfile.TemporaryDirectory(prefix="huimin-growth-") as scratch:
            free, wanted = shutil.disk_usage(scratch).free, persons * BYTES_A_PERSON
            if free < wanted:
                beside.append(f"{persons} persons left out: {wanted / 1e9:.0f} GB of disk are not free")
                continue
            # in a process of its own, whose memory is free again before the night begins
            writer = get_context("spawn").Process(target=deliveries, args=(Path(scratch), persons))
            writer.start()
            writer.join()
            nights[persons] = one_night(Path(scratch))
            print(line(persons, nights[persons]), flush=True)
            if persons == max(chosen.sizes):
                limited = one_night(Path(scratch), str(LIMIT_GIB))
                refuse_other_hits(f"the night under {LIMIT_GIB} GiB", limited["hits"], nights[persons]["hits"])
                beside.append(f"{line(persons, limited)}: the work database under {LIMIT_GIB} GiB, the same hits")
    lines = [*(line(persons, night) for persons, night in nights.items()), *beside, summary(nights)]
    print("\n".join(lines[len(nights) :]))
    write_part("growth", max(nights), lines)


def one_night(scratch: Path, *limit: str) -> dict:
    """What a night over the folder's inbox took; its files are gone again."""
    folder = scratch / "night"
    try:
        return run_side(("benchmarks.huimin", "first", *limit), scratch / "inbox", folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def line(persons: int, night: dict) -> str:
    """One size."""
    steps = ", ".join(f"{name} {part['cpu']:.1f}" for name, part in night["parts"].items())
    whole = f"{night['cpu']:>7.1f} s CPU {night['wall']:>7.1f} s {night['peak_mb']:>6.0f} MB"
    return f"{persons:>10} persons {whole} ({steps})"


def summary(nights: dict[int, dict]) -> str:
    """The last line: the exponents of CPU seconds over persons, whole and a step."""
    steps = {
        name: [night["parts"][name]["cpu"] for night in nights.values()]
        for name in next(iter(nights.values()))["parts"]
    }
    told = ", ".join(f"{name} {exponent(nights, used):.2f}" for name, used in steps.items() if max(used) >= SMALLEST)
    whole = exponent(nights, [night["cpu"] for night in nights.values()])
    return f"growth: exponent {whole:.2f} over {min(nights)} to {max(nights)} persons ({told})"


def exponent(nights: dict[int, dict], used: list[float]) -> float:
    """The slope of the logarithms: 1 is proportional."""
    if len(nights) < 2:
        return float("nan")
    return float(numpy.polyfit(numpy.log(list(nights)), numpy.log(numpy.maximum(used, 0.01)), 1)[0])


if __name__ == "__main__":
    main()
