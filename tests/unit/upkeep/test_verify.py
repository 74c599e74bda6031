"""A published run is held against its manifest, archive and sums; a tampered one is found out."""

from dataclasses import replace
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path

import duckdb
import pytest

from huimin.errors import UsageError
from huimin.publishing.publish import Pages, publish
from huimin.store.archive import Archive
from huimin.store.audit import note
from huimin.store.manifest import UsedDelivery
from huimin.store.root import Root
from huimin.upkeep.verify import differences, verify
from unit.published_run import RUN, facts, places, published_run, ready_to_publish

CONTENT = b"delivered"
USED = UsedDelivery(
    "ddddddddddddddd1", "urban_dibao", None, "urban_dibao/a.csv", "a.csv", sha256(CONTENT).hexdigest(),
    datetime(2023, 8, 30, tzinfo=UTC), len(CONTENT), read_on=date(2023, 8, 30),
)  # fmt: skip
REGISTER = replace(USED, delivery="ddddddddddddddd2", roster="deaths", file="b.csv")
UNREAD = replace(USED, delivery="ddddddddddddddd3", roster=None, sha256="", problem="不是普通文件")


@pytest.fixture
def root(tmp_path) -> Path:
    (tmp_path / "a.csv").write_bytes(CONTENT)
    with (tmp_path / "a.csv").open("rb") as source:
        Archive(tmp_path / "archive").take(source)
    publish(ready_to_publish(), replace(facts(), deliveries=(USED, REGISTER, UNREAD)), places(tmp_path), Pages())
    return tmp_path


def test_a_whole_run_has_nothing_wrong(root):
    assert verify(root, RUN) == ()


def test_a_changed_a_missing_and_an_added_file_are_named(root):
    folder = root / "published" / RUN
    (folder / "exposure.parquet").write_bytes(b"not parquet")
    (folder / "ledger.parquet").unlink()
    (folder / "notes.txt").write_text("added")
    (root / "restricted" / RUN / "identities.parquet").unlink()
    assert verify(root, RUN) == (
        "published/exposure.parquet: is not the file that was published",
        "published/ledger.parquet: is gone",
        "published/notes.txt: is not in the manifest",
        "restricted/identities.parquet: is gone",
    )


def test_restricted_files_open_to_others_are_named(root):
    (root / "restricted" / RUN / "rejects.parquet").chmod(0o644)
    assert verify(root, RUN) == (f"restricted/{RUN}/rejects.parquet: is open to others than its owner",)


def test_a_delivery_gone_from_the_archive_or_changed_there_is_named(root):
    place = Archive(root / "archive").place(USED.sha256)
    place.chmod(0o600)
    place.write_bytes(b"changed")
    both = "ddddddddddddddd1, ddddddddddddddd2"
    assert verify(root, RUN) == (
        "archive: delivery ddddddddddddddd1 (urban_dibao) is not as it was delivered",
        "archive: delivery ddddddddddddddd2 (deaths) is not as it was delivered",
        f"accounting: 4 bytes by which the archive differs from what was received ({both})",
        f"accounting: 4 evidence rows that point to no row of an archived file ({both})",
    )
    place.unlink()
    assert verify(root, RUN) == (
        "archive: delivery ddddddddddddddd1 (urban_dibao) is gone",
        "archive: delivery ddddddddddddddd2 (deaths) is gone",
        f"accounting: 18 bytes by which the archive differs from what was received ({both})",
        f"accounting: 4 evidence rows that point to no row of an archived file ({both})",
    )


def test_a_database_whose_sums_no_longer_come_out_is_named(root):
    place = root / "published" / RUN / "clues.duckdb"
    place.chmod(0o644)
    with duckdb.connect(str(place)) as con:
        con.execute("delete from evidence where clue_id = 'aaaaaaaaaaaaaaa2'")
    assert verify(root, RUN) == (
        "published/clues.duckdb: is not the file that was published",
        "accounting: 1 clues without evidence",
        "published/clues.duckdb: evidence has 3 rows, the manifest says 4",
    )


def test_an_audit_log_that_somebody_changed_is_named(root):
    (root / "state").mkdir(exist_ok=True)
    for delivery in ("a", "b"):
        note(Root(root), datetime(2023, 8, 30, tzinfo=UTC), "admit", delivery=delivery)
    assert verify(root, RUN) == ()
    place = root / "state" / "audit.jsonl"
    place.write_bytes(place.read_bytes().splitlines(keepends=True)[1])
    assert verify(root, RUN) == (
        "state/audit.jsonl: line 1 does not follow the one before it: one was changed, removed or added",
    )


@pytest.mark.parametrize("run", ["20230101T000000-000000", "latest", "../published", "."])
def test_only_a_published_run_can_be_verified(root, run):
    with pytest.raises(UsageError, match="no such published run"):
        verify(root, run)


def test_the_same_night_again_differs_in_nothing(tmp_path):
    published_run(tmp_path / "one")
    slower = replace(facts(), step_seconds={"match": 9.0})
    publish(ready_to_publish(), slower, places(tmp_path / "two"), Pages())
    assert differences(tmp_path / "one" / "published" / RUN, tmp_path / "two" / "published" / RUN) == ()


def test_another_night_differs_in_files_and_tables(tmp_path):
    published_run(tmp_path / "one")
    con = ready_to_publish()
    con.execute("update clues set summary = '另一句。' where clue_id = 'aaaaaaaaaaaaaaa2'")
    publish(con, facts(), places(tmp_path / "two"), Pages())
    assert differences(tmp_path / "one" / "published" / RUN, tmp_path / "two" / "published" / RUN) == (
        "clues/rule=dibao_tekun/part-0.parquet",
        "clues.duckdb: clues",
        "manifest.json",
    )
