"""A run's lineage as OpenLineage has it: every event stands in the classes that its own schemas give."""

import json
from pathlib import Path
from typing import Any

import pytest
from openlineage.client import event_v2 as client
from openlineage.client import facet_v2
from openlineage.client.generated import (
    output_statistics_output_dataset,
    schema_dataset,
    sql_job,
)
from openlineage.client.generated.base import OutputDataset
from openlineage.client.generated.column_lineage_dataset import ColumnLineageDatasetFacet, InputField, Transformation
from openlineage.client.generated.parent_run import Job as ParentJob
from openlineage.client.generated.parent_run import ParentRunFacet
from openlineage.client.generated.parent_run import Run as ParentRun

from deliveries import HEAD, WIFE, deliver
from huimin.cli import run as command
from huimin.errors import PublishError
from huimin.nights.published_run import PublishedRun
from huimin.report.lineage import events
from huimin.store.seal import sealed
from huimin.tables.declared import TABLES
from nights import PROJECT, run_night

FACETS: dict[str, type[Any]] = {
    "parent": ParentRunFacet,
    "schema": schema_dataset.SchemaDatasetFacet,
    "documentation": facet_v2.documentation_dataset.DocumentationDatasetFacet,
    "columnLineage": ColumnLineageDatasetFacet,
    "outputStatistics": output_statistics_output_dataset.OutputStatisticsOutputDatasetFacet,
    "sql": sql_job.SQLJobFacet,
}
PARTS: dict[str, Any] = {
    "run": lambda value: ParentRun(**value),
    "job": lambda value: ParentJob(**value),
    "fields": lambda value: [schema_dataset.SchemaDatasetFacetFields(**one) for one in value] or value,
    "dataset": lambda value: [
        InputField(**{**one, "transformations": [Transformation(**step) for step in one["transformations"]]})
        for one in value
    ],
}
"""What stands inside a facet and has a class of its own."""


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> PublishedRun:
    root = tmp_path_factory.mktemp("root")
    deliver(root)
    return run_night(root, only=("deceased", "dibao_tekun"))


def facets(told: dict[str, Any]) -> dict[str, Any]:
    """The facets as the client's own; a key that its class does not have, or a schema that is not its, is an error."""
    found = {}
    for key, facet in told.items():
        plain = {name: value for name, value in facet.items() if not name.startswith("_")}
        found[key] = FACETS[key](**{n: PARTS[n](v) if n in PARTS else v for n, v in plain.items()})
        assert facet["_schemaURL"] == FACETS[key]._get_schema()
        assert facet["_producer"]
    return found


def judged(event: dict[str, Any]) -> client.RunEvent:
    """The event as the client's own, which judges ids and times."""
    side = {"inputs": client.InputDataset, "outputs": OutputDataset}
    datasets = {
        name: [
            of(**{key: facets(value) if "acets" in key else value for key, value in one.items()}) for one in event[name]
        ]
        for name, of in side.items()
    }
    run = client.Run(event["run"]["runId"], facets=facets(event["run"]["facets"]))
    job = client.Job(event["job"]["namespace"], event["job"]["name"], facets=facets(event["job"]["facets"]))
    whole = client.RunEvent(
        eventTime=event["eventTime"],
        eventType=client.RunState(event["eventType"]),
        run=run,
        job=job,
        producer=event["producer"],
        **datasets,
    )
    assert event["schemaURL"] == whole.schemaURL
    return whole


def test_every_event_is_one_of_openlineage(published: PublishedRun) -> None:
    told = [judged(event) for event in events(published.folder, PROJECT)]
    assert [(one.job.name, one.eventType.value) for one in told if one.eventType] == [
        ("nightly", "START"),
        ("standardise.urban_dibao", "COMPLETE"),
        ("standardise.tekun", "COMPLETE"),
        ("standardise.population", "COMPLETE"),
        ("standardise.deaths", "COMPLETE"),
        ("rules.deceased", "COMPLETE"),
        ("rules.dibao_tekun", "COMPLETE"),
        ("nightly", "COMPLETE"),
    ]
    assert told[0].run.runId == told[-1].run.runId
    assert len({one.run.runId for one in told}) == len(told) - 1
    assert told[0].eventTime <= told[-1].eventTime


def test_from_file_to_roster_to_rule_to_clue(published: PublishedRun) -> None:
    by_job = {event["job"]["name"]: event for event in events(published.folder, PROJECT)}
    read = by_job["standardise.deaths"]
    assert read["inputs"][0]["facets"]["documentation"]["description"] == "deaths//死亡人员20230801.csv"
    assert read["outputs"][0]["outputFacets"]["outputStatistics"]["rowCount"] == 1
    rule = by_job["rules.deceased"]
    assert {"standard/deaths", "standard/urban_dibao"} <= {one["name"] for one in rule["inputs"]}
    assert read["outputs"][0]["name"] in {one["name"] for one in rule["inputs"]}
    (clues,) = rule["outputs"]
    fields = {(one["name"], one["field"]) for one in clues["facets"]["columnLineage"]["dataset"]}
    assert ("standard/deaths", "died_on") in fields
    assert "first_deaths" in rule["job"]["facets"]["sql"]["query"]
    assert {one["name"] for one in by_job["nightly"]["outputs"]} == {f"published/{table.name}" for table in TABLES}


def test_a_rule_that_changed_since_is_told_without_its_sql(published: PublishedRun, tmp_path: Path) -> None:
    manifest = published.folder / "manifest.json"
    told = manifest.read_text("utf-8")
    assert PROJECT.rules["deceased"].digest in told
    other = tmp_path / "published" / published.run
    other.mkdir(parents=True)
    for place in published.folder.glob("*.parquet"):
        (other / place.name).symlink_to(place)
    facts = json.loads(told.replace(PROJECT.rules["deceased"].digest, "0" * 64))
    (other / "manifest.json").write_text(json.dumps(sealed(facts)))
    by_job = {event["job"]["name"]: event for event in events(other, PROJECT)}
    assert by_job["rules.deceased"]["job"]["facets"] == {}
    assert by_job["rules.dibao_tekun"]["job"]["facets"]


def test_the_command_writes_a_line_an_event_and_nobodys_number(
    published: PublishedRun, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = published.folder.parents[1]
    file = tmp_path / "lineage.ndjson"
    assert command(["lineage", published.run, "-o", str(file), "--root", str(root)]) == 0
    assert "8 events" in capsys.readouterr().out
    lines = file.read_text("utf-8").splitlines()
    assert [json.loads(line)["eventType"] for line in lines] == ["START", *["COMPLETE"] * 7]
    assert not any(number in line for line in lines for number in (HEAD, WIFE))


def test_a_run_that_is_not_there_is_told(published: PublishedRun, tmp_path: Path) -> None:
    with pytest.raises(PublishError, match="no such published run"):
        [*events(published.folder.with_name("20230101T000000-abcdef"), PROJECT)]
