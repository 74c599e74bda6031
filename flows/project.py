"""Which project a flow goes by."""

import os
from pathlib import Path

from huimin.project import Project, open_project, own_project


def project_of(folder: str | None) -> Project:
    """The project of that folder; by default what HUIMIN_PROJECT names, else the one that Huimin came with.

    Raises UsageError when the folder is none.
    """
    named = folder or os.environ.get("HUIMIN_PROJECT")
    return open_project(Path(named)) if named else own_project()
