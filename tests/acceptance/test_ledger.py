"""Ledgers handed out, filled in by a script of its own, given back, and what the nights after make of them."""

import json
import shutil
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest

from deliveries import HEAD, WIFE, deliver
from huimin.cli import run
from huimin.cli.app import output
from huimin.errors import PublishError
from huimin.nights.plan import plan_night
from huimin.nights.published_run import PublishedRun
from huimin.nights.replay import replay_run
from huimin.returns.intake import import_file
from huimin.store.root import Root
from huimin.upkeep.verify import verify
from nights import PROJECT, RUN_DATE, run_night, table
from returns import CLUE_ID, FOUND, FOUND_NOTHING, Row, fill, read_rows, write_rows

LATER = "\n".join(
    (
        "姓名,身份证号,户主身份证号,发放金额,发放月份,街道",
        f"张三,{HEAD},{HEAD},500,2023-08,甲街道",
        f"李四,{WIFE},{HEAD},300,2023-08,甲街道",
    )
)
"""A month later the dead wife is still paid: a new period of one clue, and nothing new of the other."""


@pytest.fixture(scope="module")
def first_night(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("district") / "root"
    deliver(root)
    run_night(root)
    return root


@pytest.fixture
def root(first_night: Path, tmp_path: Path) -> Path:
    return shutil.copytree(first_night, tmp_path / "root", symlinks=True)


def book(root: Path) -> Path:
    return root / "restricted" / "latest" / "workbooks" / "街道_甲街道.xlsx"


def clues(root: Path) -> dict[str, str]:
    """Rule to clue id."""
    ledger = pl.read_parquet(root / "published" / "latest" / "ledger.parquet")
    return dict(ledger.select("rule", "clue_id").rows())


def ledger(published: PublishedRun) -> dict[str, dict[str, object]]:
    return {str(row["rule"]): row for row in table(published, "ledger").to_dicts()}


def pick(row: dict[str, object], *names: str) -> tuple[object, ...]:
    return tuple(row[name] for name in names)


def give_back(root: Path, by_rule: dict[str, Row], name: str = "甲街道.xlsx") -> Path:
    ids = clues(root)
    return fill(book(root), root.parent / name, {ids[rule]: cells for rule, cells in by_rule.items()})


def test_a_case_from_the_workbook_to_its_closing(root: Path) -> None:
    found = FOUND | {"说明": "账外的一句话", "追缴金额": 100}
    file = give_back(root, {"deceased": found, "dibao_tekun": FOUND_NOTHING})
    assert import_file(Root(root), file, PROJECT, datetime.now(UTC)).taken == 2
    second = run_night(root, date(2023, 8, 23))
    now = ledger(second)
    assert pick(now["deceased"], "state", "outcome", "handling", "verified_on") == (
        "查实", "查实", "整改纠正", date(2023, 8, 25),
    )  # fmt: skip
    assert [str(amount) for amount in pick(now["deceased"], "due_amount", "recovered_amount")] == ["500.00", "100.00"]
    assert pick(now["dibao_tekun"], "state", "cause", "reopened_on") == ("查否", "规则误报", None)
    assert set(table(second, "clues")["state"]) == {"查实", "查否"}
    hit_rates = dict(table(second, "clues").select("rule", "hit_rate").rows())
    assert hit_rates == pytest.approx({"deceased": 9 / 11, "dibao_tekun": 8 / 11})

    decisions = pl.read_parquet(second.restricted / "decisions.parquet")
    assert sorted(decisions.select("state", "verifier", "file", "sheet").rows()) == [
        ("查否", "赵核", "甲街道.xlsx", "填好的台账"), ("查实", "钱查", "甲街道.xlsx", "填好的台账"),
    ]  # fmt: skip
    for place in second.folder.rglob("*"):
        if place.is_file():
            assert not any(word.encode() in place.read_bytes() for word in ("钱查", "账外的一句话")), place

    answers = second.restricted / "workbooks" / "answers"
    assert [place.name for place in answers.iterdir()] == ["000001_甲街道.xlsx"]
    assert {row["收件结果"] for row in read_rows(answers / "000001_甲街道.xlsx")} == {"已收"}
    manifest = json.loads((second.folder / "manifest.json").read_text())
    assert [(used["path"][:26], used["run"]) for used in manifest["records"]] == [
        ("state/verification/000001-", second.run)
    ]
    assert verify(root, second.run) == () and replay_run(Root(root), PROJECT, second.run).different == ()

    prefilled = {row[CLUE_ID]: row for row in read_rows(book(root))}
    assert prefilled[clues(root)["deceased"]]["核查结果"] == "查实"
    inbox = root / "inbox" / "verification" / "甲街道"
    rectified = {"整改进展": "已销号", "整改完成日期": date(2023, 9, 1), "追缴金额": 500}
    give_back(root, {"deceased": rectified}, "销号.xlsx").rename((inbox.mkdir(parents=True), inbox / "销号.xlsx")[1])
    (inbox / "照片.xlsx").write_bytes(b"not a workbook")
    deliver(root, {"urban_dibao/城市低保8月.csv": LATER})
    assert plan_night(Root(root), PROJECT, RUN_DATE, 0.0, datetime.now(UTC)).returned == ("照片.xlsx", "销号.xlsx")
    third = run_night(root, date(2023, 9, 22))
    assert (third.returned, third.decided, third.sent_back, third.unreadable) == (1, 1, 0, 1)
    now = ledger(third)
    assert pick(now["deceased"], "state", "outcome", "reopened_on") == ("待核查", "查实", date(2023, 9, 22))
    assert now["deceased"]["what_changed"] == "期间 1 → 2；涉及金额 500.00 → 800.00；最近期间 2023-07-01 → 2023-08-01"
    assert pick(now["dibao_tekun"], "state", "vanished_on") == ("查否", None)
    steps = pl.read_parquet(third.restricted / "decisions.parquet").filter(pl.col("record").str.starts_with("000003"))
    assert steps["state"].to_list() == ["整改中", "已销号"]
    refused = (third.restricted / "workbooks" / "answers" / "退回的文件.txt").read_text("utf-8-sig")
    assert refused.startswith("照片.xlsx：没有找到台账的表头")
    assert verify(root, third.run) == () and replay_run(Root(root), PROJECT, third.run).different == ()
    reopened = {row[CLUE_ID]: row for row in read_rows(book(root))}[clues(root)["deceased"]]
    assert (reopened["追缴金额"], reopened["应追缴金额"]) == (500, 500), "money recovered stays recovered"
    assert reopened["核查结果"] == "" and "上次核查结果：查实" in reopened["提示"]


def test_unfounded_stays_until_the_evidence_changes(root: Path) -> None:
    file = give_back(root, {"deceased": FOUND_NOTHING, "dibao_tekun": FOUND_NOTHING})
    import_file(Root(root), file, PROJECT, datetime.now(UTC))
    deliver(root, {"urban_dibao/城市低保8月.csv": LATER})
    now = ledger(run_night(root, date(2023, 9, 22)))
    assert pick(now["deceased"], "state", "outcome", "cause") == ("待核查", "查否", "规则误报")
    assert now["deceased"]["what_changed"] == "期间 1 → 2；涉及金额 500.00 → 800.00；最近期间 2023-07-01 → 2023-08-01"
    assert pick(now["dibao_tekun"], "state", "what_changed") == ("查否", None)


def test_words_that_do_not_go_together_come_back_and_the_rest_is_taken(root: Path) -> None:
    """A false alarm with money, money that nobody owes, a slip of the hand: none of it reaches the district's board."""
    wrong = [
        (FOUND_NOTHING | {"追缴金额": 800, "应追缴金额": 800}, "不能有“追缴金额”"),
        (FOUND | {"应追缴金额": None, "追缴金额": 300}, "请填“应追缴金额”"),
        (FOUND | {"原因": "规则误报"}, "“原因”不能是规则误报"),
        (FOUND | {"应追缴金额": 999_999_999_999}, "超过涉及金额的 1.5 倍"),
        (FOUND | {"核查日期": date(2023, 7, 22)}, "早 30 天以上"),
        (FOUND | {"整改进展": "已销号", "追缴金额": 500, "整改完成日期": date(2023, 8, 24)}, "早于“核查日期”"),
    ]
    for number, (cells, words) in enumerate(wrong):
        one = import_file(
            Root(root), give_back(root, {"deceased": cells, "dibao_tekun": {}}, f"{number}.xlsx"), PROJECT,
            datetime.now(UTC),
        )  # fmt: skip
        assert (one.taken, one.sent_back, one.blank) == (0, 1, 1)
        (told,) = (row["退回原因"] for row in read_rows(one.answers[0]) if row["收件结果"] == "退回")
        assert words in told
    both = {"deceased": wrong[0][0], "dibao_tekun": FOUND_NOTHING}
    one = import_file(Root(root), give_back(root, both, "两行.xlsx"), PROJECT, datetime.now(UTC))
    assert (one.taken, one.sent_back) == (1, 1)
    day_before = FOUND | {"核查日期": date(2023, 7, 23), "应追缴金额": 750}
    one = import_file(Root(root), give_back(root, {"deceased": day_before}, "改.xlsx"), PROJECT, datetime.now(UTC))
    assert one.taken == 1
    (whole,) = table(run_night(root, date(2023, 8, 23)), "progress").filter(pl.col("by") == "all").to_dicts()
    assert (whole["confirmed"], whole["unfounded"]) == (1, 1)
    assert (whole["due_amount"], whole["recovered_amount"]) == (750, 0)


@pytest.mark.long
def test_an_exemption_and_a_corrected_register_over_three_nights(root: Path) -> None:
    """豁免 ends with the exemption; what was 查否 opens for a corrected day, with both values at the door."""
    exempt = f"规则,姓名,身份证号,豁免理由,生效日期,失效日期\ndibao_tekun,张三,{HEAD},核准,2023-01-01,2023-08-23\n"
    deliver(root, {"exemptions/豁免20230823.csv": exempt})
    import_file(Root(root), give_back(root, {"deceased": FOUND_NOTHING}), PROJECT, datetime.now(UTC))
    now = ledger(run_night(root, date(2023, 8, 23)))
    assert pick(now["dibao_tekun"], "state", "exempted_state") == ("豁免", "待核查")
    assert pick(now["deceased"], "state", "what_changed") == ("查否", None)

    died = f"姓名,身份证号,死亡日期,信息来源\n李四,{WIFE},2023-06-14,公安\n"
    deliver(root, {"deaths/死亡人员20230824.csv": died})
    third = run_night(root, date(2023, 8, 24))
    now = ledger(third)
    assert pick(now["dibao_tekun"], "state", "exempted_state", "what_changed") == ("待核查", None, "豁免备案已失效")
    assert pick(now["deceased"], "state", "what_changed") == ("待核查", "死亡日期有变化（2023-06）")
    hints = {row[CLUE_ID]: row["提示"] for row in read_rows(book(root))}
    assert "重新打开：死亡日期 2023-06-15 → 2023-06-14；上次核查结果：查否" in hints[clues(root)["deceased"]]
    assert "重新打开：豁免备案已失效" in hints[clues(root)["dibao_tekun"]]
    for place in third.folder.rglob("*"):
        if place.is_file():
            assert not any(day.encode() in place.read_bytes() for day in ("2023-06-14", "2023-06-15")), place
    assert verify(root, third.run) == () and replay_run(Root(root), PROJECT, third.run).different == ()


def test_an_edited_row_comes_back_as_it_was_and_is_taken_when_corrected(root: Path) -> None:
    ids = clues(root)
    file = give_back(root, {"deceased": FOUND | {"姓名": "别人", "涉及金额": 1}})
    one = import_file(Root(root), file, PROJECT, datetime.now(UTC))
    assert (one.taken, one.sent_back) == (0, 1)
    rows = {row[CLUE_ID]: row for row in read_rows(one.answers[0])}
    as_handed_out = {row[CLUE_ID]: row for row in read_rows(book(root))}[ids["deceased"]]
    assert rows[ids["deceased"]]["姓名"] == as_handed_out["姓名"] == "李四"
    assert rows[ids["deceased"]]["涉及金额"] == 500
    again = write_rows(root.parent / "回执.xlsx", list(rows.values()))
    assert import_file(Root(root), again, PROJECT, datetime.now(UTC)).taken == 1


def command(*words: object) -> int:
    return run([str(word) for word in words])


def test_the_command_and_its_exit_codes(
    root: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    said: Callable[[], str] = lambda: capfd.readouterr().out  # noqa: E731
    monkeypatch.setattr(output, "_width", 200)
    good = give_back(root, {"deceased": FOUND}, "好.xlsx")
    bad = give_back(root, {"dibao_tekun": FOUND_NOTHING | {"原因": ""}}, "坏.xlsx")
    junk = tmp_path / "junk.xlsx"
    junk.write_bytes(b"junk")
    assert command("ledger", "import", good, "--root", tmp_path) == 2, "before the first run"
    said()
    answers = tmp_path / "answers"
    assert command("ledger", "import", good, junk, "--root", root, "-o", answers, "--json") == 0
    told = json.loads(said())
    assert [(one["file"], one["status"], one["taken"]) for one in told] == [
        ("好.xlsx", "taken", 1), ("junk.xlsx", "refused", 0),
    ]  # fmt: skip
    assert [place.name for place in answers.iterdir()] == ["000001_好.xlsx"]
    assert answers.stat().st_mode & 0o077 == 0 and (answers / "000001_好.xlsx").stat().st_mode & 0o077 == 0
    assert command("ledger", "import", junk, "--root", root) == 11
    assert command("ledger", "import", bad, "--root", root) == 11
    assert "1 sent back" in said()
    assert command("ledger", "import", good, "--root", root) == 0, "nothing new"
    assert command("ledger", "import", tmp_path / "nosuch.xlsx", "--root", root) == 2
    assert command("ledger", "import", "--root", root) == 2
    said()
    assert command("ledger", "status", "--by", "street", "--root", root, "--json") == 0
    rows = json.loads(said())
    assert [(row["value"], row["clues"], row["open"], row["confirmed"]) for row in rows] == [
        ("（其他）", 2, 1, 1), (None, 2, 1, 1),
    ]  # fmt: skip


def test_a_damaged_record_stops_the_night_and_is_named(root: Path) -> None:
    import_file(Root(root), give_back(root, {"deceased": FOUND}), PROJECT, datetime.now(UTC))
    place = next((root / "state" / "verification").glob("0*/decisions.parquet"))
    place.write_bytes(place.read_bytes()[:-9])
    before = (root / "published" / "latest").readlink()
    with pytest.raises(PublishError, match="verification record is damaged"):
        run_night(root)
    assert (root / "published" / "latest").readlink() == before
