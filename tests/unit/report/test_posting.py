"""The edition for posting: what stays hidden, attacked by linear programming, and that a month is posted once."""

import json
import random
import stat
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pytest
from python_calamine import CalamineWorkbook
from scipy.optimize import linprog

from huimin.errors import PublishError, UsageError
from huimin.report.posted import (
    MEASURES,
    TOTAL,
    PostedCell,
    PostedEdition,
    PostedPlace,
    edition_from,
    edition_of,
    table_of,
)
from huimin.report.posted_safe import least_interval, protected
from huimin.report.posted_told import HIDDEN, heading, posting_page, shown, write_posting_book
from huimin.report.posting import edition_before, post
from huimin.report.zero import DaySpan
from huimin.store.audit import POST, notes
from huimin.store.root import Root, write_json
from nights import PROJECT
from unit.report_world import worked_off
from unit.work_database import contracts

AUGUST, SEPTEMBER = date(2023, 8, 1), date(2023, 9, 1)
ITEMS = {f"item_{number}": f"项目{number}" for number in range(6)}
STREETS = ("东街", "西街", "南街", "北街")
RATES = dict(zip(ITEMS, (80, 80, 500, 321, 1000, 60), strict=True))
"""Yuan a person: who knows them knows the people behind the money."""
COUNTS = (0, 1, 2, 3, 4, 5, 6, 9, 40, 200)
NOON = datetime(2023, 9, 20, 4, tzinfo=UTC)


def cells_of(values: dict[PostedPlace, int], people: dict[PostedPlace, int], adds_up: bool) -> tuple[PostedCell, ...]:
    """The cells of a table with its totals."""
    lines = [*ITEMS, TOTAL] if adds_up else [*ITEMS]
    found = []
    for item in lines:
        for street in (*STREETS, TOTAL):
            inside = [place for place in values if item in (place[0], TOTAL) and street in (place[1], TOTAL)]
            sums = [sum(table[place] for place in inside) for table in (values, people)]
            found.append(PostedCell(item, street, *sums))
    return tuple(found)


def drawn(
    seed: int, month: date, before: dict[PostedPlace, int] | None = None
) -> tuple[dict[PostedPlace, int], PostedEdition]:
    """A month's figures by chance; more than half of the people of `before` are on benefit still."""
    chance = random.Random(seed)
    people = {(item, street): chance.choice(COUNTS) for item in ITEMS for street in STREETS}
    people |= {place: count for place, count in (before or {}).items() if chance.random() < 0.6}
    tables = {"beneficiaries": (people, people), "paid": ({at: people[at] * RATES[at[0]] for at in people}, people)}
    for name in ("clues", "verified", "recovered"):
        counts = {place: chance.choice(COUNTS) for place in people}
        worth = {place: count * 900 for place, count in counts.items()} if name == "recovered" else counts
        tables[name] = (worth, counts)
    told = {one.name: cells_of(*tables[one.name], one.adds_up) for one in MEASURES}
    return people, PostedEdition(month, "20230820T020000-abc123", month, 5, ITEMS, STREETS, told)


def bounds(edition: PostedEdition, before: PostedEdition | None, measure: str) -> Iterator[tuple[PostedCell, float]]:
    """Every hidden cell of both editions, and how far apart its lowest and highest possible value are.

    The attacker knows what is shown, that totals are sums, that nothing is below 0, and which figures of people and
    money are what they were the month before.
    """
    columns: dict[tuple[int, PostedPlace], int] = {}
    hidden: list[PostedCell] = []
    editions = [one for one in (before, edition) if one]
    stands = measure in ("beneficiaries", "paid")
    for number, one in enumerate(editions):
        past = before.at(measure) if before and stands and one is edition else {}
        for place, cell in one.at(measure).items():
            if cell.is_hidden and place in past and past[place].value == cell.value and past[place].is_hidden:
                columns[number, place] = columns[number - 1, place]
            elif cell.is_hidden:
                columns[number, place] = len(hidden)
                hidden.append(cell)
    weights, constants = [], []
    for number, one in enumerate(editions):
        at = one.at(measure)
        items, streets = [*dict.fromkeys(item for item, _ in at)], [*STREETS, TOTAL]
        lines = [[(item, street) for street in streets] for item in items]
        lines += [[(item, street) for item in items] for street in streets if TOTAL in items]
        for line in lines:
            weight, constant = np.zeros(len(hidden)), 0.0
            for place in line:
                factor = -1.0 if place == line[-1] else 1.0
                if at[place].is_hidden:
                    weight[columns[number, place]] += factor
                else:
                    constant -= factor * at[place].value
            weights.append(weight)
            constants.append(constant)
    for column, cell in enumerate(hidden):
        aim = np.zeros(len(hidden))
        aim[column] = 1.0
        ends = []
        for sign in (1.0, -1.0):
            found = linprog(sign * aim, A_eq=np.array(weights), b_eq=constants, bounds=(0, 1e7), method="highs")
            assert found.status == 0, found.message
            ends.append(sign * found.fun)
        yield cell, ends[1] - ends[0]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_no_small_figure_can_be_worked_out_from_an_edition_and_the_one_before(seed: int) -> None:
    people, august = drawn(seed, AUGUST)
    _people, september = drawn(seed + 100, SEPTEMBER, people)
    first = protected(august, None)
    second = protected(september, first)
    for edition, before in ((first, None), (second, first)):
        for measure in MEASURES:
            hidden = [cell for cell in edition.tables[measure.name] if cell.is_hidden]
            shown_ones = [cell for cell in edition.tables[measure.name] if not cell.is_hidden]
            assert min(cell.people for cell in shown_ones) >= 5
            assert {cell.place for cell in hidden} >= {
                cell.place for cell in edition.tables[measure.name] if cell.people < 5
            }
            for cell, width in bounds(edition, before if measure.stands else None, measure.name):
                assert width >= least_interval(edition, measure.name, cell) - 1e-6, (measure.name, cell)
        assert {c.place for c in edition.tables["paid"] if c.is_hidden} == {
            c.place for c in edition.tables["beneficiaries"] if c.is_hidden
        }


def test_the_attack_finds_what_is_hidden_alone() -> None:
    _people, august = drawn(1, AUGUST)
    alone = {
        name: tuple(replace(cell, is_hidden=cell.people < 5) for cell in cells) for name, cells in august.tables.items()
    }
    found = list(bounds(replace(august, tables=alone), None, "clues"))
    assert min(width for _cell, width in found) < 5


def one_item(month: date, *people: int) -> PostedEdition:
    """An edition of one item and four streets; 80 yuan a person, and no clue."""
    at = {("item_0", street): count for street, count in zip(STREETS, people, strict=True)}
    nothing = dict.fromkeys(at, 0)
    tables = {"beneficiaries": at, "paid": {place: 80 * count for place, count in at.items()}}
    told = {}
    for one in MEASURES:
        values, whose = tables.get(one.name, nothing), at if one.name in tables else nothing
        rows = [PostedCell(*place, values[place], whose[place]) for place in at]
        total = PostedCell("item_0", TOTAL, sum(values.values()), sum(whose.values()))
        told[one.name] = (*rows, total)
    return PostedEdition(month, "r", month, 5, {"item_0": "项目"}, STREETS, told)


def hidden_streets(edition: PostedEdition) -> set[str]:
    return {cell.street for cell in edition.tables["beneficiaries"] if cell.is_hidden}


def test_a_figure_hidden_last_month_and_the_same_now_stays_hidden() -> None:
    first = protected(one_item(AUGUST, 3, 8, 40, 50), None)
    assert hidden_streets(first) == {"东街", "西街"}
    # nobody is few any more, but who reads 8 now knows the 3 of last month
    second = protected(one_item(SEPTEMBER, 9, 8, 40, 50), first)
    assert "西街" in hidden_streets(second)
    assert hidden_streets(protected(one_item(SEPTEMBER, 9, 8, 40, 50), None)) == set()
    assert hidden_streets(protected(one_item(SEPTEMBER, 9, 7, 40, 50), first)) == set()


def test_a_figure_shown_last_month_and_the_same_now_is_not_hidden_in_vain() -> None:
    first = protected(one_item(AUGUST, 9, 8, 40, 50), None)
    assert hidden_streets(first) == set()
    assert hidden_streets(protected(one_item(SEPTEMBER, 3, 8, 40, 50), first)) == {"东街", TOTAL}


def test_where_no_money_is_told_people_are_hidden_as_elsewhere() -> None:
    edition = one_item(AUGUST, 3, 8, 40, 50)
    rows = [
        {"measure": name, "item": cell.item, "street": cell.street, "value": value, "people": cell.people}
        for cell in edition.tables["beneficiaries"]
        for name, value in (("beneficiaries", cell.value), ("paid", 0))
    ]
    without = replace(edition, tables={one.name: table_of(one, rows, ["item_0"], STREETS) for one in MEASURES})
    assert without.tables["paid"] == ()
    first = protected(without, None)
    assert hidden_streets(first) == {"东街", "西街"}
    assert hidden_streets(protected(replace(without, month=SEPTEMBER), first)) == {"东街", "西街"}
    assert "享受人数" in posting_page(first)


def test_figures_come_from_the_run_and_its_decisions_and_small_is_a_count_of_persons() -> None:
    with worked_off() as con:
        edition = edition_of(con, contracts(), "r", DaySpan(AUGUST, date(2023, 8, 31)), 5)
        found = edition.at("clues")
        assert found["urban_dibao", "关山街道"].value == 1
        assert found[TOTAL, TOTAL].value == sum(
            cell.value for (item, street), cell in found.items() if item != TOTAL and street != TOTAL
        )
        assert edition.at("beneficiaries")["urban_dibao", "关山街道"].value > 0
        ((counted,),) = con.execute(
            "select count(*) from ledger where state <> '豁免' and first_seen between '2023-08-01' and '2023-08-31'"
        ).fetchall()
        assert found[TOTAL, TOTAL].value == counted
        # ten clues of one person are of one person
        con.execute("delete from clues")
        con.execute("insert into clues (clue_id, person_key) select clue_id, 'p' from ledger")
        again = edition_of(con, contracts(), "r", DaySpan(AUGUST, date(2023, 8, 31)), 5)
        assert (again.at("clues")[TOTAL, TOTAL].value, again.at("clues")[TOTAL, TOTAL].people) == (counted, 1)


def test_page_and_workbook_show_the_same_and_nothing_hidden(tmp_path: Path) -> None:
    edition = protected(drawn(1, AUGUST)[1], None)
    page = posting_page(edition)
    assert "http" not in page.replace("http-equiv", "")
    assert "<script" not in page
    write_posting_book(edition, tmp_path / "book.xlsx")
    for measure in MEASURES:
        sheet = CalamineWorkbook.from_path(tmp_path / "book.xlsx").get_sheet_by_name(measure.title).to_python()
        at = edition.at(measure.name)
        for title, *figures in sheet[3:]:
            item = next((name for name, told in ITEMS.items() if told == title), TOTAL)
            for street, told in zip((*STREETS, TOTAL), figures, strict=True):
                assert shown(at[item, street]) == told
        assert heading(measure) in page
    assert HIDDEN in page


@pytest.fixture
def posted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Root:
    """A root that posts what the test drew for the month, from a seed that each call moves on."""
    seeds = iter(range(1, 9))
    monkeypatch.setattr("huimin.report.posting.gather_posting", lambda _r, _p, month, _t: drawn(next(seeds), month)[1])
    root = Root(tmp_path)
    root.prepare()
    return root


def test_a_month_is_posted_once(posted: Root) -> None:
    first = post(posted, PROJECT, AUGUST, NOON)
    content = first.page.read_bytes()
    first.page.unlink()
    again = post(posted, PROJECT, AUGUST, NOON)
    assert again.edition == first.edition
    assert again.page.read_bytes() == content
    assert [one["month"] for one in notes(posted, POST)] == ["2023-08"]


def test_a_month_that_is_not_over_is_not_posted(posted: Root) -> None:
    for now in (datetime(2023, 8, 31, 23, 59, tzinfo=UTC), datetime(2023, 7, 1, tzinfo=UTC)):
        with pytest.raises(UsageError, match="2023-08 is not over"):
            post(posted, PROJECT, AUGUST, now)
    assert not (posted.public / "2023-08").exists() and [*notes(posted, POST)] == []
    assert post(posted, PROJECT, AUGUST, datetime(2023, 9, 1, tzinfo=UTC)).page.exists()


def test_months_are_posted_in_their_order(posted: Root) -> None:
    post(posted, PROJECT, SEPTEMBER, NOON.replace(month=10))
    with pytest.raises(UsageError, match="2023-09 is posted already"):
        post(posted, PROJECT, AUGUST, NOON)
    assert not (posted.public / "2023-08").exists()
    before = edition_before(posted.state / "posted", date(2023, 10, 1))
    assert before is not None
    assert before.month == SEPTEMBER


def test_anybody_reads_what_is_posted_and_nobody_what_is_hidden(posted: Root) -> None:
    told = post(posted, PROJECT, AUGUST, NOON)
    stored = posted.state / "posted" / "2023-08.json"
    modes = {place: stat.S_IMODE(place.stat().st_mode) for place in (posted.public, told.page, told.workbook, stored)}
    assert [*modes.values()] == [0o755, 0o644, 0o644, 0o600]
    assert sorted(place.name for place in told.page.parent.iterdir()) == ["report.html", "report.xlsx"]
    cells, hidden = told.edition.counted()
    assert 0 < hidden < cells
    assert (told.as_json()["hidden"], told.as_json()["cells"]) == (hidden, cells)
    assert "tables" not in json.dumps(told.as_json())


def test_a_damaged_edition_is_said(tmp_path: Path) -> None:
    place = tmp_path / "2023-08.json"
    write_json(place, drawn(1, AUGUST)[1].as_json())
    assert edition_from(place).title == "2023年8月"
    place.write_text("{")
    with pytest.raises(PublishError, match="cannot be read"):
        edition_from(place)
