"""A back-up is the root, byte for byte; the next one takes only what is new; a damaged one restores nothing."""

import json
import shutil
import stat
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from deliveries import deliver
from huimin.cli import run
from huimin.errors import BusyError, PublishError, UsageError
from huimin.nights.replay import replay_run
from huimin.store.audit import notes
from huimin.store.root import Root
from huimin.upkeep.backup import missing_from_backup
from huimin.upkeep.backup_copy import COPY, LEFT_OUT, back_up, restore
from nights import PROJECT, run_night

NOW = datetime(2023, 8, 22, 6, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("kept") / "root"
    deliver(root)
    run_night(root)
    return root


@pytest.fixture
def root(kept: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(kept, tmp_path / "root", symlinks=True))


def drawn(root: Path) -> dict[str, tuple[int, str]]:
    """Mode and content of everything, but for what no back-up has."""
    found = {}
    for place in sorted(root.rglob("*")):
        path = place.relative_to(root).as_posix()
        if not path.startswith((*LEFT_OUT, "state/audit.")):
            content = (
                place.readlink().name
                if place.is_symlink()
                else place.is_file() and sha256(place.read_bytes()).hexdigest()
            )
            found[path] = (stat.S_IMODE(place.lstat().st_mode), str(content))
    return found


def test_what_is_restored_is_the_root_and_its_night_replays_byte_for_byte(root: Path, tmp_path: Path) -> None:
    made = back_up(Root(root), tmp_path / "backups", NOW)
    assert (made.files, made.copied) == (made.files, made.files) and made.files > 40
    again = tmp_path / "again"
    assert restore(made.folder, again) == made.files
    assert drawn(again) == drawn(root)
    outcome = replay_run(Root(again), PROJECT, Root(again).latest() or "")
    assert (outcome.different, outcome.changed) == ((), ())
    assert missing_from_backup(Root(root), made.folder / COPY, datetime.now(UTC) + timedelta(days=9)) == ()


def test_a_night_after_a_restore_goes_on_as_in_the_root(root: Path, tmp_path: Path) -> None:
    made = back_up(Root(root), tmp_path / "backups", NOW)
    restore(made.folder, tmp_path / "again")
    nights = [run_night(place, date(2023, 8, 23)) for place in (root, tmp_path / "again")]
    ledgers = [(found.folder / "ledger.parquet").read_bytes() for found in nights]
    assert ledgers[0] == ledgers[1]


def test_the_next_back_up_takes_no_room_for_what_is_the_same(root: Path, tmp_path: Path) -> None:
    first = back_up(Root(root), tmp_path / "backups", NOW)
    (root / "state" / "policy.toml").write_text("[home_limit]\nvalues = [{ value = 4 }]\n")
    second = back_up(Root(root), tmp_path / "backups", NOW + timedelta(days=1))
    assert second.copied == 3  # the policy, and the audit log that tells of the back-up before, with its last hash
    same = "state/secret"
    assert (first.folder / COPY / same).samefile(second.folder / COPY / same)
    restore(second.folder, tmp_path / "again")
    restore(first.folder, tmp_path / "earlier")
    assert drawn(tmp_path / "again") == drawn(root)
    assert not (tmp_path / "earlier" / "state" / "policy.toml").exists()
    assert [act["folder"] for act in notes(Root(root), "backup")] == ["20230822T060000", "20230823T060000"]


@pytest.mark.parametrize("damage", ["changed", "gone"])
def test_a_damaged_back_up_names_the_file_and_restores_nothing(damage: str, root: Path, tmp_path: Path) -> None:
    made = back_up(Root(root), tmp_path / "backups", NOW)
    secret = made.folder / COPY / "state" / "secret"
    if damage == "gone":
        secret.unlink()
    else:
        secret.write_bytes(bytes(32))
    with pytest.raises(PublishError, match="1 files are gone or changed, such as state/secret"):
        restore(made.folder, tmp_path / "again")
    assert sorted(place.name for place in tmp_path.iterdir()) == ["backups", "root"]


def test_a_list_that_is_damaged_or_not_there_is_told(root: Path, tmp_path: Path) -> None:
    made = back_up(Root(root), tmp_path / "backups", NOW)
    with pytest.raises(UsageError, match="there is no back-up here"):
        restore(made.folder.parent, tmp_path / "again")
    (made.folder / "backup.json").write_text('{"files": 3}')
    with pytest.raises(PublishError, match="the list of this back-up is damaged"):
        restore(made.folder, tmp_path / "again")


def test_nothing_is_restored_over_a_root(root: Path, tmp_path: Path) -> None:
    made = back_up(Root(root), tmp_path / "backups", NOW)
    before = drawn(root)
    with pytest.raises(UsageError, match="something stands there already"):
        restore(made.folder, root)
    assert drawn(root) == before


def test_no_back_up_is_made_in_the_root_or_while_a_night_runs(root: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="in the root itself"):
        back_up(Root(root), root / "state" / "backups", NOW)
    with Root(root).hold(), pytest.raises(BusyError):
        back_up(Root(root), tmp_path / "backups", NOW)
    assert not (tmp_path / "backups").exists()


def test_of_two_back_ups_in_one_second_the_first_stays_and_the_second_says_so(root: Path, tmp_path: Path) -> None:
    made = back_up(Root(root), tmp_path / "backups", NOW)
    with pytest.raises(UsageError, match="another back-up was made in this second"):
        back_up(Root(root), tmp_path / "backups", NOW)
    assert [place.name for place in (tmp_path / "backups").iterdir()] == [made.folder.name]
    assert restore(made.folder, tmp_path / "again") == made.files


def test_the_commands_say_what_they_did(root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["backup", "--to", str(tmp_path / "backups"), "--root", str(root), "--json"]) == 0
    made = json.loads(capsys.readouterr().out)
    assert run(["restore", made["folder"], "--root", str(tmp_path / "again")]) == 0
    assert f"{made['files']} files restored" in capsys.readouterr().out
    assert run(["restore", made["folder"], "--root", str(tmp_path / "again")]) == 2
