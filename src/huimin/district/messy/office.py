"""The desk on which deliveries are made: pages of a roster's rows with bad rows among them, put into the inbox."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import polars as pl

from huimin.contracts.contract import Contract
from huimin.district.build import District
from huimin.district.messy.bad_rows import bad_row
from huimin.district.messy.dress import Style, dressed
from huimin.district.messy.sheet import Frame, MessyPage, paged
from huimin.district.plain import as_at_day, stamp

REJECTS = pl.Schema(
    {
        "roster": pl.String(),
        "unit": pl.String(),
        "file": pl.String(),
        "sheet": pl.String(),
        "row": pl.Int32(),
        "column": pl.String(),
        "reason": pl.String(),
    }
)
"""One row a rejected row: where it lies, and the one reason. file is the base name, `archive.zip/member.csv`."""

PLAIN = Style()
BARE = Frame()
_ORDER = ("period", "year", "term", "street", "community", "household_head_id", "household_number")

ExpectedReject = tuple[str | None, int, str, str]
"""Sheet, physical row, column, reason."""


class Office:
    """Writes deliveries and notes the rows that must be rejected."""

    def __init__(self, district: District, inbox: Path, contracts: dict[str, Contract]) -> None:
        self.district = district
        self.days = district.days
        self.contracts = contracts
        self.rejects: list[dict[str, str | int | None]] = []
        self._inbox = inbox
        self._rng = np.random.default_rng([district.seed, 2])
        self._written = 0

    @property
    def as_at(self) -> str:
        """The day of the registers, for file names."""
        return f"{as_at_day(self.days):%Y%m%d}"

    def rows(self, roster: str, *where: pl.Expr) -> pl.DataFrame:
        """The roster's rows that hold, in the order of an office: by period, place, household, the head first."""
        frame = self.district.rosters[roster].filter(*where) if where else self.district.rosters[roster]
        keys: list[pl.Expr | str] = [name for name in _ORDER if name in frame.columns]
        if "relation" in frame.columns:
            keys.append(pl.col("relation") != "户主")
        return frame.sort(*keys, "id_number", maintain_order=True) if "id_number" in frame.columns else frame

    def page(
        self,
        roster: str,
        frame: pl.DataFrame,
        style: Style = PLAIN,
        around: Frame = BARE,
        *,
        bad: Sequence[str] = (),
        name: str | None = None,
        hidden: bool = False,
        merged: tuple[str, ...] = (),
    ) -> tuple[MessyPage, list[ExpectedReject]]:
        """A page of the rows, with one bad row of each kind spread among them, and where those lie."""
        contract = self.contracts[roster]
        titles, rows = dressed(frame, contract, style, self._rng)
        columns = [column.name for column in contract.columns if column.name not in style.without]
        faults: dict[int, tuple[str, str]] = {}
        for i, kind in enumerate(bad if rows else ()):
            place = (i + 1) * len(rows) // (len(bad) + 1)
            spoilt, column, reason = bad_row(kind, rows[max(place - 1, 0)], contract, columns)
            rows.insert(place, spoilt)
            faults = {(at if at < place else at + 1): fault for at, fault in faults.items()}
            faults[place] = (column, reason)
        page = paged(titles, rows, around, name=name, hidden=hidden, merged=tuple(columns.index(m) for m in merged))
        return page, [(name, page.places[at], *fault) for at, fault in sorted(faults.items())]

    def put(
        self,
        roster: str,
        file: str,
        content: bytes,
        rejected: Sequence[ExpectedReject] = (),
        *,
        unit: str | None = None,
        member: str | None = None,
        days_before: int = 5,
    ) -> None:
        """The file in the inbox, modified some days before the run; its bad rows noted."""
        path = self._inbox / roster / (unit or "") / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        self._written += 1
        stamp(path, self.days, days_before, self._written * 7)
        self.note(roster, file if member is None else f"{file}/{member}", rejected, unit)

    def note(self, roster: str, file: str, rejected: Sequence[ExpectedReject], unit: str | None = None) -> None:
        """Rows of the file that must be rejected."""
        self.rejects += [
            {
                "roster": roster,
                "unit": unit,
                "file": file,
                "sheet": sheet,
                "row": row,
                "column": column,
                "reason": reason,
            }
            for sheet, row, column, reason in rejected
        ]
