"""What the doctor finds of a Prefect server: one that answers by asking for a login, and those that do not."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from huimin.serving.served import Served
from huimin.store.root import Root
from huimin.upkeep.doctor import prefect_server
from servers import free_port

LOGIN = "huimin:secret"


@contextmanager
def server(asks: bool) -> Iterator[str]:
    """A server that asks for the login, or for none."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self):
            let_in = not asks or self.headers["Authorization"] == "Basic aHVpbWluOnNlY3JldA=="
            self.send_response(200 if let_in else 401)
            self.end_headers()

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


def test_a_run_needs_no_server(tmp_path):
    finding = prefect_server(Root(tmp_path))
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
        finding = prefect_server(Root(tmp_path))
    assert (finding.ok, told in finding.finding) == (ok, True), finding
    assert finding.ok or finding.fix
    assert "secret" not in finding.finding + finding.fix


def test_a_server_that_does_not_answer_is_red(monkeypatch, tmp_path):
    set_to(monkeypatch, f"http://127.0.0.1:{free_port()}/api", LOGIN)
    assert prefect_server(Root(tmp_path)).finding.endswith("does not answer")


def test_the_root_says_where_it_is_served(tmp_path):
    served = Served(Root(tmp_path), "127.0.0.1", 1)
    served.prepare()
    with server(asks=True) as url:
        served.write_settings({"PREFECT_API_URL": url, "PREFECT_API_AUTH_STRING": LOGIN})
        assert prefect_server(served.root).ok
    assert not prefect_server(served.root).ok
