"""The analysts' notebook as they open it: served by marimo over a published run, in a real browser, offline."""

# ruff: noqa: E501  (statements are as wide as they are)

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import pytest

from browser import Tab, browser, chromium
from huimin.publishing.publish import Pages, publish
from nights import CHECKOUT
from servers import free_port, wait_for, wait_until
from unit.published_run import facts, places, ready_to_publish
from unit.report_world import HOSTILE

PROGRAM = chromium()
ON_CI = bool(os.environ.get("CI"))
pytestmark = [
    pytest.mark.skipif(PROGRAM is None and not ON_CI, reason="no Chromium: `make browser` installs it (needs root)"),
    pytest.mark.slow,
]
NOTEBOOK = CHECKOUT / "notebooks" / "published.py"
ASKED = [
    int(number)
    for number in re.findall(r"^## (\d+)\. ", (CHECKOUT / "docs" / "queries.md").read_text("utf-8"), re.MULTILINE)
]
LAST = f"{ASKED[-1]}. "
WRONG = "80 岁及以上 女（1/20）"
"""Of whom the rule errs: one of twenty is confirmed, of all others fifteen of twenty."""
WRONG_OF_ALL = "80 岁及以上 女（2/21）"
"""The same with the four confirmed clues of the other rule."""


def erring() -> duckdb.DuckDBPyConnection:
    """A run whose rule `deceased` is nearly always wrong of women from 80 on, in streets whose names are an attack."""
    con = ready_to_publish(dict.fromkeys(("clues", "ledger", "evidence", "changes"), "x"))
    con.execute(
        """
        create temp table cases as
        select printf('%016x', n) as clue_id, case n % 4 when 0 then 83 when 1 then 83 when 2 then 40 else 17 end as age,
               case when n % 2 = 0 then '女' else '男' end as sex, n // 4 as number, list_extract($streets, 1 + n % 10) as street
        from range(80) as r (n)
        """,
        {"streets": list(HOSTILE)},
    )
    con.execute(
        """
        insert into clues by name
        select clue_id || mark as clue_id, rule, title as rule_title, 1 as tier, 'urban_dibao' as item, '城市低保' as item_title,
               '区民政局' as department, clue_id as person_key, age, sex, street, 'hhhhhhhhhhhhhhh' || number % 3 as household_key,
               '待核查' as state, 0.4 as hit_rate, 100 as priority, 1000 as amount_at_risk, '2023-09-01'::date as first_seen,
               '2023-09-01'::date as last_seen
        from cases
        inner join (values ('deceased', '死亡后仍享受', ''), ('dibao_tekun', '同时享受低保和特困', 'b')) as r (rule, title, mark)
          on r.rule = 'deceased' or number = 0
        """
    )
    con.execute(
        """
        insert into ledger by name
        select clue_id, 'deceased' as rule, 1 as tier, 'urban_dibao' as item, street, '待核查' as state,
               '2023-09-01'::date as first_seen, '2023-09-01'::date as last_seen,
               case when number < case when age = 83 and sex = '女' then 1 else 15 end then '查实' else '查否' end as outcome
        from cases
        union all by name
        select clue_id || 'b' as clue_id, 'dibao_tekun' as rule, 1 as tier, 'urban_dibao' as item, street, '待核查' as state,
               '2023-09-01'::date as first_seen, '2023-09-01'::date as last_seen, '查实' as outcome
        from cases
        where number = 0
        """
    )
    con.execute(
        "insert into evidence by name select clue_id, 'deaths' as roster, 'ddddddddddddddd2' as delivery, 'register' as role, '{}' as facts from clues"
    )
    con.execute("update rules set clues = case rule when 'deceased' then 80 when 'dibao_tekun' then 4 else 0 end")
    con.execute(
        "delete from statistics where item <> 'urban_dibao'; update statistics set clues = 84, department_clues = 84"
    )
    con.execute("delete from rates")
    con.execute(
        """
        insert into rates by name
        select 'hit' as measure, * from (values
            ('all', null, null, 84, 50, 0.595, 0.488, 0.694), ('rule', 'deceased', 1, 80, 46, 0.575, 0.466, 0.677),
            ('rule', 'dibao_tekun', 1, 4, 4, 1, 0.51, 1), ('tier', '1', null, 84, 50, 0.595, 0.488, 0.694)
        ) as r ("by", "value", tier, checked, positive, rate, low, high)
        """
    )
    return con


TITLES = (
    "各街道的线索",
    "涉及金额逐月",
    "每月最后一次运行",
    "按规则",
    "按等级",
    "年龄",
    "性别",
    "年龄和性别",
    "规则的重叠",
    "一户几条线索",
)
SAYS = (
    "等级 1",
    "2023-06",
    "查否",
    "死亡后仍享受 等级1（46/80）",
    "等级 1（50/84）",
    "80 岁及以上（18/42）",
    "女（18/42）",
    WRONG_OF_ALL,
    "同时享受低保和特困",
    "户数",
)
"""What each chart names, in their order."""


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("root")
    publish(erring(), facts(), places(folder), Pages())
    return folder


@contextmanager
def served(root: Path) -> Iterator[str]:
    """The address of the notebook as `make notebook` serves it, over that root."""
    port = free_port()
    command = [sys.executable, "-m", "marimo", "run", str(NOTEBOOK), "--headless", "--port", str(port), "--no-token"]
    process = subprocess.Popen([*command, "--", "--root", str(root)], cwd=CHECKOUT)
    address = f"http://127.0.0.1:{port}/"
    try:
        wait_for(f"{address}health")
        yield address
    finally:
        process.terminate()
        process.wait(30)


@pytest.fixture(scope="module")
def tab(root: Path) -> Iterator[Tab]:
    assert PROGRAM, "CI must have a browser: see `make browser`"
    with served(root) as address, browser(PROGRAM) as opened:
        opened.open(address, 1200)
        opened.until(LAST)
        yield opened


CHARTS = """
(() => {
  const found = [], look = node => {
    if (node.classList?.contains('vega-embed')) found.push(node);
    for (const child of [...node.shadowRoot?.children ?? [], ...node.children ?? []]) look(child);
  };
  look(document.body);
  return found.map(chart => ({
    words: [...chart.querySelectorAll('svg text')].map(text => text.textContent),
    red: [...chart.querySelectorAll('.mark-symbol path')].filter(path => path.getAttribute('fill') == '#b3261e').length,
  }));
})()
"""
CHOOSE = """
(() => {
  const menu = document.querySelectorAll('marimo-dropdown')[1].shadowRoot.querySelector('select');
  Object.getOwnPropertyDescriptor(HTMLSelectElement.prototype, 'value').set.call(menu, '死亡后仍享受');
  menu.dispatchEvent(new Event('change', {bubbles: true}));
})()
"""


def drawn(tab: Tab) -> list[dict[str, Any]]:
    """Each chart once all are drawn: its words, and how many of its points are red."""
    wait_until(lambda: len([chart for chart in tab.run(CHARTS) if chart["words"]]) == len(TITLES), 60)
    return tab.run(CHARTS)


def test_it_shows_every_chart_and_question(tab: Tab, tmp_path: Path) -> None:
    shown = tab.until(LAST)
    tab.picture(tmp_path / "notebook.png")
    assert [title for title in TITLES if title not in shown] == []
    words = [" ".join(chart["words"]) for chart in drawn(tab)]
    assert [number for number, (says, chart) in enumerate(zip(SAYS, words, strict=True)) if says not in chart] == []
    assert {int(number) for number in re.findall(r"^(\d+)\. ", shown, re.MULTILINE)} == set(ASKED)


def test_nothing_is_asked_of_another_machine_and_nothing_goes_wrong(tab: Tab) -> None:
    home = tab.run("location.origin")
    assert [address for address in tab.requests() if not address.startswith((home, "data:", "blob:"))] == []
    assert [
        complaint for complaint in tab.complaints() if '"error"' in complaint or "exceptionDetails" in complaint
    ] == []


def test_names_are_text_and_nothing_else(tab: Tab) -> None:
    assert tab.run("document.title") == "惠民分析本"
    assert HOSTILE[0] in tab.until(LAST)


def test_a_group_that_a_rule_errs_for_is_red(tab: Tab) -> None:
    legend = 1
    red = [chart["red"] - legend for chart in drawn(tab)[3:8]]
    assert red == [0, 0, 1, 1, 1]


def test_one_rule_is_chosen(tab: Tab) -> None:
    tab.run(CHOOSE)
    wait_until(lambda: WRONG in drawn(tab)[7]["words"], 60)


def test_a_root_without_a_run_says_what_to_do(tmp_path: Path) -> None:
    with served(tmp_path) as address, browser(PROGRAM or "") as opened:
        opened.open(address, 1200)
        shown = opened.until("huimin run")
    assert "还没有已发布的运行" in shown and "Traceback" not in shown
