"""Why a cell was not taken, or was remarked on, and how to correct it, in the words of whoever reads it."""

from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

from huimin.language import _, in_chinese


class Reason(NamedTuple):
    """What is wrong, and what to do about it; both marked to be read in two languages."""

    words: str
    hint: str


_AS_TEXT = _("make the column one of text and enter it again, or export it as text")
TABLE: Mapping[str, Reason] = {
    "missing": Reason(
        _("required, and empty"), _("fill it in; where there is none, see first whether the row belongs here")
    ),
    "id_number_masked": Reason(_("ID number masked with stars"), _("give the whole number, without stars")),
    "id_number_truncated": Reason(
        _("ID number cut off by a spreadsheet"),
        _("its end has become 0 or scientific notation and cannot be restored: {as_text}", as_text=_AS_TEXT),
    ),
    "id_number_characters": Reason(
        _("ID number with other characters"),
        _("17 digits and a check character (digit or X) alone, without words and signs"),
    ),
    "id_number_length": Reason(
        _("ID number too long or too short"), _("18 characters (15 of old ones): add or remove what the document says")
    ),
    "id_number_region": Reason(
        _("ID number of a region that does not exist"),
        _("its first two digits are no province's: correct them by the document"),
    ),
    "id_number_birth_date": Reason(
        _("ID number with a birth date that does not exist"),
        _("its 7th to 14th digits are no day, or one to come: correct them by the document"),
    ),
    "id_number_check_digit": Reason(
        _("ID number whose check digit is wrong"),
        _("one character at least is wrong: compare each with the document, not the last alone"),
    ),
    "id_number_15_digits": Reason(_("old ID number of 15 digits (made one of 18)"), _("better the 18 of the document")),
    "name_masked": Reason(
        _("name masked with stars or 某"), _("give the whole name; one with stars is compared with no other roster")
    ),
    "name_damaged": Reason(
        _("name with characters missing, or with digits"),
        _("some became ?, □ or digits: correct them by the document; until then it is compared with no other roster"),
    ),
    "name_remark": Reason(
        _("name with a remark behind it (taken apart)"),
        _("put remarks into a column of their own, and only names into this one"),
    ),
    "names_several": Reason(
        _("several names in one cell"),
        _("a row and a cell for each person; until then they are compared with no other roster"),
    ),
    "date_unparsable": Reason(_("not understood as a date"), _("write dates like 2023-08-01")),
    "date_placeholder": Reason(
        _("a system's placeholder of a date"),
        _("1900-01-01, 1970-01-01, 9999-12-31 are no real days: leave it empty, or fill it in where required"),
    ),
    "before_birth": Reason(
        _("a day before the person's birth"), _("it is earlier than the birth date in the ID number: check both")
    ),
    "utc_date": Reason(
        _("dates one day off (corrected to Beijing time)"),
        _("every time of the column is 16:00:00, which is UTC: export in Beijing time"),
    ),
    "month_unparsable": Reason(
        _("not understood as a month"), _("write 2023-08 or 2023年8月; 2023.1 may be January or October")
    ),
    "year_unparsable": Reason(_("not understood as a year"), _("write 2023 or 2023年")),
    "term_unparsable": Reason(
        _("not understood as a school term"), _("write 2023年春季, 2023年秋季 or 2022-2023学年第二学期")
    ),
    "money_unparsable": Reason(
        _("not understood as an amount"),
        _("write yuan such as 1200.00, no 万, words or scientific notation; cells formatted as dates become numbers"),
    ),
    "number_unparsable": Reason(_("not understood as a number"), _("write the number alone")),
    "error_value": Reason(
        _("the cell is an error"),
        _("the sheet shows #N/A, #REF! or a row of #: correct the formula or the width, and export again"),
    ),
    "category_unknown": Reason(
        _("not one of the listed categories"), _("choose from the drop-down list of the roster's template")
    ),
    "account_truncated": Reason(
        _("account number cut off by a spreadsheet"),
        _("its end has become 0 or scientific notation and cannot be restored: {as_text}", as_text=_AS_TEXT),
    ),
    "account_characters": Reason(
        _("account number with other characters"), _("digits alone, without words and signs; empty where there is none")
    ),
    "code_truncated": Reason(
        _("number cut off by a spreadsheet"),
        _("it has become scientific notation and its end cannot be restored: {as_text}", as_text=_AS_TEXT),
    ),
    "vin_check_digit": Reason(
        _("vehicle identification number whose check digit is wrong"),
        _("compare its 17 characters with the vehicle licence"),
    ),
    "credit_code_check_digit": Reason(
        _("unified social credit code whose check character is wrong"),
        _("compare its 18 characters with the business licence"),
    ),
    "header_nearly_known": Reason(
        _("another header is but one character from it"),
        _("look at the header; where it means this column, write it as agreed"),
    ),
    "merged_cell": Reason(
        _("a merged cell over several rows: of which one is unclear"),
        _("unmerge it, each row with its own amount, number or code"),
    ),
    "formula_not_calculated": Reason(
        _("a formula that was never calculated"), _("open it in Excel, save it once it is calculated, then send it")
    ),
    "unterminated_quote": Reason(
        _("a quotation mark without its partner"), _("remove the one too many of this row, or add the missing one")
    ),
    "broken_quote": Reason(
        _("a quotation mark in the wrong place"), _("remove it from within the cell, or write it twice")
    ),
    "extra_cells": Reason(
        _("more cells in this row than headers"),
        _("look for delimiters (commas) within cells: such cells go in quotation marks"),
    ),
    "nul_byte": Reason(_("characters in this row that cannot be shown"), _("export this row again from its system")),
    "record_too_long": Reason(
        _("the row is too long"), _("see whether quotation marks are paired, and whether cells are longer than agreed")
    ),
    "undecodable": Reason(
        _("characters of this row in no known encoding"), _("save it as UTF-8 or GB18030 and send it again")
    ),
}
"""By the reason's own name."""
WHOLE_RECORD = "record"
"""Stands for the column where a record could not be read as written."""


@cache
def chinese_reasons() -> Mapping[str, str]:
    """What is wrong, by the reason's own name, as departments read it and as it is published."""
    return {name: in_chinese(reason.words) for name, reason in TABLE.items()}


def hint(reason: str) -> str:
    """What to do about it; for a reason that is not in the table, whom to ask."""
    return TABLE[reason].hint if reason in TABLE else _("ask whoever takes the files in")
