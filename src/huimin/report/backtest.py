"""A rule's back-test on the terminal: what its visits would cost, and how far the figures can be trusted."""

from collections.abc import Iterator, Mapping

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from huimin.figures.backtest import ALIKE, NEARNESS, OWN, Backtest, ExpectedRate
from huimin.ledger.states import CONFIRMED, UNFOUNDED
from huimin.report.page import percent

TRUST: Mapping[str, str] = {
    OWN: "按本规则自己的核查结果算，只算现在仍会点到的线索。规则若是照着这些结果改的，查实率会偏高；"
    "先核查的多是优先度高的，也未必代表其余。",
    ALIKE: "本规则自己的结果不够，借用同一人、同一项目的其他线索的核查结果，一人一个项目算一条。"
    "这些人是因为别的线索才被核查的，不是随机抽的；查实的也是别的线索所问的事，不一定是本规则所问的。"
    "只供参考，不能当作本规则的查实率。",
}
"""How an expected rate is to be taken, by its basis."""


def told_backtest(past: Backtest, titles: Mapping[str, str]) -> Iterator[RenderableType]:
    """The tables and sentences, in the order read; `titles`: rule → title."""
    earlier = Table("以往核查", "线索", CONFIRMED, UNFOUNDED, title="这条规则会点到的线索，以前核查过没有")
    for row in past.earlier:
        visited = row.confirmed + row.unfounded
        found = (f"{row.confirmed:,}", f"{row.unfounded:,}") if visited else ("", "")
        earlier.add_row(NEARNESS[row.nearness], f"{row.clues:,}", *found)
    yield earlier
    if past.asked_by:
        asked = Table("规则", CONFIRMED, UNFOUNDED, "尚无结果", title="同一人、同一项目，因哪些规则问过")
        for by in past.asked_by:
            title = Text(titles.get(by.rule, by.rule))
            asked.add_row(title, f"{by.confirmed:,}", f"{by.unfounded:,}", f"{by.open:,}")
        yield asked
    for sentence in sentences(past):
        yield Text(sentence)


def sentences(past: Backtest) -> Iterator[str]:
    """What it would ask of street workers, how often it may be right, and why that may be wrong."""
    waiting = f"，其中 {past.waiting:,} 条台账上已在待核查" if past.waiting else ""
    yield f"要核查：{past.to_visit:,} 条线索，{past.households:,} 户{waiting}（豁免的、证据未变的查否不再去）。"
    confirmed, unfounded = past.not_named
    if confirmed or unfounded:
        yield (
            f"本规则以往核查过、现在不再点到的：查实 {confirmed:,} 条，查否 {unfounded:,} 条"
            "（可能因为规则改了，也可能因为数据变了）。"
        )
    if past.expected:
        yield from told_rate(past.expected)
    else:
        own = past.earlier[0].clues
        yield (
            f"预期查实率：核查结果太少，不给。本规则自己的 {own} 条，同一人、同一项目的其他线索 {past.alike} 条，"
            f"都不足 {past.least} 条（政策参数 review_outcomes）。"
        )


def told_rate(expected: ExpectedRate) -> Iterator[str]:
    """The rate, the visits, and how both are to be taken."""
    low, high = percent(expected.low, 1), percent(expected.high, 1)
    yield (
        f"预期查实率：{percent(expected.rate, 1)}（95% 置信区间 {low}–{high}；"
        f"已核查 {expected.checked:,} 条，查实 {expected.positive:,} 条）。"
    )
    if expected.visits is None or expected.visits_high is None:
        yield f"查实一条要核查：至少 {expected.visits_low:.1f} 条，没有上限：以往一条也没有查实。"
    else:
        yield (
            f"查实一条要核查：{expected.visits:.1f} 条"
            f"（95% 置信区间 {expected.visits_low:.1f}–{expected.visits_high:.1f}）。"
        )
    yield TRUST[expected.basis]
