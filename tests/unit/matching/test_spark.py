"""The rules on Spark Connect: what they find, what is refused, and what its errors may say."""

import logging
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from time import perf_counter

import duckdb
import pyarrow as pa
import pytest

from huimin.contracts.contract import Contract
from huimin.district import build_district
from huimin.errors import RuleError, UsageError
from huimin.matching.core import Core, Texts
from huimin.matching.engine import Engine, EngineFault
from huimin.matching.in_spark import in_spark
from huimin.matching.match import match, unwatched
from huimin.matching.mount import mount
from huimin.matching.policy import Policy
from huimin.matching.spark import OnSpark
from huimin.nights.rule_cases import Case, load_cases
from huimin.nights.rule_findings import CaseBench
from huimin.tables.work import open_work
from nights import CHECKOUT, PROJECT
from sailing import sailing
from unit.district.engine import laid
from unit.matching.test_match import TEKUN, delivery

CANARY = "429999194001010012"
CASES = [case for path in sorted((CHECKOUT / "tests" / "rules").glob("*.toml")) for case in load_cases(path)]
AT_THE_EDGES = ("off_ledger", "fund_overspent", "trade_in_resold", "reward_repeat", "medical_no_stay")
"""Rules with an aggregate's name in HAVING, with months and days counted by policy."""
SAMPLE = [next(case for case in CASES if case.rule == rule and case.expected.rows) for rule in AT_THE_EDGES]


@pytest.fixture(scope="module")
def sail() -> Iterator[str]:
    with sailing() as address:
        yield address


def on_spark(address: str, folder: Path, **held: list) -> OnSpark:
    return OnSpark(address, PROJECT.contracts, held, folder / "engine", 120)


def found(con: duckdb.DuckDBPyConnection) -> tuple[Counter, Counter]:
    """Hits in all their columns, and outcomes with populations."""
    return Counter(con.execute("from hits").fetchall()), Counter(con.execute("from rule_outcomes").fetchall())


def every_rule_finds_the_same(
    persons: int, folder: Path, address: str, reached: Callable[[float], None] = unwatched
) -> dict[str, float]:
    """Every rule has hits in a district of so many persons, and they are DuckDB's there too; the seconds of both.

    `reached` is called with the share of the rules that have run there.
    """
    seconds: dict[str, float] = {}
    district = build_district(persons, 6, profile="every_rule")
    in_force, day = laid(district, folder), district.days.run_date
    answers = []
    for engine_of, watched in (
        (lambda con: Core(con, in_force), unwatched),
        (lambda con: OnSpark(address, PROJECT.contracts, in_force, folder / "engine", 1_800), reached),
    ):
        with closing(open_work(None)) as con:
            mount(con, PROJECT.contracts, in_force)
            with closing(engine_of(con)) as engine:
                began = perf_counter()
                match(
                    con, PROJECT.rules, PROJECT.views, PROJECT.policy, PROJECT.contracts, day,
                    reached=watched, engine=engine,
                )  # fmt: skip
                seconds[engine.version] = perf_counter() - began
            answers.append(found(con))
    (hits, outcomes), (there, outcomes_there) = answers
    assert (hits - there, there - hits) == (Counter(), Counter())
    assert outcomes == outcomes_there
    assert {hit[0] for hit in hits} == {name for name, rule in PROJECT.rules.items() if rule.enabled}
    assert not (folder / "engine").exists()
    return seconds


@pytest.mark.long
def test_every_rule_of_a_district_finds_the_same(sail: str, tmp_path: Path) -> None:
    every_rule_finds_the_same(1_200, tmp_path, sail)


class OverWorkTables(OnSpark):
    """Rosters are what stands under their names in the work database."""

    def __init__(self, con: duckdb.DuckDBPyConnection, address: str, folder: Path) -> None:
        super().__init__(address, PROJECT.contracts, {}, folder, 120)
        self.con = con

    def mount(self, contract: Contract) -> None:
        self.lay(contract.roster, self.con.execute(f"from {contract.roster}").to_arrow_table())


@pytest.mark.parametrize(
    "case",
    [pytest.param(case, marks=() if case in SAMPLE else pytest.mark.long) for case in CASES],
    ids=lambda case: f"{case.rule}: {case.name}",
)
def test_cases_of_rules_find_the_same(case: Case, sail: str, bench: CaseBench, tmp_path: Path) -> None:
    rule = PROJECT.rules[case.rule]
    with bench.laid(case) as laid_case:
        laid_case.run(rule)
        own = found(laid_case.con)
        with closing(OverWorkTables(laid_case.con, sail, tmp_path / "engine")) as engine:
            nothing, day = Policy({}, ""), case.run_date
            match(laid_case.con, {rule.rule: rule}, PROJECT.views, nothing, PROJECT.contracts, day, engine=engine)
        assert found(laid_case.con) == own


@pytest.fixture(scope="module")
def bench() -> Iterator[CaseBench]:
    bench = CaseBench(PROJECT)
    yield bench
    bench.close()


@pytest.mark.parametrize("engine_of", ["duckdb", "sail"])
def test_a_rule_that_finds_too_much_ends_the_run(engine_of: str, sail: str, tmp_path: Path) -> None:
    came = delivery(tmp_path, "tekun", 1, TEKUN)
    held = {"tekun": [replace(came, rows=came.rows.rename(tmp_path / "tekun.parquet"))]}
    with closing(open_work(None)) as con:
        mount(con, PROJECT.contracts, held)
        engine: Engine = Texts(con) if engine_of == "duckdb" else on_spark(sail, tmp_path, **held)
        for most, told in ((3, None), (2, "finds more than 2 rows")):
            rows = "select id_number, amount from tekun"
            for table in ("mounted", "mounted_slots"):
                engine.lay(table, con.execute(f"from {table}").to_arrow_table())
            engine.mount(PROJECT.contracts["tekun"])
            if told is None:
                assert engine.found(rows, most).num_rows == 3
                continue
            with pytest.raises(EngineFault, match=told) as fault:
                engine.found(rows, most)
            assert fault.value.at(RuleError, "rules/x.sql").exit_code == 13


def test_errors_tell_their_class_and_never_a_cell(
    sail: str, tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture, monkeypatch
) -> None:
    monkeypatch.setenv("SPARK_CONNECT_LOG_LEVEL", "DEBUG")
    caplog.set_level(logging.DEBUG)
    engine = on_spark(sail, tmp_path)
    engine.lay("given", pa.table({"id_number": [CANARY], "name": [f"{CANARY}号"]}))
    with pytest.raises(EngineFault) as fault:
        engine.found("select cast(name as integer) as name from given", 9)
    told = fault.value.at(RuleError, "rules/x.sql")
    assert str(told).startswith("rules/x.sql: fails on the engine (")
    engine.close()
    logged = "".join(f"{record.getMessage()}{record.exc_text}" for record in caplog.records)
    for text in (str(told), repr(fault.value.__dict__), logged, *capfd.readouterr()):
        assert CANARY not in text


def test_what_takes_too_long_is_ended(sail: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = on_spark(sail, tmp_path)
    monkeypatch.setattr(engine._connection, "_seconds", 1)
    monkeypatch.setattr("huimin.matching.spark.selecting", lambda sql: lambda session: time.sleep(5))
    with pytest.raises(EngineFault, match="takes more than 1 seconds"):
        engine.found("select 1 as one", 9)


def test_a_server_that_is_gone_is_told_and_not_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huimin.matching.spark_connection.TRIES", 1)
    with sailing() as address:
        engine = on_spark(address, tmp_path)
        assert engine.count("select 1 as one", by_item=False) == {None: 1}
    with pytest.raises(EngineFault, match="fails on the engine"):
        engine.found("select 1 as one", 9)


def test_a_folder_that_spark_takes_for_a_pattern_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="for a pattern"):
        on_spark("sc://localhost:1", tmp_path / "a[b]")


@pytest.mark.parametrize(
    ("sql", "there"),
    [
        ("select a + k.n * interval '1' month as a from k", "ADD_MONTHS(a, CAST(k.n AS INT))"),
        ("select a - (k.n * interval '1' month) as a from k", "ADD_MONTHS(a, -CAST(k.n AS INT))"),
        ("select a - k.n * interval '1' day as a from k", "DATE_ADD(a, -CAST(k.n AS INT))"),
        ("select a + k.n * interval '1' year as a from k", "ADD_MONTHS(a, (CAST(k.n AS INT) * 12))"),
        ("select a + interval '2 weeks' * (k.n + 1) as a from k", "DATE_ADD(a, (CAST(k.n + 1 AS INT) * 14))"),
        (
            "select a + n * interval '1' month - m * interval '1' day as a from k",
            "DATE_ADD(ADD_MONTHS(a, CAST(n AS INT)), -CAST(m AS INT))",
        ),
        ("select a - k.n * interval '3' month as a from k", "ADD_MONTHS(a, -(CAST(k.n AS INT) * 3))"),
        ("select a - interval 12 month as a from k", "a - INTERVAL '12' MONTH"),
        ("select a + n * 2 as a from k", "a + n * 2"),
    ],
)
def test_days_and_months_that_are_counted(sql: str, there: str) -> None:
    assert there in in_spark(sql)
