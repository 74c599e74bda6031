"""Small workbooks are read in this process, which is much faster: what children do beside is told by test_workbook."""

import resource
from pathlib import Path

import pytest

from huimin.containers import child
from huimin.containers.kinds import FileKind
from huimin.containers.pages import WorkbookLimits
from huimin.sheets import workbook


def read_in_this_process(path: Path, folder: Path, kind: FileKind, *numbers: int, wall: int) -> tuple[int, str]:
    memory, _, sheets, rows, columns = numbers
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    try:
        said = child.written(path, kind.key, folder, WorkbookLimits(sheets, rows, columns, memory // child.TEXT_SHARE))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    return int(bool(said)), said


@pytest.fixture(autouse=True)
def workbooks_are_read_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "child_of", read_in_this_process)
