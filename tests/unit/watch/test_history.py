"""Which counts are far from their history."""

from pathlib import Path

import polars as pl
import pytest

from huimin.store.root import Root
from huimin.watch.history import FarCount, compared_with_history, is_far


@pytest.mark.parametrize(
    ("before", "near", "far"),
    [
        ([0] * 7, 4, 5),  # nothing ever: the spread is 1
        ([100] * 7, 140, 141),  # never moved: what counting by chance gives
        ([100] * 7, 60, 59),
        ([80, 90, 100, 110, 120, 100, 100], 159, 160),  # deviation 10, spread 14.826
        ([100] * 6 + [5000], 140, 141),  # one night gone wrong moves neither median nor spread
    ],
)
def test_a_count_is_far_beyond_four_spreads_of_its_median(before: list[int], near: int, far: int) -> None:
    assert not is_far(near, before)
    assert is_far(far, before)


def published(root: Root, counts: list[dict[str, int]]) -> str:
    """Runs with these clues by rule, each also its item's; the id of the last."""
    names = [f"202611{day:02}T020000-1a2b3c" for day in range(1, len(counts) + 1)]
    for at, (name, clues) in enumerate(zip(names, counts)):
        folder = root.published / name
        folder.mkdir(parents=True)
        rules = {"rule": list(clues), "status": ["ran"] * len(clues), "clues": list(clues.values())}
        pl.DataFrame(rules, schema_overrides={"clues": pl.Int64}).write_parquet(folder / "rules.parquet")
        items = pl.DataFrame({"item": ["car", None], "clues": [sum(clues.values()), sum(clues.values())]})
        items.filter(pl.col("clues") > 0).write_parquet(folder / "statistics.parquet")
        pl.DataFrame({"run": names[: at + 1]}).write_parquet(folder / "trend.parquet")
    return names[-1]


def test_rules_and_items_far_from_the_runs_before_are_named(tmp_path: Path) -> None:
    last = published(Root(tmp_path), [{"deceased": 10, "car": 3}] * 7 + [{"deceased": 60, "car": 3}])
    found = compared_with_history(Root(tmp_path), last)
    assert found.is_judged
    assert found.far == (FarCount("rule", "deceased", 60, 10, 7), FarCount("item", "car", 63, 13, 7))


def test_with_too_little_history_nothing_is_judged(tmp_path: Path) -> None:
    last = published(Root(tmp_path), [{"deceased": 10}] * 6 + [{"deceased": 600}])
    found = compared_with_history(Root(tmp_path), last)
    assert (found.is_judged, found.runs, found.far) == (False, 6, ())


def test_a_rule_that_is_new_or_did_not_run_is_not_judged_and_an_item_that_emptied_is(tmp_path: Path) -> None:
    last = published(Root(tmp_path), [{"deceased": 100}] * 7 + [{"new": 0}])
    assert compared_with_history(Root(tmp_path), last).far == (FarCount("item", "car", 0, 100, 7),)


def test_runs_that_retention_removed_are_no_history(tmp_path: Path) -> None:
    root = Root(tmp_path)
    last = published(root, [{"deceased": 10}] * 8)
    for place in (root.published / "20261101T020000-1a2b3c").iterdir():
        place.unlink()
    (root.published / "20261101T020000-1a2b3c").rmdir()
    assert compared_with_history(root, last).runs == 6
