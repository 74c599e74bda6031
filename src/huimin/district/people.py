"""Households and the people in them: ages, relations, names, ID numbers, places, who moved away or died."""

from datetime import date

import numpy as np
import polars as pl
from numpy.typing import NDArray

from huimin.district.days import Days
from huimin.district.identities import A_REGION, PLANTED, accounts, id_numbers
from huimin.district.names import BANKS, RURAL_FROM, STREETS, given_names, places, surnames

KINDS = ("ordinary", "urban_dibao", "rural_dibao", "tekun", "poverty", "modest")
"""What a household lives on. modest: known, low income, but above every line."""

_SIZES = (0.2, 0.27, 0.29, 0.14, 0.07, 0.03)
_URBAN = (0.957, 0.022, 0.0, 0.004, 0.0, 0.017)
_RURAL = (0.865, 0.0, 0.035, 0.01, 0.06, 0.03)


def draw_people(population: int, rng: np.random.Generator, days: Days) -> pl.DataFrame:
    """One row a person, households together and the head first.

    Columns: house (0, 1, …), place_in_house (0 head, 1 spouse, 2-3 children, 4-5 parents), kind, rural, age (in years
    on 1 January), birth, male, id_number, name, street, community, household_number, relation, status, status_on,
    died_on, bank, account, head_id, head_name, house_size, joined (first month on dibao or tekun), left (first off).
    """
    sizes = _sizes(population, rng)
    houses = len(sizes)
    house = np.repeat(np.arange(houses), sizes)
    starts = np.cumsum(sizes) - sizes
    place = np.arange(population) - starts[house]
    street = rng.integers(0, len(STREETS), houses)
    kind = _kinds(rng, sizes, street >= RURAL_FROM)
    ages = _ages(rng, house, place, kind, starts)
    births = _births(rng, ages, days.year)
    male = _sexes(rng, house, place, starts)
    streets, communities = places(street[house], rng.integers(0, 60, houses)[house])
    number = np.arange(population)
    people = pl.DataFrame(
        {
            "house": house,
            "place_in_house": place,
            "kind": pl.Series(np.array(KINDS)[kind[house]]),
            "rural": street[house] >= RURAL_FROM,
            "age": ages,
            "birth": births,
            "male": male,
            "name": _names(rng, house, place, starts),
            "street": streets,
            "community": communities,
            "household_number": pl.Series(house + 430_000_001).cast(pl.String),
            "relation": pl.Series(np.array(["户主", "配偶", "子女", "子女", "父母", "父母"])[place]),
            "bank": pl.Series(np.array(BANKS)[number % len(BANKS)]),
            "account": accounts(np.where(number < PLANTED, number, number + PLANTED)),
            "house_size": sizes[house],
        }
    )
    people = with_id_numbers(people).with_columns(
        pl.col("id_number", "name")
        .gather(starts[house])
        .name.map(lambda column: {"id_number": "head_id"}.get(column, "head_name"))
    )
    return _with_time_on_help(_with_life_status(people, rng, days), rng, houses, days)


def _sizes(population: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """People in each household; together the population."""
    sizes = rng.choice(6, population, p=_SIZES) + 1
    sizes = sizes[: int(np.searchsorted(np.cumsum(sizes), population)) + 1]
    sizes[-1] -= sizes.sum() - population
    return sizes


def _kinds(rng: np.random.Generator, sizes: NDArray[np.int64], rural: NDArray[np.bool_]) -> NDArray[np.int64]:
    draw = rng.random(len(sizes))
    urban_kind = np.searchsorted(np.cumsum(_URBAN), draw, side="right")
    rural_kind = np.searchsorted(np.cumsum(_RURAL), draw, side="right")
    kind = np.minimum(np.where(rural, rural_kind, urban_kind), len(KINDS) - 1)
    return np.where((kind == KINDS.index("tekun")) & (sizes > 1), 0, kind)


def _ages(
    rng: np.random.Generator,
    house: NDArray[np.int64],
    place: NDArray[np.int64],
    kind: NDArray[np.int64],
    starts: NDArray[np.int64],
) -> NDArray[np.int64]:
    houses = len(starts)
    heads = np.clip(rng.normal(50, 15, houses), 24, 96).astype(np.int64)
    alone = kind == KINDS.index("tekun")
    heads = np.where(
        alone, np.where(rng.random(houses) < 0.9, rng.integers(61, 90, houses), rng.integers(20, 56, houses)), heads
    )
    head = heads[house]
    spouse = np.maximum(head + rng.integers(-6, 4, len(house)), 22)
    child = np.clip(head - rng.integers(22, 36, len(house)), 0, 60)
    parent = np.minimum(head + rng.integers(22, 33, len(house)), 102)
    chosen: NDArray[np.int64] = np.select([place == 0, place == 1, place <= 3], [head, spouse, child], parent)
    return chosen


def _births(rng: np.random.Generator, ages: NDArray[np.int64], year: int) -> pl.Series:
    """Birth dates of people who are `ages` years old on 1 January of the year."""
    first = (np.datetime64(str(year - 1), "Y") - ages).astype("datetime64[D]")
    return pl.Series(first + 1 + rng.integers(0, 365, len(ages)))


def _sexes(
    rng: np.random.Generator, house: NDArray[np.int64], place: NDArray[np.int64], starts: NDArray[np.int64]
) -> NDArray[np.bool_]:
    heads = rng.random(len(starts)) < 0.62
    return np.where(place == 0, heads[house], np.where(place == 1, ~heads[house], rng.random(len(house)) < 0.5))


def _names(
    rng: np.random.Generator, house: NDArray[np.int64], place: NDArray[np.int64], starts: NDArray[np.int64]
) -> pl.Series:
    """Children and one parent bear the head's surname. A few names are long ones with a middle dot."""
    own = surnames(rng, len(house))
    inherited = own.gather(starts[house])
    family = inherited.zip_with(pl.Series(np.isin(place, (0, 2, 3, 4))), own)
    given = given_names(rng, len(house))
    dotted = pl.Series(rng.random(len(house)) < 0.0008)
    return (given + "古丽·" + family + given).zip_with(dotted, family + given)


def with_id_numbers(people: pl.DataFrame) -> pl.DataFrame:
    """Sequence numbers count up within birth date and sex, so that no two ID numbers are equal."""
    rank = people.select(pl.int_range(pl.len()).over("birth", "male")).to_series().to_numpy()
    regions, place = np.divmod(rank * 2 + people["male"].to_numpy(), A_REGION)
    return people.with_columns(id_number=id_numbers(people["birth"], regions * 1000 + place))


def _with_life_status(people: pl.DataFrame, rng: np.random.Generator, days: Days) -> pl.DataFrame:
    """Some of the old died, some of the others moved away; only in households that receive nothing as a household."""
    span = (days.run_date - date(days.year - 2, 1, 1)).days - 40
    day = pl.Series(np.datetime64(date(days.year - 2, 1, 1)) + rng.integers(0, span, people.height))
    draw = pl.Series(rng.random(people.height))
    ordinary = pl.col("kind") == "ordinary"
    died = ordinary & (pl.col("age") >= 64) & (draw < 0.0012 * (pl.col("age") - 60))
    moved = ordinary & (pl.col("age") < 64) & (draw < 0.008)
    return people.with_columns(
        died_on=pl.when(died).then(day),
        status=pl.when(died).then(pl.lit("注销")).when(moved).then(pl.lit("迁出")).otherwise(pl.lit("正常")),
        status_on=pl.when(died).then(day.dt.offset_by("9d")).when(moved).then(day),
    )


def _with_time_on_help(people: pl.DataFrame, rng: np.random.Generator, houses: int, days: Days) -> pl.DataFrame:
    """Most households on dibao or tekun were on it all of last year; some came during it, some left this spring."""
    months = np.array(days.past_months, dtype="datetime64[D]")
    joined = np.where(rng.random(houses) < 0.12, months[rng.integers(1, 12, houses)], months[0])
    leaving = np.array(days.months[2:], dtype="datetime64[D]")
    left = np.where(
        rng.random(houses) < 0.05, leaving[rng.integers(0, len(leaving), houses)], np.datetime64("9999-12-01")
    )
    house = people["house"].to_numpy()
    helped = pl.col("kind").is_in(["urban_dibao", "rural_dibao", "tekun"])
    return people.with_columns(
        joined=pl.when(helped).then(pl.Series(joined[house])),
        # nobody leaves tekun alive, so allowances that tekun excludes never fall due again
        left=pl.when(helped & (pl.col("kind") != "tekun")).then(pl.Series(left[house])),
    )
