"""A project: what it reads, when, and which one is meant."""

import json
import pickle
import shutil
from pathlib import Path

import pytest

import huimin.project
from flows.project import project_of
from huimin.cli import run
from huimin.errors import UsageError
from huimin.project import Project, open_project, own_project
from huimin.store.root import Root
from nights import CHECKOUT, PROJECT


@pytest.fixture(scope="module")
def smaller(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with one rule and its cases."""
    folder = tmp_path_factory.mktemp("smaller")
    shutil.copytree(CHECKOUT / "expectations", folder / "expectations")
    shutil.copytree(CHECKOUT / "rules" / "views", folder / "rules" / "views")
    (folder / "tests" / "rules").mkdir(parents=True)
    for place in ("rules/policy.toml", "rules/deceased.sql", "tests/rules/deceased.toml"):
        shutil.copy(CHECKOUT / place, folder / place)
    return folder


def test_each_part_is_read_when_it_is_asked_for_and_once(smaller: Path, tmp_path: Path) -> None:
    shutil.copytree(smaller, tmp_path, dirs_exist_ok=True)
    (tmp_path / "rules" / "deceased.sql").write_text("no rule")
    project = Project(tmp_path)
    contracts = project.contracts
    shutil.rmtree(tmp_path / "expectations")
    assert project.contracts is contracts
    assert "payments" in project.views


def test_another_process_gets_the_folder_and_reads_it_itself() -> None:
    assert PROJECT.contracts
    written = pickle.dumps(PROJECT)
    assert len(written) < 500
    assert pickle.loads(written) == PROJECT  # noqa: S301


def test_a_roots_own_values_stay_with_the_root(tmp_path: Path) -> None:
    key, parameter = next((k, p) for k, p in PROJECT.policy.parameters.items() if p.columns == (("value", "integer"),))
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / "policy.toml").write_text(f"[{key}]\nvalues = [{{ from = 1900-01-01, value = 77 }}]\n")
    assert [row[2] for row in PROJECT.policy_of(Root(tmp_path)).parameters[key].rows] == [77]
    assert PROJECT.policy.parameters[key] == parameter
    assert PROJECT.policy_of(Root(tmp_path / "another")).digest == PROJECT.policy.digest


@pytest.mark.parametrize("missing", ["expectations", "rules"])
def test_a_folder_without_contracts_or_rules_is_no_project(missing: str, smaller: Path, tmp_path: Path) -> None:
    shutil.copytree(smaller, tmp_path, dirs_exist_ok=True)
    assert open_project(tmp_path) == Project(tmp_path)
    shutil.rmtree(tmp_path / missing)
    with pytest.raises(UsageError, match="this is no project"):
        open_project(tmp_path)


def test_huimin_came_with_its_checkout_or_with_what_its_wheel_carries(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert own_project() == PROJECT
    package = tmp_path / "site-packages" / "huimin"
    monkeypatch.setattr(huimin.project, "files", lambda name: package)
    (package / "carried").mkdir(parents=True)
    assert own_project() == Project(package / "carried")


def test_the_option_comes_before_the_variable_and_that_before_its_own(
    smaller: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def listed(*words: str) -> int:
        assert run(["rules", "list", "--json", *words]) == 0
        return len(json.loads(capsys.readouterr().out))

    monkeypatch.delenv("HUIMIN_PROJECT", raising=False)
    assert listed() == len(PROJECT.rules)
    assert project_of(None) == PROJECT
    monkeypatch.setenv("HUIMIN_PROJECT", str(smaller))
    assert listed() == 1
    assert project_of(None) == Project(smaller)
    assert listed("--project", str(CHECKOUT)) == len(PROJECT.rules)
    assert project_of(str(CHECKOUT)) == PROJECT
    assert run(["rules", "list", "--project", str(tmp_path)]) == 2
    assert "this is no project" in capsys.readouterr().err


def test_the_cases_of_a_rule_are_its_projects(smaller: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["rules", "test", "--project", str(smaller)]) == 0
    assert "0 failed" in capsys.readouterr().out
    (smaller / "tests" / "rules" / "deceased.toml").unlink()
    assert run(["rules", "test", "--project", str(smaller)]) == 13
    assert "tests/rules/deceased.toml: there is no such file" in capsys.readouterr().err
