"""Rows that were handed out before the secret was replaced."""

from pathlib import Path

import pytest

from huimin.returns import rekeyed
from huimin.returns.rekeyed import is_sealed, row_of_today, seal_of_row, with_todays_keys
from huimin.returns.returned import ReturnedRow
from huimin.store.root import Root
from huimin.workbooks.columns import CLUE_ID, EVIDENCE_HASH, SEAL, TARGET

BEFORE, TODAY, OTHER = b"before", b"today", b"other"
NOW = {"c0": "c1", "e0": "e1", "t0": "t1"}


def row(secret: bytes, **cells: str) -> ReturnedRow:
    texts = {"姓名": "张三", **cells}
    return ReturnedRow("ledger", None, 5, {**texts, SEAL: seal_of_row(secret, texts)})


def test_a_row_that_was_sealed_before_has_todays_keys_under_todays_seal() -> None:
    given = row(BEFORE, **{CLUE_ID: "c0", EVIDENCE_HASH: "e0"})
    found = row_of_today(given, NOW, [OTHER, BEFORE], TODAY)
    assert (found.text(CLUE_ID), found.text(EVIDENCE_HASH), found.text("姓名")) == ("c1", "e1", "张三")
    assert is_sealed(TODAY, found) and not is_sealed(BEFORE, found)


def test_a_row_that_was_changed_keeps_a_seal_that_holds_under_no_secret() -> None:
    given = row(OTHER, **{CLUE_ID: "c0"})
    found = row_of_today(given, NOW, [BEFORE], TODAY)
    assert found.text(CLUE_ID) == "c1"
    assert not any(is_sealed(secret, found) for secret in (BEFORE, TODAY, OTHER))


def test_a_row_with_no_key_of_before_stays_as_it_is() -> None:
    given = row(BEFORE, **{CLUE_ID: "c9"})
    assert row_of_today(given, NOW, [BEFORE], TODAY) is given


def test_a_row_of_a_plan_has_no_seal() -> None:
    given = ReturnedRow("plan", None, 5, {TARGET: "t0"})
    assert row_of_today(given, NOW, [BEFORE], TODAY).cells == {TARGET: "t1"}


def test_seals_of_before_are_looked_at_where_the_secret_was_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = Root(tmp_path)
    root.prepare()
    given = [row(BEFORE, **{CLUE_ID: "c0"}), row(BEFORE, **{CLUE_ID: "c9"})]
    assert with_todays_keys(root, given) == given
    monkeypatch.setattr(rekeyed, "now_of", lambda root: NOW)
    monkeypatch.setattr(rekeyed, "earlier_secrets", lambda root: {"20230901": BEFORE})
    first, second = with_todays_keys(root, given)
    assert is_sealed(root.secret(), first) and first.text(CLUE_ID) == "c1"
    assert second == given[1]
