"""Which texts are published: common ones, and others without the persons they name."""

# ruff: noqa: E501  (drawn tables are as wide as they are)

from pathlib import Path
from typing import Any

import pytest

from concluding import conclude
from deliveries import person
from huimin.clues.texts import COMMON, lay_texts_carried
from huimin.store.kept import KeptParts, settle
from unit.work_database import RUN_DATE, SECRET, catalogue, contracts, rows, rule, work_database

HEAD = "ref | name | id_number | household_head_id | street | community | amount | period | delivery | sheet | row"
HITS = "rule | item | id_number | starts_on | ends_on | amount | payment | facts"


def people(street: str, first: int, count: int, months: int = 1, name: str = "王小明") -> list[str]:
    """So many persons of a street, each in so many months."""
    return [
        f"{first + n + 100 * month} | {name} | {person('19600101', first + n)} | {person('19600101', first + n)} | {street} | "
        f"一社区 | 500 | 2023-0{month + 1}-01 | d1 | 李四海的表 | {n + 2}"
        for month in range(months)
        for n in range(count)
    ]


def built(
    *lines: str, facts: str = "{}", file: str = "王小明低保13812345678.xlsx", head: str = HEAD, population: str = "",
    **about: Any,
) -> Any:  # fmt: skip
    """A night with one clue, about the first person drawn; `about` the rule."""
    number = lines[0].split("|")[2].strip()
    con = work_database(
        urban_dibao="\n".join((head, *lines)),
        population=population or "name",
        told_deliveries=f"delivery | roster | unit | file | problem\nd1 | urban_dibao | 东街 | {file} | 与“{file}”重复",
        hits=f"{HITS}\ndead | urban_dibao | {number} | 2023-01-01 | 2023-01-31 | 500 | {lines[0].split('|')[0].strip()} | {facts}",
    )
    rules = catalogue(rule("dead", **{"summary": "{name}", **about}))
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
    ("name", "file", "shown"),
    [
        ("王小明", "王 小明的表.xlsx", "王**的表.xlsx"),
        ("=宇文+化及", "户H=宇文+化及号.xlsx", "户H=宇***号.xlsx"),
        ("买买提·艾力汗", "买买提艾力汗.xlsx", "买*****.xlsx"),
        ("Tom", "给ＴＯＭ的.xlsx", "给T**的.xlsx"),
        ("王小明、李四海", "李四海的表.xlsx", "李**的表.xlsx"),  # two persons in one cell
        ("高峰", "高峰路.xlsx", "高峰路.xlsx"),
    ],
)
def test_a_name_is_found_in_whatever_form_a_text_has_it(name, file, shown):
    con = built(*people("东街", 1, 5, name=name), file=file)
    assert rows(con, "select file from deliveries") == [(shown,)]


@pytest.mark.parametrize("column", ["household_head_name", "account_name"])
def test_the_names_of_whoever_else_stands_in_a_matched_row_are_not_told(column):
    lines = [f"{line} | 李四海" for line in people("东街", 1, 5)]
    con = built(*lines, head=f"{HEAD} | {column}")
    assert rows(con, "select sheet from evidence") == [("李**的表",)]


def test_a_name_among_the_facts_of_a_clue_is_not_told():
    con = built(*people("东街", 1, 5), facts='{"spouse_name":"李四海"}', columns=("spouse_name",))
    assert rows(con, "select sheet from evidence") == [("李**的表",)]


def test_the_name_that_the_population_has_of_a_person_is_not_told():
    population = f"name | id_number | status\n李四海 | {person('19600101', 1)} | 正常"
    con = built(*people("东街", 1, 5), population=population)
    assert rows(con, "select sheet from evidence") == [("李**的表",)]


def test_a_common_street_is_shown_without_the_persons_it_names():
    con = built(*people("东街", 1, 1), *people("王小明街", 200, 9))
    assert rows(con, "select if_common('王小明街')") == [("王**街",)]


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


def carried(street: str, *numbers: int) -> list[str]:
    return [f"{n} | {person('19600101', n)} | {street}" for n in numbers]


@pytest.mark.parametrize(
    ("second", "common"),
    [
        pytest.param((1, 2, 3, 4), False, id="the same four in both rosters"),
        pytest.param((4, 5), True, id="a fifth in the other"),
        pytest.param((5, 5), True, id="a fifth, twice"),
        pytest.param((), False, id="four in one alone"),
    ],
)
def test_who_carries_a_text_is_counted_over_all_rosters(second: tuple[int, ...], common: bool, tmp_path: Path) -> None:
    first = [*carried("甲街", 1, 2, 3, 4), *carried("乙街", 11, 12, 13, 14, 15, 11)]
    con = work_database(
        urban_dibao="\n".join(("ref | id_number | street", *first)),
        tekun="\n".join(("ref | id_number | street", *carried("甲街", *second))),
        population="name",
    )
    told = {"甲街", "乙街"} if common else {"乙街"}
    lay_texts_carried(con, contracts(), COMMON)
    assert {value for (value,) in rows(con, "from common_texts")} == told
    kept = KeptParts(tmp_path / "cache", tmp_path / "leaves")
    digests = {f"roster {roster}": "as it was" for roster in contracts()}
    for _ in range(2):
        lay_texts_carried(con, contracts(), COMMON, kept, digests)
        settle(tmp_path / "leaves", tmp_path / "cache")
        assert {value for (value,) in rows(con, "from common_texts")} == told
        con.execute("delete from urban_dibao")
    lay_texts_carried(con, contracts(), COMMON, kept, {**digests, "roster urban_dibao": "other"})
    assert rows(con, "from common_texts") == []
