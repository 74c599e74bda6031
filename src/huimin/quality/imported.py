"""Great Expectations as far as its expectations need it: all of it takes seconds to import.

Its packages import each other whole. Here they import only what is asked of them: no expectation reads a table by
itself, so that none of its sources, engines and stores is needed.
"""
# ruff: noqa: ANN401 - Great Expectations' own objects, which we do not type

import ast
import sys
from importlib import import_module
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any

from huimin.absent import absent, present

WHOLE = "great_expectations"
PACKAGES = (
    "expectations", "expectations.core", "expectations.metrics", "core", "data_context", "data_context.data_context",
    "execution_engine", "datasource", "datasource.fluent", "checkpoint", "validator",
)  # fmt: skip
"""Those that only gather what their modules have."""
UNUSED = ("altair", "scipy.stats")
"""Imported by modules of which no expectation needs what they use these for."""
OPTIONAL = ("sqlalchemy", "pyspark")
"""What it reads tables by where they are installed: it takes them for absent unless they are imported already."""


def expectation_named(type_: str) -> Any:
    """Great Expectations' class for an expectation, by the name that contracts use."""
    _trim()
    present("pandas")
    with absent(*OPTIONAL):
        import_module(f"{WHOLE}.expectations.core.{type_}")
    from great_expectations.expectations.registry import get_expectation_impl

    return get_expectation_impl(type_)


def judge_version() -> str:
    """Which Great Expectations judges."""
    return version("great-expectations")


def _trim() -> None:
    """Great Expectations is imported as far as somebody asks; where all of it is there already, it stays."""
    if WHOLE not in sys.modules:
        for name in UNUSED:
            _install(name, _WhenUsed)
        setattr(_install(WHOLE, _Gathering), "__version__", judge_version())  # noqa: B010  modules have no declared one
        for name in PACKAGES:
            _install(f"{WHOLE}.{name}", _Gathering)


class _WhenUsed(ModuleType):
    """A module that is imported when something of it is first used."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        if sys.modules[self.__name__] is self:
            del sys.modules[self.__name__]
        return getattr(import_module(self.__name__), name)


class _Gathering(ModuleType):
    """A package of which each name is imported from where it comes, when it is first asked for."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") or name not in self._origins():
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
        place, origin = self._origins()[name]
        found = getattr(import_module(place), origin, None)
        value = import_module(f"{place}.{origin}") if found is None else found
        setattr(self, name, value)
        return value

    def _origins(self) -> dict[str, tuple[str, str]]:
        """By name: the module that it comes from, and what it is called there."""
        if "_found" not in self.__dict__:
            statements = ast.parse(Path(str(self.__file__)).read_text("utf-8")).body
            self._found = {
                alias.asname or alias.name: (self._place(statement), alias.name)
                for statement in statements
                if isinstance(statement, ast.ImportFrom)
                for alias in statement.names
            }
        return self._found

    def _place(self, statement: ast.ImportFrom) -> str:
        """The module from which the statement imports."""
        if not statement.level:
            return str(statement.module)
        package = self.__name__.rsplit(".", statement.level - 1)[0]
        return f"{package}.{statement.module}" if statement.module else package


def _install(name: str, kind: type[ModuleType]) -> ModuleType:
    """The module of that name, which whoever imports it will find, though nothing of it has run."""
    spec = None if name in sys.modules else find_spec(name)
    if spec is None:
        return sys.modules.get(name, kind(name))
    module = sys.modules[name] = kind(name)
    module.__spec__, module.__file__ = spec, spec.origin
    module.__path__ = list(spec.submodule_search_locations or ())
    package, _, child = name.rpartition(".")
    if package:
        setattr(sys.modules[package], child, module)
    return module
