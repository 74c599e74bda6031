"""The core's small types are frozen: what one part hands to another changes under nobody's hands."""

import ast
from collections.abc import Iterator
from pathlib import Path

from nights import CHECKOUT

FILLED = {
    "containers.html._Table", "containers.pages.Page", "containers.xlsb._XlsbBook", "containers.xlsx._XlsxBook",
    "feedback.rejected.RejectedBlock", "matching.numbered._Scope", "matching.numbered._Source", "matching.reach.Reach",
    "quality.remembered.Remembered", "serving.services.Service", "sheets.tables.Columns",
}  # fmt: skip
"""Those that are added to while something is read, and that hold what it has told so far."""


def dataclasses_of(module: Path) -> Iterator[tuple[str, bool]]:
    """Each data class of the module, and whether it is frozen."""
    for node in ast.walk(ast.parse(module.read_text("utf-8"))):
        for decorator in node.decorator_list if isinstance(node, ast.ClassDef) else ():
            words = decorator.keywords if isinstance(decorator, ast.Call) else []
            if ast.unparse(decorator).startswith("dataclass"):
                name = f"{module.parent.name}.{module.stem}.{node.name}"
                yield name, any(word.arg == "frozen" and ast.unparse(word.value) == "True" for word in words)


def test_every_data_class_is_frozen_but_those_that_are_added_to() -> None:
    found = dict(pair for module in (CHECKOUT / "src" / "huimin").rglob("*.py") for pair in dataclasses_of(module))
    assert len(found) > 150
    assert {name for name, frozen in found.items() if not frozen} == FILLED
