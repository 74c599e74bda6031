"""The recipes of `docs/analysts.md` that can be run here: other tools open a published run as the page says."""

import asyncio
import re
import shlex
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from nights import CHECKOUT
from unit.published_run import published_run

PAGE = (CHECKOUT / "docs" / "analysts.md").read_text("utf-8")
LATEST = "data/published/latest"


@pytest.fixture
def latest(tmp_path: Path) -> Path:
    published_run(tmp_path)
    return tmp_path / "published" / "latest"


def recipe(tool: str, latest: Path) -> list[str]:
    """The tool's command line as the page has it, over that run."""
    (line,) = re.findall(rf"^\| {tool} \| `({tool.lower()} [^`]+)`", PAGE, re.MULTILINE)
    return shlex.split(line.replace(LATEST, str(latest)))


def test_python_opens_it(latest: Path) -> None:
    (block,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    said: dict[str, object] = {}
    exec(block.replace(LATEST, str(latest)).replace("con.sql(", "rows = con.sql("), said)  # noqa: S102
    rows = said["rows"]
    assert isinstance(rows, duckdb.DuckDBPyRelation) and len(rows.fetchall()) == 3


def test_polars_opens_it(latest: Path) -> None:
    import polars as pl

    (place,) = re.findall(r"pl\.read_parquet\(\"([^\"]+)\"\)", PAGE)
    assert pl.read_parquet(place.replace(LATEST, str(latest))).height == 3


@pytest.mark.long
def test_the_shell_of_duckdb_opens_it(latest: Path) -> None:
    words = recipe("DuckDB", latest)
    told = subprocess.run([*words, "-csv", "-c", "select count(*) as n from clues"], capture_output=True, text=True)
    assert (told.stdout.split(), told.stderr) == (["n", "3"], "")
    written = subprocess.run([*words, "-c", "delete from clues"], capture_output=True, text=True)
    assert written.returncode != 0 and "read-only" in written.stderr


@pytest.mark.long
def test_harlequin_answers_a_question(latest: Path) -> None:
    from harlequin import Harlequin
    from harlequin_duckdb import DuckDbAdapter

    command, only_read, place = recipe("harlequin", latest)
    assert shutil.which(command) and only_read == "--read-only"

    async def asked() -> list[object]:
        app = Harlequin(DuckDbAdapter((place,), read_only=True))
        async with app.run_test(size=(160, 50)) as pilot:
            await shown(pilot, lambda: app.editor is not None and app.connection is not None)
            app.editor.text = "select count(*) as n from clues"
            await pilot.press("ctrl+j")
            await shown(pilot, lambda: (rows := app.results_viewer.get_visible_table()) is not None and rows.row_count)
            return app.results_viewer.get_visible_table().get_row_at(0)

    assert asyncio.run(asked()) == [3]


async def shown(pilot: Any, so: Callable[[], object]) -> None:
    """Waits until the application shows it."""
    for _ in range(400):
        if so():
            return
        await pilot.pause(0.3)
    raise TimeoutError
