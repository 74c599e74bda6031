"""Web pages, XML and OpenDocument spreadsheets, element by element."""

# ruff: noqa: DTZ001, E501  (a cell has no time zone; drawn documents are as wide as they are)

from collections.abc import Sequence
from datetime import date, datetime, time
from pathlib import Path

import pytest

from huimin.containers import html, ods, xlsx, xml_2003
from huimin.containers.kinds import ForeignError
from huimin.containers.pages import DAY_0, DAY_0_OF_1904, Page, WorkbookLimits
from huimin.containers.texts import Cell
from unit.containers import written

LIMITS = WorkbookLimits(sheets=9, rows=50, columns=12, text=1_000_000)


def pages(folder: Path, content: bytes | str, kind: object, limits: WorkbookLimits = LIMITS) -> list[Page]:
    place = folder / "0f3a"
    place.write_bytes(content.encode() if isinstance(content, str) else content)
    return list(kind.pages_of(place, limits))  # type: ignore[attr-defined]


def rows(page: Page) -> list[list[Cell]]:
    return [list(row) for row in page.rows]


def html_page(folder: Path, content: str, limits: WorkbookLimits = LIMITS) -> Page:
    (page,) = pages(folder, content, html, limits)
    return page


def drawn(page: Page) -> list[str]:
    return ["|".join("·" if cell == "" else str(cell) for cell in row) for row in page.rows]


@pytest.mark.parametrize(
    ("page", "read"),
    [
        # what is not shown, struck out, or a blank
        ("<table><tr><td>a<script>x</script>b<style>y</style><td>c<noscript>z</noscript></table>", ["ab|c"]),
        ("<table><tr><td>a<s>b<s>c</s>d</s>e<td><s>x<td>f<s></s>g</table>", ["ae|·|fg"]),
        ("<table><tr><td>a<del>b</del><strike>c</strike></s>d</table>", ["ad"]),
        ("<table><tr><td> a \n\t b </td><td>a&nbsp;b</td></table>", ["a b|a\u00a0b"]),
        ("<table><tr><td>a<br>b<p>c</p>d<div></div>e</td></table>", ["a\nb\nc\nd\ne"]),
        # text outside of tables
        (
            "单位：元<p>八月</p>九<b>月</b><table><tr><td>a</table>乙<hr>丙",
            ["单位：元", "八月", "九月", "a", "乙", "丙"],
        ),
        ("<p> </p><table><tr><td>a</table><p></p>", ["a"]),
        # spans
        ("<table><tr><td colspan=2>a<td>b<tr><td>c<td>d<td>e</table>", ["a|·|b", "c|d|e"]),
        ("<table><tr><td rowspan=2>a<td>b<tr><td>c<tr><td>d<td>e</table>", ["a|b", "·|c", "d|e"]),
        ("<table><tr><td rowspan=2 colspan=2>a<td>b<tr><td>c<tr><td>d</table>", ["a|·|b", "·|·|c", "d"]),
        ("<table><tr><td>a<td rowspan=3>b<tr><td>c<td>d<tr><td>e<td>f</table>", ["a|b", "c|·|d", "e|·|f"]),
        (
            "<table><tr><td rowspan=0>a<td>b<tr><td>c<tr><td>d</table><table><tr><td>e</table>",
            ["a|b", "·|c", "·|d", "e"],
        ),
        ("<table><tr><td colspan=' 2x'>a<td colspan=-1>b<td colspan=0>c<td>d</table>", ["a|·|b|c|d"]),
        # rows and cells that nobody closed or opened
        ("<table><tr><td>a<tr><td>b<td>c<tr></table>", ["a", "b|c"]),
        ("<tr><td>a<td>b", ["a|b"]),
        ("<table><th>a<td>b</table>", ["a|b"]),
        ("<table><tr><td></td><td></td></tr><tr><td>a</td></tr></table>", ["", "a"]),
        # tables in cells
        (
            "<table><tr><td>1<td>x<table><tr><td>a<td>b</table>y</td><td>z</td></tr><tr><td>c</table>",
            ["1|xy|z", "a|b", "c"],
        ),
        ("<table><tr><td><table><tr><td>a</table></td></tr><tr><td>b</table>", ["a", "b"]),
        ("<table><tr><td>单位：万元<table><tr><td>a</table></td></tr><tr><td>b</table>", ["单位：万元", "a", "b"]),
        ("<table><tr><td>\n<p> </p><table><tr><td>a</table></td></tr><tr><td>b</table>", ["a", "b"]),
        ("<table><tr><td><table><tr><td>a</table>八月<table><tr><td>b</table></td></tr></table>", ["a", "八月", "b"]),
        ("<table><tr><td><table><tr><td>a</table></td><td>z</td></tr><tr><td>b</table>", ["a", "·|z", "b"]),
        ("<table><tr><td>1</td><td><table><tr><td>a</table></td></tr></table>", ["1", "a"]),
    ],
)
def test_what_a_browser_shows_of_a_page(tmp_path: Path, page: str, read: list[str]) -> None:
    assert drawn(html_page(tmp_path, page)) == read


def test_spans_of_a_page_are_told_as_far_as_they_may_matter(tmp_path: Path) -> None:
    page = "<table><tr><td rowspan=2>a<td colspan=3>b<td>c<tr><td rowspan=70000 colspan=2000>d</table>"
    assert html_page(tmp_path, page).spans == [(0, 0, 1, 0), (0, 1, 0, 3), (1, 1, 65_534, 1000)]
    assert html_page(tmp_path, "<table><tr><td colspan=11 rowspan=2>a<tr><td>b</table>").spans == [(0, 0, 1, 10)]


def test_a_page_without_a_cell_is_no_table(tmp_path: Path) -> None:
    for page in ("<p>a</p>", "<table></table>", "<table><tr></table>", "", "<script><td>a</td></script>"):
        with pytest.raises(ForeignError, match="page"):
            html_page(tmp_path, page or " ")


@pytest.mark.parametrize(
    ("attributes", "text", "cell"),
    [
        ("", "1,200", "1,200"),
        ("x:num=1200", "1,200.00", 1200.0),
        ("x:num=1200", "￥1,200元", 1200.0),
        ("x:num=0.5", "50%", 0.5),
        ("x:num=1200", "1,200人", "1,200人"),
        ("x:num=x", "12", "12"),
        ("x:num=１２", "12", "12"),
        ("x:num", "12", "12"),
        ("x:num=45139 class=day", "8/1", datetime(2023, 8, 1)),
        ("x:num=45139 style='mso-number-format:Short Date;color:red'", "8/1", datetime(2023, 8, 1)),
        ("x:num=45139 style='mso-number-format:0' class=day", "45139", 45139.0),
        ("x:num=45139 class='x day'", "8/1", datetime(2023, 8, 1)),
        ("x:num=45139 class='x y'", "8/1", "8/1"),
        ("class=day", "45139", "45139"),
    ],
)
def test_the_number_that_excel_left_beside_the_text(tmp_path: Path, attributes: str, text: str, cell: Cell) -> None:
    style = "<style>.x {color: red} td.day, .none {mso-number-format:'yyyy\\-mm\\-dd'}</style>"
    page = html_page(tmp_path, f"<head>{style}</head><table><tr><td {attributes}>{text}</td></tr></table>")
    assert rows(page) == [[cell]]
    assert not page.formats


def test_a_unit_of_money_in_a_pages_number_formats_is_told_with_its_column(tmp_path: Path) -> None:
    style = 'mso-number-format:"0\\.00\\0022\\4E07\\5143\\0022"'
    page = html_page(tmp_path, f"<table><tr><td>x<td x:num=1 style='{style}'>1<td style='{style}'>2</table>")
    assert page.formats == {(1, '0.00"万元"')}


def test_what_excel_left_in_comments(tmp_path: Path) -> None:
    page = html_page(tmp_path, "<!--<X:NAME> 八月 </X:NAME>--><!--<x:Name>九月</x:Name>--><table><tr><td>a</table>")
    assert (page.name, page.day_0) == ("八月", DAY_0)
    page = html_page(tmp_path, "<!--<x:Date1904/>--><table><tr><td>a</table>")
    assert (page.name, page.day_0) == (None, DAY_0_OF_1904)
    assert html_page(tmp_path, "<!--<x:Date1904s/>--><table><tr><td>a</table>").day_0 == DAY_0


def test_a_page_has_no_more_rows_and_columns_than_may_be(tmp_path: Path) -> None:
    assert len(rows(html_page(tmp_path, "<table>" + "<tr><td>a" * 50 + "</table>"))) == 50
    with pytest.raises(OverflowError, match="rows"):
        html_page(tmp_path, "<table>" + "<tr><td>a" * 51 + "</table>")
    assert html_page(tmp_path, "<table><tr>" + "<td>a" * 12 + "</table>").width == 12
    with pytest.raises(OverflowError, match="columns"):
        html_page(tmp_path, "<table><tr>" + "<td>a" * 13 + "</table>")


def xml_page(folder: Path, table: str, before: str = "", limits: WorkbookLimits = LIMITS) -> Page:
    (page,) = pages(folder, written.xml_2003(table, before=before), xml_2003, limits)
    return page


def data(text: str, kind: str = "String", **more: str) -> str:
    said = "".join(f' ss:{name}="{value}"' for name, value in more.items())
    return f'<Cell{said}><Data ss:Type="{kind}">{text}</Data></Cell>'


@pytest.mark.parametrize(
    ("kind", "text", "cell"),
    [
        ("String", "甲", "甲"), ("String", " ", " "), ("Number", "1.5", 1.5), ("Number", " ", " "),
        ("DateTime", " 2023-08-01T09:05:00.000 ", datetime(2023, 8, 1, 9, 5)), ("DateTime", "", ""),
        ("Boolean", "1", True), ("Boolean", " 1 ", True), ("Boolean", "0", False), ("Boolean", "", ""),
        ("Error", "#N/A", "#N/A"),
    ],
)  # fmt: skip
def test_every_kind_of_value_of_an_xml_spreadsheet(tmp_path: Path, kind: str, text: str, cell: Cell) -> None:
    found = rows(xml_page(tmp_path, f"<Row>{data(text, kind)}{data('x')}</Row>"))
    assert found == [["" if cell == "" else cell, "x"]]


def test_rows_and_cells_of_an_xml_spreadsheet_stand_where_they_say(tmp_path: Path) -> None:
    table = (
        f"<Row>{data('a')}{data('b', Index='3')}{data('c')}</Row>"
        f"<Row ss:Index='4'>{data('d', MergeAcross='1', MergeDown='2')}{data('e')}</Row><Row>{data('f')}<Cell/>{data('g')}</Row>"
    )
    page = xml_page(tmp_path, table)
    assert drawn(page) == ["a|·|b|c", "", "", "d|·|e", "f|·|g"]
    assert page.spans == [(3, 0, 5, 1)]
    assert (page.name, page.width) == ("八月", 4)


STYLES = """<Styles><Style ss:ID="Default"><NumberFormat ss:Format="General"/></Style>
<Style ss:ID="day"><NumberFormat ss:Format="Short Date"/></Style><Style ss:ID="of" ss:Parent="day"/>
<Style ss:ID="ten"><NumberFormat ss:Format="0.00&quot;万元&quot;"/></Style>
<Style ss:ID="round" ss:Parent="circle"/><Style ss:ID="circle" ss:Parent="round"/></Styles>"""


def test_styles_of_an_xml_spreadsheet_are_the_cells_the_rows_the_columns_and_those_that_they_are_made_from(
    tmp_path: Path,
) -> None:
    columns = '<Column/><Column ss:StyleID="day" ss:Span="1"/><Column ss:Index="6" ss:StyleID="ten"/><Column ss:StyleID="day"/>'
    cells = "".join(data("45139", "Number") for _ in range(8))
    one = data("45139", "Number", StyleID="of") + data("45139", "Number", StyleID="Default")
    more = data("45139", "Number", StyleID="round") + data("45139", "Number")
    page = xml_page(
        tmp_path, f'{columns}<Row>{cells}</Row><Row>{one}{more}</Row><Row ss:StyleID="ten">{more}</Row>', STYLES
    )
    day = datetime(2023, 8, 1)
    assert rows(page) == [
        [45139.0, day, day, 45139.0, 45139.0, 45139.0, day, 45139.0],
        [day, 45139.0, 45139.0, 45139.0],
        [45139.0, 45139.0],
    ]
    assert page.formats == {(5, '0.00"万元"'), (1, '0.00"万元"')}


def test_formulas_of_an_xml_spreadsheet_without_a_value_are_uncalculated_and_texts_are_not(tmp_path: Path) -> None:
    cells = (
        '<Cell ss:Formula="=1"/>' + data("", "Number", Formula="=1") + data("", "String", Formula="=1")
        + data("0", "Number", Formula="=1") + data("", "Number")
    )  # fmt: skip
    assert xml_page(tmp_path, f"<Row/><Row>{cells}</Row>").uncalculated == {(1, 0), (1, 1)}


def test_an_xml_spreadsheet_may_count_its_days_from_1904(tmp_path: Path) -> None:
    before = f"<ExcelWorkbook><Date1904/></ExcelWorkbook>{STYLES}"
    page = xml_page(tmp_path, f"<Row>{data('43677', 'Number', StyleID='day')}</Row>", before)
    assert (rows(page), page.day_0) == ([[datetime(2023, 8, 1)]], DAY_0_OF_1904)


def test_fonts_belong_to_a_value_of_an_xml_spreadsheet_and_comments_do_not(tmp_path: Path) -> None:
    cell = '<Cell><Data ss:Type="String">a<B>b</B>c</Data><Comment><Data>d</Data></Comment></Cell>'
    assert rows(xml_page(tmp_path, f"<Row>{cell}{data('e')}</Row>")) == [["abc", "e"]]


@pytest.mark.parametrize("said", ['ss:Index="-1"', 'ss:Index="x"', 'ss:MergeAcross="-1"'])
def test_a_place_that_is_none_is_damage(tmp_path: Path, said: str) -> None:
    with pytest.raises(ValueError):
        xml_page(tmp_path, f"<Row><Cell {said}><Data ss:Type='String'>a</Data></Cell></Row>")


def test_each_worksheet_of_an_xml_spreadsheet_begins_anew(tmp_path: Path) -> None:
    one = f'<Worksheet ss:Name="a"><Table><Column ss:StyleID="day"/><Row>{data("45139", "Number")}</Row></Table></Worksheet>'
    two = f'<Worksheet ss:Name="b"><Table><Row>{data("45139", "Number")}</Row></Table></Worksheet>'
    book = f'<Workbook xmlns="{written.SPREADSHEET}" xmlns:ss="{written.SPREADSHEET}">{STYLES}{one}{two}</Workbook>'
    found = pages(tmp_path, book, xml_2003)
    assert [(page.name, rows(page)) for page in found] == [("a", [[datetime(2023, 8, 1)]]), ("b", [[45139.0]])]


def ods_page(folder: Path, table: str, before: str = "", limits: WorkbookLimits = LIMITS) -> Page:
    (page,) = pages(folder, written.ods(table, before=before), ods, limits)
    return page


def paragraph(text: str, more: str = "") -> str:
    return f"<table:table-cell {more}><text:p>{text}</text:p></table:table-cell>"


def line(*cells: str, more: str = "") -> str:
    return f"<table:table-row {more}>{''.join(cells)}</table:table-row>"


@pytest.mark.parametrize(
    ("said", "text", "cell"),
    [
        ("", "甲", "甲"),
        ('office:value-type="string" office:string-value="乙"', "", "乙"),
        ('office:value-type="string" office:string-value="乙"', "甲", "甲"),
        ('office:value-type="float" office:value="1.5"', "1.50", 1.5),
        ('office:value-type="currency" office:value="2"', "￥2", 2.0),
        ('office:value-type="percentage" office:value="0.5"', "50%", 0.5),
        ('office:value-type="float" office:value="0"', "#N/A", "#N/A"),
        ('office:value-type="float" office:value="0"', "Err:502", "Err:502"),
        ('office:value-type="date" office:date-value="2023-08-01"', "8/1", datetime(2023, 8, 1)),
        ('office:value-type="date" office:date-value="2023-08-01T09:05:00"', "8/1", datetime(2023, 8, 1, 9, 5)),
        ('office:value-type="date" office:date-value="-1"', "8/1", "8/1"),
        ('office:value-type="time" office:time-value="PT09H05M07S"', "9:05", time(9, 5, 7)),
        ('office:value-type="time" office:time-value="PT09H05M07.5S"', "9:05", time(9, 5, 7)),
        ('office:value-type="time" office:time-value="PT23H59M00S"', "23:59", time(23, 59)),
        ('office:value-type="time" office:time-value="PT24H00M00S"', "24:00", "24:00"),
        ('office:value-type="time" office:time-value="P1D"', "24:00", "24:00"),
        ('office:value-type="boolean" office:boolean-value="true"', "x", True),
        ('office:value-type="boolean" office:boolean-value="false"', "x", False),
    ],
)
def test_every_kind_of_value_of_a_document(tmp_path: Path, said: str, text: str, cell: Cell) -> None:
    assert rows(ods_page(tmp_path, line(paragraph(text, said), paragraph("x")))) == [[cell, "x"]]


@pytest.mark.parametrize(
    ("inside", "text"),
    [
        ("<text:p>a</text:p><text:p>b</text:p>", "a\nb"),
        ("<text:p>a<text:s/>b<text:s text:c='3'/>c</text:p>", "a b   c"),
        ("<text:p>a<text:tab/>b<text:line-break/>c</text:p>", "a\tb\nc"),
        ("<text:p>a<text:span>b<text:span>c</text:span></text:span>d</text:p>", "abcd"),
        ("<office:annotation><text:p>x</text:p></office:annotation><text:p>a</text:p>", "a"),
        ("<text:p>a<text:note><text:p>x<text:s/></text:p></text:note>b</text:p>", "ab"),
        ("<text:p>a</text:p>x", "a"),
        ("<text:list><text:p>x</text:p></text:list><text:p>a</text:p>", "a"),
    ],
)
def test_the_text_of_a_documents_cell(tmp_path: Path, inside: str, text: str) -> None:
    assert rows(ods_page(tmp_path, line(f"<table:table-cell>{inside}</table:table-cell>"))) == [[text]]
    more = line(f"<table:table-cell>{inside}</table:table-cell>", paragraph("z"))
    assert rows(ods_page(tmp_path, more)) == [[text, "z"]]


def test_rows_and_cells_of_a_document_are_repeated_and_covered_ones_stand_empty(tmp_path: Path) -> None:
    table = (
        line(paragraph("a", 'table:number-columns-repeated="2"'), "<table:covered-table-cell/>", paragraph("b"))
        + line("<table:table-cell/>", more='table:number-rows-repeated="2"')
        + line(paragraph("c", 'table:number-rows-spanned="2" table:number-columns-spanned="3"'), more='table:number-rows-repeated="2"')
        + line(paragraph("d", 'table:number-columns-repeated="0"'), paragraph("e"))
    )  # fmt: skip
    page = ods_page(tmp_path, table)
    assert drawn(page) == ["a|a|·|b", "", "", "c", "c", "d|e"]
    assert page.spans == [(3, 0, 4, 2)]
    assert page.name == "八月"


def test_a_document_has_no_more_rows_than_may_be_but_for_empty_ones(tmp_path: Path) -> None:
    empty = line("<table:table-cell/>", more='table:number-rows-repeated="1000000"')
    assert len(rows(ods_page(tmp_path, line(paragraph("a"), more='table:number-rows-repeated="50"') + empty))) == 50
    with pytest.raises(OverflowError, match="rows"):
        ods_page(tmp_path, line(paragraph("a"), more='table:number-rows-repeated="51"'))
    with pytest.raises(OverflowError, match="rows"):
        ods_page(tmp_path, empty + line(paragraph("a")))


def test_formulas_of_a_document_without_a_value_are_uncalculated(tmp_path: Path) -> None:
    cells = (
        '<table:table-cell table:formula="of:=1"/>',
        '<table:table-cell table:formula="of:=1" office:value-type="currency"/>',
        '<table:table-cell table:formula="of:=1" office:value-type="string"/>',
        '<table:table-cell office:value-type="float"/>',
        '<table:table-cell table:formula="of:=1" office:value-type="float" office:value="0"/>',
    )
    assert ods_page(tmp_path, line(paragraph("x")) + line(*cells)).uncalculated == {(1, 0), (1, 1)}


def number_style(name: str, inside: str, kind: str = "number") -> str:
    return (
        f'<number:{kind}-style style:name="{name}">{inside}</number:{kind}-style>'
        f'<style:style style:name="of-{name}" style:data-style-name="{name}"/>'
    )


@pytest.mark.parametrize(
    ("kind", "inside", "code"),
    [
        ("number", '<number:number number:decimal-places="2"/><number:text>万元</number:text>', '0.00"万元"'),
        ("currency", "<number:number/><number:text>千元</number:text>", '0"千元"'),
        ("percentage", '<number:number number:decimal-places="0"/><number:text>万</number:text>', '0"万"'),
        ("number", '<number:number number:decimal-places="99"/><number:text>元</number:text>', '0.000000000"元"'),
        ("number", '<number:number number:decimal-places="x"/><number:text>元</number:text>', '0"元"'),
        ("number", "<number:text>约</number:text><number:number/><number:text>万元</number:text>", '0"约万元"'),
        ("number", '<number:number number:display-factor="10000"/><number:text>万元</number:text>', None),
        ("number", "<number:number/><number:text>件</number:text>", None),
        ("date", "<number:year/><number:text>元</number:text>", None),
    ],
)
def test_number_formats_of_a_document_that_write_a_unit_of_money(
    tmp_path: Path, kind: str, inside: str, code: str | None
) -> None:
    before = f"<office:automatic-styles>{number_style('a', inside, kind)}</office:automatic-styles>"
    money = 'office:value-type="float" office:value="1.2"'
    cells = (
        paragraph("x", 'table:style-name="of-a"'), paragraph("1.2", f'table:style-name="of-a" {money}'),
        paragraph("1.2", money), paragraph("1.2", f'table:style-name="a" {money}'),
    )  # fmt: skip
    assert ods_page(tmp_path, line(*cells), before).formats == ({(1, code)} if code else set())


def test_columns_of_a_document_have_a_style_for_cells_that_have_none(tmp_path: Path) -> None:
    ten = number_style("ten", "<number:number/><number:text>万元</number:text>")
    columns = (
        '<table:table-column/><table:table-column table:number-columns-repeated="2" table:default-cell-style-name="of-ten"/>'
        "<table:table-column/>"
    )
    money = 'office:value-type="float" office:value="1.2"'
    cells = line(paragraph("1", f'{money} table:number-columns-repeated="5"')) + line(
        paragraph("1", money), paragraph("1", money), paragraph("1", money), paragraph("1", money)
    )
    page = ods_page(tmp_path, columns + cells, f"<office:automatic-styles>{ten}</office:automatic-styles>")
    assert page.formats == {(1, '0"万元"'), (2, '0"万元"')}


def test_a_document_counts_its_days_from_where_it_says(tmp_path: Path) -> None:
    body = written.ods(line(paragraph("a")), before="")
    assert [page.day_0 for page in pages(tmp_path, body, ods)] == [DAY_0]
    null = '<table:calculation-settings><table:null-date table:date-value="{}"/></table:calculation-settings>'
    assert ods_page(tmp_path, line(paragraph("a")), null.format("1904-01-01")).day_0 == date(1904, 1, 1)
    assert ods_page(tmp_path, line(paragraph("a")), null.format("x")).day_0 == DAY_0


def test_a_table_within_a_sheet_is_none_of_its_rows(tmp_path: Path) -> None:
    inner = f"<table:table>{line(paragraph('x'))}</table:table>"
    assert drawn(ods_page(tmp_path, f"{line(paragraph('a'))}{inner}{line(paragraph('b'))}")) == ["a", "b"]


def xlsx_page(folder: Path, sheet: str, *, limits: WorkbookLimits = LIMITS, before: str = "", after: str = "") -> Page:
    (page,) = pages(folder, written.xlsx(sheet, before=before, after=after), xlsx, limits)
    return page


def cell(place: str, inside: str, kind: str = "", more: str = "") -> str:
    said = f't="{kind}"' if kind else ""
    return f'<c r="{place}" {said} {more}>{inside}</c>'


@pytest.mark.parametrize(
    ("cells", "read"),
    [
        ([cell("C1", "<v>1</v>"), cell("D1", "<v>#REF!</v>", "e")], [["", "", 1.0, "#REF!"]]),
        ([cell("A1", "<v>1</v>"), cell("F1", "<v>#N/A</v>", "e")], [[1.0, "", "", "", "", "#N/A"]]),
        ([cell("B1", "<v>甲</v>", "inlineStr"), cell("C1", "<is><t>乙</t></is>", "inlineStr")], [["", "甲", "乙"]]),
        ([cell("A1", "<v>1</v>", "b")], [[True]]),
    ],
)
def test_words_of_errors_and_texts_that_stand_where_numbers_do(
    tmp_path: Path, cells: Sequence[str], read: list[list[Cell]]
) -> None:
    page = xlsx_page(tmp_path, f'<row r="1">{"".join(cells)}</row>')
    assert rows(page) == read
    assert page.width == len(read[0])


def test_errors_below_the_last_row_and_beyond_the_last_column_that_calamine_tells(tmp_path: Path) -> None:
    sheet = f'<row r="1">{cell("A1", "<v>1</v>")}</row><row r="3">{cell("C3", "<v>#N/A</v>", "e")}</row>'
    page = xlsx_page(tmp_path, sheet)
    assert rows(page) == [[1.0, "", ""], ["", "", ""], ["", "", "#N/A"]]


@pytest.mark.parametrize(("place", "limit"), [("A50", None), ("A51", "rows"), ("L1", None), ("M1", "columns")])
def test_a_workbook_has_no_more_rows_and_columns_than_may_be(tmp_path: Path, place: str, limit: str | None) -> None:
    row = place[1:]
    for inside, kind in (("<v>1</v>", ""), ("<v>#N/A</v>", "e")):
        sheet = f'<row r="{row}">{cell(place, inside, kind)}</row>'
        if limit is None:
            assert len(rows(xlsx_page(tmp_path, sheet))) == int(row)
        else:
            with pytest.raises(OverflowError, match=limit):
                xlsx_page(tmp_path, sheet)


@pytest.mark.parametrize(
    ("inside", "kind", "asks", "uncalculated"),
    [
        ("<f>1</f>", "", False, True), ("<f>1</f><v/>", "", False, True), ("<f>1</f><v></v>", "str", False, False),
        ("<f>1</f><v>0</v>", "", False, False), ("<f>1</f><v>0</v>", "", True, True), ("<f>1</f><v>0.0</v>", "n", True, True),
        ("<f>1</f><v>1</v>", "", True, False), ("<f>1</f><v>0</v>", "b", True, False),
        ("<v>0</v>", "", True, False), ("<x:f xmlns:x='u'>1</x:f>", "", False, True), ("<f/><v>2</v>", "", False, False),
        ("<f t='shared' si='0'/>", "", False, True),
    ],
)  # fmt: skip
def test_formulas_that_nobody_has_calculated(
    tmp_path: Path, inside: str, kind: str, asks: bool, uncalculated: bool
) -> None:
    before = '<calcPr fullCalcOnLoad="true"/>' if asks else '<calcPr fullCalcOnLoad="0"/>'
    sheet = (
        f'<row r="1">{cell("A1", "<v>1</v>")}</row><row r="2">{cell("B2", inside, kind)}{cell("C2", "<v>1</v>")}</row>'
    )
    assert xlsx_page(tmp_path, sheet, before=before).uncalculated == ({(1, 1)} if uncalculated else set())


def test_merged_ranges_and_the_date_system_of_a_workbook(tmp_path: Path) -> None:
    after = '<mergeCells><mergeCell ref="A1:B2"/></mergeCells>'
    page = xlsx_page(tmp_path, f'<row r="1">{cell("A1", "<v>1</v>")}</row>', after=after)
    assert (page.spans, page.day_0, page.name) == ([(0, 0, 1, 1)], DAY_0, "八月")
    for said, day_0 in (("1", DAY_0_OF_1904), ("true", DAY_0_OF_1904), ("0", DAY_0)):
        before = f'<workbookPr date1904="{said}"/>'
        assert xlsx_page(tmp_path, "", before=before).day_0 == day_0


@pytest.mark.parametrize(
    ("letters", "index"), [("A", 0), ("Z", 25), ("AA", 26), ("az", 51), ("BA", 52), ("XFD", 16_383)]
)
def test_columns_have_letters(tmp_path: Path, letters: str, index: int) -> None:
    wide = WorkbookLimits(9, 9, 20_000, 1000)
    page = xlsx_page(tmp_path, f'<row r="1">{cell(f"{letters}1", "<f>1</f>")}</row>', limits=wide)
    assert page.uncalculated == {(0, index)}


def test_a_sheet_without_a_cell_has_neither_rows_nor_columns(tmp_path: Path) -> None:
    page = xlsx_page(tmp_path, "")
    assert (rows(page), page.width) == ([], 0)
