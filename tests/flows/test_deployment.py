"""The nightly deployment on a real server and worker."""

import json

import pytest

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
