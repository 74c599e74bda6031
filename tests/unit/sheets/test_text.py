"""Text files: encodings, delimiters, records and what is wrong with them."""

import codecs
from pathlib import Path

import polars as pl
import pytest

from huimin.errors import DeliveryError
from huimin.sheets import Declared, Limits, Sheet, read_raw
from huimin.sheets.dialect import DELIMITERS
from huimin.sheets.undivided import NUL_BYTES
from unit.sheets.elderly import LI, WANG, ZHANG, drawn, layout, reading, table

PLAIN = f"姓名,身份证号,金额,月份\n张三,{ZHANG},100,2023-08\n李䶮,{LI},200,2023-08\n"


@pytest.mark.parametrize(
    "content",
    [
        PLAIN.encode(),
        PLAIN.encode("utf-8-sig"),
        PLAIN.encode("gb18030"),
        b"\x84\x31\x95\x33" + PLAIN.encode("gb18030"),
        codecs.BOM_UTF16_LE + PLAIN.encode("utf-16-le"),
        codecs.BOM_UTF16_BE + PLAIN.encode("utf-16-be"),
        PLAIN.replace("\n", "\r\n").encode(),
        PLAIN.replace("\n", "\r").encode("gb18030"),
        PLAIN.rstrip("\n").encode(),
    ],
)
def test_every_encoding_and_line_end_gives_the_same_rows(tmp_path: Path, content: bytes) -> None:
    seen = table(tmp_path, content)
    assert drawn(seen.records) == [f"2 | 张三 | {ZHANG} | 100 | 2023-08", f"3 | 李䶮 | {LI} | 200 | 2023-08"]
    assert (seen.rows, layout(seen), seen.sheet) == (3, 1, None)


def test_rare_characters_of_gb18030_survive(tmp_path: Path) -> None:
    text = f"姓名,身份证号,金额,月份\n㛃𬱖,{ZHANG},1,2023-08\n"
    assert table(tmp_path, text.encode("gb18030")).records["name"].to_list() == ["㛃𬱖"]


def test_gbk_file_is_read(tmp_path: Path) -> None:
    assert table(tmp_path, PLAIN.replace("䶮", "四").encode("gbk")).records["name"].to_list() == ["张三", "李四"]


@pytest.mark.parametrize("delimiter", DELIMITERS)
@pytest.mark.parametrize("ending", [".csv", ".txt", ".tsv"])
def test_the_delimiter_is_the_one_under_which_the_header_matches(tmp_path: Path, delimiter: str, ending: str) -> None:
    text = f"高龄津贴,一;二|三，四^五\n{PLAIN.replace(',', delimiter)}"
    seen = table(tmp_path, text.encode("gb18030"), "名册" + ending.upper())
    assert drawn(seen.records) == [f"3 | 张三 | {ZHANG} | 100 | 2023-08", f"4 | 李䶮 | {LI} | 200 | 2023-08"]


@pytest.mark.parametrize("delimiter", DELIMITERS)
@pytest.mark.parametrize("blank", [" ", "  ", "\u00a0", "\u3000"])
@pytest.mark.parametrize("quoted", ["all", "data", "none"])
def test_a_blank_may_follow_a_delimiter(tmp_path: Path, delimiter: str, blank: str, quoted: str) -> None:
    header, *data = PLAIN.splitlines()
    apart = {"all": [header, *data], "data": data, "none": []}[quoted]
    lines = [line.replace(",", '","').join('""') if line in apart else line for line in (header, *data)]
    text = "\n".join(line.replace(",", delimiter + blank) for line in lines)
    seen = table(tmp_path, text.encode())
    trimmed = seen.records.with_columns(pl.col(pl.String).str.strip_chars())
    assert drawn(trimmed) == [f"2 | 张三 | {ZHANG} | 100 | 2023-08", f"3 | 李䶮 | {LI} | 200 | 2023-08"]
    assert seen.faults.is_empty()


def test_blanks_behind_delimiters_are_no_part_of_cells_and_within_quotes_they_are(tmp_path: Path) -> None:
    seen = table(
        tmp_path,
        f'''\
"姓名", "身份证号","金额",  "月份", 备注
"张三", "{ZHANG}", , "2023-08",  甲 乙
 "李四","{LI}", "1, ""2""", "2023-08", "一, "
"王五", "{WANG}", "3", "2023-08", "一
, ""二"", 三"
"王五", "{WANG}", "3" , "2023-08", ""
'''.encode(),
    )
    assert drawn(seen.cells) == [
        f"2 | 张三 | {ZHANG} | · | 2023-08 | 甲 乙",
        f'3 | 李四 | {LI} | 1, "2" | 2023-08 | 一, ',
        f'4 | 王五 | {WANG} | 3 | 2023-08 | 一\n, "二", 三',
    ]
    assert seen.faults.select("row", "reason").rows() == [(6, "broken_quote")]


def test_blanks_count_where_quotes_do_not_stand_behind_them(tmp_path: Path) -> None:
    seen = table(tmp_path, f'姓名,身份证号,金额,月份,备注\n张三,{ZHANG},1,2023-08, 19" 显示器\n'.encode())
    assert seen.cells["c4"].to_list() == [' 19" 显示器']


@pytest.mark.parametrize(("delimiter", "others"), [(",", "，^|;"), ("，", ",^|;"), ("^", "，,|;")])
def test_other_delimiters_are_text(tmp_path: Path, delimiter: str, others: str) -> None:
    text = f"{PLAIN}王{others}五,{WANG},300,2023-08\n"
    content = text.replace(others, "X").replace(",", delimiter).replace("X", others)
    assert table(tmp_path, content.encode()).records["name"].to_list() == ["张三", "李䶮", f"王{others}五"]


TRIED = "试过的分隔符：逗号、制表符、分号、竖线、中文逗号、^、^A；"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (PLAIN.replace(",", "  "), "第1行有 4 个已知表头，它们之间是 2 个空格"),
        (PLAIN.replace(",", "\u3000"), "第1行有 4 个已知表头，它们之间是 1 个空格"),
        ("名册\n姓名 身份证号   金额 月份\n", "第2行有 4 个已知表头，它们之间是数目不等的空格"),
        (PLAIN.replace(",", "#"), "第1行有 4 个已知表头，它们之间是“#”"),
        (PLAIN.replace(",", "、"), "第1行有 4 个已知表头，它们之间是“、”"),
        (PLAIN.split("\n", 1)[1], "按逗号能分成 4 列，但没有一行是已知的表头"),
        (f"张三 {ZHANG}\n", "文件里没有这些分隔符"),
        ("姓名\n张三\n", "文件里没有这些分隔符"),
        (PLAIN.replace("月份", "月\x00份"), f"第1行有 3 个已知表头，但这一行里{NUL_BYTES}"),
        (PLAIN.replace("", "\x00"), f"第1行里{NUL_BYTES}"),
        (PLAIN.replace("\n", "，" * 131_073 + "\n", 1), "第1行有 4 个已知表头，但这一行超过 131072 个字符，不能读取"),
        (PLAIN.replace("\n", ",x" * 1_000 + "\n", 1), "第1行有 4 个已知表头，但这一行超过 1000 列，不能读取"),
    ],
)
def test_without_a_header_the_refusal_says_what_was_tried_and_found(tmp_path: Path, text: str, found: str) -> None:
    with pytest.raises(DeliveryError) as refusal:
        reading(tmp_path, text.encode(), "x.txt")
    assert refusal.value.problem == f"没有找到表头；需要的列：姓名、身份证号、发放金额、发放月份；{TRIED}{found}"
    assert ZHANG not in str(refusal.value)


def test_a_line_break_inside_quotes_is_one_record_numbered_by_its_first_line(tmp_path: Path) -> None:
    seen = table(tmp_path, f'''\
姓名,身份证号,"发放
金额（元）",月份,备注
张三,{ZHANG},"1,000.00",2023-08,"一
二
""三"""
李四,{LI},200,2023-08,"单行"
王五,{WANG},300,2023-08,
''')  # fmt: skip
    assert drawn(seen.records) == [
        f"3 | 张三 | {ZHANG} | 1,000.00 | 2023-08",
        f"6 | 李四 | {LI} | 200 | 2023-08",
        f"7 | 王五 | {WANG} | 300 | 2023-08",
    ]
    assert seen.cells["c4"].to_list()[:2] == ['一\n二\n"三"', "单行"]
    assert seen.titles == ("姓名", "身份证号", "发放 金额（元）", "月份", "备注")
    assert (seen.rows, layout(seen)) == (4, 1)


@pytest.mark.parametrize(
    "rest", ["李四,{LI},200,2023-08", '"李四","{LI}","200","2023-08"', '李四,{LI},"200","2023-08"']
)
def test_an_unterminated_quote_hurts_only_its_own_line(tmp_path: Path, rest: str) -> None:
    good = rest.format(LI=LI)
    seen = table(tmp_path, f'姓名,身份证号,金额,月份\n"张三,{ZHANG},100,2023-08\n' + f"{good}\n" * 300)
    assert seen.records["row"].to_list() == list(range(3, 303))
    assert drawn(seen.faults) == [f'2 | unterminated_quote | "张三,{ZHANG},100,2023-08']
    assert (seen.rows, layout(seen)) == (302, 1)


def test_two_unterminated_quotes_do_not_meet(tmp_path: Path) -> None:
    seen = table(tmp_path, f'姓名,身份证号,金额,月份\n张三,{ZHANG},100,"八月\n李四,{LI},2,八月\n王五,{WANG},3,"八月\n')
    assert drawn(seen.records) == [f"3 | 李四 | {LI} | 2 | 八月"]
    assert seen.faults["row"].to_list() == [2, 4]


def test_line_breaks_in_the_first_and_the_last_cell_are_one_record(tmp_path: Path) -> None:
    seen = table(tmp_path, f'''\
姓名,身份证号,金额,月份,备注
"张
三",{ZHANG},1,2023-08,"一
二"
李四,{LI},2,2023-08,
''')  # fmt: skip
    assert seen.cells["c0"].to_list() == ["张\n三", "李四"]
    assert seen.cells["c4"].to_list() == ["一\n二", ""]
    assert seen.cells["row"].to_list() == [2, 5]
    assert (seen.faults.height, seen.rows, layout(seen)) == (0, 3, 1)


def test_a_quoted_cell_may_hold_what_looks_like_records(tmp_path: Path) -> None:
    seen = table(tmp_path, f'姓名,身份证号,金额,月份\n"张三\n李四,{LI},2,八月\n",{ZHANG},1,八月\n王五,{WANG},3,八月\n')
    assert seen.cells["c0"].to_list() == [f"张三\n李四,{LI},2,八月\n", "王五"]
    assert seen.faults.is_empty()


@pytest.mark.parametrize("name", ['"张"三', '"张三" ', '"张"三"'])
def test_text_after_a_closing_quote_is_a_fault(tmp_path: Path, name: str) -> None:
    seen = table(tmp_path, f"姓名,身份证号,金额,月份\n{name},{ZHANG},1,2023-08\n李四,{LI},2,2023-08\n")
    assert seen.faults.select("row", "reason").rows() == [(2, "broken_quote")]
    assert seen.records["row"].to_list() == [3]


def test_a_quote_inside_a_cell_is_text(tmp_path: Path) -> None:
    seen = table(tmp_path, f'姓名,身份证号,金额,月份,备注\n张三,{ZHANG},1,2023-08,19"电视\n')
    assert seen.cells["c4"].to_list() == ['19"电视']
    assert seen.faults.is_empty()


def test_long_records_are_faults_and_short_ones_are_padded(tmp_path: Path) -> None:
    seen = table(tmp_path, f'''\
姓名,身份证号,金额,月份
张三,{ZHANG},1,200,2023-08
李四,{LI},200,2023-08,,,
"李四",{LI},1,200,"2023-08"
王五,{WANG},300
''')  # fmt: skip
    assert drawn(seen.records) == [f"3 | 李四 | {LI} | 200 | 2023-08", f"5 | 王五 | {WANG} | 300 | ·"]
    assert seen.faults["row"].to_list() == [2, 4]
    assert set(seen.faults["reason"]) == {"extra_cells"}


OPTIONAL = "姓名,身份证号,金额,月份,街道,发放日期\n"


@pytest.mark.parametrize(
    ("record", "faults"),
    [
        (f"张三,{ZHANG},1,2023-08,东街,2023-08-01,,", 0),  # padding
        (f"张三,{ZHANG},1,2023-08,,,,", 0),
        ("张三,,1,2023-08,东街,2023-08-01,", 0),  # the empty cell is for the type to judge
        (f"张三,{ZHANG},1,2023-08,,东街,", 1),  # one delimiter too many, or a street in the column of dates?
        (f'张三,{ZHANG},1,2023-08,,"东街",', 1),
        (f'张三,{ZHANG},1,2023-08,,"东""街",', 1),
    ],
)
def test_a_record_that_may_have_moved_is_a_fault(tmp_path: Path, record: str, faults: int) -> None:
    seen = table(tmp_path, f"{OPTIONAL}李四,{LI},2,2023-08,西街,2023-08-01\n{record}\n")
    assert seen.faults["reason"].to_list() == ["extra_cells"] * faults
    assert seen.records.height == 2 - faults


def test_a_delimiter_after_every_record_is_padding(tmp_path: Path) -> None:
    rows = "".join(f"张三,{ZHANG},1,2023-08,,2023-08-01,\n" for _ in range(3))
    seen = table(tmp_path, OPTIONAL + rows)
    assert seen.faults.is_empty()
    assert seen.records.height == 3


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("after", ["", "{0}", "{0}{0}"])
def test_a_delimiter_after_the_last_title_makes_no_room_for_a_moved_cell(
    tmp_path: Path, delimiter: str, after: str
) -> None:
    """An unquoted comma in an amount would be hidden in the empty cell behind the titles."""
    end = after.format(delimiter)
    lines = [
        ["姓名", "身份证号", "月份", "金额"],
        ["张三", ZHANG, "2023-08", "1", "200"],
        ["李四", LI, "2023-08", "450"],
    ]
    seen = table(tmp_path, "".join(f"{delimiter.join(line)}{end}\n" for line in lines))
    assert seen.titles == ("姓名", "身份证号", "月份", "金额")
    assert seen.faults.select("row", "reason").rows() == [(2, "extra_cells")]
    assert seen.cells["c3"].to_list() == ["450"]


def test_nul_bytes_are_a_fault_of_their_record(tmp_path: Path) -> None:
    seen = table(
        tmp_path,
        f'姓名,身份证号,金额,月份\n张\0三,{ZHANG},1,2023-08\n"李\0四",{LI},1,"2023\n-08"\n王五,{WANG},1,八月\n',
    )
    assert seen.faults["row"].to_list() == [2, 3]
    assert set(seen.faults["reason"]) == {"nul_byte"}
    assert seen.records["row"].to_list() == [5]


def test_a_record_beyond_the_limit_is_a_fault_with_its_beginning(tmp_path: Path) -> None:
    text = f"姓名,身份证号,金额,月份\n张三,{ZHANG},1,{'八' * 200_000}\n"
    seen = table(tmp_path, text)
    assert seen.faults["reason"].to_list() == ["record_too_long"]
    assert seen.faults["text"].str.len_chars().to_list() == [131_072]


def test_blank_lines_are_counted_and_a_last_line_end_is_none(tmp_path: Path) -> None:
    seen = table(tmp_path, f"\n\n姓名,身份证号,金额,月份\n\n张三,{ZHANG},1,2023-08\n\n\n")
    assert seen.records["row"].to_list() == [5]
    assert (seen.rows, layout(seen)) == (7, 6)


def test_header_only_gives_no_records(tmp_path: Path) -> None:
    seen = table(tmp_path, "姓名,身份证号,金额,月份\n")
    assert seen.records.is_empty()
    assert seen.records.columns == ["row", "name", "id_number", "amount", "period"]
    assert (seen.rows, layout(seen)) == (1, 1)


@pytest.mark.parametrize(
    ("content", "file", "problem"),
    [
        (b"", "空.csv", "空"),
        (b"\n \n\n", "空.csv", "没有内容"),
        (b"\xff\xff\x80\x81", "x.csv", "字符编码"),
        (PLAIN.encode() + b"\xff\xff\n" * 4, "x.csv", "字符编码"),
        (codecs.BOM_UTF8 + PLAIN.encode("gb18030"), "x.csv", "字符编码"),
        (b"PK\x03\x04rest", "x.csv", "内容不是文本"),
        (b"\xd0\xcf\x11\xe0rest", "x.txt", "内容不是文本"),
        (bytes(range(1, 32)), "x.csv", "不是文本"),
        ("你好\n".encode(), "x.csv", "没有找到表头"),
        (PLAIN.encode(), "x.pdf", "不支持"),
        (PLAIN.encode(), "x", "不支持"),
    ],
)
def test_unreadable_files_are_refused_in_plain_words(tmp_path: Path, content: bytes, file: str, problem: str) -> None:
    with pytest.raises(DeliveryError) as refusal:
        reading(tmp_path, content, file)
    assert refusal.value.where == file
    assert problem in refusal.value.problem


LINES = PLAIN.splitlines(keepends=True)


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_line_that_is_not_of_the_encoding_costs_only_itself(tmp_path: Path, encoding: str) -> None:
    first, second, third = (line.encode(encoding) for line in LINES)
    seen = table(tmp_path, first + second + "王五".encode(encoding) + b"\xff\xff,x,1,2023-08\n" + third)
    assert seen.records["row"].to_list() == [2, 4]
    assert drawn(seen.faults)[0].startswith("3 | undecodable | ")
    assert "\\xff\\xff" in seen.faults["text"].item()
    assert (seen.rows, layout(seen)) == (4, 1)


def test_lines_in_another_encoding_are_not_guessed(tmp_path: Path) -> None:
    seen = table(tmp_path, PLAIN.encode() + f"王五五,{WANG},3,2023-08\n".encode("gb18030"))
    assert seen.records["name"].to_list() == ["张三", "李䶮"]
    assert seen.faults.select("row", "reason").rows() == [(4, "undecodable")]


def test_a_record_with_an_undecodable_line_is_one_fault(tmp_path: Path) -> None:
    text = f'姓名,身份证号,金额,月份,备注\n张三,{ZHANG},1,2023-08,"一\nQ\n三"\n李四,{LI},2,2023-08,\n'
    seen = table(tmp_path, text.encode().replace(b"Q", b"\xff"))
    assert seen.faults.select("row", "reason").rows() == [(2, "undecodable")]
    assert seen.records["row"].to_list() == [5]


@pytest.mark.parametrize("limits", [Limits(file_bytes=10), Limits(rows=2), Limits(cells=10)])
def test_files_beyond_the_limits_are_refused(tmp_path: Path, limits: Limits) -> None:
    with pytest.raises(DeliveryError):
        reading(tmp_path, PLAIN.encode(), "x.csv", limits)


def test_without_a_contract_one_vote_finds_the_delimiter(tmp_path: Path) -> None:
    archived = tmp_path / "0f3a"
    archived.write_bytes("标题, 说明\na;b;c\n1;2\n3;4;5\n6;7;8\n".encode("gb18030"))
    (sheet,) = read_raw(archived, "x.txt")
    assert drawn(sheet.cells) == ["2 | a | b | c", "4 | 3 | 4 | 5", "5 | 6 | 7 | 8"]
    assert drawn(sheet.faults) == ["1 | missing_cells | 标题, 说明", "3 | missing_cells | 1;2"]
    assert sheet.rows == 5


def raw(folder: Path, text: str, **declared: object) -> Sheet:
    (folder / "x").write_text(text, encoding="utf-8")
    (sheet,) = read_raw(folder / "x", "x.csv", declared=Declared(**declared))  # type: ignore[arg-type]
    return sheet


def test_without_a_contract_only_records_with_the_usual_cells_are_the_table(tmp_path: Path) -> None:
    sheet = raw(tmp_path, 'a,b\n1,2\n3\n4,5,\n6,"7"\n8,"9"9\n\n7"c,8"\n')
    assert drawn(sheet.cells) == ["1 | a | b", "2 | 1 | 2", "5 | 6 | 7", "7 |  | ·"]
    assert drawn(sheet.faults) == [
        "3 | missing_cells | 3",
        "4 | extra_cells | 4,5,",
        '6 | broken_quote | 8,"9"9',
        '8 | broken_quote | 7"c,8"',
    ]


def test_what_stands_above_the_table_or_repeats_its_titles_is_listed(tmp_path: Path) -> None:
    sheet = raw(tmp_path, "名册,,\n,,\n姓名,街道,金额\n张三,东,1\n姓名,街道,金额\n李四,西,2\n")
    assert drawn(sheet.cells) == ["2 |  |  | ", "3 | 姓名 | 街道 | 金额", "4 | 张三 | 东 | 1", "6 | 李四 | 西 | 2"]
    assert drawn(sheet.faults) == ["1 | above_table | 名册", "5 | repeated_header | 姓名 街道 金额"]
    assert sheet.rows == 6


def test_a_repeated_record_is_no_repeated_header(tmp_path: Path) -> None:
    assert raw(tmp_path, "a,1\nb,2\na,1\n").faults.is_empty()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('a, b, "c, d"\ne, f, g\nh, i, "j, k"\n', ["a", "b", "c, d"]),
        ("a,'b,c'\nd,'e,f'\ng,h\n", ["a", "b,c"]),
        ('a,"b\\", c"\nd,"e\\", f"\n', ["a", 'b", c']),
        ("a b\nc d\n", ["a", "b"]),
        (f"a;b\n{'c,d;e' + chr(10)}", ["a", "b"]),
        ("a，b\nc，d,e\n", ["a", "b"]),
        ("a^b\nc^d\n", ["a", "b"]),
        ("a\x01b\nc\x01d\n", ["a", "b"]),
        ("only\nlines\n", ["only"]),
    ],
)
def test_other_dialects_are_found_by_vote(tmp_path: Path, text: str, expected: list[str]) -> None:
    sheet = raw(tmp_path, text)
    assert [cell or "" for cell in sheet.cells.row(0)[1:]] == expected
    assert sheet.faults.is_empty()


def test_what_is_declared_is_not_guessed(tmp_path: Path) -> None:
    text = "made by hand\nx;y,z\nu,v;w\n1;2\n'3;4';5\n"
    sheet = raw(tmp_path, text, delimiter=";", quote="'", skip=1, header=2, titles=("a", "b"))
    assert drawn(sheet.cells) == ["2 | a | b", "4 | 1 | 2", "5 | 3;4 | 5"]
    joined = raw(tmp_path, text, delimiter=";", quote="'", skip=1, header=2)
    assert drawn(joined.cells.head(1)) == ["2 | x u,v | y,z w"]


def test_a_blank_line_is_no_title(tmp_path: Path) -> None:
    sheet = raw(tmp_path, "\n甲,乙\n\n丙,丁\n1,2\n", header=2)
    assert [row for row in sheet.cells.rows() if any(row[1:])] == [(2, "甲 丙", "乙 丁"), (5, "1", "2")]
    alone = raw(tmp_path, "甲,\n丙,丁\n1,2\n", header=2)
    assert alone.cells.rows() == [(1, "甲 丙", "丁"), (3, "1", "2")]


def test_a_declared_encoding_decides(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes("é,ü\n".encode("latin-1"))
    (sheet,) = read_raw(tmp_path / "x", "x.csv", declared=Declared(encoding="latin-1"))
    assert drawn(sheet.cells) == ["1 | é | ü"]


@pytest.mark.parametrize("mark", ['"', ",", "x", '",'])
def test_a_line_of_megabytes_is_one_reject_and_takes_no_others_with_it(tmp_path: Path, mark: str) -> None:
    head = "姓名,身份证号,发放金额,发放月份\n"
    text = f"{head}张三,{ZHANG},1,2023-08\n{mark * 3_000_000}\n李四,{LI},1,2023-08\n"
    seen = table(tmp_path, text)
    assert seen.records["row"].to_list() == [2, 4]
    assert seen.faults.select("row", "reason").rows() == [(3, "record_too_long")]
    assert seen.faults["text"].str.len_chars().to_list() == [Limits().record_characters]
