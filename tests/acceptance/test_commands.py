"""The commands a department or an operator meets a delivery with, in this process: what they say and how they end."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from acceptance.inbox import District, packed, person, text, workbook
from huimin.cli import run
from nights import PROJECT

ELDERLY = "elderly_allowance"
GOOD = """
高龄津贴
序号 | 姓名 | 身份证号 | 发放金额（元） | 发放月份 | 电话
1    | 张三 | ID1      | 100            | 2023-08  | 1
2    | 李四 | 12*      | 1,200.00       | 2023-07  | 2
合计 | ·    | ·        | 100            | ·        | ·
"""


def tree(folder: Path) -> list[tuple[str, int]]:
    return sorted((str(place), place.stat().st_mtime_ns) for place in folder.rglob("*"))


def test_check_tries_one_file_and_stores_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.csv").write_bytes(text(GOOD).encode("gb18030"))
    assert run(["check", "a.csv", "--roster", ELDERLY, "--json"]) == 0
    (receipt,) = json.loads(capsys.readouterr().out)
    assert [receipt[f"rows_{part}"] for part in ("in_file", "layout", "accepted", "rejected")] == [5, 3, 1, 1]
    assert receipt["rejects"] == [{"sheet": None, "row": 4, "column": "id_number", "reason": "id_number_masked"}]
    assert [place.name for place in tmp_path.iterdir()] == ["a.csv"]
    assert run(["check", "a.csv", "--roster", ELDERLY]) == 0
    shown = capsys.readouterr().out
    assert "id_number_masked" in shown
    assert "12*" not in shown
    assert "张三" not in shown


MESSY = """
姓名 | 身份证号 | 发放金额 | 发放月份 | 发放日期  | 银行帐号 | 电\x1b话
张三 | ID1      | 100      | 2023-08  | 8/10/23   | 1        | 1
李四 | ID2      | 1,200.50 | 2023-07  | 2023-07-05 | 2       | 2
王五 | ID3      | 1.5万    | 2023-07  | 8/11/23   | 3        | 3
赵六 | ID4      | 2        | 2023-07  | 8/12/23   | 3        | 3
"""


IN_CHINESE = (
    "可以接收，但有退回的行", "文件共 5 行 = 版面 1 + 接收 3 + 退回 1",
    "表头“银行帐号”没有认出，可能是“银行账号”", "约定以外的列（不读，不算错）：电",
    "2023-07      2             1,202.50", "2023-08      1               100.00",
    "发放金额   金额无法识别", "第4行", "发放日期   日期无法识别", "2行：", "33.3%",
    "文件中没有的选填列：街道、社区", "请写成 2023-08-01 这样的日期",
)  # fmt: skip
IN_ENGLISH = (
    "can be accepted, but for rows that come back", "5 rows in the file = 1 layout + 3 accepted + 1 that come back",
    "header “银行帐号” is not known, perhaps “银行账号”", "columns beyond what is agreed (not read, no fault): 电",
    "1,202.50", "not understood", "33.3%",
    "Optional columns that the file lacks: 街道、社区", "write dates",
)  # fmt: skip


@pytest.mark.parametrize("container", ["csv", "xlsx"])
@pytest.mark.parametrize(("language", "expected"), [("zh", IN_CHINESE), ("en", IN_ENGLISH)])
def test_check_shows_all_that_is_known_of_the_file_in_one_language_and_no_cell(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    container: str,
    language: str,
    expected: tuple[str, ...],
) -> None:
    monkeypatch.setenv("HUIMIN_LANG", language)
    place = tmp_path / f"高龄津贴.{container}"
    place.write_bytes(text(MESSY).encode() if container == "csv" else workbook({"表": MESSY.replace("\x1b", "")}))
    assert run(["check", str(place), "--roster", ELDERLY]) == 0
    shown = capsys.readouterr().out
    for told in expected:
        assert told in shown, told
    assert not any(cell in shown for cell in (person(1), "张三", "8/10/23", "1.5万", "\x1b"))
    if language == "en":
        contract = PROJECT.contracts[ELDERLY]
        titles = {title for column in contract.columns for title in column.titles} | {contract.title, "银行帐号"}
        others = {"高龄津贴", "表", "电", "话", "电话", "万"}
        assert set(re.findall("[一-鿿]+", shown)) <= titles | others


@pytest.mark.parametrize(
    ("file", "content", "code"),
    [
        ("bad.csv", b"x,y\n1,2\n", 11),
        ("empty.csv", b"", 11),
        ("a.pdf", b"%PDF", 11),
        ("a.zip", packed({"b.csv": "x,y\n", "c.pdf": "x"}), 11),
        ("a.zip", packed({"b.csv": "x,y\n", "c.csv": text(GOOD)}), 0),
        ("a.xlsx", workbook({"表": GOOD}), 0),
    ],
)
def test_check_ends_with_11_when_nothing_is_usable(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], file: str, content: bytes, code: int
) -> None:
    place = tmp_path / file
    place.write_bytes(content)
    assert run(["check", str(place), "--roster", ELDERLY]) == code
    assert "refused" in capsys.readouterr().out or not code


@pytest.mark.parametrize(("good", "bad", "code"), [(50, 50, 0), (49, 51, 12), (1, 98, 0)])
def test_check_ends_with_12_when_the_night_would_keep_the_file_out(
    tmp_path: Path, good: int, bad: int, code: int
) -> None:
    rows = [f"张三,{person(n)},1,202308" for n in range(good)] + ["张三,4*,1,202308"] * bad
    (tmp_path / "a.csv").write_text("\n".join(["姓名,身份证号,金额,月份", *rows]), encoding="utf-8")
    assert run(["check", str(tmp_path / "a.csv"), "--roster", ELDERLY]) == code


def test_check_says_when_the_name_is_of_an_unfinished_file(tmp_path: Path) -> None:
    (tmp_path / "a.csv.part").write_text(text(GOOD), encoding="utf-8")
    assert run(["check", str(tmp_path / "a.csv.part"), "--roster", ELDERLY]) == 2


def test_wrong_usage_ends_with_2_and_says_what_to_try(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", str(tmp_path / "none.csv"), "--roster", ELDERLY]) == 2
    assert run(["rosters", "show", "no_such"]) == 2
    assert run(["plan", "--root", str(tmp_path / "none")]) == 2
    assert capsys.readouterr().err.count("try: ") == 3


def test_sheet_prints_the_table_as_the_reader_understands_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.csv").write_bytes('姓名;金额\n张三;"1,200"\n李四;\n'.encode("gb18030"))
    assert run(["sheet", str(tmp_path / "a.csv")]) == 0
    assert capsys.readouterr().out == '姓名,金额\n张三,"1,200"\n李四,\n'
    (tmp_path / "a.xlsx").write_bytes(workbook({"空": "·", "表": GOOD}))
    assert run(["sheet", str(tmp_path / "a.xlsx")]) == 0
    assert capsys.readouterr().out.splitlines()[2] == f"1,张三,{person(1)},100,2023-08,1"
    (tmp_path / "a.pdf").write_bytes(b"%PDF")
    assert run(["sheet", str(tmp_path / "a.pdf")]) == 11
    assert run(["sheet", str(tmp_path / "a.csv"), "--sheet", "2"]) == 2


def test_sheet_prints_the_rejects_on_request(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.csv").write_text('姓名,金额\n张三,"1\n李四,2\n', encoding="utf-8")
    assert run(["sheet", str(tmp_path / "a.csv"), "--rejects"]) == 0
    assert capsys.readouterr().out.splitlines()[1].startswith("2,unterminated_quote,")


def test_plan_says_what_a_run_would_do_and_changes_nothing(
    district: District, capsys: pytest.CaptureFixture[str]
) -> None:
    row = "姓名 | 身份证号 | 发放金额 | 发放月份\n张三 | ID1 | {} | 2023-08"
    district.put(f"{ELDERLY}/a.csv", text(row.format(1)), "2023-08-01 10:00")
    district.check()
    district.put(f"{ELDERLY}/b.csv", text(row.format(2)), "2023-08-02 10:00")
    district.put("no_such/c.csv", "x\n")
    before = tree(district.root.path)
    assert run(["plan", "--root", str(district.root.path), "--date", "2023-09-01", "--settle", "0", "--json"]) == 0
    planned = json.loads(capsys.readouterr().out)
    assert tree(district.root.path) == before
    assert [(new["file"], new["status"]) for new in planned["new"]] == [("b.csv", "accepted"), ("c.csv", "refused")]
    assert planned["superseded"] == [{"roster": ELDERLY, "unit": None, "period": "2023-08"}]
    skipped = {entry["rule"]: entry["why"] for entry in planned["skipped"]}
    assert "missing deaths" in skipped["deceased"]
    assert "elderly_underage" not in skipped


@pytest.mark.long
@pytest.mark.slow
def test_another_run_holds_the_root_ends_with_15(district: District) -> None:
    district.put(f"{ELDERLY}/a.csv", text(GOOD))
    with district.root.hold():
        words = [sys.executable, "-m", "huimin.cli", "run", "--root", str(district.root.path), "--settle", "0"]
        ended = subprocess.run(words, capture_output=True, text=True, timeout=120)
    assert ended.returncode == 15
    assert "try: " in ended.stderr
    assert "Traceback" not in ended.stderr
    assert not list(district.root.published.iterdir())


def test_a_template_is_filled_and_accepted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place = tmp_path / "高龄津贴.xlsx"
    assert run(["rosters", "template", ELDERLY, "-o", str(place)]) == 0
    assert run(["check", str(place), "--roster", ELDERLY]) == 11
    assert "无可用记录" in capsys.readouterr().out


def test_rosters_lists_every_contract(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["rosters", "list", "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert [line["roster"] for line in listed] == list(PROJECT.contracts)
    assert {"roster": "deaths", "title": "死亡人员", "department": "区公安分局", "period": "register"} in listed
