"""What an attacker makes of everything that was published: no canary in it, and no ID number that can be completed.

The district's texts are all poisoned: every text cell, an unknown header, a sheet and the names of files hold a name, a
phone number and an ID number.
"""

import re
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import duckdb
import numpy as np
import polars as pl
import pytest

from huimin.district.build import RUN_DATE, District, build_district
from huimin.identity import WEIGHTS
from huimin.nights.published_run import PublishedRun
from huimin.report.explain import explain
from nights import run_night
from poison import PHONE, poisoned

LEAST = 1_000
"""ID numbers that must agree with all that is published of a person."""


@pytest.fixture(scope="module")
def district() -> District:
    return build_district(population=600, seed=5)


@pytest.fixture(scope="module")
def nights(district: District, tmp_path_factory: pytest.TempPathFactory) -> list[PublishedRun]:
    root = tmp_path_factory.mktemp("poisoned")
    poisoned(district, root / "inbox")
    return [run_night(root, day) for day in (RUN_DATE, date(2024, 1, 2))]


def contents(folder: Path) -> Iterator[tuple[str, str]]:
    """Every file of the folder as text: tables cell by cell, workbooks unpacked."""
    for place in sorted(folder.rglob("*")):
        yield "name", place.name
        if place.suffix == ".parquet":
            yield place.name, str(pl.read_parquet(place, hive_partitioning=False).rows())
        elif place.suffix == ".duckdb":
            with duckdb.connect(str(place), read_only=True) as con:
                for (table,) in con.execute("select table_name from duckdb_tables()").fetchall():
                    yield f"{place.name} {table}", str(con.execute(f'from "{table}"').fetchall())
        elif place.suffix == ".xlsx":
            with zipfile.ZipFile(place) as book:
                for name in book.namelist():
                    yield f"{place.name} {name}", book.read(name).decode(errors="replace")
        elif place.is_file():
            yield place.name, place.read_text(errors="replace")


def test_the_district_is_found_out_in_spite_of_the_poison(nights: list[PublishedRun]) -> None:
    assert nights[0].clues > 50
    assert nights[0].exit_code in (0, 12)


def test_no_canary_is_published(nights: list[PublishedRun]) -> None:
    people = pl.read_parquet(nights[0].restricted / "identities.parquet").filter(pl.col("kind") == "person")
    names = {name for name in people["name"].drop_nulls() if len(name) > 2}
    numbers = set(people["value"])
    assert len(names) > 20
    for night in nights:
        for place, text in contents(night.folder):
            assert PHONE not in text, place
            assert not numbers & set(re.findall(r"\d{17}[\dX]", text)), place
            assert not [name for name in names if name in text], place


def test_the_restricted_side_keeps_everything_whole(nights: list[PublishedRun]) -> None:
    cards = pl.read_parquet(nights[0].restricted / "cards.parquet")
    assert cards.filter(pl.col("evidence").str.contains(PHONE)).height > 0
    assert cards.filter(pl.col("street").str.contains(PHONE)).height > 0
    clue = cards.filter(pl.col("evidence").str.contains(PHONE))["clue_id"][0]
    folder = nights[0].folder.parent.parent
    card = dict(explain(nights[0].folder, (clue,), {}, {}, folder / "restricted" / nights[0].run).person)
    assert PHONE in card["证据（全）"]
    headers = pl.read_parquet(nights[0].restricted / "rejects.parquet").filter(pl.col("column") == "header")
    assert headers.filter(pl.col("cells").str.contains(PHONE)).height > 20


def test_unknown_headers_are_counted(nights: list[PublishedRun]) -> None:
    deliveries = pl.read_parquet(nights[0].folder / "deliveries.parquet")
    assert set(deliveries["unknown_columns"].drop_nulls()) == {"1 个"}
    reasons = pl.read_parquet(nights[0].folder / "reject_reasons.parquet")
    assert reasons.filter(pl.col("column") == "header").is_empty()


def test_no_id_number_can_be_completed(nights: list[PublishedRun]) -> None:
    """For every person: which ID numbers agree with mask, sex, ages and whatever text stands in their rows."""
    known: defaultdict[str, list[dict[str, object]]] = defaultdict(list)
    for night in nights:
        clues = pl.read_parquet(night.folder / "clues", hive_partitioning=True)
        for row in clues.filter(pl.col("person_key").is_not_null()).to_dicts():
            known[str(row["person_key"])].append(row | {"run_year": run_year(night)})
    assert len(known) > 50
    for rows in known.values():
        assert agreeing(rows) >= LEAST


def run_year(night: PublishedRun) -> int:
    facts = pl.read_parquet(night.folder / "trend.parquet").filter(pl.col("run") == night.run)
    return int(facts["run_date"][0].year)


def agreeing(rows: list[dict[str, object]]) -> int:
    """How many ID numbers agree with the rows of one person."""
    first = rows[0]
    masked = str(first["id_number_masked"])
    region = [int(digit) for digit in masked[:6]]
    days = [date(1900, 1, 1) + timedelta(days=n) for n in range(366 * 125)]
    for row in rows:
        if row["age"] is not None:
            new_year = date(int(str(row["run_year"])), 1, 1)
            days = [day for day in days if age_on(day, new_year) == row["age"]]
    # whatever dates stand in the sentence may be the birth date
    told = {
        date(int(y), int(m), int(d))
        for row in rows
        for y, m, d in re.findall(r"(19\d\d|20\d\d)年(\d{1,2})月(\d{1,2})日", str(row["summary"]))
    }
    if len(told & set(days)) == 1:
        days = list(told & set(days))
    sequences = np.arange(1000)
    parity = {"男": 1, "女": 0}[str(first["sex"])]
    sequences = sequences[sequences % 2 == parity]
    shown = {position: character for position, character in enumerate(masked) if position > 5 and character != "*"}
    count = 0
    for day in days:
        digits = [*region, *(int(digit) for digit in f"{day:%Y%m%d}")]
        if any(shown.get(at, str(digit)) != str(digit) for at, digit in enumerate(digits)):
            continue
        kept = sequences
        for at in (14, 15, 16):
            if at in shown:
                kept = kept[(kept // 10 ** (16 - at)) % 10 == int(shown[at])]
        if 17 in shown:
            head = sum(weight * digit for weight, digit in zip(WEIGHTS, digits))
            total = head + sum(WEIGHTS[14 + n] * ((kept // 10 ** (2 - n)) % 10) for n in range(3))
            kept = kept[np.array(list("10X98765432"))[total % 11] == shown[17]]
        count += len(kept)
        if count >= LEAST:
            return count
    return count


def age_on(born: date, day: date) -> int:
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def test_the_count_finds_what_could_be_completed() -> None:
    """The attack is one: on the mask of before and a birth date it would have found the person."""
    row = {
        "id_number_masked": "429999********0012",
        "sex": "男",
        "age": 52,
        "run_year": 2023,
        "summary": "出生于1970年3月4日",
    }
    assert agreeing([row]) <= 1
    assert agreeing([row | {"id_number_masked": "429999************"}]) == 500
    assert agreeing([row | {"id_number_masked": "429999************", "summary": ""}]) >= LEAST
