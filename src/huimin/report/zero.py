"""The zero-report list: streets and departments from which nothing came, and what it is that did not come."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import duckdb

from huimin.contracts.contract import Contract
from huimin.figures.progress import OUT_OF_THE_LEDGER
from huimin.ledger.states import OPEN
from huimin.tables.sql import rows_of

UnitKind = Literal["street", "department"]
NO_CLUE, NO_RESULT, NO_DATA = "零线索", "零核查", "零交付"


@dataclass(frozen=True)
class ZeroReport:
    """One street or department, and what did not come from it."""

    kind: UnitKind
    unit: str
    finding: str
    """零线索 (nothing found among its beneficiaries), 零核查 (clues, but no result), 零交付 (no roster)."""
    told: str


@dataclass(frozen=True)
class DaySpan:
    """The days that are looked at, both included."""

    first: date
    last: date


def zero_reports(
    con: duckdb.DuckDBPyConnection, contracts: Mapping[str, Contract], month: DaySpan | None = None
) -> tuple[ZeroReport, ...]:
    """The list out of `ledger`, `coverage`, `deliveries` and `statistics`; with `month`, what did not come in it.

    Before anybody verified anything nobody is listed for it: that is said once, of all.
    """
    return (*without_results(con, month), *without_clues(con, contracts), *without_rosters(con, contracts, month))


def without_clues(con: duckdb.DuckDBPyConnection, contracts: Mapping[str, Contract]) -> Iterator[ZeroReport]:
    """Streets with beneficiaries and departments with rosters in force, of which not one clue was found."""
    for row in rows_of(con, BARREN_STREETS):
        yield ZeroReport(
            "street", row["street"], NO_CLUE, f"{row['beneficiaries']:,} 名享受对象，没有一条线索，抽查从这里开始"
        )
    found = {row["department"] for row in rows_of(con, "select distinct department from clues")}
    benefits: dict[str, list[str]] = {}
    for row in rows_of(con, DELIVERED):
        contract = contracts.get(row["roster"])
        if contract and contract.kind == "benefit":
            benefits.setdefault(contract.department_title, []).append(contract.title)
    for department, titles in benefits.items():
        if department not in found:
            yield ZeroReport("department", department, NO_CLUE, f"所管项目没有一条线索：{'、'.join(titles)}")


def without_results(con: duckdb.DuckDBPyConnection, month: DaySpan | None) -> Iterator[ZeroReport]:
    """Streets and departments that have clues to verify and returned no result, when others did."""
    span = {"first": month.first if month else None, "last": month.last if month else None}
    rows = rows_of(con, RESULTS, out=list(OUT_OF_THE_LEDGER), **span)
    if not any(row["verified"] for row in rows):
        return
    for row in rows:
        if row["unit"] is not None and row["waiting"] and not row["verified"]:
            when = "本月没有报送核查结果" if month else "没有报送过核查结果"
            yield ZeroReport(row["kind"], row["unit"], NO_RESULT, f"{row['waiting']:,} 条待核查，{when}")


def without_rosters(
    con: duckdb.DuckDBPyConnection, contracts: Mapping[str, Contract], month: DaySpan | None
) -> Iterator[ZeroReport]:
    """Departments none of whose rosters is in force; with `month`, also those whose roster of that month is missing.

    Whoever keeps nothing but ledgers of oversight owes none of them.
    """
    periods: dict[str, set[str]] = {}
    for row in rows_of(con, DELIVERED):
        periods.setdefault(row["roster"], set()).update((row["periods"] or "").split(","))
    rosters: dict[str, list[Contract]] = {}
    for contract in contracts.values():
        rosters.setdefault(contract.department_title, []).append(contract)
    for department, owed in rosters.items():
        if all(contract.kind == "ledger" for contract in owed):
            continue
        if not any(contract.roster in periods for contract in owed):
            titles = "、".join(contract.title for contract in owed)
            yield ZeroReport("department", department, NO_DATA, f"没有可用的名册：{titles}")
        elif month:
            due = [
                contract.title
                for contract in owed
                if contract.period == "month" and f"{month.first:%Y-%m}" not in periods.get(contract.roster, ())
            ]
            if due:
                yield ZeroReport("department", department, NO_DATA, f"本月名册没有交付：{'、'.join(due)}")


def counted(zero: tuple[ZeroReport, ...]) -> list[dict[str, Any]]:
    """The list by finding for a reader in a hurry: finding, units of both kinds joined."""
    return [
        {"finding": finding, "units": list(dict.fromkeys(entry.unit for entry in zero if entry.finding == finding))}
        for finding in (NO_RESULT, NO_CLUE, NO_DATA)
        if any(entry.finding == finding for entry in zero)
    ]


BARREN_STREETS = """
select street, sum(beneficiaries)::bigint as beneficiaries from coverage
where street is not null group by street having sum(clues) = 0 and sum(beneficiaries) > 0
order by beneficiaries desc, street
"""
DELIVERED = """
select roster, string_agg(periods, ',' order by periods) as periods from deliveries
where status in ('accepted', 'accepted_with_rejects') and roster is not null group by roster order by roster
"""
RESULTS = f"""
select case when grouping(street) = 0 then 'street' else 'department' end as kind,
       case when grouping(street) = 0 then street else department end as unit,
       count(*) filter (where state = '{OPEN}') as waiting,
       count(*) filter (where outcome is not null and coalesce(verified_on >= $first::date, true)
                          and coalesce(verified_on <= $last::date, true)) as verified
from ledger where not list_contains($out, state)
group by grouping sets ((street), (department)) order by kind desc, waiting desc, unit
"""
