"""The application: every command with what its help says, where it is written, and how anything is printed.

A command's module is imported when the command is used: `huimin --help` needs none of them.
"""

import json
import sys
from datetime import date
from threading import Event
from typing import Any

from cyclopts import App
from rich.console import Console
from rich.table import Column

from huimin.cli.wording import HelpPage, example, refusal
from huimin.errors import HuiminError
from huimin.language import _, as_read, reads_chinese


def installed_version() -> str:
    """The version that is installed."""
    from importlib.metadata import version

    return version("huimin")


app = App(
    name="huimin",
    help="惠民 — nightly supervision of welfare subsidies: messy rosters in, explained anomaly clues out.",
    help_epilogue=example("huimin demo --root data/demo"),
    help_format="plaintext",
    help_formatter=HelpPage(),
    error_formatter=refusal,
    version=installed_version,
)


class Terminal(Console):
    """A console that says marked words in the language of whoever reads it."""

    def print(self, *things: Any, **how: Any) -> None:  # noqa: ANN401  whatever rich prints
        """Prints as rich does."""
        super().print(*(as_read(thing) if isinstance(thing, str) else thing for thing in things), **how)


output = Terminal(soft_wrap=True)
errors = Terminal(stderr=True, soft_wrap=True)
server_lost = Event()
"""Set when Prefect's threads would try for minutes to tell a lost server what happened: nobody waits for them."""


def command(place: str, shown: str, told: str) -> None:
    """Registers the function at `module:function` of this package; `told` is its help, a summary first."""
    name = place.partition(":")[2].replace("_", "-")
    paragraphs = "\n\n".join(" ".join(paragraph.split()) for paragraph in told.split("\n\n"))
    app.command(f"huimin.cli.{place}", name=name, help=paragraphs, help_epilogue=example(f"huimin {shown}"))


def group(place: str, told: str) -> None:
    """Registers the commands under one word: an `App` of that name in a module of this package."""
    app.command(f"huimin.cli.{place}", name=place.partition(":")[2], help=told)


command(
    "nights:run",
    "run --root data --date 2023-08-22",
    "The nightly flow, now: receive, standardise, check, match, publish.",
)
command(
    "nights:demo",
    "demo --root data/demo --population 20000 --seed 1",
    "A synthetic district's messy deliveries with planted anomalies, one nightly run over them, and what it found.",
)
command(
    "nights:backfill",
    "backfill --from 2023-01-01 --to 2023-06-30 --every month --root data",
    """Nights of the past, one after the other, as if they had been run then: each sees the files changed until its day.

    For a root that begins with old files. A night that ran already is not run again, so what was broken off goes on.
    Ends after a night that the brake holds.
    """,
)
command(
    "nights:plan",
    "plan --root data",
    "What a run would do: new deliveries, superseded slots, rules that would be skipped and why. Changes nothing.",
)
command(
    "nights:replay",
    "replay 20230822T020000-1a2b3c --root data",
    "That run again from its manifest and the archive, into another folder; says whether every output is the same.",
)
command(
    "what_if:what_if",
    "what-if dibao_standard.urban_dibao=900,1000 --root data",
    """Which clues would come, stay or go under other policy values (政策测算), by item and street, and the yuan.

    The rules that read the parameter are run over the rows in force under each value. Nothing is stored or published.
    """,
)
group("catalogue:rosters", "The contracts: what each department delivers.")
group("catalogue:rules", "The catalogue of rules.")
command(
    "check:check",
    "check 城市低保2023年8月.xlsx --roster urban_dibao",
    """One file against its contract, before it is delivered: all that a night would find in it. Nothing is stored.

    Periods and sums, how full each column is, rejects and findings with their rows, headers that are unknown or nearly
    known, expectations. Rows are named by their number in the file; no cell is shown.
    """,
)
command(
    "look:explain",
    "explain 0f1e2d3c4b5a6978 --root data",
    "A clue's evidence card: sources, the values compared, the policy, what to ask on the visit, what was found.",
)
command(
    "look:query",
    'query "select street, count(*) from clues group by all" --root data',
    "Read-only SQL on the latest published database.",
)
command(
    "look:lineage",
    "lineage -o lineage.ndjson --root data",
    "What a run was made from as OpenLineage events, one a line: files, rosters, rules, clues. No value of a cell.",
)
command(
    "look:diff",
    "diff --root data",
    """New, continuing, changed and vanished clues between two runs, by rule, item and street.

    With one run: from it to the latest. With none: from the run that the latest went on from to the latest.
    """,
)
group("ledger:ledger", "The clue ledger: filled workbooks in, ledger workbooks out, progress.")
command(
    "ledger:worklist",
    "worklist --street 关山街道 --visits 40 -o 工作清单.xlsx --root data",
    """The households of a street to visit next (工作清单), as a workbook to fill in and return. For case workers alone.

    All that are overdue come first, then those with the highest expected yuan; a share of the rest goes by lot, so that
    hit rates tell of all clues. Neighbours stand together.
    """,
)
command(
    "report:report",
    "report --month 2023-08 --root data",
    """Statistics table, progress board, data quality and zero-report list as one HTML page and one workbook.

    The latest run's own report, copied when a folder is given; or a month's, by default into reports/YYYY-MM of the
    root.
    """,
)
command(
    "sample:sample",
    "sample --kind recheck --rate 0.2 --seed 7 --root data",
    "A reproducible sampling plan, as table and as workbooks to fill in; what was drawn once stays drawn.",
)
command(
    "serve:serve",
    "serve --root data",
    "PostgreSQL, the Prefect server with a login, the deployments and a worker, until ctrl-C stops them all.",
)
command(
    "sheet:sheet",
    "sheet 城市低保2023年8月.csv --delimiter ';' --rejects",
    """A file as the reader understands it, without a contract: the table as CSV. Nothing is stored.

    What is not declared of a text file is guessed: a vote of its lines, in which one ragged line changes nothing. In
    the table is only what has as many cells as the others; all else but blank lines is in the rejects.
    """,
)
command(
    "status:status",
    "status --root data",
    """The last night, its state and age; what is in force, kept out, held, waiting or overdue; what to do next.

    Ends with 0 when nothing is to be done, 1 when no night ran, one is late or was interrupted, 16 while a run is held,
    else with the exit code of the last night.
    """,
)
command(
    "upkeep:verify",
    "verify --deep --root data",
    "A published run against its manifest, the archive and its accounting.",
)
command(
    "upkeep:purge",
    "purge --older-than 365 --root data",
    """The retention schedule: runs, superseded deliveries and their archived bytes that would go. Asks for --yes.

    The latest run, what is in force in a run that stays, decisions, plans and the audit log are never touched.
    """,
)
command(
    "upkeep:backup",
    "backup --to /backup/huimin --root data",
    """A dated copy of the root, secret included, each file with its hash: keep it as closed as the root itself.

    What a night makes anew and Prefect's own folders are left out. Refused with 15 while a night runs.
    """,
)
command(
    "upkeep:restore",
    "restore /backup/huimin/20230822T060000 --root data",
    "A back-up put where no root is yet, every file held against its hash. Where one is damaged, nothing stands.",
)
group("secret:secret", "The root's secret, under which every published key is.")
command(
    "upkeep:doctor",
    "doctor --root data",
    "Environment, versions, free disk, permissions of the root, contracts and rules, last run, Prefect and its worker.",
)
command(
    "upkeep:admit",
    'admit 0123456789abcdef --why "街道合并，名单确实减半" --root data',
    "A delivery that a critical expectation kept out comes in from the next run on; also takes a withdrawal back.",
)
command(
    "upkeep:withdraw",
    'withdraw 0123456789abcdef --why "单位文件夹名称有误" --root data',
    """A delivery that should never have come leaves force from the next run on; what it replaced is in force again.

    Its bytes stay out under any name in the same unit, until they are admitted. The archive keeps it.
    """,
)
command(
    "upkeep:release",
    'release 20230822T020000-1a2b3c --why "核对过，新名册属实" --root data',
    "A held run becomes the latest, and the next one goes on from it.",
)


def heads(*words: str) -> list[Column]:
    """The columns of a table, headed in the language of whoever reads it; cells that are too long are folded."""
    return [Column(as_read(word), overflow="fold") for word in words]


def told(fault: HuiminError) -> str:
    """Where, what and what to try, in the language of whoever started the command."""
    return fault.in_chinese() if reads_chinese() else str(fault)


def show_place(name: str, place: object) -> None:
    """A line that says where something is, `name` in the language of whoever reads it."""
    output.print(f"{as_read(name):<11} {place}", markup=False, highlight=False, soft_wrap=True)


def why_not_run(why: str) -> str:
    """Why a rule did not run, as it is published, in the language of whoever reads it."""
    rosters = why.removeprefix("missing ")
    return as_read(_("missing {rosters}", rosters=rosters) if rosters != why else _("switched off"))


def say_json(value: object) -> None:
    """Prints the value as JSON, dates as ISO text."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=1, default=as_text) + "\n")


def as_text(value: object) -> str | float:
    """Dates and decimals as JSON has them."""
    return value.isoformat() if isinstance(value, date) else str(value)
