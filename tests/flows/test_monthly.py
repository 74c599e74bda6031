"""The monthly deployment on a real server and worker: the report of the month it runs in."""

import json
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from deliveries import HEAD, WIFE, deliver
from huimin.store.root import Root
from nights import run_night


@pytest.mark.slow
@pytest.mark.long
def test_the_report_of_this_month_is_written_on_the_twentieth(served, tmp_path):
    root, api = tmp_path / "root", served.api
    today = datetime.now(ZoneInfo("Asia/Shanghai")).date()
    deliver(root)
    run_night(root, today)
    deployment = api.deployment("huimin-monthly/monthly")
    assert deployment["schedules"][0]["schedule"]["cron"] == "0 6 20 * *"
    assert deployment["schedules"][0]["schedule"]["timezone"] == "Asia/Shanghai"
    run, state = api.finished(deployment, {"root": str(root)})
    assert state["type"] == "COMPLETED", state
    assert state["message"].startswith(f"月报 {today:%Y-%m}（运行 {Root(root).latest()}）：发现线索 2，核查 0，")
    folder = root / "reports" / f"{today:%Y-%m}"
    assert sorted(place.name for place in folder.iterdir()) == ["report.html", "report.xlsx"]
    assert f"月报 · {today.year}年{today.month}月" in (folder / "report.html").read_text(encoding="utf-8")
    artifacts = api.artifacts(run)
    assert {artifact["key"] for artifact in artifacts} == {"month", "monthly-report"}
    logs = api.logs(run)
    told = json.dumps([artifacts, logs], ensure_ascii=False)
    for secret in (HEAD, WIFE, "张三", "李四"):
        assert secret not in told
