"""Deliveries beside what they replace and what they stand beside: the hit, its harmless neighbour, the boundary.

All cases are judged in one go: each has a roster of its own, made after one of the catalogue.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import polars as pl
import pytest

from huimin.cells.id_number import digits, digits_of
from huimin.contracts.contract import Contract
from huimin.deliveries.shares import PERSON, Shares, persons_by_slot
from huimin.deliveries.standard import laid, leave, seal
from huimin.quality.check import check
from huimin.quality.judge import RESULTS
from huimin.store.delivery import Delivery, Receipt, Share
from huimin.store.root import Root, folder_of
from huimin.store.rulings import Ruling
from unit.quality_rows import contracts

CONTRACTS = contracts()
RUN_DATE = date(2023, 9, 20)

CASES = {
    # registers: whole, from 8 rows
    "a register of 3 where 28 were": (
        """
        deaths | a |  | 2023-08-01 | 1-28
        deaths | b |  | 2023-09-01 | 1-3
        """,
        "b",
    ),
    "half of a register of 8 is enough, one less is not": (
        """
        deaths | a | 甲 | 2023-08-01 | 1-8
        deaths | b | 甲 | 2023-09-01 | 1-4
        deaths | c | 乙 | 2023-08-01 | 11-18
        deaths | d | 乙 | 2023-09-01 | 11-13
        """,
        "d",
    ),
    "a register of 7 may come with 1": (
        """
        deaths | a |  | 2023-08-01 | 1-7
        deaths | b |  | 2023-09-01 | 9
        """,
        "",
    ),
    "as many rows of other persons": (
        """
        vehicles | a |  | 2023-08-01 | 1-10
        vehicles | b |  | 2023-09-01 | 1-4,21-40
        """,
        "b",
    ),
    "half of the persons stayed": (
        """
        vehicles | a |  | 2023-08-01 | 1-10
        vehicles | b |  | 2023-09-01 | 1-5,21-40
        """,
        "",
    ),
    "a growing register": (
        """
        deaths | a |  | 2023-07-01 | 1-8
        deaths | b |  | 2023-08-01 | 1-12
        deaths | c |  | 2023-09-01 | 1-30
        """,
        "",
    ),
    "a register is compared with the one in force, not with one kept out": (
        """
        deaths | a |  | 2023-06-01 | 1-28
        deaths | b |  | 2023-07-01 | 1-3
        deaths | c |  | 2023-08-01 | 1-3,30
        deaths | d |  | 2023-09-01 | 1-29
        """,
        "b c",
    ),
    "units of a register stand side by side": (
        """
        deaths | a | 甲 | 2023-08-01 | 1-28
        deaths | b | 乙 | 2023-09-01 | 1-3
        """,
        "",
    ),
    "exemptions come and go": (
        """
        exemptions | a |  | 2023-08-01 | 1-28
        exemptions | b |  | 2023-09-01 | 40
        """,
        "",
    ),
    # slots: from 20 rows, and at any size when nobody is the same
    "half as many rows": (
        """
        tekun | a | 甲 | 2023-08 | 1-20
        tekun | b | 甲 | 2023-08 | 1-10
        tekun | c | 乙 | 2023-08 | 101-120
        tekun | d | 乙 | 2023-08 | 101-109
        """,
        "d",
        "",
    ),
    "a fifth of the persons": (
        """
        tekun | a | 甲 | 2023-08 | 1-20
        tekun | b | 甲 | 2023-08 | 1-4,31-50
        tekun | c | 乙 | 2023-08 | 101-120
        tekun | d | 乙 | 2023-08 | 101-103,131-150
        """,
        "d",
        "",
    ),
    "two streets' files in one folder": (
        """
        rural_dibao | a |  | 2023-08 | 1-2
        rural_dibao | b |  | 2023-08 | 11-13
        """,
        "b",
    ),
    "the same two in folders of their own": (
        """
        rural_dibao | a | 甲 | 2023-08 | 1-2
        rural_dibao | b | 乙 | 2023-08 | 11-13
        """,
        "",
    ),
    "one person more of one who is another": (
        """
        tekun | a |  | 2023-08 | 1
        tekun | b |  | 2023-08 | 2
        """,
        "",
        "b: small_persons_share",
    ),
    "a list of one row in place of the month": (
        """
        tekun | a |  | 2023-08 | 1-30
        tekun | b |  | 2023-08 | 3
        """,
        "b",
    ),
    "the same list in a unit's folder": (
        """
        tekun | a |  | 2023-08 | 1-30
        tekun | b | 补发 | 2023-08 | 3
        """,
        "",
        "b: overlap_part",
    ),
    "a correction of one name, and one person fewer": (
        """
        tekun | a |  | 2023-08 | 1-30
        tekun | b |  | 2023-08 | 1-29
        """,
        "",
    ),
    "a small slot that lost many is a warning": (
        """
        tekun | a |  | 2023-08 | 1-19
        tekun | b |  | 2023-08 | 1-3
        """,
        "",
        "b: small_persons_share, b: small_previous_share",
    ),
    "an empty month in place of one that was paid": (
        """
        tekun | a |  | 2023-08 | 1-2
        tekun | b |  | 2023-08 |
        """,
        "b",
    ),
    "a first list in place of an empty month": (
        """
        tekun | a |  | 2023-08 |
        tekun | b |  | 2023-08 | 1-30
        """,
        "",
    ),
    "one slot of two is torn": (
        """
        tekun | a |  | 2023-07 | 1-30
        tekun | b |  | 2023-07 | 1-2
        tekun | b |  | 2023-08 | 1-30
        """,
        "b",
    ),
    "another month of other persons": (
        """
        tekun | a |  | 2023-07 | 1-30
        tekun | b |  | 2023-08 | 41-50
        """,
        "",
    ),
    "income and the payment ledger are compared too": (
        """
        income | a |  | 2023-08 | 1-20
        income | b |  | 2023-08 | 1-9
        """,
        "b",
    ),
    "the payment ledger": (
        """
        payment_ledger | a |  | 2023-08 | 1-20
        payment_ledger | b |  | 2023-08 | 1-9
        """,
        "b",
    ),
    # units side by side
    "one list in two units": (
        """
        tekun | a | 东湖街道 | 2023-08 | 1-30
        tekun | b | 东胡街道 | 2023-08 | 1-30
        """,
        "b",
        "b: overlap_part, b: overlap_persons",
    ),
    "half of the smaller one of 20": (
        """
        tekun | a | 甲 | 2023-08 | 1-40
        tekun | b | 乙 | 2023-08 | 31-50
        """,
        "b",
        "b: overlap_part, b: overlap_persons",
    ),
    "less than half": (
        """
        tekun | a | 甲 | 2023-08 | 1-40
        tekun | b | 乙 | 2023-08 | 32-51
        """,
        "",
        "b: overlap_part",
    ),
    "below 20 even all of them are a warning": (
        """
        tekun | a | 甲 | 2023-08 | 1-40
        tekun | b | 乙 | 2023-08 | 1-19
        """,
        "",
        "b: overlap_part, b: overlap_persons",
    ),
    "two streets that share a family": (
        """
        urban_dibao | a | 甲 | 2023-08 | 1-40
        urban_dibao | b | 乙 | 2023-08 | 38-80
        """,
        "",
    ),
    "a tenth is a warning": (
        """
        urban_dibao | a | 甲 | 2023-08 | 1-40
        urban_dibao | b | 乙 | 2023-08 | 37-80
        """,
        "",
        "b: overlap_part",
    ),
    "ten of hundreds are a warning": (
        """
        urban_dibao | a | 甲 | 2023-08 | 1-300
        urban_dibao | b | 乙 | 2023-08 | 291-600
        urban_dibao | c | 丙 | 2023-08 | 592-900
        """,
        "",
        "b: overlap_persons",
    ),
    "the whole and a street's part of it": (
        """
        tekun | a |  | 2023-08 | 1-100
        tekun | b | 甲 | 2023-08 | 1-25
        """,
        "b",
        "b: overlap_part, b: overlap_persons",
    ),
    "the same persons in another month": (
        """
        tekun | a | 甲 | 2023-07 | 1-30
        tekun | b | 乙 | 2023-08 | 1-30
        """,
        "",
    ),
    "a unit's correction does not meet the one kept out": (
        """
        tekun | a | 甲 | 2023-08 | 1-30
        tekun | b | 乙 | 2023-08 | 1-30
        tekun | c | 甲 | 2023-08 | 1-31
        """,
        "b",
        "b: overlap_part, b: overlap_persons",
    ),
    "one person may be in the payment ledger twice": (
        """
        payment_ledger | a | 甲 | 2023-08 | 1-30
        payment_ledger | b | 乙 | 2023-08 | 1-30
        """,
        "",
    ),
    # medians
    "a month in wan yuan in place of itself": (
        """
        tekun | a |  | 2023-08 | 1-30 | 1000
        tekun | b |  | 2023-08 | 1-30 | 0.10
        """,
        "b",
    ),
    "fifty times is within": (
        """
        tekun | a |  | 2023-08 | 1-30 | 1000
        tekun | b |  | 2023-08 | 1-30 | 20
        """,
        "",
    ),
    "one cent less is not": (
        """
        tekun | a |  | 2023-08 | 1-30 | 1000
        tekun | b |  | 2023-08 | 1-30 | 19.99
        """,
        "b",
    ),
    "a fourth month in wan yuan": (
        """
        tekun | a |  | 2023-05 | 1-30 | 1000
        tekun | b |  | 2023-06 | 1-30 | 1000
        tekun | c |  | 2023-07 | 1-30 | 1100
        tekun | d |  | 2023-08 | 1-30 | 0.11
        """,
        "d",
    ),
    "the first month was in wan yuan": (
        """
        tekun | a |  | 2023-05 | 1-30 | 0.10
        tekun | b |  | 2023-06 | 1-30 | 1000
        tekun | c |  | 2023-07 | 1-30 | 1100
        tekun | d |  | 2023-08 | 1-30 | 1100
        """,
        "a",
    ),
    "a third is a warning": (
        """
        tekun | a |  | 2023-06 | 1-30 | 1000
        tekun | b |  | 2023-07 | 1-30 | 1000
        tekun | c |  | 2023-08 | 1-30 | 0.10
        """,
        "",
        "c: amount_factor_few",
    ),
    "months of rising amounts": (
        """
        tekun | a |  | 2023-05 | 1-30 | 100
        tekun | b |  | 2023-06 | 1-30 | 400
        tekun | c |  | 2023-07 | 1-30 | 1600
        tekun | d |  | 2023-08 | 1-30 | 3200
        """,
        "",
    ),
    "19 rows are too few for a median": (
        """
        tekun | a |  | 2023-08 | 1-19 | 1000
        tekun | b |  | 2023-08 | 1-19 | 0.10
        """,
        "",
    ),
    "what is paid by the year may differ": (
        """
        forestry | a |  | 2022 | 1-30 | 1000
        forestry | b |  | 2022 | 1-30 | 0.10
        """,
        "",
    ),
    "two months against two": (
        """
        tekun | a |  | 2023-05 | 1-30 | 1000
        tekun | b |  | 2023-06 | 1-30 | 1000
        tekun | c |  | 2023-07 | 1-30 | 0.10
        tekun | d |  | 2023-08 | 1-30 | 0.10
        """,
        "d",
        "c: amount_factor_few",
    ),
    "a correction of what was in wan yuan, once months tell which is wrong": (
        """
        tekun | a |  | 2023-04 | 1-30 | 0.10
        tekun | b |  | 2023-05 | 1-30 | 1000
        tekun | c |  | 2023-06 | 1-30 | 1000
        tekun | d |  | 2023-07 | 1-30 | 1000
        tekun | e |  | 2023-04 | 1-30 | 1000
        """,
        "a",
    ),
    # decided by a person
    "admitted, it is what the next one is compared with": (
        """
        deaths | a |  | 2023-07-01 | 1-28
        deaths | b |  | 2023-08-01 | 1-3 | admit
        deaths | c |  | 2023-09-01 | 1-4
        """,
        "",
    ),
    "withdrawn, it was never there": (
        """
        tekun | a | 东胡街道 | 2023-08 | 1-30 | withdraw
        tekun | b | 东湖街道 | 2023-08 | 1-30
        """,
        "",
    ),
}


def numbers(text: str) -> list[str]:
    """`1-3,7` as that many ID numbers, which differ in more than the check character."""
    spans = [part.partition("-") for part in text.split(",") if part]
    found = [number for first, _, last in spans for number in range(int(first), int(last or first) + 1)]
    return [f"{429999000000000000 + number * 10}" for number in found]


def deliveries_of(number: int, text: str) -> list[tuple[str, str, str | None, str, pl.DataFrame, str]]:
    """The lines of a case by file: roster of its own, file, unit, rows of all slots, what a person decided."""
    lines = [[*map(str.strip, line.split("|")), "", ""][:6] for line in text.strip().splitlines()]
    found = {}
    for kind, file, unit, slot, persons, rest in lines:
        amount = Decimal(rest) if rest and rest[0].isdigit() else Decimal(500)
        people = numbers(persons)
        rows = pl.DataFrame(
            {"id_number": people, "slot": [slot] * len(people), "amount": [amount] * len(people)},
            {"id_number": pl.String, "slot": pl.String, "amount": pl.Decimal(14, 2)},
        )
        before = found.get(file)
        slots = [*(before[4] if before else ()), slot]
        stacked = pl.concat([before[5], rows]) if before else rows
        ruling = rest if rest in ("admit", "withdraw") else ""
        found[file] = (f"{kind}_{number:02}", file, unit or None, CONTRACTS[kind], slots, stacked, ruling)
    return list(found.values())


def shares_of(rows: pl.DataFrame, contract: Contract) -> Iterator[Share]:
    """What each slot of the rows gives."""
    shares = Shares(contract)
    shares.add(rows)
    persons = rows.with_columns(digits(pl.col("id_number")).alias(PERSON))
    return shares.told(persons_by_slot(lambda: [persons], rows.height))


@pytest.fixture(scope="module")
def unsynced():
    """A hundred deliveries need not survive a power cut."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("os.fsync", lambda handle: None)
        yield


@pytest.fixture(scope="module")
def judged(tmp_path_factory, unsynced):
    """By case: the files kept out, and `file: column` of every comparison that is a failed warning."""
    root = Root(tmp_path_factory.mktemp("root"))
    root.prepare()
    came, rulings, own_contracts, files = [], {}, {}, {}
    for number, (text, *_) in enumerate(CASES.values()):
        for place, (roster, file, unit, contract, slots, rows, ruling) in enumerate(deliveries_of(number, text)):
            own_contracts[roster] = replace(contract, roster=roster)
            at = datetime(2023, 9, 1, tzinfo=UTC) + timedelta(hours=place)
            delivery = Delivery(
                f"{number:03}{file}", roster, unit, f"{roster}/{file}", f"{file}.csv", f"{number}{file}", at, 1
            )
            columns = {column.name: pl.lit(None, column.type.parquet).alias(column.name) for column in contract.columns}
            whole = rows.with_columns([null for name, null in columns.items() if name not in rows.columns])
            whole = whole.with_columns(digits(pl.col("id_number")).alias(digits_of("id_number")))
            if "amount" not in columns:
                whole = whole.drop("amount")
            known = {share.slot: share for share in shares_of(whole, contract)}
            receipt = Receipt(
                delivery, "accepted", RUN_DATE, "c", tuple(slots), tuple(known[one] for one in slots if one in known),
                records=rows.height, accepted=rows.height,
            )  # fmt: skip
            with laid(folder_of(root, receipt)) as partial:
                whole.write_parquet(partial / "rows.parquet")
                leave(receipt, partial)
            pl.DataFrame(schema=RESULTS).write_parquet(folder_of(root, receipt) / "quality.parquet")
            seal(folder_of(root, receipt), ["quality.parquet"])
            came.append(receipt)
            files[delivery.delivery] = (number, file)
            if ruling:
                rulings[delivery.delivery] = Ruling(delivery.delivery, ruling, "甲", at, "核对过")
    found = check(root, came, own_contracts, RUN_DATE, rulings)
    again = check(root, came[::-1], own_contracts, RUN_DATE, rulings)
    assert again.kept_out == found.kept_out
    assert again.quality.equals(found.quality)
    warned = found.quality.filter(
        ~pl.col("success"), pl.col("severity") == "warning", pl.col("column").str.contains("^(small|overlap|amount)")
    )
    out = {number: [] for number in range(len(CASES))}
    warnings = {number: [] for number in range(len(CASES))}
    for delivery in found.kept_out:
        out[files[delivery][0]].append(files[delivery][1])
    for delivery, column in warned.select("delivery", "column").iter_rows():
        warnings[files[delivery][0]].append(f"{files[delivery][1]}: {column}")
    return {name: (" ".join(sorted(out[n])), ", ".join(sorted(warnings[n]))) for n, name in enumerate(CASES)}


@pytest.mark.parametrize("name", CASES)
def test_what_is_kept_out(name, judged):
    _, out, *warned = CASES[name]
    assert judged[name] == (out, *warned) if warned else judged[name][0] == out
