"""The pages of the rosters, out of their contracts."""

from collections.abc import Iterable, Iterator, Mapping

from huimin.contracts.contract import Column, Contract
from huimin.contracts.expectation import Expectation
from huimin.figures.column_use import OUTPUTS, ColumnReader, ColumnUse
from huimin.matching.rule import Rule
from tools.reference.markdown import code, linked, page, section, table

KINDS = {"benefit": "补贴名册", "register": "登记名册", "ledger": "台账名册"}
PERIODS = {
    "month": ("每月", "每行的所属月份；没有该列时取工作表名或文件名中的月份"),
    "year": ("每年", "每行的年度；没有该列时取工作表名或文件名中的年份"),
    "term": ("每学期", "每行的学期；没有该列时取工作表名或文件名中的学期"),
    "event": ("按事件", "文件名中的月份；没有时按每行事件日期所在的月份"),
    "register": ("整库", "文件名中的日期为截至日；没有时为收到之日。最新截至日的一份整体生效"),
}
MOST_NAMED = 3
"""Rules named beside a column; of more only the number."""
SEVERITIES = {"critical": "关键：不满足则整份不用", "warning": "警告", "info": "提示"}


def rosters_page(contracts: Mapping[str, Contract]) -> str:
    """The list of rosters by kind, in catalogue order."""
    return page(
        "名册 Rosters",
        "一份名册一个合同：`expectations/<名册>.toml`。"
        "各部门把文件放进 `inbox/<名册>/`（街道自报的放 `inbox/<名册>/<街道>/`），"
        "怎样报、常见问题怎样改见 [departments.md](departments.md)。",
        *(
            section(
                title,
                table(
                    ("名册", "文件夹", "部门", "周期"),
                    (
                        (
                            f"[{c.title}](rosters/{c.roster}.md)",
                            f"`{c.roster}`",
                            c.department_title,
                            PERIODS[c.period][0],
                        )
                        for c in contracts.values()
                        if c.kind == kind
                    ),
                ),
            )
            for kind, title in KINDS.items()
        ),
    )


def roster_page(contract: Contract, rules: Mapping[str, Rule], use: ColumnUse) -> str:
    """One roster: where and when it is delivered, its columns, what is expected of it, who uses it."""
    word, period = PERIODS[contract.period]
    facts = [
        ("文件夹", f"`inbox/{contract.roster}/`"),
        ("责任部门", f"{contract.department_title}（`{contract.department}`）"),
        ("种类", KINDS[contract.kind]),
        ("周期", word),
        ("期间取自", period + (f"（列 `{contract.period_column}`）" if contract.period_column else "")),
        ("应当唯一", " + ".join(f"`{name}`" for name in contract.key) + "（同一期间内，重复只作警告）"),
        ("证据中显示", "、".join(f"`{name}`" for name in contract.evidence)),
        ("合同", f"[expectations/{contract.roster}.toml](../../expectations/{contract.roster}.toml)"),
        ("样例", f"[tests/rosters/{contract.roster}/](../../tests/rosters/{contract.roster}/)"),
    ]
    columns = (
        (
            f"`{c.name}`",
            c.type.name + (f"（{c.unit}）" if c.unit else ""),
            "是" if c.required else "",
            "、".join(c.titles),
        )
        for c in contract.columns
    )
    book = f"{contract.title}.xlsx"
    example = f"huimin rosters template {contract.roster} -o {book}\nhuimin check {book} --roster {contract.roster}"
    return page(
        f"{contract.title} `{contract.roster}`",
        table(("", ""), facts),
        section(
            "列",
            "必填列为空或无法识别，该行退回；选填列无法识别，该格作空并记入质量。列的次序不限，未列出的列保留在存档中。",
            table(("列", "类型", "必填", "认得的表头"), columns),
        ),
        section(
            "每一列谁在用",
            "按规则、合同和程序本身查出，停用的规则不算。没有人使用的选填列不要报送（最小必要），空白模板里也没有。"
            f"逐条列出：`huimin rosters columns {contract.roster}`。",
            table(("列", "规则", "期望", "证据", "用于"), used(contract, use, rules)),
        ),
        section("怎样填", table(("列", "填法"), filled(contract))),
        section(
            "质量期望",
            always(contract),
            table(("期望", "列", "参数", "程度"), (expected(e) for e in contract.expectations)),
            "`age_days` 数据有多旧（天），`volume_ratio` 与上一份的行数之比，"
            "`register_share` 身份证号在户籍库中的比例。",
        ),
        section("用到它的规则", table(("规则", "标识", "作用"), uses(contract.roster, rules))),
        section("空白模板和报送前自查", code(example, "console")),
    )


def filled(contract: Contract) -> Iterator[tuple[str, str]]:
    """How each column is filled, in the words of the person who fills it."""
    return ((column.titles[0], accepted(column)) for column in contract.columns)


def accepted(column: Column) -> str:
    """What a cell of the column may hold."""
    words = column.type.accepts
    if column.values:
        words = f"{'、'.join(column.values)}"
    if column.synonyms:
        words += "；也认得 " + "、".join(f"{word}（={value}）" for word, value in column.synonyms)
    return words


def always(contract: Contract) -> str:
    """What is expected of every delivery, whatever its contract states."""
    words = "每份交付都检查必填列、类别取值和应当唯一的列。**关键**：100 行以上的交付至少一半收下"
    if contract.period == "register":
        words += "；上一份有 1,000 行以上时，行数不少于它的一半"
    return f"{words}；不满足则整份不用，沿用上一份。本名册另外期望："


def expected(expectation: Expectation) -> tuple[str, str, str, str]:
    """One expectation as a line."""
    stated = dict(expectation.kwargs)
    columns = [expectation.column, stated.pop("column_A", None), stated.pop("column_B", None)]
    limits = ", ".join(f"{name} = {value}" for name, value in stated.items())
    named = "、".join(f"`{column}`" for column in columns if column)
    return f"`{expectation.type}`", named, limits, SEVERITIES[expectation.severity]


def used(contract: Contract, use: ColumnUse, rules: Mapping[str, Rule]) -> Iterator[tuple[str, ...]]:
    """Each column with its readers by kind; views are named by the rules that go through them."""
    unread = use.unread(contract.roster)
    for column in contract.columns:
        readers = use.readers[contract.roster, column.name]
        by_rules = named_by(readers, "rule")
        told = (
            linked(by_rules, "../rules", rules) if len(by_rules) <= MOST_NAMED else f"{len(by_rules)} 条",
            "、".join(f"`{name}`" for name in named_by(readers, "expectation")),
            "是" if named_by(readers, "evidence") else "",
            "；".join(OUTPUTS[name] for name in named_by(readers, "output")),
        )
        yield f"`{column.name}`", *(told if column.name not in unread else ("**未使用，不要报送**", "", "", ""))


def named_by(readers: Iterable[ColumnReader], kind: str) -> list[str]:
    """The readers of that kind."""
    return [one.reader for one in readers if one.kind == kind]


def uses(roster: str, rules: Mapping[str, Rule]) -> Iterator[tuple[str, str, str]]:
    """Each rule that names the roster, and as what."""
    for rule in rules.values():
        roles = {
            "补贴项目": rule.items,
            "缺了就不运行": rule.reads,
            "有则用": rule.optional,
            "缺的期间不判断": rule.absence,
        }
        named = [role for role, names in roles.items() if roster in names]
        if named:
            yield linked([rule.rule], "../rules", rules), f"`{rule.rule}`", "、".join(named)
