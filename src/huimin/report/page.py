"""The report as one HTML page: no script, no outside resource, every cell escaped, the same bytes each time."""

from decimal import Decimal
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unicodedata import category

from huimin.report.charts import ChartBar, bars, in_words, interval, standing
from huimin.report.content import Content, Records, wan
from huimin.report.form import HEADINGS
from huimin.report.month import Edition
from huimin.report.zero import counted

if TYPE_CHECKING:
    from jinja2 import Environment

MOST_ROWS = 100
"""Rows of a table on the page; the workbook has them all."""
MOST_RATES = 40
MOST_BARS = 20
LABEL = 60
"""Characters of a street, a file or a unit that are shown."""


def write_page(content: Content, place: Path) -> None:
    """Writes the page of a run: one file, the same bytes each time."""
    place.write_text(page(content), encoding="utf-8")


def page(content: Content, edition: Edition | None = None) -> str:
    """The page as HTML; with `edition`, as that month's report."""
    text: str = (
        templates()
        .get_template("report/page.html.j2")
        .render(
            content=content,
            edition=edition,
            headings=HEADINGS,
            standing=standing,
            in_words=in_words,
            interval=interval,
            bars=money_bars,
            zero_counts=counted(edition.zero if edition else content.zero),
            zero=edition.zero if edition else content.zero,
            to_correct=by_department(content),
            most_rows=MOST_ROWS,
            most_rates=MOST_RATES,
            most_bars=MOST_BARS,
        )
    )
    return text.strip() + "\n"


@cache
def templates() -> "Environment":
    """The templates, each compiled once however many pages are written."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    found = Environment(
        loader=PackageLoader("huimin"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    found.filters.update(count=count, wan=wan, percent=percent, short=short, blank=blank)
    return found


def money_bars(rows: Records) -> list[ChartBar]:
    """A chart of money: rows of label and amount, in their order."""
    return bars((row["label"], f"{wan(row['amount'])} 万元", float(row["amount"])) for row in rows)


def by_department(content: Content) -> list[tuple[str, list[Any]]]:
    """The rows to correct, department by department."""
    return [(name, list(rows)) for name, rows in groupby(content.to_correct, key=lambda row: row["department"])]


def count(number: int) -> str:
    """A number of clues, rows or files, thousands apart."""
    return f"{number:,}"


def blank(number: int) -> str:
    """A number, nothing for 0: in a wide table only what there is should catch the eye."""
    return f"{number:,}" if number else ""


def percent(rate: float | Decimal | None, places: int = 0) -> str:
    """A rate between 0 and 1 as percent; a dash when there is none."""
    return "—" if rate is None else f"{rate * 100:.{places}f}%"


def short(text: str | None) -> str:
    """The text as far as a table has room for it, on one line, without marks that turn or join what follows."""
    kept = (" " if category(letter) == "Cc" else letter for letter in text or "" if category(letter) != "Cf")
    line = " ".join("".join(kept).split())
    return line if len(line) <= LABEL else line[: LABEL - 1] + "…"
