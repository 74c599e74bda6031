"""Sixty nights over a changing district: what a night leaves stays as it is, whatever happened on the way.

Long: `make soak` prints a line a night. A night is killed, one finds its disk full, the clock jumps to and fro, ledgers
come back, somebody's file is removed, the secret is replaced, and retention takes what is older than two weeks.
"""

import os
import signal
import sys
import zipfile
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from time import perf_counter, sleep

import duckdb
import pyarrow.parquet as pq
import pytest

from deliveries import person
from faults.mounts import fill, small_disk
from huimin.deliveries.standard import receipts
from huimin.district import build_district, write_district
from huimin.errors import PublishError
from huimin.nights.memory import peak_mb, reset_peak
from huimin.nights.night import Night
from huimin.nights.published_run import PublishedRun
from huimin.nights.replay import replay_run
from huimin.nights.run import run_night
from huimin.store.root import Root
from huimin.store.rotated import id_of
from huimin.store.rulings import Ruling, rule
from huimin.upkeep.retention import keep_to, remove_delivery
from huimin.upkeep.rotation import rotate
from huimin.upkeep.verify import verify
from huimin.zone import HERE
from nights import PROJECT
from returns import FOUND, FOUND_NOTHING, read_rows, write_rows

FIRST, NIGHTS = date(2023, 7, 20), 60

KEPT_DAYS = 14
DISK = 1024**3
GONE, GONE_NAME = person("19330303", 77), "欧阳待删"
"""Somebody who stands in one file alone, whose removal is asked for."""
CAME, WITHDRAWN, REMOVED, KILLED, FULL, AHEAD, RETURNED, LAST, ROTATED = 2, 5, 8, 12, 20, 25, 28, 31, 35
"""The numbers of the nights on which something happens; no delivery comes from the last but one of these on."""


@dataclass(frozen=True)
class Seen:
    """What one night took."""

    number: int
    seconds: float
    peak: float
    new_bytes: int
    new_files: int
    fresh: int

    def line(self) -> str:
        """As it is printed."""
        took = f"{self.seconds:5.1f} s {self.peak:4.0f} MB, {self.new_bytes / 1e6:5.2f} MB in {self.new_files:3d} files"
        return f"night {self.number:2d}: {took}, {self.fresh:2d} new deliveries"


def taken(root: Path) -> dict[int, int]:
    """Bytes on the disk by inode: what stands under two names is counted once."""
    facts = (place.lstat() for place in root.rglob("*") if place.is_file() and not place.is_symlink())
    return {one.st_ino: one.st_blocks * 512 for one in facts}


OF_ONE = {
    "deaths/补报/死亡20230620.csv": f"姓名,身份证号,死亡日期,信息来源\n{GONE_NAME},{GONE},2023-01-05,公安\n",
    "vehicles/补报/机动车20230620.csv": f"所有人,身份证号,号牌号码,车辆类型\n{GONE_NAME},{GONE},鄂A98765,小型轿车\n",
}
"""Two files of that one person, who receives nothing: cards of clues travel on with the ledger."""


def at(day: date) -> datetime:
    """When its night begins."""
    return datetime.combine(day, datetime.min.time(), HERE) + timedelta(hours=2)


def put(root: Path, name: str, text: str | None, night: datetime) -> None:
    """A file that came the evening before that night; without a text one that lies there."""
    place = root / "inbox" / name
    place.parent.mkdir(parents=True, exist_ok=True)
    if text is not None:
        place.write_text(text, "utf-8")
    came = (night - timedelta(hours=8)).timestamp()
    os.utime(place, (came, came))


def one(root: Path, now: datetime, number: int) -> PublishedRun:
    """One night."""
    place = Root(root)
    return run_night(Night(place, PROJECT, place.next_run(now, f"{number:06x}"), now.date(), 60.0, past=True), now)


def holding(root: Path, words: tuple[str, ...]) -> list[str]:
    """Every file of the root in which one of the words stands, looked for inside Parquet, workbooks and databases."""
    return [str(place.relative_to(root)) for place in root.rglob("*") if place.is_file() and tells(place, words)]


def tells(place: Path, words: tuple[str, ...]) -> bool:
    """Whether the file holds one of the words."""
    content = place.read_bytes()
    texts = [content]
    if content[:4] == b"PAR1":
        texts += [str(pq.read_table(place).to_pydict()).encode()]
    elif zipfile.is_zipfile(place):
        with zipfile.ZipFile(place) as packed:
            texts += [packed.read(name) for name in packed.namelist()]
    elif content[8:12] == b"DUCK":
        with duckdb.connect(str(place), read_only=True) as con:
            names = con.execute("select table_name from duckdb_tables()").fetchall()
            texts += [str(con.execute(f'from "{name}"').fetchall()).encode() for (name,) in names]
    return any(word.encode(code) in text for word in words for code in ("utf-8", "gb18030") for text in texts)


@pytest.mark.long
@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_sixty_nights(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", DISK) as disk:
        root = disk / "root"
        write_district(build_district(3_000, 1), root / "inbox", PROJECT.contracts)
        seen: list[Seen] = []
        for number in range(NIGHTS):
            now = at(FIRST + timedelta(days=number))
            trouble(root, number, now)
            before = taken(root)
            reset_peak()
            began = perf_counter()
            published = one(root, now + timedelta(days=3 * (number == AHEAD)), number)
            seconds = perf_counter() - began
            new = {inode: size for inode, size in taken(root).items() if inode not in before}
            seen.append(Seen(number, seconds, peak_mb() or 0, sum(new.values()), len(new), published.fresh))
            sys.stdout.write(f"{seen[-1].line()}\n")
            sys.stdout.flush()
            assert verify(root, published.run) == ()
            assert number != ROTATED or (published.new, published.changed, published.vanished) == (0, 0, 0)
            keep_to(Root(root), KEPT_DAYS, True, now)
            if number == CAME:
                assert holding(root, (GONE, GONE_NAME))
        runs = sorted(place.name for place in (root / "published").glob("2*"))
        assert KEPT_DAYS <= len(runs) <= KEPT_DAYS + 4
        assert [replay_run(Root(root), PROJECT, run).different for run in (runs[0], runs[-1])] == [(), ()]
        assert holding(root, (GONE, GONE_NAME)) == []
        assert [place.name for place in Root(root).secrets.iterdir()] == [id_of(Root(root).secret())]
        told_as_flat(seen[LAST:])


def told_as_flat(quiet: list[Seen]) -> None:
    """Fails when quiet nights leave more and more; says what one takes."""
    assert [night.number for night in quiet if night.fresh] == []
    early, late = quiet[:10], quiet[-10:]
    for figure in ("new_bytes", "new_files"):
        first, last = (median(getattr(night, figure) for night in some) for some in (early, late))
        assert last <= 1.05 * first, f"{figure}: {first} at first, {last} at last"

    def told(figure: str) -> str:
        return " → ".join(f"{median(getattr(night, figure) for night in some):,.1f}" for some in (early, late))

    took = f"{told('seconds')} s, {told('peak')} MB of memory, {told('new_bytes')} bytes in {told('new_files')} files"
    sys.stdout.write(f"soak: {NIGHTS} nights; the first and the last quiet ones: {took}\n")


def trouble(root: Path, number: int, now: datetime) -> None:
    """What happens before the night of that number."""
    place = Root(root)
    if number == CAME:
        for name, text in OF_ONE.items():
            put(root, name, text, now)
    elif number in (WITHDRAWN, REMOVED):
        mine = [one.delivery.delivery for one in receipts(place) if one.delivery.unit == "补报"]
        assert len(mine) == len(OF_ONE)
        for delivery in mine:
            if number == REMOVED:
                assert remove_delivery(place, delivery, True, now).ends_replay
            else:
                rule(place, Ruling(delivery, "withdraw", "赵", now, "要求删除"))
        for name in OF_ONE:
            (root / "inbox" / name).unlink(missing_ok=True)
    elif number == KILLED:
        child = get_context("spawn").Process(target=one, args=(root, now, number))
        child.start()
        while not any(place.work.glob("*/work.duckdb*")):
            assert child.exitcode is None
            sleep(0.01)
        child.kill()
        child.join()
        assert child.exitcode == -signal.SIGKILL
    elif number == FULL:
        ballast = fill(root.parent, left=300_000)
        with pytest.raises(PublishError, match="No space left"):
            one(root, now, number)
        ballast.unlink()
    elif number == RETURNED:
        (book, *_) = sorted((root / "restricted" / "latest" / "workbooks").glob("街道_*.xlsx"))
        rows = [row | (FOUND if place % 2 else FOUND_NOTHING) for place, row in enumerate(read_rows(book))]
        write_rows(root / "inbox" / "verification" / "回单.xlsx", rows)
        put(root, "verification/回单.xlsx", None, now)
    elif number == ROTATED:
        assert rotate(place, PROJECT.contracts, now, True).lost == 0
        for secret in place.secrets.iterdir():
            os.utime(secret, (now.timestamp(),) * 2)  # else it was put away today, by the clock of this machine
