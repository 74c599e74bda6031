"""Where a night's time goes, as a page with bars: by step, roster, rule and working table.

It is read from a run's manifest: of a root, or of a night over a synthetic district.
Run: ``python -m benchmarks.profile [--root DIR | --persons N] [--output FILE]``.
"""

import argparse
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from time import perf_counter

from huimin.district import RUN_DATE, build_district, write_district
from huimin.nights.conclude import Concluded
from huimin.nights.night import Checked, Night
from huimin.nights.publish import publish_step
from huimin.nights.published_run import PublishedRun
from huimin.nights.run import Steps, run_night
from huimin.project import own_project
from huimin.store.manifest import RunFacts, read_manifest
from huimin.store.root import Root

STYLE = (
    "body{font:15px/1.5 sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}"
    "table{border-collapse:collapse;width:100%}td{padding:.1rem .5rem;white-space:nowrap}"
    "td.n{text-align:right;font-variant-numeric:tabular-nums}td.b{width:50%}"
    "i{display:block;height:.8rem;background:#36c}h2{margin-top:2rem}"
)
GROUPS = {
    "": (
        "步骤 Steps",
        "秒，和本进程的内存峰值；并行读取的名册各计各的秒；清单写成时发布还没有结束，读 --root 时没有这一步",
    ),
    "standardise": ("名册 Rosters", "读取和标准化"),
    "rules": ("规则 Rules", "比对"),
    "conclude": ("表 Tables", "汇总线索和台账，每张（组）工作表"),
}


def main() -> None:
    """Writes the page and says where it is."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--root", type=Path, help="a data root: its latest run")
    words.add_argument("--persons", type=int, default=100_000)
    words.add_argument("--output", type=Path, default=Path("dist/profile.html"))
    chosen = words.parse_args()
    if chosen.root:
        root = Root(chosen.root)
        facts = read_manifest(root.published / (root.latest() or "latest")).facts
    else:
        facts = facts_of_night(chosen.persons)
    chosen.output.parent.mkdir(parents=True, exist_ok=True)
    chosen.output.write_text(page(facts), "utf-8")
    print(chosen.output)


def facts_of_night(persons: int) -> RunFacts:
    """What the manifest says of a night over a clean district of that many persons, and how long publishing it took."""
    with tempfile.TemporaryDirectory(prefix="huimin-profile-") as folder:
        night = Night(Root(Path(folder)), own_project(), "20230822T020000-bbbbbb", RUN_DATE, 0.0)
        write_district(build_district(persons, seed=1), night.root.inbox, night.contracts, messy=False)
        seconds = 0.0

        def publish(night: Night, checked: Checked, concluded: Concluded) -> PublishedRun:
            nonlocal seconds
            began = perf_counter()
            published = publish_step(night, checked, concluded)
            seconds = perf_counter() - began
            return published

        published = run_night(night, datetime.now(UTC), Steps(publish=publish))
        facts = read_manifest(published.folder).facts
        return replace(facts, step_seconds={**facts.step_seconds, "publish": seconds})


def page(facts: RunFacts) -> str:
    """The page: a table of bars a group, the longest first."""
    body = "".join(section(*GROUPS[group], seconds, facts) for group, seconds in groups(facts))
    title = escape(f"一夜的时间 {facts.run}")
    return f"<!doctype html><meta charset=utf-8><title>{title}</title><style>{STYLE}</style><h1>{title}</h1>{body}\n"


def groups(facts: RunFacts) -> Iterator[tuple[str, Mapping[str, float]]]:
    """Seconds by name of each group; a step of several parts is also the sum of them."""
    steps: dict[str, float] = {}
    parts: dict[str, dict[str, float]] = {"standardise": {}, "conclude": {}}
    for name, seconds in facts.step_seconds.items():
        step, _, part = name.partition(" ")
        steps[step] = steps.get(step, 0.0) + seconds
        if part:
            parts[step][part] = seconds
    yield "", steps
    yield "standardise", parts["standardise"]
    yield "rules", facts.rule_seconds
    yield "conclude", parts["conclude"]


def section(title: str, told: str, seconds: Mapping[str, float], facts: RunFacts) -> str:
    """One group as a heading and rows of name, seconds, peak and bar."""
    longest = max(seconds.values(), default=0.0) or 1.0
    rows = "".join(
        f"<tr><td>{escape(name)}<td class=n>{taken:.2f}<td class=n>{peak_of(name, facts)}"
        f"<td class=b><i style='width:{taken / longest:.1%}'></i>"
        for name, taken in sorted(seconds.items(), key=lambda entry: -entry[1])
    )
    return f"<h2>{escape(title)}</h2><p>{escape(told)}</p><table>{rows}</table>"


def peak_of(name: str, facts: RunFacts) -> str:
    """The most memory in a step; nothing where it is not known."""
    peak = facts.step_peaks.get({"verification": "returns"}.get(name, name))
    return "" if peak is None else f"{peak:.0f} MB"


if __name__ == "__main__":
    main()
