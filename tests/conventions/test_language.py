"""Whatever the code marks to be read in two languages is in the catalogue, and every error's words are marked."""

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from string import Formatter

import polib
import pytest
from cyclopts.help import DefaultFormatter, HelpPanel
from rich.console import Console

from huimin.cli.app import app
from huimin.cli.wording import plain
from huimin.contracts.faults import SHAPES
from huimin.language import CATALOGUE
from tools.reference.commands import commands

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


class Heard(DefaultFormatter):
    """A help page that keeps its own texts, by paragraph."""

    def __init__(self) -> None:
        super().__init__()
        self.paragraphs: set[str] = set()

    def __call__(self, _console: object, _options: object, panel: HelpPanel) -> None:
        self.keep(panel.title, *(entry.description for entry in panel.entries))

    def render_description(self, _console: object, _options: object, description: object) -> None:
        self.keep(description)

    def keep(self, *texts: object) -> None:
        self.paragraphs |= {part for text in texts if text for part in plain(text).split("\n\n") if part}


@pytest.fixture(scope="module")
def helped() -> set[str]:
    """Every paragraph of every help page."""
    heard = Heard()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(app, "help_formatter", heard)
        for words in ([], *commands(app, [])):
            app.help_print(words, console=Console(file=StringIO(), width=100))
    return heard.paragraphs


def test_the_catalogue_has_what_is_marked_or_helps_and_nothing_else(helped: set[str]) -> None:
    assert set(ENTRIES) == set(marked()) | helped


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


HELP = [["--help"], ["run", "--help"], ["rules", "preview", "--help"], ["worklist", "--help"]]
MISTYPED = [
    (["statu"], "不认识：statu；是不是 status\n用法见：huimin --help"),
    (["zzzz"], "不认识：zzzz\n"),
    (["run", "--sett", "3"], "不认识：--sett；是不是 --settle\n用法见：huimin run --help"),
    (["run", "--settle", "soon"], "--settle：soon 不是数\n"),
    (["run", "--date", "soon"], "--date：soon 不是日期，如 2023-08-22\n"),
    (["run", "--json", "--json"], "重复：--json\n"),
    (
        ["sample", "--kind", "all"],
        "--kind：all 不在可选之列：recheck, spot, visits, cross\n",
    ),
    (["explain"], "缺少：CLUE_ID\n"),
    (["rules", "test", "a", "b"], "多余：b\n用法见：huimin rules test --help"),
]


@pytest.mark.parametrize("words", HELP, ids=" ".join)
def test_a_help_page_is_chinese_for_who_reads_chinese(words: list[str]) -> None:
    shown = said(words, "zh").stdout
    assert "例：huimin " in shown
    assert (
        re.findall("(?:the|what|which|Usage|Commands|Parameters|Example|default|env var)[ :]", shown, re.IGNORECASE)
        == []
    )
    told = said(words, "en").stdout
    assert told.startswith("Usage: huimin") and "Example: huimin " in told


@pytest.mark.parametrize(("words", "told"), MISTYPED, ids=[" ".join(words) for words, _ in MISTYPED])
def test_what_is_mistyped_is_told_in_chinese(words: list[str], told: str) -> None:
    ended = said(words, "zh")
    lines = re.findall("^│ (.*?) *│$", ended.stderr, re.MULTILINE)
    assert (ended.returncode, ended.stdout) == (2, "") and told in "\n".join((*lines, ""))
    assert "错误" not in said(words, "en").stderr


def said(words: list[str], language: str) -> subprocess.CompletedProcess[str]:
    """What the command says in a terminal of that language."""
    terminal = {**os.environ, "HUIMIN_LANG": language, "COLUMNS": "120"}
    return subprocess.run([sys.executable, "-m", "huimin.cli", *words], env=terminal, capture_output=True, text=True)
