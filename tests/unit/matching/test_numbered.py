"""The same answers whether ID numbers are texts or numbers, whatever SQL does with them."""

from collections.abc import Iterator

import duckdb
import pytest

from huimin.matching.numbered import ID_TEXT, id_text_sql, numbered
from huimin.matching.portable import parsed

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
IDS = {"persons": frozenset({"id_number", "head_id"}), "deaths": frozenset({"id_number"})}


def sound(number: int) -> str:
    """The ID number of 17 digits, by GB 11643-1999, §5."""
    total = sum(int(digit) * weight for digit, weight in zip(str(number), WEIGHTS, strict=True))
    return f"{number}{'10X98765432'[total % 11]}"


NUMBERS = [42999919600101000 + step for step in range(40)] + [11000019000101001, 99999920231231999]


@pytest.fixture(scope="module")
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    opened = duckdb.connect()
    opened.execute(f"create macro {ID_TEXT}(number) as {id_text_sql('number')}")
    a, b, c, d, e = map(sound, NUMBERS[:5])
    opened.execute("create table persons (id_number varchar, head_id varchar, name varchar, amount integer)")
    opened.executemany(
        "insert into persons values (?, ?, ?, ?)",
        [(a, a, "甲", 1), (b, a, "乙", 2), (c, None, "丙", 3), (d, d, a, 4), (None, a, "戊", 5), (b, b, "己", 6)],
    )
    opened.execute("create table deaths (id_number varchar, died_on date)")
    opened.executemany("insert into deaths values (?, '2023-01-01')", [(a,), (c,), (e,), (None,)])
    digits = "left({0}, 17)::bigint as {0}".format
    shown = {"persons": f"{digits('id_number')}, {digits('head_id')}", "deaths": digits("id_number")}
    for table, numbers in shown.items():
        opened.execute(f"create view n_{table} as select * replace ({numbers}) from {table}")
    yield opened
    opened.close()


QUERIES = {
    "a join": "select p.id_number, p.name from persons as p inner join deaths as d on p.id_number = d.id_number",
    "an anti join": "select p.id_number from persons as p left join deaths as d on p.id_number = "
    "d.id_number where d.id_number is null",
    "other columns of the same": "select id_number, head_id from persons where id_number <> head_id or head_id is null",
    "a text beside it": "select id_number from persons where id_number = name or name = head_id",
    "a literal": f"select name from persons where id_number = '{sound(NUMBERS[1])}'",
    "in a list": f"select name from persons where id_number in ('{sound(NUMBERS[0])}', '{sound(NUMBERS[3])}')",
    "in a query": "select name from persons where id_number in (select id_number from deaths)",
    "exists": "select name from persons as p where exists (select 1 from deaths as d where d.id_number = p.head_id)",
    "a part of it": "select substr(id_number, 7, 8) as born, substr(id_number, 17, 1) as sex from persons",
    "its last character": "select substr(id_number, 18, 1) as last, right(id_number, 4) as tail from persons",
    "a part to its end": "select substr(id_number, 7) as rest, substr(id_number, amount, 2) as moved, "
    "substr(id_number, 17, 2) as tail from persons",
    "a query as a text": "select name || (select max(id_number) from deaths) as both_of from persons",
    "a text made of it": "select id_number || '/' || name as subject from persons",
    "the least and the greatest": "select min(id_number) as least, max(id_number) as most from persons "
    "group by head_id",
    "groups": "select head_id, count(distinct id_number) as persons, sum(amount) as amount from persons "
    "group by head_id",
    "the first that is there": "select coalesce(head_id, id_number) as head_id from persons",
    "a text for one that is not there": "select coalesce(head_id, '无') as head from persons",
    "a case of numbers": "select case when amount > 2 then id_number else head_id end as one from persons",
    "a case with a text": "select case when amount > 2 then id_number else name end as one from persons",
    "a union": "select id_number from persons union select id_number from deaths",
    "a union with nothing": "select id_number from persons union all select cast(null as varchar) as "
    "id_number from deaths",
    "a union with a text": "select id_number from persons union all select name from persons",
    "a text, then a number": "select name as one from persons union all select id_number from persons",
    "a CTE": "with heads as (select distinct head_id from persons) select h.head_id, p.id_number from heads as h "
    "inner join persons as p on h.head_id = p.head_id",
    "a CTE of a table's name": "with deaths as (select name as id_number from persons) select id_number from deaths",
    "a window": "select id_number, row_number() over (partition by head_id order by id_number, amount) "
    "as place from persons",
    "the next one": "select lag(id_number) over (order by amount) as before from persons",
    "a subquery": "select q.id_number || '' as text from (select id_number from persons where amount > 1) as q",
    "unqualified beside another table": "select head_id, died_on from persons, deaths where head_id = deaths.id_number",
    "every column": "with all_of as (select * from persons) select id_number, name from all_of",
    "order": "select id_number, head_id from persons order by id_number nulls last, head_id nulls last, amount",
}  # fmt: skip


@pytest.mark.parametrize("sql", QUERIES.values(), ids=QUERIES)
def test_numbers_give_what_texts_give(con: duckdb.DuckDBPyConnection, sql: str) -> None:
    written = numbered(parsed(sql), IDS, lambda name, _: f"n_{name}" if name in IDS else name)
    names = [column[0] for column in con.execute(sql).description]
    expected = con.fetchall()
    assert written.numbers <= set(names)
    texts = ", ".join(f"{ID_TEXT}({name})" if name in written.numbers else name for name in names)
    found = con.execute(f"select {texts} from ({written.sql}) as found").fetchall()
    ordered = "order by id_number" in sql and "over" not in sql
    assert (found if ordered else sorted(found, key=str)) == (expected if ordered else sorted(expected, key=str))


@pytest.mark.parametrize(
    ("sql", "numbers"),
    [
        ("select p.id_number, p.name from persons as p", {"id_number"}),
        ("select coalesce(head_id, id_number) as head from persons", {"head"}),
        ("select coalesce(head_id, name) as head from persons", set()),
        ("select min(id_number) as least, count(id_number) as rows from persons", {"least"}),
        ("select null as id_number from persons union all select id_number from deaths", {"id_number"}),
    ],
)
def test_what_stays_a_number(sql: str, numbers: set[str]) -> None:
    assert numbered(parsed(sql), IDS, lambda name, _: name).numbers == numbers


def test_an_id_number_follows_from_its_digits(con: duckdb.DuckDBPyConnection) -> None:
    found = con.execute(f"select {ID_TEXT}(unnest(?::bigint[]))", [NUMBERS]).fetchall()
    assert [text for (text,) in found] == [sound(number) for number in NUMBERS]
    assert {text[17] for (text,) in found} == set("10X98765432")


def test_what_is_read_of_a_table_is_told() -> None:
    told: dict[str, frozenset[str] | None] = {}

    def place(name: str, read: frozenset[str] | None) -> str:
        told[name] = read
        return name

    numbered(parsed("select p.name from persons as p inner join deaths as d on p.head_id = d.id_number"), IDS, place)
    assert told == {"persons": frozenset({"name", "head_id"}), "deaths": frozenset({"id_number"})}
    numbered(parsed("select * from persons"), IDS, place)
    assert told["persons"] is None
