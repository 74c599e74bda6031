"""One night's data work, bare: receive to publish, in this process; then a quiet night, and the rules by themselves."""

import shutil
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.stopwatch import Stopwatch, cpu
from huimin.contracts.expectation import EXPECTATIONS
from huimin.deliveries.children import end_lanes
from huimin.deliveries.hashes import TICK
from huimin.district import RUN_DATE
from huimin.nights import night as nights
from huimin.nights.run import Steps, run_night
from huimin.project import own_project
from huimin.quality.imported import expectation_named
from huimin.store.root import Root

RUNS = ("20230822T020000-bbbbbb", "20230822T030000-cccccc")
GROUP_K = 1100
"""Position in the catalogue from which the rules of the last group stand."""


def main(inbox: Path, folder: Path, first_only: bool = False, memory_gib: int | None = None) -> None:
    """Runs the steps that the flow runs, twice: the second time one small file has come again, and one row less.

    With `first_only`, once; with `memory_gib`, the work database has no more memory than that and spills to disk.
    """
    shutil.copytree(inbox, folder / "inbox")
    time.sleep(2 * TICK)  # as files lie when a night takes them: of one just written no time tells that it is the same
    if memory_gib:
        (folder / "state").mkdir()
        (folder / "state" / "settings.toml").write_text(f"[engine]\nmemory_gib = {memory_gib}\n", "utf-8")
    for type_ in (*EXPECTATIONS, "unexpected_rows_expectation"):
        expectation_named(type_)  # importing Great Expectations is interpreter start-up, not data work
    project = own_project()
    _ = project.contracts, project.views, project.rules, project.policy
    first, second = (nights.Night(Root(folder), project, run, RUN_DATE, 0.0) for run in RUNS)
    kept: list[nights.Checked] = []
    hits: list[dict[str, int]] = []

    def match(night: nights.Night, checked: nights.Checked) -> dict[str, int]:
        kept.append(checked)
        hits.append(nights.match_step(night, checked))
        return hits[-1]

    watch = Stopwatch(end_lanes)
    published = run_night(first, datetime.now(UTC), Steps(match=match, begins=watch.begins))
    watch.stop()
    assert published.clues > 0
    if first_only:
        watch.tell(hits=hits[0])
        return
    shorten_smallest(folder / "inbox")
    quiet = Stopwatch(end_lanes)
    run_night(second, datetime.now(UTC), Steps(begins=quiet.begins))
    quiet.stop()
    watch.tell(hits=hits[0], quiet=quiet.taken, rules=rules_together(replace(first, run=RUNS[0][:-1] + "d"), kept[0]))


def shorten_smallest(inbox: Path) -> None:
    """The smallest file of the inbox that has two rows comes again without its last row."""
    by_size = sorted((file for file in inbox.rglob("*.csv")), key=lambda file: file.stat().st_size)
    file = next(file for file in by_size if file.read_bytes().count(b"\n") > 2)
    lines = file.read_bytes().splitlines(keepends=True)
    file.write_bytes(b"".join(lines[:-1]))


def rules_together(night: nights.Night, checked: nights.Checked) -> dict[str, float]:
    """CPU seconds of all rules in one run, and of the rules before the last group, without what nights know already."""
    nights.open_night(night)
    nights.check_step(night)
    before = {name: rule for name, rule in night.rules.items() if rule.position < GROUP_K}
    used = {len(before): 0.0, len(night.rules): 0.0}
    for rules in (before, night.rules, night.rules, before):
        began = cpu()
        nights.match_step(night, checked, rules)
        used[len(rules)] += (cpu() - began) / 2
    return {
        "rules": len(night.rules),
        "together": used[len(night.rules)],
        "before": len(before),
        "before_cpu": used[len(before)],
    }


if __name__ == "__main__":
    places, words = sys.argv[1:3], sys.argv[3:]
    main(*(Path(place).resolve() for place in places), words[:1] == ["first"], *map(int, words[1:]))
