"""What one header cell names: titles, decorations, units."""

import pytest

from huimin.sheets.header import likely_titles, opens
from huimin.sheets.titles import claim_of, lone_unit, titles_of
from nights import PROJECT
from unit.sheets.elderly import contract

TITLES = titles_of(contract())
DIBAO = titles_of(PROJECT.contracts["urban_dibao"])


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("*姓名（必填）", "name"), ("姓名（选填）：", "name"), ("（必填）姓名", "name"), ("姓 名＊:", "name"),
        ("身份证号（18位）", "id_number"), ("身份证号［18位］（必填）", "id_number"),
        ("发放日期（年月日）", "paid_on"),
        ("发放金额（元/月）", "amount"), ("发放金额（元／年）", "amount"), ("发放金额(元/学期)", "amount"),
        ("发放金额（元）（必填）", "amount"), ("发放金额（必填）（元）：", "amount"), ("金额（单位：元）", "amount"),
        ("金额（人民币元）", "amount"), ("街道（乡镇）（必填）", "street"), ("注册资本（单位：万元）", "capital_wan"),
        ("面积（亩）", "area_mu"),
        ("姓名（19位）", None), ("姓名必填", None), ("发放金额（元/人）", None), ("发放金额（元）（月）", None),
        ("发放金额（其中3.5万元为补发）", None), ("发放金额元", None), ("面积（万元）", None), ("：", None),
        ("（元）", None),
    ],
)  # fmt: skip
def test_decorations_and_one_bracket_with_a_unit_fall_away(text: str, column: str | None) -> None:
    claim = claim_of(text, TITLES)
    assert (claim.column if claim else None) == column
    assert claim is None or claim.wrong_unit is None


@pytest.mark.parametrize(
    ("text", "column", "unit"),
    [
        ("发放金额（万元）", "amount", "万元"), ("发放金额（单位：万元）", "amount", "万元"),
        ("金额（计量单位:千元）（必填）", "amount", "千元"), ("金额（百元）", "amount", "百元"),
        ("金额（亿元）", "amount", "亿元"), ("金额（万元，含补发）", "amount", "万元"),
        ("金额（万元/年）", "amount", "万元"),
        ("金额（人民币万元）", "amount", "万元"), ("金额（万）", "amount", "万元"),
        ("金额（百万元）", "amount", "百万元"),
        ("发放金额万元", "amount", "万元"), ("发放金额：万元", "amount", "万元"),
        ("发放金额/万元*", "amount", "万元"),
        ("（万元）发放金额", "amount", "万元"), ("注册资本（元）", "capital_wan", "元"),
        ("注册资本（亿元）", "capital_wan", "亿元"),
    ],
)  # fmt: skip
def test_another_unit_of_money_than_the_columns_is_told(text: str, column: str, unit: str) -> None:
    claim = claim_of(text, TITLES)
    assert claim
    assert (claim.column, claim.wrong_unit) == (column, unit)


def test_a_claim_knows_the_title_as_the_contract_writes_it() -> None:
    claim = claim_of("街道 (乡镇)*", TITLES)
    assert claim
    assert (claim.title, claim.known) == ("街道 (乡镇)*", "街道（乡镇）")


def test_a_rosters_own_titles_win_over_the_shared_ones() -> None:
    named = {
        text: claim.column
        for text in ("申请人姓名", "享受人姓名", "账号（一卡通）")
        if (claim := claim_of(text, DIBAO))
    }
    assert named == {"申请人姓名": "household_head_name", "享受人姓名": "name", "账号（一卡通）": "account"}


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("元", "元"),
        ("（万元）", "万元"),
        (" 亩 ", "亩"),
        ("金额", None),
        ("单位：万元", None),
        ("3.5万元", None),
        ("", None),
    ],
)
def test_a_cell_that_holds_nothing_but_a_unit(text: str, unit: str | None) -> None:
    assert lone_unit(text) == unit


@pytest.mark.parametrize(
    ("upper", "lower", "count"),
    [
        (("姓名", "金额"), ("", ""), 2),
        (("", ""), ("姓名", "金额"), 2),
        (("姓名", ""), ("姓名", ""), 1),
        (("*姓名", "（月）金额"), ("", ""), 2),
        (("备注1", "x"), ("", ""), 0),
        (("备注*", "x（"), ("", ""), 0),
    ],
)
def test_as_many_columns_may_be_named_as_cells_begin_like_a_title_or_with_a_mark(
    upper: tuple[str, ...], lower: tuple[str, ...], count: int
) -> None:
    assert likely_titles(upper, lower, {"姓", "金"}) == count


@pytest.mark.parametrize(
    ("upper", "lower", "expected"),
    [
        (("姓名", "金额", ""), ("", "", "备注"), True),
        (("姓名", "", ""), ("", "", "备注"), False),
        (("序号", "", ""), ("", "姓名", "金额"), True),
        (("序 号", "", ""), ("", "姓名", "金额"), True),
        (("姓名", "金额", ""), ("", "元", "备注"), False),
        (("", "", ""), ("", "姓名", ""), False),
    ],
)
def test_an_upper_row_titles_what_is_left_open_below(
    upper: tuple[str, ...], lower: tuple[str, ...], expected: bool
) -> None:
    assert opens(upper, lower) is expected
