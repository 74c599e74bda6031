"""What every command shares: the application, the root and JSON switches, printing."""

import json
import sys
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter
from rich.console import Console

PROJECT = Path(__file__).resolve().parents[3]
"""The repository is the project: contracts and rules stand in it."""

app = App(
    name="huimin",
    help="惠民 — nightly supervision of welfare subsidies: messy rosters in, explained anomaly clues out.",
    help_epilogue="Example: huimin demo --root data/demo",
    help_format="markdown",
    version=version("huimin"),
)
output = Console(soft_wrap=True)
errors = Console(stderr=True, soft_wrap=True)

RootOption = Annotated[Path, Parameter(name="--root", env_var="HUIMIN_ROOT", help="The data root.")]
JsonSwitch = Annotated[bool, Parameter(name="--json", negative="", help="JSON instead of tables.")]
ROOT = Path("data")


def say_json(value: object) -> None:
    """Prints the value as JSON, dates as ISO text."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=1, default=as_text) + "\n")


def as_text(value: object) -> str | float:
    """Dates and decimals as JSON has them."""
    return value.isoformat() if isinstance(value, date) else str(value)
