"""What cyclopts says by itself, help pages and refusals of what was typed, in the language of whoever reads it.

Texts of help are written in English where a command is declared; the catalogue has their Chinese by paragraph.
"""

from collections.abc import Callable, Mapping
from datetime import date
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from huimin.language import _, as_read, catalogue, in_chinese, reads_chinese

if TYPE_CHECKING:
    from cyclopts import CycloptsError
    from cyclopts.help import HelpEntry, HelpPanel
    from rich.console import Console, ConsoleOptions
    from rich.panel import Panel
    from rich.text import Text

OWN = (
    _("Commands"),
    _("Parameters"),
    _("Arguments"),
    _("Display this message and exit."),
    _("Display application version."),
)
"""Texts of help that cyclopts brings."""


def example(line: str) -> str:
    """The last line of a command's help page."""
    return as_read(_("Example: {line}", line=line))


class HelpPage:
    """cyclopts' own help page, in the language of whoever reads it; as `App.help_formatter` asks."""

    def __call__(self, console: "Console", options: "ConsoleOptions", panel: "HelpPanel") -> None:
        """Prints the commands or the parameters."""
        from cyclopts.help import DefaultFormatter
        from cyclopts.help.specs import get_default_command_columns, get_default_parameter_columns

        if not reads_chinese():
            DefaultFormatter()(console, options, panel)
            return
        usual = get_default_command_columns if panel.format == "command" else get_default_parameter_columns
        *names, description = usual(console, options, panel.entries)
        columns = (*names, description.copy(renderer=described))
        DefaultFormatter(column_specs=columns)(console, options, panel.copy(title=read(str(panel.title))))

    def render_usage(self, console: "Console", _options: "ConsoleOptions", usage: "Text") -> None:
        """Prints how the command is typed."""
        console.print(as_read(_("Usage: {words}", words=usage.plain)))

    def render_description(self, console: "Console", _options: "ConsoleOptions", description: object) -> None:
        """Prints what the command does."""
        console.print(f"{read(plain(description))}\n" if reads_chinese() else description, markup=False)


def described(entry: "HelpEntry") -> "Text":
    """What a command or parameter is, in Chinese, with its choices, variables and default."""
    from rich.text import Text

    about = {
        _("choices: {values}"): ", ".join(entry.choices or ()),
        _("env var: {values}"): ", ".join(entry.env_var or ()),
        _("default: {values}"): entry.default or "",
    }
    told = [Text(read(plain(entry.description)))] if entry.description else []
    told += [Text(f"[{read(label).format(values=values)}]", "grey58") for label, values in about.items() if values]
    if entry.required:
        told.append(Text(f"[{in_chinese(_('required'))}]", "red"))
    return Text(" ").join(told)


def plain(renderable: Any) -> str:  # noqa: ANN401  whatever cyclopts prints
    """The words of a text of help, before it is drawn."""
    inner = getattr(renderable, "primary_renderable", renderable)
    return str(getattr(inner, "plain", inner))


def read(text: str) -> str:
    """A text of help in Chinese, paragraph by paragraph."""
    return "\n\n".join(catalogue().get(paragraph, paragraph) for paragraph in text.split("\n\n"))


def refusal(fault: "CycloptsError") -> "Panel":
    """What was typed wrongly, as `App.error_formatter` asks; in Chinese with where to look it up."""
    from cyclopts import CycloptsPanel

    if not reads_chinese():
        return CycloptsPanel(fault)
    command = " ".join(("huimin", *(fault.command_chain or ())))
    said = SAID.get(type(fault).__name__, str)(fault)
    return CycloptsPanel(
        f"{in_chinese(said)}\n{in_chinese(_('try: {command} --help', command=command))}", in_chinese(_("Error"))
    )


def unknown_option(fault: Any) -> str:  # noqa: ANN401  of each kind what it says by itself, without types
    """The command has no such option."""
    typed = fault.token.keyword or fault.token.value
    return nearest(typed, [name for argument in fault.argument_collection for name in argument.names])


def unknown_command(fault: Any) -> str:  # noqa: ANN401
    """There is no such command."""
    return nearest(fault.unused_tokens[0], [name for name in fault.app if not name.startswith("-")])


def nearest(typed: str, known: list[str]) -> str:
    """What is not known, and what it may be meant for."""
    if close := get_close_matches(typed, known, n=1):
        return _("not known: {typed}; perhaps {near}", typed=typed, near=close[0])
    return _("not known: {typed}", typed=typed)


def not_of_the_kind(fault: Any) -> str:  # noqa: ANN401
    """A value that is not what the parameter takes."""
    name = fault.token.keyword or fault.argument.name.lstrip("-").upper()
    if choices := fault.argument.get_choices():
        known = ", ".join(choices)
        return _("{name}: {value} is none of {known}", name=name, value=fault.token.value, known=known)
    kind = in_chinese(KINDS.get(fault.target_type, fault.target_type.__name__))
    return _("{name}: {value} is no {kind}", name=name, value=fault.token.value, kind=kind)


KINDS: Mapping[type, str] = {
    date: _("date, as 2023-08-22"),
    int: _("whole number"),
    float: _("number"),
    bool: _("switch: true or false"),
}
"""What a parameter takes."""
SAID: Mapping[str, Callable[[Any], str]] = {
    "UnknownOptionError": unknown_option,
    "UnknownCommandError": unknown_command,
    "CoercionError": not_of_the_kind,
    "MissingArgumentError": lambda fault: _("missing: {name}", name=fault.argument.name),
    "RepeatArgumentError": lambda fault: _("given more than once: {name}", name=fault.token.keyword),
    "UnusedCliTokensError": lambda fault: _("too much: {words}", words=" ".join(fault.unused_tokens)),
}
"""By cyclopts' kind of fault."""
