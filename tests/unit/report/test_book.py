"""The report's workbook as a spreadsheet reads it."""

import re
import zipfile
from io import BytesIO

import pytest
from python_calamine import CalamineWorkbook

from huimin.report.book import workbook
from huimin.report.month import gather_edition
from unit.published_run import OTHER, PERSON, ready_to_publish
from unit.report_world import HOSTILE, RUN_DATE, content_of, hostile, worked_off
from unit.work_database import contracts

SCHEMAS = 'Target="http://schemas.openxmlformats.org'
SHEETS = [
    "统计表",
    "进度",
    "零报送",
    "数据质量",
    "交付",
    "交付看板",
    "查实率",
    "变化",
    "趋势",
    "涉及金额",
    "规则",
    "其他统计表",
]


def sheet(content: bytes, name: str) -> list[list[object]]:
    return CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_name(name).to_python()


def test_the_first_sheet_is_the_districts_form():
    content = workbook(content_of(worked_off()))
    assert CalamineWorkbook.from_filelike(BytesIO(content)).sheet_names == SHEETS
    told, *rows = sheet(content, "统计表")
    assert told[0] == "运行日 2023-09-01　运行编号 20230901T020000-abc123"
    assert rows[0][0] == "疑点线索统计表"
    assert rows[1] == ["序号", "责任部门", "项目名称", "条数", "部门总条数", "占比"]
    assert rows[2] == [1, "区教育局", "义务教育家庭经济困难学生生活补助", 37, 45, 0.1163]
    assert rows[3] == [2, "", "普通高中助学金", 8, "", ""]
    assert rows[4] == [3, "区科经局", "汽车以旧换新补贴", 274, 274, 0.708]
    assert rows[10] == [9, "区社保处", "困难群体人员代缴城乡居保费", 46, 46, 0.1189]
    assert rows[11] == ["总计", "", "", 387, 387, 1]
    assert len(rows) == 12


def test_a_departments_cells_are_merged_over_its_rows_as_on_the_form():
    with zipfile.ZipFile(BytesIO(workbook(content_of(worked_off())))) as book:
        merged = set(re.findall(r'mergeCell ref="([A-Z0-9:]+)"', book.read("xl/worksheets/sheet1.xml").decode()))
    assert {"B4:B5", "E4:E5", "F4:F5", "B7:B11", "E7:E11", "F7:F11", "A13:C13"} < merged


def test_progress_is_there_by_street_and_department_with_what_it_adds_up_to():
    rows = sheet(workbook(content_of(worked_off())), "进度")
    assert ["关山街道", 160, 70, 12, 4, 40, 46, 8, 10, 30, 212300.5, 101650] in rows
    assert ["（未填街道）", 2, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0] in rows
    assert ["区科经局", 274, 134, 37, 12, 60, 68, 14, 20, 41, 312300.5, 137650] in rows
    assert rows.count(["合计", 430, 214, 37, 12, 96, 108, 14, 25, 61, 412300.5, 187650]) == 2


def test_rates_have_their_intervals_and_rules_to_review_are_marked():
    rows = sheet(workbook(content_of(worked_off())), "查实率")
    assert ["合计", 204, 96, 0.471, 0.404, 0.539, ""] in rows
    assert ["dibao_tekun（2 级）", 60, 2, 0.033, 0.009, 0.114, "是"] in rows
    assert ["deceased（1 级）", 50, 45, 0.9, 0.786, 0.957, ""] in rows


def test_a_month_stands_before_the_progress_and_has_its_own_zero_reports():
    con = worked_off()
    edition = gather_edition(con, RUN_DATE.replace(month=8), RUN_DATE, contracts())
    content = workbook(content_of(con), edition)
    assert ["销号", "1", "1"] in [row[:3] for row in sheet(content, "进度")]
    assert ["和平街道", "街道", "零核查", "1 条待核查，本月没有报送核查结果"] in sheet(content, "零报送")


def test_the_same_content_gives_the_same_bytes():
    assert workbook(content_of(hostile())) == workbook(content_of(hostile()))


def test_chosen_names_stay_strings():
    content = workbook(content_of(hostile()))
    with zipfile.ZipFile(BytesIO(content)) as book:
        for name in book.namelist():
            text = book.read(name).decode(errors="replace")
            assert not re.search("<f[ >]|<hyperlink |Target=.http", text.replace(SCHEMAS, "")), name
        assert "externalLink" not in " ".join(book.namelist())
    cells = [cell for name in SHEETS for row in sheet(content, name) for cell in row]
    for name in (*HOSTILE[:5], "=1+1", " <r><t>rich</t></r>", "a＿x000A_b"):
        assert name in cells


@pytest.mark.parametrize("world", [ready_to_publish, worked_off], ids=["small", "worked off"])
def test_nobody_is_named(world):
    with zipfile.ZipFile(BytesIO(workbook(content_of(world())))) as book:
        text = "".join(book.read(name).decode(errors="replace") for name in book.namelist())
    for secret in (PERSON, OTHER, "张三丰", "李四", "赵核查", "429999"):
        assert secret not in text


def test_a_run_that_found_nothing_has_every_sheet():
    nothing = dict.fromkeys(
        ("clues", "statistics", "changes", "ledger", "exposure", "deliveries", "rules", "quality"), ""
    )
    content = workbook(content_of(ready_to_publish(nothing)))
    assert sheet(content, "统计表")[3] == ["总计", "", "", 0, 0, ""]
    assert ["尚无核查结果"] in [row[:1] for row in sheet(content, "查实率")]
