"""Policy parameters as dated tables; faults that name file and line."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from huimin.errors import RuleError
from huimin.matching.policy import Policy, lay_policy, load_policy
from nights import PROJECT

DECLARED = """
[home_limit]
title = "住房套数"
unit = "套"
basis = "办法"
type = "integer"
[[home_limit.values]]
value = 2
[[home_limit.values]]
from = 2024-01-01
value = 3

[dibao_standard]
title = "低保标准"
unit = "元/人·月"
basis = "公告"
columns = { item = "text", amount = "money" }
[[dibao_standard.values]]
rows = [{ item = "urban_dibao", amount = 935 }, { item = "rural_dibao", amount = 760.5 }]

[nursing_grades]
title = "护理等级"
unit = "级"
basis = "意见"
type = "integer"
[[nursing_grades.values]]
value = [1, 2]
"""


def loaded(folder: Path, text: str, override: str | None = None) -> Policy:
    (folder / "policy.toml").write_text(text, "utf-8")
    (folder / "own.toml").write_text(override or "", "utf-8")
    return load_policy(folder / "policy.toml", folder / "own.toml")


def rows(policy: Policy, key: str) -> list[tuple[object, ...]]:
    con = duckdb.connect()
    lay_policy(con, policy)
    return con.execute(f"select * from policy_{key} order by all").fetchall()


def test_each_value_holds_until_the_next_begins(tmp_path: Path) -> None:
    assert rows(loaded(tmp_path, DECLARED), "home_limit") == [
        (date(1900, 1, 1), date(2024, 1, 1), 2),
        (date(2024, 1, 1), date(9999, 12, 31), 3),
    ]


def test_lists_and_small_tables_are_a_row_each(tmp_path: Path) -> None:
    policy = loaded(tmp_path, DECLARED)
    always = (date(1900, 1, 1), date(9999, 12, 31))
    assert rows(policy, "nursing_grades") == [(*always, 1), (*always, 2)]
    assert rows(policy, "dibao_standard") == [
        (*always, "rural_dibao", Decimal("760.50")),
        (*always, "urban_dibao", Decimal("935.00")),
    ]


def test_an_override_replaces_whole_keys(tmp_path: Path) -> None:
    own = '[nursing_grades]\nbasis = "本市文件"\n[[nursing_grades.values]]\nvalue = [1, 2, 3]\n'
    policy = loaded(tmp_path, DECLARED, own)
    assert [row[2] for row in rows(policy, "nursing_grades")] == [1, 2, 3]
    assert policy.parameters["nursing_grades"].basis == "本市文件"
    assert len(rows(policy, "home_limit")) == 2
    assert policy.digest != loaded(tmp_path, DECLARED).digest


def test_an_emptied_list_is_an_empty_table(tmp_path: Path) -> None:
    assert rows(loaded(tmp_path, DECLARED, "[[nursing_grades.values]]\nvalue = []\n"), "nursing_grades") == []


@pytest.mark.parametrize(
    ("before", "after", "line", "words"),
    [
        ('title = "住房套数"', 'tilte = "住房套数"', 2, "unknown key tilte"),
        ('unit = "套"', "unit = 2", 2, "unit is missing or no text"),
        ('unit = "元/人·月"', 'unit = "个"', 13, "unit that begins with 元"),
        ('unit = "套"', 'unit = "元"', 2, "unit that begins with 元"),
        ("from = 2024-01-01", "", 9, "two values from 1900-01-01"),
        ("from = 2024-01-01", 'from = "2024"', 9, "from is no date"),
        ("from = 2024-01-01", "form = 2024-01-01", 9, "unknown key form"),
        ("value = 3", "value = 3.5", 9, "a value is no integer"),
        ("value = 3", "value = true", 9, "a value is no integer"),
        ("amount = 760.5", 'amount = "760.5"', 18, "a value is no money"),
        ("amount = 760.5", "sum = 760.5", 18, "each row has exactly item, amount"),
        ('type = "integer"\n[[home', 'type = "int"\n[[home', 2, "the type of value is none of"),
        ("value = [1, 2]", "rows = [1, 2]", 26, "unknown key rows"),
        ("[home_limit]", "[Home_limit]", 2, "a table with a lower-case name"),
        ('basis = "办法"', "", 2, "basis is missing or no text"),
        ('type = "integer"\n[[home', "[[home", 2, "needs either type or columns"),
        ('type = "integer"\n[[home', 'type = "integer"\ncolumns = {}\n[[home', 2, "needs either type or columns"),
        ('columns = { item = "text", amount = "money" }', "columns = {}", 13, "columns is no table of names and types"),
        ('columns = { item = "text", amount = "money" }', 'columns = "x"', 13, "columns is no table"),
        ('type = "integer"\n[[home', 'type = ["integer"]\n[[home', 2, "the type of value is none of integer"),
        ('amount = "money" }', 'amount = { money = "元" } }', 13, "the type of amount is none of"),
        ("value = 2", "", 7, "a value is no integer"),
        ("from = 2024-01-01", "from = 2024-01-01T00:00:00", 9, "from is no date"),
        ("from = 2024-01-01", "from = 1900-01-01", 9, "two values from 1900-01-01"),
        ('rows = [{ item = "urban_dibao", amount = 935 },', "rows = [5,", 18, "rows is no list of tables"),
        (
            'rows = [{ item = "urban_dibao", amount = 935 },',
            "value = 5\nrows = [",
            18,
            "unknown key value in its values",
        ),
        ("amount = 935", "amount = inf", 18, "a value is no money"),
        ("amount = 935", "amount = true", 18, "a value is no money"),
        ('item = "urban_dibao"', 'item = ""', 18, "a value is no text"),
        ('item = "urban_dibao"', "item = 5", 18, "a value is no text"),
    ],
)
def test_a_fault_names_file_and_line(tmp_path: Path, before: str, after: str, line: int, words: str) -> None:
    assert before in DECLARED
    with pytest.raises(RuleError) as caught:
        loaded(tmp_path, DECLARED.replace(before, after))
    assert caught.value.where == f"rules/policy.toml line {line}"
    assert words in caught.value.problem


@pytest.mark.parametrize(
    ("own", "words"),
    [
        ("[[house_limit.values]]\nvalue = 2\n", "no such parameter"),
        ('[home_limit]\nunit = "间"\n[[home_limit.values]]\nvalue = 2\n', "the unit is 套"),
        ('[home_limit]\ntype = "text"\n[[home_limit.values]]\nvalue = "2"\n', "unknown key type"),
        ("[home_limit]\n", "needs at least one"),
        ("home_limit = 5\n", "a parameter is a table"),
        ("[home_limit]\nvalues = 5\n", "needs at least one"),
        ("[home_limit]\nvalues = []\n", "needs at least one"),
        ("[home_limit]\nvalues = [5]\n", "needs at least one"),
        ("[home_limit]\nbasis = 5\n[[home_limit.values]]\nvalue = 2\n", "basis is no text"),
    ],
)
def test_a_faulty_override_is_refused(tmp_path: Path, own: str, words: str) -> None:
    with pytest.raises(RuleError) as caught:
        loaded(tmp_path, DECLARED, own)
    assert caught.value.where.startswith("state/own.toml line 1")
    assert words in caught.value.problem


def test_broken_toml_says_its_line(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match="line 1"):
        loaded(tmp_path, "[home_limit\n")


def test_the_catalogue_defaults_are_those_of_the_rule_pages() -> None:
    parameters = PROJECT.policy.parameters
    figures = {key: [row[2:] for row in parameter.rows] for key, parameter in parameters.items()}
    assert figures["dibao_standard"] == [("urban_dibao", 935), ("rural_dibao", 760)]
    assert figures["tekun_grades"] == [("智力", 1, 3), ("精神", 1, 3), ("肢体", 1, 2), ("视力", 1, 1)]
    assert figures["elderly_bands"] == [(80, 89, 100), (90, 99, 200), (100, 999, 500)]
    assert figures["trade_in_window"] == [(date(2022, 6, 1), date(2022, 12, 31))]
    assert figures["grant_levels"] == [("一等", 1500), ("二等", 1000), ("三等", 500)]
    assert figures["fund_used_ratio"] == [(Decimal("0.9"),)]
    scalars = {"home_limit": 2, "income_months": 3, "resale_months": 12, "late_days": 15, "shared_account_persons": 3}
    scalars |= {"orphan_max_age": 18, "reward_months": 12, "temporary_limit": 2, "medical_window_days": 7}
    assert {key: figures[key][0][0] for key in scalars} == scalars
    assert all(parameter.basis and parameter.title for parameter in parameters.values())


def test_an_override_may_say_the_unit_again_and_dates_of_its_own_and_be_absent(tmp_path: Path) -> None:
    own = """[home_limit]
unit = "套"
[[home_limit.values]]
from = 2025-01-01
value = 5
[[home_limit.values]]
value = 4
[[home_limit.values]]
from = 2023-06-01
value = 6
"""
    assert rows(loaded(tmp_path, DECLARED, own), "home_limit") == [
        (date(1900, 1, 1), date(2023, 6, 1), 4),
        (date(2023, 6, 1), date(2025, 1, 1), 6),
        (date(2025, 1, 1), date(9999, 12, 31), 5),
    ]
    (tmp_path / "own.toml").unlink()
    assert load_policy(tmp_path / "policy.toml", tmp_path / "own.toml").parameters.keys() == {
        "home_limit", "dibao_standard", "nursing_grades"
    }  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "value"), [("date", "2023-01-01"), ("text", '"x"'), ("decimal", "0.5"), ("decimal", "2")]
)
def test_every_type_has_its_values(tmp_path: Path, kind: str, value: str) -> None:
    text = f'[p]\ntitle = "t"\nunit = "x"\nbasis = "b"\ntype = "{kind}"\n[[p.values]]\nvalue = {value}\n'
    ((_, _, found),) = rows(loaded(tmp_path, text), "p")
    assert str(found).startswith(value.strip('"'))
    for wrong in {"2023-01-01", '"x"', "true", "2023-01-01T00:00:00"} - {value}:
        with pytest.raises(RuleError, match=f"a value is no {kind}"):
            loaded(tmp_path, text.replace(f"value = {value}", f"value = {wrong}"))


@pytest.mark.parametrize(
    ("day", "value"), [("1899-12-31", None), ("2023-12-31", 2), ("2024-01-01", 3), ("9999-12-31", None)]
)
def test_the_value_of_a_day_is_the_one_in_force(tmp_path: Path, day: str, value: int | None) -> None:
    policy = loaded(tmp_path, DECLARED)
    if value is None:
        with pytest.raises(RuleError, match="home_limit: 0 values are in force"):
            policy.value("home_limit", date.fromisoformat(day))
    else:
        assert policy.value("home_limit", date.fromisoformat(day)) == value
    with pytest.raises(RuleError, match="nursing_grades: 2 values are in force"):
        policy.value("nursing_grades", date(2024, 1, 1))


def test_bytes_that_are_no_utf8_are_told_as_such(tmp_path: Path) -> None:
    (tmp_path / "policy.toml").write_bytes(b"\xff")
    with pytest.raises(RuleError, match="cannot be read as UTF-8"):
        load_policy(tmp_path / "policy.toml", None)
