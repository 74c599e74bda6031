"""Which texts are published: common ones, and others without the persons they name."""

# ruff: noqa: E501  (drawn tables are as wide as they are)

from typing import Any

import pytest

from concluding import conclude
from deliveries import person
from huimin.clues.texts import masked
from unit.work_database import RUN_DATE, SECRET, catalogue, contracts, rows, rule, work_database

HEAD = "ref | name | id_number | household_head_id | street | community | amount | period | delivery | sheet | row"
HITS = "rule | item | id_number | starts_on | ends_on | amount | payment | facts"


def people(street: str, first: int, count: int, months: int = 1) -> list[str]:
    """So many persons of a street, each in so many months."""
    return [
        f"{first + n + 100 * month} | 王小明 | {person('19600101', first + n)} | {person('19600101', first + n)} | {street} | "
        f"一社区 | 500 | 2023-0{month + 1}-01 | d1 | 李四海的表 | {n + 2}"
        for month in range(months)
        for n in range(count)
    ]


def built(*lines: str, facts: str = "{}", summary: str = "{name}", shown: dict[str, str] | None = None) -> Any:
    """A night with one clue, about the first person drawn."""
    number = lines[0].split("|")[2].strip()
    con = work_database(
        urban_dibao="\n".join((HEAD, *lines)),
        told_deliveries="delivery | roster | unit | file | problem\nd1 | urban_dibao | 东街 | 王小明低保13812345678.xlsx | 与“王小明低保13812345678.xlsx”重复",
        hits=f"{HITS}\ndead | urban_dibao | {number} | 2023-01-01 | 2023-01-31 | 500 | {lines[0].split('|')[0].strip()} | {facts}",
    )
    rules = catalogue(rule("dead", summary=summary, shown=shown or {}))
    wanted = ("clues", "evidence", "deliveries", "cards")
    conclude(con, rules, contracts(), SECRET, RUN_DATE, wanted=wanted, least=5, past_cards=None)
    return con


@pytest.mark.parametrize(
    ("count", "months", "street"),
    [(5, 1, "东街"), (4, 1, "（其他）"), (1, 6, "（其他）"), (60, 1, "东街")],
)
def test_a_street_is_shown_when_five_persons_carry_it(count, months, street):
    con = built(*people("东街", 1, count, months), *people("西街", 200, 9))
    assert rows(con, "select street from clues") == [(street,)]
    # whoever goes to the door has it whole
    assert rows(con, "select street, community from cards") == [("东街", "一社区")]


def test_files_sheets_and_problems_do_not_tell_whom_the_night_is_about():
    con = built(*people("东街", 1, 5))
    assert rows(con, "select file, sheet from evidence") == [("王**低保***********.xlsx", "李四海的表")]
    assert rows(con, "select file, problem from deliveries") == [
        ("王**低保***********.xlsx", "与“王**低保***********.xlsx”重复")
    ]
    assert "见“王小明低保13812345678.xlsx”" in rows(con, "select evidence from cards")[0][0]


@pytest.mark.parametrize(
    ("text", "names", "shown"),
    [
        ("王小明的表", ["王小明"], "王**的表"),
        ("高峰路", ["高峰"], "高峰路"),  # as part of a word two characters are mostly no name
        ("补发（高峰）", ["高峰"], "补发（高*）"),
        ("高峰", ["高峰"], "高*"),
        ("2023高峰1", ["高峰"], "2023高*1"),
        ("absolute、ab", ["ab"], "absolute、a*"),
        ("Tomas、Tom", ["Tom"], "Tomas、T**"),
        ("欧阳娜娜和阳娜", ["欧阳娜娜", "阳娜"], "欧***和阳娜"),
        ("王小明429999196001010012", ["王小明"], "王**429999************"),
    ],
)
def test_names_inside_texts(text, names, shown):
    assert masked(text, names) == shown


@pytest.mark.parametrize(
    ("published", "value", "shown"),
    [
        (None, "张家小店", "（略）"),
        (None, "12", "12"),
        (None, "1234567890", "（略）"),
        (None, "2023-04-05", "2023年4月"),
        (None, "1234.50", "1,234.50"),
        ("whole", "2023-04-05", "2023年4月5日"),
        ("whole", "公安 13812345678", "公安 ***********"),
        ("hidden", "12", "（略）"),
        ("told", "王小明基金13812345678", "王**基金***********"),
        ("if_common", "东街", "东街"),
        ("if_common", "小厂", "（其他）"),
    ],
)
def test_facts_in_sentences(published, value, shown):
    summary, marks = "{fact}", {"fact": published} if published else {}
    con = built(*people("东街", 1, 5), facts=f'{{"fact":"{value}"}}', summary=summary, shown=marks)
    assert rows(con, "select summary from clues") == [(shown,)]
    (whole,) = rows(con, "select summary from cards")[0]
    assert value in whole or value.startswith(("2023", "1234"))


@pytest.mark.parametrize(
    ("other", "shown"),
    [
        ("王小红", "王**（第3字不同）"),
        ("王大红", "王**（第2、3字不同）"),
        ("王小明", "王**"),
        ("王红", "王*"),
        ("李小明", "李**"),
    ],
)
def test_two_names_that_are_masked_alike_say_where_they_differ(other, shown):
    con = built(*people("东街", 1, 5), facts=f'{{"register_name":"{other}"}}', summary="{register_name}")
    assert rows(con, "select summary from clues") == [(shown,)]
    assert rows(con, "select summary from cards") == [(other,)]


def test_a_number_in_a_fact_shows_its_end():
    con = built(*people("东街", 1, 5), facts='{"machine_number":"SN-000123456"}', summary="{machine_number}")
    assert rows(con, "select summary from clues") == [("****3456",)]
