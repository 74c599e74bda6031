"""What can change an answer: which rosters a query sees, which items of its views, and what of the run date."""

import pytest

from huimin.matching.portable import parsed
from huimin.matching.reach import OTHER, Items, Reach, World, scopes_of

ROSTERS = ("tekun", "dibao", "deaths", "payment_ledger")
VIEWS = {
    "paid": "select item, id_number, starts_on, ref from benefit_rows where starts_on <= run_date",
    "dead": "select id_number, died_on, ref from deaths",
    "families": "select item, id_number from paid where item = 'dibao'",
    "both": "select 'tekun' as item, t.ref from tekun as t union all select 'dibao', d.ref from dibao as d",
    "numbered": "select item, row_number() over (order by id_number) as place from paid",
    "ranked": "select p.item, row_number() over (partition by p.item order by p.id_number) as place from paid as p",
}


def world() -> World:
    return World(ROSTERS, ("tekun", "dibao"), {name: scopes_of(parsed(sql)) for name, sql in VIEWS.items()})


def reach(sql: str, *only: str) -> Reach:
    return world().reach(scopes_of(parsed(sql)), frozenset(only) or None)


def views(sql: str, *only: str) -> dict[str, list[str] | None]:
    """Each view that is seen, with the items of it that matter; None: all."""
    return {name: None if items is None else sorted(items) for name, items in reach(sql, *only).views.items()}


def rosters(sql: str, *only: str) -> str:
    return " ".join(sorted(reach(sql, *only).rosters))


@pytest.mark.parametrize(
    ("sql", "only", "seen"),
    [
        ("select item from paid", (), "dibao tekun"),
        ("select item from paid", ("dibao",), "dibao"),
        ("select item from paid where item = 'tekun'", (), "tekun"),
        ("select item from paid where 'tekun' = item", (), "tekun"),
        ("select item from paid where (item = 'tekun')", (), "tekun"),
        ("select item from paid where item in ('tekun', 'dibao') and id_number = '1'", (), "dibao tekun"),
        ("select item from paid where item in ('tekun', id_number)", (), "dibao tekun"),
        ("select item from paid where item = 'tekun' or item = 'dibao'", ("dibao",), "dibao"),
        ("select item from paid where item = 'tekun' or id_number = '1'", (), "dibao tekun"),
        ("select item from paid where (item = 'tekun' and id_number = '1') or item = 'tekun'", (), "tekun"),
        ("select item from paid where item = 'tekun'", ("dibao",), ""),
        ("select item from paid where item <> 'tekun'", (), "dibao tekun"),
        ("select item from paid where item = 5", (), "dibao tekun"),
        ("select id_number from dead", (), "deaths"),
        ("select id_number from dead", ("dibao",), "deaths"),
        ("select item from families", (), "dibao"),
        ("select item from families", ("tekun",), ""),
        ("select 'dibao' as item from dead", ("dibao",), "deaths"),
        ("select 'dibao' as item from dead", ("tekun",), ""),
        ("select item from both", ("tekun",), "tekun"),
        ("select item from both", ("dibao",), "dibao"),
        ("select item from both", (), "dibao tekun"),
        ("select * from both", ("tekun",), "dibao tekun"),
    ],
)
def test_rosters_that_are_seen(sql: str, only: tuple[str, ...], seen: str) -> None:
    assert rosters(sql, *only) == seen


@pytest.mark.parametrize(
    ("sql", "items"),
    [
        # what is joined by its item is seen of the same item alone
        ("select p.item from paid as p join paid as q on q.item = p.item", {"paid": ["dibao"]}),
        ("select p.item from paid as p join paid as q on p.item = q.item", {"paid": ["dibao"]}),
        ("select p.item from paid as p join paid as q on p.id_number = q.id_number", {"paid": None}),
        ("select p.item from paid as p join paid as q on item = q.item", {"paid": None}),
        ("select p.item from paid as p, paid as q where p.item = q.item", {"paid": ["dibao"]}),
        # beside an outer join only what stands there is narrowed
        ("select p.item from paid as p left join paid as q on q.item = p.item", {"paid": ["dibao"]}),
        (
            "select p.item from paid as p left join paid as q on p.item = 'tekun' and q.item = p.item",
            {"paid": ["dibao"]},
        ),
        ("select q.item from paid as p left join paid as q on q.item = p.item", {"paid": None}),
        ("select p.item from paid as p right join paid as q on q.item = p.item", {"paid": None}),
        ("select p.item from paid as p full join paid as q on q.item = p.item", {"paid": None}),
        ("select p.item from paid as p join paid as q using (item)", {"paid": None}),
        # a chain
        (
            "select a.item from paid as a join paid as b on a.item = b.item join paid as c on b.item = c.item",
            {"paid": ["dibao"]},
        ),
        # queries inside
        (
            "select p.item from paid as p where exists (select 1 from paid as q where q.item = p.item)",
            {"paid": ["dibao"]},
        ),
        ("select p.item from paid as p where exists (select 1 from paid as q where q.ref = p.ref)", {"paid": None}),
        (
            "select p.item from paid as p where p.id_number in (select id_number from dead)",
            {"paid": ["dibao"], "dead": None},
        ),
        ("with some as (select item from paid) select item from some", {"paid": ["dibao"]}),
        ("with some as (select item from paid) select s.item from some as s, dead", {"paid": ["dibao"], "dead": None}),
        ("select item from (select item, id_number from paid) as inside", {"paid": ["dibao"]}),
        ("select item from paid union all select item from paid", {"paid": ["dibao"]}),
        ("(select item from paid)", {"paid": ["dibao"]}),
        # windows look at neighbours
        ("select item, row_number() over (order by id_number) as n from paid", {"paid": None}),
        ("select item, row_number() over (partition by item order by id_number) as n from paid", {"paid": ["dibao"]}),
        ("select item, row_number() over (partition by id_number) as n from paid", {"paid": None}),
        ("select item from numbered", {"numbered": ["dibao"], "paid": None}),
        ("select item from ranked", {"ranked": ["dibao"], "paid": ["dibao"]}),
        # an item that is made of something else
        ("select id_number as item from paid", {"paid": None}),
        ("select coalesce(item, '') as item from paid", {"paid": None}),
        ("select q.item from paid as p, paid as q", {"paid": None}),
        ("select 1 as place, item from paid", {"paid": ["dibao"]}),
    ],
)
def test_items_of_views_that_matter_to_the_rows_of_one_item(sql: str, items: dict[str, list[str] | None]) -> None:
    assert views(sql, "dibao") == items


def test_a_row_that_is_named_by_its_number_is_of_the_roster_whose_numbers_they_are() -> None:
    for sql in (
        "select p.item from tekun as t join paid as p on p.ref = t.ref",
        "select p.item from tekun as t join paid as p on t.ref = p.ref",
        "select p.item from (select ref from tekun) as t join paid as p on t.ref = p.ref",
    ):
        assert views(sql) == {"paid": ["tekun"]}, sql
    assert views("select p.item from (select id_number as ref from tekun) as t join paid as p on t.ref = p.ref") == {
        "paid": None
    }
    assert views("select p.item from dead as d join paid as p on d.ref = p.ref")["paid"] is None


def test_two_sides_of_a_union_are_seen_each_for_itself() -> None:
    union = "select 'tekun' as item from dead union all select item from paid where item = 'dibao'"
    assert views(union, "tekun") == {"dead": None}
    assert views(union, "dibao") == {"paid": ["dibao"]}
    assert views(union, "deaths") == {}
    assert views(union) == {"dead": None, "paid": ["dibao"]}
    named = f"select p.item from ({union}) as p join paid as q on q.item = p.item"
    assert views(named)["paid"] == ["dibao", "tekun"]


def test_what_is_no_roster_is_one_item() -> None:
    assert views("select item from paid where item = '城乡低保'", OTHER) == {"paid": [OTHER]}
    assert views("select item from paid where item = '城乡低保'", "dibao") == {}
    assert views("select '城乡低保' as item from dead", OTHER) == {"dead": None}
    assert views("select '城乡低保' as item from dead", "dibao") == {}


def test_slots_that_are_asked_for_are_those_of_the_roster_that_is_named() -> None:
    assert reach("select slot from delivered where roster = 'tekun'").delivered == {"tekun"}
    assert reach("select slot from delivered where unit = 'tekun'").delivered == {*ROSTERS}
    assert reach("select slot from delivered").rosters == set()
    joined = "select p.item from paid as p join delivered as d on d.roster = p.item"
    assert reach(joined, "dibao").delivered == {"dibao"}


def test_tables_of_the_engine_are_seen_and_the_run_is_none_of_them() -> None:
    found = reach("select i.item from items as i, policy_months as m, run")
    assert (found.engine, found.rosters, found.run_date) == ({"items", "policy_months"}, set(), {"date"})


@pytest.mark.parametrize(
    ("sql", "taken"),
    [
        ("select item from tekun", set()),
        ("select starts_on from benefit_rows where starts_on <= run_date", {"cut"}),
        ("select b.starts_on from benefit_rows as b, run where b.starts_on <= run.run_date", {"cut"}),
        ("select starts_on from benefit_rows, run where starts_on <= run_date", {"cut"}),
        ("select starts_on from benefit_rows, tekun, run where starts_on <= run_date", {"date"}),
        ("select starts_on from benefit_rows where starts_on < run_date", {"date"}),
        ("select starts_on from benefit_rows where run_date <= starts_on", {"date"}),
        ("select starts_on from benefit_rows where starts_on + 1 <= run_date", {"date"}),
        ("select starts_on from benefit_rows where ends_on <= run_date", {"date"}),
        ("select period from payment_ledger where period <= run_date", {"cut"}),
        ("select period from tekun where period <= run_date", {"date"}),
        ("select id_number from tekun, run where year(run_date) = 2023", {"year"}),
        ("select id_number from tekun, run where year(run_date) = 2023 and died_on < run_date", {"year", "date"}),
        ("select id_number from tekun, run", {"date"}),
        (
            "select id_number from tekun where id_number in (select id_number from run where year(run_date) = 1)",
            {"year"},
        ),
        ("select run_date from tekun", {"date"}),
        ("select id_number from tekun order by run_date", {"date"}),
    ],
)
def test_how_much_of_the_run_date_is_looked_at(sql: str, taken: set[str]) -> None:
    assert reach(sql).run_date == taken


def test_a_view_is_seen_with_all_items_that_any_side_of_a_query_sees() -> None:
    sql = "select item from families union all select item from paid where item = 'tekun'"
    assert views(sql) == {"families": None, "paid": ["dibao", "tekun"]}
    more: Items = frozenset(["dibao"])
    found = Reach()
    found.add_view("paid", more)
    found.add_view("paid", frozenset(["tekun"]))
    assert found.views == {"paid": frozenset(["dibao", "tekun"])}
    found.add_view("paid", None)
    assert found.views == {"paid": None}
