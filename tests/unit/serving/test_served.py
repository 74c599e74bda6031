"""The login, and the settings that server, worker and shell get."""

import stat

import pytest

from huimin.errors import PublishError
from huimin.serving.served import Served, kept_secret, read_settings
from huimin.store.root import Root


@pytest.fixture
def served(tmp_path) -> Served:
    served = Served(Root(tmp_path / "root"), "127.0.0.1", 4811)
    served.prepare()
    return served


def mode(place) -> int:
    return stat.S_IMODE(place.stat().st_mode)


def test_the_login_is_made_once_and_for_its_owner_alone(served, tmp_path):
    login = served.login()
    assert login == served.login()
    assert login.startswith("huimin:") and len(login) > 30
    assert mode(served.folder / "login") == 0o600
    assert mode(served.folder) == 0o700
    other = Served(Root(tmp_path / "other"), "127.0.0.1", 4811)
    other.prepare()
    assert other.login() != login


def test_a_place_that_was_opened_is_closed_again(served):
    served.folder.chmod(0o755)
    served.prepare()
    assert mode(served.folder) == 0o700


def test_an_empty_login_is_no_login(served):
    (served.folder / "login").write_text("\n")
    with pytest.raises(PublishError, match="is empty"):
        served.login()


def test_the_browser_is_told_the_address_and_programs_the_port():
    served = Served(Root("/r"), "127.0.0.1", 4811, "https://huimin.example")
    assert (served.address, served.api) == ("https://huimin.example", "http://127.0.0.1:4811/api")


@pytest.mark.parametrize(("host", "api"), [("10.0.0.5", "10.0.0.5"), ("0.0.0.0", "127.0.0.1")])  # noqa: S104
def test_a_server_that_listens_everywhere_is_reached_on_the_loopback(host, api):
    served = Served(Root("/r"), host, 4811)
    assert served.api == f"{served.address}/api" == f"http://{api}:4811/api"


def test_server_and_client_have_the_same_login_and_nothing_is_told_to_others(served):
    settings = served.settings("postgresql+asyncpg://u:p@/d")
    assert settings["PREFECT_SERVER_API_AUTH_STRING"] == settings["PREFECT_API_AUTH_STRING"] == served.login()
    assert settings["PREFECT_UI_API_URL"] == "http://127.0.0.1:4811/api"
    assert settings["PREFECT_SERVER_ANALYTICS_ENABLED"] == "false"
    assert settings["PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT"] == "false"
    assert "PREFECT_API_DATABASE_CONNECTION_URL" not in served.settings(None)


def test_settings_are_read_as_they_were_written(served):
    place = served.write_settings({"A": "1", "B": "x=y"})
    assert mode(place) == 0o600
    assert read_settings(served.root) == {"A": "1", "B": "x=y"}
    place.unlink()
    assert read_settings(served.root) == {}


def test_a_secret_without_a_beginning(tmp_path):
    assert ":" not in kept_secret(tmp_path / "database")
