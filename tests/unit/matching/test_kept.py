"""Hits that are kept from night to night: what asks again, what does not, and that it makes no difference."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from harm import Harm, harmed
from huimin.deliveries.slots import InForce
from huimin.matching.core import Core
from huimin.matching.kept import HITS, Answers, KeptAnswers
from huimin.matching.match import match
from huimin.matching.mount import REF_SPAN, mount
from huimin.matching.policy import Policy
from huimin.matching.readings import Readings
from huimin.matching.rule import Rule
from huimin.store.kept import forget, index_file, rows_file
from huimin.tables.work import open_work
from nights import PROJECT
from unit.matching.test_match import delivery

NAMES = (
    "deceased", "name_mismatch", "dibao_tekun", "elderly_underage", "paid_late", "off_ledger", "shared_account",
    "missing_elderly", "fund_idle",
)  # fmt: skip
HITS_FILE, INDEX_FILE = rows_file(HITS), index_file(HITS)
RULES = {name: PROJECT.rules[name] for name in NAMES}
RUN_DATE = date(2023, 9, 10)
A, B, C = "429999194001010012", "429999195001010025", "429999196001010038"

DIBAO = f"""
    id_number | name | household_head_id | period     | amount | account | slot
    {A}       | 张三 | {A}               | 2023-08-01 | 500    | 62170001 | 2023-08
    {B}       | 李四 | {A}               | 2023-08-01 | 400    | 62170001 | 2023-08
"""
TEKUN = f"""
    id_number | name | period     | amount | account  | slot
    {A}       | 张三 | 2023-08-01 | 800    | 62170001 | 2023-08
"""
ELDERLY = f"""
    id_number | name | period     | amount | account  | slot
    {C}       | 王五 | 2023-08-01 | 100    | 62170001 | 2023-08
"""
DEATHS = f"""
    id_number | name | died_on    | source | slot
    {B}       | 李四 | 2023-06-15 | 公安   | 2023-08-01
    {C}       | 王五 | 2023-06-15 | 民政   | 2023-08-01
"""
POPULATION = f"""
    id_number | name | household_number | status | slot
    {A}       | 张三 | H1               | 正常   | 2023-08-01
    {B}       | 李肆 | H2               | 正常   | 2023-08-01
    {C}       | 王五 | H3               | 正常   | 2023-08-01
"""
LEDGER = f"""
    item     | id_number | name | period     | amount | due_on     | paid_on | slot
    城乡低保 | {A}       | 张三 | 2023-08-01 | 500    | 2023-08-15 |         | 2023-08
"""
FUNDS = """
    project | year | invested | used | slot
    养鸡    | 2022 | 1000     | 100  | 2022
"""
DRAWN = {
    "urban_dibao": DIBAO, "tekun": TEKUN, "elderly_allowance": ELDERLY, "deaths": DEATHS, "population": POPULATION,
    "payment_ledger": LEDGER, "poverty_funds": FUNDS,
}  # fmt: skip

InForceAll = dict[str, list[InForce]]


@pytest.fixture
def came(tmp_path: Path) -> InForceAll:
    """A delivery of each roster that is drawn, numbered in their order."""
    (tmp_path / "rows").mkdir()
    return {
        roster: [delivery(tmp_path / "rows", roster, at, text)] for at, (roster, text) in enumerate(DRAWN.items(), 1)
    }


class Listening:
    """A connection that remembers what it was asked."""

    def __init__(self) -> None:
        self.con = open_work(None)
        self.asked: list[str] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self.con, name)

    def execute(self, sql: str, *parameters: Any) -> duckdb.DuckDBPyConnection:
        self.asked.append(" ".join(sql.split()))
        return self.con.execute(sql, *parameters)

    def ran(self) -> set[str]:
        """The rules whose hits were looked for."""
        heads = [
            sql.removeprefix("insert into hits select '") for sql in self.asked if sql.startswith("insert into hits s")
        ]
        return {head.split("'")[0] for head in heads}

    def counted(self) -> int:
        """How many times rows or periods were counted."""
        return sum("as looked_at" in sql for sql in self.asked)


def one_night(
    in_force: InForceAll,
    cache: Path | None,
    run_date: date = RUN_DATE,
    policy: Policy = PROJECT.policy,
    rules: Mapping[str, Rule] = RULES,
    over_core: bool = False,
) -> Listening:
    """A night's match; with a folder, by what the nights before left there."""
    con = Listening()
    answers = Answers()
    if cache is not None:
        readings = Readings.of(in_force, PROJECT.contracts, PROJECT.views, policy, run_date)
        answers = KeptAnswers(cache, readings, in_force, cache)
    mount(con, PROJECT.contracts, in_force)  # type: ignore[arg-type]
    engine = Core(con, in_force) if over_core else None  # type: ignore[arg-type]
    match(con, rules, PROJECT.views, policy, PROJECT.contracts, run_date, answers=answers, engine=engine)  # type: ignore[arg-type]
    return con


def found(con: Listening) -> tuple[list[Any], list[Any]]:
    """All hits and outcomes."""
    hits = con.execute("select * from hits order by all").fetchall()
    return hits, con.execute("select * from rule_outcomes order by all").fetchall()


def again(in_force: InForceAll, cache: Path, **changes: Any) -> Listening:
    """A later night, which must find what one finds that knows nothing."""
    con = one_night(in_force, cache, **changes)
    assert found(con) == found(one_night(in_force, None, **changes))
    return con


@pytest.fixture
def cache(came: InForceAll, tmp_path: Path) -> Path:
    """What a first night left."""
    first = again(came, tmp_path / "cache")
    assert first.ran() == {*NAMES}
    assert len(found(first)[0]) > len(NAMES)
    return tmp_path / "cache"


def test_a_table_is_made_when_a_rule_first_reads_it_and_rules_without_it_have_run(came: InForceAll) -> None:
    rules = {name: PROJECT.rules[name] for name in ("shared_account", "missing_elderly", "off_ledger", "deceased")}
    asked = one_night(came, None, rules=rules, over_core=True).asked
    heads = (
        "create or replace temp table core_judged_payments", "insert into hits select 'off_ledger'",
        "insert into hits select 'deceased'", "create or replace temp table core_register_members",
        "insert into hits select 'missing_elderly'", "create or replace temp table core_shared_credits",
        "insert into hits select 'shared_account'",
    )  # fmt: skip
    places = [next(place for place, sql in enumerate(asked) if sql.startswith(head)) for head in heads]
    assert places == sorted(places)
    assert not any("core_dibao_members" in sql for sql in asked)


def test_items_in_memory_are_numbers_and_found_as_texts(came: InForceAll) -> None:
    con = one_night(came, None, over_core=True)
    ((kind,),) = con.execute("select distinct typeof(item) from core_judged_payments").fetchall()
    assert kind.startswith("ENUM(")
    assert found(con) == found(one_night(came, None))


def test_a_night_with_nothing_new_asks_nothing(came: InForceAll, cache: Path) -> None:
    con = again(came, cache)
    assert con.ran() == set()
    assert con.counted() == 0
    looks = [sql for sql in con.asked if sql.startswith(("select", "with", "insert into hits"))]
    assert len(looks) == len(["rosters delivered", "views that stand", "kept hits", "found: hits", "found: outcomes"])


def test_a_night_with_nothing_new_lays_no_core(came: InForceAll, cache: Path) -> None:
    first, quiet = (one_night(came, known, over_core=True) for known in (None, cache))
    assert found(first) == found(quiet)
    assert any("core_" in sql for sql in first.asked)
    assert not any("core_" in sql for sql in quiet.asked)


def test_the_core_has_what_is_asked_and_no_more(came: InForceAll, cache: Path, tmp_path: Path) -> None:
    came["poverty_funds"] = [delivery(tmp_path, "poverty_funds", 9, FUNDS.replace("100", "200"))]
    con = one_night(came, cache, over_core=True)
    laid = {word for sql in con.asked if sql.startswith("create or replace temp") for word in sql.split()[5:6]}
    assert con.ran() == {"fund_idle"}
    assert laid >= {"core_poverty_funds"}
    assert not laid & {"core_deaths", "core_payments", "core_population"}


@pytest.mark.parametrize(("readers", "kind"), [(1, "table"), (3, "view")])
def test_a_view_is_kept_for_as_many_readers_as_the_engine_says(
    readers: int, kind: str, came: InForceAll, cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("huimin.matching.core.READERS", readers)
    came["tekun"] = [delivery(tmp_path, "tekun", 9, TEKUN.replace("800", "900"))]
    con = one_night(came, cache, over_core=True, rules={"shared_account": PROJECT.rules["shared_account"]})
    assert [sql for sql in con.asked if sql.startswith(f"create or replace temp {kind} core_shared_credits ")]


def test_a_new_delivery_asks_the_rules_that_read_it(came: InForceAll, cache: Path, tmp_path: Path) -> None:
    came["deaths"] = [delivery(tmp_path, "deaths", 9, DEATHS.replace("2023-06-15", "2023-05-15"))]
    assert again(came, cache).ran() == {"deceased", "missing_elderly"}


def test_a_new_delivery_of_one_item_leaves_the_others_answered(came: InForceAll, cache: Path, tmp_path: Path) -> None:
    came["elderly_allowance"] = [delivery(tmp_path, "elderly_allowance", 9, ELDERLY.replace("100", "200"))]
    con = again(came, cache)
    assert con.ran() == {
        "deceased", "name_mismatch", "off_ledger", "shared_account", "elderly_underage", "missing_elderly",
    }  # fmt: skip
    kept = next(at for at, sql in enumerate(con.asked) if sql.startswith("insert into hits select 'deceased'"))
    asked = con.asked[kept - 1]
    assert "as asked where item in ('elderly_allowance')) limit" in asked


def test_rows_are_known_by_their_delivery_and_not_by_its_number(came: InForceAll, cache: Path, tmp_path: Path) -> None:
    moved = {roster: [replace(one, ordinal=one.ordinal * 10) for one in held] for roster, held in came.items()}
    moved["vehicles"] = [delivery(tmp_path, "vehicles", 11, "id_number | plate | slot\n" + f"{A} | 鄂A1 | 2023-08-01")]
    con = again(moved, cache)
    assert con.ran() == {"shared_account"}, "it asks which periods of any roster came"
    payment = con.execute("select distinct payment // ? from hits where rule = 'dibao_tekun'", [REF_SPAN]).fetchall()
    assert payment == [(10,)]


def test_another_day_asks_only_rules_that_look_at_it(came: InForceAll, cache: Path) -> None:
    assert again(came, cache, run_date=date(2023, 9, 11)).ran() == {"paid_late"}
    assert again(came, cache, run_date=date(2024, 1, 1)).ran() == {"paid_late", "fund_idle"}


def test_a_day_before_a_period_asks_again_who_reads_it(came: InForceAll, cache: Path) -> None:
    con = again(came, cache, run_date=date(2023, 7, 31))
    assert con.ran() == {*NAMES} - {"fund_idle"}


def test_a_policy_value_asks_the_rules_that_read_it(came: InForceAll, cache: Path) -> None:
    standard = PROJECT.policy.parameters["late_days"]
    rows = tuple((*row[:2], 60) for row in standard.rows)
    changed = replace(
        PROJECT.policy, parameters={**PROJECT.policy.parameters, "late_days": replace(standard, rows=rows)}
    )
    assert again(came, cache, policy=changed).ran() == {"paid_late"}


def test_a_rules_own_text_asks_it_again(came: InForceAll, cache: Path) -> None:
    told = {**RULES, "deceased": replace(RULES["deceased"], digest="other", title="别的")}
    con = again(came, cache, rules=told)
    assert con.ran() == set()
    sql = RULES["deceased"].sql.replace("sources >= 2", "sources >= 1")
    con = again(came, cache, rules={**RULES, "deceased": replace(RULES["deceased"], sql=sql)})
    assert con.ran() == {"deceased"}


@pytest.mark.parametrize(
    ("file", "harm"),
    [
        (HITS_FILE, "changed"),
        (INDEX_FILE, "cut"),
        *(pytest.param(*both, marks=pytest.mark.long) for both in (
            (HITS_FILE, "cut"), (HITS_FILE, "gone"), (INDEX_FILE, "changed"), (INDEX_FILE, "gone"),
        )),
    ],
)  # fmt: skip
def test_damage_is_a_night_that_knows_nothing(came: InForceAll, cache: Path, file: str, harm: Harm) -> None:
    harmed(cache / file, harm)
    assert again(came, cache).ran() == {*NAMES}
    assert again(came, cache).ran() == set()


def test_what_another_night_left_in_between_is_no_pair(came: InForceAll, cache: Path, tmp_path: Path) -> None:
    index = (cache / INDEX_FILE).read_bytes()
    came["deaths"] = [delivery(tmp_path, "deaths", 9, DEATHS.replace("公安", "民政"))]
    one_night(came, cache)
    (cache / INDEX_FILE).write_bytes(index)
    assert again(came, cache).ran() == {*NAMES}


def test_only_the_last_night_is_kept_and_only_for_the_owner(came: InForceAll, cache: Path) -> None:
    came["deaths"] = []
    again(came, cache)
    assert sorted(place.name for place in cache.iterdir()) == [INDEX_FILE, HITS_FILE]
    assert {place.stat().st_mode & 0o777 for place in cache.iterdir()} == {0o600}
    assert cache.stat().st_mode & 0o777 == 0o700
    assert "deceased" not in json.loads((cache / INDEX_FILE).read_bytes())["hits"]
    forget(cache)
    assert list(cache.iterdir()) == []
