"""Plants for the synthetic district out of rules' own cases, for the rules of which nobody wrote a plant.

A case is written over a few symbols (`zhang`, `plate-1`). Each becomes a number that nobody else has, and the case's
rows join the district's. What the case states of them must be found there, and of its people nothing else by that rule.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import count

import polars as pl

from huimin.cells.types import (
    ACCOUNT_NUMBER,
    CODE_NUMBER,
    CREDIT_CODE,
    ID_NUMBER,
    PLATE,
    VIN,
    CellType,
)
from huimin.contracts.contract import Contract
from huimin.district import District
from huimin.district.identities import PLANTED, accounts, credit_codes, id_number, plates, vins
from huimin.district.names import Indices
from huimin.district.plants.plan import HITS
from huimin.district.plants.stage import PlantedCell
from huimin.district.plants.truth import TRUTH, part_of
from huimin.district.tables import shaped
from huimin.matching.rule import Rule
from huimin.nights.rule_cases import Case, DrawnTable, load_cases
from huimin.nights.rule_findings import EXPECTED, CaseBench, LaidCase
from huimin.project import Project

FIRST = PLANTED + 1_000_000
"""First index of what cases bring: far above the written plants'."""
AGE = 40
"""Of people of whom a case does not say when they were born."""

_SERIES: Mapping[CellType, Callable[[Indices], pl.Series]] = {
    PLATE: plates,
    VIN: vins,
    ACCOUNT_NUMBER: accounts,
    CREDIT_CODE: credit_codes,
}
FIGURES = ("item", "id_number", "subject", "first_period", "last_period", "periods", "amount_at_risk", "tier")


Numbers = Mapping[tuple[CellType, str], str]
"""Type of an identifier and symbol of a case → the number that stands for it in the district."""


@dataclass(frozen=True)
class PlantedCases:
    """A district with the cases of some rules in it, and whom each of these rules may speak of there."""

    district: District
    subjects: Mapping[str, frozenset[str]]
    """By rule the ID numbers, or the subjects of cases without people. None: no case of the rule fits the district."""

    def measured(self, clues: pl.DataFrame) -> pl.DataFrame:
        """The clues, or truths (rule, id_number, subject, …), that can be compared with each other.

        Of rules with a written plant all but those about the cases' people, who may break any other rule too; of the
        planted rules those about their own cases' people, since nobody says what else they find in the district.
        """
        about = pl.coalesce("id_number", "subject")
        guests = [number for known in self.subjects.values() for number in known]
        written = pl.col("rule").is_in(list(HITS)) & ~about.is_in(guests)
        own = [(pl.col("rule") == rule) & about.is_in(list(known)) for rule, known in self.subjects.items()]
        return clues.filter(pl.any_horizontal(written, *own))


class Symbols:
    """The real numbers that stand for a case's symbols; those of two cases are never the same."""

    def __init__(self, taken: frozenset[str], year: int) -> None:
        self._taken = set(taken)
        self._year = year
        self._next = count(FIRST)

    def of(self, case: Case, contracts: Mapping[str, Contract]) -> Numbers:
        """The number of every symbol in the case's rows."""
        numbers: dict[tuple[CellType, str], str] = {}
        for roster, table in case.given.items():
            for name, cells in zip(table.columns, zip(*table.rows, strict=True), strict=False):
                kind = contracts[roster].column(name).type
                for cell in cells:
                    if cell and (kind, cell) not in numbers and (number := self._number(kind, cell)):
                        numbers[kind, cell] = number
        return numbers

    def _number(self, kind: CellType, symbol: str) -> str | None:
        if kind is ID_NUMBER:
            return self._id_number(symbol)
        if kind is CODE_NUMBER:
            return f"C{next(self._next)}"
        return str(_SERIES[kind](pl.Series([next(self._next)]).to_numpy())[0]) if kind in _SERIES else None

    def _id_number(self, symbol: str) -> str:
        """Somebody of the symbol's birthday and sex where it is an ID number; else of the usual age."""
        told = len(symbol) == 18 and symbol[6:14].isdigit()
        first = date.fromisoformat(f"{symbol[6:10]}-{symbol[10:12]}-{symbol[12:14]}") if told else None
        sex = int(symbol[16]) % 2 if told else 1
        for day in [first] if first else (date(self._year - AGE, 1, 2) + timedelta(at) for at in range(365)):
            for sequence in range(900 + sex, 0, -2):
                number = id_number(day, sequence)
                if number not in self._taken:
                    self._taken.add(number)
                    return number
        raise ValueError("more people of one birthday than there are numbers")


def with_cases(district: District, project: Project, rules: Iterable[str]) -> PlantedCases:
    """The district with the cases of these rules in it, as far as they hold on its day and with what it delivers.

    Left out are cases that change a policy value, say what was not delivered, leave a required cell empty, speak of
    periods of which the district delivers nothing, or come out otherwise there. Raises RuleError for a rule without
    cases that can be read.
    """
    delivered = slots_of(district, project.contracts)
    symbols = Symbols(frozenset(district.rosters["population"]["id_number"].drop_nulls()), district.days.year)
    rows: dict[str, list[pl.DataFrame]] = defaultdict(list)
    truth: list[dict[str, PlantedCell]] = []
    subjects: dict[str, frozenset[str]] = {}
    bench = CaseBench(project)
    try:
        for case in (case for rule in rules for case in load_cases(project.cases_of(rule))):
            if not may_move(case, project.contracts, delivered):
                continue
            numbers = symbols.of(case, project.contracts)
            rule = project.rules[case.rule]
            here = replace(case, run_date=district.days.run_date)
            with bench.laid(moved(here, rule, project.contracts, numbers, delivered)) as laid:
                if any(laid.differences(rule)):
                    continue
                for roster in case.given:
                    rows[roster].append(laid_rows(laid, project.contracts[roster]))
                people = {number for (kind, _), number in numbers.items() if kind is ID_NUMBER}
                found = noted(laid, people)
            truth += found
            spoken_of = people or {hit["subject"] for hit in found}
            subjects[case.rule] = subjects.get(case.rule, frozenset()) | spoken_of
    finally:
        bench.close()
    return PlantedCases(joined(district, rows, truth), subjects)


def slots_of(district: District, contracts: Mapping[str, Contract]) -> Mapping[str, frozenset[str]]:
    """The slots that each roster of the district fills; a register's is the day of the run."""
    filled: dict[str, frozenset[str]] = {}
    for roster, frame in district.rosters.items():
        column = contracts[roster].period_column
        if column is None:
            filled[roster] = frozenset({district.days.run_date.isoformat()})
        elif frame.height:
            filled[roster] = frozenset(slot_texts(frame[column]))
    return filled


def slot_texts(periods: pl.Series) -> list[str]:
    """The periods as slots: months of days, else as they are written."""
    distinct = periods.drop_nulls().unique()
    return (distinct.dt.strftime("%Y-%m").unique() if distinct.dtype == pl.Date else distinct.cast(pl.String)).to_list()


def may_move(case: Case, contracts: Mapping[str, Contract], delivered: Mapping[str, frozenset[str]]) -> bool:
    """Whether the case's rows could have been delivered in the district."""
    if set(case.given) - set(contracts):
        return False
    for roster, table in case.given.items():
        contract = contracts[roster]
        required = {column.name for column in contract.columns if column.required}
        cells = dict(zip(table.columns, zip(*table.rows), strict=False))
        if table.rows and not all(all(cells.get(name, ("",))) for name in required):
            return False
        if contract.period_column and roster in delivered:
            length = len("2023-08") if contract.period in ("month", "event") else None
            if not {cell[:length] for cell in cells.get(contract.period_column, ()) if cell} <= delivered[roster]:
                return False
    return True


def moved(
    case: Case, rule: Rule, contracts: Mapping[str, Contract], numbers: Numbers, delivered: Mapping[str, frozenset[str]]
) -> Case:
    """The case with numbers for its symbols, beside all that the district delivers; of its statements the clues."""
    given = {
        roster: renamed(table, {column.name: column.type for column in contracts[roster].columns}, numbers)
        for roster, table in case.given.items()
    }
    listed = tuple((roster, slot) for roster, slots in delivered.items() for slot in sorted(slots))
    given["delivered"] = DrawnTable(("roster", "slot"), listed)
    kept = [at for at, name in enumerate(case.expected.columns) if name in EXPECTED]
    rows = tuple(tuple(row[at] for at in kept) for row in case.expected.rows)
    clues = DrawnTable(tuple(case.expected.columns[at] for at in kept), rows)
    named = {"id_number": ID_NUMBER, "subject": rule.subject}
    return replace(case, given=given, expected=renamed(clues, named, numbers), evidence=None, not_judged=None)


def renamed(table: DrawnTable, types: Mapping[str, CellType], numbers: Numbers) -> DrawnTable:
    """The table with numbers for symbols, in the columns that have a type."""
    kinds = [types.get(name) for name in table.columns]
    rows = tuple(
        tuple(numbers.get((kind, cell), cell) if kind and cell else cell for kind, cell in zip(kinds, row, strict=True))
        for row in table.rows
    )
    return DrawnTable(table.columns, rows)


def laid_rows(laid: LaidCase, contract: Contract) -> pl.DataFrame:
    """The case's rows of one roster, typed."""
    names = ", ".join(column.name for column in contract.columns)
    return laid.con.execute(f"select {names} from {contract.roster} order by ref").pl()


def noted(laid: LaidCase, people: set[str]) -> list[dict[str, PlantedCell]]:
    """Rows of the truth table: the clues of the case, and its people of whom there must be none."""
    rule = laid.case.rule
    said = {"rule": rule, "part": part_of(rule), "exempted": False, "note": laid.case.name}
    figures = ", ".join(FIGURES)
    clues = laid.case.expected.rows  # without any, nothing was gathered
    found = laid.con.execute(f"select {figures} from clue_hits order by all").fetchall() if clues else []
    hits = [said | {"kind": "hit"} | dict(zip(FIGURES, row, strict=True)) for row in found]
    spared = sorted(people - {hit["id_number"] for hit in hits})
    return [*hits, *(said | {"kind": "near_miss", "id_number": number} for number in spared)]


def joined(district: District, rows: Mapping[str, list[pl.DataFrame]], truth: list[dict[str, PlantedCell]]) -> District:
    """The district with these rows and truths at the end of its own."""
    rosters = dict(district.rosters)
    for roster, frames in rows.items():
        brought = pl.concat(frames)
        own = rosters.get(roster)
        rosters[roster] = brought if own is None else pl.concat([own, shaped(brought, roster)])
    return replace(district, rosters=rosters, truth=pl.concat([district.truth, pl.DataFrame(truth, schema=TRUTH)]))
