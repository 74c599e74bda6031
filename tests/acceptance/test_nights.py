"""Two nights of a random world: statistics, exposure, changes and ledger as the outputs page says, worked out again."""

import os
import random
from collections import Counter, defaultdict
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from acceptance.reference import entitled, funds, money, reference
from acceptance.reference.terms import PERIODIC, Book, Clue, Row, World, period_of
from acceptance.test_rules import CLUES, NOT_COVERED, PROJECT, Key, compared, exempt, rows_of, run
from acceptance.worlds import Maker, draw, write
from huimin.nights.night import Night
from huimin.store.root import Root

FORM: dict[str, str | None] = {
    "student_living": "区教育局", "high_school_grant": "区教育局", "vehicle_trade_in": "区科经局",
    "rural_dibao": "区民政局", "urban_dibao": "区民政局", "tekun": "区民政局", "disability_living": "区民政局",
    "disability_nursing": "区民政局", "elderly_allowance": "区民政局", "temporary_assistance": "区民政局",
    "orphan_allowance": "区民政局", "pension_contribution": "区社保处",
    "farm_machinery": "区农业农村局", "forestry": "区农业农村局", "industry_project": "区扶贫办",
    "poverty_funds": "区扶贫办", "pairing_funds": "区扶贫办", "medical_assistance": "区医保局",
    "insurance_subsidy": "区医保局", "veterans_allowance": "区退役军人局", "housing_subsidy": "区住房保障局",
    "transport_subsidy": "区人社局", "employment_reward": "区人社局", "public_post": "区人社局",
    "commitments": "区纪委监委", "耕地地力保护补贴": None, "退耕还林": None,
}  # fmt: skip
"""Items and their departments, in the order of the district's form; the ledger's own items stand last."""
ENTITLEMENT = {*entitled.RULES, "missing_insurance_subsidy", "missing_medical"}
FUNDS = set(funds.RULES)
OF_THE_LEDGER = set(money.RULES) - {"account_of_other"}
EXCESS = {
    "duplicate_payment", "dibao_over_standard", "elderly_over_standard", "trade_in_amount", "student_over_standard",
    "trade_in_repeat", "medical_over_cost", "temporary_repeat", "reward_repeat",
}  # fmt: skip
"""Rules whose amount is less than what was paid."""


@pytest.mark.parametrize("seed", [1])
def test_two_nights(seed: int, tmp_path: Path) -> None:
    night = Night(Root(tmp_path), PROJECT, "20230822T020000-aaaaaa", date(1, 1, 1), 0.0)
    night.root.prepare()
    world = draw(seed, tmp_path, night.contracts, {name: rule.title for name, rule in night.rules.items()})
    night = replace(night, run_date=world.run_date)
    before, _ = reference(world)
    ledger = tmp_path / "ledger.parquet"
    with closing(run(night, None)) as con:
        first = found_clues(con)
        assert statistics_found(con) == statistics_expected(con)
        assert exposure_differences(con, before, first) == []
        assert Counter(row["change"] for row in rows_of(con, "from changes")) == {"new": len(first)}
        con.execute(f"copy ledger to '{ledger}'")
    redeliver(world, night, random.Random(seed))
    tomorrow = replace(night, run="20230823T020000-aaaaab", run_date=world.run_date + timedelta(days=1))
    world.run_date = tomorrow.run_date
    after, skipped = reference(world)
    with closing(run(tomorrow, ledger)) as con:
        said = [
            text for text in compared(con, after, skipped, tomorrow) if not text.startswith(("first_seen", "state"))
        ]
        assert said == []
        assert ledger_differences(con, before, after, first, tomorrow) == []
        assert statistics_found(con) == statistics_expected(con)


def found_clues(con: duckdb.DuckDBPyConnection) -> dict[Key, dict[str, Any]]:
    return {(row["rule"], row["item"], row["id_number"], row["raw_subject"]): row for row in rows_of(con, CLUES)}


def redeliver(world: World, night: Night, chance: random.Random) -> None:
    """Eight registers and the exemptions arrive again, without a quarter of their rows."""
    maker = Maker(0)
    registers = sorted(set(world.rows) - {*PERIODIC, "exemptions"})
    for roster in [*chance.sample(registers, 8), *({"exemptions"} & world.rows.keys())]:
        files: dict[str, list[Row]] = defaultdict(list)
        for row in world.rows[roster]:
            files[row.place[1]].append(row)
        world.rows[roster] = []
        for file, rows in files.items():
            kept = [dict(row) for row in rows if chance.random() < 0.75] or [dict(rows[0])]
            place = night.root.inbox / roster / ("乙街道" if "乙街道" in file else "") / file
            write(place, night.contracts[roster], kept, maker)
            later = (datetime.now(UTC) + timedelta(minutes=5)).timestamp()
            os.utime(place, (later, later))
            world.rows[roster] += [Row(cells, roster, file, at) for at, cells in enumerate(kept, 2)]


def statistics_found(con: duckdb.DuckDBPyConnection) -> list[tuple[Any, ...]]:
    columns = ", ".join(("part", "position", "department", "item", "clues", "department_clues", "share"))
    order = "list_position(['main', 'data', 'entitlement', 'funds'], part), position nulls last"
    return con.execute(f"select {columns} from statistics order by {order}").fetchall()


def statistics_expected(con: duckdb.DuckDBPyConnection) -> list[tuple[Any, ...]]:
    counts: Counter[tuple[str, str]] = Counter()
    for row in rows_of(con, "from clues where state <> '豁免'"):
        part = "entitlement" if row["rule"] in ENTITLEMENT else "funds" if row["rule"] in FUNDS else "main"
        counts["data" if row["tier"] == 0 else part, row["item"]] += 1
    expected: list[tuple[Any, ...]] = []
    for part in ("main", "data", "entitlement", "funds"):
        items = [item for item in FORM if counts[part, item]]
        total = sum(counts[part, item] for item in items)
        for position, item in enumerate(items, 1):
            of_department = sum(counts[part, other] for other in items if FORM[other] == FORM[item])
            share = (Decimal(100 * of_department) / total).quantize(Decimal("0.01"), ROUND_HALF_UP)
            expected.append((part, position, FORM[item], item, counts[part, item], of_department, share))
        if items:
            expected.append((part, None, "总计", None, total, total, Decimal(100)))
    return expected


def exposure_differences(con: duckdb.DuckDBPyConnection, book: Book, found: dict[Key, dict[str, Any]]) -> list[str]:
    """Items and months where every clue is about whole payments of the rosters: each person's of a period, once."""
    rows: set[Row] = set()
    elsewhere = {(key[1], "any") for key in found if key[0] in NOT_COVERED}
    partial: set[tuple[str, date]] = set()
    for key, clue in book.clues.items():
        if found[key]["state"] == "豁免":
            continue
        if clue.rule in EXCESS | OF_THE_LEDGER | FUNDS:
            partial |= {(clue.item, start.replace(day=1)) for start, _ in clue.periods}
            partial |= {(row.roster, period_of(row)[0].replace(day=1)) for row in clue.payments}
        else:
            rows |= clue.payments
    expected: Counter[tuple[str, date]] = Counter()
    for row in rows:
        expected[row.roster, period_of(row)[0].replace(day=1)] += row["amount"]
    got: Counter[tuple[str, date]] = Counter()
    for entry in rows_of(con, "from exposure"):
        got[entry["item"], entry["month"]] += entry["amount"]
    compared_months = {at for at in expected | got if at not in partial and (at[0], "any") not in elsewhere}
    assert compared_months
    return [f"{at}: {got[at]}, expected {expected[at]}" for at in compared_months if got[at] != expected[at]]


def facts(clue: Clue) -> list[list[tuple[str, str]]]:
    """What the evidence says, whatever file and row it stands in."""
    return sorted(sorted((name, str(value)) for name, value in row.items()) for row in clue.payments | clue.registers)


def ledger_differences(
    con: duckdb.DuckDBPyConnection, before: Book, after: Book, first: dict[Key, dict[str, Any]], night: Night
) -> list[str]:
    second, yesterday, today = found_clues(con), night.run_date - timedelta(days=1), night.run_date
    ledger = {row["clue_id"]: row for row in rows_of(con, "from ledger")}
    changes = {row["clue_id"]: row["change"] for row in rows_of(con, "from changes")}
    ran = {row["rule"] for row in rows_of(con, "from rule_outcomes where status = 'ran'")}
    differences = []
    for key in sorted(before.clues.keys() | after.clues.keys(), key=str):
        old, new = before.clues.get(key), after.clues.get(key)
        clue_id = (second.get(key) or first[key])["clue_id"]
        was = first[key]["state"] if old else None
        change: str | None
        if new is None:
            gone = key[0] in ran
            state = "自然消除" if gone and was == "待核查" else was
            expected = (state, yesterday, yesterday, today if gone else None)
            change = "vanished" if gone else None
        else:
            same = old is not None and facts(old) == facts(new)
            state = "豁免" if exempt(after, key, night.rules[key[0]].title) else "待核查"
            expected = (state, yesterday if old else today, today, None)
            change = "new" if old is None else None if same else "changed"
            published = tuple(second[key][column] for column in ("state", "first_seen", "last_seen"))
            if published != expected[:3]:
                differences.append(f"clue {key}: {published}, expected {expected[:3]}")
        kept = tuple(ledger[clue_id][column] for column in ("state", "first_seen", "last_seen", "vanished_on"))
        if kept != expected:
            differences.append(f"ledger {key}: {kept}, expected {expected}")
        if changes.get(clue_id) != change:
            differences.append(f"change of {key}: {changes.get(clue_id)}, expected {change}")
    return differences
