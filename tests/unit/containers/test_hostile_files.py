"""Files made to harm: each is refused in plain Chinese, or read as the little that it is, in bounded time."""

from collections.abc import Callable
from pathlib import Path
from time import monotonic

import pytest
from lxml import etree

from huimin.containers.pages import WorkbookLimits
from huimin.containers.xml_2003 import pages_of
from huimin.errors import DeliveryError
from huimin.sheets import Limits
from unit.containers.written import (
    LAUGHS,
    OUTSIDE,
    Rows,
    html_of,
    ods,
    ods_of,
    xlsb_of,
    xlsx,
    xml_2003,
    xml_2003_of,
    zipped,
)  # fmt: skip
from unit.sheets.elderly import LI, ZHANG, drawn, reading

SECONDS = 60
"""Far more than any of them takes: nothing hangs."""
ROSTER = (("姓名", "身份证号", "金额", "月份"), ("张三", ZHANG, 100.0, "2023-08"), ("李四", LI, 200.0, "2023-08"))
CELL = "<Cell><Data ss:Type='String'>x</Data></Cell>"
ODS_CELL = "<table:table-cell><text:p>x</text:p></table:table-cell>"
DECLARED = "application/vnd.oasis.opendocument.spreadsheet"


def row_of(cell: str) -> str:
    return f"<table:table-row>{cell}</table:table-row>"


def refused(folder: Path, content: bytes, file: str, limits: Limits | None = None) -> str:
    began = monotonic()
    with pytest.raises(DeliveryError) as refusal:
        reading(folder, content, file, limits)
    assert monotonic() - began < SECONDS
    return refusal.value.problem


@pytest.mark.parametrize(
    ("content", "file"),
    [
        (xml_2003(f"<Row>{CELL.replace('x<', '&i;<')}</Row>", doctype=LAUGHS), "八月.xls"),
        (xml_2003(f"<Row>{CELL.replace('x<', '&i;<')}</Row>", doctype=OUTSIDE), "八月.xls"),
        (ods(row_of(ODS_CELL.replace("x<", "&i;<")), doctype=LAUGHS), "八月.ods"),
        (ods(row_of(ODS_CELL.replace("x<", "&i;<")), doctype=OUTSIDE), "八月.ods"),
        (xlsx('<row r="1"><c r="A1" t="e"><v>&i;</v></c></row>', doctype=LAUGHS), "八月.xlsx"),
        (xlsx('<row r="1"><c r="A1" t="inlineStr"><is><t>&i;</t></is></c></row>', doctype=OUTSIDE), "八月.xlsx"),
    ],
)
def test_entities_are_never_expanded_or_fetched(tmp_path: Path, content: bytes, file: str) -> None:
    problem = refused(tmp_path, content, file)
    assert "打不开" in problem
    assert "haha" not in problem


def test_a_page_with_entities_fetches_nothing(tmp_path: Path) -> None:
    page = b"<!DOCTYPE html " + OUTSIDE[11:].encode() + html_of(ROSTER).replace("张三".encode(), "张&i;三".encode())
    records = reading(tmp_path, page, "八月.xls").tables[0].records
    assert records["name"].to_list() == ["张&i;三", "李四"]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (xml_2003(f'<Row ss:Index="2000000000">{CELL}</Row>'), "行数太多"),
        (xml_2003(f"<Row>{CELL.replace('<Cell', '<Cell ss:Index=' + repr('2000000000'))}</Row>"), "列数太多"),
        (xml_2003(f'<Row ss:Index="{"9" * 5000}">{CELL}</Row>'), "打不开"),
        (xml_2003(f'<Row ss:Index="-5">{CELL}</Row>'), "打不开"),
        (xml_2003("<Row>" * 100_000), "打不开"),
        (ods(f'<table:table-row table:number-rows-repeated="2000000000">{ODS_CELL}</table:table-row>'), "行数太多"),
        (ods(row_of(ODS_CELL.replace("cell>", 'cell table:number-columns-repeated="2000000000">', 1))), "列数太多"),
        (b"<table><tr>" + b"<td>x" * 100_000, "列数太多"),
        (b"<table>" + b"<tr><td rowspan=65534 colspan=1000>x</td><td>y</td></tr>" * 1000, "列数太多"),
        (zipped({"mimetype": DECLARED, "content.xml": b" " * 300 * 2**20}), "倍以上"),
        (zipped({"mimetype": DECLARED}), "打不开（损坏或不完整）"),
    ],
)  # fmt: skip
def test_absurd_counts_are_refused(tmp_path: Path, content: bytes, problem: str) -> None:
    assert problem in refused(tmp_path, content, "八月.xls")


def test_tables_in_tables_without_end_have_no_header(tmp_path: Path) -> None:
    assert "没有找到表头" in refused(tmp_path, b"<html>" + b"<table><tr><td>x" * 20_000, "八月.xls")


def test_merged_ranges_beyond_the_sheet_cost_nothing(tmp_path: Path) -> None:
    wide = CELL.replace("<Cell", '<Cell ss:MergeAcross="2000000000" ss:MergeDown="2000000000"').replace("x<", "备注<")
    content = xml_2003_of(ROSTER).replace(b"</Table>", f"<Row>{wide}</Row></Table>".encode())
    assert reading(tmp_path, content, "八月.xls").tables[0].records.height == 2


def test_merged_ranges_upon_each_other_are_damage(tmp_path: Path) -> None:
    rows = "".join(
        f'<row r="{row}">' + "".join(f'<c r="{column}{row}"><v>1</v></c>' for column in "ABCDEFGH") + "</row>"
        for row in range(1, 100)
    )
    merged = '<mergeCells><mergeCell ref="A1:H50"/>' + '<mergeCell ref="A1:H99"/>' * 50_000 + "</mergeCells>"
    assert "损坏" in refused(tmp_path, xlsx(rows, after=merged), "八月.xlsx")


@pytest.mark.parametrize("written", [ods_of, xlsb_of, xml_2003_of])
def test_a_file_cut_short_is_damaged_wherever_it_is_cut(tmp_path: Path, written: Callable[[Rows], bytes]) -> None:
    content = written(ROSTER)
    for share in (0.3, 0.6, 0.95):
        problem = refused(tmp_path, content[: int(len(content) * share)], "八月.xls")
        assert "打不开" in problem, share


def test_a_page_cut_short_is_read_as_far_as_a_browser_reads_it(tmp_path: Path) -> None:
    content = html_of(ROSTER)
    (seen,) = reading(tmp_path, content[: content.index("李四".encode())], "八月.xls").tables
    assert drawn(seen.records) == [f"2 | 张三 | {ZHANG} | 100.0 | 2023-08"]


@pytest.mark.parametrize(
    "row",
    [f'<Row a="{"x" * 11_000_000}"/>', f"<{'x' * 60_000}/>", f"<!--{'x' * 11_000_000}-->"],
    ids=["attribute", "name", "comment"],
)
def test_what_is_longer_than_any_program_writes_is_not_read(tmp_path: Path, row: str) -> None:
    place = tmp_path / "0f3a"
    place.write_bytes(xml_2003(row))
    with pytest.raises(etree.XMLSyntaxError):
        list(pages_of(place, WorkbookLimits(sheets=1, rows=9, columns=9, text=1_000_000)))
