"""Who makes a working table, who is asked for it, and in which order: the same every time."""

import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import duckdb
import pytest

from huimin.tables.work import Maker, lay_with, makers_in, makes, open_work, ordered

TALL = """
import duckdb
from huimin.tables.work import makes
@makes("tall", needs=("people",), scratch=("heights",), step="match")
def lay_tall(con, least): ...
def lay_nothing(con): ...
"""
SMALL = """
from above_all.tall import lay_tall
from huimin.tables.work import makes
@makes("small", "smallest")
def lay_small(con): ...
"""


@pytest.fixture
def packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, str]]:
    """Two packages, one of whose modules borrows a maker of the other, and the second of which declares one itself."""
    for package, modules in (("above_all", {"__init__": "", "tall": TALL}), ("beside", {"__init__": SMALL})):
        (tmp_path / package).mkdir()
        for name, text in modules.items():
            (tmp_path / package / f"{name}.py").write_text(text, "utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    yield "beside", "above_all"
    for name in ("above_all", "above_all.tall", "beside"):
        sys.modules.pop(name, None)


def test_every_maker_of_the_packages_is_found_once_in_its_own_module(packages: tuple[str, str]) -> None:
    tall, small = makers_in(*packages)
    assert (tall.name, tall.step, tall.tables, tall.needs, tall.scratch) == (
        "above_all.tall.lay_tall", "match", ("tall",), ("people",), ("heights",)
    )  # fmt: skip
    assert tall.parameters == ("con", "least")
    assert (small.name, small.step, small.tables, small.needs, small.scratch) == (
        "beside.lay_small", "conclude", ("small", "smallest"), (), ()
    )  # fmt: skip


def maker(name: str, *needs: str, tables: tuple[str, ...] = ()) -> Maker:
    return Maker(name, "conclude", tables or (name,), needs, (), whole=False, lay=print)


def names(makers: list[Maker]) -> str:
    return " ".join(one.name for one in makers)


def test_each_comes_after_what_it_needs_and_else_by_name() -> None:
    makers = [maker("b"), maker("a", "d"), maker("d", "c"), maker("e"), maker("c")]
    assert names(ordered(makers)) == names(ordered(makers[::-1])) == "b c d a e"


def test_of_those_that_could_come_next_the_first_by_name_comes_even_if_others_waited_longer() -> None:
    assert names(ordered([maker("a"), maker("b", "a"), maker("c"), maker("d")])) == "a b c d"


def test_what_stands_is_neither_made_nor_waited_for() -> None:
    makers = [maker("a", "b", "roster"), maker("b", "c"), maker("c"), maker("d", "a")]
    assert names(ordered(makers, standing=("roster", "b"), wanted=("d",))) == "a d"
    assert names(ordered(makers[1:3], standing=("b",))) == "c"


def test_only_what_is_wanted_is_made_and_once_for_all_who_need_it() -> None:
    makers = [maker("a"), maker("b", "a"), maker("c", "a", "b"), maker("d")]
    assert names(ordered(makers, wanted=("c", "b"))) == "a b c"
    assert ordered(makers, wanted=()) == []


def test_a_maker_of_two_tables_runs_once_and_before_who_needs_either() -> None:
    both = maker("z", tables=("left", "right"))
    assert names(ordered([maker("a", "right"), maker("b", "left"), both])) == "z a b"


def test_two_makers_of_one_table_and_a_table_of_nobody_are_named() -> None:
    with pytest.raises(ValueError, match=r"^left is made by one and other$"):
        ordered([maker("other", tables=("left",)), maker("one", tables=("left",))])
    with pytest.raises(ValueError, match=r"^people is needed, and nobody makes it$"):
        ordered([maker("a", "people")])


def test_those_who_wait_for_each_other_are_named() -> None:
    with pytest.raises(ValueError, match=r"wait for each other: \['a', 'b', 'a'\]|: \['b', 'a', 'b'\]"):
        ordered([maker("a", "b"), maker("b", "a"), maker("c")])


def test_a_maker_is_given_what_it_asks_for_and_its_scratch_is_gone() -> None:
    @makes("tall", scratch=("heights", "never_laid"))
    def lay_tall(con: duckdb.DuckDBPyConnection, least: int) -> None:
        con.execute(f"create table heights as select {least} as least")
        con.execute("create table tall as from heights")

    with closing(open_work(None)) as con:
        lay_with(con, lay_tall.maker, {"least": 180, "most": 210})  # type: ignore[attr-defined]
        assert con.execute("show tables").fetchall() == [("tall",)]
        assert con.execute("from tall").fetchall() == [(180,)]
