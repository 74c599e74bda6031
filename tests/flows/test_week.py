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
from huimin.store.root import Root
from nights import CHECKOUT
from receivers import Received, bot
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
    told: list[str]


@dataclass(frozen=True)
class Week:
    """A root that is served, with what ran in it."""

    served: Serving
    received: Received
    runs: dict[str, Night] = field(default_factory=dict)

    @property
    def root(self) -> Path:
        return self.served.root

    def put(self, name: str, run: str, state: dict, since: int) -> None:
        told = [one["text"]["content"] for one in self.received.messages[since:]]
        self.runs[name] = Night(run, state, told)

    def night(self, name: str, day: int) -> None:
        since = len(self.received.messages)
        run, state = self.served.api.finished(self.nightly(), parameters(day))
        self.served.api.logs(run)  # by then its hooks have warned
        self.put(name, run, state, since)

    def other(self, name: str, **given: object) -> None:
        since = len(self.received.messages)
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
    with bot() as received, serving() as served, shown_by_web_server(served.root) as address:
        root = served.root
        settings = root / "state" / "settings.toml"
        settings.write_text(f'report_base_url = "{address}"\n[warnings]\nwecom = "{received.address}"\ndisk_gib = 1\n')
        one = Week(served, received)
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
    api, since = week.served.api, len(week.received.messages)
    lock = week.root / "state" / "lock"
    before = lock.read_text()
    run = api.begin(week.nightly(), parameters(26))
    api.reaches(run, {"RUNNING"})
    wait_until(lambda: lock.read_text() not in ("", before))
    os.kill(int(lock.read_text()), signal.SIGKILL)
    state = api.reaches(run, ENDED)
    wait_until(lambda: len(week.received.messages) > since, 120)
    week.put("killed", run, state, since)


def during_another(week: Week) -> None:
    """A night, and one that is started during it."""
    api, since = week.served.api, len(week.received.messages)
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
    titles = {name: [told.splitlines()[0] for told in night.told] for name, night in week.runs.items() if night.told}
    assert titles == {
        "faulty": ["惠民 root：运行失败"],
        "kept_out": ["惠民 root：有交付未纳入"],
        "held": ["惠民 root：待放行"],
        "killed": ["惠民 root：运行中断"],
        "verify": ["惠民 root：定时任务失败"],
    }
    said = str(week.received.messages)
    assert "state/policy.toml line 1: nosuch: no such parameter" in said
    assert "未纳入：population/乙街道/户籍20230802.csv" in said
    assert "线索数未与历史比较：此前只有" in said
    assert not [secret for secret in (HEAD, WIFE, "张三", "李四") if secret in said]


@pytest.fixture(scope="module")
def tab(week: Week) -> Iterator[Tab]:
    """A browser in which somebody has logged in, as the operators' page says."""
    if chromium() is None:
        pytest.skip("no Chromium on this machine: `make browser` installs it")
    PICTURES.mkdir(parents=True, exist_ok=True)
    address = week.served.api.url.removesuffix("/api")
    with browser(chromium()) as one:
        one.open(f"{address}/", 1400, 1000)
        one.until("Login")
        one.picture(PICTURES / "login.png")
        one.type(week.served.api.login)
        one.until("Dashboard")
        yield one


def seen(tab: Tab, week: Week, path: str, name: str, word: str) -> str:
    """What the page shows once the word stands in it; its picture is kept."""
    tab.open(f"{week.served.api.url.removesuffix('/api')}{path}", 1400, 1000)
    shown = tab.until(word)
    tab.picture(PICTURES / f"{name}.png")
    return shown


def test_the_list_of_runs_names_each_night_and_how_it_ended(week: Week, tab: Tab) -> None:
    shown = seen(tab, week, "/runs", "runs", "夜间比对 2023-08-27")
    for word in ("完成", "Crashed", "Cancelled"):
        assert word in shown


ENDS = {
    "first": "线索 2 条",
    "faulty": "nosuch: no such parameter",
    "kept_out": "新出现未纳入 1 份",
    "held": "待放行",
    "killed": "Crashed",
    "cancelled": "Cancelled",
    "monthly": "月报 2023-08",
    "reminders": "催报",
    "verify": "nowhere",
}


@pytest.mark.parametrize(("name", "word"), ENDS.items())
def test_the_page_of_a_run_says_what_happened(week: Week, tab: Tab, name: str, word: str) -> None:
    run = week.runs[name].run
    shown = seen(tab, week, f"/runs/flow-run/{run}", f"run-{name}", word)
    assert word in shown
    tab.click("Details")
    tab.picture(PICTURES / f"run-{name}-details.png")


@pytest.mark.parametrize("name", ["first", "held", "kept_out", "monthly", "reminders"])
def test_artifacts_are_reached_from_the_run(week: Week, tab: Tab, name: str) -> None:
    seen(tab, week, f"/runs/flow-run/{week.runs[name].run}", f"run-{name}", "Artifacts")
    tab.click("Artifacts")
    tab.until("report" if name != "reminders" else "reminders")
    tab.picture(PICTURES / f"artifacts-{name}.png")


def test_every_artifact_is_a_page(week: Week, tab: Tab) -> None:
    for artifact in week.served.api.artifacts(week.runs["held"].run):
        shown = seen(tab, week, f"/artifacts/artifact/{artifact['id']}", f"artifact-{artifact['key']}", "Artifact")
        assert not re.search(r"\d{17}[\dX]", shown)


def test_deployments_and_their_forms(week: Week, tab: Tab) -> None:
    seen(tab, week, "/deployments", "deployments", "nightly")
    for name in ("nightly", "monthly", "verification", "reminders", "retention", "verify"):
        number = week.served.api.deployment(f"huimin-{name}/{name}")["id"]
        seen(tab, week, f"/deployments/deployment/{number}", f"deployment-{name}", name)
        seen(tab, week, f"/deployments/deployment/{number}/run", f"form-{name}", "数据根目录")


def test_automations(week: Week, tab: Tab) -> None:
    shown = seen(tab, week, "/automations", "automations", "huimin")
    assert "进程终止的运行" in shown
    seen(tab, week, "/work-pools/work-pool/huimin", "pool", "huimin")
    seen(tab, week, "/dashboard", "dashboard", "Dashboard")


def test_a_held_run_has_been_released(week: Week) -> None:
    assert Root(week.root).latest() is not None
