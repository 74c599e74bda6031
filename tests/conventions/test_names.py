"""One meaning a name: a class is defined once, and no name has a word that the glossary does without."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from nights import CHECKOUT
from tools.reference.glossary import load_glossary

FOLDERS = ("src", "flows", "tasks", "tools", "benchmarks")
SOURCES = {
    place.relative_to(CHECKOUT).as_posix(): place.read_text("utf-8")
    for folder in FOLDERS
    for place in sorted((CHECKOUT / folder).rglob("*.py"))
}
GLOSSARY = load_glossary(CHECKOUT / "docs" / "glossary.toml")
TYPE = re.compile(r"_?[A-Z][A-Za-z0-9]*[a-z][A-Za-z0-9]*")
CALLED_BY_LIBRARIES = {"data", "emit"}
"""What lxml calls a method of its parser's target, and logging one of its handlers."""


def types_in(tree: ast.Module) -> Iterator[str]:
    """Classes and names of types that a module defines."""
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            yield from (one.id for one in targets if isinstance(one, ast.Name) and TYPE.fullmatch(one.id))


def defined_twice(sources: Mapping[str, str]) -> dict[str, list[str]]:
    """Each class and type that several of the modules define, with where; `sources`: text by module."""
    places: defaultdict[str, list[str]] = defaultdict(list)
    for module, source in sources.items():
        for name in types_in(ast.parse(source)):
            places[name].append(module)
    return {name: found for name, found in places.items() if len(found) > 1}


def names_in(source: str) -> set[str]:
    """Every name that the module gives: to classes, functions, parameters, variables and its own attributes."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.FunctionDef):
            found |= {node.name} - CALLED_BY_LIBRARIES
        elif isinstance(node, ast.arg):
            found.add(node.arg)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store) and ast.unparse(node.value) == "self":
            found.add(node.attr)
        elif isinstance(node, ast.alias) and node.asname:
            found.add(node.asname)
    return found


def words_of(name: str) -> set[str]:
    """The words of a name, in lower case: those of `lay_taxCodes` are lay, tax and codes."""
    parts = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+", name)
    return {part.lower() for part in parts}


def unwanted(names: Iterable[str]) -> list[str]:
    """The names with a word that the glossary does without; what is published keeps its name."""
    kept = {text.partition(":")[0] for term in GLOSSARY.terms for text in term.published}
    without = {*GLOSSARY.anywhere, *(word for term in GLOSSARY.terms for word in term.not_used)}
    return sorted(
        name
        for name in names
        if name.lower() not in kept and (words_of(name) & without or name.strip("_").lower() in GLOSSARY.alone)
    )


def test_a_class_is_defined_once() -> None:
    assert defined_twice(SOURCES) == {}


def test_two_definitions_of_one_type_are_seen() -> None:
    sources = {"a": "class Column: ...\nKind = str\nBIG = 1", "b": "class Column: ...\nKind: type = int\nBIG = 2"}
    assert defined_twice(sources) == {"Column": ["a", "b"], "Kind": ["a", "b"]}


def test_no_name_has_a_word_that_is_not_used() -> None:
    found = {module: unwanted({*names_in(source), Path(module).stem}) for module, source in SOURCES.items()}
    assert {module: names for module, names in found.items() if names} == {}


def test_words_that_are_not_used_are_seen() -> None:
    source = """
class FileManager:
    def handle(self, temp, kept_info):
        self.data = mended = kept_info
        mending_of, template, (MENDS, data_rows) = temp
"""
    assert unwanted(names_in(source)) == ["FileManager", "data", "handle", "mending_of", "temp"]


def test_every_word_has_one_meaning() -> None:
    words = [term.word for term in GLOSSARY.terms]
    assert sorted(set(words)) == sorted(words)
    assert {word for term in GLOSSARY.terms for word in term.not_used} & {*words} == set()


def test_a_word_stands_where_the_glossary_says() -> None:
    assert [term.stands for term in GLOSSARY.terms if not (CHECKOUT / term.stands).is_file()] == []


def test_the_glossary_has_the_words_of_the_night() -> None:
    steps = {"receive", "standardise", "check", "match", "conclude", "publish", "explain"}
    assert steps <= {term.word for term in GLOSSARY.verbs}
    things = {
        "roster", "contract", "delivery", "slot", "receipt", "reject", "standard table", "register", "item", "rule",
        "clue", "evidence", "subject", "ledger", "verification", "run", "root",
    }  # fmt: skip
    assert things <= {term.word for term in GLOSSARY.nouns}
