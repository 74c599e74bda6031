"""The report as its readers see it: in a real browser at every width, printed on A4, with names chosen to break it."""

# ruff: noqa: E501  (scripts are as wide as they are)

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import pytest

from browser import Tab, browser, chromium
from huimin.report.month import gather_edition
from huimin.report.page import page, write_page
from unit.published_run import TABLE_ROWS, ready_to_publish
from unit.report_world import HOSTILE, RUN_DATE, content_of, hostile, worked_off
from unit.work_database import contracts

PROGRAM = chromium()
ON_CI = bool(os.environ.get("CI"))
needs_browser = pytest.mark.skipif(
    PROGRAM is None and not ON_CI, reason="no Chromium on this machine: `make browser` installs it (needs root)"
)
pytestmark = [needs_browser, pytest.mark.slow]
WIDTHS = (375, 768, 1280)

OVERFLOWING = """
[...document.querySelectorAll('body *')].filter(e => {
  const box = e.getBoundingClientRect();
  return !e.closest('.wide') && box.width > 0 && (box.right > innerWidth + 1 || box.left < -1);
}).map(e => e.tagName + '.' + e.className + ': ' + e.textContent.slice(0, 40))
"""
OVERLAPPING = """
[...document.querySelectorAll('body, main, header, section, figure, ul, .tiles, .tile, .bar, .curves, .ends, .legend, tr')]
.flatMap(parent => {
  const boxes = [...parent.children].map(e => [e, e.getBoundingClientRect()]).filter(([, b]) => b.width && b.height);
  return boxes.flatMap(([e, a], i) => boxes.slice(i + 1).filter(([, b]) =>
    Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1 && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1
  ).map(([o]) => `${e.tagName}.${e.className} and ${o.tagName}.${o.className}: ${e.textContent.slice(0, 30)}`));
})
"""
CLIPPED = """
[...document.querySelectorAll('td, th, .tile b, .tile span, .bar > span, li, h1, h2, h3, p, figcaption, .ends span')]
.filter(e => e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).display != 'inline')
.map(e => e.tagName + '.' + e.className + ': ' + e.textContent.slice(0, 40))
"""
OUTSIDE_DRAWING = """
[...document.querySelectorAll('svg')].flatMap(svg => {
  const view = svg.viewBox.baseVal;
  return [...svg.querySelectorAll('*')].filter(e => e.getBBox).filter(e => {
    const box = e.getBBox();
    return box.x < view.x - 1 || box.y < view.y - 1 || box.x + box.width > view.width + 1 || box.y + box.height > view.height + 1;
  }).map(e => e.tagName + ' in ' + svg.getAttribute('aria-label'));
})
"""
NAMELESS = """
[...document.querySelectorAll('svg, [role], table, figure')].filter(e => e.tagName == 'TABLE'
  ? !e.caption && !e.closest('[aria-label]') && !e.closest('section').querySelector('h3')
  : e.tagName == 'FIGURE' ? !e.querySelector('figcaption') : !(e.getAttribute('aria-label') || '').trim())
.map(e => e.outerHTML.slice(0, 80))
"""


@pytest.fixture(scope="module")
def tab() -> Iterator[Tab]:
    assert PROGRAM, "CI must have a browser: see `make browser`"
    with browser(PROGRAM) as opened:
        yield opened


@pytest.fixture(scope="module")
def pages(tmp_path_factory) -> dict[str, Path]:
    """Reports by what is peculiar about them."""
    folder = tmp_path_factory.mktemp("reports")
    nothing = dict.fromkeys(TABLE_ROWS, "") | {"progress": NO_PROGRESS, "trend": ""}
    worlds = {
        "worked-off": worked_off(),
        "hostile": hostile(),
        "first-night": ready_to_publish({"trend": TABLE_ROWS["trend"].replace("20230831T020000-aaaaaa", "")}),
        "nothing": ready_to_publish(nothing),
    }
    places = {name: folder / f"{name}.html" for name in (*worlds, "month")}
    for name, con in worlds.items():
        write_page(content_of(con), places[name])
    con = worked_off()
    edition = gather_edition(con, RUN_DATE.replace(month=8), RUN_DATE, contracts())
    places["month"].write_text(page(content_of(con), edition), encoding="utf-8")
    return places


NO_PROGRESS = """
by  | clues | open | overdue | pending | confirmed | unfounded | rechecking | mending | closed | due_amount | recovered_amount
all | 0     | 0    | 0       | 0       | 0         | 0         | 0          | 0       | 0      | 0          | 0
"""
KINDS = ("worked-off", "hostile", "first-night", "nothing", "month")


@pytest.mark.parametrize("width", WIDTHS, ids=str)
@pytest.mark.parametrize("kind", KINDS)
def test_the_page_is_whole_at_every_width(tab, pages, kind, width, tmp_path):
    tab.events.clear()
    tab.open(pages[kind], width)
    assert tab.run("document.documentElement.scrollWidth") <= width
    assert tab.run(OVERFLOWING) == []
    assert tab.run(OVERLAPPING) == []
    assert tab.run(CLIPPED) == []
    assert tab.run(OUTSIDE_DRAWING) == []
    assert tab.complaints() == []
    assert tab.requests() == [pages[kind].as_uri()]


@pytest.mark.parametrize("kind", KINDS)
def test_everything_drawn_has_a_name_and_headings_go_down_by_one(tab, pages, kind):
    tab.open(pages[kind], 1280)
    assert tab.run(NAMELESS) == []
    assert tab.run("document.documentElement.lang") == "zh-CN"
    assert tab.run("document.title").startswith("惠民政策落实监督")
    levels = tab.run("[...document.querySelectorAll('h1, h2, h3')].map(e => +e.tagName[1])")
    assert levels[0] == 1 and levels.count(1) == 1
    told = tab.ask("Accessibility.getFullAXTree")["nodes"]
    named = [node for node in told if node.get("role", {}).get("value") in {"image", "img", "region", "heading"}]
    assert named and all(node["name"]["value"].strip() for node in named)


def test_chosen_names_are_text_and_nothing_else(tab, pages):
    tab.open(pages["hostile"], 1280)
    assert tab.run("document.querySelectorAll('script, img, iframe, object, link, form, input').length") == 0
    assert tab.run("document.title").startswith("惠民政策落实监督")
    text = tab.run("document.body.innerText")
    for name in (HOSTILE[0], HOSTILE[1], "\"><img src=x onerror=alert(1)>'&amp;", "=1+1"):
        assert name in text
    assert not re.search(r"(?<!7 \* 7)\b49\b(?! 条)", text.replace("49/", ""))


def pdf_pages(place: Path) -> list[tuple[str, float]]:
    """Each printed page as its text and the share of it that is not white."""
    with pypdfium2.PdfDocument(place) as document:
        found = []
        for sheet in document:
            pixels = sheet.render(scale=0.5).to_numpy()
            found.append((sheet.get_textpage().get_text_bounded(), float((pixels < 200).mean())))
        return found


@pytest.mark.parametrize(
    ("kind", "most"), [("worked-off", 9), ("hostile", 16), ("first-night", 6), ("nothing", 5), ("month", 9)]
)
def test_it_prints_on_few_sheets_and_none_is_blank(tab, pages, kind, most, tmp_path):
    tab.open(pages[kind], 1280)
    tab.printed(tmp_path / "report.pdf")
    sheets = pdf_pages(tmp_path / "report.pdf")
    assert 2 <= len(sheets) <= most
    assert all(len(text.strip()) > 40 and ink > 0.001 for text, ink in sheets), [ink for _, ink in sheets]
    first, second = sheets[0][0], sheets[1][0]
    assert "疑点线索统计表" in first and "总计" in first and "零报送" in first
    assert "一、核查进度" in second and "一、核查进度" not in first


def test_a_long_table_has_its_headings_on_every_sheet(tab, tmp_path):
    con = worked_off()
    for number in range(90):
        con.execute("insert into progress values ('street', ?, 9, 4, 1, 1, 2, 2, 0, 0, 1, 10, 5)", [f"第{number}街道"])
    write_page(content_of(con), tmp_path / "report.html")
    tab.open(tmp_path / "report.html", 1280)
    tab.printed(tmp_path / "report.pdf")
    sheets = [text for text, _ in pdf_pages(tmp_path / "report.pdf")]
    on = [text for text in sheets if re.search(r"第\d+街道", text)]
    assert len(on) >= 2
    assert all("待核查" in text and "已销号" in text for text in on)
