"""The parts of a workbook in a zip archive (.xlsx, .xlsb), and which leads to which (ECMA-376, part 2)."""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Mapping

from huimin.containers.markup import Events, local, tell_xml


def parts_in(packed: zipfile.ZipFile) -> dict[str, str]:
    """By name as compared, without regard to case and the way of slashes: its name in the archive."""
    return {_plain(name): name for name in packed.namelist()}


def _plain(name: str) -> str:
    return name.replace("\\", "/").lower().lstrip("/")


class Relations(Events):
    """Which part of a workbook each of its relation ids leads to, read from its `.rels` part (ECMA-376, part 2, §9)."""

    def __init__(self, packed: zipfile.ZipFile, part: str) -> None:
        """`part` is the name in the archive."""
        super().__init__()
        self.parts: dict[str, str] = {}
        """By the key of a relation: the part, by its name as compared."""
        self.worksheets: set[str] = set()
        """The keys of those that lead to a sheet of cells."""
        with packed.open(part) as opened:
            tell_xml(opened, self, damaged=True)

    def began(self, name: str, attributes: Mapping[str, str]) -> None:
        """Notes a relation."""
        if name == "Relationship":
            said = local(attributes)
            key, target = said.get("Id", ""), said.get("Target", "")
            self.parts[key] = _plain(posixpath.normpath(posixpath.join("xl", target.replace("\\", "/"))))
            if said.get("Type", "").endswith("/worksheet"):
                self.worksheets.add(key)
