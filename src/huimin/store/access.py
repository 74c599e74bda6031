"""Who may read what: the modes of the root's places, and the group of analysts that reads what is published."""

import grp
import os
import shutil
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

from huimin.errors import ContractError
from huimin.language import _
from huimin.store.root import (
    DROP_DIRECTORY,
    DROP_FILE,
    PUBLIC_DIRECTORY,
    PUBLIC_FILE,
    PUBLISHED_DIRECTORY,
    PUBLISHED_FILE,
    RESTRICTED_DIRECTORY,
    Root,
)
from huimin.store.settings import load_settings


def analysts_of(root: Root) -> int | None:
    """The id of the analysts' group, which this user may give files to; None where none is set.

    Raises ContractError.
    """
    name = load_settings(root).analysts_group
    if name is None:
        return None
    try:
        group = grp.getgrnam(name).gr_gid
    except KeyError:
        fix = _("`groupadd {name}`, or correct analysts_group", name=name)
        raise ContractError(str(root.settings()), _("this machine has no group {name}", name=name), fix) from None
    if os.geteuid() != 0 and group not in {os.getegid(), *os.getgroups()}:
        problem = _("this user is not in the group {name} and cannot give it files", name=name)
        raise ContractError(str(root.settings()), problem, _("`usermod -aG {name} USER`, then log in again", name=name))
    return group


def give(folder: Path, directory: int, file: int, group: int | None) -> None:
    """The folder and all below it have these modes, whatever the umask was, and that group."""
    for place in (folder, *(inside for inside in folder.rglob("*") if not inside.is_symlink())):
        if group is not None:
            shutil.chown(place, group=group)
        place.chmod(directory if place.is_dir() else file)


def give_to_analysts(folder: Path, group: int | None) -> None:
    """Analysts read the folder and all below it; nobody else does."""
    give(folder, PUBLISHED_DIRECTORY, PUBLISHED_FILE, group)


def open_places(root: Root) -> Iterator[tuple[Path, int, int]]:
    """Each place that is more open than it should be, its mode, and the mode it should have.

    Of runs, of folders of the inbox and of its files the first such one stands for all.
    """
    runs = sorted(root.published.glob("[0-9]*"))
    posted = [root.public, *sorted(root.public.rglob("*"))]
    dropped = [place for place in (root.inbox, *sorted(root.inbox.rglob("*"))) if not place.is_symlink()]
    kinds: tuple[tuple[Iterable[Path], int, int], ...] = (
        *(
            ([place], RESTRICTED_DIRECTORY, 0o077)
            for place in (root.archive, root.standard, root.restricted, root.state)
        ),
        ([root.contacts()], PUBLISHED_FILE, 0o137),
        ((root.published, *runs), PUBLISHED_DIRECTORY, 0o027),
        ((place for place in posted if place.is_dir()), PUBLIC_DIRECTORY, 0o022),
        ((place for place in posted if place.is_file()), PUBLIC_FILE, 0o022),
        ((place for place in dropped if place.is_dir()), DROP_DIRECTORY, 0o047),
        ((place for place in dropped if place.is_file()), DROP_FILE, 0o007),
    )
    for places, wanted, forbidden in kinds:
        for place in places:
            if place.exists() and (mode := stat.S_IMODE(place.stat().st_mode)) & forbidden:
                yield place, mode, wanted
                break
