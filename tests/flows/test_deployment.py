"""The nightly deployment on a real server and worker."""

import json
import re
import time

import pytest

from acceptance.test_held import OTHER_DEATH
from browser import browser, chromium
from deliveries import HEAD, WIFE, deliver
from servers import Api


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
    assert (state["type"], state["name"]) == ("COMPLETED", "完成"), state
    assert state["message"] == "接收 5 份（新 5），在用 4 份；新拒收 1 份；线索 2 条（新增 2，变化 0，消失 0）"
    assert (root / "published" / "latest" / "clues.duckdb").exists()
    artifacts = api.artifacts(run)
    assert {artifact["key"] for artifact in artifacts} == {
        "overview", "deliveries", "quality", "clues", "items", "report", "progress"
    }  # fmt: skip
    told = next(one["data"] for one in artifacts if one["key"] == "overview")
    assert f"运行报告 `{root}/published/" in told
    assert "file://" not in json.dumps(artifacts)
    latest = (root / "published" / "latest").readlink().name
    assert api.ask(f"/flow_runs/{run}")["name"] == f"夜间比对 2023-08-22 · {latest}"
    logs = told_logs(api, run, "完成：")
    lines = [log["message"] for log in logs if log["message"].startswith(latest)]
    assert [line.split()[1].split("：")[0] for line in lines] == [
        "准备", "接收", "核查导入", "标准化", "质量检查", "比对", "汇总", "汇总", "发布", "完成"
    ]  # fmt: skip
    told = json.dumps([artifacts, logs], ensure_ascii=False)
    for secret in (HEAD, WIFE, "张三", "李四"):
        assert secret not in told

    # another register, by which all clues are others: the brake holds the run, and Prefect says why
    (root / "state" / "policy.toml").write_text("[brake_clues]\n[[brake_clues.values]]\nvalue = 0\n")
    deliver(root, OTHER_DEATH)
    held, state = api.finished(deployment, parameters)
    assert (state["type"], state["name"]) == ("COMPLETED", "待放行")
    assert state["message"].endswith("与上次相差过大，待放行")
    artifacts = api.artifacts(held)
    told = next(one["data"] for one in artifacts if one["key"] == "held")
    assert "死亡人员20230802.csv" in told
    assert "huimin release" in told
    assert not {HEAD, WIFE} & set(re.findall(r"\d{17}[\dX]", json.dumps([state, artifacts], ensure_ascii=False)))

    # a policy that is wrong is one line of the log: where, what, and what to try
    (root / "state" / "policy.toml").write_text("[nosuch]\n")
    failed, state = api.finished(deployment, parameters)
    assert (state["type"], state["name"]) == ("FAILED", "Failed")
    assert state["message"].startswith("state/policy.toml line 1: nosuch: no such parameter try: ")
    assert "Traceback" not in json.dumps(told_logs(api, failed, "Finished in state"))
    assert json.loads((root / "last_run.json").read_text("utf-8"))["exit_code"] == 13


def told_logs(api: Api, run: str, last: str) -> list[dict]:
    """The lines of the run's log, once the last one has come."""
    ends = time.monotonic() + 60
    while True:
        logs = api.logs(run)
        if any(last in log["message"] for log in logs):
            return logs
        assert time.monotonic() < ends, logs
        time.sleep(0.5)


PAGES = {"run": "", "artifacts": "?tab=Artifacts", "logs": "?tab=Logs"}


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.skipif(chromium() is None, reason="no Chromium on this machine: `make browser` installs it")
def test_the_page_of_a_run_tells_its_steps_and_its_end(served, tmp_path):
    root, api = tmp_path / "root", served.api
    deliver(root)
    run, _ = api.finished(
        api.deployment("huimin-nightly/nightly"), {"root": str(root), "run_date": "2023-08-22", "settle": 0}
    )
    told_logs(api, run, "完成：")
    address = api.url.removesuffix("/api")
    with browser(chromium()) as tab:
        tab.open(f"{address}/", 1300)
        tab.run(f"localStorage.setItem('prefect-password', btoa({json.dumps(api.login)}))")
        shown = {}
        for name, tab_of in PAGES.items():
            tab.open(f"{address}/runs/flow-run/{run}{tab_of}", 1300)
            shown[name] = tab.until("夜间比对 2023-08-22" if name == "run" else "线索")
            tab.picture(tmp_path / f"{name}.png")
    assert "接收 5 份" in shown["run"] + shown["logs"]
    assert "拒收：nosuch/x.csv" in shown["logs"]
    assert not [secret for secret in (HEAD, WIFE, "张三", "李四") if secret in str(shown)]
