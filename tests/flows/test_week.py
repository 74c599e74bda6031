"""A week of nights as somebody sees it who has the interface and the messages, and nothing else."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from acceptance.test_held import OTHER_DEATH
from browser import Tab, browser, chromium
from deliveries import HEAD, WIFE, deliver, person
from nights import CHECKOUT
from receivers import Everybody, everybody
from servers import ENDED, wait_until
from serving import Serving, serving

pytestmark = [pytest.mark.slow, pytest.mark.long, pytest.mark.timeout(1800)]
PICTURES = Path(os.environ.get("HUIMIN_PICTURES") or CHECKOUT / "dist" / "pages")
"""Where the pages that were looked at are kept."""
HEADING = "姓名,身份证号,户号,户籍状态,街道\n"
PEOPLE = [f"张三,{person('19700101', number)},H{number},正常,甲街道\n" for number in range(1, 21)]
WHOLE = {"population/乙街道/户籍20230801.csv": HEADING + "".join(PEOPLE)}
CUT = {"population/乙街道/户籍20230802.csv": HEADING + PEOPLE[0]}
"""Most of the register is missing, which a critical expectation does not take."""
NO_BRAKE = "[brake_clues]\n[[brake_clues.values]]\nvalue = 0\n"


@dataclass(frozen=True)
class Night:
    """One run as it ended, and the messages that came of it."""

    run: str
    state: dict
    told: list[list[str]]


@dataclass(frozen=True)
class Week:
    """A root that is served, with what ran in it."""

    served: Serving
    receivers: Everybody
    runs: dict[str, Night] = field(default_factory=dict)

    @property
    def root(self) -> Path:
        return self.served.root

    def told(self) -> int:
        """How many messages have come."""
        return len(self.receivers.mail.messages)

    def put(self, name: str, run: str, state: dict, since: int) -> None:
        self.runs[name] = Night(run, state, self.receivers.heard()[since:])

    def night(self, name: str, day: int) -> None:
        since = self.told()
        run, state = self.served.api.finished(self.nightly(), parameters(day))
        self.served.api.logs(run)  # by then its hooks have warned
        self.put(name, run, state, since)

    def other(self, name: str, **given: object) -> None:
        since = self.told()
        run, state = self.served.api.finished(self.served.api.deployment(f"huimin-{name}/{name}"), given)
        self.served.api.logs(run)
        self.put(name, run, state, since)

    def nightly(self) -> dict:
        return self.served.api.deployment("huimin-nightly/nightly")


def parameters(day: int) -> dict:
    return {"run_date": f"2023-08-{day}", "settle": 0}


@contextmanager
def shown_by_web_server(folder: Path) -> Iterator[str]:
    """The address at which a web server shows the folder."""
    quiet = type("Quiet", (SimpleHTTPRequestHandler,), {"log_message": lambda *_: None})
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(quiet, directory=str(folder)))
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="module")
def week() -> Iterator[Week]:
    """The week, over when the pages have been looked at."""
    with lived() as one:
        yield one


@contextmanager
def lived() -> Iterator[Week]:
    """Eight nights, of which four ask for somebody, and each of the other deployments."""
    with everybody() as receivers, serving() as served, shown_by_web_server(served.root) as address:
        root = served.root
        settings = [f'report_base_url = "{address}"', "[warnings]", *receivers.settings, "disk_gib = 1", ""]
        (root / "state" / "settings.toml").write_text("\n".join(settings))
        one = Week(served, receivers)
        deliver(root)
        deliver(root, WHOLE)
        one.night("first", 21)
        one.night("quiet", 22)
        policy = root / "state" / "policy.toml"
        policy.write_text("[nosuch]\n")
        one.night("faulty", 23)
        policy.unlink()
        deliver(root, CUT)
        one.night("kept_out", 24)
        policy.write_text(NO_BRAKE)
        deliver(root, OTHER_DEATH)
        one.night("held", 25)
        held = max(place.name for place in (root / "published").glob("2*"))
        huimin(served, "release", held, "--why", "核对过")
        killed(one)
        during_another(one)
        one.other("monthly", month="2023-08-01")
        one.other("verification", settle=0)
        one.other("reminders")
        one.other("retention", remove=False)
        one.other("verify", backup=str(root / "nowhere"))
        yield one


def huimin(served: Serving, *words: str) -> None:
    command = [sys.executable, "-m", "huimin.cli", *words, "--root", str(served.root)]
    done = subprocess.run(command, env=served.environment, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr


def killed(week: Week) -> None:
    """A night whose process is killed, as by a kernel that has no memory left."""
    api, since = week.served.api, week.told()
    lock = week.root / "state" / "lock"
    before = lock.read_text()
    run = api.begin(week.nightly(), parameters(26))
    api.reaches(run, {"RUNNING"})
    wait_until(lambda: lock.read_text() not in ("", before))
    os.kill(int(lock.read_text()), signal.SIGKILL)
    state = api.reaches(run, ENDED)
    wait_until(lambda: week.told() > since, 120)
    week.put("killed", run, state, since)


def during_another(week: Week) -> None:
    """A night, and one that is started during it."""
    api, since = week.served.api, week.told()
    last = api.begin(week.nightly(), parameters(27))
    api.reaches(last, {"RUNNING"})
    week.put("cancelled", *api.finished(week.nightly(), parameters(27)), since)
    week.put("last", last, api.reaches(last, ENDED), since)


def test_each_night_ends_under_the_name_of_what_there_is_to_do(week: Week) -> None:
    assert {name: night.state["name"] for name, night in week.runs.items()} == {
        "first": "完成",
        "quiet": "完成",
        "faulty": "Failed",
        "kept_out": "有交付未纳入",
        "held": "待放行",
        "killed": "Crashed",
        "cancelled": "Cancelled",
        "last": "完成",
        "monthly": "Completed",
        "verification": "Completed",
        "reminders": "Completed",
        "retention": "Completed",
        "verify": "Failed",
    }


def test_who_is_to_be_warned_is_told_once_of_each_that_asks_for_somebody(week: Week) -> None:
    titles = {name: [told[0] for told in night.told] for name, night in week.runs.items() if night.told}
    assert titles == {
        "faulty": ["惠民 root：运行失败"],
        "kept_out": ["惠民 root：有交付未纳入"],
        "held": ["惠民 root：待放行"],
        "killed": ["惠民 root：运行中断"],
        "verify": ["惠民 root：定时任务失败"],
    }
    said = str(week.receivers.heard())
    assert "state/policy.toml 第 1 行：nosuch：没有这个参数" in said
    assert "未纳入：population/乙街道/户籍20230802.csv" in said
    assert "线索数未与历史比较：此前只有" in said
    assert not [secret for secret in (HEAD, WIFE, "张三", "李四") if secret in said]


@pytest.fixture(scope="module")
def tab(week: Week) -> Iterator[Tab]:
    """A browser in which somebody has logged in."""
    if chromium() is None:
        pytest.skip("no Chromium on this machine: `make browser` installs it")
    with logged_in(week) as one:
        yield one


@contextmanager
def logged_in(week: Week) -> Iterator[Tab]:
    """A browser in which somebody has logged in, as the operators' page says."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with browser(chromium()) as one:
        one.open(f"{week.served.api.url.removesuffix('/api')}/", 1400, 1000)
        one.until("Login")
        one.picture(PICTURES / "login.png")
        one.type(week.served.api.login)
        one.until("Deployments")
        yield one


def seen(tab: Tab, week: Week, path: str, name: str, word: str, tab_of: str | None = None) -> str:
    """What the page, or its tab of that name, shows once the word stands in it; its picture is kept."""
    tab.open(f"{week.served.api.url.removesuffix('/api')}/v2{path}", 1400, 1000)
    if tab_of:
        tab.click(tab_of)
    shown = tab.until(word)
    tab.picture(PICTURES / f"{name}.png")
    assert not re.search(r"\d{17}[\dX]", shown)
    assert not [secret for secret in ("张三", "李四") if secret in shown]
    return shown


def test_the_list_of_runs_names_each_night_and_how_it_ended(week: Week, tab: Tab) -> None:
    shown = seen(tab, week, "/runs", "runs", "夜间比对 2023-08-21")
    for word in ("完成", "有交付未纳入", "待放行", "Failed", "Crashed", "Cancelled", "与另一次重叠"):
        assert word in shown


ENDS = {
    "first": "新拒收 1 份；80 条规则未运行；线索 2 条",
    "faulty": "state/policy.toml 第 1 行：nosuch：没有这个参数 怎样改：见 ",
    "kept_out": "未通过关键检查、未纳入：户籍人口",
    "held": "与上次相差过大，待放行",
    "killed": "SIGKILL",
    "cancelled": "正在运行，会做完这一次要做的一切",
    "monthly": "月报 2023-08",
    "verification": "没有新交回的台账",
    "reminders": "催报 2 个部门和街道",
    "retention": "仅列出，未删除",
    "verify": "没有这份备份",
}


@pytest.mark.parametrize(("name", "told"), ENDS.items(), ids=ENDS)
def test_the_page_of_a_run_says_what_happened(week: Week, tab: Tab, name: str, told: str) -> None:
    seen(tab, week, f"/runs/flow-run/{week.runs[name].run}", f"run-{name}", told, "Details")


LOGGED = {
    "first": "接收：6 份，新 6",
    "faulty": "已发出警告（wecom、dingtalk、addresses 1）",
    "kept_out": "拒收：population/乙街道/户籍20230802.csv，未通过关键检查",
    "held": "接收：8 份，新 1",
    "last": "已为最新",
}


@pytest.mark.parametrize(("name", "told"), LOGGED.items(), ids=LOGGED)
def test_the_log_of_a_night_tells_its_steps(week: Week, tab: Tab, name: str, told: str) -> None:
    seen(tab, week, f"/runs/flow-run/{week.runs[name].run}", f"log-{name}", told, "Logs")


@pytest.mark.parametrize("name", ["first", "held", "kept_out", "monthly", "reminders"])
def test_artifacts_are_reached_from_the_run(week: Week, tab: Tab, name: str) -> None:
    keys = {artifact["key"] for artifact in week.served.api.artifacts(week.runs[name].run)}
    page = f"/runs/flow-run/{week.runs[name].run}"
    shown = seen(tab, week, page, f"artifacts-{name}", "reminders" if name == "reminders" else "report", "Artifacts")
    assert [key for key in keys if key not in shown] == []


SHOWN = {
    "overview": "核对属实：huimin release",
    "held": "huimin release",
    "deliveries": "户籍20230802.csv",
    "quality": "关键",
    "clues": "新增",
    "items": "城市低保",
    "report": "运行报告",
    "progress": "100",
}


@pytest.mark.parametrize(("key", "told"), SHOWN.items(), ids=SHOWN)
def test_every_artifact_is_a_page(week: Week, tab: Tab, key: str, told: str) -> None:
    (artifact,) = [one for one in week.served.api.artifacts(week.runs["held"].run) if one["key"] == key]
    seen(tab, week, f"/artifacts/artifact/{artifact['id']}", f"artifact-{key}", told)


def test_the_overview_says_how_to_admit_what_was_kept_out(week: Week, tab: Tab) -> None:
    (artifact,) = [one for one in week.served.api.artifacts(week.runs["kept_out"].run) if one["key"] == "overview"]
    page = f"/artifacts/artifact/{artifact['id']}"
    shown = seen(tab, week, page, "overview-kept_out", "huimin admit")
    assert "未通过关键检查" in shown.partition("未纳入和拒收的")[2]


def test_the_link_to_the_report_leads_to_it(week: Week, tab: Tab) -> None:
    (artifact,) = [one for one in week.served.api.artifacts(week.runs["first"].run) if one["key"] == "report"]
    (address,) = re.findall(r"\((http\S+report\.html)\)", artifact["data"])
    tab.open(address, 1400, 1000)
    assert "统计" in tab.until("线索")
    tab.picture(PICTURES / "report.png")


DEPLOYMENTS = {
    "nightly": "按哪一天判断线索；不填为当天（北京时间）",
    "monthly": "报告月份中的任意一天；不填为当月（北京时间）",
    "verification": "文件静置多少秒后才读取",
    "reminders": "按哪一天催报",
    "retention": "勾选才真正删除，并写入审计日志；不勾选只列出",
    "verify": "备份所在目录（数据根目录的副本）",
}


@pytest.mark.parametrize(("name", "told"), DEPLOYMENTS.items(), ids=DEPLOYMENTS)
def test_a_deployments_form_says_what_to_fill_in(week: Week, tab: Tab, name: str, told: str) -> None:
    number = week.served.api.deployment(f"huimin-{name}/{name}")["id"]
    seen(tab, week, f"/deployments/deployment/{number}", f"deployment-{name}", "Schedules")
    seen(tab, week, f"/deployments/deployment/{number}/run", f"form-{name}", told)


def test_deployments_and_automations_are_listed(week: Week, tab: Tab) -> None:
    shown = seen(tab, week, "/deployments", "deployments", "verify")
    assert [name for name in DEPLOYMENTS if name not in shown] == []
    assert "没有启动的运行" in seen(tab, week, "/automations", "automations", "进程终止的运行")
    seen(tab, week, "/dashboard", "dashboard", "Flow Runs")
