"""Which files wait: by name, by age, and those of the future by two looks a settle time apart."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from huimin.deliveries.looks import Looks
from huimin.store.inbox import walk

NOW = datetime(2023, 8, 22, 2, tzinfo=UTC)


@pytest.fixture
def inbox(tmp_path) -> Path:
    (tmp_path / "inbox" / "tekun").mkdir(parents=True)
    return tmp_path / "inbox"


def put(inbox: Path, name: str, age: float, content: str = "x") -> None:
    """The file, last changed so many seconds before `NOW`."""
    place = inbox / "tekun" / name
    place.write_text(content)
    changed = NOW.timestamp() - age
    os.utime(place, (changed, changed))


def waiting(inbox: Path, later: float = 0, settle: float = 60) -> list[str]:
    """What waits in a night so many seconds after `NOW` that remembers the ones before."""
    memory = inbox.parent / "looks.json"
    looks = Looks.since(memory, settle, NOW + timedelta(seconds=later))
    found = [lying.inside.name for lying in walk(inbox) if looks.waits(lying)]
    looks.remember(memory)
    return found


def test_of_three_files_the_fresh_one_and_the_one_of_the_future_wait(inbox):
    put(inbox, "now.csv", 5)
    put(inbox, "future.csv", -180)
    put(inbox, "old.csv", 900)
    assert waiting(inbox) == ["future.csv", "now.csv"]


@pytest.mark.parametrize(("age", "waits"), [(0, True), (59.5, True), (60, False), (61, False), (-0.5, True)])
def test_the_settle_time_is_a_boundary(inbox, age, waits):
    put(inbox, "a.csv", age)
    assert waiting(inbox) == ["a.csv"] * waits


@pytest.mark.parametrize(
    "name", ["a.csv.part", "a.PART", "a.tmp", "a.csv.Tmp", "~$a.xlsx", ".a.csv", ".part/a.csv", "b.tmp/a.csv"]
)
def test_unfinished_names_wait_however_old(inbox, name):
    (inbox / "tekun" / name).parent.mkdir(exist_ok=True)
    put(inbox, name, 9_000)
    assert waiting(inbox) == [name.split("/")[-1]]


@pytest.mark.parametrize("name", ["part.csv", "a.part.csv", "a~$.xlsx", "a.csv.", "tmp", "$a.csv", "~a.csv"])
def test_names_that_only_look_unfinished_do_not(inbox, name):
    put(inbox, name, 9_000)
    assert waiting(inbox) == []


@pytest.mark.parametrize(
    ("later", "settle", "waits"),
    [
        pytest.param(60, 60, False, id="stood still for the settle time"),
        pytest.param(59, 60, True, id="not yet"),
        pytest.param(86_400, 60, False, id="the next night"),
    ],
)
def test_a_file_of_the_future_waits_until_it_stands_still_between_two_looks(inbox, later, settle, waits):
    put(inbox, "a.csv", -9_000_000)
    assert waiting(inbox, settle=settle) == ["a.csv"]
    assert waiting(inbox, later, settle) == ["a.csv"] * waits


def test_without_a_settle_time_nothing_waits_for_its_age(inbox):
    put(inbox, "now.csv", 0)
    put(inbox, "future.csv", -9_000_000)
    assert waiting(inbox, settle=0) == []


def test_looks_between_do_not_begin_the_time_again(inbox):
    put(inbox, "a.csv", -9_000)
    assert [waiting(inbox, later) for later in (0, 30, 59, 60)] == [["a.csv"]] * 3 + [[]]


@pytest.mark.parametrize("change", ["size", "time", "both"])
def test_one_that_changes_between_waits_again(inbox, change):
    put(inbox, "a.csv", -9_000_000)
    assert waiting(inbox) == ["a.csv"]
    put(inbox, "a.csv", -9_000_000 if change == "size" else -9_000_001, "xx" if change != "time" else "x")
    assert waiting(inbox, 86_400) == ["a.csv"]
    assert waiting(inbox, 86_460) == []


def test_one_that_was_taken_does_not_wait_the_night_after(inbox):
    put(inbox, "a.csv", -9_000_000)
    assert [waiting(inbox, later) for later in (0, 60, 120, 180)] == [["a.csv"], [], [], []]


def test_once_its_time_has_come_it_is_a_file_like_others_and_forgotten(inbox):
    put(inbox, "a.csv", -100)
    assert waiting(inbox) == ["a.csv"]
    assert waiting(inbox, 130, settle=60) == ["a.csv"]
    assert waiting(inbox, 160, settle=60) == []
    assert (inbox.parent / "looks.json").read_text() == "{}"


def test_a_clock_that_was_set_back_begins_the_look_again(inbox):
    put(inbox, "a.csv", -9_000_000)
    assert waiting(inbox, 1_000) == ["a.csv"]
    assert waiting(inbox, 0) == ["a.csv"]
    assert waiting(inbox, 60) == []


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"tekun/a.csv": 1}', '{"tekun/a.csv": {"size": 1}}'])
def test_a_damaged_memory_is_none(inbox, damage):
    put(inbox, "a.csv", -9_000)
    (inbox.parent / "looks.json").write_text(damage)
    assert waiting(inbox) == ["a.csv"]
    assert waiting(inbox, 60) == []


def test_nothing_is_remembered_where_nothing_is_of_the_future(inbox):
    put(inbox, "a.csv", 9_000)
    assert waiting(inbox) == []
    assert not (inbox.parent / "looks.json").exists()


def test_names_that_are_no_text_are_remembered_too(inbox):
    put(inbox, os.fsdecode("低保\n.csv".encode("gb18030")), -9_000)
    assert len(waiting(inbox)) == 1
    assert waiting(inbox, 60) == []


def test_what_is_no_file_is_not_waited_for(inbox):
    (inbox / "tekun" / "a.csv").symlink_to(inbox)
    os.mkfifo(inbox / "tekun" / "b.csv")
    assert waiting(inbox) == []
