"""What starts Huimin on a machine: systemd's units and the compose file are taken by the tools that will read them."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from huimin.cli.app import app
from nights import CHECKOUT
from tools.reference.commands import shown

DEPLOY = CHECKOUT / "deploy"
SERVICES = ("huimin.service", "huimin-night.service", "huimin-watch.service")
UNITS = (*SERVICES, "huimin-night.timer", "huimin-watch.timer")
SETTINGS = re.findall(r"^#?(HUIMIN_[A-Z]+)=", (DEPLOY / "huimin.env").read_text("utf-8"), re.MULTILINE)
WORST = 30
"""systemd's own measure of exposure, in tenths of a point: 10 is safe, 100 is open. Below 20 it says `OK`."""

needs_systemd = pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not installed")


@needs_systemd
def test_systemd_takes_the_units(tmp_path: Path) -> None:
    for unit in UNITS:
        text = (DEPLOY / unit).read_text("utf-8")
        # the command of a machine where Huimin is installed; verify looks whether it is there
        (tmp_path / unit).write_text(text.replace("/opt/huimin/.venv/bin/huimin", "/bin/true"))
    units = [tmp_path / unit for unit in UNITS]
    done = subprocess.run(["systemd-analyze", "verify", "--man=no", *units], capture_output=True, text=True)
    complaints = [line for line in done.stderr.splitlines() if str(tmp_path) in line or "huimin" in line]
    assert (done.returncode, complaints) == (0, []), done.stderr


@needs_systemd
@pytest.mark.parametrize("unit", SERVICES)
def test_systemd_finds_little_exposed(unit: str) -> None:
    words = ["security", "--offline=true", f"--threshold={WORST}", "--no-pager", DEPLOY / unit]
    done = subprocess.run(["systemd-analyze", *words], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-1500:] + done.stderr


@needs_systemd
def test_the_timer_goes_off_at_two_in_shanghai() -> None:
    (when,) = re.findall(r"^OnCalendar=(.*)$", (DEPLOY / "huimin-night.timer").read_text("utf-8"), re.MULTILINE)
    done = subprocess.run(["systemd-analyze", "calendar", when], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "18:00:00 UTC" in done.stdout


@pytest.mark.parametrize("unit", SERVICES)
def test_the_units_command_is_one_of_huimins(unit: str) -> None:
    (command,) = re.findall(r"^ExecStart=(\S+) (\w+)", (DEPLOY / unit).read_text("utf-8"), re.MULTILINE)
    assert command[0].endswith("/bin/huimin")
    assert command[1] in set(app)


def test_every_setting_of_the_environment_file_is_read() -> None:
    read_by = " ".join(shown(app, ["serve"]).split()) + (CHECKOUT / "prefect.yaml").read_text("utf-8")
    assert SETTINGS
    assert [name for name in SETTINGS if name not in read_by] == []


def test_the_container_runs_the_same_from_the_same_file() -> None:
    composed = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))
    (service,) = composed["services"].values()
    assert (DEPLOY / service["env_file"]).is_file()
    assert (CHECKOUT / service["build"]["dockerfile"]).is_file()
    assert all(port.startswith("127.0.0.1:") for port in service["ports"])
    given = dict(re.findall(r"^(HUIMIN_[A-Z]+)=(.*)$", (DEPLOY / "huimin.env").read_text("utf-8"), re.MULTILINE))
    assert [port.rpartition(":")[2] for port in service["ports"]] == [given["HUIMIN_PORT"]]
    assert service["volumes"] == [f"huimin:{given['HUIMIN_ROOT']}"]
    assert "huimin" in composed["volumes"]
    # what is written outside the volume: PostgreSQL's socket
    assert service["read_only"]
    assert [place.lstrip("/") for place in service["tmpfs"]] == ["tmp"]
    assert '"huimin", "serve"' in (DEPLOY / "Containerfile").read_text("utf-8")


@pytest.mark.skipif(not shutil.which("docker"), reason="docker is not installed")
def test_compose_takes_its_file() -> None:
    if subprocess.run(["docker", "compose", "version"], capture_output=True).returncode:
        pytest.skip("docker has no compose")
    done = subprocess.run(
        ["docker", "compose", "-f", DEPLOY / "compose.yaml", "config", "--quiet"], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
