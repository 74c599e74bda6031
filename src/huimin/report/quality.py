"""The results of Great Expectations as pages for people: one that says where to look first, one a roster."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from huimin.cells.reasons import TABLE, chinese_reasons
from huimin.contracts.contract import Contract
from huimin.contracts.expectation import DELIVERY_COLUMNS
from huimin.language import _, in_chinese
from huimin.quality.rows import expectation_name, row_checks

if TYPE_CHECKING:
    from jinja2 import Environment

SEVERITIES: Mapping[str, str] = {"critical": _("critical"), "warning": _("warning"), "info": _("info")}
"""Great Expectations' severities, the worst first."""

_OF_DELIVERIES: Mapping[str, str] = {
    "accepted_share": _("share of rows accepted (of a delivery of 100 rows or more, half)"),
    "previous_share": _(
        "rows beside those of the register (8 rows or more) or period (20 or more) that it would replace"
    ),
    "persons_share": _("share of the persons of the register or period that it would replace who are still there"),
    "persons_again": _("persons of the period that it would replace (2 or more) who are still there"),
    "small_previous_share": _("rows beside those of the period that it would replace (fewer than 20)"),
    "small_persons_share": _(
        "share of the persons of the period that it would replace (fewer than 20 rows) who are still there"
    ),
    "overlap_share": _(
        "share of the smaller that it and another unit's delivery of the period have in common (20 persons or more)"
    ),
    "overlap_part": _("share of the smaller that it and another unit's delivery of the period have in common"),
    "overlap_persons": _("persons that it and another unit's delivery of the period have in common"),
    "amount_factor": _("how many times the median amount differs from that of the period that it would replace"),
    "amount_factor_beside": _(
        "how many times the median amount differs from that of all other periods in force (three or more)"
    ),
    "amount_factor_few": _(
        "how many times the median amount differs from that of the one or two other periods in force"
    ),
    "age_days": _("days since the last period in it (or its as-at day)"),
    "volume_ratio": _("rows beside those of the delivery before"),
    "register_share": _("share of its ID numbers that the population register has"),
}


@dataclass(frozen=True)
class ResultLine:
    """One result, in words."""

    delivery: str
    promise: str
    """What was expected, marked to be read in two languages; without words for it, the expectation's own name."""
    name: str
    type: str
    severity: str
    success: bool
    observed: str
    unexpected: int
    elements: int


@dataclass(frozen=True)
class RosterResults:
    """One roster's results, those that failed first."""

    roster: str
    title: str
    department: str
    deliveries: tuple[str, ...]
    lines: tuple[ResultLine, ...]

    def failed(self, severity: str) -> int:
        """How many of its results failed with that severity."""
        return sum(not line.success and line.severity == severity for line in self.lines)

    @property
    def state(self) -> str:
        """The worst severity that failed; ``good`` when none did."""
        return next((severity for severity in SEVERITIES if self.failed(severity)), "good")

    @property
    def failures(self) -> tuple[ResultLine, ...]:
        """The results that failed, worst first."""
        return tuple(line for line in self.lines if not line.success)


def write_quality_pages(quality: pl.DataFrame, contracts: Mapping[str, Contract], folder: Path) -> None:
    """Writes ``index.html`` and a page a roster into the folder, the same bytes for the same results.

    `quality` holds the published columns (roster, delivery, expectation, type, column, severity, success, observed,
    unexpected_count, element_count). The pages load nothing, and hold no cell value.
    """
    from jinja2 import Environment, PackageLoader, StrictUndefined

    sections = sections_of(quality, contracts)
    environment = Environment(
        loader=PackageLoader("huimin"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=in_chinese,
    )
    folder.mkdir(parents=True, exist_ok=True)
    _write(environment, "index", folder / "index.html", sections=sections)
    for section in sections:
        _write(environment, "roster", folder / f"{section.roster}.html", section=section)


def sections_of(quality: pl.DataFrame, contracts: Mapping[str, Contract]) -> tuple[RosterResults, ...]:
    """The results by roster: rosters with a critical failure first, then with a warning, else in catalogue order."""
    sections = []
    for (roster,), rows in quality.group_by("roster", maintain_order=True):
        contract = contracts.get(str(roster))
        promises = dict(_promises(contract)) if contract else {}
        lines = sorted((_line(row, contract, promises) for row in rows.iter_rows(named=True)), key=_urgency)
        deliveries = tuple(sorted({line.delivery for line in lines}))
        title, department = (contract.title, contract.department_title) if contract else (str(roster), "")
        sections.append(RosterResults(str(roster), title, department, deliveries, tuple(lines)))
    catalogue = list(contracts)
    order = {state: number for number, state in enumerate((*SEVERITIES, "good"))}

    def place(section: RosterResults) -> tuple[int, int, str]:
        known = section.roster in contracts
        return order[section.state], catalogue.index(section.roster) if known else len(catalogue), section.roster

    return tuple(sorted(sections, key=place))


def _write(environment: "Environment", page: str, place: Path, **shown: object) -> None:
    template = environment.get_template("quality.html.j2")
    place.write_text(template.render(page=page, severities=SEVERITIES, **shown), encoding="utf-8")


def _urgency(line: ResultLine) -> tuple[object, ...]:
    return line.success, list(SEVERITIES).index(line.severity), -line.unexpected, line.delivery, line.name


def _line(row: Mapping[str, Any], contract: Contract | None, promises: Mapping[str, str]) -> ResultLine:
    name, observed = row["expectation"], row["observed"] or ""
    return ResultLine(
        row["delivery"] or "", promises.get(name) or _other_promise(row, contract), name, row["type"], row["severity"],
        row["success"], chinese_reasons().get(observed, observed), row["unexpected_count"] or 0,
        row["element_count"] or 0,
    )  # fmt: skip


def _promises(contract: Contract) -> Iterable[tuple[str, str]]:
    """The words for each expectation of rows, by its name."""
    titles = _titles(contract)
    for check in row_checks(contract):
        stated = check.expectation
        kwargs = dict(stated.kwargs)
        title, span = titles.get(stated.column or "", _("whole table")), _span(kwargs)
        words_by_type = {
            "expect_column_values_to_not_be_null": _("{title}: none missing", title=title),
            "expect_column_values_to_be_between": _("{title}: {span}", title=title, span=span),
            "expect_column_values_to_be_in_set": _(
                "{title}: only {values}", title=title, values="、".join(map(str, kwargs.get("value_set", ())))
            ),
            "expect_column_values_to_match_regex": _("{title}: in its form", title=title),
            "expect_column_value_lengths_to_be_between": _("{title}: characters {span}", title=title, span=span),
            "expect_column_unique_value_count_to_be_between": _(
                "{title}: unlike values {span}", title=title, span=span
            ),
            "expect_column_sum_to_be_between": _("{title}: sum {span}", title=title, span=span),
            "expect_table_row_count_to_be_between": _("rows {span}", span=span),
        }
        if "column_A" in kwargs:
            columns = [contract.column(kwargs[key]) for key in ("column_A", "column_B")]
            first, second = (titles[column.name] for column in columns)
            if columns[0].type.family == "day":
                yield check.name, _("{first} not before {second}", first=first, second=second)
            else:
                yield check.name, _("{first} not less than {second}", first=first, second=second)
        else:
            yield check.name, words_by_type.get(stated.type, expectation_name(stated))
    for expectation in contract.expectations:
        if expectation.column in DELIVERY_COLUMNS:
            figure, span = _OF_DELIVERIES[expectation.column], _span(dict(expectation.kwargs))
            yield expectation_name(expectation), _("{title}: {span}", title=figure, span=span)
    key = " + ".join(titles[name] for name in contract.key)
    yield f"{'+'.join(contract.key)}.unique", _("{title}: once in a period", title=key)


def _other_promise(row: Mapping[str, Any], contract: Contract | None) -> str:
    """Words for a finding of the reader or a figure of the whole delivery; else the expectation's own name."""
    column, name = row["column"] or "", row["expectation"]
    if column in _OF_DELIVERIES:
        return _OF_DELIVERIES[column]
    reason = name.rpartition(".")[2]
    title = _titles(contract).get(column, column) if contract else column
    return _("{key}: {problem}", key=title, problem=TABLE[reason].words) if reason in TABLE else name


def _titles(contract: Contract) -> dict[str, str]:
    return {column.name: column.titles[0] for column in contract.columns}


def _span(kwargs: Mapping[str, Any]) -> str:
    low, high = kwargs.get("min_value"), kwargs.get("max_value")
    if low is None or high is None:
        return _("at least {low}", low=low) if high is None else _("at most {high}", high=high)
    return _("{low} to {high}", low=low, high=high) if low != high else str(low)
