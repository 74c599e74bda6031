"""What is expected of one delivery's own rows: a suite built from the contract, and its results beside the rows."""

import io
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

import polars as pl

from huimin.contracts.contract import Contract
from huimin.contracts.expectation import DELIVERY_COLUMNS, Expectation, Severity
from huimin.quality.bench import RESULTS, Bench, Check, CheckResult, bench, broken
from huimin.store.delivery import Receipt
from huimin.store.root import write_whole
from huimin.tables.sql import literal, parquet, quoted

_NAMES = {
    "expect_column_values_to_not_be_null": "not_null",
    "expect_column_values_to_be_between": "between",
    "expect_column_values_to_be_in_set": "in_set",
    "expect_column_values_to_match_regex": "regex",
    "expect_column_value_lengths_to_be_between": "length",
    "expect_column_pair_values_a_to_be_greater_than_b": "at_least",
    "expect_column_unique_value_count_to_be_between": "unique_count",
    "expect_column_sum_to_be_between": "sum",
    "expect_table_row_count_to_be_between": "row_count",
}
_REPEATED = "repeated_key"
HEADER_NEARLY_KNOWN = "header_nearly_known"
"""The finding about a header that is no title but looks like one: a remark where the column has its header."""
_SLIGHT = frozenset({"id_number_15_digits", "name_remark"})
"""Findings that are remarks: the value is used as it stands."""


def check_deliveries(
    deliveries: Iterable[tuple[str, str, Path]],
    contracts: Mapping[str, Contract],
    scratch: Path | None = None,
    receipts: Mapping[str, Receipt] = MappingProxyType({}),
) -> None:
    """Each delivery (id, roster, folder) has its results as ``quality.parquet`` beside its rows, whole or not at all.

    The results depend on the delivery and its contract alone; `receipts` by id tell of its headers. Raises QualityError
    when an expectation cannot be evaluated.
    """
    waiting = list(deliveries)
    if not waiting:
        return
    with bench(scratch) as table:
        for delivery, roster, folder in waiting:
            results = delivery_results(table, contracts[roster], folder, delivery, receipts.get(delivery))
            buffer = io.BytesIO()
            results.write_parquet(buffer)
            write_whole(folder / "quality.parquet", buffer.getvalue())


def critical_failures(quality: pl.DataFrame) -> frozenset[str]:
    """The deliveries for which a critical expectation failed."""
    failed = quality.filter(~pl.col("success") & (pl.col("severity") == "critical"))
    return frozenset(failed["delivery"].to_list())


def delivery_results(
    table: Bench, contract: Contract, folder: Path, delivery: str, receipt: Receipt | None = None
) -> pl.DataFrame:
    """One row an expectation of the delivery in the folder, by name; columns `RESULTS`.

    Each roster has a view of its own: Great Expectations remembers the columns of a name.
    """
    where, rows_view, faults_table = f"{contract.roster} {delivery}", f"rows_{contract.roster}", "faults"
    try:
        table.sql(f"create or replace view {rows_view} as select * from {parquet(folder / 'rows.parquet')}")
        table.sql(_faults(contract, folder, rows_view, faults_table, near_columns(contract, receipt)))
        found = table.sql(
            f'select distinct "column", reason from {faults_table} where "column" is not null order by all'
        )
        rows = table.sql(f"select count(*) from {rows_view}")[0][0]
    except Exception as error:
        raise broken(where, "the delivery", type(error).__name__) from None
    checks = row_checks(contract)
    named = receipt.columns if receipt else ()
    beside = [_unique(contract), *(_clean(column, reason, named) for column, reason in found)]
    outcomes = table.validate(rows_view, checks, where) | table.validate(faults_table, beside, where)
    table.sql(f"drop view {rows_view}")
    table.sql(f"drop table {faults_table}")
    results = [_result(check, outcomes[check.name], rows) for check in (*checks, *beside)]
    return pl.DataFrame(results, schema=RESULTS, orient="row").sort("expectation")


def row_checks(contract: Contract) -> tuple[Check, ...]:
    """The contract's promises of its rows: columns that are required, categories, then what it states itself."""
    checks = []
    for column in contract.columns:
        if column.required:
            checks.append(_check(Expectation("expect_column_values_to_not_be_null", "warning", (), column.name)))
        if column.values:
            values = (("value_set", column.values),)
            stated = Expectation("expect_column_values_to_be_in_set", "warning", values, column.name)
            checks.append(Check(f"{column.name}.category", stated))
    checks += [_check(stated) for stated in contract.expectations if stated.column not in DELIVERY_COLUMNS]
    return tuple({check.name: check for check in checks}.values())


def expectation_name(expectation: Expectation) -> str:
    """A short readable name that stays the same from night to night: ``amount.between(max_value=5000)``."""
    stated = dict(expectation.kwargs)
    short = _NAMES[expectation.type]
    if expectation.type == "expect_column_pair_values_a_to_be_greater_than_b":
        return f"{stated['column_A']}.{short}({stated['column_B']})"
    shown = ", ".join(f"{key}={_shown(value)}" for key, value in stated.items())
    if expectation.column in DELIVERY_COLUMNS:
        return f"delivery.{expectation.column}({shown})"
    return f"{expectation.column or 'table'}.{short}" + (f"({shown})" if shown else "")


def _shown(value: object) -> str:
    return "|".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _check(expectation: Expectation) -> Check:
    if expectation.type == "expect_column_pair_values_a_to_be_greater_than_b":
        present = (*expectation.kwargs, ("ignore_row_if", "either_value_is_missing"))
        return Check(expectation_name(expectation), Expectation(expectation.type, expectation.severity, present))
    return Check(expectation_name(expectation), expectation)


def _unique(contract: Contract) -> Check:
    query = f"select reason from {{batch}} where reason = '{_REPEATED}'"
    stated = Expectation("unexpected_rows_expectation", "warning", (("unexpected_rows_query", query),))
    return Check(f"{'+'.join(contract.key)}.unique", stated)


def near_columns(contract: Contract, receipt: Receipt | None) -> list[str]:
    """The column that each nearly known header may mean."""
    titles = [title for _, title in receipt.nearly_known] if receipt else []
    return [column.name for title in titles for column in contract.columns if title in column.titles]


def _clean(column: str, reason: str, named: Collection[str]) -> Check:
    query = f"select reason from {{batch}} where \"column\" = '{column}' and reason = '{reason}'"
    slight = reason in _SLIGHT or (reason == HEADER_NEARLY_KNOWN and column in named)
    severity: Severity = "info" if slight else "warning"
    return Check(
        f"{column}.{reason}", Expectation("unexpected_rows_expectation", severity, (("unexpected_rows_query", query),))
    )


def _faults(contract: Contract, folder: Path, rows_view: str, faults_table: str, near: Sequence[str]) -> str:
    """A statement that gathers, without any value, what one aggregate finds: findings, keys that occur twice, headers.

    `near` are the columns that nearly known headers may mean.
    """
    headers = ", ".join(map(literal, near))
    key = ", ".join(map(quoted, contract.key))
    return f"""
    create or replace table {faults_table} as
    select "column", reason from {parquet(folder / "findings.parquet")}
    union all
    select unnest([{headers}]::varchar[]), '{HEADER_NEARLY_KNOWN}'
    union all
    select null, '{_REPEATED}' from (select slot from {rows_view} group by slot, {key} having count(*) > 1)
    """


def _result(check: Check, outcome: CheckResult, rows: int) -> tuple[object, ...]:
    stated = check.expectation
    arguments = dict(stated.kwargs)
    column, observed, count = stated.column, outcome.observed, outcome.unexpected_count
    if "column_A" in arguments:
        column = f"{arguments['column_A']}, {arguments['column_B']}"
    if stated.type == "unexpected_rows_expectation":
        count = int(outcome.observed or 0)
        column, _, reason = check.name.rpartition(".")
        observed = str(count) if reason == "unique" else reason
    elements = outcome.element_count if outcome.element_count is not None else rows
    return check.name, stated.type, column, stated.severity, outcome.success, observed, count, elements
