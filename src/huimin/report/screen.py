"""What was delivered, as a terminal shows it."""

from rich.text import Text

from huimin.store.names import shown


def on_screen(value: object) -> Text:
    """The value as a cell that neither markup nor control characters in it can change; empty for None."""
    return Text("" if value is None else shown(str(value)))
