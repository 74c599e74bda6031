"""What is expected of one delivery's own rows: a suite built from the contract, and its results beside the rows."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType

import duckdb
import polars as pl

from huimin.cells.id_number import digits_of
from huimin.contracts.contract import Contract
from huimin.contracts.expectation import DELIVERY_COLUMNS, Expectation, Severity
from huimin.quality.judge import RESULTS, Check, CheckResult, Figures, broken, judge
from huimin.quality.measure import measure
from huimin.store.delivery import Receipt
from huimin.store.encrypted import write_frame
from huimin.tables.sql import literal, parquet, quoted
from huimin.tables.work import open_work

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
    with measuring(scratch) as con:
        for delivery, roster, folder in waiting:
            results = delivery_results(con, contracts[roster], folder, delivery, receipts.get(delivery))
            write_frame(results, folder / "quality.parquet")


def critical_failures(quality: pl.DataFrame) -> frozenset[str]:
    """The deliveries for which a critical expectation failed."""
    failed = quality.filter(~pl.col("success") & (pl.col("severity") == "critical"))
    return frozenset(failed["delivery"].to_list())


@contextmanager
def measuring(scratch: Path | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
    """A database in memory, closed at the end. What does not fit spills into a folder of its own in `scratch`.

    There the next run finds what a killed one left; without it the system's place for such folders is used.
    """
    with (
        TemporaryDirectory(prefix="huimin-quality-", dir=scratch) as spill,
        closing(open_work(None, spill=Path(spill))) as con,
    ):
        yield con


def delivery_results(
    con: duckdb.DuckDBPyConnection, contract: Contract, folder: Path, delivery: str, receipt: Receipt | None = None
) -> pl.DataFrame:
    """One row an expectation of the delivery in the folder, by name; columns `RESULTS`."""
    where, rows = f"{contract.roster} {delivery}", parquet(folder / "rows.parquet")
    try:
        found = con.execute(_faults(folder, near_columns(contract, receipt))).fetchall()
        height, repeated = repeated_keys(con, contract, rows, receipt)
    except Exception as error:
        raise broken(where, "the delivery", type(error).__name__) from None
    checks, named = row_checks(contract), receipt.columns if receipt else ()
    beside = [(_unique(contract), repeated)]
    beside += [(_clean(column, reason, named), count) for column, reason, count in found]
    measured = [*figures_of_rows(con, rows, checks, where), *((check, of_query(count)) for check, count in beside)]
    outcomes = judge(measured, where)
    results = [_result(check, outcomes[check.name], height) for check, _ in measured]
    return pl.DataFrame(results, schema=RESULTS, orient="row").sort("expectation")


def figures_of_rows(
    con: duckdb.DuckDBPyConnection, rows: str, checks: Sequence[Check], where: str
) -> list[tuple[Check, Figures]]:
    """The checks with their figures. Raises QualityError for the first that has none."""
    try:
        return measure(con, rows, checks)
    except duckdb.Error:
        for check in checks:
            try:
                measure(con, rows, [check])
            except duckdb.Error as error:
                raise broken(where, check.name, type(error).__name__) from None
        raise


def of_query(rows: int) -> Figures:
    """What Great Expectations asks to know of a query for unexpected rows: how many there are."""
    return {"unexpected_rows_query.table": None, "unexpected_rows_query.row_count": rows}


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


def repeated_keys(
    con: duckdb.DuckDBPyConnection, contract: Contract, rows: str, receipt: Receipt | None = None
) -> tuple[int, int]:
    """How many rows there are, and how many keys that stand in several of them within one slot.

    Where the receipt counts as many persons as rows, they are not looked through: each key has its person in it.
    """
    persons = sum(share.persons or 0 for share in receipt.shares) if receipt and "id_number" in contract.key else 0
    ((height,),) = con.execute(f"select count(*) from {rows}").fetchall()
    if persons == height:
        return height, 0
    columns = (digits_of(name) if name in contract.id_numbers else name for name in contract.key)
    key = ", ".join(map(quoted, ("slot", *columns)))
    # equal keys have equal hashes, and numbers are told apart at half the cost of texts
    ((different,),) = con.execute(f"select count(distinct hash({key})) from {rows}").fetchall()
    if different == height:
        return height, 0
    several = f"select 1 from {rows} group by {key} having count(*) > 1"
    ((repeated,),) = con.execute(f"select count(*) from ({several})").fetchall()
    return height, repeated


def _faults(folder: Path, near: Sequence[str]) -> str:
    """A query for column, reason and count of what is odd: findings, and headers; never a value.

    `near` are the columns that nearly known headers may mean.
    """
    headers = ", ".join(map(literal, near))
    return f"""
    select "column", reason, count(*) from (
        select "column", reason from {parquet(folder / "findings.parquet")}
        union all
        select unnest([{headers}]::varchar[]), '{HEADER_NEARLY_KNOWN}'
    )
    group by all order by all
    """


def _result(check: Check, outcome: CheckResult, rows: int) -> tuple[object, ...]:
    stated = check.expectation
    arguments = dict(stated.kwargs)
    column, observed, count = stated.column, outcome.observed, outcome.unexpected_count
    if "column_A" in arguments:
        column = f"{arguments['column_A']}, {arguments['column_B']}"
    if stated.type == "unexpected_rows_expectation":
        count = int(outcome.observed)
        column, _, reason = check.name.rpartition(".")
        observed = str(count) if reason == "unique" else reason
    elements = outcome.element_count if outcome.element_count is not None else rows
    return check.name, stated.type, column, stated.severity, outcome.success, observed, count, elements
