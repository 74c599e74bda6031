"""A manifest holds what a replay needs and reads back as it was written."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from huimin.errors import PublishError
from huimin.store.delivery import Delivery, Receipt
from huimin.store.manifest import Manifest, Output, UsedDelivery, UsedFile, outputs_in, read_manifest, without_timings
from huimin.store.seal import sealed, unsealed
from unit.published_run import RUN, facts, published_run

RECEIPT = Receipt(
    Delivery(
        "ddddddddddddddd1", "urban_dibao", "关山", "urban_dibao/关山/低保.xlsx", "低保.xlsx", "ab" * 32,
        datetime(2023, 8, 30, 1, 2, 3, 450_000, UTC), 1234, run="20230831T020000-abcdef",
    ),
    "accepted",
    date(2023, 8, 31),
    "contract",
)  # fmt: skip
MANIFEST = Manifest(
    replace(facts(), deliveries=(UsedDelivery.of(RECEIPT),), records=(UsedFile("state/verified.jsonl", "v1"),)),
    {"clues": 3},
    (Output("clues.duckdb", "h1", None), Output("evidence.parquet", "h2", 4)),
    (Output("rejects.parquet", "h3", 3),),
    ("ddddddddddddddd9/豁免/3",),
)


def test_it_reads_back_as_it_was_written():
    assert Manifest.from_json(MANIFEST.as_json()) == MANIFEST


def test_one_of_before_manifests_were_sealed_is_read():
    value = json.loads(MANIFEST.as_json())
    for later in ("seal", "in_force", "previous", "held"):
        value.pop(later)
    assert Manifest.from_json(json.dumps(value)).facts.deliveries == MANIFEST.facts.deliveries


def test_one_of_before_the_brake_told_what_it_went_on_from_by_name():
    value = unsealed(json.loads(MANIFEST.as_json()))
    value.pop("previous")
    value |= {"previous_trend": {"path": "a/trend.parquet", "sha256": "t1", "run": "a"}, "previous_cards": None}
    found = Manifest.from_json(json.dumps(sealed(value))).facts
    assert (found.previous, found.held) == ((UsedFile("a/trend.parquet", "t1", "a"),), False)


def test_one_of_before_runs_of_deliveries_were_remembered_is_read():
    value = unsealed(json.loads(MANIFEST.as_json()))
    value["deliveries"][0].pop("run")
    (used,) = Manifest.from_json(json.dumps(sealed(value))).facts.deliveries
    assert used == replace(MANIFEST.facts.deliveries[0], run="")


@pytest.mark.parametrize("lost", ["seal", "in_force", "run"])
def test_a_key_that_is_gone_is_damage(lost):
    value = json.loads(MANIFEST.as_json())
    value.pop(lost)
    with pytest.raises((KeyError, TypeError, ValueError)):
        Manifest.from_json(json.dumps(value))


def test_it_names_all_that_a_replay_needs():
    value = json.loads(MANIFEST.as_json())
    assert value["deliveries"] == [
        {
            "delivery": "ddddddddddddddd1",
            "roster": "urban_dibao",
            "unit": "关山",
            "path": "urban_dibao/关山/低保.xlsx",
            "file": "低保.xlsx",
            "sha256": "ab" * 32,
            "received_at": "2023-08-30T01:02:03.450000+00:00",
            "size": 1234,
            "read_on": "2023-08-31",
            "problem": None,
            "fix": "",
            "run": "20230831T020000-abcdef",
        }
    ]
    assert value["run"] == RUN and value["run_date"] == "2023-09-01"
    assert value["previous_ledger"]["sha256"] == "l1"
    assert value["outputs"][1] == {"path": "evidence.parquet", "sha256": "h2", "rows": 4}
    assert value["seconds"] == {"rules": {"deceased": 0.25}, "steps": {"match": 1.5}}
    assert value["peak_mb"] == {"steps": {"match": 300}}


def test_its_keys_are_sorted_and_its_chinese_is_readable():
    text = MANIFEST.as_json()
    assert "关山" in text
    assert list(json.loads(text)) == sorted(json.loads(text))


def test_only_timings_are_left_out_for_comparison():
    slower = replace(MANIFEST, facts=replace(MANIFEST.facts, step_seconds={"match": 99.0}))
    assert slower != MANIFEST and without_timings(slower) == without_timings(MANIFEST)


def test_outputs_come_by_path_with_rows_of_tables_only(tmp_path):
    published_run(tmp_path)
    outputs = outputs_in(tmp_path / "published" / RUN)
    assert [output.path for output in outputs] == sorted(output.path for output in outputs)
    assert {output.path for output in outputs if output.rows is None} == {"clues.duckdb"}


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"seconds": 1}'])
def test_a_damaged_manifest_is_said_to_be_so(tmp_path, text):
    (tmp_path / "manifest.json").write_text(text)
    with pytest.raises(PublishError, match="damaged"):
        read_manifest(tmp_path)


def test_a_missing_manifest_is_said_to_be_so(tmp_path):
    with pytest.raises(PublishError, match="the manifest is gone"):
        read_manifest(tmp_path)
    with pytest.raises(PublishError, match="no such published run"):
        read_manifest(tmp_path / "nosuch")
