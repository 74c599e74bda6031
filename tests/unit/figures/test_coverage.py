"""Who is on benefit where, and what was found among them."""

from datetime import date
from pathlib import Path

import duckdb
import pytest

from huimin.clues.masks import lay_masks
from huimin.clues.texts import lay_text_masks, lay_texts_carried
from huimin.district.identities import id_number
from huimin.figures.coverage import lay_beneficiaries, lay_coverage
from huimin.ledger.fold import lay_previous, lay_standing
from huimin.matching.mount import benefits_of
from huimin.store.kept import ALL_PARTS, KeptParts, settle
from huimin.tables.declared import COVERAGE
from unit.work_database import RUN_DATE, SECRET, contracts, fill, rows, shuffled, work_database

ANN, BO, CID, DAN, EVA = (id_number(date(1950, 1, 1), n) for n in range(1, 6))
DIBAO = f"""
ref | name | id_number | household_head_id | street | amount | period     | delivery
1   | 王一 | {ANN}     | {ANN}             | 东街   | 500    | 2023-07-01 | d1
2   | 李二 | {BO}      | {ANN}             | 东街   | 400    | 2023-08-01 | d1
3   | 王一 | {ANN}     | {ANN}             | 东街   | 500    | 2023-08-01 | d1
4   | 王一 | {ANN}     | {ANN}             | 东街   | 0      | 2023-08-01 | d1
5   | 陈三 | {CID}     | {CID}             |        | 500    | 2023-08-01 | d1
6   | 周四 | {DAN}     | {DAN}             | 西街   | 500    | 2023-07-01 | d2
7   | 周四 | {DAN}     | {DAN}             | 西街   | 500    | 2023-10-01 | d2
"""
CARS = f"""
ref | name | id_number | street | amount | applied_on | delivery
11  | 王一 | {ANN}     | 东街   | 8000   | 2023-08-03 | d3
12  | 周四 | {DAN}     | 西街   | 8000   | 2023-08-20 | d3
13  | 吴五 | {EVA}     | 西街   | 8000   | 2023-07-31 | d3
"""
PEOPLE = f"""
ref | name | id_number | household_number | street | status | delivery
21  | 陈三 | {CID}     | H2               | 老街   | 迁出   | d4
22  | 陈三 | {CID}     | H9               | 南街   | 正常   | d4
23  | 陈三 | {CID}     | H8               | 北街   | 正常   | d4
24  | 王一 | {ANN}     | H1               | 别街   | 正常   | d4
25  | 李二 | {BO}      | H7               | 别街   | 正常   | d4
26  | 周四 | {DAN}     | H1               | 西街   | 正常   | d4
"""
LEDGER = """
clue_id | item        | street | state    | outcome
a1      | urban_dibao | 东街   | 待核查   |
a2      | urban_dibao | 东街   | 已销号   | 查否
a3      | urban_dibao | 东街   | 待定     | 待定
a4      | urban_dibao | 东街   | 豁免     |
a5      | urban_dibao | 东街   | 自然消除 |
a6      | tekun       |        | 待核查   |
"""


def world(ledger: str = LEDGER) -> duckdb.DuckDBPyConnection:
    con = work_database(urban_dibao=DIBAO, vehicle_trade_in=CARS, population=PEOPLE)
    lay_masks(con, SECRET)
    lay_texts_carried(con, contracts(), least=1)
    con.execute("create table masked_texts (text varchar, shown varchar)")
    lay_text_masks(con)
    fill(con, "told_deliveries", "delivery | unit\nd1 |\nd2 | 西街\nd3 |\nd4 |")
    lay_previous(con, None)
    lay_standing(con)
    fill(con, "ledger", ledger)
    return con


def covered(con: duckdb.DuckDBPyConnection, run_date: date = RUN_DATE) -> None:
    lay_coverage(con, contracts(), run_date, ALL_PARTS, {})


def test_by_street_and_item() -> None:
    con = world()
    covered(con)
    assert [(name, kind) for name, kind, *_ in rows(con, "describe coverage")] == [
        (column.name, column.type) for column in COVERAGE.columns
    ]
    assert rows(con, "from coverage order by street nulls last, item") == [
        ("东街", "urban_dibao", 2, 1, 900, 3, 1),
        ("东街", "vehicle_trade_in", 1, 1, 8000, 0, 0),
        ("北街", "urban_dibao", 1, 1, 500, 0, 0),
        ("西街", "urban_dibao", 1, 1, 500, 0, 0),
        ("西街", "vehicle_trade_in", 1, 1, 8000, 0, 0),
        (None, "tekun", 0, 0, 0, 1, 0),
    ]


def test_one_row_a_person_item_and_street_with_the_register_household_of_the_head() -> None:
    con = world()
    lay_beneficiaries(con, benefits_of(contracts()), RUN_DATE)
    assert rows(con, "select item, name, street, head, household from beneficiaries order by item, name") == [
        ("urban_dibao", "周四", "西街", DAN, "H1"),
        ("urban_dibao", "李二", "东街", ANN, "H1"),
        ("urban_dibao", "王一", "东街", ANN, "H1"),
        ("urban_dibao", "陈三", "北街", CID, "H8"),
        ("vehicle_trade_in", "周四", "西街", DAN, "H1"),
        ("vehicle_trade_in", "王一", "东街", ANN, "H1"),
    ]


def test_what_is_only_counted_counts_as_the_whole_rows_do() -> None:
    con = world()
    counts = """select item, street, count(distinct person), count(distinct household), sum(paid) from beneficiaries
        group by all order by all"""
    told = []
    for counted in (False, True):
        lay_beneficiaries(con, benefits_of(contracts()), RUN_DATE, counted=counted)
        told.append(rows(con, counts))
    assert told[0] == told[1] != []
    assert [name for name, *_ in rows(con, "describe beneficiaries")] == [
        "item",
        "street",
        "household",
        "paid",
        "person",
    ]


@pytest.mark.parametrize(("number", "households"), [(BO, 1), (BO[:17], 2)])
def test_a_household_that_the_register_calls_by_an_id_number_is_one_with_its_head(number: str, households: int) -> None:
    rows_of_two = f"""{DIBAO.splitlines()[1]}
1   | 王一 | {ANN}     | {ANN}             | 东街   | 500    | 2023-08-01 | d1
2   | 李二 | {BO}      | {BO}              | 东街   | 400    | 2023-08-01 | d1
"""
    people = f"{PEOPLE.splitlines()[1]}\n21 | 王一 | {ANN} | {number} | 东街 | 正常 | d4\n"
    con = work_database(urban_dibao=rows_of_two, population=people)
    fill(con, "told_deliveries", "delivery | unit\nd1 |\nd4 |")
    for counted in (False, True):
        lay_beneficiaries(con, benefits_of(contracts()), RUN_DATE, counted=counted)
        assert rows(con, "select count(distinct household)::int from beneficiaries") == [(households,)]


def test_periods_after_the_run_date_are_not_the_latest() -> None:
    con = world()
    covered(con, date(2023, 7, 31))
    assert rows(con, "select street, beneficiaries from coverage where item = 'urban_dibao' order by 1") == [
        ("东街", 1),
        ("西街", 1),
    ]
    assert rows(con, "select street, beneficiaries from coverage where item = 'vehicle_trade_in'") == [("西街", 1)]


def test_the_people_of_an_item_are_counted_again_when_something_of_them_is_other(tmp_path: Path) -> None:
    con = world()
    digests = {f"{kind} {name}": "as it was" for kind in ("roster", "cut") for name in contracts()}

    def night(**changed: str) -> dict[str, int]:
        told = {**digests, **{name.replace("__", " "): value for name, value in changed.items()}}
        lay_coverage(con, contracts(), RUN_DATE, KeptParts(tmp_path / "cache", tmp_path / "leaves"), told)
        settle(tmp_path / "leaves", tmp_path / "cache")
        found = rows(con, "select item, sum(beneficiaries)::int from coverage where beneficiaries > 0 group by item")
        return dict(found)

    first = night()
    assert first == {"urban_dibao": 4, "vehicle_trade_in": 2}
    con.execute("delete from urban_dibao; delete from vehicle_trade_in")
    assert night() == first
    assert night(roster__tekun="other") == first
    assert night(roster__urban_dibao="other") == {"vehicle_trade_in": 2}
    assert night(cut__vehicle_trade_in="other") == {}


@pytest.mark.parametrize("harm", ["population", "street"])
def test_nobody_is_counted_as_before_when_the_register_or_what_is_shown_is_other(tmp_path: Path, harm: str) -> None:
    con = world()
    kept = KeptParts(tmp_path / "cache", tmp_path / "leaves")
    digests = {"roster population": "as it was"}
    lay_coverage(con, contracts(), RUN_DATE, kept, digests)
    settle(tmp_path / "leaves", tmp_path / "cache")
    con.execute("delete from urban_dibao; delete from vehicle_trade_in")
    if harm == "street":
        con.execute("insert into masked_texts values ('东街', '某街')")
    else:
        digests = {"roster population": "other"}
    lay_coverage(con, contracts(), RUN_DATE, kept, digests)
    assert rows(con, "select sum(beneficiaries)::int from coverage") == [(0,)]


def test_the_order_of_rows_does_not_matter() -> None:
    con = world()
    covered(con)
    once = rows(con, "from coverage order by all")
    shuffled(con, ("urban_dibao", "vehicle_trade_in", "population", "told_deliveries", "ledger"), 7)
    covered(con)
    assert rows(con, "from coverage order by all") == once


def test_a_street_that_holds_an_id_number_is_masked_as_in_clues() -> None:
    con = world()
    con.execute(f"update urban_dibao set street = '东街王一家{ANN}' where ref = 3")
    lay_texts_carried(con, contracts(), least=1)
    covered(con)
    assert rows(con, "select street from coverage where street like '%家%'") == [("东街王一家429999************",)]


def test_without_any_roster_there_is_only_what_the_ledger_knows() -> None:
    con = work_database()
    lay_masks(con, SECRET)
    lay_texts_carried(con, contracts(), least=1)
    con.execute("create table masked_texts (text varchar, shown varchar)")
    lay_text_masks(con)
    lay_previous(con, None)
    lay_standing(con)
    covered(con)
    assert rows(con, "from coverage") == []
