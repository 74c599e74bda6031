"""`huimin run` as operators start it: alone, and with a Prefect server."""

import json
import os
import subprocess
import sys

import pytest

from deliveries import HEAD, WIFE, deliver
from huimin.store.manifest import read_manifest
from huimin.store.root import Root
from nights import CHECKOUT
from receivers import bot
from sailing import sailing


def huimin(environment: dict[str, str], *words: str) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "huimin.cli", *words]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=280, cwd=CHECKOUT)


@pytest.mark.slow
@pytest.mark.parametrize(
    "server", [pytest.param("served", marks=pytest.mark.long), None], ids=["with a server", "alone"]
)
def test_a_run_publishes_and_says_where(server, request, tmp_path):
    alone = {**os.environ, "PREFECT_HOME": str(tmp_path / "prefect")}
    alone.pop("PREFECT_API_URL", None)
    root = tmp_path / "root"
    deliver(root)
    (root / "state").mkdir()
    environment = request.getfixturevalue(server).environment if server else alone
    words = ["--root", str(root), "--date", "2023-08-22", "--settle", "0", "--json"]
    with bot() as received:
        warnings = f'[warnings]\ndisk_gib = 1\nwecom = "{received.address}"\nbackups = "{tmp_path / "nowhere"}"\n'
        (root / "state" / "settings.toml").write_text(warnings)
        done = huimin(environment, "run", *words)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert (told["clues"], told["refused"], told["exit_code"]) == (2, 1, 0)
    assert told["run"] == Root(root).latest()
    (warned,) = [one["text"]["content"].splitlines() for one in received.messages]
    assert warned == [
        "惠民 root：备份缺失",
        "线索数未与历史比较：此前只有 0 次完整运行，至少要 7 次",
        "备份文件夹不存在或是空的",
    ]
    for secret in (HEAD, WIFE, "张三", "Traceback"):
        assert secret not in done.stdout + done.stderr


@pytest.mark.slow
@pytest.mark.long
def test_a_run_reads_and_runs_its_rules_on_a_cluster(tmp_path):
    alone = {**os.environ, "PREFECT_HOME": str(tmp_path / "prefect")}
    alone.pop("PREFECT_API_URL", None)
    root = tmp_path / "root"
    deliver(root)
    words = ["--root", str(root), "--date", "2023-08-22", "--settle", "0", "--rules", "deceased,dibao_tekun", "--json"]
    with sailing() as address:
        done = huimin(alone, "run", *words, "--engine", address, "--read-on", "cluster")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert (told["clues"], told["refused"], told["exit_code"]) == (2, 1, 0)
    (run,) = (root / "published").glob("2*")
    assert read_manifest(run).facts.engine.startswith("spark ")


@pytest.mark.slow
@pytest.mark.long
def test_a_wrong_policy_ends_the_run_with_its_place_and_what_to_try(served, tmp_path):
    deliver(tmp_path)
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / "policy.toml").write_text("\n[nosuch]\n")
    done = huimin(served.environment, "run", "--root", str(tmp_path), "--settle", "0")
    assert done.returncode == 13
    assert done.stderr.splitlines() == [
        "state/policy.toml line 2: nosuch: no such parameter",
        "try: see the comment at the head of rules/policy.toml",
    ]
    assert not (tmp_path / "published" / "latest").exists()


SETTLED = """
from huimin.cli.nights import server_to_tell
server_to_tell()
from prefect.settings import get_current_settings
settings = get_current_settings()
print(settings.client.max_retries, settings.api.url)
"""


@pytest.mark.parametrize("configured", ["http://127.0.0.1:9/api", None])
def test_prefect_goes_by_what_suits_the_command(configured, tmp_path):
    # a command that ran in this process has left its own settings in the environment
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    environment |= {"PREFECT_HOME": str(tmp_path / "prefect")}
    environment |= {"PREFECT_API_URL": configured} if configured else {}
    asked = subprocess.run(
        [sys.executable, "-c", SETTLED], env=environment, capture_output=True, text=True, timeout=60, check=True
    )
    retries, url = asked.stdout.split()
    if configured:
        assert (retries, url) == ("1", configured)  # a lost server is not asked for minutes
    else:
        assert int(retries) > 1
        assert url.startswith("http://127.0.0.1:")  # the server started for the command, not one in its own process
