"""What a child gives, how it ends, and what is left of it. The functions are called in children by their names."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from huimin.deliveries import children, lane
from huimin.deliveries.children import READY, Allowance, LostError, hear, in_child
from huimin.errors import DeliveryError, HuiminError, PublishError

MiB = 1024**2
AMPLE = Allowance(4096 * MiB, 60, 120)
PROGRAM = """
import sys, threading, time
from huimin.deliveries.children import Allowance, in_child
threading.Thread(target=in_child, args=(exec, sys.argv[1]), kwargs={"allowance": Allowance(2**32, 60, 60)}).start()
time.sleep(60)
"""


def called(work: str, allowance: Allowance = AMPLE) -> object:
    """What the expression gives in a child."""
    return in_child(eval, work, allowance=allowance)


def lost(work: str, allowance: Allowance = AMPLE) -> str:
    """Why the child of the expression was lost."""
    with pytest.raises(LostError) as fault:
        called(work, allowance)
    return fault.value.reason


def test_a_child_gives_what_its_work_gives() -> None:
    assert called("[1, 'è', None]") == [1, "è", None]
    assert called("__import__('os').getpid()") != os.getpid()


PID, KEEPS = (
    "__import__('os').getpid()",
    "__import__('huimin.errors').errors.__setattr__('kept', bytes(range(256)) * {0})",
)


@pytest.fixture
def one_lane(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every call is served on the same line."""
    children.end_lanes()
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0})
    yield
    children.end_lanes()


def test_one_child_reads_on_until_it_keeps_much_or_nothing_comes(one_lane: None) -> None:
    first = called(PID)
    assert called(PID) == first
    called(KEEPS.format(64 * MiB // 256))
    assert called(PID) == first
    called(KEEPS.format(192 * MiB // 256))
    second = called(PID)
    assert second != first
    wait_until(lambda: not is_alive(second))
    assert called(PID) not in (first, second)


@pytest.mark.parametrize("call", ["1/0", "bytearray(2**40)"], ids=["a fault", "memory"])
def test_a_lost_child_reads_no_more(one_lane: None, call: str) -> None:
    first = called(PID)
    lost(call)
    assert called(PID) != first


def test_an_allowance_is_for_one_call(one_lane: None) -> None:
    """A second of the processor for what comes next, whatever the child has used before; and then no limit."""
    while called("__import__('time').process_time() + 0 * sum(range(10**7))") < 1.5:
        pass
    second = Allowance(4096 * MiB, 1, 60)
    assert called("1", second) == 1
    assert called("__import__('resource').getrlimit(0)[0]") > 10
    assert lost("sum(range(10**12))", second) == "seconds"


@pytest.mark.parametrize("kind", [DeliveryError, PublishError])
def test_an_error_of_the_work_is_the_callers(kind: type[HuiminError]) -> None:
    with pytest.raises(kind) as fault:
        called(f"(_ for _ in ()).throw(__import__('huimin.errors').errors.{kind.__name__}('甲.csv', '坏了', '修好'))")
    assert (fault.value.where, fault.value.problem, fault.value.fix) == ("甲.csv", "坏了", "修好")


def test_more_memory_than_allowed_is_told_and_so_is_an_abort() -> None:
    small = Allowance(64 * MiB, 60, 60)
    assert called("len(bytearray(2**25))", small) == 2**25
    assert lost("len(bytearray(2**27))", small) == "memory"
    assert lost("__import__('os').abort()") == "memory"
    assert lost("(_ for _ in ()).throw(OSError(12, 'Cannot allocate memory'))") == "memory"
    assert lost("(_ for _ in ()).throw(OSError(5, 'Input/output error'))") == "ended"


def test_more_seconds_than_allowed_are_told_of_the_processor_and_of_the_clock() -> None:
    assert lost("sum(range(10**12))", Allowance(4096 * MiB, 1, 60)) == "seconds"
    assert lost("__import__('time').sleep(60)", Allowance(4096 * MiB, 60, 1)) == "seconds"


@pytest.mark.parametrize(
    "end",
    [
        "__import__('os').kill(__import__('os').getpid(), 9)",
        "__import__('os').kill(__import__('os').getpid(), 11)",
        "__import__('os')._exit(0)",
        "1/0",
        "object()",
    ],
    ids=["killed", "crashed", "gone", "a fault", "no JSON"],
)
def test_a_child_that_ends_otherwise_is_lost_and_the_next_is_served(end: str) -> None:
    assert lost(end) == "ended"
    assert called("1") == 1


def test_as_many_children_work_at_once_as_there_are_lines() -> None:
    count = len(os.sched_getaffinity(0))
    with ThreadPoolExecutor(2 * count) as threads:
        words = ["(__import__('time').time(), __import__('time').sleep(3), __import__('time').time())"] * count
        spans = [tuple(span) for span in threads.map(called, words)]  # type: ignore[arg-type]
    assert max(began for began, _, _ in spans) < min(ended for _, _, ended in spans)


def test_the_server_that_was_killed_is_started_again() -> None:
    called("1")
    os.killpg(children.lanes()._server.pid, signal.SIGKILL)
    with pytest.raises((LostError, PublishError)):
        called("1")
    assert called("1") == 1


@pytest.mark.parametrize("gone", [0, 1])
def test_a_line_is_closed_when_whoever_serves_it_is_gone_and_the_other_is_served(gone: int) -> None:
    pairs = [socket.socketpair() for _ in range(2)]
    server = os.fork()
    if server == 0:
        for ours, _ in pairs:
            ours.close()
        lane.main([str(their.fileno()) for _, their in pairs])
        os._exit(0)
    for ours, their in pairs:
        their.close()
        ours.settimeout(30)
    assert [hear(ours) for ours, _ in pairs] == [READY, READY]
    serving = Path(f"/proc/{server}/task/{server}/children").read_text().split()
    os.kill(int(serving[gone]), signal.SIGKILL)
    assert hear(pairs[gone][0]) is None
    os.kill(int(serving[1 - gone]), 0)
    pairs[1 - gone][0].close()
    assert os.waitpid(server, 0)[1] == 0


def test_a_request_to_a_server_that_has_ended_is_lost() -> None:
    lanes = children.lanes()
    for _ in lanes._ours:
        called("1")
    os.killpg(lanes._server.pid, signal.SIGKILL)
    lanes._server.wait()
    assert lost("1") == "ended"
    assert called("1") == 1


def test_with_the_process_that_asked_its_children_end(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    work = f"import os, time; open({str(note)!r}, 'w').write(str(os.getpid())); time.sleep(900)"
    asking = subprocess.Popen([sys.executable, "-c", PROGRAM, work])
    wait_until(lambda: note.exists() and note.read_text() != "")
    asking.kill()
    asking.wait()
    wait_until(lambda: not is_alive(int(note.read_text())))


def wait_until(told: object, seconds: float = 300) -> None:
    """Returns when the condition holds."""
    until = time.monotonic() + seconds
    while not told():  # type: ignore[operator]
        assert time.monotonic() < until, "it never came"
        time.sleep(0.05)


def is_alive(pid: int) -> bool:
    """Whether the process works still: one that nobody has waited for does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
