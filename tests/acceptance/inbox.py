"""Deliveries of an invented district drawn as text, nights over them, and what they left, drawn as text.

In a drawing cells stand between `|`, `·` is an empty cell, `ID3` a valid ID number, `\\uXXXX` that character.
"""

import csv
import io
import os
import re
import zipfile
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import xlsxwriter

from huimin.deliveries.slots import Standing
from huimin.identity import check_character
from huimin.matching.match import open_work
from huimin.nights.conclude import conclude_step
from huimin.nights.night import (
    Checked,
    Night,
    check_step,
    match_step,
    receipts,
    standings_of,
)
from huimin.nights.publish import publish_step
from huimin.nights.published_run import PublishedRun
from huimin.nights.run import read_inbox
from huimin.quality.check import QUALITY, GateResult
from huimin.quality.compare import FIGURES
from huimin.quality.told import lay_told_deliveries
from huimin.store.root import Root
from nights import PROJECT

RUN_DATE = date(2023, 9, 1)
UNJUDGED = GateResult(frozenset(), pl.DataFrame(schema=QUALITY), pl.DataFrame(schema=FIGURES))


def person(number: int, born: str = "19400101") -> str:
    """A valid ID number of a region that was never assigned."""
    head = f"429999{born}{number:03d}"
    return head + check_character(head)


def cell(text: str) -> str:
    plain = re.sub(r"\\u([0-9a-fA-F]{4})", lambda code: chr(int(code[1], 16)), text.strip())
    plain = re.sub(r"\bID(\d{1,3})\b", lambda number: person(int(number[1])), plain)
    return "" if plain == "·" else plain.replace("\\n", "\n")


def cells(drawing: str) -> list[list[str]]:
    """The rows of a drawing; a line of `·` alone is a blank row."""
    return [[cell(text) for text in line.split("|")] for line in drawing.strip().splitlines()]


def text(drawing: str, delimiter: str = ",") -> str:
    """The drawing as a delimited file."""
    sink = io.StringIO()
    for row in cells(drawing):
        if any(row):
            csv.writer(sink, delimiter=delimiter, lineterminator="\n").writerow(row)
        else:
            sink.write("\n")
    return sink.getvalue()


@dataclass(frozen=True)
class Page:
    """A sheet: its drawing, cells of other kinds by place (`B3`), merged ranges, and what is hidden."""

    drawing: str
    typed: Mapping[str, object] | None = None
    merged: Mapping[str, str] | None = None
    hidden_rows: Sequence[int] = ()
    hidden: bool = False


def workbook(pages: Mapping[str, Page | str], **options: object) -> bytes:
    """An .xlsx of those sheets. Every drawn cell is text; dates and numbers are given as typed cells."""
    sink = io.BytesIO()
    book = xlsxwriter.Workbook(sink, {"in_memory": True, **options})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for name, page in pages.items():
        drawn = page if isinstance(page, Page) else Page(page)
        sheet = book.add_worksheet(name)
        for index, row in enumerate(cells(drawn.drawing)):
            for column, value in enumerate(row):
                if value:
                    sheet.write_string(index, column, value)
        for place, value in (drawn.typed or {}).items():
            if isinstance(value, date):
                sheet.write_datetime(place, value, day)
            else:
                sheet.write(place, value)
        for place, value in (drawn.merged or {}).items():
            sheet.merge_range(place, cell(value))
        for row in drawn.hidden_rows:
            sheet.set_row(row - 1, None, None, {"hidden": True})
        if drawn.hidden:
            sheet.hide()
    book.close()
    return sink.getvalue()


def packed(members: Mapping[str, bytes | str]) -> bytes:
    """A zip of those members."""
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return sink.getvalue()


@dataclass(frozen=True)
class Told:
    """What a night says of the deliveries."""

    root: Root
    standings: tuple[Standing, ...]
    deliveries: pl.DataFrame
    quality: pl.DataFrame
    reject_reasons: pl.DataFrame
    rejects: pl.DataFrame
    rules: pl.DataFrame | None = None
    published: PublishedRun | None = None

    def of(self, file: str) -> dict[str, object]:
        """The published row of the delivery of that file name."""
        (row,) = self.deliveries.filter(pl.col("file") == file).to_dicts()
        return row

    def statuses(self) -> list[str]:
        """`roster/unit/file status periods` by that text."""
        shown = [
            f"{d['roster'] or '·'} {d['unit'] or '·'} {d['file']}: {d['status']} {d['periods'] or '·'}"
            for d in self.deliveries.to_dicts()
        ]
        return sorted(shown)

    def account(self, file: str) -> str:
        """`rows = layout + accepted + rejected`."""
        d = self.of(file)
        return f"{d['rows_in_file']} = {d['rows_layout']} + {d['rows_accepted']} + {d['rows_rejected']}"

    def refusal(self, file: str) -> str:
        """Why the file was refused, which counts no rows."""
        assert (self.of(file)["status"], self.account(file)) == ("refused", "0 = 0 + 0 + 0")
        return str(self.of(file)["problem"])

    def rows(self, roster: str, columns: str, where: pl.Expr | None = None) -> list[str]:
        """The rows in force of a roster, those columns drawn, by file, sheet and row."""
        frames = [
            pl.read_parquet(self.folder(standing) / "rows.parquet")
            .filter(pl.col("slot").is_in(standing.slots))
            .with_columns(file=pl.lit(standing.receipt.delivery.file))
            for standing in self.standings
            if standing.slots and standing.receipt.delivery.roster == roster
        ]
        if not frames:
            return []
        rows = pl.concat(frames)
        rows = rows.filter(where) if where is not None else rows
        return drawn(rows.select(columns.split()))

    def kept_out(self) -> set[str | None]:
        """Rosters that a critical expectation keeps out: the night ends with 12."""
        kept_out = (one for one in self.standings if one.kept_out and one.uncorrected)
        return {one.receipt.delivery.roster for one in kept_out}

    def clues(self, rule: str) -> pl.DataFrame:
        """The published clues of a rule."""
        folder = self.published.folder / "clues"
        return pl.read_parquet(folder / "**" / "*.parquet", hive_partitioning=True).filter(pl.col("rule") == rule)

    def findings(self, file: str) -> list[str]:
        """`row column: reason` of the cells of accepted rows that were odd."""
        (standing,) = [s for s in self.standings if s.receipt.delivery.file == file]
        found = pl.read_parquet(self.folder(standing) / "findings.parquet")
        return [f"{row} {column}: {reason}" for _, row, column, reason in found.iter_rows()]

    def rejected(self, file: str) -> list[str]:
        """`sheet row column: reason` of the rejected rows of a file."""
        found = self.rejects.filter(pl.col("file") == file).sort("sheet", "row", "column", nulls_last=False)
        return [
            " ".join(filter(None, (r["sheet"], str(r["row"]), f"{r['column']}: {r['reason']}")))
            for r in found.to_dicts()
        ]

    def folder(self, standing: Standing) -> Path:
        delivery = standing.receipt.delivery
        return self.root.standardised(delivery.roster, delivery.delivery)


def drawn(frame: pl.DataFrame) -> list[str]:
    """The frame as lines of text."""
    return [" | ".join("·" if value is None else str(value) for value in row) for row in frame.iter_rows()]


def lines(drawing: str) -> list[str]:
    """The lines of a drawing with ID numbers put in."""
    return [" | ".join(cell(part) or "·" for part in line.split("|")) for line in drawing.strip().splitlines()]


class District:
    """A root whose inbox departments fill, and its nights."""

    def __init__(self, folder: Path) -> None:
        self.root = Root(folder)
        self.root.prepare()
        self.nights = 0

    def put(self, place: str, content: str | bytes, at: str = "2023-08-20 10:00", encoding: str = "utf-8") -> None:
        """A file in the inbox, last changed then (UTC)."""
        path = self.root.inbox / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        changed = datetime.fromisoformat(at).replace(tzinfo=UTC).timestamp()
        os.utime(path, (changed, changed))

    def night(self, run_date: date = RUN_DATE, settle: float = 0.0, now: datetime | None = None) -> Night:
        """The night after everything was received and read."""
        self.nights += 1
        night = Night(self.root, PROJECT, f"20230901T02{self.nights:04d}-abcdef", run_date, settle)
        read_inbox(night, now or datetime.now(UTC))
        return night

    def read(self, run_date: date = RUN_DATE, settle: float = 0.0, now: datetime | None = None) -> Told:
        """What was received and read, without expectations and rules."""
        night = self.night(run_date, settle, now)
        UNJUDGED.leave(night.work)
        return self.account(night, Checked(()))

    def check(self, run_date: date = RUN_DATE) -> Told:
        """What was received, read and checked, without rules."""
        night = self.night(run_date)
        return self.account(night, check_step(night))

    def account(self, night: Night, checked: Checked) -> Told:
        standings = standings_of(night, checked)
        with closing(open_work(None)) as con:
            lay_told_deliveries(con, self.root, standings, night.work, PROJECT.contracts)
            laid = [con.execute(f"from {table}").pl() for table in ACCOUNT]
            return Told(self.root, standings, *laid, con.execute(f"from rejects where {IS_ROW}").pl())

    def run(self, run_date: date = RUN_DATE) -> Told:
        """The whole night, published."""
        night = self.night(run_date)
        checked = check_step(night)
        match_step(night, checked)
        standings = standings_of(night, checked)
        published = publish_step(night, checked, conclude_step(night, checked))
        names = [table.removeprefix("told_") for table in ACCOUNT]
        tables = [pl.read_parquet(published.folder / f"{name}.parquet") for name in names]
        rejects = pl.read_parquet(published.restricted / "rejects.parquet").filter(
            pl.col("column").ne_missing("header")
        )
        rules = pl.read_parquet(published.folder / "rules.parquet")
        return Told(self.root, standings, *tables, rejects, rules, published)

    @property
    def receipts(self) -> dict[str, object]:
        """Every receipt by file name."""
        return {receipt.delivery.file: receipt for receipt in receipts(self.root)}


ACCOUNT = ("told_deliveries", "told_quality", "reject_reasons")
IS_ROW = """"column" is distinct from 'header'"""
"""Of a reject: it is a row, and not an unknown header."""
