"""Headers of two rows, in every container: what stands above a cell joins it, or bars it."""

from pathlib import Path

import pytest

from unit.sheets.elderly import LI as LI_
from unit.sheets.elderly import ZHANG as ZHANG_
from unit.sheets.elderly import drawn
from unit.sheets.pages import CONTAINERS, read_page, refusal_of

DIBAO, DISABILITY, STUDENT = "urban_dibao", "disability_living", "student_living"


@pytest.mark.parametrize("container", CONTAINERS)
@pytest.mark.parametrize("head", ["户主", "户主信息", "户主："])
def test_both_cells_joined_count_first(tmp_path: Path, container: str, head: str) -> None:
    page = f"""
{head} | →        | 享受人 | →        | 街道     | 发放   | →
姓名   | 身份证号 | 姓名   | 身份证号 | ↑        | 金额   | 月份
张三   | ZHANG    | 李四   | LI       | 东湖街道 | 450    | 2023-08
"""
    (seen,) = read_page(tmp_path, page, container, DIBAO).tables
    assert drawn(seen.records) == [f"3 | 李四 | {LI_} | {ZHANG_} | 张三 | 东湖街道 | 450 | 2023-08"]
    assert seen.unknown_columns == ()


@pytest.mark.parametrize("container", CONTAINERS)
def test_the_lower_cell_counts_alone_below_a_heading_that_names_nobody_else(tmp_path: Path, container: str) -> None:
    page = """
序号 | 补助对象 | →        | 本月     | →        | 月份
↑    | 姓名     | 身份证号 | 补贴标准 | 发放金额 | ↑
1    | 李四     | LI       | 100      | 450      | 2023-08
"""
    (seen,) = read_page(tmp_path, page, container, DISABILITY).tables
    assert drawn(seen.records) == [f"3 | 李四 | {LI_} | 450 | 2023-08"]


@pytest.mark.parametrize("container", CONTAINERS)
@pytest.mark.parametrize(
    "other", ["监护人", "家长", "代领人", "领取人信息", "经办人", "村干部", "配偶", "代理人", "收款人"]
)
def test_a_cell_below_another_person_is_not_the_persons_own(tmp_path: Path, container: str, other: str) -> None:
    page = f"""
保障对象     | →              | {other} | →        | 发放金额 | 发放月份
保障对象姓名 | 保障对象身份证 | 姓名    | 身份证号 | ↑        | ↑
张三         | ZHANG          | 李四    | LI       | 450      | 2023-08
"""
    refusal = refusal_of(tmp_path, page, container, DISABILITY)
    assert refusal
    assert "缺少必需的列：姓名（name）、身份证号（id_number）；" in refusal.problem
    assert f"{other}身份证号" in refusal.unknown_columns


@pytest.mark.parametrize("container", CONTAINERS)
@pytest.mark.parametrize("span", ["累计", "上月", "上年", "本年累计", "其中", "1-8月", "去年", "截至8月", "追回"])
def test_an_amount_below_another_span_is_not_the_months(tmp_path: Path, container: str, span: str) -> None:
    page = f"""
姓名 | 身份证号 | 月份    | 本月 | →    | {span} | →
↑    | ↑        | ↑       | 人数 | 标准 | 月数   | 发放金额
张三 | ZHANG    | 2023-08 | 1    | 100  | 8      | 800
"""
    refusal = refusal_of(tmp_path, page, container, DISABILITY)
    assert refusal
    assert "缺少必需的列：发放金额（amount）" in refusal.problem
    assert f"{span}发放金额" in refusal.unknown_columns


@pytest.mark.parametrize("container", CONTAINERS)
def test_the_heading_of_another_person_bars_also_where_the_lower_row_titles_all(tmp_path: Path, container: str) -> None:
    page = """
·      | ·      | 代领人 | →        | 补助 | →
享受人 | 证号甲 | 姓名   | 身份证号 | 月份 | 金额
张三   | ZHANG  | 李四   | LI       | 2023-08 | 450
"""
    refusal = refusal_of(tmp_path, page, container, DISABILITY)
    assert refusal
    assert "身份证号（id_number）" in refusal.problem


OF_PERSONS = """
{head}   | →        | {date}
姓名     | 身份证号 | ↑
张三     | ZHANG    | {day}
"""


@pytest.mark.parametrize("container", CONTAINERS)
@pytest.mark.parametrize(
    ("roster", "date", "head", "taken"),
    [
        ("deaths", "死亡日期", "申报人", False), ("deaths", "死亡日期", "代办人信息", False),
        ("deaths", "死亡日期", "负责人", False), ("deaths", "死亡日期", "父亲", False),
        ("deaths", "死亡日期", "申请人家属联系人", False), ("prisoners", "入监日期", "子女", False),
        ("deaths", "死亡日期", "死者", True), ("deaths", "死亡日期", "死亡人员信息", True),
        ("prisoners", "入监日期", "基本信息", True), ("prisoners", "入监日期", "人员信息", True),
        ("prisoners", "入监日期", "申请人", True), ("prisoners", "入监日期", "法定代表人（负责人）", True),
    ],
)  # fmt: skip
def test_a_heading_bars_by_the_kind_of_person_it_names(
    tmp_path: Path, container: str, roster: str, date: str, head: str, *, taken: bool
) -> None:
    refusal = refusal_of(tmp_path, OF_PERSONS.format(head=head, date=date, day="2023-08-01"), container, roster)
    assert (refusal is None) == taken


@pytest.mark.parametrize("container", CONTAINERS)
def test_whom_the_roster_is_of_is_no_other_person(tmp_path: Path, container: str) -> None:
    page = """
子女 | →        | 父母 | →
姓名 | 身份证号 | 姓名 | 身份证号
张三 | ZHANG    | 李四 | LI
"""
    (seen,) = read_page(tmp_path, page, container, "parents").tables
    assert drawn(seen.records) == [f"3 | 张三 | {ZHANG_} | 李四 | {LI_}"]


@pytest.mark.parametrize("container", CONTAINERS)
@pytest.mark.parametrize("head", ["父亲", "母亲", "家长信息", "申请人"])
def test_a_student_beside_another_persons_columns(tmp_path: Path, container: str, head: str) -> None:
    page = f"""
孩子 | →              | {head} | →        | 学期       | 金额
姓名 | 孩子身份证号码 | 姓名   | 身份证号 | ↑          | ↑
张三 | ZHANG          | 李四   | LI       | 2023年春季 | 450
"""
    refusal = refusal_of(tmp_path, page, container, STUDENT)
    assert refusal
    assert "身份证号（id_number）" in refusal.problem


@pytest.mark.parametrize("container", CONTAINERS)
@pytest.mark.parametrize(
    ("patient", "known"), [(("患者姓名", "患者身份证号"), False), (("备注", "就诊医院"), True)]
)  # fmt: skip
def test_an_applicant_is_whom_the_list_is_of_unless_it_names_another(
    tmp_path: Path, container: str, patient: tuple[str, str], *, known: bool
) -> None:
    page = f"""
申请人 | →        | {patient[0]} | {patient[1]} | 拨付日期   | 救助金额
姓名   | 身份证号 | ↑            | ↑            | ↑          | ↑
张三   | ZHANG    | 李四         | LI           | 2023-08-01 | 450
"""
    refusal = refusal_of(tmp_path, page, container, "medical_assistance")
    assert (refusal is None) == known
    assert refusal is None or "缺少必需的列：姓名（name）、身份证号（id_number）" in refusal.problem


@pytest.mark.parametrize("container", CONTAINERS)
@pytest.mark.parametrize(
    ("roster", "head", "taken"),
    [
        ("tekun", "全年", False), ("tekun", "全年合计", False), ("tekun", "历年结余", False),
        ("tekun", "家庭收入", False), ("tekun", "标准", False), ("tekun", "补发", False), ("tekun", "1-8月累计", False),
        ("tekun", "第三季度", False), ("housing_subsidy", "月租金", False), ("tekun", "收入情况", False),
        ("tekun", "发放情况", True), ("tekun", "补贴信息", True), ("tekun", "资金情况", True), ("tekun", "合计", True),
        ("tekun", "本月", True), ("tekun", "标准及补贴", True),
        ("forestry", "全年", True), ("forestry", "上年", False), ("income", "收入", True), ("income", "支出", False),
    ],
)  # fmt: skip
@pytest.mark.parametrize("wide", [True, False])
def test_a_heading_bars_by_the_kind_of_money_it_names(
    tmp_path: Path, container: str, roster: str, head: str, *, taken: bool, wide: bool
) -> None:
    period = ("年度", "2023") if roster == "forestry" else ("月份", "2023-08")
    page = f"""
姓名 | 身份证号 | {period[0]} | {head}{" | →" * wide}
↑    | ↑        | ↑           | {"次数 | " * wide}金额
张三 | ZHANG    | {period[1]} | {"1 | " * wide}800
"""
    refusal = refusal_of(tmp_path, page, container, roster)
    assert (refusal is None) == taken
    assert refusal is None or "（amount）" in refusal.problem


@pytest.mark.parametrize("container", CONTAINERS)
def test_a_title_that_names_the_other_person_itself_is_not_barred(tmp_path: Path, container: str) -> None:
    page = """
学生   | →        | 监护人     | →              | 学期      | 金额
姓名   | 身份证号 | 监护人姓名 | 监护人身份证号 | ↑         | ↑
张三   | ZHANG    | 李四       | LI             | 2023年春季 | 450
"""
    (seen,) = read_page(tmp_path, page, container, STUDENT).tables
    assert drawn(seen.records) == [f"3 | 张三 | {ZHANG_} | 2023年春季 | 450 | 李四 | {LI_}"]


@pytest.mark.parametrize("container", CONTAINERS)
@pytest.mark.parametrize(
    "above",
    [
        "2023年8月户主及监护人花名册 | → | → | → | →", "2023年本年累计发放表", "经办人：王五 | · | 领取人：赵六",
        "填报单位：东湖街道 | 经办人 | 王五", "· | · | 经办人：王五",
    ],
)  # fmt: skip
def test_a_title_above_the_header_bars_nothing(tmp_path: Path, container: str, above: str) -> None:
    page = f"""
{above}
姓名 | 身份证号 | 发放金额 | 月份    | 备注
张三 | ZHANG    | 450      | 2023-08 | ·
"""
    (seen,) = read_page(tmp_path, page, container, DISABILITY).tables
    assert drawn(seen.records) == [f"3 | 张三 | {ZHANG_} | 450 | 2023-08"]


@pytest.mark.parametrize("container", CONTAINERS)
def test_a_title_merged_over_both_rows_is_one_title(tmp_path: Path, container: str) -> None:
    page = """
姓名 | 身份证号 | 户主身份证号 | 与户主关系 | 发放 | →
↑    | ↑        | ↑            | ↑          | 月份 | 金额
张三 | ZHANG    | LI           | 父子       | 2023-08 | 450
"""
    (seen,) = read_page(tmp_path, page, container, DIBAO).tables
    assert drawn(seen.records) == [f"3 | 张三 | {ZHANG_} | {LI_} | 父子 | 450 | 2023-08"]


@pytest.mark.parametrize("container", CONTAINERS[1:])
@pytest.mark.parametrize(("amounts", "both"), [(("实发", "补发"), True), (("本月", "累计"), False)])
def test_the_upper_counts_last_and_not_above_another_span(
    tmp_path: Path, container: str, amounts: tuple[str, str], both: bool
) -> None:
    page = f"""
姓名 | 身份证号 | 月份    | 发放金额     | →
↑    | ↑        | ↑       | {amounts[0]} | {amounts[1]}
张三 | ZHANG    | 2023-08 | 450          | 900
"""
    if both:
        refusal = refusal_of(tmp_path, page, container, DISABILITY)
        assert refusal
        assert "表头“发放金额”（D列）和“发放金额”（E列）都对应“发放金额”（amount）" in refusal.problem
    else:
        (seen,) = read_page(tmp_path, page, container, DISABILITY).tables
        assert drawn(seen.records) == [f"3 | 张三 | {ZHANG_} | 450 | 2023-08"]


@pytest.mark.parametrize("container", CONTAINERS)
def test_a_label_above_the_header_titles_no_unknown_column(tmp_path: Path, container: str) -> None:
    page = """
填报单位：区残联 | · | ·        | 月份： | 2023年8月
姓名             | 身份证号 | 发放金额 | 备注   | 电话
张三             | ZHANG    | 450      | 无     | 1
"""
    (seen,) = read_page(tmp_path, page, container, DISABILITY).tables
    assert drawn(seen.records) == [f"3 | 张三 | {ZHANG_} | 450"]
    assert seen.unknown_columns == ("备注", "电话")


@pytest.mark.parametrize("container", CONTAINERS)
def test_a_row_of_units_belongs_to_the_header(tmp_path: Path, container: str) -> None:
    page = """
姓名 | 身份证号 | 保障人数 | 户主身份证号 | 发放金额 | 月份
·    | ·        | （人）   | ·            | 元       | ·
张三 | ZHANG    | 2        | LI           | 450      | 2023-08
"""
    (seen,) = read_page(tmp_path, page, container, DIBAO).tables
    assert drawn(seen.records) == [f"3 | 张三 | {ZHANG_} | {LI_} | 2 | 450 | 2023-08"]
    assert seen.rows == 3
