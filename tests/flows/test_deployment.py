"""The nightly deployment on a real server and worker."""

import json
import re

import pytest

from acceptance.test_held import OTHER_DEATH
from deliveries import HEAD, WIFE, deliver
from servers import finished, get, post


@pytest.mark.slow
def test_the_deployment_runs_through_the_api_and_leaves_artifacts(prefect_server, prefect_command, worker, tmp_path):
    root, api = tmp_path / "root", prefect_server["PREFECT_API_URL"]
    deliver(root)
    prefect_command("deploy", "--all")
    deployment = get(f"{api}/deployments/name/huimin-nightly/nightly")
    assert deployment["schedules"][0]["schedule"]["cron"] == "0 2 * * *"
    assert deployment["schedules"][0]["schedule"]["timezone"] == "Asia/Shanghai"
    assert deployment["global_concurrency_limit"]["limit"] == 1
    parameters = {"root": str(root), "run_date": "2023-08-22", "settle": 0}
    run, state = finished(api, deployment["id"], parameters)
    assert state["type"] == "COMPLETED", state
    assert (root / "published" / "latest" / "clues.duckdb").exists()
    artifacts = post(f"{api}/artifacts/filter", {"artifacts": {"flow_run_id": {"any_": [run]}}})
    assert {artifact["key"] for artifact in artifacts} == {"deliveries", "quality", "clues", "report"}
    logs = post(f"{api}/logs/filter", {"logs": {"flow_run_id": {"any_": [run]}}})
    told = json.dumps([artifacts, logs], ensure_ascii=False)
    for secret in (HEAD, WIFE, "张三", "李四"):
        assert secret not in told

    # another register, by which all clues are others: the brake holds the run, and Prefect says why
    (root / "state" / "policy.toml").write_text("[brake_clues]\n[[brake_clues.values]]\nvalue = 0\n")
    deliver(root, OTHER_DEATH)
    held, state = finished(api, deployment["id"], parameters)
    assert (state["type"], state["name"]) == ("COMPLETED", "Held")
    assert "huimin release" in state["message"]
    artifacts = post(f"{api}/artifacts/filter", {"artifacts": {"flow_run_id": {"any_": [held]}}})
    assert "死亡人员20230802.csv" in next(one["data"] for one in artifacts if one["key"] == "held")
    assert not {HEAD, WIFE} & set(re.findall(r"\d{17}[\dX]", json.dumps([state, artifacts], ensure_ascii=False)))
