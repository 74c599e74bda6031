"""What keeps a root from being served, before anything is started."""

import socket

import pytest

from huimin.errors import BusyError, PublishError
from huimin.serving.serve import finish, is_a_clients, serve, set_up
from huimin.serving.served import Served
from huimin.store.root import Root, hold
from nights import PROJECT


@pytest.fixture
def served(tmp_path) -> Served:
    return Served(Root(tmp_path / "root"), "127.0.0.1", 4811)


def nothing_said(line: str) -> None:
    raise AssertionError(line)


def never() -> None:
    raise AssertionError


def test_a_port_that_is_taken_is_named(served):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        here = Served(served.root, "127.0.0.1", port)
        with pytest.raises(BusyError, match=rf"127\.0\.0\.1:{port}: cannot be listened on"):
            serve(here, PROJECT, "sqlite", nothing_said, never)


def test_a_root_is_served_once(served):
    served.prepare()
    with (
        hold(served.folder / "lock", "held"),
        pytest.raises(BusyError, match=r"another `huimin serve` serves this root \(process \d+\)"),
    ):
        serve(served, PROJECT, "sqlite", nothing_said, never)


def test_a_root_that_cannot_be_made_is_an_error(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(PublishError, match="could not be written whole"):
        serve(Served(Root(tmp_path / "file" / "root"), "127.0.0.1", 4811), PROJECT, "sqlite", nothing_said, never)


def test_what_fails_to_be_set_up_says_why(tmp_path):
    with pytest.raises(PublishError, match="work pool: not set up:\nno such server"):
        finish("work pool", ["/bin/sh", "-c", "echo no such server >&2; exit 3"], {}, tmp_path)


def test_the_deployments_are_the_projects_or_those_that_huimin_came_with(tmp_path):
    from huimin.project import Project

    def file(project: Project) -> str:
        return set_up(project)[1][1][-1]

    own = str(PROJECT.path / "prefect.yaml")
    assert file(PROJECT) == own
    assert file(Project(tmp_path)) == own
    (tmp_path / "prefect.yaml").write_text("")
    assert file(Project(tmp_path)) == str(tmp_path / "prefect.yaml")


@pytest.mark.parametrize(
    ("name", "clients"),
    [("PREFECT_API_AUTH_STRING", True), ("PREFECT_API_URL", True), ("HUIMIN_ROOT", True),
     ("PREFECT_SERVER_API_AUTH_STRING", False), ("PREFECT_API_DATABASE_CONNECTION_URL", False)],
)  # fmt: skip
def test_what_the_server_alone_knows(name, clients):
    assert is_a_clients(name) is clients
