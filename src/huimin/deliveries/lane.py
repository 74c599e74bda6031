"""Forks children that read files one after the other: started with ``python -I -m huimin.deliveries.lane``.

Arguments: the descriptors of the lines on which requests come, each of them served by a process of its own. That has
one thread and has never read a file, so that what it forks begins clean. What a child does for the first time takes it
longer than reading a small file, so it reads the next one too, as long as it keeps little in memory of those before.
"""

import errno
import json
import os
import pickle
import resource
import select
import signal
import socket
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from math import ceil
from pathlib import Path
from typing import Any

import polars as pl

import huimin.deliveries.reading  # noqa: F401  imported once, before the forks
from huimin.deliveries.children import READY, Allowance, Loss, fault_of, hear, tell
from huimin.errors import HuiminError

GROWN = 128 * 1024**2
"""Bytes of memory that a child may keep of what it has read: with more, the next file has another one."""
IDLE_SECONDS = 1.0
"""How long a child waits for the next request."""
AT_FIRST = {kind: resource.getrlimit(kind) for kind in (resource.RLIMIT_AS, resource.RLIMIT_CPU)}
"""Soft and hard limits of memory and processor that this process was started with."""
LOSSES: dict[int, Loss] = {-signal.SIGXCPU: "seconds", -signal.SIGABRT: "memory"}
"""Why a child died, by its exit code: what is not written in Python aborts when it gets no memory."""


def main(arguments: Sequence[str]) -> None:
    """Serves every line until its other side is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    lines = [socket.socket(fileno=int(number)) for number in arguments]
    for mine in lines:
        if os.fork() == 0:
            for line in lines:
                if line is not mine:
                    line.close()
            serve(mine)
            os._exit(0)
    for line in lines:
        line.close()
    with suppress(ChildProcessError):
        while True:
            os.wait()


def serve(line: socket.socket) -> None:
    """Serves the requests of one line, one after the other, by one child as long as it lasts and there are more."""
    tell(line, READY)
    child: Child | None = None
    while True:
        if child and not says(line, IDLE_SECONDS):
            child.end()
            child = None
        if (request := hear(line)) is None:
            break
        child = child or Child(line)
        tell(line, json.dumps(child.told(request)).encode())
        if child.has_ended:
            child = None
    if child:
        child.end()


class Child:
    """A process that does what it is asked, until it is lost at that or has grown."""

    def __init__(self, line: socket.socket) -> None:
        """`line`: whence the requests come; when its other side is closed meanwhile, the child ends."""
        self._line = line
        self._asked, asks = socket.socketpair()
        self._pid = os.fork()
        if self._pid == 0:
            os.setpgid(0, 0)
            line.close()
            self._asked.close()
            os._exit(work_off(asks))
        asks.close()
        with suppress(OSError):
            os.setpgid(self._pid, self._pid)
        self.has_ended = False

    def told(self, request: bytes) -> dict[str, Any]:
        """What the child made of the request, or how it was lost."""
        allowance: Allowance = pickle.loads(request)[2]  # noqa: S301  it comes from the process that started this one
        tell(self._asked, request)
        if not says(self._asked, allowance.wall, but=self._line):
            os.kill(self._pid, signal.SIGKILL)
            self.end()
            return {"lost": "seconds"}
        if (said := hear(self._asked)) is None:
            return {"lost": LOSSES.get(self.end(), "ended")}
        told: dict[str, Any]
        is_last, told = json.loads(said)
        if is_last:
            self.end()
        return told

    def end(self) -> int:
        """The exit code of the child, which ends as soon as it has nothing to do, and with it all that it started."""
        self._asked.close()
        code = os.waitstatus_to_exitcode(os.waitpid(self._pid, 0)[1])
        with suppress(ProcessLookupError):
            os.killpg(self._pid, signal.SIGKILL)
        self.has_ended = True
        return code


def says(one: socket.socket, seconds: float, but: socket.socket | None = None) -> bool:
    """Whether that side says something in time, or is closed, and not the other one first."""
    poll = select.poll()
    for side in (one, but):
        if side:
            poll.register(side, select.POLLIN)
    ready = poll.poll(seconds * 1000)
    return bool(ready) and ready[0][0] == one.fileno()


def work_off(asks: socket.socket) -> int:
    """The exit code of a child that has done what it was asked; it says each time whether that was the last."""
    try:
        pl.read_csv(b"a\n1")  # its threads begin before the limit: those that cannot would be waited for
        begins = memory()[1]
        while (request := hear(asks)) is not None:
            told = worked(request)
            limit(None)
            is_last = "lost" in told or memory()[1] > begins + GROWN
            tell(asks, json.dumps([is_last, told]).encode())
            if is_last:
                break
    except BaseException:  # the child ends here, whatever it was
        return 1
    return 0


def worked(request: bytes) -> dict[str, Any]:
    """What the work gave, which error it ended in, or that memory did not suffice."""
    work, arguments, allowance, tempfile.tempdir = pickle.loads(request)  # noqa: S301  as in `Child.told`
    limit(allowance)
    try:
        return {"gives": work(*arguments)}
    except HuiminError as fault:
        return {"fault": fault_of(fault)}
    except MemoryError:
        return {"lost": "memory"}
    except OSError as fault:
        if fault.errno != errno.ENOMEM:  # the system's word for the same
            raise
        return {"lost": "memory"}


def limit(allowance: Allowance | None) -> None:
    """From now on this process may use so much more and nothing beyond; None: as much as when it began."""
    used = memory()[0], ceil(time.process_time())
    more = (allowance.memory, allowance.cpu) if allowance else (None, None)
    for (kind, (soft, hard)), spent, left in zip(AT_FIRST.items(), used, more):
        most = soft if left is None else spent + left
        resource.setrlimit(kind, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


def memory() -> list[int]:
    """Bytes of address space of this process, and of those the bytes in memory."""
    return [int(pages) * resource.getpagesize() for pages in Path("/proc/self/statm").read_text().split()[:2]]


if __name__ == "__main__":
    main(sys.argv[1:])
