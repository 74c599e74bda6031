"""The pages of rules, policy parameters and standard views, out of their files and cases."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

import huimin
from huimin.cells import CellType
from huimin.contracts.contract import Contract
from huimin.matching.policy import BEGINNING, END, Parameter, Policy
from huimin.matching.rule import Rule, View
from huimin.nights.rule_cases import Case, DrawnTable
from huimin.project import Project
from tools.reference.markdown import code, linked, page, section, table

PACKAGE = Path(huimin.__path__[0])

TIERS = {
    0: "0 数据：两份记录可能有一份错，先找数据的主人",
    1: "1 矛盾：两项事实不能同时成立",
    2: "2 政策：事实与政策条文不一致",
    3: "3 迹象：值得一问，本身不是问题",
}
PARTS = {"main": "主表", "data": "数据疑错", "entitlement": "应享未享", "funds": "资金与监督"}
AMOUNTS = {
    "payment": "涉及的每笔发放各计一次",
    "period": "每个疑点期间计一次规则算出的数",
    "clue": "规则为整条线索算出的一个数",
}
GROUPS = {
    1: "A 生存状况与身份",
    2: "B 重复享受",
    3: "C 低保家庭经济状况",
    4: "D 津贴补贴",
    5: "E 代缴城乡居保",
    6: "F 汽车以旧换新",
    7: "G 学生资助",
    8: "H 资金发放与一卡通",
    9: "I 应享未享",
    10: "J 扶贫资金与监督",
    11: "K 医疗、儿童、优抚、住房、就业",
}


def rules_page(rules: Mapping[str, Rule], contracts: Mapping[str, Contract]) -> str:
    """The catalogue by group, in its order."""
    everything = tuple(name for name, contract in contracts.items() if contract.kind == "benefit")
    groups = sorted({rule.position // 100 for rule in rules.values()})
    return page(
        "规则 Rules",
        "一条规则找一种疑点。线索只是核查的起点：不是结论，不作处罚计算，不改动任何待遇。"
        "缺了需要的名册，或一个补贴项目也没有，规则就不运行，报为 skipped，从不报 0 条。"
        "政策参数见 [policy.md](policy.md)，规则共用的视图见 [views.md](views.md)。",
        section("等级", "\n".join(f"- {text}" for text in TIERS.values())),
        *(
            section(
                GROUPS.get(group, str(group)),
                table(
                    ("规则", "标识", "等级", "补贴项目", "需要的名册"),
                    (
                        (
                            f"[{rule.title}](rules/{rule.rule}.md)",
                            f"`{rule.rule}`",
                            rule.tier,
                            "全部补贴" if rule.items == everything else linked(rule.items, "rosters", contracts),
                            linked(rule.reads, "rosters", contracts),
                        )
                        for rule in rules.values()
                        if rule.position // 100 == group
                    ),
                ),
            )
            for group in groups
        ),
    )


def rule_page(rule: Rule, project: Project, cases: Sequence[Case]) -> str:
    """One rule: meaning, basis, what to ask, parameters, SQL and every given/expected case."""
    contracts = project.contracts
    views = [table for table in rule.tables if table in project.views]
    facts = [
        ("等级", TIERS[rule.tier] + ("（结果行可另定等级）" if "tier" in rule.columns else "")),
        ("补贴项目", linked(rule.items, "../rosters", contracts)),
        ("缺了就不运行的名册", linked(rule.reads, "../rosters", contracts)),
        ("有则用的名册", linked(rule.optional, "../rosters", contracts)),
        ("缺的期间不判断的名册", linked(rule.absence, "../rosters", contracts)),
        ("共用视图", "、".join(f"[`{view}`](../views.md#{view})" for view in views) or "无"),
        ("标的", subject(rule.subject) if "subject" in rule.columns else "无"),
        ("涉及金额", AMOUNTS[rule.amount]),
        ("统计表", PARTS[rule.part]),
        ("依据", rule.basis),
        ("文件", f"[rules/{rule.rule}.sql](../../rules/{rule.rule}.sql)"),
    ]
    parameters = (project.policy.parameters[key] for key in rule.policy)
    return page(
        f"{rule.title} `{rule.rule}`",
        "" if rule.enabled else "**已停用**：`enabled = false`。",
        table(("", ""), (fact for fact in facts if fact[1] != "无")),
        section("上门问什么", sentence(rule.ask)),
        section("什么时候会误判", "\n".join(f"- {case}" for case in rule.mistaken_when)),
        section("线索怎样表述", f"> {rule.summary}"),
        section("政策参数", *(f"{about(parameter)}\n\n{dated(parameter)}" for parameter in parameters)),
        section("SQL", code(rule.sql, "sql"), *queried(rule)),
        section("用例", *(drawn_case(case) for case in cases)),
    )


def subject(kind: CellType) -> str:
    """How a subject of that type is shown."""
    return f"{kind.title}，脱敏" if kind.mask.domain else "原样显示"


def queried(rule: Rule) -> Iterator[str]:
    """The header's own queries, each with what it is for."""
    yield from ("比对范围（分母）：", code(rule.population, "sql"))
    if rule.periods:
        yield from ("看的期间（用来数没有判断的期间）：", code(rule.periods, "sql"))


def drawn_case(case: Case) -> str:
    """One case: what is given, and the clues that the rule must give."""
    given = (f"给定 `{name}`：\n\n{drawn(rows)}" for name, rows in case.given.items())
    expected = f"得到线索：\n\n{drawn(case.expected)}" if case.expected.rows else "得到：没有线索。"
    evidence = (f"涉及的行（`row` 为给定名册的第几行）：\n\n{drawn(case.evidence)}",) if case.evidence else ()
    looked_at = () if case.population is None else (f"比对范围（分母）：{case.population}。",)
    return section(case.name, f"运行日 {case.run_date}。", *given, expected, *evidence, *looked_at, level=3)


def drawn(rows: DrawnTable) -> str:
    """A drawn table as Markdown."""
    return table(rows.columns, rows.rows) if rows.columns else "没有行。"


def policy_page(policy: Policy, rules: Mapping[str, Rule]) -> str:
    """Every parameter with its dated values, unit, basis, and who reads it."""
    return page(
        "政策参数 Policy",
        "默认值在 `rules/policy.toml`；数据根可在 `<root>/state/policy.toml` 整项改写。期间首日有效的值起作用。"
        "**默认值须由各区按本地文件核定后使用。**",
        *(
            section(
                f"`{parameter.key}`",
                about(parameter),
                dated(parameter),
                f"用于：{read_by(parameter, rules)}",
            )
            for parameter in policy.parameters.values()
        ),
    )


def read_by(parameter: Parameter, rules: Mapping[str, Rule]) -> str:
    """The rules that read the parameter as links; of one that no rule reads, the modules of the core that do."""
    if readers := [rule.rule for rule in rules.values() if parameter.key in rule.policy]:
        return linked(readers, "rules", rules)
    word = re.compile(rf"\b(?:policy_)?{parameter.key}\b")
    modules = sorted(place for place in PACKAGE.rglob("*.py") if word.search(place.read_text("utf-8")))
    return "、".join(f"`{place.relative_to(PACKAGE)}`" for place in modules) or "无"


def about(parameter: Parameter) -> str:
    """What a parameter means and where it comes from."""
    unit = f"（{parameter.unit}）" if parameter.unit else ""
    return f"{parameter.title}{unit} `{parameter.key}`。依据：{sentence(parameter.basis)}"


def dated(parameter: Parameter) -> str:
    """A parameter's values, a line each, with the days between which they hold unless they hold for ever."""
    names = [name for name, _ in parameter.columns]
    if all(row[:2] == (BEGINNING, END) for row in parameter.rows):
        return table(names, (row[2:] for row in parameter.rows))
    rows = ((shown(row[0], BEGINNING), shown(row[1], END), *row[2:]) for row in parameter.rows)
    return table(("自", "至（不含）", *names), rows)


def shown(day: object, open_end: date) -> object:
    """The day, empty when it is the open end."""
    return None if day == open_end else day


def views_page(views: Mapping[str, View], rules: Mapping[str, Rule]) -> str:
    """Every standard view with its SQL and the rules that name it."""
    return page(
        "标准视图 Views",
        "几条规则共用的形状：`rules/views/*.sql`，按文件名次序建立，只读名册和前面的视图。",
        *(
            section(
                view.view,
                sentence(view.title),
                f"用于规则：{linked(users(view.view, rules), 'rules', rules)}",
                f"用于视图：{'、'.join(above(view.view, views)) or '无'}",
                code(view.sql, "sql"),
            )
            for view in views.values()
        ),
    )


def sentence(text: str) -> str:
    """The text with one full stop at its end."""
    return f"{text.rstrip('。')}。" if text else ""


def users(view: str, rules: Mapping[str, Rule]) -> Iterator[str]:
    """The rules whose SQL names the view."""
    return (rule.rule for rule in rules.values() if view in rule.tables)


def above(view: str, views: Mapping[str, View]) -> Iterator[str]:
    """The views that are made of it, each as a link on the page."""
    return (f"[`{other.view}`](#{other.view})" for other in views.values() if view in other.tables)
