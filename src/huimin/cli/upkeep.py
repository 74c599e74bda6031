"""Commands for whoever runs the machine: verify, doctor."""

from pathlib import Path

from rich.table import Table

from huimin.cli.app import PROJECT, ROOT, JsonSwitch, RootOption, app, output, say_json
from huimin.cli.look import newest
from huimin.cli.nights import existing
from huimin.errors import PublishError
from huimin.root import Root


@app.command(help_epilogue="Example: huimin verify --root data")
def verify(run_id: str = "", /, *, root: RootOption = ROOT, as_json: JsonSwitch = False) -> int:
    """A published run against its manifest, the archive and its accounting."""
    from huimin.verify import verify as verify_run

    place = Root(existing(root))
    run = run_id or newest(place)
    faults = verify_run(place.path, run)
    if as_json:
        say_json({"run": run, "faults": faults})
    else:
        for fault in faults:
            output.print(fault, markup=False, highlight=False)
        output.print(f"{run}: {'whole' if not faults else f'{len(faults)} faults'}", highlight=False)
    return PublishError.exit_code if faults else 0


@app.command(help_epilogue="Example: huimin doctor --root data")
def doctor(*, root: RootOption = ROOT, as_json: JsonSwitch = False) -> int:
    """Environment, versions, free disk, permissions of the root, contracts and rules, whether Prefect is reachable."""
    from huimin.doctor import examine

    findings = examine(PROJECT, Path(root).resolve())
    if as_json:
        say_json([{"subject": f.subject, "ok": f.ok, "finding": f.finding, "try": f.fix} for f in findings])
    else:
        table = Table("", "subject", "finding", "try")
        for finding in findings:
            table.add_row("✓" if finding.ok else "✗", finding.subject, finding.finding, finding.fix)
        output.print(table)
    return max((finding.exit_code for finding in findings if not finding.ok), default=0)
