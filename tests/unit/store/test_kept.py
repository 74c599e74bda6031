"""Parts of tables kept from night to night: which are made again, and that it makes no difference."""

import json
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import duckdb
import polars as pl
import pytest

from harm import Harm, harmed
from huimin.store.kept import ALL_PARTS, KeptParts, forget, index_file, leave, recalled, rows_file, settle
from huimin.tables.key import KEY, unlocked

KEYS = [b64encode(letter * 32).decode() for letter in (b"k", b"z")]
ALIKE = {"a": ("code", "one"), "b": ("code", "two"), "c": ("code", "three")}
ROWS = [("a", "a of code one"), ("b", "b of code two"), ("c", "c of code three")]


class Nights:
    """Nights that lay one table of parts, each of the next going on from what the last one left."""

    def __init__(self, place: Path) -> None:
        self.con = duckdb.connect()
        self.cache, self.leaves = place / "cache", place / "leaves"
        self.made: list[str] = []

    def night(self, parts: Mapping[str, Sequence[str]], publishes: bool = True) -> list[tuple[str, str]]:
        """The table; `made` are the parts that were made for it."""

        def make(missing: Sequence[str]) -> None:
            self.made = [*missing]
            self.con.execute("create or replace temp table told (part varchar, said varchar)")
            for part in missing:
                self.con.execute("insert into told values (?, ?)", [part, f"{part} of {' '.join(parts[part])}"])

        self.made = []
        KeptParts(self.cache, self.leaves).lay(self.con, "told", parts, make)
        if publishes:
            settle(self.leaves, self.cache)
        return self.con.execute("from told order by all").fetchall()


@pytest.fixture
def nights(tmp_path: Path) -> Iterator[Nights]:
    nights = Nights(tmp_path)
    assert nights.night(ALIKE) == ROWS
    assert nights.made == ["a", "b", "c"]
    yield nights
    nights.con.close()


def test_what_is_made_of_the_same_is_taken_from_the_night_before(nights: Nights) -> None:
    before = (nights.cache / rows_file("told")).stat().st_mtime_ns
    assert nights.night(ALIKE) == ROWS
    assert nights.made == []
    assert (nights.cache / rows_file("told")).stat().st_mtime_ns == before


def test_only_the_part_whose_sources_changed_is_made_again(nights: Nights) -> None:
    assert nights.night({**ALIKE, "b": ("code", "other")}) == [ROWS[0], ("b", "b of code other"), ROWS[2]]
    assert nights.made == ["b"]
    assert nights.night(ALIKE) == ROWS
    assert nights.made == ["b"]


@pytest.mark.parametrize(
    ("parts", "made"),
    [
        pytest.param({**ALIKE, "d": ("code",)}, ["d"], id="one more"),
        pytest.param({"a": ALIKE["a"], "c": ALIKE["c"]}, [], id="one less"),
        pytest.param({**ALIKE, "a": ("cod", "eone")}, ["a"], id="cut otherwise"),
        pytest.param({}, [], id="none"),
    ],
)
def test_the_table_holds_the_parts_that_are_asked_for(
    nights: Nights, parts: Mapping[str, Sequence[str]], made: list[str]
) -> None:
    told = nights.night(parts)
    assert nights.made == made
    assert told == [(part, f"{part} of {' '.join(sources)}") for part, sources in sorted(parts.items())]
    assert nights.night(ALIKE) == ROWS


def test_a_night_that_is_not_published_leaves_nothing(nights: Nights) -> None:
    nights.night({**ALIKE, "b": ("code", "other")}, publishes=False)
    assert nights.night(ALIKE, publishes=False) == ROWS
    assert nights.made == []


@pytest.mark.parametrize("file", [rows_file("told"), index_file("told")])
@pytest.mark.parametrize("harm", ["changed", "cut", "gone"])
def test_what_is_damaged_was_never_kept(nights: Nights, file: str, harm: Harm) -> None:
    harmed(nights.cache / file, harm)
    assert nights.night(ALIKE) == ROWS
    assert nights.made == ["a", "b", "c"]
    nights.night(ALIKE)
    assert nights.made == []


def test_rows_and_index_of_two_nights_are_no_pair(nights: Nights) -> None:
    index = (nights.cache / index_file("told")).read_bytes()
    nights.night({**ALIKE, "b": ("code", "other")})
    (nights.cache / index_file("told")).write_bytes(index)
    assert recalled(nights.cache, "told") is None
    assert nights.night(ALIKE) == ROWS


def test_what_stands_under_another_name_was_never_kept(nights: Nights) -> None:
    for file in (rows_file, index_file):
        (nights.cache / file("told")).rename(nights.cache / file("hits"))
    assert recalled(nights.cache, "hits") is None
    assert nights.night(ALIKE) == ROWS
    assert nights.made == ["a", "b", "c"]


@pytest.mark.parametrize(("before", "now"), [(None, KEYS[0]), (KEYS[0], KEYS[1]), (KEYS[0], None)])
def test_what_is_under_another_key_was_never_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, before: str | None, now: str | None
) -> None:
    def night(key: str | None) -> Nights:
        monkeypatch.setenv(KEY, key or "")
        nights = Nights(tmp_path)
        unlocked(nights.con)
        assert nights.night(ALIKE) == ROWS
        return nights

    assert night(before).made == ["a", "b", "c"]
    assert night(before).made == []
    assert night(now).made == ["a", "b", "c"]
    assert night(now).made == []


@pytest.mark.parametrize("file", [rows_file("told"), index_file("told")])
def test_where_it_cannot_be_kept_the_night_is_as_it_is(nights: Nights, file: str) -> None:
    (nights.cache / file).unlink()
    (nights.cache / file).mkdir()
    assert nights.night(ALIKE) == ROWS
    assert recalled(nights.cache, "told") is None
    assert nights.night(ALIKE) == ROWS


def test_it_is_kept_for_the_owner_alone_until_it_is_forgotten(nights: Nights) -> None:
    assert sorted(place.name for place in nights.cache.iterdir()) == [index_file("told"), rows_file("told")]
    assert {place.stat().st_mode & 0o777 for place in nights.cache.iterdir()} == {0o600}
    assert nights.cache.stat().st_mode & 0o777 == 0o700
    assert {*json.loads((nights.cache / index_file("told")).read_bytes())["keys"]} == {*ALIKE}
    forget(nights.cache)
    assert list(nights.cache.iterdir()) == []


def test_without_a_memory_all_parts_are_made() -> None:
    made: list[Sequence[str]] = []
    ALL_PARTS.lay(duckdb.connect(), "told", ALIKE, made.append)
    assert made == [["a", "b", "c"]]


def test_what_a_night_leaves_takes_the_place_of_what_was_kept_and_nothing_takes_none(tmp_path: Path) -> None:
    leaves, folder = tmp_path / "leaves", tmp_path / "kept"
    leaves.mkdir()
    (leaves / rows_file("told")).write_text("half")
    settle(leaves, folder)
    assert not folder.exists()
    for number in (1, 2):
        for name in ("told", "other"):
            leave(leaves, name, pl.DataFrame({"number": [number]}), {"number": number})
        settle(leaves, folder)
        assert [recalled(folder, name)["number"] for name in ("told", "other")] == [number] * 2
        assert not list(leaves.iterdir())
    settle(leaves, folder)
    assert recalled(folder, "told")["number"] == 2
    assert folder.stat().st_mode & 0o777 == 0o700
