"""Runs whose process died unseen: the server marks them as crashed, and nobody of theirs is left to warn of it."""

import json
from datetime import datetime

from huimin.serving.asked import answer
from huimin.serving.served import CRASHED, UNBEGUN, Served

PATIENCE = 10.0
"""Seconds for the server to answer."""


def died_unseen(served: Served, since: datetime) -> tuple[str, ...] | None:
    """Each run that was marked so since then, by its name, with the reason; None when the server does not answer."""
    crashed = {"state": {"type": {"any_": ["CRASHED"]}}, "end_time": {"after_": since.isoformat()}}
    asked = json.dumps({"flow_runs": crashed, "sort": "END_TIME_DESC"}).encode()
    try:
        runs = json.loads(answer(f"{served.api}/flow_runs/filter", served.login(), asked, PATIENCE)[1])
    except (OSError, ValueError):
        return None
    told = ((run["name"], run["state"]["message"]) for run in runs)
    return tuple(f"{name}：{message}" for name, message in told if message in (CRASHED, UNBEGUN))
