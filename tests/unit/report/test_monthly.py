"""The monthly report of a root: which run, which decisions, where, and when there is none."""

import json
import shutil
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from deliveries import HEAD, WIFE, deliver
from huimin.cli import run as command
from huimin.errors import UsageError
from huimin.ledger.records import Decision, append, held
from huimin.nights.published_run import PublishedRun
from huimin.report import write_monthly
from huimin.report.month import days_of, gather_edition
from huimin.store.root import Root
from nights import PROJECT, run_night, table
from unit.report_world import RUN_DATE, worked_off
from unit.work_database import contracts

JULY, AUGUST, TODAY = date(2023, 7, 1), date(2023, 8, 1), date(2023, 9, 20)


def decide(root: Path, clue_id: str, day: date, **decision: object) -> None:
    """One record of one decision, taken in at noon of that day."""
    with held(Root(root)):
        one = Decision(kind="ledger", clue_id=clue_id, verified_on=day, **decision)
        append(Root(root), [one], datetime(day.year, day.month, day.day, 4, tzinfo=UTC))


def clue_of(published: PublishedRun, rule: str) -> str:
    ledger = table(published, "ledger")
    return ledger.row(by_predicate=pl.col("rule") == rule, named=True)["clue_id"]


@pytest.fixture(scope="module")
def settled(tmp_path_factory) -> Path:
    """Nights in July and August; one clue confirmed between them, one found untrue after the last night."""
    root = tmp_path_factory.mktemp("district")
    deliver(root)
    run_night(root, date(2023, 7, 5))
    deceased = clue_of(run_night(root, date(2023, 7, 30)), "deceased")
    found = {"outcome": "查实", "state": "查实", "due_amount": Decimal(500), "recovered_amount": Decimal(200)}
    decide(root, deceased, date(2023, 8, 2), **found)
    tekun = clue_of(run_night(root, date(2023, 8, 22)), "dibao_tekun")
    run_night(root, date(2023, 8, 23), only=("deceased",))
    decide(root, tekun, date(2023, 8, 30), outcome="查否", state="查否", cause="规则误报")
    decide(root, deceased, date(2023, 9, 5), recovered_amount=Decimal(500), state="已销号")
    return root


def figures(root: Path, month: date, today: date = TODAY) -> dict[str, tuple[str, str]]:
    written = write_monthly(Root(root), PROJECT, month, today)
    return {line.title: (line.month, line.ever) for line in written.lines}


def test_a_month_counts_its_own_and_what_it_adds_up_to(settled):
    assert figures(settled, AUGUST) == {
        "发现线索": ("1", "2"), "核查": ("2", "2"), "查实": ("1", "1"), "查否": ("1", "1"), "销号": ("0", "0"),
        "应追缴（万元）": ("0.05", "0.05"), "追缴到位（万元）": ("0.02", "0.02"),
    }  # fmt: skip
    assert figures(settled, JULY)["发现线索"] == ("1", "1")
    assert figures(settled, JULY)["核查"] == ("0", "0")


def test_it_is_of_the_last_complete_run_and_of_what_was_decided_until_the_month_or_the_day_ended(settled):
    written = write_monthly(Root(settled), PROJECT, AUGUST, TODAY)
    assert (written.run_date, written.decided_on) == (date(2023, 8, 22), date(2023, 8, 31))
    page = written.report.read_text(encoding="utf-8")
    assert "<b>0 <small>条</small></b><span>待核查" in page and "50.0%" in page
    assert "惠民政策落实监督月报 · 2023年8月" in page and "核查结果截至 2023-08-31" in page
    assert figures(settled, AUGUST, date(2023, 8, 29))["查否"] == ("0", "0")


def test_both_files_are_in_the_months_folder_or_where_they_are_asked_for(settled, tmp_path):
    written = write_monthly(Root(settled), PROJECT, AUGUST, TODAY)
    assert written.report == settled / "reports" / "2023-08" / "report.html"
    assert sorted(place.name for place in written.report.parent.iterdir()) == ["report.html", "report.xlsx"]
    other = write_monthly(Root(settled), PROJECT, AUGUST, TODAY, tmp_path / "a" / "b")
    assert other.workbook.read_bytes() == written.workbook.read_bytes()
    assert other.report.read_bytes() == written.report.read_bytes()


def test_the_runs_stay_as_they_were(settled):
    before = {place: place.stat().st_mtime_ns for place in (settled / "published").rglob("*")}
    write_monthly(Root(settled), PROJECT, AUGUST, TODAY)
    assert {place: place.stat().st_mtime_ns for place in (settled / "published").rglob("*")} == before


@pytest.mark.parametrize(
    ("month", "told"),
    [
        (date(2023, 6, 1), "no complete run"),
        (date(2023, 9, 1), "last one is of 2023-08-22"),
        (date(2023, 10, 1), "still to come"),
    ],
    ids=["before the first", "no run in it", "the future"],
)  # fmt: skip
def test_a_month_without_a_run_is_said(settled, month, told):
    with pytest.raises(UsageError, match=told):
        write_monthly(Root(settled), PROJECT, month, TODAY)


def test_a_run_of_before_there_were_such_tables_has_a_report_still(settled, tmp_path):
    root = tmp_path / "old"
    shutil.copytree(settled, root, symlinks=True)
    for run in (root / "published").glob("2*"):
        for name in ("progress", "trend", "rates", "coverage"):
            (run / f"{name}.parquet").unlink()
    assert figures(root, JULY)["发现线索"] == ("1", "1")


def test_nobody_is_named(settled):
    page = write_monthly(Root(settled), PROJECT, AUGUST, TODAY).report.read_text(encoding="utf-8")
    for secret in (HEAD, WIFE, "张三", "李四"):
        assert secret not in page


def test_the_command_writes_a_month_and_hands_out_the_latest_run(settled, tmp_path, capsys):
    root = ["--root", str(settled)]
    assert command(["report", "--month", "2023-08", *root]) == 0
    assert "reports/2023-08/report.html" in capsys.readouterr().out
    assert command(["report", "-o", str(tmp_path / "out"), "--json", *root]) == 0
    assert sorted(place.name for place in (tmp_path / "out").iterdir()) == ["report.html", "report.xlsx"]
    assert command(["report", *root]) == 0
    assert str(settled / "published") in capsys.readouterr().out
    for wrong in ("2023-13", "August", "2999-01", "2001-01"):
        assert command(["report", "--month", wrong, *root]) == 2
        assert "try:" in capsys.readouterr().err


def test_the_command_posts_a_month_in_which_the_few_are_hidden(settled, tmp_path, capsys):
    root = ["--root", str(settled)]
    assert command(["report", "--public", "--month", "2023-08", "--json", *root]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["month"], told["minimum"], told["decided_on"]) == ("2023-08", 5, "2023-08-31")
    assert told["hidden"] == told["cells"] > 0
    assert Path(told["report"]) == settled / "public" / "2023-08" / "report.html"
    assert command(["report", "--public", "--month", "2023-08", *root]) == 0
    assert "公示版 2023年8月" in capsys.readouterr().out
    assert command(["report", "--public", "--month", "2023-07", *root]) == 2
    assert "2023-08 is posted already" in capsys.readouterr().err
    assert command(["report", "--public", "-o", str(tmp_path), *root]) == 2
    assert "copy it from public/" in capsys.readouterr().err


def test_february_ends_when_it_ends():
    assert days_of(date(2024, 2, 5)).last == date(2024, 2, 29)
    assert days_of(date(2023, 12, 31)).last == date(2023, 12, 31)


def test_money_counts_in_the_month_in_which_it_was_set_right():
    edition = gather_edition(worked_off(), AUGUST, RUN_DATE, contracts())
    assert {line.title: (line.month, line.ever) for line in edition.lines} == {
        "发现线索": ("4", "5"), "核查": ("2", "3"), "查实": ("2", "2"), "查否": ("0", "1"), "销号": ("1", "1"),
        "应追缴（万元）": ("0.05", "0.14"), "追缴到位（万元）": ("0.08", "0.11"),
    }  # fmt: skip
