"""Who reads which column: by rules and views, by contracts, and by what the code knows by name."""

from contextlib import closing
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

import polars as pl
import pytest

from huimin.cells.id_number import digits_of
from huimin.clues.gather import CLUE_PERSONS, matched_rows_sql
from huimin.feedback.candidates import numbers_and_names
from huimin.figures import column_use_known
from huimin.figures.column_use import BENEFICIARY, RESIDENT, WHOSE, ColumnUse, beside_numbers, column_use
from huimin.figures.column_use_known import KEPT_FILE, column_use_of, known_use, lay_column_use
from huimin.figures.coverage import on_benefit_sql
from huimin.matching.lineage import Tables
from huimin.project import Project
from huimin.store.root import Root
from huimin.tables.declared import COLUMN_USE, ordered_select
from huimin.tables.work import open_work
from nights import PROJECT


@cache
def whole() -> ColumnUse:
    return column_use_of(PROJECT)


def use_of(*rules: str) -> ColumnUse:
    """As if there were no other rules."""
    named = {name: PROJECT.rules[name] for name in rules}
    return column_use(PROJECT.contracts, PROJECT.views, named, PROJECT.policy)


def kinds(use: ColumnUse, roster: str, column: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for one in use.readers[roster, column]:
        found.setdefault(one.kind, set()).add(one.reader)
    return found


def taken(sql: str, **tables: tuple[str, ...]) -> set[str]:
    return {column for _, column in Tables(tables).of(sql).whole}


def test_a_rule_reads_its_register_and_the_payments_behind_its_views() -> None:
    use = use_of("deceased")
    assert kinds(use, "deaths", "id_number")["rule"] == {"deceased"}
    assert kinds(use, "deaths", "died_on")["evidence"] == {"deaths"}
    paid = kinds(use, "tekun", "period")
    assert paid["rule"] == {"deceased"}
    assert {"payments", "judged_payments"} <= paid["view"]
    assert "rule" not in kinds(use, "prisoners", "id_number")
    assert "rule" not in kinds(use, "tekun", "account")


def test_what_a_contract_expects_of_a_column_reads_it_and_what_it_expects_of_a_delivery_none() -> None:
    use = use_of("deceased")
    contract = PROJECT.contracts["vehicle_trade_in"]
    stated = {one.type for one in contract.expectations if one.column == "amount"}
    assert stated and kinds(use, "vehicle_trade_in", "amount")["expectation"] == stated
    pair = next(one for one in contract.expectations if one.type.startswith("expect_column_pair"))
    for column in (dict(pair.kwargs)["column_A"], dict(pair.kwargs)["column_B"]):
        assert pair.type in kinds(use, "vehicle_trade_in", column)["expectation"]
    assert "expectation" not in kinds(use, "vehicle_trade_in", "name")


def test_a_rule_about_some_items_reads_no_others() -> None:
    use = use_of("dibao_tekun")
    assert kinds(use, "urban_dibao", "id_number")["rule"] == {"dibao_tekun"}
    assert "rule" not in kinds(use, "elderly_allowance", "id_number")


def test_a_rule_that_is_switched_off_reads_nothing() -> None:
    off = {"deceased": replace(PROJECT.rules["deceased"], enabled=False)}
    use = column_use(PROJECT.contracts, PROJECT.views, off, PROJECT.policy)
    assert not {"rule", "view", "evidence"} & {*kinds(use, "deaths", "id_number")}


@pytest.mark.long
def test_of_the_real_rules_every_column_is_told_and_the_unread_are_optional() -> None:
    use = whole()
    assert set(use.readers) == {(c.roster, column.name) for c in PROJECT.contracts.values() for column in c.columns}
    assert "deceased" in kinds(use, "deaths", "id_number")["rule"]
    assert kinds(use, "population", "household_number")["output"] == {"clues", "coverage", "key"}
    for roster, contract in PROJECT.contracts.items():
        unread = use.unread(roster)
        assert not unread & {contract.period_column, *contract.key}
        assert all(not contract.column(name).required and not use.readers[roster, name] for name in unread)


@pytest.mark.parametrize("roster", ["urban_dibao", "tekun"])
def test_what_is_told_of_beneficiaries_is_what_is_declared(roster: str) -> None:
    contract = PROJECT.contracts[roster]
    own = tuple(column.name for column in contract.columns)
    sql = on_benefit_sql(contract, date(2023, 9, 1))
    columns = (*own, *map(digits_of, contract.id_numbers), "delivery")
    taken_of = taken(sql, told_deliveries=("delivery", "unit"), **{roster: columns})
    read = {name.removesuffix("_digits") for name in taken_of}
    assert read - {"delivery", "unit"} == ({*BENEFICIARY} & {*own}) | {contract.period_column}


def test_what_is_told_of_rows_and_persons_of_clues_is_what_is_declared() -> None:
    sql = matched_rows_sql({"tekun": WHOSE}).split(" as ", 1)[1].replace('"cited tekun"', "tekun")
    assert taken(sql, tekun=("ref", *WHOSE, "bank")) == {"ref", *WHOSE}
    sql = CLUE_PERSONS.split(" as\n", 1)[1]
    assert taken(sql, population=(*RESIDENT, "relation"), hit_keys=("id_number",)) == {*RESIDENT}


def test_names_beside_damaged_numbers_are_those_that_are_looked_for() -> None:
    for contract in PROJECT.contracts.values():
        looked_for = {column.name for pair in numbers_and_names(contract) for column in pair}
        assert {*beside_numbers(contract)} == looked_for


def test_what_is_kept_is_believed_until_the_project_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    few = few_rules("deceased")
    first = known_use(few, tmp_path)
    assert first == use_of("deceased")
    monkeypatch.setattr(column_use_known, "column_use_of", lambda project: pytest.fail("worked out again"))
    assert known_use(few, tmp_path) == first
    monkeypatch.undo()
    assert known_use(few_rules("dibao_tekun"), tmp_path) == use_of("dibao_tekun")


@pytest.mark.parametrize("kept", [b"", b"{}", b'{"digest": "x", "readers": []}'])
def test_what_is_damaged_is_worked_out_again(kept: bytes, tmp_path: Path) -> None:
    (tmp_path / KEPT_FILE).write_bytes(kept)
    assert known_use(few_rules("deceased"), tmp_path) == use_of("deceased")


def test_the_table_has_a_row_a_reader_and_one_of_a_column_that_nobody_reads(tmp_path: Path) -> None:
    with closing(open_work(None)) as con:
        lay_column_use(con, few_rules("deceased"), Root(tmp_path))
        rows = con.execute(ordered_select(COLUMN_USE)).pl()
    of_roster = rows.filter(roster="deaths").partition_by("column", as_dict=True)
    died_on = of_roster[("died_on",)].select("kind", "reader").rows()
    assert ("evidence", "deaths") in died_on and ("rule", "deceased") in died_on
    assert rows.filter(roster="urban_dibao", column="bank").select("required", "unused", "kind", "reader").rows() == [
        (False, True, None, None)
    ]
    assert not rows.filter(pl.col("unused") & (pl.col("required") | pl.col("reader").is_not_null())).height


def few_rules(*names: str) -> Project:
    """The project as if it had no other rules."""
    project = Project(PROJECT.path)
    vars(project).update(contracts=PROJECT.contracts, views=PROJECT.views, policy=PROJECT.policy)
    vars(project)["rules"] = {name: PROJECT.rules[name] for name in names}
    return project
