"""The faults of one contract file, gathered so that they are told together."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from huimin.errors import ContractError
from huimin.language import _, listed

SHAPES: Mapping[str, Callable[[Any], bool]] = {
    "a text": lambda value: isinstance(value, str) and bool(value.strip()),
    "true or false": lambda value: isinstance(value, bool),
    "a list of texts": lambda value: isinstance(value, list) and all(isinstance(entry, str) for entry in value),
    "a list of tables": lambda value: isinstance(value, list) and all(isinstance(entry, dict) for entry in value),
    "a table of texts": lambda value: isinstance(value, dict) and all(isinstance(v, str) for v in value.values()),
}
"""What a value of a contract may look like."""
EXAMPLES = {
    "a text": _("a text in quotes"),
    "true or false": _("true or false without quotes"),
    "a list of texts": 'a list such as ["姓名", "享受人姓名"]',
    "a list of tables": _('a list such as [{ name = "amount" }]'),
    "a table of texts": 'a table such as { "转账" = "银行卡" }',
}


class Faults:
    """The faults of one contract file, raised together."""

    def __init__(self, where: str) -> None:
        self.where = where
        self.found: list[tuple[str, str, str]] = []

    def add(self, key: str, problem: str, fix: str) -> None:
        """A fault of the file under a key path such as ``columns[3].type``."""
        self.found.append((key, problem, fix))

    def keys(self, key: str, table: Mapping[str, Any], needed: frozenset[str], optional: frozenset[str]) -> None:
        """A fault for each key of the table that is unknown, and for each needed one that is missing."""
        for name in sorted(set(table) - needed - optional):
            self.add(f"{key}{name}", _("unknown key"), _("one of {known}", known=", ".join(sorted(needed | optional))))
        for name in sorted(needed - set(table)):
            self.add(f"{key}{name}", _("missing"), _("add {name}", name=name))

    def one_of(self, key: str, value: object, allowed: Iterable[str]) -> None:
        """A fault unless the value is one of those allowed."""
        choices = list(allowed)
        if value not in choices:
            self.add(
                key,
                _("unknown {key} {value!r}", key=key.rsplit(".", 1)[-1], value=value),
                _("one of {choices}", choices=", ".join(choices)),
            )

    def shapes(self, key: str, table: Mapping[str, Any], shapes: Mapping[str, str]) -> None:
        """A fault for each key of the table whose value is not of its shape, by the words of `SHAPES`."""
        for name, shape in shapes.items():
            if name in table and not SHAPES[shape](table[name]):
                self.add(f"{key}{name}", _("not {shape}", shape=_(shape)), EXAMPLES[shape])

    def settle(self) -> None:
        """Raises ContractError with every fault that was added; without any, goes on."""
        if self.found:
            problem = listed([_("{key}: {problem}", key=key, problem=problem) for key, problem, fix in self.found])
            fix = listed([*dict.fromkeys(_("{key}: {fix}", key=key, fix=fix) for key, problem, fix in self.found)])
            raise ContractError(self.where, problem, fix)
