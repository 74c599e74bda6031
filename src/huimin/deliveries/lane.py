"""Forks a child for each file that is to be read: started with ``python -I -m huimin.deliveries.lane``.

Arguments: the descriptors of the lines on which requests come, each of them served by a process of its own. That has
one thread and has never read a file, so that what it forks begins clean.
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
from pathlib import Path
from typing import Any

import polars as pl

import huimin.deliveries.reading  # noqa: F401  imported once, before the forks
from huimin.deliveries.children import READY, Allowance, Loss, fault_of, hear, tell
from huimin.errors import HuiminError

LAST_SECONDS = 5
"""Between the signal for too much time and the end."""
PIECE = 65536
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
    """Serves the requests of one line, one after the other."""
    tell(line, READY)
    while (request := hear(line)) is not None:
        tell(line, json.dumps(end_of(request, line)).encode())


def end_of(request: bytes, line: socket.socket) -> dict[str, Any]:
    """What a child of its own makes of the request. When the other side is closed meanwhile, the child ends."""
    allowance: Allowance = pickle.loads(request)[2]  # noqa: S301  it comes from the process that started this one
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.setpgid(0, 0)
        os.close(reading)
        line.close()
        os._exit(worked(request, writing))
    os.close(writing)
    with suppress(OSError):
        os.setpgid(child, child)
    said = heard(reading, line, time.monotonic() + allowance.wall)
    os.close(reading)
    if said is None:
        os.kill(child, signal.SIGKILL)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    with suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)  # what it started ends with it
    if said is None:
        return {"lost": "seconds"}
    if code or not said:
        return {"lost": LOSSES.get(code, "ended")}
    told: dict[str, Any] = json.loads(said)
    return told


def heard(reading: int, line: socket.socket, until: float) -> bytes | None:
    """All that the child said until its end; None when that did not come in time, or nobody waits for it any more."""
    poll = select.poll()
    poll.register(reading, select.POLLIN)
    poll.register(line, select.POLLIN)
    said = bytearray()
    while (left := until - time.monotonic()) > 0:
        for ready, _ in poll.poll(left * 1000):
            if ready != reading:
                return None
            piece = os.read(reading, PIECE)
            if not piece:
                return bytes(said)
            said += piece
    return None


def worked(request: bytes, writing: int) -> int:
    """The exit code of the child, which has said what the work gave, or which error it ended in."""
    try:
        work, arguments, allowance, tempfile.tempdir = pickle.loads(request)  # noqa: S301  as above
        pl.read_csv(b"a\n1")  # its threads begin before the limit: those that cannot would be waited for
        limit(allowance)
        try:
            told = {"gives": work(*arguments)}
        except HuiminError as fault:
            told = {"fault": fault_of(fault)}
        except MemoryError:
            told = {"lost": "memory"}
        except OSError as fault:
            if fault.errno != errno.ENOMEM:  # the system's word for the same
                raise
            told = {"lost": "memory"}
        with os.fdopen(writing, "wb") as pipe:
            pipe.write(json.dumps(told).encode())
    except BaseException:  # the child ends here, whatever it was
        return 1
    return 0


def limit(allowance: Allowance) -> None:
    """From now on this process may use so much and no more."""
    most = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize() + allowance.memory
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    # a workbook's own child may need more for what it unpacks: it can raise the first, not the second
    resource.setrlimit(resource.RLIMIT_CPU, (allowance.cpu, max(allowance.cpu, allowance.wall) + LAST_SECONDS))


if __name__ == "__main__":
    main(sys.argv[1:])
