"""Returned files taken in, on a root whose only run has a drawn ledger."""

import json
import os
import threading
import zipfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from huimin.errors import BusyError, PublishError, UsageError
from huimin.ledger.current import lay_current
from huimin.ledger.records import Decision, append, held, records_of
from huimin.returns.handed_out import hand_out
from huimin.returns.intake import Imported, import_file, import_inbox
from huimin.store.archive import Archive
from huimin.store.root import Root
from huimin.tables.work import open_work
from huimin.workbooks.columns import EVIDENCE_HASH, LOCKED, PLAN, RESULT, SEAL, TARGET, seal
from nights import PROJECT
from returns import CLUE_ID, FOUND, FOUND_NOTHING, Row, read_rows, write_rows
from unit.sampling.small_ledger import clue, draw, published

NOW = datetime(2023, 9, 10, 20, tzinfo=UTC)  # the 11th in Shanghai
LEDGER = "\n".join(
    ["clue_id | rule | item | street | state | evidence_hash | last_period"]
    + [f"{clue(n)} | deceased | tekun | 东街 | 待核查 | e{n} | 2023-07-01" for n in range(6)]
)
UNFOUNDED = "\n".join(
    ["clue_id | rule | item | street | state | outcome | evidence_hash | decided_evidence"]
    + [f"{clue(n)} | deceased | tekun | 东街 | 查否 | 查否 | e{n} | e{n}" for n in range(6)]
)


@pytest.fixture
def root(tmp_path: Path) -> Root:
    return rooted(tmp_path / "root", LEDGER)


def rooted(folder: Path, ledger: str) -> Root:
    place = Root(folder)
    place.prepare()
    place.secret()
    return published(folder, ledger)


def handed_out(root: Root, number: int, **cells: Any) -> Row:
    """A row as a ledger workbook has it."""
    row: Row = {
        CLUE_ID: clue(number), "姓名": "张三", "身份证号": "429999196001010016", "涉及金额": 1200.5, "期数": 3,
        "证据": "第一行\n第二行", EVIDENCE_HASH: f"e{number}",
    }  # fmt: skip
    texts = {column.title: None if row.get(column.title) is None else str(row[column.title]) for column in LOCKED}
    return {**row, SEAL: seal(root.secret(), texts), **cells}


def returned(root: Root, name: str, *rows: Row, **how: Any) -> Path:
    titles = [*dict.fromkeys(title for row in (handed_out(root, 0, **FOUND), FOUND_NOTHING, *rows) for title in row)]
    return write_rows(root.path.parent / "back" / name, rows, titles, **how)


def taken(root: Root, file: Path, now: datetime = NOW) -> Imported:
    return import_file(root, file, PROJECT, now)


def counts(one: Imported) -> tuple[int, int, int, int]:
    return one.taken, one.unchanged, one.blank, one.sent_back


def standing(root: Root) -> dict[str, str]:
    with open_work(None) as con:
        lay_current(con, root)
        return dict(con.execute("select clue_id, state from previous_ledger").fetchall())


def answer(one: Imported) -> list[Row]:
    return read_rows(one.answers[0])


def test_good_rows_are_taken_and_faulty_ones_come_back(root: Root) -> None:
    rows = [handed_out(root, 0, **FOUND_NOTHING), handed_out(root, 1, **FOUND | {"处理方式": ""}), handed_out(root, 2)]
    one = taken(root, returned(root, "东街.xlsx", *rows))
    assert (one.status, counts(one), one.is_usable) == ("taken", (1, 0, 1, 1), True)
    assert [standing(root)[clue(n)] for n in range(3)] == ["查否", "待核查", "待核查"]
    assert [(row["收件结果"], row["退回原因"]) for row in answer(one)] == [
        ("已收", ""), ("退回", "“核查结果”是查实，请填“处理方式”"), ("未填", ""),
    ]  # fmt: skip
    decided = pl.read_parquet(records_of(root)[0].decisions).to_dicts()[0]
    assert decided | {"verifier": "赵核", "verified_on": date(2023, 8, 25), "file": "东街.xlsx", "row": 2} == decided
    assert decided["decided_at"] == NOW.replace(tzinfo=None) and decided["evidence_hash"] == "e0"
    assert decided["methods"] == "听对象陈述、查原始资料"


def test_the_same_file_twice_changes_nothing(root: Root) -> None:
    file = returned(root, "东街.xlsx", handed_out(root, 0, **FOUND_NOTHING))
    first, again = taken(root, file), taken(root, file)
    assert (again.status, again.record, again.is_usable) == ("known", first.record, True)
    assert (counts(first), counts(again)) == ((1, 0, 0, 0), (0, 1, 0, 0)), "what was taken before is not taken now"
    saved = returned(root, "东街另存.xlsx", handed_out(root, 0, **FOUND_NOTHING), above=[["另存的一份"]])
    assert counts(taken(root, saved)) == (0, 1, 0, 0)
    assert [pl.read_parquet(record.decisions).height for record in records_of(root)] == [1, 0]


def test_the_same_bytes_under_another_name_are_answered_under_that_name(root: Root) -> None:
    rows = [handed_out(root, 0, **FOUND_NOTHING), handed_out(root, 1, **FOUND | {"核查人": ""})]
    file = returned(root, "东街.xlsx", *rows)
    first = taken(root, file)
    copy = file.rename(file.with_name("东街（再交）.xlsx"))
    second = taken(root, copy)
    assert (second.status, second.file, counts(second), second.is_usable) == ("known", copy.name, (0, 1, 0, 1), True)
    assert second.record != first.record
    assert [row["收件结果"] for row in answer(second)] == ["未变", "退回"]
    (named,) = hand_out(records_of(root)[1], root.path.parent)
    assert named.name == "000002_东街（再交）.xlsx"
    again = taken(root, copy)
    assert (again.status, again.record, counts(again)) == ("known", second.record, (0, 1, 0, 1))
    assert [pl.read_parquet(record.decisions).height for record in records_of(root)] == [1, 0]


def test_a_copy_in_the_inbox_is_answered_once_and_a_known_file_never_again(root: Root) -> None:
    folder = root.inbox / "verification"
    folder.mkdir()
    file = returned(root, "东街.xlsx", handed_out(root, 0, **FOUND_NOTHING)).rename(folder / "东街.xlsx")
    assert [one.status for one in import_inbox(root, PROJECT, 0.0, datetime.now(UTC))[0]] == ["taken"]
    (folder / "副本.xlsx").write_bytes(file.read_bytes())
    told = import_inbox(root, PROJECT, 0.0, datetime.now(UTC))[0]
    assert [(one.file, one.status, one.taken) for one in told] == [("副本.xlsx", "known", 0)]
    assert import_inbox(root, PROJECT, 0.0, datetime.now(UTC))[0] == ()


def test_a_refused_file_is_told_under_each_of_its_names(root: Root) -> None:
    file = hostile(root.path.parent, "archive")
    assert (taken(root, file).status, taken(root, file).status) == ("refused", "known")
    other = file.rename(file.with_name("台账（再交）.zip"))
    assert (taken(root, other).status, taken(root, other).file) == ("refused", other.name)
    assert [record.receipt["file"] for record in records_of(root)] == ["台账.zip", "台账（再交）.zip"]


def test_columns_in_any_order_under_title_rows_with_more_columns(root: Root) -> None:
    row = handed_out(root, 3, **FOUND, 备用="街道自用")
    titles = list(reversed(row))
    file = write_rows(root.path.parent / "乱序.xlsx", [row], titles, above=[["东街核查台账"], [], ["填报单位：东街"]])
    assert counts(taken(root, file)) == (1, 0, 0, 0)
    assert standing(root)[clue(3)] == "查实"


def test_an_old_workbook_format_and_text_files_are_read(root: Root) -> None:
    row = handed_out(root, 1, **FOUND | {"核查日期": "2023年8月25日"})
    head, line = ",".join(row), ",".join(f'"{cell}"' for cell in row.values())
    place = root.path.parent / "东街.csv"
    place.write_bytes(f"{head}\n{line}\n".encode("gb18030"))
    assert counts(taken(root, place)) == (1, 0, 0, 0)


@pytest.mark.parametrize(
    "edit",
    [{"姓名": "李四"}, {"涉及金额": 1200.51}, {EVIDENCE_HASH: "e9"}, {CLUE_ID: clue(4)}, {SEAL: ""}, {"证据": ""}],
)
def test_a_row_changed_outside_its_cells_is_refused(root: Root, edit: Row) -> None:
    one = taken(root, returned(root, "改.xlsx", handed_out(root, 0, **FOUND_NOTHING) | edit))
    assert counts(one) == (0, 0, 0, 1) and not one.is_usable
    assert "填写列以外的单元格被改动过" in answer(one)[0]["退回原因"]


def test_how_a_spreadsheet_saves_numbers_and_line_ends_is_no_change(root: Root) -> None:
    row = handed_out(root, 0, **FOUND_NOTHING)
    file = returned(root, "另存.xlsx", row | {"期数": "3.00", "涉及金额": "1,200.50", "证据": "第一行\r\n第二行 "})
    assert counts(taken(root, file)) == (1, 0, 0, 0)


def test_unknown_clues_are_answered_too(root: Root) -> None:
    one = taken(root, returned(root, "外.xlsx", handed_out(root, 77, **FOUND_NOTHING), handed_out(root, 78)))
    assert counts(one) == (0, 0, 0, 2)
    assert [row[CLUE_ID] for row in answer(one)] == [clue(77), clue(78)]


def test_a_line_of_totals_is_no_row(root: Root) -> None:
    rows = [handed_out(root, 0, **FOUND_NOTHING), {"姓名": "合计", "涉及金额": 1200.5}, {"核查结果": "查否"}]
    one = taken(root, returned(root, "合计.xlsx", *rows))
    assert counts(one) == (1, 0, 0, 1)
    assert [row["核查结果"] for row in answer(one)] == ["查否", "查否"]


def test_one_clue_twice_in_a_file(root: Root) -> None:
    alike = [handed_out(root, 0, **FOUND_NOTHING), handed_out(root, 0), handed_out(root, 0, **FOUND_NOTHING)]
    unlike = [handed_out(root, 1, **FOUND_NOTHING), handed_out(root, 1, **FOUND)]
    one = taken(root, returned(root, "重复.xlsx", *alike, *unlike))
    assert counts(one) == (1, 1, 1, 2)
    assert (standing(root)[clue(0)], standing(root)[clue(1)]) == ("查否", "待核查")
    assert "第 5、6 行" in answer(one)[3]["退回原因"] and "只收一次" in answer(one)[2]["退回原因"]


def test_a_second_street_with_another_finding_hears_of_the_first(root: Root) -> None:
    taken(root, returned(root, "东街.xlsx", handed_out(root, 0, **FOUND_NOTHING)))
    one = taken(root, returned(root, "西街.xlsx", handed_out(root, 0, **FOUND), handed_out(root, 1, **FOUND)))
    assert counts(one) == (1, 0, 0, 1)
    assert "已认定为“查否”（核查人 赵核，2023-08-25，东街.xlsx）" in answer(one)[0]["退回原因"]


def test_an_answer_that_was_corrected_is_taken(root: Root) -> None:
    file = returned(
        root, "东街.xlsx", handed_out(root, 0, **FOUND_NOTHING), handed_out(root, 1, **FOUND | {"核查人": ""})
    )
    rows = answer(taken(root, file))
    again = write_rows(
        root.path.parent / "回执.xlsx", [row | ({"核查人": "孙"} if row["退回原因"] else {}) for row in rows]
    )
    assert counts(taken(root, again)) == (1, 1, 0, 0)


def test_texts_that_look_like_formulas_come_back_as_texts(root: Root) -> None:
    row = handed_out(root, 0, **FOUND_NOTHING | {"说明": '=HYPERLINK("http://x","点")', "核查日期": "=TODAY()"})
    one = taken(root, returned(root, "注入.xlsx", row))
    assert answer(one)[0]["说明"] == '=HYPERLINK("http://x","点")'
    with zipfile.ZipFile(one.answers[0]) as packed:
        assert not any(b"<f>" in packed.read(name) for name in packed.namelist() if "sheet" in name)


def hostile(place: Path, kind: str) -> Path:
    """A file that is no ledger workbook."""
    good = write_rows(place / "good.xlsx", [{CLUE_ID: "1", "核查结果": "查否"}])
    contents = {
        "empty": b"", "junk": os.urandom(5000), "web page": b"<html><table><tr><td>1</td></tr></table></html>",
        "cut off": good.read_bytes()[:-300], "password": b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"),
    }  # fmt: skip
    file = place / f"{kind}.xlsx"
    if kind in contents:
        file.write_bytes(contents[kind])
    elif kind == "other titles":
        write_rows(file, [{"姓名": "张三", "身份证号": "1"}])
    elif kind == "one title twice":
        write_rows(file, [{CLUE_ID: "1", "核查结果": "查否", "核查结果 ": "查实", "核查人": "赵"}])
    elif kind == "archive":
        file = place / "台账.zip"
        with zipfile.ZipFile(file, "w") as packed:
            packed.write(good, "good.xlsx")
    elif kind == "link":
        file.symlink_to(good)
    elif kind == "picture":
        file = place / "现场.jpg"
        file.write_bytes(b"\xff\xd8\xff")
    return file


HOSTILE = (
    "empty", "junk", "web page", "cut off", "password", "other titles", "one title twice", "archive", "link", "picture",
)  # fmt: skip


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_file_that_is_no_ledger_is_refused_with_a_reason(root: Root, kind: str) -> None:
    one = taken(root, hostile(root.path.parent, kind))
    assert (one.status, one.is_usable) == ("refused", False)
    assert one.problem and "Traceback" not in one.problem
    line = json.loads((root.state / "audit.jsonl").read_text().splitlines()[-1])
    assert (line["act"], line["status"], line["problem"]) == ("import", "refused", one.problem)
    assert (root.state / "audit.jsonl").stat().st_mode & 0o777 == 0o600
    assert standing(root)[clue(0)] == "待核查"


def test_a_broken_file_in_the_inbox_stops_nothing_and_is_told_once(root: Root) -> None:
    folder = root.inbox / "verification" / "东街"
    folder.mkdir(parents=True)
    hostile(folder, "junk")
    (folder / "good.xlsx").unlink()
    returned(root, "东街.xlsx", handed_out(root, 0, **FOUND_NOTHING)).rename(folder / "东街.xlsx")
    (folder / "~$东街.xlsx").write_bytes(b"lock")
    (folder / "大.xlsx.part").write_bytes(b"half")
    imported, waiting = import_inbox(root, PROJECT, 0.0, datetime.now(UTC))
    assert sorted((one.file, one.status) for one in imported) == [("junk.xlsx", "refused"), ("东街.xlsx", "taken")]
    assert sorted(waiting) == ["东街/~$东街.xlsx", "东街/大.xlsx.part"]
    lines = (root.state / "audit.jsonl").read_text()
    assert import_inbox(root, PROJECT, 0.0, datetime.now(UTC))[0] == ()
    assert (root.state / "audit.jsonl").read_text() == lines


def test_links_pipes_and_second_names_in_the_inbox_are_refused_and_never_read(root: Root) -> None:
    folder = root.inbox / "verification"
    folder.mkdir()
    (folder / "folder").symlink_to(root.state)
    (folder / "link.xlsx").symlink_to(root.state / "secret")
    os.link(root.state / "secret", folder / "second.xlsx")
    os.mkfifo(folder / "pipe.xlsx")
    (folder / "Thumbs.db").write_bytes(b"x")
    imported, waiting = import_inbox(root, PROJECT, 0.0, datetime.now(UTC))
    assert waiting == ()
    assert {one.file: (one.status, one.sha256, one.record) for one in imported} == dict.fromkeys(
        ("folder", "link.xlsx", "second.xlsx", "pipe.xlsx"), ("refused", None, None)
    )
    assert [path for path in root.archive.rglob("*") if path.is_file()] == []


def test_a_folder_of_returns_that_is_a_link_is_not_followed(root: Root, tmp_path: Path) -> None:
    file = returned(root, "东街.xlsx", handed_out(root, 0, **FOUND_NOTHING))
    (root.inbox / "verification").symlink_to(file.parent)
    assert import_inbox(root, PROJECT, 0.0, datetime.now(UTC)) == ((), ())
    assert taken(root, root.inbox / "verification" / file.name).status == "refused"
    assert taken(root, file).status == "taken"


def test_a_return_of_the_future_waits_until_it_stands_still(root: Root) -> None:
    folder = root.inbox / "verification"
    folder.mkdir()
    file = returned(root, "东街.xlsx", handed_out(root, 0, **FOUND_NOTHING)).rename(folder / "东街.xlsx")
    now = datetime.now(UTC)
    os.utime(file, (now.timestamp() + 9_000,) * 2)
    assert import_inbox(root, PROJECT, 60.0, now) == ((), ("东街.xlsx",))
    imported, waiting = import_inbox(root, PROJECT, 60.0, now + timedelta(seconds=60))
    assert [(one.file, one.status) for one in imported] == [("东街.xlsx", "taken")] and waiting == ()


def test_a_name_with_control_characters_is_shown_with_escapes(root: Root) -> None:
    file = returned(root, "东\u202e街\x1b.xlsx", handed_out(root, 0, **FOUND_NOTHING))
    assert taken(root, file).file == "东\\u202e街\\x1b.xlsx"


def test_files_still_being_written_wait(root: Root) -> None:
    folder = root.inbox / "verification"
    folder.mkdir()
    returned(root, "东街.xlsx", handed_out(root, 0, **FOUND_NOTHING)).rename(folder / "东街.xlsx")
    assert import_inbox(root, PROJECT, 3600.0, datetime.now(UTC)) == ((), ("东街.xlsx",))


def test_every_returned_file_is_archived(root: Root) -> None:
    file = returned(root, "东街.xlsx", handed_out(root, 0, **FOUND_NOTHING))
    one = taken(root, file)
    assert one.sha256 and Archive(root.archive).place(one.sha256).read_bytes() == file.read_bytes()


def test_a_file_that_is_gone_meanwhile_is_told(root: Root) -> None:
    one = taken(root, root.path / "nosuch.xlsx")
    assert (one.status, one.record) == ("refused", None) and "文件已不在" in str(one.problem)


def test_returns_at_the_same_time_merge(root: Root) -> None:
    files = [returned(root, f"{n}.xlsx", handed_out(root, n, **FOUND_NOTHING)) for n in range(4)]
    threads = [threading.Thread(target=taken, args=(root, file)) for file in files]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [standing(root)[clue(n)] for n in range(4)] == ["查否"] * 4
    assert [record.record[:6] for record in records_of(root)] == ["000001", "000002", "000003", "000004"]


def test_two_streets_give_the_same_ledger_in_either_order(tmp_path: Path) -> None:
    ledgers = []
    for order in ((0, 1), (1, 0)):
        root = rooted(tmp_path / f"root{order[0]}", LEDGER)
        files = [returned(root, f"{n}.xlsx", handed_out(root, n, **FOUND)) for n in order]
        for file in files:
            taken(root, file)
        ledgers.append(standing(root))
    assert ledgers[0] == ledgers[1]


def test_another_import_that_holds_the_records_too_long_is_told(root: Root) -> None:
    with held(root), pytest.raises(BusyError), held(root, patience=0.1):
        pass


def test_what_a_killed_import_left_is_no_record(root: Root) -> None:
    folder = root.state / "verification"
    (folder / ".000001-aaaaaaaaaaaa.partial").mkdir(parents=True)
    taken(root, returned(root, "东街.xlsx", handed_out(root, 0, **FOUND_NOTHING)))
    assert [place.name[:6] for place in sorted(folder.iterdir())] == [".lock", "000001"]


@pytest.mark.parametrize("name", ["receipt.json", "decisions.parquet"])
def test_a_damaged_record_is_named(root: Root, name: str) -> None:
    one = taken(root, returned(root, "东街.xlsx", handed_out(root, 0, **FOUND_NOTHING)))
    place = root.state / "verification" / str(one.record) / name
    place.write_bytes(place.read_bytes()[:-1] + b"?")
    with pytest.raises(PublishError, match="damaged"):
        standing(root)


def test_an_answer_that_somebody_saved_where_it_is_kept_stops_nothing(root: Root) -> None:
    one = taken(root, returned(root, "东街.xlsx", handed_out(root, 0, **FOUND_NOTHING)))
    assert [copy.name for copy in hand_out(records_of(root)[0], root.path.parent)] == ["000001_东街.xlsx"]
    one.answers[0].write_bytes(b"saved again")
    assert standing(root)[clue(0)] == "查否"
    assert records_of(root)[0].changed() == [one.answers[0]]
    assert hand_out(records_of(root)[0], root.path.parent) == ()


def test_nothing_is_taken_before_the_first_run(tmp_path: Path) -> None:
    root = Root(tmp_path)
    root.prepare()
    with pytest.raises(UsageError, match="nothing is published"):
        taken(root, write_rows(tmp_path / "x.xlsx", [{CLUE_ID: "1", "核查结果": "查否"}]))


def test_records_are_closed_to_others(root: Root) -> None:
    taken(root, returned(root, "东街.xlsx", handed_out(root, 0, **FOUND_NOTHING)))
    modes = {place.stat().st_mode & 0o077 for place in (root.state / "verification").rglob("*")}
    assert modes == {0}


def test_a_plan_closes_with_its_last_result(tmp_path: Path) -> None:
    root = rooted(tmp_path / "root", UNFOUNDED)
    plan = draw(root, rate="0.3")
    drawn = plan.targets()["target"].to_list()
    assert len(drawn) == 2 and [standing(root)[one] for one in drawn] == ["复核中", "复核中"]
    numbers = [int(one, 16) for one in drawn]
    upheld = FOUND_NOTHING | {"核查结果": "查否维持"}
    one = taken(root, returned(root, "一.xlsx", handed_out(root, numbers[0], **upheld)))
    assert counts(one) == (1, 0, 0, 0)
    assert standing(root)[drawn[0]] == "查否维持"
    overturned = FOUND | {"核查结果": "改判查实"}
    assert counts(taken(root, returned(root, "二.xlsx", handed_out(root, numbers[1], **overturned)))) == (1, 0, 0, 0)
    after = standing(root)
    assert after.pop(drawn[1]) == "改判查实" and set(after.values()) == {"已销号"}
    kinds = [pl.read_parquet(record.decisions)["kind"].unique().to_list() for record in records_of(root)]
    assert kinds == [["draw"], ["recheck"], ["recheck"], ["close"]]


def test_a_night_closes_a_plan_that_waits_for_nothing_any_more(tmp_path: Path) -> None:
    root = rooted(tmp_path / "root", UNFOUNDED)
    drawn = draw(root, rate="0.2").targets()["target"].to_list()
    import_inbox(root, PROJECT, 0.0, NOW)
    assert [standing(root)[one] for one in drawn] == ["复核中"] * 2
    with held(root):
        exempt = [Decision(kind="ledger", clue_id=one, state="豁免") for one in drawn]
        append(root, exempt, NOW)
    import_inbox(root, PROJECT, 0.0, NOW)
    after = standing(root)
    assert [after.pop(one) for one in drawn] == ["豁免"] * 2 and set(after.values()) == {"已销号"}


def test_a_sheet_of_a_plan_is_read_with_its_own_columns(root: Root) -> None:
    targets = pl.DataFrame(
        {"sort": ["household", "clue"], "target": ["h1", clue(0)], "street": ["东街", "东街"], "item": None,
         "evidence": None, "checker": None, "community": "新村", "name": "张三", "id_number": "429999196001010016",
         "told": "看户内人口"}
    )  # fmt: skip
    place = root.path.parent / "drawn.parquet"
    targets.write_parquet(place)
    population = root.path.parent / "population.parquet"
    targets.write_parquet(population)
    told = {"plan": {"kind": "spot", "rate": "0.3", "seed": 1, "run": root.latest(), "records": 0, "drawn": 2}}
    with held(root):
        plan = append(root, [], NOW, files={"drawn.parquet": place, "population.parquet": population}, told=told).record
    row: Row = {
        PLAN: plan, TARGET: "h1", "姓名": "张三", "检查内容": "看户内人口", RESULT: "发现问题", "核查人": "赵",
        "核查日期": date(2023, 9, 1), "说明": "一人已迁出",
    }  # fmt: skip
    rows = [row, row | {TARGET: clue(0), "姓名": "改名"}, row | {TARGET: "h9"}]
    one = taken(root, write_rows(root.path.parent / "抽查.xlsx", rows))
    assert counts(one) == (1, 0, 0, 2)
    decided = pl.read_parquet(records_of(root)[1].decisions).to_dicts()[0]
    assert [decided[name] for name in ("kind", "plan", "target_key", "clue_id", "outcome", "state")] == [
        "spot", plan, "h1", None, "发现问题", None,
    ]  # fmt: skip
    reasons = [answered["退回原因"] for answered in read_rows(one.answers[0], mark=TARGET)]
    assert "“姓名”被改动过" in reasons[1] and "不认识" in reasons[2]
    other = taken(root, write_rows(root.path.parent / "抽查2.xlsx", [row | {RESULT: "未发现问题"}]))
    assert counts(other) == (0, 0, 0, 1)
    last = taken(root, write_rows(root.path.parent / "抽查3.xlsx", [row | {TARGET: clue(0)}]))
    assert counts(last) == (1, 0, 0, 0)
    assert records_of(root)[-1].receipt["closes"] == [plan]
    assert standing(root)[clue(0)] == "待核查"


def test_a_withdrawn_draw_makes_it_unfounded_again(tmp_path: Path) -> None:
    root = rooted(tmp_path / "root", UNFOUNDED)
    with held(root):
        append(root, [Decision(kind="draw", clue_id=clue(0), state="复核中")], NOW)
        append(root, [Decision(kind="draw", plan="x", clue_id=clue(0), state="查否")], NOW)
    assert standing(root)[clue(0)] == "查否"


def test_a_damaged_ledger_is_named(root: Root) -> None:
    place = root.published / str(root.latest()) / "ledger.parquet"
    place.write_bytes(place.read_bytes()[:-1])
    with pytest.raises(PublishError, match="ledger is gone or damaged"):
        taken(root, returned(root, "东街.xlsx", handed_out(root, 0, **FOUND_NOTHING)))
