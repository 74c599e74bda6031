"""Runs whose process died unseen: the server marks them as crashed, and nobody of theirs is left to warn of it."""

import json
from base64 import b64encode
from datetime import datetime
from urllib.request import Request, urlopen

from huimin.serving.served import CRASHED, UNBEGUN, Served

PATIENCE = 10.0
"""Seconds for the server to answer."""


def died_unseen(served: Served, since: datetime) -> tuple[str, ...]:
    """Each run that was marked so since then, by its name, with the reason; none when the server does not answer."""
    crashed = {"state": {"type": {"any_": ["CRASHED"]}}, "end_time": {"after_": since.isoformat()}}
    login = b64encode(served.login().encode()).decode()
    headers = {"Content-Type": "application/json", "Authorization": f"Basic {login}"}
    asked = json.dumps({"flow_runs": crashed, "sort": "END_TIME_DESC"}).encode()
    request = Request(f"{served.api}/flow_runs/filter", asked, headers)  # noqa: S310  http, of this machine
    try:
        with urlopen(request, timeout=PATIENCE) as answer:  # noqa: S310
            runs = json.load(answer)
    except (OSError, ValueError):
        return ()
    told = ((run["name"], run["state"]["message"]) for run in runs)
    return tuple(f"{name}：{message}" for name, message in told if message in (CRASHED, UNBEGUN))
