"""Every roster's golden messy file gives exactly the rows, rejects and findings that were reviewed.

After a change that is meant to alter them: ``pytest tests/rosters --refresh``, then read the difference like code.
"""

from collections.abc import Mapping

import pytest

from golden import EXPECTED, FOLDER, READ_ON, Read, drawing, fixtures
from huimin.identity import check_character
from nights import PROJECT

CONTRACTS = PROJECT.contracts


@pytest.mark.parametrize("roster", CONTRACTS)
def test_golden(roster: str, readings: Mapping[str, list[Read]], refresh: bool) -> None:
    found = "\n".join(drawing(read) for read in readings[roster])
    place = FOLDER / roster / EXPECTED
    if refresh:
        place.write_text(found, "utf-8")
    assert place.exists(), f"read the file, then write down what it gives: pytest tests/rosters -k {roster} --refresh"
    assert found == place.read_text("utf-8")


def test_every_contract_has_its_golden_file_and_no_other() -> None:
    assert sorted(fixtures()) == sorted(CONTRACTS)
    assert all((FOLDER / roster / EXPECTED).is_file() for roster in CONTRACTS)


def test_files_are_small_and_messy(readings) -> None:
    for roster, reads in readings.items():
        assert fixtures()[roster].stat().st_size < 20_000, roster
        assert sum(read.receipt.rows_in_file for read in reads) <= 14, roster
        assert any(read.rejects.height for read in reads), f"{roster} rejects nothing"
        assert any(read.rows.height for read in reads), f"{roster} accepts nothing"


def test_together_they_hold_every_container_encoding_and_most_reasons(readings) -> None:
    files = fixtures().values()
    assert {file.suffix for file in files} == {".csv", ".txt", ".tsv", ".xlsx", ".xls", ".zip"}
    texts = [file.read_bytes() for file in files if file.suffix in (".csv", ".txt", ".tsv")]
    assert any(body.startswith(b"\xef\xbb\xbf") for body in texts)
    assert any(body.startswith(b"\xff\xfe") for body in texts)
    reads = [read for group in readings.values() for read in group]
    reasons = {
        reason for read in reads for frame in (read.rejects, read.findings) if frame.width for reason in frame["reason"]
    }
    assert reasons >= {
        "missing", "id_number_masked", "id_number_truncated", "id_number_characters", "id_number_length",
        "id_number_region", "id_number_birth_date", "id_number_check_digit", "id_number_15_digits",
        "date_unparsable", "month_unparsable", "year_unparsable", "term_unparsable", "money_unparsable",
        "number_unparsable", "category_unknown", "account_truncated", "account_characters",
        "vin_check_digit", "credit_code_check_digit",
    }  # fmt: skip


def test_accepted_rows_are_canonical_and_synthetic(readings) -> None:
    for roster, reads in readings.items():
        columns = {column.name: column for column in CONTRACTS[roster].columns}
        for read in reads:
            assert read.receipt.read_on == READ_ON
            for name, column in columns.items() if read.rows.height else ():
                assert read.rows.schema[name] == column.type.parquet, f"{roster}.{name}"
                assert not (column.required and read.rows[name].null_count()), f"{roster}.{name}"
                if column.type.name == "id_number":
                    for number in read.rows[name].drop_nulls():
                        assert number[:6] == "429999" and check_character(number[:17]) == number[17]


def test_every_row_of_every_file_is_accounted_for(readings) -> None:
    for reads in readings.values():
        for read in reads:
            receipt = read.receipt
            if receipt.outcome != "refused":
                assert receipt.rows_in_file == receipt.rows_layout + receipt.rows_accepted + receipt.rows_rejected
                assert read.rows.height == receipt.rows_accepted
                assert read.rejects.select("sheet", "row").n_unique() == receipt.rows_rejected
