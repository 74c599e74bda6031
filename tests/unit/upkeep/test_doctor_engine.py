"""What the doctor finds of an engine on other machines: its storage, as whom its workers run, whether they can read."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from huimin.cli import run
from huimin.store.root import Root
from huimin.upkeep import doctor_engine
from huimin.upkeep.doctor_engine import examine_engine
from sailing import sailing


@pytest.fixture(scope="module")
def sail() -> Iterator[str]:
    with sailing() as address:
        yield address


def found(root: Path, address: str) -> list[tuple[str, bool, int]]:
    return [(one.subject, one.ok, one.exit_code) for one in examine_engine(Root(root), address) if not one.ok]


def test_workers_that_see_what_this_machine_sees(sail: str, tmp_path: Path) -> None:
    findings = [*examine_engine(Root(tmp_path), sail)]
    assert [(one.subject, one.ok) for one in findings] == [
        ("engine", True),
        ("engine's storage", True),
        ("reading on workers", True),
    ]
    assert f"uid {os.getuid()}" in findings[1].finding and f"gid {os.getgid()}" in findings[1].finding
    assert [*(tmp_path / "state" / "work").iterdir()] == []


@pytest.mark.parametrize(
    ("harm", "told"),
    [
        ("another user", "workers run as uid 0"),
        ("other bytes", "read something else"),
        ("nothing there", "do not read and write here: fails on the engine ("),
    ],
)
def test_workers_that_see_something_else(harm: str, told: str, sail: str, tmp_path: Path, monkeypatch) -> None:
    if harm == "another user":
        monkeypatch.setattr(os, "getuid", lambda: 12_345)
    elif harm == "other bytes":
        write = doctor_engine.write
        monkeypatch.setattr(doctor_engine, "write", lambda texts, folder: write([text[1:] for text in texts], folder))
    else:
        monkeypatch.setattr(doctor_engine, "write", lambda texts, folder: folder)
    (storage,) = [one for one in examine_engine(Root(tmp_path), sail) if one.subject == "engine's storage"]
    assert (storage.ok, storage.exit_code) == (False, 1)
    assert told in storage.finding
    assert storage.fix.startswith(f"let workers run as uid {os.getuid()}") and str(tmp_path) in storage.fix
    assert [*(tmp_path / "state" / "work").iterdir()] == []


@pytest.mark.parametrize(("settled", "code"), [("", 0), ('[engine]\nreading_place = "cluster"\n', 14)])
def test_workers_of_another_release_are_a_fault_where_they_are_to_read(
    settled: str, code: int, sail: str, tmp_path: Path, monkeypatch
) -> None:
    Root(tmp_path).prepare()
    Root(tmp_path).settings().write_text(settled)
    monkeypatch.setattr(doctor_engine, "release", lambda: "huimin 9.9")
    assert found(tmp_path, sail) == [("reading on workers", False, code)]


@pytest.mark.parametrize(
    ("name", "address", "code"),
    [("root", "sc://spark.lan:15002", 2), ("a[b]", "sc://localhost:1", 2)],
)
def test_what_is_refused_before_anybody_is_asked(name: str, address: str, code: int, tmp_path: Path) -> None:
    assert found(tmp_path / name, address) == [("engine", False, code)]


def test_an_engine_that_does_not_answer(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr("huimin.matching.spark_connection.TRIES", 1)
    assert found(tmp_path, "sc://localhost:1") == [("engine", False, 13)]


def test_duckdb_needs_no_look(tmp_path: Path, capsys) -> None:
    assert [*examine_engine(Root(tmp_path), "")] == []
    assert run(["doctor", "--root", str(tmp_path), "--engine", "sc://spark.lan:15002"]) == 2
    assert "TLS" in capsys.readouterr().out
