"""Great Expectations as the judge: for each expectation it asks for figures, and says what they mean.

It sees no row: `measure.py` works the figures out. It is imported only when there is something to judge
(`imported.py`).
"""
# ruff: noqa: ANN401 - Great Expectations' own objects, which we do not type

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import polars as pl

from huimin.contracts.expectation import Expectation
from huimin.errors import QualityError
from huimin.language import _
from huimin.quality.imported import expectation_named

RESULTS = {
    "expectation": pl.String,
    "type": pl.String,
    "column": pl.String,
    "severity": pl.String,
    "success": pl.Boolean,
    "observed": pl.String,
    "unexpected_count": pl.Int64,
    "element_count": pl.Int64,
}
"""Columns of a table of results. Never a personal value."""

Figures = Mapping[str, Any]
"""What one expectation is judged by, under Great Expectations' own names of metrics."""


@dataclass(frozen=True)
class Check:
    """An expectation of one table, under the readable name that its result is published by."""

    name: str
    expectation: Expectation


@dataclass(frozen=True)
class CheckResult:
    """What Great Expectations says of one check."""

    success: bool
    observed: str
    unexpected_count: int
    element_count: int | None
    unexpected: frozenset[Any]
    """What the rows that fail are told by; empty when that was not asked for."""


class _Told(dict[str, Any]):
    """Figures of which Great Expectations cannot ask for one that nobody worked out, as if it were none."""

    def get(self, name: str, default: Any = None) -> Any:
        return self[name]


def judge(measured: Iterable[tuple[Check, Figures]], where: str, index: str | None = None) -> dict[str, CheckResult]:
    """The outcome of every check by its name.

    `index` names the column whose values tell which rows fail; it must not be personal.
    Raises QualityError, naming `where`, when an expectation cannot be evaluated: that says nothing of the data.
    """
    outcomes = {}
    for check, figures in measured:
        try:
            _stated(check)
        except Exception as error:
            raise broken(where, "the suite", type(error).__name__) from None
        try:
            entry = result_of(check, figures, index)
        except Exception:
            raise broken(where, check.name, "Great Expectations raised an exception") from None
        outcomes[check.name] = _check_result(entry, check, where, index)
    return outcomes


def result_of(check: Check, figures: Figures, index: str | None = None) -> Any:
    """Great Expectations' own result object."""
    listed = {} if index is None else {"unexpected_index_column_names": [index]}
    form = {"result_format": "COMPLETE" if listed else "BASIC", "exclude_unexpected_values": True, **listed}
    # what every expectation of Great Expectations has, and its validator calls with the metrics of its own
    stated = _stated(check)
    said = stated._validate(metrics=_Told(figures), runtime_configuration={"result_format": form})
    return stated._build_evr(raw_response=said)


def broken(where: str, check: str, why: str) -> QualityError:
    """The error for a gate that cannot judge, which is not bad data."""
    return QualityError(
        where,
        _("{check} could not be evaluated: {why}", check=check, why=why),
        _("compare the contract's expectations with the column's type"),
    )


@cache
def _stated(check: Check) -> Any:
    """Great Expectations' own object."""
    stated = check.expectation
    arguments: dict[str, Any] = {key: list(v) if isinstance(v, tuple) else v for key, v in stated.kwargs}
    if stated.column is not None:
        arguments["column"] = stated.column
    return expectation_named(stated.type)(**arguments, severity=stated.severity, meta={"name": check.name})


def _check_result(entry: Any, check: Check, where: str, index: str | None) -> CheckResult:
    result: Mapping[str, Any] = entry.result
    count = result.get("unexpected_count")
    if count is None:
        observed = str(result.get("observed_value"))
        count = int(not entry.success)
    else:
        observed = f"{result.get('unexpected_percent') or 0:.2f}%"
    listed = result.get("unexpected_index_list") or ()
    if index and len(listed) != count:
        raise broken(where, check.name, "the failing rows are not all listed")
    return CheckResult(bool(entry.success), observed, int(count), result.get("element_count"), frozenset(listed))
