"""The small deployments on a real server and worker: returned ledgers, retention, verify and back-up."""

import shutil
from datetime import datetime
from pathlib import Path

import pytest
import yaml

from deliveries import deliver
from huimin.store.root import Root
from huimin.zone import HERE
from nights import CHECKOUT, run_night
from serving import Serving

pytestmark = [pytest.mark.slow, pytest.mark.long]
DEPLOYMENTS = {
    one["name"]: one for one in yaml.safe_load((CHECKOUT / "prefect.yaml").read_text("utf-8"))["deployments"]
}


@pytest.mark.parametrize("name", DEPLOYMENTS)
def test_every_deployment_stands_as_written_and_says_what_its_parameters_are(served, name):
    stated = DEPLOYMENTS[name]
    deployment = served.api.deployment(f"huimin-{name}/{name}")
    assert deployment["schedules"][0]["schedule"]["cron"] == stated["schedules"][0]["cron"]
    assert deployment["schedules"][0]["schedule"]["timezone"] == "Asia/Shanghai"
    assert deployment["schedules"][0]["active"]
    assert deployment["global_concurrency_limit"]["limit"] == 1
    assert deployment["concurrency_options"]["collision_strategy"] == stated["concurrency_limit"]["collision_strategy"]
    assert deployment["work_pool_name"] == "huimin"
    assert "huimin" in deployment["tags"]
    assert deployment["enforce_parameter_schema"]
    assert deployment["parameters"]["root"] == str(served.root)
    fields = deployment["parameter_openapi_schema"]["properties"]
    assert [field for field, told in fields.items() if not told.get("description")] == []


def test_what_is_typed_wrong_is_refused_before_a_run_begins(served):
    api = served.api
    for name, parameters in (
        ("retention", {"older_than": 29}),
        ("retention", {"older_than": "forever"}),
        ("verification", {"settle": -1}),
        ("verify", {"run": "../latest"}),
        ("nightly", {"run_date": "tomorrow"}),
        ("nightly", {"settle": -1}),
        ("monthly", {"root": ""}),
    ):
        deployment = api.deployment(f"huimin-{name}/{name}")
        body = {"parameters": parameters}
        assert api.status(f"/deployments/{deployment['id']}/create_flow_run", body) in (409, 422), (name, parameters)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A night, and a ledger that came back and is none."""
    root = tmp_path_factory.mktemp("district") / "root"
    deliver(root)
    run_night(root, datetime.now(HERE).date())
    (root / "inbox" / "verification").mkdir()
    (root / "inbox" / "verification" / "台账.xlsx").write_bytes(b"no workbook")
    return root


def ended(served: Serving, name: str, parameters: dict) -> tuple[dict, list[str]]:
    """The state in which a run of the deployment ended, and the lines of its log."""
    run, state = served.api.finished(served.api.deployment(f"huimin-{name}/{name}"), parameters)
    return state, [line["message"] for line in served.api.logs(run)]


def test_returned_ledgers_are_taken_in_by_day(served: Serving, root: Path) -> None:
    state, told = ended(served, "verification", {"root": str(root), "settle": 0})
    assert (state["type"], state["message"]) == ("COMPLETED", "新文件 1 份，采纳 0 行，退回 0 行，无法读取 1 份")
    assert any(line.startswith("台账.xlsx：") for line in told), told
    assert "核查导入：新文件 1 份，等待 0 份" in told


def test_what_is_owed_is_listed(served: Serving, root: Path) -> None:
    state, told = ended(served, "reminders", {"root": str(root), "day": "2099-01-01"})
    assert state["type"] == "COMPLETED", state
    assert state["message"].startswith("催报 1 个部门和街道：名册欠交 2 项")
    assert any("城市低保（全区）：2023-09 起 " in line and "最近一期 2023-08" in line for line in told), told
    assert "城市低保（全区）" in (root / "reports" / "reminders" / "2099-01-01.txt").read_text("utf-8")


def test_what_is_old_goes(served: Serving, root: Path) -> None:
    state, told = ended(served, "retention", {"root": str(root), "remove": False})
    assert (state["type"], state["message"]) == ("COMPLETED", "到期 0 项，0.0 MiB；仅列出，未删除")
    assert state["message"] in told


@pytest.mark.long
def test_a_root_that_is_whole_is_told_so(served: Serving, root: Path) -> None:
    state, told = ended(served, "verify", {"root": str(root)})
    assert (state["type"], state["message"]) == ("COMPLETED", "发布结果完整，未核对备份")
    assert f"运行 {Root(root).latest()}：完整" in told
    assert any("未核对备份" in line for line in told)


def test_damage_is_told_by_its_place(served: Serving, root: Path) -> None:
    (root / "state" / "limits.toml").write_text("seconds = 300\n")
    shutil.copytree(root, root.parent / "copy", symlinks=True)
    report = root / "published" / str(Root(root).latest()) / "report.html"
    report.write_text("damaged")
    state, told = ended(served, "verify", {"root": str(root), "backup": str(root.parent / "copy")})
    assert state["type"] == "FAILED"
    assert "report.html" in state["message"]
    assert any("report.html" in line for line in told)
