"""Huimin's night, bare: with the ten rules of the exam, or with all of them."""

import shutil
import sys
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import great_expectations  # noqa: F401  importing it is interpreter start-up, not data work

from benchmarks.peers.exam import ANSWERS, RULES, exam_in
from benchmarks.stopwatch import Stopwatch
from huimin.deliveries.children import end_lanes
from huimin.district import RUN_DATE
from huimin.nights.night import Checked, Night, match_step
from huimin.nights.run import Steps, run_night
from huimin.store.root import Root
from huimin.tables.work import open_work


def main(inbox: Path, folder: Path, every_rule: bool) -> None:
    """A first night over a root of its own, whose hits are kept to be compared."""
    exam = exam_in(inbox)
    root = Root(folder / "root")
    shutil.copytree(inbox, root.inbox)
    night = Night(root, exam.project, "20230822T020000-bbbbbb", RUN_DATE, 0.0, () if every_rule else RULES)

    def match(night: Night, checked: Checked) -> dict[str, int]:
        found = match_step(night, checked)
        with closing(open_work(night.database)) as con:
            ten = ", ".join(f"'{rule}'" for rule in RULES)
            answers = "select distinct rule, item, left(id_number, 17)::bigint as id_number, starts_on from hits"
            con.execute(f"copy ({answers} where rule in ({ten})) to '{folder / ANSWERS}'")
        return found

    watch = Stopwatch(end_lanes)
    run_night(night, datetime.now(UTC), replace(Steps(), match=match, begins=watch.begins))
    watch.stop()
    watch.tell(faults=None, version=f"huimin {version('huimin')}")


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve(), sys.argv[3:] == ["all"])
