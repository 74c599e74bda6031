"""Which words, sums and days go together: what is missing from, or does not fit into, a finding."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from huimin.cells.folding import NULL_WORDS
from huimin.ledger.states import (
    CLOSED,
    FOUND_TRUE,
    FOUND_UNTRUE,
    GO_TOGETHER,
    NOTHING_TO_DO,
    OTHER_CAUSE,
    RECTIFYING,
)
from huimin.matching.policy import Policy
from huimin.returns.filled import PROGRESS, PROGRESS_NAME, TITLES, TOTALS, Value
from huimin.returns.known import Known
from huimin.workbooks.columns import OUTCOME

LONGEST_NAME = 100
"""Characters of 核查人, several persons included."""
TOLD_OF_OUTCOME = frozenset(("outcome", "cause", "handling", *TOTALS))
"""Columns that have to go together."""
RECOVERED, DUE = TOTALS

Fault = tuple[str, str]
"""Title of a cell, and what is wrong with it."""


@dataclass(frozen=True)
class Bounds:
    """How far a finding may go, on the day on which it comes in."""

    today: date
    """In Asia/Shanghai; days after it are in the future."""
    due_factor: Decimal
    """What is due is at most so many times what is at risk, without a word why."""
    visit_grace: timedelta
    """A visit is at most so long before the clue was first seen."""


def bounds_of(policy: Policy, today: date) -> Bounds:
    """The bounds that the policy sets on that day. Raises RuleError when it sets none."""
    factor, days = (Decimal(str(policy.value(key, today))) for key in ("due_factor", "visit_grace_days"))
    return Bounds(today, factor, timedelta(days=int(days)))


@dataclass(frozen=True)
class RowFinding:
    """All that is found once a row is taken, by the decision's column."""

    values: Mapping[str, Any]
    changed: Mapping[str, Value]
    """What the row says anew. What stood before was judged when it came."""
    anew: bool
    """Whether a round begins with it: sums of earlier rounds stand, and are none of this one."""

    def says(self, name: str) -> bool:
        """Whether there are words in that column, beyond those for nothing."""
        return str(self.values.get(name) or "").casefold() not in {"", *NULL_WORDS}

    @property
    def sums(self) -> list[str]:
        """Which sums of money the finding is about; nothing to recover is no sum."""
        own = self.changed if self.anew else self.values
        return [name for name in TOTALS if own.get(name)]


def content_faults(finding: RowFinding, known: Known, bounds: Bounds) -> Iterator[Fault]:
    """Why the finding cannot be taken: what is missing, and what does not fit together or exceeds the bounds."""
    found, outcome = finding.values, finding.values.get("outcome")
    if outcome is not None:
        for name in ("verifier", "verified_on"):
            if name not in found:
                yield TITLES[name], f"填了“{OUTCOME}”，请填“{TITLES[name]}”"
        if TOLD_OF_OUTCOME & finding.changed.keys():
            yield from word_faults(finding, str(outcome))
    if len(found.get("verifier", "")) > LONGEST_NAME:
        yield TITLES["verifier"], f"“{TITLES['verifier']}”太长，只填姓名，情况写在说明里"
    yield from day_faults(finding, known, bounds)
    yield from money_faults(finding, known, bounds)
    yield from progress_faults(finding)


def word_faults(finding: RowFinding, outcome: str) -> Iterator[Fault]:
    """Which cause, handling and sums do not go with the outcome, and what it does not go without."""
    said, companions, found = f"“{OUTCOME}”是{outcome}", GO_TOGETHER[outcome], finding.values
    for name, choices in (("cause", companions.causes), ("handling", companions.handlings)):
        if name in found and found[name] not in choices:
            instead = f"可填：{'、'.join(choices)}" if choices else "请不填"
            yield TITLES[name], f"{said}，“{TITLES[name]}”不能是{found[name]}，{instead}"
    if not companions.money:
        for name in TOTALS:
            if finding.changed.get(name):
                yield TITLES[name], f"{said}，不能有“{TITLES[name]}”，请核对"
    if outcome in FOUND_TRUE and "handling" not in found:
        yield TITLES["handling"], f"{said}，请填“{TITLES['handling']}”"
    if outcome in FOUND_TRUE and found.get("handling") == NOTHING_TO_DO:
        for name in finding.sums:
            yield TITLES[name], f"“{TITLES['handling']}”是{NOTHING_TO_DO}，不能有“{TITLES[name]}”，请核对"
        if not finding.says("note"):
            yield TITLES["note"], f"{said}而“{TITLES['handling']}”是{NOTHING_TO_DO}，请在“{TITLES['note']}”里写明为什么"
    if outcome in FOUND_UNTRUE and "cause" not in found:
        yield TITLES["cause"], f"{said}，请填“{TITLES['cause']}”"
    if outcome in FOUND_UNTRUE and found.get("cause") == OTHER_CAUSE and not finding.says("note"):
        yield TITLES["note"], f"“{TITLES['cause']}”是{OTHER_CAUSE}，请在“{TITLES['note']}”里写明是什么原因"


def day_faults(finding: RowFinding, known: Known, bounds: Bounds) -> Iterator[Fault]:
    """Days in the future, before the clue was there, and out of their order."""
    found, visited = finding.values, finding.values.get("verified_on")
    for name in ("verified_on", "rectified_on"):
        if name in found and found[name] > bounds.today:
            yield TITLES[name], f"“{TITLES[name]}”晚于今天（{bounds.today}），请改正"
    if visited is None:
        return
    if "verified_on" in finding.changed and known.first_seen and visited < known.first_seen - bounds.visit_grace:
        days = f"{bounds.visit_grace.days} 天以上"
        yield TITLES["verified_on"], f"“{TITLES['verified_on']}”比首次发现线索（{known.first_seen}）早 {days}，请改正"
    for name in ("deadline_on", "rectified_on"):
        if {name, "verified_on"} & finding.changed.keys() and name in found and found[name] < visited:
            yield TITLES[name], f"“{TITLES[name]}”早于“{TITLES['verified_on']}”，请改正"


def money_faults(finding: RowFinding, known: Known, bounds: Bounds) -> Iterator[Fault]:
    """Sums below zero, more recovered than is due, and more due than the clue can be worth."""
    found = finding.values
    for name in TOTALS:
        if found.get(name, Decimal(0)) < 0:
            yield TITLES[name], f"“{TITLES[name]}”不能是负数"
    recovered, due = found.get(RECOVERED), found.get(DUE)
    if recovered is not None and due is not None and recovered > due:
        yield TITLES[RECOVERED], f"“{TITLES[RECOVERED]}”多于“{TITLES[DUE]}”，请核对两个金额"
    if found.get("outcome") not in FOUND_TRUE:
        return  # whatever it is, there may be no money
    if finding.changed.get(RECOVERED) and due is None:
        yield TITLES[DUE], f"填了“{TITLES[RECOVERED]}”，请填“{TITLES[DUE]}”"
    at_risk = known.amount_at_risk or Decimal(0)
    if DUE in finding.changed and found[DUE] > at_risk * bounds.due_factor > 0 and not finding.says("note"):
        least = f"超过涉及金额的 {bounds.due_factor.normalize():f} 倍"
        yield TITLES[DUE], f"“{TITLES[DUE]}”{least}，请核对；确实如此的，请在“{TITLES['note']}”里写明原因"


def progress_faults(finding: RowFinding) -> Iterator[Fault]:
    """What is missing before a finding can be mended, or closed."""
    found, progress = finding.values, finding.changed.get(PROGRESS_NAME)
    if progress == RECTIFYING and "deadline_on" not in found:
        yield TITLES["deadline_on"], f"“{PROGRESS}”是{RECTIFYING}，请填“{TITLES['deadline_on']}”"
    if progress == CLOSED:
        if "rectified_on" not in found:
            yield TITLES["rectified_on"], f"“{PROGRESS}”是{CLOSED}，请填“{TITLES['rectified_on']}”"
        if found.get(RECOVERED, Decimal(0)) < found.get(DUE, Decimal(0)):
            yield TITLES[RECOVERED], f"“{TITLES[RECOVERED]}”还少于“{TITLES[DUE]}”，追缴到位后才能销号"
