"""Who is warned of what, and how often: against receivers that really answer."""

import base64
import hmac
import json
import os
import re
import shutil
from dataclasses import replace
from datetime import date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from huimin.cli import run
from huimin.errors import ContractError
from huimin.store.root import Root
from huimin.store.settings import Warnings, load_settings
from huimin.watch import message as messages
from huimin.watch.last_run import RUNNING, LastRun, last_run, write_last_run
from huimin.watch.message import Message, message_of
from huimin.watch.send import send
from huimin.watch.warn import told_on, warn_of_absence, warn_of_the_night
from huimin.zone import HERE
from nights import PROJECT
from receivers import bot, mail_server
from servers import free_port

NOW = datetime(2026, 11, 28, 2, 30, tzinfo=HERE)
COUNTS = "接收 5 份（新 5），在用 4 份；线索 2 条（新增 2，变化 0，消失 0）"
MESSAGE = Message("惠民 区：待放行", ("held",), (f"r 待放行：{COUNTS}",))


def stand(root: Root, exit_code: int | None, state: str, told: str = COUNTS, hours: float = 0.1) -> LastRun:
    """The root's last night ended so."""
    ended = None if exit_code is None else NOW - timedelta(hours=hours)
    last = LastRun(
        "20261128T020000-1a2b3c", date(2026, 11, 28), state, exit_code, told, NOW - timedelta(hours=hours), ended
    )
    write_last_run(root, last)
    return last


@pytest.fixture
def root(tmp_path: Path) -> Root:
    made = Root(tmp_path / "区")
    made.prepare()
    return made


def settle(root: Root, **warnings: object) -> None:
    lines = [f"{key} = {json.dumps(value)}" for key, value in warnings.items()]
    root.settings().write_text("\n".join(["[warnings]", *lines]), "utf-8")


@pytest.mark.parametrize(
    ("exit_code", "state", "title"),
    [
        (16, "待放行", "待放行"),
        (11, "Failed", "没有可用的交付"),
        (12, "有交付未纳入", "有交付未纳入"),
        (1, "Failed", "运行失败"),
        (14, "Failed", "运行失败"),
        (None, RUNNING, "运行中断"),
    ],
)
def test_a_night_that_somebody_must_see_to_is_told_in_one_message(
    root: Root, monkeypatch: pytest.MonkeyPatch, exit_code: int | None, state: str, title: str
) -> None:
    monkeypatch.setattr("huimin.watch.warn.of_history", lambda *_: iter([("far", "偏离"), ("", "历史不足")]))
    stand(root, exit_code, state)
    with bot() as received:
        settle(root, wecom=received.address, backups=str(root.path / "nowhere"))
        done = warn_of_the_night(root, PROJECT, NOW)
    assert done == ("历史不足", f"已发出警告（wecom）：惠民 区：{title}")
    (told,) = received.messages
    assert told["msgtype"] == "text"
    said = told["text"]["content"].splitlines()
    assert said[0] == f"惠民 区：{title}"
    assert said[1].startswith("20261128T020000-1a2b3c")
    assert said[2:] == ["偏离", "历史不足", "备份文件夹不存在或是空的"]


def test_of_a_night_that_ended_well_nobody_is_told(root: Root, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huimin.watch.warn.of_history", lambda *_: iter([("", "历史不足")]))
    stand(root, 0, "完成")
    with bot() as received:
        settle(root, wecom=received.address)
        assert warn_of_the_night(root, PROJECT, NOW) == ("历史不足",)
        assert warn_of_absence(root, NOW) == ()
    assert received.messages == []


def test_nobody_is_told_anything_by_default(root: Root) -> None:
    stand(root, 1, "Failed")
    assert warn_of_the_night(root, PROJECT, NOW) == warn_of_absence(root, NOW + timedelta(days=9)) == ()


def test_a_night_that_did_not_begin_is_told_with_its_reason(root: Root) -> None:
    with bot() as received:
        settle(root, dingtalk=received.address)
        warn_of_the_night(root, PROJECT, NOW, ("failed", "夜间比对：another run holds this root (process 7) try: wait"))
    assert received.messages[0]["text"]["content"].splitlines() == [
        "惠民 区：运行失败", "夜间比对：another run holds this root (process 7) try: wait"
    ]  # fmt: skip


def test_a_missing_night_is_told_once_a_day_by_whatever_comes_first(root: Root) -> None:
    stand(root, 0, "完成", hours=30)
    with bot() as received:
        settle(root, wecom=received.address)
        assert warn_of_absence(root, NOW) == ("已发出警告（wecom）：惠民 区：没有按时运行",)
        assert warn_of_absence(root, NOW + timedelta(hours=1)) == ()
        assert told_on(root, NOW) == {"late"}
        assert warn_of_absence(root, NOW + timedelta(days=1)) != ()
    assert len(received.messages) == 2
    assert "在 30.0 小时前" in received.messages[0]["text"]["content"]


@pytest.mark.parametrize(("hours", "is_told"), [(25.9, False), (26.1, True)])
def test_the_first_night_is_missing_once_it_was_due(root: Root, hours: float, is_told: bool) -> None:
    with bot() as received:
        settle(root, wecom=received.address)
        os.utime(root.settings(), times=(NOW.timestamp() - hours * 3600,) * 2)
        warn_of_absence(root, NOW)
    assert ["还没有运行过" in one["text"]["content"] for one in received.messages] == [True] * is_told


def test_a_message_that_went_to_nobody_is_tried_again(root: Root) -> None:
    stand(root, 0, "完成", hours=30)
    settle(root, wecom=f"http://127.0.0.1:{free_port()}/")
    assert warn_of_absence(root, NOW) == ("警告未能送达（wecom）：惠民 区：没有按时运行",)
    with bot() as received:
        settle(root, wecom=received.address)
        assert warn_of_absence(root, NOW) == ("已发出警告（wecom）：惠民 区：没有按时运行",)


def test_a_night_of_which_nobody_heard_is_told_by_the_next_call_that_gets_through(root: Root) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("huimin.watch.warn.of_history", lambda *_: iter(()))
        settle(root, wecom=f"http://127.0.0.1:{free_port()}/")
        stand(root, 1, "Failed", "policy.toml: no such parameter")
        assert warn_of_the_night(root, PROJECT, NOW) == ("警告未能送达（wecom）：惠民 区：运行失败",)
    with bot() as received:
        settle(root, wecom=received.address)
        assert warn_of_absence(root, NOW) == ("已发出警告（wecom）：惠民 区：运行失败",)
        assert warn_of_absence(root, NOW) == warn_of_absence(root, NOW + timedelta(hours=23)) == ()
    assert "no such parameter" in received.messages[0]["text"]["content"]


def test_runs_that_died_unseen_are_told_each_but_a_night_once(root: Root) -> None:
    last = stand(root, None, RUNNING)
    night, month = f"夜间比对 2026-11-28 · {last.run}：崩溃", "月报 2026-11：崩溃"
    with bot() as received:
        settle(root, wecom=received.address)
        assert warn_of_absence(root, NOW, (night,)) == ("已发出警告（wecom）：惠民 区：运行中断",)
        assert warn_of_absence(root, NOW, (night,)) == ()
        for _ in range(2):
            assert warn_of_absence(root, NOW, (month,)) == ("已发出警告（wecom）：惠民 区：任务中断",)
    told = [one["text"]["content"].splitlines()[1:] for one in received.messages]
    assert told == [[f"{last.run}：运行的进程已终止，没有留下任何半成品"], [month], [month]]


@pytest.mark.parametrize(("errcode", "status", "is_taken"), [(0, 200, True), (310000, 200, False), (0, 500, False)])
def test_a_bot_that_refuses_has_not_taken_it(root: Root, errcode: int, status: int, is_taken: bool) -> None:
    with bot(errcode, status) as received:
        outcome = send(Warnings(wecom=received.address), root, MESSAGE)
    assert outcome == ((("wecom",), ()) if is_taken else ((), ("wecom",)))
    assert len(received.messages) == 1


def test_a_message_to_dingtalk_is_signed_as_it_asks(root: Root) -> None:
    with bot() as received:
        assert send(Warnings(dingtalk=received.address, dingtalk_secret="SECabc"), root, MESSAGE)[1] == ()  # noqa: S106
    asked = parse_qs(urlsplit(received.paths[0]).query)
    (moment,), (sign,) = asked["timestamp"], asked["sign"]
    wanted = hmac.new(b"SECabc", f"{moment}\nSECabc".encode(), sha256).digest()
    assert sign == base64.b64encode(wanted).decode()


def test_mail_has_the_title_as_subject_and_one_receiver_that_fails_stops_no_other(root: Root) -> None:
    with mail_server(free_port()) as received:
        settings = Warnings(wecom=f"http://127.0.0.1:{free_port()}/", addresses=(received.address,))
        assert send(settings, root, MESSAGE) == (("addresses 1",), ("wecom",))
    (mail,) = received.messages
    assert (mail["to"], mail["subject"]) == (["duty@example.org"], "惠民 区：待放行")
    assert COUNTS in mail["text"]


def test_an_address_that_is_none_is_told_without_its_secret(root: Root) -> None:
    settle(root, addresses=["nosuch://user:geheim@host"])
    with pytest.raises(ContractError, match="number 1 is no address") as fault:
        send(load_settings(root).warnings, root, MESSAGE)
    assert "geheim" not in str(fault.value)


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        ("wecom = 7", "warnings.wecom: not an address"),
        ('dingtalk = "oapi.dingtalk.com"', "warnings.dingtalk: not an address"),
        ('addresses = "mailto://x"', "warnings.addresses: not a list"),
        ("disk_gib = 0", "warnings.disk_gib: not a whole number above 0"),
        ("backup_hours = true", "warnings.backup_hours: not a whole number above 0"),
        ('slack = "x"', "unknown key warnings.slack"),
    ],
)
def test_settings_that_cannot_be_used_are_told(root: Root, lines: str, problem: str) -> None:
    root.settings().write_text(f"[warnings]\n{lines}\n")
    with pytest.raises(ContractError, match=problem) as fault:
        load_settings(root)
    assert str(fault.value).startswith(f"{root.settings()}: ")


@pytest.mark.parametrize(("hours", "is_told"), [(26.0, False), (26.1, True)])
def test_a_back_up_is_missing_when_its_newest_file_is_too_old(root: Root, hours: float, is_told: bool) -> None:
    folder = root.path.parent / "backup"
    folder.mkdir()
    for name, age in (("old", 100.0), ("new", hours)):
        (folder / name).touch()
        os.utime(folder / name, times=(NOW.timestamp() - age * 3600,) * 2)
    settings = replace(load_settings(root), warnings=Warnings(backups=str(folder)))
    assert bool(list(messages.of_the_machine(root, settings, NOW))) is is_told


@pytest.mark.parametrize(("gib", "is_told"), [(4.9, True), (5.0, False)])
def test_a_disk_is_low_below_what_is_set(
    root: Root, monkeypatch: pytest.MonkeyPatch, gib: float, is_told: bool
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(0, 0, int(gib * 1024**3)))
    assert bool(list(messages.of_the_machine(root, load_settings(root), NOW))) is is_told


@pytest.mark.parametrize(
    ("name", "lines", "is_cut"),
    [("很长的名字" * 40, 30, True), ("短", 20, False), ("短", 21, True)],
    ids=["bytes", "as many lines as there may be", "a line more"],
)
def test_a_message_is_cut_to_what_a_bot_takes(root: Root, name: str, lines: int, is_cut: bool) -> None:
    whole = message_of(Root(Path(f"/{'区' * 60}")), [("kept_out", f"{name}{number}") for number in range(lines)])
    assert whole is not None
    assert whole.kinds == ("kept_out",)
    assert whole.body.endswith("…") is is_cut
    with bot() as received:
        assert send(Warnings(wecom=received.address), root, whole) == (("wecom",), ())
    assert received.messages[0]["text"]["content"].splitlines()[0] == whole.title


def test_what_is_only_remarked_on_is_no_reason_to_send() -> None:
    assert message_of(Root(Path("/区")), [("", "历史不足")]) is None


def test_status_warns_for_a_timer_and_says_so(root: Root, capsys: pytest.CaptureFixture[str]) -> None:
    stand(root, 0, "完成")
    write_last_run(root, replace(stand(root, 0, "完成"), ended_at=datetime.now(HERE) - timedelta(hours=27)))
    with bot() as received:
        settle(root, wecom=received.address)
        assert run(["status", "--warn", "--root", str(root.path)]) == 1
        assert run(["status", "--root", str(root.path)]) == 1
    assert "已发出警告" in capsys.readouterr().err
    assert len(received.messages) == 1
    assert last_run(root) is not None
    assert not re.search(r"\d{17}[\dX]", str(received.messages))


def test_whether_messages_arrive_can_be_tried_before_the_first_night(
    root: Root, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["status", "--try-warning", "--root", str(root.path)]) == 2
    assert "nobody is to be warned" in capsys.readouterr().err
    with bot() as received:
        settle(root, wecom=received.address, dingtalk=f"http://127.0.0.1:{free_port()}/")
        assert run(["status", "--try-warning", "--root", str(root.path)]) == 1
        settle(root, wecom=received.address)
        assert run(["status", "--try-warning", "--root", str(root.path)]) == 0
    said = capsys.readouterr().err.splitlines()
    assert said == [
        "已发出警告（wecom）：惠民 区：试发",
        "警告未能送达（dingtalk）：惠民 区：试发",
        "已发出警告（wecom）：惠民 区：试发",
    ]
    assert received.messages[0]["text"]["content"].startswith("惠民 区：试发")
    assert told_on(root, datetime.now(HERE)) == frozenset()
