"""The work database of a night."""

from pathlib import Path

import duckdb


def open_work(
    path: Path | None, memory: str = "1GB", threads: int = 2, spill: Path | None = None
) -> duckdb.DuckDBPyConnection:
    """An empty work database at `path` (None: in memory), spilling to a folder of its own beside it."""
    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": memory,
        "threads": threads,
        "preserve_insertion_order": False,
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
    }
    if spill is not None or path is not None:
        config["temp_directory"] = str(spill or f"{path}.spill")
    return duckdb.connect(str(path) if path is not None else ":memory:", config=config)
