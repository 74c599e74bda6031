"""A rule tried on the rows in force."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

import duckdb

from huimin.figures.backtest import Backtest, backtest
from huimin.nights.conclude import clues_next
from huimin.nights.night import Night, check_step, match_step, open_night
from huimin.nights.scratch import TRIAL, refuse_left_out, scratch_root
from huimin.project import Project
from huimin.store.root import Root


@dataclass(frozen=True)
class Preview:
    """What one rule would find."""

    rule: str
    clues: int
    population: int
    skipped: str | None
    """Why it would not run."""
    by_place: tuple[tuple[str, str | None, int, Decimal], ...]
    """Item, street, clues, money at risk."""
    overlap: tuple[tuple[str, int], ...]
    """Other rules, and how many of this rule's persons and items they name too."""
    past: Backtest
    """What was found before of those whom it would name."""


def preview_rule(root: Root, project: Project, rule: str, run_date: date) -> Preview:
    """What the rule would find on the data in force, also when it is switched off, and what the past says of it.

    Nothing is stored. Raises PublishError when the root's ledger or a verification record is gone or damaged,
    UsageError when it reads columns that a strict root has not kept.
    """
    with scratch_root(root) as scratch:
        night = Night(scratch, project, TRIAL, run_date)
        open_night(night)
        rules = {**night.rules, rule: replace(night.rules[rule], enabled=True)}
        refuse_left_out(night, rules)
        match_step(night, check_step(night), rules)
        with clues_next(night, rules, root) as con:
            return previewed(con, rule, run_date)


def previewed(con: duckdb.DuckDBPyConnection, rule: str, run_date: date) -> Preview:
    """The preview of a rule out of a work database as `clues_next` leaves it."""
    status, why, population = con.execute(
        "select status, why, population from rule_outcomes where rule = ?", [rule]
    ).fetchall()[0]
    by_place = con.execute(
        """
        select item, street, count(*), sum(amount_at_risk) from clues where rule = ? group by item, street
        order by item, street nulls last
        """,
        [rule],
    ).fetchall()
    overlap = con.execute(
        """
        select other.rule, count(distinct (mine.item, mine.person_key)) as shared
        from clues as mine join clues as other using (item, person_key)
        where mine.rule = ? and other.rule <> mine.rule group by other.rule order by shared desc, other.rule
        """,
        [rule],
    ).fetchall()
    return Preview(
        rule,
        sum(row[2] for row in by_place),
        population or 0,
        why if status == "skipped" else None,
        tuple(by_place),
        tuple(overlap),
        backtest(con, rule, run_date),
    )
