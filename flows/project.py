"""Which root a flow works on, and which project it goes by."""

import os
from pathlib import Path

from huimin.errors import UsageError
from huimin.language import _
from huimin.project import Project, open_project, own_project
from huimin.store.opened import opened
from huimin.store.root import Root


def project_of(folder: str | None) -> Project:
    """The project of that folder; by default what HUIMIN_PROJECT names, else the one that Huimin came with.

    Raises UsageError when the folder is none.
    """
    named = folder or os.environ.get("HUIMIN_PROJECT")
    return open_project(Path(named)) if named else own_project()


def root_at(folder: str) -> Root:
    """The root in that folder, which must be there, with its key where it is encrypted. Raises UsageError."""
    place = Path(folder).resolve()
    if not place.is_dir():
        raise UsageError(str(place), _("there is no such data root"), _("give the parameter `root`"))
    return opened(Root(place))
