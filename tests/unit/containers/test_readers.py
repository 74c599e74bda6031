"""The same roster in every kind of file, and what the kinds tell each in its own way."""

from collections.abc import Callable
from pathlib import Path

import pytest

from huimin.errors import DeliveryError
from huimin.sheets import Sheet, read_raw
from unit.containers.written import (
    SPREADSHEET,
    Rows,
    html_of,
    ods,
    ods_of,
    xlsb_of,
    xlsx,
    xml_2003,
    xml_2003_of,
)
from unit.sheets.elderly import LI, ZHANG, drawn, reading

ROSTER: Rows = (
    ("姓名", "身份证号", "金额", "月份"),
    ("张三", ZHANG, 100.5, "2023-08"),
    ("李四", LI, 200.5, "2023-08"),
)
READ = [f"2 | 张三 | {ZHANG} | 100.5 | 2023-08", f"3 | 李四 | {LI} | 200.5 | 2023-08"]


def sheet(folder: Path, content: bytes, file: str = "八月.xls") -> Sheet:
    (folder / "0f3a").write_bytes(content)
    (only,) = read_raw(folder / "0f3a", file)
    return only


def cells(folder: Path, content: bytes) -> list[str]:
    return drawn(sheet(folder, content).cells.drop("row"))


@pytest.mark.parametrize(
    ("written", "ending", "read_as"),
    [
        (ods_of, ".ods", None),
        (xlsb_of, ".xlsb", None),
        (html_of, ".xls", "网页表格（HTML）"),
        (xml_2003_of, ".xls", "XML 表格 2003（SpreadsheetML）"),
        (xlsb_of, ".et", "Excel 二进制工作簿（.xlsb）"),
        (ods_of, ".zip", "OpenDocument 表格（.ods）"),
        (html_of, ".csv", "网页表格（HTML）"),
    ],
)
def test_every_kind_reads_alike_and_says_what_it_is(
    tmp_path: Path, written: Callable[[Rows], bytes], ending: str, read_as: str | None
) -> None:
    seen = reading(tmp_path, written(ROSTER), f"高龄津贴{ending}")
    assert drawn(seen.tables[0].records) == READ
    assert seen.read_as == read_as


def test_what_is_refused_says_what_it_was_read_as(tmp_path: Path) -> None:
    with pytest.raises(DeliveryError) as refusal:
        reading(tmp_path, html_of(ROSTER[:1]).replace("身份证号".encode(), b"x"), "八月.xls")
    assert "网页表格（HTML）" in refusal.value.problem
    assert "身份证号" in refusal.value.problem


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_pages_and_xml_in_any_encoding_whatever_they_say(tmp_path: Path, encoding: str) -> None:
    for content in (html_of(ROSTER), xml_2003_of(ROSTER)):
        assert drawn(reading(tmp_path, content.decode().encode(encoding), "八月.xls").tables[0].records) == READ


def test_a_page_is_one_sheet_with_its_text_in_rows_and_its_cells_where_a_browser_has_them(tmp_path: Path) -> None:
    page = """
        <html><head><title>x</title><style>td {color: red}</style></head><body>
        <h1>高龄津贴 <b>八月</b></h1><p>单位：元</p>
        <table><tr><th colspan=2>人员<th rowspan=2>金额</tr><tr><td>姓名<td>号码</tr>
        <tr><td>张<br>三</td><td>1&nbsp;2</td><td><script>1</script>3</td></tr></table>
        制表人：王五<table><tr><td></td><td>x</td></tr></table>"""
    assert cells(tmp_path, page.encode()) == [
        "高龄津贴 八月 | · | ·", "单位：元 | · | ·", "人员 | · | 金额", "姓名 | 号码 | 金额",
        "张\n三 | 1\u00a02 | 3", "制表人：王五 | · | ·", "· | x | ·",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("page", "read"),
    [
        (
            "<table><tr><td>甲</td><td>乙<table><tr><td>丙</td></tr></table>丁</td></tr></table>",
            ["甲 | 乙丁", "丙 | ·"],
        ),
        ("<table><tr><td><table><tr><td>甲</td><td>乙</td></tr></table></td></tr></table>", ["甲 | 乙"]),
        ("<table><tr><td><table><tr><td>甲</table></td></tr><tr><td>乙</table>丙", ["甲", "乙", "丙"]),
        ("<table>甲<tr>乙<td>丙</td></tr></table>", ["丙", "甲乙"]),
        ("<td>甲<td>乙<tr><td>丙", ["甲 | 乙", "丙 | ·"]),
    ],
    ids=[
        "text around a table",
        "a table alone in its cell",
        "text below both",
        "text between cells",
        "no table at all",
    ],
)
def test_tables_in_cells_and_text_between_cells_lose_nothing(tmp_path: Path, page: str, read: list[str]) -> None:
    assert cells(tmp_path, page.encode()) == read


def test_a_cell_over_0_rows_goes_on_to_the_last_and_one_over_no_number_has_one_row_and_column(tmp_path: Path) -> None:
    page = """<table><tr><td rowspan=0>甲</td><td colspan=0>乙</td><td rowspan=2>丙</td><td rowspan='' colspan=x>丁</tr>
        <tr><td>戊</td><td>己</td></tr><tr><td>庚</td><td>辛</td></tr></table>"""
    assert cells(tmp_path, page.encode()) == ["甲 | 乙 | 丙 | 丁", "甲 | 戊 | 丙 | 己", "甲 | 庚 | 辛 | ·"]


def test_a_page_tells_numbers_beside_its_text(tmp_path: Path) -> None:
    page = """<html><head>
        <style>.d {mso-number-format:"yyyy\\-mm\\-dd"} .w {mso-number-format:'0.00"万元"'}</style></head>
        <table><tr><td class=d x:num="45139">8/1</td><td x:num="1200.5">1,200.50</td><td x:num>甲</td>
        <td style='mso-number-format:"\\@"'>0012</td></tr></table>"""
    assert cells(tmp_path, page.encode()) == ["2023-08-01 | 1200.5 | 甲 | 0012"]


def test_a_page_tells_the_unit_of_money_that_number_formats_write(tmp_path: Path) -> None:
    ten = r"0\.00\0022万元\0022"  # as Excel writes it
    page = f"""<html><head><style>.w, .x {{mso-number-format:"{ten}"}} .n {{mso-number-format:"0"}}</style></head>
        <table><tr><td class=n x:num="3">三</td><td class=w x:num="1.2">1.20万元</td><td class='n x'>1.20</td>
        <td class="y x" x:num="1.2">1.20万元</td></tr></table>"""
    read = sheet(tmp_path, page.encode())
    assert drawn(read.cells) == ["1 | 三 | 1.2 | 1.20 | 1.2"]
    assert sorted(read.formats) == [(1, '0.00"万元"'), (3, '0.00"万元"')]


def test_a_page_has_the_name_and_the_date_system_that_excel_left_in_its_comments(tmp_path: Path) -> None:
    names = "<x:Name>八月 </x:Name><x:Name>九月</x:Name><x:Date1904/>"
    page = f"<!--{names}--><table><tr><td x:num=43677 style='mso-number-format:yyyy\\-mm\\-dd'>8/1</table>"
    read = sheet(tmp_path, page.encode())
    assert (read.name, drawn(read.cells)) == ("八月", ["1 | 2023-08-01"])


def test_an_xml_spreadsheet_places_cells_by_their_index(tmp_path: Path) -> None:
    table = """<Row ss:Index="2"><Cell ss:MergeAcross="1"><Data ss:Type="String">甲</Data></Cell>
        <Cell><Data ss:Type="String">乙</Data></Cell><Cell ss:Index="6"><Data ss:Type="Boolean">1</Data></Cell></Row>
        <Row><Cell ss:StyleID="d"><Data ss:Type="Number">45139</Data></Cell>
        <Cell><Data ss:Type="DateTime">2023-08-01T00:00:00.000</Data></Cell>
        <Cell><Data ss:Type="Error">#N/A</Data></Cell><Cell ss:Formula="=1"><Data ss:Type="Number"></Data></Cell>
        <Cell><Data ss:Type="String"><B xmlns="http://www.w3.org/TR/REC-html40">粗</B>字</Data>
        <Comment><Data>批注</Data></Comment></Cell></Row>"""
    styles = f'<Styles><Style ss:ID="d"><NumberFormat xmlns="{SPREADSHEET}" ss:Format="Short Date"/></Style></Styles>'
    read = sheet(tmp_path, xml_2003(table, before=styles))
    assert drawn(read.cells) == [
        "1 | · | · | · | · | · | ·", "2 | 甲 | · | 乙 | · | · | TRUE",
        "3 | 2023-08-01 | 2023-08-01 | #N/A | · | 粗字 | ·",
    ]  # fmt: skip
    assert read.spans == ((1, 0, 1, 1),)
    assert read.uncalculated is not None
    assert read.uncalculated.rows() == [(3, 3)]


def test_a_document_repeats_rows_and_cells(tmp_path: Path) -> None:
    table = """<table:table-row table:number-rows-repeated="2"><table:table-cell table:number-columns-repeated="2">
        <text:p>甲<text:s text:c="2"/>乙</text:p><text:p>丙</text:p></table:table-cell>
        <table:table-cell office:value-type="date" office:date-value="2023-08-01"><text:p>1</text:p></table:table-cell>
        <table:table-cell table:formula="of:=1" office:value-type="float"/>
        <table:table-cell office:value-type="float" office:value="0"><text:p>#N/A</text:p></table:table-cell>
        </table:table-row><table:table-row table:number-rows-repeated="1048574"><table:table-cell/></table:table-row>"""
    read = sheet(tmp_path, ods(table))
    assert drawn(read.cells) == [
        "1 | 甲  乙\n丙 | 甲  乙\n丙 | 2023-08-01 | · | #N/A", "2 | 甲  乙\n丙 | 甲  乙\n丙 | 2023-08-01 | · | #N/A",
    ]  # fmt: skip
    assert read.uncalculated is not None
    assert (1, 3) in read.uncalculated.rows()


def test_a_document_tells_the_unit_of_money_that_number_formats_write(tmp_path: Path) -> None:
    formats = (
        ("ten", '<number:number number:decimal-places="2"/>', "万元"),
        ("scaled", '<number:number number:display-factor="10000"/>', "万元"),
        ("plain", "<number:number/>", "件"),
    )
    styles = "".join(
        f'<number:number-style style:name="{name}">{number}<number:text>{text}</number:text></number:number-style>'
        f'<style:style style:name="of-{name}" style:data-style-name="{name}"/>'
        for name, number, text in formats
    )
    money = 'office:value-type="float" office:value="1.2"'
    table = f"""<table:table-column table:number-columns-repeated="3"/>
        <table:table-column table:default-cell-style-name="of-ten"/>
        <table:table-row><table:table-cell table:style-name="of-plain" {money}/>
        <table:table-cell table:style-name="of-ten" table:number-columns-repeated="2" {money}/>
        <table:table-cell {money}/><table:table-cell table:style-name="of-scaled" {money}/></table:table-row>"""
    read = sheet(tmp_path, ods(table, before=f"<office:automatic-styles>{styles}</office:automatic-styles>"))
    assert drawn(read.cells) == ["1 | 1.2 | 1.2 | 1.2 | 1.2 | 1.2"]
    assert sorted(read.formats) == [(column, '0.00"万元"') for column in (1, 2, 3)]


def test_a_document_with_a_password_says_so(tmp_path: Path) -> None:
    manifest = '<manifest:manifest xmlns:manifest="urn:m"><manifest:encryption-data/></manifest:manifest>'
    with pytest.raises(DeliveryError, match="工作簿有密码"):
        sheet(tmp_path, ods("", parts={"META-INF/manifest.xml": manifest}))


def test_errors_and_formulas_without_a_value_in_xlsx(tmp_path: Path) -> None:
    rows = """<row r="1"><c r="A1" t="e"><v>#REF!</v></c><c r="B1"><f>1+1</f></c><c r="C1"><f>1+1</f><v>2</v></c>
        <c r="D1" t="inlineStr"><v>东湖街道</v></c><c r="E1"><f>0</f><v>0</v></c></row>"""
    read = sheet(tmp_path, xlsx(rows))
    assert drawn(read.cells) == ["1 | #REF! | · | 2 | 东湖街道 | 0"]
    assert read.uncalculated is not None
    assert read.uncalculated.rows() == [(1, 1)]
    asked = sheet(tmp_path, xlsx(rows, before='<calcPr fullCalcOnLoad="1"/>')).uncalculated
    assert asked is not None
    assert asked.rows() == [(1, 1), (1, 4)]


def test_rows_and_cells_of_an_xlsx_that_are_not_numbered_follow_one_another(tmp_path: Path) -> None:
    rows = "<row><c><f>1+1</f></c><c><v>2</v></c></row><row><c><v>3</v></c><c><f>1+1</f></c></row>"
    read = sheet(tmp_path, xlsx(rows))
    assert drawn(read.cells) == ["1 | · | 2", "2 | 3 | ·"]
    assert read.uncalculated is not None
    assert read.uncalculated.rows() == [(1, 0), (2, 1)]


def test_a_merged_range_of_one_cell_is_none_and_one_beyond_the_sheet_is_cut(tmp_path: Path) -> None:
    merged = "".join(f'<mergeCell ref="{place}"/>' for place in ("A1:A1", "A2:A9", "B1:C2", "A3:B3"))
    rows = '<row r="1"><c r="A1"><v>1</v></c><c r="B1"><v>2</v></c></row><row r="2"><c r="A2"><v>3</v></c></row>'
    assert sheet(tmp_path, xlsx(rows, after=f"<mergeCells>{merged}</mergeCells>")).spans == ((0, 1, 1, 1),)


def test_what_is_struck_out_of_a_page_is_not_its_text(tmp_path: Path) -> None:
    page = b"""<table><tr><td><s>400</s>450</td><td><del>1</del><ins>2</ins></td><td><strike>x</strike></td></tr>
        <tr><td><s>never closed</td><td>5<s></s>6</td><td><span>7</span></td></tr></table>"""
    assert cells(tmp_path, page) == ["450 | 2 | ·", "· | 56 | 7"]


def numbered(*numbers: int) -> str:
    return "".join(f'<row r="{at}"><c r="A{at}" t="inlineStr"><is><t>{at}</t></is></c></row>' for at in numbers)


def test_two_rows_of_one_number_are_refused_and_rows_out_of_their_order_are_not(tmp_path: Path) -> None:
    with pytest.raises(DeliveryError, match="两行是同一个行号"):
        sheet(tmp_path, xlsx(numbered(1, 2, 2)), "八月.xlsx")
    with pytest.raises(DeliveryError, match="两行是同一个行号"):
        sheet(tmp_path, xlsx(numbered(*range(1, 40_000), 3)), "八月.xlsx")
    assert sheet(tmp_path, xlsx(numbered(1, 3, 4)), "八月.xlsx").cells["c0"].to_list() == ["1", None, "3", "4"]
    assert sheet(tmp_path, xlsx(numbered(1, 4, 3)), "八月.xlsx").cells["c0"].to_list()[-2:] == ["3", "4"]
