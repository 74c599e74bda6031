"""Whom rejected rows may mean: drawn cases, and every candidate of a district recomputed forwards in plain Python."""

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date

import duckdb
import polars as pl
import pytest

from huimin.cells import read
from huimin.district import build_district
from huimin.district.damaged import with_damaged_numbers
from huimin.feedback.candidates import DAMAGES, RIGHT, lay_candidates
from huimin.tables.declared import DELIVERIES, REJECTS, column_types
from unit.district.engine import normalised
from unit.work_database import RUN_DATE, contracts, fill, rows, work_database

WANG, LI, LI_TWO, ZHAO = "429999195001010017", "429999199703041238", "429999199703047867", "42999919800102368X"
POPULATION = f"""
name   | id_number  | status
王五   | {WANG}     | 正常
李四   | {LI}       | 正常
李四   | {LI_TWO}   | 注销
赵六   | {ZHAO}     | 迁出
欧阳·七 | 429999196002020027 | 正常
"""
Cell = dict[str, str]


def world(**tables: str) -> duckdb.DuckDBPyConnection:
    """A work database with the population and one delivery of urban_dibao in force."""
    con = work_database(**{"population": POPULATION, **tables})
    con.execute(f"create table rejects ({column_types(REJECTS)})")
    fill(
        con, "told_deliveries", "delivery | roster | file | status\nd1 | urban_dibao | 低保.csv | accepted_with_rejects"
    )
    return con


def reject(
    con: duckdb.DuckDBPyConnection, cells: Cell, column: str = "id_number", row: int = 2, roster: str = ""
) -> None:
    con.execute(
        "insert into rejects values ('d1', ?, '低保.csv', null, ?, ?, 'id_number_check_digit', ?)",
        [roster or "urban_dibao", row, column, json.dumps(cells, ensure_ascii=False)],
    )


def found(con: duckdb.DuckDBPyConnection) -> list[tuple[object, ...]]:
    lay_candidates(con, contracts(), RUN_DATE)
    return rows(con, 'select "row", "column", id_number, ground from candidates order by "row", "column"')


def meant(name: str, cell: str, **tables: str) -> list[tuple[object, ...]]:
    """The candidates of one row, as number and ground."""
    con = world(**tables)
    reject(con, {"姓名": name, "身份证号": cell})
    return [(number, ground) for _, _, number, ground in found(con)]


FITS = {
    "15 digits in scientific notation": ("王五", "4.29999195001010E+17", WANG, "同名、前15位一致、户籍唯一"),
    "17 digits in scientific notation": ("王五", "4.2999919500101001E+17", WANG, "同名、前17位一致、户籍唯一"),
    "6 digits in scientific notation": ("王五", "4.29999E+17", WANG, "同名、前6位一致、户籍唯一"),
    "rounded up": ("赵六", "4.29999198001024E+17", ZHAO, "同名、前14位一致、户籍唯一"),
    "three zeros": ("李四", "429999199703041000", LI, "同名、前15位一致、户籍唯一"),
    "one digit": ("赵六", "42999918800102368X", ZHAO, "同名、只有第8位不同、户籍唯一"),
    "the check digit": ("王五", "429999195001010018", WANG, "同名、只有第18位不同、户籍唯一"),
    "a letter for a digit": ("王五", "42999919500I010017", WANG, "同名、只有第12位不同、户籍唯一"),
    "two swapped": ("赵六", "42999919800102386X", ZHAO, "同名、只有第16、17位颠倒、户籍唯一"),
    "the check swapped": ("赵六", "4299991980010236X8", ZHAO, "同名、只有第17、18位颠倒、户籍唯一"),
    "15 digits": ("王五", "429999195001010", WANG, "同名、前15位一致、户籍唯一"),
    "masked": ("李四", "429999********1238", LI, "同名、前6位和后4位一致、户籍唯一"),
    "masked in full width": ("赵六", "429999********368ｘ", ZHAO, "同名、前6位和后4位一致、户籍唯一"),
    "blanks and marks": ("王 五", "'4299991 95001010018 ", WANG, "同名、只有第18位不同、户籍唯一"),
    "another point": ("欧阳•七", "429999196002020029", "429999196002020027", "同名、只有第18位不同、户籍唯一"),
}  # fmt: skip


@pytest.mark.parametrize("story", FITS)
def test_a_damaged_number_is_known_again_where_one_person_fits(story):
    name, cell, number, ground = FITS[story]
    assert meant(name, cell) == [(number, ground)]


NOBODY = {
    "two persons of the name": ("李四", "4.29999199703E+17"),
    "two persons, masked": ("李四", "429999********123X"),
    "another name": ("王六", "429999195001010018"),
    "no name": ("", "429999195001010018"),
    "a masked name": ("王*", "429999195001010018"),
    "several names": ("王五、李四", "429999195001010018"),
    "two digits wrong": ("王五", "429999195001020018"),
    "two that are no neighbours": ("王五", "429999190051010017"),
    "nothing lost in scientific notation, and another's": ("王五", "4.29999195001010018E+17"),
    "too little left": ("王五", "4.3E+17"),
    "another magnitude": ("王五", "4.29999195001010E+16"),
    "only a tail": ("王五", "**************0017"),
    "17 digits": ("王五", WANG[:17]),
    "17 digits in scientific notation, and another's": ("王五", "4.2999919500101002E+17"),
    "18 digits in scientific notation, the last of them rounded": ("王五", "4.29999195001010010E+17"),
    "no number": ("王五", "待补"),
    "empty": ("王五", ""),
}


@pytest.mark.parametrize("story", NOBODY)
def test_nobody_is_named_where_not_exactly_one_fits(story):
    assert meant(*NOBODY[story]) == []


def test_a_namesake_in_another_register_counts():
    other = "name | id_number\n王五 | 429999195001010025"
    assert meant("王五", "429999195001010000", deaths=other) == []
    assert meant("王五", "429999195001010018", deaths=other) == [(WANG, "同名、只有第18位不同、户籍唯一")]


def test_one_whom_only_another_register_knows_is_no_resident_and_no_register_is_named():
    ground = "同名、只有第18位不同、登记名册唯一"
    alone = "name | id_number\n孙八 | 429999195001010025"
    assert meant("孙八", "429999195001010028", prisoners=alone) == [("429999195001010025", ground)]
    assert meant("孙八", "429999195001010028", exemptions=alone) == []


def test_the_head_of_a_household_is_sought_by_the_heads_name():
    con = world()
    cells = {"姓名": "赵六", "身份证号": ZHAO, "户主姓名": "王五", "户主身份证号": "429999195001010018"}
    reject(con, cells, "household_head_id", row=2)
    reject(con, {title: text for title, text in cells.items() if title != "户主姓名"}, "household_head_id", row=3)
    assert found(con) == [(2, "household_head_id", WANG, "同名、只有第18位不同、户籍唯一")]


@pytest.mark.parametrize(
    ("titles", "known"),
    [
        (("享受人姓名", "公民身份号码（必填）"), True),
        (("申请人/姓名", '身份证号"~'), False),
        (("姓名/本人", "身份证号/号码"), True),
    ],
    ids=["other-titles", "unknown-titles", "two-rows"],
)
def test_cells_are_found_under_whatever_title_names_the_column(titles, known):
    con = world()
    reject(con, dict(zip(titles, ("王五", "429999195001010018"))))
    assert bool(found(con)) == known


@pytest.mark.parametrize("status", ["superseded", "refused", "withdrawn"])
def test_rows_that_are_not_in_force_are_not_looked_up(status):
    con = world()
    con.execute("update told_deliveries set status = ?", [status])
    reject(con, {"姓名": "王五", "身份证号": "429999195001010018"})
    assert found(con) == []


def test_a_right_number_is_not_rejected_and_another_reason_is_not_looked_up():
    text = pl.LazyFrame({"text": [WANG]})
    assert read(text, contracts()["urban_dibao"].column("id_number"), RUN_DATE).collect()["reason"].to_list() == [None]
    con = world()
    reject(con, {"姓名": "王五", "身份证号": WANG})
    con.execute("update rejects set reason = 'money_unparsable', \"column\" = 'amount'")
    assert found(con) == []


# --- a whole district, recomputed


def damaged_forwards(number: str, cell: str) -> str | None:
    """The way in which this number may have become that cell, tried one after the other."""
    if "E" in cell:
        digits = cell.split("E", maxsplit=1)[0].replace(".", "")
        if not number[:17].isdigit() or not cell.endswith("E+17"):
            return None
        value = int(number[:17] + "0")
        forms = {number[: len(digits)], f"{value / 10**17:.{len(digits) - 1}f}".replace(".", "")}
        return ("scientific_long" if len(digits) > 11 else "scientific_short") if digits in forms else None
    if cell == number[:15] + "000":
        return "zeros"
    if (
        any(number[:at] + cell[at] + number[at + 1 :] == cell for at in range(len(number)))
        if len(cell) == 18
        else False
    ):
        return "one_wrong"
    if any(number[:at] + number[at + 1] + number[at] + number[at + 2 :] == cell for at in range(17)):
        return "swapped"
    if cell == number[:15]:
        return "fifteen"
    pattern = re.sub(r"[*]+", "[0-9]+", cell) if "*" in cell else "-"
    return "masked" if re.fullmatch(pattern, number) else None


def persons_by_name(rosters: Mapping[str, pl.DataFrame]) -> Mapping[str, set[str]]:
    """The ID numbers of everybody in a register, by name as it is written there."""
    persons = defaultdict(set)
    for roster, frame in rosters.items():
        contract = contracts()[roster]
        if contract.kind == "register" and contract.period == "register" and "id_number" in frame.columns:
            for name, number in frame.select("name", "id_number").unique().iter_rows():
                persons[name].add(number)
    return persons


@pytest.fixture(scope="module")
def planted() -> Iterator[tuple[pl.DataFrame, Mapping[str, set[str]]]]:
    """The damaged rows of a district (`DAMAGED`, with `cell`) beside their candidates, and who is in the registers."""
    built = build_district(2_500, 7, profile="every_rule")
    clean = {roster: normalised(frame, contracts()[roster]) for roster, frame in built.rosters.items()}
    district, ways = with_damaged_numbers(replace(built, rosters=clean), contracts(), 7)
    parts = []
    for roster in ways["roster"].unique(maintain_order=True):
        frame = district.rosters[roster].with_row_index("row", 2).select(pl.col("row").cast(pl.Int32), cell="id_number")
        parts.append(ways.filter(pl.col("roster") == roster).join(frame, on="row"))
    damaged = pl.concat(parts)
    column = contracts()["urban_dibao"].column("id_number")
    judged = read(damaged.lazy().select(text="cell"), column, date(2023, 8, 22)).collect()
    rejected = damaged.with_columns(judged["reason"]).drop_nulls("reason")
    with duckdb.connect() as con:
        for roster, frame in district.rosters.items():
            con.register(roster, frame)
        con.execute(f"create table told_deliveries ({column_types(DELIVERIES)})")
        con.execute(f"create table rejects ({column_types(REJECTS)})")
        cells = pl.struct(pl.col("name").alias("姓名"), pl.col("cell").alias("身份证号")).struct.json_encode()
        con.register("drawn", rejected.with_columns(cells=cells))
        of_rosters = "select distinct roster, roster, 'accepted' from drawn"
        con.execute(f"insert into told_deliveries (delivery, roster, status) {of_rosters}")
        of_rows = "select roster, roster, '', null, \"row\", 'id_number', reason, cells from drawn"
        con.execute(f"insert into rejects {of_rows}")
        lay_candidates(con, contracts(), date(2023, 8, 22))
        told = 'select delivery as roster, "row", id_number as candidate, damage, is_shown from candidates'
        candidates = con.execute(told).pl()
        yield rejected.join(candidates, on=["roster", "row"], how="left"), persons_by_name(district.rosters)


def test_every_candidate_of_a_district_is_recomputed(planted):
    rejected, persons = planted
    for row in rejected.iter_rows(named=True):
        fitting = {number: way for number in persons[row["name"]] if (way := damaged_forwards(number, row["cell"]))}
        expected = next(iter(fitting.items())) if len(fitting) == 1 else (None, None)
        assert (row["candidate"], row["damage"]) == expected, row["way"]


@pytest.mark.parametrize("damage", [damage.name for damage in DAMAGES])
def test_what_is_shown_is_right_in_99_of_100(planted, damage):
    rejected, _ = planted
    shown = rejected.filter(pl.col("damage") == damage, "is_shown")
    right = shown.filter(pl.col("candidate") == pl.col("id_number"))
    assert rejected.filter(pl.col("way") == damage).height >= 20
    assert right.height >= RIGHT * shown.height
    assert shown.height >= 20 or not next(each.shown for each in DAMAGES if each.name == damage)
