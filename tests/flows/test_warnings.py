"""Warnings of real nights, run through the API, to receivers that really answer."""

import re
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from deliveries import FILES, HEAD, WIFE, deliver, person
from huimin.store.root import Root
from huimin.watch.last_run import LastRun, write_last_run
from huimin.zone import HERE
from nights import RUN_DATE, run_night
from receivers import everybody
from servers import wait_until
from serving import Serving, serving

pytestmark = [pytest.mark.slow, pytest.mark.long]
SECRETS = (HEAD, WIFE, "张三", "李四")


def settle(root: Path, *lines: str) -> None:
    (root / "state").mkdir(parents=True, exist_ok=True)
    (root / "state" / "settings.toml").write_text("\n".join(["[warnings]", *lines, ""]))


def tonight(served: Serving, root: Path) -> tuple[dict, list[str]]:
    """How a night of the root ended, and what stands in its log of warnings."""
    parameters = {"root": str(root), "run_date": str(RUN_DATE), "settle": 0}
    run, state = served.api.finished(served.api.deployment("huimin-nightly/nightly"), parameters)
    lines = [line["message"] for line in served.api.logs(run, "警告")]
    return state, [line for line in lines if "警告" in line]


def test_everybody_who_is_named_hears_once_of_a_night_whatever_is_wrong(served: Serving, tmp_path: Path) -> None:
    root = tmp_path / "root"
    deliver(root, {"nosuch/x.csv": FILES["nosuch/x.csv"]})
    with everybody() as all_of_them:
        settle(root, *all_of_them.settings, "disk_gib = 1000000", f'backups = "{tmp_path / "nowhere"}"')
        state, lines = tonight(served, root)
    assert state["type"] == "FAILED"
    assert lines == ["已发出警告（wecom、dingtalk、addresses 1）：惠民 root：没有可用的交付"]
    ((title, night, disk, backup),) = all_of_them.heard()
    assert title == "惠民 root：没有可用的交付"
    assert state["message"] in night
    assert re.fullmatch(r"磁盘仅余 [\d.]+ GiB，少于 1000000 GiB", disk)
    assert backup == "备份文件夹不存在或是空的"


def test_a_register_that_breaks_shows_as_counts_far_from_their_history(served: Serving, tmp_path: Path) -> None:
    root = tmp_path / "root"
    people = [person("19500101", number) for number in range(1, 13)]
    paid = "".join(f"张三,{one},{one},500,2023-08,甲街道\n" for one in people)
    deliver(root, {**FILES, "urban_dibao/甲/低保.csv": f"姓名,身份证号,户主身份证号,发放金额,发放月份,街道\n{paid}"})
    for day in range(1, 8):
        run_night(root, date(2023, 8, day))
    died = "".join(f"张三,{one},2023-06-15,公安\n" for one in people)
    deliver(root, {"deaths/甲/死亡.csv": f"姓名,身份证号,死亡日期,信息来源\n{died}"})
    with everybody() as all_of_them:
        settle(root, *all_of_them.settings, "disk_gib = 1")
        state, _ = tonight(served, root)
    assert state["name"] == "完成", state
    (said,) = all_of_them.heard()
    assert said[0] == "惠民 root：线索数偏离历史"
    assert any(re.match(r"线索数偏离历史：规则“.+” 1\d 条，近 7 次中位数 1$", line) for line in said), said
    assert not [secret for secret in (*SECRETS, *people) if secret in str(said)]


def test_a_night_that_is_missing_is_told_by_whoever_serves(tmp_path: Path) -> None:
    root = Root(tmp_path / "root")
    root.prepare()
    ended = datetime.now(HERE) - timedelta(hours=27)
    night = LastRun("20230822T020000-1a2b3c", RUN_DATE, "完成", 0, "", ended - timedelta(minutes=1), ended)
    write_last_run(root, night)
    with everybody() as all_of_them:
        settle(root.path, *all_of_them.settings, "disk_gib = 1")
        with serving("sqlite", root.path) as served:
            wait_until(
                lambda: "已发出警告（wecom、dingtalk、addresses 1）：惠民 root：没有按时运行" in served.said(), 120
            )
    (said,) = all_of_them.heard()
    assert said[1] == "上次运行 20230822T020000-1a2b3c 在 27.0 小时前"
