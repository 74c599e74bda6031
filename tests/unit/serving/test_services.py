"""Programs that are watched: real ones, of a line each."""

import os
import sys
import time
from pathlib import Path

import pytest

from huimin.errors import PublishError
from huimin.serving import services
from huimin.serving.services import Service, watch


def service(folder: Path, script: str, ready=lambda: True) -> Service:
    return Service("program", [sys.executable, "-c", script], os.environ, ready, folder)


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """Nobody waits in a test as an operator would."""
    monkeypatch.setattr(services.time, "sleep", lambda seconds, sleep=time.sleep: sleep(min(seconds, 0.02)))


def test_one_that_ends_is_started_again_and_that_is_said(tmp_path):
    script = f"open({str(tmp_path / 'starts')!r}, 'a').write('x'); raise SystemExit(7)"
    said: list[str] = []
    one = service(tmp_path, script)
    one.start()
    with pytest.raises(PublishError, match=r"program: ended 5 times within 10 minutes, at last with 7"):
        watch([one], said.append, lambda: said.append("beside"))
    assert said.pop(0) == "beside"
    assert (tmp_path / "starts").read_text() == "xxxxx"
    assert said == ["program ended with 7 and is started again"] * 4


def test_one_that_ends_before_it_answers_is_an_error(tmp_path):
    one = service(tmp_path, "raise SystemExit(3)", ready=lambda: False)
    one.start()
    with pytest.raises(PublishError, match="ended with 3 before it answered"):
        one.await_ready()


def test_one_that_never_answers_is_an_error(tmp_path, monkeypatch):
    monkeypatch.setattr(services, "PATIENCE", 0.1)
    one = service(tmp_path, "import time; time.sleep(60)", ready=lambda: False)
    one.start()
    with pytest.raises(PublishError, match="does not answer"):
        one.await_ready()
    one.stop()


def test_what_it_started_is_stopped_with_it_also_when_it_will_not(tmp_path, monkeypatch):
    monkeypatch.setattr(services, "FAREWELL", 0.2)
    child = "import time; time.sleep(60)"
    script = (
        "import signal, subprocess, sys, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
        f"child = subprocess.Popen([sys.executable, '-c', {child!r}]); "
        f"open({str(tmp_path / 'child')!r}, 'w').write(str(child.pid)); time.sleep(60)"
    )
    place = tmp_path / "child"
    one = service(tmp_path, script, ready=lambda: place.exists() and place.read_text() != "")
    one.start()
    one.await_ready()
    one.stop()
    assert one.ended() == -9
    ends = time.monotonic() + 60
    while is_alive(int(place.read_text())):
        assert time.monotonic() < ends
        time.sleep(0.02)


def is_alive(number: int) -> bool:
    """Whether the process runs; one that nobody has buried yet does not."""
    try:
        return Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_what_it_writes_is_its_owners_alone(tmp_path):
    one = service(tmp_path, "open('file', 'w').close()")
    one.start()
    assert one.child is not None
    one.child.wait(30)
    assert (tmp_path / "file").stat().st_mode & 0o077 == 0
