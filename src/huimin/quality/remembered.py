"""What is kept of a night's comparisons: rows never change under their hash, so a count stays true for later nights."""

import json
from collections.abc import Collection, Iterable
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from huimin.cells.id_number import digits_of
from huimin.quality.imported import judge_version
from huimin.quality.verdicts import Verdicts
from huimin.store.root import Root, write_json
from huimin.store.seal import sealed, unsealed
from huimin.tables.sql import lay_frame, literal, parquet, parquets
from huimin.tables.work import open_work

NUMBER = digits_of("id_number")
"""The column of standard rows by which persons are told apart here: whole numbers compare quicker than texts."""


@dataclass(frozen=True)
class SlotRows:
    """The rows of one delivery in one slot."""

    rows: Path
    """Its rows.parquet."""
    digest: str
    """SHA-256 of that file."""
    slot: str

    def __str__(self) -> str:
        """The key under which its counts are remembered: the beginning of the digest, and the slot."""
        return f"{self.digest[:16]}@{self.slot}"


Pair = tuple[SlotRows, SlotRows]


@dataclass
class Remembered:
    """Counts by what was counted, verdicts, and whom the night before kept out, from which the next one goes on."""

    persons: dict[str, int] = field(default_factory=dict)
    """How many persons two sides share."""
    known: dict[str, float] = field(default_factory=dict)
    """Which share of a delivery's rows a population register knows."""
    kept_out: frozenset[str] = frozenset()
    verdicts: Verdicts = field(default_factory=Verdicts)
    asked: set[str] = field(default_factory=set)
    """What tonight asked for; all else is forgotten."""

    def shared(self, pairs: Iterable[Pair], scratch: Path) -> dict[Pair, int]:
        """How many persons are in both of each two sides. Only what was never counted is read."""
        names = {pair: f"{pair[0]} {pair[1]}" for pair in pairs}
        missing = [pair for pair, name in names.items() if name not in self.persons]
        self.persons |= {names[pair]: persons for pair, persons in count_shared(missing, scratch).items()}
        self.asked |= set(names.values())
        return {pair: self.persons[name] for pair, name in names.items()}

    def known_to(
        self, register: Collection[SlotRows], others: Collection[SlotRows], scratch: Path
    ) -> dict[SlotRows, float]:
        """Which share of each delivery's rows has an ID number of that register; empty without the register.

        The slots are not looked at. Only what was never counted is read.
        """
        if not register:
            return {}
        people = "+".join(sorted(side.digest[:16] for side in register))
        names = {side: f"{side.digest[:16]} {people}" for side in others}
        missing = [side for side, name in names.items() if name not in self.known]
        self.known |= {names[side]: share for side, share in count_known(register, missing, scratch).items()}
        self.asked |= set(names.values())
        return {side: self.known[name] for side, name in names.items() if name in self.known}


def remembered_at(root: Root) -> Path:
    """Where the counts of a root are kept."""
    return root.state / "compared.json"


def recall(root: Root) -> Remembered:
    """What the night before remembered; nothing when that is not there or damaged: it is counted again."""
    with suppress(OSError, ValueError, KeyError, TypeError):
        kept = unsealed(json.loads(remembered_at(root).read_bytes()))
        verdicts = Verdicts(kept["verdicts"] if kept["judge"] == judge_version() else None)
        return Remembered(dict(kept["persons"]), dict(kept["known"]), frozenset(kept["kept_out"]), verdicts)
    return Remembered()


def remember(root: Root, found: Remembered) -> None:
    """Leaves for the next night what this one asked for."""
    persons = {name: count for name, count in found.persons.items() if name in found.asked}
    known = {name: share for name, share in found.known.items() if name in found.asked}
    judged = {"judge": judge_version(), "verdicts": dict(sorted(found.verdicts.kept.items()))}
    counted = {"persons": persons, "known": known, "kept_out": sorted(found.kept_out)}
    write_json(remembered_at(root), sealed(counted | judged))


def count_shared(pairs: Collection[Pair], scratch: Path) -> dict[Pair, int]:
    """How many different ID numbers are in both of each two sides, read from that column alone."""
    if not pairs:
        return {}
    sides = {side: number for number, side in enumerate(dict.fromkeys(side for pair in pairs for side in pair))}
    files = {side.digest: side.rows for side in sides}
    scans = " union all ".join(
        f"select {literal(digest)} as digest, slot, {NUMBER} from {parquet(rows)}" for digest, rows in files.items()
    )
    with closing(open_work(None, spill=scratch / "shared.spill")) as con:
        known = [(number, side.digest, side.slot) for side, number in sides.items()]
        lay_frame(con, "sides", pl.DataFrame(known, schema=["side", "digest", "slot"], orient="row"))
        compared = [(sides[one], sides[other]) for one, other in pairs]
        lay_frame(con, "pairs", pl.DataFrame(compared, schema=["one", "other"], orient="row"))
        found = con.execute(
            f"""
            with persons as materialized (
                select distinct s.side, r.{NUMBER}
                from ({scans}) as r join sides as s on s.digest = r.digest and s.slot = r.slot
            )
            select p.one, p.other, count(*)
            from pairs as p
            join persons as a on a.side = p.one
            join persons as b on b.side = p.other and b.{NUMBER} = a.{NUMBER}
            group by p.one, p.other
            """
        ).fetchall()
    counts = {(one, other): persons for one, other, persons in found}
    return {pair: counts.get((sides[pair[0]], sides[pair[1]]), 0) for pair in pairs}


def count_known(register: Collection[SlotRows], others: Collection[SlotRows], scratch: Path) -> dict[SlotRows, float]:
    """Share of each delivery's rows whose ID number is in the register."""
    if not others:
        return {}
    scans = " union all ".join(
        f"select {number} as side, {NUMBER} from {parquet(side.rows)}" for number, side in enumerate(others)
    )
    people = parquets([side.rows for side in register])
    with closing(open_work(None, spill=scratch / "known.spill")) as con:
        found = con.execute(
            f"""
            select side, count(*) filter ({NUMBER} in (select {NUMBER} from {people})) / count(*)
            from ({scans}) group by side
            """
        ).fetchall()
    shares = dict(found)
    return {side: shares[number] for number, side in enumerate(others) if number in shares}
