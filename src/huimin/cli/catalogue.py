"""Commands about what is expected and what is looked for: rosters, rules."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import App, Parameter
from rich.table import Table

from huimin.cli.app import heads, output, say_json, why_not_run
from huimin.cli.nights import existing
from huimin.cli.options import PROJECT, ROOT, JsonSwitch, ProjectOption, RootOption, refuse_no_folder
from huimin.cli.wording import example
from huimin.contracts.blank import TO_FILL
from huimin.contracts.contract import IDENTIFIER, Contract
from huimin.contracts.json_schema import json_schema
from huimin.errors import UsageError
from huimin.language import _, as_read
from huimin.matching.rule import Rule
from huimin.project import Project
from huimin.report.screen import on_screen
from huimin.store.disk import written_whole
from huimin.store.opened import opened
from huimin.store.root import Root, write_whole
from huimin.zone import HERE

rosters = App(name="rosters", help_epilogue=example("huimin rosters show urban_dibao"))
rules = App(name="rules", help_epilogue=example("huimin rules show dibao_tekun"))


def contract_of(project: Project, roster: str) -> Contract:
    """That roster's contract. Raises UsageError when there is none."""
    if roster not in project.contracts:
        raise UsageError(roster, _("no such roster"), _("see `huimin rosters list`"))
    return project.contracts[roster]


def contracts_of(project: Project, roster: str) -> list[Contract]:
    """That roster's contract, or every one where none is named. Raises UsageError when there is none of the name."""
    return [contract_of(project, roster)] if roster else list(project.contracts.values())


def rule_of(project: Project, name: str) -> Rule:
    """That rule. Raises UsageError when there is none."""
    if name not in project.rules:
        raise UsageError(name, _("no such rule"), _("see `huimin rules list`"))
    return project.rules[name]


@rosters.default
@rosters.command(name="list", help_epilogue=example("huimin rosters list"))
def list_rosters(*, project: ProjectOption = PROJECT, as_json: JsonSwitch = False) -> None:
    """Every roster with its title, department, period and number of columns."""
    contracts = project.contracts.values()
    if as_json:
        say_json(
            [
                {"roster": c.roster, "title": c.title, "department": c.department_title, "period": c.period}
                for c in contracts
            ]
        )
        return
    table = Table(*heads(_("roster"), _("title"), _("department"), _("period"), _("columns")))
    for c in contracts:
        table.add_row(c.roster, c.title, c.department_title, c.period, str(len(c.columns)))
    output.print(table)


@rosters.command(name="show", help_epilogue=example("huimin rosters show urban_dibao"))
def show_roster(roster: str, /, *, project: ProjectOption = PROJECT) -> None:
    """One roster's columns: titles it may have, type, whether required."""
    contract = contract_of(project, roster)
    output.print(
        f"{contract.roster} {contract.title} · {contract.department_title} · {contract.period}", highlight=False
    )
    table = Table(*heads(_("column"), _("type"), _("required"), _("titles"), _("values")))
    for column in contract.columns:
        required = as_read(_("yes")) if column.required else ""
        table.add_row(column.name, column.type.name, required, "、".join(column.titles), "、".join(column.values))
    output.print(table)


@rosters.command(name="columns", help_epilogue=example("huimin rosters columns urban_dibao"))
def show_column_use(roster: str = "", /, *, project: ProjectOption = PROJECT, as_json: JsonSwitch = False) -> None:
    """Who reads each column of a roster, or of all; unused: nobody, and it is not to be collected."""
    from huimin.figures.column_use_known import column_use_of

    contracts = contracts_of(project, roster)
    use = column_use_of(project)
    rows: list[dict[str, object]] = []
    table = Table(*heads(_("roster"), _("column"), _("title"), _("readers")))
    for contract in contracts:
        unread = use.unread(contract.roster)
        for column in contract.columns:
            readers = use.readers[contract.roster, column.name]
            names = {one.kind: [other.reader for other in readers if other.kind == one.kind] for one in readers}
            told = "\n".join(f"{kind}: {', '.join(of_kind)}" for kind, of_kind in names.items())
            table.add_row(
                contract.roster, column.name, column.titles[0], as_read(_("unused")) if column.name in unread else told
            )
            of_column = {"roster": contract.roster, "column": column.name, "title": column.titles[0]}
            rows.append({**of_column, "unused": column.name in unread, "readers": [asdict(one) for one in readers]})
    if as_json:
        say_json(rows)
    else:
        output.print(table)


@rosters.command(help_epilogue=example("huimin rosters template urban_dibao -o 城市低保.xlsx"))
def template(
    roster: str,
    /,
    *,
    file: Annotated[Path, Parameter(name=["-o", "--output"], help="The workbook to write.")],
    project: ProjectOption = PROJECT,
) -> None:
    """An empty workbook for a department to fill, with validation lists; without the columns that nobody reads."""
    from huimin.figures.column_use_known import column_use_of
    from huimin.workbooks.template import write_template

    refuse_no_folder(file)
    write_template(contract_of(project, roster), file, column_use_of(project).unread(roster))
    output.print(_("{file} written", file=file), highlight=False)


@rosters.command(
    name="export", help_epilogue=example("huimin rosters export urban_dibao --format json-schema -o contracts")
)
def export_contracts(
    roster: str = "",
    /,
    *,
    folder: Annotated[Path, Parameter(name=["-o", "--output"], help="The folder to write one file a roster into.")],
    form: Annotated[
        Literal["odcs", "json-schema"],
        Parameter(name="--format", help="odcs: Open Data Contract Standard; json-schema: of one accepted row."),
    ] = "odcs",
    project: ProjectOption = PROJECT,
) -> None:
    """The contract of a roster, or of all, for other programs: as Open Data Contract Standard or as JSON Schema."""
    contracts = contracts_of(project, roster)
    with written_whole(folder):
        folder.mkdir(parents=True, exist_ok=True)
        for contract in contracts:
            name, text = exported(contract, form)
            write_whole(folder / name, text.encode(), 0o644)
    output.print(_("{count} contracts in {folder}", count=len(contracts), folder=folder), highlight=False)


def exported(contract: Contract, form: str) -> tuple[str, str]:
    """Name and text of the file that holds the contract in that form."""
    if form == "odcs":
        from huimin.contracts.open_contract import open_contract

        return f"{contract.roster}.odcs.yaml", open_contract(contract).to_yaml()
    return f"{contract.roster}.schema.json", json.dumps(json_schema(contract), ensure_ascii=False, indent=2) + "\n"


@rosters.command(
    name="new", help_epilogue=example("huimin rosters new meal_subsidy --title 老年助餐补贴 --department civil_affairs")
)
def new_roster(
    roster: str,
    /,
    *,
    title: Annotated[str, Parameter(help="What the department calls it.")],
    department: Annotated[str, Parameter(help="Who delivers it, by its id in expectations/_shared.toml.")],
    kind: Annotated[
        Literal["benefit", "register"], Parameter(help="Money paid to persons, or a register beside.")
    ] = "benefit",
    period: Annotated[
        Literal["month", "term", "year", "event"], Parameter(help="What a row of a benefit is paid for.")
    ] = "month",
    project: ProjectOption = PROJECT,
) -> None:
    """Lays down a new roster's contract and the messy file that it is tried on, ready to be filled."""
    from huimin.contracts.blank import blank_roster

    known = {c.department: c.department_title for c in project.contracts.values()}
    if department not in known:
        raise UsageError(
            department,
            _("no such department"),
            _("one of {known}; a new one: expectations/_shared.toml", known=", ".join(known)),
        )
    place = 1 + max((contract.position for contract in project.contracts.values()), default=0)
    laid = blank_roster(roster, title, department, kind, period if kind == "benefit" else "register", place)
    lay_down(project, roster, laid)
    output.print(
        _(
            "Write what stands as {mark} and the columns of your file, make the file as messy as theirs, then:",
            mark=TO_FILL,
        )
    )
    for line in (
        f"huimin check tests/rosters/{roster}/{title}.csv --roster {roster}",
        "pytest tests/rosters --refresh",
        "make docs",
    ):
        output.print(f"  {line}", highlight=False, markup=False)


def lay_down(project: Project, name: str, files: Mapping[str, str]) -> None:
    """The files in the project, each told. Raises UsageError for a name that is no identifier, or taken."""
    if not IDENTIFIER.fullmatch(name):
        raise UsageError(name, _("not an identifier"), _("lower-case letters, digits and _"))
    for path in files:
        if (project.path / path).exists():
            raise UsageError(
                str(project.path / path), _("it is there already"), _("choose another name, or edit that file")
            )
    for path, text in files.items():
        place = project.path / path
        place.parent.mkdir(parents=True, exist_ok=True)
        write_whole(place, text.encode(), 0o644)
        output.print(_("{path} laid down", path=path), highlight=False, markup=False)


@rules.default
@rules.command(name="list", help_epilogue=example("huimin rules list"))
def list_rules(*, project: ProjectOption = PROJECT, as_json: JsonSwitch = False) -> None:
    """Every rule with its tier, items and the registers it needs."""
    found = project.rules.values()
    if as_json:
        say_json(
            [{"rule": r.rule, "title": r.title, "tier": r.tier, "items": r.items, "reads": r.reads} for r in found]
        )
        return
    table = Table(*heads(_("rule"), _("title"), _("tier"), _("items"), _("reads")))
    for r in found:
        items = ", ".join(r.items) if len(r.items) <= 3 else as_read(_("{count} items", count=len(r.items)))
        table.add_row(r.rule, r.title, str(r.tier), items, ", ".join(r.reads))
    output.print(table)


@rules.command(name="show", help_epilogue=example("huimin rules show dibao_tekun"))
def show_rule(rule: str, /, *, project: ProjectOption = PROJECT) -> None:
    """One rule: what it means, its basis, what to ask, when it is mistaken, and its SQL."""
    found = rule_of(project, rule)
    output.print(
        _(
            "{rule} {title} · tier {tier} · {items}",
            rule=found.rule,
            title=found.title,
            tier=found.tier,
            items=", ".join(found.items),
        ),
        highlight=False,
    )
    output.print(_("basis: {basis}", basis=found.basis), markup=False)
    output.print(_("ask: {ask}", ask=found.ask), markup=False)
    for case in found.mistaken_when:
        output.print(_("mistaken when: {case}", case=case), markup=False)
    output.print(found.sql, markup=False, highlight=False)


@rules.command(name="new", help_epilogue=example("huimin rules new paid_after_leaving --title 迁出后仍领取"))
def new_rule(
    rule: str,
    /,
    *,
    title: Annotated[str, Parameter(help="What case workers call it.")],
    project: ProjectOption = PROJECT,
) -> None:
    """Lays down a new rule and its cases, ready to be filled."""
    from huimin.matching.blank import blank_rule

    position = 1 + max((found.position for found in project.rules.values()), default=0)
    lay_down(project, rule, blank_rule(rule, title, position))
    output.print(
        _("Write what stands as {mark}, move the rule to its group in the catalogue (position), then:", mark=TO_FILL)
    )
    for line in (f"huimin rules test {rule}", f"huimin rules preview {rule} --root data/demo", "make docs"):
        output.print(f"  {line}", highlight=False, markup=False)


@rules.command(help_epilogue=example("huimin rules test dibao_tekun"))
def test(rule: str = "", /, *, project: ProjectOption = PROJECT, as_json: JsonSwitch = False) -> int:
    """A rule's given and expected cases, or all of them."""
    from huimin.nights.rule_cases import load_cases
    from huimin.nights.rule_findings import CaseBench

    names = [rule_of(project, rule).rule] if rule else list(project.rules)
    cases = [case for name in names for case in load_cases(project.cases_of(name))]
    bench = CaseBench(project)
    faults = [(case, bench.differences(case)) for case in cases]
    bench.close()
    failed = [(case, missing, extra) for case, (missing, extra) in faults if missing or extra]
    if as_json:
        say_json({"cases": len(cases), "failed": [f"{case.rule}: {case.name}" for case, _, _ in failed]})
    else:
        for case, missing, extra in failed:
            output.print(
                _(
                    "{rule}: {name}\n  missing: {missing}\n  extra: {extra}",
                    rule=case.rule,
                    name=case.name,
                    missing=missing,
                    extra=extra,
                ),
                markup=False,
                highlight=False,
            )
        output.print(_("{cases} cases, {failed} failed", cases=len(cases), failed=len(failed)), highlight=False)
    return 13 if failed else 0


@rules.command(help_epilogue=example("huimin rules preview dibao_vehicle --root data"))
def preview(
    rule: str,
    /,
    *,
    root: RootOption = ROOT,
    project: ProjectOption = PROJECT,
    run_date: Annotated[date | None, Parameter(name="--date", help="The day of the run; default today.")] = None,
    as_json: JsonSwitch = False,
) -> None:
    """What a rule would find on the data in force, by street and item, and how much other rules find too.

    Tried against the past (回测), too: what earlier visits found, the hit rate to expect, visits a confirmed clue.
    """
    from huimin.nights.preview import preview_rule
    from huimin.report.backtest import sentences, told_backtest

    rule_of(project, rule)
    day = run_date or datetime.now(HERE).date()
    found = preview_rule(opened(Root(existing(root))), project, rule, day)
    if as_json:
        say_json({**asdict(found), "told": list(sentences(found.past))})
        return
    if found.skipped:
        output.print(
            _("{rule} would not run: {skipped}", rule=rule, skipped=why_not_run(found.skipped)), highlight=False
        )
        return
    title = _("{rule}: {clues} clues among {population}", rule=rule, clues=found.clues, population=found.population)
    places = Table(*heads(_("item"), _("street"), _("clues"), _("yuan")), title=as_read(title))
    for item, street, clues, amount in found.by_place:
        places.add_row(item, on_screen(street), str(clues), f"{amount:,}")
    output.print(places)
    others = Table(*heads(_("rule"), _("the same persons and items")), title=as_read(_("found by other rules too")))
    for other, shared in found.overlap:
        others.add_row(other, str(shared))
    output.print(others)
    for part in told_backtest(found.past, {name: one.title for name, one in project.rules.items()}):
        output.print(part)
