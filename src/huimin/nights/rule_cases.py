"""A rule's given/expected cases, as ``tests/rules/<rule>.toml`` draws them."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from huimin.contracts.blank import TO_FILL
from huimin.errors import RuleError
from huimin.language import _

DrawnRow = tuple[str | None, ...]


@dataclass(frozen=True)
class DrawnTable:
    """A table drawn as text: columns apart by ``|``, the first line names them, an empty cell is null."""

    columns: tuple[str, ...]
    rows: tuple[DrawnRow, ...]


@dataclass(frozen=True)
class Case:
    """What a rule should find in a few rows."""

    rule: str
    name: str
    run_date: date
    given: Mapping[str, DrawnTable]
    """By roster; `delivered` (roster, slot, and the unit where one delivered for itself) adds slots in force that have
    no row; `policy_<key>` (from_on, to_on, …) stands instead of that parameter's rows."""
    expected: DrawnTable
    evidence: DrawnTable | None
    """The matched rows of all clues, `row` counted from 1 in the roster's drawn table; none: not looked at."""
    population: int | None
    """How many the rule looked at; none: not looked at."""
    not_judged: int | None
    """How many periods it could not judge for want of a roster; none: not looked at."""


def load_cases(path: Path) -> tuple[Case, ...]:
    """The cases of one file, in its order. Raises RuleError."""
    where = f"tests/rules/{path.name}"
    try:
        cases = tomllib.loads(path.read_text("utf-8")).get("case", [])
    except FileNotFoundError:
        raise RuleError(
            where, _("there is no such file"), _("draw the rule's cases in it: see CONTRIBUTING.md")
        ) from None
    except tomllib.TOMLDecodeError as error:
        raise RuleError(where, _("the TOML cannot be read: {error}", error=error), _("correct that line")) from None
    return tuple(read_case(path.stem, where, case) for case in cases)


def read_case(rule: str, where: str, case: Mapping[str, Any]) -> Case:
    """One [[case]] of a file."""
    wanted = {"name": str, "run_date": date, "given": dict, "expected": str}
    optional = {"evidence": str, "population": int, "not_judged": int}
    for key, kind in (wanted | optional).items():
        if not isinstance(case.get(key), kind) and (key in wanted or key in case):
            raise RuleError(
                where, _("a case's {key} is missing or of another type", key=key), _("see docs/design.md, 'A rule'")
            )
    if TO_FILL in case["name"]:
        raise RuleError(
            where,
            _("a case is still to be written ({mark})", mark=TO_FILL),
            _("draw its rows, and say in its name what it holds"),
        )
    if set(case) - set(wanted | optional):
        raise RuleError(
            where,
            _("unknown keys in case {case}", case=case["name"]),
            _("a case has {known}", known=", ".join(wanted | optional)),
        )
    given = {roster: draw(text) for roster, text in case["given"].items()}
    evidence = draw(case["evidence"]) if "evidence" in case else None
    figures = {key: case.get(key) for key in ("population", "not_judged")}
    return Case(rule, case["name"], case["run_date"], given, draw(case["expected"]), evidence, **figures)


def draw(text: str) -> DrawnTable:
    """The table that a text draws; no line at all is the empty table."""
    lines = [tuple(cell.strip() or None for cell in line.split("|")) for line in text.splitlines() if line.strip()]
    if not lines:
        return DrawnTable((), ())
    return DrawnTable(tuple(cell or "" for cell in lines[0]), tuple(lines[1:]))
