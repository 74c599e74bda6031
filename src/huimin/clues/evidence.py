"""The source rows behind every clue as analysts may see them, and a hash that knows the same facts again."""

from collections.abc import Mapping

import duckdb

from huimin.cells.types import ACCOUNT_NUMBER, FREE_TEXT, NAME
from huimin.contracts.contract import Column, Contract
from huimin.tables.work import makes


@makes(
    "evidence",
    "evidence_hashes",
    needs=("clue_rows", "clue_ids", "deliveries"),
    scratch=("row_facts",),
)
def lay_evidence(con: duckdb.DuckDBPyConnection, contracts: Mapping[str, Contract]) -> None:
    """Tables `evidence` (as published) and, temporary, `evidence_hashes(clue, evidence_hash)`.

    `facts` holds the contract's evidence columns in their order: dates and months in ISO form, money and decimals
    as text, integers as numbers, null as null; ID numbers, names, accounts and plates masked, inside texts too.
    The hash is over the rows' person and evidence columns, unmasked, and over nothing that a new delivery of the same
    facts changes (file, sheet, row, delivery, order).
    """
    con.execute(
        """create or replace temp table row_facts (ref bigint, delivery varchar, sheet varchar,
           "row" integer, facts varchar, fingerprint varchar)"""
    )
    rosters = con.execute("select distinct roster from clue_rows where roster is not null").fetchall()
    for (roster,) in rosters:
        con.execute(row_facts_sql(contracts[roster]))
    con.execute(EVIDENCE)
    con.execute(EVIDENCE_HASHES)


def row_facts_sql(contract: Contract) -> str:
    """SQL that adds one roster's matched rows to `row_facts`."""
    own = {column.name for column in contract.columns}
    names = [column.name for column in contract.columns if column.type is NAME]
    accounts = [column.name for column in contract.columns if column.type is ACCOUNT_NUMBER]
    shown = [contract.column(name) for name in contract.evidence]
    told = [name for name in ("id_number", "name") if name in own and name not in contract.evidence]
    facts = (
        " || ',' || ".join(f"""'"{column.name}":' || {shown_value(column, names, accounts)}""" for column in shown)
        or "''"
    )
    content = ", ".join(f"""coalesce(s."{name}"::varchar, chr(0))""" for name in (*told, *contract.evidence))
    return f"""
    insert into row_facts
    select s.ref, s.delivery, s.sheet, s."row", '{{' || {facts} || '}}',
           left(sha256(concat_ws(chr(31), '{contract.roster}', {content})), 32)
    from {contract.roster} as s
    where s.ref in (select ref from clue_rows where roster = '{contract.roster}')
    """


def shown_value(column: Column, names: list[str], accounts: list[str]) -> str:
    """The SQL expression for a cell as JSON, masked by its column's type."""
    cell = f's."{column.name}"'
    text = column.type.mask.of(cell)
    if column.type.sql == "integer":
        return f"coalesce({text}, 'null')"
    if column.type.mask is FREE_TEXT:
        for name in names:
            text = f'hidden({text}, s."{name}")'
        for name in accounts:
            text = f'uncarded({text}, s."{name}")'
    return f"coalesce(to_json({text})::varchar, 'null')"


EVIDENCE = """
create or replace table evidence as
select k.clue_id, r.roster, f.delivery, d.file, scrubbed(f.sheet) as sheet, f."row", r.role, f.facts
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
