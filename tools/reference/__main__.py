"""``python -m tools.reference write|check``: writes the generated pages, or says which are stale (exit code 1)."""

import sys
from collections.abc import Sequence
from pathlib import Path

from huimin.errors import HuiminError, UsageError
from huimin.project import Project
from tools.reference import reference_pages, stale_pages, write_pages
from tools.reference.notebook import notebook_with

PROJECT = Project(Path(__file__).resolve().parents[2])


def main(words: Sequence[str]) -> int:
    """The exit code of one command: 0 when the pages are as they should be, 1 when `check` finds stale ones."""
    if list(words) not in (["write"], ["check"]):
        raise UsageError("python -m tools.reference", "wants one word", "write, or check")
    pages, docs = reference_pages(PROJECT), PROJECT.path / "docs"
    notebook, asking = PROJECT.path / "notebooks" / "published.py", None
    if notebook.exists():
        asking = notebook_with(notebook.read_text("utf-8"), (docs / "queries.md").read_text("utf-8"))
    if words[0] == "write":
        changed = write_pages(pages, docs)
        if asking is not None:
            notebook.write_text(asking, "utf-8")
        sys.stdout.write(f"docs: {len(pages)} pages, {len(changed)} changed\n")
        return 0
    stale = stale_pages(pages, docs)
    if asking is not None and asking != notebook.read_text("utf-8"):
        stale.append("queries.md, whose questions are cells of notebooks/published.py")
    sys.stdout.writelines(f"docs/{path}: stale\n" for path in stale)
    sys.stdout.write(f"docs: {len(pages)} pages, {len(stale)} stale{'; run make docs' if stale else ''}\n")
    return 1 if stale else 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except HuiminError as fault:
        sys.stderr.write(f"{fault}\n")
        sys.exit(fault.exit_code)
