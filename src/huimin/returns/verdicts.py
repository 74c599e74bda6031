"""The verdicts over all rows of a return: each against where its clue or target stands, and against the other rows."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

import duckdb

from huimin.ledger.records import Record
from huimin.matching.rule import Rule
from huimin.returns.answer import Answered, locked_cells
from huimin.returns.filled import FilledCells, read_filled
from huimin.returns.judge import SAME, TAKEN, JudgedRow, judge
from huimin.returns.known import known_clues
from huimin.returns.rekeyed import is_sealed, with_todays_keys
from huimin.returns.returned import ReturnedRow
from huimin.returns.targets import drawn_targets, judge_target
from huimin.returns.together import Bounds
from huimin.store.root import Root
from huimin.workbooks.columns import CLUE_ID, FILLED, PLAN, PLAN_FILLED, TARGET


def judge_rows(
    con: duckdb.DuckDBPyConnection,
    root: Root,
    records: Sequence[Record],
    rows: Sequence[ReturnedRow],
    rules: Mapping[str, Rule],
    bounds: Bounds,
) -> list[Answered]:
    """Every row of a return with its verdict, in their order. `con` holds `previous_ledger` and `decisions`."""
    rows = with_todays_keys(root, rows)
    answered = {**judge_ledger(con, root, records, rows, rules, bounds), **judge_plans(records, rows, bounds.today)}
    return [answered[place] for place in range(len(rows))]


def judge_ledger(
    con: duckdb.DuckDBPyConnection,
    root: Root,
    records: Sequence[Record],
    rows: Sequence[ReturnedRow],
    rules: Mapping[str, Rule],
    bounds: Bounds,
) -> dict[int, Answered]:
    """The rows of ledger sheets by their place among all rows, each with its verdict."""
    own = {place: row for place, row in enumerate(rows) if row.form == "ledger"}
    filled = dict(zip(own, read_filled([row.cells for row in own.values()], FILLED)))
    known = known_clues(con, records, {row.text(CLUE_ID) for row in own.values()})
    secret = root.secret()
    sealed = {place: is_sealed(secret, row) for place, row in own.items()}
    unlike = unlike_rows(own, filled)
    judged = {
        place: judge(row, filled[place], known.get(row.text(CLUE_ID)), sealed[place], bounds, unlike.get(place))
        for place, row in own.items()
    }
    judged |= dict(once(own, filled, judged))
    torn = sorted({row.text(CLUE_ID) for place, row in own.items() if not sealed[place]} & known.keys())
    restored = locked_cells(con, root, rules, torn)
    return {
        place: Answered(row, filled[place], judged[place], None if sealed[place] else restored.get(row.text(CLUE_ID)))
        for place, row in own.items()
    }


def unlike_rows(rows: Mapping[int, ReturnedRow], filled: Mapping[int, FilledCells]) -> dict[int, str]:
    """By place, what to say of each row whose clue or target stands in another row too, filled in otherwise."""
    said: dict[int, str] = {}
    for places in twins(rows, filled):
        if any(filled[place] != filled[places[0]] for place in places):
            lines = "、".join(str(rows[place].row) for place in places)
            reason = f"同一编号有几行，填得不一样（第 {lines} 行），都没有收：请只留一行"
            said |= dict.fromkeys(places, reason)
    return said


def once(
    rows: Mapping[int, ReturnedRow], filled: Mapping[int, FilledCells], judged: Mapping[int, JudgedRow]
) -> Iterator[tuple[int, JudgedRow]]:
    """The place and new verdict of each row that was taken and only repeats an earlier row of the file."""
    for places in twins(rows, filled):
        for place in places[1:]:
            if judged[place].verdict == TAKEN:
                again = f"与第 {rows[places[0]].row} 行相同，只收一次"
                yield place, replace(judged[place], verdict=SAME, reasons=(again,), decisions=())


def twins(rows: Mapping[int, ReturnedRow], filled: Mapping[int, FilledCells]) -> Iterator[list[int]]:
    """The places of rows about one clue or target, where more than one is filled in."""
    by_key: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
    for place, row in rows.items():
        key = tuple(row.text(title) for title in (CLUE_ID, PLAN, TARGET))
        if any(key) and (filled[place].values or filled[place].faults):
            by_key[key].append(place)
    yield from (places for places in by_key.values() if len(places) > 1)


def judge_plans(records: Sequence[Record], rows: Sequence[ReturnedRow], today: date) -> dict[int, Answered]:
    """The rows of plans' sheets by their place among all rows, each with its verdict."""
    own = {place: row for place, row in enumerate(rows) if row.form == "plan"}
    if not own:
        return {}
    filled = dict(zip(own, read_filled([row.cells for row in own.values()], PLAN_FILLED)))
    drawn = drawn_targets(records, {row.text(PLAN) for row in own.values()})
    targets = {place: drawn.get((row.text(PLAN), row.text(TARGET))) for place, row in own.items()}
    unlike = unlike_rows(own, filled)
    judged = {
        place: judge_target(row, filled[place], targets[place], today, unlike.get(place)) for place, row in own.items()
    }
    judged |= dict(once(own, filled, judged))
    return {
        place: Answered(row, filled[place], judged[place], target.locked if (target := targets[place]) else None)
        for place, row in own.items()
    }
