"""The packages that the lock file brings to a machine that runs Huimin, and the licences that they state."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path
from typing import Any

PROJECT = "huimin"
COPYLEFT = re.compile(r"\b(?:A|L)?GPL|GNU|\bMPL|Mozilla|\bEPL|\bEUPL|\bCDDL", re.IGNORECASE)
LONGEST = 60
"""Characters of a licence field that is a name; longer ones are the licence's whole text."""
CLASSIFIER = "License :: "


@dataclass(frozen=True, order=True)
class Package:
    """One locked package; a name has two versions where Python versions need different ones."""

    name: str
    version: str
    hashes: tuple[str, ...]
    """`sha256:…` of every file that may be installed."""


def locked(lock: Path) -> tuple[Mapping[str, Any], ...]:
    """The entries of a uv.lock."""
    return tuple(tomllib.loads(lock.read_text(encoding="utf-8"))["package"])


def runtime_packages(lock: Path) -> tuple[Package, ...]:
    """Every package that Huimin needs on some machine, without those for tests and checks, by name and version."""
    entries: dict[str, list[Mapping[str, Any]]] = {}
    for entry in locked(lock):
        entries.setdefault(entry["name"], []).append(entry)
    needed: set[str] = set()
    waiting = {PROJECT}
    while waiting:
        name = waiting.pop()
        needed.add(name)
        waiting |= wanted(entries[name]) - needed
    packages = (
        Package(name, entry["version"], hashes(entry)) for name in needed - {PROJECT} for entry in entries[name]
    )
    return tuple(sorted(packages))


def wanted(entries: list[Mapping[str, Any]]) -> set[str]:
    """Names that some version of a package depends on; extras count with what they stand on."""
    extras = [one for entry in entries for group in entry.get("optional-dependencies", {}).values() for one in group]
    return {one["name"] for entry in entries for one in entry.get("dependencies", ())} | {one["name"] for one in extras}


def hashes(entry: Mapping[str, Any]) -> tuple[str, ...]:
    """The hash of every file of a locked package."""
    files = [*entry.get("wheels", ()), *([entry["sdist"]] if "sdist" in entry else [])]
    return tuple(file.get("hash", "") for file in files)


def licence_of(name: str, version: str) -> str | None:
    """The licence that the installed package of that version states, as it names it; None when it is not installed.

    The SPDX expression, else the classifiers, else the licence field if that is a name; else 未说明.
    """
    try:
        stated = metadata(name)
    except PackageNotFoundError:
        return None
    if stated["Version"] != version:
        return None
    if "License-Expression" in stated:
        return stated["License-Expression"]
    classes = [
        text.rpartition(" :: ")[2]
        for text in stated.get_all("Classifier", [])
        if text.startswith(CLASSIFIER) and text != "License :: OSI Approved"
    ]
    field = stated["License"].strip() if "License" in stated else ""
    return " / ".join(sorted(set(classes))) or (field if 0 < len(field) <= LONGEST and "\n" not in field else "未说明")


def is_copyleft(licence: str) -> bool:
    """Whether the licence asks that changed copies be passed on under it."""
    return bool(COPYLEFT.search(licence))
