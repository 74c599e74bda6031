"""Whom to call about what is owed: the root's contacts beside the reminders, in titles.

They stand in the reminders alone. A run's report is made again byte for byte from what the run used, and who answers
the phone changes from one day to the next.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping

import duckdb

from huimin.clues.texts import OTHERS
from huimin.contracts.contract import Contract
from huimin.deliveries.contacts import Contact, Contacts
from huimin.report.board import named
from huimin.report.owed import Owed
from huimin.store.stated import nearest
from huimin.tables.sql import literal, rows_of

LIAISON, POLICY = "联络员", "政策解答员"
ContactRow = tuple[str, str, str, str, str]
"""Role, whose or of what, name, phone, and what is doubtful about it."""


def contact_of(one: Owed, contacts: Contacts) -> Contact | None:
    """Whom to call about it: its unit's own, else that of whoever is reminded; None where nobody is named."""
    return unit_contact(one, contacts) or liaison_of(one.whom, contacts)


def unit_contact(one: Owed, contacts: Contacts) -> Contact | None:
    """The unit's own contact."""
    return contacts.units.get((one.roster or "", one.unit or ""))


def liaison_of(whom: str, contacts: Contacts) -> Contact | None:
    """The 联络员 of the department or street."""
    return contacts.departments.get(whom) or contacts.streets.get(whom)


def policy_of(department: str, contacts: Contacts, contracts: Mapping[str, Contract]) -> list[tuple[str, Contact]]:
    """Who answers for policy of the department's rosters: their titles joined, and somebody; nobody for a street."""
    own = [contract for contract in contracts.values() if contract.department_title == department]
    titles: defaultdict[Contact, list[str]] = defaultdict(list)
    for contract in own:
        if contact := contacts.policy.get(contract.roster):
            titles[contact].append(contract.title)
    return [("全部项目" if len(of) == len(own) else "、".join(of), contact) for contact, of in titles.items()]


def contact_rows(
    con: duckdb.DuckDBPyConnection, contacts: Contacts, contracts: Mapping[str, Contract]
) -> Iterator[ContactRow]:
    """Everybody who is named; streets and units that the run's published tables do not have are told as doubtful."""
    streets = {row["street"] for row in rows_of(con, STREETS)}
    units = {(row["roster"], row["unit"]) for row in rows_of(con, UNITS)}
    for department, contact in contacts.departments.items():
        yield LIAISON, department, contact.name, contact.phone, ""
    for street, contact in contacts.streets.items():
        yield LIAISON, street, contact.name, contact.phone, doubt(street, streets)
    for (roster, unit), contact in contacts.units.items():
        doubtful = doubt(unit, [one for of, one in units if of == roster])
        yield LIAISON, named(contracts[roster], unit), contact.name, contact.phone, doubtful
    for department in dict.fromkeys(contract.department_title for contract in contracts.values()):
        for titles, contact in policy_of(department, contacts, contracts):
            yield POLICY, f"{department}：{titles}", contact.name, contact.phone, ""


def doubt(name: str, known: Collection[str]) -> str:
    """A warning in Chinese that the latest run knows no such name, with the nearest that it knows; else empty."""
    if name in known:
        return ""
    near = nearest(name, sorted(known))
    return "最近一次运行里没有这个名称" + (f"，最相近的是“{near}”" if near else "")


STREETS = f"""
select street from coverage where street is not null and street <> {literal(OTHERS)}
union select "value" from progress where "by" = 'street' and "value" is not null and "value" <> {literal(OTHERS)}
"""
UNITS = "select distinct roster, unit from deliveries where roster is not null and unit is not null"
