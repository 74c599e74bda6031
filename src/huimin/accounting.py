"""The sums that must come out before a run may be seen, and again whenever it is verified."""

from dataclasses import dataclass

import duckdb


@dataclass(frozen=True)
class Figure:
    """One sum: what it counts, and SQL for the number of entries that break it (0 when it balances)."""

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
        """select abs(coalesce((select sum(clues) from statistics where item is not null), 0)
                      - (select count(*) from clues where state <> '豁免'))::bigint""",
    ),
)


def imbalances(con: duckdb.DuckDBPyConnection) -> tuple[str, ...]:
    """Each sum over the connection's published tables that does not come out, as ``count name``."""
    found = []
    for figure in FIGURES:
        broken = con.execute(figure.sql).fetchall()[0][0]
        if broken:
            found.append(f"{broken} {figure.name}")
    return tuple(found)
