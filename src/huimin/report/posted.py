"""The edition for posting (公示版): a month's counts by item and street, of which nobody can work out a small one."""

import json
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from huimin.contracts.contract import Contract
from huimin.errors import PublishError
from huimin.figures.rates import in_force
from huimin.language import _
from huimin.ledger.states import EXEMPT, PENDING
from huimin.matching.policy import lay_policy
from huimin.project import Project
from huimin.report.month import STEPS, days_of
from huimin.report.monthly import go_on, lay_published, run_of
from huimin.report.zero import DaySpan
from huimin.store.delivery import IN_FORCE
from huimin.store.manifest import read_manifest
from huimin.store.root import Root
from huimin.tables.key import unlocked
from huimin.tables.sql import rows_of

TOTAL = ""
"""Stands for all streets, or all items, in the place of a cell."""
NOWHERE, NO_ITEM = "（不详）", "（其他）"
PostedPlace = tuple[str, str]
"""Item and street of a cell."""


@dataclass(frozen=True)
class Measure:
    """One measure that an edition has a table of, by item and street."""

    name: str
    title: str
    unit: str
    adds_up: bool
    """Whether it is summed over items too: not people, of whom one may have several benefits, nor their money, whose
    sums tell the counts behind them where the standard of a benefit is known."""
    stands: bool
    """Whether it tells how things stand, so that the month before can tell the same figure; else what came in it."""


MEASURES = (
    Measure("beneficiaries", "享受人数", "人", adds_up=False, stands=True),
    Measure("paid", "发放金额", "元", adds_up=False, stands=True),
    Measure("clues", "发现线索", "条", adds_up=True, stands=False),
    Measure("verified", "核查线索", "条", adds_up=True, stands=False),
    Measure("recovered", "追缴到位金额", "元", adds_up=False, stands=False),
)


@dataclass(frozen=True)
class PostedCell:
    """One figure and whether it stays hidden. Money is in whole yuan."""

    item: str
    street: str
    value: int
    people: int
    """How many persons it is of; of clues without a person their number."""
    is_hidden: bool = False

    @property
    def place(self) -> PostedPlace:
        """Item and street: the row and column of the table in which it stands."""
        return self.item, self.street


@dataclass(frozen=True)
class PostedEdition:
    """One month's tables, with their hidden figures: these stay in the root's state."""

    month: date
    """Its first day."""
    run: str
    decided_on: date
    """The last day whose decisions are counted."""
    minimum: int
    """Figures of fewer people are hidden."""
    items: Mapping[str, str]
    """By name their titles, in the order of the tables."""
    streets: tuple[str, ...]
    tables: Mapping[str, tuple[PostedCell, ...]]
    """By the measure's name."""

    @property
    def title(self) -> str:
        """The month in Chinese."""
        return f"{self.month.year}年{self.month.month}月"

    def at(self, measure: str) -> dict[PostedPlace, PostedCell]:
        """The cells of a table by their place."""
        return {cell.place: cell for cell in self.tables[measure]}

    def counted(self) -> tuple[int, int]:
        """How many cells there are, and how many of them are hidden."""
        cells = [cell for table in self.tables.values() for cell in table]
        return len(cells), sum(cell.is_hidden for cell in cells)

    def as_json(self) -> dict[str, Any]:
        """A JSON-ready dictionary, from which `edition_from` makes it again."""
        value = asdict(self)
        return {**value, "month": f"{self.month:%Y-%m}", "decided_on": self.decided_on.isoformat()}


def edition_from(place: Path) -> PostedEdition:
    """The edition that was posted. Raises PublishError for a file that cannot be read."""
    try:
        value = json.loads(place.read_bytes())
        tables = {name: tuple(PostedCell(**cell) for cell in cells) for name, cells in value["tables"].items()}
        month, decided_on = date.fromisoformat(f"{value['month']}-01"), date.fromisoformat(value["decided_on"])
        known = {**value, "month": month, "decided_on": decided_on, "streets": tuple(value["streets"])}
        return PostedEdition(**{**known, "tables": tables})
    except (OSError, KeyError, TypeError, ValueError):
        raise PublishError(str(place), _("cannot be read"), _("restore it from the back-up")) from None


def gather_posting(root: Root, project: Project, month: date, today: date) -> PostedEdition:
    """The month's figures out of its last complete run and what was decided until its end, nothing hidden yet.

    Raises UsageError for a month without a run, ContractError, and PublishError for a run that does not tell what was
    paid.
    """
    run = run_of(root, month, today)
    manifest, days = read_manifest(root.published / run), days_of(month)
    until = min(days.last, today)
    with closing(unlocked(duckdb.connect())) as con:
        lay_published(con, root, run)
        if con.execute("select count(*) from coverage where paid is not null").fetchall() == [(0,)]:
            fix = _("`huimin run` in this month, then post it")
            raise PublishError(str(root.published / run), _("this run does not tell what was paid"), fix)
        lay_policy(con, project.policy_of(root))
        go_on(con, root, manifest, until)
        minimum = int(in_force(con, "disclosure_minimum", manifest.facts.run_date))
        return edition_of(con, project.contracts, run, DaySpan(days.first, until), minimum)


def edition_of(
    con: duckdb.DuckDBPyConnection, contracts: Mapping[str, Contract], run: str, days: DaySpan, minimum: int
) -> PostedEdition:
    """The figures of these days out of `coverage`, `ledger`, `clues`, `decisions` and `deliveries`, none hidden yet.

    Its items are those of which something is in force or was found, in the order of the catalogue.
    """
    span = {"first": days.first, "last": days.last}
    rows = [*rows_of(con, ON_BENEFIT), *rows_of(con, FOUND, **span), *rows_of(con, RECOVERED, **span)]
    delivered = [name for (name,) in con.execute(DELIVERED).fetchall()]
    titles = {name: contract.title for name, contract in contracts.items() if contract.kind != "register"}
    found = {*delivered, *(row["item"] for row in rows)} - {TOTAL}
    items = {name: title for name, title in titles.items() if name in found}
    items |= {name: name for name in sorted({row["item"] for row in rows} - {TOTAL, *items})}
    streets = tuple(sorted({row["street"] for row in rows} - {TOTAL}, key=lambda name: (name.startswith("（"), name)))
    tables = {one.name: table_of(one, rows, [*items], streets) for one in MEASURES}
    return PostedEdition(days.first, run, days.last, minimum, items, streets, tables)


DELIVERED = f"select distinct roster from deliveries where status in {IN_FORCE}"
BY = "grouping sets ((item, street), (item), (street), ())"
PLACED = f"coalesce(item, '{TOTAL}') as item, coalesce(street, '{TOTAL}') as street"
ON_BENEFIT = f"""
with placed as (
    select coalesce(item, '{NO_ITEM}') as item, coalesce(street, '{NOWHERE}') as street, beneficiaries, paid
    from coverage
)
select 'beneficiaries' as measure, {PLACED}, coalesce(sum(beneficiaries), 0) as value, value as people
from placed group by {BY}
union all
select 'paid', {PLACED}, coalesce(sum(round(paid)), 0), coalesce(sum(beneficiaries), 0) from placed group by {BY}
"""
# Clues of one person are of one person, however many there are: a count of them is as small as that.
WHOM = f"""
whom as (
    select l.clue_id, coalesce(l.item, '{NO_ITEM}') as item, coalesce(l.street, '{NOWHERE}') as street,
           coalesce(c.person_key, l.clue_id) as person, l.first_seen, l.verified_on, l.outcome
    from ledger as l left join clues as c on c.clue_id = l.clue_id
    where l.state <> '{EXEMPT}'
)
"""
FOUND = f"""
with {WHOM}
select 'clues' as measure, {PLACED}, count(*) as value, count(distinct person) as people
from whom where first_seen between $first::date and $last::date group by {BY}
union all
select 'verified', {PLACED}, count(*), count(distinct person)
from whom where outcome <> '{PENDING}' and verified_on between $first::date and $last::date group by {BY}
"""
RECOVERED = f"""
{STEPS},
{WHOM}
select 'recovered' as measure, {PLACED}, coalesce(sum(round(s.recovered)), 0) as value,
       count(distinct w.person) as people
from steps as s join whom as w on w.clue_id = s.clue_id
where s.day between $first::date and $last::date and s.recovered <> 0 group by {BY}
"""


def table_of(
    measure: Measure, rows: Sequence[Mapping[str, Any]], items: Sequence[str], streets: Sequence[str]
) -> tuple[PostedCell, ...]:
    """Every cell of the table, those that nothing tells as 0; totals over items only of what adds up.

    An item whose roster tells no money has no line of what is paid.
    """
    found = {(row["item"], row["street"]): row for row in rows if row["measure"] == measure.name}
    if measure.name == "paid":
        items = [item for item in items if (item, TOTAL) in found and found[item, TOTAL]["value"]]
    places = [(item, street) for item in items for street in (*streets, TOTAL)]
    if measure.adds_up:
        places += [(TOTAL, street) for street in (*streets, TOTAL)]
    nothing = {"value": 0, "people": 0}
    told = [(place, found.get(place, nothing)) for place in places]
    return tuple(PostedCell(*place, int(row["value"]), int(row["people"])) for place, row in told)
