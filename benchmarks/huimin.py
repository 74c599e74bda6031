"""One night's data work, bare: receive to publish, in this process."""

import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import great_expectations  # noqa: F401  importing it is interpreter start-up, not data work

from benchmarks.stopwatch import Stopwatch, cpu
from huimin.deliveries.children import end_lanes
from huimin.district import RUN_DATE
from huimin.nights import night as nights
from huimin.nights.run import Steps, run_night
from huimin.project import own_project
from huimin.store.root import Root

ALONE = (
    "deceased", "dibao_tekun", "dibao_vehicle", "elderly_underage", "contribution_employee", "trade_in_owner",
    "student_school", "off_ledger", "missing_elderly", "project_not_poor",
)  # fmt: skip


def main(inbox: Path, folder: Path) -> None:
    """Runs the steps that the flow runs."""
    (folder / "inbox").symlink_to(inbox)
    night = nights.Night(Root(folder), own_project(), "20230822T020000-bbbbbb", RUN_DATE, 0.0)
    watch = Stopwatch()
    kept: list[nights.Checked] = []

    def check(night: nights.Night) -> nights.Checked:
        kept.append(nights.check_step(night))
        return kept[-1]

    published = run_night(night, datetime.now(UTC), Steps(check=check, begins=watch.begins))
    assert published.clues > 0
    end_lanes()
    watch.stop()
    watch.tell(rules=rules_together(night, kept[-1]))


def rules_together(night: nights.Night, checked: nights.Checked) -> dict[str, float]:
    """CPU seconds of all rules in one run, and of a run with one rule alone, averaged over one of every group."""
    nights.open_night(night)
    nights.check_step(night)
    began = cpu()
    nights.match_step(night, checked)
    together, alone = cpu() - began, []
    for rule in ALONE:
        began = cpu()
        nights.match_step(replace(night, only=(rule,)), checked)
        alone.append(cpu() - began)
    return {"rules": len(night.rules), "together": together, "one": sum(alone) / len(alone)}


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve())
