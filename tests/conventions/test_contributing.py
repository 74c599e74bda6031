"""The walk in CONTRIBUTING.md is taken in a copy of the tree: each file written, each command run, each answer held.

After a change that is meant to alter an answer: ``pytest tests/conventions/test_contributing.py --refresh``.
"""

import re
import shlex
import subprocess
import sys
from pathlib import Path

from nights import CHECKOUT
from trees import copied, inside

GUIDE = CHECKOUT / "CONTRIBUTING.md"
HEADING = "## A roster and a rule, once through\n"
BLOCK = re.compile(r"(?:^`(?P<path>[^`\n]+)`\n\n)?^```(?P<kind>\w*)\n(?P<text>.*?)^```$", re.DOTALL | re.MULTILINE)
FOLDERS = ("expectations", "rules", "src", "tests", "pyproject.toml")
WORDS = {
    "huimin": ["-c", "import sys; from huimin.cli import main; sys.exit(main())"],
    "pytest": ["-m", "pytest", "-p", "no:cacheprovider"],
}


def answer(command: str, folder: Path) -> str:
    """What the command says to somebody who stands in the folder."""
    environment = inside(folder) | {"COLUMNS": "100", "NO_COLOR": "1"}
    typed = shlex.split(command)
    words = [sys.executable, *WORDS[typed[0]], *typed[1:]] if typed[0] in WORDS else typed
    ran = subprocess.run(words, cwd=folder, env=environment, capture_output=True, text=True, timeout=120)
    return (ran.stdout + ran.stderr).strip("\n")


def console(block: str, folder: Path) -> str:
    """The block with what its commands answer now."""
    said = [f"$ {line[2:]}\n{answer(line[2:], folder)}".rstrip() for line in block.splitlines() if line[:2] == "$ "]
    return "\n".join(re.sub(r" +$", "", text, flags=re.MULTILINE) for text in said) + "\n"


def test_the_walk_answers_as_it_is_told(tmp_path: Path, refresh: bool) -> None:
    text = GUIDE.read_text("utf-8")
    start = text.index(HEADING)
    end = text.index("\n## ", start + 1)
    folder = copied(tmp_path / "copy", *FOLDERS)
    told, taken, at = text[start:end], "", 0
    for block in BLOCK.finditer(told):
        now = block["text"]
        if block["path"]:
            (folder / block["path"]).write_text(block["text"], "utf-8")
        elif block["kind"] == "console":
            now = console(block["text"], folder)
        taken += told[at : block.start("text")] + now
        at = block.end("text")
    taken += told[at:]
    if refresh:
        GUIDE.write_text(text[:start] + taken + text[end:], "utf-8")
    assert taken.count("$ ") > 5
    assert taken == told or refresh
