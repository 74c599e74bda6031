"""``huimin sample`` as it is typed."""

import json
import shutil
from pathlib import Path

import pytest

from deliveries import person
from huimin.cli import run
from huimin.cli.app import output
from huimin.errors import PublishError
from huimin.ledger.records import records_of
from huimin.sampling.drawing import draw_again
from huimin.store.root import Root
from nights import run_night
from unit.sampling.small_ledger import asked, draw, published
from unit.sampling.test_frame import district
from unit.work_database import contracts


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Root:
    folder = tmp_path_factory.mktemp("district")
    district(folder)
    run_night(folder)
    return Root(folder)


def typed(root: Root, *words: str) -> int:
    return run(["sample", *words, "--root", str(root.path)])


def test_a_plan_is_a_table_and_workbooks_without_a_name_on_the_screen(
    root: Root, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert typed(root, "--kind", "spot", "--seed", "4", "-o", str(tmp_path / "抽查表")) == 0
    told = capsys.readouterr()
    assert "丁街" in told.out
    assert f"ledger of {root.latest()}+" in told.out
    assert "人0之" not in told.out + told.err
    assert person("19500101", 0) not in told.out + told.err
    books = sorted((tmp_path / "抽查表").glob("*.xlsx"))
    assert [book.name for book in books] == [f"抽查_{street}.xlsx" for street in ("丁街", "丙街", "乙街", "甲街")]
    assert all(book.stat().st_mode & 0o077 == 0 for book in books)
    assert all(str(book) in told.out for book in books)


def test_withdrawn_and_closed_plans_are_listed(
    root: Root, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(output, "_width", 200)

    def say(*words: str) -> object:
        capsys.readouterr()
        assert typed(root, *words, "--json") == 0
        return json.loads(capsys.readouterr().out)

    first = say("--kind", "visits", "--seed", "1")
    assert isinstance(first, dict)
    folder = root.restricted / "plans" / first["plan"]
    assert len(first["workbooks"]) == len(list(folder.iterdir())) == 3
    second = say("--kind", "visits", "--seed", "2")
    assert isinstance(second, dict)
    assert not folder.exists(), "nobody fills in what was withdrawn"
    closed = say("--close", second["plan"], "--reason", "改期")
    assert isinstance(closed, list)
    assert (closed[0]["plan"], closed[0]["status"]) == (second["plan"], "closed")
    listed = say("--list")
    assert isinstance(listed, list)
    status = {plan["plan"]: plan["status"] for plan in listed}
    assert (status[first["plan"]], status[second["plan"]]) == ("withdrawn", "closed")
    assert typed(root, "--list") == 0
    assert first["as_of"] in capsys.readouterr().out


@pytest.mark.parametrize(
    "words",
    [
        (), ("--kind", "nosuch"), ("--kind", "recheck", "--rate", "0.1"), ("--kind", "spot", "--rate", "x"),
        ("--kind", "visits", "--rate", "2"), ("--kind", "recheck", "--seed", "x"), ("--close", "000009-aaaaaaaaaaaa"),
        ("--close", "000009-aaaaaaaaaaaa", "--reason", "无"), ("--kind", "spot", "--as-of", "yesterday"),
    ],
    ids=" ".join,
)  # fmt: skip
def test_wrong_use(root: Root, words: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    before = len(records_of(root))
    assert typed(root, *words) == 2
    told = capsys.readouterr()
    assert told.err or told.out
    assert "Traceback" not in told.out + told.err
    assert len(records_of(root)) == before


def test_nobody_to_draw_is_all_well(root: Root, capsys: pytest.CaptureFixture[str]) -> None:
    assert typed(root, "--kind", "recheck", "--json") == 0
    assert json.loads(capsys.readouterr().out)["plan"] is None


def test_before_the_first_run(tmp_path: Path) -> None:
    Root(tmp_path).prepare()
    assert typed(Root(tmp_path), "--kind", "visits") == 2
    assert typed(Root(tmp_path), "--list") == 0


def test_a_run_without_cards_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert typed(published(tmp_path), "--kind", "recheck") == 14
    assert "huimin run" in capsys.readouterr().err


def test_rosters_that_are_gone_draw_nobody(root: Root, tmp_path: Path) -> None:
    copy = Root(tmp_path / "copy")
    shutil.copytree(root.path, copy.path, symlinks=True)
    plan = draw(copy, "spot", "0.3", 4)
    shutil.rmtree(next((copy.standard / "rural_dibao").iterdir()))
    with pytest.raises(PublishError, match="no longer as they were"):
        draw_again(copy, contracts(), asked("visits", "1"), f"{copy.latest()}+0")
    assert draw_again(copy, contracts(), asked("spot", "0.3", 4), plan.as_of).drawn.height == plan.drawn
