"""Which texts, names and number formats tell a unit of money, and which hold an amount or a place."""

import pytest

from huimin.sheets.units import filed_unit, formatted_unit, lone_told_unit, named_unit, power_of, told_unit


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("单位：万元", "万元"), ("单 位 ： 万 元", "万元"), ("金额单位：千元", "千元"), ("计量单位:百元", "百元"),
        ("填报单位：区扶贫办　单位：亿元", "亿元"), ("填报日期：2023-08-01 单位:万元 第1页", "万元"),
        ("单位：人、万元", "万元"),
        ("（单位：万元）", "万元"), ("2023年扶贫资金（万元）", "万元"), ("表一［万元］", "万元"), ("万元", "万元"),
        ("（万元、人）", "万元"),
        ("注：金额单位为万元", "万元"), ("注：本表金额单位均为万元，保留两位小数", "万元"),
        ("本表以万元为单位", "万元"),
        ("金额单位：人民币万元", "万元"), ("单位：百万元", "百万元"), ("（币种：人民币　单位：万元）", "万元"),
        ("单位：万", "万元"), ("单位：万 填报日期：2023-08-01", "万元"), ("2023年扶贫资金（万）", "万元"), ("万", None),
        ("填报单位：万村", None), ("（约3万）", None), ("单位：萬元", "萬元"), ("单位：仟元", "仟元"),
        ("二佰元", None),
        ("其中3.5万元为补发", None), ("其中3.5 万元为补发", None), ("共计（12万元）", None), ("3.5万元", None),
        ("十万元", "十万元"),
        ("数万元", None), ("单位：3万元", None), ("单位补助3万元", None), ("单位：元", None), ("（元）", None),
        ("元", None),
        ("填报单位：万元村委会", None), ("本单位千元以上项目", None), ("合计生猪补贴万元", None), ("万元户", None),
        ("", None),
        ("二百万元", None), ("伍拾万元", None), ("备注：叁万元整", None),
        ("单位:人民币 万元", "万元"), ("单位：亿", "亿元"), ("单\u200b位：万\u200b元", "万元"),
        ("单位：万（元）", "万元"),
        ("单位：（万）元", "万元"), ("单位：万元整", "万元"), ("單位：萬元", "萬元"), ("单位：拾万元", "拾万元"),
        ("单位：RMB万元", "万元"), ("单位：￥万元", "万元"), ("单位——万元", "万元"), ("单位=万元", "万元"),
        ("单位;万元", "万元"), ("单位；ＲＭＢ　万元", "万元"), ("单位／万元", "万元"), ("金额：万元", "万元"),
        ("投入资金：万元 第1页", "万元"), ("单位：10000元", "10000元"), ("单位：10,000元", "10,000元"),
        ("单位：1万元", "1万元"), ("单位：万圆", "万元"), ("单位：百万", "百万元"), ("单位：千", "千元"),
        ("单位：1元", None), ("每单位：10000元", None), ("单位：12000元", None), ("金额：10000元", None),
        ("单位：人", None), ("单位：区民政局", None), ("单位：亿利公司", None), ("单位：千山街道", None),
        ("经办人：万", None),
        ("万元增收工程", None), ("项目：万元增收工程", None), ("金额：3万元", None), ("单位：元/人", None),
    ],
)  # fmt: skip
def test_a_unit_is_told_by_its_word_a_bracket_or_alone_and_never_by_an_amount(text: str, unit: str | None) -> None:
    assert told_unit(text) == unit


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("单位：元", "元"), ("单位：人民币元", "元"), ("（元）", "元"), ("元", "元"), ("单位：亿元", "亿元"),
        ("单位：千元", "千元"),
        ("单位：户、元", "元"), ("金额：元", "元"),
        ("单位：万元", None), ("单位：萬元", None), ("单位：10000元", None), ("（万）", None),
        ("单位：公元前", None),
        ("其中35元为补发", None), ("注册资本500元", None), ("单位：元宝村", None), ("多元公司", None),
    ],
)  # fmt: skip
def test_amounts_that_should_be_in_ten_thousand_yuan_may_be_told_in_yuan(text: str, unit: str | None) -> None:
    assert told_unit(text, "万元") == unit


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("万元", "万元"), ("（万元）", "万元"), ("（金额单位： 万元）", "万元"), ("单位：RMB万元整", "万元"),
        ("万（元）", "万元"),
        ("元", None), ("奖金（万元）", None), ("3.5万元", None), ("10000元", None), ("单位：万元 甲", None),
        ("万元户", None),
    ],
)  # fmt: skip
def test_a_cell_that_is_nothing_but_a_unit(text: str, unit: str | None) -> None:
    assert lone_told_unit(text) == unit


@pytest.mark.parametrize(
    ("form", "unit"),
    [('#,##0"元"', "元"), ('0.00"亿元"', "亿元"), ('0!.0,"万元"', "元"), ('0.00"万元"', None), ("#,##0.00", None)],
)
def test_a_number_format_over_ten_thousand_yuan(form: str, unit: str | None) -> None:
    assert formatted_unit(form, "万元") == unit


@pytest.mark.parametrize(
    ("name", "unit"),
    [("万元", "万元"), ("2023年_万元", "万元"), ("投入 万元", "万元"), ("资金（万元）", "万元"), ("2023年", None),
     ("万元村", None),
     ("补助3.5万元名单", None)],
)  # fmt: skip
def test_a_name_tells_a_unit_by_a_part_of_its_own_too(name: str, unit: str | None) -> None:
    assert named_unit(name) == unit


def test_a_member_has_the_unit_of_its_archive() -> None:
    assert filed_unit("扶贫资金（单位：万元）.zip/东湖街道.csv") == "万元"
    assert filed_unit("扶贫资金.zip/万元/东湖街道.csv") == "万元"
    assert filed_unit("扶贫资金.zip/东湖街道.csv") is None


@pytest.mark.parametrize(
    ("form", "unit"),
    [
        ('0.00"万元"', "万元"), ('0.00"万"', "万元"), ("#,##0.00\\万\\元", "万元"), ("0.00万元", "万元"),
        ('0.0 "亿元"', "亿元"), ('0.00"萬元"', "萬元"), ('0,"仟元"', None),
        ('#,##0"千元";[红色]-#,##0"千元"', "千元"), ('0;0"万元"', "万元"), ('[$-804]0.00" 万元 "', "万元"),
        ('0.00,"万元"', "万元"),
        # what the cell holds is in yuan here, and only shown in another unit
        ('0!.0,"万元"', None), ('0\\.0,"万"', None), ('0"."0000"万元"', None), ('0.00,"千元"', None),
        ('0.00,,%"万元"', None),
        ('0.00,,"百万元"', None),
        ('0.00"元"', None), ("#,##0.00", None), ("@", None), ('"万元"', "万元"), ('yyyy"年"m"月"', None), ("", None),
        ("_万0.00", None),
    ],
)  # fmt: skip
def test_a_number_format_tells_a_unit_unless_it_divides_by_it(form: str, unit: str | None) -> None:
    assert formatted_unit(form) == unit


@pytest.mark.parametrize(
    ("unit", "power"),
    [
        ("元", 0), ("十元", 1), ("拾元", 1), ("百元", 2), ("佰元", 2), ("千元", 3), ("仟元", 3), ("万元", 4),
        ("萬元", 4), ("十万元", 5), ("百万元", 6), ("仟万元", 7), ("亿元", 8), ("億元", 8), ("10000元", 4), ("1元", 0),
        ("亿万元", 12),
    ],
)  # fmt: skip
def test_a_unit_is_a_power_of_ten(unit: str, power: int) -> None:
    assert power_of(unit) == power
