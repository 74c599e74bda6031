"""What Prefect keeps of a night over a poisoned district: everything that stands in its database and in its log."""

import asyncio
import re
from pathlib import Path

import polars as pl
import pytest
from sqlalchemy import MetaData, select
from sqlalchemy.ext.asyncio import create_async_engine

from huimin.district.build import RUN_DATE, build_district
from poison import PHONE, poisoned
from serving import Serving


def database_of(served: Serving) -> str:
    """The URL of the database that the running server was given."""
    environment = Path(f"/proc/{served.children()['server']}/environ").read_text().split("\0")
    given = dict(line.split("=", 1) for line in environment if "=" in line)
    in_folder = f"sqlite+aiosqlite:///{given['PREFECT_HOME']}/prefect.db"
    return given.get("PREFECT_API_DATABASE_CONNECTION_URL", in_folder)


async def everything_in(url: str) -> dict[str, str]:
    """Every value of every table as text, in full, with what JSON escapes as it reads."""
    engine, tables = create_async_engine(url), MetaData()
    async with engine.connect() as con:
        await con.run_sync(tables.reflect)
        rows = {name: (await con.execute(select(table))).all() for name, table in tables.tables.items()}
    await engine.dispose()
    return {name: "\n".join(plain(str(value)) for row in found for value in row) for name, found in rows.items()}


def plain(text: str) -> str:
    """The text with the letters that were escaped in it."""
    return re.sub(r"\\+u([0-9a-f]{4})", lambda code: chr(int(code[1], 16)), text)


@pytest.mark.slow
@pytest.mark.long
def test_no_canary_reaches_prefect(served: Serving, tmp_path: Path) -> None:
    root = tmp_path / "root"
    poisoned(build_district(population=600, seed=5), root / "inbox")
    parameters = {"root": str(root), "run_date": str(RUN_DATE), "settle": 0}
    run, state = served.api.finished(served.api.deployment("huimin-nightly/nightly"), parameters)
    assert state["type"] == "COMPLETED", state
    people = pl.read_parquet(root / "restricted" / "latest" / "identities.parquet").filter(pl.col("kind") == "person")
    canaries = {PHONE, *people["value"], *(name for name in people["name"].drop_nulls() if len(name) > 2)}
    assert len(canaries) > 40
    kept = asyncio.run(everything_in(database_of(served))) | {"what serve and worker said": served.said()}
    assert run in kept["flow_run"]
    assert "死亡人员" in kept["artifact"]
    assert {place for place, text in kept.items() for canary in canaries if canary in text} == set()
