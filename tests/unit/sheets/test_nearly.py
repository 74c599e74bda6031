"""Headers one bracket or one character beside a title, and their harmless neighbours."""

import pytest

from huimin.sheets.nearly import nearly_known
from unit.sheets.elderly import contract


@pytest.mark.parametrize(
    ("header", "title"),
    [
        ("发放金额（含补发）", "发放金额"), ("【必填】姓名", "姓名"), ("（本人）姓名", "姓名"),
        ("街道（镇）", "街道"),
        ("发放金额(元", "发放金额"), ("发放金额元", "发放金额"), ("发放金额（元）（元）", "发放金额"),
        ("发放金额（元/人）", "发放金额"),
        ("身份证好", "身份证号"), ("身份证", "身份证号"), ("公民身份证号", None), ("发放总金额", "发放金额"),
        ("姓明", "姓名"),
        ("发放日", "发放日期"), ("发放月分：", "发放月份"), ("身份证号（复印件）码", "身份证号码"),
        ("备注", None), ("联系电话", None), ("发放总金额合计", None), ("（备注）", None), ("序号", None), ("", None),
        ("发（放）金（额）", None),
    ],
)  # fmt: skip
def test_a_header_within_one_bracket_or_one_character(header: str, title: str | None) -> None:
    assert nearly_known([header], contract(), frozenset()) == (((header, title),) if title else ())


def test_a_column_that_was_found_is_meant_last() -> None:
    assert nearly_known(["发放月额"], contract(), frozenset()) == (("发放月额", "发放金额"),)
    assert nearly_known(["发放月额"], contract(), frozenset({"amount"})) == (("发放月额", "发放月份"),)
