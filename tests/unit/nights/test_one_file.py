"""One file against its contract: the figures that a department sees before it delivers."""

from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
import xlsxwriter

from deliveries import CHILD, FILES, HEAD, WIFE, person
from huimin.nights.one_file import ReasonCount, Tried, try_file
from nights import PROJECT, RUN_DATE

CONTRACTS = PROJECT.contracts
NOW = datetime.now(UTC)
DIBAO = f"""\
姓名,身份证号,户主身份证号,发放金额,发放月份,发放日期,银行帐号,备注
张三,{HEAD},{HEAD},500,2023-07,2023-07-10,1,
李四,{WIFE},{HEAD},450.50,2023-07,8/10/23,1,
王五,{CHILD},{HEAD},1.5万,2023-07,8/11/23,1,
张三,{HEAD},{HEAD},500,2023-08,8/12/23,1,
张三,{HEAD},{HEAD},500,2023-08,,1,
赵六,{CHILD},{HEAD},2万,,,1,
合计,,,,,,,
"""


def trial(folder: Path, content: str | bytes, file: str, roster: str, most: int = 10) -> list[Tried]:
    place = folder / file
    place.write_bytes(content.encode() if isinstance(content, str) else content)
    return try_file(place, CONTRACTS[roster], PROJECT, RUN_DATE, NOW, most)


@pytest.fixture(scope="module")
def dibao(tmp_path_factory: pytest.TempPathFactory) -> Tried:
    (tried,) = trial(tmp_path_factory.mktemp("one"), DIBAO, "城市低保.csv", "urban_dibao", most=2)
    return tried


def test_one_file_is_tried_without_storing_anything(tmp_path: Path) -> None:
    (tried,) = trial(tmp_path, FILES["urban_dibao/城市低保.csv"].encode("gb18030"), "城市低保.csv", "urban_dibao")
    receipt = tried.receipt
    assert (receipt.outcome, receipt.rows_accepted, receipt.rows_rejected) == ("accepted_with_rejects", 3, 1)
    assert tried.rejects == (ReasonCount("id_number", "id_number_check_digit", 1, ((None, 6),)),)
    assert [place.name for place in tmp_path.iterdir()] == ["城市低保.csv"]


def test_reasons_are_counted_and_their_first_rows_named(dibao: Tried) -> None:
    assert dibao.rejects == (
        ReasonCount("amount", "money_unparsable", 2, ((None, 4), (None, 7))),
        ReasonCount("period", "missing", 1, ((None, 7),)),
    )
    assert dibao.findings == (ReasonCount("paid_on", "date_unparsable", 2, ((None, 3), (None, 5))),)


def test_how_full_each_column_is_and_whether_it_was_delivered(dibao: Tried) -> None:
    filled = {column.column: (column.delivered, column.rows, column.share) for column in dibao.filled}
    assert list(filled) == [column.name for column in CONTRACTS["urban_dibao"].columns]
    assert filled["paid_on"] == (True, 1, 0.25)
    assert filled["amount"] == (True, 4, 1.0)
    assert filled["bank"] == (False, 0, 0.0)


def test_a_period_told_by_a_name_is_filled_and_not_delivered(tmp_path: Path) -> None:
    text = f"姓名,身份证号,发放金额\n张三,{HEAD},100\n"
    (tried,) = trial(tmp_path, text, "高龄津贴2023年8月.csv", "elderly_allowance")
    (period,) = (column for column in tried.filled if column.column == "period")
    assert (period.delivered, period.rows) == (False, 1)


def test_the_whole_is_told_as_json_without_any_cell(dibao: Tried) -> None:
    value = dibao.as_json()
    assert [(share["period"], share["rows"], share["money"]) for share in value["periods"]] == [
        ("2023-07", 2, {"amount": "950.50"}),
        ("2023-08", 2, {"amount": "1000.00"}),
    ]
    assert value["nearly_known"] == [{"header": "银行帐号", "title": "银行账号"}]
    assert value["unknown_columns"] == ["银行帐号", "备注"] or value["unknown_columns"] == ("银行帐号", "备注")
    assert value["reject_reasons"][0] == {"column": "amount", "reason": "money_unparsable", "count": 2}
    assert value["rejects"][1] == {"sheet": None, "row": 7, "column": "amount", "reason": "money_unparsable"}
    assert value["finding_reasons"] == [{"column": "paid_on", "reason": "date_unparsable", "count": 2}]
    assert [finding["row"] for finding in value["findings"]] == [3, 5]
    failed = {entry["expectation"]: entry["unexpected_count"] for entry in value["quality"] if not entry["success"]}
    assert failed["id_number.unique"] == 1
    assert failed["account.header_nearly_known"] == 1
    assert not any(cell in str(value) for cell in (HEAD, "张三", "8/10/23", "1.5万"))


def test_rows_of_a_workbook_are_named_with_their_sheet(tmp_path: Path) -> None:
    content = BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        for name in ("东湖", "西岭"):
            rows = [("姓名", "身份证号", "金额", "月份"), ("张三", HEAD, "1", "2023-08"), ("李四", "", "1", "2023-08")]
            sheet = book.add_worksheet(name)
            for index, row in enumerate(rows):
                sheet.write_row(index, 0, row)
        book.add_worksheet("说明").write(0, 0, "按月报送")
    (tried,) = trial(tmp_path, content.getvalue(), "高龄津贴.xlsx", "elderly_allowance")
    assert tried.rejects == (ReasonCount("id_number", "missing", 2, (("东湖", 3), ("西岭", 3))),)
    assert tried.receipt.other_sheets == ("说明",)


@pytest.mark.parametrize(
    ("text", "near", "fix"),
    [
        (f"姓名,身份证好,发放金额,月份\n张三,{HEAD},100,2023-08\n", (("身份证好", "身份证号"),), "按模板的表头填写"),
        (
            f"姓名,身份证号,发放金额,金额,月份,银行帐号\n张三,{HEAD},1,1,2023-08,1\n",
            (("银行帐号", "银行账号"),),
            "每列只留一个表头",
        ),
        (f"姓名,身份证号,发放金额,银行帐号\n张三,{HEAD},1,1\n", (("银行帐号", "银行账号"),), "增加“发放月份”列"),
        ("姓名,身份证号,发放金额,月份\n", (), "在表头之下填入数据"),
        ("姓名,身份证号,发放金额,月份\n张三,1,1,2023-08\n", (), "按各行退回的原因改正"),
    ],
)
def test_a_refused_file_tells_its_headers_too_and_what_to_do(
    tmp_path: Path, text: str, near: tuple[tuple[str, str], ...], fix: str
) -> None:
    (tried,) = trial(tmp_path, text, "高龄津贴.csv", "elderly_allowance")
    assert tried.receipt.outcome == "refused"
    assert tried.receipt.nearly_known == near
    assert tried.receipt.fix.startswith(fix)
    assert (tried.filled, tried.quality.height, tried.kept_out) == ((), 0, False)


def test_a_file_that_the_gate_would_keep_out_is_told_so(tmp_path: Path) -> None:
    good = [f"张三,{person('19400101', n)},1,202308" for n in range(49)]
    rows = ["姓名,身份证号,金额,月份", *good, *(["张三,4*,1,202308"] * 51)]
    (tried,) = trial(tmp_path, "\n".join(rows), "a.csv", "elderly_allowance")
    assert tried.kept_out
    assert tried.rejects == (
        ReasonCount("id_number", "id_number_masked", 51, tuple((None, row) for row in range(51, 61))),
    )


def test_each_member_of_an_archive_is_told(tmp_path: Path) -> None:
    content = BytesIO()
    with ZipFile(content, "w") as archive:
        archive.writestr("东湖.csv", f"姓名,身份证号,金额,月份\n张三,{HEAD},1,2023-08\n")
        archive.writestr("西岭.csv", "x,y\n1,2\n")
    found = trial(tmp_path, content.getvalue(), "八月.zip", "elderly_allowance")
    assert {tried.receipt.delivery.file: tried.receipt.outcome for tried in found} == {
        "八月.zip/东湖.csv": "accepted",
        "八月.zip/西岭.csv": "refused",
    }
