"""`rosters.md`, Types: every accepted form and every reason of every type, delivered in a column that has that type.

A line is `delivered → value`, `delivered → ! reason`; `? finding` is what the quality output counts.
"""

from datetime import date, datetime

import polars as pl
import pytest

from acceptance.inbox import District, Page, person, text, workbook

BASE = {"姓名": "张三", "身份证号": "ID1", "发放金额": "1", "发放月份": "2023-08"}
OTHERS = {
    "elderly_allowance": BASE,
    "pension_contribution": {"姓名": "张三", "身份证号": "ID1", "代缴金额": "1", "年度": "2023"},
    "student_living": {"姓名": "张三", "身份证号": "ID1", "资助金额": "1", "学期": "2023春"},
    "disability_living": BASE,
    "forestry": {"姓名": "张三", "身份证号": "ID1", "金额": "1", "年度": "2023"},
    "vehicles": {"姓名": "张三", "身份证号": "ID1", "号牌号码": "鄂A12345"},
    "businesses": {"姓名": "张三", "身份证号": "ID1", "统一社会信用代码": "91350100M000100Y43"},
    "population": {"姓名": "张三", "身份证号": "ID1", "户号": "1001"},
    "public_employees": {"姓名": "张三", "身份证号": "ID1"},
    "urban_dibao": {**BASE, "户主身份证号": "ID1"},
    "poverty_funds": {"年度": "2022", "主管部门": "农业农村局", "投入金额": "1"},
    "employee_pension": {"姓名": "张三", "身份证号": "ID1", "参保开始月": "2023-01"},
}


def delivered(drawing: str) -> list[str]:
    return [line.split("→")[0].strip() for line in drawing.strip().splitlines()]


def check(district: District, roster: str, title: str, column: str, drawing: str, typed: object = None) -> None:
    """Delivers each line's cell in that column, and draws what became of it. `typed` puts spreadsheet cells there."""
    texts = delivered(drawing)
    others = {name: value for name, value in OTHERS[roster].items() if name != title}
    rows = [" | ".join([title, *others, "备查"])]
    rows += [" | ".join([one or "·", *others.values(), "x"]) for one in texts]
    if typed is None:
        file, content = "20230801.csv", text("\n".join(rows)).encode()
    else:
        places = {f"A{index}": value for index, value in enumerate(typed, start=2)}
        file, content = "20230801.xlsx", workbook({"表": Page("\n".join(rows), typed=places)})
    district.put(f"{roster}/{file}", content)
    told = district.read()
    (place,) = [told.folder(s) for s in told.standings if s.receipt.delivery.path == f"{roster}/{file}"]
    kept, rejects, findings = (pl.read_parquet(place / f"{name}.parquet") for name in ("rows", "rejects", "findings"))
    became = {row: "null" if value is None else str(value) for row, value in kept.select("row", column).rows()}
    became |= {r["row"]: f"! {r['reason']}" for r in rejects.to_dicts() if r["column"] == column}
    became |= {r["row"]: f"{became[r['row']]} ? {r['reason']}" for r in findings.to_dicts() if r["column"] == column}
    got = [" ".join(f"{one} → {became.get(row, 'lost')}".split()) for row, one in enumerate(texts, start=2)]
    assert got == [" ".join(with_id(line).split()) for line in drawing.strip().splitlines()]


def with_id(line: str) -> str:
    """The line with the ID number that is expected put in."""
    given, became = line.split("→")
    return f"{given}→{became.replace('ID1', person(1))}"


def test_an_id_number(district: District) -> None:
    check(
        district,
        "elderly_allowance",
        "身份证号",
        "id_number",
        """
ID1                               → ID1
\\u3000ID1\\u00a0                 → ID1
429999 19400101 0012              → ID1
4299991940\\u200b01010012         → ID1
'ID1                              → ID1
４２９９９９１９４００１０１００１２ → ID1
11010519491231002X                → 11010519491231002X
11010519491231002x                → 11010519491231002X
11010519491231002Ｘ               → 11010519491231002X
11010519491231002ｘ               → 11010519491231002X
11010519491231002×                → 11010519491231002X
440524188001010014                → 440524188001010014
429999400101001                   → 429999194001010012 ? id_number_15_digits
429999********0012                → ! id_number_masked
4.20111E+17                       → ! id_number_truncated
4.29999194001010e+17              → ! id_number_truncated
429999194001010000                → ! id_number_truncated
42999919400101001A                → ! id_number_characters
4299991940010100X2                → ! id_number_characters
张三                              → ! id_number_characters
42999919400101001                 → ! id_number_length
4299991940010100123               → ! id_number_length
1234567890                        → ! id_number_length
169999194001010019                → ! id_number_region
129999194002300010                → ! id_number_birth_date
429999194002300014                → ! id_number_birth_date
429999202309020011                → ! id_number_birth_date
429999194001010013                → ! id_number_check_digit
169999194001013000                → ! id_number_truncated
*4.2E+17                          → ! id_number_masked
16999919400230                    → ! id_number_length
169999400230001                   → ! id_number_region
429999400230001                   → ! id_number_birth_date
                                  → ! missing
/                                 → ! missing
无                                → ! missing
""",
    )


@pytest.mark.parametrize("region", ["81", "82", "83", "91", "99", "71", "11", "65"])
def test_regions_that_are_valid(district: District, region: str) -> None:
    from huimin.identity import check_character

    head = f"{region}000019400101001"
    whole = head + check_character(head)
    check(district, "elderly_allowance", "身份证号", "id_number", f"{whole} → {whole}")


def test_an_optional_id_number_that_fails_is_a_finding(district: District) -> None:
    check(
        district,
        "student_living",
        "监护人身份证号",
        "guardian_id",
        """
429999********0012 → null ? id_number_masked
429999400101001    → 429999194001010012 ? id_number_15_digits
-                  → null
""",
    )


def test_spreadsheet_numbers_as_id_numbers_and_accounts(district: District) -> None:
    check(
        district,
        "elderly_allowance",
        "身份证号",
        "id_number",
        """
a → ! id_number_truncated
b → 429999194001010012 ? id_number_15_digits
c → ! id_number_truncated
d → ID1
""",
        [429999194001010012, 429999400101001, 110105194912310020, person(1)],
    )


def test_spreadsheet_numbers_as_accounts(district: District) -> None:
    check(
        district,
        "elderly_allowance",
        "银行账号",
        "account",
        """
a → null ? account_truncated
b → 622202320000123
c → 6222023200001234567
d → null ? account_truncated
""",
        [6222023200001234567, 622202320000123, "6222023200001234567", 6222023200001234],
    )


def test_a_name(district: District) -> None:
    check(
        district,
        "elderly_allowance",
        "姓名",
        "name",
        """
张三                        → 张三
\\u3000张 三\\u00a0         → 张三
张\\u200b三                 → 张三
阿依古丽•买买提             → 阿依古丽·买买提
阿依古丽‧买买提             → 阿依古丽·买买提
阿依古丽．买买提            → 阿依古丽·买买提
阿依古丽・买买提            → 阿依古丽·买买提
阿依古丽∙买买提             → 阿依古丽·买买提
阿依古丽 · 买买提           → 阿依古丽·买买提
John Smith                  → John Smith
Jose\\u0301                 → José
                            → ! missing
/                           → ! missing
""",
    )


DATES = """
2023-08-01              → 2023-08-01
2023/8/1                → 2023-08-01
2023.8.1                → 2023-08-01
20230801                → 2023-08-01
2023年8月1日            → 2023-08-01
2023-08-01 00:00:00     → 2023-08-01
2023/8/1 9:05           → 2023-08-01
2023-08-01T09:05:00     → 2023-08-01
2023年8月1日 9时5分     → 2023-08-01
45139                   → 2023-08-01
20000                   → 1954-10-03
60000                   → 2064-04-08
19999                   → null ? date_unparsable
60001                   → null ? date_unparsable
2023-02-30              → null ? date_unparsable
19490000                → null ? date_unparsable
2023-08                 → null ? date_unparsable
至今                    → null ? date_unparsable
                        → null
/                       → null
-                       → null
无                      → null
NULL                    → null
N/A                     → null
"""


def test_a_date(district: District) -> None:
    check(district, "elderly_allowance", "发放日期", "paid_on", DATES)


@pytest.mark.parametrize("system", [False, True])
def test_a_spreadsheet_date_of_either_system(district: District, system: bool) -> None:
    drawing = "姓名 | 身份证号 | 金额 | 月份 | 发放日期\n张三 | ID1 | 1 | · | ·\n张三 | ID1 | 1 | · | ·"
    morning, evening = datetime(2023, 8, 1, 9), datetime(2023, 7, 9, 18, 30)  # noqa: DTZ001  as spreadsheets have them
    typed = {"D2": date(2023, 8, 15), "E2": date(2023, 8, 1), "D3": evening, "E3": morning}
    book = workbook({"表": Page(drawing, typed=typed)}, date_1904=system)
    district.put("elderly_allowance/a.xlsx", book)
    assert district.read().rows("elderly_allowance", "period paid_on") == [
        "2023-08-01 | 2023-08-01",
        "2023-07-01 | 2023-08-01",
    ]


def test_a_spreadsheet_serial_as_number(district: District) -> None:
    check(
        district,
        "elderly_allowance",
        "发放日期",
        "paid_on",
        """
a → 2023-08-01
b → null ? date_unparsable
c → 2023-08-01
""",
        [45139, 12, 45139.5],
    )


def test_a_month(district: District) -> None:
    check(
        district,
        "elderly_allowance",
        "发放月份",
        "period",
        """
2023-08      → 2023-08-01
2023/8       → 2023-08-01
202308       → 2023-08-01
2023年8月    → 2023-08-01
2023.08      → 2023-08-01
2023-08-15   → 2023-08-01
20230815     → 2023-08-01
2023年8月15日 → 2023-08-01
45139        → 2023-08-01
２０２３年８月 → 2023-08-01
2023-13      → ! month_unparsable
8月          → ! month_unparsable
2023         → ! month_unparsable
2023年       → ! month_unparsable
             → ! missing
/            → ! missing
""",
    )


def test_a_spreadsheet_number_that_may_be_january_or_october_is_no_month(district: District) -> None:
    check(
        district,
        "elderly_allowance",
        "发放月份",
        "period",
        """
a → ! month_unparsable
b → 2023-08-01
c → 2023-10-01
d → 2023-08-01
e → 2023-08-01
""",
        [2023.1, 2023.08, "2023.10", 45139, 202308],
    )


def test_a_year(district: District) -> None:
    check(
        district,
        "pension_contribution",
        "年度",
        "year",
        """
2023       → 2023
2023年     → 2023
2023年度   → 2023
２０２３   → 2023
2023-01-01 → ! year_unparsable
23         → ! year_unparsable
二〇二三   → ! year_unparsable
           → ! missing
""",
    )


def test_a_term(district: District) -> None:
    check(
        district,
        "student_living",
        "学期",
        "term",
        """
2023年春季              → 2023-spring
2023年秋季              → 2023-autumn
2023春                  → 2023-spring
2023秋                  → 2023-autumn
2022-2023学年第二学期   → 2023-spring
2023-2024学年第一学期   → 2023-autumn
2023-1                  → 2023-spring
2023-2                  → 2023-autumn
2023-spring             → 2023-spring
2023-autumn             → 2023-autumn
2023-3                  → ! term_unparsable
2022-2024学年第一学期   → ! term_unparsable
2023                    → ! term_unparsable
2023-01-01              → ! term_unparsable
                        → ! missing
""",
    )


def test_a_spreadsheet_date_is_no_term(district: District) -> None:
    check(
        district,
        "student_living",
        "学期",
        "term",
        "a → ! term_unparsable\nb → 2023-spring",
        [date(2023, 1, 1), "2023-1"],
    )


def test_money(district: District) -> None:
    check(
        district,
        "elderly_allowance",
        "发放金额",
        "amount",
        """
1200            → 1200.00
1,200.00        → 1200.00
1,234,567.8     → 1234567.80
1200元          → 1200.00
￥1200          → 1200.00
¥1,200.5        → 1200.50
1 200           → 1200.00
１２００．５    → 1200.50
-1200           → -1200.00
0               → 0.00
0.005           → 0.01
-0.005          → -0.01
1.004           → 1.00
1.995           → 2.00
999999999999.99 → 999999999999.99
1000000000000   → ! money_unparsable
1.2E3           → ! money_unparsable
1万             → ! money_unparsable
1.2万元         → ! money_unparsable
NaN             → ! money_unparsable
壹佰            → ! money_unparsable
100/月          → ! money_unparsable
                → ! missing
-               → ! missing
""",
    )


def test_spreadsheet_numbers_as_money(district: District) -> None:
    check(
        district,
        "elderly_allowance",
        "发放金额",
        "amount",
        """
a → 1200.00
b → 1200.50
c → 0.30
d → -3.15
e → 1.01
f → ! money_unparsable
g → 123456789012.35
""",
        [1200, 1200.5, 0.1 + 0.2, -3.145, 1.005, 1e15, 123456789012.345],
    )


def test_an_empty_optional_amount_is_null(district: District) -> None:
    check(
        district,
        "employee_pension",
        "缴费基数",
        "wage_base",
        """
       → null
无     → null
1 200  → 1200.00
一千   → null ? money_unparsable
""",
    )


def test_an_integer(district: District) -> None:
    check(
        district,
        "disability_living",
        "残疾等级",
        "disability_grade",
        """
1        → 1
３       → 3
一级     → 1
1级      → 1
二级     → 2
4级      → 4
四级     → 4
1,000    → 1000
五级     → null ? number_unparsable
1.5      → null ? number_unparsable
         → null
""",
    )


def test_a_decimal(district: District) -> None:
    check(
        district,
        "forestry",
        "面积（亩）",
        "area_mu",
        """
1.5        → 1.5000
1,200.25   → 1200.2500
１．５     → 1.5000
约1        → null ? number_unparsable
/          → null
""",
    )


def test_a_category(district: District) -> None:
    check(
        district,
        "elderly_allowance",
        "发放方式",
        "channel",
        """
一卡通     → 一卡通
一 卡 通   → 一卡通
社保卡     → 一卡通
现金发放   → 现金
转账       → 银行卡
其他       → 其他
支票       → null ? category_unknown
无         → null
""",
    )
    check(
        district,
        "public_employees",
        "人员类别",
        "category",
        """
村(社区)干部     → 村（社区）干部
村（社区） 干部  → 村（社区）干部
公务员           → 公务员
工人             → null ? category_unknown
""",
    )


def test_an_account(district: District) -> None:
    check(
        district,
        "elderly_allowance",
        "银行账号",
        "account",
        """
6222023200001234567      → 6222023200001234567
6222 0232 0000 1234 567  → 6222023200001234567
6222-0232-0000-1234-567  → 6222023200001234567
'6222023200001234567     → 6222023200001234567
６２２２０２３２         → 62220232
6.22202E+18              → null ? account_truncated
6222********4567         → null ? account_characters
账号不详                 → null ? account_characters
-                        → null
""",
    )


def test_a_plate(district: District) -> None:
    check(
        district,
        "vehicles",
        "号牌号码",
        "plate",
        """
鄂A12345     → 鄂A12345
鄂a·12345    → 鄂A12345
鄂A-12345    → 鄂A12345
鄂Ａ１２３４５ → 鄂A12345
 鄂A 12345   → 鄂A12345
             → ! missing
/            → ! missing
""",
    )


def test_a_bad_check_digit_of_a_vin_or_credit_code_is_a_finding_and_no_rejection(district: District) -> None:
    check(
        district,
        "vehicles",
        "车架号",
        "vin",
        """
1M8GDM9AXKP042788   → 1M8GDM9AXKP042788
1m8gdm9axkp042788   → 1M8GDM9AXKP042788
1M8G DM9A XKP042788 → 1M8GDM9AXKP042788
1M8GDM9A0KP042788   → 1M8GDM9A0KP042788 ? vin_check_digit
LSV123              → LSV123 ? vin_check_digit
无                  → null
""",
    )
    check(
        district,
        "businesses",
        "统一社会信用代码",
        "credit_code",
        """
91350100M000100Y43  → 91350100M000100Y43
91350100m000100y43  → 91350100M000100Y43
914403001922038216  → 914403001922038216
91350100M000100Y44  → 91350100M000100Y44 ? credit_code_check_digit
""",
    )


def test_text(district: District) -> None:
    check(
        district,
        "population",
        "户号",
        "household_number",
        """
 H1     → H1
H 1     → H1
/       → ! missing
无      → ! missing
NULL    → ! missing
""",
    )
    check(
        district,
        "elderly_allowance",
        "街道",
        "street",
        """
\\u3000甲街道  → 甲街道
无             → 无
/              → /
N/A            → N/A
               → null
""",
    )


def test_a_whole_spreadsheet_number_as_text_has_no_decimals(district: District) -> None:
    check(district, "population", "户号", "household_number", "a → 1001\nb → 10.5\nc → 1001", [1001, 10.5, 1001.0])


@pytest.mark.parametrize("word", ["/", "-", "无", "NULL", "N/A"])
def test_null_words_in_the_text_columns_that_have_them(district: District, word: str) -> None:
    check(district, "poverty_funds", "未使用原因", "unused_reason", f"{word} → null")
    check(district, "disability_living", "残疾证号", "certificate_number", f"{word} → null")


def test_an_optional_column_that_fails_never_loses_the_row(district: District) -> None:
    district.put(
        "elderly_allowance/a.csv",
        text("""
姓名 | 身份证号 | 发放金额 | 发放月份 | 发放日期 | 发放方式 | 银行账号
张三 | ID1      | 1        | 2023-08  | 昨天     | 支票     | 卡号
"""),
    )
    told = district.read()
    assert told.account("a.csv") == "2 = 1 + 1 + 0"
    assert told.of("a.csv")["status"] == "accepted"
    assert told.findings("a.csv") == [
        "2 paid_on: date_unparsable",
        "2 channel: category_unknown",
        "2 account: account_characters",
    ]
