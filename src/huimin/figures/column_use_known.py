"""Who reads each column, worked out once for the same project and code, and from then on read back; and its table."""

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from huimin.figures.column_use import ColumnReader, ColumnUse, column_use
from huimin.matching.readings import CODE, digest
from huimin.project import Project
from huimin.store.code import digest_of_code
from huimin.store.root import RESTRICTED_DIRECTORY, Root, write_json
from huimin.store.seal import sealed, unsealed
from huimin.tables.declared import COLUMN_USE, column_types
from huimin.tables.sql import lay_frame
from huimin.tables.work import makes

KEPT_FILE = "column_use.json"
"""In ``state/cache/``: the readers, and under which digest of the project they hold."""


@makes("column_use", scratch=("readers",))
def lay_column_use(con: duckdb.DuckDBPyConnection, project: Project, root: Root) -> None:
    """Table `column_use`: one row a column and reader, and one with an empty reader of a column that nobody reads."""
    lay_frame(con, "readers", pl.DataFrame([*told(known_use(project, root.cache))], infer_schema_length=None))
    con.execute(f"create or replace table column_use ({column_types(COLUMN_USE)})")
    con.execute("insert into column_use by name select * from readers")


def told(use: ColumnUse) -> Iterator[dict[str, object]]:
    """The rows of the table, in the order of the contracts."""
    for contract in use.contracts.values():
        unread = use.unread(contract.roster)
        for column in contract.columns:
            named = {"roster": contract.roster, "column": column.name, "title": column.titles[0]}
            of_column = {**named, "required": column.required, "unused": column.name in unread}
            for one in use.readers[contract.roster, column.name] or (None,):
                yield {**of_column, "kind": one and one.kind, "reader": one and one.reader}


def known_use(project: Project, folder: Path) -> ColumnUse:
    """Who reads each column of the project: as the folder keeps it while the project is unchanged, else worked out."""
    key = digest_of(project)
    with suppress(OSError, ValueError, KeyError, TypeError):
        kept = unsealed(json.loads((folder / KEPT_FILE).read_bytes()))
        if kept["digest"] == key:
            return ColumnUse(project.contracts, read_back(kept["readers"]))
    use = under_digest(key, project)
    folder.mkdir(mode=RESTRICTED_DIRECTORY, parents=True, exist_ok=True)
    readers = [[*place, *map(asdict, of_column)] for place, of_column in use.readers.items()]
    write_json(folder / KEPT_FILE, sealed({"digest": key, "readers": readers}))
    return use


@lru_cache(maxsize=1)
def under_digest(digest: str, project: Project) -> ColumnUse:
    """Who reads each column of the project of that digest; for several roots a process works it out once."""
    return column_use_of(project)


def column_use_of(project: Project) -> ColumnUse:
    """Who reads each column of the project under its own policy, worked out anew."""
    return column_use(project.contracts, project.views, project.rules, project.policy)


def read_back(readers: Iterable[Sequence[Any]]) -> dict[tuple[str, str], tuple[ColumnReader, ...]]:
    """The readers as they were kept."""
    return {(roster, column): tuple(ColumnReader(**one) for one in several) for roster, column, *several in readers}


def digest_of(project: Project) -> str:
    """What the answer depends on: contracts, SQL, which rules are on, the columns of the policy, and this code."""
    return digest(
        digest_of_code(*CODE, "figures"),
        {name: contract.digest for name, contract in project.contracts.items()},
        {name: view.sql for name, view in project.views.items()},
        {name: rule.digest for name, rule in project.rules.items()},
        {key: one.columns for key, one in project.policy.parameters.items()},
    )
