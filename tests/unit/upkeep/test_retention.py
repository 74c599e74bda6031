"""What retention takes, what it never takes, and that the root stays sound."""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from deliveries import FILES, HEAD, deliver
from huimin.deliveries.standard import receipts
from huimin.store.audit import notes
from huimin.store.root import Root
from huimin.upkeep.retention import expired, purge
from huimin.upkeep.verify import verify
from nights import run_night, table

CORRECTION = (
    f"姓名,身份证号,户主身份证号,发放金额,发放月份\n张三,{HEAD},{HEAD},400,2023-07\n张三,{HEAD},{HEAD},400,2023-08\n"
)
LATER = datetime.now(UTC) + timedelta(days=2)


def going(root: Path, cutoff: datetime = LATER):
    return expired(Root(root), receipts(Root(root)), cutoff)


@pytest.fixture(scope="module")
def two_nights(tmp_path_factory):
    """A root with two runs, in the second of which a correction took every slot of the first file."""
    root = tmp_path_factory.mktemp("two nights")
    deliver(root)
    first = run_night(root)
    deliver(root, {**FILES, "urban_dibao/更正.csv": CORRECTION})
    return root, first, run_night(root)


@pytest.fixture
def corrected(two_nights, tmp_path):
    """That root, to be changed."""
    root, first, second = two_nights
    shutil.copytree(root, tmp_path / "root", symlinks=True)
    return tmp_path / "root", first, second


def test_what_goes_is_old_and_no_longer_needed(corrected):
    root, first, second = corrected
    assert [(thing.kind, thing.name) for thing in going(root)] == [("run", first.run)]
    (root / "inbox" / "urban_dibao" / "城市低保.csv").unlink()
    listed = table(second, "deliveries").filter(status="superseded")
    found = going(root)
    assert [(thing.kind, thing.name) for thing in found] == [
        ("run", first.run),
        ("delivery", listed["delivery"].item()),
        ("file", listed["sha256"].item()),
    ]
    assert all(thing.bytes > 0 for thing in found)
    assert going(root, datetime(2001, 1, 1, tzinfo=UTC)) == ()


def test_a_delivery_in_force_in_a_run_that_stays_is_kept(corrected):
    root, first, _ = corrected
    (root / "inbox" / "urban_dibao" / "城市低保.csv").unlink()
    of_first = datetime.strptime(first.run[:15], "%Y%m%dT%H%M%S").replace(tzinfo=UTC) - timedelta(days=1)
    assert [thing.kind for thing in going(root, of_first)] == []


def test_workbooks_of_plans_go_when_they_are_old(corrected):
    root, first, _ = corrected
    folder = root / "restricted" / "plans" / "000001-aaaaaaaaaaaa"
    folder.mkdir(parents=True)
    (folder / "抽查_甲街道.xlsx").write_bytes(b"x")
    kinds = [(thing.kind, thing.name) for thing in going(root)]
    assert kinds == [("run", first.run), ("workbooks", folder.name)]
    purge(Root(root), [thing for thing in going(root) if thing.kind == "workbooks"], LATER, 1)
    assert not folder.exists()
    assert going(root, datetime(2001, 1, 1, tzinfo=UTC)) == ()


def test_answers_handed_out_go_when_they_are_old(corrected):
    root, _, _ = corrected
    answer = root / "restricted" / "answers" / "000001_甲街道.xlsx"
    answer.parent.mkdir()
    answer.write_bytes(b"x")
    old = [thing for thing in going(root) if thing.kind == "workbooks"]
    assert [thing.name for thing in old] == [answer.name]
    purge(Root(root), old, LATER, 1)
    assert not answer.exists()


def test_a_purge_is_logged_and_leaves_a_sound_root(corrected):
    root, _first, second = corrected
    (root / "inbox" / "urban_dibao" / "城市低保.csv").unlink()
    found = going(root)
    assert any(Root(root).cache.iterdir())
    purge(Root(root), found, LATER, 0)
    assert not any(Root(root).cache.iterdir()), "hits of persons who are gone"
    assert [act["name"] for act in notes(Root(root), "purged")] == [thing.name for thing in found]
    assert not any(place.exists() for thing in found for place in thing.places)
    assert Root(root).latest() == second.run
    assert verify(root, second.run) == ()
    after = run_night(root)
    assert (
        table(after, "clues")
        .drop("first_seen", "last_seen")
        .equals(table(second, "clues").drop("first_seen", "last_seen"))
    )
    assert verify(root, after.run) == ()
    assert going(root, datetime.now(UTC) - timedelta(days=1)) == ()


def test_bytes_that_are_gone_without_a_purge_are_a_fault(corrected):
    root, _, second = corrected
    digest = table(second, "deliveries").filter(status="superseded")["sha256"].item()
    (root / "archive" / digest[:2] / digest).unlink()
    assert any("is gone" in fault for fault in verify(root, second.run))
