"""The statistics tables are the district's own form."""

from decimal import Decimal
from typing import Any

import pytest

from huimin.figures.statistics import lay_statistics
from huimin.tables.declared import STATISTICS
from unit.work_database import catalogue, contracts, rows, rule, work_database

RULES = catalogue(
    rule("deceased"),
    rule("name_mismatch", tier=0, part="data"),
    rule("missing_elderly", tier=3, part="entitlement"),
    rule("fund_idle", tier=2, part="funds"),
)


def counted(*groups: tuple[str, str, int, int, str]) -> Any:
    """The statistics of so many clues of each (rule, item, tier, clues, state)."""
    con = work_database()
    con.execute("create table clues (rule varchar, item varchar, item_title varchar, tier tinyint, state varchar)")
    for name, item, tier, clues, state in groups:
        title = contracts()[item].title if item in contracts() else item
        con.execute("insert into clues select ?, ?, ?, ?, ? from range(?)", [name, item, title, tier, state, clues])
    lay_statistics(con, RULES)
    return con


def open_clues(**clues: int) -> list[tuple[str, str, int, int, str]]:
    return [("deceased", item, 1, count, "待核查") for item, count in clues.items()]


def test_the_district_s_387_clues() -> None:
    con = counted(
        *open_clues(
            pension_contribution=46, elderly_allowance=1, disability_nursing=1, disability_living=1, urban_dibao=16,
            rural_dibao=3, vehicle_trade_in=274, high_school_grant=8, student_living=37,
        )
    )  # fmt: skip
    share = {"区教育局": "11.63", "区科经局": "70.80", "区民政局": "5.68", "区社保处": "11.89"}
    expected = [
        ("区教育局", "student_living", 37, 45),
        ("区教育局", "high_school_grant", 8, 45),
        ("区科经局", "vehicle_trade_in", 274, 274),
        ("区民政局", "rural_dibao", 3, 22),
        ("区民政局", "urban_dibao", 16, 22),
        ("区民政局", "disability_living", 1, 22),
        ("区民政局", "disability_nursing", 1, 22),
        ("区民政局", "elderly_allowance", 1, 22),
        ("区社保处", "pension_contribution", 46, 46),
    ]
    lines = [
        ("main", place, department, item, contracts()[item].title, clues, total, Decimal(share[department]))
        for place, (department, item, clues, total) in enumerate(expected, start=1)
    ]
    total = ("main", None, "总计", None, None, 387, 387, Decimal("100.00"))
    assert rows(con, "from statistics order by position nulls last") == [*lines, total]
    assert [(name, kind) for name, kind, *_ in rows(con, "describe statistics")] == [
        (column.name, column.type) for column in STATISTICS.columns
    ]


def test_tier_0_entitlement_and_funds_have_tables_of_their_own() -> None:
    con = counted(
        ("deceased", "urban_dibao", 1, 2, "待核查"),
        ("name_mismatch", "urban_dibao", 0, 3, "待核查"),
        ("missing_elderly", "elderly_allowance", 3, 4, "待核查"),
        ("fund_idle", "poverty_funds", 2, 5, "待核查"),
    )
    assert rows(con, "select part, item, clues, share from statistics where item is not null order by part") == [
        ("data", "urban_dibao", 3, Decimal(100)),
        ("entitlement", "elderly_allowance", 4, Decimal(100)),
        ("funds", "poverty_funds", 5, Decimal(100)),
        ("main", "urban_dibao", 2, Decimal(100)),
    ]
    totals = rows(con, "select part, clues, department_clues from statistics where department = '总计' order by part")
    assert totals == [("data", 3, 3), ("entitlement", 4, 4), ("funds", 5, 5), ("main", 2, 2)]


def test_exempt_clues_count_nowhere_and_decided_ones_do() -> None:
    con = counted(
        ("deceased", "urban_dibao", 1, 2, "豁免"),
        ("deceased", "rural_dibao", 1, 3, "豁免"),
        ("deceased", "urban_dibao", 1, 1, "查实"),
    )
    assert rows(con, "select item, clues, department_clues from statistics order by position nulls last") == [
        ("urban_dibao", 1, 1),
        (None, 1, 1),
    ]


def test_other_departments_follow_in_catalogue_order_and_unknown_items_last() -> None:
    con = counted(*open_clues(水库移民补助=1, industry_project=1, forestry=1, farm_machinery=1, pension_contribution=1))
    assert rows(con, "select department, item from statistics order by position nulls last") == [
        ("区社保处", "pension_contribution"),
        ("区农业农村局", "farm_machinery"),
        ("区农业农村局", "forestry"),
        ("区扶贫办", "industry_project"),
        (None, "水库移民补助"),
        ("总计", None),
    ]


@pytest.mark.parametrize(
    ("clues", "others", "share"),
    [(1, 799, "0.13"), (1, 7, "12.50"), (1, 2, "33.33"), (2, 1, "66.67"), (1, 19999, "0.01")],
)
def test_shares_are_rounded_half_up(clues: int, others: int, share: str) -> None:
    con = counted(*open_clues(student_living=clues, vehicle_trade_in=others))
    assert rows(con, "select share from statistics where item = 'student_living'") == [(Decimal(share),)]


def test_no_clues_no_rows() -> None:
    assert rows(counted(), "from statistics") == []
