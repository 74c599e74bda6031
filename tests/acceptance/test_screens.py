"""Every listing command as an operator reads it: in English no Chinese but for data, in Chinese no English."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from deliveries import HEAD, deliver, person
from huimin.cli import run
from huimin.cli.app import errors, output
from nights import PROJECT, run_night
from returns import CLUE_ID, FOUND_NOTHING, fill, read_rows

COMMANDS = (
    "status", "plan", "ledger status", "ledger status --by street", "ledger import {book}",
    "ledger export -o {folder}", "ledger provincial -o {folder}/p.xlsx", "check {messy} --roster urban_dibao",
    "worklist --street （其他） --visits 2 -o {folder}/w.xlsx", "rosters list",
    "rosters show urban_dibao", "rosters columns urban_dibao", "rules list", "rules show dibao_tekun",
    "rules test dibao_tekun", "sample --kind recheck", "sample --kind visits", "sample --list", "diff", "verify",
    "purge --older-than 0", "secret rotate", "backup --to {folder}/{language}", "doctor",
    "what-if dibao_standard.urban_dibao=900",
    "explain 0123456789abcdef", "release {run} --why x", "admit 0123456789abcdef --why x", "run --rules nosuch",
)  # fmt: skip
"""What is listed in both languages. `explain` and a night's own lines are for people who read Chinese."""
LISTS = ("status", "plan", "ledger status", "rosters list", "rules list", "sample --list", "diff", "verify",
         "purge --older-than 0", "secret rotate", "what-if dibao_standard.urban_dibao=900")  # fmt: skip
NAMES = re.compile(
    r"[\w./+:=-]*[/_.=0-9-][\w./+:=-]*|--[\w-]+|`[^`]*`|huimin [\w ]+[^，；。]*|\b[A-Z_]+\b|"
    r"\b(?:month|year|term|event|register|python|prefect|duckdb|polars|pyarrow|Linux|GiB|login|yes)\b"
)
"""What is the same in both languages: places, numbers, ids, options, commands, names of packages and kinds."""


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A root with two nights, a decision and a plan."""
    root = tmp_path_factory.mktemp("screens") / "root"
    deliver(root)
    deliver(
        root, {"cadre_relatives/备案20230801.csv": f"姓名,身份证号,干部身份证号\n张三,{HEAD},{person('19800101', 9)}\n"}
    )
    run_night(root)
    book = root / "restricted" / "latest" / "workbooks" / "街道_甲街道.xlsx"
    first = str(read_rows(book)[0][CLUE_ID])
    fill(book, root.parent / "交回.xlsx", {first: FOUND_NOTHING})
    assert run(["ledger", "import", str(root.parent / "交回.xlsx"), "--root", str(root)]) == 0
    run_night(root)
    return root


def data() -> Iterator[str]:
    """Chinese words that are data: titles of rosters, columns, departments and rules, streets, values, files."""
    for roster in PROJECT.contracts.values():
        yield from (roster.title, roster.department_title)
        for column in roster.columns:
            yield from (*column.titles, *column.values)
    for rule in PROJECT.rules.values():
        yield from (rule.title, rule.basis, rule.ask, *rule.mistaken_when)
    for parameter in PROJECT.policy.parameters.values():
        yield from (parameter.title, parameter.unit)
    yield from ("（其他）", "甲街道", "街道_", "部门_", "未填", "交回", "户籍20", "备案20", "年8月.csv", "、")
    yield from ("查否复核_", "近亲属走访_")


DATA = sorted({one for one in data() if one}, key=len, reverse=True)


IDS = {
    *PROJECT.rules,
    *PROJECT.contracts,
    *PROJECT.views,
    *(column.name for roster in PROJECT.contracts.values() for column in roster.columns),
    *(column.type.name for roster in PROJECT.contracts.values() for column in roster.columns),
    *[
        "nosuch",
        "rule",
        "view",
        "expectation",
        "evidence",
        "output",
        "candidates",
        "clues",
        "coverage",
        "key",
        "periods",
    ],
    *["periods", "inbox", "chmod", "mkdir", "Prefect"],
}
"""Of rules, rosters, columns and what reads them: the same in both languages."""


def screen(root: Path, command: str, folder: Path, language: str, monkeypatch: pytest.MonkeyPatch,
           capsys: pytest.CaptureFixture[str]) -> str:  # fmt: skip
    """All that the command prints for whoever reads that language, without data."""
    for name in ("LC_ALL", "LC_MESSAGES", "HUIMIN_LANG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", language)
    for console in (output, errors):
        monkeypatch.setattr(console, "_width", 1000)  # COLUMNS counts only where it stands when they are imported
    places = {"book": root.parent / "交回.xlsx", "messy": root / "inbox" / "urban_dibao" / "城市低保.csv",
              "language": language, "folder": folder,
              "run": (root / "published" / "latest").resolve().name}  # fmt: skip
    words = [word.format(**places) for word in command.split()]
    of_catalogue = words[0] in ("rosters", "rules", "check")
    run([*words, *([] if of_catalogue else ["--root", str(root)])])
    printed = capsys.readouterr()
    told = printed.out + printed.err
    assert told.strip()
    told = told.replace(str(root), "").replace(str(folder), "").replace(str(root.parent), "")
    return without_data(told)


def without_data(told: str) -> str:
    for one in DATA:
        told = told.replace(one, " ")
    return told


@pytest.mark.parametrize("command", COMMANDS)
def test_a_screen_is_in_one_language(
    root: Path, tmp_path: Path, command: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    english = screen(root, command, tmp_path, "C.UTF-8", monkeypatch, capsys)
    assert re.findall("[\u4e00-\u9fff]+", english) == []
    chinese = screen(root, command, tmp_path, "zh_CN.UTF-8", monkeypatch, capsys)
    if command.startswith("rules show"):
        chinese = chinese.partition("select")[0]
    for one in IDS:
        chinese = re.sub(rf"\b{one}\b", " ", chinese)
    assert re.findall(r"[A-Za-z]{2,}", NAMES.sub(" ", chinese)) == []


@pytest.mark.parametrize("command", LISTS)
def test_json_is_the_same_in_both(
    root: Path, tmp_path: Path, command: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    told = []
    for language in ("C.UTF-8", "zh_CN.UTF-8"):
        monkeypatch.setenv("LANG", language)
        of_catalogue = command.split(maxsplit=1)[0] in ("rosters", "rules")
        run([*command.split(), "--json", *([] if of_catalogue else ["--root", str(root)])])
        told.append(json.loads(capsys.readouterr().out))
    for one in told:
        if isinstance(one, dict):
            for changing in ("hours", "secret"):
                one.pop(changing, None)
    assert told[0] == told[1]
