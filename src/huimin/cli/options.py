"""The options that several commands share: the data root, the project, JSON."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter, Token

from huimin.errors import UsageError
from huimin.language import _
from huimin.project import Project, open_project, own_project


def named_project(_type: type[Project], tokens: Sequence[Token]) -> Project:
    """The project of the folder that the option names. Raises UsageError when it is none."""
    return open_project(Path(tokens[0].value))


def refuse_no_folder(file: Path) -> None:
    """Checks that the folder of the file is there. Raises UsageError."""
    if not file.parent.is_dir():
        raise UsageError(str(file), _("its folder is not there"), _("make it, or give another path with -o"))


def refuse_no_workbook(file: Path) -> None:
    """Nothing, where a workbook of that name can be written into a folder that is there. Raises UsageError."""
    if file.suffix != ".xlsx":
        raise UsageError(str(file), _("no workbook"), _("end it in .xlsx"))
    refuse_no_folder(file)


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
EngineOption = Annotated[
    str,
    Parameter(
        show_default=False,
        help="What runs the rules: duckdb, or a Spark Connect server (sc://host:15002/;use_ssl=true); "
        "by default what state/settings.toml says, else duckdb.",
    ),
]
JsonSwitch = Annotated[bool, Parameter(name="--json", negative="", help="JSON instead of tables.")]
ROOT = Path("data")
PROJECT = own_project()
