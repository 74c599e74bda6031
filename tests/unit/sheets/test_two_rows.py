"""Two rows of titles, cell by cell: what a heading bars, whom it names, and what the two name together."""

from collections.abc import Sequence

import pytest

from huimin.sheets.header import (
    bars,
    best_header,
    claim_of_two,
    completes,
    headings,
    is_nothing_else,
    is_own_person,
    names_another,
    names_other_money,
    names_others,
    of_others,
    plain_heading,
    singles,
    title_of_two,
    with_units,
)
from huimin.sheets.sections import header_in
from huimin.sheets.titles import titles_of
from nights import PROJECT
from unit.sheets.elderly import contract

TITLES = titles_of(contract())
YEARLY = titles_of(PROJECT.contracts["poverty_funds"])


def row(drawing: str) -> list[str]:
    return [cell.strip().replace("·", "") for cell in drawing.split("|")]


@pytest.mark.parametrize(
    ("upper", "spread", "lower", "over"),
    [
        # as far to the right as something stands below
        ("户主 | · | ·", "户主 | · | ·", "姓名 | 身份证号 | 金额", "户主 | 户主 | 户主"),
        ("户主 | · | 本人 | ·", "户主 | · | 本人 | ·", "姓名 | 号 | 姓名 | 号", "户主 | 户主 | 本人 | 本人"),
        ("户主 | · | ·", "户主 | · | ·", "姓名 | · | 金额", "户主 | · | ·"),
        ("户主 | · | ·", "户主 | · | ·", "· | 号 | 金额", "户主 | · | ·"),
        # a merged cell heads its own columns alone
        ("户主 | · | ·", "户主 | 户主 | ·", "姓名 | 号 | 金额", "户主 | 户主 | ·"),
    ],
)  # fmt: skip
def test_what_stands_over_each_cell(upper: str, spread: str, lower: str, over: str) -> None:
    assert list(headings(row(upper), row(spread), row(lower))) == row(over)


@pytest.mark.parametrize(
    ("heading", "plain"),
    [("户主信息", "户主"), ("户主情况：", "户主"), ("户主:", "户主"), ("户主", "户主"), ("信息户主", "信息户主")],
)
def test_an_end_of_a_heading_that_says_nothing_falls_away(heading: str, plain: str) -> None:
    assert plain_heading(heading) == plain


@pytest.mark.parametrize(
    ("text", "beside", "expected"),
    [
        ("户主", "姓名", True), ("户主", "户主姓名", False), ("姓名", "金额", False), ("户主配偶", "配偶姓名", True),
        ("监护人", "姓名", True), ("监护人", "监护人姓名", False), ("经办人", "姓名", True), ("上月", "金额", True),
        ("全年", "金额", True), ("全年", "全年金额", False), ("7-9月", "金额", True), ("7-9月", "7-9月金额", False),
        ("7月", "金额", False), ("享受人", "姓名", False), ("申请人", "姓名", False),
    ],
)  # fmt: skip
def test_whether_a_cell_names_another_person_or_span(text: str, beside: str, expected: bool) -> None:
    assert names_others(text, beside, TITLES) is expected


def test_the_whole_year_is_no_other_span_where_the_roster_is_of_years() -> None:
    assert not names_others("全年", "金额", YEARLY)
    assert names_others("上年", "金额", YEARLY)


@pytest.mark.parametrize(
    ("heading", "expected"),
    [
        ("享受人", True),
        ("享受人姓名", True),
        ("享受人信息", True),
        ("享受人（本人）", True),
        ("户主", False),
        ("街道", False),
    ],
)
def test_whom_the_roster_is_of(heading: str, expected: bool) -> None:
    assert is_own_person(heading, TITLES) is expected


@pytest.mark.parametrize(
    ("heading", "below", "expected"),
    [
        ("工资", "金额", True), ("家庭收入", "发放金额", True), ("工资合计", "金额", True), ("补助", "金额", False),
        ("工资", "工资金额", False), ("工资", "姓名", False), ("发放", "金额", False), ("工资（元）", "金额", True),
        ("工资人", "金额", False),
    ],
)  # fmt: skip
def test_whether_a_heading_names_another_kind_of_money(heading: str, below: str, expected: bool) -> None:
    assert names_other_money(heading, below, TITLES) is expected
    assert bars(heading, below, TITLES) is expected


@pytest.mark.parametrize(
    ("heading", "below", "title"),
    [
        ("户主", "姓名", "户主姓名"), ("本人", "姓名", "姓名"), ("备注", "", "备注"), ("", "备注", "备注"),
        ("工资", "金额", "工资金额"), ("户主\n信息", "姓 名", "户主信息姓名"),
    ],
)  # fmt: skip
def test_how_a_column_of_two_cells_is_called(heading: str, below: str, title: str) -> None:
    assert title_of_two(heading, below, TITLES).replace(" ", "") == title


@pytest.mark.parametrize(
    ("heading", "expected"),
    [
        ("户主", True), ("户主信息", True), ("全年", True), ("监护人", True), ("填报人", False), ("审核人情况", False),
        ("工资合计", True), ("户主张三", False), ("补助", False),
    ],
)  # fmt: skip
def test_whether_a_heading_is_the_name_of_another_and_no_more(heading: str, expected: bool) -> None:
    assert is_nothing_else(heading) is expected


@pytest.mark.parametrize(
    ("heading", "below", "alone", "column"),
    [
        ("", "姓名", False, "name"),
        ("姓名", "", False, "name"),
        ("", "", False, None),
        ("发放", "金额", False, "amount"),
        ("享受人", "姓名", False, "name"),
        ("享受人信息", "姓名", False, "name"),
        ("户主", "姓名", False, None),
        ("发放（万元）", "金额", False, "amount"),
        ("姓名", "序号", False, None),
        ("金额", "说明", False, "amount"),
        ("金额", "说明", True, None),
        ("月份：", "说明", False, None),
        ("金额", "户主", False, None),
        ("金额", "金额", False, "amount"),
        ("备注", "说明", False, None),
    ],
)
def test_the_column_that_two_cells_name(heading: str, below: str, alone: bool, column: str | None) -> None:
    claim = claim_of_two(heading, below, TITLES, alone=alone)
    assert (claim.column if claim else None) == column


def test_the_unit_of_a_heading_is_that_of_the_amount_below() -> None:
    claim = claim_of_two("发放（万元）", "金额", TITLES, alone=False)
    assert claim and claim.wrong_unit == "万元"
    claim = claim_of_two("金额", "说明", TITLES, alone=False)
    assert claim and claim.title.endswith("/说明")


def of(upper: str, spread: str, lower: str) -> list[int]:
    return sorted(of_others(row(upper), row(spread), row(lower), TITLES))


@pytest.mark.parametrize(
    ("upper", "spread", "lower", "cells"),
    [
        ("户主 | · | 本人 | ·", "户主 | 户主 | 本人 | 本人", "姓名 | 身份证号 | 姓名 | 身份证号", [0, 1]),
        ("户主信息 | · | 序号", "户主信息 | 户主信息 | 序号", "姓名 | 身份证号 | 序号", [0, 1]),
        ("户主签字处 | · | 金额", "户主签字处 | · | 金额", "姓名 | 身份证号 | 金额", [0, 1]),
        ("户主签字处 | · | 备注", "户主签字处 | · | 备注", "姓名 | 身份证号 | 金额", []),
        ("户主 | · | ·", "户主 | · | ·", "姓名 | 身份证号 | 金额", [0, 1, 2]),
        ("户主名册 | · | ·", "户主名册 | 户主名册 | 户主名册", "姓名 | 身份证号 | 金额", []),
        ("姓名 | 户主", "姓名 | 户主", "姓名 | 户主", []),
        ("户主 | ·", "户主 | ·", "· | 金额", []),
    ],
)  # fmt: skip
def test_cells_below_a_heading_that_names_another_tell_nothing_alone(
    upper: str, spread: str, lower: str, cells: list[int]
) -> None:
    assert of(upper, spread, lower) == cells


@pytest.mark.parametrize(
    ("over", "lower", "expected"),
    [
        ("申请人 | 申请人 | ·", "姓名 | 身份证号 | 学生姓名", True),
        ("申请人 | 申请人 | 学生", "姓名 | 身份证号 | 姓名", True),
        ("申请人 | 申请人 | ·", "姓名 | 身份证号 | 金额", False),
        ("户主 | 户主 | ·", "姓名 | 身份证号 | 学生姓名", False),
        ("申请人 | 申请人 | 户主", "姓名 | 身份证号 | 姓名", False),
        ("申请人 | 申请人 | ·", "姓名 | 身份证号 | 姓名", False),
    ],
)  # fmt: skip
def test_an_applicant_stands_beside_another_person(over: str, lower: str, expected: bool) -> None:
    assert names_another(row(over), row(lower), TITLES) is expected


def header(*rows: str, spread: Sequence[str] = ()) -> str:
    """First and last row of the best header, and the columns that its cells name."""
    drawn = [row(one) for one in rows]
    found = best_header(drawn, [row(one) for one in spread] or drawn, contract())
    if found is None:
        return ""
    return f"{found.first}-{found.last} " + " ".join(claim.column if claim else "·" for claim in found.claims)


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        (["名册 | · | ·", "姓名 | 身份证号 | 金额", "张三 | 1 | 2"], "1-1 name id_number amount"),
        (["a | b", "c | d"], ""),
        (["姓名 | 身份证号 | 发放", "· | · | 金额"], "0-1 name id_number amount"),
        (["姓名 | 身份证号 | ·", "· | · | 金额"], "0-1 name id_number amount"),
        (["姓名 | 身份证号 | 金额", "· | · | 万元", "张三 | 1 | 2"], "0-1 name id_number amount"),
        (["姓名 | 身份证号 | 金额", "· | · | 张"], "0-0 name id_number amount"),
        (["姓名 | 身份证号 | 金额", "姓名 | 身份证号 | 金额"], "0-0 name id_number amount"),
        (["姓名 | 身份证号 | ·", "x | 姓名 | 身份证号 "], "0-0 name id_number ·"),
        (["户主 | 本人 | ·", "姓名 | 姓名 | 身份证号"], "0-1 · name id_number"),
        (["月份 | 金额 | 街道", "姓名 | · | ·"], "0-0 period amount street"),
    ],
)
def test_the_header_that_names_most_columns(rows: list[str], found: str) -> None:
    assert header(*rows) == found


def test_a_row_that_stands_below_open_columns_alone_completes_the_header() -> None:
    upper, lower = row("姓名 | 身份证号 | ·"), row("· | · | 备注")
    named = singles([upper], TITLES)[0]
    assert completes(lower, upper, named)
    assert not completes(row("x | · | 备注"), upper, named)
    assert not completes(row("· | · | ·"), upper, named)
    assert not completes(row("· | · | 备注"), row("姓名 | 身份证号 | 说明"), named)


def test_rows_of_units_belong_to_the_header_as_long_as_they_are_nothing_else() -> None:
    rows = [row("姓名 | 面积 | 金额"), row("· | 亩 | ·"), row("· | · | 万元"), row("张三 | 亩 | 元")]
    found = with_units(singles(rows, TITLES)[0], rows, TITLES)
    assert found.last == 2
    assert [claim and claim.wrong_unit for claim in found.claims] == [None, None, "万元"]
    alone = [row("姓名 | 面积 | 街道"), row("万元 | · | ·")]
    assert with_units(singles(alone, TITLES)[0], alone, TITLES).last == 0


@pytest.mark.parametrize(
    ("spans", "last"),
    [([], 1), ([(1, 0, 2, 0)], 2), ([(1, 0, 1, 1)], 1), ([(1, 2, 9, 2)], 2)],
)
def test_among_equal_headers_two_rows_come_first_where_a_cell_is_merged_over_both(
    spans: list[tuple[int, int, int, int]], last: int
) -> None:
    rows = [row("名册 | · | ·"), row("姓名 | 身份证号 | 金额"), row("· | 号码 | ·")]
    found = header_in(rows, spans, contract())
    assert found and (found.first, found.last) == (1, last)
    top = header_in(rows[1:], [(top - 1, left, bottom - 1, right) for top, left, bottom, right in spans], contract())
    assert top and (top.first, top.last) == (0, last - 1)
