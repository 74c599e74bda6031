"""What stands between the rules and the rows: everything that `match` asks of whatever runs SQL.

Rules and views are SELECTs in DuckDB's dialect over texts. An engine gives rows and counts; types of `hits`, JSON of
facts, masks, keys and figures are made of them at the edge, in the work database.
"""

from collections.abc import Collection, Mapping
from typing import Protocol

import pyarrow as pa

from huimin.contracts.contract import Contract
from huimin.errors import HuiminError
from huimin.language import _


class EngineFault(Exception):  # noqa: N818  a fault of the engine, named as such
    """Why an engine does not run a SELECT, in words without any value, and what to try."""

    def __init__(self, problem: str, fix: str) -> None:
        super().__init__(problem, fix)
        self.problem, self.fix = problem, fix

    def at(self, kind: type[HuiminError], where: str) -> HuiminError:
        """The error as a user may see it."""
        return kind(where, self.problem, self.fix)


class Engine(Protocol):
    """What runs the rules over the rows in force. Every method but `close` raises EngineFault."""

    @property
    def version(self) -> str:
        """What it is, and what reads the rules' SQL for it, with their versions."""

    @property
    def readers(self) -> int:
        """How many rules, at least, must still read a view for its rows to be worth keeping."""

    def lay(self, table: str, rows: pa.Table) -> None:
        """Makes a small table of the work database known to the engine under its name."""

    def mount(self, contract: Contract) -> None:
        """The roster's rows in force stand under its name, as `mount.roster_sql` says; of none an empty table."""

    def view(self, name: str, sql: str, kept: Collection[str] | None) -> None:
        """The SELECT stands under that name. `kept`: columns worth keeping, since it is read again; None: all."""

    def found(self, sql: str, most: int) -> pa.Table:
        """The SELECT's rows, in the types that DuckDB gives them; EngineFault where there are more than `most`."""

    def count(self, sql: str, by_item: bool) -> Mapping[str | None, int]:
        """How many rows the SELECT has, by its column `item`; None for all, if not `by_item`."""

    def close(self) -> None:
        """Ends the engine, and removes whatever it made outside of the work database."""


def too_many(most: int) -> EngineFault:
    """The fault of a rule that finds more rows than it may."""
    return EngineFault(
        _("finds more than {most:,} rows", most=most),
        _("narrow the rule; a rule that fits nearly everybody tells nothing"),
    )
