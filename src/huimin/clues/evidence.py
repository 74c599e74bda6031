"""The source rows behind every clue as analysts may see them, and a hash that knows the same facts again."""

from collections.abc import Mapping

import duckdb

from huimin.cells.types import HIDDEN
from huimin.clues.cited import cited
from huimin.contracts.contract import Column, Contract
from huimin.ledger.reopened import told_columns
from huimin.tables.sql import literal
from huimin.tables.work import makes


@makes(
    "evidence",
    "evidence_hashes",
    "fact_rows",
    needs=("clue_rows", "clue_ids", "deliveries", "masked_texts"),
    scratch=("row_facts",),
)
def lay_evidence(con: duckdb.DuckDBPyConnection, contracts: Mapping[str, Contract]) -> None:
    """Tables `evidence` (as published) and, temporary, `evidence_hashes(clue, evidence_hash)` and `fact_rows`.

    `facts` holds the contract's evidence columns in their order, but those not published at all: days and months in ISO
    form, money and decimals as text, integers as numbers, null as null; each as the column's mask has it.
    The hash is over the rows' person and evidence columns, unmasked, and over nothing that a new delivery of the same
    facts changes (file, sheet, row, delivery, order). `fact_rows(clue, roster, whole)` has what it is made of, and the
    roster's key and period, as a JSON object of texts a row: restricted.
    """
    con.execute(
        """create or replace temp table row_facts (ref bigint, delivery varchar, sheet varchar,
           "row" integer, facts varchar, fingerprint varchar, whole varchar)"""
    )
    rosters = con.execute("select distinct roster from clue_rows where roster is not null").fetchall()
    for (roster,) in rosters:
        con.execute(row_facts_sql(contracts[roster]))
    con.execute(EVIDENCE)
    con.execute(EVIDENCE_HASHES)
    con.execute(FACT_ROWS)


def row_facts_sql(contract: Contract) -> str:
    """SQL that adds one roster's matched rows to `row_facts`."""
    own = {column.name for column in contract.columns}
    told = told_columns(contract)
    shown = [column for name in contract.evidence if (column := contract.column(name)).mask is not HIDDEN]
    facts = " || ',' || ".join(f"""'"{column.name}":' || {shown_value(column)}""" for column in shown) or "''"
    known = dict.fromkeys((*told, *contract.key, *filter(None, [contract.period_column])))
    whole = ", ".join(f"""'{name}': s."{name}"::varchar""" for name in known if name in own)
    return f"""
    insert into row_facts
    select s.ref, s.delivery, s.sheet, s."row", '{{' || {facts} || '}}',
           {fingerprint_sql(contract, 's."{name}"::varchar')},
           to_json({{{whole}}})::varchar
    from {cited(contract.roster)} as s
    """


def fingerprint_sql(contract: Contract, cell: str) -> str:
    """The SQL expression for what an evidence hash takes of one row; `cell`: that for the text in column `{name}`."""
    content = ", ".join(f"coalesce({cell.format(name=name)}, chr(0))" for name in told_columns(contract))
    return f"left(sha256(concat_ws(chr(31), {literal(contract.roster)}, {content})), 32)"


def shown_value(column: Column) -> str:
    """The SQL expression for a cell as JSON, as far as it may be published."""
    text = column.mask.of(f's."{column.name}"')
    if column.type.sql == "integer":
        return f"coalesce({text}, 'null')"
    return f"coalesce(to_json({text})::varchar, 'null')"


EVIDENCE = """
create or replace table evidence as
select k.clue_id, r.roster, f.delivery, d.file, told(f.sheet) as sheet, f."row", r.role, f.facts
from clue_rows as r
join clue_ids as k on k.clue = r.clue
join row_facts as f on f.ref = r.ref
left join deliveries as d on d.delivery = f.delivery
"""

EVIDENCE_HASHES = """
create or replace temp table evidence_hashes as
select r.clue,
       keyed('evidence', string_agg(f.fingerprint, '' order by f.fingerprint)) as evidence_hash
from clue_rows as r join row_facts as f on f.ref = r.ref
group by r.clue
"""

FACT_ROWS = """
create or replace temp table fact_rows as
select r.clue, r.roster, f.whole from clue_rows as r join row_facts as f on f.ref = r.ref
"""
