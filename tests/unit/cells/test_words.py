"""Names, codes, accounts, categories and text."""

import pytest

from unit.cells.drawn import Column, check, read_cells

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
        \u3000\u200b → null
        """,
    )


def test_accounts() -> None:
    check(
        Column("account"),
        """
        6222020012345678901 → 6222020012345678901
        0012 → 0012
        6222 0200 1234 → 622202001234
        6222-0200-1234 → 622202001234
        '6222020012345678901 → 6222020012345678901
        ６２２２ → 6222
        无 → null
        6.22202E+18 → ! account_truncated
        6.222020012345678e18 → ! account_truncated
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


@pytest.mark.parametrize(
    "name",
    ["unused_reason", "household_number", "certificate_number", "machine_number", "invoice_number", "unit_number"],
)
def test_words_for_nothing_in_numbers_and_reasons_kept_as_text(name: str) -> None:
    texts = ["/", "-", "无", "NULL", "N/A", " 无 ", "无此号"]
    assert read_cells(Column("text", name), list(texts))["value"].to_list() == [None] * 6 + ["无此号"]


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
