"""Other policy values tried on the rows in force: as a real night under them would find it."""

import shutil
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from python_calamine import CalamineWorkbook

from deliveries import deliver, person
from huimin.cli import run
from huimin.deliveries.standard import receipts
from huimin.errors import UsageError
from huimin.matching.policy import BEGINNING
from huimin.nights.plan import plan_night
from huimin.nights.preview import preview_rule
from huimin.nights.what_if import altered, read_change, what_if
from huimin.store.root import Root
from huimin.store.rulings import Ruling, rule
from nights import PROJECT, RUN_DATE, run_night

HEADS = [person("19600101", number) for number in (11, 12, 13)]
HOMES = (1, 2, 3)
"""Of each household."""
PAID = "".join(
    f"户{number},{head},{head},{500 + number},2023-0{month},甲街道\n"
    for number, head in enumerate(HEADS)
    for month in (6, 7)
)
OWNED = "".join(
    f"户{number},{head},单元{number}{home},住宅,2020-01-01\n"
    for number, (head, homes) in enumerate(zip(HEADS, HOMES))
    for home in range(homes)
)
OTHER = "（其他）"
"""A street of few."""
FILES = {
    "urban_dibao/城市低保.csv": f"姓名,身份证号,户主身份证号,发放金额,发放月份,街道\n{PAID}",
    "real_estate/不动产20230801.csv": f"姓名,身份证号,不动产单元号,规划用途,登记日期\n{OWNED}",
}


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A root after one night under the usual policy: two homes are too many."""
    folder = tmp_path_factory.mktemp("root")
    deliver(folder, FILES)
    run_night(folder, only=("dibao_homes",))
    return folder


def found(
    root: Path, changed: str, from_on: date = BEGINNING
) -> list[tuple[str | None, int, int, int, Decimal, Decimal]]:
    (scenario,) = what_if(Root(root), PROJECT, read_change(changed, from_on), RUN_DATE).scenarios
    return [(p.street, p.come, p.stay, p.go, p.yuan_come, p.yuan_go) for p in scenario.places]


def test_a_stricter_value_brings_clues_and_a_milder_one_takes_them(root: Path) -> None:
    assert found(root, "home_limit=2") == [(OTHER, 0, 2, 0, Decimal(0), Decimal(0))]
    assert found(root, "home_limit=1") == [(OTHER, 1, 2, 0, Decimal(1000), Decimal(0))]
    assert found(root, "home_limit=3") == [(OTHER, 0, 1, 1, Decimal(0), Decimal(1002))]


def test_a_value_from_a_day_on_leaves_the_months_before(root: Path) -> None:
    change = read_change("home_limit=4", date(2023, 7, 1))
    (scenario,) = what_if(Root(root), PROJECT, change, RUN_DATE).scenarios
    (place,) = scenario.places
    assert (place.come, place.stay, place.go) == (0, 2, 0)
    assert (place.yuan_stay_before, place.yuan_stay_after) == (Decimal(2006), Decimal(1003))


@pytest.mark.long
def test_several_values_are_a_curve_and_equal_to_real_nights(root: Path, tmp_path: Path) -> None:
    before = published(root)
    curve = what_if(Root(root), PROJECT, read_change("home_limit=1,2,3,4"), RUN_DATE)
    assert curve.rules == ("dibao_homes",)
    for scenario in curve.scenarios:
        real = tmp_path / str(scenario.value)
        deliver(real, FILES)
        (real / "state").mkdir()
        (real / "state" / "policy.toml").write_text(f"[home_limit]\nvalues = [{{ value = {scenario.value} }}]\n")
        run_night(real, only=("dibao_homes",))
        after = published(real)
        told = {p.street: (p.come, p.stay, p.go, p.yuan_come, p.yuan_stay_after, p.yuan_go) for p in scenario.places}
        assert told == moved(before, after)


Clues = dict[tuple[str, str, str], tuple[str, Decimal]]


def published(root: Path) -> Clues:
    """Keys of persons are of another secret in each root: name and yuan tell these apart."""
    (folder,) = (root / "published").glob("2*")
    clues = pl.read_parquet(folder / "clues" / "**" / "*.parquet", hive_partitioning=True)
    return {
        (row["rule"], row["item"], row["name_masked"] + str(row["amount_at_risk"])): (
            row["street"],
            row["amount_at_risk"],
        )
        for row in clues.rows(named=True)
    }


def moved(before: Clues, after: Clues) -> dict[str, tuple[int, int, int, Decimal, Decimal, Decimal]]:
    counts: dict[str, Counter[str]] = {}
    sums: dict[tuple[str, str], Decimal] = {}
    for key in before.keys() | after.keys():
        street, yuan = after.get(key) or before[key]
        kind = "stay" if key in before and key in after else "come" if key in after else "go"
        counts.setdefault(street, Counter())[kind] += 1
        sums[street, kind] = sums.get((street, kind), Decimal(0)) + yuan
    return {
        street: (
            *(found[kind] for kind in ("come", "stay", "go")),
            *(sums.get((street, kind), Decimal(0)) for kind in ("come", "stay", "go")),
        )
        for street, found in counts.items()
    }


def test_what_was_withdrawn_is_not_in_force_in_a_trial(root: Path, tmp_path: Path) -> None:
    copied = Root(shutil.copytree(root, tmp_path / "root", symlinks=True))
    (delivery,) = (one.delivery.delivery for one in receipts(copied) if one.delivery.roster == "real_estate")
    rule(copied, Ruling(delivery, "withdraw", "赵", datetime.now(UTC), "名称有误"))
    with pytest.raises(UsageError, match=r"dibao_homes: missing real_estate\ntry: without its rosters nothing"):
        what_if(copied, PROJECT, read_change("home_limit=1"), RUN_DATE)
    assert preview_rule(copied, PROJECT, "dibao_homes", RUN_DATE).skipped == "missing real_estate"
    later = datetime.now(UTC) + timedelta(hours=1)
    planned = plan_night(copied, PROJECT, RUN_DATE, 0.0, later)
    assert dict(planned.skipped)["dibao_homes"] == "missing real_estate"
    rule(copied, Ruling(delivery, "admit", "赵", later, "名称没有错"))
    assert preview_rule(copied, PROJECT, "dibao_homes", RUN_DATE).clues == 2


def test_rules_that_would_not_run_are_named(root: Path) -> None:
    tried = what_if(Root(root), PROJECT, read_change("dibao_standard.urban_dibao=400"), RUN_DATE)
    skipped = dict(tried.skipped)
    assert skipped["dibao_income"] == "missing income" and "dibao_over_standard" not in skipped
    assert {*skipped} < {*tried.rules}


def test_a_page_is_not_worked_out_for_a_folder_that_is_not_there(root: Path, tmp_path: Path, capsys) -> None:
    words = ["what-if", "home_limit=1", "-o", str(tmp_path / "none" / "x.html"), "--root", str(root)]
    assert run(words) == 2
    assert "its folder is not there" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ("home_limit", "names no policy value"),
        ("home_limit=many", "a value is no number"),
        ("home_limits=3", "no such policy parameter"),
        ("home_limit.urban_dibao=3", "it has no row urban_dibao\ntry: one of none: it has one value"),
        ("dibao_standard=900", "which of its rows changes is not said\ntry: one of "),
        ("dibao_standard.tekun=900", "it has no row tekun"),
        ("home_limit=-1", "below 0"),
        ("home_limit=2,-1", "below 0"),
        ("home_limit=2.5", "whole numbers"),
        ("trade_in_window=3", "not one number"),
    ],
)
def test_what_names_no_value_is_refused(change: str, problem: str, root: Path) -> None:
    with pytest.raises(UsageError, match=problem):
        what_if(Root(root), PROJECT, read_change(change), RUN_DATE)


def test_a_row_of_several_changes_alone_and_only_from_its_day() -> None:
    day = date(2024, 1, 1)
    policy = altered(PROJECT.policy, read_change("dibao_standard.urban_dibao=1000", day), Decimal(1000))
    rows = policy.parameters["dibao_standard"].rows
    assert {row[2:]: (row[0], row[1]) for row in rows if row[2] == "urban_dibao"} == {
        ("urban_dibao", Decimal(935)): (BEGINNING, day),
        ("urban_dibao", Decimal(1000)): (day, date(9999, 12, 31)),
    }
    assert [row for row in rows if row[2] == "rural_dibao"] == [
        row for row in PROJECT.policy.parameters["dibao_standard"].rows if row[2] == "rural_dibao"
    ]


def test_the_command_writes_a_page_and_a_workbook(
    root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("测算.html", "测算.xlsx"):
        words = ["what-if", "home_limit=3", "--root", str(root), "--date", "2023-08-22", "-o", str(tmp_path / name)]
        assert run(words) == 0
        assert "低保家庭住房套数疑点起点 at 3 套" in capsys.readouterr().out
    page = (tmp_path / "测算.html").read_text("utf-8")
    assert "政策测算" in page and "1,002.00" in page
    rows = CalamineWorkbook.from_path(str(tmp_path / "测算.xlsx")).get_sheet_by_name("1、3").to_python()
    assert rows[1:] == [["城市低保", OTHER, 0, 1, 1, 0, 1004, 1004, 1002]]
