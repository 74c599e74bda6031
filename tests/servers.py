"""Servers that tests start: a free port for one, and waiting until it answers."""

import json
import socket
import time
from urllib.request import Request, urlopen


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


def post(url: str, body: dict) -> list:
    request = Request(url, json.dumps(body).encode(), {"content-type": "application/json"})
    with urlopen(request, timeout=30) as answer:
        return json.load(answer)


def get(url: str) -> dict:
    with urlopen(url, timeout=30) as answer:
        return json.load(answer)


def finished(api: str, deployment: str, parameters: dict) -> tuple[str, dict]:
    """The run of the deployment and the state in which it ended."""
    run = post(f"{api}/deployments/{deployment}/create_flow_run", {"parameters": parameters})["id"]
    ends = time.monotonic() + 200
    while (state := get(f"{api}/flow_runs/{run}")["state"])["type"] not in {"COMPLETED", "FAILED", "CRASHED"}:
        assert time.monotonic() < ends, state
        time.sleep(1)
    return run, state
