"""Which single changes of a rule its own cases see."""

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from huimin.errors import RuleError
from huimin.matching.rule import Rule
from huimin.nights.rule_cases import Case
from huimin.nights.rule_findings import CaseBench, LaidCase
from tools.mutants.sql import mutants_of

PARTS = ("sql", "population", "periods")


@dataclass(frozen=True)
class RuleMutant:
    """A rule with one change."""

    part: str
    change: str
    rule: Rule

    @property
    def name(self) -> str:
        """How the list of equivalent changes calls it."""
        return f"{self.part}: {self.change}"


def rule_mutants(rule: Rule, most: int, seed: int) -> list[RuleMutant]:
    """At most so many mutants of a rule, the same for the same seed, in the order of its text."""
    found = [
        RuleMutant(part, mutant.change, with_sql(rule, part, mutant.sql))
        for part in PARTS
        if getattr(rule, part)
        for mutant in mutants_of(getattr(rule, part))
    ]
    if len(found) <= most:
        return found
    chosen = random.Random(f"{seed} {rule.rule}").sample(range(len(found)), most)  # noqa: S311  no secret
    return [found[place] for place in sorted(chosen)]


def with_sql(rule: Rule, part: str, sql: str) -> Rule:
    """The rule with other SQL as one of its parts."""
    other: dict[str, Any] = {part: sql}
    return replace(rule, **other)


def unseen(bench: CaseBench, cases: Sequence[Case], mutants: Sequence[RuleMutant]) -> list[RuleMutant]:
    """The mutants under which every case holds."""
    left = list(mutants)
    for case in cases:
        left = [mutant for mutant, holds in zip(left, holding(bench, case, left), strict=True) if holds]
    return left


def holding(bench: CaseBench, case: Case, mutants: Sequence[RuleMutant]) -> Iterator[bool]:
    """For each mutant whether the case holds; one that fails does not, and the case is laid anew after it."""
    waiting = [mutant for mutant in mutants if can_be_seen(case, mutant)]
    seen: set[str] = set()
    while waiting:
        with bench.laid(case) as laid:
            laid.run(bench.project.rules[case.rule])
            usual = answer(laid)
            while waiting:
                mutant = waiting.pop(0)
                try:
                    laid.run(mutant.rule)
                    holds = answer(laid) == usual or laid.differences(mutant.rule) == ((), ())
                except RuleError:
                    seen.add(mutant.name)
                    break
                if not holds:
                    seen.add(mutant.name)
    return (mutant.name not in seen for mutant in mutants)


def can_be_seen(case: Case, mutant: RuleMutant) -> bool:
    """Whether the case states what the change is about."""
    return {"sql": True, "population": case.population is not None, "periods": case.not_judged is not None}[mutant.part]


def answer(laid: LaidCase) -> tuple[Counter[tuple[object, ...]], list[tuple[object, ...]]]:
    """All that a rule's clues, evidence and figures are made of."""
    figures = laid.con.execute("select population, periods_not_judged from rule_outcomes").fetchall()
    return Counter(laid.con.execute("from hits").fetchall()), figures
