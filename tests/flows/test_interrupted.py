"""Nights that somebody ends in mid-step, or that find their root held: no fault, and nobody is warned."""

import logging
import os
import signal
import stat
import threading
from contextlib import closing
from pathlib import Path

import pytest
from prefect.states import StateType
from prefect.utilities.engine import capture_sigterm

from flows.ending import failed, overlapping
from huimin.errors import BusyError, HuiminError, InterruptedRun, RuleError, UnforeseenFault
from huimin.store.root import write_json
from huimin.tables.work import kept_whole, open_work
from tasks.guard import guarded

ENDLESS = "select count(*) from range(100000000) as a, range(100000) as b where (a.range * b.range) % 7 = 3"


@guarded
def query() -> None:
    with closing(open_work(None)) as con, kept_whole(con):
        con.execute(ENDLESS).fetchall()


def test_a_signal_during_a_query_ends_the_step_as_interrupted():
    ends = threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGTERM))
    with capture_sigterm():
        ends.start()
        with pytest.raises(InterruptedRun, match="被中止") as caught:
            query()
    assert caught.value.exit_code == 130


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        (KeyboardInterrupt(), InterruptedRun),
        (RuntimeError("Query interrupted"), UnforeseenFault),  # by nobody's signal
        (RuleError("rules/a.sql", "is wrong", "mend it"), RuleError),
        (SystemExit(3), SystemExit),
    ],
)
def test_only_what_a_signal_is_behind_counts_as_interrupted(fault, told):
    @guarded
    def step() -> None:
        raise fault

    with pytest.raises(told):
        step()


def test_a_step_within_a_step_tells_the_kind_and_place_of_the_first_fault():
    @guarded
    def step() -> None:
        {}["seven"]

    with pytest.raises(UnforeseenFault, match=rf"^KeyError at {__file__}:\d+$"):
        guarded(step)()


def test_whoever_ends_a_run_or_holds_its_root_makes_it_cancelled_in_a_chinese_sentence():
    ended = failed(InterruptedRun())
    assert (ended.type, ended.message) == (
        StateType.CANCELLED,
        "运行被中止，最新一次的结果不变；再运行一次，或等下一夜",
    )
    busy = overlapping(BusyError("root", "another run holds this root (process 7)", "wait"))
    assert busy.type == StateType.CANCELLED
    assert "另一次运行正占用这个数据根目录" in busy.message
    fault: HuiminError = BusyError("records", "are held", "wait")  # of a step: the night did begin
    assert failed(fault).type == StateType.FAILED


@pytest.mark.parametrize("umask", [0o000, 0o077])
def test_a_file_is_as_open_as_it_is_promised_under_a_workers_umask(tmp_path: Path, umask: int):
    before = os.umask(umask)
    try:
        write_json(tmp_path / "open.json", {}, mode=0o644)
        write_json(tmp_path / "closed.json", {})
    finally:
        os.umask(before)
    modes = [stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("open.json", "closed.json")]
    assert modes == [0o644, 0o600]


@pytest.mark.parametrize(
    ("line", "is_kept"),
    [
        ("Finished in state Completed()", False),
        ("Finished in state Failed('state/limits.toml')", True),
        ("已删除 3 份", True),
    ],
)
def test_no_line_of_the_log_says_only_that_a_task_completed(line: str, is_kept: bool) -> None:
    logger = logging.getLogger("prefect.task_runs")
    record = logger.makeRecord(logger.name, logging.INFO, __file__, 1, line, (), None)
    assert bool(logger.filter(record)) == is_kept
