"""What a night with nothing new asks of the engine: its statements are counted, and none of them is a rule's."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

import duckdb
import pytest

from deliveries import FILES, deliver
from huimin.matching.core import Core, Texts
from huimin.nights.run import Steps, run_night
from nights import night

MOST = {"match": 160, "conclude": 235, "publish": 170}
"""Statements of each step over the five rosters here. What is asked of each roster, rule or clue shows in them."""


class Counting:
    """A connection that counts its statements under the step that is going on."""

    step = ""
    asked: ClassVar[Counter[str]] = Counter()

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        self._con = con

    def __getattr__(self, name: str) -> Any:
        return getattr(self._con, name)

    def __enter__(self) -> "Counting":
        return self

    def __exit__(self, *_: object) -> None:
        self._con.close()

    def execute(self, *words: Any) -> "Counting":
        Counting.asked[Counting.step] += 1
        self._con.execute(*words)
        return self


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Iterator[Counter[str]]:
    """Statements by step, and under `rule` what the rules ask: their hits, counts and views that are laid out."""
    connect = duckdb.connect
    monkeypatch.setattr(duckdb, "connect", lambda *words, **more: Counting(connect(*words, **more)))
    for kind, name in ((Texts, "found"), (Texts, "count")):
        own = getattr(kind, name)

        def counted(self: Any, *words: Any, own: Any = own) -> Any:
            Counting.asked["rule"] += 1
            return own(self, *words)

        monkeypatch.setattr(kind, name, counted)
    laid = Core.view
    monkeypatch.setattr(Core, "view", lambda self, name, sql, kept: (
        Counting.asked.update(["rule"] if kept else []), laid(self, name, sql, kept))[1])  # fmt: skip
    yield Counting.asked
    Counting.asked, Counting.step = Counter(), ""


def statements(root: Path, asked: Counter[str]) -> Counter[str]:
    """Those of one night."""
    asked.clear()
    run_night(night(root), datetime.now(UTC), Steps(begins=lambda step: setattr(Counting, "step", step)))
    return asked.copy()


def test_a_quiet_night_asks_no_rule_again_and_little_else(tmp_path: Path, asked: Counter[str]) -> None:
    deliver(tmp_path)
    first = statements(tmp_path, asked)
    quiet = statements(tmp_path, asked)
    assert first["rule"] > 10
    assert quiet["rule"] == 0
    assert quiet["match"] < first["match"]
    assert {step: quiet[step] for step in MOST if quiet[step] > MOST[step]} == {}
    deliver(tmp_path, {"tekun/特困2023年8月.csv": FILES["tekun/特困2023年8月.csv"].replace("800", "801")})
    small = statements(tmp_path, asked)
    assert 0 < small["rule"] < first["rule"]
    assert {step: small[step] for step in ("conclude", "publish") if small[step] > MOST[step]} == {}
