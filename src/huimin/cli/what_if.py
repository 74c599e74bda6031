"""The command that tries other policy values on the rows in force."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from rich.table import Column, Table
from rich.text import Text

from huimin.cli.app import heads, output, say_json, why_not_run
from huimin.cli.nights import existing
from huimin.cli.options import PROJECT, ROOT, JsonSwitch, ProjectOption, RootOption, refuse_no_folder
from huimin.errors import UsageError
from huimin.language import _, as_read
from huimin.matching.policy import BEGINNING
from huimin.nights.what_if import FIGURES, WhatIf, read_change
from huimin.nights.what_if import what_if as tried
from huimin.nights.what_if_told import HEADS, asked_in_words, write_what_if_book, write_what_if_page
from huimin.report.screen import on_screen
from huimin.store.opened import opened
from huimin.store.root import Root
from huimin.zone import HERE


def what_if(
    change: str,
    /,
    *,
    from_on: Annotated[date, Parameter(name="--from", help="The day from which the values hold.")] = BEGINNING,
    root: RootOption = ROOT,
    project: ProjectOption = PROJECT,
    run_date: Annotated[date | None, Parameter(name="--date", help="The day of the run; default today.")] = None,
    file: Annotated[
        Path | None, Parameter(name=["-o", "--output"], help="Also a page (.html) or workbook (.xlsx).")
    ] = None,
    as_json: JsonSwitch = False,
) -> None:
    """Which clues would come, stay or go under other policy values, and the yuan; nothing is published."""
    if file is not None:
        if file.suffix not in (".html", ".xlsx"):
            raise UsageError(str(file), _("neither a page nor a workbook"), _("end it in .html or .xlsx"))
        refuse_no_folder(file)
    asked = read_change(change, from_on)
    found = tried(opened(Root(existing(root))), project, asked, run_date or datetime.now(HERE).date())
    titles = {roster: contract.title for roster, contract in project.contracts.items()}
    if file is not None:
        (write_what_if_page if file.suffix == ".html" else write_what_if_book)(found, titles, file)
    if as_json:
        say_json(asdict(found))
        return
    tell(found, titles)
    if file is not None:
        output.print(_("{file} written", file=file), highlight=False, markup=False)


def tell(found: WhatIf, titles: dict[str, str]) -> None:
    """The values in one table; a lone value by item and street below."""
    for rule, why in found.skipped:
        said = _("would not run: {rule} ({why})", rule=rule, why=why_not_run(why))
        output.print(said, highlight=False, markup=False, style="yellow")
    shown = [(title, name) for title, name in zip(HEADS[1:], FIGURES) if not name.startswith("yuan_stay")]
    totals = [
        (f"{scenario.value}", *(f"{scenario.total(name):,}" for _, name in shown)) for scenario in found.scenarios
    ]
    output.print(drawn((), (HEADS[0], *(title for title, _ in shown)), totals, as_read(asked_in_words(found))))
    if len(found.scenarios) == 1:
        places: list[tuple[str | Text, ...]] = [
            (
                titles[place.item],
                on_screen(place.street or as_read(_("not told"))),
                *(f"{getattr(place, name):,}" for _, name in shown),
            )
            for place in found.scenarios[0].places
        ]
        output.print(drawn((_("item"), _("street")), [title for title, _ in shown], places))


def drawn(texts: Sequence[str], figures: Sequence[str], rows: Sequence[Sequence[str | Text]], title: str = "") -> Table:
    """A table of texts, which are folded where there is little room, and of figures, which never are."""
    first = len(texts)
    columns = heads(*texts)
    for place, head in enumerate(figures, first):
        widest = max((len(row[place]) for row in rows), default=1)
        columns.append(Column(as_read(head), justify="right", overflow="fold", min_width=widest))
    table = Table(*columns, title=title or None)
    for row in rows:
        table.add_row(*row)
    return table
