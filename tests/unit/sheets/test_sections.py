"""Headers again among the data: what follows is read by the header above it."""

from dataclasses import replace
from pathlib import Path

import pytest

from huimin.errors import DeliveryError
from huimin.sheets import Limits, Reading, Table
from huimin.sheets import read as sheets_read
from huimin.sheets.shapes import ReadAgainError
from unit.sheets.containers import CONTAINERS, grid, xlsx
from unit.sheets.elderly import LI, WANG, ZHANG, contract, drawn, reading

PARTS = f"""\
姓名 | 身份证号 | 发放金额 | 发放月份 | 街道
张三 | {ZHANG} | 100 | 2023-08 | 甲街道
{{again}}
"""


def read(folder: Path, drawing: str, container: str = "csv", limits: Limits | None = None) -> Reading:
    return reading(folder, CONTAINERS[container](grid(drawing)), f"名单.{container}", limits)


def rows_of(seen: Reading) -> list[str]:
    """The rows of every table as `row name id amount period street`, `·` where it has no such column or cell."""
    names = ("row", "name", "id_number", "amount", "period", "street")
    return [
        " ".join(str(record.get(name) or "·") for name in names)
        for table in seen.tables
        for record in table.records.iter_rows(named=True)
    ]


def counts(tables: tuple[Table, ...]) -> list[tuple[int, int]]:
    """Rows counted and rows of data of each table."""
    return [(table.rows, table.records.height) for table in tables]


@pytest.mark.parametrize("container", CONTAINERS)
def test_what_follows_is_read_by_the_header_above_it(tmp_path: Path, container: str) -> None:
    seen = read(
        tmp_path,
        f"""\
        姓名 | 身份证号 | 发放金额 | 发放月份 | 街道
        张三 | {ZHANG} | 100 | 2023-08 | 甲街道
        姓名 | 身份证号 | 街道 | 发放月份 | 发放金额
        李四 | {LI} | 乙街道 | 2023-08 | 200
        姓名* | 身份证号码 | 金额（元） | 发放月份 | 街道
        王五 | {WANG} | 300 | 2023-08 | 丙街道""",
        container,
    )
    assert rows_of(seen) == [
        f"2 张三 {ZHANG} 100 2023-08 甲街道",
        f"6 王五 {WANG} 300 2023-08 丙街道",
        f"4 李四 {LI} 200 2023-08 乙街道",
    ]
    assert counts(seen.tables) == [(4, 2), (2, 1)]


@pytest.mark.parametrize("container", CONTAINERS)
def test_a_header_may_name_fewer_columns(tmp_path: Path, container: str) -> None:
    seen = read(
        tmp_path,
        f"""\
        姓名 | 身份证号 | 发放金额 | 发放月份 | 街道
        张三 | {ZHANG} | 100 | 2023-08 | 甲街道
        二、补发 | | | |
        金额 | 身份证号 | 姓名 | |
        200 | {LI} | 李四 | |
        合计 | | | |
        """,
        container,
    )
    assert rows_of(seen) == [f"2 张三 {ZHANG} 100 2023-08 甲街道", f"5 李四 {LI} 200 · ·"]
    assert counts(seen.tables) == [(2, 1), (4, 1)]
    assert [[text for _, text in table.above] for table in seen.tables] == [["二、补发"]] * 2


def read_ragged(folder: Path, drawing: str, limits: Limits) -> tuple[Table, ...]:
    """The tables of a text file whose lines have no more cells than are drawn."""
    lines = [",".join(cell.strip() for cell in line.split("|")) for line in drawing.strip().splitlines()]
    archived = folder / "ragged"
    archived.write_text("\n".join(lines), "utf-8")
    seen = sheets_read(archived, "名单.csv", contract(), limits)
    while True:
        try:
            return tuple(seen.tables)
        except ReadAgainError:
            continue


@pytest.mark.parametrize("container", CONTAINERS)
def test_a_wider_header_among_the_data(tmp_path: Path, container: str) -> None:
    drawing = f"""\
        姓名 | 身份证号 | 发放金额 | 发放月份
        张三 | {ZHANG} | 100 | 2023-08
        姓名 | 身份证号 | 供养方式 | 发放月份 | 发放金额
        李四 | {LI} | 集中供养 | 2023-08 | 200
        姓名 | 身份证号 | 发放金额 | 发放月份
        王五 | {WANG} | 300 | 2023-08"""
    seen = read(tmp_path, drawing, container)
    ragged = read_ragged(tmp_path, drawing, Limits())
    if container == "csv":
        seen = replace(seen, tables=ragged)
    assert rows_of(seen) == [
        f"2 张三 {ZHANG} 100 2023-08 ·",
        f"6 王五 {WANG} 300 2023-08 ·",
        f"4 李四 {LI} 200 2023-08 ·",
    ]
    assert [table.faults.height for table in seen.tables] == [0, 0]


@pytest.mark.parametrize(
    ("again", "faults"),
    [
        ("姓名 | 身份证号 | 供养方式 | 备注 | 电话", 1),
        (f"李四 | {LI} | 200 | 2023-08 | 乙街道", 1),
        (f"姓名 | 身份证号 | 金额 | 备注 | 街道\n李四 | {LI} | 200 | 无 | 乙街道 | 多", 1),
        (f"姓名 | 身份证号 | 金额 | 备注 | 街道\n李四 | {LI} | 200 | 无 | 乙街道", 0),
    ],
)
def test_a_text_record_wider_than_the_header_above_it_stays_rejected(tmp_path: Path, again: str, faults: int) -> None:
    head = f"姓名 | 身份证号 | 发放金额 | 发放月份\n张三 | {ZHANG} | 100 | 2023-08\n"
    late = f"\n姓名 | 身份证号 | 发放金额 | 发放月份\n王五 | {WANG} | 300 | 2023-08 | 多"
    for limits in (Limits(), Limits(block_bytes=64, header_rows=1)):
        tables = read_ragged(tmp_path, head + again + late, limits)
        assert sum(table.faults.height for table in tables) == faults + 1
        assert {"extra_cells"} == {reason for table in tables for reason in table.faults["reason"]}


def test_two_known_titles_in_a_row_are_no_header(tmp_path: Path) -> None:
    seen = read(tmp_path, PARTS.format(again=f"姓名 | {LI} | 金额 | 2023-08 | 丙街道\n街道 | 月份 | | |"))
    assert [table.records["row"].to_list() for table in seen.tables] == [[2, 3, 4]]


def test_a_header_of_two_rows_in_another_order(tmp_path: Path) -> None:
    seen = read(
        tmp_path,
        f"""\
        姓名 | 身份证号 | 发放 | 发放 | 发放
        | | 日期 | 金额 | 月份
        张三 | {ZHANG} | 2023-08-15 | 100 | 2023-08
        身份证号 | 姓名 | 发放 | 发放 | 发放
        | | 金额 | 日期 | 月份
        {LI} | 李四 | 200 | 2023-08-16 | 2023-08
        姓名 | 身份证号 | 发放 | 发放 | 发放
        | | 日期 | 金额 | 月份
        王五 | {WANG} | 2023-08-17 | 300 | 2023-08""",
    )
    first, second = seen.tables
    assert drawn(first.records) == [
        f"3 | 张三 | {ZHANG} | 100 | 2023-08 | 2023-08-15",
        f"9 | 王五 | {WANG} | 300 | 2023-08 | 2023-08-17",
    ]
    assert drawn(second.records) == [f"6 | 李四 | {LI} | 200 | 2023-08 | 2023-08-16"]


def test_a_header_merged_over_columns_among_the_data(tmp_path: Path) -> None:
    rows = grid(f"""\
        姓名 | 身份证号 | 日期 | 金额 | 月份
        张三 | {ZHANG} | 2023-08-15 | 100 | 2023-08
        身份证号 | 姓名 | 发放 | |
        | | 金额 | 日期 | 月份
        {LI} | 李四 | 200 | 2023-08-16 | 2023-08""")
    seen = reading(tmp_path, xlsx(rows, [(2, 2, 2, 4), (2, 3, 0, 0), (2, 3, 1, 1)]), "名单.xlsx")
    assert drawn(seen.tables[1].records) == [f"5 | 李四 | {LI} | 200 | 2023-08 | 2023-08-16"]


def test_titles_above_a_header_among_the_data_are_told_with_those_of_the_sheet(tmp_path: Path) -> None:
    seen = read(
        tmp_path,
        f"""\
        2023年7月发放表 | | | |
        填报单位：甲街道 | | 填报日期：2023-08-01 | |
        姓名 | 身份证号 | 发放金额 | 街道 |
        张三 | {ZHANG} | 100 | 甲街道 |
        | | | |
        2023年8月发放表 | | | |
        姓名 | 身份证号 | 发放金额 | 街道 |
        李四 | {LI} | 200 | 乙街道 |""",
    )
    (only,) = seen.tables
    assert [text for _, text in only.above] == [
        "2023年7月发放表",
        "填报单位：甲街道 填报日期：2023-08-01",
        "2023年8月发放表",
    ]
    assert only.records["row"].to_list() == [4, 8]
    assert only.rows == 8


def test_a_record_is_data_though_it_stands_above_a_header(tmp_path: Path) -> None:
    seen = read(tmp_path, PARTS.format(again="李四 | | 5 | |\n姓名 | 身份证号 | 街道 | 发放月份 | 金额"))
    assert rows_of(seen)[-1] == "3 李四 · 5 · ·"


def test_more_cells_than_the_header_above_are_a_fault(tmp_path: Path) -> None:
    narrow = f"姓名 | 身份证号 | 金额 | |\n李四 | {LI} | 1 | 000 |\n王五 | {WANG} | 5 | |"
    seen = read(tmp_path, PARTS.format(again=narrow))
    assert [table.faults.rows() for table in seen.tables] == [[], [(4, "extra_cells", f"李四,{LI},1,000,")]]
    assert counts(seen.tables) == [(2, 1), (3, 1)]
    in_a_workbook = read(tmp_path, PARTS.format(again=narrow), "xlsx")
    assert [table.faults.height for table in in_a_workbook.tables] == [0, 0]


@pytest.mark.parametrize(
    ("again", "said"),
    [
        ("姓名 | 身份证号 | 金额 | 实发金额 | 发放金额", "都对应"),
        ("姓名 | 身份证号 | 金额（万元） | 发放月份 |", "万元"),
        ("姓名 | 身份证号 | 发放金额（万元） | 发放月份 | 街道", "万元"),
    ],
)
def test_a_header_among_the_data_is_judged_like_the_first(tmp_path: Path, again: str, said: str) -> None:
    with pytest.raises(DeliveryError, match=said):
        read(tmp_path, PARTS.format(again=again))


def test_headers_that_never_agree_refuse_the_delivery(tmp_path: Path) -> None:
    titles = ["姓名", "身份证号", "金额", "月份", "街道"]
    turned = "\n".join(" | ".join([*titles[turn:], *titles[:turn]]) for turn in range(5))
    with pytest.raises(DeliveryError, match="表头太多"):
        read(tmp_path, turned, limits=Limits(sheets=4))
    assert len(read(tmp_path, turned).tables) == 5


def test_the_first_whole_header_is_the_sheets_though_a_later_one_names_more(tmp_path: Path) -> None:
    seen = read(
        tmp_path,
        f"""\
        街道 | 享受人姓名 | 金额 | |
        甲街道 | 2 | 300 | |
        姓名 | 身份证号 | 发放金额 | 月份 | 备注
        张三 | {ZHANG} | 100 | 2023-08 |
        姓名 | 身份证号 | 发放金额 | 月份 | 街道
        李四 | {LI} | 200 | 2023-08 | 乙街道""",
    )
    assert rows_of(seen) == [f"4 张三 {ZHANG} 100 2023-08 ·", f"6 李四 {LI} 200 2023-08 乙街道"]
    assert counts(seen.tables) == [(4, 1), (2, 1)]
