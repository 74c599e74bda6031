"""Whom a rejected row may mean: the one person of the registers who fits what is left of a damaged ID number."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import duckdb
import polars as pl

from huimin.cells import read
from huimin.cells.codes import SCIENTIFIC
from huimin.cells.folding import trimmed
from huimin.cells.id_number import as_meant
from huimin.cells.names import known_sql
from huimin.cells.types import ID_NUMBER
from huimin.contracts.contract import Column, Contract
from huimin.feedback.followed import column_of
from huimin.sheets.titles import titles_of
from huimin.store.delivery import IN_FORCE
from huimin.tables.sql import literal
from huimin.tables.work import makes


@dataclass(frozen=True)
class Damage:
    """A known way in which an ID number is damaged, and who of those of the row's name fits what it left."""

    name: str
    fits: str
    """SQL: whether the person's number (`p.id_number`) may have become the cell (`d.cell`)."""
    ground: str
    """SQL: what of the number agrees, in the words of a department."""
    shown: bool = True
    """Whether its candidates are right often enough (`RIGHT`) to be told; measured on planted damage (`make truth`)."""


RIGHT = 0.99
"""How many of a damage's candidates must be right for them to be told."""


_HEAD = "replace(regexp_extract(d.cell, '^[0-9.]+'), '.', '')"
_UNIT = f"pow(10, 18 - length({_HEAD}))::bigint"
_ROUNDED = f"(try_cast(left(p.id_number, 17) || '0' as bigint) + {_UNIT} // 2) // {_UNIT}"
_OF_18_DIGITS = (
    "length(regexp_extract(d.cell, '^[0-9]+')) + try_cast(regexp_extract(d.cell, '[0-9]+$') as integer) = 18"
)
PREFIX = f"'前' || (length({_HEAD}) - (not starts_with(p.id_number, {_HEAD}))::integer) || '位一致'"
_MASKED = "^([0-9]{6,})[*]+([0-9]{3,}[0-9X])$"
_FRONT, _BACK = (f"regexp_extract(d.cell, '{_MASKED}', {part})" for part in (1, 2))
_WHOLE = "regexp_full_match(d.cell, '[0-9A-Z]{18}')"
_OTHER_PLACE = "list_filter(range(1, 19), lambda place: substr(d.cell, place, 1) <> substr(p.id_number, place, 1))[1]"


def scientific(fewest: int, most: int) -> str:
    """SQL for a number in scientific notation that kept so many digits, the last of them rounded or not."""
    return f"""case when regexp_matches(d.cell, '{SCIENTIFIC}') and {_OF_18_DIGITS}
            and length({_HEAD}) between {fewest} and {most}
        then starts_with(p.id_number, {_HEAD}) or {_ROUNDED} = try_cast({_HEAD} as bigint) end"""


DAMAGES = (
    Damage("scientific_long", scientific(12, 17), PREFIX),
    Damage("scientific_short", scientific(6, 11), PREFIX),
    Damage(
        "zeros",
        "regexp_full_match(d.cell, '[0-9]{15}000') and starts_with(p.id_number, left(d.cell, 15))",
        "'前15位一致'",
    ),
    Damage(
        "one_wrong",
        f"case when {_WHOLE} then hamming(d.cell, p.id_number) = 1 end",
        f"'只有第' || {_OTHER_PLACE} || '位不同'",
    ),
    Damage(
        "swapped",
        f"""case when {_WHOLE} then hamming(d.cell, p.id_number) = 2
            and damerau_levenshtein(d.cell, p.id_number) = 1 end""",
        f"'只有第' || {_OTHER_PLACE} || '、' || ({_OTHER_PLACE} + 1) || '位颠倒'",
    ),
    Damage(
        "fifteen", "regexp_full_match(d.cell, '[0-9]{15}') and starts_with(p.id_number, d.cell)", "'前15位一致'"
    ),
    Damage(
        "masked",
        f"""regexp_matches(d.cell, '{_MASKED}') and starts_with(p.id_number, {_FRONT})
            and ends_with(p.id_number, {_BACK})""",
        f"'前' || length({_FRONT}) || '位和后' || length({_BACK}) || '位一致'",
    ),
)  # fmt: skip
"""What is known, from the surest; the first that explains a person's number gives the ground."""


@makes("candidates", needs=("rejects", "told_deliveries"), scratch=("damaged_numbers", "namesakes"), whole=True)
def lay_candidates(con: duckdb.DuckDBPyConnection, contracts: Mapping[str, Contract], run_date: date) -> None:
    """Table `candidates`: one row a damaged ID number of a rejected row in force that exactly one person fits.

    delivery, sheet, row and column say which cell; id_number is the person's, damage the way, ground why in words;
    is_shown whether a department is told.
    Persons are those of `population` and the other registers in force, under the very name that stands in the row
    beside the number; a name that is masked, damaged or several fits nobody. Restricted, and for the row's department
    alone: nothing of it is published, and no row is taken because of it.
    """
    con.execute(DAMAGED)
    for (roster,) in con.execute(ROSTERS).fetchall():
        con.register("damaged_cells", damaged_cells(con, contracts[roster], run_date))
        con.execute(f"insert into damaged_numbers from damaged_cells where {known_sql('name')}")
        con.unregister("damaged_cells")
    con.execute(f"create or replace temp table namesakes as {namesakes_sql(contracts)}")
    con.execute(CANDIDATES, {"shown": [damage.name for damage in DAMAGES if damage.shown]})


def damaged_cells(con: duckdb.DuckDBPyConnection, contract: Contract, run_date: date) -> pl.DataFrame:
    """The roster's damaged ID numbers as they were meant, each with the name beside it in its canonical form."""
    titles = titles_of(contract)
    keys = con.execute(KEYS, {"roster": contract.roster}).fetchall()
    columns = [(title, column) for (title,) in keys if (column := column_of(title, titles, contract))]
    frames = [pl.DataFrame(schema=CELLS)]
    for number, name in numbers_and_names(contract):
        cell, called = (cell_sql([title for title, column in columns if column == one]) for one in (number, name))
        found = con.execute(CELLS_OF.format(cell=cell, called=called), [contract.roster, number.name]).pl()
        names = read(found.lazy().select(text="name"), name, run_date).select(name="value").collect()
        meant = found.with_columns(names["name"], cell=as_meant(trimmed(pl.col("cell"))))
        frames.append(meant.select(pl.col(n).cast(t) for n, t in CELLS.items()))
    return pl.concat(frames)


def numbers_and_names(contract: Contract) -> Iterator[tuple[Column, Column]]:
    """Each ID number that a row cannot do without, with the column that names whom it belongs to: `x_id`, `x_name`."""
    columns = {column.name: column for column in contract.columns}
    for column in contract.columns:
        if column.type is ID_NUMBER and column.required:
            own = "name" if column.name == "id_number" else f"{column.name.removesuffix('_id')}_name"
            if own in columns:
                yield column, columns[own]


def cell_sql(titles: Sequence[str]) -> str:
    """SQL for the first filled cell under one of these titles, in a reject's `cells`; null without one."""
    pointers = ("/" + title.replace("~", "~0").replace("/", "~1") for title in titles)
    found = [f"json_extract_string(r.cells, {literal(pointer)})" for pointer in pointers]
    return f"coalesce({', '.join([*found, 'null::varchar'])})"


def namesakes_sql(contracts: Mapping[str, Contract]) -> str:
    """SQL for the persons of the registers who bear a name of `damaged_numbers`, and whether population has them."""
    persons = [
        f"select id_number, name, {contract.roster == 'population'} as is_resident from {contract.roster}"
        for contract in contracts.values()
        if contract.kind == contract.period == "register"
        and {"name", "id_number"} <= {c.name for c in contract.columns}
    ]
    return f"""
        select id_number, name, bool_or(is_resident) as is_resident from ({" union all ".join(persons)}) as p
        where name in (select name from damaged_numbers) group by id_number, name
    """


CELLS = pl.Schema(
    {"delivery": pl.String(), "sheet": pl.String(), "row": pl.Int32()}
    | dict.fromkeys(("column", "name", "cell"), pl.String())
)
DAMAGED = """
create or replace temp table damaged_numbers (
    delivery varchar, sheet varchar, "row" integer, "column" varchar, name varchar, cell varchar
)
"""
_IN_FORCE = f"""
from rejects as r join told_deliveries as d on d.delivery = r.delivery
where d.status in {IN_FORCE} and starts_with(r.reason, 'id_number_')
"""
ROSTERS = f"select distinct r.roster {_IN_FORCE} order by r.roster"
KEYS = f"select distinct unnest(json_keys(r.cells)) as title {_IN_FORCE} and r.roster = $roster order by title"
CELLS_OF = f"""
select r.delivery, r.sheet, r."row", r."column", {{called}} as name, {{cell}} as cell
{_IN_FORCE} and r.roster = ? and r."column" = ?
"""
CANDIDATES = f"""
create or replace table candidates as
with fitting as (
    select d.*, p.id_number, p.is_resident, case {
    " ".join(f"when {damage.fits} then '{damage.name}'" for damage in DAMAGES)
} end as damage, case damage {
    " ".join(f"when '{damage.name}' then {damage.ground}" for damage in DAMAGES)
} end as agrees
    from damaged_numbers as d join namesakes as p on p.name = d.name
    where damage is not null
)
select delivery, sheet, "row", "column", any_value(id_number) as id_number, any_value(damage) as damage,
       list_contains($shown::varchar[], any_value(damage)) as is_shown,
       '同名、' || any_value(agrees) || if(any_value(is_resident), '、户籍唯一', '、登记名册唯一') as ground
from fitting
group by delivery, sheet, "row", "column"
having count(*) = 1
"""
