"""The words that a ledger is kept in are written once: SQL and headings take them from `ledger/states.py`."""

import ast
from pathlib import Path

import pytest

from huimin.ledger import states
from nights import CHECKOUT

SOURCE = CHECKOUT / "src" / "huimin"
WORDS = {value for name, value in vars(states).items() if name.isupper() and isinstance(value, str)}
MODULES = [
    place for place in sorted(SOURCE.rglob("*.py")) if "district" not in place.parts and place.name != "states.py"
]


@pytest.mark.parametrize("module", MODULES, ids=lambda place: place.relative_to(SOURCE).as_posix())
def test_no_sql_spells_a_state(module: Path) -> None:
    texts = [node.value for node in ast.walk(ast.parse(module.read_text("utf-8"))) if isinstance(node, ast.Constant)]
    spelled = [word for word in WORDS for text in texts if isinstance(text, str) and f"'{word}'" in text]
    assert spelled == []


@pytest.mark.parametrize("module", MODULES, ids=lambda place: place.relative_to(SOURCE).as_posix())
def test_no_heading_spells_a_state(module: Path) -> None:
    """A word of the ledger that stands alone is a constant of `states.py`; inside a sentence it is prose."""
    tree = ast.parse(module.read_text("utf-8"))
    spelled = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and node.value in WORDS]
    assert spelled == []


def test_the_words_are_known() -> None:
    assert {"待核查", "豁免", "查否", "已销号"} <= WORDS
