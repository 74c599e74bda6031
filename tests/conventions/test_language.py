"""Whatever the code marks to be read in two languages is in the catalogue, and every error's words are marked."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import polib
import pytest

from huimin.contracts.faults import SHAPES
from huimin.language import CATALOGUE

PLACES = ("src/huimin", "flows", "tasks")
CALLS = [
    (path, node)
    for place in PLACES
    for path in sorted(Path(place).rglob("*.py"))
    for node in ast.walk(ast.parse(path.read_text()))
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
]
ENTRIES = {entry.msgid: entry.msgstr for entry in polib.pofile(str(CATALOGUE))}
ERRORS = {f"{kind}Error" for kind in ("Huimin", "Usage", "Contract", "Delivery", "Quality", "Rule", "Publish", "Busy")}
DYNAMIC = "shape"
"""The one marked word that is no literal: a contract's shapes, which are keys too."""


def marked() -> Iterator[str]:
    """Every English template."""
    for path, call in CALLS:
        if call.func.id == "_":
            (template,) = call.args
            if isinstance(template, ast.Name) and template.id == DYNAMIC:
                yield from SHAPES
            else:
                assert isinstance(template, ast.Constant), f"{path}:{call.lineno}: no literal is marked"
                yield template.value


def fields(template: str) -> set[tuple[str, str]]:
    """The placeholders of a template with their formats."""
    return {(name, form) for _, name, form, _ in Formatter().parse(template) if name is not None}


def test_the_catalogue_has_what_is_marked_and_nothing_else() -> None:
    assert set(ENTRIES) == set(marked())


@pytest.mark.parametrize("template", ENTRIES)
def test_the_chinese_says_the_same_values(template: str) -> None:
    chinese = ENTRIES[template]
    assert chinese
    if any(call.keywords for _, call in CALLS if call.func.id == "_" and template_of(call) == template):
        assert fields(chinese) == fields(template)


def test_it_is_chinese_but_for_commands_addresses_and_names() -> None:
    plain = {english for english, chinese in ENTRIES.items() if not re.search("[一-鿿]", chinese)}
    assert {one for one in plain if not re.match(r"(huimin |[\w/]*(: )?\{|\w+\(\)$)", one)} == {"* exclude, * replace"}


def test_each_word_of_an_error_is_marked() -> None:
    unmarked = [
        f"{path}:{call.lineno}: {ast.unparse(words)}"
        for path, call in CALLS
        if call.func.id in ERRORS
        for words in call.args[1:3]
        if is_english(words)
    ]
    assert unmarked == []


def is_english(words: ast.expr) -> bool:
    """Whether it is a literal that somebody who reads no English would not understand."""
    if isinstance(words, ast.IfExp):
        return is_english(words.body) or is_english(words.orelse)
    if isinstance(words, ast.BoolOp):
        return any(map(is_english, words.values))
    said = "".join(part.value for part in ast.walk(words) if isinstance(part, ast.Constant) and is_text(part))
    literal = isinstance(words, ast.JoinedStr) or (isinstance(words, ast.Constant) and is_text(words))
    return literal and not re.search("[一-鿿]", said) and not re.match("(huimin|`)", said)


def is_text(constant: ast.Constant) -> bool:
    """Whether the literal is a text."""
    return isinstance(constant.value, str)


def template_of(call: ast.Call) -> object:
    """The literal that is marked."""
    return call.args[0].value if isinstance(call.args[0], ast.Constant) else None
