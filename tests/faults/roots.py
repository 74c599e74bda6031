"""A root with one night behind it and deliveries waiting, its next night, and what every fault must leave whole."""

import os
import shutil
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

from deliveries import FILES, HEAD, deliver
from huimin.nights.night import Night
from huimin.nights.run import Steps, run_night
from huimin.store.root import Root
from huimin.upkeep.verify import differences, verify
from nights import PROJECT, RUN_DATE

FIRST, SECOND, THIRD = "20230821T020000-000001", "20230822T020000-000002", "20230823T020000-000003"
ARRIVED, LATER = datetime(2023, 8, 20, 10, tzinfo=UTC), datetime(2023, 8, 21, 10, tzinfo=UTC)
STEPS = ("open", "receive", "standardise", "check", "match", "publish")
CORRECTION = {
    "urban_dibao/更正.csv": f"姓名,身份证号,户主身份证号,发放金额,发放月份\n张三,{HEAD},{HEAD},400,2023-08\n",
    "population/户籍20230815.csv": f"姓名,身份证号,户号,户籍状态,街道\n张三,{HEAD},H1,正常,甲街道\n",
}
"""What waits for the second night: one slot is replaced, and a register in whole."""

Moment = Callable[[str], None]


def put(root: Path, files: dict[str, str], at: datetime) -> None:
    """The files in the inbox, last changed then."""
    deliver(root, files)
    for name in files:
        os.utime(root / "inbox" / name, (at.timestamp(), at.timestamp()))


def the_night(root: Path, run: str, run_date: date = RUN_DATE, settle: float = 0.0) -> Night:
    """A night over the project's catalogue, its root's places made."""
    night = Night(Root(root), PROJECT, run, run_date, settle)
    night.root.prepare()
    return night


def one_night(
    root: Path,
    run: str,
    after: Moment = lambda step: None,
    run_date: date = RUN_DATE,
    now: datetime | None = None,
    settle: float = 0.0,
) -> None:
    """The whole night as the flow runs it; `after` is called with the name of each step that is done."""
    night = the_night(root, run, run_date, settle)
    begun: list[str] = []

    def begins(step: str) -> None:
        if begun:
            after(begun[-1])
        begun.append(step)

    with night.root.hold():
        run_night(night, now or datetime.now(UTC), Steps(begins=begins))
        after(begun[-1])


def copied(root: Path, to: Path) -> Path:
    """The same root in another place: links, times and modes as they are."""
    return Path(shutil.copytree(root, to, symlinks=True))


def prepare(folder: Path) -> tuple[Path, Path]:
    """A root after its first night with deliveries waiting, and the same after its undisturbed second night."""
    before, undisturbed = folder / "before", folder / "undisturbed"
    put(before, FILES, ARRIVED)
    one_night(before, FIRST)
    put(before, CORRECTION, LATER)
    one_night(copied(before, undisturbed), SECOND)
    assert verify(undisturbed, SECOND) == ()
    return before, undisturbed


def assert_pair_is_whole(root: Path) -> str:
    """The latest run, which is the first or the second and has nothing wrong; nor has the first."""
    latest = Root(root).latest()
    assert latest in (FIRST, SECOND, THIRD)
    assert verify(root, latest) == ()
    assert verify(root, FIRST) == ()
    assert (root / "restricted" / latest).is_dir()
    return latest


def assert_recovers(root: Path, undisturbed: Path) -> None:
    """The published pair is the old or the new one whole; the next night is as an undisturbed one, byte for byte."""
    latest = assert_pair_is_whole(root)
    unseen = latest == FIRST and (root / "published" / SECOND).exists()
    if not (root / "published" / SECOND).exists():
        one_night(root, SECOND)
        assert Root(root).latest() == SECOND
    assert differences(root / "published" / SECOND, undisturbed / "published" / SECOND) == ()
    assert verify(root, SECOND) == ()
    if unseen:
        one_night(root, THIRD)
        assert Root(root).latest() == THIRD
    assert_pair_is_whole(root)
    assert leftovers(root) == []


def leftovers(root: Path) -> list[str]:
    """What an unfinished run may not leave: partial files, scratch, and a side of a run without the other."""
    found = [path.relative_to(root).as_posix() for path in root.rglob("*.partial")]
    found += [path.relative_to(root).as_posix() for path in (root / "state" / "work").iterdir()]
    sides = [{path.name for path in (root / side).iterdir()} for side in ("published", "restricted")]
    return found + sorted(sides[0] ^ sides[1])
