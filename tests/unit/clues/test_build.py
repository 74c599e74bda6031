"""Gathered clues become the published tables: masked, dated, placed, ranked; the key stays on the restricted side."""

# ruff: noqa: E501  (drawn tables are as wide as they are)

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from concluding import conclude
from huimin.identity import keyed_hash
from huimin.ledger.fold import lay_previous
from huimin.matching.rule import Rule
from huimin.tables.declared import CLUES, EVIDENCE, IDENTITIES, PublishedTable, ordered_select
from unit.work_database import RUN_DATE, SECRET, catalogue, contracts, rows, rule, shuffled, work_database

ANN = "429999195001010012"
BO = "429999196002020025"
CAR = "鄂A12345"

ROSTERS = {
    "urban_dibao": f"""
ref | name | id_number | household_head_id | street | community | amount | period     | delivery | sheet | row
1   | 王一 | {ANN}     | {ANN}             | 东街   | 一社区    | 500    | 2023-03-01 | d1       | 三月  | 2
2   | 王一 | {ANN}     | {ANN}             |        |           | 510.5  | 2023-04-01 | d1       | 四月  | 3
3   | 李二 | {BO}      | {ANN}             | 西街   | 二社区    | 400    | 2023-03-01 | d1       | 三月  | 4
""",
    "vehicles": f"ref | name | id_number | plate | vehicle_type | delivery | row\n21 | 李二 | {BO} | {CAR} | 李二的小轿车 | d2 | 9",
    "population": f"""
ref | name | id_number | household_number | status | street | community | relation | delivery | row
31  | 王一 | {ANN}     | h2               | 正常   | 南街   |           | 户主     | d3       | 2
32  | 王一 | {ANN}     | h1               | 正常   | 北街   |           | 户主     | d3       | 3
33  | 李二 | {BO}      | h1               | 迁出   | 老街   |           | 配偶     | d3       | 4
""",
    "told_deliveries": "delivery | roster | file\nd1 | urban_dibao | 低保.xlsx\nd2 | vehicles | 车.zip/车.csv\nd3 | population | 户籍.csv",
    "hits": f"""
rule | item        | id_number | subject | starts_on  | ends_on    | amount | payment | register | facts
car  | urban_dibao | {ANN}     | {CAR}   | 2023-03-01 | 2023-03-31 | 500    | 1       | 21       | {{"owner_name":"王一","kind":"旧","bought_on":null,"price":null}}
car  | urban_dibao | {ANN}     | {CAR}   | 2023-03-01 | 2023-03-31 | 400    | 3       | 21       | {{"owner_name":"王一","kind":"旧","bought_on":null,"price":null}}
car  | urban_dibao | {ANN}     | {CAR}   | 2023-04-01 | 2023-04-30 | 510.5  | 2       | 21       | {{"owner_name":"李二","kind":"李二的小轿车","bought_on":"2020-05-06","price":123456.5}}
""",
}  # fmt: skip
CAR_RULE = rule(
    "car",
    title="低保家庭有机动车",
    tier=2,
    subject="plate",
    summary="{name}家庭{span}领取{item_title}{periods}个月，共{amount}元，{owner_name}名下有{kind}（{subject}，{bought_on}，{price}元），首月{first}，末月{last}",
)


def built(*rules: Rule, outcomes: dict[tuple[str, int], tuple[int, int]] | None = None, **tables: str) -> Any:
    con = work_database(**{**ROSTERS, **tables})
    chosen = catalogue(*(rules or (CAR_RULE,)))
    lay_previous(con)
    for (name, tier), (confirmed, verified) in (outcomes or {}).items():
        found = ["查实"] * confirmed + ["查否"] * (verified - confirmed)
        con.execute(
            "insert into previous_ledger (rule, tier, outcome) select $rule, $tier, unnest($found)",
            {"rule": name, "tier": tier, "found": found},
        )
    conclude(con, chosen, contracts(), SECRET, RUN_DATE, standing=("previous_ledger",))
    return con


def one(con: Any, columns: str) -> tuple[Any, ...]:
    found = rows(con, f"select {columns} from clues")
    assert len(found) == 1
    return found[0]


@pytest.mark.parametrize(("table"), [CLUES, EVIDENCE, IDENTITIES], ids=lambda table: table.name)
def test_columns_and_types_are_the_published_ones(table: PublishedTable) -> None:
    described = {name: kind for name, kind, *_ in rows(built(), f"describe {table.name}")}
    assert described == {column.name: column.type for column in table.columns}
    assert list(described) == [column.name for column in table.columns]


def test_a_clue_masked_placed_and_ranked() -> None:
    con = built()
    assert one(con, "rule, rule_title, tier, item, item_title, department") == (
        "car", "低保家庭有机动车", 2, "urban_dibao", "城市低保", "区民政局",
    )  # fmt: skip
    assert one(con, "id_number_masked, name_masked, age, sex, subject") == (
        "429999************",
        "王*",
        73,
        "男",
        "鄂A****5",
    )
    assert one(con, "first_period, last_period, periods, amount_at_risk, identity") == (
        date(2023, 3, 1), date(2023, 4, 1), 2, Decimal("1410.50"), "A",
    )  # fmt: skip
    assert one(con, "street, community") == ("东街", "一社区")
    assert one(con, "state, first_seen, last_seen") == ("待核查", RUN_DATE, RUN_DATE)
    assert one(con, "hit_rate, priority") == (0.4, pytest.approx(0.4 * 1410.5))


def test_keys_are_keyed_hashes() -> None:
    assert one(built(), "clue_id, person_key, subject_key, household_key") == (
        keyed_hash(SECRET, "clue", "\x1f".join(("car", "urban_dibao", ANN, CAR))),
        keyed_hash(SECRET, "person", ANN),
        keyed_hash(SECRET, "plate", CAR),
        keyed_hash(SECRET, "household", "h1"),
    )


def test_the_sentence() -> None:
    assert one(built(), "summary") == (
        "王*家庭2023年3月至2023年4月领取城市低保2个月，共1,410.50元，李*名下有（略）"
        "（鄂A****5，2020年5月，123,456.50元），首月2023年3月，末月2023年4月",
    )


def test_facts_without_a_value_read_unknown() -> None:
    hits = f'rule | item | id_number | starts_on | ends_on | payment | facts\ncar | urban_dibao | {ANN} | 2023-03-01 | 2023-03-31 | 1 | {{"kind":null}}'
    con = built(rule("car", summary="{span}：{kind}、{subject}'"), hits=hits)
    assert one(con, "summary, subject, subject_key") == ("2023年3月：不详、不详'", None, None)


def test_evidence_is_masked_and_names_its_row() -> None:
    con = built()
    found = rows(con, "select roster, delivery, file, sheet, row, role, facts from evidence order by role, row")
    assert [row[:6] for row in found] == [
        ("urban_dibao", "d1", "低保.xlsx", "三月", 2, "payment"),
        ("urban_dibao", "d1", "低保.xlsx", "四月", 3, "payment"),
        ("urban_dibao", "d1", "低保.xlsx", "三月", 4, "payment"),
        ("vehicles", "d2", "车.zip/车.csv", None, 9, "register"),
    ]
    facts = json.loads(found[0][6])
    assert list(facts) == list(contracts()["urban_dibao"].evidence)
    assert facts["period"] == "2023-03"
    assert facts["amount"] == "500.00"
    assert facts["household_head_id"] == "429999************"
    assert facts["paid_on"] is None
    assert json.loads(found[3][6])["plate"] == "鄂A****5"
    assert "vehicle_type" not in json.loads(found[3][6])


def test_identities_hold_what_the_published_keys_stand_for() -> None:
    assert set(rows(built(), "from identities")) == {
        ("person", keyed_hash(SECRET, "person", ANN), ANN, "王一"),
        ("plate", keyed_hash(SECRET, "plate", CAR), CAR, None),
    }


def test_an_id_number_as_subject_is_a_person() -> None:
    hits = f"rule | item | id_number | subject | starts_on | ends_on | payment | register\nkin | urban_dibao | {ANN} | {BO} | 2023-03-01 | 2023-03-31 | 1 | 33"
    con = built(rule("kin", subject="id_number"), hits=hits)
    assert one(con, "subject, subject_key") == ("429999************", keyed_hash(SECRET, "person", BO))
    assert set(rows(con, "select value, name from identities")) == {(ANN, "王一"), (BO, "李二")}


def test_nothing_published_holds_an_id_number_a_name_or_a_plate() -> None:
    con = built()
    text = json.dumps(rows(con, "from clues") + rows(con, "from evidence"), default=str, ensure_ascii=False)
    for secret in (ANN, BO, "王一", "李二", CAR):
        assert secret not in text


def test_without_payment_street_the_normal_population_row_counts() -> None:
    hits = f"rule | item | id_number | starts_on | ends_on | payment\ncar | urban_dibao | {ANN} | 2023-04-01 | 2023-04-30 | 2\ncar | urban_dibao | {BO} | 2023-04-01 | 2023-04-30 | 2"
    con = built(hits=hits)
    assert rows(con, "select street, household_key from clues") == [
        ("北街", keyed_hash(SECRET, "household", "h1")),  # of two rows of status 正常 the smaller, not the first
        ("老街", keyed_hash(SECRET, "household", BO)),
    ]


def test_the_community_comes_from_an_earlier_row_of_the_street_but_never_of_another() -> None:
    rows_drawn = f"""
ref | name | id_number | household_head_id | street | community | amount | period     | delivery | row
1   | 王一 | {ANN}     | {ANN}             | 东街   | 一社区    | 500    | 2023-03-01 | d1       | 2
2   | 王一 | {ANN}     | {ANN}             | 新街   | 二社区    | 500    | 2023-04-01 | d1       | 3
3   | 王一 | {ANN}     | {ANN}             | 新街   |           | 500    | 2023-05-01 | d1       | 4
"""
    hits = f"""
rule | item        | id_number | starts_on  | ends_on    | payment
car  | urban_dibao | {ANN}     | 2023-03-01 | 2023-03-31 | 1
car  | urban_dibao | {ANN}     | 2023-04-01 | 2023-04-30 | 2
car  | urban_dibao | {ANN}     | 2023-05-01 | 2023-05-31 | 3
"""
    assert one(built(urban_dibao=rows_drawn, hits=hits), "street, community") == ("新街", "二社区")
    elsewhere = rows_drawn.replace("新街   | 二社区", "东街   | 一社区")
    assert one(built(urban_dibao=elsewhere, hits=hits), "street, community") == ("新街", None)


def test_the_latest_street_wins_and_the_own_person_s_before_the_household_s() -> None:
    rows_drawn = f"""
ref | name | id_number | household_head_id | street | amount | period     | delivery | row
1   | 王一 | {ANN}     | {ANN}             | 东街   | 500    | 2023-03-01 | d1       | 2
2   | 李二 | {BO}      | {ANN}             | 西街   | 500    | 2023-04-01 | d1       | 3
3   | 王一 | {ANN}     | {ANN}             | 新街   | 500    | 2023-04-01 | d1       | 4
"""
    hits = f"""
rule | item        | id_number | starts_on  | ends_on    | payment
car  | urban_dibao | {ANN}     | 2023-03-01 | 2023-03-31 | 1
car  | urban_dibao | {ANN}     | 2023-04-01 | 2023-04-30 | 2
car  | urban_dibao | {ANN}     | 2023-04-01 | 2023-04-30 | 3
"""
    assert one(built(urban_dibao=rows_drawn, hits=hits), "street") == ("新街",)


@pytest.mark.parametrize(
    ("tier", "outcome", "rate"),
    [
        (1, (0, 0), 0.8),
        (2, (0, 0), 0.4),
        (3, (0, 0), 0.2),
        (0, (0, 0), 0.1),
        (1, (3, 20), 11 / 30),
        (0, (5, 5), 6 / 15),
    ],
)
def test_hit_rate_is_the_verified_outcomes_with_a_prior_by_tier(
    tier: int, outcome: tuple[int, int], rate: float
) -> None:
    hits = f"rule | item | id_number | starts_on | ends_on | amount | payment\ncar | urban_dibao | {ANN} | 2023-04-01 | 2023-04-30 | 0 | 2"
    con = built(rule("car", tier=tier), outcomes={("car", tier): outcome, ("car", (tier + 1) % 4): (9, 9)}, hits=hits)
    assert one(con, "hit_rate, priority") == (pytest.approx(rate), pytest.approx(rate))


def test_two_names_lower_the_priority() -> None:
    con = built(vehicles=f"ref | name | id_number | plate | delivery | row\n21 | 李贰 | {BO} | {CAR} | d2 | 9")
    assert one(con, "identity, priority") == ("C", pytest.approx(0.4 * 0.3 * 1410.5))


def test_a_fund_clue_has_no_person() -> None:
    hits = "rule | item | subject | starts_on | ends_on | amount | register | name\nidle | poverty_funds | 2022/东街//修路 | 2022-01-01 | 2022-12-31 | 700 | 41 | 修路"
    funds = "ref | project | street | invested | year | delivery | row\n41 | 修路 | 东街 | 900 | 2022 | d3 | 5"
    con = built(rule("idle", amount="clue", summary="{name}{span}闲置{amount}元"), hits=hits, poverty_funds=funds)
    assert one(con, "person_key, id_number_masked, age, sex, household_key, identity") == (None,) * 6
    assert one(con, "subject, street, name_masked, summary") == (
        "2022/东街//修路", "东街", "修*", "修路2022年闲置700.00元",
    )  # fmt: skip
    assert rows(con, "from identities") == []


def test_an_item_nobody_knows_keeps_its_text() -> None:
    hits = f"rule | item | id_number | starts_on | ends_on | payment\ncar | 水库移民补助 | {ANN} | 2023-04-01 | 2023-04-30 | 2"
    assert one(built(hits=hits), "item, item_title, department") == ("水库移民补助", "水库移民补助", None)


def test_an_age_beyond_the_column_is_left_open() -> None:
    old = "440524188001010014"
    hits = f"rule | item | id_number | starts_on | ends_on | payment\ncar | urban_dibao | {old} | 2023-04-01 | 2023-04-30 | 2"
    assert one(built(hits=hits), "age, sex") == (None, "男")


@pytest.mark.parametrize(("born", "age"), [("19500101", 73), ("19500102", 72), ("19501231", 72), ("19520229", 70)])
def test_the_age_is_that_on_new_year_s_day(born: str, age: int) -> None:
    hits = f"rule | item | id_number | starts_on | ends_on | payment\ncar | urban_dibao | 429999{born}0012 | 2023-04-01 | 2023-04-30 | 2"
    assert one(built(hits=hits), "age") == (age,)


def evidence_hash(con: Any) -> object:
    return rows(con, "select evidence_hash from clue_numbers")[0][0]


def test_the_evidence_hash_knows_the_same_facts_in_another_delivery() -> None:
    first = evidence_hash(built())
    moved = (
        ROSTERS["urban_dibao"].replace("d1       | 三月  | 2", "d9       | 低保  | 88").replace("\n1   |", "\n7   |")
    )
    again = built(urban_dibao=moved, hits=ROSTERS["hits"].replace("| 500    | 1 ", "| 500    | 7 "))
    assert evidence_hash(again) == first
    changed = built(urban_dibao=ROSTERS["urban_dibao"].replace("510.5", "511.5"))
    assert evidence_hash(changed) != first


def test_the_order_of_the_input_changes_nothing() -> None:
    hits = ROSTERS["hits"] + f"car | urban_dibao | {BO} | 鄂A99999 | 2023-03-01 | 2023-03-31 | 400 | 3 | 21 | \n"
    con = built(hits=hits)
    tables = (CLUES, EVIDENCE, IDENTITIES)
    before = [rows(con, ordered_select(table)) for table in tables]
    shuffled(con, ("hits", "urban_dibao", "vehicles", "population", "items", "told_deliveries"), seed=3)
    chosen = catalogue(CAR_RULE)
    conclude(con, chosen, contracts(), SECRET, RUN_DATE)
    assert [rows(con, ordered_select(table)) for table in tables] == before


def test_nothing_found_gives_empty_tables() -> None:
    con = built(hits="rule | item")
    assert [rows(con, f"from {table}") for table in ("clues", "evidence", "identities")] == [[], [], []]
