"""Receivers of warnings on this machine: a bot's webhook and a mail server."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.header import decode_header, make_header
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

from aiosmtpd.controller import Controller


@dataclass
class Received:
    """What came, and the address to send to."""

    address: str
    messages: list[dict] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)


@contextmanager
def bot(errcode: int = 0, status: int = 200) -> Iterator[Received]:
    """A webhook that answers as WeCom's and DingTalk's do: with status 200 also when it refuses."""
    received = Received("")

    class Answering(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            received.paths.append(self.path)
            received.messages.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(status)
            self.end_headers()
            self.wfile.write(json.dumps({"errcode": errcode, "errmsg": "x"}).encode())

        def log_message(self, *words: object) -> None:
            """Says nothing."""

    server = HTTPServer(("127.0.0.1", 0), Answering)
    Thread(target=server.serve_forever, daemon=True).start()
    received.address = f"http://127.0.0.1:{server.server_port}/cgi-bin/webhook/send?key=0123456789"
    try:
        yield received
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def mail_server(port: int) -> Iterator[Received]:
    """A mail server without a login."""
    received = Received(
        f"mailto://127.0.0.1:{port}?from=huimin@example.org&to=duty@example.org&mode=insecure&smtp=127.0.0.1"
    )

    class Keeping:
        async def handle_DATA(self, server: object, session: object, envelope: object) -> str:  # noqa: N802
            whole = message_from_bytes(envelope.content)
            part = next(one for one in whole.walk() if one.get_content_maintype() == "text")
            received.messages.append(
                {
                    "to": list(envelope.rcpt_tos),
                    "subject": str(make_header(decode_header(whole["Subject"]))),
                    "text": part.get_payload(decode=True).decode("utf-8"),
                }
            )
            return "250 OK"

    controller = Controller(Keeping(), hostname="127.0.0.1", port=port, ready_timeout=60.0)  # a busy machine is slow
    controller.start()
    try:
        yield received
    finally:
        controller.stop()
