"""The TOML header of a rule or view file: read from its opening comment, and what is wrong with it."""

import re
import tomllib
from collections.abc import Collection, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal, get_args

from huimin.cells import TYPES
from huimin.cells.types import PUBLISHED, TEXT
from huimin.contracts.contract import Contract
from huimin.errors import RuleError
from huimin.language import _, listed

Amount = Literal["payment", "period", "clue"]
ITEM_PERIODS = ("month", "term", "year", "event")
"""What may follow the star of an `items` entry: every benefit roster of that period."""
Part = Literal["main", "data", "entitlement", "funds"]
SUBJECTS = (TEXT, *(kind for kind in TYPES.values() if kind.mask.domain))
"""The types that a subject can have: text, and whatever is published masked and joined by its keyed hash."""

TEXTS = ("title", "basis", "ask", "population", "summary")
LISTS = ("items", "reads", "optional", "absence", "policy", "mistaken_when")
KEYS = frozenset({*TEXTS, *LISTS, "periods", "position", "tier", "amount", "subject", "part", "enabled", "facts"})
NECESSARY = ("title", "position", "tier", "items", "basis", "ask", "mistaken_when", "population", "summary")


def split(path: Path, where: str) -> tuple[dict[str, Any], int, str]:
    """Header, line at which the SQL begins, and SQL of a file. The header is ``/* … */`` or a run of ``--`` lines."""
    text = path.read_text("utf-8")
    if found := re.match(r"\s*/\*(.*?)\*/", text, re.DOTALL):
        toml = found[1]
    elif found := re.match(r"(?:--[^\n]*\n)+", text):
        toml = re.sub(r"(?m)^-- ?", "", found[0])
    else:
        raise RuleError(where, _("no header"), _("open the file with a comment that holds its TOML header"))
    sql = text[found.end() :]
    begins = found.end() + len(sql) - len(sql.lstrip())
    return parse_toml(toml, where), text.count("\n", 0, begins) + 1, sql.strip()


def parse_toml(text: str, where: str) -> dict[str, Any]:
    """The TOML as a dictionary. Raises RuleError that says the line."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise RuleError(where, _("the TOML cannot be read: {error}", error=error), _("correct that line")) from None


def digest(path: Path) -> str:
    """SHA-256 of the file, in hexadecimal."""
    return sha256(path.read_bytes()).hexdigest()


def header_problems(header: Mapping[str, Any], rosters: Mapping[str, Contract], policy: Collection[str]) -> list[str]:
    """What is wrong with a rule's header, in words."""
    problems = [_("unknown header key {key}", key=key) for key in header if key not in KEYS]
    problems += [_("header key {key} is missing", key=key) for key in NECESSARY if key not in header]
    problems += [
        _("{key} is no text", key=key)
        for key in (*TEXTS, "periods")
        if key in header and not isinstance(header[key], str)
    ]
    lists = {key: header.get(key, []) for key in LISTS}
    problems += [
        _("{key} is no list of texts", key=key)
        for key, value in lists.items()
        if not (isinstance(value, list) and all(isinstance(element, str) for element in value))
    ]
    if type(header.get("position", 1)) is not int:
        problems.append(_("position is no whole number"))
    if type(header.get("tier", 1)) is not int or header.get("tier", 1) not in (0, 1, 2, 3):
        problems.append(_("tier is none of 0, 1, 2, 3"))
    if not isinstance(header.get("enabled", True), bool):
        problems.append(_("enabled is neither true nor false"))
    facts = header.get("facts", {})
    if not (isinstance(facts, dict) and all(isinstance(shown, str) and shown in PUBLISHED for shown in facts.values())):
        problems.append(_("facts is no table of names, each {known}", known=", ".join(PUBLISHED)))
    for key, allowed in (
        ("amount", get_args(Amount)),
        ("subject", [kind.name for kind in SUBJECTS]),
        ("part", get_args(Part)),
    ):
        if key in header and header[key] not in allowed:
            problems.append(_("{key} is none of {known}", key=key, known=", ".join(allowed)))
    return problems or unknown_names(lists, rosters, policy)


def unknown_names(
    lists: Mapping[str, list[str]], rosters: Mapping[str, Contract], policy: Collection[str]
) -> list[str]:
    """Items, rosters and policy keys in the header's lists that do not exist, or cannot stand there."""
    problems: list[str] = []
    for item in lists["items"]:
        by_kind = item == "*" or (item[:1] == "*" and item[1:] in ITEM_PERIODS)
        named = item.removeprefix("-") if any(other[:1] == "*" for other in lists["items"]) else item
        if not by_kind and (named not in rosters or rosters[named].kind == "register"):
            problems.append(_("unknown item {item}", item=item))
    for key in ("reads", "optional", "absence"):
        problems += [
            _("unknown roster {roster} in {key}", roster=roster, key=key)
            for roster in lists[key]
            if roster not in rosters
        ]
    problems += [
        _("absence names {roster}, which has no months, terms or years", roster=roster)
        for roster in lists["absence"]
        if roster in rosters and rosters[roster].period not in ("month", "term", "year")
    ]
    problems += [_("unknown policy key {key}", key=key) for key in lists["policy"] if key not in policy]
    return problems


def complain(where: str, problems: list[str], fix: str) -> None:
    """Raises RuleError when there is a problem."""
    if problems:
        raise RuleError(where, listed(problems), fix)
