"""What two runs have in common and what not."""

from pathlib import Path
from typing import Any

from huimin.figures.changes import compare_runs
from huimin.tables.declared import CHANGES
from unit.ledger.test_fold import CAR, DAYS, DEAD, night
from unit.work_database import rows

LATER_CAR = CAR.replace("2023-03-01 | 2023-03-31 | 500 | 1", "2023-04-01 | 2023-04-30 | 700 | 9")


def changes(con: Any) -> list[tuple[object, ...]]:
    return rows(con, "select change, rule, item, street, what from changes")


def test_the_first_run_has_only_new_clues(tmp_path: Path) -> None:
    con, _ = night(DAYS[0], (CAR, DEAD), None, tmp_path)
    assert changes(con) == [("new", "car", "urban_dibao", "东街", None), ("new", "dead", "urban_dibao", "西街", None)]
    assert [(name, kind) for name, kind, *_ in rows(con, "describe changes")] == [
        (column.name, column.type) for column in CHANGES.columns
    ]


def test_the_same_again_changes_nothing(tmp_path: Path) -> None:
    _, ledger = night(DAYS[0], (CAR, DEAD), None, tmp_path)
    con, _ = night(DAYS[1], (CAR, DEAD), ledger, tmp_path)
    assert changes(con) == []


def test_changed_vanished_and_back(tmp_path: Path) -> None:
    _, ledger = night(DAYS[0], (CAR, DEAD), None, tmp_path)
    con, ledger = night(DAYS[1], (CAR, LATER_CAR), ledger, tmp_path)
    assert changes(con) == [
        ("changed", "car", "urban_dibao", "南街", "金额 500.00→1200.00；期间 1→2；证据有变"),
        ("vanished", "dead", "urban_dibao", "西街", None),
    ]
    con, ledger = night(DAYS[2], (CAR,), ledger, tmp_path)
    assert [row[:2] for row in changes(con)] == [("changed", "car")]
    con, _ = night(DAYS[3], (CAR, DEAD), ledger, tmp_path)
    assert [row[:2] for row in changes(con)] == [("new", "dead")]


def test_a_rule_that_did_not_run_has_no_changes(tmp_path: Path) -> None:
    _, ledger = night(DAYS[0], (CAR, DEAD), None, tmp_path)
    skipped = "rule | status\ncar | skipped\ndead | ran"
    con, ledger = night(DAYS[1], (DEAD,), ledger, tmp_path, skipped)
    assert changes(con) == []
    con, _ = night(DAYS[2], (CAR, DEAD), ledger, tmp_path)
    assert changes(con) == []


def published(con: Any, folder: Path) -> Path:
    """A published run's files as far as a comparison reads them."""
    for (name,) in rows(con, "select rule from rule_outcomes where status = 'ran'"):
        part = folder / "clues" / f"rule={name}"
        part.mkdir(parents=True)
        con.execute(f"copy (select * exclude (rule) from clues where rule = '{name}') to '{part}/part-0.parquet'")
    con.execute(f"copy ledger to '{folder}/ledger.parquet'")
    con.execute(f"copy (select rule, status from rule_outcomes) to '{folder}/rules.parquet'")
    return folder


def test_two_published_runs_by_rule_item_and_street(tmp_path: Path) -> None:
    first, ledger = night(DAYS[0], (CAR, DEAD), None, tmp_path)
    second, _ = night(DAYS[1], (CAR, LATER_CAR), ledger, tmp_path)
    runs = published(first, tmp_path / "a"), published(second, tmp_path / "b")
    found = compare_runs(*runs, {})
    assert found.columns == ["by", "value", "new", "continuing", "changed", "vanished"]
    assert found.rows() == [
        ("rule", "car", 0, 0, 1, 0),
        ("rule", "dead", 0, 0, 0, 1),
        ("item", "urban_dibao", 0, 0, 1, 1),
        ("street", "南街", 0, 0, 1, 0),
        ("street", "西街", 0, 0, 0, 1),
    ]
    assert [row[2:] for row in compare_runs(runs[0], runs[0], {}).rows()[:2]] == [(0, 1, 0, 0), (0, 1, 0, 0)]
    assert [row[2:] for row in compare_runs(runs[1], runs[0], {}).rows()[:2]] == [(0, 0, 1, 0), (1, 0, 0, 0)]
