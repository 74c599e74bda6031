"""Who is drawn, and that anybody would draw the same."""

from collections import Counter
from decimal import Decimal
from math import ceil

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from huimin.errors import UsageError
from huimin.ledger.plans import KINDS
from huimin.sampling.draw import FLOORS, TARGETS, assign, draw, quota, rate_of, strata_of


def population(*groups: tuple[str | None, str | None, int], sort: str = "clue") -> pl.DataFrame:
    """So many targets of each (street, item)."""
    rows = [
        {"sort": sort, "target": f"{street}/{item}/{n}", "street": street, "item": item, "evidence": "e"}
        for street, item, size in groups
        for n in range(size)
    ]
    return pl.DataFrame(rows, schema=TARGETS)


def counts(drawn: pl.DataFrame) -> dict[tuple[str | None, str | None], int]:
    return dict(Counter(zip(drawn["street"], drawn["item"])))


@pytest.mark.parametrize(
    ("rate", "size", "drawn"),
    [
        ("0.2", 1, 1), ("0.2", 4, 1), ("0.2", 5, 1), ("0.2", 6, 2), ("0.2", 10, 2), ("0.2", 0, 0), ("0.3", 10, 3),
        ("0.3", 11, 4), ("0.35", 20, 7), ("0.7", 10, 7), ("0.55", 100, 55), ("0.28", 25, 7), ("1", 3, 3),
        ("0.20000000000000000001", 5, 2), ("0.3", 1_000_000, 300_000),
    ],
)  # fmt: skip
def test_the_rate_times_the_size_rounded_up_without_a_float(rate: str, size: int, drawn: int) -> None:
    assert quota(Decimal(rate), size) == drawn


@given(st.integers(200, 1000), st.integers(0, 10_000))
def test_never_less_than_the_share_and_never_one_more_than_needed(thousandths: int, size: int) -> None:
    drawn = quota(Decimal(thousandths) / 1000, size)
    assert drawn * 1000 >= thousandths * size > (drawn - 1) * 1000 or (size, drawn) == (0, 0)


@pytest.mark.parametrize("kind", KINDS)
def test_a_rate_that_is_not_typed_is_the_floor(kind: str) -> None:
    assert rate_of(None, kind) == FLOORS[kind]


@pytest.mark.parametrize(
    ("kind", "typed", "rate"),
    [("recheck", "0.20", "0.2"), ("recheck", " 0.25 ", "0.25"), ("spot", "0.3", "0.3"), ("cross", "1.0", "1"),
     ("visits", "1", "1"), ("recheck", "2e-1", "0.2")],
)  # fmt: skip
def test_a_rate_is_what_was_typed(kind: str, typed: str, rate: str) -> None:
    assert rate_of(typed, kind) == Decimal(rate)
    assert str(rate_of(typed, kind)) == str(Decimal(rate).normalize())


@pytest.mark.parametrize(
    ("kind", "typed", "floor"),
    [("recheck", "0.19", "0.20"), ("recheck", "0.1999999999999999999", "0.20"), ("spot", "0.2", "0.30"),
     ("cross", "0.1", "0.20"), ("visits", "0.99", "1.0"), ("recheck", "1.01", "0.20"), ("spot", "NaN", "0.30"),
     ("spot", "inf", "0.30"), ("recheck", "-0.2", "0.20"), ("recheck", "20%", "0.20"), ("recheck", "", "0.20")],
)  # fmt: skip
def test_another_rate_is_refused_and_the_floor_said(kind: str, typed: str, floor: str) -> None:
    with pytest.raises(UsageError) as caught:
        rate_of(typed, kind)
    assert floor in caught.value.problem
    assert ("exactly" in caught.value.problem) == (kind == "visits")


def test_each_stratum_has_its_share_a_missing_street_too() -> None:
    whole = population(("甲", "a", 5), ("甲", "b", 6), ("乙", "a", 1), (None, "a", 11), (None, None, 2))
    drawn = draw(whole, "recheck", Decimal("0.2"), 7)
    assert counts(drawn) == {("甲", "a"): 1, ("甲", "b"): 2, ("乙", "a"): 1, (None, "a"): 3, (None, None): 1}
    assert drawn.columns == whole.columns
    assert strata_of(whole, drawn, "recheck").rows() == [
        ("乙", "a", 1, 1), ("甲", "a", 5, 1), ("甲", "b", 6, 2), (None, "a", 11, 3), (None, None, 2, 1),
    ]  # fmt: skip


def test_a_stratum_of_whom_nobody_was_drawn_says_0() -> None:
    whole = population(("甲", "a", 2), ("乙", "a", 1))
    assert strata_of(whole, whole.head(1), "recheck").rows() == [("乙", "a", 1, 0), ("甲", "a", 2, 1)]


def test_a_spot_check_takes_clues_and_households_of_a_street_apart() -> None:
    whole = pl.concat([population(("甲", "a", 3), ("甲", "b", 3)), population(("甲", None, 21), sort="household")])
    drawn = draw(whole, "spot", Decimal("0.3"), 0)
    assert Counter(drawn["sort"]) == {"clue": 2, "household": 7}


@given(st.randoms(use_true_random=False), st.integers())
def test_the_order_of_the_rows_does_not_matter(chance: object, seed: int) -> None:
    whole = population(("甲", "a", 9), ("乙", "a", 7), (None, "b", 8))
    order = list(range(whole.height))
    chance.shuffle(order)  # type: ignore[attr-defined]
    assert draw(whole[order], "recheck", Decimal("0.4"), seed).equals(draw(whole, "recheck", Decimal("0.4"), seed))


def test_another_seed_or_kind_draws_others() -> None:
    whole = population(("甲", "a", 100))
    seen = {
        tuple(draw(whole, kind, Decimal("0.2"), seed)["target"]) for kind in ("recheck", "cross") for seed in (0, 1)
    }
    assert len(seen) == 4


def test_a_larger_rate_keeps_those_drawn_and_others_leaving_moves_nobody() -> None:
    whole = population(("甲", "a", 50))
    few, more = (set(draw(whole, "recheck", Decimal(rate), 3)["target"]) for rate in ("0.2", "0.5"))
    assert few < more
    left = whole.filter(~pl.col("target").is_in(sorted(set(whole["target"]) - more)[:10]))
    assert few <= set(draw(left, "recheck", Decimal("0.5"), 3)["target"])


def test_this_draw_stays_what_it_is() -> None:
    """Pinned: a plan that was drawn last year must be drawn again alike."""
    drawn = draw(population(("甲", "a", 10)), "recheck", Decimal("0.2"), 42)
    assert drawn["target"].to_list() == ["甲/a/8", "甲/a/4"]


def test_nothing_to_draw_is_an_empty_plan() -> None:
    assert draw(population(), "recheck", Decimal("0.2"), 0).is_empty()


@given(
    st.lists(st.integers(0, 12), min_size=2, max_size=5),
    st.integers(0, 3),
)
def test_another_street_checks_and_none_has_more_than_it_must(sizes: list[int], homeless: int) -> None:
    streets = [f"街{n}" for n in range(len(sizes))]
    drawn = population(*((street, "a", size) for street, size in zip(streets, sizes)), (None, "a", homeless))
    given_out = assign(drawn, streets)
    assert given_out.drop("checker").equals(drawn)
    assert all(own != checker for own, checker in zip(given_out["street"], given_out["checker"]))
    load = Counter(given_out["checker"])
    # a street that owns more than the others can give it back leaves them that much more to check
    forced = ceil(max(sizes) / (len(sizes) - 1))
    assert max(load.values(), default=0) <= max(ceil(drawn.height / len(sizes)), forced)
    least = min(drawn.height // len(sizes), *(drawn.height - size for size in sizes))
    assert min(load[street] for street in streets) >= least


def test_of_equal_loads_the_first_street_by_name_is_served_first() -> None:
    drawn = population((None, "a", 2), ("甲", "a", 1), ("乙", "a", 1), (None, "b", 1), ("丙", "a", 1))
    assert assign(drawn, ["乙", "甲", "丙"])["checker"].to_list() == ["乙", "甲", "丙", "丙", "甲", "乙"]


def test_one_street_cannot_check_another() -> None:
    with pytest.raises(UsageError, match="no other street"):
        assign(population(("甲", "a", 3)), ["甲"])
