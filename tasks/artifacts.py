"""What operators see of a run in the Prefect interface. Counts and file names only."""

from prefect import task
from prefect.artifacts import create_link_artifact, create_table_artifact
from prefect.cache_policies import NO_CACHE

from huimin.outcome import Published, overview
from tasks.guard import guarded


@task(name="artifacts", task_run_name="运行概览", cache_policy=NO_CACHE)
@guarded
def show(published: Published) -> None:
    """Leaves four artifacts: deliveries, quality, clue counts, and a link to the report."""
    for key, (description, rows) in overview(published).items():
        create_table_artifact(table=rows, key=key, description=f"{description} · {published.run}")
    create_link_artifact(published.report.as_uri(), key="report", link_text="运行报告", description=published.run)
