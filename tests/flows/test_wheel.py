"""The wheel, installed where nothing of the checkout is."""

import json
from pathlib import Path

import pytest

from alone import told
from nights import CHECKOUT

UV = CHECKOUT / ".tools" / "bin" / "uv"


def uv(*words: str | Path, folder: Path = CHECKOUT) -> str:
    """What uv prints; out of its cache where that has everything, so that no network is needed."""
    try:
        return told([UV, *words, "--offline", "--quiet"], folder)
    except AssertionError:
        return told([UV, *words, "--quiet"], folder)


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of an environment that has the wheel and the locked packages, and nothing else."""
    folder = tmp_path_factory.mktemp("wheel")
    locked, place = folder / "locked.txt", folder / "environment"
    uv("build", "--wheel", "--out-dir", folder)
    uv("export", "--locked", "--no-default-groups", "--no-emit-project", "--output-file", locked)
    uv("venv", place)
    uv("pip", "install", "--python", place, "--requirements", locked)
    (wheel,) = folder.glob("*.whl")
    uv("pip", "install", "--python", place, "--no-deps", wheel)
    uv("pip", "check", "--python", place)
    return place / "bin"


@pytest.mark.slow
@pytest.mark.long
@pytest.mark.timeout(1800)
def test_the_wheel_runs_in_an_empty_folder(installed: Path, tmp_path: Path) -> None:
    home = str(tmp_path / "prefect")
    here = tmp_path / "here"
    here.mkdir()
    command = [installed / "huimin", "demo", "--population", "300", "--json"]
    demo = json.loads(told(command, here, PREFECT_HOME=home))
    assert demo["clues"] > 0
    assert [place.name for place in here.iterdir()] == ["data"]
    root = ["--root", str(here / "data" / "demo")]
    assert "byte-identical" in told([installed / "huimin", "replay", demo["run"], *root], here)
    found = json.loads(told([installed / "huimin", "rules", "test", "deceased", "--json"], here))
    assert (found["cases"] > 0, found["failed"]) == (True, [])
