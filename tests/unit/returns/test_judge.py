"""A returned row against where its clue stands."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from huimin.ledger.states import CAUSES, HANDLINGS
from huimin.returns.filled import read_filled
from huimin.returns.judge import BACK, BLANK, SAME, TAKEN, JudgedRow, judge
from huimin.returns.known import Known
from huimin.returns.returned import ReturnedRow
from huimin.returns.together import Bounds
from huimin.workbooks.columns import EVIDENCE_HASH, FILLED, OUTCOME

BOUNDS = Bounds(date(2023, 9, 10), Decimal("1.5"), timedelta(days=30))
WHO = {"核查人": "赵", "核查日期": "2023-09-01"}
NOTHING = {OUTCOME: "查否", "原因": "规则误报", **WHO}
TRUE = {OUTCOME: "查实", "处理方式": "整改纠正", **WHO}
FOUND_TRUE: dict[str, Any] = {
    "outcome": "查实", "handling": "整改纠正", "verifier": "赵", "verified_on": date(2023, 9, 1),
    "due_amount": Decimal("800.00"),
}  # fmt: skip
FOUND_NOTHING: dict[str, Any] = {
    "outcome": "查否", "cause": "规则误报", "verifier": "赵", "verified_on": date(2023, 9, 1),
}  # fmt: skip


def judged(cells: dict[str, str], state: str = "待核查", found: dict[str, Any] | None = None, **more: Any) -> JudgedRow:
    row = ReturnedRow("ledger", "台账", 5, {EVIDENCE_HASH: "e1", **cells})
    known = Known("c1", state, found=found or {}, told_by="核查人 赵，东街.xlsx", **more)
    return judge(row, read_filled([row.cells], FILLED)[0], known, True, BOUNDS)


def states(result: JudgedRow) -> list[str | None]:
    return [decision.state for decision in result.decisions]


@pytest.mark.parametrize(
    ("state", "found", "cells", "passed"),
    [
        pytest.param("待核查", None, TRUE, ["查实"], id="confirmed"),
        pytest.param("待核查", None, {**TRUE, OUTCOME: "部分查实"}, ["部分查实"], id="partly"),
        pytest.param("待核查", None, NOTHING, ["查否"], id="unfounded"),
        pytest.param("待核查", None, {OUTCOME: "待定", **WHO}, ["待定"], id="pending"),
        pytest.param("自然消除", None, NOTHING, ["查否"], id="a visit begun before the clue vanished counts"),
        pytest.param("待定", {"outcome": "待定"}, TRUE, ["查实"], id="ruled from above"),
        pytest.param("复核中", None, {**NOTHING, OUTCOME: "查否维持"}, ["查否维持"], id="upheld"),
        pytest.param("复核中", None, {**TRUE, OUTCOME: "改判查实"}, ["改判查实"], id="overturned"),
        pytest.param(
            "待核查", None, {**TRUE, "整改进展": "整改中", "整改期限": "2023-10-01"}, ["查实", "整改中"],
            id="two states at once",
        ),
        pytest.param(
            "待核查", None, {**TRUE, "整改进展": "已销号", "整改完成日期": "2023-09-05"}, ["查实", "整改中", "已销号"],
            id="three states at once",
        ),
        pytest.param("查实", FOUND_TRUE, {"整改进展": "整改中", "整改期限": "2023-10-01"}, ["整改中"], id="rectified"),
        pytest.param(
            "整改中", FOUND_TRUE, {"整改进展": "已销号", "整改完成日期": "2023-09-05", "追缴金额": "800"}, ["已销号"],
            id="closed",
        ),
        pytest.param("查实", FOUND_TRUE, {"追缴金额": "300"}, [None], id="more is known"),
        pytest.param("查否", FOUND_NOTHING, {"说明": "看过原件"}, [None], id="a note"),
    ],
)  # fmt: skip
def test_allowed(state: str, found: dict[str, Any] | None, cells: dict[str, str], passed: list[str | None]) -> None:
    result = judged(cells, state, found)
    assert (result.verdict, result.reasons, states(result)) == (TAKEN, (), passed)
    assert result.state == ([step for step in passed if step] or [state])[-1]
    assert {decision.clue_id for decision in result.decisions} == {"c1"}


@pytest.mark.parametrize(
    ("state", "found", "cells", "title", "words"),
    [
        pytest.param("待核查", None, {"原因": "规则误报"}, OUTCOME, "没有填", id="no outcome"),
        pytest.param("待核查", None, {**TRUE, OUTCOME: "改判查实"}, OUTCOME, "没有抽中复核", id="not drawn for it"),
        pytest.param("待核查", None, {**TRUE, OUTCOME: "属实"}, OUTCOME, "只能填", id="no such outcome"),
        pytest.param("待核查", None, {**TRUE, "处理方式": ""}, "处理方式", "请填“处理方式”", id="handling"),
        pytest.param("待核查", None, {**NOTHING, "原因": ""}, "原因", "请填“原因”", id="cause"),
        pytest.param("待核查", None, {**NOTHING, "核查人": " "}, "核查人", "请填“核查人”", id="who"),
        pytest.param("待核查", None, {**NOTHING, "核查日期": ""}, "核查日期", "请填“核查日期”", id="when"),
        pytest.param("待核查", None, {**NOTHING, "核查日期": "2023-09-11"}, "核查日期", "晚于今天", id="tomorrow"),
        pytest.param("待核查", None, {**NOTHING, "核查日期": "近日"}, "核查日期", "不是日期", id="no day"),
        pytest.param("待核查", None, {**NOTHING, "核查方式": "电话、打听"}, "核查方式", "不认识", id="no method"),
        pytest.param("待核查", None, {**TRUE, "追缴金额": "一百"}, "追缴金额", "不是金额", id="no money"),
        pytest.param("待核查", None, {**TRUE, "追缴金额": "-5"}, "追缴金额", "负数", id="below zero"),
        pytest.param(
            "待核查", None, {**TRUE, "追缴金额": "900", "应追缴金额": "800"}, "追缴金额", "多于", id="too much"
        ),
        pytest.param(
            "待核查", None, {**TRUE, "整改期限": "2023-08-31"}, "整改期限", "早于", id="deadline before the visit"
        ),
        pytest.param("待核查", None, {**TRUE, "整改进展": "整改中"}, "整改期限", "请填“整改期限”", id="no deadline"),
        pytest.param(
            "待核查", None, {**NOTHING, "整改进展": "整改中"}, "整改进展", "只在查实", id="nothing to rectify"
        ),
        pytest.param("整改中", FOUND_TRUE, {"整改进展": "已销号"}, "整改完成日期", "请填", id="closed without a day"),
        pytest.param(
            "整改中", FOUND_TRUE, {"整改进展": "已销号", "整改完成日期": "2023-09-05"}, "追缴金额", "还少于",
            id="money still out",
        ),
        pytest.param("查实", FOUND_TRUE, NOTHING, OUTCOME, "已认定为“查实”（核查人 赵，东街.xlsx）", id="other street"),
        pytest.param("查否", FOUND_NOTHING, TRUE, OUTCOME, "须抽中复核", id="unfounded stays"),
        pytest.param("查否", FOUND_NOTHING, {**NOTHING, OUTCOME: "查否维持"}, OUTCOME, "须抽中复核", id="not drawn"),
        pytest.param("复核中", None, NOTHING, OUTCOME, "正在复核", id="a re-check has findings of its own"),
        pytest.param("已销号", FOUND_TRUE, {"说明": "补记"}, "", "已销号", id="closed is closed"),
        pytest.param("豁免", None, NOTHING, "", "豁免备案", id="exempt"),
    ],
)  # fmt: skip
def test_sent_back(state: str, found: dict[str, Any] | None, cells: dict[str, str], title: str, words: str) -> None:
    result = judged(cells, state, found)
    assert (result.verdict, result.decisions, result.state) == (BACK, (), state)
    assert any(words in reason for reason in result.reasons), result.reasons
    assert title in result.faulty or not title


def test_all_faults_of_a_row_come_together() -> None:
    result = judged({OUTCOME: "查实", "核查日期": "改日", "追缴金额": "许多", "核查方式": "打听"})
    assert len(result.reasons) == 5
    assert result.faulty == {"核查日期", "追缴金额", "核查方式", "核查人", "处理方式"}


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2023-8-1", date(2023, 8, 1)),
        ("2023/8/1", date(2023, 8, 1)),
        ("20230801", date(2023, 8, 1)),
        ("2023年8月1日", date(2023, 8, 1)),
        ("2023-08-01 00:00:00", date(2023, 8, 1)),
        ("45139", date(2023, 8, 1)),
        (" ２０２３．８．１ ", date(2023, 8, 1)),
    ],
)
def test_days_in_every_form(text: str, day: date) -> None:
    assert judged({**NOTHING, "核查日期": text}).decisions[0].verified_on == day


@pytest.mark.parametrize(
    "text",
    [
        "访左邻右舍、听对象陈述",
        "听对象陈述，访左邻右舍",
        "听对象陈述;访左邻右舍",
        "听对象陈述/访左邻右舍/",
        "听对象陈述 访左邻右舍\n听对象陈述",
    ],
    ids=["dun", "comma", "semicolon", "slash", "blanks"],
)
def test_several_methods_in_their_usual_order(text: str) -> None:
    assert judged({**NOTHING, "核查方式": text}).decisions[0].methods == "听对象陈述、访左邻右舍"


def test_money_is_yuan_exactly() -> None:
    decision = judged({**TRUE, "应追缴金额": "￥1,200.50元", "追缴金额": "0"}).decisions[0]
    assert (decision.due_amount, decision.recovered_amount) == (Decimal("1200.50"), Decimal("0.00"))


def test_today_is_not_the_future() -> None:
    assert judged({**NOTHING, "核查日期": "2023-09-10"}).verdict == TAKEN


def test_an_empty_row_is_told_as_such_and_a_known_one_as_unchanged() -> None:
    assert judged({"说明": "  "}).verdict == BLANK
    result = judged({OUTCOME: "查实", "核查人": "赵", "应追缴金额": "800.0"}, "查实", FOUND_TRUE)
    assert (result.verdict, result.decisions) == (SAME, ())


def test_a_new_finding_keeps_sums_and_forgets_the_rest() -> None:
    """A closed case that opened again: what was recovered stays recovered, the old day and cause count no more."""
    found = {"due_amount": Decimal(500), "recovered_amount": Decimal(500)}
    result = judged({**TRUE, "整改进展": "已销号", "整改完成日期": "2023-09-05"}, found=found)
    assert (result.verdict, states(result)) == (TAKEN, ["查实", "整改中", "已销号"])
    result = judged({**TRUE, "应追缴金额": "700", "整改进展": "已销号", "整改完成日期": "2023-09-05"}, found=found)
    assert (result.verdict, result.faulty) == (BACK, {"追缴金额"})


def test_a_new_finding_says_all_of_itself_and_an_addition_only_what_it_adds() -> None:
    """Who went there, when and why stand in the new finding too where they are the same as in the one before."""
    pending = {"outcome": "待定", "verifier": "赵", "verified_on": date(2023, 9, 1), "cause": "规则误报"}
    (ruled,) = judged(NOTHING, "待定", pending).decisions
    assert (ruled.verifier, ruled.verified_on, ruled.cause) == ("赵", date(2023, 9, 1), "规则误报")
    (added,) = judged({**TRUE, "应追缴金额": "800", "追缴金额": "300"}, "查实", FOUND_TRUE).decisions
    assert (added.outcome, added.verifier, added.verified_on, added.handling, added.due_amount) == (None,) * 5
    assert added.recovered_amount == Decimal("300.00")


def test_an_old_copy_of_what_was_taken_changes_nothing() -> None:
    history = (("e1", FOUND_NOTHING),)
    result = judged(NOTHING, "待核查", history=history)
    assert (result.verdict, result.decisions) == (SAME, ()) and "重新打开" in result.reasons[0]
    assert judged({**NOTHING, EVIDENCE_HASH: "e2"}, "待核查", history=history).verdict == TAKEN
    assert judged({**NOTHING, "核查日期": "2023-09-02"}, "待核查", history=history).verdict == TAKEN


def test_a_row_changed_elsewhere_is_refused_with_its_other_faults() -> None:
    row = ReturnedRow("ledger", None, 5, {EVIDENCE_HASH: "e1", OUTCOME: "查实", **WHO})
    result = judge(row, read_filled([row.cells], FILLED)[0], Known("c1", "待核查"), False, BOUNDS)
    assert result.verdict == BACK and len(result.reasons) == 2
    assert "填写列以外" in result.reasons[0] and "处理方式" in result.reasons[1]


def test_an_unknown_clue_is_refused() -> None:
    row = ReturnedRow("ledger", None, 5, NOTHING)
    result = judge(row, read_filled([row.cells], FILLED)[0], None, True, BOUNDS)
    assert result.verdict == BACK and "线索编号不认识" in result.reasons[0]


def test_a_decision_says_of_which_evidence_sheet_and_row() -> None:
    decision = judged(NOTHING).decisions[0]
    assert (decision.kind, decision.evidence_hash, decision.sheet, decision.row) == ("ledger", "e1", "台账", 5)


def test_a_result_of_a_recheck_names_its_plan() -> None:
    result = judged({**NOTHING, OUTCOME: "查否维持"}, "复核中", plan="p1", plan_kind="cross")
    assert [(decision.kind, decision.plan) for decision in result.decisions] == [("cross", "p1")]


def together(
    outcome: str, *, state: str = "", found: dict[str, Any] | None = None, cells: str = "", **more: Any
) -> tuple[str, frozenset[str]]:
    """The verdict over a row with that outcome, drawn as `title=text title=text`, and the cells at fault."""
    state = state or ("复核中" if outcome in ("查否维持", "改判查实") else "待核查")
    drawn = dict(cell.split("=") for cell in cells.split())
    result = judged({OUTCOME: outcome, **WHO, **drawn}, state, found, **more)
    return result.verdict, result.faulty


NONE: frozenset[str] = frozenset()
TAKEN_ROW, MONEY = (TAKEN, NONE), ("追缴金额", "应追缴金额")


def back(*titles: str) -> tuple[str, frozenset[str]]:
    return BACK, frozenset(titles)


@pytest.mark.parametrize("outcome", ["查实", "改判查实"])
@pytest.mark.parametrize(
    ("cells", "verdict"),
    [
        *((f"原因={cause} 处理方式=整改纠正", TAKEN_ROW) for cause in ("违规享受", "工作失误", "其他")),
        *((f"原因={cause} 处理方式=整改纠正", back("原因")) for cause in ("数据错误", "规则误报", "政策例外")),
        *((f"处理方式={handling}", TAKEN_ROW) for handling in ("移送纪检监察", "整改纠正", "建章立制")),
        ("处理方式=整改纠正 应追缴金额=800 追缴金额=800", TAKEN_ROW),
        ("处理方式=整改纠正 应追缴金额=800 追缴金额=800.01", back("追缴金额")),
        ("处理方式=整改纠正 应追缴金额=800 追缴金额=0", TAKEN_ROW),
        ("处理方式=整改纠正 应追缴金额=0", TAKEN_ROW),
        ("处理方式=整改纠正 追缴金额=800", back("应追缴金额")),
        ("处理方式=整改纠正 追缴金额=0", TAKEN_ROW),
        ("处理方式=整改纠正 应追缴金额=800 追缴金额=-0.01", back("追缴金额")),
        ("处理方式=整改纠正 应追缴金额=-800", back("应追缴金额")),
        ("处理方式=无需处理 说明=已自行退回", TAKEN_ROW),
        ("处理方式=无需处理 说明=已自行退回 应追缴金额=0", TAKEN_ROW),
        ("处理方式=无需处理", back("说明")),
        ("处理方式=无需处理 说明=无", back("说明")),
        ("处理方式=无需处理 说明=已自行退回 应追缴金额=1", back("应追缴金额")),
        ("处理方式=无需处理 说明=已自行退回 应追缴金额=1 追缴金额=1", back(*MONEY)),
        ("原因=违规享受", back("处理方式")),
    ],
)  # fmt: skip
def test_what_goes_with_confirmed(outcome: str, cells: str, verdict: tuple[str, frozenset[str]]) -> None:
    assert together(outcome, cells=cells) == verdict


@pytest.mark.parametrize(
    ("cells", "verdict"),
    [
        *((f"原因={cause} 处理方式=整改纠正", TAKEN_ROW) for cause in CAUSES),
        ("处理方式=建章立制 应追缴金额=5 追缴金额=5", TAKEN_ROW),
        ("处理方式=无需处理 应追缴金额=5", back("应追缴金额", "说明")),
        ("处理方式=整改纠正 追缴金额=5", back("应追缴金额")),
        ("原因=规则误报", back("处理方式")),
    ],
)  # fmt: skip
def test_what_goes_with_partly_confirmed(cells: str, verdict: tuple[str, frozenset[str]]) -> None:
    assert together("部分查实", cells=cells) == verdict


@pytest.mark.parametrize("outcome", ["查否", "查否维持"])
@pytest.mark.parametrize(
    ("cells", "verdict"),
    [
        *((f"原因={cause}", TAKEN_ROW) for cause in ("数据错误", "规则误报", "政策例外")),
        *((f"原因={cause}", back("原因")) for cause in ("违规享受", "工作失误")),
        ("原因=其他 说明=门牌写错", TAKEN_ROW),
        ("原因=其他", back("说明")),
        ("原因=其他 说明=/", back("说明")),
        *((f"原因=数据错误 处理方式={handling}", TAKEN_ROW) for handling in ("无需处理", "建章立制")),
        *((f"原因=数据错误 处理方式={handling}", back("处理方式")) for handling in ("移送纪检监察", "整改纠正")),
        ("原因=数据错误 应追缴金额=1", back("应追缴金额")),
        ("原因=数据错误 追缴金额=1", back("追缴金额")),
        ("原因=数据错误 应追缴金额=1 追缴金额=1", back(*MONEY)),
        ("原因=数据错误 应追缴金额=0 追缴金额=0", TAKEN_ROW),
        ("处理方式=无需处理", back("原因")),
    ],
)  # fmt: skip
def test_what_goes_with_unfounded(outcome: str, cells: str, verdict: tuple[str, frozenset[str]]) -> None:
    assert together(outcome, cells=cells) == verdict


@pytest.mark.parametrize(
    ("cells", "verdict"),
    [
        ("", TAKEN_ROW),
        *((f"原因={cause}", TAKEN_ROW) for cause in CAUSES),
        *((f"处理方式={handling}", back("处理方式")) for handling in HANDLINGS),
        ("应追缴金额=1", back("应追缴金额")),
        ("应追缴金额=0", TAKEN_ROW),
    ],
)  # fmt: skip
def test_what_goes_with_pending(cells: str, verdict: tuple[str, frozenset[str]]) -> None:
    assert together("待定", cells=cells) == verdict


@pytest.mark.parametrize(
    ("at_risk", "due", "note", "verdict"),
    [
        ("800.00", "1200", "", TAKEN_ROW),
        ("800.00", "1200.01", "", back("应追缴金额")),
        ("800.00", "1200.01", "连同以前年度", TAKEN_ROW),
        ("800.00", "1200.01", "无", back("应追缴金额")),
        ("800.00", "999999999999", "", back("应追缴金额")),
        ("0.00", "999999999999", "", TAKEN_ROW),
        ("0.01", "0.02", "", back("应追缴金额")),
    ],
)
def test_what_is_due_is_no_more_than_the_clue_is_worth(
    at_risk: str, due: str, note: str, verdict: tuple[str, frozenset[str]]
) -> None:
    cells = f"处理方式=整改纠正 应追缴金额={due}" + (f" 说明={note}" if note else "")
    assert together("查实", cells=cells, amount_at_risk=Decimal(at_risk)) == verdict


@pytest.mark.parametrize(
    ("cells", "verdict"),
    [
        ("核查日期=2023-09-10", TAKEN_ROW),
        ("核查日期=2023-09-11", back("核查日期")),
        ("核查日期=2023-08-02", TAKEN_ROW),
        ("核查日期=2023-08-01", back("核查日期")),
        ("核查日期=2023-09-05 整改进展=已销号 整改完成日期=2023-09-05", TAKEN_ROW),
        ("核查日期=2023-09-05 整改进展=已销号 整改完成日期=2023-09-04", back("整改完成日期")),
        ("核查日期=2023-09-05 整改进展=已销号 整改完成日期=2023-09-11", back("整改完成日期")),
        ("核查日期=2023-09-05 整改进展=整改中 整改期限=2023-09-05", TAKEN_ROW),
        ("核查日期=2023-09-05 整改进展=整改中 整改期限=2023-09-04", back("整改期限")),
    ],
)
def test_days_stand_in_their_order(cells: str, verdict: tuple[str, frozenset[str]]) -> None:
    assert together("查实", cells=f"处理方式=整改纠正 {cells}", first_seen=date(2023, 9, 1)) == verdict


def test_what_comes_later_goes_with_what_stands() -> None:
    """A row in portions is judged by all that it says together; what it leaves alone was judged when it came."""
    stands = {**FOUND_TRUE, "recovered_amount": Decimal("300.00")}
    assert judged({"原因": "规则误报"}, "查实", FOUND_TRUE).faulty == {"原因"}
    assert judged({"处理方式": "无需处理", "说明": "免了"}, "查实", stands).faulty == {*MONEY}
    assert judged({"追缴金额": "5"}, "查否", FOUND_NOTHING).faulty == {"追缴金额"}
    assert judged({"整改完成日期": "2023-08-31"}, "整改中", FOUND_TRUE).faulty == {"整改完成日期"}
    before_the_rule = {**FOUND_TRUE, "cause": "规则误报"}
    assert judged({"说明": "补记"}, "查实", before_the_rule).verdict == TAKEN


def test_money_of_an_earlier_round_is_none_of_this_one() -> None:
    """A case that opened again shows what was recovered; found to be nothing this time, that stays recovered."""
    carried = {"due_amount": Decimal(500), "recovered_amount": Decimal(500)}
    shown = {"追缴金额": "500", "应追缴金额": "500.00"}
    assert judged({**NOTHING, **shown}, found=carried).verdict == TAKEN
    assert judged(NOTHING, found=carried).verdict == TAKEN
    assert judged({**NOTHING, **shown, "应追缴金额": "600"}, found=carried).faulty == {"应追缴金额"}
    no_more = {OUTCOME: "查实", "处理方式": "无需处理", "说明": "上次已办", **WHO, **shown}
    assert judged(no_more, found=carried).verdict == TAKEN


def test_every_reason_names_its_cell() -> None:
    cells = {OUTCOME: "查否", "原因": "违规享受", "处理方式": "整改纠正", "追缴金额": "3", "应追缴金额": "900", **WHO}
    result = judged(cells, amount_at_risk=Decimal(100))
    assert result.reasons == (
        "“核查结果”是查否，“原因”不能是违规享受，可填：数据错误、规则误报、政策例外、其他",
        "“核查结果”是查否，“处理方式”不能是整改纠正，可填：无需处理、建章立制",
        "“核查结果”是查否，不能有“追缴金额”，请核对",
        "“核查结果”是查否，不能有“应追缴金额”，请核对",
    )
