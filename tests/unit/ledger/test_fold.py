"""The ledger remembers every clue ever seen."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from concluding import conclude
from huimin.ledger.fold import lay_previous, verified_outcomes
from huimin.tables.declared import LEDGER
from unit.work_database import SECRET, catalogue, contracts, fill, rows, rule, work_database

ANN = "429999195001010012"
BO = "429999196002020025"
DAYS = [date(2023, 9, day) for day in (1, 2, 3, 4)]
RULES = catalogue(rule("car", title="低保家庭有机动车", tier=2, subject="plate"), rule("dead", title="死亡后仍享受"))
DIBAO = f"""
ref | name | id_number | street | amount | period     | delivery | row
1   | 王一 | {ANN}     | 东街   | 500    | 2023-03-01 | d1       | 2
2   | 李二 | {BO}      | 西街   | 500    | 2023-03-01 | d1       | 3
9   | 王一 | {ANN}     | 南街   | 700    | 2023-04-01 | d1       | 4
"""
HEAD = "rule | item | id_number | subject | starts_on | ends_on | amount | payment"
CAR = f"car | urban_dibao | {ANN} | 鄂A12345 | 2023-03-01 | 2023-03-31 | 500 | 1"
CAR_PAID_AGAIN = f"car | urban_dibao | {ANN} | 鄂A12345 | 2023-04-01 | 2023-04-30 | 700 | 9"
DEAD = f"dead | urban_dibao | {BO} |  | 2023-03-01 | 2023-03-31 | 500 | 2"
RAN = "rule | status\ncar | ran\ndead | ran"


def night(
    day: date,
    hits: tuple[str, ...],
    previous: Path | None,
    place: Path,
    ran: str = RAN,
    open_plans: tuple[str, ...] = (),
    **tables: str,
) -> tuple[Any, Path]:
    """The work database of one night and the ledger file it leaves."""
    con = work_database(urban_dibao=DIBAO, hits="\n".join((HEAD, *hits)), rule_outcomes=ran, **tables)
    conclude(con, RULES, contracts(), SECRET, day, previous, open_plans=open_plans)
    ledger = place / f"{day}.parquet"
    con.execute(f"copy ledger to '{ledger}'")
    return con, ledger


def states(con: Any, table: str = "ledger") -> dict[str, tuple[str, date, date]]:
    return {name: tuple(rest) for name, *rest in rows(con, f"select rule, state, first_seen, last_seen from {table}")}  # type: ignore[misc]


def test_columns_are_the_published_ones(tmp_path: Path) -> None:
    con, _ = night(DAYS[0], (CAR,), None, tmp_path)
    assert [(name, kind) for name, kind, *_ in rows(con, "describe ledger")] == [
        (column.name, column.type) for column in LEDGER.columns
    ]


def test_a_clue_vanishes_and_comes_back(tmp_path: Path) -> None:
    con, ledger = night(DAYS[0], (CAR, DEAD), None, tmp_path)
    assert (
        states(con)
        == states(con, "clues")
        == {"car": ("待核查", DAYS[0], DAYS[0]), "dead": ("待核查", DAYS[0], DAYS[0])}
    )
    con, ledger = night(DAYS[1], (DEAD,), ledger, tmp_path)
    assert states(con) == {"car": ("自然消除", DAYS[0], DAYS[0]), "dead": ("待核查", DAYS[0], DAYS[1])}
    assert states(con, "clues") == {"dead": ("待核查", DAYS[0], DAYS[1])}
    assert rows(con, "select rule, vanished_on from ledger where vanished_on is not null") == [("car", DAYS[1])]
    con, ledger = night(DAYS[2], (DEAD,), ledger, tmp_path)
    assert rows(con, "select state, vanished_on from ledger where rule = 'car'") == [("自然消除", DAYS[1])]
    con, ledger = night(DAYS[3], (CAR, DEAD), ledger, tmp_path)
    assert states(con)["car"] == ("待核查", DAYS[0], DAYS[3])
    assert rows(con, "select count(*) from ledger where vanished_on is not null") == [(0,)]


@pytest.mark.parametrize("ran", ["rule | status\ncar | skipped\ndead | ran", "rule | status\ndead | ran"])
def test_a_rule_that_did_not_run_clears_nothing(ran: str, tmp_path: Path) -> None:
    _, ledger = night(DAYS[0], (CAR, DEAD), None, tmp_path)
    con, _ = night(DAYS[1], (DEAD,), ledger, tmp_path, ran)
    assert states(con)["car"] == ("待核查", DAYS[0], DAYS[0])
    assert rows(con, "select vanished_on from ledger where rule = 'car'") == [(None,)]


EXEMPTIONS = "ref | rule | name | id_number | subject | reason | from_on | to_on | delivery | sheet | row\n"


@pytest.mark.parametrize(
    ("row", "exempt"),
    [
        (f"car | 王一 | {ANN} | | 合规 | 2023-09-01 | ", True),
        (f"低保家庭有机动车 | 王一 | {ANN} | 鄂A12345 | 合规 | 2023-01-01 | 2023-09-01", True),
        (f"car | 王一 | {ANN} | 鄂a·12345 | 合规 | 2023-01-01 | ", True),
        (f"car | 王一 | {ANN} | 鄂A54321 | 合规 | 2023-01-01 | ", False),
        (f"car | 王一 | {ANN} | | 合规 | 2023-09-02 | ", False),
        (f"car | 王一 | {ANN} | | 合规 | 2023-01-01 | 2023-08-31", False),
        (f"dead | 王一 | {ANN} | | 合规 | 2023-01-01 | ", False),
        (f"car | 李二 | {BO} | | 合规 | 2023-01-01 | ", False),
    ],
)
def test_an_exemption_in_force(row: str, exempt: bool, tmp_path: Path) -> None:
    con, _ = night(DAYS[0], (CAR,), None, tmp_path, exemptions=f"{EXEMPTIONS}71 | {row} | d8 | 表一 | 5")
    expected = ("豁免", "d8/表一/5") if exempt else ("待核查", None)
    assert rows(con, "select state, exemption from ledger") == [expected]
    assert rows(con, "select state from clues") == [expected[:1]]
    assert rows(con, "select count(*) from statistics where item is not null") == [(0 if exempt else 1,)]


def test_an_exemption_with_a_subject_leaves_clues_without_one_alone(tmp_path: Path) -> None:
    drawn = f"{EXEMPTIONS}71 | dead | 李二 | {BO} | x | 合规 | 2023-01-01 | | d8 | | 5"
    con, _ = night(DAYS[0], (DEAD,), None, tmp_path, exemptions=drawn)
    assert rows(con, "select state from ledger") == [("待核查",)]


UNTIL_TONIGHT = f"{EXEMPTIONS}71 | car | 王一 | {ANN} | | 合规 | 2023-01-01 | 2023-09-01 | d8 | | 5"
ENDED = "豁免备案已失效"


@pytest.mark.parametrize("drawn", [UNTIL_TONIGHT, EXEMPTIONS], ids=["to_on is over", "the row is gone"])
def test_an_exemption_ends_and_the_clue_is_to_be_looked_at(drawn: str, tmp_path: Path) -> None:
    con, ledger = night(DAYS[0], (CAR,), None, tmp_path, exemptions=UNTIL_TONIGHT)
    assert rows(con, "select state, exempted_state from ledger") == [("豁免", "待核查")]
    con, ledger = night(DAYS[1], (CAR,), ledger, tmp_path, exemptions=drawn)
    told = "select state, exemption, exempted_state, first_seen, reopened_on, what_changed from ledger"
    assert rows(con, told) == [("待核查", None, None, DAYS[0], DAYS[1], ENDED)]
    assert rows(con, "select state from clues") == [("待核查",)]
    con, _ = night(DAYS[2], (CAR,), ledger, tmp_path, exemptions=drawn)
    assert rows(con, told) == [("待核查", None, None, DAYS[0], DAYS[1], ENDED)]


def test_an_exemption_that_goes_on_holds_through_other_evidence(tmp_path: Path) -> None:
    drawn = f"{EXEMPTIONS}71 | car | 王一 | {ANN} | | 合规 | 2023-01-01 | | d8 | | 5"
    _, ledger = night(DAYS[0], (CAR,), None, tmp_path, exemptions=drawn)
    con, _ = night(DAYS[1], (CAR, CAR_PAID_AGAIN), ledger, tmp_path, exemptions=drawn)
    assert rows(con, "select state, exemption, what_changed from ledger") == [("豁免", "d8/5", None)]


@pytest.mark.parametrize("state", ["查实", "待定", "查否", "查否维持", "整改中", "已销号"])
def test_after_an_exemption_a_clue_is_what_it_was_before(state: str, tmp_path: Path) -> None:
    con, ledger = night(DAYS[0], (CAR,), None, tmp_path)
    decided(con, ledger, state)
    con, ledger = night(DAYS[0], (CAR,), ledger, tmp_path, exemptions=UNTIL_TONIGHT)
    assert rows(con, "select state, exempted_state from ledger") == [("豁免", state)]
    con, _ = night(DAYS[1], (CAR,), ledger, tmp_path, exemptions=UNTIL_TONIGHT)
    assert rows(con, "select state, exempted_state, what_changed from ledger") == [(state, None, None)]


def test_what_was_unfounded_before_an_exemption_opens_for_what_changed_meanwhile(tmp_path: Path) -> None:
    con, ledger = night(DAYS[0], (CAR,), None, tmp_path)
    decided(con, ledger, "查否")
    _, ledger = night(DAYS[0], (CAR,), ledger, tmp_path, exemptions=UNTIL_TONIGHT)
    con, _ = night(DAYS[1], (CAR, CAR_PAID_AGAIN), ledger, tmp_path, exemptions=UNTIL_TONIGHT)
    ((state, told),) = rows(con, "select state, what_changed from ledger")
    assert state == "待核查" and str(told).startswith("期间 1 → 2；涉及金额 500.00 → 1,200.00")
    assert str(told).endswith(ENDED)


@pytest.mark.parametrize(("open_plans", "state"), [(("p1",), "复核中"), (("p2",), "查否"), ((), "查否")])
def test_a_recheck_goes_on_after_an_exemption_while_its_plan_is_open(
    open_plans: tuple[str, ...], state: str, tmp_path: Path
) -> None:
    con, ledger = night(DAYS[0], (CAR,), None, tmp_path)
    decided(con, ledger, "复核中", outcome="查否", plan="p1")
    _, ledger = night(DAYS[0], (CAR,), ledger, tmp_path, exemptions=UNTIL_TONIGHT, open_plans=("p1",))
    con, _ = night(DAYS[1], (CAR,), ledger, tmp_path, exemptions=UNTIL_TONIGHT, open_plans=open_plans)
    assert rows(con, "select state from ledger") == [(state,)]


def test_a_ledger_that_does_not_know_what_an_exempt_clue_was_goes_by_the_outcome(tmp_path: Path) -> None:
    con, ledger = night(DAYS[0], (CAR, DEAD), None, tmp_path)
    con.execute("update ledger set state = '豁免', exempted_state = null")
    con.execute("update ledger set outcome = '查否', decided_evidence = evidence_hash where rule = 'dead'")
    con.execute(f"copy ledger to '{ledger}'")
    con, _ = night(DAYS[1], (CAR, DEAD), ledger, tmp_path)
    assert {name: state for name, (state, *_) in states(con).items()} == {"car": "待核查", "dead": "查否"}


def decided(con: Any, ledger: Path, state: str, outcome: str | None = None, plan: str | None = None) -> None:
    """The clue of that night's ledger file as people left it."""
    con.execute(
        "update ledger set state = ?, outcome = ?, plan = ?, decided_evidence = evidence_hash",
        [state, outcome or ("查实" if state in ("整改中", "已销号") else state), plan],
    )
    con.execute(f"copy ledger to '{ledger}'")


@pytest.mark.parametrize("state", ["查否", "查否维持"])
def test_a_clue_found_to_be_nothing_opens_again_only_with_other_evidence(state: str, tmp_path: Path) -> None:
    con, ledger = night(DAYS[0], (CAR,), None, tmp_path)
    con.execute(f"update ledger set state = '{state}', outcome = '查否', cause = '规则误报'")
    con.execute(f"copy ledger to '{ledger}'")
    con, ledger = night(DAYS[1], (CAR,), ledger, tmp_path)
    assert rows(con, "select state, outcome from ledger") == [(state, "查否")]
    con, _ = night(DAYS[2], (CAR, CAR_PAID_AGAIN), ledger, tmp_path)
    assert rows(con, "select state, outcome from ledger") == [("待核查", "查否")]
    assert rows(con, "select state from clues") == [("待核查",)]


def test_the_reason_of_an_exemption_is_not_in_the_ledger(tmp_path: Path) -> None:
    drawn = f"{EXEMPTIONS}71 | car | 王一 | {ANN} | | 重病住院 | 2023-01-01 | | d8 | | 5"
    con, _ = night(DAYS[0], (CAR,), None, tmp_path, exemptions=drawn)
    assert "重病住院" not in str(rows(con, "from ledger") + rows(con, "from clues"))


def test_what_people_decided_stays(tmp_path: Path) -> None:
    con, ledger = night(DAYS[0], (CAR, DEAD), None, tmp_path)
    con.execute("update ledger set state = '查实', outcome = '查实', verified_on = date '2023-09-01'")
    con.execute(f"copy ledger to '{ledger}'")
    con, _ = night(DAYS[1], (CAR,), ledger, tmp_path)
    assert {name: state for name, (state, *_) in states(con).items()} == {"car": "查实", "dead": "查实"}
    assert rows(con, "select rule, vanished_on from ledger order by rule") == [("car", None), ("dead", DAYS[1])]
    assert rows(con, "select hit_rate from clues") == [(5 / 11,)]


def test_verified_outcomes_confirm_by_cause() -> None:
    con = work_database()
    lay_previous(con, None)
    drawn = """
    rule | tier | outcome  | cause
    car  | 2    | 查实     | 违规享受
    car  | 2    | 部分查实 |
    car  | 2    | 部分查实 | 数据错误
    car  | 2    | 部分查实 | 政策例外
    car  | 2    | 查否     | 规则误报
    car  | 2    | 待定     |
    car  | 3    | 查否     | 规则误报
    car  |      | 查实     | 违规享受
    dead | 1    |          |
    """
    fill(con, "previous_ledger", drawn)
    assert verified_outcomes(con) == {("car", 2): (2, 5), ("car", 3): (0, 1)}


def test_a_ledger_file_of_fewer_columns_is_read(tmp_path: Path) -> None:
    con, ledger = night(DAYS[0], (CAR,), None, tmp_path)
    con.execute(f"copy (select clue_id, rule, item, state, first_seen, last_seen from ledger) to '{ledger}'")
    con, _ = night(DAYS[1], (CAR,), ledger, tmp_path)
    assert states(con)["car"] == ("待核查", DAYS[0], DAYS[1])


@pytest.mark.parametrize("outcome", ["查否维持", "查实"])
def test_a_closed_case_opens_again_for_a_later_period(outcome: str, tmp_path: Path) -> None:
    _, ledger = closed(outcome, tmp_path)
    con, ledger = night(DAYS[1], (CAR,), ledger, tmp_path)
    assert rows(con, "select state, closed_on, what_changed from ledger") == [("已销号", DAYS[0], None)]
    con, _ = night(DAYS[2], (CAR, CAR_PAID_AGAIN), ledger, tmp_path)
    what = "期间 1 → 2；涉及金额 500.00 → 1,200.00；最近期间 2023-03-01 → 2023-04-01"
    told = rows(con, "select state, outcome, closed_on, reopened_on, what_changed from ledger")
    assert told == [("待核查", outcome, None, DAYS[2], what)]


def test_a_rectified_case_stays_closed_when_only_other_facts_change(tmp_path: Path) -> None:
    con, ledger = closed("查实", tmp_path)
    con.execute("update ledger set evidence_hash = 'another', decided_evidence = 'another'")
    con.execute(f"copy ledger to '{ledger}'")
    con, _ = night(DAYS[1], (CAR,), ledger, tmp_path)
    assert rows(con, "select state, last_period from ledger") == [("已销号", date(2023, 3, 1))]


def test_unfounded_on_older_evidence_than_tonights_opens_at_once(tmp_path: Path) -> None:
    con, ledger = night(DAYS[0], (CAR,), None, tmp_path)
    con.execute("update ledger set state = '查否', outcome = '查否', decided_evidence = 'what the worker saw'")
    con.execute(f"copy ledger to '{ledger}'")
    con, _ = night(DAYS[1], (CAR,), ledger, tmp_path)
    assert rows(con, "select state, what_changed from ledger") == [("待核查", "比对事实有变化（此前的事实未留存）")]


def closed(outcome: str, tmp_path: Path) -> tuple[Any, Path]:
    """A ledger whose clue was closed on the first day."""
    con, ledger = night(DAYS[0], (CAR,), None, tmp_path)
    con.execute(
        "update ledger set state = '已销号', outcome = ?, closed_on = ?, decided_evidence = evidence_hash",
        [outcome, DAYS[0]],
    )
    con.execute(f"copy ledger to '{ledger}'")
    return con, ledger
