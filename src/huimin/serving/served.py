"""What is served: the root, its address and its login, and the environment in which Prefect's programs know them."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from huimin.errors import PublishError
from huimin.language import _
from huimin.store.root import RESTRICTED_DIRECTORY, Root, unwritable, write_whole

PORT = 4200
POOL = "huimin"
EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104  what to listen on is the operator's to say
"""Addresses to listen on that nobody can be reached at."""
HEARTBEAT_SECONDS = 30
"""Between two signs of life of a flow run: the least that Prefect takes."""
CRASHED = "运行进程无心跳，视为崩溃"
UNBEGUN = "运行没有启动（执行者已终止），视为崩溃"
"""What the server says of runs whose process can say nothing any more."""
QUIET = {
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",  # telemetry needs the network, and locks the database
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
}


@dataclass(frozen=True)
class Served:
    """One root's Prefect."""

    root: Root
    host: str
    port: int
    named: str = ""
    """What browsers call it, without a slash at the end; empty: as programs of this machine do."""

    @property
    def folder(self) -> Path:
        """What Prefect keeps, and the login."""
        return folder_of_prefect(self.root)

    @property
    def address(self) -> str:
        """The address for browsers: the name that was set, else http on the host and port."""
        here = "127.0.0.1" if self.host in EVERYWHERE else self.host
        return self.named or f"http://{here}:{self.port}"

    @property
    def api(self) -> str:
        """Where programs of this machine reach it."""
        return f"{replace(self, named='').address}/api"

    def prepare(self) -> None:
        """Makes the places that are missing, closed to everybody else. Raises PublishError."""
        self.root.prepare()
        try:
            self.folder.mkdir(exist_ok=True, mode=RESTRICTED_DIRECTORY)
            self.folder.chmod(RESTRICTED_DIRECTORY)
        except OSError as fault:
            raise unwritable(self.folder, fault) from None

    def login(self) -> str:
        """The user and password of this root's server, made once, in a file that only its owner reads."""
        return kept_secret(self.folder / "login", "huimin:")

    def settings(self, database: str | None) -> dict[str, str]:
        """Prefect's settings for server, worker and whoever asks them; `database`: its URL, None for SQLite."""
        login = self.login()
        return {
            **QUIET,
            "HUIMIN_ROOT": str(self.root.path),
            "PREFECT_HOME": str(self.folder),
            "PREFECT_API_URL": self.api,
            "PREFECT_API_AUTH_STRING": login,
            "PREFECT_SERVER_API_AUTH_STRING": login,
            "PREFECT_SERVER_API_HOST": self.host,
            "PREFECT_SERVER_API_PORT": str(self.port),
            "PREFECT_UI_API_URL": f"{self.address}/api",
            "PREFECT_UI_STATIC_DIRECTORY": str(self.folder / "ui"),  # its own package may be another user's
            "PREFECT_FLOWS_HEARTBEAT_FREQUENCY": str(HEARTBEAT_SECONDS),
            "PREFECT_WORKER_QUERY_SECONDS": "2",  # whoever presses *Run* sees it begin
            **({"PREFECT_API_DATABASE_CONNECTION_URL": database} if database else {}),
        }

    def write_settings(self, settings: Mapping[str, str]) -> Path:
        """The file of these settings, for a shell (`set -a; . FILE`), systemd and containers; its owner's alone."""
        place = settings_file(self.root)
        write_whole(place, "".join(f"{name}={value}\n" for name, value in settings.items()).encode())
        return place


def folder_of_prefect(root: Root) -> Path:
    """Where a root's Prefect keeps what is its own."""
    return root.state / "prefect"


def settings_file(root: Root) -> Path:
    """Where a root that is served says how to reach its Prefect."""
    return folder_of_prefect(root) / "prefect.env"


def read_settings(root: Root) -> dict[str, str]:
    """The settings with which a root was last served; empty when it never was, or not for this user."""
    try:
        lines = settings_file(root).read_text("utf-8").splitlines()
    except OSError:
        return {}
    return dict(line.split("=", 1) for line in lines if "=" in line)


def kept_secret(place: Path, begins: str = "") -> str:
    """The secret in the file, made when it is not there. Raises PublishError when it is empty or cannot be read."""
    try:
        if not place.exists():
            write_whole(place, f"{begins}{secrets.token_urlsafe(24)}".encode())
        secret = place.read_text("utf-8").strip()
    except OSError as fault:
        raise unwritable(place, fault) from None
    if not secret:
        raise PublishError(str(place), _("is empty"), _("remove it; another is made"))
    return secret


def environment_of(settings: Mapping[str, str]) -> dict[str, str]:
    """The environment of this process with those settings, and no other of Prefect's."""
    others = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    return {**others, **settings}
