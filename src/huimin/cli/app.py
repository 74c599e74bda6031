"""What every command shares: the application, the root and JSON switches, printing."""

import json
import sys
from collections.abc import Sequence
from datetime import date
from importlib.metadata import version
from pathlib import Path
from threading import Event
from typing import Annotated

from cyclopts import App, Parameter, Token
from rich.console import Console

from huimin.project import Project, open_project, own_project

app = App(
    name="huimin",
    help="惠民 — nightly supervision of welfare subsidies: messy rosters in, explained anomaly clues out.",
    help_epilogue="Example: huimin demo --root data/demo",
    help_format="markdown",
    version=version("huimin"),
)
output = Console(soft_wrap=True)
errors = Console(stderr=True, soft_wrap=True)
server_lost = Event()
"""Set when Prefect's threads would try for minutes to tell a lost server what happened: nobody waits for them."""


def named_project(_type: type[Project], tokens: Sequence[Token]) -> Project:
    """The project of the folder that the option names. Raises UsageError when it is none."""
    return open_project(Path(tokens[0].value))


RootOption = Annotated[Path, Parameter(name="--root", env_var="HUIMIN_ROOT", help="The data root.")]
ProjectOption = Annotated[
    Project,
    Parameter(
        name="--project",
        env_var="HUIMIN_PROJECT",
        converter=named_project,
        n_tokens=1,
        accepts_keys=False,
        show_default=False,
        help="The folder with expectations/ and rules/; by default those that Huimin came with.",
    ),
]
JsonSwitch = Annotated[bool, Parameter(name="--json", negative="", help="JSON instead of tables.")]
ROOT = Path("data")
PROJECT = own_project()


def say_json(value: object) -> None:
    """Prints the value as JSON, dates as ISO text."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=1, default=as_text) + "\n")


def as_text(value: object) -> str | float:
    """Dates and decimals as JSON has them."""
    return value.isoformat() if isinstance(value, date) else str(value)
