"""One night's data work, bare: receive to publish, in this process."""

import sys
from datetime import UTC, datetime
from pathlib import Path

import great_expectations  # noqa: F401  importing it is interpreter start-up, not data work

from benchmarks.stopwatch import Stopwatch
from huimin import night as nights
from huimin.district import RUN_DATE
from huimin.root import Root


def main(inbox: Path, folder: Path) -> None:
    """Runs the steps that the flow runs."""
    (folder / "inbox").symlink_to(inbox)
    night = nights.Night(Root(folder), Path(__file__).resolve().parent.parent, "20230822T020000-bbbbbb", RUN_DATE, 0.0)
    watch = Stopwatch()
    nights.open_night(night)
    with watch.part("receive"):
        received = nights.receive_step(night, datetime.now(UTC))
    with watch.part("standardise"):
        for delivery in received.deliveries:
            nights.read_delivery(night, delivery)
    with watch.part("check"):
        checked = nights.check_step(night)
    with watch.part("match"):
        nights.match_step(night, checked)
    with watch.part("publish"):
        published = nights.publish_step(night, checked)
    assert published.clues > 0
    watch.tell()


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve())
