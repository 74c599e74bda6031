"""What a run was made of and what it made: enough to run it again and to check every file it left."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from huimin.errors import PublishError
from huimin.language import _
from huimin.store.archive import hash_file
from huimin.store.delivery import Delivery, Receipt
from huimin.store.encrypted import rows_in
from huimin.store.rulings import Ruling
from huimin.store.seal import SEAL, sealed, unsealed

MANIFEST = "manifest.json"
RESTRICTED = "restricted"


@dataclass(frozen=True, kw_only=True)
class UsedDelivery(Delivery):
    """One delivery that the run knew, with all that a replay needs to read it again."""

    read_on: date

    @classmethod
    def of(cls, receipt: Receipt) -> "UsedDelivery":
        """The receipt's delivery and the day it was read on; `problem` only when it was refused unread."""
        return cls(**asdict(receipt.delivery), read_on=receipt.read_on)

    def plain(self) -> Delivery:
        """The delivery alone."""
        return Delivery(**{entry.name: getattr(self, entry.name) for entry in fields(Delivery)})


@dataclass(frozen=True)
class UsedFile:
    """A file the run read: verification records, the previous ledger."""

    path: str
    """Relative to the root."""
    sha256: str
    run: str | None = None
    """The run that wrote it; of a verification record the run whose ledger it is in first."""


@dataclass(frozen=True)
class Counted:
    """What a delivery in force gives to its roster's standard table."""

    roster: str
    delivery: str
    slots: tuple[str, ...]
    """Its slots in force."""
    rows: int
    money: Mapping[str, str]
    """Yuan in each money column, as decimal text."""


@dataclass(frozen=True)
class RunFacts:
    """What is known of a run before it is published. Digests are SHA-256 by name."""

    run: str
    run_date: date
    code_version: str
    contracts: Mapping[str, str]
    rules: Mapping[str, str]
    policy: Mapping[str, str]
    deliveries: tuple[UsedDelivery, ...]
    in_force: tuple[Counted, ...] = ()
    """What each delivery in force gave to the rules."""
    previous_ledger: UsedFile | None = None
    previous: tuple[UsedFile, ...] = ()
    """What stood beside that ledger and was read too."""
    records: tuple[UsedFile, ...] = ()
    """Verification records."""
    rulings: tuple[Ruling, ...] = ()
    """What people had decided of deliveries, oldest first."""
    only: tuple[str, ...] = ()
    """The rules asked for; empty: all."""
    strict: bool = False
    """Whether columns that nobody reads were kept out of the standard rows."""
    held: bool = False
    """Whether its clues differed too much from those before: it became the latest only if a person released it."""
    step_seconds: Mapping[str, float] = field(default_factory=dict)
    step_peaks: Mapping[str, float] = field(default_factory=dict)
    """The most MB that the run's own process had in a step; what children had is not in it."""
    rule_seconds: Mapping[str, float] = field(default_factory=dict)
    secret: str = ""
    """The id of the secret that its keys are under; empty before runs told it."""
    engine: str = ""
    """What ran the rules, and what read their SQL for it, with versions; empty before runs told it."""


@dataclass(frozen=True)
class Output:
    """One published file; `rows` only where it is a table."""

    path: str
    sha256: str
    rows: int | None


@dataclass(frozen=True)
class Manifest:
    """A run's facts, the rows of each published table, and every file on both sides but the manifest itself."""

    facts: RunFacts
    row_counts: Mapping[str, int]
    outputs: tuple[Output, ...] = ()
    """Paths relative to ``published/<run>``, ascending."""
    restricted: tuple[Output, ...] = ()
    """Paths relative to ``restricted/<run>``, ascending."""
    exemptions: tuple[str, ...] = ()
    """The exemption rows that exempted a clue, each as delivery, sheet and row joined by ``/``."""

    def as_json(self) -> str:
        """JSON with sorted keys and a seal; `from_json` reads it back."""
        facts = asdict(self.facts)
        seconds = {"steps": facts.pop("step_seconds"), "rules": facts.pop("rule_seconds")}
        peaks = {"steps": facts.pop("step_peaks")}
        value = {
            **facts,
            "row_counts": dict(self.row_counts),
            "exemptions": list(self.exemptions),
            "outputs": [asdict(output) for output in self.outputs],
            "restricted": [asdict(output) for output in self.restricted],
            "seconds": seconds,
            "peak_mb": peaks,
        }
        plain = json.loads(json.dumps(value, default=in_words))
        return json.dumps(sealed(plain), ensure_ascii=False, sort_keys=True, indent=1) + "\n"

    @classmethod
    def from_json(cls, text: str | bytes) -> "Manifest":
        """The manifest that `as_json` wrote, or that of an earlier version, which had no seal.

        Raises AttributeError, KeyError, TypeError or ValueError when it is not as it was.
        """
        value = json.loads(text)
        # those written before manifests were sealed do not tell what was in force either
        value = unsealed(value) if value.keys() & {SEAL, "in_force"} else {**value, "in_force": ()}
        seconds, counts = value.pop("seconds"), value.pop("row_counts")
        peaks = value.pop("peak_mb", {"steps": {}})
        outputs, restricted = ([Output(**entry) for entry in value.pop(key)] for key in ("outputs", "restricted"))
        exemptions = value.pop("exemptions")
        ledger = value.pop("previous_ledger")
        # versions before the brake told each of these by a name of its own
        older = filter(None, [value.pop(name, None) for name in ("previous_trend", "previous_cards")])
        beside = (*value.pop("previous", ()), *older)
        facts = RunFacts(
            **{
                **value,
                "run_date": date.fromisoformat(value["run_date"]),
                "deliveries": tuple(used_delivery(entry) for entry in value["deliveries"]),
                "in_force": tuple(Counted(**{**one, "slots": tuple(one["slots"])}) for one in value["in_force"]),
                "rulings": tuple(Ruling.of(entry) for entry in value.get("rulings", ())),
                "records": tuple(UsedFile(**entry) for entry in value["records"]),
                "only": tuple(value["only"]),
            },
            previous_ledger=UsedFile(**ledger) if ledger else None,
            previous=tuple(UsedFile(**entry) for entry in beside),
            step_seconds=seconds["steps"],
            step_peaks=peaks["steps"],
            rule_seconds=seconds["rules"],
        )
        return cls(facts, counts, tuple(outputs), tuple(restricted), tuple(exemptions))


def in_words(value: object) -> str:
    """Dates and times as ISO 8601 text."""
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(type(value).__name__)


def used_delivery(entry: dict[str, Any]) -> UsedDelivery:
    """The delivery of one manifest entry."""
    received_at, read_on = datetime.fromisoformat(entry["received_at"]), date.fromisoformat(entry["read_on"])
    return UsedDelivery(**{**entry, "received_at": received_at, "read_on": read_on})


def outputs_in(folder: Path) -> tuple[Output, ...]:
    """Every file below the folder but its manifest, with hash and rows (Parquet only), by path."""
    files = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    return tuple(
        Output(name, hash_file(path), rows_in(path) if path.suffix == ".parquet" else None)
        for name, path in sorted(files.items())
        if name != MANIFEST
    )


def differing(folder: Path, expected: tuple[Output, ...], side: str) -> Iterator[str]:
    """Each file of the folder that is not as the manifest says."""
    files = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    wanted = {output.path: output.sha256 for output in expected}
    for name in sorted((files.keys() | wanted.keys()) - {MANIFEST}):
        if name not in files:
            yield _("{side}/{name}: is gone", side=side, name=name)
        elif name not in wanted:
            yield _("{side}/{name}: is not in the manifest", side=side, name=name)
        elif hash_file(files[name]) != wanted[name]:
            yield _("{side}/{name}: is not the file that was published", side=side, name=name)


def shown(manifest: Manifest, told: Callable[[str], str]) -> Manifest:
    """The manifest as it is published: names of files and units, and what people wrote, as `told` shows them.

    Workbooks are left out: their names say who has clues where.
    """

    def of(used: UsedDelivery) -> UsedDelivery:
        unit, file = used.unit and told(used.unit), told(used.file)
        path = "/".join(filter(None, (used.roster, unit, file)))
        return replace(
            used, unit=unit, file=file, path=path, problem=used.problem and told(used.problem), fix=told(used.fix)
        )

    facts = manifest.facts
    rulings = tuple(replace(ruling, why=told(ruling.why)) for ruling in facts.rulings)
    restricted = tuple(output for output in manifest.restricted if not output.path.startswith("workbooks/"))
    facts = replace(facts, deliveries=tuple(map(of, facts.deliveries)), rulings=rulings)
    return replace(manifest, facts=facts, restricted=restricted)


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a published run, whole where its restricted side has it so.

    Raises PublishError when it is missing or damaged.
    """
    published, whole = of_one_side(folder), restricted_beside(folder)
    if not (whole / MANIFEST).exists():
        return published
    found = of_one_side(whole)
    return replace(published, facts=found.facts, restricted=found.restricted)


def restricted_beside(published: Path) -> Path:
    """The restricted folder of a run of which that is the published one."""
    return published.parent.parent / RESTRICTED / published.name


def of_one_side(folder: Path) -> Manifest:
    """The manifest that lies in the folder. Raises PublishError when it is missing or damaged."""
    place = folder / MANIFEST
    try:
        return Manifest.from_json(place.read_bytes())
    except OSError:
        if folder.is_dir():
            raise PublishError(
                str(place), _("the manifest is gone"), _("restore the run's folder from a backup")
            ) from None
        raise PublishError(
            str(place), _("there is no such published run"), _("see `ls published/` for the runs")
        ) from None
    except (AttributeError, KeyError, TypeError, ValueError):
        raise PublishError(
            str(place), _("the manifest is damaged"), _("restore the run's folder from a backup")
        ) from None


def without_timings(manifest: Manifest) -> Manifest:
    """The manifest as every replay must give it: no seconds, no memory, whatever the engine."""
    return replace(manifest, facts=replace(manifest.facts, step_seconds={}, step_peaks={}, rule_seconds={}, engine=""))
