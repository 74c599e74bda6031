"""A new roster's two files, laid down to be filled: its contract, and the messy delivery that it is tried on."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Literal

from huimin.identity import check_character
from huimin.language import _

TO_FILL = "待填"
"""Stands where whoever adds a roster or a rule has to write; a file that still has it is not read."""
WRITE = _("put what it asks for in place of {to_fill} and the words behind it", to_fill=TO_FILL)

ROSTER = """# A roster's contract: what its columns are called, which cells are good, what makes a row one row.
# Columns that many rosters share are whole in _shared.toml and need only their name.
# See CONTRIBUTING.md, 'Add a roster'.
title = {title}
department = {department}
kind = "{kind}"
period = "{period}"{period_column}
position = {position}
key = ["id_number"]
evidence = [{evidence}]

columns = [
    {{ name = "name", required = true }},
    {{ name = "id_number", required = true }},
{columns}
    {{ name = "remark", type = "text", titles = ["{to_fill}：每一列一行，写明部门常用的列名"] }},
]
"""

PERIODS = {
    "month": ("period", "发放月份", ("2023年7月", "202307", "2023-7")),
    "term": ("term", "学期", ("2023春", "2022-2023学年第二学期", "2023年春季")),
    "year": ("year", "年度", ("2023", "2023年", "2023年度")),
    "event": ("paid_on", "发放日期", ("2023-07-05", "2023/7/5", "2023.7.5")),
}
"""The column that says a row's period: its name, a title of it, three ways to write a cell."""
BORN = ("19500101", "19600202", "19700303")


def blank_roster(
    roster: str,
    title: str,
    department: str,
    kind: Literal["benefit", "register"],
    period: Literal["month", "term", "year", "event", "register"],
    position: int,
) -> Mapping[str, str]:
    """Path in the project → text of a new roster's contract and of a delivery with a good, a messy and a bad row."""
    columns, evidence, key = [], ["amount"] if kind == "benefit" else ["remark"], ""
    if kind == "benefit":
        columns.append('    { name = "amount", required = true },')
    if period in PERIODS:
        name = PERIODS[period][0]
        kinds = "" if name in ("period", "year", "paid_on") else f', type = "{period}", titles = ["学期"]'
        columns.append(f'    {{ name = "{name}"{kinds}, required = true }},')
        evidence.insert(0, name)
        key = f'\nperiod_column = "{name}"'
    contract = ROSTER.format(
        title=json.dumps(title, ensure_ascii=False), department=json.dumps(department, ensure_ascii=False), kind=kind,
        period=period, period_column=key, position=position, evidence=", ".join(f'"{name}"' for name in evidence),
        columns="\n".join(columns), to_fill=TO_FILL,
    )  # fmt: skip
    return {
        f"expectations/{roster}.toml": contract,
        f"tests/rosters/{roster}/{title}.csv": blank_delivery(kind, period),
    }


def blank_delivery(kind: str, period: str) -> str:
    """A small file as a department would send it: a row that is good, one that is messy, one to be rejected."""
    with_period = period in PERIODS
    titles = [
        "姓名",
        "身份证号码",
        *(["发放金额"] if kind == "benefit" else []),
        *([PERIODS[period][1]] if with_period else []),
    ]
    lines = [titles]
    for place, (name, amount) in enumerate((("赵一", "120.00"), ("钱 二", "￥1,200.5"), ("孙三", "120"))):
        first17 = f"429999{BORN[place]}00{place + 1}"
        id_number = first17 + check_character(first17) if place < 2 else f"{first17[:12]}****"
        cells = [name, id_number, *([amount] if kind == "benefit" else [])]
        lines.append([*cells, PERIODS[period][2][place]] if with_period else cells)
    return "".join(",".join(f'"{cell}"' if "," in cell else cell for cell in line) + "\n" for line in lines)


def unfilled(table: Mapping[str, Any], within: str = "") -> Iterator[str]:
    """The keys of a TOML table under which something is still to be written, as paths such as `columns[3].titles`."""
    for key, value in table.items():
        if isinstance(value, list) and all(isinstance(entry, dict) for entry in value):
            for number, entry in enumerate(value):
                yield from unfilled(entry, f"{within}{key}[{number}].")
        elif TO_FILL in str(value):
            yield f"{within}{key}"
