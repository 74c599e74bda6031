"""How a root stands: the cases that somebody must act on, and those in which nobody must."""

import json
import re
import shutil
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from acceptance.test_held import OTHER_DEATH
from deliveries import deliver, person
from huimin.cli import run
from huimin.errors import ContractError
from huimin.language import in_chinese
from huimin.nights.run import run_night
from huimin.store.root import Root
from huimin.watch.last_run import RUNNING, LastRun, kept, last_run, write_last_run
from huimin.watch.status import Status, status_of
from huimin.zone import HERE
from nights import night


@pytest.fixture(scope="module")
def held_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A root whose second night is held."""
    root = tmp_path_factory.mktemp("district") / "root"
    deliver(root)
    (root / "state").mkdir()
    (root / "state" / "policy.toml").write_text("[brake_clues]\n[[brake_clues.values]]\nvalue = 0\n")
    one_night(root)
    shutil.copy2(root / "last_run.json", root.parent / "good.json")
    deliver(root, OTHER_DEATH)
    one_night(root, date(2023, 8, 23))
    return root


@pytest.fixture(autouse=True)
def chinese(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUIMIN_LANG", "zh")


def one_night(root: Path, day: date = date(2023, 8, 22)) -> None:
    now, tonight = datetime.now(HERE), night(root, day)
    with kept(tonight, now) as ends:
        published = run_night(tonight, now)
        ends(published, published.headline({}))


def after_the_good_night(held_root: Path) -> tuple[Root, LastRun]:
    root = Root(held_root)
    shutil.copy2(held_root.parent / "good.json", held_root / "last_run.json")
    last = last_run(root)
    assert last is not None and last.ended_at is not None
    return root, last


def stands(root: Root, hours: float = 1) -> Status:
    last = last_run(root)
    assert last is not None
    return status_of(root, (last.ended_at or last.began_at) + timedelta(hours=hours))


def test_a_held_run_waits_until_it_is_released_or_another_is_the_latest(
    held_root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = Root(shutil.copytree(held_root, tmp_path / "root", symlinks=True))
    found = stands(root)
    assert (found.exit_code, found.held) == (16, found.last and found.last.run)
    assert in_chinese(next(found.steps())).startswith(f"核对变动后放行：huimin release {found.held}")
    assert run(["status", "--root", str(root.path)]) == 16
    shown = capsys.readouterr().out
    assert f"待放行    {found.held}" in shown
    assert "与上次相差过大" in shown
    assert run(["release", str(found.held), "--why", "核对过", "--root", str(root.path)]) == 0
    assert (stands(root).exit_code, stands(root).held) == (0, None)
    capsys.readouterr()
    assert run(["status", "--root", str(root.path)]) == 0
    assert "（退出码 16），已放行，" in capsys.readouterr().out


def test_after_a_good_night_nothing_is_to_be_done_but_what_departments_must_correct(
    held_root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(held_root, tmp_path / "root", symlinks=True)
    shutil.copy2(held_root.parent / "good.json", tmp_path / "good.json")
    root, last = after_the_good_night(tmp_path / "root")
    found = stands(root)
    assert (found.exit_code, found.in_force, found.stale, found.kept_out) == (0, 4, 0, ())
    assert [step.split("：")[0] for step in map(in_chinese, found.steps())] == ["请部门改正拒收的文件"]
    assert run(["status", "--root", str(root.path), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["last"]["run"], told["latest"], told["exit_code"]) == (last.run, last.run, 0)


def test_a_slip_in_the_calendar_hides_nothing_of_the_night(held_root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root, last = after_the_good_night(held_root)
    calendar = root.calendar()
    calendar.write_text('[urban_dbao]\ndue = "5 days"\n', "utf-8")
    try:
        assert run(["status", "--root", str(root.path)]) == 10
    finally:
        calendar.unlink()
    told = capsys.readouterr()
    assert re.search(f"^上次运行  {last.run} 完成", told.out)
    assert "calendar.toml：urban_dbao：没有这个名册" in told.err and "urban_dibao（与 urban_dbao 最接近）" in told.err


@pytest.mark.parametrize(("hours", "is_late"), [(26.0, False), (26.1, True)])
def test_a_night_is_late_after_the_hours_that_are_set(tmp_path: Path, hours: float, is_late: bool) -> None:
    root = Root(tmp_path)
    last = LastRun("r", date(2023, 8, 22), "完成", 0, "", *[datetime.now(HERE)] * 2)
    write_last_run(root, last)
    found = stands(root, hours)
    assert (found.is_late, found.exit_code) == (is_late, int(is_late))
    root.state.mkdir()
    root.settings().write_text("late_after_hours = 2\n")
    assert stands(root, 2.1).is_late
    root.settings().write_text("late_after_hours = 0\n")
    with pytest.raises(ContractError, match="late_after_hours: not a whole number above 0"):
        stands(root)


def test_a_night_whose_process_died_is_no_running_one(tmp_path: Path) -> None:
    root = Root(tmp_path)
    root.prepare()
    write_last_run(root, LastRun("r", date(2023, 8, 22), RUNNING, None, "", datetime.now(HERE)))
    with root.hold():
        found = stands(root)
        assert (found.is_interrupted, found.exit_code) == (False, 0)
    found = stands(root)
    assert (found.is_interrupted, found.exit_code) == (True, 1)
    assert in_chinese(next(found.steps())).startswith("上次运行的进程已终止")


@pytest.mark.parametrize(
    ("code", "fix", "step"),
    [
        (1, "", "排除后再运行"),
        (10, "write a number", "排除后再运行：write a number"),
        (11, "", "改正或补交后再运行：huimin plan 逐份说明问题"),
        (13, "lower the limit", "排除后再运行：lower the limit"),
        (14, "free some space", "排除后再运行：free some space"),
        (130, "再运行一次，或等下一夜", "上次运行被中止：再运行一次，或等下一夜"),
    ],
)
def test_after_a_fault_the_status_ends_as_the_night_did(tmp_path: Path, code: int, fix: str, step: str) -> None:
    root = Root(tmp_path)
    now = datetime.now(HERE)
    write_last_run(root, LastRun("r", date(2023, 8, 22), "Failed", code, "state/x: wrong", now, now, fix=fix))
    found = stands(root)
    assert found.exit_code == code
    assert [*map(in_chinese, found.steps())] == [step]


def test_a_root_without_a_night_says_how_to_begin(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["status", "--root", str(tmp_path)]) == 1
    assert "还没有运行过" in capsys.readouterr().out


def test_a_delivery_that_is_kept_out_is_named_until_it_is_replaced(tmp_path: Path) -> None:
    heading = "姓名,身份证号,户号,户籍状态,街道\n"
    people = [f"张三,{person('19700101', number)},H{number},正常,甲街道\n" for number in range(1, 21)]
    deliver(tmp_path, {"population/户籍20230801.csv": heading + "".join(people)})
    one_night(tmp_path)
    deliver(tmp_path, {"population/户籍20230802.csv": heading + people[0]})
    one_night(tmp_path)
    found = stands(Root(tmp_path))
    assert (found.exit_code, found.stale) == (12, 1)
    (told,) = found.kept_out
    number = re.fullmatch(r"population/户籍20230802\.csv（编号 ([0-9a-f]{16})）", in_chinese(told))
    assert number and (tmp_path / "standard" / "population" / number[1]).is_dir()
    assert in_chinese(next(found.steps())).startswith("请部门重新报送，或核对后采用：huimin admit")
    deliver(tmp_path, {"population/户籍20230803.csv": heading + "".join(people)})
    one_night(tmp_path)
    assert stands(Root(tmp_path)).kept_out == ()
