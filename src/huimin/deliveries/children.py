"""Delivered files are read in processes of their own, so that a hostile one can only hurt itself.

A fresh interpreter takes a second to begin. So one is started with `lane.py`, which has everything imported and forks
children, as many at a time as there are processors; each reads one file after the other until it is lost at one.
"""

import atexit
import json
import os
import pickle
import socket
import struct
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from queue import SimpleQueue
from typing import Any, Literal

from huimin import errors
from huimin.errors import HuiminError, PublishError
from huimin.language import _

LANE = ("-I", "-m", "huimin.deliveries.lane")
LENGTH = struct.Struct("=Q")
READY = b"ready"

Loss = Literal["memory", "seconds", "ended"]


@dataclass(frozen=True)
class Allowance:
    """What a child may use."""

    memory: int
    """Bytes of address space, beside what it has when it begins."""
    cpu: int
    """Seconds."""
    wall: int
    """Seconds."""


class LostError(Exception):
    """A child ended before its work did: it asked for more than it may use, or it was killed, or crashed."""

    def __init__(self, reason: Loss) -> None:
        super().__init__(reason)
        self.reason = reason


def in_child(work: Callable[..., Any], *arguments: object, allowance: Allowance) -> Any:  # noqa: ANN401  what it gives
    """What the function returns, called in a child process; it must be something that JSON can hold.

    Raises:
        HuiminError: the function did.
        LostError: the child ended before it did.
    """
    request = pickle.dumps((work, arguments, allowance, tempfile.gettempdir()))
    ended = lanes().ask(request)
    if "lost" in ended:
        raise LostError(ended["lost"])
    if "fault" in ended:
        kind, *told = ended["fault"]
        raise getattr(errors, kind)(*told)
    return ended["gives"]


class Lanes:
    """The server's ends of the lines: on each one file is read at a time."""

    def __init__(self, count: int) -> None:
        pairs = [socket.socketpair() for _ in range(count)]
        theirs = [their.fileno() for _, their in pairs]
        self._free: SimpleQueue[socket.socket] = SimpleQueue()
        self._told_ready: set[socket.socket] = set()
        self._server = subprocess.Popen(  # noqa: S603  the words are ours
            [sys.executable, *LANE, *map(str, theirs)],
            pass_fds=theirs,
            cwd="/",
            env={},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        for ours, their in pairs:
            their.close()
            self._free.put(ours)
        self._ours = [ours for ours, _ in pairs]

    def ask(self, request: bytes) -> dict[str, Any]:
        """How the child of a request ended, once one of the lines is free. Raises PublishError without a server."""
        line = self._free.get()
        try:
            if line not in self._told_ready:
                if hear(line) != READY:
                    raise PublishError(
                        sys.executable, _("the process that reads files did not start"), _("run it again")
                    )
                self._told_ready.add(line)
            tell(line, request)
            said = hear(line)
        except BaseException:
            # something may still come: nobody must take it for what another request gave
            line.close()
            lanes.cache_clear()
            raise
        self._free.put(line)
        if said is None:
            lanes.cache_clear()
            return {"lost": "ended"}
        ended: dict[str, Any] = json.loads(said)
        return ended

    def close(self) -> None:
        """Ends the server and its children, and waits for their end."""
        for line in self._ours:
            line.close()
        self._server.wait()


@cache
def lanes() -> Lanes:
    """The one server of this process."""
    opened = Lanes(len(os.sched_getaffinity(0)))
    atexit.register(opened.close)
    return opened


def end_lanes() -> None:
    """The server of this process ends, if there is one: what its children used is counted then."""
    if lanes.cache_info().currsize:
        lanes().close()
        lanes.cache_clear()


def tell(line: socket.socket, message: bytes) -> None:
    """Sends a message of any length. The other side may be gone: whoever listens for its answer is told that."""
    with suppress(ConnectionError):
        line.sendall(LENGTH.pack(len(message)) + message)


def hear(line: socket.socket) -> bytes | None:
    """The next whole message; None when the other side is gone."""
    head = exactly(line, LENGTH.size)
    return exactly(line, LENGTH.unpack(head)[0]) if head else None


def exactly(line: socket.socket, size: int) -> bytes | None:
    """So many bytes; None when the other side is gone before."""
    parts = bytearray()
    while len(parts) < size:
        try:
            part = line.recv(size - len(parts))
        except ConnectionError:
            return None
        if not part:
            return None
        parts += part
    return bytes(parts)


def fault_of(fault: HuiminError) -> list[str]:
    """Class name, where, problem and fix: the words from which another process makes the same error."""
    return [type(fault).__name__, fault.where, fault.problem, fault.fix]
