"""Which columns a query takes: those alone, wherever they stand in it."""

import pytest

from huimin.matching.lineage import Tables

COLUMNS = ("id_number", "name", "amount", "street")


def tables() -> Tables:
    known = Tables({"tekun": COLUMNS, "deaths": ("id_number", "name", "died_on", "source"), "run": ("run_date",)})
    known.add_view(
        "paid",
        "with some as (select *, amount > 0 as is_paid from tekun where street is not null)"
        " select s.id_number as person, s.name, s.is_paid from some as s",
    )
    known.add_view("persons", "select person, name from paid")
    return known


def taken(sql: str) -> dict[str, set[str]]:
    """Columns by table."""
    found: dict[str, set[str]] = {}
    for table, column in tables().of(sql).whole:
        found.setdefault(table, set()).add(column)
    return found


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("select id_number from tekun", {"tekun": {"id_number"}}),
        ("select count(*) as n from tekun", {}),
        ("select 1 as one from tekun where street = 'x'", {"tekun": {"street"}}),
        ("select 1 as one from tekun order by amount", {"tekun": {"amount"}}),
        ("select amount * 2 as twice from tekun order by twice", {"tekun": {"amount"}}),
        ("select street, count(*) as n from tekun group by street", {"tekun": {"street"}}),
        ("select 1 as n from tekun group by street having sum(amount) > 1", {"tekun": {"street", "amount"}}),
        (
            "select row_number() over (partition by street order by amount) as nth from tekun",
            {"tekun": {"street", "amount"}},
        ),
    ],
)
def test_a_column_counts_wherever_it_stands(sql: str, expected: dict[str, set[str]]) -> None:
    assert taken(sql) == expected


def test_the_same_name_of_another_table_is_another_column() -> None:
    found = taken(
        "select t.amount from tekun as t inner join deaths as d on t.id_number = d.id_number and d.name = 'x'"
    )
    assert found == {"tekun": {"id_number", "amount"}, "deaths": {"id_number", "name"}}


def test_a_column_named_without_its_table_is_that_of_the_table_that_has_it() -> None:
    found = taken("select amount, died_on from tekun as t cross join deaths as d")
    assert found == {"tekun": {"amount"}, "deaths": {"died_on"}}


def test_a_join_by_using_takes_the_column_of_both() -> None:
    found = taken("select id_number, died_on from tekun inner join deaths using (id_number)")
    assert found == {"tekun": {"id_number"}, "deaths": {"id_number", "died_on"}}


def test_a_star_takes_every_column_and_inside_only_what_is_wanted_of_it() -> None:
    assert taken("select * from tekun") == {"tekun": {*COLUMNS}}
    assert taken("select t.* from tekun as t cross join deaths as d") == {"tekun": {*COLUMNS}}
    assert taken("select name from (select * from tekun) as t") == {"tekun": {"name"}}
    assert taken("with some as (select * from tekun) select s.name from some as s") == {"tekun": {"name"}}


def test_distinct_compares_what_nobody_wants() -> None:
    assert taken("select name from (select distinct name, street from tekun) as t") == {"tekun": {"name", "street"}}


def test_what_stands_one_under_the_other_is_known_by_its_place() -> None:
    both = "select name as who, street as what from tekun {} select name, source from deaths"
    found = taken(f"select who from ({both.format('union all')}) as b")
    assert found == {"tekun": {"name"}, "deaths": {"name"}}
    found = taken(f"select who from ({both.format('union')}) as b")
    assert found == {"tekun": {"name", "street"}, "deaths": {"name", "source"}}


def test_a_query_within_a_condition_sees_the_rows_around_it() -> None:
    within = "select 1 as one from tekun as t where {} (select {} from deaths as d where d.id_number = t.id_number)"
    assert taken(within.format("exists", "*")) == {"tekun": {"id_number"}, "deaths": {"id_number"}}
    found = taken(within.format("t.name in", "name"))
    assert found == {"tekun": {"id_number", "name"}, "deaths": {"id_number", "name"}}
    found = taken(within.format("amount <", "count(died_on)"))
    assert found == {"tekun": {"id_number", "amount"}, "deaths": {"id_number", "died_on"}}


def test_a_view_gives_what_is_wanted_of_it_and_its_conditions() -> None:
    assert taken("select person from paid") == {"paid": {"person"}, "tekun": {"id_number", "street"}}
    assert taken("select is_paid from paid") == {"paid": {"is_paid"}, "tekun": {"amount", "street"}}
    assert taken("select name from persons") == {"persons": {"name"}, "paid": {"name"}, "tekun": {"name", "street"}}


def test_a_name_of_its_own_hides_a_view() -> None:
    assert taken("with paid as (select name from deaths) select name from paid") == {"deaths": {"name"}}
