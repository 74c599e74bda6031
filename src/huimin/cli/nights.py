"""Commands that run the pipeline: demo, run, plan, replay."""

import json
import os
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, cast

from cyclopts import Parameter
from rich.table import Table

from huimin.cli.app import errors, heads, output, say_json, server_lost, show_place, why_not_run
from huimin.cli.options import PROJECT, ROOT, EngineOption, JsonSwitch, ProjectOption, RootOption
from huimin.errors import HuiminError, UsageError
from huimin.language import _, as_read
from huimin.nights.backfill import Every, days_of
from huimin.nights.backfill import backfill as backfilled
from huimin.nights.plan import NightPlan, plan_night
from huimin.nights.published_run import NothingUsable, PublishedRun
from huimin.nights.replay import replay_run
from huimin.project import Project
from huimin.report import statistics_table
from huimin.report.operators import titles_of
from huimin.report.screen import on_screen
from huimin.serving.services import Service
from huimin.store.access import give
from huimin.store.opened import opened
from huimin.store.root import DROP_DIRECTORY, DROP_FILE, Root, write_json
from huimin.store.settings import ReadingPlace
from huimin.zone import HERE

QUIET_PREFECT = {
    "PREFECT_LOGGING_LEVEL": "CRITICAL",  # the command tells its lines, and why a run failed, itself
    "PREFECT_LOGGING_LOGGERS_PREFECT_FLOW_RUNS_LEVEL": "INFO",  # for the run's page
    "PREFECT_LOGGING_LOGGERS_PREFECT_TASK_RUNS_LEVEL": "INFO",
    "PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "CRITICAL",
}
IMPATIENT = {"PREFECT_CLIENT_MAX_RETRIES": "1"}
"""With a server of somebody else's: whoever waits for a command waits for the night, not a minute for each report."""


def run(
    *,
    root: RootOption = ROOT,
    project: ProjectOption = PROJECT,
    run_date: Annotated[
        date | None, Parameter(name="--date", help="The day clues are judged by; default today.")
    ] = None,
    rules: Annotated[str, Parameter(help="Only these rules, separated by commas; the run never becomes latest.")] = "",
    settle: Annotated[float, Parameter(help="Seconds a file must have been left alone before it is read.")] = 60.0,
    engine: EngineOption = "",
    reading_place: Annotated[
        ReadingPlace | None,
        Parameter(
            name="--read-on",
            help="Where deliveries are read: on this machine (edge), or by the workers of the Spark Connect server "
            "(cluster); default as settled, else edge.",
        ),
    ] = None,
    strict: Annotated[
        bool | None, Parameter(help="Keep columns that nobody reads out of the standard rows; default as settled.")
    ] = None,
    as_json: JsonSwitch = False,
) -> int:
    """Runs the nightly flow and prints the statistics table; the exit code is the night's."""
    published = nightly(root, project, run_date, rules, settle, engine, strict, reading_place)
    show(published, as_json)
    return published.exit_code


def demo(
    *,
    root: RootOption = Path("data/demo"),
    project: ProjectOption = PROJECT,
    population: Annotated[int, Parameter(help="Persons in the synthetic district.")] = 20_000,
    seed: Annotated[int, Parameter(help="The same seed gives the same district.")] = 0,
    as_json: JsonSwitch = False,
) -> int:
    """Writes the district once, runs a night over it, and prints what it found; the exit code is the night's."""
    from huimin.district import RUN_DATE

    place = root.resolve()
    settle_district(place, project, population, seed)
    published = nightly(place, project, RUN_DATE, "", 0.0)
    show(published, as_json)
    return published.exit_code


def settle_district(root: Path, project: Project, population: int, seed: int) -> None:
    """Leaves the district's deliveries in the root's inbox, once. Raises UsageError for a root with others."""
    from huimin.district import build_district, write_district, write_truth

    chosen = {"population": population, "seed": seed}
    mark = root / "demo.json"
    if mark.exists() and json.loads(mark.read_bytes()) == chosen:
        return
    if root.exists() and any(root.iterdir()):
        raise UsageError(str(root), _("this folder holds something else than that demo"), _("give another --root"))
    district = build_district(population, seed)
    write_district(district, root / "inbox", project.contracts)
    give(root / "inbox", DROP_DIRECTORY, DROP_FILE, None)
    write_truth(district, root / "truth.parquet")
    write_json(mark, chosen, mode=0o644)


def backfill(
    *,
    first: Annotated[date, Parameter(name="--from", help="The day of the first night.")],
    last: Annotated[date, Parameter(name="--to", help="The last day that may have a night.")],
    every: Annotated[Every, Parameter(help="How far apart; by month, on the first night's day.")] = "day",
    settle: Annotated[float, Parameter(help="Seconds a file must have been left alone before it is read.")] = 60.0,
    root: RootOption = ROOT,
    project: ProjectOption = PROJECT,
    as_json: JsonSwitch = False,
) -> int:
    """Runs the nights and prints each one's sentence; the exit code is the last night's, 0 when none was to run."""
    days = [*days_of(first, last, every)]
    if not days:
        raise UsageError("--to", _("the last day is before the first"), _("give --from and --to in their order"))
    exit_code, ran = 0, []
    titles = titles_of(project)[0]
    for published in backfilled(opened(Root(existing(root))), project, days, settle):
        exit_code = published.exit_code
        ran.append(published.as_json())
        if not as_json:
            output.print(f"{published.run}  {published.headline(titles)}", markup=False, highlight=False)
    if as_json:
        say_json(ran)
    elif not ran:
        output.print(_("every night until {last} is there", last=last), highlight=False)
    return exit_code


def plan(
    *,
    root: RootOption = ROOT,
    project: ProjectOption = PROJECT,
    run_date: Annotated[date | None, Parameter(name="--date", help="The day of the run; default today.")] = None,
    settle: Annotated[float, Parameter(help="Seconds a file must have been left alone before it is read.")] = 60.0,
    as_json: JsonSwitch = False,
) -> None:
    """Prints what a run would do."""
    now = datetime.now(HERE)
    planned = plan_night(opened(Root(existing(root))), project, run_date or now.date(), settle, now)
    if as_json:
        say_json(plan_as_json(planned))
    else:
        show_plan(planned)


def replay(
    run_id: str,
    /,
    *,
    root: RootOption = ROOT,
    project: ProjectOption = PROJECT,
    engine: EngineOption = "",
    as_json: JsonSwitch = False,
) -> int:
    """Prints which files a replay made otherwise; the exit code is 1 where there are any."""
    outcome = replay_run(opened(Root(existing(root))), project, run_id, engine)
    if as_json:
        say_json(
            {"run": run_id, "identical": not outcome.different, "files": outcome.files, "different": outcome.different}
        )
    else:
        verdict = _("byte-identical") if not outcome.different else _("{count} different", count=len(outcome.different))
        output.print(
            _("{run_id}: {files} files compared, {verdict}", run_id=run_id, files=outcome.files, verdict=verdict),
            highlight=False,
        )
        for place in outcome.different:
            output.print(_("  differs: {place}", place=place), markup=False, highlight=False)
        for definition in outcome.changed:
            output.print(
                _("  not what the run was made with: {definition}", definition=definition),
                markup=False,
                highlight=False,
            )
    return 1 if outcome.different else 0


def plan_as_json(planned: NightPlan) -> dict[str, object]:
    """The plan, JSON-ready."""
    new = [
        {"roster": d.roster, "unit": d.unit, "file": d.file, "status": s.status, "periods": s.receipt.slots,
         "rows": s.receipt.rows_accepted, "problem": s.receipt.problem}
        for s in planned.new
        for d in (s.receipt.delivery,)
    ]  # fmt: skip
    superseded = [{"roster": roster, "unit": unit, "period": slot} for roster, unit, slot in planned.superseded]
    skipped = [{"rule": rule, "why": why} for rule, why in planned.skipped]
    read = {"new": new, "superseded": superseded, "skipped": skipped}
    return {**read, "waiting": planned.waiting, "returned": planned.returned}


def show_plan(planned: NightPlan) -> None:
    """The plan for a terminal."""
    names = (_("roster"), _("unit"), _("file"), _("status"), _("periods"), _("rows"), _("problem"))
    table = Table(*heads(*names), title=as_read(_("new deliveries")))
    for standing in planned.new:
        receipt, delivery = standing.receipt, standing.receipt.delivery
        told = (standing.status, ", ".join(receipt.slots), receipt.rows_accepted, receipt.problem)
        table.add_row(*map(on_screen, (delivery.roster, delivery.unit, delivery.file, *told)))
    output.print(table if planned.new else _("no new deliveries"))
    for roster, unit, slot in planned.superseded:
        output.print(
            _("superseded: {roster} {unit} {slot}", roster=roster, unit=unit or "", slot=slot),
            markup=False,
            highlight=False,
        )
    for rule, why in planned.skipped:
        output.print(_("skipped: {rule} ({why})", rule=rule, why=why_not_run(why)), markup=False, highlight=False)
    for name in planned.returned:
        output.print(_("returned ledger: {name}", name=name), markup=False, highlight=False)
    for path in planned.waiting:
        output.print(_("still being written: {path}", path=path), markup=False, highlight=False)


def nightly(
    root: Path,
    project: Project,
    run_date: date | None,
    rules: str,
    settle: float,
    engine: str = "",
    strict: bool | None = None,
    reading_place: ReadingPlace | None = None,
) -> PublishedRun:
    """The published run of the nightly flow, run in this process, also when its Prefect server is lost meanwhile."""
    server = server_to_tell()
    from flows.nightly import OUTCOMES
    from flows.nightly import nightly as flow

    if server:
        server.await_ready()
    chosen = [rule.strip() for rule in rules.split(",") if rule.strip()]
    try:
        # the state that the flow returns is resolved to what it holds
        place, folder = str(root.resolve()), str(project.path)
        given = (place, run_date, chosen or None, settle, folder, engine or None, strict, reading_place)
        return cast(PublishedRun, flow(*given))
    except NothingUsable as nothing:
        return nothing.published
    except HuiminError:
        raise
    except Exception as fault:
        if not OUTCOMES:
            raise
        told = _(
            "{run}: published; the Prefect server could not be told ({kind})",
            run=OUTCOMES[-1].run,
            kind=type(fault).__name__,
        )
        errors.print(told, markup=False, highlight=False)
        server_lost.set()
        return OUTCOMES[-1]


def server_to_tell() -> Service | None:
    """The server that was started for this command, None where one is configured; Prefect goes by what suits it."""
    from huimin.serving.passing import start_unless_configured

    server = start_unless_configured()
    for name, value in (QUIET_PREFECT | ({} if server else IMPATIENT)).items():
        os.environ.setdefault(name, value)
    from prefect.context import refresh_global_settings_context

    refresh_global_settings_context()  # it had read the environment when it was asked for its server
    return server


def existing(root: Path) -> Path:
    """The root, which must be there. Raises UsageError."""
    if not root.is_dir():
        raise UsageError(str(root), _("there is no such data root"), _("give --root, or begin with `huimin demo`"))
    return root.resolve()


def show(published: PublishedRun, as_json: bool) -> None:
    """The statistics table and where everything is."""
    if as_json:
        say_json(published.as_json())
        return
    output.print(statistics_table(published.folder))
    here = Path.cwd()
    for name, place in published.places().items():
        show_place(name, place.relative_to(here) if place.is_relative_to(here) else place)
    for line in published.remarks():
        output.print(line, markup=False, style="yellow")
