"""Names, codes, accounts, categories and text."""

from datetime import date
from decimal import Decimal

import duckdb
import pytest

from huimin.cells import TYPES
from huimin.cells.names import known_sql
from unit.cells.drawn import Column, check, read_cell, read_cells

POST = Column(
    "category", values=("公务员", "村（社区）干部"), synonyms=(("参公人员", "公务员"), ("村(居)干部", "村（社区）干部"))
)


def test_names() -> None:
    check(
        Column("name"),
        r"""
        张三 → 张三
        张 三 → 张三
        张\u3000三 → 张三
        \u200b张\u200b三\ufeff → 张三
        \u2066张三\u2069 → 张三
        张\ufe00三\U000e0101 → 张三
        买买提•艾力 → 买买提·艾力
        买买提‧艾力 → 买买提·艾力
        买买提．艾力 → 买买提·艾力
        买买提・艾力 → 买买提·艾力
        买买提∙艾力 → 买买提·艾力
        买买提 · 艾力 → 买买提·艾力
        John Smith → John Smith
        Jose\u0301 → José
        \uf9dc → 隆
        䶮㛃 → 䶮㛃
        无 → null
        / → null
        不详 → null
        无名氏 → 无名氏
        \u3000\u200b → null
        """,
    )


def test_points_between_han_characters_are_middle_dots() -> None:
    check(
        Column("name"),
        r"""
        阿依古丽.买买提 → 阿依古丽·买买提
        阿依古丽．买买提 → 阿依古丽·买买提
        阿依古丽●买买提 → 阿依古丽·买买提
        阿依古丽﹒买买提 → 阿依古丽·买买提
        阿依古丽-买买提 → 阿依古丽·买买提
        阿依古丽 . 买买提 → 阿依古丽·买买提
        阿依古丽。买买提 → 阿依古丽·买买提
        阿-卜-杜 → 阿·卜·杜
        李○国 → 李○国
        张三. → 张三.
        J.R. Smith-Jones → J.R. Smith-Jones
        """,
    )


def test_one_ideograph_has_one_code_point() -> None:
    check(
        Column("name"),
        r"""
        李⽂⾼ → 李文高
        ⽅志强 → 方志强
        ⻢玉珍 → 马玉珍
        ⺠⻓⻔ → 民长门
        ⼀⿕ → 一龠
        ⺁⻳ → 厂龟
        王\ue863 → 王䶮
        王\ue864 → 王龻
        王\ue815 → 王厂
        """,
    )


def test_the_private_use_characters_are_those_of_gb18030() -> None:
    places = [bytes([0xFE, low]) for low in (*range(0x50, 0x7F), *range(0x80, 0xA1))]
    standard = [place.decode("gb18030") for place in places]
    meant = dict(zip(range(0xE815, 0xE865), standard, strict=True))
    given = [f"王{chr(place)}" for place in meant]
    found = read_cells(Column("name"), given)["value"].to_list()
    for place, name in zip(meant, found, strict=True):
        own = meant[place]
        assert not "\ue000" <= name[1] <= "\uf8ff", hex(place)
        if not "\ue000" <= own <= "\uf8ff":  # Python's codec leaves fourteen where GB18030-2000 had them
            assert name == read_cell(Column("name"), f"王{own}")[0]


def test_names_that_cannot_be_compared_are_remarked_on() -> None:
    check(
        Column("name"),
        r"""
        张*国 → 张*国 ? name_masked
        李×英 → 李×英 ? name_masked
        王某某 → 王某某 ? name_masked
        张＊ → 张＊ ? name_masked
        张? → 张? ? name_damaged
        张？ → 张？ ? name_damaged
        张□ → 张□ ? name_damaged
        张� → 张� ? name_damaged
        张3 → 张3 ? name_damaged
        张３ → 张３ ? name_damaged
        0 → 0 ? name_damaged
        刘玉珍\n周海涛 → 刘玉珍、周海涛 ? names_several
        刘玉珍\r\n周海涛\n王一 → 刘玉珍、周海涛、王一 ? names_several
        张 三\n李 四 → 张三、李四 ? names_several
        刘玉珍、周海涛 → 刘玉珍、周海涛 ? names_several
        刘玉珍，周海涛 → 刘玉珍、周海涛 ? names_several
        张*\n李四（代） → 张*、李四 ? name_masked
        张\n三 → 张三
        毛毛 → 毛毛
        """,
    )


def test_a_remark_is_no_part_of_a_name() -> None:
    check(
        Column("name"),
        r"""
        陈志强（已故） → 陈志强 ? name_remark
        陈志强(户主) → 陈志强 ? name_remark
        陈志强【户主】 → 陈志强 ? name_remark
        陈志强 （已故）（户主） → 陈志强 ? name_remark
        陈志强\n（已故） → 陈志强 ? name_remark
        陈（已故）志强 → 陈（已故）志强
        （已故） → （已故）
        陈志强（已故 → 陈志强（已故
        """,
    )


def test_sql_knows_which_names_can_be_compared() -> None:
    names = [
        "张三",
        "买买提·艾力",
        "John Smith",
        "张*国",
        "李×英",
        "王某某",
        "张?",
        "张□",
        "张\ufffd",
        "张3",
        "刘玉珍、周海涛",
    ]
    findings = read_cells(Column("name"), list(names))["finding"].is_null().to_list()
    known = duckdb.execute(f"select {known_sql('name')} from (select unnest(?) as name)", [names]).fetchall()
    assert [answer for (answer,) in known] == findings == [True] * 3 + [False] * 8
    assert duckdb.execute(f"select {known_sql('null')}").fetchone() == (None,)


def test_accounts() -> None:
    check(
        Column("account"),
        r"""
        6222020012345678901 → 6222020012345678901
        0012 → 0012
        6222 0200 1234 → 622202001234
        6222-0200-1234 → 622202001234
        '6222020012345678901 → 6222020012345678901
        ６２２２ → 6222
        无 → null
        6.22202E+18 → ! account_truncated
        6.222020012345678e18 → ! account_truncated
        622202001234.0 → 622202001234
        622202001234\n567890123 → 622202001234567890123
        622202001234\n622202005678 → ! account_characters
        6222020012345678 6222020012345679 → ! account_characters
        6222.5 → ! account_characters
        6222x → ! account_characters
        6222**** → ! account_characters
        建行 → ! account_characters
        """,
    )


def test_plates() -> None:
    check(
        Column("plate"),
        """
        鄂A12345 → 鄂A12345
        鄂a·12345 → 鄂A12345
        鄂A-12345 → 鄂A12345
        鄂Ａ 1２345 → 鄂A12345
        鄂AD12345 → 鄂AD12345
        """,
    )


def test_vehicle_identification_numbers() -> None:
    check(
        Column("vin"),
        """
        1M8GDM9AXKP042788 → 1M8GDM9AXKP042788
        11111111111111111 → 11111111111111111
        1m8gdm9axkp 042788 → 1M8GDM9AXKP042788
        1M8GDM9A1KP042788 → 1M8GDM9A1KP042788 ? vin_check_digit
        1M8GDM9AXKP04278O → 1M8GDM9AXKP04278O ? vin_check_digit
        12345 → 12345 ? vin_check_digit
        / → null
        """,
    )


def test_credit_codes() -> None:
    check(
        Column("credit_code"),
        """
        91350100M000100Y43 → 91350100M000100Y43
        914403001922038216 → 914403001922038216
        91110000802100433B → 91110000802100433B
        91110000802100433b → 91110000802100433B
        91110000802100433A → 91110000802100433A ? credit_code_check_digit
        9111000080210043 → 9111000080210043 ? credit_code_check_digit
        """,
    )


def test_categories() -> None:
    check(
        POST,
        """
        公务员 → 公务员
        公 务 员 → 公务员
        村（社区）干部 → 村（社区）干部
        村(社区)干部 → 村（社区）干部
        参公人员 → 公务员
        村（居）干部 → 村（社区）干部
        无 → null
        工人 → ! category_unknown
        """,
    )


def test_codes() -> None:
    check(
        Column("code"),
        r"""
        1001 → 1001
        '1001 → 1001
        ’1001 → 1001
        1001.0 → 1001
        １００１ → 1001
        \u300010 01 → 1001
        00123456 → 00123456
        42999919900101001143 → 42999919900101001143
        420111001001GB00001F00010001 → 420111001001GB00001F00010001
        （2023）鄂0111第7号 → (2023)鄂0111第7号
        A-1.0 → A-1.0
        12E34 → 12E34
        无 → null
        待核实 → null
        4.29999E+19 → ! code_truncated
        4.29999195501111e16 → ! code_truncated
        4E+19 → ! code_truncated
        """,
    )


NOTHING = [
    "/",
    "-",
    "—",
    "——",
    "--",
    ".",
    "无",
    "空",
    "NULL",
    "None",
    "nan",
    "N/A",
    "不详",
    "待补",
    "待核实",
    " 无 ",
    "ｎ／ａ",
]


@pytest.mark.parametrize("kind", sorted({*TYPES} - {"text", "money"}))
def test_words_for_nothing_are_nothing(kind: str) -> None:
    found = read_cells(Column(kind), list(NOTHING))
    assert found.select("value", "reason", "finding").null_count().row(0) == (len(NOTHING),) * 3


def test_nan_is_no_money() -> None:
    check(Column("money"), "不详 → null\nnan → ! money_unparsable")


def test_words_for_nothing_in_a_text_that_may_have_them() -> None:
    texts = [*NOTHING, "无此号", "不详细"]
    assert (
        read_cells(Column("text", null_words=True), list(texts))["value"].to_list()
        == [None] * len(NOTHING) + texts[-2:]
    )


ERRORS = ["#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "##", "########", " #n/a ", "＃N/A"]


@pytest.mark.parametrize("kind", sorted(TYPES))
def test_error_words_are_no_values(kind: str) -> None:
    found = read_cells(Column(kind), list(ERRORS))
    assert found["value"].null_count() == found["reason"].null_count() == len(ERRORS)
    assert found["finding"].to_list() == ["error_value"] * len(ERRORS)


def test_what_only_looks_like_an_error_word_is_text() -> None:
    check(Column("text"), "# → #\n#1 → #1\n#N/A 无 → #N/A 无\n3# → 3#")


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("id_number", "11010519491231002X", "11010519491231002X"), ("account", "6222020012", "6222020012"),
        ("name", "张三", "张三"), ("text", "东湖街道", "东湖街道"), ("plate", "鄂A12345", "鄂A12345"),
        ("code", "0012", "0012"),
        ("date", "2023-08-01", date(2023, 8, 1)), ("month", "2023-08", date(2023, 8, 1)), ("year", "2023", 2023),
        ("money", "450.00", Decimal("450.00")), ("integer", "3", 3), ("term", "2023-1", "2023-spring"),
    ],
)  # fmt: skip
def test_marks_for_text_fall_away(kind: str, text: str, value: object) -> None:
    for marked in (f'="{text}"', f'= "{text}"', f"'{text}", f"`{text}", f" '{text} ", f'\'="{text}"', f'="\'{text}"'):
        assert read_cell(Column(kind), marked) == (value, None, None), marked
    assert read_cell(Column(kind), '=""') == (None, None, None)


def test_marks_inside_a_text_stay() -> None:
    check(Column("text"), """东湖'街道' → 东湖'街道'\n"东湖" → "东湖"\n东湖` → 东湖`\n="东湖 → ="东湖""")


def test_other_text_keeps_words_for_nothing_and_loses_only_outer_blanks() -> None:
    check(
        Column("text"),
        r"""
        无 → 无
        - → -
        \u3000珞南 街道\u200b → 珞南 街道
        1001 → 1001
        \u00a0 → null
        """,
    )
