"""What an answer is known again by: slots that begin later, and which of a question's items a piece is about."""

from datetime import date
from types import SimpleNamespace

import pytest

from huimin.matching.reach import OTHER, World
from huimin.matching.readings import Readings, beginning, digest
from nights import PROJECT

EVENT, MONTH, REGISTER = (PROJECT.contracts[name] for name in ("vehicle_trade_in", "tekun", "deaths"))


@pytest.mark.parametrize(
    ("slot", "run_date", "of_months", "of_events"),
    [
        ("2023-08", "2023-07-31", "later", "later"),
        ("2023-08", "2023-08-01", "begun", "2023-08-01"),
        ("2023-08", "2023-08-30", "begun", "2023-08-30"),
        ("2023-08", "2023-08-31", "begun", "begun"),
        ("2023-08", "2023-09-01", "begun", "begun"),
    ],
)
def test_whether_rows_of_a_slot_begin_by_the_run_date_or_may_do_either(
    slot: str, run_date: str, of_months: str, of_events: str
) -> None:
    day = date.fromisoformat(run_date)
    assert EVENT.period == "event" and MONTH.period == "month"
    assert beginning(slot, MONTH, day) == of_months
    assert beginning(slot, EVENT, day) == of_events


def test_a_register_of_tomorrow_begins_later() -> None:
    assert beginning("2023-08-02", REGISTER, date(2023, 8, 1)) == "later"
    assert beginning("2023-08-01", REGISTER, date(2023, 8, 1)) == "begun"


def test_other_values_have_another_digest() -> None:
    told = [("a", "b"), ("ab",), ("a", ["b"]), ("b", "a"), ("甲", "b"), (date(2023, 8, 1),), ()]
    assert len({digest(*values) for values in told}) == len(told)
    assert digest("甲", date(2023, 8, 1)) == digest("甲", date(2023, 8, 1))


def test_a_piece_is_about_one_item_all_or_all_that_are_no_others() -> None:
    readings = Readings(World(("tekun", "deaths", "dibao"), ("tekun",), {}), {})
    question = SimpleNamespace(items=("tekun", "dibao"))
    assert readings.only(question, None) is None  # type: ignore[arg-type]
    assert readings.only(question, "tekun") == {"tekun"}  # type: ignore[arg-type]
    assert readings.only(question, OTHER) == {OTHER, "deaths"}  # type: ignore[arg-type]
