"""The nightly deployment on a real server and worker."""

import json
import re

import pytest

from acceptance.test_held import OTHER_DEATH
from deliveries import HEAD, WIFE, deliver


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_the_deployment_runs_through_the_api_and_leaves_artifacts(served, tmp_path):
    root, api = tmp_path / "root", served.api
    deliver(root)
    deployment = api.deployment("huimin-nightly/nightly")
    assert deployment["schedules"][0]["schedule"]["cron"] == "0 2 * * *"
    assert deployment["schedules"][0]["schedule"]["timezone"] == "Asia/Shanghai"
    assert deployment["global_concurrency_limit"]["limit"] == 1
    parameters = {"root": str(root), "run_date": "2023-08-22", "settle": 0}
    run, state = api.finished(deployment, parameters)
    assert state["type"] == "COMPLETED", state
    assert (root / "published" / "latest" / "clues.duckdb").exists()
    artifacts = api.artifacts(run)
    assert {artifact["key"] for artifact in artifacts} == {"deliveries", "quality", "clues", "report"}
    logs = api.logs(run)
    told = json.dumps([artifacts, logs], ensure_ascii=False)
    for secret in (HEAD, WIFE, "张三", "李四"):
        assert secret not in told

    # another register, by which all clues are others: the brake holds the run, and Prefect says why
    (root / "state" / "policy.toml").write_text("[brake_clues]\n[[brake_clues.values]]\nvalue = 0\n")
    deliver(root, OTHER_DEATH)
    held, state = api.finished(deployment, parameters)
    assert (state["type"], state["name"]) == ("COMPLETED", "Held")
    assert "huimin release" in state["message"]
    artifacts = api.artifacts(held)
    assert "死亡人员20230802.csv" in next(one["data"] for one in artifacts if one["key"] == "held")
    assert not {HEAD, WIFE} & set(re.findall(r"\d{17}[\dX]", json.dumps([state, artifacts], ensure_ascii=False)))
