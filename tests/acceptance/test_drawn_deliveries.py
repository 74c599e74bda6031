"""Messy deliveries drawn at random with their answers: every accepted value, reject, finding and count of every row."""

import csv
import io
import random
from dataclasses import dataclass, field

import pytest

from acceptance.inbox import District, drawn, person, workbook

ROSTER = "elderly_allowance"
REQUIRED = ("name", "id_number", "amount", "period")
TITLES = {
    "name": ("姓名", "享受人姓名", " 人员 姓名 ", "姓名*"),
    "id_number": ("身份证号", "身份证号码", "公民身份号码"),
    "amount": ("发放金额", "金额（元）", "补贴金额(元)", "实发金额 [元]"),
    "period": ("发放月份", "月份", "所属期（月）"),
    "paid_on": ("发放日期", "实发日期"),
    "channel": ("发放方式",),
    "account": ("银行账号", "卡号"),
    "street": ("街道", "街道(乡镇)"),
}
UNKNOWN = ("联系电话", "备注", "审核意见")
GOOD = {
    "name": {"王一": "王一", "王 二": "王二", "阿依•丽": "阿依·丽"},
    "amount": {"100": "100.00", "1,200.50": "1200.50", "￥88": "88.00", "５元": "5.00", "-3.145": "-3.15"},
    "period": {"2023-08": "2023-08-01", "2023年7月": "2023-07-01", "202306": "2023-06-01", "45139": "2023-08-01"},
    "paid_on": {"": "·", "2023/8/5": "2023-08-05", "/": "·", "昨天": "? date_unparsable"},
    "channel": {"社保卡": "一卡通", "": "·", "现 金": "现金", "支票": "? category_unknown"},
    "account": {"6222 0232-1": "622202321", "无": "·", "6.2E+18": "? account_truncated"},
    "street": {"甲街道": "甲街道", "无": "无", "": "·"},
}
BAD = {
    "name": {"": "missing", "/": "missing"},
    "id_number": {
        "": "missing", "42*": "id_number_masked", "4.2E+17": "id_number_truncated", "张": "id_number_characters",
    },
    "amount": {"": "missing", "1万": "money_unparsable"},
    "period": {"": "missing", "8月": "month_unparsable"},
}  # fmt: skip
NOISE = ("", "x", "a,b", 'q"q', "一\n二")
FOOTERS = ("合计", "小 计", "总计：3", "填表人：某", "审核人", "制表人：乙", "备注：x", "说明")


@dataclass
class Sheet:
    """Rows of cells and, by the index of a row, what must become of it."""

    columns: list[str]
    rows: list[list[str]] = field(default_factory=list)
    accepted: dict[int, dict[str, str]] = field(default_factory=dict)
    rejected: dict[int, dict[str, str]] = field(default_factory=dict)


def sheet(chance: random.Random) -> Sheet:
    known = [*REQUIRED, *chance.sample(list(TITLES)[4:], chance.randrange(5))]
    order = known + chance.sample(UNKNOWN, chance.randrange(3))
    chance.shuffle(order)
    order = ["序号"] * chance.randrange(2) + order
    drawn_sheet = Sheet(order)
    header = [chance.choice(TITLES[column]) if column in TITLES else column for column in order]
    for _ in range(chance.randrange(3)):
        above = (["2023年高龄津贴"], ["填报单位：甲　填报日期：2023-08-01"], [""] * len(order), ["单位：元"])
        drawn_sheet.rows.append(chance.choice(above))
    drawn_sheet.rows += headers(chance, header)
    last = drawn_sheet.rows[-1]
    for number in range(1, chance.randrange(2, 25)):
        kind = chance.choices(("good", "bad", "blank", "serial", "header", "footer"), (11, 4, 1, 1, 1, 2))[0]
        if kind in ("good", "bad"):
            record(chance, drawn_sheet, number, bad=kind == "bad")
        elif kind == "header":
            drawn_sheet.rows.append(last)
        else:
            row = [""] * len(order)
            if kind == "serial" and order[0] == "序号":
                row[0] = str(number)
            elif kind == "footer":
                word = chance.choice(FOOTERS)
                row[order[0] == "id_number"] = word
                # a number in a required column is in a total row only
                free = order[-1] != "id_number" if "计" in word else order[-1] not in REQUIRED
                row[-1] = row[-1] or "300" if free else row[-1]
            drawn_sheet.rows.append(row)
    return drawn_sheet


def headers(chance: random.Random, header: list[str]) -> list[list[str]]:
    """The header in one row, or each title in one of two."""
    above = [chance.random() < 0.5 for _ in header]
    if chance.random() < 0.7 or not any(above) or sum(above) > len(header) - 2:
        return [header]
    return [
        [title if up else "" for title, up in zip(header, above)],
        [title if not up else "" for title, up in zip(header, above)],
    ]


def record(chance: random.Random, into: Sheet, number: int, bad: bool) -> None:
    whole = person(number, f"194{chance.randrange(10)}0101")
    choices = {
        **GOOD,
        "id_number": dict.fromkeys((whole, "'" + whole, "\u3000" + whole, whole[:6] + " " + whole[6:]), whole),
    }
    wrong = chance.sample(REQUIRED, chance.randrange(1, 3)) if bad else []
    cells, became = [], {}
    for column in into.columns:
        if column not in TITLES:
            cells.append(str(number) if column == "序号" else chance.choice(NOISE))
            continue
        cell, value = chance.choice(list((BAD if column in wrong else choices)[column].items()))
        cells.append(cell)
        if not wrong or column in wrong:
            became[column] = value
    (into.rejected if wrong else into.accepted)[len(into.rows)] = became
    into.rows.append(cells)


def as_file(chance: random.Random, of: Sheet) -> tuple[str, bytes, list[int], int]:
    """File name, bytes, the physical row of each drawn row, and the rows counted."""
    if chance.random() < 0.3:
        page = "\n".join(" | ".join(cell.replace("\n", "\\n") or "·" for cell in row) for row in of.rows)
        filled = [index for index, row in enumerate(of.rows, start=1) if any(map(str.strip, row))]
        return "a.xlsx", workbook({"表": page}), list(range(1, len(of.rows) + 1)), filled[-1]
    ending, delimiter = chance.choice(((".csv", ","), (".csv", ";"), (".tsv", "\t"), (".txt", "|"), (".txt", ",")))
    sink, physical = io.StringIO(), []
    for row in of.rows:
        physical.append(1 + sink.getvalue().count("\n"))
        if any(row) or chance.random() < 0.5:
            csv.writer(sink, delimiter=delimiter, lineterminator="\n").writerow(row)
        else:
            sink.write("\n")
    text = sink.getvalue().replace("\n", chance.choice(("\n", "\r\n")))
    encoding = chance.choice(("utf-8", "utf-8-sig", "gb18030", "utf-16"))
    return f"a{ending}", text.encode(encoding), physical, len(of.rows)


@pytest.mark.parametrize("seed", range(40))
def test_every_row_of_a_messy_delivery_is_accounted_for(district: District, seed: int) -> None:
    chance = random.Random(seed)
    of = sheet(chance)
    file, content, physical, counted = as_file(chance, of)
    district.put(f"{ROSTER}/{file}", content)
    told = district.read()
    if not of.accepted:
        assert "无可用记录" in told.refusal(file)
        return
    layout = counted - len(of.accepted) - len(of.rejected)
    assert told.account(file) == f"{counted} = {layout} + {len(of.accepted)} + {len(of.rejected)}"
    known = [column for column in TITLES if column in of.columns]
    assert told.rows(ROSTER, " ".join(["row", *known])) == [
        " | ".join([str(physical[index]), *("·" if became[name][0] == "?" else became[name] for name in known)])
        for index, became in of.accepted.items()
    ]
    found = [
        f"{row} {column}: {reason}" for row, column, reason in told.rejects.select("row", "column", "reason").rows()
    ]
    assert sorted(found) == sorted(
        f"{physical[index]} {column}: {reason}"
        for index, became in of.rejected.items()
        for column, reason in became.items()
    )
    assert sorted(told.findings(file)) == sorted(
        f"{physical[index]} {column}: {value.removeprefix('? ')}"
        for index, became in of.accepted.items()
        for column, value in became.items()
        if value[0] == "?"
    )
    unknown = sum(column in UNKNOWN for column in of.columns)
    assert told.of(file)["unknown_columns"] == (f"{unknown} 个" if unknown else None)
    assert drawn(told.reject_reasons.select("count").sum()) == [str(len(found))] or not found
