"""Sampling plans and rates as a supervisor would check them: counted again in plain Python from what was published."""

import json
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, Decimal, localcontext
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from deliveries import deliver, person
from huimin.cli import run
from nights import run_night
from returns import read_rows, write_rows

STREETS = ("东门街道", "西门街道", "南门街道", "")
ON = date(2023, 8, 25)
Row = dict[str, Any]


def who(number: int) -> str:
    return person("19350101", number)


def rosters(root: Path) -> None:
    """230 persons on dibao or the elderly allowance, most of them dead: each of these is a clue."""
    heads = {"urban_dibao/低保.csv": "姓名,身份证号,户主身份证号,发放金额,发放月份,街道",
             "rural_dibao/农村低保.csv": "姓名,身份证号,户主身份证号,发放金额,发放月份,街道",
             "elderly_allowance/高龄.csv": "姓名,身份证号,发放金额,发放月份,街道"}  # fmt: skip
    lines: dict[str, list[str]] = {file: [head] for file, head in heads.items()}
    dead = ["姓名,身份证号,死亡日期,信息来源"]
    for n in range(230):
        file = list(heads)[n % 3] if n < 220 else "urban_dibao/低保.csv"
        street = STREETS[(n // 3) % 4] if n < 220 else "北门街道"
        own = f"某{n},{who(n)},{who(n)}," if "dibao" in file else f"某{n},{who(n)},"
        lines[file].append(f"{own}500,2023-08,{street}")
        if n < 190:
            dead.append(f"某{n},{who(n)},2023-0{1 + n % 6}-15,公安")
    relatives = ["姓名,身份证号,干部身份证号,干部姓名,与干部关系"]
    relatives += [f"某{n},{who(n)},{person('19800101', 999)},某干部,叔侄" for n in (0, 1, 2, 3, 4, 5, 225)]
    files = {file: "\n".join(rows) + "\n" for file, rows in lines.items()}
    files["deaths/死亡20230801.csv"] = "\n".join(dead) + "\n"
    files["cadre_relatives/备案20230801.csv"] = "\n".join(relatives) + "\n"
    deliver(root, files)


@dataclass
class World:
    root: Path
    scratch: Path

    def table(self, name: str) -> list[Row]:
        return pl.read_parquet(self.root / "published" / "latest" / f"{name}.parquet").rows(named=True)

    def fill(self, books: Sequence[Path], mark: str, fill: Callable[[Row], Row]) -> None:
        """Returns the rows of all the workbooks in one, with what `fill` adds to each."""
        rows = [row | fill(row) for book in sorted(books) for row in read_rows(book, mark=mark) if row[mark]]
        place = write_rows(self.scratch / f"{min(books).stem}.xlsx", rows)
        assert run(["ledger", "import", str(place), "--root", str(self.root)]) == 0
        place.unlink()


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    folder = tmp_path_factory.mktemp("sampling")
    root, scratch = folder / "root", folder / "returned"
    root.mkdir()
    rosters(root)
    run_night(root)
    chance = random.Random(5)

    def verified(row: Row) -> Row:
        found = chance.choices(["查否", "查实", "部分查实", "待定", None], [60, 15, 5, 5, 5])[0]
        if found is None:
            return {}
        mistakes, wrongs = ["数据错误", "规则误报", "政策例外"], ["违规享受"]
        cause = chance.choice({"查否": mistakes, "查实": wrongs}.get(found, [*mistakes, *wrongs]))
        handling = "整改纠正" if found in ("查实", "部分查实") else None
        return {"核查结果": found, "原因": cause, "核查人": "甲核查", "核查日期": ON, "处理方式": handling}

    made = World(root, scratch)
    books = list((root / "restricted" / "latest" / "workbooks").glob("街道_*.xlsx"))
    made.fill(books, "线索编号", verified)
    run_night(root)
    return made


@pytest.fixture
def says(world: World, capsys: pytest.CaptureFixture[str]) -> Callable[..., Any]:
    """What a command prints as JSON."""

    def said(*words: str) -> Any:
        capsys.readouterr()
        assert run([*words, "--root", str(world.root), "--json"]) == 0
        return json.loads(capsys.readouterr().out)

    return said


def ceiling(rate: str, size: int) -> int:
    return int((Decimal(rate) * size).to_integral_value(ROUND_CEILING))


def test_rechecks_of_three_seeds(world: World, says: Callable[..., Any]) -> None:
    found = {row["clue_id"]: row for row in world.table("ledger") if row["state"] == "查否"}
    strata = Counter((row["street"], row["item"]) for row in found.values())
    assert len(strata) > 9
    assert any(street is None for street, _ in strata)
    draws = {}
    for seed, rate in (("1", "0.2"), ("2", "0.2"), ("3", "0.37")):
        plan = says("sample", "--kind", "recheck", "--seed", seed, "--rate", rate)
        drawn = Counter((found[row["target"]]["street"], found[row["target"]]["item"]) for row in plan["targets"])
        assert drawn == {stratum: ceiling(rate, size) for stratum, size in strata.items()}
        told = {(row["street"], row["item"]): (row["population"], row["drawn"]) for row in plan["strata"]}
        assert told == {stratum: (size, drawn[stratum]) for stratum, size in strata.items()}
        assert says("sample", "--kind", "recheck", "--seed", seed, "--rate", rate) == plan
        draws[seed] = plan
    assert draws["1"]["targets"] != draws["2"]["targets"]
    for seed, rate in (("1", "0.2"), ("2", "0.2"), ("3", "0.37")):
        as_of = ("--as-of", draws[seed]["as_of"])
        again = says("sample", "--kind", "recheck", "--seed", seed, "--rate", rate, *as_of)
        assert again["targets"] == draws[seed]["targets"]
        assert again["plan"] == draws[seed]["plan"]
    assert says("sample", "--kind", "recheck", "--seed", "1")["targets"] == draws["1"]["targets"]


def test_rates_under_the_floor_are_refused(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    floors = {"recheck": "0.20", "cross": "0.20", "spot": "0.30", "visits": "1.0"}
    wrong = [("recheck", "0.19"), ("cross", "0"), ("spot", "0.29"), ("visits", "0.5"), ("spot", "nan"), ("cross", "2")]
    for kind, rate in wrong:
        assert run(["sample", "--kind", kind, "--rate", rate, "--root", str(world.root)]) == 2
        assert floors[kind] in capsys.readouterr().err


def test_a_spot_check_of_every_street(world: World, says: Callable[..., Any]) -> None:
    plan = says("sample", "--kind", "spot", "--seed", "11")
    clues = Counter(
        row["street"] for row in world.table("ledger") if row["state"] not in ("豁免", "自然消除", "已销号")
    )
    households: Counter[str | None] = Counter()
    for row in world.table("coverage"):
        households[row["street"]] += row["households"]  # nobody here is on two benefits: a household has one item
    drawn = Counter((row["sort"], row["street"]) for row in plan["targets"])
    assert drawn == {
        (sort, street): ceiling("0.3", size)
        for sort, sizes in (("clue", clues), ("household", households))
        for street, size in sizes.items()
    }
    assert clues["北门街道"] == 0
    assert households["北门街道"] == 10
    assert plan["targets"][0]["street"] == "北门街道", "a street without one clue comes first"
    ratio = {street: clues[street] / households[street] for street in households if street is not None}
    order = list(dict.fromkeys(row["street"] for row in plan["targets"]))
    assert [ratio[street] for street in order[:-1]] == sorted(ratio.values())
    assert order[-1] is None


def test_every_filed_relative_on_dibao_is_visited(world: World, says: Callable[..., Any]) -> None:
    plan = says("sample", "--kind", "visits")
    people = pl.read_parquet(world.root / "state" / "verification" / plan["plan"] / "drawn.parquet")
    # 2 and 5 draw the elderly allowance alone
    assert set(people["id_number"]) == {who(n) for n in (0, 1, 3, 4, 225)}
    assert all(who(n) not in json.dumps(plan) for n in range(230))


def test_results_close_a_plan_and_are_counted(world: World, says: Callable[..., Any]) -> None:
    before = {row["clue_id"]: row for row in world.table("ledger")}
    found = {clue for clue, row in before.items() if row["state"] == "查否"}
    recheck = says("sample", "--kind", "recheck", "--seed", "3", "--rate", "0.37")
    cross = says("sample", "--kind", "cross", "--seed", "8")
    assert all(row["checker"] != row["street"] for row in cross["targets"])
    assert {row["checker"] for row in cross["targets"]} <= {*STREETS}
    load = Counter(row["checker"] for row in cross["targets"])
    assert max(load.values()) - min(load.values()) <= 1
    drawn = {row["target"] for plan in (recheck, cross) for row in plan["targets"]}
    assert len(drawn) == len(recheck["targets"]) + len(cross["targets"])
    chance = random.Random(9)
    results: dict[str, str] = {}

    def checked_again(row: Row) -> Row:
        results[row["线索编号"]] = chance.choice(["查否维持", "查否维持", "改判查实"])
        who = {"核查人": "乙复核", "核查日期": ON}
        if results[row["线索编号"]] == "改判查实":
            return who | {"核查结果": "改判查实", "原因": "违规享受", "处理方式": "整改纠正"}
        return who | {"核查结果": "查否维持", "原因": "规则误报"}

    for plan in (recheck, cross):
        world.fill([Path(book) for book in plan["workbooks"]], "线索编号", checked_again)
    assert results.keys() == drawn
    spot = says("sample", "--kind", "spot", "--seed", "11")
    spotted: dict[str, str] = {}

    def visited(row: Row) -> Row:
        if chance.random() < 0.4:
            return {}
        spotted[row["对象编号"]] = chance.choice(["未发现问题", "发现问题"])
        return {"检查结果": spotted[row["对象编号"]], "核查人": "丙抽查", "核查日期": ON}

    world.fill([Path(book) for book in spot["workbooks"]], "对象编号", visited)
    standing = {row["plan"]: row for row in says("sample", "--list")}
    assert (standing[recheck["plan"]]["status"], standing[cross["plan"]]["status"]) == ("closed", "closed")
    assert standing[recheck["plan"]]["checked"] == len(recheck["targets"])
    assert (standing[spot["plan"]]["status"], standing[spot["plan"]]["checked"]) == ("open", len(spotted))
    run_night(world.root)
    ledger = {row["clue_id"]: row for row in world.table("ledger")}
    for clue in found:
        expected = "改判查实" if results.get(clue) == "改判查实" else "已销号"
        assert ledger[clue]["state"] == expected, clue
    rates = {(row["measure"], row["by"], grouped(row)): row for row in world.table("rates")}
    assert {key: (row["checked"], row["positive"]) for key, row in rates.items()} == counted_again(
        ledger.values(), before, results, spot["targets"], spotted
    )
    for row in rates.values():
        if row["checked"]:
            low, high = interval(row["positive"], row["checked"])
            assert row["rate"] == row["positive"] / row["checked"]
            assert (row["low"], row["high"]) == pytest.approx((low, high), abs=1e-9)
            listed = row["checked"] >= 20 and high < 0.2
            assert row["review"] is (listed if row["by"] == "rule" else None)
        else:
            assert (row["rate"], row["low"], row["high"]) == (None, None, None)
    fed_by_outcomes(world, rates)


def grouped(row: Row) -> Any:
    """What the rate is of: a rule's clues of one tier, or all of a group."""
    return (row["value"], row["tier"]) if row["by"] == "rule" else row["value"]


def counted_again(
    ledger: Iterable[Row], before: dict[str, Row], results: dict[str, str], targets: list[Row], spotted: dict[str, str]
) -> dict[tuple[str, str, Any], tuple[int, int]]:
    counts: defaultdict[tuple[str, str, Any], list[int]] = defaultdict(lambda: [0, 0])

    def count(measure: str, positive: bool, **groups: Any) -> None:
        for by, value in {"all": None, **groups}.items():
            counts[measure, by, value][0] += 1
            counts[measure, by, value][1] += positive

    for row in ledger:
        if row["outcome"] not in (None, "待定"):
            confirmed = row["outcome"] in ("查实", "部分查实", "改判查实")
            confirmed = confirmed and row["cause"] not in ("数据错误", "政策例外")
            groups = {name: row[name] for name in ("street", "identity")}
            count("hit", confirmed, rule=(row["rule"], row["tier"]), tier=str(row["tier"]), **groups)
    for clue, outcome in results.items():
        count("overturn", outcome == "改判查实", street=before[clue]["street"])
    for target in targets:
        if target["target"] in spotted:
            count("spot", spotted[target["target"]] == "发现问题", street=target["street"])
    return {key: (checked, positive) for key, (checked, positive) in counts.items()}


def interval(positive: int, checked: int) -> tuple[float, float]:
    """The two shares p with (observed - p)² = z² p (1 - p) / n, which is what Wilson's interval is."""
    with localcontext(prec=40):
        z2, n, observed = Decimal("1.959964") ** 2, Decimal(checked), Decimal(positive) / checked
        a, b, c = 1 + z2 / n, -(2 * observed + z2 / n), observed**2
        root = (b * b - 4 * a * c).sqrt()
        return float((-b - root) / (2 * a)), float((-b + root) / (2 * a))


def fed_by_outcomes(world: World, rates: dict[tuple[str, str, Any], Row]) -> None:
    """The hit rate of a clue is its rule's outcomes of its tier with the tier's prior, and priority follows it."""
    priors = {1: (8, 2), 2: (4, 6), 3: (2, 8), 0: (1, 9)}
    clues = pl.read_parquet(world.root / "published" / "latest" / "clues" / "**" / "*.parquet", hive_partitioning=True)
    told = set()
    for row in clues.rows(named=True):
        a, b = priors[row["tier"]]
        rate = rates.get(("hit", "rule", (row["rule"], row["tier"])), {"positive": 0, "checked": 0})
        assert row["hit_rate"] == pytest.approx((rate["positive"] + a) / (rate["checked"] + a + b))
        sure = 0.3 if row["identity"] == "C" else 1
        assert row["priority"] == pytest.approx(row["hit_rate"] * sure * max(float(row["amount_at_risk"]), 1))
        told.add(row["rule"])
    assert "deceased" in told
