"""An Apache Spark cluster beside the tests: a standalone master, two workers, a Connect server (`make cluster-check`).

What it runs on is an environment of its own, with Spark and Huimin, as a platform's machines have it.
"""

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from nights import CHECKOUT
from servers import free_port

BIN = CHECKOUT / ".tools" / "cluster" / "bin"
JAVA = 17
PATIENCE = 120
"""Seconds until everything of it has to answer."""
CONF = {
    "spark.sql.shuffle.partitions": 2,  # tasks cost more than rows here
    "spark.ui.enabled": "false",
    "spark.driver.memory": "1500m",
    "spark.executor.memory": "1500m",
    "spark.speculation": "false",
    "spark.connect.grpc.binding.address": "127.0.0.1",
}
PORT = "spark.connect.grpc.binding.port"


def lacking() -> str | None:
    """Why no cluster can be started here; None where one can."""
    java = shutil.which("java")
    if java is None:
        return "no Java here"
    told = subprocess.run([java, "-version"], capture_output=True, text=True).stderr
    if f'version "{JAVA}.' not in told:
        return f"no Java {JAVA} here"
    return None if (BIN / "spark-submit").exists() else "no Spark here: make cluster-check installs it"


@dataclass
class Cluster:
    """What was started, and how to reach it."""

    address: str
    folder: Path
    """Where its processes write, and what they said."""
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def kill_worker(self) -> None:
        """One of the workers is gone at once, with the executor that it began."""
        worker = self.workers.pop()
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()


@contextmanager
def clustered(folder: Path) -> Iterator[Cluster]:
    """A cluster of two workers with a core each, which is gone afterwards."""
    master, connect = free_port(), free_port()
    cluster = Cluster(f"sc://localhost:{connect}", folder)
    started: list[subprocess.Popen[bytes]] = []

    def start(name: str, *words: str) -> subprocess.Popen[bytes]:
        env = {
            **os.environ,
            "SPARK_LOCAL_IP": "127.0.0.1",
            "PYSPARK_PYTHON": str(BIN / "python"),
        }
        with (folder / f"{name}.log").open("wb") as log:
            process = subprocess.Popen(words, stdout=log, stderr=log, env=env, cwd=folder, start_new_session=True)
        started.append(process)
        return process

    here = ("--host", "127.0.0.1", "--webui-port", "0")
    to = f"spark://127.0.0.1:{master}"
    conf = [word for key, value in {**CONF, PORT: connect}.items() for word in ("--conf", f"{key}={value}")]
    spark_class, deploy = str(BIN / "spark-class"), "org.apache.spark.deploy"
    try:
        start("master", spark_class, f"{deploy}.master.Master", *here, "--port", f"{master}")
        await_port(master, folder / "master.log")
        for name in ("worker-1", "worker-2"):
            own = ("--cores", "1", "--memory", "1500m", "--work-dir", f"{folder / name}-dir")
            cluster.workers.append(start(name, spark_class, f"{deploy}.worker.Worker", *here, *own, to))
        server = ("--class", "org.apache.spark.sql.connect.service.SparkConnectServer", "--name", "huimin")
        start("connect", str(BIN / "spark-submit"), "--master", to, *server, *conf, "spark-internal")
        await_port(connect, folder / "connect.log")
        yield cluster
    finally:
        for process in started:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def await_port(port: int, log: Path) -> None:
    """Returns once somebody listens there. Raises TimeoutError, and says what was said."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        with socket.socket() as line:
            if line.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.2)
    raise TimeoutError(log.read_text()[-2_000:])
