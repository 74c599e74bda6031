"""A small district in which every column holds what must not be published, and where all of it is looked for."""

import csv
import io
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from huimin.contracts.contract import Column, Contract
from huimin.identity import check_character
from huimin.store.root import Root
from huimin.store.rulings import Ruling, rule

NAMES = (
    "欧阳';drop/**/table--", "<b>司马</b>相如", "诸葛$1亮", ".*上官婉儿", "夏侯(惇", "{name}皇甫嵩", "尉迟%恭_",
    "公孙\\1策", '"长孙"无忌', "慕容&lt;复", "独孤||求败", "令狐?冲+", "=宇文+化及", "拓跋[a-z]焘", "呼延*灼",
    "买买提·艾力汗",
)  # fmt: skip
"""Names that are also SQL, HTML, templates and regular expressions."""
BIRTHS = ("19430831", "19330815", "19631231", "20050201", "19720229", "20120601", "19600101", "19850707")
TEXTS = ("甲", "乙组", "户H", "一小", "养鸡", "建设路7号", "中国银行", "高龄津贴", "elderly_allowance", "deceased")


def full_width(text: str) -> str:
    """The text as an input method set to full width writes it."""
    return "".join(chr(ord(one) + 0xFEE0) if "!" <= one <= "~" else one for one in text)


def fifteen(id_number: str) -> str:
    """The number as it was written before 1999."""
    return id_number[:6] + id_number[8:17]


@dataclass(frozen=True)
class Person:
    """Somebody who does not exist, and what nobody may read of them."""

    id_number: str
    name: str
    account: str
    plate: str

    def written(self) -> tuple[str, ...]:
        """The ID number as people write it into texts."""
        old = (fifteen(self.id_number),) if self.id_number[6:8] == "19" else ()
        return (self.id_number, self.id_number.lower(), full_width(self.id_number), *old)


def people(draw: random.Random) -> tuple[Person, ...]:
    """As many people as there are names."""
    found = []
    for number, name in enumerate(NAMES):
        head = f"429999{draw.choice(BIRTHS)}{draw.randrange(10, 99)}{number % 10}"
        account = "62" + "".join(draw.choices("0123456789", k=17))
        plate = "鄂A" + "".join(draw.choices("0123456789ABCDEFGH", k=5))
        found.append(Person(head + check_character(head), name, account, plate))
    return tuple(found)


class Rosters:
    """Rows of every roster about the same few people, secrets in every text."""

    def __init__(self, seed: int, contracts: Mapping[str, Contract]) -> None:
        self.random = random.Random(seed)
        self.people = people(self.random)
        self.contracts = contracts

    def text(self, names: tuple[str, ...]) -> str:
        """A text that may hold one of the names, or the ID number, account or plate of anybody."""
        pick = self.random.choice
        who = pick(self.people)
        secret = pick((who.account, who.plate, *who.written(), *names, *names))
        plain = pick(TEXTS)
        return pick((plain, plain, f"{plain}{secret}", f"{secret}号", f"（{secret}）{plain}", secret))

    def row(self, contract: Contract) -> list[str]:
        """One row: now and then under a name that the person does not have elsewhere."""
        who = self.random.choice(self.people)
        name = who.name if self.random.random() < 0.9 else self.random.choice(self.people).name
        named = (name,) if any(column.name == "name" for column in contract.columns) else ()
        return [name if column.name == "name" else self.cell(column, who, named) for column in contract.columns]

    def cell(self, column: Column, who: Person, names: tuple[str, ...]) -> str:
        """A value of the column's type."""
        pick = self.random.choice
        day = date(2022, 6, 1) + timedelta(days=self.random.randrange(450))
        if not column.required and self.random.random() < 0.2:
            return ""
        match column.type.name:
            case "id_number":
                other = pick(self.people)
                return who.id_number if column.name == "id_number" else pick((who.id_number, other.id_number))
            case "name":
                return pick(self.people).name
            case "account":
                return pick((who.account, pick(self.people).account))
            case "plate":
                return pick((who.plate, pick(self.people).plate))
            case "category":
                return pick(column.values)
            case "date":
                return day.isoformat()
            case "month":
                return f"{day:%Y-%m}"
            case "year":
                return pick(("2022", "2023"))
            case "term":
                return pick(("2022-autumn", "2023-spring"))
            case "money" | "decimal":
                return pick(("0", "100", "25000", "1500.50"))
            case "integer":
                return pick(("1", "2", "3"))
            case "vin" | "credit_code":
                return pick(("LSVAA10000000001", "LSVAA10000000002", "91420100MA4KXXXX0X"))
            case _:
                return self.text(names)

    def file(self, contract: Contract, rows: int) -> str:
        """A delivery of the roster, with a column and a reject that it does not know."""
        sink = io.StringIO()
        out = csv.writer(sink)
        out.writerow([*(column.titles[0] for column in contract.columns), f"备注{self.people[0].id_number}"])
        for _ in range(rows):
            out.writerow([*self.row(contract), self.text(())])
        out.writerow([self.people[1].name, self.people[1].id_number[:-1] + "*", *[""] * (len(contract.columns) - 1)])
        return sink.getvalue()

    def deliver(self, root: Path, rows: int = 40) -> None:
        """Every roster in the root's inbox; a file without a header, and names of files and units with ID numbers.

        Somebody has given reasons for what became of a delivery, and named everybody in them.
        """
        for roster, contract in self.contracts.items():
            who = self.random.choice(self.people)
            unit = self.random.choice(("", "甲街道", f"乙{who.id_number}"))
            name = (
                f"{roster}2023-08_{who.written()[-1]}.csv" if contract.period == "register" else f"{who.id_number}.csv"
            )
            place = root / "inbox" / roster / unit / name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(self.file(contract, rows), encoding="utf-8")
        headless = "\n".join(f"{one.name},{one.id_number},{one.account}" for one in self.people)
        (root / "inbox" / "deaths" / "无表头.csv").write_text(headless, encoding="utf-8")
        Root(root).prepare()
        for who in self.people:
            why = f"{who.name}（{who.written()[-1]}）来电，卡{who.account}、车{who.plate}"
            rule(Root(root), Ruling("0" * 16, "withdraw", "甲", datetime(2023, 8, 22, tzinfo=UTC), why))

    def secrets(self) -> Iterator[tuple[str, str]]:
        """(kind, text) of everything that no published file may hold whole."""
        for person in self.people:
            yield from (("id_number", written) for written in person.written())
            yield "name", person.name
            yield "account", person.account
            yield "plate", person.plate
