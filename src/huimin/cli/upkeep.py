"""Commands for whoever runs the machine: verify, purge, admit, withdraw, release, doctor."""

from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from rich.table import Table

from huimin.cli.app import heads, output, say_json
from huimin.cli.nights import existing
from huimin.cli.options import PROJECT, ROOT, EngineOption, JsonSwitch, ProjectOption, RootOption
from huimin.errors import PublishError, UsageError
from huimin.language import _, as_read
from huimin.report.screen import on_screen
from huimin.store.audit import account
from huimin.store.opened import opened
from huimin.store.root import Root
from huimin.store.rulings import Act
from huimin.zone import HERE

MOST_DAYS = 36_500
KINDS = {
    "run": _("run"),
    "delivery": _("delivery"),
    "file": _("file"),
    "carried": _("carried"),
    "workbooks": _("workbooks"),
    "secret": _("secret"),
}
"""The kinds of things that go."""


def verify(
    run_id: str = "",
    /,
    *,
    deep: Annotated[
        bool, Parameter(negative="", help="Also make the run again in full, and compare every published file.")
    ] = False,
    root: RootOption = ROOT,
    project: ProjectOption = PROJECT,
    as_json: JsonSwitch = False,
) -> int:
    """Prints the faults of a published run; the exit code is 14 where there are any."""
    from huimin.nights.replay import DeepCheck, verify_deep
    from huimin.upkeep.verify import verify as verify_run

    place = opened(Root(existing(root)))
    run = run_id or place.newest()
    checked = verify_deep(place, project, run) if deep else DeepCheck(verify_run(place.path, run))
    if as_json:
        say_json({"run": run, "faults": checked.faults, "not_compared": checked.not_compared})
    else:
        for fault in checked.faults:
            output.print(fault, markup=False, highlight=False)
        if checked.not_compared:
            output.print(
                _("not made again: {not_compared}", not_compared=checked.not_compared), markup=False, highlight=False
            )
        said = _("{count} faults", count=len(checked.faults)) if checked.faults else _("whole")
        output.print(f"{run}: {as_read(said)}", highlight=False)
    return PublishError.exit_code if checked.faults else 0


def backup(
    *,
    to: Annotated[Path, Parameter(help="The folder of back-ups, on another disk; each is a dated folder in it.")],
    root: RootOption = ROOT,
    as_json: JsonSwitch = False,
) -> None:
    """Copies the root into a new dated folder; what has not changed since the back-up before takes no room."""
    from huimin.upkeep.backup_copy import back_up

    made = back_up(Root(existing(root)), to, datetime.now(HERE))
    if as_json:
        say_json(asdict(made))
        return
    output.print(
        _(
            "{folder}: {files:,} files, of which {copied:,} are new ({bytes:,} bytes)",
            folder=made.folder,
            files=made.files,
            copied=made.copied,
            bytes=made.bytes,
        ),
        highlight=False,
    )


def restore(backup: Path, /, *, root: RootOption = ROOT, as_json: JsonSwitch = False) -> None:
    """Puts a back-up where no root is yet, every file held against its hash."""
    from huimin.upkeep.backup_copy import restore as put_back

    files = put_back(backup, root)
    if as_json:
        say_json({"root": str(root), "files": files})
        return
    output.print(
        _("{root}: {files:,} files restored; `huimin verify --deep --root {root}` proves it", root=root, files=files),
        highlight=False,
    )


def purge(
    *,
    older_than: Annotated[int | None, Parameter(help="Days. What is older and no longer needed would go.")] = None,
    delivery: Annotated[
        str, Parameter(help="Instead this delivery with its archived bytes, whatever its age: somebody asks for it.")
    ] = "",
    yes: Annotated[bool, Parameter(negative="", help="Do it, and write it into the audit log.")] = False,
    root: RootOption = ROOT,
    project: ProjectOption = PROJECT,
    as_json: JsonSwitch = False,
) -> None:
    """Prints what would go, and with `yes` removes it."""
    from huimin.upkeep.retention import Removal, keep_to, remove_delivery

    place, now = Root(existing(root)), datetime.now(HERE)
    if (older_than is None) == (not delivery):
        fix = _("give one of the two")
        raise UsageError("--older-than, --delivery", _("what is to go is not said"), fix)
    if older_than is None:
        removal = remove_delivery(place, delivery, yes, now)
    elif 0 <= older_than <= MOST_DAYS:
        removal = Removal(keep_to(place, older_than, yes, now), ())
    else:
        raise UsageError(
            "--older-than",
            _("days from 0 to {most}", most=MOST_DAYS),
            _("give a number of days, such as 365"),
        )
    if as_json:
        say_json(
            {
                "purged": yes,
                "expired": [
                    {"kind": thing.kind, "name": thing.name, "since": thing.since.isoformat(), "bytes": thing.bytes}
                    for thing in removal.going
                ],
                "ends_replay": removal.ends_replay,
            }
        )
        return
    for thing in removal.going:
        output.print(
            _(
                "{kind:<8} {name}  {since:%Y-%m-%d}  {bytes:,} bytes",
                kind=as_read(KINDS[thing.kind]),
                name=thing.name,
                since=thing.since,
                bytes=thing.bytes,
            ),
            highlight=False,
        )
    if removal.ends_replay:
        runs = ", ".join(removal.ends_replay)
        output.print(_("cannot be made again any more: {runs}", runs=runs), highlight=False)
    bytes_ = sum(thing.bytes for thing in removal.going)
    total = _("{count} things, {bytes:,} bytes", count=len(removal.going), bytes=bytes_)
    said = (
        _("{total}: gone", total=total)
        if yes
        else _("{total} would go; nothing was removed (--yes does it)", total=total)
    )
    nothing = _("nothing older than {older_than} days may go", older_than=older_than)
    output.print(said if removal.going else nothing, highlight=False)


def doctor(
    *,
    root: RootOption = ROOT,
    project: ProjectOption = PROJECT,
    engine: EngineOption = "",
    as_json: JsonSwitch = False,
) -> int:
    """Prints what is sound and what is not; the exit code is that of the worst fault."""
    from huimin.upkeep.doctor import examine
    from huimin.upkeep.doctor_engine import examine_engine

    place = Path(root).resolve()
    findings = [*examine(project, place, datetime.now(HERE)), *examine_engine(Root(place), engine)]
    if as_json:
        say_json([{"subject": f.subject, "ok": f.ok, "finding": f.finding, "try": f.fix} for f in findings])
    else:
        table = Table(*heads("", _("subject"), _("finding"), _("try")))
        for finding in findings:
            told = (on_screen(as_read(one)) for one in (finding.subject, finding.finding, finding.fix))
            table.add_row("✓" if finding.ok else "✗", *told)
        output.print(table)
    return max((finding.exit_code for finding in findings if not finding.ok), default=0)


Why = Annotated[str, Parameter(help="The reason, kept with who and when, and published.")]


def admit(delivery: str, /, *, why: Why, root: RootOption = ROOT, as_json: JsonSwitch = False) -> None:
    """Keeps the decision to admit a delivery."""
    ruled(root, delivery, "admit", why, as_json)


def withdraw(delivery: str, /, *, why: Why, root: RootOption = ROOT, as_json: JsonSwitch = False) -> None:
    """Keeps the decision to withdraw a delivery."""
    ruled(root, delivery, "withdraw", why, as_json)


def release(run_id: str, /, *, why: Why, root: RootOption = ROOT, as_json: JsonSwitch = False) -> None:
    """Makes a held run the latest."""
    from huimin.upkeep.release import release_run

    place = Root(existing(root))
    with place.hold():
        release_run(place, run_id, account(), why, datetime.now(HERE))
    if as_json:
        say_json({"released": run_id})
    else:
        output.print(_("{run_id} is the latest now", run_id=run_id), highlight=False)


def ruled(root: Path, delivery: str, act: Act, why: str, as_json: bool) -> None:
    """Keeps what was decided of the delivery, and says so."""
    from huimin.upkeep.rulings import decide

    found = decide(Root(existing(root)), delivery, act, account(), why, datetime.now(HERE))
    if as_json:
        say_json({**asdict(found.ruling), "roster": found.roster, "unit": found.unit, "file": found.file})
        return
    place = "/".join(filter(None, (found.roster, found.unit, found.file)))
    done = _("comes in") if act == "admit" else _("is out")
    output.print(
        _("{delivery} ({place}) {done} from the next run on", delivery=delivery, place=place, done=done),
        markup=False,
        highlight=False,
    )
