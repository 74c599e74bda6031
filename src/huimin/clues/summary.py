"""The Chinese sentence of every clue, from its rule's template, masked."""

from collections.abc import Iterable, Iterator, Mapping
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
    told = [(name, place, *slot) for name, rule in rules.items() for place, slot in enumerate(slots(rule, whole))]
    columns = zip(*told, strict=True) if told else ((),) * 5
    con.execute(
        SENTENCES.format(
            into=into,
            faces=faces,
            shown=chosen(shown for *_, kind, shown in told if kind != OWN_WORDS),
            own=chosen(shown for *_, kind, shown in told if kind == OWN_WORDS),
            alike=where_alike("v.first"),
        ),
        dict(zip(("rule", "place", "words", "kind", "shown"), map(list, columns), strict=True)),
    )


OWN_WORDS, FACT, OTHER_NAME = "own", "fact", "other name"
"""Kinds of slots: words of the template or the clue's own; values of a fact; such that are names, to be published."""


def slots(rule: Rule, whole: bool) -> Iterator[tuple[str, str, str]]:
    """The parts of the rule's sentence in their order: words or fact column, kind, and the SQL that shows it.

    SQL of own words is over `clue_hits` h, `clue_faces` f and the slot s; SQL of a fact over each of its values, x.
    """
    for text, column, _, _ in Formatter().parse(rule.summary):
        if text:
            yield text, OWN_WORDS, "s.words"
        if column in OWN:
            yield "", OWN_WORDS, OWN[column]
        elif column:
            kind = OTHER_NAME if type_of(column) is NAME and not whole else FACT
            yield column, kind, shown_value(column, rule.shown.get(column), whole)


def chosen(expressions: Iterable[str]) -> str:
    """SQL of the one among these SQL expressions whose text stands in `s.shown`; null where there is none."""
    cases = [f"when {literal(one)} then {one}" for one in dict.fromkeys(expressions)]
    return f"case s.shown {' '.join(cases)} end" if cases else "null::varchar"


OWN = {
    "name": f"coalesce(f.name, '{UNKNOWN}')",
    "item_title": f"coalesce(f.item_title, '{UNKNOWN}')",
    "subject": f"coalesce(f.subject, '{UNKNOWN}')",
    "first": "shown_day(h.first_period, f.form)",
    "last": "shown_day(h.last_period, f.form)",
    "span": "case when h.first_period = h.last_period then shown_day(h.first_period, f.form) "
    "else shown_day(h.first_period, f.form) || '至' || shown_day(h.last_period, f.form) end",
    "periods": "h.periods::varchar",
    "amount": "format('{:,.2f}', h.amount_at_risk)",
}
"""What every clue has; all else are facts of the rule."""


def shown_value(column: str, published: str | None, whole: bool) -> str:
    """The SQL expression for a value x of a fact column as the reader sees it.

    `published`: what the rule says of it. Without that its name tells the type, or else numbers and months are shown
    and texts are not: nobody can know beforehand what they say.
    """
    if not whole and published in ("told", "if_common", "hidden"):
        return "'（略）'" if published == "hidden" else f"{published}(x)"
    kind = type_of(column)
    if kind is not None:
        return (kind.mask.door or "{0}").format("x") if whole else kind.mask.of("x")
    form = "month" if column.endswith("_month") or (published != "whole" and not whole) else "day"
    if whole or published == "whole":
        text = "x" if whole else "scrubbed(x)"
    else:
        text = "case when regexp_full_match(x, '-?[0-9]{1,9}') then x else '（略）' end"
    figure = "x" if column.endswith(MEASURES) else "format('{:,.2f}', try_cast(x as double))"
    return (
        f"case when regexp_full_match(x, '[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}') "
        f"then shown_day(try_cast(x as date), '{form}') "
        f"when regexp_full_match(x, '-?[0-9]+[.][0-9]+') then {figure} else {text} end"
    )


def where_alike(other: str) -> str:
    """The SQL expression for what is said of another name that is masked like the clue's own: where they differ."""
    places = f"list_filter(range(1, length({other}) + 1), lambda i: substr({other}, i, 1) <> substr(h.name, i, 1))"
    return (
        f"case when {other} <> h.name and masked_name({other}) = masked_name(h.name) "
        f"then '（第' || array_to_string({places}, '、') || '字不同）' else '' end"
    )


def type_of(column: str) -> CellType | None:
    """The type of a fact column of that name, where what it ends in tells it."""
    return next((kind for ending, kind in ENDINGS.items() if f"_{column}".endswith(ending)), None)


SENTENCES = f"""
insert into {{into}}
with slots as (
    select unnest($rule::varchar[]) as rule, unnest($place::integer[]) as place, unnest($words::varchar[]) as words,
           unnest($kind::varchar[]) as kind, unnest($shown::varchar[]) as shown
),
asked as (
    select h.clue, s.place, s.shown, cast(h.facts::json as map(varchar, varchar[]))[s.words] as listed
    from clue_hits as h join slots as s on s.rule = h.rule where s.kind <> '{OWN_WORDS}'
),
single as (
    select clue, place, shown, unnest(listed) as x, generate_subscripts(listed, 1) as turn from asked
),
shown as (select clue, place, turn, x, {{shown}} as text from single as s),
facts as (
    select clue, place, string_agg(text, '、' order by turn) as text, first(x order by turn) as first
    from shown group by clue, place
)
select h.clue, coalesce(string_agg(case s.kind
    when '{OWN_WORDS}' then {{own}}
    when '{OTHER_NAME}' then coalesce(nullif(v.text, '') || {{alike}}, '{UNKNOWN}')
    else coalesce(nullif(v.text, ''), '{UNKNOWN}') end, '' order by s.place), '')
from clue_hits as h
join {{faces}} as f on f.clue = h.clue
left join slots as s on s.rule = h.rule
left join facts as v on v.clue = h.clue and v.place = s.place
group by h.clue
"""
