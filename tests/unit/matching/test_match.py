"""Mounting rows in force and running rules over them."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from time import perf_counter

import duckdb
import pytest

from huimin.cells.id_number import digits_of
from huimin.deliveries.slots import InForce
from huimin.errors import RuleError
from huimin.matching.match import match, needed_views
from huimin.matching.mount import REF_SPAN, mount
from huimin.matching.rule import Rule
from huimin.tables.work import open_work
from nights import PROJECT

CONTRACTS = PROJECT.contracts
RULES = PROJECT.rules
VIEWS = PROJECT.views
POLICY = PROJECT.policy
RUN_DATE = date(2023, 11, 1)


def delivery(
    folder: Path, roster: str, ordinal: int, text: str, slots: tuple[str, ...] | None = None, unit: str | None = None
) -> InForce:
    """A delivered rows.parquet with the drawn cells; `slot` is the last of them."""
    header, *lines = [[cell.strip() or None for cell in line.split("|")] for line in text.strip().splitlines()]
    drawn = [dict(zip(header, line)) for line in lines]
    columns = [(column.name, column.type.sql) for column in CONTRACTS[roster].columns]
    columns += [("sheet", "varchar"), ("row", "integer"), ("slot", "varchar")]
    con = duckdb.connect()
    con.execute(f"create table rows ({', '.join(f'{name} {kind}' for name, kind in columns)})")
    marks = ", ".join(f"cast(? as {kind})" for _, kind in columns)
    for number, row in enumerate(drawn):
        con.execute(f"insert into rows values ({marks})", [{"row": number + 2, **row}.get(name) for name, _ in columns])
    place = folder / f"{roster}-{ordinal}'s [a*b?].parquet"
    escaped = str(place).replace("'", "''")
    ids = CONTRACTS[roster].id_numbers
    numbers = "".join(f", try_cast(left({name}, 17) as bigint) as {digits_of(name)}" for name in ids)
    place_of_row = f"'d{ordinal}' as delivery, row_number() over (order by row) - 1 as position"
    con.execute(f"copy (select *, {place_of_row}{numbers} from rows order by row) to '{escaped}'")
    con.close()
    own = tuple(sorted({row["slot"] for row in drawn if row.get("slot")}))
    return InForce(f"d{ordinal}", unit, place, own if slots is None else slots, slots is None, ordinal)


def mounted(in_force: Mapping[str, list[InForce]]) -> duckdb.DuckDBPyConnection:
    con = open_work(None)
    mount(con, CONTRACTS, in_force)
    return con


def matched(
    in_force: Mapping[str, list[InForce]], rules: Mapping[str, Rule] = RULES, run_date: date = RUN_DATE
) -> duckdb.DuckDBPyConnection:
    con = mounted(in_force)
    match(con, rules, VIEWS, POLICY, CONTRACTS, run_date)
    return con


TEKUN = """
name | id_number | amount | period     | slot
王芳 | wang      | 900    | 2023-07-01 | 2023-07
李强 | li        | 900    | 2023-07-01 | 2023-07
王芳 | wang      | 910    | 2023-08-01 | 2023-08
"""


def test_only_the_slots_in_force_are_mounted(tmp_path: Path) -> None:
    older = delivery(tmp_path, "tekun", 3, TEKUN, ("2023-07",), "关山街")
    newer = delivery(tmp_path, "tekun", 5, TEKUN.replace("910", "920"), ("2023-08",))
    con = mounted({"tekun": [older, newer]})
    assert con.execute("select id_number, amount, ref, delivery, row from tekun order by ref").fetchall() == [
        ("wang", Decimal(900), 3 * REF_SPAN, "d3", 2),
        ("li", Decimal(900), 3 * REF_SPAN + 1, "d3", 3),
        ("wang", Decimal(920), 5 * REF_SPAN + 2, "d5", 4),
    ]
    assert con.execute("from delivered order by slot").fetchall() == [
        ("tekun", "关山街", "2023-07", date(2023, 7, 1), date(2023, 7, 31)),
        ("tekun", None, "2023-08", date(2023, 8, 1), date(2023, 8, 31)),
    ]


def test_a_delivery_in_force_whole_stands_beside_one_in_part(tmp_path: Path) -> None:
    whole = delivery(tmp_path, "tekun", 1, TEKUN)
    part = delivery(tmp_path, "tekun", 2, TEKUN, ("2023-08",), "关山街")
    con = mounted({"tekun": [whole, part]})
    assert con.execute("select count(*), count(distinct ref) from tekun").fetchone() == (4, 4)
    assert con.execute("select count(*) from delivered").fetchone() == (3,)


def test_rosters_never_delivered_are_empty_and_typed() -> None:
    con = mounted({})
    assert con.execute("select count(*) from deaths where died_on > date '2020-01-01' and ref > 0").fetchone() == (0,)
    items = con.execute("select item, period from items order by position").fetchall()
    assert ("rural_dibao", "month") in items and ("payment_ledger", "month") in items
    assert "deaths" not in dict(items)


def test_periods_of_payments(tmp_path: Path) -> None:
    in_force = {
        "forestry": [delivery(tmp_path, "forestry", 1, "id_number | amount | year | slot\na | 1 | 2023 | 2023")],
        "student_living": [
            delivery(
                tmp_path,
                "student_living",
                2,
                "id_number | amount | term | slot\nb|1|2023-spring|2023-spring\nc|1|2023-autumn|2023-autumn",
            )
        ],
        "elderly_allowance": [
            delivery(tmp_path, "elderly_allowance", 3, "id_number | amount | period | slot\nd|1|2024-02-01|2024-02")
        ],
        "farm_machinery": [
            delivery(tmp_path, "farm_machinery", 4, "id_number | amount | paid_on | slot\ne|1|2023-05-06|2023-05")
        ],
    }
    con = matched(in_force, {})
    assert con.execute("select id_number, item, starts_on, ends_on from payments order by all").fetchall() == [
        ("a", "forestry", date(2023, 1, 1), date(2023, 12, 31)),
        ("b", "student_living", date(2023, 2, 1), date(2023, 7, 31)),
        ("c", "student_living", date(2023, 9, 1), date(2024, 1, 31)),
        ("d", "elderly_allowance", date(2024, 2, 1), date(2024, 2, 29)),
        ("e", "farm_machinery", date(2023, 5, 6), date(2023, 5, 6)),
    ]


def test_a_period_is_payable_when_one_of_its_rows_is_above_zero(tmp_path: Path) -> None:
    text = """
id_number | amount | period     | slot
a         | 0      | 2023-07-01 | 2023-07
a         | 5      | 2023-07-01 | 2023-07
a         | -5     | 2023-08-01 | 2023-08
b         | 0      | 2023-07-01 | 2023-07
b         | 5      | 2023-12-01 | 2023-12
"""
    con = matched({"tekun": [delivery(tmp_path, "tekun", 1, text)]}, {"deceased": replace(RULES["deceased"], reads=())})
    payable = con.execute("select id_number, amount, payable from payments order by all").fetchall()
    assert payable == [
        ("a", Decimal(-5), False),
        ("a", Decimal(0), True),
        ("a", Decimal(5), True),
        ("b", Decimal(0), False),
        ("b", Decimal(5), True),
    ]
    judged = con.execute("select id_number, amount from judged_payments order by all").fetchall()
    assert judged == [("a", Decimal(0)), ("a", Decimal(5))]


@pytest.mark.parametrize(
    ("born", "paid_on", "age"),
    [
        ("20000229", "2018-02-28", 17),
        ("20000229", "2018-03-01", 18),
        ("20000229", "2020-02-28", 19),
        ("20000229", "2020-02-29", 20),
        ("19630101", "2023-01-01", 60),
        ("19630102", "2023-01-01", 59),
    ],
)
def test_completed_years(tmp_path: Path, born: str, paid_on: str, age: int) -> None:
    text = f"id_number | amount | paid_on | slot\n429999{born}0016 | 1 | {paid_on} | {paid_on[:7]}"
    con = matched({"farm_machinery": [delivery(tmp_path, "farm_machinery", 1, text)]}, {})
    assert con.execute("select age_at_start, age_at_end from judged_payments").fetchone() == (age, age)


def test_households_are_judged_whole(tmp_path: Path) -> None:
    text = """
id_number | household_head_id | amount | period     | slot
a         | a                 | 0      | 2023-07-01 | 2023-07
b         | a                 | 500    | 2023-07-01 | 2023-07
b         | a                 | 100    | 2023-07-01 | 2023-07
c         | c                 | 0      | 2023-07-01 | 2023-07
"""
    con = matched({"urban_dibao": [delivery(tmp_path, "urban_dibao", 1, text)]}, {})
    assert con.execute("select id_number from dibao_members order by 1").fetchall() == [("a",), ("b",)]
    assert con.execute("select household_head_id, members, amount, standard from dibao_households").fetchall() == [
        ("a", 2, Decimal(600), Decimal(935))
    ]


def outcome(con: duckdb.DuckDBPyConnection, rule: str) -> tuple[object, ...] | None:
    sql = "select status, why, population, periods_not_judged from rule_outcomes where rule = ?"
    return con.execute(sql, [rule]).fetchone()


def test_rules_without_their_rosters_are_skipped_and_say_which(tmp_path: Path) -> None:
    con = matched({"tekun": [delivery(tmp_path, "tekun", 1, TEKUN)]})
    assert outcome(con, "deceased") == ("skipped", "missing deaths", None, None)
    assert outcome(con, "dibao_tekun") == ("skipped", "missing urban_dibao, rural_dibao", None, None)
    assert outcome(con, "left_register") == ("skipped", "missing population, deaths", None, None)
    assert outcome(con, "duplicate_payment") == ("ran", None, 2, 0)
    assert con.execute("select count(*) from rule_outcomes").fetchone() == (len(RULES),)


def test_a_disabled_rule_is_skipped(tmp_path: Path) -> None:
    rules = {"duplicate_payment": replace(RULES["duplicate_payment"], enabled=False)}
    con = matched({"tekun": [delivery(tmp_path, "tekun", 1, TEKUN)]}, rules)
    assert outcome(con, "duplicate_payment") == ("skipped", "disabled", None, None)


def test_only_the_rules_asked_for(tmp_path: Path) -> None:
    con = mounted({"tekun": [delivery(tmp_path, "tekun", 1, TEKUN)]})
    began = perf_counter()
    seconds = match(con, RULES, VIEWS, POLICY, CONTRACTS, RUN_DATE, only=["duplicate_payment"])
    assert list(seconds) == ["duplicate_payment"]
    assert 0 < seconds["duplicate_payment"] < perf_counter() - began
    assert con.execute("select rule from rule_outcomes").fetchall() == [("duplicate_payment",)]


def test_periods_for_which_an_absent_roster_was_not_delivered_are_counted(tmp_path: Path) -> None:
    living = TEKUN.replace("2023-08", "2023-09")
    dibao = "id_number | household_head_id | amount | period | slot\nzhao | zhao | 1 | 2023-07-01 | 2023-07"
    rule = replace(RULES["duplicate_payment"], items=("disability_living",), absence=("urban_dibao", "tekun"))
    in_force = {
        "disability_living": [delivery(tmp_path, "disability_living", 1, living)],
        "urban_dibao": [delivery(tmp_path, "urban_dibao", 2, dibao)],
        "tekun": [delivery(tmp_path, "tekun", 3, TEKUN)],
    }
    con = matched(in_force, {"duplicate_payment": rule})
    found = outcome(con, "duplicate_payment")
    assert found is not None and found[3] == 1


def test_a_rule_that_counts_periods_needs_the_judged_payments_of_a_catalogue_that_has_them() -> None:
    counts = replace(RULES["duplicate_payment"], tables=("tekun",), absence=("tekun",), periods="")
    assert needed_views([replace(counts, absence=())], VIEWS) == set()
    assert needed_views([counts], VIEWS) == {"judged_payments", "payments", "partly_paid_periods"}
    assert needed_views([counts], {}) == set()


@pytest.mark.parametrize(("month", "not_judged"), [("2023-08", 0), ("2023-07", 1)])
def test_a_rule_about_the_latest_period_counts_that_one_alone(tmp_path: Path, month: str, not_judged: int) -> None:
    paid = """
name | id_number | amount | period     | slot
王芳 | wang      | 100    | 2023-07-01 | 2023-07
王芳 | wang      | 100    | 2023-08-01 | 2023-08
"""
    people = "name | id_number | household_number | status | slot\n王芳 | wang | h1 | 正常 | 2023-10-01"
    tekun = f"name | id_number | amount | period | slot\n赵六 | zhao | 900 | {month}-01 | {month}"
    in_force = {
        "elderly_allowance": [delivery(tmp_path, "elderly_allowance", 1, paid)],
        "population": [delivery(tmp_path, "population", 2, people)],
        "deaths": [delivery(tmp_path, "deaths", 3, people.replace("household_number", "x").replace("status", "y"))],
        "tekun": [delivery(tmp_path, "tekun", 4, tekun)],
    }
    con = matched(in_force, {"missing_elderly": RULES["missing_elderly"]})
    assert outcome(con, "missing_elderly") == ("ran", None, 1, not_judged)


def test_hits_carry_facts_as_json(tmp_path: Path) -> None:
    deaths = "name | id_number | died_on | source | slot\n王芳 | wang | 2023-07-31 | 公安 | 2023-10-01"
    in_force = {
        "tekun": [delivery(tmp_path, "tekun", 1, TEKUN)],
        "deaths": [delivery(tmp_path, "deaths", 2, deaths)],
    }
    con = matched(in_force, {"deceased": RULES["deceased"]})
    assert con.execute("from hits").fetchall() == [
        (
            "deceased", "tekun", "wang", None, date(2023, 8, 1), date(2023, 8, 31), Decimal(910), 1,
            REF_SPAN + 2, 2 * REF_SPAN, None, '{"died_on":"2023-07-31","source":"公安"}',
        )
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("expression", "words"),
    [("p.no_such_column", "no_such_column"), ("cast(p.name as integer)", "ConversionException")],
)
def test_a_failing_rule_is_named_without_any_value(tmp_path: Path, expression: str, words: str) -> None:
    rule = replace(
        RULES["duplicate_payment"],
        sql=f"select item, id_number, starts_on, ends_on, {expression} as amount, ref as payment, ref as register "
        "from judged_payments as p",
        columns=("item", "id_number", "starts_on", "ends_on", "amount", "payment", "register"),
    )
    with pytest.raises(RuleError) as caught:
        matched({"tekun": [delivery(tmp_path, "tekun", 1, TEKUN)]}, {"duplicate_payment": rule})
    assert caught.value.where == "rules/duplicate_payment.sql"
    assert words in caught.value.problem
    assert "王芳" not in str(caught.value)


def test_a_work_database_spills_beside_itself(tmp_path: Path) -> None:
    con = open_work(tmp_path / "match.duckdb", memory="256MB", threads=1)
    assert con.execute("select current_setting('temp_directory')").fetchone() == (f"{tmp_path}/match.duckdb.spill",)
    assert con.execute("select current_setting('threads')").fetchone() == (1,)
    con.close()
