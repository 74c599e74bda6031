"""Commands about the ledger: returned workbooks in, how far it is worked off."""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import App, Parameter
from rich.console import Console
from rich.table import Table

from huimin.cli.app import output, say_json
from huimin.cli.look import told
from huimin.cli.nights import existing
from huimin.cli.options import PROJECT, ROOT, JsonSwitch, ProjectOption, RootOption, refuse_no_workbook
from huimin.cli.wording import example
from huimin.errors import DeliveryError, UsageError
from huimin.figures.progress import lay_progress
from huimin.language import _, as_read
from huimin.ledger.current import lay_current
from huimin.ledger.fold import lay_standing
from huimin.matching.policy import lay_policy
from huimin.project import Project
from huimin.returns.handed_out import hand_out_beside
from huimin.returns.intake import Imported, import_file
from huimin.store.archive import hash_file
from huimin.store.disk import written_whole
from huimin.store.manifest import read_manifest
from huimin.store.opened import opened
from huimin.store.root import Root
from huimin.tables.sql import quoted
from huimin.tables.work import open_work
from huimin.workbooks.book_rows import Side
from huimin.workbooks.export import export_current
from huimin.workbooks.provincial import write_provincial
from huimin.workbooks.worklist import CHANCE, REASONS, share_of, write_worklist

ledger = App(name="ledger", help_epilogue=example("huimin ledger status --root data"))


@ledger.command(name="import", help_epilogue=example("huimin ledger import 关山街道核查台账.xlsx --root data"))
def import_books(
    *files: Path,
    root: RootOption = ROOT,
    project: ProjectOption = PROJECT,
    folder: Annotated[
        Path | None, Parameter(name=["-o", "--output"], help="The folder for the answers; default restricted/answers.")
    ] = None,
    as_json: JsonSwitch = False,
) -> int:
    """Filled ledger workbooks: good rows are taken, faulty ones come back marked in an answer. May be run any time."""
    if not files:
        raise UsageError("FILE", _("no file was given"), "huimin ledger import 街道台账.xlsx")
    missing = [file for file in files if not file.exists()]
    if missing:
        raise UsageError(str(missing[0]), _("there is no such file"), _("give the path of the returned workbook"))
    place = opened(Root(existing(root)))
    place.newest()
    imported = []
    for file in files:
        one = import_file(place, file, project, datetime.now(UTC))
        imported.append((one, hand_out_beside(place, one.record, folder)))
    if as_json:
        say_json([as_told(one, answers) for one, answers in imported])
    else:
        for one, answers in imported:
            show(one, answers)
    return 0 if any(one.is_usable for one, _ in imported) else DeliveryError.exit_code


def as_told(one: Imported, answers: tuple[Path, ...]) -> dict[str, object]:
    """The outcome, JSON-ready."""
    counts = {"taken": one.taken, "unchanged": one.unchanged, "blank": one.blank, "sent_back": one.sent_back}
    places = {"record": one.record, "answers": [str(answer) for answer in answers]}
    return {"file": one.file, "status": one.status, **counts, **places, "problem": one.problem}


def show(one: Imported, answers: tuple[Path, ...]) -> None:
    """The outcome for a terminal."""
    if one.problem:
        told = _("{file}: sent back, {problem}", file=one.file, problem=one.problem)
        output.print(told, markup=False, highlight=False, style="yellow")
        return
    told = _(
        "{file}: {taken} rows taken, {unchanged} unchanged, {blank} not filled in, {sent_back} sent back{before}",
        file=one.file,
        taken=one.taken,
        unchanged=one.unchanged,
        blank=one.blank,
        sent_back=one.sent_back,
        before=_(" (taken before, nothing changed)") if one.status == "known" else "",
    )
    output.print(told, markup=False, highlight=False)
    for answer in answers:
        output.print(_("  answer {place}", place=answer), markup=False, highlight=False)


@ledger.command(help_epilogue=example("huimin ledger export --street 关山街道 -o 台账 --root data"))
def export(
    *,
    root: RootOption = ROOT,
    project: ProjectOption = PROJECT,
    folder: Annotated[Path, Parameter(name=["-o", "--output"], help="The folder for the workbooks.")] = Path("台账"),
    street: Annotated[str | None, Parameter(help="Only this street's; 未填 for clues without one.")] = None,
    department: Annotated[str | None, Parameter(help="Only this department's, e.g. 区民政局.")] = None,
    as_json: JsonSwitch = False,
) -> None:
    """Ledger workbooks of streets and departments, with every return taken until now. For case workers alone."""
    place = opened(Root(existing(root)))
    place.newest()
    chosen: dict[Side, str] = {}
    if street is not None:
        chosen["street"] = street
    if department is not None:
        chosen["department"] = department
    with written_whole(folder):
        places = export_current(place, folder, project.rules, chosen or None)
    if not places:
        raise UsageError(
            "、".join(chosen.values()), _("the ledger knows none of that name"), _("see `huimin ledger status`")
        )
    told(place, "export", **chosen, books=len(places))
    if as_json:
        say_json([str(book) for book in places])
    else:
        for book in places:
            output.print(str(book), markup=False, highlight=False)


@ledger.command(help_epilogue=example("huimin ledger provincial -o 省平台.xlsx --root data"))
def provincial(
    *,
    file: Annotated[Path, Parameter(name=["-o", "--output"], help="The workbook to write.")] = Path("省平台.xlsx"),
    street: Annotated[str | None, Parameter(help="Only this street's; 未填 for clues without one.")] = None,
    state: Annotated[tuple[str, ...], Parameter(help="Only clues of this state; may be given again.")] = (),
    root: RootOption = ROOT,
    project: ProjectOption = PROJECT,
    as_json: JsonSwitch = False,
) -> None:
    """The provincial system's import table: clues, whom they are about and what was found. For case workers alone.

    Columns, codes, forms and rows a file are as state/settings.toml maps them. Clues that vanished by themselves or are
    exempt are not in it, nor those without what the province requires: these are told.
    """
    place = opened(Root(existing(root)))
    place.newest()
    refuse_no_workbook(file)
    with written_whole(file.parent):
        sent = write_provincial(place, project.rules, file, street, state)
        files = {one.name: hash_file(one) for one in sent.places}
    told(place, "provincial", run=sent.run, street=street, states=state, clues=sent.clues, files=files)
    if as_json:
        say_json(asdict(sent))
        return
    for one in sent.places:
        output.print(str(one), markup=False, highlight=False)
    output.print(_("{clues} clues", clues=sent.clues), highlight=False)
    for heading, clues in sent.left_out.items():
        lacking = _(
            "{count} left out, nothing for “{heading}”: {clues}", count=len(clues), heading=heading, clues=some(clues)
        )
        output.print(lacking, markup=False, highlight=False, style="yellow")


def some(clues: Sequence[str]) -> str:
    """The first of the clues."""
    return ", ".join(clues[:MOST_LEFT_OUT]) + "…" * (len(clues) > MOST_LEFT_OUT)


MOST_LEFT_OUT = 10
"""Clues of one heading that a terminal names; `--json` has them all."""
HEADS = {
    "clues": _("clues"), "open": _("open"), "overdue": _("overdue"), "pending": _("pending"),
    "confirmed": _("confirmed"), "unfounded": _("unfounded"), "rechecking": _("rechecking"), "mending": _("mending"),
    "closed": _("closed"), "due_amount": _("yuan due"), "recovered_amount": _("recovered"),
}  # fmt: skip
WIDE = 120
"""Columns of the progress table; a narrower terminal folds its lines rather than losing figures."""
SIDES = {"street": _("street"), "department": _("department")}


@ledger.command(help_epilogue=example("huimin ledger status --by street --root data"))
def status(
    *,
    root: RootOption = ROOT,
    project: ProjectOption = PROJECT,
    by: Annotated[Literal["street", "department"], Parameter(help="A row for each of these.")] = "department",
    as_json: JsonSwitch = False,
) -> None:
    """How far the ledger is worked off, with every return taken until now."""
    place = opened(Root(existing(root)))
    found = progress_now(place, project, by)
    if as_json:
        names = ("by", "value", *HEADS)
        say_json([dict(zip(names, row)) for row in found])
        return
    table = Table(box=None)
    for head in (SIDES[by], *HEADS.values()):
        table.add_column(as_read(head), no_wrap=True, justify="left" if head is SIDES[by] else "right")
    for side, value, *figures in found:
        name = _("all") if side == "all" else _("not told") if value is None else str(value)
        table.add_row(as_read(name), *(f"{figure:,}" for figure in figures))
    Console(file=output.file, width=max(output.width, WIDE)).print(table)


def progress_now(place: Root, project: Project, by: str) -> list[tuple[object, ...]]:
    """by, value and the figures of `HEADS`: a row a street or department, then all; overdue on the latest run's day."""
    run_date = read_manifest(place.published / place.newest()).facts.run_date
    columns = ", ".join(map(quoted, HEADS))
    with closing(open_work(None)) as con:
        lay_current(con, place)
        lay_standing(con)
        lay_policy(con, project.policy_of(place))
        lay_progress(con, run_date)
        return con.execute(
            f"""select "by", "value", {columns} from progress where "by" in ('all', $by)
                order by "by" = 'all', "value" nulls last""",
            {"by": by},
        ).fetchall()


def worklist(
    *,
    street: Annotated[str, Parameter(help="The street whose week it is; 未填 for clues without one.")],
    visits: Annotated[int, Parameter(help="How many households the week has room for.")],
    file: Annotated[Path, Parameter(name=["-o", "--output"], help="The workbook to write.")] = Path("工作清单.xlsx"),
    chance: Annotated[str, Parameter(help="Share of the visits that the overdue leave which goes by lot.")] = str(
        CHANCE
    ),
    seed: Annotated[int, Parameter(help="The same seed draws the same from the same ledger.")] = 0,
    root: RootOption = ROOT,
    project: ProjectOption = PROJECT,
    as_json: JsonSwitch = False,
) -> None:
    """The households of a street to visit next, as a workbook to fill in and return. For case workers alone."""
    place = opened(Root(existing(root)))
    place.newest()
    refuse_no_workbook(file)
    with written_whole(file.parent):
        written = write_worklist(place, project, street, visits, file, seed, share_of(chance))
    told(place, "worklist", street=street, visits=visits, seed=seed)
    if as_json:
        say_json(asdict(written))
        return
    told_of_it = _(
        "{file}: households: {overdue} overdue, {yuan} by expected yuan, {chance} by lot; {clues} clues in all; "
        "{waiting} households of {street} wait",
        file=file,
        **{ground: sum(why == ground for _household, why in written.chosen) for ground in REASONS},
        clues=written.clues,
        waiting=written.waiting,
        street=street,
    )
    output.print(told_of_it, highlight=False, markup=False)
