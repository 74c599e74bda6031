import re
from collections.abc import Callable
from pathlib import Path

import pytest

from huimin.contracts.contract import Contract, header_form, load_contracts, written_as
from huimin.errors import ContractError

SHARED = """
[departments]
civil_affairs = "区民政局"

[shared]
name = { type = "name", titles = ["姓名", "申请人姓名"] }
amount = { type = "money", titles = ["发放金额", "金额"] }
period = { type = "month", titles = ["月份"] }

[shared.channel]
type = "category"
titles = ["发放方式"]
values = ["一卡通", "现金"]
synonyms = { "社保卡" = "一卡通" }

[usual]
plate = { type = "plate", titles = ["号牌号码", "车牌号"] }

[usual.grade]
type = "integer"
titles = ["残疾等级"]
synonyms = { "一级" = "1" }

[[deliveries]]
periods = ["month"]
expectations = [
    { type = "expect_column_values_to_be_between", column = "age_days", max_value = 62, severity = "warning" },
    { type = "expect_column_values_to_be_between", column = "register_share", min_value = 0.9, severity = "warning" },
]
"""

ROSTER = """
title = "补贴"
department = "civil_affairs"
kind = "benefit"
period = "month"
period_column = "period"
position = 1
key = ["name"]
evidence = ["amount"]
columns = [
    { name = "name", required = true },
    { name = "head_name", type = "name", titles = ["户主姓名", "申请人姓名"] },
    { name = "amount", required = true, titles = ["本月金额"] },
    { name = "period", required = true },
    { name = "channel" },
    { name = "plate", titles = ["旧车号牌"] },
    { name = "grade" },
]
expectations = [
    { type = "expect_column_values_to_be_between", column = "amount", max_value = 5000, severity = "warning" },
]
"""

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def folder(roster: str = ROSTER, shared: str = SHARED, **others: str) -> Path:
        for name, text in {"_shared": shared, "allowance": roster, **others}.items():
            (tmp_path / f"{name}.toml").write_text(text, encoding="utf-8")
        return tmp_path

    return folder


def one(folder: Path) -> Contract:
    return load_contracts(folder)["allowance"]


def test_own_titles_come_first_and_extend_shared_ones(write: Write) -> None:
    assert one(write()).column("amount").titles == ("本月金额", "发放金额", "金额")


def test_own_titles_win_over_shared_ones_of_another_column(write: Write) -> None:
    contract = one(write())
    assert contract.column("head_name").titles == ("户主姓名", "申请人姓名")
    assert contract.column("name").titles == ("姓名",)


def test_own_titles_replace_usual_ones(write: Write) -> None:
    assert one(write()).column("plate").titles == ("旧车号牌",)


def test_what_a_contract_leaves_out_comes_from_the_shared_file(write: Write) -> None:
    contract = one(write())
    assert contract.department_title == "区民政局"
    assert contract.column("channel").values == ("一卡通", "现金")
    assert contract.column("channel").synonyms == (("社保卡", "一卡通"),)
    assert contract.column("grade").synonyms == (("一级", "1"),)
    assert contract.column("amount").unit == "元"


def test_shared_expectations_of_a_delivery_yield_to_the_contracts_own(write: Write) -> None:
    own = '{ type = "expect_column_values_to_be_between", column = "age_days", max_value = 9, severity = "critical" },'
    contract = one(write(ROSTER.replace("expectations = [", f"expectations = [\n    {own}")))
    stated = {(e.column, e.severity, e.kwargs) for e in contract.expectations}
    assert stated == {
        ("age_days", "critical", (("max_value", 9),)),
        ("amount", "warning", (("max_value", 5000),)),
        ("register_share", "warning", (("min_value", 0.9),)),
    }


def test_the_digest_covers_the_shared_file(write: Write) -> None:
    before = one(write()).digest
    assert one(write()).digest == before
    assert one(write(shared=SHARED + "# a remark\n")).digest != before
    assert one(write(ROSTER + "# a remark\n")).digest != before


def test_contracts_come_in_catalogue_order(write: Write) -> None:
    folder = write(ROSTER.replace("position = 1", "position = 2"), zebra=ROSTER, aardvark=ROSTER.replace("= 1", "= 3"))
    assert list(load_contracts(folder)) == ["zebra", "allowance", "aardvark"]


def test_positions_are_those_among_the_rosters_of_a_kind(write: Write) -> None:
    register = re.sub('"benefit"\nperiod = .*\nperiod_column = .*\n', '"register"\nperiod = "register"\n', ROSTER)
    found = load_contracts(write(zebra=register, aardvark=ROSTER.replace("= 1", "= 9")))
    assert [(roster, c.kind, c.position) for roster, c in found.items()] == [
        ("allowance", "benefit", 1),
        ("aardvark", "benefit", 2),
        ("zebra", "register", 3),
    ]


@pytest.mark.parametrize(
    ("cell", "form"),
    [
        ("姓 名*", "姓名"),
        ("街道\n（乡镇）", "街道(乡镇)"),
        ("金额　（元）", "金额(元)"),
        ("年\u200e龄｛岁｝", "年龄{岁}"),
        ("\u202a姓名\u202c", "姓名"),
        ("\u2066发放金额\u2069", "发放金额"),
        ("姓\u00ad名\ufe0f", "姓名"),
        ("⾝份证号⽉份", "身份证号月份"),
    ],
)
def test_header_form(cell: str, form: str) -> None:
    assert header_form(cell) == form


CHANNEL = '{ name = "channel" }'
BETWEEN = 'type = "expect_column_values_to_be_between", column = "amount", max_value = 5000'
IN_SET = 'type = "expect_column_values_to_be_in_set", column = "amount"'
MATCHES = 'type = "expect_column_values_to_match_regex", column = "name"'
PAIR = 'type = "expect_column_pair_values_a_to_be_greater_than_b"'


@pytest.mark.parametrize(
    ("good", "bad", "key", "problem", "fix"),
    [
        ('title = "补贴"', 'titel = "补贴"', "titel", "unknown key", "title"),
        ('title = "补贴"', "", "title", "missing", "add title"),
        ('"civil_affairs"', '"civil"', "department", "unknown department 'civil'", "civil_affairs"),
        ('"benefit"', '"gift"', "kind", "unknown kind", "benefit, register, ledger"),
        ('period = "month"', 'period = "week"', "period", "unknown period", "month, year"),
        ('period_column = "period"', 'period_column = "amount"', "period_column", "no required column", "type month"),
        ("position = 1", "position = 0", "position", "not a number from 1", "of its kind"),
        ("position = 1", 'position = "1"', "position", "not a number from 1", "of its kind"),
        ('key = ["name"]', 'key = ["id"]', "key[0]", "unknown", "name, head_name"),
        ('key = ["name"]', 'key = "name"', "key", "not a list of texts", "list such as"),
        ('evidence = ["amount"]', 'evidence = ["sum"]', "evidence[0]", "unknown", "name, head_name"),
        ('evidence = ["amount"]', "evidence = []", "evidence", "empty", "one or more"),
        (CHANNEL, '{ name = "channel", kind = "x" }', "columns[4].kind", "unknown key", "required"),
        (CHANNEL, '{ name = "Kanal", type = "text" }', "columns[4].name", "no column's name", "lower"),
        (CHANNEL, '{ name = "name" }', "columns[4].name", "a second name", "one entry"),
        (CHANNEL, '{ name = "use", type = "kind", titles = ["用途"] }', "columns[4].type", "'kind'", "id_number"),
        (CHANNEL, '{ name = "use", titles = ["用途"] }', "columns[4].type", "unknown type", "text"),
        (CHANNEL, '{ name = "use", type = "text" }', "columns[4].titles", "none", "titles"),
        (
            CHANNEL,
            '{ name = "use", type = "category", titles = ["用途"] }',
            "columns[4].values",
            "without values",
            "list",
        ),
        (CHANNEL, '{ name = "channel", values = ["（一）", "(一)"] }', "columns[4].values", "twice", "once"),
        (CHANNEL, '{ name = "channel", values = ["其他"] }', "synonyms.社保卡", "stands for no value", "values"),
        (CHANNEL, '{ name = "channel", is_end = true }', "columns[4].is_end", "neither a date", "a date or a month"),
        (
            CHANNEL,
            '{ name = "tax", type = "money", titles = ["税款"], unit = "yuan" }',
            "columns[4].unit",
            "no unit",
            "元",
        ),
        (CHANNEL, '{ name = "channel", null_words = true }', "columns[4].null_words", "no text", "only for text"),
        (CHANNEL, '{ name = "channel", not_before_birth_of = "name" }', "not_before_birth_of", "no date", "a date"),
        (
            CHANNEL,
            '{ name = "paid_on", type = "date", titles = ["发放日期"], not_before_birth_of = "name" }',
            "columns.paid_on.not_before_birth_of",
            "unknown not_before_birth_of 'name'",
            "one of",
        ),
        (CHANNEL, '{ name = "channel", required = "yes" }', "columns[4].required", "not true or false", "without"),
        (
            CHANNEL,
            '{ name = "use", type = "text", titles = ["户主 姓名*"] }',
            "columns[4].titles",
            "head_name",
            "one column",
        ),
        (
            CHANNEL,
            '{ name = "use", type = "text", titles = "用途" }',
            "columns[4].titles",
            "not a list of texts",
            "list such as",
        ),
        (
            BETWEEN,
            BETWEEN.replace("values_to_be_between", "to_be_nice"),
            "expectations[0].type",
            "unknown type",
            "expect_column",
        ),
        (BETWEEN, BETWEEN.replace("max_value", "maximum"), "expectations[0].maximum", "unknown key", "max_value"),
        (BETWEEN, BETWEEN.replace("5000", '"5000"'), "expectations[0].max_value", "not a number", "without quotes"),
        (BETWEEN, BETWEEN.replace("amount", "sum"), "expectations[0].column", "unknown column 'sum'", "amount"),
        (BETWEEN, BETWEEN.replace("amount", "name"), "expectations[0].column", "name holds a text", "number"),
        (
            BETWEEN,
            BETWEEN.replace('"amount"', '"age_days", mostly = 0.5'),
            "expectations[0].type",
            "one figure",
            "mostly",
        ),
        ('severity = "warning"', 'severity = "fatal"', "expectations[0].severity", "unknown severity", "critical"),
        ('severity = "warning"', 'severity = ["info"]', "expectations[0].severity", "not a text", "in quotes"),
        (BETWEEN, 'type = ["nice"], column = "amount"', "expectations[0].type", "not a text", "in quotes"),
        (BETWEEN, BETWEEN.replace('"amount"', '["amount"]'), "expectations[0].column", "not a text", "in quotes"),
        (BETWEEN, BETWEEN.replace("5000", "true"), "expectations[0].max_value", "not a number", "without quotes"),
        (
            BETWEEN,
            BETWEEN + ', strict_max = "yes"',
            "expectations[0].strict_max",
            "neither true nor false",
            "without quotes",
        ),
        (BETWEEN, f"{IN_SET}, value_set = []", "expectations[0].value_set", "not a list of values", "list such as"),
        (BETWEEN, f'{IN_SET}, value_set = "是"', "expectations[0].value_set", "not a list of values", "list such as"),
        (
            BETWEEN,
            f"{IN_SET}, value_set = [['是'], {{ a = 1 }}]",
            "expectations[0].value_set",
            "not a list of values",
            "list such as",
        ),
        (BETWEEN, f"{MATCHES}, regex = '(a'", "expectations[0].regex", "no regular expression", "single quotes"),
        (BETWEEN, f"{MATCHES}, regex = 5", "expectations[0].regex", "no regular expression", "single quotes"),
        (
            BETWEEN,
            f'{PAIR}, column_A = "amount", column_B = "period"',
            "expectations[0]",
            "its columns cannot be compared",
            "two columns of one type",
        ),
        (
            BETWEEN,
            f'{PAIR}, column_A = "amount", column_B = "age_days"',
            "expectations[0].column_B",
            "unknown column_B 'age_days'",
            "amount",
        ),
        (
            BETWEEN,
            f'{PAIR}, column_A = "name", column_B = "name"',
            "expectations[0].column_A",
            "name holds a text",
            "a column that holds a number or a day",
        ),
        (
            'severity = "warning"',
            f'severity = "warning" }},\n    {{ {BETWEEN}, severity = "info"',
            "expectations",
            "one is stated twice",
            "each once",
        ),
        ("position = 1", "position = true", "position", "not a number from 1", "of its kind"),
        ("position = 1", "position = 1.0", "position", "not a number from 1", "of its kind"),
        (CHANNEL, '{ name = "age_days", type = "text" }', "columns[4].name", "no column's name", "lower"),
        (
            CHANNEL,
            '{ name = "use", type = "text", titles = ["用途"], values = ["甲"] }',
            "columns[4].values",
            "not a category",
            "or no values",
        ),
        (
            CHANNEL,
            '{ name = "times", type = "integer", titles = ["次数"], synonyms = { "一次" = "1.0" } }',
            "columns[4].synonyms.一次",
            "stands for no value",
            "whole number",
        ),
        (
            CHANNEL,
            '{ name = "use", type = "text", titles = ["用途"], synonyms = { "一次" = "1" } }',
            "columns[4].synonyms.一次",
            "stands for no value",
            "whole number",
        ),
        (
            CHANNEL,
            '{ name = "channel", published = "aloud" }',
            "columns[4].published",
            "unknown published 'aloud'",
            "whole, month",
        ),
        (
            CHANNEL,
            '{ name = "channel", published = "whole" }',
            "columns[4].published",
            "neither text nor date",
            "it is settled",
        ),
    ],
)
def test_a_wrong_contract_says_file_key_and_fix(
    write: Write, good: str, bad: str, key: str, problem: str, fix: str
) -> None:
    assert good in ROSTER
    with pytest.raises(ContractError) as caught:
        load_contracts(write(ROSTER.replace(good, bad)))
    error = caught.value
    assert error.exit_code == 10
    assert error.where == "expectations/allowance.toml"
    assert key in error.problem
    assert problem in error.problem
    assert fix in error.fix


def test_all_faults_of_a_file_are_told_together(write: Write) -> None:
    with pytest.raises(ContractError) as caught:
        load_contracts(write(ROSTER.replace('"benefit"', '"gift"').replace('key = ["name"]', 'key = ["id"]')))
    assert "kind" in caught.value.problem
    assert "key[0]" in caught.value.problem


def test_a_file_that_is_no_toml(write: Write) -> None:
    with pytest.raises(ContractError, match="no TOML"):
        load_contracts(write("title = 补贴"))


def test_without_the_shared_file(tmp_path: Path) -> None:
    with pytest.raises(ContractError, match=r"_shared\.toml: there is no such file"):
        load_contracts(tmp_path)


def test_two_contracts_of_one_position(write: Write) -> None:
    with pytest.raises(ContractError, match=r"zebra\.toml: position: 1 is allowance's"):
        load_contracts(write(zebra=ROSTER))


def test_a_register_has_no_period_column(write: Write) -> None:
    with pytest.raises(ContractError, match="a register has none"):
        load_contracts(write(ROSTER.replace('period = "month"', 'period = "register"')))


def test_two_inherited_titles_alike(write: Write) -> None:
    shared = SHARED.replace('titles = ["月份"]', 'titles = ["金额"]')
    with pytest.raises(ContractError, match="金额 is a title of two columns"):
        load_contracts(write(shared=shared))


def test_a_wrong_expectation_of_deliveries_names_the_shared_file(write: Write) -> None:
    with pytest.raises(ContractError, match=r"_shared\.toml: deliveries\[0\]\.expectations\[0\]\.severity"):
        load_contracts(write(shared=SHARED.replace('"warning"', '"grave"', 1)))


def test_an_expectation_is_told_as_it_is_stated(write: Write) -> None:
    stated = f'{PAIR}, column_A = "period", column_B = "period", or_equal = true, mostly = 0.5'
    (found, *_) = load_contracts(write(ROSTER.replace(BETWEEN, stated)))["allowance"].expectations
    assert (found.type, found.severity, found.column) == (PAIR.split('"')[1], "warning", None)
    assert found.kwargs == (("column_A", "period"), ("column_B", "period"), ("or_equal", True), ("mostly", 0.5))
    stated = f'{IN_SET}, value_set = [1, "是"]'
    (found, *_) = load_contracts(write(ROSTER.replace(BETWEEN, stated)))["allowance"].expectations
    assert (found.column, found.kwargs) == ("amount", (("value_set", (1, "是")),))


def test_a_wrong_department_of_a_file_that_is_not_filled_in_is_not_told_before_it_is(write: Write) -> None:
    unfilled = ROSTER.replace('title = "补贴"', 'title = "待填"').replace('"civil_affairs"', '"civil"')
    with pytest.raises(ContractError) as caught:
        load_contracts(write(unfilled))
    assert caught.value.problem == "title: still to be written (待填)"


@pytest.mark.parametrize(
    ("characters", "written"), [("(", "(（"), (")]", ")]）］"), ("{", "{｛"), ("月", "月⽉⺝"), ("名", "名"), ("", "")]
)
def test_every_character_that_is_compared_as_one_of_these(characters: str, written: str) -> None:
    assert written_as(set(characters)) == set(written)
