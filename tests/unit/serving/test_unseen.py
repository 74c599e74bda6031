"""Runs that the server marked as crashed because nobody of theirs was left to say so."""

import json
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

from huimin.cli.serve import watching
from huimin.serving.served import CRASHED, UNBEGUN, Served
from huimin.serving.unseen import died_unseen
from huimin.store.root import Root
from huimin.zone import HERE
from servers import free_port

SINCE = datetime(2026, 11, 28, 2, 0, tzinfo=HERE)


@contextmanager
def server_that_answers(runs: list[dict], asked: list[tuple[str, dict]], port: int = 0) -> Iterator[int]:
    """The port of a server with those runs."""

    class Answering(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            asked.append((self.headers["Authorization"], body))
            self.send_response(200)
            self.end_headers()
            self.wfile.write(json.dumps(runs).encode())

        def log_message(self, *words: object) -> None:
            """Says nothing."""

    server = HTTPServer(("127.0.0.1", port), Answering)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()


def test_runs_that_could_not_say_it_themselves_are_named(tmp_path: Path) -> None:
    ends = {"月报": CRASHED, "催报": UNBEGUN, "核查导入": "Execution was interrupted."}
    runs = [{"name": name, "state": {"message": message}} for name, message in ends.items()]
    asked: list[tuple[str, dict]] = []
    with server_that_answers(runs, asked) as port:
        served = Served(Root(tmp_path / "root"), "127.0.0.1", port)
        served.prepare()
        assert died_unseen(served, SINCE) == (f"月报：{CRASHED}", f"催报：{UNBEGUN}")
    ((login, body),) = asked
    assert login == f"Basic {b64encode(served.login().encode()).decode()}"
    assert body["flow_runs"]["end_time"] == {"after_": "2026-11-28T02:00:00+08:00"}


def test_a_server_that_is_gone_for_a_while_is_asked_again_for_the_same_time(tmp_path: Path) -> None:
    port = free_port()
    served = Served(Root(tmp_path / "root"), "127.0.0.1", port)
    served.prepare()
    assert died_unseen(served, SINCE) is None
    asked: list[tuple[str, dict]] = []
    began = datetime.now(HERE)
    look = watching(served)
    look()
    gone = datetime.now(HERE)
    with server_that_answers([], asked, port):
        look()
        look()
    first, second = (datetime.fromisoformat(body["flow_runs"]["end_time"]["after_"]) for _, body in asked)
    assert began <= first <= gone < second
