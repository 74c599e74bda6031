"""The Chinese sentence of every clue, from its rule's template, masked."""

from collections.abc import Mapping
from string import Formatter

import duckdb

from huimin.cells import CellType
from huimin.cells.types import ACCOUNT_NUMBER, CODE_NUMBER, ID_NUMBER, NAME, PLATE, VIN
from huimin.matching.rule import Rule
from huimin.tables.sql import literal
from huimin.tables.work import makes

UNKNOWN = "不详"
MEASURES = ("_mu", "_m2", "_wan", "_ratio")
"""Endings of decimal fact columns that are no money."""
ENDINGS = {
    "_name": NAME,
    "_id_number": ID_NUMBER,
    "_id": ID_NUMBER,
    "_plate": PLATE,
    "_account": ACCOUNT_NUMBER,
    "_vin": VIN,
    "_number": CODE_NUMBER,
}
"""What a fact column holds whose name is or ends in that word."""


@makes("summaries", needs=("clue_hits", "clue_faces", "masked_texts"))
def lay_summaries(con: duckdb.DuckDBPyConnection, rules: Mapping[str, Rule]) -> None:
    """Table `summaries(clue, summary)` as published: names, ID numbers, accounts and plates masked."""
    con.execute("create or replace temp table summaries (clue integer, summary varchar)")
    tell(con, rules, "summaries", "clue_faces", whole=False)


def tell(con: duckdb.DuckDBPyConnection, rules: Mapping[str, Rule], into: str, faces: str, *, whole: bool) -> None:
    """Adds each clue's sentence to the table `into(clue, summary)`; `faces` has name and subject as shown, and titles.

    Money reads `1,200.00`, days `2023年8月5日`, months `2023年8月`; a fact of several values is joined by 、; a fact
    without a value reads 不详, one that is not published （略）. With `whole`, for those who go to the door, only ID
    numbers and accounts are masked.
    """
    for (name,) in con.execute("select distinct rule from clue_hits").fetchall():
        con.execute(
            f"""insert into {into}
            select h.clue, {sentence(rules[name], whole)}
            from clue_hits as h join {faces} as f on f.clue = h.clue
            where h.rule = $rule""",
            {"rule": name},
        )


def sentence(rule: Rule, whole: bool = False) -> str:
    """The SQL expression for the rule's template over `clue_hits` h and `clue_faces` f."""
    parts = []
    for text, column, _, _ in Formatter().parse(rule.summary):
        if text:
            parts.append(literal(text))
        if column:
            parts.append(OWN.get(column) or shown_fact(column, rule.shown.get(column), whole))
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


def shown_fact(column: str, published: str | None, whole: bool) -> str:
    """The SQL expression for a fact column's values as the reader sees them.

    `published`: what the rule says of it. Without that its name tells the type, or else numbers and months are shown
    and texts are not: nobody can know beforehand what they say.
    """
    values, kind = fact_values(column), type_of(column)
    if kind is None:
        form = "month" if column.endswith("_month") or (published != "whole" and not whole) else "day"
        if whole or published == "whole":
            text = "x" if whole else "scrubbed(x)"
        else:
            text = "case when regexp_full_match(x, '-?[0-9]{1,9}') then x else '（略）' end"
        figure = "x" if column.endswith(MEASURES) else "format('{:,.2f}', try_cast(x as double))"
        shown = (
            f"case when regexp_full_match(x, '[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}') "
            f"then shown_day(try_cast(x as date), '{form}') "
            f"when regexp_full_match(x, '-?[0-9]+[.][0-9]+') then {figure} else {text} end"
        )
    else:
        shown = (kind.mask.door or "{0}").format("x") if whole else kind.mask.of("x")
    if not whole and published in ("told", "if_common", "hidden"):
        shown = "'（略）'" if published == "hidden" else f"{published}(x)"
        # no subquery may stand in a lambda, and these two look their value up
        listed = f"""(select string_agg({shown}, '、' order by place)
            from (select unnest({values}) as x, generate_subscripts({values}, 1) as place))"""
    else:
        listed = f"array_to_string(list_transform({values}, lambda x: {shown}), '、')"
    alike = "" if whole or kind is not NAME else f" || {where_alike(values)}"
    return f"coalesce(nullif({listed}, ''){alike}, '{UNKNOWN}')"


def where_alike(values: str) -> str:
    """The SQL expression for what is said of another name that is masked like the clue's own: where they differ."""
    other = f"{values}[1]"
    places = f"list_filter(range(1, length({other}) + 1), lambda i: substr({other}, i, 1) <> substr(h.name, i, 1))"
    return (
        f"case when {other} <> h.name and masked_name({other}) = masked_name(h.name) "
        f"then '（第' || array_to_string({places}, '、') || '字不同）' else '' end"
    )


def fact_values(column: str) -> str:
    """The SQL expression for a fact column's values, whole."""
    return f"""json_extract_string(h.facts, '$."{column}"[*]')"""


def type_of(column: str) -> CellType | None:
    """The type of a fact column of that name, where what it ends in tells it."""
    return next((kind for ending, kind in ENDINGS.items() if f"_{column}".endswith(ending)), None)
