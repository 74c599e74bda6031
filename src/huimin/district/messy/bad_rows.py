"""Rows that a reader must reject, each for one reason, and none of a person who exists in the district."""

from collections.abc import Sequence
from datetime import date

from huimin.cells.types import DATE
from huimin.contracts.contract import Contract
from huimin.district.identities import id_number
from huimin.district.messy.dress import MessyCell

KINDS = {
    "check": ("id_number", "id_number_check_digit"),
    "masked": ("id_number", "id_number_masked"),
    "scientific": ("id_number", "id_number_truncated"),
    "zeros": ("id_number", "id_number_truncated"),
    "number": ("id_number", "id_number_truncated"),
    "short": ("id_number", "id_number_length"),
    "region": ("id_number", "id_number_region"),
    "birth": ("id_number", "id_number_birth_date"),
    "letters": ("id_number", "id_number_characters"),
    "nameless": ("name", "missing"),
    "amountless": ("amount", "missing"),
    "words": ("amount", "money_unparsable"),
    "wan": ("amount", "money_unparsable"),
    "day": ("", "date_unparsable"),
    "month": ("period", "month_unparsable"),
}
"""Kind of fault to (column, reason); of `day` the column is the roster's first required date."""


def bad_row(
    kind: str, row: Sequence[MessyCell], contract: Contract, columns: Sequence[str]
) -> tuple[list[MessyCell], str, str]:
    """A copy of the row made a stranger's and spoilt: its cells, the column at fault, the reason."""
    column, reason = KINDS[kind]
    if kind == "day":
        column = next(each.name for each in contract.columns if each.required and each.type is DATE)
    stranger = id_number(date(1970, 3, 4), 800 + 2 * len(kind))
    spoilt = list(row)
    spoilt[columns.index("name")] = "吴名氏"
    spoilt[columns.index("id_number")] = stranger
    wrong: dict[str, MessyCell] = {
        "check": stranger[:17] + ("1" if stranger[17] != "1" else "2"),
        "masked": f"{stranger[:6]}********{stranger[14:]}",
        "scientific": "4.29999E+17",
        "zeros": stranger[:15] + "000",
        "number": float(int(stranger[:15] + "000")),
        "short": stranger[:17],
        "region": "19" + stranger[2:],
        "birth": stranger[:10] + "1332" + stranger[14:],
        "letters": stranger[:17] + "K",
        "words": "壹佰元整",
        "wan": "0.03万",
        "day": "去年底",
        "month": "上半年",
    }
    spoilt[columns.index(column)] = wrong.get(kind, "")
    return spoilt, column, reason
