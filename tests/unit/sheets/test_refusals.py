"""Why a sheet is refused: a unit told anywhere about its amounts, two headers of one column, missing ones."""

from dataclasses import replace
from io import BytesIO
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter

from huimin.errors import DeliveryError
from huimin.sheets.layout import header_of
from huimin.sheets.refusals import letters, rows_that_tell
from huimin.sheets.shapes import FAULTS, Limits, Sheet
from huimin.sheets.tables import tables_of
from unit.sheets.containers import xls, xlsx
from unit.sheets.elderly import reading
from unit.sheets.pages import CONTAINERS, CONTRACTS, grid, read_page, refusal_of

PLACES = {
    "title": ("第一季度 | · | 单位：万元", "", "", "标题行（第1行）写明单位是万元"),
    "title_bracket": ("扶贫资金情况表（万元）", "", "", "标题行（第1行）写明单位是万元"),
    "title_cell": ("2023 | · | 千元", "", "", "标题行（第1行）写明单位是千元"),
    "below_header": ("", "· | · | · | 单位：万元", "", "表头下的第2行写明单位是万元"),
    "below_header_cell": ("", "万元", "", "表头下的第2行写明单位是万元"),
    "note": ("", "", "注：金额单位为万元", "表下说明（第4行）写明单位是万元"),
    "marked_title": ('\'单位：万元 | ="" | `', "", "", "标题行（第1行）写明单位是万元"),
    "marked_row": ("", '="单位：万元" | ="" | ="" | =""', "", "表头下的第2行写明单位是万元"),
    "marked_note": ("", "", '="单位：万元" | ="" | ="" | =""', "表下说明（第4行）写明单位是万元"),
    "blank_inside": ("单位:人民币 万元", "", "", "标题行（第1行）写明单位是万元"),
    "without_yuan": ("单位：亿", "", "", "标题行（第1行）写明单位是亿元"),
    "label": ("", "", "金额：万元", "表下说明（第4行）写明单位是万元"),
    "digits": ("", "单位：10000元", "", "表头下的第2行写明单位是10000元"),
    "beyond_the_last_column": ("扶贫资金 | · | · | · | 单位：万元", "", "", "标题行（第1行）写明单位是万元"),
    "note_after_total": ("", "", "合计 | · | 20.5\n单位：亿元", "表下说明（第5行）写明单位是亿元"),
}
HARMLESS = {
    "amount": ("其中3.5万元为补发", "", "备注：其中12万元未拨付（含2万元押金）"),
    "yuan": ("单位：元", "", "（元）"),
    "others": ("单位：人", "单位：区民政局", "其中3.5万元为补发"),
    "name": ("万元增收工程", "", "每单位：10000元"),
    "place": ("填报单位：万元村委会", "", "说明：百元店改造"),
}


def page(above: str, between: str, below: str, amount: str = "投入金额") -> str:
    lines = (above, f"年度 | 主管部门 | {amount} | 项目名称", between)
    return "\n".join(
        filter(None, (*lines, "2023 | 区水利局 | 12.5 | 灌渠（万元）\n2023 | 区水利局 | 8 | 单位：万元", below))
    )


@pytest.mark.parametrize("container", CONTAINERS)
@pytest.mark.parametrize("case", PLACES)
def test_a_unit_told_outside_the_header_refuses_naming_its_place(tmp_path: Path, container: str, case: str) -> None:
    above, between, below, said = PLACES[case]
    refusal = refusal_of(tmp_path, page(above, between, below), container, "poverty_funds")
    assert refusal
    assert said in refusal.problem


@pytest.mark.parametrize("container", CONTAINERS)
@pytest.mark.parametrize("case", PLACES)
def test_a_header_that_says_yuan_contradicts_it(tmp_path: Path, container: str, case: str) -> None:
    above, between, below, _ = PLACES[case]
    assert refusal_of(tmp_path, page(above, between, below, "投入金额（元）"), container, "poverty_funds") is None


@pytest.mark.parametrize("container", CONTAINERS)
@pytest.mark.parametrize("case", HARMLESS)
def test_amounts_yuan_and_places_tell_no_unit(tmp_path: Path, container: str, case: str) -> None:
    assert refusal_of(tmp_path, page(*HARMLESS[case]), container, "poverty_funds") is None


@pytest.mark.parametrize("container", CONTAINERS)
@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("万元", "第3行"),
        ("金额单位： 万元", "第3行"),
        ("（千元）", "第3行"),
        ("元", ""),
        ("奖金（万元）", ""),
        ("3.5万元", ""),
    ],
)
def test_a_column_of_units_tells_that_of_the_amounts(tmp_path: Path, container: str, cell: str, said: str) -> None:
    text = f"年度 | 主管部门 | 投入金额 | 计量单位\n2023 | 区水利局 | 12 | ·\n2023 | 区水利局 | 12 | {cell}"
    refusal = refusal_of(tmp_path, text, container, "poverty_funds")
    assert bool(refusal) == bool(said)
    assert said in (refusal.problem if refusal else "")
    assert refusal_of(tmp_path, text.replace("投入金额", "投入金额（元）"), container, "poverty_funds") is None


@pytest.mark.parametrize("container", CONTAINERS)
def test_one_amount_without_a_unit_is_enough(tmp_path: Path, container: str) -> None:
    text = "单位：万元\n年度 | 主管部门 | 投入金额（元） | 使用金额\n2023 | 区水利局 | 125000 | 10"
    refusal = refusal_of(tmp_path, text, container, "poverty_funds")
    assert refusal
    assert "标题行（第1行）写明单位是万元" in refusal.problem


@pytest.mark.parametrize("container", CONTAINERS)
@pytest.mark.parametrize(
    ("above", "title", "said"),
    [
        ("市场主体（单位：万元）", "注册资本", None),
        ("单位：10000元", "注册资本", None),
        ("单位：户", "注册资本", None),
        ("其中500元为押金", "注册资本", None),
        ("单位：元", "注册资本（万元）", None),
        ("单位：元", "注册资本", "标题行（第1行）写明单位是元，金额应为万元"),
        ("· | · | · | 单位：亿元", "注册资本", "标题行（第1行）写明单位是亿元，金额应为万元"),
    ],
)
def test_a_table_in_ten_thousand_yuan_is_told_in_no_other_unit(
    tmp_path: Path, container: str, above: str, title: str, said: str | None
) -> None:
    text = f"{above}\n法定代表人 | 身份证号 | 统一社会信用代码 | {title}\n张三 | ZHANG | 91350100M000100Y43 | 50"
    refusal = refusal_of(tmp_path, text, container, "businesses")
    assert (refusal is not None) == (said is not None)
    assert (said or "") in (refusal.problem if refusal else "")


@pytest.mark.parametrize(
    ("form", "roster", "said"),
    [
        ('#,##0"元"', "businesses", "金额应为万元"),
        ('0!.0,"万元"', "businesses", "写明单位是元，金额应为万元"),
        ('#,##0"万元"', "businesses", ""),
        ("#,##0.00", "businesses", ""),
        ('0.00"亿"', "poverty_funds", "写明单位是亿元，金额应为元"),
        ('#,##0"元"', "poverty_funds", ""),
        ('0!.0,"万元"', "poverty_funds", ""),
    ],
)
def test_number_formats_of_a_workbook(tmp_path: Path, form: str, roster: str, said: str) -> None:
    rows = {
        "businesses": "法定代表人 | 身份证号 | 统一社会信用代码 | 注册资本\n张三 | ZHANG | 91350100M000100Y43",
        "poverty_funds": "年度 | 主管部门 | 项目名称 | 投入金额\n2023 | 区水利局 | 灌渠",
    }
    content = BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        sheet = book.add_worksheet("表")
        for index, row in enumerate(grid(rows[roster])):
            sheet.write_row(index, 0, row)
        sheet.write_number(1, 3, 50, book.add_format({"num_format": form}))
    try:
        reading(tmp_path, content.getvalue(), "2023年8月.xlsx", by=CONTRACTS[roster])
    except DeliveryError as refusal:
        assert said, refusal.problem
        assert said in refusal.problem
    else:
        assert not said


NOTES = {
    "note": ([["填报说明"], ["1", "金额单位：万元"]], "投入金额", "工作表“说明”第2行写明单位是万元，金额应为元"),
    "yuan": ([["填报说明"], ["1", "金额单位：元"]], "投入金额", ""),
    "contradicted": ([["金额单位：万元"]], "投入金额（元）", ""),
    "amount": ([["其中3.5万元为补发（含2万元押金）"], ["单位：区扶贫办"]], "投入金额", ""),
    "table": ([["汇总表", "", "单位：万元"], ["街道", "户数", "金额"], ["甲", "2", "3.5"]], "投入金额", ""),
    "table_of_two": ([["单位：万元"], ["街道", "金额"], ["甲", "3.5"]], "投入金额", ""),
}


@pytest.mark.parametrize("container", CONTAINERS[1:])
@pytest.mark.parametrize("case", NOTES)
def test_a_sheet_of_notes_tells_a_unit_of_the_tables_beside_it(tmp_path: Path, container: str, case: str) -> None:
    notes, amount, said = NOTES[case]
    sheets = {"2023": [["年度", "主管部门", amount], ["2023", "区水利局", "12.5"]], "说明": notes}
    content = (xlsx if container == "xlsx" else xls)(sheets)
    try:
        reading(tmp_path, content, f"扶贫资金.{container}", by=CONTRACTS["poverty_funds"])
    except DeliveryError as refusal:
        assert refusal.problem == said
    else:
        assert not said


@pytest.mark.parametrize("container", CONTAINERS)
@pytest.mark.parametrize(
    ("header", "said"),
    [
        ("年度 | 主管部门 | 资金情况 单位：万元 | →\n↑ | ↑ | 投入金额 | 使用金额", "列）的单位是万元"),
        (
            "年度 | 主管部门 | 资金情况 | → | 单位：万元\n↑ | ↑ | 投入金额 | 使用金额 | 备注",
            "表头（第1行）写明单位是万元",
        ),
        ("年度 | 主管部门 | 资金情况 | → | （万元）\n↑ | ↑ | 投入金额 | 使用金额 | ·", "表头（第1行）写明单位是万元"),
        ("年度 | 主管部门 | 投入金额 | 使用金额 | 单位：万元", "表头（第1行）写明单位是万元"),
        ("年度 | 主管部门 | 投入金额（元） | 使用金额（元） | 单位：万元", ""),
        ("年度 | 主管部门 | 资金情况 单位：元 | →\n↑ | ↑ | 投入金额 | 使用金额", ""),
        ("年度 | 主管部门 | 投入金额 | 使用金额 | 总投资\n· | · | 元 | 元 | 万元", ""),
        ("年度 | 主管部门 | 投入金额 | 使用金额 | 备注（单位：万元户）", ""),
    ],
)
def test_a_unit_amid_the_rows_of_the_header(tmp_path: Path, container: str, header: str, said: str) -> None:
    refusal = refusal_of(tmp_path, f"{header}\n2023 | 区水利局 | 12.5 | 10 | ·", container, "poverty_funds")
    assert bool(refusal) == bool(said)
    assert said in (refusal.problem if refusal else "")


@pytest.mark.parametrize("container", CONTAINERS)
def test_the_name_of_the_file_tells_a_unit(tmp_path: Path, container: str) -> None:
    for file, refused in (
        ("扶贫资金2023（单位：万元）", True),
        ("扶贫资金2023_千元", True),
        ("补助3.5万元名单2023", False),
    ):
        refusal = refusal_of(tmp_path, page("", "", ""), container, "poverty_funds", f"{file}.{container}")
        assert (refusal is not None) == refused
        assert not refusal or refusal.problem.startswith("文件名写明单位是")


@pytest.mark.parametrize("container", CONTAINERS[1:])
def test_the_name_of_the_sheet_tells_a_unit(tmp_path: Path, container: str) -> None:
    refusal = refusal_of(tmp_path, page("", "", ""), container, "poverty_funds", sheet="2023（万元）")
    assert refusal
    assert refusal.problem == "工作表“2023（万元）”名称写明单位是万元，金额应为元"


@pytest.mark.parametrize("container", CONTAINERS)
@pytest.mark.parametrize(
    "text",
    [
        "年度 | 主管部门 | 投入金额（单位：万元） | 使用金额",
        "年度 | 主管部门 | 投入金额 | 使用金额（万元）",
        "年度 | 主管部门 | 资金（万元） | →\n↑ | ↑ | 投入金额 | 使用金额",
        "年度 | 主管部门 | 投入金额 | 使用金额\n· | · | 万元 | 万元",
        "年度 | 主管部门 | 投入金额 | 使用金额\n· | · | （万元） | →",
    ],
)
def test_a_unit_in_the_header_refuses_naming_the_column(tmp_path: Path, container: str, text: str) -> None:
    refusal = refusal_of(tmp_path, f"{text}\n2023 | 区水利局 | 12.5 | 10", container, "poverty_funds")
    assert refusal
    assert "列）的单位是万元，" in refusal.problem


@pytest.mark.parametrize("container", CONTAINERS)
def test_a_unit_of_an_unknown_column_is_its_own(tmp_path: Path, container: str) -> None:
    text = "年度 | 主管部门 | 投入金额 | 总投资（万元）\n2023 | 区水利局 | 125000 | 50"
    assert read_page(tmp_path, text, container, "poverty_funds").tables[0].unknown_columns == ("总投资（万元）",)
    two = """
年度 | 主管部门 | 投入金额 | 总投资（万元） | 到位资金（万元） | →
↑    | ↑        | ↑        | ↑              | 中央             | 省级
2023 | 区水利局 | 125000   | 50             | 20               | 30
"""
    unknown = read_page(tmp_path, two, container, "poverty_funds").tables[0].unknown_columns
    assert unknown == ("总投资（万元）", "中央", "省级")


@pytest.mark.parametrize(
    ("column", "form", "refused"),
    [(2, '0.00"万元"', True), (2, '0.00"万"', True), (2, '0!.0,"万元"', False), (1, '0.00"万元"', False)],
)
def test_the_number_format_of_an_amount_tells_its_unit(tmp_path: Path, column: int, form: str, refused: bool) -> None:
    contract = CONTRACTS["poverty_funds"]
    seen = read_page(tmp_path, page("", "", ""), "xlsx", "poverty_funds").tables[0]
    titles = pl.DataFrame([(1, *seen.titles)], schema=seen.cells.schema, orient="row")
    cells = pl.concat([titles, seen.cells])
    sheet = Sheet("表", cells, seen.faults, cells.height, formats=((column, form),))
    header = header_of(sheet, contract, Limits())
    assert header
    if refused:
        with pytest.raises(DeliveryError, match="工作表“表”“投入金额”列的数字格式写明单位是万元，金额应为元"):
            [*tables_of([(sheet, True)], header, contract, "x.xlsx", Limits())]
    else:
        (seen,) = tables_of([(replace(sheet, name="丙"), True)], header, contract, "x.xlsx", Limits())
        assert seen.records.height == 2


RECORD = "2023 | 水利局 | 1"
BELOW = {
    "in every place, the first of each": (
        f"单位：万元\n单位：亿元\n{RECORD} | 千元\n{RECORD} | 万元\n{RECORD}\n注：单位：百万元\n注：单位：亿元",
        [("表头下的第2行", "万元"), ("第4行", "千元"), ("表下说明（第7行）", "百万元")],
    ),
    "by the first record alone": (f"{RECORD} | 千元\n{RECORD}\n合计 | · | 2", [("第2行", "千元")]),
    "by the last record alone": (f"{RECORD}\n{RECORD} | 千元\n合计 | · | 2", [("第3行", "千元")]),
    "between two records": (f"{RECORD}\n单位：万元\n{RECORD}\n{RECORD}", [("第3行", "万元")]),
    "behind a record and amid": (
        f"{RECORD}\n单位：万元\n{RECORD}\n单位：亿元", [("第3行", "万元"), ("表下说明（第5行）", "亿元")],
    ),
    "without a record": ("单位：万元\n合计 | · | 2\n单位：亿元", [("表下说明（第2行）", "万元")]),
    "nowhere": (f"{RECORD} | 元\n单位：元", []),
}  # fmt: skip


@pytest.mark.parametrize("story", BELOW)
def test_the_first_row_of_each_kind_tells_the_unit_wherever_the_rows_are_cut(story: str) -> None:
    page, told = BELOW[story]
    rows = [(*row, *[""] * (4 - len(row))) for row in grid(f"年度 | 主管部门 | 投入金额 | 计量单位\n{page}")]
    names = {f"c{place}": pl.String for place in range(4)}
    cells = pl.DataFrame(rows, names, orient="row").with_row_index("row", 1).cast({"row": pl.Int32})
    contract = CONTRACTS["poverty_funds"]
    header = header_of(Sheet("表", cells, FAULTS.to_frame(), len(rows)), contract, Limits())
    assert header
    for cut in range(1, len(rows) + 1):
        (found,) = rows_that_tell(cells.head(1), FAULTS.to_frame(), header, contract)
        found.look(cells[1:cut])
        found.look(cells[cut:])
        assert list(found.told()) == told, cut


@pytest.mark.parametrize("container", CONTAINERS)
def test_all_problems_are_told_together(tmp_path: Path, container: str) -> None:
    head = "年度 | 主管部门 | 投入金额 | 投入金额（元） | 使用金额（千元）"
    text = f"单位：万元\n{head}\n2023 | 区水利局 | 12.5 | 125000 | 1"
    refusal = refusal_of(tmp_path, text, container, "poverty_funds")
    assert refusal
    problem = refusal.problem.replace("工作表“表”", "")
    assert problem == (
        "表头“投入金额”（C列）和“投入金额”（D列）都对应“投入金额”（invested）；"
        "第2行表头“使用金额”（E列）的单位是千元，“使用金额”（used）应为元；标题行（第1行）写明单位是万元，金额应为元"
    )


def test_columns_are_called_as_spreadsheets_call_them() -> None:
    assert [letters(index) for index in (0, 25, 26, 51, 52, 701, 702)] == ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]
