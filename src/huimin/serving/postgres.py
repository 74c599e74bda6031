"""PostgreSQL of Prefect's own: a cluster in the data root, reached through a socket that nobody else opens."""

import os
import pwd
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from huimin.errors import PublishError, UsageError
from huimin.language import _
from huimin.serving.served import folder_of_prefect, kept_secret
from huimin.serving.services import identity_of
from huimin.store.root import RESTRICTED_DIRECTORY, RESTRICTED_FILE, Root, unwritable, write_whole

DEBIAN = Path("/usr/lib/postgresql")
SYSTEM_USER = "postgres"
USER = "huimin"


@dataclass(frozen=True)
class Cluster:
    """A cluster and where its programs are."""

    programs: Path
    folder: Path
    owner: pwd.struct_passwd | None
    """The system user that runs it when this process is root's; PostgreSQL refuses to run as root."""
    socket: Path
    """A folder of the owner's own, short enough for a socket's path."""
    password: str

    @property
    def url(self) -> str:
        """The database as SQLAlchemy calls it."""
        return f"postgresql+asyncpg://{USER}:{quote(self.password)}@/postgres?host={quote(str(self.socket))}"

    @property
    def command(self) -> list[str]:
        """What runs it in the foreground: no port, only the socket."""
        settings = ["listen_addresses=", "logging_collector=off", "log_min_messages=fatal", "shared_buffers=64MB"]
        options = [word for setting in settings for word in ("-c", setting)]
        return [str(self.programs / "postgres"), "-D", str(self.folder), "-k", str(self.socket), *options]

    def make(self) -> None:
        """Makes the cluster when it is not there, whole or not at all. Raises PublishError."""
        if (self.folder / "PG_VERSION").exists():
            return
        partial = self.folder.with_name(f".{self.folder.name}.partial")
        shutil.rmtree(partial, ignore_errors=True)
        secret = self.socket / "password"
        write_whole(secret, self.password.encode(), RESTRICTED_FILE)
        for place in (own_folder(partial, self.owner), secret):
            give_to(place, self.owner)
        words = ["--username", USER, "--auth", "scram-sha-256", "--encoding", "UTF8", "--locale", "C"]
        command = [str(self.programs / "initdb"), "-D", str(partial), *words, "--pwfile", str(secret)]
        done = subprocess.run(  # noqa: S603  the words are ours
            command, cwd="/", capture_output=True, text=True, check=False, **identity_of(self.owner)
        )
        secret.unlink()
        if done.returncode:
            problem = done.stderr.strip().splitlines()[-1] if done.stderr.strip() else _("initdb failed")
            raise PublishError(str(self.folder), problem, _("mend that, or serve with --database sqlite"))
        partial.rename(self.folder)

    def is_ready(self) -> bool:
        """Whether it answers."""
        command = [str(self.programs / "pg_isready"), "-q", "-h", str(self.socket), "-U", USER, "-d", "postgres"]
        return subprocess.run(command, cwd="/", check=False).returncode == 0  # noqa: S603  the words are ours


def cluster_of(root: Root, wanted: str) -> Cluster | None:
    """The root's cluster, not made and not started yet; None: Prefect keeps its SQLite file.

    `wanted`: postgresql, sqlite, or auto, which is PostgreSQL where it is installed. Raises UsageError where it is
    wanted and not there, PublishError where its system user cannot enter the root.
    """
    programs = None if wanted == "sqlite" else installed()
    if programs is None:
        if wanted == "postgresql":
            raise UsageError(
                "postgresql", _("is not installed"), _("`apt-get install postgresql`, or --database sqlite")
            )
        return None
    owner = system_user() if os.geteuid() == 0 else None
    folder = root.path / "postgresql"
    if owner is not None and (closed := closed_to(root.path, owner)):
        problem = _(
            "the system user {system_user}, which runs PostgreSQL for root, cannot enter it", system_user=SYSTEM_USER
        )
        raise PublishError(
            str(closed), problem, _("`chmod o+x {closed}`, or serve with --database sqlite", closed=closed)
        )
    socket = Path(tempfile.mkdtemp(prefix="huimin-"))
    give_to(socket, owner)
    return Cluster(programs, folder, owner, socket, kept_secret(folder_of_prefect(root) / "database"))


def installed() -> Path | None:
    """The folder of PostgreSQL's programs, the newest where Debian has several."""
    versions = [place for place in DEBIAN.glob("*/bin") if (place / "initdb").exists()]
    if versions:
        return max(versions, key=lambda place: int(place.parent.name) if place.parent.name.isdigit() else 0)
    found = shutil.which("initdb")
    return Path(found).resolve().parent if found else None


def system_user() -> pwd.struct_passwd:
    """The system user of PostgreSQL. Raises UsageError where there is none."""
    try:
        return pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        fix = _("`adduser --system --group {system_user}`, or --database sqlite", system_user=SYSTEM_USER)
        raise UsageError(SYSTEM_USER, _("there is no such user to run PostgreSQL for root"), fix) from None


def closed_to(path: Path, user: pwd.struct_passwd) -> Path | None:
    """The first folder on the way that the user may not enter."""
    for place in (*reversed(path.parents), path):
        facts = place.stat()
        bit = 0o100 if facts.st_uid == user.pw_uid else 0o010 if facts.st_gid == user.pw_gid else 0o001
        if not facts.st_mode & bit:
            return place
    return None


def own_folder(place: Path, owner: pwd.struct_passwd | None) -> Path:
    """The empty folder, made for its owner alone. Raises PublishError."""
    try:
        place.mkdir(mode=RESTRICTED_DIRECTORY)
    except OSError as fault:
        raise unwritable(place, fault) from None
    give_to(place, owner)
    return place


def give_to(place: Path, owner: pwd.struct_passwd | None) -> None:
    """The place belongs to the owner, if that is another user."""
    if owner is not None:
        os.chown(place, owner.pw_uid, owner.pw_gid)
