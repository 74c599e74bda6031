"""Every working table is declared: made once, by somebody who says what it needs. The SQL is read to see it."""

import ast
import re
import sys
from pathlib import Path

import duckdb
import pytest

from huimin.nights.conclude import concluding, makers, matched
from huimin.tables.declared import RESTRICTED_TABLES, TABLES
from huimin.tables.work import Maker, makes, ordered
from nights import CHECKOUT, PROJECT

KNOWN = {*PROJECT.contracts, *PROJECT.views}
CREATES = re.compile(r"\bcreate (?:or replace )?(?:temp )?(?:table|view) (\w+)", re.IGNORECASE)
READS = re.compile(r"\b(?:from|join) (?!select\b|unnest\b)([a-z_]\w*)(?![\w.(])", re.IGNORECASE)
NAMED = re.compile(
    r"(?:\bwith|,|\bunion all)\s*(\w+)(?: \([\w, ]+\))? as (?:not materialized )?\(|\) as (\w+)\b", re.IGNORECASE
)
SQL = re.compile(r"^\s*(?:create|insert|select|with|from|delete|update)\b", re.IGNORECASE)
FREE = re.compile(r"policy_\w+|duckdb_\w+|read_parquet")
"""Parameters of the policy, the engine's own tables and functions."""


def sentences(module: Path) -> list[str]:
    """Every text of the module that is SQL; what is filled in later reads `?`."""
    found = []
    for node in ast.walk(ast.parse(module.read_text("utf-8"))):
        if isinstance(node, ast.JoinedStr):
            found.append("".join(str(v.value) if isinstance(v, ast.Constant) else "?" for v in node.values))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            found.append(node.value)
    return [text for text in found if SQL.match(text)]


def module_of(maker: Maker) -> Path:
    return Path(sys.modules[maker.lay.__module__].__file__ or "")


def modules() -> list[Path]:
    return sorted({module_of(maker) for maker in makers()})


def test_each_table_has_one_maker_and_the_order_stands() -> None:
    order = concluding()
    stands = {*matched()}
    for maker in order:
        assert {*maker.needs} <= stands, maker.name
        stands |= {*maker.tables}
    assert {table for maker in makers() for table in maker.tables} == stands


def test_each_published_table_has_a_maker() -> None:
    made = {table for maker in makers() for table in maker.tables}
    assert [table.name for table in (*TABLES, *RESTRICTED_TABLES) if table.name not in made] == []


@pytest.mark.parametrize("module", modules(), ids=lambda module: f"{module.parent.name}/{module.stem}")
def test_a_module_reads_what_its_makers_say_that_they_need(module: Path) -> None:
    own = [maker for maker in makers() if module_of(maker) == module]
    declared = {name for maker in own for name in (*maker.tables, *maker.needs, *maker.scratch)}
    registered = set(re.findall(r'\.register\("(\w+)"', module.read_text("utf-8")))
    for text in sentences(module):
        local = {name for pair in NAMED.findall(text) for name in pair if name}
        read = {name for name in READS.findall(text.replace("distinct from", "")) if not FREE.fullmatch(name)}
        assert read - local - declared - registered - KNOWN - BETWEEN_NIGHTS == set(), text


@pytest.mark.parametrize("module", modules(), ids=lambda module: f"{module.parent.name}/{module.stem}")
def test_a_module_makes_what_its_makers_declare(module: Path) -> None:
    own = [maker for maker in makers() if module_of(maker) == module]
    made = {name for text in sentences(module) for name in CREATES.findall(text)}
    assert made <= {name for maker in own for name in (*maker.tables, *maker.scratch)} | BETWEEN_NIGHTS


BETWEEN_NIGHTS = {"found", "policy_"}
"""`huimin diff`, which compares two runs on a connection of its own; a table a policy parameter."""


def test_no_name_is_made_in_two_modules() -> None:
    made: dict[str, set[str]] = {}
    for module in sorted((CHECKOUT / "src" / "huimin").rglob("*.py")):
        for text in sentences(module):
            for name in CREATES.findall(text):
                made.setdefault(name, set()).add(f"{module.parent.name}/{module.name}")
    twice = {name: places for name, places in made.items() if len(places) > 1}
    assert twice == {}


def test_two_makers_of_one_table_are_refused() -> None:
    first, second = (made("a"), made("a"))
    with pytest.raises(ValueError, match="a is made by"):
        ordered([first, second])


def test_a_need_that_nobody_makes_and_a_circle_are_refused() -> None:
    with pytest.raises(ValueError, match="nobody makes it"):
        ordered([made("a", needs=("b",))])
    with pytest.raises(ValueError, match="wait for each other"):
        ordered([made("a", needs=("b",)), made("b", needs=("a",))])
    assert [maker.tables for maker in ordered([made("b", needs=("a",)), made("a"), made("c")], wanted=("b",))] == [
        ("a",),
        ("b",),
    ]


def made(table: str, needs: tuple[str, ...] = ()) -> Maker:
    def lay(con: duckdb.DuckDBPyConnection) -> None:
        con.execute("select 1")

    lay.__name__ = f"lay_{table}_{id(lay)}"
    return makes(table, needs=needs)(lay).maker  # type: ignore[attr-defined]
