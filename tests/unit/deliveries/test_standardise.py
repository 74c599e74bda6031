import json
import tempfile
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from huimin.cells import TYPES
from huimin.contracts.contract import Column, Contract
from huimin.deliveries.standard import laid, leave
from huimin.deliveries.standardise import standardise as standardise_into
from huimin.deliveries.standardise import together
from huimin.errors import HuiminError, PublishError
from huimin.identity import check_character
from huimin.sheets.shapes import FAULTS, Reading, Table
from huimin.store.delivery import Delivery, Receipt, Share
from nights import PROJECT

READ_ON = date(2023, 9, 1)
CONTRACTS = PROJECT.contracts
TITLES = {"name": "姓名", "id_number": "身份证号", "amount": "发放金额", "period": "发放月份", "paid_on": "发放日期"}


def synthetic(serial: int) -> str:
    first17 = f"42999919400101{serial:03}"
    return first17 + check_character(first17)


IDS = {f"ID{serial}": synthetic(serial) for serial in range(1, 10)}


def contract(period: str = "month") -> Contract:
    period_types = {"month": "month", "year": "year", "term": "term", "event": "date"}
    columns = [
        Column("name", TYPES["name"], ("姓名",), required=True),
        Column("id_number", TYPES["id_number"], ("身份证号",), required=True),
        Column("amount", TYPES["money"], ("发放金额",), required=True),
        Column("paid_on", TYPES["date"], ("发放日期",)),
    ]
    if period in period_types:
        columns.insert(3, Column("period", TYPES[period_types[period]], ("发放月份",), required=True))
    return Contract(
        roster="elderly_allowance",
        title="高龄津贴",
        kind="benefit",
        department="civil_affairs",
        department_title="区民政局",
        period=period,
        period_column="period" if period in period_types else None,
        position=1,
        columns=tuple(columns),
        key=("id_number",),
        evidence=("amount",),
        expectations=(),
        digest="d" * 64,
    )


def delivery(file: str = "高龄津贴.csv", received_at: datetime = datetime(2023, 8, 20, 15, 59, tzinfo=UTC)) -> Delivery:
    path = f"elderly_allowance/{file}"
    return Delivery("a" * 16, "elderly_allowance", None, path, file, "0" * 64, received_at, 100)


def table(drawing: str, sheet: str | None = None, layout: int = 1, faults: pl.DataFrame | None = None) -> Table:
    """A table drawn as text, `|` between cells; `ID1` stands for a valid ID number. Data rows are numbered from 2."""
    head, *lines = [[cell.strip() for cell in line.split("|")] for line in drawing.strip().splitlines()]
    rows = [[IDS.get(cell, cell) or None for cell in line] for line in lines]
    faults = pl.DataFrame(schema=FAULTS) if faults is None else faults
    row = pl.Series("row", range(2, 2 + len(rows)), dtype=pl.Int32)
    columns = list(zip(*rows)) if rows else [()] * len(head)
    records = pl.DataFrame([row, *(pl.Series(name, cells, dtype=pl.String) for name, cells in zip(head, columns))])
    cells = pl.DataFrame([row, *(pl.Series(f"c{i}", cells, dtype=pl.String) for i, cells in enumerate(columns))])
    titles = tuple(TITLES[name] for name in head)
    return Table(sheet, records, cells, titles, faults, layout + len(rows) + faults.height, ("备注",))


@dataclass(frozen=True)
class Standardised:
    """What was left in a folder."""

    rows: pl.DataFrame
    rejects: pl.DataFrame
    findings: pl.DataFrame
    receipt: Receipt


def standardise(reading: Reading, contract: Contract, delivery: Delivery, read_on: date) -> Standardised:
    """What a folder holds once the reading was standardised into it."""
    with tempfile.TemporaryDirectory() as folder:
        receipt = standardise_into(reading, contract, delivery, read_on, Path(folder))
        frames = (pl.read_parquet(Path(folder) / f"{name}.parquet") for name in ("rows", "rejects", "findings"))
        return Standardised(*frames, receipt)


def read(drawing: str, period: str = "month", file: str = "高龄津贴.csv", sheet: str | None = None) -> Standardised:
    return standardise(Reading((table(drawing, sheet),), ()), contract(period), delivery(file), READ_ON)


GOOD = """
name | id_number | amount | period  | paid_on
张三 | ID1       | 100    | 2023-08 | 2023-08-15
李四 | ID2       | 1,200  | 202307  |
"""


def test_rows_have_the_canonical_columns_then_their_place() -> None:
    rows = read(GOOD).rows
    assert rows.schema == {
        "name": pl.String,
        "id_number": pl.String,
        "amount": pl.Decimal(14, 2),
        "period": pl.Date,
        "paid_on": pl.Date,
        "sheet": pl.String,
        "row": pl.Int32,
        "slot": pl.String,
        "delivery": pl.String,
        "position": pl.Int64,
        "id_number_digits": pl.Int64,
    }
    first, second = (int(IDS[name][:17]) for name in ("ID1", "ID2"))
    assert rows.rows() == [
        (
            "张三",
            IDS["ID1"],
            Decimal("100.00"),
            date(2023, 8, 1),
            date(2023, 8, 15),
            None,
            2,
            "2023-08",
            "a" * 16,
            0,
            first,
        ),
        ("李四", IDS["ID2"], Decimal("1200.00"), date(2023, 7, 1), None, None, 3, "2023-07", "a" * 16, 1, second),
    ]


def test_a_day_before_the_birth_in_the_rows_own_id_number_is_none() -> None:
    born = f"{IDS['ID1'][6:10]}-{IDS['ID1'][10:12]}-{IDS['ID1'][12:14]}"
    drawing = f"""
        name | id_number          | amount | period  | paid_on
        张三 | ID1                | 100    | 2023-08 | {born}
        李四 | ID1                | 100    | 2023-08 | 1900-01-02
        王五 | ID1                | 100    | 2023-08 |
        赵六 | 420111********0016 | 100    | 2023-08 | 1900-01-02
        """
    for required in (False, True):
        promised = contract()
        paid_on = replace(promised.columns[-1], required=required, not_before_birth_of="id_number")
        # before the ID number, so that the order of columns does not matter
        promised = replace(promised, columns=(paid_on, *promised.columns[:-1]))
        result = standardise(Reading((table(drawing),), ()), promised, delivery(), READ_ON)
        told = [(row, column, reason) for _, row, column, reason in result.rejects.drop("cells").rows()]
        assert result.rows.columns[0] == "paid_on"
        assert (5, "id_number", "id_number_masked") in told
        assert (5, "paid_on", "before_birth") not in told
        if required:
            assert told[:2] == [(3, "paid_on", "before_birth"), (4, "paid_on", "missing")]
            assert result.rows["row"].to_list() == [2]
        else:
            assert result.findings.rows() == [(None, 3, "paid_on", "before_birth")]
            assert result.rows["paid_on"].to_list() == [date.fromisoformat(born), None, None]


def test_an_error_word_is_missing_where_required_and_else_a_finding() -> None:
    result = read(
        """
        name | id_number | amount  | period  | paid_on
        张三 | ID1       | 100     | 2023-08 | #N/A
        #N/A | ID2       | #VALUE! | 2023-08 | ########
        """
    )
    assert result.findings.rows() == [(None, 2, "paid_on", "error_value")]
    assert result.rejects.drop("cells").rows() == [(None, 3, "name", "missing"), (None, 3, "amount", "missing")]
    assert '"#VALUE!"' in result.rejects["cells"][0] and '"########"' in result.rejects["cells"][0]


def test_a_finding_of_a_whole_column_is_each_rows() -> None:
    late = GOOD.replace("2023-08-15", "2023-08-15 16:00:00")
    assert read(late).findings.rows() == [(None, 2, "paid_on", "utc_date")]
    assert read(late).rows["paid_on"].to_list() == [date(2023, 8, 16), None]


def test_the_receipt_accounts_for_every_row() -> None:
    receipt = read(GOOD).receipt
    assert receipt == Receipt(
        delivery(),
        "accepted",
        READ_ON,
        "d" * 64,
        slots=("2023-07", "2023-08"),
        shares=(
            Share("2023-07", 1, {"amount": "1200.00"}, 1, "1200"),
            Share("2023-08", 1, {"amount": "100.00"}, 1, "100"),
        ),
        last_row=3,
        rows_in_file=3,
        rows_layout=1,
        rows_accepted=2,
        rows_rejected=0,
        columns=("name", "id_number", "amount", "period", "paid_on"),
        unknown_columns=("备注",),
        records=2,
        accepted=2,
    )


def test_a_required_cell_rejects_its_row_with_each_reason_and_an_optional_one_is_a_finding() -> None:
    result = read(
        """
        name | id_number          | amount | period  | paid_on
             | 420111********0016 | 1万    |         | 长期
        张三 | ID1                | 100    | 2023-08 | 长期
        无   | ID2                | 100    | 2023-08 |
        """
    )
    assert result.rejects.drop("cells").rows() == [
        (None, 2, "name", "missing"),
        (None, 2, "id_number", "id_number_masked"),
        (None, 2, "amount", "money_unparsable"),
        (None, 2, "period", "missing"),
        (None, 4, "name", "missing"),
    ]
    assert result.findings.rows() == [(None, 3, "paid_on", "date_unparsable")]
    assert result.rows.select("row", "paid_on").rows() == [(3, None)]
    receipt = result.receipt
    assert (receipt.outcome, receipt.rows_in_file, receipt.rows_layout) == ("accepted_with_rejects", 4, 1)
    assert (receipt.rows_accepted, receipt.rows_rejected, receipt.records, receipt.accepted) == (1, 2, 3, 1)


def test_a_reject_keeps_its_original_cells() -> None:
    result = read('name | id_number | amount | period\n张"三\\ | 1 2 | 100 | 2023-08\n李四 | ID1 | 5 | 2023-08')
    assert [json.loads(cells) for cells in result.rejects["cells"]] == [
        {"姓名": '张"三\\', "身份证号": "1 2", "发放金额": "100", "发放月份": "2023-08"}
    ]


def test_findings_of_what_was_accepted() -> None:
    result = read("name | id_number | amount | period\n张三 | 110105491231002 | 100 | 2023-08")
    assert result.rows["id_number"].to_list() == ["11010519491231002X"]
    assert result.findings.rows() == [(None, 2, "id_number", "id_number_15_digits")]


def test_a_record_that_cannot_be_read_is_a_reject_of_its_own() -> None:
    faults = pl.DataFrame({"row": [9], "reason": ["extra_cells"], "text": ['a,"b"']}, schema=FAULTS)
    result = standardise(Reading((table(GOOD, faults=faults),), ()), contract(), delivery(), READ_ON)
    assert result.rejects.rows() == [(None, 9, "record", "extra_cells", '{"原文":"a,\\"b\\""}')]
    assert (result.receipt.rows_accepted, result.receipt.rows_rejected, result.receipt.rows_in_file) == (2, 1, 4)


WITHOUT_PERIOD = "name | id_number | amount\n张三 | ID1 | 100"


@pytest.mark.parametrize(
    ("period", "sheet", "file", "slot", "value"),
    [
        ("month", "2023年8月", "高龄津贴.xlsx", "2023-08", date(2023, 8, 1)),
        ("month", "Sheet1", "高龄津贴202308.xlsx", "2023-08", date(2023, 8, 1)),
        ("month", "8月", "2023年高龄津贴.zip/珞南.xlsx", "2023-08", date(2023, 8, 1)),
        ("month", None, "2023年7月.zip/珞南.csv", "2023-07", date(2023, 7, 1)),
        ("year", "2023年", "x.xlsx", "2023", 2023),
        ("term", None, "2023年春季.csv", "2023-spring", "2023-spring"),
    ],
)
def test_an_absent_period_column_is_filled_from_the_names(
    period: str, sheet: str | None, file: str, slot: str, value: object
) -> None:
    rows = read(WITHOUT_PERIOD, period, file, sheet).rows
    assert rows.select("period", "slot").rows() == [(value, slot)]


def test_with_a_period_neither_in_a_column_nor_in_a_name_the_delivery_is_refused() -> None:
    result = read(WITHOUT_PERIOD, "month", "2023年.csv")
    assert result.receipt.outcome == "refused" and "发放月份" in (result.receipt.problem or "")
    assert result.receipt.columns == ("name", "id_number", "amount")
    assert (result.rows.height, result.rejects.height, result.receipt.records) == (0, 0, 0)


def test_an_empty_period_cell_is_missing_whatever_the_file_is_called() -> None:
    result = read(
        "name | id_number | amount | period\n张三 | ID1 | 1 |\n李四 | ID2 | 1 | 2023-08", file="2023年8月.csv"
    )
    assert result.rejects.select("row", "column", "reason").rows() == [(2, "period", "missing")]


EVENTS = "name | id_number | amount | period\n张三 | ID1 | 1 | 2022-07-31\n李四 | ID2 | 1 | 2022-08-01"


@pytest.mark.parametrize(
    ("file", "slots"),
    [
        ("以旧换新.csv", ("2022-07", "2022-08")),
        ("以旧换新2022年9月.csv", ("2022-09",)),
        ("以旧换新2022年.csv", ("2022",)),
    ],
)
def test_an_event_fills_the_period_of_the_file_name_or_its_month(file: str, slots: tuple[str, ...]) -> None:
    assert read(EVENTS, "event", file).receipt.slots == slots


def test_a_register_is_as_at_the_date_in_its_name_or_the_day_it_came_in_china() -> None:
    assert read(WITHOUT_PERIOD, "register", "户籍20230731.csv").receipt.slots == ("2023-07-31",)
    reading = Reading((table(WITHOUT_PERIOD),), ())
    evening = delivery(received_at=datetime(2023, 8, 20, 16, 0, tzinfo=UTC))
    assert standardise(reading, contract("register"), evening, READ_ON).receipt.slots == ("2023-08-21",)
    assert standardise(reading, contract("register"), delivery(), READ_ON).receipt.slots == ("2023-08-20",)


def test_a_delivery_without_an_accepted_row_is_refused_and_keeps_its_rejects() -> None:
    result = read("name | id_number | amount | period\n | 12 | 5 | 2023-08\n张三 | 13 | 5 | 2023-08")
    receipt = result.receipt
    assert receipt.outcome == "refused"
    assert receipt.problem == "无可用记录：2 行全部退回（id_number: id_number_length 2 行；name: missing 1 行）"
    assert (receipt.rows_in_file, receipt.rows_layout, receipt.rows_accepted, receipt.rows_rejected) == (0, 0, 0, 0)
    assert (receipt.records, receipt.accepted, receipt.slots) == (2, 0, ())
    assert result.rejects.height == 3
    assert result.rows.height == 0


def test_a_file_of_headers_alone_is_refused() -> None:
    result = read("name | id_number | amount | period")
    assert (result.receipt.outcome, result.receipt.problem) == ("refused", "无可用记录：表头之下没有数据行")


NOTHING = "name | id_number | amount | period"


def nil(period: str, file: str, columns: str = NOTHING, *more: Table) -> Receipt:
    """The receipt of a delivery that says that there is nothing to pay, and nothing else but for more tables."""
    tables = (replace(table(columns, layout=2), is_nil=True), *more)
    return standardise(Reading(tables, ()), contract(period), delivery(file), READ_ON).receipt


@pytest.mark.parametrize(
    ("period", "file", "columns", "slot"),
    [
        ("month", "高龄津贴2023年8月.csv", NOTHING, "2023-08"),
        ("month", "高龄津贴2023年8月.csv", "name | id_number | amount", "2023-08"),
        ("year", "林业补贴2023年.csv", NOTHING, "2023"),
        ("term", "2023年春季.csv", NOTHING, "2023-spring"),
        ("event", "临时救助2023年8月.csv", NOTHING, "2023-08"),
        ("register", "死亡人员20230801.csv", NOTHING, "2023-08-01"),
        ("register", "死亡人员.csv", NOTHING, "2023-08-20"),
    ],
)
def test_nothing_to_pay_fills_its_slot_without_rows(period: str, file: str, columns: str, slot: str) -> None:
    receipt = nil(period, file, columns)
    assert (receipt.outcome, receipt.slots, receipt.problem) == ("accepted", (slot,), None)
    assert receipt.shares == (Share(slot, 0, {"amount": "0.00"}, 0),)
    assert (receipt.rows_in_file, receipt.rows_layout, receipt.rows_accepted, receipt.rows_rejected) == (2, 2, 0, 0)


@pytest.mark.parametrize(("period", "file"), [("month", "高龄津贴.csv"), ("event", "临时救助.csv")])
def test_nothing_to_pay_of_no_period_is_refused(period: str, file: str) -> None:
    receipt = nil(period, file)
    assert receipt.outcome == "refused" and "月" in (receipt.problem or "")
    assert "没有“发放月份”列" not in (receipt.problem or "")


def test_beside_rows_nothing_to_pay_is_layout() -> None:
    receipt = nil("month", "高龄津贴2023年9月.xlsx", NOTHING, table(GOOD))
    assert receipt.slots == ("2023-07", "2023-08")
    assert (receipt.rows_layout, receipt.rows_accepted) == (3, 2)


def test_tables_of_one_delivery_stand_below_one_another() -> None:
    tables = (table(GOOD, "珞南街道"), table(GOOD.replace("ID1", "bad"), "关山街道", layout=4))
    result = standardise(Reading(tables, ("说明",)), contract(), delivery("a.xlsx"), READ_ON)
    assert result.rows.select("sheet", "row").rows() == [("珞南街道", 2), ("珞南街道", 3), ("关山街道", 3)]
    assert result.rejects.select("sheet", "row", "reason").rows() == [("关山街道", 2, "id_number_characters")]
    assert (result.receipt.rows_in_file, result.receipt.rows_layout, result.receipt.rows_rejected) == (9, 5, 1)
    assert result.receipt.other_sheets == ("说明",)


def test_accounts_that_do_not_balance_are_a_fault() -> None:
    short = replace(table(GOOD), rows=1)
    with pytest.raises(HuiminError, match="do not balance"):
        standardise(Reading((short,), ()), contract(), delivery(), READ_ON)


def write(drawing: str, folder: Path) -> Receipt:
    """The receipt of a drawing that was standardised into the folder, which is sealed."""
    with laid(folder) as partial:
        return leave(
            standardise_into(Reading((table(drawing),), ()), contract(), delivery(), READ_ON, partial), partial
        )


def test_what_is_written_is_what_was_read_and_closed_to_others(tmp_path: Path) -> None:
    folder = tmp_path / "elderly_allowance" / ("a" * 16)
    write("name | id_number | amount | period\n张三 | ID3 | 1 | 2023-08", folder)
    (folder / "quality.parquet").touch()
    receipt, result = write(GOOD, folder), read(GOOD)
    names = ["findings.parquet", "receipt.json", "rejects.parquet", "rows.parquet", "seal.json"]
    assert sorted(path.name for path in folder.iterdir()) == names
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]
    assert pl.read_parquet(folder / "rows.parquet").equals(result.rows)
    assert Receipt.from_json(json.loads((folder / "receipt.json").read_text("utf-8"))) == receipt == result.receipt
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {(folder / name).stat().st_mode & 0o777 for name in names} == {0o600}


def test_the_same_reading_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "other"):
        write(GOOD, tmp_path / name)
    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "other" / path.name).read_bytes()


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(PublishError) as fault:
        write(GOOD, tmp_path / "file" / "folder")
    assert "disk space" in fault.value.fix


@pytest.mark.parametrize("roster", sorted(CONTRACTS))
def test_every_contract_can_be_standardised(roster: str) -> None:
    contract = CONTRACTS[roster]
    cells = [(column.name, pl.Series([None, "/", "无", "x", "1"], dtype=pl.String)) for column in contract.columns]
    row = pl.Series("row", range(2, 7), dtype=pl.Int32)
    records = pl.DataFrame({"row": row, **dict(cells)})
    original = pl.DataFrame({"row": row, **{f"c{i}": series for i, (_, series) in enumerate(cells)}})
    titles = tuple(column.titles[0] for column in contract.columns)
    reading = Reading((Table(None, records, original, titles, pl.DataFrame(schema=FAULTS), 6, ()),), ())
    result = standardise(reading, contract, delivery(), READ_ON)
    accepted = set(result.rows["row"])
    assert accepted.isdisjoint(result.rejects["row"])
    assert accepted | set(result.rejects["row"]) == {2, 3, 4, 5, 6}
    digits = [f"{column.name}_digits" for column in contract.columns if column.type.name == "id_number"]
    assert result.rows.columns == [
        *(column.name for column in contract.columns),
        "sheet",
        "row",
        "slot",
        "delivery",
        "position",
        *digits,
    ]


@pytest.mark.parametrize(
    ("sizes", "expected"),
    [
        ("4 4 4", "4+4 4"),
        ("4 4 4 6", "4+4 4+6"),
        ("4 4 4 7", "4+4 4 7"),
        ("10 4 6 1", "10 4+6 1"),
        ("10 4 7", "10 4 7"),
        ("4 7 3", "4 7+3"),
        ("11 1", "11 1"),
        ("4 4' 4' 4", "4 4'+4' 4"),
        ("0 0 10 0", "0+0+10 0"),
        ("", ""),
    ],
)
def test_small_neighbours_of_one_order_are_taken_together(
    monkeypatch: pytest.MonkeyPatch, sizes: str, expected: str
) -> None:
    """Ten rows at once; `'` marks tables of another order."""
    monkeypatch.setattr("huimin.deliveries.standardise.ROWS_TOGETHER", 10)
    empty = table("name")
    tables = {
        size: replace(empty, records=pl.DataFrame({"row": range(int(size.strip("'")))}), order=size.count("'"))
        for size in sizes.split()
    }
    names = {id(one): size for size, one in tables.items()}
    taken = together(tables[size] for size in sizes.split())
    assert " ".join("+".join(names[id(one)] for one in group) for group in taken) == expected
