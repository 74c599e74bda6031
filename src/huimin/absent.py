"""Packages that are installed, and that others import without need."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType


@contextmanager
def absent(*names: str) -> Iterator[None]:
    """Whoever imports these packages inside finds none, as if they were not installed; imported ones stay."""
    hidden = [name for name in names if name not in sys.modules]
    modules: dict[str, ModuleType | None] = sys.modules  # type: ignore[assignment]  # None: importing it fails
    modules.update(dict.fromkeys(hidden))
    try:
        yield
    finally:
        for name in hidden:
            present(name)


def present(name: str) -> None:
    """The package can be imported from now on, whoever hid it."""
    if sys.modules.get(name, sys) is None:
        del sys.modules[name]
