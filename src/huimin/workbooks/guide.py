"""The sheet that tells whoever fills in a ledger what each column takes and what comes of it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from huimin.ledger.states import (
    CLOSED,
    CONFIRMED,
    NOTHING_TO_DO,
    OPEN,
    OTHER_CAUSE,
    OVERTURNED,
    PARTLY,
    PENDING,
    RECHECKING,
    RECTIFYING,
    UNFOUNDED,
    UPHELD,
)
from huimin.workbooks.columns import OUTCOME, RESULT, FilledColumn
from huimin.workbooks.formats import BookFormats, height, paper_for, print_on

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

HOW_TO_FILL = {
    "outcome": "核查后必填。状态为“复核中”的线索填“查否维持”或“改判查实”。拿不准政策的填“待定”，报上级明确后再改。",
    "cause": "查否的必填；为什么出现这条疑点，怎么选见下。",
    "methods": "用了哪几种方法，多项用“、”分隔，如：听对象陈述、看实际现场。",
    "verifier": "核查人姓名，多人用“、”分隔。",
    "verified_on": "核查当天的日期，不得晚于今天。",
    "handling": "查实、部分查实、改判查实的必填；查否的可填“无需处理”或“建章立制”，待定的不填。",
    "recovered_amount": "已经追回的金额，单位元，该线索累计，不多于应追缴金额。查否、待定的不填。",
    "due_amount": "应当追回的金额，单位元，该线索累计；填了追缴金额的必填。查否、待定的不填。",
    "deadline_on": "整改应在哪一天前完成；整改进展填“整改中”的必填。",
    "note": "核查情况的简要说明；要核对的数据、政策依据等。查否而原因为“其他”、查实而“无需处理”的必填。",
    "progress": "查实后：正在整改填“整改中”，整改完成填“已销号”。",
    "rectified_on": "整改进展填“已销号”的必填，不得晚于今天；同时追缴金额须达到应追缴金额。",
    RESULT: "上门后必填。填“发现问题”的，在“说明”里写明是什么问题。",
}
"""By the decision's column, or by title where a column is filled in another way, in the words of whoever fills it."""

METHODS_IN_WORDS = (
    ("听对象陈述", "当面听本人或家属讲清情况，记下时间、地点和原话要点。"),
    ("查原始资料", "查申请表、审批表、发放凭证、证件等原始资料。"),
    ("看实际现场", "到家里、到店里、到停车的地方看实际情况。"),
    ("问经手经办", "问经手审核、发放的工作人员，核对当时的依据。"),
    ("访左邻右舍", "向邻居、社区（村）干部了解，注意保护当事人隐私。"),
)
COLUMNS_IN_WORDS = (
    ("等级 0 数据疑错", "多半是登记、录入有误，先请数据提供方核对，不上门。"),
    ("等级 1 相互矛盾", "两处记录不能同时成立，如已登记死亡仍在领取。"),
    ("等级 2 与政策不一致", "与政策条文对不上，如同时享受两项不能兼得的待遇。"),
    ("等级 3 需询问", "只是值得一问，可能完全合规。"),
    ("标的", "除了人，这条线索还关于哪一样东西：另一个项目、号牌、账号、房屋、亲属的身份证号等；没有的为空。"),
)
OUTCOMES_IN_WORDS = (
    (CONFIRMED, "疑点所说的情况属实，整条成立。"),
    (PARTLY, "只有一部分属实，如其中几期、部分金额属实；应追缴金额只填属实的部分。整改同查实。"),
    (UNFOUNDED, "疑点所说的情况不属实，或情况属实但符合政策。"),
    (PENDING, "情况清楚但政策不明确，等上级明确后再认定；不填处理方式和金额。"),
)
CAUSES_IN_WORDS = (
    ("数据错误", "登记、录入、报送的数据有误，人没有问题。不算查实：不论结果怎么填，都按未查实计入该规则的命中率。"),
    ("规则误报", "数据无误，是比对规则考虑不周，如把同名的人、先停后进的转档也列了出来。查否时用。"),
    ("政策例外", "情况属实，但政策允许，如缓退期、特批。不算查实：不论结果怎么填，都按未查实计入该规则的命中率。"),
    ("违规享受", "本人隐瞒、冒领、不再符合条件仍在领取。查实、部分查实时用。"),
    ("工作失误", "经办环节漏停、错发、审核不严。查实、部分查实时用。"),
    (OTHER_CAUSE, "以上都不是；在“说明”里写明。"),
)
HANDLINGS_IN_WORDS = (
    ("移送纪检监察", "涉嫌违纪违法，把线索和材料移交纪检监察机关。"),
    ("整改纠正", "停发、追缴、补正档案等，纠正这一户的问题；填整改期限和整改进展。"),
    ("建章立制", "问题出在制度或流程，修订办法、补上环节；查否的也可以填。"),
    (NOTHING_TO_DO, "不需要再做什么。查实的填它，不能有应追缴金额，并在“说明”里写明理由。"),
)
STATES_IN_WORDS = (
    (OPEN, "尚未核查。填“核查结果”后变为：查实、部分查实、查否或待定。"),
    (PENDING, "政策不明确，等上级明确；明确后再填查实、部分查实或查否。"),
    ("查实、部分查实", "填“整改进展”和“整改期限”后变为整改中；整改完成后变为已销号。"),
    (UNFOUNDED, "可能被抽中复核（不低于 20%），抽中后变为复核中；没有抽中的，复核结束后销号。"),
    (RECHECKING, "由他人再核一次：查否维持，或改判查实。"),
    (UPHELD, "复核后仍为查否，随后销号。"),
    (OVERTURNED, "复核后认定查实，按查实整改。"),
    (RECTIFYING, "正在整改；填“整改完成日期”、追缴金额后销号。"),
    (CLOSED, "办结。证据有变化时会重新打开，并写明变化。"),
    ("自然消除、豁免", "数据已更正不再出现，或已备案豁免，无需核查。"),
)
LEDGER_WORDS = (
    ("等级和标的", COLUMNS_IN_WORDS),
    ("核查结果怎么选", OUTCOMES_IN_WORDS),
    ("原因怎么选", CAUSES_IN_WORDS),
    ("处理方式怎么选", HANDLINGS_IN_WORDS),
    ("线索的各个状态", STATES_IN_WORDS),
)
"""What is told of a ledger's own words."""
_WIDTHS = (22, 44, 62)
_FORMS = {"date": "日期，如 2023-08-22", "money": "数字，单位元，最多两位小数"}
CAUTION = (
    "疑点不是结论：数据只说明两处记录对不上，须逐条逐项、见人见事核实后由人认定。",
    "只填浅黄色的列，其余列已锁定；改动锁定的内容，该行会被退回。可以筛选、调整行高列宽。",
    "选了核查结果以后，变成橙色的格是还要填的；填上就恢复浅黄色。",
    "没有核查的行留空即可，可以分次交回；同一份表重复交回不会重复计算。",
    "交回后会收到回执：收下的行和退回的行分别标明，退回的写明原因，改好再交。",
    "本表含个人信息：只供核查使用，不外传、不拍照转发，用完按规定销毁。",
)


def write_guide(sheet: "Worksheet", formats: BookFormats, filled: Sequence[FilledColumn]) -> None:
    """The sheet 填写说明: what to mind, what each column to fill takes, the methods, and what state leads to which."""
    for place, width in enumerate(_WIDTHS):
        sheet.set_column(place, place, width)
    columns = [
        (column.title, "、".join(column.choices) or _FORMS.get(column.kind, "文字"), how_to_fill(column))
        for column in filled
    ]
    blocks: tuple[tuple[str, Sequence[tuple[str, ...]]], ...] = (
        ("填写说明", [(text,) for text in CAUTION]),
        ("各列填什么", [("列", "可填内容", "怎么填"), *columns]),
        ("核查方法", METHODS_IN_WORDS),
        *(LEDGER_WORDS if any(column.title == OUTCOME for column in filled) else ()),
    )
    top = 0
    for heading, rows in blocks:
        sheet.set_row(top, 24)
        sheet.write_string(top, 0, heading, formats.title(12))
        for line, row in enumerate(rows, top + 1):
            _write_line(sheet, formats, line, row)
        top += len(rows) + 2
    sheet.protect("", {"format_rows": True, "format_columns": True})
    print_on(sheet, paper_for(_WIDTHS), 0, "填写说明")


def how_to_fill(column: FilledColumn) -> str:
    """What to mind in that column."""
    return HOW_TO_FILL.get(column.title) or HOW_TO_FILL.get(column.name, "")


def _write_line(sheet: "Worksheet", formats: BookFormats, line: int, row: tuple[str, ...]) -> None:
    """One line of one to three cells; the last one runs to the right edge."""
    last = len(row) - 1
    sheet.set_row(line, height(row, [*_WIDTHS[:last], sum(_WIDTHS[last:])]))
    for place, text in enumerate(row):
        form = formats.header() if row[0] == "列" else formats.of()
        if place == last and last < len(_WIDTHS) - 1:
            sheet.merge_range(line, place, line, len(_WIDTHS) - 1, text, form)
        else:
            sheet.write_string(line, place, text, form)
