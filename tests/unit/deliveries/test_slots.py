"""Which deliveries are in force, drawn as tables."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import permutations

import pytest

from huimin.contracts.periods import bounds
from huimin.deliveries.slots import Standing, age_days, in_force, resolve
from huimin.store.delivery import Delivery, Receipt, delivery_id
from huimin.store.rulings import Ruling
from nights import PROJECT


@pytest.fixture(scope="module")
def contracts():
    return PROJECT.contracts


def receipt(line: str) -> Receipt:
    """`roster unit file slots day content [run]`; `-` for none."""
    roster, unit, file, slots, day, content, *run = line.split()
    unit = None if unit == "-" else unit
    place = "/".join(part for part in (roster, unit, file) if part)
    received_at = datetime(2023, 8, int(day), tzinfo=UTC)
    delivery = Delivery(
        delivery_id(roster, unit, file, content), roster, unit, place, file, content, received_at, 1, run="".join(run)
    )
    taken = () if slots == "-" else tuple(slots.split(","))
    return Receipt(delivery, "accepted" if taken else "refused", date(2023, 8, 20), "c", taken, accepted=10)


def drawn(standings) -> str:
    lines = []
    for s in standings:
        marks = [s.status, ",".join(s.slots) or "-"]
        marks += ["stale"] * s.stale + ["uncorrected"] * s.uncorrected
        lines.append(f"{s.receipt.delivery.file} {' '.join(marks)}")
    return "\n".join(sorted(lines))


CASES = {
    "a later file replaces exactly the slots it fills": (
        """
        urban_dibao - a.csv 2023-07,2023-08 1 x
        urban_dibao - b.csv 2023-08 2 y
        """,
        "",
        """
        a.csv accepted 2023-07
        b.csv accepted 2023-08
        """,
    ),
    "all slots replaced: superseded": (
        """
        urban_dibao - a.csv 2023-08 1 x
        urban_dibao - b.csv 2023-07,2023-08 2 y
        """,
        "",
        """
        a.csv superseded -
        b.csv accepted 2023-07,2023-08
        """,
    ),
    "units stand side by side, no unit is one more": (
        """
        urban_dibao - a.csv 2023-08 1 x
        urban_dibao 甲街道 b.csv 2023-08 2 y
        """,
        "",
        """
        a.csv accepted 2023-08
        b.csv accepted 2023-08
        """,
    ),
    "the same bytes again change nothing, also after another superseded them": (
        """
        urban_dibao - a.csv 2023-08 1 x
        urban_dibao - b.csv 2023-08 2 y
        urban_dibao - c.csv 2023-08 3 x
        """,
        "",
        """
        a.csv superseded -
        b.csv accepted 2023-08
        c.csv unchanged -
        """,
    ),
    "the same bytes for other slots are another delivery": (
        """
        urban_dibao - a.csv 2023-07 1 x
        urban_dibao - b.csv 2023-08 2 x
        """,
        "",
        """
        a.csv accepted 2023-07
        b.csv accepted 2023-08
        """,
    ),
    "at one time the later path wins": (
        """
        urban_dibao - b.csv 2023-08 1 y
        urban_dibao - a.csv 2023-08 1 x
        """,
        "",
        """
        a.csv superseded -
        b.csv accepted 2023-08
        """,
    ),
    "what a later night first saw is later, however old its file": (
        """
        tekun - a.csv 2023-08 20 x night1
        tekun - 更正.csv 2023-08 3 y night2
        """,
        "",
        """
        a.csv superseded -
        更正.csv accepted 2023-08
        """,
    ),
    "in one night the later time wins": (
        """
        tekun - 更正.csv 2023-08 20 y night1
        tekun - a.csv 2023-08 3 x night1
        """,
        "",
        """
        a.csv superseded -
        更正.csv accepted 2023-08
        """,
    ),
    "at one time of one night the later path wins": (
        """
        tekun - b.csv 2023-08 3 y night1
        tekun - a.csv 2023-08 3 x night1
        """,
        "",
        """
        a.csv superseded -
        b.csv accepted 2023-08
        """,
    ),
    "what was seen before runs were remembered is earlier than any run's": (
        """
        tekun - a.csv 2023-08 3 x
        tekun - b.csv 2023-08 20 y
        tekun - c.csv 2023-08 1 z night1
        """,
        "",
        """
        a.csv superseded -
        b.csv superseded -
        c.csv accepted 2023-08
        """,
    ),
    "the same bytes seen again by a later night change nothing, whatever their time": (
        """
        tekun - a.csv 2023-08 3 x night1
        tekun - b.csv 2023-08 2 y night2
        tekun - c.csv 2023-08 20 x night3
        """,
        "",
        """
        a.csv superseded -
        b.csv accepted 2023-08
        c.csv unchanged -
        """,
    ),
    "the same bytes in another unit's folder are that unit's": (
        """
        tekun - a.csv 2023-08 3 x night1
        tekun 甲街道 b.csv 2023-08 20 y night2
        tekun 甲街道 c.csv 2023-08 3 x night3
        """,
        "",
        """
        a.csv accepted 2023-08
        b.csv superseded -
        c.csv accepted 2023-08
        """,
    ),
    "a register's as-at date goes before the night that saw it": (
        """
        population - a.csv 2023-08-02 9 x night1
        population - b.csv 2023-08-01 9 y night2
        population - c.csv 2023-08-02 3 z night2
        """,
        "",
        """
        a.csv superseded -
        b.csv superseded -
        c.csv accepted 2023-08-02
        """,
    ),
    "a register is in force whole by its as-at date, not by when it came": (
        """
        population - a.csv 2023-08-01 9 x
        population - b.csv 2023-08-02 3 y
        population 甲街道 c.csv 2023-01-01 1 z
        """,
        "",
        """
        a.csv superseded -
        b.csv accepted 2023-08-02
        c.csv accepted 2023-01-01
        """,
    ),
    "what a kept-out delivery would have superseded stays, stale": (
        """
        population - a.csv 2023-08-01 1 x
        population - b.csv 2023-08-02 2 y
        """,
        "b.csv",
        """
        a.csv accepted 2023-08-01 stale
        b.csv refused - uncorrected
        """,
    ),
    "a good delivery after the kept-out one ends the staleness": (
        """
        population - a.csv 2023-08-01 1 x
        population - b.csv 2023-08-02 2 y
        population - c.csv 2023-08-03 3 z
        """,
        "b.csv",
        """
        a.csv superseded -
        b.csv refused -
        c.csv accepted 2023-08-03
        """,
    ),
    "a kept-out month makes only that month stale": (
        """
        urban_dibao - a.csv 2023-07 1 x
        urban_dibao - b.csv 2023-08 1 y
        urban_dibao - c.csv 2023-08,2023-09 2 z
        """,
        "c.csv",
        """
        a.csv accepted 2023-07
        b.csv accepted 2023-08 stale
        c.csv refused - uncorrected
        """,
    ),
    "a refused delivery supersedes nothing": (
        """
        urban_dibao - a.csv 2023-08 1 x
        urban_dibao - b.csv - 2 y
        """,
        "",
        """
        a.csv accepted 2023-08
        b.csv refused - uncorrected
        """,
    ),
    "a refused file is corrected by a later one of its name": (
        """
        urban_dibao - a.csv - 1 x
        urban_dibao - a.csv 2023-08 2 y
        """,
        "",
        """
        a.csv accepted 2023-08
        a.csv refused -
        """,
    ),
    "a refused file is not corrected by another unit's of its name": (
        """
        urban_dibao 甲街道 a.csv - 1 x
        urban_dibao 乙街道 a.csv 2023-08 2 y
        """,
        "",
        """
        a.csv accepted 2023-08
        a.csv refused - uncorrected
        """,
    ),
    "a refused file is corrected by a later one of the month that its name tells": (
        """
        urban_dibao - 2023年8月.csv - 1 x
        urban_dibao - 改.csv 2023-08 2 y
        """,
        "",
        """
        2023年8月.csv refused -
        改.csv accepted 2023-08
        """,
    ),
    "a refused file is not corrected by the month beside, nor by an older one of its own": (
        """
        urban_dibao - 2023年8月.csv - 2 x
        urban_dibao - 改.csv 2023-09 3 y
        urban_dibao - 旧.csv 2023-08 1 z
        """,
        "",
        """
        2023年8月.csv refused - uncorrected
        改.csv accepted 2023-09
        旧.csv accepted 2023-08
        """,
    ),
    "a refused register is corrected by any later one of its unit": (
        """
        population - a.csv - 1 x
        population - b.csv 2023-08-02 2 y
        """,
        "",
        """
        a.csv refused -
        b.csv accepted 2023-08-02
        """,
    ),
    "a file in no roster's folder is corrected where its bytes are taken": (
        """
        人口 - a.csv - 1 x
        人口 - c.csv - 1 y
        urban_dibao - b.csv 2023-08 2 x
        """,
        "",
        """
        a.csv refused -
        b.csv accepted 2023-08
        c.csv refused - uncorrected
        """,
    ),
    "bytes sent again correct what they were before: of a file that was kept out, nothing": (
        """
        urban_dibao - a.csv 2023-08 1 x
        urban_dibao - b.csv - 2 y
        urban_dibao - b.csv 2023-08 3 x
        rural_dibao - c.csv 2023-08 1 x
        rural_dibao - d.csv - 2 y
        rural_dibao - d.csv 2023-08 3 x
        """,
        "c.csv",
        """
        a.csv accepted 2023-08
        b.csv refused -
        b.csv unchanged -
        c.csv refused - uncorrected
        d.csv refused - uncorrected
        d.csv unchanged -
        """,
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_standings_whatever_the_order_of_arrival(name, contracts):
    given, kept_out, expected = CASES[name]
    receipts = [receipt(line) for line in given.strip().splitlines()]
    out = {r.delivery.delivery for r in receipts if r.delivery.file in kept_out.split()}
    wanted = "\n".join(sorted(line.strip() for line in expected.strip().splitlines()))
    for order in permutations(receipts):
        assert drawn(resolve(order, contracts, out)) == wanted


def test_what_a_delivery_meets_when_it_comes(contracts):
    lines = [
        "urban_dibao - a.csv 2023-07,2023-08 1 x",
        "urban_dibao 甲街道 b.csv 2023-08 2 y",
        "urban_dibao - c.csv 2023-08,2023-09 3 z",
        "urban_dibao 甲街道 d.csv 2023-08 4 w",
    ]
    receipts = [receipt(line) for line in lines]
    names = {r.delivery.delivery: r.delivery.file for r in receipts}
    out = {key for key, file in names.items() if file == "c.csv"}
    met = {
        s.receipt.delivery.file: [[(slot, names[other]) for slot, other in those] for those in (s.replaces, s.beside)]
        for s in resolve(receipts, contracts, out)
    }
    assert met == {
        "a.csv": [[], []],
        "b.csv": [[], [("2023-08", "a.csv")]],
        "c.csv": [[("2023-08", "a.csv")], [("2023-08", "b.csv")]],
        "d.csv": [[("2023-08", "b.csv")], [("2023-08", "a.csv")]],
    }


def test_a_register_replaces_the_one_before_whatever_its_day_and_meets_no_other_unit(contracts):
    first = receipt("population - a.csv 2023-08-01 1 x")
    second = receipt("population - b.csv 2023-08-02 2 y")
    third = receipt("population 甲街道 c.csv 2023-08-01 3 z")
    standings = {s.receipt.delivery.file: s for s in resolve([second, first, third], contracts)}
    assert standings["b.csv"].replaces == (("2023-08-02", first.delivery.delivery),)
    assert standings["a.csv"].replaces == standings["c.csv"].replaces == standings["c.csv"].beside == ()


def ruling(one, act):
    return {one.delivery.delivery: Ruling(one.delivery.delivery, act, "张三", datetime(2023, 8, 9, tzinfo=UTC), "看过")}


def test_what_was_withdrawn_never_came_and_its_bytes_stay_out_under_any_name(contracts):
    lines = [
        "urban_dibao - a.csv 2023-08 1 x",
        "urban_dibao - b.csv 2023-08 2 y",
        "urban_dibao - c.csv 2023-08 3 y",
        "urban_dibao 甲街道 d.csv 2023-08 4 y",
    ]
    receipts = [receipt(line) for line in lines]
    assert drawn(resolve(receipts, contracts, (), ruling(receipts[1], "withdraw"))) == (
        "a.csv accepted 2023-08\nb.csv withdrawn -\nc.csv unchanged -\nd.csv accepted 2023-08"
    )
    back = ruling(receipts[1], "withdraw") | ruling(receipts[2], "admit")
    assert drawn(resolve(receipts, contracts, (), back)).splitlines()[2] == "c.csv accepted 2023-08"


def test_a_refused_file_can_be_withdrawn(contracts):
    one = receipt("urban_dibao - a.csv - 1 x")
    assert drawn(resolve([one], contracts, (), ruling(one, "withdraw"))) == "a.csv withdrawn -"


def test_in_force_follows_the_catalogue(contracts):
    lines = ["population - p.csv 2023-08-01 1 x", "urban_dibao - u.csv 2023-08 1 y", "rural_dibao - r.csv 2023-08 1 z"]
    held = in_force(resolve([receipt(line) for line in lines], contracts), contracts)
    assert [s.receipt.delivery.file for s in held] == ["r.csv", "u.csv", "p.csv"]


def test_age_counts_from_the_end_of_the_latest_slot():
    standing = Standing(receipt("urban_dibao - a.csv 2023-06,2023-07 1 x"), "accepted")
    assert age_days(standing, date(2023, 8, 2)) == 2
    assert age_days(replace(standing, receipt=receipt("urban_dibao - a.csv - 1 x")), date(2023, 8, 2)) is None


@pytest.mark.parametrize(
    ("slot", "first", "last"),
    [
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2023", "2023-01-01", "2023-12-31"),
        ("2023-spring", "2023-02-01", "2023-07-31"),
        ("2023-autumn", "2023-09-01", "2024-01-31"),
        ("2023-08-15", "2023-08-15", "2023-08-15"),
    ],
)
def test_bounds_of_slots(slot, first, last):
    assert [day.isoformat() for day in bounds(slot)] == [first, last]


@pytest.mark.parametrize("slot", ["", "2023-13", "2023-winter", "August"])
def test_what_is_no_slot(slot):
    with pytest.raises(ValueError, match=r"."):
        bounds(slot)


@pytest.mark.parametrize(
    ("path", "days", "run", "listed"),
    [
        ("population/大.csv", 0, "night1", False),
        ("population/大.csv", 1, "night1", False),
        ("population/大.csv/成员.csv", 0, "night1", False),
        ("population/大.csv", -1, "night1", True),
        ("population/大.csv", -1, "night2", False),
        ("population/大.csv", 1, "night0", True),
        ("population/别的.csv", 1, "night2", True),
    ],
)
def test_a_file_refused_unread_is_not_listed_once_it_was_read(path, days, run, listed, contracts):
    at = datetime(2023, 8, 1, tzinfo=UTC)
    unread = Delivery(
        "u", "population", None, "population/大.csv", "大.csv", "", at, 9, "文件超过 1 MB，未读取", run="night1"
    )
    read = Delivery("r", "population", None, path, "大.csv", "0" * 64, at + timedelta(days=days), 9, run=run)
    receipts = [
        Receipt(unread, "refused", date(2023, 8, 2), "", problem=unread.problem),
        Receipt(read, "accepted", date(2023, 8, 3), "", slots=("2023-08-01",), rows_accepted=1),
    ]
    statuses = {standing.receipt.delivery.delivery: standing.status for standing in resolve(receipts, contracts)}
    assert statuses == {"r": "accepted"} | ({"u": "refused"} if listed else {})
