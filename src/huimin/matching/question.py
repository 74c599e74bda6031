"""What a rule asks of the rows in force: its hits, its population, and the periods that it could not judge."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from huimin.matching.not_judged import JUDGED_PAYMENTS, judged_periods
from huimin.matching.reach import OTHER, Scope, Source
from huimin.matching.rule import Rule
from huimin.tables.sql import literal

SEVERAL = 3
"""Items up to which a rule is asked of all of them at once: it is about few rosters anyway."""

Piece = str | None
"""An item that a question is asked of by itself; `reach.OTHER` for all that have no piece, None for all at once."""


@dataclass(frozen=True)
class Question:
    """A SELECT whose answer stays the same as long as what it can see is the same."""

    kind: Literal["hits", "population", "not judged"]
    rule: str
    sql: str
    query: tuple[Scope, ...]
    """What it reads."""
    items: tuple[str, ...] = ()
    """Asked of each of these by itself, and of all others together: a delivery of one leaves the rest answered."""
    absence: tuple[str, ...] = ()

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """What it is asked of one by one."""
        return (*self.items, OTHER) if self.items else (None,)

    def about(self, pieces: Collection[Piece]) -> str:
        """Its SQL, for these pieces alone."""
        if {*pieces} == {*self.pieces}:
            return self.sql
        conditions = [f"item in ({', '.join(literal(piece) for piece in pieces if piece)})"] if any(pieces) else []
        if OTHER in pieces:
            conditions.append(f"item is null or item not in ({', '.join(map(literal, self.items))})")
        return f"select * from ({self.sql}) as asked where {' or '.join(conditions)}"

    def piece_of(self, item: str | None) -> Piece:
        """The piece that a row about the item belongs to."""
        if not self.items:
            return None
        return item if item in self.items else OTHER

    def __hash__(self) -> int:
        return hash((self.kind, self.rule))


def questions_of(rule: Rule, benefits: Collection[str]) -> dict[str, Question]:
    """Its questions by their kind; `benefits`: the rosters behind `benefit_rows`."""
    items = tuple(benefits) if len(rule.items) > SEVERAL and {*rule.items} <= {*benefits} else ()
    asked = [
        Question("hits", rule.rule, rule.sql, rule.scopes["hits"], items),
        Question(
            "population", rule.rule, rule.population, rule.scopes["population"],
            items if "item" in rule.population_columns else (),
        ),
    ]  # fmt: skip
    if rule.absence:
        delivered = Scope({"d": Source("delivered", (), frozenset(rule.absence))}, ())
        if rule.periods:
            sql, query = rule.periods, rule.scopes["periods"]
        else:
            sql = judged_periods(rule.items)
            judged = {JUDGED_PAYMENTS: Source(JUDGED_PAYMENTS, (), frozenset(rule.items))}
            query = (Scope(judged, (), item=JUDGED_PAYMENTS),)
        asked.append(Question("not judged", rule.rule, sql, (*query, delivered), items, rule.absence))
    return {question.kind: question for question in asked}
