"""What a ledger workbook says of a clue: whole names, and evidence that can be read aloud."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from concluding import conclude
from huimin.cells import TYPES
from huimin.tables.declared import CARDS
from unit.clues.test_build import ANN, BO, CAR, CAR_RULE, ROSTERS
from unit.work_database import RUN_DATE, SECRET, catalogue, contracts, rows, rule, work_database

RULES = catalogue(CAR_RULE)


def carded(rules: Any = RULES, previous: Path | None = None, ledger: Path | None = None, **tables: str) -> Any:
    con = work_database(**{**ROSTERS, **tables})
    conclude(con, rules, contracts(), SECRET, RUN_DATE, ledger, wanted=("cards",), past_cards=previous)
    return con


def one(con: Any, columns: str) -> tuple[Any, ...]:
    [found] = rows(con, f"select {columns} from cards")
    return found


def test_columns_are_the_declared_ones() -> None:
    described = [(name, kind) for name, kind, *_ in rows(carded(), "describe cards")]
    assert described == [(column.name, column.type) for column in CARDS.columns]


def test_persons_and_subjects_are_whole() -> None:
    con = carded()
    assert one(con, "name, id_number, subject, span, street") == ("王一", ANN, CAR, "2023年3月至2023年4月", "东街")
    assert one(con, "summary") == (
        "王一家庭2023年3月至2023年4月领取城市低保2个月，共1,410.50元，李二名下有李二的小轿车"
        f"（{CAR}，2020年5月6日，123,456.50元），首月2023年3月，末月2023年4月",
    )


def test_the_evidence_says_roster_period_sum_place_and_what_was_compared() -> None:
    [(evidence,)] = rows(carded(), "select evidence from cards")
    assert evidence.splitlines() == [
        "发放记录：城市低保，2023年3月至2023年4月，共3条，合计1,410.50元。",
        "（1）王一，发放月份2023年4月，发放金额510.50元，户主身份证号尾号0012；2023年3月以来共2条，合计1,010.50元，"
        "最近一条见“低保.xlsx”工作表“四月”第3行。",
        "（2）李二（身份证号尾号0025），发放月份2023年3月，发放金额400.00元，户主身份证号尾号0012；"
        "见“低保.xlsx”工作表“三月”第4行。",
        "比对记录：机动车登记，共1条。",
        f"（1）李二（身份证号尾号0025），号牌号码{CAR}，车辆类型李二的小轿车；见“车.zip/车.csv”第9行。",
    ]
    assert ANN not in evidence and BO not in evidence  # they have a column of their own


def test_another_name_under_the_number_is_said() -> None:
    march, april = (line for line in ROSTERS["urban_dibao"].splitlines() if "王一" in line)
    table = ROSTERS["urban_dibao"].replace(april, april.replace("王一", "王伊"))
    assert march in table
    con = carded(urban_dibao=table)
    evidence, name, identity = one(con, "evidence, name, identity")
    assert (name, identity) == ("王伊", "C")
    assert "（2）此处姓名为“王一”，身份证号相同，发放月份2023年3月" in evidence


def test_months_of_a_person_are_one_line_with_the_latest_row() -> None:
    months = [f"2023-{month:02d}-01" for month in range(1, 9)]
    table = "ref | name | id_number | household_head_id | amount | period | delivery | row\n" + "\n".join(
        f"{n} | 王一 | {ANN} | {ANN} | 100 | {month} | d1 | {n}" for n, month in enumerate(months, 1)
    )
    hits = "rule | item | id_number | starts_on | ends_on | amount | payment\n" + "\n".join(
        f"car | urban_dibao | {ANN} | {month} | {month[:8]}28 | 100 | {n}" for n, month in enumerate(months, 1)
    )
    [(evidence,)] = rows(carded(urban_dibao=table, hits=hits), "select evidence from cards")
    head, line = evidence.splitlines()
    assert head.endswith("共8条，合计800.00元。")
    assert line.startswith("（1）发放月份2023年8月，")
    assert line.endswith("以来共8条，合计800.00元，最近一条见“低保.xlsx”第8行。")


def test_of_many_persons_the_others_are_counted() -> None:
    people = range(1, 10)
    table = "ref | name | id_number | amount | period | delivery | row\n" + "\n".join(
        f"{n} | 某{n} | 42999919500101{n:03d}X | 100 | 2023-03-01 | d1 | {n}" for n in people
    )
    hits = "rule | item | id_number | starts_on | ends_on | amount | payment\n" + "\n".join(
        f"car | urban_dibao | {ANN} | 2023-03-01 | 2023-03-31 | 100 | {n}" for n in people
    )
    [(evidence,)] = rows(carded(urban_dibao=table, hits=hits), "select evidence from cards")
    lines = evidence.splitlines()
    assert len(lines) == 8 and lines[0].endswith("共9条，合计900.00元。")
    assert lines[-1] == "其余3条从略。"


def test_a_subject_that_is_a_roster_reads_as_its_title_and_an_account_in_the_sentence_is_masked() -> None:
    told = replace(CAR_RULE, subject=TYPES["account"], summary="{name}的账户{subject}")
    hits = "rule | item | id_number | subject | starts_on | ends_on | amount | payment\n"
    hits += f"car | urban_dibao | {ANN} | 6217000000001234 | 2023-03-01 | 2023-03-31 | 500 | 1"
    con = carded(catalogue(told), hits=hits)
    assert one(con, "subject, summary") == ("6217000000001234", "王一的账户****1234")
    con = carded(catalogue(replace(CAR_RULE, subject=TYPES["text"])), hits=hits.replace("6217000000001234", "tekun"))
    assert one(con, "subject") == ("特困人员救助供养",)


def test_a_clue_that_is_not_found_keeps_its_card_and_one_without_a_card_what_the_ledger_knows(tmp_path: Path) -> None:
    con = carded()
    cards, ledger = tmp_path / "cards.parquet", tmp_path / "ledger.parquet"
    con.execute(f"copy cards to '{cards}'")
    con.execute(f"copy ledger to '{ledger}'")
    nothing = "rule | item | id_number | starts_on | ends_on | amount | payment"
    again = carded(previous=cards, ledger=ledger, hits=nothing)
    assert rows(again, "select * exclude (told_on) from cards") == rows(con, "select * exclude (told_on) from cards")
    assert one(again, "told_on") == (RUN_DATE,)
    bare = carded(previous=tmp_path / "none.parquet", ledger=ledger, hits=nothing)
    assert one(bare, "name, evidence, rule_title, item_title, street") == (
        None,
        None,
        "低保家庭有机动车",
        "城市低保",
        "东街",
    )


def test_a_clue_without_a_person_has_its_unit() -> None:
    idle = rule("idle", title="资金闲置", part="funds", amount="clue", summary="{name}{amount}元")
    funds = """
ref | project | invested | used | year | street | delivery | row
1   | 水渠    | 5000     | 10   | 2022 | 东街   | d9       | 7
"""
    hits = """
rule | item          | subject           | starts_on  | ends_on    | amount | register | name
idle | poverty_funds | 2022/东街//水渠   | 2022-01-01 | 2022-12-31 | 4990   | 1        | 水渠
"""
    deliveries = "delivery | roster | file\nd9 | poverty_funds | 资金.csv"
    con = work_database(poverty_funds=funds, hits=hits, told_deliveries=deliveries)
    conclude(con, catalogue(idle), contracts(), SECRET, RUN_DATE, wanted=("cards",), past_cards=None)
    assert one(con, "name, id_number, span, summary") == ("水渠", None, "2022年", "水渠4,990.00元")
    [(evidence,)] = rows(con, "select evidence from cards")
    assert evidence.splitlines()[0] == "比对记录：扶贫资金投入使用，共1条。"
