"""What operators see of a run in the Prefect interface. Counts and file names only."""

from prefect import task
from prefect.artifacts import create_link_artifact, create_markdown_artifact, create_table_artifact
from prefect.cache_policies import NO_CACHE

from huimin.nights.published_run import PublishedRun, overview
from huimin.report import MonthlyReport
from tasks.guard import guarded


@task(name="artifacts", task_run_name="运行概览", cache_policy=NO_CACHE)
@guarded
def show(published: PublishedRun) -> None:
    """Leaves four artifacts: deliveries, quality, clue counts, and a link to the report; and why a run is held."""
    if published.held:
        told = "\n".join(f"- {line.strip()}" for line in published.held.lines(published.run))
        create_markdown_artifact(
            f"# 本次运行暂缓发布\n\n{told}\n", key="held", description=f"暂缓发布 · {published.run}"
        )
    for key, (description, rows) in overview(published).items():
        create_table_artifact(table=rows, key=key, description=f"{description} · {published.run}")
    create_link_artifact(published.report.as_uri(), key="report", link_text="运行报告", description=published.run)


@task(name="month-artifacts", task_run_name="月报概览", cache_policy=NO_CACHE)
@guarded
def show_month(written: MonthlyReport) -> None:
    """Leaves two artifacts: the month's figures, and a link to the report."""
    rows: list[dict[str, object]] = [
        {"指标": line.title, "本月": line.month, "累计": line.ever} for line in written.lines
    ]
    create_table_artifact(table=rows, key="month", description=f"月报 {written.month:%Y-%m} · {written.run}")
    create_link_artifact(written.report.as_uri(), key="monthly-report", link_text="月报", description=written.run)
