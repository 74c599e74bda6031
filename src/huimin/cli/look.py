"""Commands that look at a published run without changing anything: explain, query, diff."""

from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter
from rich.table import Table

from huimin.cli.app import PROJECT, ROOT, JsonSwitch, ProjectOption, RootOption, app, output, say_json
from huimin.cli.nights import existing
from huimin.errors import UsageError
from huimin.store.manifest import read_manifest
from huimin.store.root import Root


@app.command(help_epilogue="Example: huimin explain 0f1e2d3c4b5a6978 --root data")
def explain(
    clue_id: str,
    /,
    *,
    root: RootOption = ROOT,
    project: ProjectOption = PROJECT,
    whole: Annotated[
        bool,
        Parameter(name="--whole", negative="", help="Also who it is about and who decided: for case workers only."),
    ] = False,
    as_json: JsonSwitch = False,
) -> None:
    """A clue's evidence card: sources, the values compared, the policy, what to ask on the visit, what was found."""
    from huimin.report.explain import explain as card_of

    place = Root(existing(root))
    run = newest(place)
    restricted = place.restricted / run if whole else None
    card = card_of(place.published / run, clue_id, project.rules, project.contracts, restricted)
    if as_json:
        say_json(card.as_json())
    else:
        output.print(card)


@app.command(help_epilogue='Example: huimin query "select street, count(*) from clues group by all" --root data')
def query(
    sql: str,
    /,
    *,
    root: RootOption = ROOT,
    style: Annotated[Literal["table", "csv", "json", "parquet"], Parameter(name="--format")] = "table",
    file: Annotated[Path | None, Parameter(name=["-o", "--output"], help="Write there instead of printing.")] = None,
) -> None:
    """Read-only SQL on the latest published database."""
    from huimin.report.query import write_result

    place = Root(existing(root))
    write_result(place.published / newest(place) / "clues.duckdb", sql, style, file)


@app.command(help_epilogue="Example: huimin diff --root data")
def diff(older: str = "", newer: str = "", /, *, root: RootOption = ROOT, as_json: JsonSwitch = False) -> None:
    """New, continuing, changed and vanished clues between two runs, by rule, item and street.

    With one run: from it to the latest. With none: from the run that the latest went on from to the latest.
    """
    from huimin.figures.changes import compare_runs

    place = Root(existing(root))
    newer = newer or newest(place)
    older = older or before(place, newer)
    for run in (older, newer):
        if not (place.published / run).is_dir():
            raise UsageError(run, "no such published run", f"see the folders of {place.published}")
    found = compare_runs(place.published / older, place.published / newer)
    if as_json:
        say_json({"older": older, "newer": newer, "counts": found.to_dicts()})
        return
    table = Table(*found.columns, title=f"{older} → {newer}")
    for row in found.iter_rows():
        table.add_row(*("" if cell is None else str(cell) for cell in row))
    output.print(table)


def newest(root: Root) -> str:
    """The latest complete run. Raises UsageError before the first."""
    run = root.latest()
    if run is None:
        raise UsageError(str(root.path), "nothing is published here yet", "run `huimin run` first")
    return run


def before(root: Root, run: str) -> str:
    """The run that this one went on from. Raises UsageError when it is the first."""
    ledger = read_manifest(root.published / run).facts.previous_ledger
    if ledger is None or ledger.run is None:
        raise UsageError(run, "there is no run before it", "give two run ids")
    return ledger.run
