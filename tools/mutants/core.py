"""Which single changes of the core its own tests see: each in a copy of the tree, drawn by Cosmic Ray."""

import ast
import difflib
import os
import random
import shutil
import subprocess
import sysconfig
import venv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cosmic_ray.operators.operator import Operator

PARTS = (
    "cells", "clues", "containers", "contracts", "deliveries", "feedback", "figures", "identity", "ledger", "matching",
    "publishing", "quality", "returns", "sampling", "sheets", "tables",
)  # fmt: skip
"""Packages of the core whose tests are quick."""

CHANGES = (
    *(f"ReplaceComparisonOperator_{turned}" for turned in (
        "Eq_NotEq", "NotEq_Eq", "Lt_LtE", "Lt_Gt", "LtE_Lt", "LtE_GtE", "Gt_GtE", "Gt_Lt", "GtE_Gt", "GtE_LtE",
        "Is_IsNot", "IsNot_Is",
    )),
    "ReplaceBinaryOperator_Add_Sub", "ReplaceBinaryOperator_Sub_Add", "ReplaceUnaryOperator_Delete_Not",
    "ReplaceAndWithOr", "ReplaceOrWithAnd", "ReplaceTrueWithFalse", "ReplaceFalseWithTrue", "AddNot", "NumberReplacer",
    "ReplaceBreakWithContinue", "ReplaceContinueWithBreak", "ZeroIterationForLoop",
)  # fmt: skip
"""Operators of Cosmic Ray."""

AROUND = {
    "cells": ("tests/acceptance/test_types.py",),
    "sheets": ("tests/rosters",),
    "containers": ("tests/unit/sheets/test_workbook.py", "tests/field"),
    "ledger": ("tests/unit/sampling/test_drawing.py", "tests/unit/sampling/test_rounds.py", "tests/unit/returns"),
    "returns": (),
}
"""Of a package whose cells, files or records others test too: these tests. Of every other one the rules' cases."""
EVERY = ("tests/conventions/test_types.py",)
"""What is held of every package alike."""
COPIED = ("src", "flows", "tasks", "tools", "rules", "expectations", "tests", "pyproject.toml", "prefect.yaml", "docs")
ENVIRONMENT = ".venv"
"""Of the copy's own interpreter."""
SECONDS = 600
"""After so many the tests of a part are taken to see the change: it goes round without end."""


@dataclass(frozen=True)
class CoreMutant:
    """A module with one change."""

    module: str
    """Its path in the tree."""
    line: int
    """Number of the first line that is changed, from 1."""
    change: str
    """The changed lines, before → after."""
    text: str
    """The whole module with the change."""

    @property
    def name(self) -> str:
        """How the list of equivalent changes calls it, wherever in the module the line stands."""
        return f"{self.module}: {self.change}"


def core_mutants(checkout: Path, parts: Sequence[str], most: int, seed: int) -> list[CoreMutant]:
    """At most so many changes of these parts of the core, the same for the same seed."""
    from cosmic_ray.ast import ast_nodes, get_ast
    from cosmic_ray.plugins import get_operator

    operators = [get_operator(f"core/{name}")() for name in CHANGES]
    modules = [path for part in parts for path in sorted((checkout / "src/huimin" / part).rglob("*.py"))]
    modules += [path for part in parts if (path := checkout / f"src/huimin/{part}.py").exists()]
    trees = {path: list(ast_nodes(get_ast(path.read_text("utf-8")))) for path in modules}
    places = [
        (path, operator, number)
        for path, nodes in trees.items()
        for operator in operators
        for number in range(sum(len(list(operator.mutation_positions(node))) for node in nodes))
    ]
    chosen = random.Random(seed).sample(places, min(most, len(places)))  # noqa: S311  no secret
    return [mutant for place in chosen for mutant in mutated(checkout, *place)]


def mutated(checkout: Path, path: Path, operator: "Operator", number: int) -> Iterator[CoreMutant]:
    """The module with that change; none where only words change that no interpreter reads."""
    from cosmic_ray.mutating import mutate_code

    before = path.read_text("utf-8")
    after = mutate_code(before, operator, number)
    if after is None or understood(after) in (None, understood(before)):
        return
    lines = list(difflib.ndiff(before.splitlines(), after.splitlines()))
    gone, come = ([" ".join(line[2:].split()) for line in lines if line.startswith(mark)] for mark in ("- ", "+ "))
    line = next(
        number for number, (one, other) in enumerate(zip(before.splitlines(), after.splitlines()), 1) if one != other
    )
    yield CoreMutant(str(path.relative_to(checkout)), line, f"{' '.join(gone)} → {' '.join(come)}", after)


def understood(text: str) -> str | None:
    """What the interpreter reads in a module; None where it is no Python."""
    try:
        return ast.dump(ast.parse(text))
    except SyntaxError:
        return None


def copied(checkout: Path, folder: Path) -> Path:
    """A copy of the tree with an interpreter of its own, in which modules may be changed."""
    for name in COPIED:
        if (checkout / name).is_dir():
            shutil.copytree(checkout / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", ".prefect"))
        else:
            shutil.copy2(checkout / name, folder / name)
    lay_interpreter(folder)
    return folder


def lay_interpreter(folder: Path) -> None:
    """A virtual environment in the folder: its modules, then the packages that this process has.

    A path in the environment would not do: the children that read files are isolated from it (`python -I`).
    """
    base = folder / ENVIRONMENT
    venv.create(base, symlinks=True)
    packages = Path(sysconfig.get_path("purelib", "venv", {"base": str(base)}))
    paths = (folder / "src", folder, sysconfig.get_path("purelib"))
    (packages / "copy.pth").write_text("\n".join(map(str, paths)), "utf-8")


def is_seen(copy: Path, mutant: CoreMutant) -> bool:
    """Whether the tests of the module's part fail on the change; its own tests are asked first."""
    place = copy / mutant.module
    whole = place.read_text("utf-8")
    place.write_text(mutant.text, "utf-8")
    try:
        return any(fails(copy, tests) for tests in part_tests(copy, mutant.module))
    finally:
        place.write_text(whole, "utf-8")


def part_tests(copy: Path, module: str) -> list[tuple[str, ...]]:
    """The tests of a module, then those that name it, its package's, and those that hold every part, or several."""
    inside = Path(module).relative_to("src/huimin")
    own = Path("tests/unit") / inside.parent / f"test_{inside.name}"
    package = Path("tests/unit") / inside.parts[0]
    name = ".".join(("huimin", *inside.with_suffix("").parts))
    others = sorted({*(copy / package).rglob("test_*.py")} - {copy / own})
    naming = [path for path in others if f"{name} " in path.read_text("utf-8")]
    around = AROUND.get(inside.parts[0], ("tests/rules",))
    found = [(str(own),), tuple(str(path.relative_to(copy)) for path in naming)]
    found += [(str(path),) for path in (package, *EVERY, *around)]
    return [tests for tests in dict.fromkeys(found) if tests and all((copy / path).exists() for path in tests)]


def fails(copy: Path, tests: Sequence[str]) -> bool:
    """Whether one of the tests fails, or they do not end."""
    environment = {**os.environ, "POLARS_MAX_THREADS": "1"}
    command = [
        str(copy / ENVIRONMENT / "bin" / "python"),
        "-B",
        "-m",
        "pytest",
        "-x",
        "-q",
        "-p",
        "no:cacheprovider",
        *tests,
    ]
    try:
        ran = subprocess.run(command, cwd=copy, env=environment, timeout=SECONDS, check=False, capture_output=True)  # noqa: S603
    except subprocess.TimeoutExpired:
        return True
    return ran.returncode not in (0, 5)  # 5: nothing to run
