"""The command of sampling plans."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import polars as pl
from cyclopts import Parameter
from rich.table import Table

from huimin.cli.app import heads, output, say_json
from huimin.cli.nights import existing
from huimin.cli.options import PROJECT, ROOT, JsonSwitch, ProjectOption, RootOption
from huimin.contracts.contract import Contract
from huimin.errors import UsageError
from huimin.language import _, as_read
from huimin.ledger.closing import close_by_hand
from huimin.ledger.plans import PlanKind, PlanResult, SamplingPlan, plan_results
from huimin.ledger.records import records_of
from huimin.project import Project
from huimin.report.screen import on_screen
from huimin.sampling.draw import rate_of
from huimin.sampling.drawing import Asked, draw_again, plan_for
from huimin.sampling.forms import folder_of_forms, remove_withdrawn, write_forms
from huimin.store.opened import opened
from huimin.store.root import Root, unwritable

HEADS = {"street": _("street"), "item": _("item"), "sort": _("what"), "beneficiaries": _("beneficiaries"),
         "clues": _("clues"), "population": _("population"), "drawn": _("drawn")}  # fmt: skip
STATUS = {"open": _("open plan"), "closed": _("ended"), "withdrawn": _("withdrawn")}
KINDS = {
    "recheck": _("recheck"),
    "spot": _("spot check"),
    "visits": _("visits to relatives"),
    "cross": _("cross check"),
}
SORTS = {"clue": _("clue"), "household": _("household"), "person": _("person")}


def sample(
    *,
    kind: Annotated[
        PlanKind | None,
        Parameter(
            help="recheck: clues found 查否. spot: clues and households. visits: cadres' relatives. "
            "cross: 查否, checked by another street."
        ),
    ] = None,
    rate: Annotated[str | None, Parameter(help="Of each stratum; least and default 0.2, spot 0.3, visits 1.")] = None,
    seed: Annotated[int, Parameter(help="The same seed draws the same from the same ledger.")] = 0,
    as_of: Annotated[str | None, Parameter(help="A ledger of before, as plans name it; nothing is stored.")] = None,
    plans: Annotated[bool, Parameter(name="--list", negative="", help="Every plan and how it stands.")] = False,
    close: Annotated[str | None, Parameter(help="Close this plan by hand; needs --reason.")] = None,
    reason: Annotated[str, Parameter(help="Why it is closed, for the audit log.")] = "",
    folder: Annotated[Path | None, Parameter(name=["-o", "--output"], help="The folder for the workbooks.")] = None,
    root: RootOption = ROOT,
    project: ProjectOption = PROJECT,
    as_json: JsonSwitch = False,
) -> None:
    """Draws or repeats a plan, and prints it."""
    place = opened(Root(existing(root)))
    now = datetime.now(UTC)
    if plans:
        show_plans(plan_results(records_of(place)), as_json)
    elif close is not None:
        show_plans([replace(close_by_hand(place, close, reason, now), status="closed")], as_json)
    elif kind is None:
        raise UsageError(
            "--kind", _("which plan is not said"), _("give --kind recheck, spot, visits or cross, or --list")
        )
    elif as_of is not None:
        show_again(place, project, Asked(kind, rate_of(rate, kind), seed), as_of, as_json)
    else:
        show_plan(place, project, Asked(kind, rate_of(rate, kind), seed), now, folder, as_json)


def show_plan(root: Root, project: Project, asked: Asked, now: datetime, folder: Path | None, as_json: bool) -> None:
    """Draws the plan, or finds it drawn; prints it and writes its workbooks."""
    plan = plan_for(root, project.contracts, asked, now)
    remove_withdrawn(root, plan_results(records_of(root)))
    if plan is None:
        if as_json:
            say_json({"plan": None, "kind": asked.kind, "strata": [], "targets": [], "workbooks": []})
        else:
            output.print(_("{kind}: there is nobody to draw", kind=KINDS[asked.kind]), highlight=False)
        return
    place = folder or folder_of_forms(root, plan.plan)
    try:
        books = write_forms(root, plan, project.rules, place)
    except OSError as fault:
        raise unwritable(place, fault) from None
    if as_json:
        told = {"plan": plan.plan, "drawn_at": plan.drawn_at, "workbooks": books}
        say_json({**told, **as_drawn(asked, plan.as_of, plan.strata(), plan.targets())})
        return
    show_strata(f"{as_read(KINDS[plan.kind])} {plan.plan}", plan.strata(), project.contracts)
    told = {"as_of": plan.as_of, "rate": plan.rate, "seed": plan.seed, "drawn": plan.drawn}
    output.print(_("ledger of {as_of}, rate {rate}, seed {seed}, {drawn} drawn", **told), highlight=False)
    for book in books:
        output.print(str(book), markup=False, highlight=False)


def show_again(root: Root, project: Project, asked: Asked, as_of: str, as_json: bool) -> None:
    """Prints what that ledger gives, and whether it is what a plan of the root drew."""
    made = draw_again(root, project.contracts, asked, as_of)
    alike = [
        result.plan.plan
        for result in plan_results(records_of(root))
        if result.plan.as_of == as_of and asked.drew(result.plan) and is_same(result.plan, made.drawn)
    ]
    if as_json:
        say_json({"plan": alike[0] if alike else None, **as_drawn(asked, as_of, made.strata, made.drawn)})
        return
    show_strata(f"{as_read(KINDS[asked.kind])} {as_of}", made.strata, project.contracts)
    output.print(_("same as plan {plan}", plan=alike[0]) if alike else _("no plan was drawn so"), highlight=False)


def is_same(plan: SamplingPlan, drawn: pl.DataFrame) -> bool:
    """Whether the plan drew exactly these, in this order, for the same to check."""
    columns = ["sort", "target", "street", "item", "checker"]
    return plan.targets().select(columns).equals(drawn.select(columns))


def as_drawn(asked: Asked, as_of: str, strata: pl.DataFrame, targets: pl.DataFrame) -> dict[str, Any]:
    """The plan, JSON-ready; no names."""
    return {
        "kind": asked.kind,
        "rate": float(asked.rate),
        "seed": asked.seed,
        "as_of": as_of,
        "strata": strata.to_dicts(),
        "targets": targets.select("sort", "target", "street", "item", "checker").to_dicts(),
    }


def show_strata(title: str, strata: pl.DataFrame, contracts: Mapping[str, Contract]) -> None:
    """One row a stratum: how many there are, how many are drawn."""
    words = {**SORTS, **{roster: contract.title for roster, contract in contracts.items()}}
    columns = [name for name in HEADS if name in strata.columns]
    table = Table(title=title)
    for name in columns:
        table.add_column(as_read(HEADS[name]), justify="left" if strata[name].dtype == pl.String else "right")
    for row in strata.iter_rows(named=True):
        cells = ((words.get(row[name]) if name in ("item", "sort") else row[name]) or row[name] for name in columns)
        table.add_row(*(on_screen(as_read(_("not told") if cell is None else cell)) for cell in cells))
    output.print(table)


def show_plans(results: Sequence[PlanResult], as_json: bool) -> None:
    """One row a plan."""
    if as_json:
        say_json(
            [
                {"plan": s.plan.plan, "kind": s.plan.kind, "rate": float(s.plan.rate), "seed": s.plan.seed,
                 "as_of": s.plan.as_of, "drawn_at": s.plan.drawn_at, "drawn": s.plan.drawn, "checked": s.checked,
                 "found": s.found, "status": s.status}
                for s in results
            ]
        )  # fmt: skip
        return
    titles = (_("plan\nledger of"), _("kind"), _("rate\nseed"), _("drawn\nchecked"), _("found"), _("status"))
    table = Table(*heads(*titles), show_lines=True)
    for s in results:
        table.add_row(
            f"{s.plan.plan}\n{s.plan.as_of}",
            as_read(KINDS[s.plan.kind]),
            f"{s.plan.rate}\n{s.plan.seed}",
            f"{s.plan.drawn}\n{s.checked}",
            str(s.found),
            as_read(STATUS[s.status]),
        )
    output.print(table if results else _("no plans"))
