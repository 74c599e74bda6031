"""A roster and a rule laid down new: what is still to be written is said, and once it is written they run."""

import json
import shutil
from pathlib import Path

import pytest

from huimin.cli import run
from huimin.errors import ContractError
from huimin.project import Project
from nights import CHECKOUT


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with one rule."""
    shutil.copytree(CHECKOUT / "expectations", tmp_path / "expectations")
    shutil.copytree(CHECKOUT / "rules" / "views", tmp_path / "rules" / "views")
    for place in ("rules/policy.toml", "rules/deceased.sql"):
        shutil.copy(CHECKOUT / place, tmp_path / place)
    return tmp_path


def told(capsys: pytest.CaptureFixture[str], code: int, *words: str) -> str:
    assert run([*words]) == code
    said = capsys.readouterr()
    return said.out if code == 0 else said.err


def fill(place: Path) -> None:
    place.write_text(place.read_text("utf-8").replace("待填：", "").replace("待填", ""), "utf-8")


@pytest.mark.parametrize(
    ("kind", "period"),
    [("benefit", "month"), ("benefit", "term"), ("benefit", "year"), ("benefit", "event"), ("register", "register")],
)
def test_a_new_roster_says_what_is_to_be_written_and_then_reads_its_file(
    kind: str, period: str, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    at = ("--project", str(project))
    wanted = ("--kind", kind, *(("--period", period) if kind == "benefit" else ()))
    told(capsys, 0, "rosters", "new", "meals", "--title", "助餐补贴", "--department", "civil_affairs", *wanted, *at)
    assert "columns[" in told(capsys, 10, "rosters", "list", *at)
    fill(project / "expectations" / "meals.toml")
    assert Project(project).contracts["meals"].period == period
    file = project / "tests" / "rosters" / "meals" / "助餐补贴.csv"
    (read,) = json.loads(told(capsys, 0, "check", str(file), "--roster", "meals", "--json", *at))
    assert (read["rows_accepted"], read["rows_rejected"]) == (2, 1)


def test_every_key_that_is_to_be_written_is_named(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told(
        capsys,
        0,
        "rosters",
        "new",
        "meals",
        "--title",
        "待填",
        "--department",
        "civil_affairs",
        "--project",
        str(project),
    )
    with pytest.raises(ContractError, match=r"title: still to be written .*columns\[4\].titles: still to be written"):
        _ = Project(project).contracts


def test_a_new_rule_says_what_is_to_be_written_and_then_holds(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    at = ("--project", str(project))
    told(capsys, 0, "rules", "new", "after_death", "--title", "去世后领取", *at)
    said = told(capsys, 13, "rules", "test", "after_death", *at)
    assert all(f"{key} is still to be written" in said for key in ("basis", "ask", "mistaken_when", "the SQL"))
    assert said.endswith("try: put what it asks for in place of 待填 and the words behind it\n")
    fill(project / "rules" / "after_death.sql")
    assert "a case is still to be written" in told(capsys, 13, "rules", "test", "after_death", *at)
    fill(project / "tests" / "rules" / "after_death.toml")
    assert "2 cases, 0 failed" in told(capsys, 0, "rules", "test", "after_death", *at)


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (("rules", "new", "deceased", "--title", "再来"), "it is there already"),
        (("rules", "new", "After Death", "--title", "去世后领取"), "not an identifier"),
        (("rosters", "new", "tekun", "--title", "特困", "--department", "civil_affairs"), "it is there already"),
        (("rosters", "new", "meals", "--title", "助餐", "--department", "meals"), "no such department"),
    ],
    ids=["rule", "identifier", "roster", "department"],
)
def test_what_is_there_or_cannot_be_named_is_refused(
    words: tuple[str, ...], problem: str, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = sorted(project.rglob("*"))
    assert problem in told(capsys, 2, *words, "--project", str(project))
    assert sorted(project.rglob("*")) == before
