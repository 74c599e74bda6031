"""What a run used is held against what was delivered: bytes, rows, yuan, and the row that each evidence names."""

from dataclasses import replace
from datetime import UTC, date, datetime
from hashlib import sha256

import duckdb
import polars as pl
import pytest

from huimin.deliveries.slots import Standing
from huimin.errors import PublishError
from huimin.publishing.balance import (
    GROUNDS,
    balance_with_deliveries,
    counted_in,
    counted_of,
    imbalances,
    lay_received,
    lay_shares,
    money_columns,
)
from huimin.store.archive import Archive
from huimin.store.delivery import Receipt, Share
from huimin.store.manifest import Counted, UsedDelivery
from huimin.store.root import Root
from nights import PROJECT
from unit.published_run import facts, ready_to_publish

CONTENT = b"delivered"
DIBAO = UsedDelivery(
    "ddddddddddddddd1", "urban_dibao", None, "urban_dibao/a.csv", "a.csv", sha256(CONTENT).hexdigest(),
    datetime(2023, 8, 30, tzinfo=UTC), len(CONTENT), read_on=date(2023, 8, 30),
)  # fmt: skip
DEATHS = UsedDelivery("ddddddddddddddd2", *[getattr(DIBAO, name) for name in (
    "roster", "unit", "path", "file", "sha256", "received_at", "size")], read_on=DIBAO.read_on)  # fmt: skip
UNREAD = UsedDelivery(
    "ddddddddddddddd3", None, None, "x", "x", "", DIBAO.received_at, 7, "文件超过上限", read_on=DIBAO.read_on
)
LAST_ROWS = {DIBAO.delivery: 12, DEATHS.delivery: 7}


def counted(delivery: str = "ddddddddddddddd1", rows: int = 2, amount: str = "1700.00") -> Counted:
    return Counted("urban_dibao", delivery, ("2023-08",), rows, {"amount": amount})


@pytest.fixture
def archive(tmp_path) -> Archive:
    (tmp_path / "a.csv").write_bytes(CONTENT)
    archive = Archive(tmp_path / "archive")
    with (tmp_path / "a.csv").open("rb") as source:
        archive.take(source)
    return archive


def laid(
    archive: Archive,
    due: tuple[Counted, ...] = (counted(),),
    held: tuple[Counted, ...] = (counted(),),
    last_rows: dict[str, int] = LAST_ROWS,
) -> duckdb.DuckDBPyConnection:
    con = ready_to_publish()
    lay_received(con, archive, (DIBAO, DEATHS, UNREAD), last_rows)
    lay_shares(con, due, held)
    return con


def test_what_was_delivered_and_what_was_used_balance(archive):
    assert imbalances(laid(archive), GROUNDS) == ()


def test_an_archived_file_of_another_size_is_named_with_its_bytes(archive):
    archive.place(DIBAO.sha256).write_bytes(CONTENT[:4])
    assert imbalances(laid(archive), GROUNDS) == (
        "10 bytes by which the archive differs from what was received (ddddddddddddddd1, ddddddddddddddd2)",
        "4 evidence rows that point to no row of an archived file (ddddddddddddddd1, ddddddddddddddd2)",
    )


@pytest.mark.parametrize(
    ("held", "told"),
    [
        pytest.param((counted(rows=1),), "1 rows by which standard tables differ", id="a row lost"),
        pytest.param((counted(rows=5),), "3 rows by which standard tables differ", id="rows twice"),
        pytest.param((), "2 rows by which standard tables differ", id="a delivery left out"),
        pytest.param(
            (counted(amount="1699.90"),), "0.10 yuan by which the money in standard tables", id="ten fen lost"
        ),
    ],
)
def test_rows_and_money_that_are_not_in_the_tables_are_named_with_how_much(archive, held, told):
    found = imbalances(laid(archive, held=held), GROUNDS)
    assert found[0].startswith(told)
    assert "(urban_dibao" in found[0]


def test_rows_of_a_delivery_that_is_not_in_force_are_named(archive):
    found = imbalances(laid(archive, held=(counted(), counted("eeeeeeeeeeeeeee1", 1, "0.00"))), GROUNDS)
    assert found == ("1 rows by which standard tables differ from their deliveries in force (urban_dibao)",)


def test_an_overpaid_and_an_underpaid_delivery_do_not_make_up_for_each_other(archive):
    other = "eeeeeeeeeeeeeee1"
    due = (counted(amount="1.00"), counted(other, amount="1.00"))
    held = (counted(amount="0.00"), counted(other, amount="2.00"))
    assert imbalances(laid(archive, due, held), GROUNDS) == (
        "2.00 yuan by which the money in standard tables differs from the money delivered (urban_dibao.amount)",
    )


def test_an_evidence_row_beyond_its_file_is_named(archive):
    found = imbalances(laid(archive, last_rows={**LAST_ROWS, DEATHS.delivery: 6}), GROUNDS)
    assert found == ("1 evidence rows that point to no row of an archived file (ddddddddddddddd2)",)


def test_an_evidence_row_of_a_delivery_without_bytes_is_named(archive):
    con = laid(archive)
    con.execute("update evidence set delivery = 'ddddddddddddddd3' where role = 'register'")
    assert imbalances(con, GROUNDS) == ("1 evidence rows that point to no row of an archived file (ddddddddddddddd3)",)


def test_rows_and_money_are_counted_by_delivery_and_nulls_are_nothing():
    con = duckdb.connect()
    rows = pl.DataFrame({"delivery": ["a", "a", "b"], "amount": ["1.10", None, "2.00"]})
    con.register("drawn", rows)
    con.execute("create table tekun as select delivery, amount::decimal(14, 2) as amount from drawn")
    assert counted_in(con, "tekun", ["amount"], "tekun") == [
        Counted("tekun", "a", (), 2, {"amount": "1.10"}),
        Counted("tekun", "b", (), 1, {"amount": "2.00"}),
    ]


def test_only_slots_in_force_count():
    shares = (Share("2023-07", 3, {"amount": "9.00"}), Share("2023-08", 2, {"amount": "1700.00"}))
    receipt = Receipt(DIBAO.plain(), "accepted", DIBAO.read_on, "", slots=("2023-07", "2023-08"), shares=shares)
    assert counted_of(Standing(receipt, "accepted", ("2023-08",))) == counted()


def test_money_is_what_a_contract_counts_in_yuan():
    assert money_columns(PROJECT.contracts["urban_dibao"])[0] == "amount"
    assert money_columns(PROJECT.contracts["deaths"]) == []


@pytest.mark.parametrize(
    ("rows", "last_row", "told"),
    [
        (2, 7, None),
        (3, 7, "1 rows by which standard tables differ from their deliveries in force \\(urban_dibao\\)"),
        (2, 6, "1 evidence rows that point to no row of an archived file \\(ddddddddddddddd2\\)"),
    ],
)
def test_what_a_run_used_is_held_against_what_each_delivery_gave(archive, tmp_path, rows, last_row, told):
    con = ready_to_publish()
    con.execute("create table urban_dibao (delivery varchar, amount decimal(14, 2))")
    con.execute(f"insert into urban_dibao select '{DIBAO.delivery}', 850 from range({rows})")
    money = dict.fromkeys(money_columns(PROJECT.contracts["urban_dibao"]), "0.00") | {"amount": f"{rows * 850}.00"}
    for name in money.keys() - {"amount"}:
        con.execute(f"alter table urban_dibao add column {name} decimal(14, 2)")
    used = replace(facts(), deliveries=(DIBAO, DEATHS, UNREAD), in_force=(replace(counted(), money=money),))
    standings = [
        Standing(Receipt(one.plain(), "accepted", one.read_on, "", last_row=row), "accepted")
        for one, row in ((DIBAO, 12), (DEATHS, last_row))
    ]
    if told is None:
        balance_with_deliveries(con, Root(tmp_path), PROJECT.contracts, used, standings)
    else:
        with pytest.raises(PublishError, match=told):
            balance_with_deliveries(con, Root(tmp_path), PROJECT.contracts, used, standings)
