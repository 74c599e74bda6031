"""Commands that look at a published run without changing it: explain, query, diff."""

import json
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter
from rich.table import Table

from huimin.cli.app import heads, output, say_json
from huimin.cli.nights import existing
from huimin.cli.options import PROJECT, ROOT, JsonSwitch, ProjectOption, RootOption, refuse_no_folder
from huimin.errors import UsageError
from huimin.language import _, as_read
from huimin.store.audit import note
from huimin.store.disk import written_whole
from huimin.store.manifest import read_manifest
from huimin.store.opened import opened
from huimin.store.root import Root, write_whole
from huimin.store.rotated import now_of, same_keys
from huimin.zone import HERE


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
    """Prints a clue's evidence card."""
    from huimin.report.explain import explain as card_of

    place = Root(existing(root))
    run = place.newest()
    restricted = opened(place).restricted / run if whole else None
    card = card_of(place.published / run, same_keys(place, clue_id), project.rules, project.contracts, restricted)
    if whole:
        told(place, "explain", run=run, clue=card.clue_id)
    if as_json:
        say_json(card.as_json())
    else:
        output.print(card)


def lineage(
    run_id: str = "",
    /,
    *,
    file: Annotated[Path, Parameter(name=["-o", "--output"], help="The file to write, one event a line.")],
    root: RootOption = ROOT,
    project: ProjectOption = PROJECT,
) -> None:
    """Writes what a run was made from as OpenLineage events; by default the latest run."""
    from huimin.report.lineage import events

    place = Root(existing(root))
    refuse_no_folder(file)
    told_events = [*events(place.published_run(run_id or place.newest()), project)]
    lines = "".join(f"{json.dumps(event, ensure_ascii=False)}\n" for event in told_events)
    with written_whole(file):
        write_whole(file, lines.encode(), 0o640)
    output.print(_("{count} events in {file}", count=len(told_events), file=file), highlight=False)


def query(
    sql: str,
    /,
    *,
    root: RootOption = ROOT,
    style: Annotated[Literal["table", "csv", "json", "parquet"], Parameter(name="--format")] = "table",
    file: Annotated[Path | None, Parameter(name=["-o", "--output"], help="Write there instead of printing.")] = None,
) -> None:
    """Prints or writes the rows of a query."""
    from huimin.report.query import write_result

    place = Root(existing(root))
    write_result(place.published / place.newest() / "clues.duckdb", sql, style, file)


def diff(older: str = "", newer: str = "", /, *, root: RootOption = ROOT, as_json: JsonSwitch = False) -> None:
    """Prints how the clues of two runs differ."""
    from huimin.figures.changes import compare_runs
    from huimin.report.screen import on_screen

    place = Root(existing(root))
    newer = newer or place.newest()
    older = older or before(place, newer)
    found = compare_runs(place.published_run(older), place.published_run(newer), now_of(place))
    if as_json:
        say_json({"older": older, "newer": newer, "counts": found.to_dicts()})
        return
    table = Table(*heads(*(CHANGES.get(name, name) for name in found.columns)), title=f"{older} → {newer}")
    for by, *cells in found.iter_rows():
        table.add_row(as_read(SIDES[by]), *map(on_screen, cells))
    output.print(table)


CHANGES = {
    "by": _("by"),
    "value": _("value"),
    "new": _("new"),
    "continuing": _("continuing"),
    "changed": _("changed"),
    "vanished": _("vanished"),
}
"""What stands over the columns of a comparison."""
SIDES = {"rule": _("rule"), "item": _("item"), "street": _("street")}
"""By what clues are counted there."""


def told(root: Root, act: str, **facts: object) -> None:
    """Tells the audit log who looks at what of whom. Raises PublishError when it cannot be written."""
    with written_whole(root.state):
        note(root, datetime.now(HERE), act, **facts)


def before(root: Root, run: str) -> str:
    """The run that this one went on from. Raises UsageError when it is the first."""
    ledger = read_manifest(root.published / run).facts.previous_ledger
    if ledger is None or ledger.run is None:
        raise UsageError(run, _("there is no run before it"), _("give two run ids"))
    return ledger.run
