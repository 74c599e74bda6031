"""Rows of every roster about a few people who share everything, as the rules see them: typed and in force."""

import random
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl

from concluding import conclude, lay_told
from huimin.contracts.contract import Column, Contract
from huimin.deliveries.standardise import with_digits
from huimin.identity import check_character
from huimin.matching.match import InForce, match, mount, open_work
from huimin.project import Project

BIRTHS = ("19430831", "19330815", "19631231", "20050201", "19720229", "20120601", "19600101", "19850707")
NAMES = ("张三", "李四", "王五", "欧阳明", "赵六", "孙七")
TEXTS = {
    "item": ("urban_dibao", "高龄津贴", "别的补贴"), "relation": ("户主", "配偶", "子"),
    "rule": ("deceased", "低保家庭有机动车"),
    "vehicle_type": ("小型轿车", "普通二轮摩托车"), "level": ("一等", "二等"), "school": ("一小", "一中"),
    "household_number": ("H1", "H2", "H3"), "street": ("甲街道", "乙街道"), "agent_bank": ("甲银行、乙银行",),
    "bank": ("甲银行", "丙银行"), "project": ("养鸡", "种茶", "养鱼"), "unused_reason": ("",),
    "unit_number": ("U1", "U2", "U3"),
}  # fmt: skip
RUN_DATE = date(2023, 8, 22)
TYPES = {"date": pl.Date, "month": pl.Date, "year": pl.Int32, "integer": pl.Int32,
         "money": pl.Decimal(14, 2), "decimal": pl.Decimal(14, 4)}  # fmt: skip

Row = dict[str, Any]


def person(number: int, born: str) -> str:
    """A valid ID number of a region that was never assigned."""
    head = f"429999{born}{number:03}"
    return head + check_character(head)


class Maker:
    """Draws rows of rosters."""

    def __init__(self, seed: int, contracts: Mapping[str, Contract]) -> None:
        self.random = random.Random(seed)
        self.contracts = contracts
        self.people = [(person(number, born), self.random.choice(NAMES)) for number, born in enumerate(BIRTHS * 2, 1)]

    def rows(self, contract: Contract, count: int) -> list[Row]:
        """That many rows, now and then one twice."""
        found = [self.row(contract) for _ in range(count)]
        return found + [dict(row) for row in found if self.random.random() < 0.05]

    def row(self, contract: Contract) -> Row:
        """One row about somebody, seldom under another name."""
        id_number, name = self.random.choice(self.people)
        row = {column.name: self.cell(column, id_number) for column in contract.columns}
        named = {"name": self.random.choice(NAMES) if self.random.random() < 0.1 else name, "id_number": id_number}
        return row | {key: value for key, value in named.items() if key in row}

    def cell(self, column: Column, id_number: str) -> Any:
        """A value of the column's type; optional ones are often missing."""
        pick = self.random.choice
        day = date(2022, 6, 1) + timedelta(days=self.random.randrange(440))
        if not column.required and self.random.random() < 0.25:
            return None
        drawn = {
            "id_number": pick((id_number, id_number, pick(self.people)[0])), "name": pick(NAMES), "date": day,
            "month": pick((date(2023, 3, 1), date(2023, 4, 1), date(2023, 5, 1), date(2022, 12, 1))),
            "year": pick((2022, 2023)), "term": pick(("2022-autumn", "2023-spring")),
            "money": pick((0, 100, 500, 1500, 25000)), "decimal": pick((0, 1, 12)), "integer": pick((1, 2, 3)),
            "category": pick(column.values or ("",)), "account": pick(("6217000000000001", "6217000000000002", "1")),
            "plate": pick(("鄂A11111", "鄂A22222")), "vin": pick(("LSV1", "LSV2", "LSV3")),
            "credit_code": pick(("C1", "C2")), "code": pick(TEXTS.get(column.name, ("N1", "N2"))),
            "text": pick(TEXTS.get(column.name, ("甲", "乙"))) or None,
        }  # fmt: skip
        return drawn[column.type.name]

    def newcomer(self, contract: Contract, like: Row, id_number: str) -> Row:
        """A row about somebody who shares nothing with anybody, in the period of that row of another."""
        own = {"id_number": id_number, "name": "独孤客", "account": "9" * 17, "plate": "鄂Z99999", "vin": "LSV-NEW",
               "credit_code": "C-NEW", "code": "H-NEW", "text": "只此一家"}  # fmt: skip
        kept = {"item", "rule", "relation", "level", "vehicle_type", "street", contract.period_column}
        return {
            column.name: like[column.name] if column.name in kept else own.get(column.type.name, like[column.name])
            for column in contract.columns
        }


def slot_of(contract: Contract, row: Row) -> str:
    """The slot that the row fills."""
    period = row.get(contract.period_column or "")
    if contract.period in ("month", "event"):
        return f"{period:%Y-%m}"
    return "2023-08-01" if period is None else str(period)


@dataclass(frozen=True)
class Delivery:
    """Rows of one roster that came together."""

    roster: str
    rows: tuple[Row, ...]


def deliveries(rows: Mapping[str, list[Row]]) -> list[Delivery]:
    """One delivery a roster."""
    return [Delivery(roster, tuple(own)) for roster, own in rows.items()]


def shuffled(rows: Mapping[str, list[Row]], draw: random.Random) -> list[Delivery]:
    """The same rows in another order, cut into one to three deliveries a roster, these in another order too."""
    found = []
    for roster, own in rows.items():
        mixed = draw.sample(own, len(own))
        cuts = sorted(draw.sample(range(1, len(own)), min(draw.randrange(3), len(own) - 1)))
        parts = [tuple(mixed[first:last]) for first, last in zip([0, *cuts], [*cuts, len(own)], strict=True)]
        found += [Delivery(roster, part) for part in parts]
    return draw.sample(found, len(found))


def found_in(came: list[Delivery], known: Project, folder: Path) -> dict[str, pl.DataFrame]:
    """What the rules make of the deliveries: the published tables about clues, unordered, without places in files."""
    folder.mkdir(parents=True)
    held: dict[str, list[InForce]] = {}
    for ordinal, delivery in enumerate(came):
        contract = known.contracts[delivery.roster]
        place = folder / f"{ordinal}.parquet"
        frame(contract, delivery.rows, f"{ordinal:016x}").write_parquet(place)
        slots = tuple(sorted({slot_of(contract, row) for row in delivery.rows}))
        held.setdefault(delivery.roster, []).append(InForce(f"{ordinal:016x}", None, place, slots, True, ordinal))
    with closing(open_work(None)) as con:
        mount(con, known.contracts, held)
        match(con, known.rules, known.views, known.policy, known.contracts, RUN_DATE)
        lay_told(con)
        conclude(con, known.rules, known.contracts, b"secret", RUN_DATE)
        tables = {name: con.execute(f"from {name}").pl() for name in TABLES}
        rules = con.execute("select rule, status, why, population, periods_not_judged from rule_outcomes").pl()
    evidence = tables["evidence"].drop("delivery", "file", "sheet", "row")
    ledger = tables["ledger"].with_columns(pl.col("exemption").is_not_null())
    return {**tables, "evidence": evidence, "ledger": ledger, "rules": rules}


TABLES = ("clues", "evidence", "ledger", "changes", "statistics", "exposure", "identities")


def frame(contract: Contract, rows: tuple[Row, ...], delivery: str) -> pl.DataFrame:
    """The rows as the delivery's standard table."""
    schema = {column.name: TYPES.get(column.type.name, pl.String) for column in contract.columns}
    columns = pl.DataFrame([[row[name] for name in schema] for row in rows], schema=schema, orient="row")
    slots = pl.Series("slot", [slot_of(contract, row) for row in rows], dtype=pl.String)
    numbers = pl.Series("row", range(2, len(rows) + 2), dtype=pl.Int32)
    places = {"delivery": pl.lit(delivery), "position": pl.int_range(pl.len(), dtype=pl.Int64)}
    placed = columns.with_columns(sheet=pl.lit(None, dtype=pl.String), row=numbers, slot=slots, **places)
    return with_digits(placed, contract)
