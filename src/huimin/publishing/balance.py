"""The sums that must come out before a run may be seen, and again whenever it is verified."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import duckdb
import polars as pl

from huimin.cells.types import MONEY
from huimin.contracts.contract import Contract
from huimin.deliveries.slots import Standing
from huimin.errors import PublishError
from huimin.language import _
from huimin.ledger.states import EXEMPT
from huimin.store.archive import Archive
from huimin.store.delivery import Delivery
from huimin.store.manifest import Counted, RunFacts
from huimin.store.root import Root
from huimin.tables.sql import lay_frame

ROWS = "rows"
"""The figure of `shares` that counts rows; every other is a money column's sum in yuan."""


@dataclass(frozen=True)
class Figure:
    """One sum: what it counts, and SQL for by how much it does not come out (0 when it does) and where (null: all)."""

    name: str
    sql: str


FIGURES = (
    Figure(
        "deliveries whose rows in the file are not layout + accepted + rejected",
        """select count(*) from deliveries
           where rows_in_file is distinct from rows_layout + rows_accepted + rows_rejected""",
    ),
    Figure(
        "refused deliveries that count rows",
        "select count(*) from deliveries where status = 'refused' and rows_in_file <> 0",
    ),
    Figure(
        "deliveries listed twice",
        "select count(*) - count(distinct delivery) from deliveries",
    ),
    Figure(
        "deliveries with fewer reject reasons than rejected rows",
        """select count(*) from deliveries as d
           left join (select delivery, sum("count") as reasons from reject_reasons group by delivery) as r
             on r.delivery = d.delivery
           where d.rows_rejected > coalesce(r.reasons, 0)""",
    ),
    Figure(
        "reject reasons of no listed delivery",
        "select count(*) from reject_reasons as r anti join deliveries as d on d.delivery = r.delivery",
    ),
    Figure("clue ids that are missing or repeated", "select count(*) - count(distinct clue_id) from clues"),
    Figure(
        "clues without evidence",
        "select count(*) from clues as c anti join evidence as e on e.clue_id = c.clue_id",
    ),
    Figure(
        "evidence rows of no clue",
        "select count(*) from evidence as e anti join clues as c on c.clue_id = e.clue_id",
    ),
    Figure(
        "evidence rows of no listed delivery",
        "select count(*) from evidence as e anti join deliveries as d on d.delivery = e.delivery",
    ),
    Figure(
        "rules whose clue count is not the number of their clues",
        """select count(*) from rules as r
           full join (select rule, count(*) as clues from clues group by rule) as c on c.rule = r.rule
           where coalesce(r.clues, 0) <> coalesce(c.clues, 0) or r.status is distinct from 'ran' and c.clues > 0""",
    ),
    Figure(
        "clues that the ledger does not know",
        "select count(*) from clues as c anti join ledger as l on l.clue_id = c.clue_id",
    ),
    Figure(
        "clues by which the statistics tables differ from the clues that are not exempt",
        f"""select abs(coalesce((select sum(clues) from statistics where item is not null), 0)
                      - (select count(*) from clues where state <> '{EXEMPT}'))::bigint""",
    ),
)


DIFFERS = """select coalesce(sum(abs(due - held)), 0){cast}, string_agg(distinct {where}, ', ' order by {where})
             from shares where due <> held and figure {rows} 'rows'"""

GROUNDS = (
    Figure(
        "bytes by which the archive differs from what was received",
        """select coalesce(sum(abs(bytes - coalesce(archived, 0))), 0), string_agg(delivery, ', ' order by delivery)
           from received where archived is distinct from bytes""",
    ),
    Figure(
        "rows by which standard tables differ from their deliveries in force",
        DIFFERS.format(where="roster", rows="=", cast="::bigint"),
    ),
    Figure(
        "yuan by which the money in standard tables differs from the money delivered",
        DIFFERS.format(where="roster || '.' || figure", rows="<>", cast=""),
    ),
    Figure(
        "evidence rows that point to no row of an archived file",
        """select count(*), string_agg(distinct e.delivery, ', ' order by e.delivery) from evidence as e
           left join received as r on r.delivery = e.delivery
           where r.archived is distinct from r.bytes or r.delivery is null
              or coalesce(e."row" not between 1 and coalesce(r.last_row, e."row"), true)""",
    ),
)
"""Sums over what `lay_received` and `lay_shares` laid beside the published tables."""


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


def balanced(con: duckdb.DuckDBPyConnection, figures: Iterable[Figure]) -> None:
    """Returns when every sum comes out. Raises PublishError naming the figures that do not."""
    refuse_unbalanced(imbalances(con, figures))


def refuse_unbalanced(broken: Iterable[str]) -> None:
    """Checks that the run's figures agree with each other. Raises PublishError naming those that do not."""
    named = "; ".join(broken)
    if named:
        fix = _("nothing was published; run again, and report it as a fault of Huimin when it stays")
        raise PublishError("accounting", named, fix)


def imbalances(con: duckdb.DuckDBPyConnection, figures: Iterable[Figure] = FIGURES) -> tuple[str, ...]:
    """Each sum over the connection's tables that does not come out, as ``by how much, name (where)``."""
    found = []
    for figure in figures:
        broken, *where = con.execute(figure.sql).fetchall()[0]
        if broken:
            found.append(f"{broken} {figure.name}" + (f" ({where[0]})" if where and where[0] else ""))
    return tuple(found)


def lay_received(
    con: duckdb.DuckDBPyConnection,
    archive: Archive,
    deliveries: Iterable[Delivery],
    last_rows: Mapping[str, int],
) -> None:
    """Temporary table `received(delivery, bytes, archived, last_row)`: a row a delivery whose bytes were taken.

    `archived` is null when they are gone, `last_row` when it is not known.
    """
    rows = [
        (one.delivery, one.size, archive.size(one.sha256), last_rows.get(one.delivery))
        for one in deliveries
        if one.sha256
    ]
    schema = {"delivery": pl.String, "bytes": pl.Int64, "archived": pl.Int64, "last_row": pl.Int64}
    lay_frame(con, "received", pl.DataFrame(rows, schema=schema, orient="row"))


def lay_shares(con: duckdb.DuckDBPyConnection, due: Iterable[Counted], held: Iterable[Counted]) -> None:
    """Temporary table `shares(roster, delivery, figure, due, held)`: what each delivery gives and what tables hold."""
    figures = [
        {
            (one.roster, one.delivery, figure): Decimal(amount)
            for one in counted
            for figure, amount in (*one.money.items(), (ROWS, str(one.rows)))
        }
        for counted in (due, held)
    ]
    keys = sorted(figures[0].keys() | figures[1].keys())
    rows = [(*key, *(side.get(key, Decimal(0)) for side in figures)) for key in keys]
    schema = dict.fromkeys(("roster", "delivery", "figure"), pl.String) | dict.fromkeys(
        ("due", "held"), pl.Decimal(38, 2)
    )
    lay_frame(con, "shares", pl.DataFrame(rows, schema=schema, orient="row"))


def counted_in(
    con: duckdb.DuckDBPyConnection,
    roster: str,
    money: Sequence[str],
    source: str,
    parameters: Mapping[str, list[str]] | None = None,
) -> list[Counted]:
    """Rows and money that the roster's table, or other SQL with its columns and `delivery`, holds of each delivery."""
    sums = "".join(f', coalesce(sum("{name}"), 0)::decimal(38, 2)' for name in money)
    sql = f"select delivery, count(*){sums} from {source} group by delivery order by delivery"
    rows = con.execute(sql, parameters or {}).fetchall()
    return [
        Counted(roster, delivery, (), count, dict(zip(money, map(str, amounts)))) for delivery, count, *amounts in rows
    ]


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
