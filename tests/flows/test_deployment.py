"""The nightly deployment on a real server and worker."""

import json
import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from acceptance.test_held import OTHER_DEATH
from deliveries import HEAD, WIFE, deliver
from huimin.store.root import Root
from serving import Serving

pytestmark = [pytest.mark.slow]
SECRETS = (HEAD, WIFE, "张三", "李四")


@dataclass(frozen=True)
class Ended:
    """A night that was run through the API."""

    root: Path
    run: str
    state: dict


@pytest.fixture(scope="module")
def night(served: Serving, tmp_path_factory: pytest.TempPathFactory) -> Ended:
    """The first night of a district."""
    root = tmp_path_factory.mktemp("district") / "root"
    deliver(root)
    return Ended(root, *served.api.finished(nightly(served), parameters(root)))


def nightly(served: Serving) -> dict:
    return served.api.deployment("huimin-nightly/nightly")


def parameters(root: Path) -> dict:
    return {"root": str(root), "run_date": "2023-08-22", "settle": 0}


def test_the_deployment_runs_through_the_api_and_leaves_artifacts(night: Ended, served: Serving) -> None:
    root, api, state = night.root, served.api, night.state
    assert (state["type"], state["name"]) == ("COMPLETED", "完成"), state
    assert (
        state["message"]
        == "接收 5 份（新 5），在用 4 份；新拒收 1 份；80 条规则未运行；线索 2 条（新增 2，变化 0，消失 0）"
    )
    artifacts = api.artifacts(night.run)
    assert {artifact["key"] for artifact in artifacts} == {
        "overview", "deliveries", "quality", "clues", "items", "report", "progress"
    }  # fmt: skip
    told = next(one["data"] for one in artifacts if one["key"] == "overview")
    assert f"运行报告 `{root}/published/" in told
    assert "file://" not in json.dumps(artifacts)
    (latest,) = [place.name for place in (root / "published").glob("2*")]
    assert (root / "published" / latest / "clues.duckdb").exists()
    assert api.ask(f"/flow_runs/{night.run}")["name"] == f"夜间比对 2023-08-22 · {latest}"
    logs = api.logs(night.run, "完成：")
    lines = [log["message"] for log in logs if log["message"].startswith(latest)]
    assert [line.split()[1].split("：")[0] for line in lines] == [
        "准备", "接收", "核查导入", "标准化", "质量检查", "比对", "汇总", "汇总", "发布", "完成"
    ]  # fmt: skip
    told = json.dumps([artifacts, logs], ensure_ascii=False)
    assert not [secret for secret in SECRETS if secret in told]


@pytest.mark.long
def test_a_night_that_the_brake_holds_says_why(night: Ended, served: Serving) -> None:
    root, api = night.root, served.api
    first = Root(root).latest()
    # another register, by which all clues are others
    (root / "state" / "policy.toml").write_text("[brake_clues]\n[[brake_clues.values]]\nvalue = 0\n")
    deliver(root, OTHER_DEATH)
    held, state = api.finished(nightly(served), parameters(root))
    assert (state["type"], state["name"]) == ("COMPLETED", "待放行")
    assert state["message"].endswith("与上次相差过大，待放行")
    assert Root(root).latest() == first
    artifacts = api.artifacts(held)
    told = next(one["data"] for one in artifacts if one["key"] == "held")
    assert "死亡人员20230802.csv" in told
    assert "huimin release" in told
    assert not {HEAD, WIFE} & set(re.findall(r"\d{17}[\dX]", json.dumps([state, artifacts], ensure_ascii=False)))


@pytest.mark.long
def test_a_policy_that_is_wrong_is_one_line_of_the_log(served: Serving, tmp_path: Path) -> None:
    root, api = tmp_path / "root", served.api
    deliver(root)
    (root / "state").mkdir()
    (root / "state" / "policy.toml").write_text("[nosuch]\n")
    failed, state = api.finished(nightly(served), parameters(root))
    assert (state["type"], state["name"]) == ("FAILED", "Failed")
    assert state["message"].startswith("state/policy.toml 第 1 行：nosuch：没有这个参数 怎样改：见 ")
    assert "Traceback" not in json.dumps(api.logs(failed))
    (overview,) = [one["data"] for one in api.artifacts(failed) if one["key"] == "overview"]
    assert overview.startswith("# Failed\n\nstate/policy.toml 第 1 行：nosuch：没有这个参数\n\n怎样改：见 ")
    assert json.loads((root / "last_run.json").read_text("utf-8"))["exit_code"] == 13
