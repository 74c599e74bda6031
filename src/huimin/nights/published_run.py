"""What a run left, for whoever started it: counts and places, no personal value."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import duckdb

from huimin.deliveries.slots import Standing
from huimin.errors import HELD, DeliveryError, QualityError
from huimin.figures.brake import Held, held_by_brake
from huimin.language import _
from huimin.returns.judge import BACK, TAKEN
from huimin.store.root import Root

JSON_KEYS = {"restored": "mended"}
"""Fields that `--json` has always given under another word."""


@dataclass(frozen=True)
class PublishedRun:
    """A published run."""

    run: str
    folder: Path
    restricted: Path
    latest: bool
    """Whether the latest pointers name it now."""
    clues: int
    in_force: int
    """Deliveries that rules read."""
    refused: int
    """Deliveries refused, or kept out, that the run before did not tell of."""
    refused_before: int
    """Those that it told of, and nothing usable has come in their place since."""
    kept_out: tuple[str, ...]
    """Rosters with a delivery that failed a critical expectation now, and has not been replaced."""
    skipped: tuple[tuple[str, str], ...]
    """Rules that did not run, and why."""
    held: Held | None = None
    """Why the run did not become latest: its clues differ too much from those before."""
    waiting: int = 0
    """Files still being written."""
    restored: int = 0
    """Stored files that were damaged, and made again."""
    returned: int = 0
    """Returned ledger workbooks answered by this run."""
    decided: int = 0
    """Their rows that were taken."""
    sent_back: int = 0
    """Their rows that were not."""
    unreadable: int = 0
    """Returned files that could not be read."""
    received: int = 0
    """Deliveries that lay in the inbox."""
    fresh: int = 0
    """Those that were read now."""
    new: int = 0
    """Clues that the run before did not have."""
    changed: int = 0
    """Clues of which amount, periods, tier or evidence is another than before."""
    vanished: int = 0
    """Clues of the run before that are gone."""

    @property
    def exit_code(self) -> int:
        """16 for a held run, 12 when a roster is newly kept out, 11 when nothing usable was ever delivered, else 0."""
        if self.held:
            return HELD
        if self.kept_out:
            return QualityError.exit_code
        return 0 if self.in_force else DeliveryError.exit_code

    @property
    def report(self) -> Path:
        """The run for people."""
        return self.folder / "report.html"

    def headline(self, titles: Mapping[str, str]) -> str:
        """The run in one sentence of counts; `titles`: of rosters, which are told by their names without."""
        came = f"接收 {self.received:,} 份（新 {self.fresh:,}）"
        if not self.in_force:
            return f"没有可用的交付：{came}，新拒收 {self.refused:,} 份"
        told = [f"{came}，在用 {self.in_force:,} 份"]
        if self.refused:
            told.append(f"新拒收 {self.refused:,} 份")
        if self.kept_out:
            rosters = "、".join(titles.get(roster, roster) for roster in self.kept_out)
            told.append(f"未通过关键检查、未纳入：{rosters}")
        if self.skipped:
            told.append(f"{len(self.skipped):,} 条规则未运行")
        told.append(f"线索 {self.clues:,} 条（新增 {self.new:,}，变化 {self.changed:,}，消失 {self.vanished:,}）")
        if self.held:
            told.append("与上次相差过大，待放行")
        return "；".join(told)

    def as_json(self) -> dict[str, object]:
        """A JSON-ready dictionary."""
        value = {JSON_KEYS.get(name, name): given for name, given in asdict(self).items()}
        return {**value, "folder": str(self.folder), "restricted": str(self.restricted), "exit_code": self.exit_code}

    def places(self) -> Mapping[str, Path]:
        """What is where."""
        return {
            _("report"): self.report,
            _("database"): self.folder / "clues.duckdb",
            _("quality"): self.folder / "quality" / "index.html",
            _("tables"): self.folder,
            _("restricted"): self.restricted,
        }

    def remarks(self) -> Iterator[str]:
        """What an operator should know beside the figures."""
        if self.held:
            yield from self.held.lines(self.run)
        if self.refused:
            yield _(
                '{refused} deliveries refused: huimin query "from deliveries where uncorrected"', refused=self.refused
            )
        if self.refused_before:
            yield _(
                "{refused_before} refused before are open: corrected files, or `huimin withdraw`, close them",
                refused_before=self.refused_before,
            )
        if self.restored:
            yield _(
                "{restored} stored files were damaged and are made again: look at the disk (huimin verify)",
                restored=self.restored,
            )
        if self.waiting:
            yield _("{waiting} files are still being written and wait for the next run", waiting=self.waiting)
        if self.returned:
            answers = _("the answers are in {folder}", folder=self.restricted / "workbooks" / "answers")
            yield _(
                "{returned} ledgers came back: {decided} rows taken, {sent_back} sent back; {answers}",
                returned=self.returned,
                decided=self.decided,
                sent_back=self.sent_back,
                answers=answers,
            )
        if self.unreadable:
            yield _(
                "{unreadable} returned files could not be read: they are listed beside the answers",
                unreadable=self.unreadable,
            )
        for roster in self.kept_out:
            yield _(
                "{roster}: a delivery failed a critical expectation and was kept out; see the quality pages",
                roster=roster,
            )
        reasons: dict[str, list[str]] = {}
        for rule, why in self.skipped:
            reasons.setdefault(why, []).append(rule)
        for why, rules in reasons.items():
            yield _("{count} rules skipped ({why}): {rules}", count=len(rules), why=why, rules=", ".join(rules))
        if not self.latest and not self.held:
            yield _("a run of some rules does not become latest")


class NothingUsable(DeliveryError):  # noqa: N818  what happened, named as such
    """The run is published, and nothing usable was ever delivered."""

    def __init__(self, published: PublishedRun, headline: str) -> None:
        super().__init__(published.run, headline, _("look at the problems: `huimin plan`; correct and deliver again"))
        self.published = published


@dataclass(frozen=True)
class Refused:
    """The refused deliveries, and those kept out, that an operator should hear of."""

    new: tuple[Standing, ...]
    """Not told by the run that this one goes on from."""
    open: tuple[Standing, ...]
    """Told by it, and not corrected."""

    @classmethod
    def of(cls, con: duckdb.DuckDBPyConnection, standings: Sequence[Standing]) -> "Refused":
        """`con` holds `delivered_before`."""
        found = con.execute("select delivery from delivered_before where status = 'refused'").fetchall()
        told_before = {delivery for (delivery,) in found}
        refused = [one for one in standings if one.status == "refused"]
        new = [one for one in refused if one.receipt.delivery.delivery not in told_before]
        still_open = [one for one in refused if one.receipt.delivery.delivery in told_before and one.uncorrected]
        return cls(tuple(new), tuple(still_open))


def told(
    con: duckdb.DuckDBPyConnection,
    root: Root,
    run: str,
    standings: Sequence[Standing],
    returns: Sequence[Mapping[str, Any]],
    latest: bool,
) -> PublishedRun:
    """What the run left, counted from its work database; `returns`: receipts of the verification records new in it."""
    answered = [receipt["rows"] for receipt in returns if "rows" in receipt]
    clues = con.execute("select count(*) from clues").fetchall()[0][0]
    moved = dict(con.execute("select change, count(*) from changes group by change").fetchall())
    refused = Refused.of(con, standings)
    skipped = con.execute("select rule, why from rules where status = 'skipped' order by rule").fetchall()
    return PublishedRun(
        run=run,
        folder=root.published / run,
        restricted=root.restricted / run,
        latest=latest,
        clues=clues,
        in_force=sum(bool(standing.slots) for standing in standings),
        refused=len(refused.new),
        refused_before=len(refused.open),
        kept_out=tuple(sorted({s.receipt.delivery.roster or "" for s in refused.new if s.kept_out and s.uncorrected})),
        skipped=tuple(skipped),
        held=held_by_brake(con),
        returned=len(answered),
        decided=sum(rows.get(TAKEN, 0) for rows in answered),
        sent_back=sum(rows.get(BACK, 0) for rows in answered),
        unreadable=sum("problem" in receipt for receipt in returns),
        **{change: moved.get(change, 0) for change in ("new", "changed", "vanished")},
    )
