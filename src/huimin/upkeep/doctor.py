"""Whether this machine and this root can run a night."""

import os
import platform
import shutil
import sys
from base64 import b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http import HTTPStatus
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from huimin.errors import HuiminError
from huimin.project import Project
from huimin.serving.served import read_settings, settings_file
from huimin.store.access import analysts_of, open_places
from huimin.store.root import Root

PACKAGES = ("prefect", "great-expectations", "duckdb", "polars", "pyarrow")
ROOM = 2 * 1024**3
"""Bytes that should be free: a night writes the archive, the standard rows and two folders."""
SERVE = "start it (`huimin serve`)"


@dataclass(frozen=True)
class Finding:
    """One thing looked at."""

    subject: str
    ok: bool
    finding: str
    fix: str = ""
    exit_code: int = 1


def examine(project: Project, root: Path) -> list[Finding]:
    """Everything that a run needs, the good findings too."""
    return [
        python(),
        *packages(),
        disk(root),
        *permissions(Root(root)),
        *definitions(project, root),
        prefect_server(Root(root)),
    ]


def python() -> Finding:
    """The interpreter."""
    ok = sys.version_info >= (3, 11)
    return Finding(
        "python", ok, f"{platform.python_version()} on {platform.system()}", "" if ok else "install Python 3.11"
    )


def packages() -> Iterator[Finding]:
    """The packages that do the work."""
    for name in PACKAGES:
        try:
            yield Finding(name, True, version(name))
        except PackageNotFoundError:
            yield Finding(name, False, "not installed", "make .venv/.ready")


def disk(root: Path) -> Finding:
    """Free disk where the root is, or will be."""
    place = root
    while not place.exists():
        place = place.parent
    free = shutil.disk_usage(place).free
    ok = free >= ROOM
    return Finding("free disk", ok, f"{free / 1024**3:.1f} GiB", "" if ok else "free at least 2 GiB", 14)


def permissions(root: Root) -> Iterator[Finding]:
    """Whether the root can be written, and no place of it is more open than it should be."""
    if not root.path.exists():
        yield Finding("root", True, f"{root.path} is not there yet; the first run makes it")
        return
    writable = os.access(root.path, os.W_OK)
    yield Finding("root", writable, str(root.path), "" if writable else "let this user write it", 14)
    too_open = list(open_places(root))
    for place, mode, wanted in too_open:
        yield Finding(place.relative_to(root.path).parts[0], False, f"mode {mode:04o}", f"chmod {wanted:o} {place}")
    if not too_open:
        yield Finding("permissions", True, "no place is more open than it should be")
    try:
        analysts_of(root)
    except HuiminError as fault:
        yield Finding("analysts", False, f"{fault.where}: {fault.problem}", fault.fix, fault.exit_code)


def definitions(project: Project, root: Path) -> Iterator[Finding]:
    """Contracts, rules and policy."""
    loads: tuple[tuple[str, Callable[[], str]], ...] = (
        ("contracts", lambda: f"{len(project.contracts)} rosters"),
        ("rules", lambda: f"{len(project.rules)} rules"),
        ("policy", lambda: policy_finding(project, root)),
    )
    for subject, load in loads:
        try:
            yield Finding(subject, True, load())
        except HuiminError as fault:
            yield Finding(subject, False, f"{fault.where}: {fault.problem}", fault.fix, fault.exit_code)


def policy_finding(project: Project, root: Path) -> str:
    """How the policy is made up. Raises RuleError when it is wrong."""
    project.policy_of(Root(root))
    return "with the root's own values" if Root(root).policy_override().exists() else "as the project has it"


def prefect_server(root: Root) -> Finding:
    """Whether the Prefect server that is set answers, and nobody without the login; a run needs none."""
    settings = dict(os.environ) if os.environ.get("PREFECT_API_URL") else read_settings(root)
    url = settings.get("PREFECT_API_URL", "").rstrip("/")
    if not url.startswith(("http://", "https://")):
        return Finding("prefect server", True, "none set: a run starts its own for itself")
    try:
        unknown, known = (answer(f"{url}/admin/version", who) for who in ("", settings.get("PREFECT_API_AUTH_STRING")))
    except (URLError, OSError):
        return Finding("prefect server", False, f"{url} does not answer", f"{SERVE}, or unset PREFECT_API_URL")
    if unknown != HTTPStatus.UNAUTHORIZED:
        problem = f"{url} answers without login: whoever reaches it runs programs as its owner"
        return Finding("prefect server", False, problem, f"{SERVE}, or set PREFECT_SERVER_API_AUTH_STRING")
    if known != HTTPStatus.OK:
        problem = f"{url} answers {known} to the login of this environment"
        return Finding("prefect server", False, problem, f"set PREFECT_API_AUTH_STRING, as in {settings_file(root)}")
    return Finding("prefect server", True, f"{url} answers, with login")


def answer(url: str, login: str | None) -> int:
    """The status that the address answers with. Raises OSError when it does not."""
    headers = {"Authorization": f"Basic {b64encode(login.encode()).decode()}"} if login else {}
    try:
        with urlopen(Request(url, headers=headers), timeout=5) as answered:  # noqa: S310  the scheme was checked
            return int(answered.status)
    except HTTPError as refusal:
        return refusal.code
