"""What the project is made of: locked, hashed, declared, licensed, and listed the same every time."""

import json
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from nights import CHECKOUT
from tools.reference.licences import ELSEWHERE, licences_in, licences_page
from tools.supply import Package, bill_of_materials, licence_of, runtime_packages
from tools.supply.closure import is_copyleft, locked

LOCK = CHECKOUT / "uv.lock"
SHA_256 = re.compile("sha256:[0-9a-f]{64}")


def test_every_locked_package_comes_from_the_index_with_the_hash_of_every_file() -> None:
    for entry in locked(LOCK):
        if entry["source"] == {"editable": "."}:
            continue
        files = [*entry.get("wheels", ()), *([entry["sdist"]] if "sdist" in entry else [])]
        assert entry["source"] == {"registry": "https://pypi.org/simple"}, entry["name"]
        assert files, entry["name"]
        assert all(SHA_256.fullmatch(file["hash"]) for file in files), entry["name"]


def test_what_is_declared_is_locked_and_tools_for_tests_are_no_part_of_what_runs() -> None:
    declared = tomllib.loads((CHECKOUT / "pyproject.toml").read_text("utf-8"))
    names = {re.split("[<>=]", one)[0] for one in declared["project"]["dependencies"]}
    running = {package.name for package in runtime_packages(LOCK)}
    assert names <= running
    assert not {"xlwt", "python-stdnum", "vininfo", "hypothesis", "pytest", "ruff", "deptry", "pip-audit"} & running


def test_nothing_is_imported_undeclared_and_nothing_declared_for_nothing() -> None:
    deptry = shutil.which("deptry", path=str(Path(sys.executable).parent))
    if deptry is None:
        pytest.skip("the lint group is not installed")
    done = subprocess.run([deptry, "."], cwd=CHECKOUT, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr


LOCKED = """
[[package]]
name = "huimin"
dependencies = [{ name = "a" }, { name = "b", extra = ["fast"] }]
[package.dev-dependencies]
test = [{ name = "t" }]

[[package]]
name = "a"
version = "1"
dependencies = [{ name = "c", marker = "sys_platform == 'win32'" }]
sdist = { hash = "sha256:00" }

[[package]]
name = "b"
version = "2"
wheels = [{ hash = "sha256:01" }, { hash = "sha256:02" }]
[package.optional-dependencies]
fast = [{ name = "a" }, { name = "d" }]

[[package]]
name = "c"
version = "1"

[[package]]
name = "c"
version = "2"

[[package]]
name = "d"
version = "4"

[[package]]
name = "t"
version = "9"
"""


def test_the_runtime_packages_are_all_that_the_project_leads_to(tmp_path: Path) -> None:
    lock = tmp_path / "uv.lock"
    lock.write_text(LOCKED)
    assert runtime_packages(lock) == (
        Package("a", "1", ("sha256:00",)),
        Package("b", "2", ("sha256:01", "sha256:02")),
        Package("c", "1", ()),
        Package("c", "2", ()),
        Package("d", "4", ()),
    )


def test_the_licence_of_a_package_that_is_not_here_is_kept_from_the_page(tmp_path: Path) -> None:
    lock, standing = tmp_path / "uv.lock", tmp_path / "licences.md"
    lock.write_text(LOCKED)
    assert [licence_of(name, version) for name, version in (("a", "1"), ("polars", "0.0.1"))] == [None, None]
    standing.write_text("| a | 1 | LGPL-3.0 |\n| b | 1 | MIT |\n")
    found = licences_page(lock, standing)
    assert licences_in(found)["a", "1"] == "LGPL-3.0"
    assert licences_in(found)["b", "2"] == ELSEWHERE  # another version may have another licence
    assert "- a 1（LGPL-3.0）" in found
    standing.write_text(found)
    assert licences_page(lock, standing) == found


@pytest.mark.parametrize(
    ("licence", "copyleft"),
    [("MIT", False), ("Apache-2.0 OR BSD-3-Clause", False), ("AGPL-3.0-only", True), ("LGPLv2+", True),
     ("GNU General Public License v2 or later (GPLv2+)", True), ("MPL-2.0 AND MIT", True), ("PSF-2.0", False)],
)  # fmt: skip
def test_copyleft_licences_are_known(licence: str, copyleft: bool) -> None:
    assert is_copyleft(licence) is copyleft


def test_no_package_that_runs_is_without_a_licence_or_under_a_strong_copyleft_alone() -> None:
    stated = licences_in((CHECKOUT / "docs" / "licences.md").read_text("utf-8"))
    assert {(package.name, package.version) for package in runtime_packages(LOCK)} == stated.keys()
    assert "未说明" not in stated.values()
    for (name, _), licence in stated.items():
        assert not re.search(r"GPL", licence) or "Artistic" in licence, name


def test_the_bill_of_materials_is_the_same_every_time() -> None:
    exported = {
        "bomFormat": "CycloneDX",
        "serialNumber": "urn:uuid:1",
        "metadata": {"timestamp": "2023-08-22T00:00:00Z", "component": {"name": "huimin"}},
        "components": [{"name": "polars", "version": licensed_version("polars")}, {"name": "nowhere", "version": "1"}],
    }
    later = {**exported, "serialNumber": "urn:uuid:2", "metadata": {**exported["metadata"], "timestamp": "2024"}}
    bill = bill_of_materials(json.dumps(exported))
    assert bill == bill_of_materials(json.dumps(later))
    told = json.loads(bill)
    assert told["serialNumber"].startswith("urn:uuid:")
    assert "timestamp" not in told["metadata"]
    assert told["components"][0]["licenses"] == [{"license": {"name": "MIT License"}}]
    assert "licenses" not in told["components"][1]


def licensed_version(name: str) -> str:
    """The locked version of a package."""
    return next(package.version for package in runtime_packages(LOCK) if package.name == name)
