"""The provincial system's import table: columns as they are mapped, only what may be sent, and who sent it when."""

import json
import re
import tomllib
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from xml.etree import ElementTree

import duckdb
import pytest

from deliveries import HEAD, WIFE
from huimin.cli import run
from huimin.errors import ContractError
from huimin.ledger.fold import lay_decisions, lay_previous, lay_standing
from huimin.store.root import Root
from huimin.tables.declared import CARDS, column_types
from huimin.upkeep.doctor import definitions
from huimin.workbooks.book_rows import Issue, lay_book_rows
from huimin.workbooks.columns import CLUE_ID
from huimin.workbooks.provincial import cases_of, rows_of, write_files
from huimin.workbooks.provincial_columns import (
    CASE_COLUMNS,
    SENT,
    ProvincialColumn,
    ProvincialTable,
    provincial_table,
    wrong_table,
)
from nights import CHECKOUT, PROJECT
from unit.work_database import fill
from unit.workbooks import MAIN, Book

MAPPED = """
[provincial]
sheet = "导入"
above = ["某省惠民资金问题线索导入表", "=SUM(A1)"]
max_rows = 1
columns = [
    { heading = "证件号", from = "身份证号", required = true },
    { heading = "姓名", from = "姓名", form = "脱敏" },
    { heading = "证件类型", fixed = "01" },
    { heading = "项目", from = "项目名称", values = { "城市低保" = "0101" } },
    { heading = "金额", from = "涉及金额", form = "分" },
    { heading = "发现", from = "发现日期", form = "yyyymmdd" },
    { heading = "结果", from = "核查结果", values = { "查实" = "1", "部分查实" = "1", "改判查实" = "1" } },
]
"""


@pytest.fixture
def settings(root: Path) -> Iterator[Path]:
    """Where the root's settings may be written for one test."""
    place = Root(root).settings()
    yield place
    place.unlink(missing_ok=True)


def test_the_files_are_as_the_settings_map_them(root: Path, settings: Path, tmp_path: Path) -> None:
    settings.write_text(MAPPED)
    place = tmp_path / "省平台.xlsx"
    assert run(["ledger", "provincial", "-o", str(place), "--root", str(root)]) == 0
    places = sorted(tmp_path.iterdir(), key=lambda one: len(one.name))
    assert [one.name for one in places] == ["省平台.xlsx", "省平台（2）.xlsx"]
    above, formula, headings, row = Book(place).cells("导入")
    assert (above[0], formula[0]) == ("某省惠民资金问题线索导入表", "=SUM(A1)")
    assert headings == ["证件号", "姓名", "证件类型", "项目", "金额", "发现", "结果"]
    (other,) = Book(places[1]).cells("导入")[3:]
    assert sorted([row, other]) == [
        [HEAD, "张*", "01", "0101", "50000", "20230822", ""],
        [WIFE, "李*", "01", "0101", "50000", "20230822", ""],
    ]
    assert {kind_of(cell) for one in places for cell in Book(one).sheet().iter(f"{MAIN}c")} <= {"inlineStr", "s", None}
    assert Book(place).sheet().find(f".//{MAIN}f") is None
    assert {one.stat().st_mode & 0o777 for one in places} == {0o600}


def kind_of(cell: ElementTree.Element) -> str | None:
    return cell.get("t")


def test_the_audit_log_tells_what_left(root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place = tmp_path / "省.xlsx"
    words = ["ledger", "provincial", "--street", "甲街道", "--state", "待核查", "-o", str(place), "--root", str(root)]
    assert run([*words, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["clues"] == 2
    told = json.loads((root / "state" / "audit.jsonl").read_text().splitlines()[-1])
    assert (told["act"], told["street"], told["states"], told["clues"]) == ("provincial", "甲街道", ["待核查"], 2)
    assert told["files"] == {"省.xlsx": sha256(place.read_bytes()).hexdigest()}
    assert HEAD not in json.dumps(told) and "张三" not in json.dumps(told, ensure_ascii=False)


@pytest.mark.parametrize(
    ("words", "code", "problem"),
    [
        (["--street", "无此街道"], 2, "the ledger has no such street\ntry: one of 甲街道"),
        (["--state", "豁免"], 2, "豁免: no such state\ntry: one of 待核查、查实"),
        (["--state", "已销号"], 2, "no clue is to be sent"),
        (["-o", "省.csv"], 2, "no workbook"),
    ],
)
def test_what_cannot_be_sent_is_told(
    words: list[str],
    code: int,
    problem: str,
    root: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["ledger", "provincial", *words, "--root", str(root)]) == code
    assert problem in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_value_without_a_code_stops_before_anything_is_written(
    root: Path, settings: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.write_text(MAPPED.replace('"城市低保"', '"城市底保"'))
    assert run(["ledger", "provincial", "-o", str(tmp_path / "x.xlsx"), "--root", str(root)]) == 10
    assert "settings.toml: heading “项目”: no code for 城市低保\ntry: give each a code" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("column", "problem", "fix"),
    [
        ('heading = "甲", from = "身份证"', "columns[1].from: no such column", "姓名、身份证号"),
        ('heading = "甲", from = "核查日期", form = "mm-dd"', "核查日期 is not written so", "yyyy-mm-dd、yyyymmdd"),
        ('heading = "甲", from = "核查结果", values = { "属实" = "1" }', "核查结果 is never 属实", "查实、部分查实"),
        ('heading = "甲", from = "姓名", values = { "张三" = "1" }', "姓名 takes no codes", "only for 街道、项目名称"),
        (
            'heading = "甲", from = "原因", values = { "其他" = 9 }',
            "columns[1].values: not a table of codes",
            "values =",
        ),
        ('heading = "甲", from = "姓名", fixed = "无"', "neither or both of from and fixed", "one of `from = …`"),
        ('heading = "甲"', "neither or both of from and fixed", "one of `from = …`"),
        ('heading = "甲", fixed = "无", required = true', "fixed goes with a heading alone", "`fixed = "),
        ('from = "姓名"', "columns[1]: no heading", "`heading = "),
        ('from = "姓名" }, { from = "街道"', "columns[2]: no heading", "`heading = "),
        ('heading = "甲", from = "姓名", width = 3', "unknown key provincial.columns[1].width", "only heading, from"),
    ],
)
def test_a_wrong_column_is_told_with_its_place(tmp_path: Path, column: str, problem: str, fix: str) -> None:
    made = Root(tmp_path)
    made.prepare()
    made.settings().write_text(f"[provincial]\ncolumns = [{{ {column} }}]\n")
    with pytest.raises(ContractError) as fault:
        provincial_table(made)
    assert problem in fault.value.problem and fix in fault.value.fix
    assert "provincial" in fault.value.problem and "None" not in fault.value.problem and "张三" not in str(fault.value)


def test_all_that_is_wrong_with_the_table_is_told_at_once(tmp_path: Path) -> None:
    made = Root(tmp_path)
    made.prepare()
    twice = '{ heading = "甲", fixed = "1" }, { heading = "甲", fixed = "2" }'
    made.settings().write_text(f'[provincial]\nsheet = "a/b"\nmax_rows = 2000000\ncolumns = [{twice}]\n')
    with pytest.raises(ContractError) as fault:
        provincial_table(made)
    assert fault.value.problem.count("; ") == 2 and "heading “甲” twice" in fault.value.problem


CARDS_DRAWN = """clue_id | rule | rule_title | tier | item_title | street | name | id_number | amount_at_risk
c1 | car | 车 | 2 | 城市低保 | 东街 | 王一 | 429999195001010012 | 1000
c2 | car | 车 | 2 | 城市低保 | 西街 | 李二 | 429999196002020025 | 2000
c3 | car | 车 | 2 | 城市低保 | 东街 | 已免 | 429999196002020068 | 2
c4 | car | 车 | 2 | 城市低保 | 东街 | 没了 | 429999196002020084 | 2
c5 | name | 名 | 0 | 资金 |  | 水渠 |  | 10
"""
STANDING = "clue_id | rule | item | street | state | first_seen | outcome | verified_on | closed_on"
LEDGER_DRAWN = f"""{STANDING} | recovered_amount
c1 | car | urban_dibao | 东街 | 已销号 | 2023-08-01 | 查实 | 2023-08-20 | 2023-08-30 | 1000
c2 | car | urban_dibao | 西街 | 待核查 | 2023-08-01 | 查否 | 2023-08-20 |  |
c3 | car | urban_dibao | 东街 | 豁免 | 2023-08-01 |  |  |  |
c4 | car | urban_dibao | 东街 | 自然消除 | 2023-08-01 |  |  |  |
c5 | name | poverty_funds |  | 待核查 | 2023-08-01 |  |  |  |
"""


@pytest.fixture
def ledger() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as con:
        con.execute(f"create table cards ({column_types(CARDS)})")
        fill(con, "cards", CARDS_DRAWN)
        lay_previous(con, None)
        fill(con, "previous_ledger", LEDGER_DRAWN)
        lay_standing(con)
        lay_decisions(con, [])
        lay_book_rows(con, Issue("20230901T020000-abc123", date(2023, 9, 1), b"s" * 32), {})
        yield con


def test_what_vanished_or_is_exempt_stays_here_and_what_was_found_goes_with_its_clue(ledger) -> None:
    cases = {case[CLUE_ID]: case for case in cases_of(ledger, None, SENT)}
    assert list(cases) == ["c1", "c2", "c5"]
    assert (cases["c1"]["核查结果"], cases["c1"]["追缴金额"], cases["c1"]["销号日期"]) == (
        "查实", Decimal("1000.00"), date(2023, 8, 30),
    )  # fmt: skip
    assert cases["c2"]["核查结果"] is None, "a clue opened again is not yet found anything"
    assert [case[CLUE_ID] for case in cases_of(ledger, "未填", SENT)] == ["c5"]
    assert [case[CLUE_ID] for case in cases_of(ledger, "东街", ["已销号"])] == ["c1"]


def test_a_clue_without_what_is_required_is_left_out_and_named(ledger) -> None:
    columns = (
        ProvincialColumn("证件号", "身份证号", required=True),
        ProvincialColumn("结果", "核查结果", required=True),
    )
    rows, left_out = rows_of(columns, list(cases_of(ledger, None, SENT)))
    assert rows == [("429999195001010012", "查实")]
    assert left_out == {"结果": ["c2"], "证件号": ["c5"]}


@pytest.mark.parametrize(
    ("told", "form", "value", "cell"),
    [
        ("涉及金额", None, Decimal("1234567.80"), "1234567.80"),
        ("涉及金额", "万元", Decimal("1234567.89"), "123.456789"),
        ("涉及金额", "分", Decimal("0.10"), "10"),
        ("核查日期", None, date(2023, 8, 5), "2023-08-05"),
        ("核查日期", "yyyy年m月d日", date(2023, 8, 5), "2023年8月5日"),
        ("身份证号", "脱敏", HEAD, "429999************"),
        ("核查日期", None, None, ""),
    ],
)
def test_a_cell_is_written_in_the_form_that_is_asked_for(told: str, form: str | None, value: object, cell: str) -> None:
    assert ProvincialColumn("甲", told, form=form).cell(value) == cell


def test_so_many_rows_a_file_as_the_province_takes(tmp_path: Path) -> None:
    table = ProvincialTable("甲", max_rows=2, columns=(ProvincialColumn("编号", CLUE_ID),))
    places = list(write_files(tmp_path / "x.xlsx", table, [(f"c{number}",) for number in range(5)]))
    assert [place.name for place in places] == ["x.xlsx", "x（2）.xlsx", "x（3）.xlsx"]
    assert [Book(place).cells("甲") for place in places] == [
        [["编号"], *rows] for rows in ([["c0"], ["c1"]], [["c2"], ["c3"]], [["c4"]])
    ]


def test_the_guide_names_every_column_and_form() -> None:
    guide = (CHECKOUT / "docs" / "verification.md").read_text("utf-8").partition("## 报省平台")[2]
    forms = {form for column in CASE_COLUMNS.values() for form in column.forms}
    assert [word for word in (*CASE_COLUMNS, *forms) if word not in guide] == []
    (example,) = re.findall("```toml\n(.*?)```", guide, re.DOTALL)
    assert list(wrong_table(tomllib.loads(example)["provincial"])) == []


def test_the_doctor_sees_a_wrong_mapping_before_it_is_needed(root: Path, settings: Path) -> None:
    settings.write_text('[provincial]\ncolumns = [{ heading = "甲", from = "身份证" }]\n')
    (found,) = [one for one in definitions(PROJECT, root) if one.subject == "settings"]
    assert (found.ok, found.exit_code) == (False, 10) and "columns[1].from" in found.finding
