"""Each yuan at risk counts once, however many rules name it."""

# ruff: noqa: E501  (drawn tables are as wide as they are)

from decimal import Decimal
from typing import Any

from concluding import conclude
from huimin.figures.exposure import lay_exposure
from huimin.tables.declared import EXPOSURE
from unit.work_database import RUN_DATE, SECRET, catalogue, contracts, rows, rule, work_database

ANN = "429999195001010012"
BO = "429999196002020025"
DIBAO = f"""
ref | name | id_number | household_head_id | street | amount | period     | delivery | row
1   | 王一 | {ANN}     | {ANN}             | 东街   | 500    | 2023-03-01 | d1       | 2
2   | 王一 | {ANN}     | {ANN}             | 东街   | 500    | 2023-04-01 | d1       | 3
3   | 李二 | {BO}      | {ANN}             | 西街   | 400    | 2023-04-01 | d1       | 4
4   | 王一 | {ANN}     | {ANN}             |        | 300    | 2023-05-01 | d1       | 5
5   | 王一 | {ANN}     | {ANN}             |        | 200    | 2023-05-01 | d1       | 6
"""
LEDGER = f"""
ref | item     | name | id_number | street | amount | period     | delivery | row
51  | 城市低保 | 王一 | {ANN}     | 北街   | 600    | 2023-03-01 | d2       | 2
"""
HEAD = "rule | item | id_number | starts_on | ends_on | amount | payment | register"
RULES = catalogue(
    rule("dead"), rule("car"), rule("twice", amount="period"), rule("whole", amount="clue"), rule("idle", amount="clue")
)


def hit(name: str, person: str, month: int, amount: object, payment: object, item: str = "urban_dibao") -> str:
    last = {3: 31, 4: 30, 5: 31}[month]
    return f"{name} | {item} | {person} | 2023-0{month}-01 | 2023-0{month}-{last} | {amount} | {payment} |"


def exposed(*hits: str, state: str = "") -> Any:
    con = work_database(urban_dibao=DIBAO, payment_ledger=LEDGER, hits="\n".join((HEAD, *hits)))
    conclude(con, RULES, contracts(), SECRET, RUN_DATE, wanted=("clues", "clue_periods"))
    if state:
        con.execute(state)
    lay_exposure(con, RULES, contracts())
    return con


def money(con: Any) -> dict[tuple[str, int], Decimal]:
    return {
        (street, month): amount
        for street, month, amount in rows(con, "select street, month(month), amount from exposure")
    }


def test_by_item_street_and_month() -> None:
    con = exposed(hit("dead", ANN, 3, 500, 1), hit("dead", ANN, 4, 500, 2), hit("car", ANN, 4, 400, 3))
    assert [(name, kind) for name, kind, *_ in rows(con, "describe exposure")] == [
        (column.name, column.type) for column in EXPOSURE.columns
    ]
    assert rows(con, "select item, street, month::varchar, amount from exposure") == [
        ("urban_dibao", "东街", "2023-03-01", Decimal(500)),
        ("urban_dibao", "东街", "2023-04-01", Decimal(500)),
        ("urban_dibao", "西街", "2023-04-01", Decimal(400)),
    ]


def test_two_rules_on_one_payment_count_once() -> None:
    con = exposed(hit("dead", ANN, 3, 500, 1), hit("car", ANN, 3, 500, 1), hit("car", ANN, 4, 500, 2))
    assert money(con) == {("东街", 3): 500, ("东街", 4): 500}


def test_a_household_rule_and_a_person_rule_share_the_member_s_row() -> None:
    con = exposed(hit("car", ANN, 4, 500, 2), hit("car", ANN, 4, 400, 3), hit("dead", BO, 4, 400, 3))
    assert money(con) == {("东街", 4): 500, ("西街", 4): 400}


def test_an_excess_is_part_of_the_payment_that_another_rule_names_whole() -> None:
    alone = [hit("twice", ANN, 5, 200, 4), hit("twice", ANN, 5, 200, 5)]
    assert money(exposed(*alone)) == {(None, 5): 200}
    assert sum(money(exposed(*alone, hit("dead", ANN, 5, 300, 4), hit("dead", ANN, 5, 200, 5))).values()) == 500
    assert sum(money(exposed(*alone, hit("dead", ANN, 5, 200, 5))).values()) == 200


def test_one_clue_alone_shows_its_own_amount() -> None:
    for hits, total in (
        ([hit("whole", ANN, 3, 700, 1), hit("whole", ANN, 4, 700, 2)], 700),
        ([hit("whole", ANN, 3, 5000, 1), hit("whole", ANN, 4, 5000, 2)], 5000),
        ([hit("twice", ANN, 3, 90, 1), hit("twice", ANN, 4, 80, 2), hit("twice", ANN, 4, 80, 3)], 170),
        ([hit("twice", ANN, 3, 90, ""), hit("twice", ANN, 4, 80, "")], 170),
    ):
        con = exposed(*hits)
        assert sum(money(con).values()) == total
        assert rows(con, "select sum(amount_at_risk) from clues") == [(total,)]


def test_the_finance_ledger_s_row_of_the_same_payment_counts_once() -> None:
    con = exposed(hit("dead", ANN, 3, 500, 1), hit("car", ANN, 3, 600, 51))
    assert sum(money(con).values()) == 600
    assert rows(con, "select distinct item from exposure") == [("urban_dibao",)]


def test_exempt_clues_expose_nothing() -> None:
    con = exposed(
        hit("dead", ANN, 3, 500, 1),
        hit("car", ANN, 4, 500, 2),
        state="update clues set state = '豁免' where rule = 'dead'",
    )
    assert money(con) == {("东街", 4): 500}


def test_money_of_funds_counts_once_a_subject() -> None:
    con = work_database(
        hits="""
rule | item          | subject   | starts_on  | ends_on    | amount | register
idle | poverty_funds | 2022/修路 | 2022-01-01 | 2022-12-31 | 700    | 61
idle | poverty_funds | 2022/修路 | 2022-01-01 | 2022-12-31 | 700    | 62
idle | poverty_funds | 2022/建桥 | 2022-01-01 | 2022-12-31 | 100    | 63
""",
        poverty_funds="ref | project | street | delivery | row\n61 | 修路 | 东街 | d1 | 2\n62 | 修路 | 东街 | d1 | 3\n63 | 建桥 | 东街 | d1 | 4",
    )
    conclude(con, RULES, contracts(), SECRET, RUN_DATE, wanted=("clues", "clue_periods"))
    lay_exposure(con, RULES, contracts())
    assert rows(con, "select item, street, month::varchar, amount from exposure") == [
        ("poverty_funds", "东街", "2022-01-01", Decimal(800))
    ]


def test_nothing_at_risk_is_no_row() -> None:
    assert rows(exposed(hit("whole", ANN, 3, 0, 1)), "from exposure") == []
