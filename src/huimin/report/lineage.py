"""A published run as OpenLineage events (spec 2-0-2, https://openlineage.io): files to rosters, rules and clues.

Written without the OpenLineage client, which sends events and so brings what speaks HTTP; the tests judge each event by
its classes, which are generated from the published schemas.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar
from uuid import NAMESPACE_URL, uuid5

import polars as pl

from huimin.contracts.contract import Contract
from huimin.matching.rule import Rule
from huimin.project import Project
from huimin.store.manifest import MANIFEST, Manifest, of_one_side
from huimin.store.root import RUN_TIME
from huimin.tables.declared import TABLES, PublishedTable
from huimin.zone import HERE

NAMESPACE = "huimin"
PRODUCER = "urn:huimin"
SPEC = "https://openlineage.io/spec"
FACETS = {
    "parent": "1-2-0/ParentRunFacet",
    "schema": "1-2-0/SchemaDatasetFacet",
    "documentation": "1-1-0/DocumentationDatasetFacet",
    "columnLineage": "1-2-0/ColumnLineageDatasetFacet",
    "outputStatistics": "1-0-2/OutputStatisticsOutputDatasetFacet",
    "sql": "1-1-0/SQLJobFacet",
}
"""Where the schema of each facet that is used stands, by the facet's key."""

Event = dict[str, Any]
Defined = TypeVar("Defined", Contract, Rule)


def events(folder: Path, project: Project) -> Iterator[Event]:
    """The events of a published run: of the night, and one of each roster read and each rule run, in that order.

    Of the run's public side alone: names of files are as they are published. Columns and SQL are told where contract
    and rule are still those of the run. Raises PublishError when there is no such run or its manifest is damaged.
    """
    manifest = of_one_side(folder)
    contracts = as_then(project.contracts, manifest.facts.contracts)
    rules = as_then(project.rules, manifest.facts.rules)
    lineage = RunLineage(manifest, datetime.fromtimestamp((folder / MANIFEST).stat().st_mtime, HERE))
    yield lineage.night("START", ())
    for roster in dict.fromkeys(counted.roster for counted in manifest.facts.in_force):
        yield lineage.roster(roster, contracts.get(roster))
    for rule, readers in rules_of(folder):
        yield lineage.rule(rule, readers, rules.get(rule))
    yield lineage.night("COMPLETE", [lineage.table(table) for table in TABLES if table.name in manifest.row_counts])


def as_then(now: Mapping[str, Defined], then: Mapping[str, str]) -> Mapping[str, Defined]:
    """Those of the contracts or rules that are still what the run used, by their digests."""
    return {name: one for name, one in now.items() if one.digest == then.get(name)}


def rules_of(folder: Path) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Each rule that ran, and the (roster, column) that it reads."""
    ran = pl.read_parquet(folder / "rules.parquet").filter(status="ran").sort("rule")["rule"]
    place = folder / "column_use.parquet"
    if place.exists():
        read = pl.read_parquet(place).filter(kind="rule")
    else:  # a run of an earlier version
        read = pl.DataFrame(schema=dict.fromkeys(("roster", "column", "reader"), pl.String))
    for rule in ran:
        yield rule, read.filter(reader=rule).select("roster", "column").rows()


class RunLineage:
    """The events of one run, all with its times and its ids."""

    def __init__(self, manifest: Manifest, ended: datetime) -> None:
        self._manifest, self._run = manifest, manifest.facts.run
        began = datetime.strptime(self._run[:15], RUN_TIME).replace(tzinfo=HERE)
        self._times = {"START": began, "COMPLETE": max(began, ended)}

    def night(self, kind: str, outputs: Iterable[Event]) -> Event:
        """The event of the night as a whole."""
        return self._event(kind, "nightly", inputs=(), outputs=outputs)

    def roster(self, roster: str, contract: Contract | None) -> Event:
        """The files in force of a roster, and its standard rows; their columns where the contract is known."""
        counted = [one for one in self._manifest.facts.in_force if one.roster == roster]
        wanted = {one.delivery for one in counted}
        used = [one for one in self._manifest.facts.deliveries if one.delivery in wanted]
        inputs = [
            node(f"archive/{one.sha256}", documentation={"description": f"{roster}/{one.unit or ''}/{one.file}"})
            for one in sorted(used, key=lambda one: (one.sha256, one.delivery))
        ]
        about: dict[str, Event] = {}
        if contract:
            about = {"schema": {"fields": fields_of(contract)}, "documentation": {"description": contract.title}}
        rows = written(f"standard/{roster}", sum(one.rows for one in counted), **about)
        return self._event("COMPLETE", f"standardise.{roster}", inputs, [rows], within_night=True)

    def rule(self, rule: str, readers: Sequence[tuple[str, str]], known: Rule | None) -> Event:
        """The rosters that a rule reads, column by column, and the clues of it; its SQL where it is known."""
        inputs = [node(f"standard/{roster}") for roster in dict.fromkeys(roster for roster, _ in readers)]
        read = [
            {**named(f"standard/{roster}"), "field": column, "transformations": [{"type": "INDIRECT"}]}
            for roster, column in readers
        ]
        clues = node(f"published/clues/rule={rule}", columnLineage={"fields": {}, "dataset": read})
        about = {"sql": {"query": known.sql, "dialect": "duckdb"}} if known else {}
        return self._event("COMPLETE", f"rules.{rule}", inputs, [clues], about, within_night=True)

    def table(self, table: PublishedTable) -> Event:
        """A published table with its columns and rows."""
        columns = [{"name": one.name, "type": one.type, "description": one.comment} for one in table.columns]
        about: dict[str, Event] = {"schema": {"fields": columns}, "documentation": {"description": table.comment}}
        return written(f"published/{table.name}", self._manifest.row_counts[table.name], **about)

    def _event(
        self,
        kind: str,
        step: str,
        inputs: Iterable[Event],
        outputs: Iterable[Event],
        about_step: Mapping[str, Event] | None = None,
        *,
        within_night: bool = False,
    ) -> Event:
        night = {"run": {"runId": self._id("nightly")}, "job": named("nightly")}
        return {
            "eventType": kind,
            "eventTime": self._times[kind].isoformat(),
            "producer": PRODUCER,
            "schemaURL": f"{SPEC}/2-0-2/OpenLineage.json#/$defs/RunEvent",
            "run": {"runId": self._id(step), "facets": facets({"parent": night} if within_night else {})},
            "job": {**named(step), "facets": facets(about_step or {})},
            "inputs": [*inputs],
            "outputs": [*outputs],
        }

    def _id(self, step: str) -> str:
        """The same for the same run and job, whenever it is asked."""
        return str(uuid5(NAMESPACE_URL, f"{PRODUCER}:{self._run}:{step}"))


def fields_of(contract: Contract) -> list[Event]:
    """The columns of a roster as its standard rows have them."""
    return [{"name": one.name, "type": one.type.sql.upper(), "description": one.titles[0]} for one in contract.columns]


def node(name: str, **about: Event) -> Event:
    """A dataset with what is said about it."""
    return {**named(name), "facets": facets(about)}


def written(name: str, rows: int, **about: Event) -> Event:
    """A dataset of so many rows that a job wrote."""
    return {**node(name, **about), "outputFacets": facets({"outputStatistics": {"rowCount": rows}})}


def named(name: str) -> dict[str, str]:
    """A job or dataset by its name."""
    return {"namespace": NAMESPACE, "name": name}


def facets(about: Mapping[str, Event]) -> Event:
    """Each facet with who says so and by which schema."""
    return {
        key: {
            "_producer": PRODUCER,
            "_schemaURL": f"{SPEC}/facets/{FACETS[key]}.json#/$defs/{FACETS[key].split('/')[1]}",
            **facet,
        }
        for key, facet in about.items()
    }
