"""Nights that the brake holds, as an operator meets them: told, looked at, released, or set right."""

import json
import shutil
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from acceptance.test_ledger import clues, give_back
from deliveries import HEAD, deliver
from huimin.cli import run
from huimin.errors import HELD
from huimin.nights.replay import replay_run
from huimin.store.root import Root
from huimin.upkeep.verify import verify
from nights import PROJECT, run_night, table
from returns import FOUND, read_rows

OTHER_DEATH = {"deaths/死亡人员20230802.csv": f"姓名,身份证号,死亡日期,信息来源\n张三,{HEAD},2023-06-15,公安\n"}
"""Another register: who was dead is not, who was not is."""


@pytest.fixture(scope="module")
def held_night(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, str]:
    """A root, the run that is its latest, and the one after it, which is held."""
    root = tmp_path_factory.mktemp("district") / "root"
    deliver(root)
    (root / "state").mkdir()
    (root / "state" / "policy.toml").write_text("[brake_clues]\n[[brake_clues.values]]\nvalue = 0\n")
    first = run_night(root)
    give_back(root, {"deceased": FOUND}).rename(place_in(root / "inbox" / "verification") / "甲街道.xlsx")
    deliver(root, OTHER_DEATH)
    second = run_night(root, date(2023, 8, 23))
    assert (first.exit_code, second.exit_code) == (0, HELD)
    return root, first.run, second.run


def place_in(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture
def root(held_night: tuple[Path, str, str], tmp_path: Path) -> Path:
    return shutil.copytree(held_night[0], tmp_path / "root", symlinks=True)


def huimin(root: Path, *words: str) -> int:
    return run([*words, "--root", str(root)])


def test_it_is_published_whole_and_nothing_moves(held_night: tuple[Path, str, str]) -> None:
    root, first, second = held_night
    assert Root(root).latest() == first
    assert (root / "restricted" / "latest").readlink().name == first
    assert verify(root, second) == ()
    assert replay_run(Root(root), PROJECT, second).different == ()
    assert json.loads((root / "published" / second / "manifest.json").read_text())["held"] is True


def test_the_report_says_so_first(held_night: tuple[Path, str, str]) -> None:
    root, first, second = held_night
    page = (root / "published" / second / "report.html").read_text()
    assert page.index("本次运行暂缓发布") < page.index('class="tiles"')
    assert f"<td>规则 {PROJECT.rules['deceased'].title}</td>" in page
    assert "huimin release" in page
    assert "死亡人员20230802.csv" in page
    assert "暂缓发布" not in (root / "published" / first / "report.html").read_text()


def test_returned_workbooks_are_taken_and_answered(held_night: tuple[Path, str, str]) -> None:
    root, _, second = held_night
    (answer,) = (root / "restricted" / second / "workbooks" / "answers").glob("*.xlsx")
    assert {row["收件结果"] for row in read_rows(answer)} >= {"已收"}
    assert len(list((root / "state" / "verification").glob("0*"))) == 1


def test_the_next_night_goes_on_from_the_latest_and_is_held_too(root: Path) -> None:
    first = Root(root).latest()
    third = run_night(root, date(2023, 8, 24))
    assert third.exit_code == HELD
    assert Root(root).latest() == first
    # what came back the night before is in its ledger all the same
    assert "查实" in table(third, "ledger")["state"].to_list()


def test_released_it_is_the_latest_and_the_next_night_goes_on_from_it(
    held_night: tuple[Path, str, str], root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _, first, second = held_night
    assert huimin(root, "release", second, "--why", "  ") == 2
    assert huimin(root, "release", first, "--why", "核对过") == 2
    assert "the latest already" in capsys.readouterr().err
    assert huimin(root, "release", "20230101T000000-000000", "--why", "核对过") == 2
    assert huimin(root, "release", second, "--why", "核对过，名册属实") == 0
    assert Root(root).latest() == second
    assert (root / "restricted" / "latest").readlink().name == second
    (line,) = [
        json.loads(text) for text in (root / "state" / "audit.jsonl").read_text().splitlines() if "release" in text
    ]
    assert (line["run"], line["why"]) == (second, "核对过，名册属实")
    assert line["who"]
    assert huimin(root, "release", second, "--why", "再来") == 2
    third = run_night(root, date(2023, 8, 24))
    assert third.exit_code == 0
    assert Root(root).latest() == third.run
    assert table(third, "changes").is_empty()


def test_a_wrong_register_withdrawn_all_is_as_before_and_the_held_run_is_past(
    held_night: tuple[Path, str, str], root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _, _, second = held_night
    before = clues(root)
    deliveries = {row["file"]: row for row in table_of(root, second)}
    assert huimin(root, "withdraw", deliveries["死亡人员20230802.csv"]["delivery"], "--why", "送错了") == 0
    third = run_night(root, date(2023, 8, 24))
    assert third.exit_code == 0
    assert clues(root) == before
    assert {row["file"]: row["status"] for row in table(third, "deliveries").to_dicts()}[
        "死亡人员20230802.csv"
    ] == "withdrawn"
    capsys.readouterr()
    assert huimin(root, "release", second, "--why", "核对过") == 2
    assert "has become the latest since" in capsys.readouterr().err


def table_of(root: Path, run_id: str) -> list[dict[str, str]]:
    return pl.read_parquet(root / "published" / run_id / "deliveries.parquet").to_dicts()
