"""The clues that the rule catalogue promises, worked out a second time: rows are dicts, every rule a loop.

Written from the catalogue's text alone, slow and obvious, as an oracle for the rules in SQL. It knows neither the views
nor the engine. A module a group or two; a clue's fields are those that a case worker reads.
"""

from __future__ import annotations

from acceptance.reference import (
    allowances,
    dibao,
    entitled,
    funds,
    money,
    other_items,
    people,
    students,
    trade_in,
)
from acceptance.reference.terms import Book, Rules, World

RULES: Rules = {
    rule: how
    for group in (people, dibao, allowances, trade_in, students, money, entitled, funds, other_items)
    for rule, how in group.RULES.items()
}


def reference(world: World) -> tuple[Book, dict[str, str]]:
    """Every clue of the catalogue, and why a rule did not run."""
    book, skipped = Book(world), {}
    for rule, (work, items, others) in RULES.items():
        lacking = [roster for roster in others if roster not in world.rows]
        if lacking or not any(item in world.rows for item in items):
            skipped[rule] = lacking[0] if lacking else items[0]
            continue
        work(book)
    return book, skipped
