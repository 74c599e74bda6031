"""Truncated, changed and lost files: made again from what is whole, else the run stops and says what to restore."""

import os
import shutil
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from faults.roots import FIRST, SECOND, THIRD, assert_pair_is_whole, assert_recovers, copied, one_night
from huimin.deliveries.standard import read_receipt, seal
from huimin.errors import PublishError
from huimin.store.archive import Archive
from huimin.store.root import Root
from huimin.upkeep.verify import differing_tables, verify


def truncated(place: Path) -> None:
    """Half of the file is gone, as after a crash of the machine."""
    place.chmod(0o600)
    os.truncate(place, place.stat().st_size // 2)


def flipped(place: Path) -> None:
    """One bit in the middle has turned."""
    content = bytearray(place.read_bytes())
    content[len(content) // 2] ^= 1
    place.chmod(0o600)
    place.write_bytes(content)


Damage = Callable[[Path], None]
DAMAGES = [pytest.param(truncated, id="truncated", marks=pytest.mark.long), pytest.param(flipped, id="flipped")]
DAMAGES_AND_LOSS = [*DAMAGES, pytest.param(Path.unlink, id="gone", marks=pytest.mark.long)]
STORED = {
    "tekun": "rows.parquet",
    "urban_dibao": "rejects.parquet",
    "deaths": "receipt.json",
    "population": "quality.parquet",
    "_unplaced": "seal.json",
}
"""A file of one delivery each."""


def stored(root: Path, roster: str) -> Path:
    """The first delivery's folder of a roster."""
    return min((root / "standard" / roster).iterdir())


def archived(root: Path, roster: str) -> Path:
    """The archived bytes of that delivery."""
    receipt = read_receipt(stored(root, roster))
    assert receipt
    return Archive(root / "archive").place(receipt.delivery.sha256)


@pytest.mark.parametrize("damage", DAMAGES_AND_LOSS)
def test_damaged_deliveries_and_archived_files_are_made_again(before, undisturbed, tmp_path, damage: Damage):
    root = copied(before, tmp_path / "root")
    damage(archived(root, "tekun"))
    for roster, name in STORED.items():
        damage(stored(root, roster) / name)
    one_night(root, SECOND)
    assert_recovers(root, undisturbed)


@pytest.mark.parametrize("damage", DAMAGES_AND_LOSS)
def test_damaged_deliveries_are_made_again_when_departments_took_their_files_away(undisturbed, tmp_path, damage):
    root = copied(undisturbed, tmp_path / "root")
    shutil.rmtree(root / "inbox")
    for roster, name in STORED.items():
        damage(stored(root, roster) / name)
    one_night(root, THIRD)
    assert assert_pair_is_whole(root) == THIRD
    sides = [root / "published" / run / "clues.duckdb" for run in (SECOND, THIRD)]
    assert {"deliveries", "quality", "reject_reasons", "evidence", "exposure"}.isdisjoint(differing_tables(*sides))


@pytest.mark.long
def test_when_all_standard_rows_are_lost_every_delivery_is_read_again(undisturbed, tmp_path):
    root = copied(undisturbed, tmp_path / "root")
    shutil.rmtree(root / "inbox")
    shutil.rmtree(root / "standard")
    one_night(root, THIRD)
    assert verify(root, THIRD) == verify(root, SECOND) == ()
    sides = [root / "published" / run / "clues.duckdb" for run in (SECOND, THIRD)]
    assert {"deliveries", "quality", "reject_reasons", "evidence", "exposure"}.isdisjoint(differing_tables(*sides))


@pytest.mark.long
@pytest.mark.parametrize("damage", DAMAGES_AND_LOSS)
def test_bytes_that_are_nowhere_whole_stop_the_run_until_they_are_delivered_again(undisturbed, tmp_path, damage):
    root = copied(undisturbed, tmp_path / "root")
    (root / "inbox").rename(root / "taken away")
    place = archived(root, "tekun")
    damage(place)
    assert any("archive: delivery" in fault for fault in verify(root, SECOND))
    truncated(stored(root, "tekun") / "rows.parquet")
    with pytest.raises(PublishError) as caught:
        one_night(root, THIRD)
    assert (caught.value.where, caught.value.problem) == (str(place), "these archived bytes are damaged or gone")
    assert Root(root).latest() == SECOND
    (root / "inbox").rmdir()
    (root / "taken away").rename(root / "inbox")
    one_night(root, THIRD)
    assert verify(root, SECOND) == verify(root, THIRD) == ()


@pytest.mark.parametrize("damage", [pytest.param(truncated, id="truncated"), DAMAGES_AND_LOSS[-1]])
def test_an_archived_file_of_another_size_keeps_the_run_unpublished(undisturbed, tmp_path, damage: Damage):
    root = copied(undisturbed, tmp_path / "root")
    shutil.rmtree(root / "inbox")
    place = archived(root, "tekun")
    delivery, size = stored(root, "tekun").name, place.stat().st_size
    damage(place)
    lost = size - (place.stat().st_size if place.exists() else 0)
    with pytest.raises(PublishError) as caught:
        one_night(root, THIRD)
    named = f"{lost} bytes by which the archive differs from what was received ({delivery})"
    assert named in caught.value.problem
    assert caught.value.exit_code == 14
    assert sorted(path.name for path in (root / "published").iterdir()) == sorted(
        path.name for path in (undisturbed / "published").iterdir()
    )


def test_a_delivery_that_nothing_tells_of_stops_the_run_and_is_named(before, tmp_path):
    root = copied(before, tmp_path / "root")
    night_before_any_was_published = root / "published"
    shutil.rmtree(night_before_any_was_published)
    shutil.rmtree(root / "inbox")
    folder = stored(root, "tekun")
    truncated(folder / "receipt.json")
    with pytest.raises(PublishError, match="nothing else tells which file") as caught:
        one_night(root, SECOND)
    assert caught.value.where == str(folder)


@pytest.mark.parametrize("damage", DAMAGES_AND_LOSS)
@pytest.mark.parametrize("name", ["ledger.parquet", "manifest.json"])
def test_a_ledger_that_is_not_as_published_is_not_gone_on_from(undisturbed, tmp_path, name: str, damage: Damage):
    root = copied(undisturbed, tmp_path / "root")
    damage(root / "published" / SECOND / name)
    with pytest.raises(PublishError) as caught:
        one_night(root, THIRD)
    assert str(root / "published" / SECOND) in caught.value.where
    assert "backup" in caught.value.fix
    assert Root(root).latest() == SECOND
    shutil.copy2(undisturbed / "published" / SECOND / name, root / "published" / SECOND / name)
    one_night(root, THIRD)
    assert_pair_is_whole(root)


@pytest.mark.long
@pytest.mark.parametrize("damage", DAMAGES)
def test_other_published_files_are_named_by_verify_and_never_stop_the_next_run(undisturbed, tmp_path, damage: Damage):
    root = copied(undisturbed, tmp_path / "root")
    spoiled = ["published/clues.duckdb", "published/evidence.parquet", "published/report.html"]
    spoiled += ["restricted/identities.parquet"]
    for name in spoiled:
        side, path = name.split("/")
        damage(root / side / SECOND / path)
    told = verify(root, SECOND)
    for name in spoiled:
        assert f"{name}: is not the file that was published" in told
    one_night(root, THIRD)
    assert verify(root, THIRD) == ()


@pytest.mark.parametrize("damage", DAMAGES_AND_LOSS)
def test_a_lost_secret_stops_the_run(undisturbed, tmp_path, damage: Damage):
    root = copied(undisturbed, tmp_path / "root")
    damage(root / "state" / "secret")
    with pytest.raises(PublishError, match="the secret of this root") as caught:
        one_night(root, THIRD)
    assert caught.value.fix == "restore it from a backup"
    assert Root(root).latest() == SECOND


def a_row_less(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.head(-1)


def ten_fen_less(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.with_columns(amount=(pl.col("amount") - Decimal("0.10")).cast(rows.schema["amount"]))


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (a_row_less, "1 rows by which standard tables differ from their deliveries in force (tekun)"),
        (
            ten_fen_less,
            "0.10 yuan by which the money in standard tables differs from the money delivered (tekun.amount)",
        ),
    ],
    ids=["a row less", "ten fen less"],
)
def test_rows_that_change_while_a_night_runs_keep_it_unpublished(before, undisturbed, tmp_path, change, named):
    root = copied(before, tmp_path / "root")
    place = stored(root, "tekun") / "rows.parquet"

    def spoil(step: str) -> None:
        if step == "check":
            change(pl.read_parquet(place)).write_parquet(place)

    with pytest.raises(PublishError) as caught:
        one_night(root, SECOND, spoil)
    assert named in caught.value.problem
    assert Root(root).latest() == FIRST
    assert not (root / "published" / SECOND).exists()
    one_night(root, SECOND)
    assert_recovers(root, undisturbed)


def test_verify_counts_the_rows_and_yuan_of_a_run_again(undisturbed, tmp_path):
    root = copied(undisturbed, tmp_path / "root")
    folder = stored(root, "tekun")
    ten_fen_less(pl.read_parquet(folder / "rows.parquet")).write_parquet(folder / "rows.parquet")
    assert verify(root, SECOND) == (f"standard/tekun/{folder.name}: is damaged; the next run reads it again",)
    seal(folder, ["rows.parquet"])
    assert verify(root, SECOND) == (
        "accounting: 0.10 yuan by which the money in standard tables differs from the money delivered (tekun.amount)",
    )
