import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest

from huimin.errors import PublishError
from huimin.sheets import read
from huimin.workbooks.template import header_title, write_template
from returns import read_rows
from unit.quality_rows import contracts

CONTRACTS = contracts()
SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@pytest.fixture(scope="module")
def trade_in(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "template.xlsx"
    write_template(CONTRACTS["vehicle_trade_in"], path)
    return path


def part(path: Path, name: str) -> ElementTree.Element:
    with zipfile.ZipFile(path) as packed:
        return ElementTree.fromstring(packed.read(name))  # noqa: S314 - we wrote it


@pytest.mark.parametrize("roster", CONTRACTS)
def test_every_template_reads_back_as_its_roster_without_rows(roster: str, tmp_path: Path) -> None:
    contract = CONTRACTS[roster]
    path = tmp_path / "template.xlsx"
    write_template(contract, path)
    reading = read(path, path.name, contract)
    (table,) = reading.tables
    assert set(table.records.columns) == {"row", *(column.name for column in contract.columns)}
    assert table.records.is_empty()
    assert table.faults.is_empty()
    assert table.unknown_columns == ()
    assert reading.other_sheets == ("填写说明",)


@pytest.mark.parametrize(
    ("roster", "column", "title"),
    [
        ("vehicle_trade_in", "old_vin", "旧车车辆识别代号*"),
        ("vehicle_trade_in", "old_plate", "旧车号牌"),
        ("vehicle_trade_in", "amount", "发放金额（元）*"),
        ("forestry", "area_mu", "面积（亩）"),
        ("businesses", "capital_wan", "注册资本（万元）"),
    ],
)
def test_headers_say_unit_and_whether_a_cell_is_required(roster: str, column: str, title: str) -> None:
    assert header_title(CONTRACTS[roster].column(column)) == title


def test_categories_have_drop_down_lists(trade_in: Path) -> None:
    validations = part(trade_in, "xl/worksheets/sheet1.xml").iter(f"{SHEET}dataValidation")
    lists = {v.get("sqref"): v.findtext(f"{SHEET}formula1") for v in validations if v.get("type") == "list"}
    assert lists == {"E2:E1048576": '"报废,转让"', "L2:L1048576": '"新能源,燃油"'}


def test_identifiers_are_text_so_that_excel_leaves_them_alone(trade_in: Path) -> None:
    formats = part(trade_in, "xl/styles.xml").find(f"{SHEET}cellXfs")
    assert formats is not None
    numbers = [style.get("numFmtId") for style in formats]
    columns = part(trade_in, "xl/worksheets/sheet1.xml").iter(f"{SHEET}col")
    as_text = {
        index
        for column in columns
        for index in range(int(column.get("min", 0)), int(column.get("max", 0)) + 1)
        if numbers[int(column.get("style", 0))] == "49"  # Excel's own number for text
    }
    names = {column.name for index, column in enumerate(CONTRACTS["vehicle_trade_in"].columns, 1) if index in as_text}
    assert {"id_number", "account", "old_vin", "new_plate", "invoice_number", "name"} <= names
    assert not names & {"amount", "applied_on", "invoice_amount"}


def test_the_same_contract_gives_the_same_bytes(trade_in: Path, tmp_path: Path) -> None:
    write_template(CONTRACTS["vehicle_trade_in"], tmp_path / "again.xlsx")
    assert (tmp_path / "again.xlsx").read_bytes() == trade_in.read_bytes()


def test_what_nobody_reads_is_not_asked_for_and_named(tmp_path: Path) -> None:
    contract = CONTRACTS["tekun"]
    path = tmp_path / "template.xlsx"
    write_template(contract, path, {"bank", "channel"})
    (table,) = read(path, path.name, contract).tables
    assert {column.name for column in contract.columns} - {*table.records.columns} == {"bank", "channel"}
    notes = read_rows(path, "填写说明", "填写列")
    told = {row["填写列"] for row in notes if row["要求"] == "不必报送"}
    assert told == {f"“{contract.column(name).titles[0]}”" for name in ("bank", "channel")}
    write_template(contract, path)
    assert {row["要求"] for row in read_rows(path, "填写说明", "填写列")} == {"必填", "选填"}


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(PublishError) as caught:
        write_template(CONTRACTS["tekun"], tmp_path / "no" / "such.xlsx")
    assert caught.value.exit_code == 14
