"""What the doctor finds of a Prefect server: one that answers by asking for a login, and those that do not."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from huimin.cli import run
from huimin.serving.served import Served
from huimin.store.root import Root
from huimin.upkeep.doctor import definitions, last_night, permissions, prefect_server
from huimin.zone import HERE
from nights import PROJECT
from servers import free_port

LOGIN = "huimin:secret"


@contextmanager
def server(asks: bool, workers: tuple[str, ...] = ("ONLINE",)) -> Iterator[str]:
    """A server that asks for the login, or for none, and knows workers in these states."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self):
            let_in = not asks or self.headers["Authorization"] == "Basic aHVpbWluOnNlY3JldA=="
            self.send_response(200 if let_in else 401)
            self.end_headers()

        def do_POST(self):
            self.do_GET()
            self.wfile.write(json.dumps([{"name": "nights", "status": status} for status in workers]).encode())

        def log_message(self, *words):
            pass

    with HTTPServer(("127.0.0.1", 0), Answer) as one:
        threading.Thread(target=one.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{one.server_port}/api"
        one.shutdown()


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch):
    for name in ("PREFECT_API_URL", "PREFECT_API_AUTH_STRING"):
        monkeypatch.delenv(name, raising=False)


def set_to(monkeypatch, url: str, login: str | None) -> None:
    monkeypatch.setenv("PREFECT_API_URL", url)
    if login:
        monkeypatch.setenv("PREFECT_API_AUTH_STRING", login)


def test_places_are_shown_whole_and_as_they_are_called(tmp_path, capsys):
    root = tmp_path / ("区" * 60) / "[red]x[/red]"
    assert run(["doctor", "--root", str(root)]) == 0
    cells = [line.split("│") for line in capsys.readouterr().out.splitlines() if "│" in line]
    assert str(root) in "".join(line[3].strip() for line in cells)


def test_a_run_needs_no_server(tmp_path):
    (finding,) = prefect_server(Root(tmp_path))
    assert (finding.ok, finding.finding) == (True, "none set: a run starts its own for itself")


@pytest.mark.parametrize(
    ("asks", "login", "ok", "told"),
    [
        (True, LOGIN, True, "answers, with login"),
        (True, "huimin:other", False, "answers 401 to the login of this environment"),
        (True, None, False, "answers 401 to the login of this environment"),
        (False, LOGIN, False, "answers without login"),
        (False, None, False, "answers without login"),
    ],
)
def test_a_server_must_ask_for_the_login_and_take_it(monkeypatch, tmp_path, asks, login, ok, told):
    with server(asks) as url:
        set_to(monkeypatch, url, login)
        finding = next(prefect_server(Root(tmp_path)))
    assert (finding.ok, told in finding.finding) == (ok, True), finding
    assert finding.ok or finding.fix
    assert "secret" not in finding.finding + finding.fix


def test_a_server_that_does_not_answer_is_red(monkeypatch, tmp_path):
    set_to(monkeypatch, f"http://127.0.0.1:{free_port()}/api", LOGIN)
    assert next(prefect_server(Root(tmp_path))).finding.endswith("does not answer")


def test_the_root_says_where_it_is_served(tmp_path):
    served = Served(Root(tmp_path), "127.0.0.1", 1)
    served.prepare()
    with server(asks=True) as url:
        served.write_settings({"PREFECT_API_URL": url, "PREFECT_API_AUTH_STRING": LOGIN})
        assert [finding.ok for finding in prefect_server(served.root)] == [True, True]
    assert [finding.ok for finding in prefect_server(served.root)] == [False]


@pytest.mark.parametrize(("workers", "ok"), [((), False), (("OFFLINE",), False), (("OFFLINE", "ONLINE"), True)])
def test_a_server_without_a_worker_starts_no_night(monkeypatch, tmp_path, workers, ok):
    with server(True, workers) as url:
        set_to(monkeypatch, url, LOGIN)
        answers, worker = prefect_server(Root(tmp_path))
    assert answers.ok
    assert (worker.subject, worker.ok, bool(worker.fix)) == ("worker", ok, not ok)


@pytest.mark.parametrize(("hours", "ok"), [(1, True), (26, True), (27, False)])
def test_a_run_that_is_older_than_a_night_is_red(tmp_path, hours, ok):
    now = datetime(2023, 8, 23, 9, 0, tzinfo=HERE)
    run = f"{now - timedelta(hours=hours):%Y%m%dT%H%M%S}-abc123"
    (tmp_path / "published" / run).mkdir(parents=True)
    (tmp_path / "published" / "latest").symlink_to(run)
    finding = last_night(Root(tmp_path), now)
    assert (finding.ok, finding.exit_code, f"{hours} hours ago" in finding.finding) == (ok, 1, True)


def test_a_root_without_a_run_is_not_green_and_no_fault(tmp_path):
    finding = last_night(Root(tmp_path), datetime(2023, 8, 23, tzinfo=HERE))
    assert (finding.ok, finding.exit_code, finding.fix) == (False, 0, "huimin run")


def stated(root, name, text):
    """What the doctor finds of the operator's file of that name: whether it is sound, its finding, its fix."""
    (root / "state").mkdir(mode=0o700, exist_ok=True)
    (root / "state" / f"{name}.toml").write_text(text, "utf-8")
    (finding,) = [one for one in definitions(PROJECT, root) if one.subject == name]
    return finding


@pytest.mark.parametrize(
    ("name", "text", "ok", "told"),
    [
        ("calendar", "", True, "every roster has its usual time"),
        ("calendar", '[tekun]\ndue = "8 days"\n', True, "1 rosters with a time of their own"),
        ("calendar", '[tekum]\ndue = "8 days"\n', False, "tekum: no roster has this name"),
        ("contacts", "", True, "0 liaisons; policy of 0 rosters"),
        (
            "contacts",
            '[streets."东湖"]\nliaison = { name = "王芳", phone = "1" }',
            True,
            "1 liaisons; policy of 0 rosters",
        ),
        ("settings", "", True, "provincial table of 21 columns"),
        ("settings", "late_after_hours = 0", False, "late_after_hours: not a whole number above 0"),
        ("contacts", '[streets."东湖"]\nliaison = "王芳"', False, "streets.东湖.liaison: not a name and a phone"),
    ],
)
def test_what_an_operator_states_is_sound_or_red_with_what_to_write(tmp_path, name, text, ok, told):
    finding = stated(tmp_path, name, text)
    assert (finding.ok, told in finding.finding, finding.exit_code) == (ok, True, 1 if ok else 10), finding
    assert finding.ok or f"state/{name}.toml" in finding.finding
    assert finding.ok or finding.fix.startswith("write ")
    assert "王芳" not in finding.finding


@pytest.mark.parametrize(("mode", "red"), [(0o600, False), (0o640, False), (0o644, True), (0o660, True)])
def test_contacts_are_read_by_their_owner_and_group_alone(tmp_path, mode, red):
    stated(tmp_path, "contacts", "")
    (tmp_path / "state" / "contacts.toml").chmod(mode)
    assert [one.fix for one in permissions(Root(tmp_path)) if not one.ok] == (
        [f"chmod 640 {tmp_path}/state/contacts.toml"] if red else []
    )
