"""Everything that the rules of one night read, by digest: what an answer is known again by."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

import duckdb

from huimin.contracts.contract import Contract
from huimin.contracts.periods import bounds
from huimin.deliveries.slots import InForce
from huimin.deliveries.standard import sealed_files
from huimin.matching.mount import benefits_of
from huimin.matching.policy import Policy
from huimin.matching.question import Piece, Question
from huimin.matching.reach import OTHER, Items, Reach, World
from huimin.matching.rule import View
from huimin.store.archive import hash_file
from huimin.store.code import digest_of_code

CODE = ("matching", "cells", "contracts", "tables")
"""Packages whose code makes the tables that rules read, and runs the rules."""


@dataclass(frozen=True)
class Readings:
    """What is read tonight."""

    world: World
    digests: Mapping[str, str]
    """Of each thing that can be in reach, by its kind and name."""

    @classmethod
    def of(
        cls,
        in_force: Mapping[str, Sequence[InForce]],
        contracts: Mapping[str, Contract],
        views: Mapping[str, View],
        policy: Policy,
        run_date: date,
        engine: str = "",
    ) -> "Readings":
        """Those of a night whose rules run on that engine."""
        world = World(
            contracts.keys(), tuple(benefits_of(contracts)), {name: view.scopes for name, view in views.items()}
        )
        digests = {"code": digest(digest_of_code(*CODE), duckdb.__version__, engine)}
        digests |= {f"view {name}": digest(view.sql) for name, view in views.items()}
        digests |= {f"policy_{key}": digest(p.columns, p.rows) for key, p in policy.parameters.items()}
        digests["items"] = digest([(c.roster, c.digest) for c in contracts.values() if c.kind != "register"])
        for roster, contract in contracts.items():
            deliveries = in_force.get(roster, ())
            digests[f"roster {roster}"] = digest(contract.digest, [delivered(one) for one in deliveries])
            digests[f"slots {roster}"] = digest(
                sorted({(one.unit or "", slot) for one in deliveries for slot in one.slots})
            )
            later = [beginning(slot, contract, run_date) for one in deliveries for slot in one.slots]
            digests[f"cut {roster}"] = digest(later)
        digests |= {"run year": str(run_date.year), "run date": str(run_date)}
        return cls(world, digests)

    def reach(self, question: Question, piece: Piece) -> Reach:
        """What can change the question's answer about that item."""
        return self.world.reach(question.query, self.only(question, piece))

    def only(self, question: Question, piece: Piece) -> Items:
        """The items that a piece of the question is about; None: all."""
        if piece == OTHER:
            return frozenset([OTHER, *self.world.rosters]) - {*question.items}
        return None if piece is None else frozenset([piece])

    def key(self, question: Question, piece: Piece) -> str:
        """The digest of all that the answer about that piece depends on: while it is the same, the answer is."""
        reach = self.reach(question, piece)
        seen = sorted((name, self.digests[name]) for name in {*self._names(reach)})
        return digest(question.kind, question.sql, question.absence, piece, seen)

    def _names(self, reach: Reach) -> Iterator[str]:
        yield "code"
        yield from reach.engine
        yield from (f"view {name}" for name in reach.views)
        yield from (f"roster {name}" for name in reach.rosters)
        yield from (f"slots {name}" for name in reach.delivered)
        yield from (f"run {taken}" for taken in reach.run_date - {"cut"})
        if "cut" in reach.run_date:
            yield from (f"cut {name}" for name in reach.rosters | reach.delivered)


def delivered(one: InForce) -> tuple[object, ...]:
    """All that says which rows of a delivery are in force: its id, its unit, the SHA-256 of its rows, and its slots."""
    rows = sealed_files(one.rows.parent).get(one.rows.name) or hash_file(one.rows)
    return one.delivery, one.unit, rows, one.slots, one.whole


def beginning(slot: str, contract: Contract, run_date: date) -> str:
    """Whether the slot's rows begin by the run date, begin later, or may do either: then the day itself matters."""
    starts_on, ends_on = bounds(slot)
    if starts_on > run_date:
        return "later"
    return str(run_date) if contract.period == "event" and ends_on > run_date else "begun"


def digest(*values: object) -> str:
    """SHA-256 of the values as text."""
    return sha256(json.dumps(values, ensure_ascii=False, default=str).encode()).hexdigest()
