"""No published file, and nothing that is said on the way, holds whole what only case workers may read."""

import html
import json
import logging
import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import polars as pl
import pytest

from nights import PROJECT, run_night
from properties.drawing import LONG
from properties.secrets import Rosters

SEEDS = range(20) if LONG else range(1)
RUN_DATE = date(2023, 8, 22)


@pytest.mark.parametrize("seed", SEEDS)
def test_no_secret_leaves_the_restricted_side(
    seed: int, tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    drawn = Rosters(seed, PROJECT.contracts)
    drawn.deliver(tmp_path, rows=60 if LONG else 20)
    published = run_night(tmp_path, RUN_DATE)
    clues = pl.read_parquet(published.folder / "clues" / "**" / "*.parquet", hive_partitioning=True)
    assert clues["rule"].n_unique() >= 40, "the world says nothing of most rules"
    secrets = sorted(set(drawn.secrets()))
    said = [("log", caplog.text), ("output", "".join(capfd.readouterr()))]
    leaks = {
        f"{kind} in {place}: {secret}"
        for place, text in (*texts(published.folder), *said)
        for kind, secret in secrets
        if secret in text
    }
    assert sorted(leaks) == []


def texts(folder: Path) -> Iterator[tuple[str, str]]:
    """(place, text) of everything readable in a published run: files as they are, cells of tables, names of files."""
    for place in sorted(folder.rglob("*")):
        name = place.relative_to(folder).as_posix()
        yield "the name of a file", name
        if place.is_dir():
            continue
        yield name, place.read_bytes().decode("utf-8", "replace")
        if place.suffix == ".html":
            yield name, html.unescape(place.read_text("utf-8"))
        elif place.suffix == ".json":
            yield from ((name, text) for text in strings(json.loads(place.read_bytes())))
        elif place.suffix == ".parquet":
            yield from cells(name, pl.read_parquet(place, hive_partitioning=False))
        elif place.suffix == ".duckdb":
            yield from tables(place)
        elif place.suffix == ".xlsx":
            with zipfile.ZipFile(place) as book:
                parts = {part: book.read(part).decode() for part in book.namelist()}
            yield from ((f"{name} {part}", html.unescape(text)) for part, text in parts.items())


def strings(value: object) -> Iterator[str]:
    """Every string in a JSON value, keys too."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from (key, *strings(inner))
    elif isinstance(value, list):
        for inner in value:
            yield from strings(inner)


def cells(name: str, frame: pl.DataFrame) -> Iterator[tuple[str, str]]:
    """(table and column, its distinct values) of a frame."""
    for column in frame.columns:
        yield f"{name} {column}", "\n".join(frame[column].cast(pl.String).drop_nulls().unique())


def tables(place: Path) -> Iterator[tuple[str, str]]:
    """The same of every table and view of a database."""
    with duckdb.connect(str(place), read_only=True) as con:
        for (name,) in con.execute("select table_name from information_schema.tables").fetchall():
            yield from cells(name, con.execute(f'from "{name}"').pl())
