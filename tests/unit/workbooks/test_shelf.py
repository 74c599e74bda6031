"""Workbooks that are taken over from the run before, and those that are made again."""

import json
from datetime import date
from pathlib import Path

import pytest

from huimin.store.seal import sealed
from huimin.workbooks.shelf import BOOKS_FILE, BookContent, MadeBook, Shelf, books_in, of_night

FIRST = ("20230822T020000-abc123", date(2023, 8, 22))
SECOND = ("20230823T020000-abc124", date(2023, 8, 23))
BOOK = "街道_甲.xlsx"
ROWS = ("王一", date(2023, 8, 1), 500)


class Runs:
    """Two runs, each with a folder of books and what it wrote down of them."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.made: list[MadeBook] = []

    def run(self, name: str, facts: tuple[str, date], before: str | None = None, *values: object) -> Path:
        """The place of the run's one book."""
        folder = self.place / name / "workbooks"
        folder.mkdir(parents=True)
        past = self.place / before if before else None
        shelf = Shelf(*facts, books_in(past / BOOKS_FILE) if past else None, past and past / "workbooks")

        def write(made: MadeBook) -> None:
            self.made.append(made)
            (folder / BOOK).write_text(of_night(made.run, made.run_date))

        self.made = []
        shelf.put(folder / BOOK, BookContent("台账", *(values or ROWS)), write)
        shelf.leave(self.place / name / BOOKS_FILE)
        return folder / BOOK


@pytest.fixture
def runs(tmp_path: Path) -> Runs:
    runs = Runs(tmp_path)
    book = runs.run("first", FIRST)
    assert book.read_text() == "运行日 2023年8月22日　　批次 20230822T020000-abc123"
    return runs


def test_with_the_same_rows_it_is_the_file_of_the_run_before_and_names_that(runs: Runs) -> None:
    book = runs.run("second", SECOND, "first")
    assert runs.made == []
    assert book.samefile(runs.place / "first" / "workbooks" / BOOK)
    told = [(runs.place / run / BOOKS_FILE).read_bytes() for run in ("first", "second")]
    assert told[0] == told[1]


@pytest.mark.parametrize(
    "values",
    [
        pytest.param(("王一", date(2023, 8, 1), 501), id="an amount"),
        pytest.param(("王一", date(2023, 8, 2), 500), id="a day"),
        pytest.param(("王一", date(2023, 8, 1), "500"), id="a number told as text"),
        pytest.param((*ROWS, "李二"), id="one more"),
        pytest.param(ROWS[:2], id="one less"),
        pytest.param((ROWS[1], ROWS[0], ROWS[2]), id="in another order"),
    ],
)
def test_with_other_rows_it_is_made_by_this_run(runs: Runs, values: tuple[object, ...]) -> None:
    book = runs.run("second", SECOND, "first", *values)
    assert [(made.run, made.run_date) for made in runs.made] == [SECOND]
    assert not book.samefile(runs.place / "first" / "workbooks" / BOOK)


@pytest.mark.parametrize("harm", ["gone", "changed"])
def test_where_the_file_is_not_as_it_was_it_is_made_again_as_then(runs: Runs, harm: str) -> None:
    before = runs.place / "first" / "workbooks" / BOOK
    told = before.read_bytes()
    before.unlink()
    if harm == "changed":
        before.write_bytes(told + b" ")
    book = runs.run("second", SECOND, "first")
    assert book.read_bytes() == told
    assert [(made.run, made.run_date) for made in runs.made] == [FIRST]


@pytest.mark.parametrize(
    "harm", ["", "[]", "{}", *map(json.dumps, map(sealed, ({BOOK: 3}, {BOOK: {"run_date": "heute"}})))]
)
def test_of_what_cannot_be_read_nothing_is_known(runs: Runs, harm: str) -> None:
    (runs.place / "first" / BOOKS_FILE).write_text(harm)
    runs.run("second", SECOND, "first")
    assert [made.run for made in runs.made] == [SECOND[0]]


@pytest.mark.parametrize(("told", "instead"), [(FIRST[0], SECOND[0]), ("2023-08-22", "2023-08-21")])
def test_what_was_changed_by_hand_is_not_believed(runs: Runs, told: str, instead: str) -> None:
    place = runs.place / "first" / BOOKS_FILE
    place.write_text(place.read_text().replace(told, instead))
    book = runs.run("second", SECOND, "first")
    assert [(made.run, made.run_date) for made in runs.made] == [SECOND]
    assert not book.samefile(runs.place / "first" / "workbooks" / BOOK)


@pytest.mark.parametrize("by", ["version", "python_version", "ZLIB_RUNTIME_VERSION"])
def test_what_another_version_would_pack_otherwise_is_made_again(
    runs: Runs, monkeypatch: pytest.MonkeyPatch, by: str
) -> None:
    monkeypatch.setattr(f"huimin.workbooks.shelf.{by}", "0" if by.isupper() else lambda *_: "0")
    runs.run("second", SECOND, "first")
    assert [made.run for made in runs.made] == [SECOND[0]]


def test_rows_are_taken_in_as_they_pass() -> None:
    content = BookContent("台账")
    assert [*content.passing(iter(ROWS))] == [*ROWS]
    assert content.digest() == BookContent("台账", *ROWS).digest() != BookContent("台账").digest()


def test_books_are_told_apart_by_name_and_told_of_whole(runs: Runs) -> None:
    (name, made), *rest = books_in(runs.place / "first" / BOOKS_FILE).items()
    assert (name, rest) == (BOOK, [])
    assert (made.run, made.run_date, len(made.sha256)) == (*FIRST, 64)
