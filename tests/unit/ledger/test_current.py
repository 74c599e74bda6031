"""The ledger is a fold of decisions and nights: only transitions of the diagram, in whatever portions they come."""

import tempfile
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from huimin.ledger.fold import lay_carried, lay_decisions, lay_previous, move_on, update_ledger
from huimin.ledger.records import Decision, frame
from huimin.returns.filled import read_filled
from huimin.returns.judge import JudgedRow, judge
from huimin.returns.known import known_clues
from huimin.returns.returned import ReturnedRow
from huimin.returns.together import Bounds
from huimin.workbooks.columns import EVIDENCE_HASH, FILLED, OUTCOME
from unit.work_database import catalogue, rule

RULES = catalogue(rule("car"))
BOUNDS = Bounds(date(2023, 9, 30), Decimal("1.5"), timedelta(days=30))
CLUES = ("c1", "c2", "c3")
OPENS = {"待核查", "自然消除"}
DIAGRAM = {
    "待核查": {"查实", "部分查实", "查否", "待定"},
    "自然消除": {"查实", "部分查实", "查否", "待定"},
    "待定": {"查实", "部分查实", "查否"},
    "查否": {"复核中", "已销号"},
    "复核中": {"查否维持", "改判查实"},
    "查实": {"整改中"},
    "部分查实": {"整改中"},
    "改判查实": {"整改中"},
    "整改中": {"已销号"},
    "查否维持": {"已销号"},
    "已销号": set(),
    "豁免": set(),
}
BY_NIGHT = {
    "待核查": {"自然消除"},
    "自然消除": {"待核查"},
    "查否": {"待核查"},
    "查否维持": {"待核查"},
    "已销号": {"待核查"},
}
WITHOUT_A_PLAN = {"复核中": "查否"}
"""What a clue is when the plan that drew it has ended."""
NIGHT = """
create macro told(x) as x;
create table found_clues (clue_id varchar, rule varchar, item varchar, department varchar, street varchar, tier tinyint,
    periods integer, amount_at_risk decimal(14, 2), identity varchar, hit_rate double, last_period date,
    state varchar, first_seen date, last_seen date);
create table clue_numbers (clue integer, clue_id varchar, evidence_hash varchar);
create table clue_hits (clue integer, rule varchar, id_number varchar, subject varchar);
create table exemptions (rule varchar, id_number varchar, subject varchar, from_on date, to_on date, ref bigint,
    delivery varchar, sheet varchar, "row" integer);
create table rule_outcomes (rule varchar, status varchar);
create table reopened (clue_id varchar, whole varchar, shown varchar);
insert into rule_outcomes values ('car', 'ran');
"""


class World:
    """A ledger that lives through returns, draws, closings and nights."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.ledger: Path | None = None
        self.files: list[Path] = []
        self.since: list[Path] = []
        self.day = date(2023, 8, 1)
        self.con = duckdb.connect(config={"threads": 1})
        self.con.execute(NIGHT)

    def standing(self) -> dict[str, dict[str, Any]]:
        lay_previous(self.con, self.ledger, self.since)
        return {row["clue_id"]: row for row in self.con.execute("from previous_ledger").pl().to_dicts()}

    def judged(self, row: ReturnedRow, clue: str) -> tuple[str | None, JudgedRow]:
        """Where the clue stands, and what becomes of the row."""
        self.standing()
        lay_decisions(self.con, self.files)
        known = known_clues(self.con, [], {clue}).get(clue)
        result = judge(row, read_filled([row.cells], FILLED)[0], known, True, BOUNDS)
        return known.state if known else None, result

    def record(self, decisions: Sequence[Decision]) -> Path:
        name = f"{len(self.files) + 1:06d}-{'a' * 12}"
        place = self.folder / f"{name}.parquet"
        now = datetime(2023, 9, 1, tzinfo=UTC) + timedelta(hours=len(self.files))
        frame(name, decisions, now, "东街.xlsx", "f" * 64).write_parquet(place)
        self.files.append(place)
        self.since.append(place)
        return place

    def give_back(self, clue: str, cells: dict[str, str], evidence: int) -> None:
        row = ReturnedRow("ledger", None, 3, {**cells, EVIDENCE_HASH: f"e{evidence}"})
        before = self.standing()
        state, result = self.judged(row, clue)
        for decision in result.decisions:
            if decision.state is not None:
                assert state is not None and decision.state in DIAGRAM[state], (state, decision.state)
                state = decision.state
        if not result.decisions:
            return
        self.record(result.decisions)
        after = self.standing()
        assert after[clue]["state"] == state == result.state
        assert {other: row for other, row in after.items() if other != clue} == {
            other: row for other, row in before.items() if other != clue
        }
        assert self.judged(row, clue)[1].decisions == (), "the same row once more decides nothing"

    def draw(self, clue: str) -> None:
        if self.standing().get(clue, {}).get("state") == "查否":
            self.record([Decision(kind="draw", clue_id=clue, state="复核中")])

    def close(self, clue: str) -> None:
        if self.standing().get(clue, {}).get("state") in ("查否", "查否维持"):
            self.record([Decision(kind="close", plan="p", clue_id=clue, state="已销号")])

    def night(self, found: dict[str, int], exempt: set[str]) -> None:
        before = self.standing()
        self.day += timedelta(days=1)
        con = self.con
        for table in ("found_clues", "clue_numbers", "clue_hits", "exemptions"):
            con.execute(f"delete from {table}")
        for number, (clue, evidence) in enumerate(sorted(found.items())):
            con.execute(
                """insert into found_clues
                   values (?, 'car', 'urban_dibao', '民政局', '东街', 1, ?, ?, 'A', 0.5, ?, '', ?, ?)""",
                [clue, evidence, Decimal(100 * evidence), date(2023, 1 + evidence, 1), self.day, self.day],
            )
            con.execute("insert into clue_numbers values (?, ?, ?)", [number, clue, f"e{evidence}"])
            con.execute("insert into clue_hits values (?, 'car', ?, null)", [number, clue])
        for clue in exempt:
            con.execute("insert into exemptions values ('car', ?, null, '2023-01-01', null, 1, 'd', 's', 2)", [clue])
        lay_previous(con, self.ledger, self.since)
        update_ledger(con, RULES, self.day, ())
        place = self.folder / f"ledger-{self.day}.parquet"
        con.execute(f"copy ledger to '{place}'")
        self.ledger, self.since = place, []
        for clue, row in self.standing().items():
            past = before.get(clue)
            assert past is None or self.is_of_night(past, row, found, exempt), (past, row)

    def is_of_night(self, past: dict[str, Any], row: dict[str, Any], found: dict[str, int], exempt: set[str]) -> bool:
        clue, state = row["clue_id"], row["state"]
        own = past["exempted_state"] or past["state"]
        if clue in found and clue in exempt:
            return bool(state == "豁免") and row["exempted_state"] in (own, WITHOUT_A_PLAN.get(own))
        if clue in found and past["state"] == "豁免":
            return self.is_again(WITHOUT_A_PLAN.get(own, own), past, row)
        if state == past["state"]:
            return True
        if state == "待核查" and past["state"] not in OPENS:
            reopened = row["reopened_on"] == self.day and row["what_changed"] and row["outcome"] == past["outcome"]
            changed = f"e{found[clue]}" != (past["decided_evidence"] or past["evidence_hash"])
            # a closed case also opens for a later period than at its closing, whatever its worker had seen
            later = past["state"] == "已销号" and row["last_period"] > past["last_period"]
            return bool(reopened and (changed or later) and state in BY_NIGHT[past["state"]])
        return state in BY_NIGHT.get(past["state"], set())

    def is_again(self, own: str, past: dict[str, Any], row: dict[str, Any]) -> bool:
        """Whether a clue whose exemption ended is what it was before, or opens for what changed meanwhile."""
        if own in OPENS:
            return bool(row["reopened_on"] == self.day and "豁免备案已失效" in row["what_changed"])
        if row["state"] == own:
            return True
        changed = row["evidence_hash"] != past["decided_evidence"] or row["last_period"] > past["last_period"]
        return bool(changed and row["state"] in BY_NIGHT[own])


cells = st.fixed_dictionaries(
    {OUTCOME: st.sampled_from(["", "查实", "部分查实", "查否", "待定", "查否维持", "改判查实"])},
    optional={
        "原因": st.sampled_from(["规则误报", "数据错误"]),
        "处理方式": st.just("整改纠正"),
        "整改进展": st.sampled_from(["整改中", "已销号"]),
        "整改期限": st.just("2023-12-01"),
        "整改完成日期": st.just("2023-09-20"),
        "应追缴金额": st.sampled_from(["100", "200"]),
        "追缴金额": st.sampled_from(["0", "100"]),
        "说明": st.sampled_from(["看过", "再看"]),
    },
).map(lambda row: {"核查人": "赵", "核查日期": "2023-09-01", **row})
clue = st.sampled_from(CLUES)
likely = st.tuples(st.just("return"), clue, cells, st.integers(1, 3))
events = st.lists(
    st.one_of(
        likely,
        likely,
        st.tuples(st.just("draw"), clue),
        st.tuples(st.just("close"), clue),
        st.tuples(
            st.just("night"),
            st.dictionaries(clue, st.integers(1, 3)),
            st.sets(clue, max_size=1),
        ),
    ),
    max_size=10,
)


@settings(max_examples=12, deadline=None)
@given(events)
def test_only_transitions_of_the_diagram_ever_happen(drawn: list[tuple[Any, ...]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        world = World(Path(folder))
        world.night(dict.fromkeys(CLUES, 1), set())
        for act, *what in drawn:
            {"return": world.give_back, "draw": world.draw, "close": world.close, "night": world.night}[act](*what)


decisions = st.lists(
    st.builds(
        Decision,
        kind=st.just("ledger"),
        clue_id=clue,
        state=st.sampled_from([None, "查实", "查否", "已销号"]),
        outcome=st.sampled_from([None, None, "查实", "查否"]),
        cause=st.sampled_from([None, "规则误报"]),
        handling=st.sampled_from([None, "整改纠正"]),
        recovered_amount=st.sampled_from([None, Decimal("5.00")]),
        deadline_on=st.sampled_from([None, date(2023, 12, 1)]),
        evidence_hash=st.sampled_from(["e1", "e2"]),
    ),
    max_size=8,
)


@settings(max_examples=12, deadline=None)
@given(decisions, st.data())
def test_any_split_of_the_decisions_gives_the_same_ledger(drawn: list[Decision], data: st.DataObject) -> None:
    now = datetime(2023, 9, 1, 20, tzinfo=UTC)
    cut = data.draw(st.integers(0, len(drawn)))
    with tempfile.TemporaryDirectory() as folder, duckdb.connect() as con:
        places = []
        for number, decision in enumerate(drawn, 1):
            places.append(Path(folder) / f"{number}.parquet")
            frame(f"{number:06d}-x", [decision], now, None, None).write_parquet(places[-1])

        def folded(*portions: list[Path]) -> pl.DataFrame:
            lay_carried(con, None)
            con.execute("insert into carried_ledger (clue_id, state) select unnest(['c1', 'c2', 'c3']), '待核查'")
            for portion in portions:
                move_on(con, portion)
                con.execute("create or replace temp table carried_ledger as from previous_ledger")
            return con.execute("from previous_ledger order by clue_id").pl()

        whole = folded(places)
        assert folded(places[:cut], places[cut:]).equals(whole)
        assert folded(places[::-1]).equals(whole), "the order of the files is no matter: records are numbered"
        others = [place for place, decision in zip(places, drawn) if decision.clue_id != "c1"]
        own = [place for place, decision in zip(places, drawn) if decision.clue_id == "c1"]
        assert folded(own, others).equals(folded(others, own)), "nor is it, between decisions on other clues"


def test_results_of_spot_checks_do_not_move_the_ledger(tmp_path: Path) -> None:
    place = tmp_path / "d.parquet"
    spot = Decision(kind="spot", plan="p", clue_id="c1", outcome="发现问题")
    frame("000001-x", [spot], datetime(2023, 9, 1, tzinfo=UTC), None, None).write_parquet(place)
    with duckdb.connect() as con:
        lay_carried(con, None)
        con.execute("insert into carried_ledger (clue_id, state) values ('c1', '待核查')")
        move_on(con, [place])
        assert con.execute("select state, outcome, decision from previous_ledger").fetchall() == [
            ("待核查", None, None)
        ]


def test_the_day_of_closing_is_the_day_in_shanghai(tmp_path: Path) -> None:
    place = tmp_path / "d.parquet"
    closed = Decision(kind="close", plan="p", clue_id="c1", state="已销号")
    frame("000001-x", [closed], datetime(2023, 9, 1, 20, tzinfo=UTC), None, None).write_parquet(place)
    with duckdb.connect() as con:
        lay_carried(con, None)
        con.execute("insert into carried_ledger (clue_id, state) values ('c1', '查否')")
        move_on(con, [place])
        assert con.execute("select state, closed_on from previous_ledger").fetchall() == [("已销号", date(2023, 9, 2))]
