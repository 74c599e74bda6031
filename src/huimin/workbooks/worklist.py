"""A worklist that fits the week (工作清单): which households of a street to visit next, as a workbook to fill in."""

from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from hashlib import sha256
from math import ceil
from pathlib import Path
from typing import Literal

import duckdb

from huimin.errors import UsageError
from huimin.language import _
from huimin.ledger.states import OPEN, PENDING, RECHECKING, RECTIFYING
from huimin.matching.policy import Policy
from huimin.project import Project
from huimin.store.root import Root
from huimin.tables.work import open_work
from huimin.workbooks.book import write_book
from huimin.workbooks.book_rows import NOBODY, Issue, book_rows, lay_book_rows
from huimin.workbooks.columns import CLUE_ID
from huimin.workbooks.export import lay_ledger_now, notes_of, owners
from huimin.workbooks.shelf import of_night

Chosen = Literal["overdue", "yuan", "chance"]
REASONS: dict[Chosen, str] = {"overdue": "逾期", "yuan": "按预期金额", "chance": "随机"}
CHANCE = Decimal("0.1")
"""Share of the visits that are left to chance, so that hit rates do not tell of the likeliest clues alone."""


@dataclass(frozen=True)
class Household:
    """A household of which something is to be found out."""

    household: str
    """Its key; a clue without household stands for itself."""
    yuan: float
    """Expected: amount at risk times hit rate, over its clues."""
    due_on: date
    """The earliest day by which one of its clues is to be looked at."""


@dataclass(frozen=True)
class Worklist:
    """What was written."""

    place: Path
    run: str
    chosen: tuple[tuple[str, Chosen], ...]
    """Household and why it is there, in the order in which they were chosen."""
    waiting: int
    """Households of the street that wait, chosen or not."""
    clues: int


def share_of(text: str) -> Decimal:
    """The share as it was typed. Raises UsageError where it is none from 0 to 1."""
    with suppress(InvalidOperation):
        if (share := Decimal(text)).is_finite() and 0 <= share <= 1:
            return share
    raise UsageError("--chance", _("no share"), _("give a number from 0 to 1, such as 0.1"))


def counted(chosen: Sequence[tuple[str, Chosen]]) -> str:
    """How many households are on a list for each ground, in words."""
    return "，".join(f"{title} {sum(why == ground for _, why in chosen)} 户" for ground, title in REASONS.items())


def choose(
    households: Sequence[Household], visits: int, chance: Decimal, seed: str, today: date
) -> tuple[tuple[str, Chosen], ...]:
    """At most so many households and why: all that are overdue, then by expected yuan, and a share by lot.

    Of the visits that the overdue leave, `chance` of them (rounded up) go by lot to households that would otherwise
    not be on the list. The same households, visits and seed give the same list, in whatever order they come.
    """
    late = sorted(
        (one for one in households if one.due_on < today), key=lambda one: (one.due_on, -one.yuan, one.household)
    )
    rest = sorted(
        (one for one in households if one.due_on >= today), key=lambda one: (-one.yuan, one.due_on, one.household)
    )
    left = max(0, visits - len(late))
    by_lot = 0 if left >= len(rest) else ceil(Fraction(chance) * left)
    sure, others = rest[: left - by_lot], rest[left - by_lot :]
    drawn = sorted(others, key=lambda one: sha256(f"{seed} {one.household}".encode()).digest())[:by_lot]
    reasons: tuple[tuple[Chosen, Sequence[Household]], ...] = (
        ("overdue", late[:visits]),
        ("yuan", sure),
        ("chance", drawn),
    )
    return tuple((one.household, reason) for reason, found in reasons for one in found)


def write_worklist(
    root: Root, project: Project, street: str, visits: int, place: Path, seed: int = 0, chance: Decimal = CHANCE
) -> Worklist:
    """The worklist of a street as a workbook that is returned like every other, neighbours together.

    Days are counted to the run date of the latest run, so that the same ledger gives the same list. Raises UsageError
    for a street of which nothing waits, PublishError before the first run or where its cards are gone.
    """
    if visits < 1:
        raise UsageError("--visits", _("a list of no visits"), _("give how many households the week has room for"))
    owner = None if street == NOBODY else street
    with closing(open_work(None)) as con:
        issue = lay_ledger_now(con, root)
        lay_book_rows(con, issue, project.rules)
        households = list(waiting(con, owner, issue, project.policy_of(root)))
        if not households:
            known = owners(con, "street")
            if owner not in known:
                fix = _("one of {streets}", streets=", ".join(name or NOBODY for name in known))
                raise UsageError(street, _("the ledger has no such street"), fix)
            raise UsageError(street, _("nothing waits there"), _("see `huimin ledger status --by street`"))
        chosen = choose(households, visits, chance, f"{seed} {issue.run}", issue.run_date)
        clues = clues_of(con, owner, [household for household, _ in chosen])
        rows = [row for row in book_rows(con, "street", owner, issue.secret, {}) if row.cells[CLUE_ID] in clues]
    told, night = counted(chosen), of_night(issue.run, issue.run_date)
    how_much, *how_to = notes_of(rows)
    write_book(
        place,
        f"{street} 工作清单",
        rows,
        notes=(f"本清单 {told}；全街道待核查 {len(households)} 户", f"{night}　　{how_much}", *how_to),
    )
    return Worklist(place, issue.run, chosen, len(households), len(rows))


def waiting(con: duckdb.DuckDBPyConnection, street: str | None, issue: Issue, policy: Policy) -> Iterator[Household]:
    """The street's households with a clue that somebody has to look at, by `book_rows`."""
    days = policy.value("verification_days", issue.run_date)
    for household, yuan, due_on in con.execute(
        """select household, sum(case when "当前状态" <> $rectifying then priority else 0 end),
                  min(case when "当前状态" = $rectifying then due_on else waits_since + $days::integer end)
           from book_rows where street is not distinct from $street and list_contains($waiting, "当前状态")
           group by household order by household""",
        {"street": street, "days": days, "rectifying": RECTIFYING, "waiting": [OPEN, PENDING, RECHECKING, RECTIFYING]},
    ).fetchall():
        yield Household(household, yuan, due_on or issue.run_date + timedelta(days=int(str(days))))


def clues_of(con: duckdb.DuckDBPyConnection, street: str | None, households: Sequence[str]) -> set[str]:
    """The clues of those households that the street's book would have."""
    return {
        clue
        for (clue,) in con.execute(
            """select "线索编号" from book_rows
               where street is not distinct from $street and not settled and list_contains($households, household)""",
            {"street": street, "households": list(households)},
        ).fetchall()
    }
