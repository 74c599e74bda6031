"""The work database of a night, and its working tables: each declared once, with who makes it and what it needs."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from importlib import import_module
from inspect import getmembers, isfunction, signature
from pathlib import Path
from pkgutil import walk_packages
from typing import Any, Literal, TypeVar

import duckdb

from huimin.tables.key import unlocked
from huimin.tables.sql import literal

Step = Literal["match", "conclude"]
Lays = TypeVar("Lays", bound=Callable[..., object])


@dataclass(frozen=True)
class Maker:
    """A function that makes working tables, as it is declared by `makes`."""

    name: str
    """Module and function: `figures.exposure.lay_exposure`."""
    step: Step
    """The step of the night that runs it."""
    tables: tuple[str, ...]
    """What stands when it returns, and is nobody else's to make."""
    needs: tuple[str, ...]
    """Working tables of others that must stand before. Rosters, standard views and macros need not be named."""
    scratch: tuple[str, ...]
    """Tables that it makes for itself alone; gone after it."""
    whole: bool
    """Whether it reads whole rosters: with all threads. All others read what little is found, in one."""
    lay: Callable[..., object]

    @property
    def parameters(self) -> tuple[str, ...]:
        """What the function wants to be given, by name."""
        return tuple(signature(self.lay).parameters)


def makes(
    *tables: str,
    needs: Collection[str] = (),
    scratch: Collection[str] = (),
    step: Step = "conclude",
    whole: bool = False,
) -> Callable[[Lays], Lays]:
    """Declares that the function below makes these working tables, and which ones it needs for it."""

    def declare(lay: Lays) -> Lays:
        name = f"{lay.__module__.removeprefix('huimin.')}.{lay.__name__}"
        maker = Maker(name, step, tables, tuple(needs), tuple(scratch), whole, lay)
        setattr(lay, "maker", maker)  # noqa: B010  functions have no declared attributes
        return lay

    return declare


def makers_in(*packages: str) -> tuple[Maker, ...]:
    """Every maker that the modules of these packages declare, by name."""
    found: dict[str, Maker] = {}
    for package in packages:
        place = import_module(package)
        for module in (place, *(import_module(m.name) for m in walk_packages(place.__path__, f"{package}."))):
            for _, function in getmembers(module, isfunction):
                maker = getattr(function, "maker", None)
                if isinstance(maker, Maker) and function.__module__ == module.__name__:
                    found[maker.name] = maker
    return tuple(found[name] for name in sorted(found))


def ordered(
    makers: Iterable[Maker], standing: Collection[str] = (), wanted: Collection[str] | None = None
) -> list[Maker]:
    """The makers in an order in which each finds what it needs; the same order every time.

    `standing`: tables that stand already, whose makers are left out. `wanted`: only what these tables need, by default
    everything. Raises ValueError for a table of two makers, one that nobody makes, and for a circle.
    """
    by_table: dict[str, Maker] = {}
    for maker in sorted(makers, key=lambda one: one.name):
        for table in maker.tables:
            if table in by_table:
                raise ValueError(f"{table} is made by {by_table[table].name} and {maker.name}")
            by_table[table] = maker
    graph: dict[str, set[str]] = {}
    open_tables = list(by_table if wanted is None else wanted)
    while open_tables:
        table = open_tables.pop()
        if table in standing:
            continue
        if table not in by_table:
            raise ValueError(f"{table} is needed, and nobody makes it")
        maker = by_table[table]
        if maker.name not in graph:
            graph[maker.name] = {
                by_table[need].name for need in maker.needs if need not in standing and need in by_table
            }
            open_tables += maker.needs
    named = {maker.name: maker for maker in by_table.values()}
    try:
        return [named[name] for name in steady(graph)]
    except CycleError as circle:
        raise ValueError(f"these makers wait for each other: {circle.args[1]}") from circle


def steady(graph: Mapping[str, set[str]]) -> Iterator[str]:
    """The nodes, each after what it waits for; of those that could come next the first by name."""
    sorter = TopologicalSorter({name: sorted(before) for name, before in sorted(graph.items())})
    sorter.prepare()
    ready: list[str] = []
    while sorter.is_active():
        ready = sorted([*ready, *sorter.get_ready()])
        following = ready.pop(0)
        yield following
        sorter.done(following)


def lay_with(con: duckdb.DuckDBPyConnection, maker: Maker, values: Mapping[str, Any]) -> None:
    """Runs the maker on the connection with the values that it asks for by name; its scratch is gone afterwards."""
    maker.lay(con, **{name: values[name] for name in maker.parameters if name != "con"})
    for table in maker.scratch:
        con.execute(f"drop table if exists {table}")


@contextmanager
def threads(con: duckdb.DuckDBPyConnection, count: int) -> Iterator[int]:
    """So many threads work for the connection inside; gives how many did before, and do again afterwards.

    One thread is done with a small table sooner than several that share it out.
    """
    ((before,),) = con.execute("select current_setting('threads')").fetchall()
    if before == count:
        yield before
        return
    con.execute(f"set threads = {count}")
    try:
        yield before
    finally:
        with suppress(duckdb.Error):  # an interrupted connection; it is closed next
            con.execute(f"set threads = {before}")


@contextmanager
def kept_whole(con: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """What is done inside stays in the file of the work database if it ends well, and nothing of it otherwise.

    No transaction: DuckDB plans joins of a table that is not committed as if it had no rows.
    """
    try:
        yield
    except BaseException:
        con.interrupt()  # a query that a signal cut short would run on, and closing would wait for its end
        with suppress(duckdb.Error):
            con.execute("pragma disable_checkpoint_on_shutdown")
        raise


def open_work(
    path: Path | None, memory: str = "1GB", threads: int | None = 2, spill: Path | None = None
) -> duckdb.DuckDBPyConnection:
    """The work database at `path` (None: an empty one in memory), spilling to a folder of its own beside it.

    `memory`: the most, as DuckDB writes it (`1GB`); `threads`: None for all cores.

    What is done on it is in the file once the connection is closed, all at once: there is no write-ahead log, so that
    a commit costs nothing.
    """
    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": memory,
        "preserve_insertion_order": False,
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
    }
    if threads is not None:
        config["threads"] = threads
    if spill is not None or path is not None:
        config["temp_directory"] = str(spill or f"{path}.spill")
    con = unlocked(duckdb.connect(config=config))
    if path is not None:
        con.execute(f"attach {literal(path)} as work (recovery_mode no_wal_writes)")
        con.execute("use work")
    return con
