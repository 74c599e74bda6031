"""What was found of a clue, in words for its card: what the ledger publishes, and who decided, which is restricted."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from huimin.tables.sql import parquet
from huimin.zone import local

KINDS = {
    "ledger": "核查",
    "recheck": "复核",
    "cross": "交叉检查",
    "spot": "抽查",
    "visits": "走访",
    "draw": "抽取",
    "close": "计划结束",
}


def found_of(row: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What the ledger knows of a clue's verification; nothing before the first."""
    if row["outcome"]:
        parts = (row["cause"], row["handling"], str(row["verified_on"] or ""))
        yield "核查结果", row["outcome"] + "".join(f"，{part}" for part in parts if part)
    if row["due_amount"] is not None or row["recovered_amount"] is not None:
        yield "追缴", f"应追缴 {row['due_amount'] or 0:,} 元，已追缴 {row['recovered_amount'] or 0:,} 元"
    for label, column in (("整改期限", "deadline_on"), ("整改完成", "rectified_on"), ("销号日期", "closed_on")):
        if row[column]:
            yield label, str(row[column])
    if row["what_changed"]:
        yield "重新打开", f"{row['reopened_on']}：{row['what_changed']}"


def decisions_sql(restricted: Path) -> str:
    """SQL for the decisions on one clue, in the order taken."""
    return (
        f"select * from {parquet(restricted / 'decisions.parquet')} where clue_id = $clue_id order by record, sequence"
    )


def history(decisions: Iterable[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    """Every decision on the clue: when, what, by whom, in which file."""
    for row in decisions:
        said = " → ".join(dict.fromkeys(part for part in (row["outcome"], row["state"]) if part))
        where = f"{row['file']} 第 {row['row']} 行" if row["file"] else row["record"]
        by = f"核查人 {row['verifier']}（{row['verified_on']}）" if row["verifier"] else ""
        parts = (KINDS.get(row["kind"], row["kind"]), said or "补充", row["cause"], by, where, row["note"])
        yield f"{local(row['decided_at']):%Y-%m-%d %H:%M}", "，".join(part for part in parts if part)
