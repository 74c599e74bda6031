"""What other monitors read of a night."""

import json
import stat
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from deliveries import deliver
from huimin.errors import ContractError, PublishError, UnforeseenFault
from huimin.language import _
from huimin.nights.run import run_night
from huimin.store.root import Root
from huimin.watch.last_run import LAST_RUN, kept, last_run
from huimin.zone import HERE
from nights import night


def kept_night(root: Path) -> str:
    """The run's id of a night that is kept in the file."""
    tonight, now = night(root), datetime.now(HERE)
    with kept(tonight, now) as ends:
        running = last_run(tonight.root)
        assert running is not None
        assert (running.run, running.state, running.exit_code, running.ended_at) == (tonight.run, "运行中", None, None)
        published = run_night(tonight, now)
        ends(published, published.headline({}))
    return tonight.run


def test_before_the_first_night_there_is_none(tmp_path: Path) -> None:
    assert last_run(Root(tmp_path)) is None


def test_a_night_is_told_from_begin_to_end(tmp_path: Path) -> None:
    deliver(tmp_path)
    run = kept_night(tmp_path)
    place = tmp_path / LAST_RUN
    assert stat.S_IMODE(place.stat().st_mode) == 0o644
    told = json.loads(place.read_text("utf-8"))
    assert (told["run"], told["run_date"], told["state"], told["exit_code"]) == (run, "2023-08-22", "完成", 0)
    assert (
        told["message"]
        == "接收 5 份（新 5），在用 4 份；新拒收 1 份；80 条规则未运行；线索 2 条（新增 2，变化 0，消失 0）"
    )
    assert (told["counts"]["clues"], told["counts"]["refused"], told["counts"]["held"]) == (2, 1, 0)
    assert (told["last_good_run"], told["last_good_at"]) == (run, told["ended_at"])
    assert datetime.now(HERE) - datetime.fromisoformat(told["ended_at"]) < timedelta(minutes=5)


@pytest.mark.parametrize(
    ("fault", "exit_code", "state", "message"),
    [
        (ContractError("state/limits.toml", _("{key}: unknown key", key="seconds"), "…"), 10, "Failed",
         "state/limits.toml：seconds：不认识的键"),
        (UnforeseenFault("KeyError at match.py:3"), 1, "Failed", "KeyError at match.py:3"),
        (ValueError("张三 429999196001010013"), 1, "Failed", "ValueError"),
        (KeyboardInterrupt(), 130, "中断", "运行：被中止，最新一次的结果不变"),
    ],
    ids=["an error of the user's", "a fault of ours", "a message that quotes a cell", "stopped by hand"],
)  # fmt: skip
def test_a_night_that_fails_says_so_and_which_was_the_last_good_one(
    tmp_path: Path, fault: BaseException, exit_code: int, state: str, message: str
) -> None:
    deliver(tmp_path)
    good = kept_night(tmp_path)
    with pytest.raises(type(fault)), kept(night(tmp_path), datetime.now(HERE)):
        raise fault
    told = last_run(Root(tmp_path))
    assert told is not None
    assert (told.exit_code, told.state, told.message, told.counts) == (exit_code, state, message, {})
    assert told.fix == getattr(fault, "fix", "")
    assert told.last_good_run == good
    assert told.ended_at is not None


def test_a_night_without_anything_usable_is_not_good(tmp_path: Path) -> None:
    (tmp_path / "inbox").mkdir()
    kept_night(tmp_path)
    told = last_run(Root(tmp_path))
    assert told is not None
    assert (told.exit_code, told.state, told.last_good_run) == (11, "Failed", None)
    assert told.message.startswith("没有可用的交付")


def test_a_run_of_some_rules_leaves_it_alone(tmp_path: Path) -> None:
    deliver(tmp_path)
    some = night(tmp_path, date(2023, 8, 22), only=("deceased",))
    with kept(some, datetime.now(HERE)) as ends:
        ends(run_night(some, datetime.now(HERE)), "")
    assert last_run(Root(tmp_path)) is None


def test_a_file_that_is_none_is_told(tmp_path: Path) -> None:
    (tmp_path / LAST_RUN).write_text('{"run": 1}')
    with pytest.raises(PublishError, match="cannot be read"):
        last_run(Root(tmp_path))
