"""Which run is the latest: switched on both sides or on neither, and never a run whose files are not as it says."""

import errno
import os
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from huimin.errors import PublishError
from huimin.publishing import publish as publishing
from huimin.publishing.publish import Pages, make_latest, pointed, publish, unlike_manifest
from huimin.store.manifest import read_manifest
from unit.published_run import RUN, facts, places, published_run, ready_to_publish

LATER = "20230902T020000-def456"
SIDES = ("published", "restricted")


def refused(monkeypatch: pytest.MonkeyPatch, side: Path, run: str) -> None:
    """From now on `latest` of that side cannot be made to name that run."""
    replace = Path.replace

    def denied(self: Path, target: Path) -> Path:
        if Path(target) == side / "latest" and self.readlink().name == run:
            raise PermissionError(errno.EACCES, "Permission denied", str(target))
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", denied)


@pytest.mark.parametrize("side", SIDES)
def test_when_one_side_cannot_be_switched_the_run_before_stays_and_the_new_one_is_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, side: str
) -> None:
    published_run(tmp_path)
    refused(monkeypatch, tmp_path / side, LATER)
    with pytest.raises(PublishError, match="could not be switched: Permission denied") as caught:
        published_run(tmp_path, run=LATER)
    assert caught.value.where == str(tmp_path / side / "latest")
    for one in SIDES:
        assert pointed(tmp_path / one) == RUN
        assert (tmp_path / one / "latest" / "manifest.json").exists()
        assert not (tmp_path / one / LATER).exists()


def test_a_first_run_that_cannot_be_switched_to_leaves_no_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    refused(monkeypatch, tmp_path / "restricted", RUN)
    with pytest.raises(PublishError, match="could not be switched"):
        published_run(tmp_path)
    for side in SIDES:
        assert pointed(tmp_path / side) is None
        assert not (tmp_path / side / RUN).exists()


def test_what_the_restricted_side_points_to_is_kept_when_it_cannot_be_switched_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    published_run(tmp_path)
    publish(ready_to_publish(), facts(LATER), places(tmp_path), Pages(), latest=False)
    refused(monkeypatch, tmp_path / "published", LATER)
    point = publishing.point

    def only_forwards(side: Path, run: str) -> None:
        if run == RUN:
            raise PublishError("restricted", "denied", "")
        point(side, run)

    monkeypatch.setattr(publishing, "point", only_forwards)
    with pytest.raises(PublishError, match="could not be switched"):
        make_latest(LATER, places(tmp_path))
    assert (pointed(tmp_path / "published"), pointed(tmp_path / "restricted")) == (RUN, LATER)
    assert (tmp_path / "restricted" / LATER / "manifest.json").exists()
    assert not (tmp_path / "published" / LATER).exists()


def test_a_run_that_is_visible_stays_when_only_its_folder_could_not_be_brought_to_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    published_run(tmp_path)
    publish(ready_to_publish(), facts(LATER), places(tmp_path), Pages(), latest=False)

    def unsynced(place: Path) -> None:
        if place == tmp_path / "published":
            raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(publishing, "sync", unsynced)
    with pytest.raises(PublishError, match="Input/output error"):
        make_latest(LATER, places(tmp_path))
    for side in SIDES:
        assert pointed(tmp_path / side) == LATER
        assert (tmp_path / side / LATER / "manifest.json").exists()


def test_a_run_that_was_kept_back_becomes_the_latest(tmp_path: Path) -> None:
    published_run(tmp_path)
    publish(ready_to_publish(), facts(LATER), places(tmp_path), Pages(), latest=False)
    make_latest(LATER, places(tmp_path))
    assert [pointed(tmp_path / side) for side in SIDES] == [LATER, LATER]
    assert not list(tmp_path.rglob("*.partial"))


def test_files_and_rows_that_are_not_as_the_manifest_says_are_named(tmp_path: Path) -> None:
    manifest = published_run(tmp_path)
    sides = tmp_path / "published" / RUN, tmp_path / "restricted" / RUN
    assert list(unlike_manifest(*sides, manifest)) == []
    manifest.row_counts.update(trend=2, clues=4)  # type: ignore[attr-defined]
    assert list(unlike_manifest(*sides, manifest)) == [
        "trend: 3 rows in files, the manifest says 2",
        "clues: 3 rows in files, the manifest says 4",
        "clues.duckdb: clues has 3 rows, the manifest says 4",
        "clues.duckdb: trend has 3 rows, the manifest says 2",
    ]
    (sides[1] / "facts.parquet").unlink()
    assert next(iter(unlike_manifest(*sides, manifest))) == "restricted/facts.parquet: is gone"


def test_a_file_that_is_not_as_the_manifest_says_keeps_the_run_unseen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publishing, "unlike_manifest", lambda *told: iter(["trend: 3 rows in files"]))
    with pytest.raises(PublishError, match="trend: 3 rows in files"):
        published_run(tmp_path)
    assert not list((tmp_path / "published").iterdir()) and not list((tmp_path / "restricted").iterdir())


def test_what_people_wrote_is_masked_in_the_published_manifest_alone(tmp_path: Path) -> None:
    con = ready_to_publish()
    con.execute("insert into masked_texts values ('王某', '王*')")
    told = publishing.told_by(con)
    assert (told("王某"), told("李某"), told("429999199001010010")) == ("王*", "李某", "429999************")
    published_run(tmp_path)
    assert read_manifest(tmp_path / "published" / RUN).facts == facts()


def test_tables_of_the_restricted_side_are_encrypted_under_a_key_and_plain_without(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HUIMIN_KEY", "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE=")
    published_run(tmp_path)
    marks = {place.stem: place.read_bytes()[:4] for place in (tmp_path / "restricted" / RUN).glob("*.parquet")}
    assert marks == dict.fromkeys(("cards", "decisions", "facts", "identities", "rejects"), b"PARE")
    assert pq.read_table(tmp_path / "published" / RUN / "trend.parquet").num_rows == 3
