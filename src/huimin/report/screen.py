"""What was delivered, as a terminal shows it."""

from unicodedata import category

from rich.text import Text

STEERING = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Categories of characters that a terminal obeys, or that turn the direction of what stands beside them."""


def on_screen(value: object) -> Text:
    """The value as a cell that neither markup nor control characters in it can change; empty for None."""
    return Text("" if value is None else printable(str(value)))


def printable(text: str) -> str:
    """The text with a blank for each character that a terminal obeys."""
    return "".join(" " if category(character) in STEERING else character for character in text)
