"""The guides: every query runs on a published run, every link leads somewhere, every command that is shown exists."""

import ast
import re
import shutil
import tomllib
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

import deliveries
from huimin.cells.reasons import chinese_reasons
from huimin.cli.app import app
from huimin.district import build_district, write_district
from huimin.report.query import select
from huimin.store.root import Root
from huimin.watch.message import TITLES
from nights import CHECKOUT, PROJECT, run_night
from tools.reference.commands import commands, shown

DOCS = CHECKOUT / "docs"
GUIDES = sorted([*DOCS.glob("*.md"), *CHECKOUT.glob("*.md")])
KEPT = [
    "urban_dibao", "rural_dibao", "tekun", "elderly_allowance", "pension_contribution", "population", "deaths",
    "vehicles", "employee_pension",
]  # fmt: skip
"""A few rosters are enough: the rules of the others are skipped, which one of the queries is about."""


def queries() -> dict[str, str]:
    """The page's SQL blocks by the heading they stand under."""
    text = (DOCS / "queries.md").read_text("utf-8")
    found = {}
    for part in re.split(r"^## ", text, flags=re.MULTILINE)[1:]:
        found |= {part.splitlines()[0]: block for block in re.findall(r"```sql\n(.*?)```", part, re.DOTALL)}
    return found


@pytest.fixture(scope="session")
def published(tmp_path_factory) -> Path:
    """`clues.duckdb` of a night over a small synthetic district, with rejects and a refused file."""
    root = Root(tmp_path_factory.mktemp("district"))
    contracts = PROJECT.contracts
    write_district(build_district(800, 1, profile="every_rule"), root.inbox, contracts, messy=False)
    for folder in root.inbox.iterdir():
        if folder.name not in KEPT:
            shutil.rmtree(folder)
    streets_own = {name.replace("/", "/甲街道/"): text for name, text in deliveries.FILES.items()}
    car = f"所有人,身份证号,号牌号码,车辆类型\n张三,{deliveries.HEAD},鄂A12345,小型轿车\n"
    deliveries.deliver(root.path, {**streets_own, "vehicles/甲街道/机动车20230801.csv": car})
    return run_night(root.path).folder / "clues.duckdb"


@pytest.mark.parametrize("heading", queries())
def test_query_answers(heading: str, published: Path) -> None:
    assert select(published, queries()[heading]).num_rows > 0


def test_the_parquet_files_answer_too(published: Path) -> None:
    (block,) = re.findall(r"```sql\n(.*?)```", (DOCS / "analysts.md").read_text("utf-8"), re.DOTALL)
    rows = duckdb.sql(block.replace("data/published/latest", str(published.parent))).fetchall()
    assert sum(clues for _, clues in rows) == select(published, "select 1 from clues").num_rows


def named_modules(text: str) -> Iterator[str]:
    """Of every module in back quotes: its path, `{a,b}.py` being two."""
    for folder, several, name in re.findall(r"`([\w/]*)(?:\{([\w,]+)\}|(\w+))\.py`", text):
        yield from (f"{folder}{one}.py" for one in (several or name).split(","))


@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: path.name)
def test_modules_that_a_guide_names_exist(guide: Path) -> None:
    core = CHECKOUT / "src" / "huimin"
    for module in named_modules(guide.read_text("utf-8")):
        found = (CHECKOUT / module).exists() or (core / module).exists()
        assert found or ("/" not in module and [*core.rglob(module)]), f"{guide.name}: {module}"


def test_what_crosses_parts_is_declared_where_the_design_says() -> None:
    part = (DOCS / "design.md").read_text("utf-8").partition("\n## What crosses parts\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (`.*?) \| (`.*?) \|", part, re.MULTILINE)
    assert len(rows) > 10
    for names, modules in rows:
        paths = [CHECKOUT / "src" / "huimin" / module for module in re.findall(r"`(.*?)`", modules)]
        known = {name for path in paths for name in declared_in(path)}
        assert set(re.findall(r"`(.*?)`", names)) <= known, modules


def declared_in(module: Path) -> Iterator[str]:
    """What a module defines or sets at its top."""
    for node in ast.parse(module.read_text("utf-8")).body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef):
            yield node.name
        elif isinstance(node, ast.Assign):
            yield from (target.id for target in node.targets if isinstance(target, ast.Name))


def test_contributing_shows_the_core_in_the_order_of_its_imports() -> None:
    (shown_core,) = re.findall(r"```\n(cli/ .*?)```", (CHECKOUT / "CONTRIBUTING.md").read_text("utf-8"), re.DOTALL)
    settings = tomllib.loads((CHECKOUT / "pyproject.toml").read_text("utf-8"))
    (layers,) = [one["layers"] for one in settings["tool"]["importlinter"]["contracts"] if one.get("exhaustive")]
    lines = [set(re.findall(r"(?:^| )(\w+)(?:/|\.py) ", line)) for line in shown_core.splitlines()]
    assert lines == [set(layer.split(" | ")) for layer in layers]


def test_there_are_a_dozen_queries_and_more() -> None:
    assert len(queries()) >= 12


def test_every_published_table_is_asked(published: Path) -> None:
    with duckdb.connect(str(published), read_only=True) as con:
        tables = [name for (name,) in con.execute("select table_name from duckdb_tables()").fetchall()]
    asked = " ".join(queries().values())
    assert [name for name in tables if not re.search(rf"(from|join) {name}\b", asked)] == []


@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: path.name)
def test_links_lead_somewhere(guide: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", guide.read_text("utf-8")):
        path = target.partition("#")[0]
        if path and "://" not in path:
            assert (guide.parent / path).exists(), f"{guide.name} → {target}"


def shown_commands() -> Iterator[tuple[str, str]]:
    """Guide and command line, of every `huimin …` in a console block or in back quotes."""
    for guide in GUIDES:
        text = guide.read_text("utf-8")
        blocks = re.findall(r"```(?:console|bash|sh)\n(.*?)```", text, re.DOTALL)
        lines = [line for block in blocks for line in block.splitlines()]
        lines += re.findall(r"`(huimin [^`]+)`", text)
        yield from ((guide.name, line.lstrip("$ ")) for line in lines if line.lstrip("$ ").startswith("huimin "))


@pytest.mark.parametrize(("guide", "line"), sorted(set(shown_commands())))
def test_shown_commands_exist(guide: str, line: str) -> None:
    words = [word for word in line.split()[1:] if re.fullmatch(r"[a-z]+", word)]
    first = line.split()[1]
    if re.fullmatch(r"[a-z]+", first):
        assert first in set(app), f"{guide}: {line}"
        inner = set(app[first])
        if inner - {"--help", "-h", "--version"} and len(words) > 1 and line.split()[2] == words[1]:
            assert words[1] in inner, f"{guide}: {line}"


def test_shown_make_targets_exist() -> None:
    targets = re.findall(r"^([a-z-]+):", (CHECKOUT / "Makefile").read_text("utf-8"), re.MULTILINE)
    for guide in GUIDES:
        for block in re.findall(r"```(?:console|bash|sh)\n(.*?)```", guide.read_text("utf-8"), re.DOTALL):
            for target in re.findall(r"^\$? ?make ([a-z-]+)", block, re.MULTILINE):
                assert target in targets, f"{guide.name}: make {target}"


@pytest.mark.parametrize("words", list(commands(app, [])), ids=" ".join)
def test_every_command_help_ends_with_an_example(words: list[str]) -> None:
    last = shown(app, words).strip().splitlines()[-1]
    assert last.startswith(f"Example: huimin {words[0]}")


def test_every_reason_is_explained_to_departments() -> None:
    guide = (DOCS / "departments.md").read_text("utf-8")
    assert [reason for reason in chinese_reasons() if f"`{reason}`" not in guide] == []
    assert [words for words in chinese_reasons().values() if words not in guide] == []


OPERATORS = ("operators.md", "operators.zh-CN.md")


@pytest.mark.parametrize("page", OPERATORS)
def test_every_exit_code_is_explained_to_operators(page: str) -> None:
    guide = (DOCS / page).read_text("utf-8")
    assert [code for code in (0, 1, 2, 10, 11, 12, 13, 14, 15, 16) if f"| {code} |" not in guide] == []


@pytest.mark.parametrize("page", OPERATORS)
def test_every_warning_is_explained_to_operators(page: str) -> None:
    guide = (DOCS / page).read_text("utf-8")
    assert [title for title in TITLES.values() if f"| {title} |" not in guide] == []


def test_both_languages_give_operators_the_same_commands_and_hours() -> None:
    found = []
    for page in OPERATORS:
        text = (DOCS / page).read_text("utf-8")
        blocks = re.findall(r"```console\n(.*?)```", text, re.DOTALL)
        shown_lines = [re.sub(r"\s+#.*", "", line) for block in blocks for line in block.splitlines()]
        found.append((shown_lines, re.findall(r"^\| `(huimin-\w+/\w+)`", text, re.MULTILINE)))
    assert found[0] == found[1]


def test_both_readmes_show_the_same_demo() -> None:
    blocks = [
        re.search(r"```console\n(\$ make demo.*?)```", (CHECKOUT / name).read_text("utf-8"), re.DOTALL)
        for name in ("README.md", "README.zh-CN.md")
    ]
    assert blocks[0] and blocks[1]
    assert blocks[0][1] == blocks[1][1]


def test_every_page_is_reached_from_the_index() -> None:
    index = (DOCS / "index.md").read_text("utf-8")
    assert [page.name for page in DOCS.glob("*.md") if page.name != "index.md" and f"({page.name})" not in index] == []
