"""Deliveries read by a cluster's workers: the folders that the edge would leave, and what ends the reading."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from deliveries import FILES, deliver
from huimin.errors import PublishError, UsageError
from huimin.nights import cluster
from huimin.nights.night import open_night
from huimin.nights.run import read_inbox
from huimin.store.root import Root
from nights import night
from sailing import sailing

MORE = {
    "urban_dibao/空.csv": "",
    "tekun/特困2023年7月.csv": "姓名,身份证号,发放金额\n张三,无,800\n",
    "elderly_allowance/高龄津贴.csv": "姓名,身份证号,发放金额,发放月份\n"
    + "张三,429999194001010012,1,2023-08\n" * 3_000,
}
"""A refused file, one without an accepted row, a larger one."""


@pytest.fixture(scope="module")
def sail() -> Iterator[str]:
    with sailing() as address:
        yield address


def left(root: Root) -> dict[str, bytes]:
    """Every file below `standard/`."""
    return {str(place.relative_to(root.standard)): place.read_bytes() for place in root.standard.rglob("*.*")}


def test_workers_leave_what_the_edge_leaves(sail: str, tmp_path: Path) -> None:
    edge, other = Root(tmp_path / "edge"), Root(tmp_path / "other")
    deliver(edge.path, FILES | MORE)
    shutil.copytree(edge.path, other.path)
    first = night(edge.path)
    read_inbox(first, datetime.now(UTC))
    second = replace(night(other.path, engine=sail, reading_place="cluster"), run=first.run)
    read_inbox(second, datetime.now(UTC))
    files = left(edge)
    assert len(files) == 5 * len(FILES | MORE)
    assert left(other) == files
    told = [json.loads(line)[0] for line in (second.work / "seconds.jsonl").read_text().splitlines()]
    assert sum(step.startswith("standardise ") for step in told) == len(FILES | MORE) - 1  # one is in no roster
    assert not [*other.standard.rglob(".*")]


@pytest.mark.parametrize(
    ("harm", "told"),
    [
        ("another release", "fails on the engine"),
        ("another mount", "its folder is not here"),
        ("no place to write", "could not be written whole: File exists"),
    ],
)
def test_what_ends_the_reading(harm: str, told: str, sail: str, tmp_path: Path, monkeypatch) -> None:
    root = Root(tmp_path / "root")
    deliver(root.path)
    tonight = night(root.path, engine=sail, reading_place="cluster")
    if harm == "another release":
        monkeypatch.setattr(cluster, "release", lambda: "huimin 0.0.0")
    elif harm == "another mount":
        monkeypatch.setattr(cluster, "read_receipt", lambda folder: None)
    else:
        root.prepare()
        (root.standard / "tekun").write_text("in the way")
    with pytest.raises(PublishError, match=told):
        read_inbox(tonight, datetime.now(UTC))
    assert not [*root.path.glob("published/*")]


def test_there_must_be_a_cluster_to_read_on(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no cluster to read on"):
        open_night(night(tmp_path / "root", reading_place="cluster"))
    root = Root(tmp_path / "root")
    root.settings().write_text('[engine]\nreading_place = "cluster"\n')
    with pytest.raises(UsageError, match="no cluster to read on"):
        open_night(night(root.path))
    open_night(night(root.path, reading_place="edge"))
