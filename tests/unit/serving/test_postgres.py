"""PostgreSQL's cluster: made whole, run by a system user for root, closed to everybody."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

import pytest

from huimin.errors import PublishError, UsageError
from huimin.serving import postgres
from huimin.serving.postgres import closed_to, cluster_of, installed
from huimin.serving.served import Served
from huimin.serving.services import Service
from huimin.store.root import Root

needs_postgresql = pytest.mark.skipif(installed() is None, reason="PostgreSQL is not installed")
SOMEBODY = pwd.struct_passwd(("somebody", "x", 54321, 54321, "", "/", "/bin/false"))


@pytest.fixture
def root():
    """A prepared root that PostgreSQL's own user can enter, which pytest's folders do not let it."""
    place = Path(tempfile.mkdtemp(prefix="huimin-root-"))
    place.chmod(0o711)
    root = Root(place / "root")
    Served(root, "127.0.0.1", 1).prepare()
    yield root
    shutil.rmtree(place)


def test_sqlite_needs_nothing(root):
    assert cluster_of(root, "sqlite") is None


def test_without_postgresql_auto_is_sqlite_and_wanting_it_is_an_error(root, monkeypatch):
    monkeypatch.setattr(postgres, "installed", lambda: None)
    assert cluster_of(root, "auto") is None
    with pytest.raises(UsageError, match="is not installed"):
        cluster_of(root, "postgresql")


@pytest.mark.parametrize(
    ("mode", "closed"), [(0o711, False), (0o755, False), (0o710, True), (0o700, True), (0o766, True)], ids=oct
)
def test_a_folder_that_another_user_cannot_enter_is_named(root, mode, closed):
    way = root.path.parent
    way.chmod(mode)
    assert closed_to(root.path, SOMEBODY) == (way if closed else None)


@needs_postgresql
@pytest.mark.skipif(os.geteuid() != 0, reason="only root has another user run PostgreSQL")
def test_a_root_that_the_system_user_cannot_enter_is_an_error(root):
    root.path.chmod(0o700)
    with pytest.raises(PublishError, match="cannot enter it") as error:
        cluster_of(root, "auto")
    assert error.value.fix == f"`chmod o+x {root.path}`, or serve with --database sqlite"


@needs_postgresql
def test_the_cluster_is_made_once_answers_by_its_socket_alone_and_keeps_everybody_out(root):
    cluster = cluster_of(root, "postgresql")
    assert cluster is not None
    cluster.make()
    made = (cluster.folder / "PG_VERSION").stat().st_mtime_ns
    cluster.make()
    assert (cluster.folder / "PG_VERSION").stat().st_mtime_ns == made
    assert cluster.folder.stat().st_mode & 0o077 == cluster.socket.stat().st_mode & 0o077 == 0
    if os.geteuid() == 0:
        assert cluster.folder.stat().st_uid == pwd.getpwnam("postgres").pw_uid
    service = Service(
        "PostgreSQL", cluster.command, {}, cluster.is_ready, Path("/"), cluster.owner, farewell=signal.SIGINT
    )
    service.start()
    try:
        service.await_ready()
        asked = [cluster.programs / "psql", "-h", cluster.socket, "-U", "huimin", "-w", "-Atc", "show listen_addresses"]
        by_password = subprocess.run(
            [*asked, "postgres"], env={"PGPASSWORD": cluster.password}, capture_output=True, text=True
        )
        assert (by_password.stdout, by_password.returncode) == ("\n", 0), by_password.stderr
        without = subprocess.run([*asked, "postgres"], env={}, capture_output=True, text=True)
        assert without.returncode == 2
    finally:
        service.stop()
        shutil.rmtree(cluster.socket)
    assert service.ended() == 0
