"""What retention takes, what it never takes, and that the root stays sound."""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from deliveries import FILES, HEAD, deliver
from huimin.deliveries.standard import receipts
from huimin.errors import PublishError, UsageError
from huimin.nights.replay import DeepCheck, replay_run, verify_deep
from huimin.store.archive import Archive
from huimin.store.audit import notes
from huimin.store.carried import folder_of_carried, used_of_runs
from huimin.store.root import Root
from huimin.upkeep.retention import expired, purge, remove_delivery
from huimin.upkeep.verify import verify
from nights import PROJECT, run_night, table

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
    ], "its bytes stay: the run that stays used it"
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
    purge(Root(root), [thing for thing in going(root) if thing.kind == "workbooks"], LATER, days=1)
    assert not folder.exists()
    assert going(root, datetime(2001, 1, 1, tzinfo=UTC)) == ()


def test_answers_handed_out_go_when_they_are_old(corrected):
    root, _, _ = corrected
    answer = root / "restricted" / "answers" / "000001_甲街道.xlsx"
    answer.parent.mkdir()
    answer.write_bytes(b"x")
    old = [thing for thing in going(root) if thing.kind == "workbooks"]
    assert [thing.name for thing in old] == [answer.name]
    purge(Root(root), old, LATER, days=1)
    assert not answer.exists()


def test_a_purge_is_logged_and_leaves_a_sound_root(corrected):
    root, _first, second = corrected
    (root / "inbox" / "urban_dibao" / "城市低保.csv").unlink()
    found = going(root)
    assert any(Root(root).cache.iterdir())
    purge(Root(root), found, LATER, days=0)
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


def old_file(corrected) -> tuple[Path, str, str]:
    """The root without the corrected file in its inbox; that delivery, and its hash."""
    root, _, second = corrected
    (root / "inbox" / "urban_dibao" / "城市低保.csv").unlink()
    listed = table(second, "deliveries").filter(status="superseded")
    return root, listed["delivery"].item(), listed["sha256"].item()


def test_a_run_that_stays_can_be_made_again_and_what_it_needs_goes_with_it(corrected):
    root, first, second = corrected
    _, delivery, digest = old_file(corrected)
    purge(Root(root), going(root), LATER, days=0)
    assert not (root / "published" / first.run).exists() and not list(root.glob(f"standard/*/{delivery}"))
    carried = sorted(place.name for place in folder_of_carried(Root(root)).iterdir())
    assert carried == sorted({used.sha256 for used in used_of_runs([second.folder])})
    assert replay_run(Root(root), PROJECT, second.run).different == ()
    assert verify_deep(Root(root), PROJECT, second.run) == DeepCheck(())
    third = run_night(root)
    assert [(thing.kind, thing.name) for thing in going(root)] == [
        ("run", second.run), ("file", digest), *(("carried", name) for name in carried)
    ]  # fmt: skip
    purge(Root(root), going(root), LATER, days=0)
    assert {place.name for place in folder_of_carried(Root(root)).iterdir()} == {
        used.sha256 for used in used_of_runs([third.folder])
    }
    assert not Archive(root / "archive").place(digest).exists()
    assert replay_run(Root(root), PROJECT, third.run).different == ()
    assert going(root) == ()


def test_a_delivery_goes_when_somebody_asks_and_with_it_the_replay_of_runs_that_used_it(corrected):
    root, first, second = corrected
    _, delivery, digest = old_file(corrected)
    asked = remove_delivery(Root(root), delivery, False, LATER)
    assert [(thing.kind, thing.name) for thing in asked.going] == [("delivery", delivery), ("file", digest)]
    assert asked.ends_replay == (first.run, second.run)
    assert Archive(root / "archive").place(digest).exists() and replay_run(Root(root), PROJECT, second.run)
    assert remove_delivery(Root(root), delivery, True, LATER) == asked
    assert not Archive(root / "archive").place(digest).exists() and not list(root.glob(f"standard/*/{delivery}"))
    told = [(act["kind"], act["asked"], act["ends_replay"]) for act in notes(Root(root), "purged")]
    assert told == [(kind, True, [first.run, second.run]) for kind in ("delivery", "file")]
    with pytest.raises(PublishError, match="1 of the files that it used were purged"):
        replay_run(Root(root), PROJECT, second.run)
    assert verify_deep(Root(root), PROJECT, second.run).not_compared == "some of its deliveries were purged"
    third = run_night(root)
    assert delivery not in set(table(third, "deliveries")["delivery"])
    assert replay_run(Root(root), PROJECT, third.run).different == ()


def test_only_a_known_delivery_out_of_force_and_out_of_the_inbox_goes_when_asked(corrected):
    root, _, second = corrected
    listed = table(second, "deliveries")
    superseded = listed.filter(status="superseded")["delivery"].item()
    used = listed.filter(status="accepted", roster="deaths")["delivery"].item()
    for asked, why in ((superseded, "lies in the inbox"), (used, "in force"), ("0" * 16, "no such delivery")):
        with pytest.raises(UsageError, match=why):
            remove_delivery(Root(root), asked, True, LATER)
    assert list(notes(Root(root), "purged")) == []


@pytest.mark.long
def test_bytes_that_another_delivery_has_too_stay(corrected):
    root, _, _ = corrected
    _, delivery, digest = old_file(corrected)
    deliver(root, {"rural_dibao/农村低保.csv": FILES["urban_dibao/城市低保.csv"]})
    again = run_night(root)
    assert list(table(again, "deliveries")["sha256"]).count(digest) == 2
    asked = remove_delivery(Root(root), delivery, True, LATER)
    assert [thing.kind for thing in asked.going] == ["delivery"] and asked.ends_replay == ()
    assert Archive(root / "archive").place(digest).exists()
    assert replay_run(Root(root), PROJECT, again.run).different == ()
