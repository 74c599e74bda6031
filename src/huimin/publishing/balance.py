"""What a run used, held against what was delivered, before anything of it is published."""

from collections.abc import Iterable, Mapping
from decimal import Decimal

import duckdb

from huimin.cells.types import MONEY
from huimin.contracts.contract import Contract
from huimin.deliveries.slots import Standing
from huimin.publishing.accounting import GROUNDS, counted_in, lay_received, lay_shares
from huimin.publishing.publish import balanced
from huimin.store.archive import Archive
from huimin.store.manifest import Counted, RunFacts
from huimin.store.root import Root


def balance_with_deliveries(
    con: duckdb.DuckDBPyConnection,
    root: Root,
    contracts: Mapping[str, Contract],
    facts: RunFacts,
    standings: Iterable[Standing],
) -> None:
    """Returns when archive, standard tables and evidence hold what was delivered: bytes, rows, yuan.

    `con` holds the mounted rosters, `evidence` and `deliveries`. Raises PublishError naming what does not come out.
    """
    last_rows = {standing.receipt.delivery.delivery: standing.receipt.last_row for standing in standings}
    lay_received(con, Archive(root.archive), facts.deliveries, last_rows)
    rosters = dict.fromkeys(counted.roster for counted in facts.in_force)
    held = [
        counted for roster in rosters for counted in counted_in(con, roster, money_columns(contracts[roster]), roster)
    ]
    lay_shares(con, facts.in_force, held)
    balanced(con, GROUNDS)


def money_columns(contract: Contract) -> list[str]:
    """The contract's columns of yuan."""
    return [column.name for column in contract.columns if column.type is MONEY]


def counted_of(standing: Standing) -> Counted:
    """What the delivery's slots in force give, as counted when it was read."""
    receipt = standing.receipt
    shares = [share for share in receipt.shares if share.slot in standing.slots]
    columns = dict.fromkeys(column for share in shares for column in share.money)
    money = {column: str(sum(Decimal(share.money[column]) for share in shares)) for column in columns}
    rows = sum(share.rows for share in shares)
    return Counted(receipt.delivery.roster or "", receipt.delivery.delivery, standing.slots, rows, money)
