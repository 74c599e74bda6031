"""A roster's contract: its columns, titles, types, key and expectations, as frozen types read from ``expectations/<roster>.toml``."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

CellType = Literal[
    "id_number", "name", "date", "month", "year", "term", "money", "integer", "decimal",
    "category", "account", "plate", "vin", "credit_code", "text",
]  # fmt: skip
Kind = Literal["benefit", "register", "ledger"]
Period = Literal["month", "year", "term", "event", "register"]


@dataclass(frozen=True)
class Column:
    """One column of a roster."""

    name: str
    type: CellType
    titles: tuple[str, ...]
    """Header titles as written in the contract, the first one used in templates."""
    required: bool = False
    values: tuple[str, ...] = ()
    """For a category: the canonical values."""
    synonyms: tuple[tuple[str, str], ...] = ()
    """(cell text, canonical value): for a category, or an integer written in words."""
    unit: str | None = None
    """元, 万元, 亩, 平方米, …"""


@dataclass(frozen=True)
class Expectation:
    """One Great Expectations expectation, by its own name (``expect_column_values_to_be_between``)."""

    type: str
    severity: Literal["critical", "warning", "info"]
    kwargs: tuple[tuple[str, Any], ...]
    column: str | None = None


@dataclass(frozen=True)
class Contract:
    """Everything one roster promises."""

    roster: str
    title: str
    kind: Kind
    department: str
    department_title: str
    period: Period
    period_column: str | None
    """Column that holds the period (events: the day); None for registers."""
    position: int
    """Place in the roster catalogue, from 1; rural_dibao before urban_dibao."""
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    """Columns that together should be unique within a slot."""
    evidence: tuple[str, ...]
    """The few columns shown as facts of an evidence row."""
    expectations: tuple[Expectation, ...]
    digest: str
    """SHA-256 of the contract file and the shared one."""

    def column(self, name: str) -> Column:
        """The column of that name. Raises KeyError when the roster has none."""
        return {column.name: column for column in self.columns}[name]


def load_contracts(folder: Path) -> Mapping[str, Contract]:
    """Every contract of the folder by roster id, in catalogue order. Raises ContractError naming file, key and fix."""
    raise NotImplementedError
