"""Contracts as other tools read them: valid under the standards' own schemas, and nothing of them is lost."""

import json
from importlib.resources import files
from pathlib import Path

import pytest
from jsonschema import Draft201909Validator, Draft202012Validator
from open_data_contract_standard.model import OpenDataContractStandard

from huimin.cli import run
from huimin.contracts.expectation import Expectation
from huimin.contracts.json_schema import json_schema
from huimin.contracts.open_contract import open_contract, quality_of
from nights import PROJECT

CONTRACTS = PROJECT.contracts
STANDARD = json.loads(files("open_data_contract_standard").joinpath("schema.json").read_bytes())
"""The standard's own schema, as its package carries it."""
ROW = {
    "name": "张三",
    "id_number": "42999919600101001X",
    "household_head_id": "42999919600101001X",
    "amount": 1200.5,
    "period": "2023-07-01",
    "household_size": None,
}


def test_every_contract_is_one_of_the_open_standard_and_reads_back_as_it_was() -> None:
    standard = Draft201909Validator(STANDARD)
    for contract in CONTRACTS.values():
        exported = open_contract(contract)
        as_dict = exported.model_dump(exclude_none=True, by_alias=True)
        assert [fault.message for fault in standard.iter_errors(as_dict)] == [], contract.roster
        assert OpenDataContractStandard.from_string(exported.to_yaml()) == exported


def test_columns_titles_and_expectations_are_all_there() -> None:
    (table,) = open_contract(CONTRACTS["urban_dibao"]).schema_ or ()
    columns = {column.name: column for column in table.properties or ()}
    assert [*columns] == [column.name for column in CONTRACTS["urban_dibao"].columns]
    head = columns["household_head_id"]
    assert (head.businessName, head.required, head.classification) == ("户主身份证号", True, "restricted")
    assert "申请人身份证号" in [one.synonym for one in head.synonyms or ()]
    assert (columns["amount"].logicalType, columns["household_size"].logicalType) == ("number", "integer")
    stated = [one for of in (table, *columns.values()) for one in of.quality or ()]
    assert len(stated) == len(CONTRACTS["urban_dibao"].expectations)
    assert {one.severity for one in columns["amount"].quality or ()} == {"warning", "info"}


def test_the_standard_says_what_the_contract_says() -> None:
    contract = CONTRACTS["urban_dibao"]
    whole = open_contract(contract)
    assert (whole.id, whole.name, whole.domain, whole.version) == (
        "huimin-urban_dibao", contract.title, "civil_affairs", contract.digest[:12]
    )  # fmt: skip
    assert whole.team and whole.team.name == "区民政局"
    assert [(one.property, one.value, one.unit) for one in whole.slaProperties or ()] == [("frequency", 1, "month")]
    assert open_contract(CONTRACTS["deaths"]).slaProperties is None
    (table,) = whole.schema_ or ()
    assert table.dataGranularityDescription == "身份证号 同一期内唯一"
    columns = {column.name: column for column in table.properties or ()}
    assert columns["period"].logicalTypeOptions == {"format": "yyyy-MM-dd"}
    assert columns["amount"].logicalTypeOptions is None
    about = {name: [(one.property, one.value) for one in columns[name].customProperties or ()] for name in columns}
    assert about["amount"] == [("type", "money"), ("unit", "元")] and about["name"] == [("type", "name")]
    assert (columns["amount"].classification, columns["name"].enum) == ("internal", None)
    stated = next(one for one in columns["amount"].quality or () if one.severity == "warning")
    assert stated.implementation["kwargs"]["column"] == "amount"  # type: ignore[index]
    of_delivery = [one.implementation["kwargs"] for one in table.quality or ()]  # type: ignore[index]
    assert {"column": "age_days", "max_value": 62} in of_delivery
    alone = quality_of(Expectation("expect_table_row_count_to_be_between", "info", (("min_value", 1),)))
    assert alone.implementation == {"type": "expect_table_row_count_to_be_between", "kwargs": {"min_value": 1}}


def test_a_word_that_no_standard_knows_is_found() -> None:
    as_dict = open_contract(CONTRACTS["deaths"]).model_dump(exclude_none=True, by_alias=True)
    as_dict["schema"][0]["properties"][0]["logicalType"] = "words"
    assert not Draft201909Validator(STANDARD).is_valid(as_dict)


def test_every_json_schema_is_one() -> None:
    for contract in CONTRACTS.values():
        Draft202012Validator.check_schema(json_schema(contract))


@pytest.mark.parametrize(
    ("change", "valid"),
    [
        ({}, True),
        ({"bank": "某某银行"}, True),
        ({"amount": None}, False),
        ({"amount": "1200"}, False),
        ({"period": "2023-07"}, False),
        ({"id_number": "429999196001010010"}, True),
        ({"id_number": "4299991960010100"}, False),
        ({"household_size": 3.5}, False),
        ({"unknown": "1"}, False),
    ],
)
def test_a_row_is_judged_as_the_contract_says(change: dict[str, object], valid: bool) -> None:
    schema = json_schema(CONTRACTS["urban_dibao"])
    judge = Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)
    assert judge.is_valid({**ROW, **change}) == valid


def test_a_category_takes_its_values_alone() -> None:
    contract, column = next((c, column) for c in CONTRACTS.values() for column in c.columns if column.values)
    told = json_schema(contract)["properties"][column.name]
    assert Draft202012Validator(told).is_valid(column.values[0])
    assert not Draft202012Validator(told).is_valid(column.values[0] + "们")


@pytest.mark.parametrize(("form", "ending"), [("odcs", "odcs.yaml"), ("json-schema", "schema.json")])
def test_the_command_writes_a_file_a_roster(form: str, ending: str, tmp_path: Path) -> None:
    assert run(["rosters", "export", "--format", form, "-o", str(tmp_path / "out")]) == 0
    assert {place.name for place in (tmp_path / "out").iterdir()} == {f"{name}.{ending}" for name in CONTRACTS}
    text = (tmp_path / "out" / f"deaths.{ending}").read_text("utf-8")
    assert "死亡日期" in text
    if form == "json-schema":
        assert json.loads(text)["title"] == CONTRACTS["deaths"].title


def test_a_roster_that_is_not_there_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["rosters", "export", "nosuch", "-o", str(tmp_path)]) == 2
    assert "nosuch" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
