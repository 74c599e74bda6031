"""How texts are published: as they are, without the persons they name, or not, by who and how many carry them."""

from collections.abc import Collection, Iterator, Mapping, Sequence

import duckdb
import polars as pl

from huimin.cells.id_number import digits_of
from huimin.cells.types import IF_COMMON, NAME, TOLD
from huimin.clues.cited import cited
from huimin.clues.names_inside import NamesInside
from huimin.clues.summary import type_of
from huimin.contracts.contract import Contract
from huimin.matching.readings import CODE
from huimin.matching.rule import Rule
from huimin.store.code import digest_of_code
from huimin.store.kept import ALL_PARTS, Parts
from huimin.tables.sql import lay_frame
from huimin.tables.work import makes

COMMON = 5
"""Persons in force who carry a text that is published as it is."""
OTHERS = "（其他）"
NO_DIGESTS: Mapping[str, str] = {}


@makes("common_texts", scratch=("carried_texts",), whole=True)
def lay_common_texts(
    con: duckdb.DuckDBPyConnection, contracts: Mapping[str, Contract], kept: Parts, digests: Mapping[str, str]
) -> None:
    """Table `common_texts(value)`: streets, communities, schools, … that at least five persons in force carry.

    Who carries what in a roster is kept while its rows are the same, which `digests` tell (`matching/readings.py`).
    """
    lay_texts_carried(con, contracts, COMMON, kept, digests)


def lay_texts_carried(
    con: duckdb.DuckDBPyConnection,
    contracts: Mapping[str, Contract],
    least: int,
    kept: Parts = ALL_PARTS,
    digests: Mapping[str, str] = NO_DIGESTS,
) -> None:
    """Table `common_texts(value)` of what at least so many persons carry."""
    code = digest_of_code("clues", *CODE)
    parts = {
        roster: (code, digests.get(f"roster {roster}", ""))
        for roster, contract in contracts.items()
        if carried_in(contract)
    }

    def make(missing: Sequence[str]) -> None:
        con.execute(carried_texts_sql([contracts[roster] for roster in missing], least))

    kept.lay(con, "carried_texts", parts, make)
    con.execute(COMMON_TEXTS.format(least=least))


def carried_in(contract: Contract) -> list[str]:
    """The columns of the roster whose texts are published only when they are common; none where nobody carries them."""
    if all(column.name != "id_number" for column in contract.columns):
        return []
    return [column.name for column in contract.columns if column.mask is IF_COMMON]


def carried_texts_sql(contracts: Collection[Contract], least: int) -> str:
    """SQL that makes `carried_texts(part, value, persons)` of some rosters; `persons` null: as many as are wanted."""
    person = digits_of("id_number")
    carried = [
        f"""select '{contract.roster}' as part, "{column}" as value, {person} as person from "{contract.roster}" """
        for contract in contracts
        for column in carried_in(contract)
    ]
    return CARRIED_TEXTS.format(carried=" union all ".join(carried), least=least)


# Most values are carried by thousands: five different bits out of 62 prove five persons, and cost no set of persons.
CARRIED_TEXTS = """
create or replace temp table carried_texts as
with carried as not materialized ({carried}),
marked as (
    select part, value, bit_count(bit_or(1::bigint << (person % 62)::integer)) as persons
    from carried where value is not null group by part, value
)
select part, value, null::bigint[] as persons from marked where persons >= {least}
union all
select part, value, case when count(distinct person) < {least} then list(distinct person order by person) end
from carried semi join (select part, value from marked where persons < {least}) using (part, value)
group by part, value
"""

COMMON_TEXTS = """
create or replace table common_texts as
select value from carried_texts group by value
having bool_or(persons is null)
    or len(list_distinct(flatten(list(persons) filter (persons is not null)))) >= {least}
"""


@makes("matched_names", needs=("clue_hits", "clue_rows", "clue_persons"))
def lay_matched_names(
    con: duckdb.DuckDBPyConnection, contracts: Mapping[str, Contract], rules: Mapping[str, Rule]
) -> None:
    """Table `matched_names(name)`: every name that tonight's clues and the rows matched have of a person, once.

    Householders, guardians, spouses and holders of accounts too. A cell may hold several names, which 、 parts.
    """
    con.execute(
        f"""create or replace table matched_names as
        select distinct unnest(string_split(name, '、')) as name
        from ({" union ".join(named(con, contracts, rules))}) as found(name)"""
    )


@makes(
    "masked_texts",
    needs=("matched_names", "clue_hits", "clue_rows", "told_deliveries", "told_quality", "common_texts"),
    scratch=("shown_texts", "adding"),
)
def lay_masked_texts(
    con: duckdb.DuckDBPyConnection, contracts: Mapping[str, Contract], rules: Mapping[str, Rule]
) -> None:
    """Table `masked_texts(text, shown)`: those of the texts to be published that name a person of tonight's clues.

    Whoever publishes a text calls the macro `told(text)`: shown as here, else `scrubbed`. `if_common(text)` is that of
    common texts, and （其他） of others.
    """
    con.execute(SHOWN_TEXTS.format(more=f"{told_texts(con, contracts)} {told_facts(rules)}"))
    con.execute("create or replace table masked_texts (text varchar, shown varchar)")
    add_masked_texts(con, "select text from shown_texts")
    lay_text_masks(con)


def add_masked_texts(con: duckdb.DuckDBPyConnection, texts: str, **values: object) -> None:
    """Those of the texts, a SELECT, that name a person of `matched_names` stand in `masked_texts` too."""
    asked = con.execute(texts, values).fetchall()
    if not asked:
        return
    names = NamesInside(name for (name,) in con.execute("select name from matched_names order by name").fetchall())
    told = ((text, names.masked(text)) for (text,) in asked)
    shown = [(text, masked) for text, masked in told if masked is not None]
    lay_frame(con, "adding", pl.DataFrame(shown, schema={"text": pl.String, "shown": pl.String}, orient="row"))
    con.execute("insert into masked_texts from adding")


def lay_text_masks(con: duckdb.DuckDBPyConnection) -> None:
    """The macros `told` and `if_common`, over `masked_texts` and `common_texts`."""
    con.execute(
        """create or replace temp macro told(x) as
           coalesce((select any_value(m.shown) from masked_texts as m where m.text = x), scrubbed(x))"""
    )
    con.execute(
        f"""create or replace temp macro if_common(x) as
            case when x in (select value from common_texts) then told(x) when x is not null then '{OTHERS}' end"""
    )


def named(
    con: duckdb.DuckDBPyConnection, contracts: Mapping[str, Contract], rules: Mapping[str, Rule]
) -> Iterator[str]:
    """SELECTs of every name that tonight's clues and the rows matched have of a person."""
    yield "select name from clue_hits where id_number is not null"
    yield "select name from clue_persons"
    for roster in cited_rosters(con):
        columns = {column.name: column for column in contracts[roster].columns}
        if "id_number" in columns:
            yield from (
                f'select "{name}" from {cited(roster)} where id_number is not null'
                for name, column in columns.items()
                if column.type is NAME
            )
    for name, rule in rules.items():
        yield from (fact_values(name, fact) for fact in rule.facts if type_of(fact) is NAME)


def cited_rosters(con: duckdb.DuckDBPyConnection) -> list[str]:
    """The rosters of which clues have rows."""
    rows = con.execute("select distinct roster from clue_rows where roster is not null order by roster").fetchall()
    return [roster for (roster,) in rows]


def told_texts(con: duckdb.DuckDBPyConnection, contracts: Mapping[str, Contract]) -> str:
    """SQL for the texts of matched rows that may be published, each roster's own."""
    parts = []
    for roster in cited_rosters(con):
        columns = ["sheet", *(c.name for c in contracts[roster].columns if c.mask in (TOLD, IF_COMMON))]
        parts += [f'union select "{column}" from {cited(roster)}' for column in columns]
    return " ".join(("union select sheet from exemptions", *parts))


def told_facts(rules: Mapping[str, Rule]) -> str:
    """SQL for the texts among the facts of clues that may be published."""
    return " ".join(
        f"union {fact_values(name, fact)}"
        for name, rule in rules.items()
        for fact, published in rule.shown.items()
        if published in ("told", "if_common")
    )


def fact_values(rule: str, fact: str) -> str:
    """The SELECT of the values of a fact in the clues of a rule."""
    return f"""select unnest(json_extract_string(facts, '$."{fact}"[*]')) from clue_hits where rule = '{rule}'"""


SHOWN_TEXTS = """
create or replace temp table shown_texts as
select distinct text from (
    select unnest([file, unit, problem, fix, other_sheets, admitted]) as text from told_deliveries
    union select observed from told_quality
    union select unnest([item, subject]) from clue_hits
    union select name from clue_hits where id_number is null
    union select value from common_texts
    {more}
) where text is not null
"""
