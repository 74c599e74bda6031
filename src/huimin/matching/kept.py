"""What rules found the night before, kept under a key of everything that it depends on.

The hits are kept (`store/kept.py`) with an index that has the key of each rule's hits and of each count.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from huimin.deliveries.slots import InForce
from huimin.matching.mount import REF_SPAN
from huimin.matching.question import Piece, Question
from huimin.matching.reach import OTHER, Items, either
from huimin.matching.readings import Readings
from huimin.store.kept import leave, recalled, rows_file
from huimin.tables.sql import literals, parquet

HITS = "hits"
"""The name that they are kept under."""


class Answers:
    """What a night knows of its rules' questions before it asks; of these nothing, and nothing of them is kept."""

    def missing(self, question: Question) -> tuple[Piece, ...]:
        """The pieces of a rule's hits that are still to be found."""
        return question.pieces

    def uncounted(self, question: Question) -> tuple[Piece, ...]:
        """The pieces of a count that are still to be counted."""
        return question.pieces

    def unanswered(self, question: Question) -> tuple[Piece, ...]:
        """The pieces of a question, whatever its kind, that are still to be looked for."""
        return self.missing(question) if question.kind == "hits" else self.uncounted(question)

    def count(self, question: Question, found: Mapping[Piece, int]) -> int:
        """The sum of all pieces, of which these were found now; they are known from now on."""
        return sum(found.values())

    def restricted(self, questions: Iterable[Question], readers: int) -> Mapping[str, Items] | None:
        """The views that so many missing answers need, and which items of them; None: all that they read, whole."""
        return None

    def lay(self, con: duckdb.DuckDBPyConnection, questions: Mapping[str, Question]) -> None:
        """Writes the hits that are known of these rules into the table `hits`."""

    def keep(self, con: duckdb.DuckDBPyConnection, questions: Mapping[str, Question]) -> None:
        """Keeps the hits and counts of these rules for the next night."""


NOTHING_KNOWN = Answers()


@dataclass(frozen=True)
class Index:
    """What an earlier night left."""

    digest: str = ""
    """SHA-256 of the hits."""
    hits: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Rule to piece to key."""
    counts: Mapping[str, int] = field(default_factory=dict)
    """By key."""
    ordinals: Mapping[str, int] = field(default_factory=dict)
    """By delivery: which number its rows had in `ref`."""


class KeptAnswers(Answers):
    """The answers that an earlier night kept in a folder, as far as what they depend on is the same tonight.

    Tonight's are left in `leaves`: a night that is not published may have read what nobody delivered.
    """

    def __init__(
        self, folder: Path, readings: Readings, in_force: Mapping[str, Sequence[InForce]], leaves: Path
    ) -> None:
        self._folder, self._readings, self._leaves = folder, readings, leaves
        self._ordinals = {one.delivery: one.ordinal for deliveries in in_force.values() for one in deliveries}
        self._before = Index(**(recalled(folder, HITS) or {}))
        self._counts: dict[str, int] = {}
        self._keys: dict[tuple[Question, Piece], str] = {}

    def missing(self, question: Question) -> tuple[Piece, ...]:
        """The pieces of a rule's question whose key is not the kept one: they must be matched again."""
        before = self._before.hits.get(question.rule, {})
        return tuple(piece for piece in question.pieces if before.get(named(piece)) != self._key(question, piece))

    def uncounted(self, question: Question) -> tuple[Piece, ...]:
        """The pieces of a rule's question that were counted neither tonight nor before, by their keys."""
        return tuple(piece for piece in question.pieces if self._counted(self._key(question, piece)) is None)

    def count(self, question: Question, found: Mapping[Piece, int]) -> int:
        """The rule's population: of each piece the count that is known, else the one found tonight, added up."""
        for piece in question.pieces:
            key = self._key(question, piece)
            known = self._counted(key)
            self._counts[key] = found.get(piece, 0) if known is None else known
        return sum(self._counts[self._key(question, piece)] for piece in question.pieces)

    def restricted(self, questions: Iterable[Question], readers: int) -> Mapping[str, Items] | None:
        """Only what is asked again, once anything was kept at all."""
        if not self._before.hits:
            return None
        views: dict[str, Items] = {}
        seen: Counter[str] = Counter()
        for question in questions:
            reached: set[str] = set()
            for piece in self.unanswered(question):
                for view, only in self._readings.reach(question, piece).views.items():
                    views[view] = either(views.get(view, frozenset()), only)
                    reached.add(view)
            seen.update(reached)
        return {view: only for view, only in views.items() if seen[view] >= readers}

    def lay(self, con: duckdb.DuckDBPyConnection, questions: Mapping[str, Question]) -> None:
        """Writes the kept hits of unchanged pieces into `hits`, with the numbers that deliveries have tonight."""
        known = [
            (rule, named(piece))
            for rule, question in questions.items()
            for piece in {*question.pieces} - {*self.missing(question)}
        ]
        if not known:
            return
        moved = [(was, self._ordinals.get(delivery, -1)) for delivery, was in self._before.ordinals.items()]
        con.execute(
            f"""
            insert into hits
            with kept as (select * from {parquet(self._folder / rows_file(HITS))}),
            known as (select unnest($rules::varchar[]) as rule, unnest($pieces::varchar[]) as piece),
            moved as (select unnest($was::bigint[]) as was, unnest($now::bigint[]) as now)
            select k.* exclude (piece) replace (
                p.now * {REF_SPAN} + k.payment % {REF_SPAN} as payment,
                r.now * {REF_SPAN} + k.register % {REF_SPAN} as register
            )
            from kept as k
            semi join known as n on n.rule = k.rule and n.piece = k.piece
            left join moved as p on p.was = k.payment // {REF_SPAN}
            left join moved as r on r.was = k.register // {REF_SPAN}
            """,
            {
                "rules": [rule for rule, _ in known],
                "pieces": [piece for _, piece in known],
                "was": [was for was, _ in moved],
                "now": [now for _, now in moved],
            },
        )

    def keep(self, con: duckdb.DuckDBPyConnection, questions: Mapping[str, Question]) -> None:
        """Leaves hits, counts and keys for `settle` to put in place; writes nothing where all are as they were kept."""
        hits = {
            rule: {named(piece): self._key(question, piece) for piece in question.pieces}
            for rule, question in questions.items()
        }
        if hits == self._before.hits and self._counts == self._before.counts:
            return
        items = {item for question in questions.values() for item in question.items}
        by_item = [rule for rule, question in questions.items() if question.items]
        piece = f"case when item in ({literals(items)}) then item else '{OTHER}' end"
        piece = f"case when rule in ({literals(by_item)}) then {piece} else '{named(None)}' end"
        found = con.execute(f"select *, {piece} as piece from hits").pl()
        leave(self._leaves, HITS, found, {"hits": hits, "counts": self._counts, "ordinals": self._ordinals})

    def _key(self, question: Question, piece: Piece) -> str:
        if (question, piece) not in self._keys:
            self._keys[question, piece] = self._readings.key(question, piece)
        return self._keys[question, piece]

    def _counted(self, key: str) -> int | None:
        return self._counts.get(key, self._before.counts.get(key))


def named(piece: Piece) -> str:
    """The piece in the index: `*` is all at once."""
    return "*" if piece is None else piece
