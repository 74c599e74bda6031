"""Policy what-if (政策测算): which clues would come, stay or go under other policy values, on the rows in force."""

import re
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import cast

import polars as pl

from huimin.errors import UsageError
from huimin.language import _, listed
from huimin.matching.match import needed_views
from huimin.matching.policy import BEGINNING, Parameter, Policy, PolicyValue
from huimin.matching.rule import Rule
from huimin.nights.conclude import clues_alone
from huimin.nights.night import Checked, Night, check_step, match_step, open_night
from huimin.nights.scratch import TRIAL, refuse_left_out, scratch_root
from huimin.project import Project
from huimin.store.root import Root

WRITTEN = re.compile(r"([a-z][a-z0-9_]*)(?:\.([^=.]+))?=(.+)")
FIX = _("write it as dibao_standard.urban_dibao=1000, or home_limit=3; several values after commas give a curve")
NUMBERS = ("integer", "money", "decimal")
"""Types of policy values that can be other."""
FIGURES = ("come", "stay", "go", "yuan_come", "yuan_stay_before", "yuan_stay_after", "yuan_go")


@dataclass(frozen=True)
class PolicyChange:
    """Another value of one policy parameter, from a day on."""

    key: str
    row: str | None
    """The first column's value of the rows that change, as `urban_dibao`; None where there is one value."""
    values: tuple[Decimal, ...]
    """One scenario each."""
    from_on: date = BEGINNING


@dataclass(frozen=True)
class Moved:
    """How the clues of one item in one street would change."""

    item: str
    street: str | None
    come: int
    stay: int
    go: int
    yuan_come: Decimal
    yuan_stay_before: Decimal
    yuan_stay_after: Decimal
    yuan_go: Decimal


@dataclass(frozen=True)
class Scenario:
    """One value, and what would be found under it."""

    value: Decimal
    places: tuple[Moved, ...]
    """By item (catalogue order), then street."""

    def total(self, figure: str) -> Decimal | int:
        """One of `FIGURES`, over all places."""
        return sum((getattr(place, figure) for place in self.places), Decimal(0) if figure.startswith("yuan") else 0)


@dataclass(frozen=True)
class WhatIf:
    """A policy change, the rules that it concerns, and its scenarios in the order asked for."""

    change: PolicyChange
    title: str
    unit: str
    rules: tuple[str, ...]
    scenarios: tuple[Scenario, ...]
    skipped: tuple[tuple[str, str], ...] = ()
    """Of the rules those that would not run, and why."""


def read_change(text: str, from_on: date = BEGINNING) -> PolicyChange:
    """`key[.row]=value[,value…]` as a change. Raises UsageError."""
    found = WRITTEN.fullmatch(text.strip())
    if found is None:
        raise UsageError(text, _("this names no policy value"), FIX)
    try:
        values = tuple(Decimal(value.strip()) for value in found[3].split(","))
    except InvalidOperation:
        raise UsageError(text, _("a value is no number"), FIX) from None
    if not all(value.is_finite() for value in values):
        raise UsageError(text, _("a value is no number"), FIX)
    if min(values) < 0:
        raise UsageError(text, _("a value is below 0"), FIX)
    return PolicyChange(found[1], found[2], values, from_on)


def what_if(root: Root, project: Project, change: PolicyChange, run_date: date) -> WhatIf:
    """What the rules that read the parameter would find under each value. Nothing is stored or published.

    Raises UsageError for a parameter or row that the policy does not have, one that no enabled rule reads, and where
    rules read columns that a strict root has not kept.
    """
    parameter = parameter_of(project.policy_of(root), change)
    rules = {name: rule for name, rule in project.rules.items() if rule.enabled and reads(rule, change.key, project)}
    if not rules:
        raise UsageError(change.key, _("no rule reads this parameter"), _("see `huimin rules list`"))
    with scratch_root(root) as scratch:
        night = Night(scratch, project, TRIAL, run_date, only=tuple(rules))
        open_night(night)
        refuse_left_out(night, project.rules)
        checked = check_step(night)
        before = clues_under(night, checked, night.policy)
        skipped = skipped_of(night)
        if len(skipped) == len(rules):
            fix = _("without its rosters nothing can be tried; see `huimin plan`")
            raise UsageError(change.key, listed([f"{rule}: {why}" for rule, why in skipped]), fix)
        scenarios = tuple(
            Scenario(
                value, tuple(compared(before, clues_under(night, checked, altered(night.policy, change, value)), night))
            )
            for value in change.values
        )
    return WhatIf(change, parameter.title, parameter.unit, tuple(rules), scenarios, skipped)


def parameter_of(policy: Policy, change: PolicyChange) -> Parameter:
    """The parameter that changes. Raises UsageError when there is none of the name, or it has no such row or number."""
    if change.key not in policy.parameters:
        raise UsageError(
            change.key, _("no such policy parameter"), _("one of {known}", known=", ".join(policy.parameters))
        )
    parameter = policy.parameters[change.key]
    numbers = [name for name, kind in parameter.columns if kind in NUMBERS]
    texts = [name for name, kind in parameter.columns if kind == "text"]
    if len(numbers) != 1 or len(texts) > 1:
        raise UsageError(
            change.key, _("it has not one number to change"), _("change it in state/policy.toml of a copy of the root")
        )
    rows = (
        sorted({str(row[2 + list(dict(parameter.columns)).index(texts[0])]) for row in parameter.rows}) if texts else []
    )
    if (change.row is None) == bool(rows) or (rows and change.row not in rows):
        known = _("one of {rows}", rows=", ".join(rows) or _("none: it has one value"))
        if change.row is None:
            raise UsageError(change.key, _("which of its rows changes is not said"), known)
        raise UsageError(change.key, _("it has no row {row}", row=change.row), known)
    if dict(parameter.columns)[numbers[0]] == "integer" and any(value % 1 for value in change.values):
        raise UsageError(change.key, _("it counts in whole numbers"), FIX)
    return parameter


def reads(rule: Rule, key: str, project: Project) -> bool:
    """Whether the rule reads the parameter, directly or through a view."""
    through = needed_views([rule], project.views)
    return key in rule.policy or any(f"policy_{key}" in project.views[view].tables for view in through)


def altered(policy: Policy, change: PolicyChange, value: Decimal) -> Policy:
    """The policy with that value from the day on; what was in force before it stays."""
    parameter = policy.parameters[change.key]
    kinds = dict(parameter.columns)
    number = next(place for place, kind in enumerate(kinds.values(), 2) if kind in NUMBERS)
    written: PolicyValue = int(value) if list(kinds.values())[number - 2] == "integer" else value
    rows: list[tuple[PolicyValue, ...]] = []
    for begins, ends, *cells in cast(Iterable[tuple[date, date, PolicyValue]], parameter.rows):
        if ends <= change.from_on or (change.row is not None and change.row not in map(str, cells)):
            rows.append((begins, ends, *cells))
            continue
        if begins < change.from_on:
            rows.append((begins, change.from_on, *cells))
        rows.append((max(begins, change.from_on), ends, *cells[: number - 2], written, *cells[number - 1 :]))
    return Policy({**policy.parameters, change.key: replace(parameter, rows=tuple(rows))}, policy.digest)


def clues_under(night: Night, checked: Checked, policy: Policy) -> pl.DataFrame:
    """Clue, item, street and yuan of all that the night's rules find under the policy."""
    match_step(night, checked, night.rules, policy=policy)
    with clues_alone(night, night.rules) as con:
        return con.execute("select clue_id, item, street, amount_at_risk as yuan from clues").pl()


def skipped_of(night: Night) -> tuple[tuple[str, str], ...]:
    """Of the night's rules those that did not run, and why."""
    with closing(night.open_work()) as con:
        told = con.execute("select rule, why from rule_outcomes where status = 'skipped' order by rule").fetchall()
    return tuple((rule, why) for rule, why in told if rule in night.only)


def compared(before: pl.DataFrame, after: pl.DataFrame, night: Night) -> Iterator[Moved]:
    """The places in which there are clues before or after, in the order of items and streets."""
    both = before.join(after, on="clue_id", how="full", suffix="_after", coalesce=True).with_columns(
        item=pl.coalesce("item_after", "item"), street=pl.coalesce("street_after", "street"),
        came=pl.col("item").is_null(), went=pl.col("item_after").is_null(),
    )  # fmt: skip
    stays = ~pl.col("came") & ~pl.col("went")
    counted = both.group_by("item", "street").agg(
        come=pl.col("came").sum(), stay=stays.sum(), go=pl.col("went").sum(),
        yuan_come=pl.col("yuan_after").filter("came").sum(),
        yuan_stay_before=pl.col("yuan").filter(stays).sum(), yuan_stay_after=pl.col("yuan_after").filter(stays).sum(),
        yuan_go=pl.col("yuan").filter("went").sum(),
    )  # fmt: skip
    order = list(night.contracts)
    for row in sorted(counted.rows(named=True), key=lambda row: (order.index(row["item"]), row["street"] or "")):
        yield Moved(**row)
