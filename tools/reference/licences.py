"""The page of every package that Huimin runs on, with its licence, out of the lock file and what is installed."""

import re
from collections.abc import Mapping
from pathlib import Path

from tools.reference.markdown import page, section, table
from tools.supply.closure import Package, is_copyleft, licence_of, runtime_packages

ROW = re.compile(r"^\| (?P<name>[^ |]+) \| (?P<version>[0-9][^ |]*) \| (?P<licence>[^|]+) \|", re.MULTILINE)
ELSEWHERE = "本平台不安装"
"""Of a package for other systems or Python versions, whose licence nobody has looked up yet."""


def licences_page(lock: Path, standing: Path) -> str:
    """Every runtime package by name with version and licence, and those whose licence is a copyleft one.

    What is not installed here (packages for other systems and Python versions) keeps what the standing page says of
    that version, so that the page is the same wherever it is written.
    """
    known = licences_in(standing.read_text(encoding="utf-8")) if standing.exists() else {}
    rows = [(package, stated(package, known)) for package in runtime_packages(lock)]
    copyleft = [f"{package.name} {package.version}（{licence}）" for package, licence in rows if is_copyleft(licence)]
    return page(
        "第三方许可 Licences",
        f"运行惠民所需的 {len(rows)} 个软件包（`uv.lock`，不含测试和检查工具）及其自述的许可。惠民自身为 Apache-2.0。"
        "完整清单连同散列：`make sbom`，见 [supply-chain.md](supply-chain.md)。",
        section(
            "需留意（著佐权）", "原样使用、不改其源码，不影响惠民的许可：", "\n".join(f"- {one}" for one in copyleft)
        ),
        section("全部", table(("软件包", "版本", "许可"), ((p.name, p.version, licence) for p, licence in rows))),
    )


def licences_in(text: str) -> Mapping[tuple[str, str], str]:
    """What a standing page says of each (name, version)."""
    return {(row["name"], row["version"]): row["licence"].strip() for row in ROW.finditer(text)}


def stated(package: Package, known: Mapping[tuple[str, str], str]) -> str:
    """The package's licence: as installed here, else as known, else that it is for elsewhere."""
    found = licence_of(package.name, package.version)
    return found or known.get((package.name, package.version), ELSEWHERE)
