"""Servers that tests start: a free port for one, waiting until it answers, and what Prefect's API says."""

import json
import socket
import threading
import time
from base64 import b64encode
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

ENDED = {"COMPLETED", "FAILED", "CRASHED", "CANCELLED"}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(url: str, seconds: float = 120) -> None:
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        try:
            with urlopen(url, timeout=2) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.3)
    raise TimeoutError(url)


def wait_until(so: Callable[[], object], seconds: float = 480) -> None:
    """Returns once it is so."""
    ends = time.monotonic() + seconds
    while not so():
        assert time.monotonic() < ends
        time.sleep(0.1)


class Door:
    """A port that leads to another one until it is shut: a server that is lost, for those who came by it."""

    def __init__(self, port: int) -> None:
        self._beyond = port
        self._ways: list[socket.socket] = []
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        threading.Thread(target=self._open, daemon=True).start()

    def _open(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listening.accept()
                far = socket.create_connection(("127.0.0.1", self._beyond))
                self._ways += [near, far]
                for one, other in ((near, far), (far, near)):
                    threading.Thread(target=self._carry, args=(one, other), daemon=True).start()

    def _carry(self, one: socket.socket, other: socket.socket) -> None:
        with suppress(OSError):
            while piece := one.recv(65536):
                other.sendall(piece)
            other.shutdown(socket.SHUT_WR)

    def shut(self) -> None:
        """Nobody comes through any longer, and who is inside is cut off."""
        for one in (self._listening, *self._ways):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()


ASKED_AGAIN = 5
"""Times."""


def answered(request: Request) -> bytes:
    """What the server answers with; one that is busy for the moment (503) is asked again, as Prefect's own clients do.

    With SQLite it says so of a statement that had read what another has just changed, and has undone it.
    """
    again = ASKED_AGAIN
    while True:
        try:
            with urlopen(request, timeout=60) as answer:
                return answer.read()
        except HTTPError as refusal:
            if refusal.code != HTTPStatus.SERVICE_UNAVAILABLE or not again:
                raise
        again -= 1
        time.sleep(1)


@dataclass(frozen=True)
class Api:
    """Prefect's API, asked with a login."""

    url: str
    login: str = ""

    def ask(self, path: str, body: dict | None = None, method: str | None = None) -> Any:
        headers = {"content-type": "application/json"}
        if self.login:
            headers["authorization"] = f"Basic {b64encode(self.login.encode()).decode()}"
        request = Request(
            f"{self.url}{path}", None if body is None else json.dumps(body).encode(), headers, method=method
        )
        said = answered(request)
        return json.loads(said) if said else None

    def status(self, path: str, body: dict | None = None) -> int:
        """The status that it answers with."""
        try:
            self.ask(path, body)
        except HTTPError as refusal:
            return refusal.code
        return 200

    def deployment(self, name: str) -> dict:
        return self.ask(f"/deployments/name/{name}")

    def begin(self, deployment: dict, parameters: dict) -> str:
        """A new run of the deployment."""
        return self.ask(f"/deployments/{deployment['id']}/create_flow_run", {"parameters": parameters})["id"]

    def state(self, run: str) -> dict:
        return self.ask(f"/flow_runs/{run}")["state"]

    def reaches(self, run: str, types: set[str], seconds: float = 480) -> dict:
        """The run's state once it is one of these types."""
        ends = time.monotonic() + seconds
        while (state := self.state(run))["type"] not in types:
            assert time.monotonic() < ends, state
            assert state["type"] not in ENDED, state
            time.sleep(0.3)
        return state

    def finished(self, deployment: dict, parameters: dict) -> tuple[str, dict]:
        """A run of the deployment and the state in which it ended."""
        run = self.begin(deployment, parameters)
        return run, self.reaches(run, ENDED)

    def artifacts(self, run: str) -> list[dict]:
        return self.ask("/artifacts/filter", {"artifacts": {"flow_run_id": {"any_": [run]}}})

    def logs(self, run: str, last: str = "Finished in state") -> list[dict]:
        """The lines of the run's log, once the last one has come. Its tasks end in the same words."""
        ends = time.monotonic() + 60
        while True:
            lines = self.ask("/logs/filter", {"logs": {"flow_run_id": {"any_": [run]}}, "sort": "TIMESTAMP_ASC"})
            if any(last in line["message"] for line in lines if line["name"] == "prefect.flow_runs"):
                return lines
            assert time.monotonic() < ends, lines
            time.sleep(0.5)
