"""Posting a month's counts for anybody to read: once, and so that no later edition tells what it hides."""

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from huimin.errors import UsageError
from huimin.language import _
from huimin.project import Project
from huimin.report.monthly import PAGE, WORKBOOK
from huimin.report.posted import PostedEdition, edition_from, gather_posting
from huimin.report.posted_safe import protected
from huimin.report.posted_told import posting_page, write_posting_book
from huimin.store.audit import POST, note
from huimin.store.root import (
    PUBLIC_DIRECTORY,
    PUBLIC_FILE,
    RESTRICTED_DIRECTORY,
    Root,
    hold,
    unwritable,
    write_json,
    write_whole,
)


@dataclass(frozen=True)
class Posted:
    """An edition, and where it stands for anybody to read."""

    edition: PostedEdition
    page: Path
    workbook: Path

    def as_json(self) -> dict[str, Any]:
        """A JSON-ready dictionary, without any figure that is hidden."""
        cells, hidden = self.edition.counted()
        return {
            "month": f"{self.edition.month:%Y-%m}",
            "run": self.edition.run,
            "decided_on": self.edition.decided_on.isoformat(),
            "minimum": self.edition.minimum,
            "cells": cells,
            "hidden": hidden,
            "report": str(self.page),
            "workbook": str(self.workbook),
        }


def post(root: Root, project: Project, month: date, now: datetime) -> Posted:
    """The month's edition, in ``public/<YYYY-MM>`` as page and workbook. A month is posted once.

    What was posted stays as it is, whatever is known since: two editions of one month would tell by their difference
    what each of them hides. Posting it again writes the same page and workbook. Raises UsageError for a month without
    a run, one that is not over, or one before a month that is posted; BusyError, ContractError, and PublishError when
    it cannot be written.
    """
    name, folder = f"{month:%Y-%m}", root.state / "posted"
    stored, place = folder / f"{name}.json", root.public / name
    try:
        folder.mkdir(exist_ok=True, mode=RESTRICTED_DIRECTORY)
        with hold(folder / "lock", _("another edition is being posted")):
            if stored.exists():
                edition = edition_from(stored)
            else:
                refuse_unfinished(month, now.date())
                before = edition_before(folder, month)
                edition = protected(gather_posting(root, project, month, now.date()), before)
                write_json(stored, edition.as_json())
                cells, hidden = edition.counted()
                note(root, now, POST, month=name, run=edition.run, cells=cells, hidden=hidden)
            place.mkdir(parents=True, exist_ok=True)
            write_whole(place / PAGE, posting_page(edition).encode(), PUBLIC_FILE)
            write_posting_book(edition, place / WORKBOOK)
            (place / WORKBOOK).chmod(PUBLIC_FILE)
            for opened in (root.public, place):
                opened.chmod(PUBLIC_DIRECTORY)
    except OSError as fault:
        raise unwritable(place, fault) from None
    return Posted(edition, place / PAGE, place / WORKBOOK)


def refuse_unfinished(month: date, today: date) -> None:
    """Raises UsageError when the month is not over: what is posted once is never posted anew."""
    if (month.year, month.month) >= (today.year, today.month):
        fix = _("a month is posted once: give one that is over")
        raise UsageError("--month", _("{month} is not over", month=f"{month:%Y-%m}"), fix)


def edition_before(folder: Path, month: date) -> PostedEdition | None:
    """The last edition posted before the month. Raises UsageError when a later one is posted already."""
    posted = sorted(place.stem for place in folder.glob("[0-9]*-[0-9]*.json"))
    name = f"{month:%Y-%m}"
    if later := [one for one in posted if one > name]:
        raise UsageError(
            "--month",
            _("{later} is posted already, and months are posted in their order", later=later[0]),
            _("give a later month"),
        )
    before = [one for one in posted if one < name]
    return edition_from(folder / f"{before[-1]}.json") if before else None
