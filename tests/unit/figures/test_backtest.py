"""A rule held against what people found before of those whom it names."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from huimin.figures.backtest import ALIKE, NEARNESS, NEVER, OWN, UNDER_WAY, AskedBefore, Backtest, backtest
from huimin.ledger.fold import lay_decisions, lay_previous
from huimin.ledger.records import Decision, frame
from huimin.matching.policy import lay_policy, load_policy
from huimin.tables.declared import CARDS, CLUES, LEDGER, column_types
from huimin.tables.published import lay_table
from nights import CHECKOUT
from unit.work_database import RUN_DATE, drawn, fill

NAMED = """
clue_id | id_number | item  | state  | household_key | rule
n1      | p1        | urban | 查实   | h1            | car
n2      | p2        | urban | 查否   | h2            | car
n3      | p3        | urban | 待定   | h3            | car
n4      | p4        | urban | 待核查 | h4            | car
n5      | p5        | urban | 待核查 | h4            | car
n6      | p6        | urban | 待核查 | h6            | car
n7      | p7        | urban | 待核查 | h7            | car
n8      | p8        | urban | 待核查 | h8            | car
n9      | p9        | urban | 豁免   | h9            | car
n10     |           | urban | 待核查 |               | car
other   | p1        | urban | 待核查 | h1            | idle
"""
LEDGER_ROWS = """
clue_id | id_number | item  | rule  | state    | outcome  | cause
n1      | p1        | urban | car   | 查实     | 查实     | 违规享受
n2      | p2        | urban | car   | 查否     | 查否     | 规则误报
n3      | p3        | urban | car   | 待定     | 待定     |
n8      | p8        | urban | car   | 待核查   |          |
z1      | q1        | urban | car   | 已销号   | 查实     | 违规享受
z2      | q2        | urban | car   | 查否维持 | 查否维持 | 规则误报
z3      | q3        | urban | car   | 自然消除 |          |
a4      | p4        | urban | homes | 查实     | 查实     | 违规享受
b4      | p4        | urban | dead  | 查否     | 查否     | 数据错误
a5      | p5        | urban | homes | 查实     | 部分查实 | 数据错误
a6      | p6        | rural | homes | 查实     | 查实     | 违规享受
b6      | p6        | rural | dead  | 待核查   |          |
a7      | p7        | urban | homes | 自然消除 |          |
a9      | p9        | urban | homes | 待核查   |          |
x1      | q9        | urban | homes | 查实     | 查实     | 违规享受
x2      |           | urban | funds | 查实     | 查实     | 违规享受
"""
DECISIONS = """
record | sequence | kind   | plan | clue_id | target_key | outcome
000002 | 1        | spot   | p1   |         | h7         | 发现问题
000003 | 1        | spot   | p2   |         | h7         | 未发现问题
000003 | 2        | spot   | p2   |         | h4         | 发现问题
000003 | 3        | visits | p3   |         | q9         | 发现问题
000004 | 1        | ledger |      | n8      |            | 查实
"""


def laid(folder: Path, named: str, own: str = "") -> duckdb.DuckDBPyConnection:
    """A trial's clues and the policy; nothing is remembered yet."""
    con = duckdb.connect()
    (folder / "own.toml").write_text(own, "utf-8")
    lay_policy(con, load_policy(CHECKOUT / "rules" / "policy.toml", folder / "own.toml"))
    con.execute(f"create table clues ({column_types(CLUES)})")
    con.execute("create table clue_numbers (clue integer, clue_id varchar)")
    con.execute("create table clue_hits (clue integer, id_number varchar)")
    for number, row in enumerate(drawn(named)):
        con.execute("insert into clue_numbers values (?, ?)", [number, row["clue_id"]])
        con.execute("insert into clue_hits values (?, ?)", [number, row.pop("id_number")])
        row["person_key"] = f"key of {row['clue_id']}"
        columns = ", ".join(row)
        con.execute(f"insert into clues ({columns}) values ({', '.join('?' * len(row))})", list(row.values()))
    lay_previous(con, None)
    lay_decisions(con, ())
    lay_table(con, CARDS, None)
    return con


def remember(con: duckdb.DuckDBPyConnection, text: str, table: str = "previous_ledger") -> None:
    """Fills the ledger, and the cards that say whom its clues are about."""
    for row in drawn(text):
        con.execute("insert into cards (clue_id, id_number) values (?, ?)", [row["clue_id"], row.pop("id_number")])
        columns = ", ".join(row)
        con.execute(f"insert into {table} ({columns}) values ({', '.join('?' * len(row))})", list(row.values()))


def earlier(past: Backtest) -> dict[str, tuple[int, int, int]]:
    return {row.nearness: (row.clues, row.confirmed, row.unfounded) for row in past.earlier}


def test_a_ledger_counted_by_hand(tmp_path: Path) -> None:
    con = laid(tmp_path, NAMED)
    remember(con, LEDGER_ROWS)
    fill(con, "decisions", DECISIONS)
    past = backtest(con, "car", RUN_DATE)
    assert earlier(past) == {
        "own": (2, 1, 1),  # n1, n2
        "alike": (2, 1, 1),  # n4: one of two was confirmed; n5: an error of data confirms nothing
        "drawn": (1, 0, 1),  # n7: by its last spot check; what vanished was never visited
        "elsewhere": (1, 1, 0),  # n6
        "under_way": (3, 0, 0),  # n3, n8; n9 by another rule
        "never": (1, 0, 0),  # n10: funds are nobody's, and no other clue's funds are its own
    }
    assert list(earlier(past)) == list(NEARNESS)
    assert past.asked_by == (
        AskedBefore("car", 1, 1, 2), AskedBefore("homes", 1, 1, 1), AskedBefore("dead", 0, 1, 0),
    )  # fmt: skip
    assert past.not_named == (1, 1)
    # n4 to n8 and n10; n4 and n5 live together; n8 waits already
    assert (past.to_visit, past.households, past.waiting) == (6, 5, 1)
    assert (past.alike, past.least, past.expected) == (2, 20, None)


def test_nothing_is_told_of_whom_it_counts(tmp_path: Path) -> None:
    con = laid(tmp_path, NAMED.replace("p4 ", "429999196001010011"))
    remember(con, LEDGER_ROWS.replace("p4 ", "429999196001010011"))
    past = backtest(con, "car", RUN_DATE)
    assert earlier(past)["alike"] == (2, 1, 1)
    assert "429999" not in str(asdict(past))


def test_before_the_first_run_everybody_is_new(tmp_path: Path) -> None:
    past = backtest(laid(tmp_path, NAMED), "car", RUN_DATE)
    assert earlier(past) == {nearness: (10 if nearness == NEVER else 0, 0, 0) for nearness in NEARNESS}
    assert (past.asked_by, past.not_named, past.waiting, past.expected) == ((), (0, 0), 0, None)


ONE = "clue_id | id_number | item | state | rule\nn1 | p1 | urban | 待核查 | car"


@pytest.mark.parametrize(
    ("past_clue", "nearness"),
    [
        ("n1 | p1 | urban | car   | 查否   | 查否", "own"),
        ("n1 |    | urban | car   | 查否   | 查否", "own"),  # its card is gone: its id still tells
        ("m1 | p1 | urban | car   | 查否   | 查否", "alike"),  # another vehicle of the same person
        ("m1 | p1 | urban | homes | 查否   | 查否", "alike"),
        ("m1 | p1 | urban | homes | 待核查 | 查否", "alike"),  # opened again: the verdict stays
        ("m1 | p1 | rural | homes | 查否   | 查否", "elsewhere"),
        ("m1 | p1 | urban | homes | 待核查 |", "under_way"),
        ("m1 | p1 | urban | homes | 待定   | 待定", "under_way"),
        ("m1 | p1 | rural | homes | 待核查 |", "never"),
        ("m1 | p1 | urban | homes | 豁免   |", "never"),
        ("m1 | p2 | urban | homes | 查否   | 查否", "never"),
        ("m1 |    | urban | homes | 查否   | 查否", "never"),
    ],
)  # fmt: skip
def test_how_near_an_earlier_visit_came(tmp_path: Path, past_clue: str, nearness: str) -> None:
    con = laid(tmp_path, ONE)
    remember(con, f"clue_id | id_number | item | rule | state | outcome\n{past_clue}")
    past = backtest(con, "car", RUN_DATE)
    assert [row.nearness for row in past.earlier if row.clues] == [nearness]
    assert sum(row.unfounded for row in past.earlier) == (nearness in ("own", "alike", "elsewhere"))


def test_a_spot_check_of_another_clue_of_the_same_item_is_a_visit(tmp_path: Path) -> None:
    con = laid(tmp_path, ONE)
    remember(
        con, "clue_id | id_number | item | rule | state\nm1 | p1 | urban | homes | 待核查\nm2 | p1 | rural | x | 待核查"
    )
    fill(con, "decisions", "record | sequence | kind | clue_id | outcome\n000001 | 1 | spot | m2 | 发现问题")
    assert earlier(backtest(con, "car", RUN_DATE))["drawn"] == (0, 0, 0)
    fill(con, "decisions", "record | sequence | kind | clue_id | outcome\n000001 | 2 | spot | m1 | 发现问题")
    assert earlier(backtest(con, "car", RUN_DATE))["drawn"] == (1, 1, 0)


def given_back(folder: Path, outcomes: Sequence[str]) -> list[Path]:
    """The records of one clue's results, one after another."""
    places = []
    for number, outcome in enumerate(outcomes, 1):
        decision = Decision(kind="ledger", clue_id="n1", outcome=outcome, state=outcome)
        places.append(folder / f"{number}.parquet")
        frame(f"{number:06d}-a", [decision], datetime(2023, 8, number, tzinfo=UTC), None, None).write_parquet(
            places[-1]
        )
    return places


@pytest.mark.parametrize(
    ("outcomes", "found"),
    [
        (("查否",), (OWN, 0, 1)),
        (("查否", "改判查实"), (OWN, 1, 0)),
        (("查实", "查否"), (OWN, 0, 1)),
        (("查实", "待定"), (UNDER_WAY, 0, 0)),
        (("待定", "查实"), (OWN, 1, 0)),
    ],
)
def test_the_last_result_alone_counts(tmp_path: Path, outcomes: Sequence[str], found: tuple[str, int, int]) -> None:
    con = laid(tmp_path, ONE)
    con.execute(f"create table past ({column_types(LEDGER)})")
    remember(con, "clue_id | id_number | item | rule | state\nn1 | p1 | urban | car | 待核查", "past")
    con.execute(f"copy past to '{tmp_path / 'ledger.parquet'}'")
    lay_previous(con, tmp_path / "ledger.parquet", given_back(tmp_path, outcomes))
    past = backtest(con, "car", RUN_DATE)
    assert [(row.nearness, row.confirmed, row.unfounded) for row in past.earlier if row.clues] == [found]


def many(own: tuple[int, int], alike: tuple[int, int]) -> tuple[str, str]:
    """Clues named and remembered: so many checked and confirmed, by this rule and by another."""
    persons = [f"p{n}" for n in range(own[0] + alike[0])]
    named = [f"n{p} | {p} | urban | 查否 | car" for p in persons]
    remembered = [
        f"{'n' if n < own[0] else 'm'}{p} | {p} | urban | {'car' if n < own[0] else 'homes'} | "
        f"{'查实' if n < own[1] or own[0] <= n < own[0] + alike[1] else '查否'}"
        for n, p in enumerate(persons)
    ]
    return "\n".join(["clue_id | id_number | item | state | rule", *named]), "\n".join(
        ["clue_id | id_number | item | rule | outcome", *remembered]
    )


@pytest.mark.parametrize(
    ("own", "alike", "told"),
    [
        ((19, 9), (19, 9), None),
        ((20, 0), (40, 20), (OWN, 0.0, 0.0, 0.1611, None, 6.21, None)),
        ((19, 9), (29, 1), (ALIKE, 0.0345, 0.0061, 0.1718, 29.0, 5.82, 163.58)),
        ((29, 29), (0, 0), (OWN, 1.0, 0.8830, 1.0, 1.0, 1.0, 1.13)),
    ],
)
def test_no_rate_under_the_least_number_of_results(
    tmp_path: Path, own: tuple[int, int], alike: tuple[int, int], told: tuple[object, ...] | None
) -> None:
    """The intervals are those of Newcombe 1998, table I, method 3, and the visits their reciprocals."""
    named, remembered = many(own, alike)
    con = laid(tmp_path, named)
    remember(con, remembered)
    past = backtest(con, "car", RUN_DATE)
    assert (earlier(past)["own"], earlier(past)["alike"], past.alike) == (
        (own[0], own[1], own[0] - own[1]), (alike[0], alike[1], alike[0] - alike[1]), alike[0],
    )  # fmt: skip
    if told is None:
        assert past.expected is None
        return
    found = past.expected
    assert found is not None
    assert (found.checked, found.positive) == (own if told[0] == OWN else alike)
    shares = [round(share, 4) for share in (found.rate, found.low, found.high)]
    visits = [None if n is None else round(n, 2) for n in (found.visits, found.visits_low, found.visits_high)]
    assert (found.basis, *shares, *visits) == told


def test_the_least_number_is_the_policy_s(tmp_path: Path) -> None:
    named, remembered = many((10, 5), (0, 0))
    con = laid(tmp_path, named, "[review_outcomes]\n[[review_outcomes.values]]\nvalue = 10\n")
    remember(con, remembered)
    found = backtest(con, "car", RUN_DATE).expected
    assert found is not None
    assert (found.visits, round(found.visits_low, 2), round(found.visits_high or 0, 2)) == (2.0, 1.31, 4.23)


def test_two_clues_of_a_person_and_item_are_one_case(tmp_path: Path) -> None:
    con = laid(tmp_path, f"{ONE}\nn2 | p1 | urban | 待核查 | car", "[review_outcomes]\nvalues = [{ value = 1 }]\n")
    remember(con, "clue_id | id_number | item | rule | outcome\nm1 | p1 | urban | homes | 查实")
    past = backtest(con, "car", RUN_DATE)
    assert earlier(past)["alike"] == (2, 2, 0)
    assert past.expected is not None
    assert (past.alike, past.expected.checked, past.expected.positive) == (1, 1, 1)
