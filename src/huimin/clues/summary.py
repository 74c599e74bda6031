"""The Chinese sentence of every clue, from its rule's template, masked."""

from collections.abc import Mapping
from string import Formatter

import duckdb

from huimin.cells import CellType
from huimin.cells.types import ACCOUNT_NUMBER, ID_NUMBER, NAME, PLATE, TEXT
from huimin.matching.rule import Rule
from huimin.tables.sql import literal
from huimin.tables.work import makes

UNKNOWN = "不详"
MEASURES = ("_mu", "_m2", "_wan", "_ratio")
"""Endings of decimal fact columns that are no money."""
ENDINGS = {"_name": NAME, "_id_number": ID_NUMBER, "_id": ID_NUMBER, "_plate": PLATE, "_account": ACCOUNT_NUMBER}
"""What a fact column holds whose name is or ends in that word."""


@makes("summaries", needs=("clue_hits", "clue_faces"))
def lay_summaries(con: duckdb.DuckDBPyConnection, rules: Mapping[str, Rule]) -> None:
    """Table `summaries(clue, summary)` as published: names, ID numbers, accounts and plates masked."""
    con.execute("create or replace temp table summaries (clue integer, summary varchar)")
    tell(con, rules, "summaries", "clue_faces", whole=False)


def tell(con: duckdb.DuckDBPyConnection, rules: Mapping[str, Rule], into: str, faces: str, *, whole: bool) -> None:
    """Adds each clue's sentence to the table `into(clue, summary)`; `faces` has name and subject as shown, and titles.

    Money reads `1,200.00`, days `2023年8月5日`, months `2023年8月`; a fact of several values is joined by 、; a fact
    without a value reads 不详. With `whole`, for those who go to the door, only ID numbers and accounts are masked.
    """
    for (name,) in con.execute("select distinct rule from clue_hits").fetchall():
        con.execute(
            f"""insert into {into}
            select h.clue, {sentence(rules[name].summary, whole)}
            from clue_hits as h join {faces} as f on f.clue = h.clue
            where h.rule = $rule""",
            {"rule": name},
        )


def sentence(template: str, whole: bool = False) -> str:
    """The SQL expression for a template over `clue_hits` h and `clue_faces` f."""
    pieces = list(Formatter().parse(template))
    columns = [column for _, column, _, _ in pieces if column]
    names = [fact_values(column) for column in dict.fromkeys(columns) if type_of(column) is NAME and column not in OWN]
    parts = []
    for text, column, _, _ in pieces:
        if text:
            parts.append(literal(text))
        if column:
            parts.append(OWN.get(column) or shown_fact(column, names, whole))
    return " || ".join(parts) or "''"


OWN = {
    "name": f"coalesce(f.name, '{UNKNOWN}')",
    "item_title": f"coalesce(f.item_title, '{UNKNOWN}')",
    "subject": f"coalesce(f.subject, '{UNKNOWN}')",
    "first": "shown_day(h.first_period, f.form)",
    "last": "shown_day(h.last_period, f.form)",
    "span": "case when h.first_period = h.last_period then shown_day(h.first_period, f.form) "
    "else shown_day(h.first_period, f.form) || '至' || shown_day(h.last_period, f.form) end",
    "periods": "h.periods",
    "amount": "format('{:,.2f}', h.amount_at_risk)",
}
"""What every clue has; all else are facts of the rule."""


def shown_fact(column: str, names: list[str], whole: bool) -> str:
    """The SQL expression for a fact column's values as the reader sees them."""
    kind = type_of(column)
    if kind is not TEXT:
        shown = "x" if whole and not kind.mask.at_the_door else kind.mask.of("x")
    else:
        text = "x" if whole else "hidden_all(hidden(scrubbed(x), h.name), f.names)"
        for name in () if whole else names:
            text = f"hidden({text}, {name}[1])"
        form = "month" if column.endswith("_month") else "day"
        figure = "x" if column.endswith(MEASURES) else "format('{:,.2f}', try_cast(x as double))"
        shown = (
            f"case when regexp_full_match(x, '[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}') "
            f"then shown_day(try_cast(x as date), '{form}') "
            f"when regexp_full_match(x, '-?[0-9]+[.][0-9]+') then {figure} else {text} end"
        )
    listed = f"array_to_string(list_transform({fact_values(column)}, lambda x: {shown}), '、')"
    return f"coalesce(nullif({listed}, ''), '{UNKNOWN}')"


def fact_values(column: str) -> str:
    """The SQL expression for a fact column's values, whole."""
    return f"""json_extract_string(h.facts, '$."{column}"[*]')"""


def type_of(column: str) -> CellType:
    """The type of a fact column of that name: what it ends in tells it, and all others are text."""
    return next((kind for ending, kind in ENDINGS.items() if f"_{column}".endswith(ending)), TEXT)
