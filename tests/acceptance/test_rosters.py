"""`rosters.md`, sentence by sentence: how a delivery arrives, what its layout may be, which rows count."""

import gzip
from datetime import UTC, date, datetime

import pytest
import xlwt

from acceptance.inbox import District, Page, Told, lines, packed, person, text, workbook

ELDERLY = "elderly_allowance"
GOOD = """
序号 | 姓名 | 身份证号 | 发放金额 | 发放月份
1    | 张三 | ID1      | 100      | 2023-08
2    | 李四 | ID2      | 200      | 2023-08
"""
GOOD_ROWS = """
张三 | ID1 | 100.00 | 2023-08-01 | 2
李四 | ID2 | 200.00 | 2023-08-01 | 3
"""
SHOWN = "name id_number amount period row"


def one(district: District, content: str | bytes, file: str = "高龄津贴.csv", roster: str = ELDERLY) -> Told:
    """What a night says when that is the only delivery."""
    district.put(f"{roster}/{file}", content)
    return district.read()


def month(number: int, amount: int = 100, who: str = "ID1") -> str:
    """A delivery of one person and month."""
    return text(f"姓名 | 身份证号 | 发放金额 | 发放月份\n张三 | {who} | {amount} | 2023-{number:02}")


# --- how a delivery arrives ---------------------------------------------------------------------------------------


def test_the_folder_names_the_roster_and_a_sub_folder_the_unit(district: District) -> None:
    district.put(f"{ELDERLY}/全区.csv", text(GOOD))
    district.put(f"{ELDERLY}/甲街道/八月.csv", text(GOOD))
    district.put("tekun/特困.csv", text(GOOD))
    assert district.read().statuses() == [
        "elderly_allowance · 全区.csv: accepted 2023-08",
        "elderly_allowance 甲街道 八月.csv: accepted 2023-08",
        "tekun · 特困.csv: accepted 2023-08",
    ]


@pytest.mark.parametrize(
    ("place", "roster", "unit", "said"),
    [
        ("no_such/八月.csv", "no_such", None, "no_such"),
        ("八月.csv", None, None, "收件箱"),
        (f"{ELDERLY}/甲街道/八月/八月.csv", ELDERLY, "甲街道", "文件夹"),
    ],
)
def test_anything_else_in_the_inbox_is_refused_and_says_so(
    district: District, place: str, roster: str | None, unit: str | None, said: str
) -> None:
    district.put(place, text(GOOD))
    told = district.read()
    assert said in told.refusal("八月.csv")
    assert (told.of("八月.csv")["roster"], told.of("八月.csv")["unit"]) == (roster, unit)


def test_a_misplaced_file_is_read_once_it_is_where_it_belongs(district: District) -> None:
    district.put(f"{ELDERLY}/甲街道/八月/八月.csv", text(GOOD))
    district.read()
    district.put(f"{ELDERLY}/甲街道/八月.csv", text(GOOD))
    assert district.read().statuses() == [
        "elderly_allowance 甲街道 八月.csv: accepted 2023-08",
        "elderly_allowance 甲街道 八月.csv: refused ·",
    ]


def test_files_stay_in_the_inbox_and_are_archived_by_their_hash(district: District) -> None:
    told = one(district, text(GOOD))
    source = district.root.inbox / ELDERLY / "高龄津贴.csv"
    digest = told.of("高龄津贴.csv")["sha256"]
    (kept,) = [path for path in district.root.archive.rglob("*") if path.is_file()]
    assert source.read_bytes() == text(GOOD).encode() == kept.read_bytes()
    assert kept.name == digest
    assert kept.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    "name", ["八月.csv.part", "八月.csv.tmp", "~$八月.xlsx", ".八月.csv", "八月.CSV.PART", ".回收站/八月.csv"]
)
def test_unfinished_files_wait(district: District, name: str) -> None:
    told = one(district, text(GOOD), name)
    assert told.deliveries.is_empty()
    assert not list(district.root.archive.rglob("*"))


def test_a_file_changed_less_than_the_settle_time_ago_waits_for_the_next_run(district: District) -> None:
    district.put(f"{ELDERLY}/八月.csv", text(GOOD), "2023-08-20 10:00")
    early, late = datetime(2023, 8, 20, 10, 0, 59, tzinfo=UTC), datetime(2023, 8, 20, 10, 1, tzinfo=UTC)
    assert district.read(settle=60, now=early).deliveries.is_empty()
    assert district.read(settle=60, now=late).statuses() == ["elderly_allowance · 八月.csv: accepted 2023-08"]


# --- slots --------------------------------------------------------------------------------------------------------


def test_a_delivery_fills_the_slot_of_each_period_its_accepted_rows_carry(district: District) -> None:
    told = one(
        district,
        text("""
姓名 | 身份证号 | 发放金额 | 发放月份
张三 | ID1      | 100      | 2023-08
李四 | ID2      | 200      | 2023-06
王五 | 无       | 300      | 2023-07
"""),
    )
    assert told.statuses() == ["elderly_allowance · 高龄津贴.csv: accepted_with_rejects 2023-06,2023-08"]


def test_a_later_delivery_replaces_exactly_the_slots_it_fills(district: District) -> None:
    district.put(
        f"{ELDERLY}/一.csv",
        text("""
姓名 | 身份证号 | 发放金额 | 发放月份
张三 | ID1      | 100      | 2023-06
张三 | ID1      | 100      | 2023-07
"""),
        "2023-08-01 10:00",
    )
    district.put(f"{ELDERLY}/二.csv", month(7, 170), "2023-08-02 10:00")
    told = district.read()
    assert told.rows(ELDERLY, "period amount file") == lines("""
2023-06-01 | 100.00 | 一.csv
2023-07-01 | 170.00 | 二.csv
""")
    assert told.of("一.csv")["status"] == "accepted"
    district.put(f"{ELDERLY}/三.csv", month(6, 160), "2023-08-03 10:00")
    told = district.read()
    assert told.of("一.csv")["status"] == "superseded"
    assert sorted(told.rows(ELDERLY, "period amount file")) == lines("""
2023-06-01 | 160.00 | 三.csv
2023-07-01 | 170.00 | 二.csv
""")


def test_a_slot_belongs_to_a_unit_and_no_unit_is_one_more(district: District) -> None:
    district.put(f"{ELDERLY}/全区.csv", month(8, 1), "2023-08-01 10:00")
    district.put(f"{ELDERLY}/甲街道/a.csv", month(8, 2), "2023-08-02 10:00")
    district.put(f"{ELDERLY}/乙街道/b.csv", month(8, 3), "2023-08-03 10:00")
    told = district.read()
    assert sorted(told.rows(ELDERLY, "amount file")) == ["1.00 | 全区.csv", "2.00 | a.csv", "3.00 | b.csv"]


def test_later_means_the_later_run_that_first_saw_the_bytes_before_their_modification_time(district: District) -> None:
    district.put(f"{ELDERLY}/new.csv", month(8, 2), "2023-08-02 10:00")
    district.read()
    district.put(f"{ELDERLY}/old.csv", month(8, 1), "2023-08-01 10:00")
    told = district.read()
    assert told.statuses() == [
        "elderly_allowance · new.csv: superseded 2023-08",
        "elderly_allowance · old.csv: accepted 2023-08",
    ]


def test_then_the_later_path(district: District) -> None:
    district.put(f"{ELDERLY}/b.csv", month(8, 2))
    district.put(f"{ELDERLY}/a.csv", month(8, 1))
    assert district.read().rows(ELDERLY, "amount file") == ["2.00 | b.csv"]


def test_the_same_bytes_for_the_same_slots_are_unchanged(district: District) -> None:
    district.put(f"{ELDERLY}/一.csv", month(8), "2023-08-01 10:00")
    district.read()
    district.put(f"{ELDERLY}/二.csv", month(8), "2023-08-02 10:00")
    assert district.read().statuses() == [
        "elderly_allowance · 一.csv: accepted 2023-08",
        "elderly_allowance · 二.csv: unchanged 2023-08",
    ]


def test_also_when_another_delivery_has_superseded_them_since(district: District) -> None:
    district.put(f"{ELDERLY}/一.csv", month(8, 1), "2023-08-01 10:00")
    district.put(f"{ELDERLY}/二.csv", month(8, 2), "2023-08-02 10:00")
    district.put(f"{ELDERLY}/三.csv", month(8, 1), "2023-08-03 10:00")
    told = district.read()
    assert told.statuses() == [
        "elderly_allowance · 一.csv: superseded 2023-08",
        "elderly_allowance · 三.csv: unchanged 2023-08",
        "elderly_allowance · 二.csv: accepted 2023-08",
    ]
    assert told.rows(ELDERLY, "amount") == ["2.00"]


def test_the_same_bytes_for_other_slots_are_a_delivery(district: District) -> None:
    without_period = text("姓名 | 身份证号 | 发放金额\n张三 | ID1 | 100")
    district.put(f"{ELDERLY}/2023年7月.csv", without_period, "2023-08-01 10:00")
    district.put(f"{ELDERLY}/2023年8月.csv", without_period, "2023-08-02 10:00")
    assert district.read().statuses() == [
        "elderly_allowance · 2023年7月.csv: accepted 2023-07",
        "elderly_allowance · 2023年8月.csv: accepted 2023-08",
    ]


DEATHS = "姓名 | 身份证号 | 死亡日期\n张三 | {who} | 2023-06-15"


def test_a_register_is_as_at_the_date_in_its_name_else_the_day_it_was_received(district: District) -> None:
    district.put("deaths/死亡人员20230801.csv", text(DEATHS.format(who="ID1")), "2023-08-20 10:00")
    told = district.read()
    assert told.of("死亡人员20230801.csv")["periods"] == "2023-08-01"
    district.put("deaths/甲街道/死亡人员.csv", text(DEATHS.format(who="ID2")), "2023-08-20 10:00")
    told = district.read()
    assert told.of("死亡人员.csv")["periods"] == "2023-08-20"
    assert told.rows("deaths", "id_number") == lines("ID1\nID2")


def test_the_latest_as_at_of_each_unit_is_in_force_whole(district: District) -> None:
    district.put("deaths/20230801.csv", text(DEATHS.format(who="ID1")), "2023-08-05 10:00")
    district.put("deaths/20230701.csv", text(DEATHS.format(who="ID2")), "2023-08-09 10:00")
    district.put("deaths/卫健/20230601.csv", text(DEATHS.format(who="ID3")), "2023-08-01 10:00")
    told = district.read()
    assert told.statuses() == [
        "deaths · 20230701.csv: superseded 2023-07-01",
        "deaths · 20230801.csv: accepted 2023-08-01",
        "deaths 卫健 20230601.csv: accepted 2023-06-01",
    ]
    assert told.rows("deaths", "id_number") == lines("ID1\nID3")


TRADE_IN = """
姓名 | 身份证号 | 旧车车架号        | 新车车架号        | 补贴金额 | 申请日期
张三 | ID1      | 1M8GDM9AXKP042788 | 11111111111111111 | 5000     | 2022-08-05
李四 | ID2      | 1M8GDM9AXKP042788 | 11111111111111111 | 5000     | 2022-09-30
"""


def test_an_event_roster_has_the_period_of_its_file_name_else_the_month_of_each_event(district: District) -> None:
    told = one(district, text(TRADE_IN), "以旧换新.csv", "vehicle_trade_in")
    assert told.of("以旧换新.csv")["periods"] == "2022-08,2022-09"
    district.put("vehicle_trade_in/甲/以旧换新2022年10月.csv", text(TRADE_IN))
    assert district.read().of("以旧换新2022年10月.csv")["periods"] == "2022-10"


def test_a_farm_machinery_row_belongs_to_the_month_it_was_paid_in(district: District) -> None:
    told = one(
        district,
        text("姓名 | 身份证号 | 补贴金额 | 发放日期\n张三 | ID1 | 9000 | 2023.5.6"),
        "农机.csv",
        "farm_machinery",
    )
    assert told.of("农机.csv")["periods"] == "2023-05"


# --- the period ---------------------------------------------------------------------------------------------------


def test_the_rows_own_period_column_comes_first_and_an_empty_cell_there_rejects_the_row(district: District) -> None:
    told = one(
        district,
        text("""
姓名 | 身份证号 | 发放金额 | 发放月份
张三 | ID1      | 100      | 2023-08
李四 | ID2      | 100      | ·
"""),
        "2023年7月.csv",
    )
    assert told.statuses() == ["elderly_allowance · 2023年7月.csv: accepted_with_rejects 2023-08"]
    assert told.rejected("2023年7月.csv") == ["3 period: missing"]


PERSONS = "姓名 | 身份证号 | 补助金额\n张三 | ID1 | 100"


@pytest.mark.parametrize(
    ("roster", "file", "period"),
    [
        (ELDERLY, "高龄津贴2023年8月", "2023-08"),
        (ELDERLY, "高龄津贴2023-08", "2023-08"),
        (ELDERLY, "高龄津贴202308", "2023-08"),
        (ELDERLY, "高龄津贴20230815", "2023-08"),
        (ELDERLY, "20230905报送-2023年8月高龄津贴", "2023-08"),
        (ELDERLY, "截至20230930的2023年8月高龄津贴", "2023-08"),
        (ELDERLY, "高龄津贴2023年8月15日", "2023-08"),
        ("pension_contribution", "代缴2023年", "2023"),
        ("pension_contribution", "代缴202308", "2023"),
        ("student_living", "生活补助2023年春季", "2023-spring"),
        ("student_living", "2023年秋季生活补助", "2023-autumn"),
    ],
)
def test_without_the_column_the_file_name_tells_the_period(
    district: District, roster: str, file: str, period: str
) -> None:
    told = one(district, text(PERSONS), f"{file}.csv", roster)
    assert told.statuses() == [f"{roster} · {file}.csv: accepted {period}"]


@pytest.mark.parametrize(
    ("roster", "file", "one_of_them", "other"),
    [
        (ELDERLY, "高龄津贴2023年8月（9月报）", "2023年8月", "2023年9月"),
        (ELDERLY, "202308-202309", "2023年8月", "2023年9月"),
        ("pension_contribution", "代缴2022年度2023年报", "2022年", "2023年"),
        ("student_living", "2023年春季秋季", "2023年春季", "2023年秋季"),
    ],
)
def test_two_different_periods_refuse_the_delivery_and_are_both_named(
    district: District, roster: str, file: str, one_of_them: str, other: str
) -> None:
    told = one(district, text(PERSONS), f"{file}.csv", roster)
    problem = told.refusal(f"{file}.csv")
    assert f"文件名{one_of_them}" in problem
    assert f"文件名{other}" in problem


def test_sheets_named_by_months_are_parts_of_the_files_year(district: District) -> None:
    book = workbook({"6月": PERSONS, "七月": PERSONS})
    told = one(district, book, "2023年7月.xlsx")
    assert told.rows(ELDERLY, "sheet period") == ["6月 | 2023-06-01", "七月 | 2023-07-01"]


def test_a_sheet_of_a_later_month_than_the_files_is_refused(district: District) -> None:
    told = one(district, workbook({"8月": PERSONS}), "2023年7月.xlsx")
    problem = told.refusal("2023年7月.xlsx")
    assert "2023年8月" in problem
    assert "2023年7月" in problem


@pytest.mark.parametrize(
    ("roster", "file"),
    [(ELDERLY, "高龄津贴.csv"), (ELDERLY, "高龄津贴2023年.csv"), ("student_living", "2023年8月.csv")],
)
def test_with_neither_the_delivery_is_refused(district: District, roster: str, file: str) -> None:
    assert one(district, text(PERSONS), file, roster).refusal(file)


# --- containers and encodings -------------------------------------------------------------------------------------


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
@pytest.mark.parametrize("ending", [".csv", ".txt", ".tsv", ".CSV"])
def test_text_files_may_be_cut_by_comma_tab_semicolon_or_pipe(district: District, delimiter: str, ending: str) -> None:
    told = one(district, text(GOOD, delimiter), f"八月{ending}")
    assert told.rows(ELDERLY, SHOWN) == lines(GOOD_ROWS)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "gb2312", "utf-16", "utf-16-be"])
def test_text_files_may_be_encoded_in(district: District, encoding: str) -> None:
    mark = "\ufeff" if encoding == "utf-16-be" else ""
    told = one(district, (mark + text(GOOD)).encode(encoding))
    assert told.rows(ELDERLY, SHOWN) == lines(GOOD_ROWS)


def test_rare_names_in_gb18030(district: District) -> None:
    told = one(district, text(GOOD.replace("张三", "䶮㛃𬱖")).encode("gb18030"))
    assert told.rows(ELDERLY, "name") == ["䶮㛃𬱖", "李四"]


def test_an_xlsx_and_an_xls_read_alike(district: District) -> None:
    district.put(f"{ELDERLY}/甲/a.xlsx", workbook({"表": GOOD}))
    book = xlwt.Workbook()
    sheet = book.add_sheet("表")
    for index, line in enumerate(GOOD.strip().splitlines()):
        for column, part in enumerate(lines(line)[0].split(" | ")):
            sheet.write(index, column, part)
    place = district.root.path / "a.xls"
    book.save(str(place))
    district.put(f"{ELDERLY}/乙/a.xls", place.read_bytes())
    told = district.read()
    assert told.rows(ELDERLY, SHOWN) == lines(GOOD_ROWS) * 2


def test_the_content_tells_what_a_file_is_and_the_receipt_says_so(district: District) -> None:
    district.put(f"{ELDERLY}/甲/a.xlsx", text(GOOD, "\t").encode("gb18030"))
    district.put(f"{ELDERLY}/乙/b.csv", workbook({"表": GOOD}))
    district.put(f"{ELDERLY}/丙/c.txt", text(GOOD).encode())
    told = district.read()
    assert told.rows(ELDERLY, SHOWN) == lines(GOOD_ROWS) * 3
    said = {file: receipt.read_as for file, receipt in district.receipts.items()}
    assert said == {"a.xlsx": "文本", "b.csv": "Excel 工作簿（.xlsx）", "c.txt": None}


def test_a_zip_is_one_delivery_a_member_of_the_zips_unit(district: District) -> None:
    told = one(
        district,
        packed({
            "六月.csv": month(6), "夹/七月.xlsx": workbook({"表": GOOD.replace("08", "07")}),
            "__MACOSX/._六月.csv": "x", "内.zip": packed({"八月.csv": month(8)}),
        }),
        "甲街道/八月.zip",
    )  # fmt: skip
    assert told.statuses() == [
        "elderly_allowance 甲街道 八月.zip/六月.csv: accepted 2023-06",
        "elderly_allowance 甲街道 八月.zip/内.zip: refused ·",
        "elderly_allowance 甲街道 八月.zip/夹/七月.xlsx: accepted 2023-07",
    ]


def test_zip_member_names_that_are_not_utf_8_are_gb18030(district: District) -> None:
    name = "高龄津贴2023年8月.csv"
    stand_in = "x" * len(name.encode("gb18030"))
    plain = packed({stand_in: text(PERSONS)}).replace(stand_in.encode(), name.encode("gb18030"))
    district.put(f"{ELDERLY}/a.zip", plain)
    told = district.read()
    assert told.statuses() == [f"elderly_allowance · a.zip/{name}: accepted 2023-08"]


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("a.pdf", b"%PDF-1.7"),
        ("a.xls", b"<html><table><tr><td>1</td></tr></table></html>"),
        ("a.csv", b""),
        ("a.csv", b"\n\n"),
        ("a.csv", text(GOOD).encode("utf-16-le")),
        ("a.zip", b"PK\x03\x04 broken"),
        ("a.csv.gz", gzip.compress(text(GOOD).encode())),
        ("a", text(GOOD).encode()),
    ],
)
def test_what_cannot_be_read_is_refused(district: District, file: str, content: bytes) -> None:
    assert one(district, content, file).refusal(file)


# --- sheets, headers ----------------------------------------------------------------------------------------------


def test_every_sheet_whose_header_matches_is_read_and_the_others_are_listed(district: District) -> None:
    book = workbook({
        "甲": GOOD, "填表说明": "请按月填报", "空": "·",
        "乙": Page(GOOD.replace("ID1", "ID3").replace("ID2", "ID4"), hidden=True),
    })  # fmt: skip
    told = one(district, book, "a.xlsx")
    assert told.rows(ELDERLY, "sheet id_number row") == lines("""
甲 | ID1 | 2
甲 | ID2 | 3
乙 | ID3 | 2
乙 | ID4 | 3
""")
    assert told.account("a.xlsx") == "6 = 2 + 4 + 0"
    assert district.receipts["a.xlsx"].other_sheets == ("填表说明",)


def test_titles_and_blank_rows_may_stand_above_the_header(district: District) -> None:
    told = one(
        district,
        text("""
2023年8月高龄津贴发放花名册
填报单位：甲街道　填报日期：2023-08-20
·
姓名 | 身份证号 | 发放金额 | 发放月份
张三 | ID1      | 100      | 2023-08
"""),
    )
    assert told.rows(ELDERLY, SHOWN) == lines("张三 | ID1 | 100.00 | 2023-08-01 | 5")
    assert told.account("高龄津贴.csv") == "5 = 4 + 1 + 0"


@pytest.mark.parametrize(
    ("unit", "amount", "refused"), [("元", "", False), ("万元", "", True), ("万元", "（元）", False)]
)
def test_a_unit_in_a_title_row_is_that_of_amounts_whose_header_says_none(
    district: District, unit: str, amount: str, refused: bool
) -> None:
    told = one(
        district,
        text(f"""
2023年8月高龄津贴 | · | 单位：{unit}
姓名 | 身份证号 | 发放金额{amount} | 发放月份
张三 | ID1      | 100      | 2023-08
"""),
    )
    if refused:
        said = told.refusal("高龄津贴.csv")
        assert "万元" in said
        assert "标题行（第1行）" in said
    else:
        assert told.rows(ELDERLY, "amount") == ["100.00"]


def test_a_header_of_two_rows_with_merged_cells(district: District) -> None:
    book = workbook({"表": Page(
        """
高龄津贴花名册
·    | ·    | ·        | ·        | ·
·    | ·    | ·        | 发放金额（元） | 发放月份
1    | 张三 | ID1      | 100      | 2023-08
""",
        merged={"A2:A3": "序号", "B2:B3": "姓名", "C2:C3": "身份证号", "D2:E2": "发放情况"},
    )})  # fmt: skip
    told = one(district, book, "a.xlsx")
    assert told.rows(ELDERLY, SHOWN) == lines("张三 | ID1 | 100.00 | 2023-08-01 | 4")
    assert told.account("a.xlsx") == "4 = 3 + 1 + 0"


def test_in_a_two_row_header_both_cells_joined_count_else_the_lower_else_the_upper(district: District) -> None:
    book = workbook({"表": Page(
        """
姓名 | 身份证号 | 发放情况 | ·    | ·
·    | 号码     | 金额     | 月份 | ·
张三 | ID1      | 100      | 2023-08 | 2023-08-05
""",
        merged={"C1:D1": "发放情况"},
        typed={"E1": "发放", "E2": "日期"},
    )})  # fmt: skip
    told = one(district, book, "a.xlsx")
    assert told.rows(ELDERLY, SHOWN + " paid_on") == lines("张三 | ID1 | 100.00 | 2023-08-01 | 3 | 2023-08-05")


def test_the_second_row_of_a_header_may_title_unknown_columns_only(district: District) -> None:
    told = one(
        district,
        text("""
姓名 | 身份证号 | 发放金额 | 发放月份 | 审核意见 | ·
·    | ·        | ·        | ·        | 村       | 街道意见
张三 | ID1      | 100      | 2023-08  | 同意     | ·
李四 | ID2      | 200      | 2023-08  | ·        | 同意
"""),
    )
    assert told.rows(ELDERLY, "name row") == ["张三 | 3", "李四 | 4"]
    assert told.of("高龄津贴.csv")["unknown_columns"] == "2 个"
    assert told.account("高龄津贴.csv") == "4 = 2 + 2 + 0"


def test_the_first_row_of_a_header_may_title_serial_and_unknown_columns_only(district: District) -> None:
    told = one(
        district,
        text("""
序号 | ·    | ·        | ·        | ·       | 联系电话
·    | 姓名 | 身份证号 | 发放金额 | 月份    | ·
1    | 张三 | ID1      | 100      | 2023-08 | 110
2    | ·    | ·        | ·        | ·       | ·
"""),
    )
    assert told.account("高龄津贴.csv") == "4 = 3 + 1 + 0"
    assert told.of("高龄津贴.csv")["unknown_columns"] == "1 个"


def test_a_row_without_known_cells_below_a_header_is_a_record(district: District) -> None:
    told = one(district, text("姓名 | 身份证号 | 金额 | 月份 | 电话\n· | · | · | · | 12\n张三 | ID1 | 1 | 2023-08 | ·"))
    assert told.account("高龄津贴.csv") == "3 = 1 + 1 + 1"


@pytest.mark.parametrize(
    "title",
    ["发放金额", " 发 放金额 ", "*发放金额", "发放金额*", "发放金额（元）", "发放金额(元)", "发放金额 ( 元 )",
     "补贴金额（元）", "金额（人）", "金额[月]", "发放金额（年）", "发放金额（㎡）", "\\u3000发放金额\\u00a0"],
)  # fmt: skip
def test_a_header_cell_matches(district: District, title: str) -> None:
    told = one(district, text(GOOD.replace("发放金额", title)))
    assert told.rows(ELDERLY, SHOWN) == lines(GOOD_ROWS)


def test_a_header_cell_may_hold_line_breaks(district: District) -> None:
    told = one(district, workbook({"表": GOOD.replace("发放金额", "发放\\n金额\\n（元）")}), "a.xlsx")
    assert told.rows(ELDERLY, SHOWN) == lines(GOOD_ROWS)


@pytest.mark.parametrize(
    "title", ["发放金额（每月）", "发放金额元", "（元）发放金额", "发放金额（元）（元）", "发放总金额"]
)
def test_a_header_cell_that_does_not_match_is_nearly_known(district: District, title: str) -> None:
    told = one(district, text(GOOD.replace("发放金额", title)))
    said = told.refusal("高龄津贴.csv")
    assert "发放金额（amount）" in said
    assert all(found in said for found in ("姓名", "身份证号"))
    assert title not in said
    assert district.receipts["高龄津贴.csv"].nearly_known == ((title, "发放金额"),)


def test_brackets_fold_in_titles_too(district: District) -> None:
    told = one(district, text(GOOD.replace("序号", "街道(乡镇)")))
    assert told.rows(ELDERLY, "street") == ["1", "2"]


@pytest.mark.parametrize(
    ("title", "unit"),
    [("发放金额（万元）", "万元"), ("发放金额(万元)", "万元"), ("金额 （ 万元 ）", "万元"),
     ("金额（单位：万元）", "万元"),
     ("发放金额（万）", "万元"), ("发放金额（千元）", "千元"), ("发放金额[百元]", "百元"),
     ("发放金额（亿元）*", "亿元"),
     ("发放金额万元", "万元"), ("（万元）发放金额", "万元")],
)  # fmt: skip
def test_another_unit_on_a_yuan_column_refuses_the_delivery(district: District, title: str, unit: str) -> None:
    said = one(district, text(GOOD.replace("发放金额", title))).refusal("高龄津贴.csv")
    assert f"的单位是{unit}，" in said
    assert "（amount）应为元" in said


def test_ten_thousand_yuan_is_the_unit_of_capital(district: District) -> None:
    told = one(
        district,
        text("""
法定代表人 | 身份证号 | 统一社会信用代码   | 注册资本（万元）
张三       | ID1      | 91350100M000100Y43 | 50
"""),
        "市场主体.csv",
        "businesses",
    )
    assert told.rows("businesses", "name capital_wan") == ["张三 | 50.0000"]


def test_a_rosters_own_titles_win_over_the_shared_ones(district: District) -> None:
    told = one(
        district,
        text("""
享受人姓名 | 证件号码 | 申请人姓名 | 申请人身份证号 | 保障金额 | 所属月份
张三       | ID1      | 李四       | ID2            | 500      | 2023-08
"""),
        "低保.csv",
        "urban_dibao",
    )
    assert told.rows("urban_dibao", "name id_number household_head_name household_head_id") == lines(
        "张三 | ID1 | 李四 | ID2"
    )


def test_two_headers_for_one_column_refuse_the_delivery_naming_both(district: District) -> None:
    told = one(district, text("姓名 | 身份证号 | 发放金额 | 补贴金额 | 月份\n张三 | ID1 | 100 | 100 | 2023-08"))
    said = told.refusal("高龄津贴.csv")
    assert "发放金额" in said
    assert "补贴金额" in said


def test_columns_come_in_any_order_and_unknown_ones_are_listed(district: District) -> None:
    told = one(
        district,
        text("""
联系电话    | 发放月份 | 发放金额 | 备注 | 身份证号 | 姓名
13800000000 | 2023-08  | 100      | ·    | ID1      | 张三
"""),
    )
    assert told.rows(ELDERLY, SHOWN) == lines("张三 | ID1 | 100.00 | 2023-08-01 | 2")
    assert told.of("高龄津贴.csv")["unknown_columns"] == "2 个"


def test_a_missing_required_column_is_named_beside_the_headers_found(district: District) -> None:
    said = one(district, text("姓名 | 发放金额 | 月份\n张三 | 100 | 2023-08")).refusal("高龄津贴.csv")
    assert "id_number" in said
    assert all(title in said for title in ("身份证号", "姓名", "发放金额", "月份"))


@pytest.mark.parametrize("serial", ["序号", "编号", "序 号"])
def test_the_serial_column_is_ignored(district: District, serial: str) -> None:
    told = one(district, text(GOOD.replace("序号", serial)))
    assert told.rows(ELDERLY, SHOWN) == lines(GOOD_ROWS)
    assert told.of("高龄津贴.csv")["unknown_columns"] is None


# --- layout among the data, row accounting ------------------------------------------------------------------------

LAYOUT = """
2023年8月高龄津贴发放表
序号 | 姓名 | 身份证号 | 发放金额 | 发放月份
1    | 张三 | ID1      | 100      | 2023-08
·
2    | ·    | ·        | ·        | ·
小计 | ·    | ·        | 100      | ·
序号 | 姓名 | 身份证号 | 发放金额 | 发放月份
3    | 李四 | ID2      | 200      | 2023-08
4    | 王五 | 123      | 300      | 2023-08
·    | 赵六 | ID4      | ·        | ·
合计 | ·    | ·        | 300      | ·
总计：300元
填表人：甲 | · | ·     | 审核人：乙
审核人：乙
制表人 | 丙
备注：无
说明：以上
"""


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_blank_rows_page_breaks_and_footers_are_layout(district: District, kind: str) -> None:
    file = f"a.{kind}"
    told = one(district, text(LAYOUT) if kind == "csv" else workbook({"表": LAYOUT}), file)
    assert told.rows(ELDERLY, "name row") == ["张三 | 3", "李四 | 8"]
    assert [line.removeprefix("表 ") for line in told.rejected(file)] == [
        "9 id_number: id_number_length",
        "10 amount: missing",
        "10 period: missing",
    ]
    assert told.account(file) == "17 = 13 + 2 + 2"


def test_a_row_with_an_id_number_is_never_a_footer(district: District) -> None:
    told = one(district, text(GOOD.replace("张三", "说明")))
    assert told.rows(ELDERLY, "name") == ["说明", "李四"]


def test_a_total_is_told_by_any_cell_and_a_note_by_the_first(district: District) -> None:
    told = one(district, text(GOOD) + "3,合计,,300,\n4,备注：无,,300,\n")
    assert told.rejected("高龄津贴.csv") == ["5 id_number: missing", "5 period: missing"]


def test_a_row_with_only_an_unknown_column_is_no_blank_row(district: District) -> None:
    told = one(district, text("姓名 | 身份证号 | 金额 | 月份 | 电话\n张三 | ID1 | 1 | 2023-08 | ·\n· | · | · | · | 12"))
    assert told.account("高龄津贴.csv") == "3 = 1 + 1 + 1"


def test_records_are_counted_blank_lines_included_and_numbered_by_their_first_physical_line(district: District) -> None:
    content = text("""
姓名 | 身份证号 | 发放金额 | 月份 | 备注
张三 | ID1      | 100      | 2023-08 | 一\\n二\\n三
·
李四 | ID2      | 200      | 2023-08 | ·
""")
    told = one(district, content + "\n\n")
    assert told.rows(ELDERLY, "name row") == ["张三 | 2", "李四 | 6"]
    assert told.account("高龄津贴.csv") == "6 = 4 + 2 + 0"


def test_a_record_may_have_line_breaks_in_several_cells_and_commas_in_others(district: District) -> None:
    content = (
        "备注,发放金额,身份证号,月份,电话,姓名\n"
        f'"一\n二","1,200.50",{person(1)},2023-08,"三\n四",张三\n'
        f"一,200,{person(2)},2023-08,,李四\n"
    )
    told = one(district, content)
    assert told.rows(ELDERLY, "name amount row") == ["张三 | 1200.50 | 2", "李四 | 200.00 | 5"]
    assert told.account("高龄津贴.csv") == "3 = 1 + 2 + 0"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_the_last_line_end_begins_no_further_record(district: District, end: str) -> None:
    told = one(district, text(GOOD).replace("\n", end).encode())
    assert told.account("高龄津贴.csv") == "3 = 1 + 2 + 0"


def test_a_sheet_is_counted_from_row_1_to_the_last_row_with_a_non_empty_cell(district: District) -> None:
    book = workbook({"表": Page(
        "·\n·\n· | 姓名 | 身份证号 | 发放金额 | 月份\n· | 张三 | ID1 | 100 | 2023-08\n·\n· | 李四 | ID2 | 1 | 2023-08",
        typed={"A40": ""},
    )})  # fmt: skip
    told = one(district, book, "a.xlsx")
    assert told.rows(ELDERLY, "name row") == ["张三 | 4", "李四 | 6"]
    assert told.account("a.xlsx") == "6 = 4 + 2 + 0"


def test_a_merged_range_among_the_data_counts_as_its_value_in_every_row(district: District) -> None:
    book = workbook({"表": Page(
        """
户主身份证号 | 姓名 | 身份证号 | 保障金额 | 月份
·            | 张三 | ID1      | 500      | 2023-08
·            | 李四 | ID2      | 400      | 2023-08
ID3          | 王五 | ID3      | 300      | 2023-08
""",
        merged={"A2:A3": "ID1"},
    )})  # fmt: skip
    told = one(district, book, "低保.xlsx", "urban_dibao")
    assert told.rows("urban_dibao", "id_number household_head_id row") == lines("""
ID1 | ID1 | 2
ID2 | ID1 | 3
ID3 | ID3 | 4
""")


def test_hidden_rows_are_read_like_others(district: District) -> None:
    told = one(district, workbook({"表": Page(GOOD, hidden_rows=[1, 3])}), "a.xlsx")
    assert told.rows(ELDERLY, SHOWN) == lines(GOOD_ROWS)


@pytest.mark.parametrize(
    ("broken", "reason"),
    [('王五,ID3,"1,2023-08', "unterminated_quote"), ("王五,ID3,1,2023-08,x,y", "extra_cells")],
)
def test_a_record_that_cannot_be_read_as_written_costs_only_itself(
    district: District, broken: str, reason: str
) -> None:
    content = text("姓名 | 身份证号 | 金额 | 月份\n张三 | ID1 | 1 | 2023-08") + broken + "\n"
    told = one(district, content + text("李四 | ID2 | 2 | 2023-08"))
    assert told.rows(ELDERLY, "name row") == ["张三 | 2", "李四 | 4"]
    assert told.rejected("高龄津贴.csv") == [f"3 record: {reason}"]
    assert told.account("高龄津贴.csv") == "4 = 1 + 2 + 1"


def test_a_delivery_without_one_accepted_row_is_refused_and_supersedes_nothing(district: District) -> None:
    district.put(f"{ELDERLY}/一.csv", month(8), "2023-08-01 10:00")
    district.put(f"{ELDERLY}/二.csv", month(8, who="123"), "2023-08-02 10:00")
    district.put(f"{ELDERLY}/三.csv", text("姓名 | 身份证号 | 金额 | 月份"), "2023-08-02 10:00")
    told = district.read()
    assert "无可用记录" in told.refusal("二.csv")
    assert "无可用记录" in told.refusal("三.csv")
    assert told.rows(ELDERLY, "file") == ["一.csv"]


def test_a_rejected_row_keeps_every_original_cell_its_file_sheet_row_and_each_reason(district: District) -> None:
    book = workbook(
        {"八月": "姓名 | 身份证号 | 金额 | 月份 | 电话\n张三 | ID1 | 1 | 2023-08 | ·\n· | 12* | 壹 | ×月 | 110"}
    )
    told = one(district, book, "a.xlsx")
    assert told.rejected("a.xlsx") == [
        "八月 3 amount: money_unparsable",
        "八月 3 id_number: id_number_masked",
        "八月 3 name: missing",
        "八月 3 period: month_unparsable",
    ]
    assert set(told.rejects["cells"]) == {'{"身份证号":"12*","金额":"壹","月份":"×月","电话":"110"}'}
    assert told.reject_reasons.select("column", "reason", "count").sort("column").rows() == [
        ("amount", "money_unparsable", 1),
        ("id_number", "id_number_masked", 1),
        ("name", "missing", 1),
        ("period", "month_unparsable", 1),
    ]


def test_a_birth_date_is_judged_by_the_run_that_read_it(district: District) -> None:
    born = person(1, "20230902")
    district.put(f"{ELDERLY}/a.csv", f"姓名,身份证号,金额,月份\n张三,{person(1)},1,202308\n李四,{born},1,202308\n")
    assert district.read(date(2023, 9, 1)).rejected("a.csv") == ["3 id_number: id_number_birth_date"]
    assert district.read(date(2023, 9, 3)).rejected("a.csv") == ["3 id_number: id_number_birth_date"]


def test_a_file_that_left_the_inbox_stays_in_force(district: District) -> None:
    one(district, text(GOOD))
    (district.root.inbox / ELDERLY / "高龄津贴.csv").unlink()
    assert district.read().rows(ELDERLY, SHOWN) == lines(GOOD_ROWS)
