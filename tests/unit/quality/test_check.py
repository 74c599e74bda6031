"""The figures that compare a delivery with others, before Great Expectations judges them."""

from datetime import date

import pytest

from deliveries import CHILD, HEAD, WIFE, deliver
from huimin.deliveries.slots import resolve
from huimin.nights.night import receipts
from huimin.nights.run import read_inbox
from huimin.quality.check import check, profile
from huimin.store.root import Root
from nights import PROJECT, RUN_DATE, night

POPULATION = "姓名,身份证号,户号,户籍状态\n"


@pytest.fixture(scope="module")
def contracts():
    return PROJECT.contracts


def read_all(root, files):
    from datetime import UTC, datetime

    deliver(root, files)
    tonight = night(root)
    read_inbox(tonight, datetime.now(UTC))
    return receipts(Root(root))


def dibao(month: str, *people: str) -> str:
    rows = "".join(f"张三,{one},{HEAD},500,{month}\n" for one in people)
    return f"姓名,身份证号,户主身份证号,发放金额,发放月份\n{rows}"


def test_the_profile_compares_each_delivery_with_its_neighbours(tmp_path, contracts):
    found = read_all(
        tmp_path,
        {
            "urban_dibao/七月.csv": dibao("2023-06", HEAD, WIFE),
            "urban_dibao/八月.csv": dibao("2023-07", HEAD),
            "urban_dibao/甲街道/六月.csv": dibao("2023-05", CHILD),
            "population/户籍20230701.csv": f"{POPULATION}张三,{HEAD},H1,正常\n李四,{WIFE},H1,正常\n",
            "population/户籍20230801.csv": f"{POPULATION}张三,{HEAD},H1,正常\n",
        },
    )
    standings = resolve(found, contracts)
    rows = {
        next(s.receipt.delivery.file for s in standings if s.receipt.delivery.delivery == row["delivery"]): row
        for row in profile(Root(tmp_path), standings, contracts, RUN_DATE).rows(named=True)
    }
    keys = ["records", "accepted", "previous_rows", "age_days", "register_share", "previous_period_rows"]
    assert {file: [row[key] for key in keys] for file, row in rows.items()} == {
        "七月.csv": [2, 2, None, None, 0.5, None],
        "八月.csv": [1, 1, None, 22, 1.0, 2],
        "六月.csv": [1, 1, None, 83, 0.0, None],
        "户籍20230701.csv": [2, 2, None, None, None, None],
        "户籍20230801.csv": [1, 1, 2, 21, None, 2],
    }


def test_the_earliest_failing_register_is_kept_out_and_the_next_compared_with_the_one_before(tmp_path, contracts):
    def register(rows: int) -> str:
        numbers = "".join(f"张三,{person_of(index)},H{index},正常\n" for index in range(rows))
        return POPULATION + numbers

    from deliveries import person

    def person_of(index: int) -> str:
        return person(f"19{60 + index // 900}0101", index % 900)

    found = read_all(
        tmp_path,
        {
            "population/户籍20230601.csv": register(1000),
            "population/户籍20230701.csv": register(400),
            "population/户籍20230801.csv": register(450),
            "population/户籍20230815.csv": register(500),
        },
    )
    kept_out, quality = check(Root(tmp_path), found, contracts, date(2023, 8, 22))
    files = {r.delivery.delivery: r.delivery.file for r in found}
    assert sorted(files[key] for key in kept_out) == ["户籍20230701.csv", "户籍20230801.csv"]
    standings = {s.receipt.delivery.file: s for s in resolve(found, contracts, kept_out)}
    assert standings["户籍20230815.csv"].status == "accepted"
    assert not standings["户籍20230815.csv"].stale
    critical = quality.filter((quality["severity"] == "critical") & ~quality["success"])
    assert sorted(files[key] for key in critical["delivery"]) == ["户籍20230701.csv", "户籍20230801.csv"]
