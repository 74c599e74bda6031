"""Modes and the analysts' group: what is published is theirs, and no place is more open than it should be."""

import grp
import os
import stat
from pathlib import Path

import pytest

from deliveries import deliver
from huimin.errors import ContractError
from huimin.store.access import analysts_of, give_to_analysts, open_places
from huimin.store.root import Root
from huimin.store.settings import Settings, load_settings
from nights import run_night


def mode(place: Path) -> int:
    return stat.S_IMODE(place.stat().st_mode)


@pytest.fixture
def root(tmp_path: Path) -> Root:
    made = Root(tmp_path / "root")
    made.prepare()
    return made


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_a_published_run_is_as_open_as_it_should_be_whatever_the_umask(tmp_path, umask):
    before = os.umask(umask)
    try:
        deliver(tmp_path)
        found = run_night(tmp_path)
    finally:
        os.umask(before)
    assert mode(tmp_path / "published") == mode(found.folder) == 0o750
    for place in found.folder.rglob("*"):
        assert mode(place) == (0o750 if place.is_dir() else 0o640), place
    for place in (found.restricted, *found.restricted.rglob("*")):
        assert mode(place) == (0o700 if place.is_dir() else 0o600), place


def test_without_a_group_set_there_is_none(root):
    assert load_settings(root) == Settings(None)
    assert analysts_of(root) is None


def test_the_group_that_is_set_gets_what_is_published(root):
    chosen = next(group for group in grp.getgrall() if group.gr_gid != os.getegid())
    root.settings().write_text(f'analysts_group = "{chosen.gr_name}"\n')
    if os.geteuid() != 0 and chosen.gr_gid not in os.getgroups():
        with pytest.raises(ContractError, match="not in the group"):
            analysts_of(root)
        return
    assert analysts_of(root) == chosen.gr_gid
    place = root.published / "run"
    (place / "inner").mkdir(parents=True)
    (place / "inner" / "a.parquet").touch()
    give_to_analysts(place, chosen.gr_gid)
    assert {inside.stat().st_gid for inside in (place, *place.rglob("*"))} == {chosen.gr_gid}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('analysts_group = "no_such_group_here"', "this machine has no group no_such_group_here"),
        ("analysts_group = 7", "analysts_group: not the name of a group"),
        ('analysts_group = ""', "analysts_group: not the name of a group"),
        ('analysts = "x"', "unknown key analysts"),
        ("analysts_group =", "no TOML"),
    ],
)
def test_settings_that_cannot_be_used_say_where_and_what(root, text, problem):
    root.settings().write_text(text)
    with pytest.raises(ContractError, match=problem) as fault:
        analysts_of(root)
    assert str(fault.value).startswith(f"{root.settings()}: ")


def test_a_new_root_is_as_it_should_be_and_an_inbox_that_was_there_keeps_its_mode(tmp_path, root):
    assert mode(root.inbox) == 0o2730
    assert list(open_places(root)) == []
    (tmp_path / "other" / "inbox").mkdir(parents=True, mode=0o700)
    other = Root(tmp_path / "other")
    other.prepare()
    assert mode(other.inbox) == 0o700


@pytest.mark.parametrize(
    ("name", "is_file", "given", "wanted"),
    [
        ("archive", False, 0o750, 0o700),
        ("state", False, 0o701, 0o700),
        ("published", False, 0o755, 0o750),
        ("published/20230822T020000-1a2b3c", False, 0o770, 0o750),
        ("public", False, 0o775, 0o755),
        ("public/2023-08.html", True, 0o646, 0o644),
        ("inbox", False, 0o2750, 0o2730),
        ("inbox/urban_dibao", False, 0o2731, 0o2730),
        ("inbox/urban_dibao/a.csv", True, 0o644, 0o640),
    ],
)
def test_what_is_too_open_is_told(root, name, is_file, given, wanted):
    place = root.path / name
    if is_file:
        place.parent.mkdir(parents=True, mode=0o730)
        place.parent.chmod(0o2730 if name.startswith("inbox") else 0o755)
        place.touch()
    else:
        place.mkdir(exist_ok=True)
    place.chmod(wanted)
    assert list(open_places(root)) == []
    place.chmod(given)
    assert list(open_places(root)) == [(place, given, wanted)]
