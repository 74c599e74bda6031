"""A policy what-if as one page and as one workbook."""

from collections.abc import Mapping
from pathlib import Path

from huimin.language import _, in_chinese
from huimin.matching.policy import BEGINNING
from huimin.nights.what_if import FIGURES, WhatIf
from huimin.report.page import templates
from huimin.store.root import RESTRICTED_FILE, write_whole
from huimin.workbooks.written import written_book

HEADS = (
    _("value"),
    _("clues that come"),
    _("clues that stay"),
    _("clues that go"),
    _("yuan that come"),
    _("yuan of those that stay, before"),
    _("yuan of those that stay, then"),
    _("yuan that go"),
)
TITLES = tuple(map(in_chinese, HEADS))
"""The same on the page and in the workbook."""


def asked_in_words(found: WhatIf) -> str:
    """The parameter, its row and from when the values would hold, in either language."""
    change = found.change
    return _(
        "{parameter} at {values} {unit}{since}",
        parameter=_("{title} ({part})", title=found.title, part=change.row) if change.row else found.title,
        values=", ".join(map(str, change.values)),
        unit=found.unit,
        since="" if change.from_on == BEGINNING else _(", from {day} on", day=change.from_on),
    )


def write_what_if_page(found: WhatIf, titles: Mapping[str, str], place: Path) -> None:
    """Writes the page; `titles`: item → title."""
    text: str = (
        templates()
        .get_template("what_if.html.j2")
        .render(found=found, titles=titles, heads=TITLES, figures=FIGURES, asked=in_chinese(asked_in_words(found)))
    )
    write_whole(place, text.encode(), RESTRICTED_FILE)


def write_what_if_book(found: WhatIf, titles: Mapping[str, str], place: Path) -> None:
    """Writes the workbook: a sheet of all values, then one for each."""
    with written_book(place, f"政策测算：{found.title}") as book:
        bold = book.add_format({"bold": True})
        sheet = book.add_worksheet("各取值")
        sheet.write_string(0, 0, in_chinese(asked_in_words(found)))
        sheet.write_row(1, 0, TITLES, bold)
        for line, scenario in enumerate(found.scenarios, 2):
            sheet.write_row(line, 0, [float(scenario.value), *(float(scenario.total(name)) for name in FIGURES)])
        for line, (rule, why) in enumerate(found.skipped, len(found.scenarios) + 3):
            sheet.write_string(line, 0, f"没有运行：{rule}（{why}），不含它的线索")
        for number, scenario in enumerate(found.scenarios, 1):
            sheet = book.add_worksheet(f"{number}、{scenario.value}"[:31])
            sheet.write_row(0, 0, ("项目", "街道", *TITLES[1:]), bold)
            for line, place_ in enumerate(scenario.places, 1):
                sheet.write_row(line, 0, (titles[place_.item], place_.street or "（不详）"))
                sheet.write_row(line, 2, [float(getattr(place_, name)) for name in FIGURES])
