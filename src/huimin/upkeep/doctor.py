"""Whether this machine and this root can run a night."""

import json
import os
import platform
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from urllib.error import URLError

from huimin.deliveries.calendar import load_calendar
from huimin.deliveries.contacts import load_contacts
from huimin.errors import HuiminError
from huimin.language import _
from huimin.project import Project
from huimin.serving.asked import answer
from huimin.serving.served import POOL, read_settings, settings_file
from huimin.store.access import analysts_of, open_places
from huimin.store.opened import key_of, opened
from huimin.store.root import RUN_TIME, Root
from huimin.store.settings import Settings, load_settings
from huimin.upkeep.encryption import plain_files
from huimin.workbooks.provincial_columns import provincial_table
from huimin.zone import HERE

PACKAGES = ("prefect", "great-expectations", "duckdb", "polars", "pyarrow")
ROOM = 2 * 1024**3
"""Bytes that should be free: a night writes the archive, the standard rows and two folders."""
SERVE = _("start it (`huimin serve`)")


@dataclass(frozen=True)
class Finding:
    """One thing looked at."""

    subject: str
    ok: bool
    finding: str
    fix: str = ""
    exit_code: int = 1
    """Of a fault; 0 for what is only not there yet."""


def examine(project: Project, root: Path, now: datetime) -> list[Finding]:
    """Everything that a run needs, the good findings too; and whether one ran, and a worker waits for the next."""
    return [
        python(),
        *packages(),
        disk(root),
        *permissions(Root(root)),
        encryption(Root(root)),
        *definitions(project, root),
        last_night(Root(root), now),
        *prefect_server(Root(root)),
    ]


def finding_of(subject: str, fault: HuiminError) -> Finding:
    """The fault that looking brought out."""
    return Finding(subject, False, fault.told, fault.fix, fault.exit_code)


def python() -> Finding:
    """The interpreter."""
    ok = sys.version_info >= (3, 11)
    return Finding(
        "python",
        ok,
        _("{version} on {system}", version=platform.python_version(), system=platform.system()),
        "" if ok else _("install Python 3.11"),
    )


def packages() -> Iterator[Finding]:
    """The packages that do the work."""
    for name in PACKAGES:
        try:
            yield Finding(name, True, version(name))
        except PackageNotFoundError:
            yield Finding(name, False, _("not installed"), "make .venv/.ready")


def disk(root: Path) -> Finding:
    """Free disk where the root is, or will be."""
    place = root
    while not place.exists():
        place = place.parent
    free = shutil.disk_usage(place).free
    ok = free >= ROOM
    return Finding(_("free disk"), ok, f"{free / 1024**3:.1f} GiB", "" if ok else _("free at least 2 GiB"), 14)


def permissions(root: Root) -> Iterator[Finding]:
    """Whether the root can be written, and no place of it is more open than it should be."""
    if not root.path.exists():
        yield Finding(_("root"), True, _("{path} is not there yet; the first run makes it", path=root.path))
        return
    writable = os.access(root.path, os.W_OK)
    yield Finding(_("root"), writable, str(root.path), "" if writable else _("let this user write it"), 14)
    too_open = list(open_places(root))
    for place, mode, wanted in too_open:
        yield Finding(
            place.relative_to(root.path).parts[0], False, _("mode {mode:04o}", mode=mode), f"chmod {wanted:o} {place}"
        )
    if not too_open:
        yield Finding(_("permissions"), True, _("no place is more open than it should be"))
    try:
        analysts_of(root)
    except HuiminError as fault:
        yield finding_of(_("analysts"), fault)


def encryption(root: Root) -> Finding:
    """Whether the restricted side is encrypted, and the environment's key is the root's."""
    subject = _("encryption")
    try:
        key = key_of(opened(root))
    except HuiminError as fault:
        return finding_of(subject, fault)
    if key is None:
        return Finding(subject, True, _("none: the restricted side is plain"))
    plain = len([*plain_files(root)])
    return Finding(subject, True, _("by key {key}; {plain} files from before are plain", key=key, plain=plain))


def definitions(project: Project, root: Path) -> Iterator[Finding]:
    """Contracts, rules and policy, and what an operator states beside them."""
    loads: tuple[tuple[str, Callable[[], str]], ...] = (
        (_("contracts"), lambda: _("{count} rosters", count=len(project.contracts))),
        (_("rules"), lambda: _("{count} rules", count=len(project.rules))),
        (_("policy"), lambda: policy_finding(project, root)),
        (_("calendar"), lambda: calendar_finding(project, Root(root))),
        (_("contacts"), lambda: contacts_finding(project, Root(root))),
        (_("settings"), lambda: settings_finding(Root(root))),
    )
    for subject, load in loads:
        try:
            yield Finding(subject, True, load())
        except HuiminError as fault:
            yield finding_of(subject, fault)


def policy_finding(project: Project, root: Path) -> str:
    """How the policy is made up. Raises RuleError when it is wrong."""
    project.policy_of(Root(root))
    return _("with the root's own values") if Root(root).policy_override().exists() else _("as the project has it")


def calendar_finding(project: Project, root: Root) -> str:
    """How many rosters have their own time. Raises ContractError for a calendar that cannot be used."""
    calendar = load_calendar(root.calendar(), project.contracts)
    count = sum(when.is_named for when in calendar.values())
    return _("{count} rosters with a time of their own", count=count) if count else _("every roster has its usual time")


def contacts_finding(project: Project, root: Root) -> str:
    """How many contacts are named, and nobody's name. Raises ContractError for a file that cannot be used."""
    contacts = load_contacts(root.contacts(), project.contracts)
    liaisons = len(contacts.departments) + len(contacts.streets) + len(contacts.units)
    return _("{liaisons} liaisons; policy of {rosters} rosters", liaisons=liaisons, rosters=len(contacts.policy))


def settings_finding(root: Root) -> str:
    """Whether the settings can be used, and how many columns the province is sent. Raises ContractError."""
    return _("provincial table of {count} columns", count=len(provincial_table(root).columns))


def last_night(root: Root, now: datetime) -> Finding:
    """How old the latest published run is."""
    latest = root.latest()
    if latest is None:
        return Finding(_("last run"), False, _("nothing is published here yet"), "huimin run", exit_code=0)
    hours = (now - datetime.strptime(latest[:15], RUN_TIME).replace(tzinfo=HERE)) / timedelta(hours=1)
    late = hours > late_after_hours(root)
    return Finding(
        _("last run"),
        not late,
        _("{latest}, {hours:,.0f} hours ago", latest=latest, hours=hours),
        _("huimin status says why") if late else "",
    )


def late_after_hours(root: Root) -> int:
    """Hours after which a night is missing; the default while the settings cannot be used, which is told by itself."""
    try:
        return load_settings(root).late_after_hours
    except HuiminError:
        return Settings().late_after_hours


def prefect_server(root: Root) -> Iterator[Finding]:
    """Whether the Prefect server that is set answers, nobody without the login, and a worker; a run needs none."""
    settings = dict(os.environ) if os.environ.get("PREFECT_API_URL") else read_settings(root)
    url, login = settings.get("PREFECT_API_URL", "").rstrip("/"), settings.get("PREFECT_API_AUTH_STRING")
    if not url.startswith(("http://", "https://")):
        yield Finding(_("prefect server"), True, _("none set: a run starts its own for itself"))
        return
    try:
        unknown, known = (answer(f"{url}/admin/version", who)[0] for who in ("", login))
    except (URLError, OSError):
        yield Finding(
            _("prefect server"),
            False,
            _("{url} does not answer", url=url),
            _("{serve}, or unset PREFECT_API_URL", serve=SERVE),
        )
        return
    if unknown != HTTPStatus.UNAUTHORIZED:
        problem = _("{url} answers without login: whoever reaches it runs programs as its owner", url=url)
        yield Finding(
            _("prefect server"), False, problem, _("{serve}, or set PREFECT_SERVER_API_AUTH_STRING", serve=SERVE)
        )
    elif known != HTTPStatus.OK:
        problem = _("{url} answers {known} to the login of this environment", url=url, known=known)
        yield Finding(
            _("prefect server"),
            False,
            problem,
            _("set PREFECT_API_AUTH_STRING, as in {file}", file=settings_file(root)),
        )
    else:
        yield Finding(_("prefect server"), True, _("{url} answers, with login", url=url))
        yield worker(url, login)


def worker(url: str, login: str | None) -> Finding:
    """Whether somebody takes the runs that the server hands out."""
    try:
        status, told = answer(f"{url}/work_pools/{POOL}/workers/filter", login, b"{}")
        online = (
            [one["name"] for one in json.loads(told) if one["status"] == "ONLINE"] if status == HTTPStatus.OK else []
        )
    except (URLError, OSError, ValueError, KeyError, TypeError):
        online = []
    found = (
        _("{workers} online", workers=", ".join(online))
        if online
        else _("no worker of the pool {pool} is online: no night will start", pool=POOL)
    )
    return Finding(_("worker"), bool(online), found, "" if online else SERVE)
