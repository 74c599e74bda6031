"""The generated reference: what a page shows, and how staleness is told."""

import subprocess
import sys
from datetime import date
from functools import cache

import pytest

from huimin.errors import UsageError
from huimin.matching.policy import BEGINNING, END, Parameter
from huimin.nights.rule_cases import load_cases
from huimin.project import Project
from nights import CHECKOUT, PROJECT
from tools.reference import reference_pages, stale_pages, write_pages
from tools.reference.__main__ import main
from tools.reference.markdown import section, table
from tools.reference.notebook import notebook_with
from tools.reference.rules import dated
from trees import inside


@cache
def pages():
    return reference_pages(PROJECT)


def test_every_roster_and_rule_has_its_page_and_is_listed() -> None:
    for folder, names in (("rosters", PROJECT.contracts), ("rules", PROJECT.rules)):
        assert {path for path in pages() if path.startswith(f"{folder}/")} == {f"{folder}/{name}.md" for name in names}
        for name in names:
            assert f"({folder}/{name}.md)" in pages()[f"{folder}.md"]


@pytest.mark.parametrize("name", PROJECT.rules)
def test_a_rule_page_has_its_sql_parameters_cases_and_basis(name: str) -> None:
    rule, text = PROJECT.rules[name], pages()[f"rules/{name}.md"]
    for shown in (rule.title, rule.sql, rule.population, rule.basis, rule.ask.rstrip("。"), rule.summary, rule.periods):
        assert shown in text
    for said in rule.mistaken_when:
        assert f"- {said}\n" in text
    for key in rule.policy:
        assert f"`{key}`" in text
        for row in PROJECT.policy.parameters[key].rows:
            assert all(f"| {cell} |" in text for cell in row[2:])
    place = PROJECT.cases_of(name)
    for case in load_cases(place) if place.exists() else ():
        assert f"### {case.name}\n\n运行日 {case.run_date}。" in text


def test_a_roster_page_has_every_column_and_title() -> None:
    for name, contract in PROJECT.contracts.items():
        text = pages()[f"rosters/{name}.md"]
        for column in contract.columns:
            assert f"| `{column.name}` |" in text
            assert "、".join(column.titles) in text
        assert all(expectation.type in text for expectation in contract.expectations)


def test_a_roster_page_says_who_reads_each_column_and_what_is_not_to_be_collected() -> None:
    text = pages()["rosters/prisoners.md"]
    assert "| `facility` | [服刑期间享受](../rules/prisoner.md) |  |  |  |" in text
    judged = "`expect_column_pair_values_a_to_be_greater_than_b`"
    assert f"| `to_on` | [服刑期间享受](../rules/prisoner.md) | {judged} | 是 |  |" in text
    assert "**未使用，不要报送**" not in text
    assert "| `approved_by` | **未使用，不要报送** |  |  |  |" in pages()["rosters/exemptions.md"]


def test_links_between_generated_pages_lead_somewhere() -> None:
    import re

    for path, text in pages().items():
        for target in re.findall(r"\]\(([^)#]+\.md)", text):
            place = (CHECKOUT / "docs" / path).parent / target
            assert place.resolve().is_relative_to(CHECKOUT / "docs")
            relative = place.resolve().relative_to(CHECKOUT / "docs").as_posix()
            assert relative in pages() or place.exists(), f"{path} → {target}"


def test_pages_are_the_same_in_another_process() -> None:
    program = (
        "from tools.reference import reference_pages; from hashlib import sha256;"
        "from huimin.project import own_project;"
        "p = reference_pages(own_project()); print(sha256(repr(sorted(p.items())).encode()).hexdigest())"
    )
    from hashlib import sha256

    other = {"PATH": "/usr/bin", "COLUMNS": "40", "TERM": "xterm", "PYTHONHASHSEED": "7", "HUIMIN_ROOT": "/x"}
    environment = {"PYTHONPATH": inside(CHECKOUT)["PYTHONPATH"], **other}
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, cwd=CHECKOUT, env=environment, capture_output=True, text=True)
    assert done.stdout.strip() == sha256(repr(sorted(pages().items())).encode()).hexdigest(), done.stderr


def test_missing_changed_and_left_over_pages_are_stale_until_written(tmp_path) -> None:
    wanted = {"rules/a.md": "甲\n", "rosters/b.md": "乙\n", "policy.md": "丙\n"}
    assert stale_pages(wanted, tmp_path) == ["policy.md", "rosters/b.md", "rules/a.md"]
    write_pages(wanted, tmp_path)
    assert stale_pages(wanted, tmp_path) == []
    (tmp_path / "rules" / "a.md").write_text("改", "utf-8")
    (tmp_path / "rules" / "gone.md").write_text("旧", "utf-8")
    (tmp_path / "guide.md").write_text("手写", "utf-8")
    assert stale_pages(wanted, tmp_path) == ["rules/a.md", "rules/gone.md"]
    assert write_pages(wanted, tmp_path) == ["rules/a.md", "rules/gone.md"]
    assert stale_pages(wanted, tmp_path) == []
    assert not (tmp_path / "rules" / "gone.md").exists()
    assert (tmp_path / "guide.md").read_text("utf-8") == "手写"


def test_values_show_their_days_only_when_dated() -> None:
    columns = (("item", "text"), ("amount", "money"))
    always = Parameter("a", "标准", "元/月", "文件", columns, ((BEGINNING, END, "x", 1),))
    assert dated(always) == "| item | amount |\n| --- | --- |\n| x | 1 |\n"
    change = date(2024, 1, 1)
    risen = Parameter("a", "标准", "元/月", "文件", columns, ((BEGINNING, change, "x", 1), (change, END, "x", 2)))
    assert dated(risen).splitlines()[2:] == ["|  | 2024-01-01 | x | 1 |", "| 2024-01-01 |  | x | 2 |"]


def test_check_names_stale_pages_and_ends_with_1(tmp_path, monkeypatch, capsys) -> None:
    monkeypatch.setattr("tools.reference.__main__.PROJECT", Project(tmp_path))
    monkeypatch.setattr("tools.reference.__main__.reference_pages", lambda project: {"rules/a.md": "甲\n"})
    assert main(["check"]) == 1
    assert "docs/rules/a.md: stale" in capsys.readouterr().out
    assert main(["write"]) == 0
    assert main(["check"]) == 0
    assert "0 stale" in capsys.readouterr().out
    with pytest.raises(UsageError, match="write, or check"):
        main(["sweep"])


def test_cells_are_escaped_and_empty_sections_left_out() -> None:
    assert table(("a",), [["x|y"], [None], ["two\nlines"], [date(2023, 8, 1)]]) == (
        "| a |\n| --- |\n| x\\|y |\n|  |\n| two<br>lines |\n| 2023-08-01 |\n"
    )
    assert section("空", "", "\n") == ""
    assert section("有", "", "话\n", level=3) == "### 有\n\n话\n"


def test_the_notebook_asks_what_the_page_asks_and_keeps_what_is_its_own() -> None:
    notebook = (CHECKOUT / "notebooks" / "published.py").read_text("utf-8")
    queries = (CHECKOUT / "docs" / "queries.md").read_text("utf-8")
    assert notebook_with(notebook, queries) == notebook
    other = notebook_with(notebook, "# 查询\n\n## 一问 · One\n\n说明。\n\n```sql\nselect 1\n\nfrom clues\n```\n")
    assert other.partition("def _(answer):")[0] == notebook.partition("def _(answer):")[0]
    assert other.count("def _(answer):") == 1 and other.endswith('if __name__ == "__main__":\n    app.run()\n')
    assert '"一问 · One",\n        """\n        select 1\n\n        from clues\n        """' in other
    assert notebook_with(other, queries) == notebook
