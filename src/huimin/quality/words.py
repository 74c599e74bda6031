"""What is told of deliveries that were kept out or taken out, in words that say what to do."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from huimin.contracts.periods import is_day
from huimin.store.delivery import Delivery, Receipt
from huimin.store.rulings import Ruling

KEPT_OUT = "未通过关键检查，未采用"
"""How the problem of a delivery begins that a critical expectation kept out."""
PROBLEM_AND_FIX = "replace(concat_ws('，', problem, fix), chr(10), ' ')"
"""The SQL expression for what is wrong with a delivery and what to do, in one line."""
STALE = "陈旧：较新的交付未通过关键检查，沿用本交付"
WHOLE = "全区"
"""How deliveries of no unit are told."""

FULL_REGISTER = "名册须报送全量，不是增量，请报送整册"
OWN_FOLDER = "更正请报送整期；街道名单、补发名单等与全区名单并列的，请放入单位文件夹 inbox/{roster}/单位名/"
ONE_UNIT = "同一名单不要由两个单位报送，请核对单位文件夹的名称"
IN_YUAN = "请核对金额单位是否为元"

ACCEPTED = "{records} 条记录中只有 {accepted} 条合格，不足一半"
OF_REGISTERS = {
    "previous_share": ("只有 {count} 行，不足所替换名册“{file}”（{of} 行）的一半", FULL_REGISTER),
    "persons_share": ("所替换名册“{file}”的 {of} 人中只有 {count} 人还在，不足一半", FULL_REGISTER),
}
OF_SLOTS = {
    "previous_share": ("{slot} 只有 {count} 行，不足所替换的“{file}”（{of} 行）的一半", OWN_FOLDER),
    "persons_share": ("{slot} 所替换的“{file}”的 {of} 人中只有 {count} 人还在，不足五分之一", OWN_FOLDER),
    "persons_again": ("{slot} 与所替换的“{file}”（{of} 人）没有一人相同", OWN_FOLDER),
    "overlap_share": ("{slot} 与“{unit}”的“{file}”有 {count} 人相同，达到较少一方（{of} 人）的一半", ONE_UNIT),
    "amount_factor": ("{slot} 金额的中位数与所替换的“{file}”相差 {figure:.0f} 倍", IN_YUAN),
    "amount_factor_beside": ("{slot} 金额的中位数与在用的其他 {count} 期相差 {figure:.0f} 倍", IN_YUAN),
}
"""By the column that failed: what was found, and what to do."""


def why_kept_out(
    receipt: Receipt,
    failed: Iterable[tuple[str, str]],
    compared: Mapping[str, Mapping[str, Any]],
    known: Mapping[str, Delivery],
) -> str:
    """What the delivery failed and what to do, or the expectation's own name where that is of its rows.

    `failed`: column and expectation; `compared`: by column the figure beside others (`compare.FIGURES`); `known`: every
    delivery by id.
    """
    told: defaultdict[str, list[str]] = defaultdict(list)
    for column, expectation in failed:
        if column in compared:
            found, advice = beside(receipt, compared[column], known)
            told[advice].append(found)
        elif column == "accepted_share":
            told[""].append(ACCEPTED.format(records=receipt.records, accepted=receipt.accepted))
        else:
            told[""].append(expectation)
    return "；".join("，".join(found) + (f"。{advice}" if advice else "") for advice, found in told.items())


def beside(receipt: Receipt, figure: Mapping[str, Any], known: Mapping[str, Delivery]) -> tuple[str, str]:
    """What was found beside another delivery, or beside several, and what to do."""
    found, advice = (OF_REGISTERS if is_day(figure["slot"]) else OF_SLOTS)[figure["column"]]
    other = known.get(figure["other"] or "")
    named = {"file": other.file, "unit": other.unit or WHOLE} if other else {}
    return found.format(**figure, **named), advice.format(roster=receipt.delivery.roster)


def ruled(ruling: Ruling) -> str:
    """What a person decided of a delivery: who, when and why."""
    return f"{ruling.at:%Y-%m-%d %H:%M} {ruling.who}：{ruling.why}"
