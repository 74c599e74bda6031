"""The command that hands out reports: of the latest run, or of a month, or for posting."""

from datetime import date, datetime
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from huimin.cli.app import output, say_json, show_place
from huimin.cli.nights import existing
from huimin.cli.options import PROJECT, ROOT, JsonSwitch, ProjectOption, RootOption
from huimin.errors import PublishError, UsageError
from huimin.language import _
from huimin.report import MonthlyReport, statistics_table, write_monthly
from huimin.report.monthly import PAGE, WORKBOOK, write_files
from huimin.report.posting import Posted, post
from huimin.store.manifest import read_manifest
from huimin.store.opened import opened
from huimin.store.root import Root
from huimin.zone import HERE


def report(
    *,
    month: Annotated[str, Parameter(help="The month of a monthly report, as 2023-08; without it the latest run.")] = "",
    public: Annotated[
        bool, Parameter(negative="", help="The edition for posting instead (公示版), into the root's public/<month>.")
    ] = False,
    folder: Annotated[Path | None, Parameter(name=["--output", "-o"], help="The folder to write into.")] = None,
    root: RootOption = ROOT,
    project: ProjectOption = PROJECT,
    as_json: JsonSwitch = False,
) -> None:
    """Prints the statistics table and where the report stands."""
    place = Root(existing(root))
    if public:
        show_posted(post(opened(place), project, month_to_post(place, month, folder), datetime.now(HERE)), as_json)
        return
    if month:
        today = datetime.now(HERE).date()
        show_month(write_monthly(opened(place), project, first_of(month), today, folder), as_json)
        return
    run = place.newest()
    published = place.published / run
    files = [published / name for name in (PAGE, WORKBOOK)]
    for file in files:
        if not file.is_file():
            raise PublishError(str(file), _("this run has no such report"), _("`huimin run` makes one with every run"))
    if folder:
        write_files(folder, {file.name: file.read_bytes() for file in files})
        files = [folder / file.name for file in files]
    if as_json:
        say_json({"run": run, "report": str(files[0]), "workbook": str(files[1])})
        return
    output.print(statistics_table(published))
    show_files(*files)


def month_to_post(root: Root, month: str, folder: Path | None) -> date:
    """The first day of the month given, by default of the latest run's. Raises UsageError."""
    if folder:
        raise UsageError("--output", _("an edition for posting has one place"), _("copy it from public/<month>"))
    if month:
        return first_of(month)
    return read_manifest(root.published / root.newest()).facts.run_date.replace(day=1)


def first_of(month: str) -> date:
    """The first day of the month. Raises UsageError."""
    try:
        return datetime.strptime(month, "%Y-%m").date()  # noqa: DTZ007  a month has no time zone
    except ValueError:
        raise UsageError("--month", _("this is no month"), _("write it as 2023-08")) from None


def show_month(written: MonthlyReport, as_json: bool) -> None:
    """The month's figures and where the files are."""
    if as_json:
        say_json(written.as_json())
        return
    from rich.table import Table

    table = Table("", "本月", "累计", title=f"{written.month:%Y-%m} · {written.run}")
    for column in (1, 2):
        table.columns[column].justify = "right"
    for line in written.lines:
        table.add_row(line.title, line.month, line.ever)
    output.print(table)
    show_files(written.report, written.workbook)


def show_posted(posted: Posted, as_json: bool) -> None:
    """How much of it is hidden, and where the files are."""
    if as_json:
        say_json(posted.as_json())
        return
    cells, hidden = posted.edition.counted()
    output.print(f"公示版 {posted.edition.title}：{cells:,} 个数，其中 {hidden:,} 个不公布（*）")
    show_files(posted.page, posted.workbook)


def show_files(page: Path, workbook: Path) -> None:
    """Where page and workbook are."""
    for name, file in ((_("report"), page), (_("workbook"), workbook)):
        show_place(name, file)
