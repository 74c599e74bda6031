"""`huimin serve` in a test: started on a free port with a root of its own, and stopped with all that it started."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from huimin.serving.served import read_settings
from huimin.store.root import Root
from nights import CHECKOUT
from servers import Api, free_port, wait_until

PATIENCE = 600.0


@dataclass(frozen=True)
class Serving:
    """A root that is served."""

    root: Path
    process: subprocess.Popen
    log: Path
    api: Api

    @property
    def environment(self) -> dict[str, str]:
        """Where `huimin` and `prefect` find the server, with the login."""
        return {**os.environ, **read_settings(Root(self.root))}

    def said(self) -> str:
        return self.log.read_text("utf-8", errors="replace")

    def children(self) -> dict[str, int]:
        """What runs now: the process of each program by its command."""
        listed = subprocess.run(
            ["ps", "-o", "pid=,args=", "--ppid", str(self.process.pid)], capture_output=True, text=True
        ).stdout
        found = {}
        for line in listed.splitlines():
            number, command = line.split(maxsplit=1)
            for name in ("worker start", "server start", "postgres"):
                if name in command:
                    found[name.split()[0]] = int(number)
        return found

    def stop(self) -> int:
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(120)


@contextmanager
def serving(database: str = "auto", root: Path | None = None) -> Iterator[Serving]:
    """The root served; PostgreSQL's own user could not enter pytest's folders, so it lies beside them."""
    place = Path(tempfile.mkdtemp(prefix="huimin-served-"))
    place.chmod(0o711)
    root, port, log = root or place / "root", free_port(), place / "serve.log"
    words = ["serve", "--root", str(root), "--port", str(port), "--database", database]
    try:
        with log.open("wb") as told:
            process = subprocess.Popen(
                [sys.executable, "-m", "huimin.cli", *words], cwd=CHECKOUT, stdout=told, stderr=told
            )
        try:
            ends = time.monotonic() + PATIENCE
            while "served at" not in log.read_text("utf-8", errors="replace"):
                assert process.poll() is None and time.monotonic() < ends, log.read_text("utf-8", errors="replace")
                time.sleep(0.3)
            api = Api(f"http://127.0.0.1:{port}/api", (root / "state" / "prefect" / "login").read_text())
            wait_until(lambda: "ONLINE" in str(api.ask("/work_pools/huimin/workers/filter", {})))
            yield Serving(root, process, log, api)
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGINT)
                process.wait(120)
    finally:
        shutil.rmtree(place, ignore_errors=True)
