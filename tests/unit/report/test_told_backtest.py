"""What a rule's back-test says on the terminal: never a rate without its interval, its number and its doubts."""

from dataclasses import replace

import pytest
from rich.console import Console

from huimin.figures.backtest import ALIKE, NEARNESS, OWN, AskedBefore, Backtest, EarlierVisits, expected_rate
from huimin.report.backtest import TRUST, sentences, told_backtest

PAST = Backtest(
    tuple(EarlierVisits(nearness, number, 0, 0) for number, nearness in enumerate(NEARNESS)),
    (AskedBefore("deceased", 1, 2, 3), AskedBefore("[red]gone", 0, 1, 0)),
    (0, 0),
    1200,
    900,
    0,
    7,
    20,
    None,
)


def told(past: Backtest) -> str:
    return "\n".join(sentences(past))


def test_too_few_results_give_no_rate() -> None:
    assert told(PAST) == (
        "要核查：1,200 条线索，900 户（豁免的、证据未变的查否不再去）。\n"
        "预期查实率：核查结果太少，不给。本规则自己的 0 条，同一人、同一项目的其他线索 7 条，都不足 20 条"
        "（政策参数 review_outcomes）。"
    )


@pytest.mark.parametrize("basis", [OWN, ALIKE])
def test_a_rate_has_its_interval_its_visits_and_its_doubts(basis: str) -> None:
    rated = replace(PAST, waiting=3, not_named=(1, 19), expected=expected_rate(basis, 15, 148, 20))
    assert told(rated) == (
        "要核查：1,200 条线索，900 户，其中 3 条台账上已在待核查（豁免的、证据未变的查否不再去）。\n"
        "本规则以往核查过、现在不再点到的：查实 1 条，查否 19 条（可能因为规则改了，也可能因为数据变了）。\n"
        "预期查实率：10.1%（95% 置信区间 6.2%–16.0%；已核查 148 条，查实 15 条）。\n"
        "查实一条要核查：9.9 条（95% 置信区间 6.2–16.0）。\n" + TRUST[basis]
    )
    assert ("不是随机抽的" in TRUST[basis]) == (basis == ALIKE)


def test_a_rule_that_never_was_right_has_no_most_visits() -> None:
    assert (
        "预期查实率：0.0%（95% 置信区间 0.0%–16.1%；已核查 20 条，查实 0 条）。\n"
        "查实一条要核查：至少 6.2 条，没有上限：以往一条也没有查实。"
    ) in told(replace(PAST, expected=expected_rate(OWN, 0, 20, 20)))


def test_the_tables_name_every_case_and_rule() -> None:
    screen = Console(width=120, record=True, file=None)
    with screen.capture() as caught:
        for part in told_backtest(PAST, {"deceased": "死亡后仍享受"}):
            screen.print(part)
    shown = caught.get()
    assert [title for title in NEARNESS.values() if title not in shown] == []
    assert "死亡后仍享受" in shown
    assert "[red]gone" in shown
