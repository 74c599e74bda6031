"""What is header, data and layout; how headers are matched and refused. Drawn as CSV: sheets share the code."""

from pathlib import Path

import pytest

from huimin.errors import DeliveryError
from unit.sheets.elderly import LI, WANG, ZHANG, contract, drawn, layout, reading, table, without


def refused(folder: Path, text: str) -> DeliveryError:
    with pytest.raises(DeliveryError) as refusal:
        reading(folder, text.encode(), "八月.csv")
    return refusal.value


def test_titles_page_breaks_footers_and_blank_rows_are_layout(tmp_path: Path) -> None:
    seen = table(
        tmp_path,
        f"""\
洪山区高龄津贴发放表,,,,
填报单位：关山街道,,填报日期：2023-08-20,,
,,,,
序号,姓名*,身 份 证 号,发放金额(元),发放月份
1,张三,{ZHANG},100,2023-08
2,,,,
 ,\u3000,\u00a0,,
序号,姓名 *,身份证号,发放金额（元）,发放月份
3,李四,{LI},200,2023-08
小 计,,,300,
,合计：,,300,
总计,,/,300,
,,,300,
4,合计,{WANG},300,2023-08
备注：以上属实,,,,
填表人：甲,审核人：乙,,,
制表人,,,,
说明,,,,
""",
    )
    assert drawn(seen.records) == [
        f"5 | 张三 | {ZHANG} | 100 | 2023-08",
        f"9 | 李四 | {LI} | 200 | 2023-08",
        "13 | · | · | 300 | ·",
        f"14 | 合计 | {WANG} | 300 | 2023-08",
    ]
    assert (seen.rows, layout(seen)) == (18, 14)


def test_a_header_of_two_rows_takes_both_cells_joined_else_the_lower_else_the_upper(tmp_path: Path) -> None:
    seen = table(
        tmp_path,
        f"""\
高龄津贴,,,,,
姓名,身份证号,发放,发放情况,发放,备注
,,日期,金额,月份,
张三,{ZHANG},2023-08-15,100,2023-08,好
姓名,身份证号,发放,发放情况,发放,备注
,,日期,金额,月份,
李四,{LI},2023-08-15,200,2023-08,
""",
    )
    assert seen.records.columns == ["row", "name", "id_number", "amount", "period", "paid_on"]
    assert drawn(seen.records) == [
        f"4 | 张三 | {ZHANG} | 100 | 2023-08 | 2023-08-15",
        f"7 | 李四 | {LI} | 200 | 2023-08 | 2023-08-15",
    ]
    assert seen.titles == ("姓名", "身份证号", "发放日期", "发放金额", "发放月份", "备注")
    assert seen.unknown_columns == ("备注",)


def test_a_serial_column_takes_no_title_from_above(tmp_path: Path) -> None:
    seen = table(tmp_path, f"街道,洪山,,,\n序号,姓名,身份证号,金额,月份\n1,张三,{ZHANG},100,2023-08\n")
    assert seen.records.columns == ["row", "name", "id_number", "amount", "period"]


def test_columns_come_in_contract_order_and_unknown_ones_are_listed(tmp_path: Path) -> None:
    seen = table(tmp_path, f"编号,月份,备注,金额,身份证号,备注,姓名\n1,2023-08,甲,5,{ZHANG},乙,张三\n")
    assert drawn(seen.records) == [f"2 | 张三 | {ZHANG} | 5 | 2023-08"]
    assert seen.unknown_columns == ("备注",)
    assert seen.titles == ("编号", "月份", "备注", "金额", "身份证号", "备注（2）", "姓名")


@pytest.mark.parametrize(
    ("title", "column"),
    [
        ("金额（元）", "amount"), ("金额(元)", "amount"), ("发放\u3000金额 ( 元 )*", "amount"), ("金额", "amount"),
        ("街道(乡镇)", "street"), ("街道（乡镇）", "street"), ("面积（亩）", "area_mu"), ("面积", "area_mu"),
        ("注册资本（万元）", "capital_wan"), ("注册资本", "capital_wan"),
        ("街道（镇）", None), ("面积（公顷）", None), ("发放金额合计", None),
    ],
)  # fmt: skip
def test_a_header_cell_matches_with_or_without_its_unit(tmp_path: Path, title: str, column: str | None) -> None:
    needed = [("姓名", "name"), ("身份证号", "id_number"), ("金额", "amount"), ("月份", "period")]
    others = [shown for shown, name in needed if name != column]
    text = ",".join([*others, title]) + "\n" + ",".join(["1"] * (len(others) + 1)) + "\n"
    seen = table(tmp_path, text)
    assert (column in seen.records.columns) == (column is not None)
    assert seen.unknown_columns == (() if column else (title,))


@pytest.mark.parametrize(("title", "unit"), [("金额（万元）", "万元"), ("注册资本（元）", "元")])
def test_another_unit_refuses_the_delivery(tmp_path: Path, title: str, unit: str) -> None:
    others = "姓名,身份证号,月份" if unit == "万元" else "姓名,身份证号,月份,金额"
    refusal = refused(tmp_path, f"{others},{title}\n张三,{ZHANG},2023-08,1,1\n")
    assert f"列）的单位是{unit}，" in refusal.problem


def test_two_headers_for_one_column_refuse_the_delivery_naming_both(tmp_path: Path) -> None:
    refusal = refused(tmp_path, f"姓名,身份证号,金额,发放金额（元）,月份\n张三,{ZHANG},1,1,2023-08\n")
    assert "表头“金额”（C列）和“发放金额”（D列）都对应“发放金额”（amount）" in refusal.problem
    assert ZHANG not in str(refusal)


def test_a_missing_required_column_is_named_beside_the_known_titles_found(tmp_path: Path) -> None:
    refusal = refused(tmp_path, f"姓名,身份证好,金额,月份,备注\n张三,{ZHANG},1,2023-08,\n")
    assert refusal.problem == (
        "文件缺少必需的列：身份证号（id_number）；找到的表头：姓名、金额、月份；另有 2 个其他表头，"
        "其中 1 个与已知表头只差一处（“身份证号”）"
    )
    assert refusal.unknown_columns == ("身份证好", "备注")
    assert refusal.nearly_known == (("身份证好", "身份证号"),)
    assert ZHANG not in str(refusal)
    assert "张三" not in str(refusal)


def test_only_titles_of_a_header_row_are_repeated(tmp_path: Path) -> None:
    refusal = refused(tmp_path, f"姓名,金额,{ZHANG},王五\n")
    assert refusal.problem.endswith("找到的表头：姓名、金额；另有 2 个其他表头")


def test_data_without_a_header_is_never_named(tmp_path: Path) -> None:
    refusal = refused(tmp_path, f"张三,{ZHANG},1,2023-08\n姓名,{LI},1,2023-08\n")
    assert "没有找到表头" in refusal.problem
    assert ZHANG not in str(refusal)
    assert LI not in str(refusal)


def test_the_period_column_may_be_missing(tmp_path: Path) -> None:
    seen = table(tmp_path, f"姓名,身份证号,金额\n张三,{ZHANG},1\n")
    assert "period" not in seen.records.columns


def test_a_roster_without_id_numbers_knows_its_footers_too(tmp_path: Path) -> None:
    text = "姓名,金额,月份\n甲,1,2023-08\n合计,1,\n甲,备注,\n"
    (seen,) = reading(tmp_path, text.encode(), "x.csv", by=without("id_number")).tables
    assert drawn(seen.records) == ["2 | 甲 | 1 | 2023-08", "4 | 甲 | 备注 | ·"]


def test_the_contract_is_not_changed_by_order_of_columns(tmp_path: Path) -> None:
    turned = contract(tuple(reversed(contract().columns)))
    (seen,) = reading(
        tmp_path, f"姓名,身份证号,金额,月份\n张三,{ZHANG},1,2023-08\n".encode(), "x.csv", by=turned
    ).tables
    assert seen.records.columns == ["row", "period", "amount", "id_number", "name"]
