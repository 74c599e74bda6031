"""What changed of a clue that was settled, column by column: whole for the door, masked where it is published."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from concluding import conclude
from huimin.contracts.contract import Contract
from huimin.ledger.reopened import Change, changes_of, told_columns, told_whole
from huimin.tables.declared import FACTS
from nights import PROJECT
from unit.work_database import SECRET, catalogue, contracts, rows, rule, work_database

ANN, BO = "429999195001010012", "429999196002020025"
DAY = date(2023, 9, 1)
RULES = catalogue(rule("dead", title="死亡后仍享受"))
DIBAO = f"""
ref | name | id_number | street | amount | period     | delivery | row
1   | 王一 | {ANN}     | 东街   | 500    | 2023-05-01 | d1       | 2
"""
HIT = "rule | item | id_number | starts_on | ends_on | amount | payment | register\n" + (
    f"dead | urban_dibao | {ANN} | 2023-05-01 | 2023-05-31 | 500 | 1 | 51"
)
DIED = "ref | name | id_number | died_on | source | delivery | row\n51"
KINDS = ("clues", "ledger", "facts", "cards", "reopened")


class Nights:
    """Nights of one clue that was found 查否 after the first."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.day = folder, DAY
        self.ledger: Path | None = None
        self.facts: Path | None = None
        self.cards: Path | None = None

    def night(self, died: str, dibao: str = DIBAO, settle: str = "") -> Any:
        con = work_database(urban_dibao=dibao, deaths=f"{DIED} | {died} | d2 | 3", hits=HIT,
                            rule_outcomes="rule | status\ndead | ran")  # fmt: skip
        conclude(con, RULES, contracts(), SECRET, self.day, self.ledger, past_facts=self.facts, past_cards=self.cards,
                 wanted=KINDS)  # fmt: skip
        if settle:
            con.execute(f"update ledger set state = '{settle}', outcome = '查否', decided_evidence = evidence_hash")
        for table in ("ledger", "facts", "cards"):
            place = self.folder / f"{table}-{self.day}.parquet"
            con.execute(f"copy {table} to '{place}'")
            setattr(self, table, place)
        self.day += timedelta(days=1)
        return con


def told(con: Any) -> tuple[object, ...]:
    """State, and what changed as it is published and as the door sees it."""
    ((state, shown),) = rows(con, "select state, what_changed from ledger")
    ((whole,),) = rows(con, "select what_changed from cards")
    return state, shown, whole


FIRST = f"王一 | {ANN} | 2023-04-16 | 公安"


def test_a_reopened_clue_says_what_changed_with_both_values(tmp_path: Path) -> None:
    nights = Nights(tmp_path)
    con = nights.night(FIRST, settle="查否")
    assert [(name, kind) for name, kind, *_ in rows(con, "describe facts")] == [
        (column.name, column.type) for column in FACTS.columns
    ]
    assert told(nights.night(FIRST)) == ("查否", None, None)
    other = FIRST.replace("2023-04-16", "2023-04-15")
    expected = ("待核查", "死亡日期有变化（2023-04）", "死亡日期 2023-04-16 → 2023-04-15")
    assert told(nights.night(other)) == expected
    assert told(nights.night(other)) == expected, "it is told until somebody looks at it"


@pytest.mark.parametrize(
    ("died", "shown", "whole"),
    [
        (f"王一 | {ANN} | 2023-03-16 | 公安", "死亡日期 2023-04 → 2023-03", "死亡日期 2023-04-16 → 2023-03-16"),
        (f"王一 | {ANN} | 2023-04-16 | 卫健", "信息来源 公安 → 卫健", "信息来源 公安 → 卫健"),
        (f"王一 | {ANN} | 2023-04-16 | ", "信息来源 公安 → 空", "信息来源 公安 → 空"),
        (f"王二 | {ANN} | 2023-04-16 | 公安", "姓名 王* → 王*（第2字不同）", "姓名 王一 → 王二"),
        (f"李一 | {ANN} | 2023-04-16 | 公安", "姓名 王* → 李*", "姓名 王一 → 李一"),
        (
            f"王一 | {ANN} | 2023-03-16 | 卫健",
            "死亡日期 2023-04 → 2023-03；信息来源 公安 → 卫健",
            "死亡日期 2023-04-16 → 2023-03-16；信息来源 公安 → 卫健",
        ),
    ],
)
def test_every_column_is_told_by_its_own_mask(died: str, shown: str, whole: str, tmp_path: Path) -> None:
    nights = Nights(tmp_path)
    nights.night(FIRST, settle="查否")
    assert told(nights.night(died)) == ("待核查", shown, whole)


def test_what_was_decided_on_counts_and_not_the_night_before(tmp_path: Path) -> None:
    """The worker saw the first night's facts; two nights later a third version opens the clue."""
    nights = Nights(tmp_path)
    con = nights.night(FIRST)
    ((seen,),) = rows(con, "select evidence_hash from ledger")
    con = nights.night(FIRST.replace("04-16", "04-10"))
    con.execute(f"update ledger set state = '查否', outcome = '查否', decided_evidence = '{seen}'")
    con.execute(f"copy ledger to '{nights.ledger}'")
    assert told(nights.night(FIRST.replace("04-16", "04-10")))[2] == "死亡日期 2023-04-16 → 2023-04-10"


def test_facts_are_kept_while_somebody_may_ask_for_them(tmp_path: Path) -> None:
    nights = Nights(tmp_path)
    nights.night(FIRST, settle="查否")
    nights.night(FIRST.replace("04-16", "04-10"))
    nights.day += timedelta(days=59)
    con = nights.night(FIRST.replace("04-16", "04-11"))
    days = "select distinct seen_on from facts order by 1"
    assert [day for (day,) in rows(con, days)] == [DAY, DAY + timedelta(days=1), nights.day - timedelta(days=1)]
    con = nights.night(FIRST.replace("04-16", "04-11"))
    assert [day for (day,) in rows(con, days)] == [DAY, nights.day - timedelta(days=1)], (
        "the undecided one is forgotten"
    )


@pytest.mark.parametrize("contract", PROJECT.contracts.values(), ids=lambda contract: contract.roster)
def test_a_change_is_told_by_person_and_evidence_each_once(contract: Contract) -> None:
    told = told_columns(contract)
    persons = {"id_number", "name"} & {column.name for column in contract.columns}
    assert set(told) == {*contract.evidence, *persons}
    assert len(told) == len(set(told))


def facts(roster: str, *drawn: str) -> list[tuple[str, dict[str, str | None]]]:
    """Rows as `title=text title=text`."""
    return [(roster, {name: text or None for name, text in (cell.split("=") for cell in row.split())}) for row in drawn]


@pytest.mark.parametrize(
    ("before", "after", "changes"),
    [
        pytest.param([], ["id_number=1 died_on=2023-01-02"], "新增死亡人员记录（死亡日期 2023-01-02）", id="came"),
        pytest.param(["id_number=1 died_on=2023-01-02"], [], "不再有死亡人员记录（死亡日期 2023-01-02）", id="gone"),
        pytest.param(
            ["id_number=1 died_on=2023-01-02 source=公安", "id_number=1 died_on=2023-01-03 source=卫健"],
            ["id_number=1 died_on=2023-01-04 source=卫健", "id_number=1 died_on=2023-01-02 source=公安"],
            "死亡日期 2023-01-03 → 2023-01-04",
            id="by the roster's key",
        ),
        pytest.param(
            ["id_number=1 died_on=2023-01-02", "id_number=2 died_on=2023-01-02"],
            ["id_number=1 died_on=2023-01-02", "id_number=3 died_on=2023-01-02"],
            "不再有死亡人员记录（死亡日期 2023-01-02）；新增死亡人员记录（死亡日期 2023-01-02）",
            id="another person is no change of the first",
        ),
        pytest.param(["id_number=1 died_on=2023-01-02"] * 2, ["id_number=1 died_on=2023-01-02"] * 2, "", id="alike"),
    ],
)
def test_rows_are_paired(before: list[str], after: list[str], changes: str) -> None:
    found = changes_of(facts("deaths", *before), facts("deaths", *after), contracts())
    assert told_whole(found, contracts()) == changes


def test_payments_that_only_came_are_told_by_periods_and_sums() -> None:
    one, other = "id_number=1 period=2023-07-01 amount=500.00", "id_number=1 period=2023-08-01 amount=500.00"
    assert changes_of(facts("urban_dibao", one), facts("urban_dibao", one, other), contracts()) == []
    dearer = one.replace("500", "1600")
    found = changes_of(facts("urban_dibao", one), facts("urban_dibao", dearer, other), contracts())
    assert found == [Change("urban_dibao", "amount", "500.00", "1600.00")]
    assert told_whole(found, contracts()) == "发放金额 500.00 → 1,600.00"


def test_many_changes_are_counted_and_one_of_several_rosters_names_its_own() -> None:
    before = facts("deaths", "id_number=1 name=甲") + facts("urban_dibao", "id_number=1 name=甲 period=2023-07-01")
    after = facts("deaths", "id_number=1 name=乙") + facts("urban_dibao", "id_number=1 name=丙 period=2023-07-01")
    found = changes_of(before, after, contracts())
    assert told_whole(found, contracts()) == "死亡人员的姓名 甲 → 乙；城市低保的姓名 甲 → 丙"
    many = [Change("deaths", "died_on", f"2023-01-{day:02}", "2023-02-01") for day in range(1, 9)]
    assert told_whole(many, contracts()).endswith("；等8处") and told_whole(many, contracts()).count("→") == 6
    assert told_whole(many[:6], contracts()).count("→") == 6 and "等" not in told_whole(many[:6], contracts())


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("6217000000001234", "6217000000005678", "账号 尾号1234 → 尾号5678"),
        ("6217000000001234", "6227000000001234", "账号有变化（尾号1234）"),
        ("6217000000001234", None, "账号 尾号1234 → 空"),
    ],
)
def test_of_an_account_only_the_last_four_digits_are_said_at_the_door(
    before: str, after: str | None, told: str
) -> None:
    changes = [Change("urban_dibao", "account", before, after)]
    assert told_whole(changes, contracts()) == told.replace(
        "账号", contracts()["urban_dibao"].column("account").titles[0]
    )
