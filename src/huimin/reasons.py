"""Why a cell was not taken, or was remarked on, in the words of the department that reads it."""

from collections.abc import Mapping

REASONS: Mapping[str, str] = {
    "missing": "必填项为空",
    "id_number_masked": "身份证号已打星号",
    "id_number_truncated": "身份证号被表格软件截断",
    "id_number_characters": "身份证号含其他字符",
    "id_number_length": "身份证号位数不对",
    "id_number_region": "身份证号地区码不存在",
    "id_number_birth_date": "身份证号出生日期不存在",
    "id_number_check_digit": "身份证号校验位不符",
    "id_number_15_digits": "15 位旧身份证号（已换算为 18 位）",
    "date_unparsable": "日期无法识别",
    "month_unparsable": "月份无法识别",
    "year_unparsable": "年度无法识别",
    "term_unparsable": "学期无法识别",
    "money_unparsable": "金额无法识别",
    "number_unparsable": "数字无法识别",
    "category_unknown": "类别不在清单内",
    "account_truncated": "账号被表格软件截断",
    "account_characters": "账号含其他字符",
    "vin_check_digit": "车辆识别代号校验位不符",
    "credit_code_check_digit": "统一社会信用代码校验位不符",
    "unterminated_quote": "引号没有闭合",
    "broken_quote": "引号的位置不对",
    "extra_cells": "比表头多出单元格",
    "nul_byte": "含有空字节",
    "record_too_long": "内容过长",
    "undecodable": "字符编码无法识别",
}
