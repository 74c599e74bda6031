"""What operators see of a run in the Prefect interface. Counts and file names only."""

from prefect import task
from prefect.artifacts import create_link_artifact, create_markdown_artifact, create_table_artifact
from prefect.cache_policies import NO_CACHE

from huimin.errors import HuiminError, UnforeseenFault
from huimin.nights.night import Night
from huimin.nights.published_run import PublishedRun
from huimin.report import MonthlyReport
from huimin.report.operators import (
    as_rows,
    fault_page,
    held_page,
    next_steps,
    overview_page,
    overview_tables,
    place_told,
)
from huimin.report.reminders import Reminders
from huimin.store.root import Root
from huimin.store.settings import load_settings
from tasks.guard import guarded


@task(name="artifacts", task_run_name="运行概览", cache_policy=NO_CACHE)
@guarded
def show(night: Night, published: PublishedRun, state: str, headline: str) -> None:
    """Leaves the overview, four tables and the report's place; of a held run also why it is."""
    address = load_settings(night.root).address_of("published", published.run, "report.html")
    report = place_told(published.report, "运行报告", address)
    if published.held:
        create_markdown_artifact(
            held_page(published.held, published.run, night.project), key="held", description=f"待放行 · {published.run}"
        )
    held = published.run if published.held else None
    refused = published.refused + published.refused_before
    steps = next_steps(held, published.in_force, len(published.kept_out), refused)
    overview = overview_page(published.folder, night.project, state, headline, steps, report)
    create_markdown_artifact(overview, key="overview", description=f"概览 · {published.run}")
    for key, (title, rows) in overview_tables(published.folder, night.project).items():
        create_table_artifact(table=as_rows(rows), key=key, description=f"{title} · {published.run}")
    leave_place(report, address, "report", "运行报告", published.run)


def show_fault(fault: HuiminError | UnforeseenFault) -> None:
    """Leaves the overview of a night that failed."""
    create_markdown_artifact(fault_page(fault), key="overview", description="概览 · Failed")


@task(name="month-artifacts", task_run_name="月报概览", cache_policy=NO_CACHE)
@guarded
def show_month(root: Root, written: MonthlyReport) -> None:
    """Leaves two artifacts: the month's figures, and the report's place."""
    rows: list[dict[str, object]] = [
        {"指标": line.title, "本月": line.month, "累计": line.ever} for line in written.lines
    ]
    create_table_artifact(table=as_rows(rows), key="month", description=f"月报 {written.month:%Y-%m} · {written.run}")
    address = load_settings(root).address_of("reports", f"{written.month:%Y-%m}", written.report.name)
    leave_place(place_told(written.report, "月报", address), address, "monthly-report", "月报", written.run)


@task(name="reminders-artifacts", task_run_name="催报概览", cache_policy=NO_CACHE)
@guarded
def show_reminders(written: Reminders) -> None:
    """Leaves the table of what is owed."""
    rows: list[dict[str, object]] = [
        {"部门或街道": one.whom, "事项": one.kind, "说明": one.told} for one in written.owed
    ]
    create_table_artifact(table=as_rows(rows), key="reminders", description=f"{written.headline} · {written.day}")


def leave_place(told: str, address: str | None, key: str, title: str, run: str) -> None:
    """Leaves where a page is: a link for readers who have an address, else its path as text."""
    if address:
        create_link_artifact(address, key=key, link_text=title, description=f"{title} · {run}")
    else:
        create_markdown_artifact(f"{told}\n", key=key, description=f"{title} · {run}")
