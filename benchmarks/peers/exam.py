"""The exam that every peer does: read all files, check what the contracts promise, find what ten rules find, write it.

The ten rules have every shape that there is: a register looked up, a period overlapped, a person missing from a list, a
household, names compared, the same payment twice. A peer tells how many rows fail each promise, and what it found in
``answers.parquet``: rule, item, id_number (the 17 digits as a number), starts_on.
"""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from huimin.contracts.contract import Contract
from huimin.matching.mount import benefits_of
from huimin.matching.rule import Rule
from huimin.project import Project, own_project
from huimin.quality.rows import row_checks

RULES = (
    "deceased", "prisoner", "left_register", "not_registered", "name_mismatch", "duplicate_payment",
    "urban_rural_dibao", "dibao_vehicle", "contribution_age", "missing_elderly",
)  # fmt: skip
ID_FORM = "^[0-9]{17}[0-9X]$"
CORES = len(os.sched_getaffinity(0))
ANSWERS = "answers.parquet"


@dataclass(frozen=True)
class Promise:
    """Something that no row of a roster may break."""

    name: str
    kind: str
    """Great Expectations' name of it, or `unique` and `id_number`."""
    columns: tuple[str, ...]
    arguments: Mapping[str, Any]

    @property
    def broken(self) -> str:
        """The SQL condition of a row that breaks it; of `unique` there is none."""
        column, told = self.columns[0], self.arguments
        if self.kind == "id_number":
            return f"not regexp_matches({column}, '{ID_FORM}')"
        if self.kind == "expect_column_values_to_not_be_null":
            return f"{column} is null"
        if self.kind == "expect_column_values_to_be_in_set":
            listed = ", ".join(f"'{value}'" if isinstance(value, str) else str(value) for value in told["value_set"])
            return f"{column} not in ({listed})"
        if self.kind == "expect_column_pair_values_a_to_be_greater_than_b":
            return f"{column} {'<' if told.get('or_equal') else '<='} {self.columns[1]}"
        measured = f"length({column})" if "lengths" in self.kind else column
        ends = (("<", told.get("min_value")), (">", told.get("max_value")))
        return " or ".join(f"{measured} {sign} {end}" for sign, end in ends if end is not None)


def promises(contract: Contract) -> Iterator[Promise]:
    """What the contract promises of each row."""
    for check in row_checks(contract):
        told = dict(check.expectation.kwargs)
        columns = (told.pop("column_A"), told.pop("column_B")) if "column_A" in told else (check.expectation.column,)
        yield Promise(check.name, check.expectation.type, columns, told)
    for column in contract.columns:
        if column.type.name == "id_number":
            yield Promise(f"{column.name}.form", "id_number", (column.name,), {})
    period = [contract.period_column] if contract.period_column else []
    yield Promise("key.unique", "unique", tuple(dict.fromkeys((*contract.key, *period))), {})


@dataclass(frozen=True)
class Exam:
    """What is to be done."""

    project: Project
    inbox: Path

    @property
    def rules(self) -> Mapping[str, Rule]:
        """The ten."""
        return {name: self.project.rules[name] for name in RULES}

    @property
    def benefits(self) -> Mapping[str, Contract]:
        """Rosters of money paid for a period."""
        return benefits_of(self.project.contracts)

    @property
    def delivered(self) -> Mapping[str, Contract]:
        """The rosters that came."""
        return {name: one for name, one in self.project.contracts.items() if self.files(name)}

    def files(self, roster: str) -> list[Path]:
        """The roster's files."""
        return sorted((self.inbox / roster).glob("**/*.csv"))

    def header(self, roster: str) -> list[str]:
        """The names of the columns of its files, in their order."""
        titles = {t: column.name for column in self.project.contracts[roster].columns for t in column.titles}
        with self.files(roster)[0].open(encoding="utf-8-sig") as head:
            return [titles[title.strip()] for title in head.readline().split(",")]

    def policy(self, key: str) -> list[tuple[Any, ...]]:
        """Rows of from_on, to_on and the values of a policy parameter."""
        return list(self.project.policy.parameters[key].rows)


def exam_in(inbox: Path) -> Exam:
    """The exam over these files, contracts and rules read: that is start-up, and not measured."""
    project = own_project()
    _ = project.contracts, project.views, project.rules, project.policy
    return Exam(project, inbox)
