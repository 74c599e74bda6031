"""Markdown as the generated pages use it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol


class Titled(Protocol):
    """Whatever has a page of its own: a contract, a rule."""

    @property
    def title(self) -> str:
        """What people call it."""


def table(titles: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table with a line a row; None is an empty cell, ``|`` and line breaks are escaped."""
    lines = [_line(titles), _line(["---"] * len(titles)), *(_line(row) for row in rows)]
    return "\n".join(lines) + "\n"


def _line(cells: Sequence[object]) -> str:
    texts = ("" if cell is None else str(cell).replace("|", "\\|").replace("\n", "<br>") for cell in cells)
    return f"| {' | '.join(texts)} |"


def code(text: str, language: str = "text") -> str:
    """A fenced block."""
    return f"```{language}\n{text.strip()}\n```\n"


def linked(names: Iterable[str], folder: str, titles: Mapping[str, Titled]) -> str:
    """The title of each as a link to its page in that folder; 无 when there is none."""
    return "、".join(f"[{titles[name].title}]({folder}/{name}.md)" for name in names) or "无"


def section(title: str, *parts: str, level: int = 2) -> str:
    """A heading and what stands under it; nothing when there is nothing to say."""
    said = [part.strip() for part in parts if part.strip()]
    return "\n\n".join([f"{'#' * level} {title}", *said]) + "\n" if said else ""


def page(title: str, *parts: str) -> str:
    """A whole page."""
    return "\n\n".join([f"# {title}", *(part.strip() for part in parts if part.strip())])
