"""How texts are published: as they are, without the persons they name, or not, by who and how many carry them."""

import re
from collections.abc import Mapping

import duckdb
import polars as pl

from huimin.cells.types import IF_COMMON, TOLD
from huimin.clues.cited import cited
from huimin.contracts.contract import Contract
from huimin.identity import mask_ids_in, mask_name
from huimin.matching.rule import Rule
from huimin.tables.work import makes

COMMON = 5
"""Persons in force who carry a text that is published as it is."""
OTHERS = "（其他）"
LONGEST = 5
"""Characters of names that are looked up; longer ones, with middle dots, are searched for one by one."""
IS_HAN = re.compile("[㐀-鿿豈-﫿𠀀-𳿿]")
LETTER = r"[^\W\d_]"


@makes("common_texts")
def lay_common_texts(con: duckdb.DuckDBPyConnection, contracts: Mapping[str, Contract]) -> None:
    """Table `common_texts(value)`: streets, communities, schools, … that at least five persons in force carry."""
    con.execute(common_texts_sql(contracts, COMMON))


def common_texts_sql(contracts: Mapping[str, Contract], least: int) -> str:
    """SQL that makes `common_texts` of what at least so many persons carry."""
    carried = [
        f"""select "{column.name}" as value, id_number from "{contract.roster}" """
        for contract in contracts.values()
        for column in contract.columns
        if column.mask is IF_COMMON and any(other.name == "id_number" for other in contract.columns)
    ]
    return COMMON_TEXTS.format(carried=" union all ".join(carried), least=least)


# Most values are carried by thousands: five different bits out of 62 prove five persons, and cost no set of persons.
COMMON_TEXTS = """
create or replace table common_texts as
with carried as ({carried}),
marked as (
    select value, bit_count(bit_or(1::bigint << (hash(id_number) % 62)::integer)) as persons
    from carried where value is not null group by value
)
select value from marked where persons >= {least}
union all
select value from carried semi join (select value from marked where persons < {least}) using (value)
group by value having count(distinct id_number) >= {least}
"""


@makes(
    "masked_texts",
    needs=("clue_hits", "clue_rows", "told_deliveries", "told_quality", "common_texts"),
    scratch=("matched_names", "shown_texts"),
)
def lay_masked_texts(
    con: duckdb.DuckDBPyConnection, contracts: Mapping[str, Contract], rules: Mapping[str, Rule]
) -> None:
    """Table `masked_texts(text, shown)`: those of the texts to be published that name a person of tonight's clues.

    Names of two characters, and foreign ones, only as whole words: as part of another word they are mostly none.
    Whoever publishes a text calls the macro `told(text)`: shown as here, else `scrubbed`. `if_common(text)` is that of
    common texts, and （其他） of others.
    """
    con.execute(" ".join((NAMES, TEXTS.format(more=f"{told_texts(con, contracts)} {told_facts(rules)}"))))
    found = con.execute(NAMED, {"longest": LONGEST}).fetchall()
    shown = [(text, masked(text, names)) for text, names in found]
    con.register("laying", pl.DataFrame(shown, schema={"text": pl.String, "shown": pl.String}, orient="row"))
    con.execute("create or replace table masked_texts as from laying")
    con.unregister("laying")
    lay_text_masks(con)


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


def masked(text: str, names: list[str]) -> str:
    """The text with identifiers and these names masked, the longest name first."""
    shown = mask_ids_in(text)
    for name in names:
        pattern = re.escape(name)
        if len(name) == 2 or not IS_HAN.match(name):
            pattern = f"(?<!{LETTER}){pattern}(?!{LETTER})"
        shown = re.sub(pattern, mask_name(name), shown)
    return shown


def told_texts(con: duckdb.DuckDBPyConnection, contracts: Mapping[str, Contract]) -> str:
    """SQL for the texts of matched rows that may be published, each roster's own."""
    rosters = con.execute("select distinct roster from clue_rows where roster is not null order by roster").fetchall()
    parts = []
    for (roster,) in rosters:
        columns = ["sheet", *(c.name for c in contracts[roster].columns if c.mask in (TOLD, IF_COMMON))]
        parts += [f'union select "{column}" from {cited(roster)}' for column in columns]
    return " ".join(("union select sheet from exemptions", *parts))


def told_facts(rules: Mapping[str, Rule]) -> str:
    """SQL for the texts among the facts of clues that may be published."""
    return " ".join(
        f"""union select unnest(json_extract_string(facts, '$."{fact}"[*]')) from clue_hits where rule = '{name}'"""
        for name, rule in rules.items()
        for fact, published in rule.shown.items()
        if published in ("told", "if_common")
    )


NAMES = """
create or replace temp table matched_names as
select distinct name from (
    select name from clue_rows where id_number is not null union select name from clue_hits where id_number is not null
) where length(name) > 1;
"""

TEXTS = """
create or replace temp table shown_texts as
select distinct text from (
    select unnest([file, unit, problem, fix, other_sheets, admitted]) as text from told_deliveries
    union select observed from told_quality
    union select unnest([item, subject]) from clue_hits
    union select name from clue_hits where id_number is null
    {more}
) where text is not null;
"""

# A text is cut into all its pieces that can be a name; what is longer than most names is looked for as it is.
NAMED = """
with pieces as (
    select text, substr(text, unnest(range(1, length(text) + 1)), length) as piece
    from shown_texts, range(2, $longest + 1) as lengths(length)
),
met as (
    select distinct p.text, n.name from pieces as p join matched_names as n on n.name = p.piece
    union
    select t.text, n.name from shown_texts as t join matched_names as n
        on length(n.name) > $longest and contains(t.text, n.name)
)
select text, list(name order by length(name) desc, name) from met group by text
"""
