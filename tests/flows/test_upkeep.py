"""The small deployments on a real server and worker: returned ledgers, retention, verify and back-up."""

import shutil
from datetime import datetime

import pytest
import yaml

from deliveries import deliver
from huimin.store.root import Root
from huimin.zone import HERE
from nights import CHECKOUT, run_night

DEPLOYMENTS = {
    one["name"]: one for one in yaml.safe_load((CHECKOUT / "prefect.yaml").read_text("utf-8"))["deployments"]
}


@pytest.mark.slow
@pytest.mark.timeout(900)
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


@pytest.mark.slow
@pytest.mark.timeout(900)
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


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_root_is_verified_its_backup_too_and_what_is_old_goes(served, tmp_path):
    root, api = tmp_path / "root", served.api
    deliver(root)
    run_night(root, datetime.now(HERE).date())
    verify = api.deployment("huimin-verify/verify")
    run, state = api.finished(verify, {"root": str(root)})
    assert state["type"] == "COMPLETED", state
    told = [line["message"] for line in api.logs(run)]
    assert f"运行 {Root(root).latest()}：完整" in told
    assert any("未核对备份" in line for line in told)

    (root / "state" / "limits.toml").write_text("seconds = 300\n")
    shutil.copytree(root, tmp_path / "copy", symlinks=True)
    report = root / "published" / Root(root).latest() / "report.html"
    report.write_text("damaged")
    _, state = api.finished(verify, {"root": str(root), "backup": str(tmp_path / "copy")})
    assert state["type"] == "FAILED"
    assert "report.html" in state["message"]

    retention = api.deployment("huimin-retention/retention")
    run, state = api.finished(retention, {"root": str(root), "remove": False})
    assert state["type"] == "COMPLETED", state
    assert "到期 0 项，0.0 MiB；仅列出，未删除" in [line["message"] for line in api.logs(run)]


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_returned_ledgers_are_taken_in_by_day(served, tmp_path):
    root, api = tmp_path / "root", served.api
    deliver(root)
    run_night(root, datetime.now(HERE).date())
    (root / "inbox" / "verification").mkdir()
    (root / "inbox" / "verification" / "台账.xlsx").write_bytes(b"no workbook")
    run, state = api.finished(api.deployment("huimin-verification/verification"), {"root": str(root), "settle": 0})
    assert state["type"] == "COMPLETED", state
    told = [line["message"] for line in api.logs(run)]
    assert any(line.startswith("台账.xlsx：") for line in told), told
    assert "核查导入：新文件 1 份，等待 0 份" in told
