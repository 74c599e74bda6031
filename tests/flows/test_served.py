"""A served root: who gets in, what others can read, and what becomes of a night whose worker or server dies."""

import json
import os
import shutil
import signal
import stat
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from websockets.exceptions import ConnectionClosed, InvalidHandshake
from websockets.sync.client import connect

from deliveries import deliver
from faults.roots import leftovers
from huimin.serving.served import UNBEGUN, Served
from huimin.serving.unseen import died_unseen
from huimin.store.access import open_places
from huimin.store.root import Root
from huimin.upkeep.doctor import prefect_server
from huimin.upkeep.verify import verify
from huimin.zone import HERE
from servers import ENDED, wait_until
from serving import Serving, serving

pytestmark = [pytest.mark.slow, pytest.mark.long]
PARAMETERS = {"run_date": "2023-08-22", "settle": 0}
RUNNING, DONE = {"RUNNING"}, {"COMPLETED"}


@pytest.fixture
def root(tmp_path) -> Path:
    deliver(tmp_path / "root")
    return tmp_path / "root"


def running(served: Serving, root: Path) -> str:
    """A night that is under way, its root held."""
    nightly = served.api.deployment("huimin-nightly/nightly")
    run = served.api.begin(nightly, {**PARAMETERS, "root": str(root)})
    served.api.reaches(run, RUNNING)
    wait_until(lambda: (root / "state" / "lock").exists() and (root / "state" / "lock").read_text() != "")
    return run


def holder(root: Path) -> int:
    """The process that runs the night."""
    return int((root / "state" / "lock").read_text())


def assert_whole(root: Path) -> None:
    latest = Root(root).latest()
    assert latest is not None
    assert verify(root, latest) == ()
    assert leftovers(root) == []


def test_without_the_login_nobody_is_let_in(served):
    stranger = type(served.api)(served.api.url)
    guesser = type(served.api)(served.api.url, "huimin:guess")
    nightly = served.api.deployment("huimin-nightly/nightly")["id"]
    for one in (stranger, guesser):
        assert one.status("/deployments/filter", {}) == 401
        assert one.status("/admin/version") == 401
        assert one.status(f"/deployments/{nightly}/create_flow_run", {}) == 401
    assert served.api.status("/deployments/filter", {}) == 200


SOCKETS = ("/events/in", "/events/out", "/logs/out", "/task_runs/subscriptions/scheduled")


@pytest.mark.parametrize("path", SOCKETS)
@pytest.mark.parametrize("token", [None, "huimin:guess"])
def test_without_the_login_no_socket_is_opened(served, path, token):
    address = f"{served.api.url.replace('http', 'ws', 1)}{path}"
    with connect(address, subprotocols=["prefect"]) as socket, pytest.raises(ConnectionClosed):
        socket.send(json.dumps({"type": "auth", "token": token}))
        assert json.loads(socket.recv(timeout=30)) == {}
    with pytest.raises(InvalidHandshake):
        connect(address).close()


def test_the_doctor_finds_the_server_and_its_login(served):
    findings = list(prefect_server(Root(served.root)))
    assert [(finding.subject, finding.ok) for finding in findings] == [("prefect server", True), ("worker", True)], (
        findings
    )


def test_the_page_is_told_where_its_server_is(served):
    page = type(served.api)(served.api.url.removesuffix("/api"))
    told = page.ask("/ui-settings")
    assert told["api_url"] == served.api.url
    assert told["auth"] == "BASIC"
    # Prefect's package belongs to another user where the machine's service runs
    pages = served.root / "state" / "prefect" / "ui"
    assert (pages / "v1" / "index.html").exists()


def test_nothing_of_it_is_open_to_others(served):
    assert list(open_places(Root(served.root))) == []
    pages = served.root / "state" / "prefect" / "ui"  # as Prefect ships them, behind a closed folder
    state = (served.root / "state").rglob("*")
    inside = [place for place in state if not place.is_symlink() and not place.is_relative_to(pages)]
    assert [place for place in inside if stat.S_IMODE(place.stat().st_mode) & 0o077] == []
    if (served.root / "postgresql").exists():
        assert stat.S_IMODE((served.root / "postgresql").stat().st_mode) == 0o700
    login = (served.root / "state" / "prefect" / "login").read_text().partition(":")[2]
    commands = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True).stdout
    assert login not in commands
    assert login not in served.said()


def test_what_worker_and_runs_lay_aside_is_in_a_folder_of_its_own(served):
    told = Path(f"/proc/{served.children()['worker']}/environ").read_text("utf-8").split("\0")
    (place,) = [Path(line.partition("=")[2]) for line in told if line.startswith("TMPDIR=")]
    assert stat.S_IMODE(place.stat().st_mode) == 0o700
    wait_until((place / "runner_storage").exists, 60)


@pytest.mark.skipif(os.geteuid() != 0 or not shutil.which("setpriv"), reason="only root can try as somebody else")
def test_another_account_reads_nothing(served):
    nobody = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"]
    for place in ("state/prefect/login", "state/prefect/prefect.env", "state/secret", "postgresql/PG_VERSION"):
        tried = subprocess.run([*nobody, "cat", served.root / place], capture_output=True, text=True)
        assert (tried.returncode, tried.stdout) == (1, ""), place
    for number in served.children().values():
        tried = subprocess.run([*nobody, "cat", f"/proc/{number}/environ"], capture_output=True, text=True)
        assert (tried.returncode, tried.stdout) == (1, "")


def test_a_night_outlives_its_worker_and_another_during_it_is_cancelled_and_says_why(served, root):
    nightly = served.api.deployment("huimin-nightly/nightly")
    first = running(served, root)
    worker = served.children()["worker"]
    os.kill(worker, signal.SIGKILL)
    _, state = served.api.finished(nightly, {**PARAMETERS, "root": str(root)})
    assert state["type"] == "CANCELLED", state
    assert state["message"].startswith("“夜间比对 2023-08-22")
    assert served.api.state(first)["type"] in {"RUNNING", "COMPLETED"}
    served.api.reaches(first, DONE)
    assert_whole(root)
    wait_until(lambda: served.children().get("worker", worker) != worker)
    assert "Prefect worker ended with -9 and is started again" in served.said()


def test_one_run_at_a_time(served):
    pool = served.api.ask("/work_pools/huimin")
    assert (pool["type"], pool["concurrency_limit"]) == ("process", 1)


def test_a_killed_night_is_seen_as_crashed_and_the_next_one_is_clean(served, root):
    run = running(served, root)
    for number in (served.children()["worker"], holder(root)):
        os.kill(number, signal.SIGKILL)
    killed = time.monotonic()
    state = served.api.reaches(run, {"CRASHED"}, 200)
    assert state["type"] == "CRASHED"
    assert "心跳" in state["message"]
    assert time.monotonic() - killed < 180  # three heartbeats, and what the server takes to look
    nightly = served.api.deployment("huimin-nightly/nightly")
    _, state = served.api.finished(nightly, {**PARAMETERS, "root": str(root)})
    assert state["type"] == "COMPLETED", state
    assert_whole(root)


@contextmanager
def within(served: Serving, name: str, seconds: float) -> Iterator[None]:
    """The automation of that name waits so long; nothing else of it is changed."""
    (standing,) = [one for one in served.api.ask("/automations/filter", {}) if one["name"] == name]
    kept = {key: standing[key] for key in ("name", "description", "enabled", "trigger", "actions")}

    def put(trigger: dict) -> None:
        served.api.ask(f"/automations/{standing['id']}", {**kept, "trigger": trigger}, "PUT")

    put({**kept["trigger"], "within": seconds})
    try:
        yield
    finally:
        put(kept["trigger"])


def test_a_run_that_never_begins_is_seen_as_crashed_and_makes_room(served, root):
    api, before = served.api, datetime.now(HERE)
    nightly = api.deployment("huimin-nightly/nightly")
    with within(served, "huimin: 没有启动的运行", 15):
        # as a worker leaves it that takes a run and dies; in a year, so that none takes it meanwhile
        scheduled = {"type": "SCHEDULED", "state_details": {"scheduled_time": "2099-01-01T00:00:00Z"}}
        asked = {"parameters": {**PARAMETERS, "root": str(root)}, "state": scheduled}
        run = api.ask(f"/deployments/{nightly['id']}/create_flow_run", asked)
        api.ask(f"/flow_runs/{run['id']}/set_state", {"state": {"type": "PENDING"}})
        state = api.reaches(run["id"], {"CRASHED"}, 120)
    assert state["message"] == UNBEGUN
    place = Served(Root(served.root), "127.0.0.1", int(urlsplit(api.url).port or 0))
    assert died_unseen(place, before) == (f"{run['name']}：{UNBEGUN}",)
    _, state = api.finished(nightly, {**PARAMETERS, "root": str(root)})
    assert state["type"] == "COMPLETED", state


def test_a_server_that_dies_is_started_again_and_the_night_is_whole(served, root):
    run = running(served, root)
    os.kill(served.children()["server"], signal.SIGKILL)
    wait_until(lambda: "Prefect server ended with -9 and is started again" in served.said())
    wait_until(lambda: Root(root).latest() is not None)
    wait_until(lambda: served.api.status("/admin/version") == 200)
    served.api.reaches(run, DONE)
    assert_whole(root)


@pytest.mark.parametrize("database", ["auto", "sqlite"])
def test_ctrl_c_stops_all_and_starting_again_goes_on(database, root):
    with serving(database) as first:
        _, state = first.api.finished(
            first.api.deployment("huimin-verify/verify"), {"root": str(root), "run": "20230822T020000-000001"}
        )
        assert state["type"] == "FAILED"
        children = first.children()
        assert {"worker", "server"} <= children.keys()
        night = running(first, root)
        process = holder(root)
        assert first.stop() == 0
        for number in (*children.values(), process):
            wait_until(lambda number=number: not Path(f"/proc/{number}").exists() or is_dead(number))
        with serving(database, first.root) as again:
            assert again.api.login == first.api.login
            assert again.api.state(night)["type"] in ENDED or again.api.reaches(night, {"CRASHED"})
            nightly = again.api.deployment("huimin-nightly/nightly")
            _, state = again.api.finished(nightly, {**PARAMETERS, "root": str(root)})
            assert state["type"] == "COMPLETED", state
    assert_whole(root)


def test_after_a_power_cut_the_night_that_was_cut_makes_room_for_the_next(root):
    with serving() as first:
        night = running(first, root)
        for number in (first.process.pid, *first.children().values(), holder(root)):
            os.kill(number, signal.SIGKILL)
        first.process.wait(30)
        with serving(root=first.root) as again:
            again.api.reaches(night, {"CRASHED"}, 300)
            nightly = again.api.deployment("huimin-nightly/nightly")
            _, state = again.api.finished(nightly, {**PARAMETERS, "root": str(root)})
            assert state["type"] == "COMPLETED", state
    assert_whole(root)


def is_dead(number: int) -> bool:
    return "\nState:\tZ" in Path(f"/proc/{number}/status").read_text()
