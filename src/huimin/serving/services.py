"""Programs that run as long as this one: started, watched, started again, and stopped in the end."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from pwd import struct_passwd
from typing import TypedDict
from urllib.request import urlopen

from huimin.errors import PublishError
from huimin.language import _

PATIENCE = 300.0
"""Seconds in which a program answers for the first time; an import of Prefect takes long on a busy machine."""
FAREWELL = 20.0
DEATHS, WITHIN = 5, 600.0
"""So many ends of one program within so many seconds, and it is not started again."""
NOW_AND_THEN = 600.0
"""Seconds."""
PR_SET_PDEATHSIG = 1


@dataclass
class Service:
    """One program that should be running."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    is_ready: Callable[[], bool]
    folder: Path
    owner: struct_passwd | None = None
    """Another user that it runs as."""
    farewell: signal.Signals = signal.SIGTERM
    child: subprocess.Popen[bytes] | None = None
    ends: list[float] = field(default_factory=list)

    def start(self) -> None:
        """Starts it in a session of its own: ctrl-C on the terminal reaches this process alone."""
        self.child = subprocess.Popen(  # noqa: S603  the words are ours
            list(self.command),
            env=dict(self.environment),
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            umask=0o077,
            cwd=self.folder,
            preexec_fn=end_with_parent,  # noqa: PLW1509  one thread, nothing is locked
            **identity_of(self.owner),
        )

    def await_ready(self) -> None:
        """Returns once it answers. Raises PublishError when it ends before, or never does."""
        ends = time.monotonic() + PATIENCE
        while not self.is_ready():
            if self.ended() is not None:
                raise PublishError(
                    self.name, _("ended with {code} before it answered", code=self.ended()), _("see its lines above")
                )
            if time.monotonic() > ends:
                raise PublishError(
                    self.name,
                    _("does not answer after {patience:.0f} seconds", patience=PATIENCE),
                    _("see its lines above"),
                )
            time.sleep(0.2)

    def ended(self) -> int | None:
        """The exit code, None while it runs."""
        return None if self.child is None else self.child.poll()

    def stop(self) -> None:
        """Ends it and everything that it started, gently first."""
        if self.child is None:
            return
        if self.child.poll() is None:
            self.child.send_signal(self.farewell)
            with suppress(subprocess.TimeoutExpired):
                self.child.wait(FAREWELL)
        with suppress(ProcessLookupError):
            os.killpg(self.child.pid, signal.SIGKILL)
        self.child.wait()


def answers(api: str) -> bool:
    """Whether the Prefect server of that API says that it is well."""
    with suppress(OSError), urlopen(f"{api}/health", timeout=5) as answer:  # noqa: S310  http, of this machine
        return bool(answer.status == 200)
    return False


class Identity(TypedDict):
    """As whom a program runs; None: as this process."""

    user: int | None
    group: int | None
    extra_groups: list[int] | None


def identity_of(owner: struct_passwd | None) -> Identity:
    """The owner's, and of no other group."""
    if owner is None:
        return {"user": None, "group": None, "extra_groups": None}
    return {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}


def end_with_parent() -> None:
    """The child is told to end when this process is killed; Linux alone can do that."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def watch(services: Sequence[Service], say: Callable[[str], None], beside: Callable[[], None]) -> None:
    """Starts again what has ended, for ever, and does now and then what there is `beside`.

    Raises PublishError when one keeps ending.
    """
    due = time.monotonic()
    while True:
        time.sleep(0.5)
        if time.monotonic() >= due:
            due = time.monotonic() + NOW_AND_THEN
            beside()
        for service in services:
            if (code := service.ended()) is None:
                continue
            now = time.monotonic()
            service.ends = [one for one in service.ends if now - one < WITHIN] + [now]
            if len(service.ends) >= DEATHS:
                problem = _(
                    "ended {deaths} times within {minutes:.0f} minutes, at last with {code}",
                    deaths=DEATHS,
                    minutes=WITHIN / 60,
                    code=code,
                )
                raise PublishError(service.name, problem, _("see its lines above; everything is stopped"))
            say(_("{name} ended with {code} and is started again", name=service.name, code=code))
            time.sleep(2 ** (len(service.ends) - 1))
            service.start()
            service.await_ready()
