"""An expectation as a contract states it, under Great Expectations' own names, checked without importing it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from huimin.cells import CellType
from huimin.cells.types import Family
from huimin.contracts.faults import Faults
from huimin.language import _

Severity = Literal["critical", "warning", "info"]


@dataclass(frozen=True)
class Expectation:
    """One Great Expectations expectation, by its own name (``expect_column_values_to_be_between``)."""

    type: str
    severity: Severity
    kwargs: tuple[tuple[str, Any], ...]
    column: str | None = None


COMPARED_COLUMNS = (
    "previous_share", "persons_share", "persons_again", "small_previous_share", "small_persons_share",
    "overlap_share", "overlap_part", "overlap_persons", "amount_factor", "amount_factor_beside", "amount_factor_few",
)  # fmt: skip
"""What a delivery shows beside those that it replaces and stands beside: the worst figure of all its slots."""

DELIVERY_COLUMNS = ("accepted_share", "age_days", "volume_ratio", "register_share", *COMPARED_COLUMNS)
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
_SHAPES = dict.fromkeys(("type", "severity", *_COLUMNS), "a text")
_FITTING: Mapping[str, tuple[Family, ...]] = {
    "expect_column_values_to_be_between": ("number",),
    "expect_column_sum_to_be_between": ("number",),
    "expect_column_values_to_be_in_set": ("text", "number"),
    "expect_column_values_to_match_regex": ("text",),
    "expect_column_value_lengths_to_be_between": ("text",),
    "expect_column_pair_values_a_to_be_greater_than_b": ("number", "day"),
}


def expectation(
    key: str, table: Mapping[str, Any], types: Mapping[str, CellType], faults: Faults
) -> Expectation | None:
    """The expectation that a contract's table states; None, with the faults added, when it is wrong.

    `types` are the roster's columns and their types; beside them a column may be one of `DELIVERY_COLUMNS`.
    """
    before = len(faults.found)
    faults.shapes(f"{key}.", table, _SHAPES)
    if len(faults.found) > before:
        return None
    stated = {name: value for name, value in table.items() if name not in {"type", "severity"}}
    faults.one_of(f"{key}.type", table.get("type"), EXPECTATIONS)
    faults.one_of(f"{key}.severity", table.get("severity"), get_args(Severity))
    if table.get("type") in EXPECTATIONS:
        faults.keys(f"{key}.", stated, *EXPECTATIONS[table["type"]])
        if stated.get("column") in DELIVERY_COLUMNS:
            if table["type"] != "expect_column_values_to_be_between" or "mostly" in stated:
                fix = _("expect_column_values_to_be_between, without mostly")
                faults.add(f"{key}.type", _("{column} is one figure a delivery", column=stated["column"]), fix)
        else:
            _check_columns(key, table["type"], stated, types, faults)
    _check_values(key, stated, faults)
    if len(faults.found) > before:
        return None
    kwargs = tuple((name, _frozen(value)) for name, value in stated.items() if name != "column")
    return Expectation(table["type"], table["severity"], kwargs, stated.get("column"))


def _check_columns(
    key: str, type_: str, stated: Mapping[str, Any], types: Mapping[str, CellType], faults: Faults
) -> None:
    """Each column exists and is of a type that the expectation can judge, a pair of one family."""
    named = {name: stated[name] for name in _COLUMNS if name in stated}
    for name, column in named.items():
        faults.one_of(f"{key}.{name}", column, types if "column_A" in named else [*types, *DELIVERY_COLUMNS])
    families = {name: types[column].family for name, column in named.items() if column in types}
    fitting = _FITTING.get(type_, ("text", "number", "day"))
    for name, family in families.items():
        if family not in fitting:
            faults.add(
                f"{key}.{name}",
                _("{column} holds a {family}", column=named[name], family=family),
                _("a column that holds a {families}", families=" or a ".join(fitting)),
            )
    if len(set(families.values())) > 1:
        faults.add(key, _("its columns cannot be compared"), _("two columns of one type"))


def _check_values(key: str, stated: Mapping[str, Any], faults: Faults) -> None:
    for name, value in stated.items():
        place = f"{key}.{name}"
        if name in _NUMBERS and (isinstance(value, bool) or not isinstance(value, int | float)):
            faults.add(place, _("not a number"), _("a number without quotes"))
        if name in _SWITCHES and not isinstance(value, bool):
            faults.add(place, _("neither true nor false"), _("true or false without quotes"))
        if name == "value_set" and not (isinstance(value, list) and value and not any(map(_holds_others, value))):
            faults.add(place, _("not a list of values"), 'a list such as ["是", "否"]')
        if name == "regex" and not _is_pattern(value):
            faults.add(place, _("no regular expression"), _("a pattern in single quotes"))


def _holds_others(value: object) -> bool:
    return isinstance(value, list | dict)


def _is_pattern(value: object) -> bool:
    try:
        re.compile(str(value))
    except re.error:
        return False
    return isinstance(value, str)


def _frozen(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value
