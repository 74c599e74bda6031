"""Why a cell was not taken, or was remarked on, and how to correct it, in the words of the department that reads it."""

from collections.abc import Mapping
from typing import NamedTuple


class Reason(NamedTuple):
    """What is wrong, and what to do about it."""

    words: str
    hint: str


_AS_TEXT = "请把该列设为“文本”格式后重新录入，或从原系统导出文本格式"
TABLE: Mapping[str, Reason] = {
    "missing": Reason("必填项为空", "请补填该项；确实没有的，先核实这一行是否应当报送"),
    "id_number_masked": Reason("身份证号已打星号", "请提供未打星号的完整号码"),
    "id_number_truncated": Reason("身份证号被表格软件截断", f"末位已变成 0 或科学计数，无法还原；{_AS_TEXT}"),
    "id_number_characters": Reason("身份证号含其他字符", "只留 17 位数字和校验位（数字或 X），去掉文字和符号"),
    "id_number_length": Reason("身份证号位数不对", "应为 18 位（旧证 15 位），请对照证件补齐或删去多余的位"),
    "id_number_region": Reason("身份证号地区码不存在", "前两位不是省级代码，请对照证件更正"),
    "id_number_birth_date": Reason(
        "身份证号出生日期不存在", "第 7 至 14 位不是有效日期，或晚于当前日期，请对照证件更正"
    ),
    "id_number_check_digit": Reason("身份证号校验位不符", "至少有一位录错，请对照证件逐位核对，不要只改末位"),
    "id_number_15_digits": Reason("15 位旧身份证号（已换算为 18 位）", "建议换成证件上的 18 位号码"),
    "name_masked": Reason("姓名已打星号或写作“某”", "请提供完整姓名；打了星号的姓名不与其他名册比对"),
    "name_damaged": Reason("姓名有缺字或数字", "有的字变成了“?”“□”或数字，请对照证件补正；补正前不与其他名册比对"),
    "name_remark": Reason("姓名后带有备注（已分开）", "备注请另设一列，姓名列只写姓名"),
    "names_several": Reason("一格里有几个姓名", "一人一行，每格只写一个姓名；不分开则不与其他名册比对"),
    "date_unparsable": Reason("日期无法识别", "请写成 2023-08-01 这样的日期"),
    "date_placeholder": Reason(
        "日期是系统的占位日期",
        "1900-01-01、1970-01-01、9999-12-31 等不是真实日期；没有的留空，必填的请补上",
    ),
    "before_birth": Reason("日期早于本人出生", "早于身份证号中的出生日期，请核对日期和身份证号"),
    "utc_date": Reason("日期差一天（已按北京时间改正）", "整列的时间都是 16:00:00，即国际标准时；请按北京时间导出"),
    "month_unparsable": Reason("月份无法识别", "请写成 2023-08 或 2023年8月；2023.1 分不清是 1 月还是 10 月"),
    "year_unparsable": Reason("年度无法识别", "请写成 2023 或 2023年"),
    "term_unparsable": Reason("学期无法识别", "请写成 2023年春季、2023年秋季或 2022-2023学年第二学期"),
    "money_unparsable": Reason(
        "金额无法识别",
        "请写成以元为单位的数字，如 1200.00，不写“万”、文字或科学计数；单元格是日期格式的，改为数值格式",
    ),
    "number_unparsable": Reason("数字无法识别", "请只写数字"),
    "error_value": Reason("单元格是错误值", "表格中显示为 #N/A、#REF! 或一排 #，请改正公式或列宽后重新导出"),
    "category_unknown": Reason("类别不在清单内", "请从名册模板的下拉列表中选择一项"),
    "account_truncated": Reason("账号被表格软件截断", f"末位已变成 0 或科学计数，无法还原；{_AS_TEXT}"),
    "account_characters": Reason("账号含其他字符", "只留数字，去掉文字和符号；没有账号的留空"),
    "code_truncated": Reason("编号被表格软件截断", f"已变成科学计数，末几位无法还原；{_AS_TEXT}"),
    "vin_check_digit": Reason("车辆识别代号校验位不符", "请对照行驶证核对 17 位代号"),
    "credit_code_check_digit": Reason("统一社会信用代码校验位不符", "请对照营业执照核对 18 位代码"),
    "header_nearly_known": Reason("另有一个表头与它只差一处", "请核对表头，是这一列的按约定的名称改写"),
    "merged_cell": Reason("合并单元格跨了几行，分不清是哪一行的", "取消合并，每一行各填自己的金额、数量或号码"),
    "formula_not_calculated": Reason("公式没有计算过，单元格里没有结果", "用 Excel 打开，等公式算出后保存，再报送"),
    "unterminated_quote": Reason("引号没有配对", "删去这一行多余的引号，或补上缺的引号"),
    "broken_quote": Reason("引号位置不对", "删去单元格中间的引号，或把内容里的引号写成两个"),
    "extra_cells": Reason("这一行的列数比表头多", "检查内容里多出来的分隔符（逗号等），含分隔符的内容要加引号"),
    "nul_byte": Reason("这一行含有无法显示的字符", "从原系统重新导出这一行"),
    "record_too_long": Reason("这一行过长", "检查引号是否配对；单元格内容不要超过规定长度"),
    "undecodable": Reason("这一行有无法识别的文字编码", "请用 UTF-8 或 GB18030 编码另存后再报送"),
}
"""By the reason's own name."""
REASONS: Mapping[str, str] = {name: reason.words for name, reason in TABLE.items()}
"""What is wrong, alone."""
WHOLE_RECORD = "record"
"""Stands for the column where a record could not be read as written."""


def hint(reason: str) -> str:
    """What to do about it; for a reason that is not in the table, whom to ask."""
    return TABLE[reason].hint if reason in TABLE else "请联系数据管理员"
