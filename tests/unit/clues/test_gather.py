"""Hits become one clue a (rule, item, id_number, subject), whole and in a fixed order."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from huimin.clues.gather import gather
from huimin.matching.rule import Rule
from unit.work_database import catalogue, rows, rule, shuffled, work_database

ANN = "429999195001010012"
BO = "429999196002020025"

DIBAO = f"""
ref | name | id_number | household_head_id | street | amount | period     | delivery | row
1   | 王一 | {ANN}     | {ANN}             | 东街   | 500    | 2023-03-01 | d1       | 2
2   | 王一 | {ANN}     | {ANN}             | 东街   | 510    | 2023-04-01 | d1       | 3
3   | 李二 | {BO}      | {ANN}             | 东街   | 400    | 2023-04-01 | d1       | 4
"""
TEKUN = f"""
ref | name | id_number | amount | period     | delivery | row
11  | 王一 | {ANN}     | 900    | 2023-03-01 | d2       | 2
12  | 王一 | {ANN}     | 900    | 2023-04-01 | d2       | 3
"""
HITS = f"""
rule   | item        | id_number          | subject | starts_on  | ends_on    | amount | payment | register | facts
tekuns | urban_dibao | {ANN} | tekun   | 2023-03-01 | 2023-03-31 | 500    | 1   | 11   | {{"paid":900.0}}
tekuns | urban_dibao | {ANN} | tekun   | 2023-04-01 | 2023-04-30 | 510    | 2   | 12   | {{"paid":901.0,"on":null}}
tekuns | urban_dibao | {ANN} | tekun   | 2023-04-01 | 2023-04-30 | 510    | 2   | 11   | {{"paid":900.0,"on":"2023-1"}}
tekuns | urban_dibao | {ANN} | tekun   | 2023-04-01 | 2023-04-30 |    | 3   |      |
"""


def gathered(hits: str, rules: dict[str, Rule] | None = None, **tables: str) -> Any:
    con = work_database(hits=hits, **{"urban_dibao": DIBAO, "tekun": TEKUN, **tables})
    gather(con, rules or catalogue(rule("tekuns")))
    return con


def test_one_clue_counts_each_period_payment_and_row_once() -> None:
    con = gathered(HITS)
    clue = rows(
        con,
        "select columns(c -> c in ('rule', 'item', 'id_number', 'subject', 'periods', 'tier')) from clue_hits",
    )
    assert clue == [("tekuns", "urban_dibao", ANN, "tekun", 2, 1)]
    assert rows(con, "select first_period, last_period from clue_hits") == [(date(2023, 3, 1), date(2023, 4, 1))]
    assert rows(con, "select amount_at_risk, identity, name from clue_hits") == [(Decimal("1010.00"), "A", "王一")]
    assert rows(con, "select role, ref, roster, starts_on::varchar from clue_rows order by ref") == [
        ("payment", 1, "urban_dibao", "2023-03-01"),
        ("payment", 2, "urban_dibao", "2023-04-01"),
        ("payment", 3, "urban_dibao", "2023-04-01"),
        ("register", 11, "tekun", "2023-04-01"),
        ("register", 12, "tekun", "2023-04-01"),
    ]


def test_facts_are_those_of_the_latest_period_without_nulls() -> None:
    assert rows(gathered(HITS), "select facts from clue_hits") == [('{"paid":["900.0","901.0"],"on":["2023-1"]}',)]


@pytest.mark.parametrize(("mode", "amount"), [("payment", "300"), ("period", "200"), ("clue", "100")])
def test_amount_by_the_mode_of_the_rule(mode: str, amount: str) -> None:
    hits = f"""
    rule | item        | id_number | starts_on  | ends_on    | amount | payment | register
    r    | urban_dibao | {ANN}     | 2023-03-01 | 2023-03-31 | 100    | 1       | 11
    r    | urban_dibao | {ANN}     | 2023-03-01 | 2023-03-31 | 100    | 1       | 12
    r    | urban_dibao | {ANN}     | 2023-04-01 | 2023-04-30 | 100    | 2       |
    r    | urban_dibao | {ANN}     | 2023-04-01 | 2023-04-30 | 100    | 3       |
    """
    con = gathered(hits, catalogue(rule("r", amount=mode)))
    assert rows(con, "select amount_at_risk from clue_hits") == [(Decimal(amount),)]


@pytest.mark.parametrize(
    ("tiers", "expected"), [(("2", "1"), 1), (("0", "3"), 3), (("0", "0"), 0), (("", "2"), 2), (("", ""), 3)]
)
def test_the_most_severe_tier_but_0(tiers: tuple[str, str], expected: int) -> None:
    hits = f"""
    rule | item        | id_number | starts_on  | ends_on    | tier       | payment
    r    | urban_dibao | {ANN}     | 2023-03-01 | 2023-03-31 | {tiers[0]} | 1
    r    | urban_dibao | {ANN}     | 2023-04-01 | 2023-04-30 | {tiers[1]} | 2
    """
    assert rows(gathered(hits, catalogue(rule("r", tier=3))), "select tier from clue_hits") == [(expected,)]


def test_identity_is_c_when_any_matched_person_carries_two_names() -> None:
    hits = f"""
    rule | item        | id_number | starts_on  | ends_on    | payment | register
    r    | urban_dibao | {ANN}     | 2023-04-01 | 2023-04-30 | 2       |
    r    | urban_dibao | {ANN}     | 2023-04-01 | 2023-04-30 | 3       | 21
    """
    vehicles = f"ref | name | id_number\n21 | 李贰 | {BO}"
    same = vehicles.replace("李贰", "李二")
    assert rows(gathered(hits, catalogue(rule("r")), vehicles=vehicles), "select identity from clue_hits") == [("C",)]
    assert rows(gathered(hits, catalogue(rule("r")), vehicles=same), "select identity from clue_hits") == [("A",)]


def test_a_fund_clue_has_the_rule_s_name_and_no_identity() -> None:
    hits = """
    rule      | item          | subject      | starts_on  | ends_on    | amount | register | name
    fund_idle | poverty_funds | 2022/东街//路 | 2022-01-01 | 2022-12-31 | 700    | 31       | 路
    """
    funds = "ref | project | invested | year\n31 | 路 | 900 | 2022"
    con = gathered(hits, catalogue(rule("fund_idle", amount="clue")), poverty_funds=funds)
    assert rows(con, "select id_number, identity, name, amount_at_risk from clue_hits") == [
        (None, None, "路", Decimal(700))
    ]


def test_names_payment_then_register_then_population_then_none() -> None:
    hits = f"""
    rule | item        | id_number          | starts_on  | ends_on    | payment | register
    r    | urban_dibao | {ANN}              | 2023-03-01 | 2023-03-31 | 1       |
    r    | urban_dibao | {ANN}              | 2023-04-01 | 2023-04-30 | 4       | 21
    r    | tekun       | {ANN}              | 2023-04-01 | 2023-04-30 | 3       | 21
    r    | urban_dibao | {BO}               | 2023-04-01 | 2023-04-30 | 2       |
    r    | urban_dibao | 429999197003030037 | 2023-04-01 | 2023-04-30 | 2       |
    """
    con = gathered(
        hits,
        catalogue(rule("r")),
        urban_dibao=DIBAO + f"4 | 王依 | {ANN} | {ANN} | 东街 | 510 | 2023-04-01 | d1 | 9\n",
        vehicles=f"ref | name | id_number\n21 | 王壹 | {ANN}",
        population=f"ref | name | id_number | status\n41 | 李老 | {BO} | 迁出\n42 | 李新 | {BO} | 正常",
    )
    assert rows(con, "select item, id_number, name from clue_hits") == [
        ("urban_dibao", ANN, "王依"),
        ("urban_dibao", BO, "李新"),
        ("urban_dibao", "429999197003030037", None),
        ("tekun", ANN, "王壹"),
    ]


def test_order_is_catalogue_then_id_then_subject_and_does_not_depend_on_row_order() -> None:
    hits = f"""
    rule | item        | id_number | subject | starts_on  | ends_on    | amount | payment
    b    | 水补        | {ANN}     |         | 2023-03-01 | 2023-03-31 | 1      | 1
    b    | tekun       | {ANN}     |         | 2023-03-01 | 2023-03-31 | 1      | 1
    b    | urban_dibao | {BO}      |         | 2023-03-01 | 2023-03-31 | 1      | 1
    b    | urban_dibao | {ANN}     |         | 2023-03-01 | 2023-03-31 | 1      | 1
    b    | urban_dibao | {ANN}     | x       | 2023-03-01 | 2023-03-31 | 1      | 1
    a    | urban_dibao | {BO}      |         | 2023-03-01 | 2023-03-31 | 1      | 1
    off  | urban_dibao | {BO}      |         | 2023-03-01 | 2023-03-31 | 1      | 1
    """
    con = gathered(hits, catalogue(rule("b"), rule("a")))
    expected = [
        (1, "b", "urban_dibao", ANN, "x"),
        (2, "b", "urban_dibao", ANN, None),
        (3, "b", "urban_dibao", BO, None),
        (4, "b", "tekun", ANN, None),
        (5, "b", "水补", ANN, None),
        (6, "a", "urban_dibao", BO, None),
    ]
    everything = rows(con, "from clue_hits") + sorted(rows(con, "from clue_rows"), key=str)
    assert rows(con, "select clue, rule, item, id_number, subject from clue_hits") == expected
    shuffled(con, ("hits", "urban_dibao", "tekun", "items"), seed=7)
    gather(con, catalogue(rule("b"), rule("a")))
    assert rows(con, "from clue_hits") + sorted(rows(con, "from clue_rows"), key=str) == everything


def test_no_hits_give_empty_tables() -> None:
    con = gathered("rule | item")
    assert rows(con, "from clue_hits") == []
    assert sorted(rows(con, "from clue_rows"), key=str) == []
    assert gather(con, {}) is None
