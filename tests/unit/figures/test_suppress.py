"""Cells that are hidden beside small counts: as few as protect them, and none that everybody knows."""

from pathlib import Path

import pytest

from huimin.errors import PublishError
from huimin.figures.suppress import CountCell, bounds_of, hidden_cells


def row(*values: int, width: int = 5) -> tuple[list[CountCell], list[dict[int, int]]]:
    """Cells and their total, which comes last."""
    cells = [CountCell(value, width, value < width) for value in (*values, sum(values))]
    return cells, [{**dict.fromkeys(range(len(values)), 1), len(values): -1}]


@pytest.mark.parametrize(
    ("values", "hidden"),
    [
        ((8, 20, 30), set()),
        ((5, 20, 30), set()),
        ((4, 20, 30), {0, 1}),
        ((4, 3, 30), {0, 1}),
        ((2, 1, 9, 30), {0, 1, 2}),
        ((0, 20, 30), {0, 1}),
        ((1, 2, 0), {0, 1, 2, 3}),
    ],
    ids=[
        "none is small", "the minimum itself is shown", "one needs another", "two protect each other",
        "two that do not are helped by the cheapest", "nothing is small too", "where all is small the total is",
    ],
)  # fmt: skip
def test_a_row_hides_what_is_small_and_the_least_beside_it(values: tuple[int, ...], hidden: set[int]) -> None:
    assert hidden_cells(*row(*values)) == hidden


def test_a_table_protects_its_rows_and_its_columns() -> None:
    rows = [[3, 20, 30], [40, 50, 60], [70, 80, 90]]
    cells = [CountCell(value, 5, value < 5) for line in rows for value in line]
    at = [[3 * line + column for column in range(3)] for line in range(3)]
    lines = [*at, *map(list, zip(*at, strict=True))]
    sums = []
    for line in lines:
        cells.append(CountCell(sum(cells[place].value for place in line), 5))
        sums.append({**dict.fromkeys(line, 1), len(cells) - 1: -1})
    hidden = hidden_cells(cells, sums)
    assert 0 in hidden
    for line in lines[:1] + lines[3:4]:
        assert len(hidden & {*line}) > 1
    assert all(highest - lowest >= 5 for lowest, highest in bounds_of(cells, sums, hidden).values())


def test_what_everybody_knows_is_not_hidden_in_vain() -> None:
    cells, sums = row(3, 20, 30)
    cells[1] = CountCell(20, 5, is_known=True)
    assert hidden_cells(cells, sums) == {0, 2}


def test_where_everything_else_is_known_nothing_is_posted() -> None:
    cells, sums = row(3, 20)
    cells[1:] = [CountCell(cell.value, 5, is_known=True) for cell in cells[1:]]
    with pytest.raises(PublishError, match="small counts cannot be hidden"):
        hidden_cells(cells, sums)


def test_money_is_hidden_as_widely_as_it_is_asked_for() -> None:
    money = [CountCell(value, 2_500, value < 2_500) for value in (1_500, 2_600, 9_000_000, 9_004_100)]
    hidden = hidden_cells(money, [{0: 1, 1: 1, 2: 1, 3: -1}])
    assert hidden == {0, 1}
    assert bounds_of(money, [{0: 1, 1: 1, 2: 1, 3: -1}], hidden)[0] == pytest.approx((0, 4_100))


def test_where_nothing_is_hidden_there_is_nothing_to_bound() -> None:
    cells, sums = row(8, 20)
    assert bounds_of(cells, sums, ()) == {}
    assert bounds_of([], [], ()) == {}


def test_the_solver_leaves_nothing_where_the_command_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert hidden_cells(*row(4, 20, 30)) == {0, 1}
    assert list(tmp_path.iterdir()) == []


def test_a_sum_taken_back_can_be_below_nothing() -> None:
    cells = [CountCell(-50, 5, is_small=True), CountCell(80, 5), CountCell(30, 5)]
    assert len(hidden_cells(cells, [{0: 1, 1: 1, 2: -1}])) > 1
