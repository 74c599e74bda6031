"""What each step of a night left, as one line for its operator: counts and seconds, no personal value.

Names of files are told once the masks of the night are laid, as they are published.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import duckdb
import polars as pl

from huimin.deliveries.receive import Received
from huimin.nights.night import Checked, Night
from huimin.nights.published_run import PublishedRun
from huimin.quality.words import PROBLEM_AND_FIX
from huimin.returns.intake import Imported
from huimin.store.delivery import Receipt
from huimin.tables.sql import rows_of

TITLES = {
    "open": "准备",
    "receive": "接收",
    "returns": "核查导入",
    "standardise": "标准化",
    "check": "质量检查",
    "match": "比对",
    "conclude": "汇总",
    "publish": "发布",
}
"""The steps of a night in their order, as an operator reads them."""
MOST_REFUSED = 20
"""Refused deliveries that are named in a night's lines; of more their number is told."""


def line(run: str, step: str, told: str, seconds: float) -> str:
    """One line of the night's log: run, step, what it left, how long it took."""
    return f"{run} {TITLES[step]}：{told}（{seconds:.1f} 秒）"


def joined(*parts: str | None) -> str:
    """The parts as one sentence, those left out that are None or empty."""
    return "，".join(part for part in parts if part)


def some(count: int, told: str) -> str | None:
    """The words with the count in them; None for a count of 0."""
    return told.format(f"{count:,}") if count else None


def opened(night: Night) -> Iterator[str]:
    """The line that opens a night: its run date, and how many contracts and rules it goes by."""
    only = some(len(night.only), "只运行 {} 条规则")
    yield joined(f"比对日 {night.run_date}", f"合同 {len(night.contracts)} 份", f"规则 {len(night.rules)} 条", only)


def received(found: Received) -> Iterator[str]:
    """How many files the inbox held, and how many deliveries of them are to be read."""
    waiting = some(len(found.waiting), "{} 份尚在写入")
    yield joined(f"{found.found:,} 份，新 {len(found.deliveries):,}", waiting, some(found.restored, "恢复损坏 {} 处"))


def returned(imported: Sequence[Imported], waiting: Sequence[str]) -> Iterator[str]:
    """What became of the returned workbooks."""
    new = [one for one in imported if one.status != "known"]
    unreadable = sum(one.problem is not None for one in new)
    yield joined(
        f"{len(new):,} 份，采纳 {sum(one.taken for one in new):,} 行",
        some(sum(one.sent_back for one in new), "退回 {} 行"),
        some(unreadable, "无法读取 {} 份"),
        some(len(waiting), "{} 份尚在写入"),
    )


def standardised(read: Sequence[Receipt]) -> Iterator[str]:
    """What the deliveries that were read gave."""
    rows, rejected = (sum(getattr(one, name) for one in read) for name in ("rows_accepted", "rows_rejected"))
    refused = sum(one.outcome == "refused" for one in read)
    yield joined(f"{len(read):,} 份，{rows:,} 行，退回 {rejected:,} 行", some(refused, "拒收 {} 份"))


def checked(night: Night, judged: Checked) -> Iterator[str]:
    """How many expectations failed, and how many deliveries were kept out for it."""
    quality = pl.read_parquet(night.work / "quality.parquet", columns=["success", "severity"], glob=False)
    failed = quality.filter(~pl.col("success"))
    critical = failed.filter(pl.col("severity") == "critical").height
    yield joined(
        f"{quality.height:,} 项期望，未满足 {failed.height:,}",
        some(critical, "其中关键 {}"),
        some(len(judged.kept_out), "未纳入 {} 份"),
    )


def matched(night: Night) -> Iterator[str]:
    """How many rules ran, and how many rows they matched."""
    (told,) = asked(
        night,
        """select count(*) filter (where status = 'ran') as ran, count(*) filter (where status = 'skipped') as skipped,
            (select count(*) from hits) as hits from rule_outcomes""",
    )
    yield joined(f"{told['ran']} 条规则，命中 {told['hits']:,} 处", some(told["skipped"], "{} 条未运行"))


def concluded(night: Night) -> Iterator[str]:
    """How the clues moved since the run before; then what is refused, each delivery in a line of its own."""
    (told,) = asked(
        night,
        """select (select count(*) from clues) as clues, count(*) filter (where change = 'new') as new,
            count(*) filter (where change = 'changed') as changed,
            count(*) filter (where change = 'vanished') as vanished from changes""",
    )
    continuing = told["clues"] - told["new"] - told["changed"]
    yield (
        f"线索 {told['clues']:,} 条，新增 {told['new']:,}，持续 {continuing:,}，变化 {told['changed']:,}，"
        f"消失 {told['vanished']:,}"
    )
    refused = asked(night, REFUSED)
    for row in refused[:MOST_REFUSED]:
        place = "/".join(filter(None, (row["roster"], row["unit"], row["file"])))
        yield f"拒收：{place}，{row['problem']}"
    if len(refused) > MOST_REFUSED:
        yield f"拒收：另有 {len(refused) - MOST_REFUSED:,} 份，见 deliveries 表"


REFUSED = f"""
select roster, unit, file, {PROBLEM_AND_FIX} as problem from deliveries
where status = 'refused' and delivery not in (select delivery from delivered_before where status = 'refused')
order by roster nulls last, unit nulls first, file, delivery
"""
"""As published, and only what the run before did not tell of."""


def published(left: PublishedRun) -> Iterator[str]:
    """Whether the run is the latest now, and what it rests on."""
    stands = "已为最新" if left.latest else "待放行" if left.held else "不作为最新"
    yield joined(f"在用 {left.in_force:,} 份，线索 {left.clues:,} 条", stands)


def asked(night: Night, sql: str) -> list[dict[str, Any]]:
    """The rows that the night's work database answers with."""
    with duckdb.connect(str(night.database), read_only=True) as con:
        return rows_of(con, sql)
