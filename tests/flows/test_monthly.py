"""The monthly deployment on a real server and worker: the report of the month it runs in."""

import json
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from deliveries import HEAD, WIFE, deliver
from nights import run_night
from servers import finished, get, post


@pytest.mark.slow
def test_the_report_of_this_month_is_written_on_the_twentieth(prefect_server, prefect_command, worker, tmp_path):
    root, api = tmp_path / "root", prefect_server["PREFECT_API_URL"]
    today = datetime.now(ZoneInfo("Asia/Shanghai")).date()
    deliver(root)
    run_night(root, today)
    prefect_command("deploy", "--all")
    deployment = get(f"{api}/deployments/name/huimin-monthly/monthly")
    assert deployment["schedules"][0]["schedule"]["cron"] == "0 6 20 * *"
    assert deployment["schedules"][0]["schedule"]["timezone"] == "Asia/Shanghai"
    run, state = finished(api, deployment["id"], {"root": str(root)})
    assert state["type"] == "COMPLETED", state
    folder = root / "reports" / f"{today:%Y-%m}"
    assert sorted(place.name for place in folder.iterdir()) == ["report.html", "report.xlsx"]
    assert f"月报 · {today.year}年{today.month}月" in (folder / "report.html").read_text(encoding="utf-8")
    artifacts = post(f"{api}/artifacts/filter", {"artifacts": {"flow_run_id": {"any_": [run]}}})
    assert {artifact["key"] for artifact in artifacts} == {"month", "monthly-report"}
    logs = post(f"{api}/logs/filter", {"logs": {"flow_run_id": {"any_": [run]}}})
    told = json.dumps([artifacts, logs], ensure_ascii=False)
    for secret in (HEAD, WIFE, "张三", "李四"):
        assert secret not in told

    _, state = finished(api, deployment["id"], {"root": str(root), "month": "2001-01-05"})
    assert state["type"] == "FAILED"
    assert "2001-01 has no complete run" in state["message"]
