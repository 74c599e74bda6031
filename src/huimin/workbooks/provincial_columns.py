"""The columns of the provincial system's import table (省平台导入表), as a root's ``state/settings.toml`` maps them."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Any

from huimin.identity import mask_id, mask_name
from huimin.language import _
from huimin.ledger.states import CLOSED, CONFIRMED, OPEN, OUTCOMES, RECHECK_OUTCOMES, RECHECKING, RECTIFYING
from huimin.store.root import Root
from huimin.store.settings import Keys, is_count, is_switch, is_text, is_texts, load_settings, wrong
from huimin.store.stated import Wrong, refuse_wrong
from huimin.workbooks.columns import CLUE_ID, FILLED, LOCKED, OUTCOME

SENT = (OPEN, *OUTCOMES, RECHECKING, *RECHECK_OUTCOMES, RECTIFYING, CLOSED)
"""States of clues that the province is told of: not what vanished by itself, not what is exempt."""
CellForm = Callable[[Any], str]
WHOLE: Mapping[str, CellForm] = {"原样": str}
DAYS: Mapping[str, CellForm] = {
    "yyyy-mm-dd": date.isoformat,
    "yyyymmdd": lambda day: f"{day:%Y%m%d}",
    "yyyy/mm/dd": lambda day: f"{day:%Y/%m/%d}",
    "yyyy.mm.dd": lambda day: f"{day:%Y.%m.%d}",
    "yyyy年m月d日": lambda day: f"{day.year}年{day.month}月{day.day}日",
}
MONEY: Mapping[str, CellForm] = {
    "元": lambda yuan: f"{yuan:.2f}",
    "万元": lambda yuan: f"{yuan / 10_000:.6f}",
    "分": lambda yuan: f"{yuan * 100:.0f}",
}
BY_KIND: Mapping[str, Mapping[str, CellForm]] = {"date": DAYS, "money": MONEY}
MASKED: Mapping[str, Mapping[str, CellForm]] = {
    "姓名": {**WHOLE, "脱敏": mask_name},
    "身份证号": {**WHOLE, "脱敏": mask_id},
}
STATE = "当前状态"
CODED = ("街道", "责任部门", "项目名称", "规则", "等级")
"""Columns whose values come from the rosters and rules, and may be given codes."""


@dataclass(frozen=True)
class CaseColumn:
    """What a clue of the ledger has to tell."""

    forms: Mapping[str, CellForm] = field(default_factory=lambda: WHOLE)
    """How it can be written; the first is the usual one."""
    is_coded: bool = False
    """Whether its values may be given codes."""
    choices: tuple[str, ...] = ()
    """Every value that it can have, where the ledger says so."""


def case_columns() -> Iterator[tuple[str, CaseColumn]]:
    """By title: the columns of a ledger workbook in their order, then days and names that it has no room for."""
    for locked in LOCKED:
        if locked.sealed and not locked.hidden:
            forms = MASKED.get(locked.title) or BY_KIND.get(locked.kind, WHOLE)
            choices: tuple[str, ...] = SENT if locked.title == STATE else ()
            yield locked.title, CaseColumn(forms, bool(choices) or locked.title in CODED, choices)
    for filled in FILLED:
        choices = filled.choices if filled.kind == "choice" else ()
        if filled.title == OUTCOME:
            choices += RECHECK_OUTCOMES
        yield filled.title, CaseColumn(BY_KIND.get(filled.kind, WHOLE), bool(choices), choices)
    yield from {"发现日期": CaseColumn(DAYS), "销号日期": CaseColumn(DAYS)}.items()
    yield from {"项目标识": CaseColumn(is_coded=True), "规则标识": CaseColumn(is_coded=True)}.items()


CASE_COLUMNS: Mapping[str, CaseColumn] = MappingProxyType(dict(case_columns()))


@dataclass(frozen=True)
class ProvincialColumn:
    """A column of the import table: what stands over it, and what in it."""

    heading: str
    told: str | None = None
    """The title of the case column (`CASE_COLUMNS`); None where every row says the same."""
    fixed: str = ""
    """What every row says."""
    form: str | None = None
    """One of its forms; None: the usual one."""
    values: Mapping[str, str] = field(default_factory=dict)
    """Code by value; empty: the values themselves."""
    required: bool = False
    """Whether a clue without it is not sent."""

    def cell(self, value: Any) -> str:  # noqa: ANN401  what the case column holds: text, day or money
        """The value as the province has it. Raises KeyError for one without a code."""
        if self.told is None:
            return self.fixed
        if value is None:
            return ""
        forms = CASE_COLUMNS[self.told].forms
        text = forms[self.form or next(iter(forms))](value)
        return self.values[text] if self.values else text


USUAL = (
    ProvincialColumn("线索编号", CLUE_ID, required=True),
    ProvincialColumn("姓名", "姓名", required=True),
    ProvincialColumn("身份证号", "身份证号"),
    ProvincialColumn("乡镇（街道）", "街道"),
    ProvincialColumn("村（社区）", "社区"),
    ProvincialColumn("资金项目", "项目名称", required=True),
    ProvincialColumn("主管部门", "责任部门"),
    ProvincialColumn("问题类型", "规则", required=True),
    ProvincialColumn("问题描述", "疑点概述"),
    ProvincialColumn("涉及期间", "起止期间"),
    ProvincialColumn("涉及金额（元）", "涉及金额"),
    ProvincialColumn("发现日期", "发现日期"),
    ProvincialColumn("办理状态", STATE, required=True),
    ProvincialColumn("核查结果", OUTCOME),
    ProvincialColumn("原因", "原因"),
    ProvincialColumn("核查日期", "核查日期"),
    ProvincialColumn("处理方式", "处理方式"),
    ProvincialColumn("应追缴金额（元）", "应追缴金额"),
    ProvincialColumn("已追缴金额（元）", "追缴金额"),
    ProvincialColumn("整改期限", "整改期限"),
    ProvincialColumn("整改完成日期", "整改完成日期"),
)
"""What is sent where a root maps nothing."""


@dataclass(frozen=True)
class ProvincialTable:
    """The import table that the province asks for."""

    sheet: str = "问题线索"
    above: tuple[str, ...] = ()
    """The rows above the headings, a text each."""
    max_rows: int = 5_000
    """Clues of one file; more are split."""
    columns: tuple[ProvincialColumn, ...] = USUAL


def is_sheet(value: object) -> bool:
    """Whether Excel takes it as the name of a sheet."""
    return isinstance(value, str) and bool(SHEET.fullmatch(value))


def is_rows(value: object) -> bool:
    """Whether a sheet has room for so many rows."""
    return is_count(value) and int(str(value)) <= MOST_ROWS


def is_tables(value: object) -> bool:
    """Whether it is a list of tables."""
    return isinstance(value, list) and bool(value) and all(isinstance(one, dict) for one in value)


def is_codes(value: object) -> bool:
    """Whether it is a table of texts."""
    return isinstance(value, dict) and bool(value) and all(map(is_text, value.values()))


def is_case_column(value: object) -> bool:
    """Whether it is the title of a case column."""
    return isinstance(value, str) and value in CASE_COLUMNS


SHEET = re.compile(r"[^\[\]:*?/\\']{1,31}")
MOST_ROWS = 1_000_000
OF_TABLE: Keys = {
    "sheet": (is_sheet, _("not the name of a sheet"), '`sheet = "问题线索"`'),
    "above": (is_texts, _("not a list of texts"), '`above = ["填表说明"]`'),
    "max_rows": (is_rows, _("not a whole number from 1 to 1000000"), "`max_rows = 5000`"),
    "columns": (is_tables, _("not a list of columns"), '`columns = [{ heading = "姓名", from = "姓名" }]`'),
}
OF_COLUMN: Keys = {
    "heading": (is_text, _("not a text"), '`heading = "证件号码"`'),
    "from": (
        is_case_column,
        _("no such column"),
        _("{key} as one of {known}", key="from", known="、".join(CASE_COLUMNS)),
    ),
    "fixed": (is_text, _("not a text"), '`fixed = "居民身份证"`'),
    "form": (is_text, _("not a text"), '`form = "yyyymmdd"`'),
    "values": (is_codes, _("not a table of codes"), f'`values = {{ {CONFIRMED} = "1" }}`'),
    "required": (is_switch, _("neither true nor false"), "`required = true`"),
}


def provincial_table(root: Root) -> ProvincialTable:
    """The import table as the root's settings map it, else the usual one. Raises ContractError for a wrong mapping."""
    stated = load_settings(root).provincial
    if stated is None:
        return ProvincialTable()
    refuse_wrong(root.settings(), wrong_table(stated))
    parts = {**stated, "above": tuple(stated.get("above", ()))}
    if "columns" in stated:
        parts["columns"] = tuple(column_of(column) for column in stated["columns"])
    return ProvincialTable(**parts)


def column_of(stated: Mapping[str, Any]) -> ProvincialColumn:
    """The column that was stated and found right."""
    named = {"told" if key == "from" else key: value for key, value in stated.items()}
    return ProvincialColumn(**named)


def wrong_table(stated: Mapping[str, Any]) -> Iterator[Wrong]:
    """All that is wrong with the mapping, and how each is written."""
    yield from wrong(stated, OF_TABLE, "provincial.")
    columns: Any = stated.get("columns")
    if not is_tables(columns):
        return
    for number, column in enumerate(columns, 1):
        place = f"provincial.columns[{number}]"
        problems = list(wrong(column, OF_COLUMN, f"{place}."))
        yield from problems or wrong_column(column, place)
    yield from twice([str(column["heading"]) for column in columns if "heading" in column])


def twice(headings: Sequence[str]) -> Iterator[Wrong]:
    """The headings that stand over two columns."""
    for heading, count in Counter(headings).items():
        if count > 1:
            yield _("provincial.columns: heading “{heading}” twice", heading=heading), _("each heading once")


def wrong_column(stated: Mapping[str, Any], place: str) -> Iterator[Wrong]:
    """What does not go together in a column whose keys are right each by itself."""
    if "heading" not in stated:
        yield _("{place}: no heading", place=place), OF_COLUMN["heading"][2]
    if ("from" in stated) == ("fixed" in stated):
        yield _("{place}: neither or both of from and fixed", place=place), _("one of `from = …` and `fixed = …`")
    elif "fixed" in stated:
        if stated.keys() - {"heading", "fixed"}:
            yield _("{place}: fixed goes with a heading alone", place=place), OF_COLUMN["fixed"][2]
    else:
        yield from wrong_values(stated, place)


def wrong_values(stated: Mapping[str, Any], place: str) -> Iterator[Wrong]:
    """A form or codes that the case column does not have."""
    title, column = stated["from"], CASE_COLUMNS[stated["from"]]
    if (form := stated.get("form")) is not None and form not in column.forms:
        yield (
            _("{place}.form: {title} is not written so", place=place, title=title),
            _("{key} as one of {known}", key="form", known="、".join(column.forms)),
        )
    values = stated.get("values", {})
    if values and not column.is_coded:
        known = "、".join(name for name, one in CASE_COLUMNS.items() if one.is_coded)
        yield (
            _("{place}.values: {title} takes no codes", place=place, title=title),
            _("values only for {known}", known=known),
        )
    elif unknown := [value for value in values if column.choices and value not in column.choices]:
        yield (
            _("{place}.values: {title} is never {unknown}", place=place, title=title, unknown="、".join(unknown)),
            _("{key} as one of {known}", key="values", known="、".join(column.choices)),
        )
