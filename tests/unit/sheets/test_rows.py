"""Which rows among the data are layout: each kind, its nearest harmless neighbour, and where one ends."""

from pathlib import Path

import pytest

from huimin.cells.types import TYPES
from huimin.contracts.contract import Column, Contract
from unit.sheets.containers import CONTAINERS, grid
from unit.sheets.elderly import LI, ZHANG, contract, reading

TITLES = "序号 | 姓名 | 身份证号 | 发放金额 | 发放月份 | 街道 | 备注"
PERSON = f"9 | 张三 | {ZHANG} | 100 | 2023-08 | 甲街道 |"
FUNDS = contract(
    (
        Column("year", TYPES["year"], ("年度",), required=True),
        Column("authority", TYPES["text"], ("主管部门",), required=True),
        Column("project", TYPES["text"], ("项目名称",)),
        Column("street", TYPES["text"], ("街道",)),
        Column("invested", TYPES["money"], ("投入金额",), required=True, unit="元"),
    )
)
FUNDS_TITLES = "年度 | 主管部门 | 项目名称 | 街道 | 投入金额"
FUND = "2023 | 区水利局 | 灌渠维修 | 西岭镇 | 80000"
ITEMS = contract(
    (Column("item", TYPES["text"], ("补贴项目",), required=True), Column("title", TYPES["text"], ("政策名称",)))
)


def data_rows(folder: Path, drawing: str, container: str = "csv", by: Contract | None = None) -> list[int]:
    """Numbers of the rows that are data; every other is counted as layout."""
    rows = grid(drawing)
    (seen,) = reading(folder, CONTAINERS[container](rows), f"名单.{container}", by=by).tables
    filled = [number for number, row in enumerate(rows, start=1) if any(row)]
    assert seen.rows == (len(rows) if container == "csv" else filled[-1])
    assert seen.faults.is_empty()
    return seen.records["row"].to_list()


def rows_of(drawing: str) -> list[str]:
    """The rows of a drawing, one a line, without its remarks."""
    return [line.strip() for line in drawing.splitlines() if line.strip() and not line.strip().startswith("#")]


LAYOUT = f"""
    # blank: nothing outside ignored columns
    | | | | | |
    3 | | | | | |
    | \u3000 | \u00a0 | | | |
    # totals: the word in any cell, alone, at its end, or before a colon
    合计 | | | 300 | | |
    | 小 计 | | 300 | | |
    | | 总计 | 300 | | |
    | | | | | | 共计
    累计 | | | 900 | | |
    本页小计 | | | 300 | | |
    | 1户合计 | | 300 | | |
    | | | 300 | | 东湖街道合计 |
    | 本页小计：2人 | | 300 | | |
    合计：300元 | | | | | |
    # also where the cell of the ID number holds some digits, and what is named is no person
    | 东湖街道合计 | 123456 | 300 | | |
    合计 | 王五 | 429999********0213 | 300 | | |
    | 东湖街道 | 2人 | 300 | | | 合计
    | | 4.29999E+17 | 300 | | | 合计
    合计 | / | / | 300 | 2023-08 | |
    合\u200b计 | \u202a | | 300 | | |
    | 合计 | 1234567890123 | 300 | 2023-08 | |
    # notes: the first cell is the word, alone or before a colon or a number
    填表人：甲 | | | | | |
    审核人 | | | | | |
    | | | | | | 制表人：甲
    经办人： | | 审核： | | | |
    负责人:甲 | | | | | |
    单位负责人： | | | | 经办人： |
    领导签字 | | | | | |
    制表日期：2023.8.10 | | | | | |
    填报日期20230810 | | | | | |
    填报单位：甲街道 | | | | 填报日期：2023-08-20 |
    备 注：无 | | | | | |
    说明 | 本表一式三份 | | | | |
    注1：如实填写 | | | | | |
    第 1 页 共 2 页 | | | | | |
    第一页 | | | | | |
    | 共2页 | | | | |
    第1页/共2页 | | | | | |
    # numberings of the columns
    栏次 | 1 | 2 | 3 | 4 | 5 | 6
    | 行次 | 1 | 2 | 3 | 4 |
    # the titles again
    序号 | 姓 名 | 身份证号* | 发放金额 | 发放月份 | 街道 | 备注
    # examples
    例 | 李四 | {LI} | 100 | 2023-08 | 甲街道 |
    示例 | 李四 | {LI} | 100 | 2023-08 | |
    样 例 | 李四 | {LI} | 1 | 2023-08 | |
    （例） | 李四 | {LI} | 100 | 2023-08 | |
    (示例) | 李四 | {LI} | 100 | 2023-08 | |
    【样例】 | 李四 | {LI} | 100 | 2023-08 | |
    例： | 李四 | {LI} | 100 | 2023-08 | |
    * 例 * | 李四 | {LI} | 100 | 2023-08 | |
"""
DATA = f"""
    # a person whose ID number was damaged, with a remark: rejected, not lost
    | 李四 | 4.29999E+17 | 450 | 2023-08 | 甲街道 | 两人合计
    | 王五 | 429999********0213 | 450 | 2023-08 | 甲街道 | 与其子合计
    | 王五 | 4299991980 | 450 | 2023-08 | 甲街道 | 小计：2
    # not blank: something outside ignored columns
    3 | | | | | | 已死亡
    | | | | | 甲街道 |
    # a person's row, though a cell is or ends in a word for a total
    3 | 合计 | {LI} | 100 | 2023-08 | 小计 | 共计
    3 | 李四 | {LI[:15]} | 100 | 2023-08 | | 累计
    3 | 李四 | 12345678901234 | 1 | 2023-08 | | 合计
    # the word is the beginning of another
    3 | 合计生 | | 100 | 2023-08 | |
    | 李四 | | 100 | 2023-08 | 小计村 |
    | 李四 | | 100 | 2023-08 | 累计河社区 |
    3 | 李四 | | 100 | | | 合计2人
    # the first cell begins like a note, or is one amid a record
    说明会 | 李四 | | | | |
    备注登记 | 李四 | | | | |
    | 注册员 | | | | |
    | 填表人甲 | | | | |
    | 审核 | | | | |
    备注：办理中 | 李四 | | 100 | 2023-08 | |
    说明 | 李四 | 无 | | 2023-08 | |
    | 李四 | | | | | 备注：无
    | 第三页纸业 | | | | |
    | 第1页码头 | | | | |
    # no numbering
    栏次村 | 李四 | | 1 | | |
    | 李四 | 1 | 2 | 3 | 栏次 |
    栏次 | 李四 | {LI} | 3 | 2023-08 | |
    # an example is told by its serial number alone
    例1 | 李四 | {LI} | 100 | 2023-08 | |
    （例外） | 李四 | {LI} | 100 | 2023-08 | |
    1（例） | 李四 | {LI} | 100 | 2023-08 | |
    3 | （例） | {LI} | 100 | 2023-08 | |
    3 | 例 | {LI} | 100 | 2023-08 | 示例 | 样例
"""


@pytest.mark.parametrize("container", CONTAINERS)
@pytest.mark.parametrize("row", rows_of(LAYOUT))
def test_layout(tmp_path: Path, row: str, container: str) -> None:
    assert data_rows(tmp_path, f"{TITLES}\n{row}\n{PERSON}", container) == [3]


@pytest.mark.parametrize("container", CONTAINERS)
@pytest.mark.parametrize("row", rows_of(DATA))
def test_data(tmp_path: Path, row: str, container: str) -> None:
    assert data_rows(tmp_path, f"{TITLES}\n{row}\n{PERSON}", container) == [2, 3]


FUNDS_LAYOUT = """
    2023 | 合计 | | | 300
    2023 | 区级合计 | | | 300
    合计 | | | | 300
    2023 | 区水利局 | 小计 | | 300
    2023 | 区水利局 | | 小 计： | 300
    本页合计： | 区水利局 | | | 300
    | 总计：3项 | | | 300
    # a word for a total alone, in any text: with signs around it, what is counted, or a bracket
    2023 | 合计数 | | | 300
    2023 | 区水利局 | 合 计 数 | | 300
    2023 | 区水利局 | 累计数 | | 300
    2023 | 总 数 | | | 300
    总额 | 区水利局 | | | 300
    2023 | 区水利局 | | 【合计】 | 300
    2023 | *合计* | | | 300
    2023 | 区水利局 | “合计” | | 300
    2023 | 区水利局 | 合计(1项) | | 300
    2023 | 区水利局 | 合计（一） | | 300
    2023 | 总计（元） | | | 300
    2023 | 区水利局 | 合計 | | 300
    總計 | 区水利局 | | | 300
    共计42项 | 区水利局 | | | 300
    2023 | 区水利局 | 总计 42 项 | | 300
    2023 | 区水利局 | 合计：十二个项目 | | 300
    2023 | 合计（2家） | | | 300
    2023 | 区水利局 | 总计12.5万元 | | 300
    # behind a few characters, where a total is told
    2023 | 东湖街道合计数 | | | 300
    【本页小计】 | 区水利局 | | | 300
    2023 | 东湖街道合计（2家） | | | 300
    备注：以上属实 | | | |
    填表人：甲 | | 审核人：乙 | |
    | 说明 | | |
    栏次 | 1 | 2 | 3 | 4
"""
FUNDS_DATA = """
    2023 | 合计生猪办 | | | 300
    2023 | 区水利局 | 合计生猪补贴项目 | | 300
    2023 | 区水利局 | 合计生猪补贴 | | 300
    2023 | 区水利局 | 合计划拨项目 | | 300
    2023 | 区水利局 | 小计划 | | 300
    2023 | 区水利局 | 总计划 | | 300
    2023 | 区水利局 | 合计数字化 | | 300
    2023 | 区水利局 | 总数据平台 | | 300
    2023 | 区水利局 | 小计三村 | | 300
    2023 | 区水利局 | 灌渠合计数 | | 300
    2023 | 区水利局 | 灌渠（合计） 二期 | | 300
    2023 | 全区发放补贴资金共计42项 | | | 300
    2023 | 按月向全社会公布合计数 | | | 300
    2023 | 区水利局 | 灌渠工程累计 | | 300
    2023 | 区水利局 | 灌渠 | 东湖街道合计 | 300
    2023 | 区水利局 | 说明：补建 | | 300
    备注：补报 | 区水利局 | 灌渠 | | 300
    注1 | 区水利局 | | | 300
"""


@pytest.mark.parametrize("row", rows_of(FUNDS_LAYOUT))
def test_layout_of_a_roster_without_id_numbers(tmp_path: Path, row: str) -> None:
    assert data_rows(tmp_path, f"{FUNDS_TITLES}\n{row}\n{FUND}", by=FUNDS) == [3]


@pytest.mark.parametrize("row", rows_of(FUNDS_DATA))
def test_data_of_a_roster_without_id_numbers(tmp_path: Path, row: str) -> None:
    assert data_rows(tmp_path, f"{FUNDS_TITLES}\n{row}\n{FUND}", by=FUNDS) == [2, 3]


MARKS = ('="{}"', "'{}", "`{}", '= "{} "')
"""How spreadsheets mark a cell as text."""


def marked(row: str, mark: str) -> str:
    """The row with each cell marked, empty ones too."""
    return " | ".join(mark.format(cell.strip()) for cell in row.split("|"))


@pytest.mark.parametrize("mark", [*MARKS[:2], *(pytest.param(mark, marks=pytest.mark.long) for mark in MARKS[2:])])
def test_marks_for_text_change_nothing_about_what_a_row_is(tmp_path: Path, mark: str) -> None:
    kinds = ((LAYOUT, TITLES, PERSON, None, [3]), (DATA, TITLES, PERSON, None, [2, 3]))
    of_funds = ((FUNDS_LAYOUT, FUNDS_TITLES, FUND, FUNDS, [3]), (FUNDS_DATA, FUNDS_TITLES, FUND, FUNDS, [2, 3]))
    for kind, titles, record, by, data in (*kinds, *of_funds):
        for row in rows_of(kind):
            page = "\n".join(marked(line, mark) for line in (titles, row, record))
            assert data_rows(tmp_path, page, by=by) == data, row


@pytest.mark.parametrize("container", CONTAINERS)
@pytest.mark.parametrize("mark", MARKS)
def test_marks_for_text_fall_away_from_titles(tmp_path: Path, mark: str, container: str) -> None:
    above, titles, record = (marked(line, mark) for line in ("单位：元 | | | |", FUNDS_TITLES, FUND))
    rows = grid(f"{above}\n{titles}\n{record}\n{titles}\n{record}")
    (seen,) = reading(tmp_path, CONTAINERS[container](rows), f"名单.{container}", by=FUNDS).tables
    assert seen.titles == tuple(FUNDS_TITLES.split(" | "))
    assert seen.above == ((1, "单位：元"),)
    assert seen.records["row"].to_list() == [3, 5]


def test_marks_without_a_text_fill_no_cell(tmp_path: Path) -> None:
    empty = " | ".join(['=""', "'", "`", '= " "', "　'"])
    assert data_rows(tmp_path, f"{FUNDS_TITLES}\n{empty}\n{FUND}", by=FUNDS) == [3]


def test_a_row_whose_required_cells_are_all_filled_is_no_note_unless_the_note_fills_them(tmp_path: Path) -> None:
    rows = (
        "补贴项目 | 政策名称\n合计生猪补贴项目 | 甲\n说明会按期召开 | 乙\n填表人：甲 | 审核人：乙\n困难补贴 | 说明：丙"
    )
    assert data_rows(tmp_path, rows, by=ITEMS) == [2, 3, 5]


def test_a_note_goes_on_in_the_rows_below_it(tmp_path: Path) -> None:
    drawing = f"""\
        {TITLES}
        {PERSON}
        | 注：1.本表一式三份 | | | | |
        | 2.不得涂改 | | | | |
        | （3）按月报送 | | | | |
        | 张三 | | | | |
        | 4.自查 | | | | |"""
    assert data_rows(tmp_path, drawing) == [2, 6, 7]


@pytest.mark.parametrize("container", CONTAINERS)
def test_rows_between_the_titles_of_an_example_and_of_the_data_are_examples(tmp_path: Path, container: str) -> None:
    example = f"1 | 李四 | {LI} | 100 | 2023-08 | 甲街道 |"
    blank = " | | | | | |"
    within = f"{TITLES}\n填写示例{blank}\n{example}\n以下为正式填报{blank}\n{PERSON}"
    around = f"填写示例：{blank}\n{TITLES}\n{example}\n—以下为正式填报—{blank}\n{TITLES}\n{PERSON}"
    above = f"填写示例{blank}\n{example}\n以下为正式填报{blank}\n{TITLES}\n{PERSON}"
    assert data_rows(tmp_path, within, container) == [5]
    assert data_rows(tmp_path, around, container) == [6]
    assert data_rows(tmp_path, above, container) == [5]


def test_a_title_of_examples_without_its_end_hides_no_row(tmp_path: Path) -> None:
    blank = " | | | | | |"
    assert data_rows(tmp_path, f"{TITLES}\n填写示例{blank}\n{PERSON}\n{PERSON}") == [3, 4]
    assert data_rows(tmp_path, f"{TITLES}\n{PERSON}\n以下为正式填报{blank}\n{PERSON}") == [2, 4]
    course = f"3 | 填写示例 | {LI} | 1 | 2023-08 | 以下为正式填报 |"
    assert data_rows(tmp_path, f"{TITLES}\n{course}\n{PERSON}\n{course}") == [2, 3, 4]


@pytest.mark.parametrize(
    "nil", ["本月无发放对象", "无发放对象", "零报送", " 零 报 送 ", "（本月无发放对象）", "零报送。"]
)
@pytest.mark.parametrize("container", CONTAINERS)
def test_nothing_to_pay_is_said_by_the_only_row(tmp_path: Path, nil: str, container: str) -> None:
    below = "填表人：甲 | | | | | |\n合计 | | | 0 | | |"
    for rows in (f"| {nil} | | | | |", f"1 | | {nil} | | | |\n{below}", f"{nil} | | | | | |\n{below}"):
        content = CONTAINERS[container](grid(f"{TITLES}\n{rows}"))
        (seen,) = reading(tmp_path, content, f"名单.{container}").tables
        assert seen.is_nil
        assert seen.records.is_empty()
        assert seen.cells.is_empty()


@pytest.mark.parametrize(
    "rows",
    [
        "| | | | | |",
        "| 零报送人 | | | | |",
        "| 零报送 | | 0 | | |",
        f"| 零报送 | | | | |\n{PERSON}",
        f"零报送 | | | | | |\n{PERSON}",
        "零报送 | | | 0 | | |",
        "1 | | | | | |",
        "合计 | | | 0 | | |",
    ],
)
def test_another_row_says_something(tmp_path: Path, rows: str) -> None:
    (seen,) = reading(tmp_path, CONTAINERS["csv"](grid(f"{TITLES}\n{rows}")), "名单.csv").tables
    assert not seen.is_nil
