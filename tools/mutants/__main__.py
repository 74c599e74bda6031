"""``python -m tools.mutants rules [RULE…]`` and ``core``: how many single changes the tests of their part see."""

import sys
import tomllib
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

from cyclopts import App, Parameter

from huimin.nights.rule_cases import load_cases
from huimin.nights.rule_findings import CaseBench
from huimin.project import Project
from tools.mutants.core import PARTS, copied, core_mutants, is_seen
from tools.mutants.rules import rule_mutants, unseen

HERE = Path(__file__).parent
AIMS = {"rules": 0.98, "core": 0.95}
"""Share of the changes that is seen at least."""
app = App(name="mutants", help="Single changes of the code, and whether the tests of their part see them.")


@app.command
def rules(
    *names: str,
    most: Annotated[int, Parameter(help="Changes tried of each rule at most.")] = 12,
    seed: Annotated[int, Parameter(help="Which of them, where there are more.")] = 1,
) -> int:
    """Changes of rules (all by default) that their own cases do not see, and the share that they see."""
    project = Project(HERE.parents[1])
    judged = tomllib.loads((HERE / "equivalent.toml").read_text("utf-8"))
    tried, left = 0, 0
    bench = CaseBench(project)
    for name in names or project.rules:
        without_effect = judged.get(name, {})
        mutants = [one for one in rule_mutants(project.rules[name], most, seed) if one.name not in without_effect]
        found = unseen(bench, load_cases(project.cases_of(name)), mutants)
        tried, left = tried + len(mutants), left + len(found)
        for mutant in found:
            say(f"{name}: not seen: {mutant.name}")
    bench.close()
    return told("rules", tried, left)


@app.command
def core(
    *parts: str,
    most: Annotated[int, Parameter(help="Changes tried at most.")] = 60,
    seed: Annotated[int, Parameter(help="Which of the many.")] = 1,
) -> int:
    """Changes of the core (all parts by default) that the tests of its part do not see, and the share that they see."""
    checkout = HERE.parents[1]
    judged = tomllib.loads((HERE / "equivalent.toml").read_text("utf-8")).get("core", {})
    mutants = [one for one in core_mutants(checkout, parts or PARTS, most, seed) if one.name not in judged]
    left = 0
    with TemporaryDirectory() as folder:
        copy = copied(checkout, Path(folder))
        for mutant in mutants:
            if not is_seen(copy, mutant):
                left += 1
                say(f"not seen: {mutant.name} (line {mutant.line})")
    return told("core", len(mutants), left)


def told(part: str, tried: int, left: int) -> int:
    """The exit code, after the score is said."""
    seen = 1 - left / max(tried, 1)
    say(f"mutants: {tried - left} of {tried} changes to {part} are seen ({seen:.1%}, aim {AIMS[part]:.0%})")
    return 0 if seen >= AIMS[part] else 1


def say(line: str) -> None:
    """A line on the terminal, at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(app())
