"""What a night takes from the night before makes no difference: whatever changed, it publishes what a bare one does."""

import os
import re
import shutil
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deliveries import FILES, WIFE, deliver, person
from huimin.deliveries.slots import InForce
from huimin.matching.kept import Answers, KeptAnswers
from huimin.matching.match import match, mount, open_work
from huimin.matching.readings import Readings
from huimin.matching.rule import Rule
from huimin.nights.run import run_night
from huimin.project import Project
from huimin.store.root import Root
from huimin.upkeep.verify import differences
from nights import PROJECT, RUN_DATE, night
from properties.drawing import drawn
from properties.worlds import Maker, Row, frame, slot_of
from returns import FOUND, FOUND_NOTHING, fill

BENEFITS = [name for name, contract in PROJECT.contracts.items() if contract.kind == "benefit"]
SWAPS = ((">=", ">"), ("<=", "<"), ("count(distinct", "count("), ("inner join", "left join"))
"""What another version of a rule may say."""


@dataclass
class World:
    """Rows in force, and by what they are judged."""

    seed: int
    maker: Maker
    folder: Path
    rows: dict[str, list[Row]]
    held: dict[str, InForce] = field(default_factory=dict)
    project: Project = PROJECT
    run_date: date = RUN_DATE
    delivered: int = 0

    @property
    def rules(self) -> dict[str, Rule]:
        """A quarter of the rules, since each is looked for in every night."""
        return {name: rule for at, (name, rule) in enumerate(self.project.rules.items()) if at % 4 == self.seed % 4}

    def deliver(self, roster: str) -> None:
        """The roster's rows come in a new delivery, in place of the one before."""
        self.delivered += 1
        contract, rows = self.project.contracts[roster], tuple(self.rows[roster])
        place = self.folder / f"{self.delivered}.parquet"
        frame(contract, rows, f"{self.delivered:016x}").write_parquet(place)
        slots = tuple(sorted({slot_of(contract, row) for row in rows}))
        self.held[roster] = InForce(f"{self.delivered:016x}", None, place, slots, True, 0)

    def found(self, cache: Path | None) -> tuple[pl.DataFrame, pl.DataFrame]:
        """All hits and outcomes of a night; with a folder, by what the nights before left there."""
        numbered = {roster: [replace(self.held[roster], ordinal=at)] for at, roster in enumerate(sorted(self.held))}
        known, answers = self.project, Answers()
        if cache is not None:
            readings = Readings.of(numbered, known.contracts, known.views, known.policy, self.run_date)
            answers = KeptAnswers(cache, readings, numbered, cache)
        with closing(open_work(None)) as con:
            mount(con, known.contracts, numbered)
            match(con, self.rules, known.views, known.policy, known.contracts, self.run_date, answers=answers)
            hits = con.execute("from hits order by all").pl()
            return hits, con.execute("from rule_outcomes order by all").pl()


def another_delivery(world: World, choose: Callable[[list[str]], str]) -> None:
    roster = choose(sorted(world.rows))
    kept = world.rows[roster][world.maker.random.randrange(3) :]
    world.rows[roster] = kept + world.maker.rows(world.project.contracts[roster], 2)
    world.deliver(roster)


def a_benefit_delivery(world: World, choose: Callable[[list[str]], str]) -> None:
    roster = choose(BENEFITS)
    world.rows[roster] = world.rows[roster][1:] + world.maker.rows(world.project.contracts[roster], 1)
    world.deliver(roster)


def a_roster_gone(world: World, choose: Callable[[list[str]], str]) -> None:
    del world.held[choose(sorted(world.held))]


def another_day(world: World, choose: Callable[[list[str]], str]) -> None:
    world.run_date += timedelta(days=world.maker.random.choice((-120, -1, 1, 200)))


def copied(world: World) -> Path:
    """The project's rules and contracts in a folder of their own, to be changed."""
    return copy_of(world.project, world.folder / f"project-{len(list(world.folder.glob('project-*')))}")


def copy_of(project: Project, folder: Path) -> Path:
    for part in ("rules", "expectations"):
        shutil.copytree(project.path / part, folder / part)
    return folder


def reword(place: Path) -> None:
    """The rule says something else from now on, where a swap fits."""
    header, _, sql = place.read_text("utf-8").partition("*/")
    for old, new in SWAPS:
        if old in sql:
            place.write_text(f"{header}*/{sql.replace(old, new, 1)}", "utf-8")
            break


def another_policy(world: World, choose: Callable[[list[str]], str]) -> None:
    folder = copied(world)
    place = folder / "rules" / "policy.toml"
    text = place.read_text("utf-8")
    numbers = list(re.finditer(r"(?m)^value = (\d+)$", text))
    one = numbers[int(choose([str(at) for at in range(len(numbers))]))]
    place.write_text(f"{text[: one.start()]}value = {int(one[1]) + 1}{text[one.end() :]}", "utf-8")
    world.project = Project(folder)


def another_rule(world: World, choose: Callable[[list[str]], str]) -> None:
    folder = copied(world)
    reword(folder / "rules" / f"{choose(sorted(world.rules))}.sql")
    world.project = Project(folder)


CHANGES = (another_delivery, a_benefit_delivery, a_roster_gone, another_day, another_policy, another_rule)


@drawn(short=1, long=200)
@given(data=st.data(), seed=st.integers(0, 1000))
def test_kept_hits_are_what_would_be_found(
    data: st.DataObject, seed: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("world")
    maker = Maker(seed, PROJECT.contracts)
    world = World(seed, maker, folder, {name: maker.rows(one, 25) for name, one in PROJECT.contracts.items()})
    for roster in world.rows:
        world.deliver(roster)
    world.found(folder / "cache")
    for change in data.draw(st.lists(st.sampled_from(CHANGES), min_size=2, max_size=3)):
        change(world, lambda names: data.draw(st.sampled_from(names)))
        kept, bare = world.found(folder / "cache"), world.found(None)
        assert kept[0].equals(bare[0]), change.__name__
        assert kept[1].equals(bare[1]), change.__name__


def later(root: Path, name: str, text: str) -> None:
    """A file delivered some hours later than the last one."""
    deliver(root, {name: text})
    at = datetime.now(UTC).timestamp() + 60 * len(list((root / "inbox").rglob("*")))
    os.utime(root / "inbox" / name, (at, at))


def deaths(root: Path, number: int) -> None:
    later(root, f"deaths/死亡人员2023080{number + 1}.csv",
          f"姓名,身份证号,死亡日期,信息来源\n李四,{WIFE},2023-0{number}-15,公安\n")  # fmt: skip


def payments(root: Path, number: int) -> None:
    later(root, f"elderly_allowance/高龄2023年{number}月.csv",
          f"姓名,身份证号,发放金额\n赵六,{person('19400101', number)},100\n")  # fmt: skip


def exemption(root: Path, number: int) -> None:
    head = "规则,姓名,身份证号,豁免理由,生效日期"
    later(root, f"exemptions/豁免2023080{number}.csv", f"{head}\n死亡后仍享受,李四,{WIFE},核过,2023-0{number}-01\n")


def policy(root: Path, number: int) -> None:
    (root / "state" / "policy.toml").write_text(f"[late_days]\n[[late_days.values]]\nvalue = {number}\n", "utf-8")


def returned(root: Path, number: int) -> None:
    book = root / "restricted" / "latest" / "workbooks" / "街道_甲街道.xlsx"
    clues = pl.read_parquet(root / "published" / "latest" / "ledger.parquet").sort("clue_id")["clue_id"]
    on = {"核查日期": RUN_DATE}
    verdict = (FOUND if number % 2 else FOUND_NOTHING) | on
    fill(book, root / "inbox" / "verification" / f"{number}.xlsx", {clues[number % len(clues)]: verdict})


def reworded(root: Path, number: int) -> None:
    folder = root.parent / "project"
    if not folder.exists():
        copy_of(PROJECT, folder)
    reword(folder / "rules" / f"{FOUND_HERE[number % len(FOUND_HERE)]}.sql")


FOUND_HERE = ("deceased", "missing_elderly", "left_register", "elderly_underage")
"""Rules that read what the district delivers."""


def nothing(root: Path, number: int) -> None:
    """Only the day is another."""


EVENTS = (deaths, payments, exemption, policy, returned, reworded, nothing)


@drawn(short=1, long=40)
@given(
    events=st.lists(st.tuples(st.sampled_from(EVENTS), st.integers(1, 7), st.integers(0, 2)), min_size=2, max_size=4)
)
def test_a_night_publishes_byte_for_byte_what_one_without_a_memory_does(
    events: list[tuple[Callable[[Path, int], None], int, int]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    root = tmp_path_factory.mktemp("district") / "root"
    deliver(root, FILES)
    day = RUN_DATE
    run_night(night(root, day), datetime.now(UTC))
    for event, number, days in events:
        event(root, number)
        day += timedelta(days=days)
        bare = shutil.copytree(root, root.with_name("bare"), symlinks=True)
        shutil.rmtree(bare / "state" / "cache")
        folder = root.parent / "project"
        project = Project(folder) if folder.exists() else PROJECT
        one = replace(night(root, day), project=project)
        other = replace(one, root=Root(bare))
        now = datetime.now(UTC) + timedelta(hours=2)
        run_night(one, now), run_night(other, now)
        assert differences(root / "published" / one.run, bare / "published" / one.run) == (), event.__name__
        shutil.rmtree(bare)
