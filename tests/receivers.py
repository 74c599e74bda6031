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

from servers import free_port


@dataclass
class Received:
    """What came, and the address to send to."""

    address: str
    messages: list[dict] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)


WECOM_BYTES, TOO_LONG = 2048, 40058
"""What WeCom takes as one text, and what it answers to more."""


@contextmanager
def bot(errcode: int = 0, status: int = 200) -> Iterator[Received]:
    """A webhook that answers as WeCom's and DingTalk's do: with status 200 also when it refuses."""
    received = Received("")

    def answer_to(message: dict) -> int:
        is_taken = message["msgtype"] == "text" and len(message["text"]["content"].encode()) <= WECOM_BYTES
        return errcode if is_taken else TOO_LONG

    class Answering(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            received.paths.append(self.path)
            received.messages.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(status)
            self.end_headers()
            self.wfile.write(json.dumps({"errcode": answer_to(received.messages[-1]), "errmsg": "x"}).encode())

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


@dataclass
class Everybody:
    """Receivers of each shape, and the settings that name them."""

    wecom: Received
    dingtalk: Received
    mail: Received

    @property
    def settings(self) -> list[str]:
        """Lines of the table [warnings]."""
        return [
            f'wecom = "{self.wecom.address}"',
            f'dingtalk = "{self.dingtalk.address}"',
            'dingtalk_secret = "SEC0123"',
            f'addresses = ["{self.mail.address}"]',
        ]

    def heard(self) -> list[list[str]]:
        """The lines of each message, which came to all of them alike."""
        said = [one["text"]["content"].splitlines() for one in self.wecom.messages]
        assert [one["text"]["content"].splitlines() for one in self.dingtalk.messages] == said
        assert all("&timestamp=" in path and "&sign=" in path for path in self.dingtalk.paths)
        assert [one["subject"] for one in self.mail.messages] == [lines[0] for lines in said]
        for sent, lines in zip(self.mail.messages, said, strict=True):
            assert sent["to"] == ["duty@example.org"]
            assert [line for line in lines[1:] if line not in sent["text"]] == []
        return said


@contextmanager
def everybody() -> Iterator[Everybody]:
    """Bots of WeCom and DingTalk, and a mail server."""
    with bot() as wecom, bot() as dingtalk, mail_server(free_port()) as mail:
        yield Everybody(wecom, dingtalk, mail)
