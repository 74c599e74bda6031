"""Rates of what people found, and how sure they are."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import duckdb
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from huimin.figures.rates import lay_rates, wilson
from huimin.ledger.fold import lay_decisions, lay_previous, lay_standing, verified_outcomes
from huimin.matching.policy import lay_policy, load_policy
from huimin.tables.declared import RATES
from nights import CHECKOUT
from unit.work_database import RUN_DATE, fill, rows


@pytest.mark.parametrize(
    ("positive", "checked", "low", "high"),
    [
        # Newcombe 1998, table I, method 3: 81/263, 15/148, 0/20, 1/29
        (81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0000, 0.1611), (1, 29, 0.0061, 0.1718),
        (29, 29, 0.8830, 1.0000), (5, 10, 0.2366, 0.7634), (1, 1, 0.2065, 1.0), (0, 1, 0.0, 0.7935),
    ],
)  # fmt: skip
def test_known_intervals(positive: int, checked: int, low: float, high: float) -> None:
    rate, below, above = wilson(positive, checked)
    assert rate == positive / checked
    assert (round(below or 0, 4), round(above or 0, 4)) == (low, high)


@given(st.data())
def test_an_interval_holds_its_rate_and_mirrors_that_of_the_others(data: st.DataObject) -> None:
    checked = data.draw(st.integers(1, 10**7))
    positive = data.draw(st.integers(0, checked))
    rate, low, high = wilson(positive, checked)
    assert rate is not None
    assert low is not None
    assert high is not None
    assert 0 <= low <= rate <= high <= 1
    _, other_low, other_high = wilson(checked - positive, checked)
    assert (low, high) == pytest.approx((1 - (other_high or 0), 1 - (other_low or 0)), abs=1e-9)


def test_nothing_checked_has_no_rate() -> None:
    assert wilson(0, 0) == (None, None, None)


LEDGER = """
clue_id | rule | tier | street | identity | state    | outcome  | cause
a1      | car  | 2    | 东街   | A        | 查实     | 查实     | 违规享受
a2      | car  | 2    | 东街   | C        | 查实     | 查实     | 数据错误
a3      | car  | 1    | 西街   | A        | 已销号   | 部分查实 | 其他
a4      | car  | 2    | 西街   | A        | 查否     | 查否     | 规则误报
a5      | car  | 2    |        | A        | 整改中   | 改判查实 | 工作失误
a6      | car  | 2    | 西街   | A        | 查否维持 | 查否维持 | 政策例外
a7      | car  | 2    | 东街   | A        | 待定     | 待定     |
a8      | idle | 2    | 东街   |          | 待核查   |          |
a9      | idle | 2    | 东街   |          | 查实     | 查实     |
a10     | dead | 1    | 东街   | A        | 待核查   | 查否     | 数据错误
a11     | twin | 1    | 南街   | A        | 待核查   |          |
"""
DECISIONS = """
record | sequence | kind    | plan | clue_id | target_key | outcome
000002 | 1        | draw    | p1   | a1      |            |
000003 | 1        | recheck | p1   | a1      |            | 查否维持
000003 | 2        | recheck | p1   | a2      |            | 改判查实
000004 | 1        | cross   | p2   | a3      |            | 改判查实
000005 | 1        | spot    | p3   | a4      |            | 发现问题
000005 | 2        | spot    | p3   |         | h1         | 未发现问题
000006 | 1        | spot    | p3   |         | h1         | 发现问题
000006 | 2        | spot    | p3   |         | h2         | 未发现问题
000006 | 3        | visits  | p4   |         | x1         | 发现问题
000007 | 1        | ledger  |      | a9      |            | 查实
"""
DRAWN = {"p1": {"a1": "东街", "a2": "西街"}, "p2": {"a3": "东街"}, "p3": {"a4": "东街", "h1": "西街", "h2": None}}


def lists(folder: Path) -> Sequence[Path]:
    """The lists of the drawn plans as records keep them."""
    found = []
    for plan, targets in DRAWN.items():
        place = folder / plan / "drawn.parquet"
        place.parent.mkdir()
        pl.DataFrame({"target": list(targets), "street": list(targets.values())}).write_parquet(place)
        found.append(place)
    return found


def rated(folder: Path, ledger: str = LEDGER, decisions: str = DECISIONS, own: str = "") -> duckdb.DuckDBPyConnection:
    con = duckdb.connect()
    (folder / "own.toml").write_text(own, "utf-8")
    lay_policy(con, load_policy(CHECKOUT / "rules" / "policy.toml", folder / "own.toml"))
    lay_previous(con, None)
    lay_standing(con)
    lay_decisions(con, ())
    fill(con, "ledger", ledger)
    fill(con, "decisions", decisions)
    lay_rates(con, RUN_DATE, lists(folder))
    return con


def counted(con: duckdb.DuckDBPyConnection, measure: str, by: str) -> dict[object, tuple[object, object]]:
    found = rows(con, f"""select "value", positive, checked from rates where measure = '{measure}' and "by" = '{by}'""")
    return {value: (positive, checked) for value, positive, checked in found}


def by_rule_and_tier(con: duckdb.DuckDBPyConnection) -> dict[object, tuple[object, object]]:
    found = rows(con, """select "value", tier, positive, checked from rates where measure = 'hit' and "by" = 'rule'""")
    return {(rule, tier): (positive, checked) for rule, tier, positive, checked in found}


def test_hits_by_everything(tmp_path: Path) -> None:
    con = rated(tmp_path)
    assert [(name, kind) for name, kind, *_ in rows(con, "describe rates")] == [
        (column.name, column.type) for column in RATES.columns
    ]
    assert counted(con, "hit", "all") == {None: (4, 8)}
    assert by_rule_and_tier(con) == {("car", 1): (1, 1), ("car", 2): (2, 5), ("dead", 1): (0, 1), ("idle", 2): (1, 1)}
    assert rows(con, "select count(*) from rates where tier is not null and \"by\" <> 'rule'") == [(0,)]
    assert counted(con, "hit", "tier") == {"1": (1, 2), "2": (3, 6)}
    assert counted(con, "hit", "street") == {"东街": (2, 4), "西街": (1, 3), None: (1, 1)}
    assert counted(con, "hit", "identity") == {"A": (3, 6), "C": (0, 1), None: (1, 1)}


def test_what_feeds_priority_is_what_is_shown(tmp_path: Path) -> None:
    con = rated(tmp_path)
    fill(con, "previous_ledger", LEDGER)
    assert verified_outcomes(con) == by_rule_and_tier(con)


def test_overturns_and_spot_findings_by_the_street_that_verified(tmp_path: Path) -> None:
    con = rated(tmp_path)
    assert counted(con, "overturn", "all") == {None: (2, 3)}
    assert counted(con, "overturn", "street") == {"东街": (1, 2), "西街": (1, 1)}
    assert counted(con, "spot", "all") == {None: (2, 3)}
    assert counted(con, "spot", "street") == {"东街": (1, 1), "西街": (1, 1), None: (0, 1)}
    assert rows(con, "select distinct \"by\" from rates where measure <> 'hit' order by 1") == [("all",), ("street",)]


def test_each_rate_has_its_interval(tmp_path: Path) -> None:
    con = rated(tmp_path)
    for positive, checked, *interval in rows(con, "select positive, checked, rate, low, high from rates"):
        assert tuple(interval) == wilson(int(str(positive)), int(str(checked)))


def test_before_anything_was_checked_there_is_a_row_of_all(tmp_path: Path) -> None:
    con = rated(tmp_path, ledger="clue_id | rule\na1 | car", decisions="record\n")
    assert rows(con, 'from rates order by measure') == [
        (measure, "all", None, None, 0, 0, None, None, None, None) for measure in ("hit", "overturn", "spot")
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("outcomes", "confirmed", "own", "listed"),
    [
        (19, 0, "", False), (20, 0, "", True), (40, 3, "", True), (40, 4, "", False), (40, 40, "", False),
        (5, 0, "[review_outcomes]\n[[review_outcomes.values]]\nvalue = 5\n", False),
        (5, 0, "[review_outcomes]\n[[review_outcomes.values]]\nvalue = 5\n"
               "[review_rate]\n[[review_rate.values]]\nvalue = 0.5\n", True),
    ],
)  # fmt: skip
def test_a_rule_that_surely_hits_seldom_is_listed_for_review(
    tmp_path: Path, outcomes: int, confirmed: int, own: str, listed: bool
) -> None:
    drawn = "\n".join(f"c{n} | car | {'查实' if n < confirmed else '查否'}" for n in range(outcomes))
    con = rated(tmp_path, ledger=f"clue_id | rule | outcome\n{drawn}", decisions="record\n", own=own)
    assert rows(con, "select review from rates where \"by\" = 'rule'") == [(listed,)]
    assert rows(con, "select count(*) from rates where \"by\" <> 'rule' and review is not null") == [(0,)]


def test_policy_of_the_day(tmp_path: Path) -> None:
    own = (
        "[review_rate]\n[[review_rate.values]]\nvalue = 0.01\n"
        f"[[review_rate.values]]\nfrom = {date(2023, 9, 1)}\nvalue = 0.9\n"
    )
    drawn = "\n".join(f"c{n} | car | 查否" for n in range(30))
    con = rated(tmp_path, ledger=f"clue_id | rule | outcome\n{drawn}", decisions="record\n", own=own)
    assert rows(con, "select review from rates where \"by\" = 'rule'") == [(True,)]
    lay_rates(con, date(2023, 8, 31))
    assert rows(con, "select review from rates where \"by\" = 'rule'") == [(False,)]
