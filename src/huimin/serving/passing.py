"""A Prefect server for one command, where none is configured: it records the night, and ends with the command.

Prefect would start one itself, but loads all of its server into the command's own process for that.
"""

import atexit
import os
import secrets
import socket
import sys
from pathlib import Path

from huimin.serving.served import QUIET
from huimin.serving.services import Service, answers

SERVER = ("-m", "uvicorn", "--factory", "prefect.server.api.server:create_app")
SPARE = {
    **QUIET,
    "PREFECT__SERVER_EPHEMERAL": "1",  # as Prefect's own: only what records runs, no schedules
    "PREFECT__SERVER_FINAL": "1",
    "PREFECT_UI_ENABLED": "0",
    "PREFECT_API_BLOCKS_REGISTER_ON_START": "false",
    "PREFECT_LOGGING_SERVER_LEVEL": "CRITICAL",
}


def start_unless_configured() -> Service | None:
    """The server that this process will tell of its runs, starting, and ended with it; None where one is configured.

    To be called before flows are imported: the environment says from now on where the server is.
    """
    from prefect.settings import get_current_settings

    if get_current_settings().api.url:
        return None
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    login = f"huimin:{secrets.token_urlsafe(24)}"
    environment = {**os.environ, **SPARE, "PREFECT_SERVER_API_AUTH_STRING": login}
    command = [sys.executable, *SERVER, "--host", "127.0.0.1", "--port", str(port), "--log-level", "critical"]
    api = f"http://127.0.0.1:{port}/api"
    server = Service("Prefect server", command, environment, lambda: answers(api), Path("/"))
    server.start()
    atexit.register(server.stop)  # before Prefect's own farewells are registered, so after them
    os.environ |= {"PREFECT_API_URL": api, "PREFECT_API_AUTH_STRING": login}
    return server
