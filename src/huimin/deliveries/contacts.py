"""Whom to call: who delivers for a department, a street or a unit (联络员), and who answers for policy (政策解答员).

``state/contacts.toml``, all of it optional::

    [departments."区民政局"]                              # its name or its id
    liaison = { name = "王芳", phone = "027-87650000" }
    policy = { name = "李强", phone = "027-87650001" }    # of all its rosters that name nobody else

    [streets."关山街道"]
    liaison = { name = "张敏", phone = "027-87650002" }

    [rosters.urban_dibao]
    policy = { name = "赵静", phone = "027-87650003" }
    [rosters.urban_dibao.units]
    "关山街道" = { name = "孙丽", phone = "027-87650004" }

These are personal data of officials: nothing here puts them into an error, and they are not shown where a Contact is.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from huimin.contracts.contract import Contract
from huimin.language import _
from huimin.store.stated import Wrong, read_stated, refuse_wrong, roster_fix, told_nearest


@dataclass(frozen=True)
class Contact:
    """Somebody to call; neither name nor phone is in its `repr`, and so in no log."""

    name: str = field(repr=False)
    phone: str = field(repr=False)

    def __str__(self) -> str:
        """As it is written beside what it is about."""
        return f"{self.name} {self.phone}"


@dataclass(frozen=True)
class Contacts:
    """Everybody who is named."""

    departments: Mapping[str, Contact] = field(default_factory=dict)
    """联络员 by the department's title."""
    streets: Mapping[str, Contact] = field(default_factory=dict)
    """联络员 by street."""
    units: Mapping[tuple[str, str], Contact] = field(default_factory=dict)
    """联络员 by roster and unit."""
    policy: Mapping[str, Contact] = field(default_factory=dict)
    """政策解答员 by roster, in the order of contracts; a department's stands for its rosters that name nobody else."""


CONTACT = '{ name = "王芳", phone = "027-87650000" }'
PARTS = {
    "departments": _(
        '`[departments."区民政局"]` and below it `liaison = {contact}` or `policy = {contact}`', contact=CONTACT
    ),
    "streets": _('`[streets."关山街道"]` and below it `liaison = {contact}`', contact=CONTACT),
    "rosters": _("`[rosters.urban_dibao]` and below it `policy = {contact}`", contact=CONTACT),
}
"""How a table of each part is written."""
KEYS = {"departments": ("liaison", "policy"), "streets": ("liaison",), "rosters": ("policy", "units")}
UNIT = _('`"关山街道" = {contact}` below `[rosters.ROSTER.units]`', contact=CONTACT)


def load_contacts(place: Path, contracts: Mapping[str, Contract]) -> Contacts:
    """Who is named in the file; nobody when there is none.

    Streets and units are taken as they are written: only a run can tell which there are. Raises ContractError with all
    that is wrong with the file, and no value of it.
    """
    stated = read_stated(place, PARTS["departments"])
    refuse_wrong(place, wrong(stated, contracts))
    of_departments = {
        title: table for name, table in stated.get("departments", {}).items() if (title := title_of(name, contracts))
    }
    of_rosters = stated.get("rosters", {})
    return Contacts(
        departments=named_by("liaison", of_departments),
        streets=named_by("liaison", stated.get("streets", {})),
        units={
            (roster, unit): Contact(**contact)
            for roster, table in of_rosters.items()
            for unit, contact in table.get("units", {}).items()
        },
        policy={
            roster: Contact(**found["policy"])
            for roster, contract in contracts.items()
            for found in (of_departments.get(contract.department_title, {}), of_rosters.get(roster, {}))
            if "policy" in found
        },
    )


def named_by(role: str, tables: Mapping[str, Mapping[str, Any]]) -> dict[str, Contact]:
    """Who has the role, by the name of the table that says so."""
    return {name: Contact(**table[role]) for name, table in tables.items() if role in table}


def title_of(department: str, contracts: Mapping[str, Contract]) -> str | None:
    """The title of the department of that title or id; None where there is none."""
    named = (one.department_title for one in contracts.values() if department in (one.department, one.department_title))
    return next(named, None)


def wrong(stated: Mapping[str, object], contracts: Mapping[str, Contract]) -> Iterator[Wrong]:
    """What is wrong with the file, and how it is written."""
    for part, tables in stated.items():
        if part not in PARTS:
            yield _("unknown key{part}", part=told_key(part)), _("only {known}", known=", ".join(PARTS))
        elif not isinstance(tables, dict):
            yield _("{part}: not a table", part=part), PARTS[part]
        else:
            yield from wrong_names(part, tables, contracts)
            for name, table in tables.items():
                yield from wrong_table(part, f"{part}.{name}", table)


def wrong_names(part: str, tables: Collection[str], contracts: Mapping[str, Contract]) -> Iterator[Wrong]:
    """Departments and rosters that nobody knows, each with the nearest that is known; departments named twice."""
    if part == "rosters":
        for name in tables:
            if name not in contracts:
                yield _("rosters.{name}: no roster has this name", name=name), roster_fix(name, contracts)
    if part == "departments":
        titles = dict.fromkeys(contract.department_title for contract in contracts.values())
        found = [title_of(name, contracts) for name in tables]
        for name, title in zip(tables, found):
            if title is None:
                known = _("{nearest}one of {titles}", nearest=told_nearest(name, titles), titles="、".join(titles))
                yield _("departments.{name}: no department has this name", name=name), known
            elif found.count(title) > 1:
                yield _("departments.{name}: told twice, by its name and its id", name=name), PARTS[part]


def wrong_table(part: str, place: str, table: object) -> Iterator[Wrong]:
    """What is wrong with the table of one department, street or roster."""
    if not isinstance(table, dict):
        yield _("{place}: not a table", place=place), PARTS[part]
        return
    for key, value in table.items():
        if key not in KEYS[part]:
            yield (
                _("{place}: unknown key{key}", place=place, key=told_key(key)),
                _("only {known}", known=", ".join(KEYS[part])),
            )
        elif key != "units":
            yield from wrong_contact(f"{place}.{key}", value, f"`{key} = {CONTACT}`")
        elif not isinstance(value, dict):
            yield _("{place}.units: not a table", place=place), UNIT
        else:
            for unit, contact in value.items():
                yield from wrong_contact(f"{place}.units.{unit}", contact, UNIT)


def wrong_contact(place: str, value: object, written: str) -> Iterator[Wrong]:
    """Whether it is somebody to call."""
    if not isinstance(value, dict) or value.keys() != {"name", "phone"}:
        yield _("{place}: not a name and a phone", place=place), written
    elif not all(isinstance(one, str) and one.strip() for one in value.values()):
        yield _("{place}: name or phone is no text, or empty", place=place), written


def told_key(key: str) -> str:
    """A key as an error may tell it: somebody's name may have been written in its place."""
    return f" {key}" if key.isascii() and key.isidentifier() else ""
