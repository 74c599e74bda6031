"""An expectation as a contract states it, under Great Expectations' own names, checked without importing it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from huimin.faults import Faults

Severity = Literal["critical", "warning", "info"]


@dataclass(frozen=True)
class Expectation:
    """One Great Expectations expectation, by its own name (``expect_column_values_to_be_between``)."""

    type: str
    severity: Severity
    kwargs: tuple[tuple[str, Any], ...]
    column: str | None = None


DELIVERY_COLUMNS = ("age_days", "volume_ratio", "register_share")
"""What is known of a delivery as a whole; an expectation of one of these looks at the delivery, not at its rows."""

EXPECTATIONS: Mapping[str, tuple[frozenset[str], frozenset[str]]] = {
    # Great Expectations' own names: the arguments needed, the others allowed
    "expect_column_values_to_not_be_null": (frozenset({"column"}), frozenset({"mostly"})),
    "expect_column_values_to_be_between": (
        frozenset({"column"}),
        frozenset({"min_value", "max_value", "strict_min", "strict_max", "mostly"}),
    ),
    "expect_column_values_to_be_in_set": (frozenset({"column", "value_set"}), frozenset({"mostly"})),
    "expect_column_values_to_match_regex": (frozenset({"column", "regex"}), frozenset({"mostly"})),
    "expect_column_value_lengths_to_be_between": (
        frozenset({"column"}),
        frozenset({"min_value", "max_value", "mostly"}),
    ),
    "expect_column_pair_values_a_to_be_greater_than_b": (
        frozenset({"column_A", "column_B"}),
        frozenset({"or_equal", "mostly"}),
    ),
    "expect_column_unique_value_count_to_be_between": (frozenset({"column"}), frozenset({"min_value", "max_value"})),
    "expect_column_sum_to_be_between": (frozenset({"column"}), frozenset({"min_value", "max_value"})),
    "expect_table_row_count_to_be_between": (frozenset(), frozenset({"min_value", "max_value"})),
}

_NUMBERS = frozenset({"min_value", "max_value", "mostly"})
_SWITCHES = frozenset({"strict_min", "strict_max", "or_equal"})
_COLUMNS = ("column", "column_A", "column_B")


def expectation(key: str, table: Mapping[str, Any], columns: Collection[str], faults: Faults) -> Expectation | None:
    """The expectation that a contract's table states; None, with the faults added, when it is wrong.

    `columns` are the roster's; beside them a column may be one of `DELIVERY_COLUMNS`.
    """
    before = len(faults.found)
    stated = {name: value for name, value in table.items() if name not in {"type", "severity"}}
    faults.one_of(f"{key}.type", table.get("type"), EXPECTATIONS)
    faults.one_of(f"{key}.severity", table.get("severity"), get_args(Severity))
    if table.get("type") in EXPECTATIONS:
        faults.keys(f"{key}.", stated, *EXPECTATIONS[table["type"]])
    for name in _COLUMNS:
        if name in stated:
            faults.one_of(f"{key}.{name}", stated[name], [*columns, *DELIVERY_COLUMNS])
    for name, value in stated.items():
        if name in _NUMBERS and (isinstance(value, bool) or not isinstance(value, (int, float))):
            faults.add(f"{key}.{name}", "not a number", "a number without quotes")
        if name in _SWITCHES and not isinstance(value, bool):
            faults.add(f"{key}.{name}", "neither true nor false", "true or false without quotes")
    if len(faults.found) > before:
        return None
    kwargs = tuple((name, _frozen(value)) for name, value in stated.items() if name != "column")
    return Expectation(table["type"], table["severity"], kwargs, stated.get("column"))


def _frozen(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value
