"""Dense random worlds: every clue, field for field, as the reference works it out from the catalogue's text."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import combinations
from pathlib import Path
from typing import Any

import duckdb
import pytest

from acceptance.inbox import UNJUDGED
from acceptance.reference import RULES, reference
from acceptance.reference.terms import Book, Clue, Row, age, period_of
from acceptance.worlds import draw
from concluding import conclude
from huimin.nights import night as nights
from huimin.store.root import Root
from huimin.tables.work import open_work
from nights import PROJECT

PLATES = ("dibao_vehicle",)
PERSONS = ("dibao_cadre_family", "orphan_parent", "dibao_spouse")
ACCOUNTS = ("shared_account", "account_of_other", "account_unregistered")
"""Rules whose subject is masked."""
EITHER_ROLE = {
    "shared_account", "multiple_cards", "off_ledger", "housing_same_address", "fund_idle", "fund_overspent",
    "commitment_overdue",
}  # fmt: skip
"""Rules of whose evidence the catalogue does not say what is a payment."""

Key = tuple[str, str, str | None, str | None]


@pytest.mark.parametrize("seed", [3, *(pytest.param(seed, marks=pytest.mark.long) for seed in range(7, 67))])
def test_every_clue_of_a_random_world_is_as_the_catalogue_says(seed: int, tmp_path: Path) -> None:
    assert list(differences(seed, tmp_path)) == []


def test_the_reference_says_which_rules_it_does_not_know() -> None:
    assert set(RULES) <= set(PROJECT.rules)
    if NOT_COVERED:
        pytest.skip(f"not in the reference: {', '.join(sorted(NOT_COVERED))}")


def differences(seed: int, folder: Path) -> Iterator[str]:
    """What the pipeline and the reference say differently of one world."""
    night = nights.Night(Root(folder), PROJECT, "20230822T020000-aaaaaa", date(1, 1, 1), 0.0)
    night.root.prepare()
    world = draw(seed, folder, night.contracts, {name: rule.title for name, rule in night.rules.items()})
    book, skipped = reference(world)
    night = replace(night, run_date=world.run_date)
    with closing(run(night, None)) as con:
        yield from (f"seed {seed}: {said}" for said in compared(con, book, skipped, night))


def run(night: nights.Night, previous: Path | None) -> duckdb.DuckDBPyConnection:
    """The work database of a night with its clues laid. `previous`: the ledger file to go on from."""
    nights.open_night(night)
    for delivery in nights.receive_step(night, datetime.now(UTC) + timedelta(days=1)).deliveries:
        receipt = nights.read_delivery(night, delivery)
        assert receipt.outcome == "accepted", receipt
    # The gate has tests of its own, and Great Expectations takes longer than all the rest.
    UNJUDGED.leave(night.work)
    nights.match_step(night, nights.Checked(()))
    con = open_work(night.database)
    conclude(con, night.rules, night.contracts, night.root.secret(), night.run_date, previous, least=5)
    return con


def compared(con: duckdb.DuckDBPyConnection, book: Book, skipped: dict[str, str], night: nights.Night) -> Iterator[str]:
    yield from outcome_differences(con, book, skipped)
    found = {(c["rule"], c["item"], c["id_number"], c["raw_subject"]): c for c in rows_of(con, CLUES)}
    rules = {rule for rule, status in con.execute("select rule, status from rule_outcomes").fetchall()}
    covered = {rule for rule, *_ in book.clues} | {rule for rule in rules if rule not in NOT_COVERED}
    evidence = defaultdict(set)
    for entry in rows_of(con, "from evidence"):
        evidence[entry["clue_id"]].add((entry["role"], entry["roster"], entry["file"], entry["row"]))
    for key in sorted(book.clues.keys() | found.keys(), key=str):
        if key[0] not in covered or key[0] in NOT_COVERED:
            continue
        if key not in found:
            yield f"lacking {key}"
        elif key not in book.clues:
            yield f"unexpected {key}"
        else:
            yield from clue_differences(key, book.clues[key], found[key], book, night)
            own = book.clues[key]
            expected = {("payment", *row.place) for row in own.payments}
            expected |= {("register", *row.place) for row in own.registers}
            shown = evidence[found[key]["clue_id"]]
            if key[0] in EITHER_ROLE:
                expected, shown = {row[1:] for row in expected}, {row[1:] for row in shown}
            lacking, extra = expected - shown, shown - expected
            if lacking or extra:
                yield f"evidence of {key}: lacking {sorted(lacking)[:3]}, unexpected {sorted(extra)[:3]}"
    yield from grouping_differences(book, found)


NOT_COVERED = set(PROJECT.rules) - set(RULES)
"""Rules that the reference does not know."""

CLUES = """
select c.*, h.id_number, h.subject as raw_subject
from clues as c join clue_numbers as n using (clue_id) join clue_hits as h using (clue)
"""


def rows_of(con: duckdb.DuckDBPyConnection, sql: str) -> list[dict[str, Any]]:
    cursor = con.execute(sql)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def outcome_differences(con: duckdb.DuckDBPyConnection, book: Book, skipped: dict[str, str]) -> Iterator[str]:
    outcomes = rows_of(con, "from rule_outcomes")
    for one in outcomes:
        rule = one["rule"]
        if rule in NOT_COVERED:
            continue
        if (one["status"] == "skipped") != (rule in skipped):
            yield f"{rule} {one['status']}: {one['why']}, expected {skipped.get(rule)}"
        elif one["status"] == "skipped":
            if skipped[rule] not in one["why"]:
                yield f"{rule} skipped: {one['why']}, expected {skipped[rule]}"
        elif one["periods_not_judged"] != len(book.not_judged[rule]):
            yield f"{rule}: {one['periods_not_judged']} not judged, expected {len(book.not_judged[rule])}"


def clue_differences(key: Key, own: Clue, found: dict[str, Any], book: Book, night: nights.Night) -> Iterator[str]:
    rule, item, person, subject = key
    starts = [start for start, _ in own.periods]
    title, day = night.rules[rule].title, book.world.run_date
    # An item of the ledger that no roster stands for keeps its text.
    contract = night.contracts.get(item)
    names, streets, places = faces(own, book)
    tier, amount, identity = own.tier(), own.amount(), own.identity()
    rate = {0: 0.1, 1: 0.8, 2: 0.4, 3: 0.2}[tier]
    expected = {
        "rule_title": title, "item_title": contract.title if contract else item,
        "department": contract.department_title if contract else None, "tier": tier,
        "id_number_masked": person and person[:6] + "*" * 12,
        "age": person and age(person, day.replace(month=1, day=1)),
        "sex": person and ("男" if int(person[16]) % 2 else "女"),
        "subject": shown_subject(rule, subject), "first_period": min(starts), "last_period": max(starts),
        "periods": own.count or len(own.periods), "amount_at_risk": amount, "identity": identity,
        "hit_rate": rate, "state": "豁免" if exempt(book, key, title) else "待核查",
        "first_seen": day, "last_seen": day,
    }  # fmt: skip
    for field, value in expected.items():
        if found[field] != value:
            yield f"{field} of {key}: {found[field]}, expected {value}"
    priority = rate * (0.3 if identity == "C" else 1) * float(max(amount, 1))
    if abs(found["priority"] - priority) > 1e-6:
        yield f"priority of {key}: {found['priority']}, expected {priority}"
    if found["name_masked"] not in {masked(name) for name in (names if person else {own.name})}:
        yield f"name_masked of {key}: {found['name_masked']}, expected one of {names}"
    if found["street"] not in streets:
        yield f"street of {key}: {found['street']}, expected one of {streets}"
    if (found["street"], found["community"]) not in places:
        yield f"community of {key}: {found['street']}{found['community']}, expected one of {places}"


def masked(name: str | None) -> str | None:
    return name and (name[0] + "*" * (len(name) - 1) if len(name) > 1 else "*")


def shown_subject(rule: str, subject: str | None) -> str | None:
    if rule in PLATES and subject:
        return f"{subject[:2]}****{subject[-1]}"
    if rule in PERSONS and subject:
        return f"{subject[:6]}{'*' * 12}"
    if rule in ACCOUNTS and subject:
        return f"****{subject[-4:]}"
    if subject and PROJECT.rules[rule].subject.name in ("vin", "code", "credit_code"):
        return "****" + (subject[-4:] if len(subject) > 4 else "")
    return subject


def exempt(book: Book, key: Key, title: str) -> bool:
    rule, _, person, subject = key
    return any(
        row["rule"] in (rule, title) and row["subject"] in (None, subject)
        and row["from_on"] <= book.world.run_date and (row["to_on"] is None or row["to_on"] >= book.world.run_date)
        for row in (book.of("exemptions", person) if person else ())
    )  # fmt: skip


def period_start(row: Row) -> date:
    return period_of(row)[0]


def faces(own: Clue, book: Book) -> tuple[set[Any], set[Any], set[Any]]:
    """The names, streets and places that the clue may show; several where the catalogue does not say which."""
    population = book.of("population", own.id_number) if own.id_number else []
    mine = [row for row in own.payments if row["id_number"] == own.id_number]
    newest = max((period_start(row) for row in mine), default=None)
    names = {row["name"] for row in mine if period_start(row) == newest}
    if not mine:
        names = {row["name"] for row in population}
        if not own.household and not own.payments:
            names |= {row["name"] for row in own.registers if row["id_number"] == own.id_number}
    streets: set[Any] = set()
    for start in sorted({period_start(row) for row in own.payments}, reverse=True):
        at = [row for row in own.payments if period_start(row) == start and row["street"]]
        streets = {row["street"] for row in at if row["id_number"] == own.id_number} or {row["street"] for row in at}
        if streets:
            break
    streets = streets or {r["street"] for r in population if r["status"] == "正常" and r["street"]}
    streets = streets or {r["street"] for r in population if r["street"]} or {None}
    known = [*own.payments, *population]
    places: set[Any] = set()
    for street in streets:
        inside = {row["community"] for row in known if row["street"] in (street, None) and row["community"]}
        places |= {(shown(street, book), shown(community, book)) for community in inside or {None}}
    return names or {None}, {shown(street, book) for street in streets}, places


def shown(place: str | None, book: Book) -> str | None:
    """A place as it is published: when five persons carry it."""
    return place if place is None or place in book.common else "（其他）"


def grouping_differences(book: Book, found: dict[Key, dict[str, Any]]) -> Iterator[str]:
    """One key a person, and people of one register household (in no other) under one household key."""
    persons: dict[str, set[Any]] = defaultdict(set)
    homes: dict[str, set[Any]] = defaultdict(set)
    for (_, _, person, _), clue in found.items():
        if person is None:
            continue
        persons[person].add(clue["person_key"])
        homes[person].add(clue["household_key"])
    yield from (f"{person} has keys {keys}" for person, keys in persons.items() if len(keys) != 1)
    yield from (f"{person} has household keys {keys}" for person, keys in homes.items() if len(keys) != 1)
    if len({key for keys in persons.values() for key in keys}) != len(persons):
        yield "two persons share a person_key"
    for (one, keys), (other, other_keys) in combinations(homes.items(), 2):
        mine, theirs = book.households_of[one], book.households_of[other]
        together = bool(mine and mine == theirs)
        if len(mine) <= 1 and len(theirs) <= 1 and together != (keys == other_keys):
            yield f"household keys of {one} and {other}"
    if len({clue["clue_id"] for clue in found.values()}) != len(found):
        yield "two clues share a clue_id"
