"""The results of Great Expectations as pages for people: one that says where to look first, one a roster."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from huimin.cells.reasons import REASONS
from huimin.contracts.contract import Contract
from huimin.contracts.expectation import DELIVERY_COLUMNS
from huimin.quality.rows import expectation_name, row_checks

if TYPE_CHECKING:
    from jinja2 import Environment

SEVERITIES: Mapping[str, str] = {"critical": "严重", "warning": "警告", "info": "提示"}
"""Great Expectations' severities, the worst first."""

_OF_DELIVERIES: Mapping[str, str] = {
    "accepted_share": "接收行占比（满 100 行的交付须达一半）",
    "previous_share": "与将替换的名册（原有 8 行以上）或一期（20 行以上）行数之比",
    "persons_share": "将替换的名册或一期的人员中仍在的比例",
    "persons_again": "将替换的一期（2 人以上）的人员中仍在的人数",
    "small_previous_share": "与将替换的一期（不足 20 行）行数之比",
    "small_persons_share": "将替换的一期（不足 20 行）的人员中仍在的比例",
    "overlap_share": "与其他单位同一期相同的人占较少一方的比例（双方各 20 人以上）",
    "overlap_part": "与其他单位同一期相同的人占较少一方的比例",
    "overlap_persons": "与其他单位同一期相同的人数",
    "amount_factor": "金额中位数与将替换的一期相差的倍数",
    "amount_factor_beside": "金额中位数与在用的其他各期（三期以上）相差的倍数",
    "amount_factor_few": "金额中位数与在用的其他一两期相差的倍数",
    "age_days": "距所含最近期间（或截至日）的天数",
    "volume_ratio": "与上次交付行数之比",
    "register_share": "身份证号在户籍库中的比例",
}


@dataclass(frozen=True)
class ResultLine:
    """One result, in words."""

    delivery: str
    promise: str
    """What was expected, in Chinese; for a term without words, the expectation's own name."""
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
        loader=PackageLoader("huimin"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
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
        row["success"], REASONS.get(observed, observed), row["unexpected_count"] or 0, row["element_count"] or 0,
    )  # fmt: skip


def _promises(contract: Contract) -> Iterable[tuple[str, str]]:
    """The words for each expectation of rows, by its name."""
    titles = _titles(contract)
    for check in row_checks(contract):
        stated = check.expectation
        kwargs = dict(stated.kwargs)
        title = titles.get(stated.column or "", "整表")
        span = _span(kwargs)
        words_by_type = {
            "expect_column_values_to_not_be_null": f"{title}：不缺",
            "expect_column_values_to_be_between": f"{title}：{span}",
            "expect_column_values_to_be_in_set": f"{title}：只取 {'、'.join(map(str, kwargs.get('value_set', ())))}",
            "expect_column_values_to_match_regex": f"{title}：符合格式",
            "expect_column_value_lengths_to_be_between": f"{title}：字符数 {span}",
            "expect_column_unique_value_count_to_be_between": f"{title}：不同取值数 {span}",
            "expect_column_sum_to_be_between": f"{title}：合计 {span}",
            "expect_table_row_count_to_be_between": f"行数 {span}",
        }
        if "column_A" in kwargs:
            first, second = (contract.column(kwargs[key]) for key in ("column_A", "column_B"))
            relation = "不早于" if first.type.family == "day" else "不小于"
            yield check.name, f"{titles[first.name]}{relation}{titles[second.name]}"
        else:
            yield check.name, words_by_type.get(stated.type, expectation_name(stated))
    for expectation in contract.expectations:
        if expectation.column in DELIVERY_COLUMNS:
            words = f"{_OF_DELIVERIES[expectation.column]}：{_span(dict(expectation.kwargs))}"
            yield expectation_name(expectation), words
    yield f"{'+'.join(contract.key)}.unique", f"{' + '.join(titles[name] for name in contract.key)}：同一期内不重复"


def _other_promise(row: Mapping[str, Any], contract: Contract | None) -> str:
    """Words for a finding of the reader or a figure of the whole delivery; else the expectation's own name."""
    column, name = row["column"] or "", row["expectation"]
    if column in _OF_DELIVERIES:
        return _OF_DELIVERIES[column]
    reason = REASONS.get(name.rpartition(".")[2])
    title = _titles(contract).get(column, column) if contract else column
    return f"{title}：{reason}" if reason else name


def _titles(contract: Contract) -> dict[str, str]:
    return {column.name: column.titles[0] for column in contract.columns}


def _span(kwargs: Mapping[str, Any]) -> str:
    low, high = kwargs.get("min_value"), kwargs.get("max_value")
    if low is not None and high is not None:
        return f"{low} 至 {high}" if low != high else f"{low}"
    return f"不小于 {low}" if low is not None else f"不大于 {high}"
