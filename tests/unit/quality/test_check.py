"""The figures that compare a delivery with others, before Great Expectations judges them."""

from datetime import date

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from deliveries import CHILD, HEAD, WIFE, deliver, person
from huimin.deliveries.slots import resolve
from huimin.nights.night import receipts
from huimin.nights.run import read_inbox
from huimin.quality import gate
from huimin.quality.check import check
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
    judged = check(Root(tmp_path), found, contracts, RUN_DATE, {})
    files = {r.delivery.delivery: r.delivery.file for r in found}
    told = judged.quality.filter(pl.col("column").is_in(["age_days", "register_share", "volume_ratio"]))
    observed = {
        (files[d], column): text for d, column, text in told.select("delivery", "column", "observed").iter_rows()
    }
    assert observed == {
        ("七月.csv", "register_share"): "0.5000",
        ("八月.csv", "age_days"): "22",
        ("八月.csv", "register_share"): "1.0000",
        ("八月.csv", "volume_ratio"): "0.5000",
        ("六月.csv", "age_days"): "83",
        ("六月.csv", "register_share"): "0.0000",
        ("户籍20230801.csv", "age_days"): "21",
        ("户籍20230801.csv", "volume_ratio"): "0.5000",
    }


def test_a_night_with_nothing_new_reads_no_rows_to_compare_them(tmp_path, contracts, monkeypatch):
    register = f"{POPULATION}张三,{HEAD},H1,正常\n李四,{WIFE},H1,正常\n"
    files = {
        "urban_dibao/a.csv": dibao("2023-08", HEAD, WIFE),
        "urban_dibao/b.csv": dibao("2023-08", CHILD, person("19700101", 5)),
        "urban_dibao/甲街道/c.csv": dibao("2023-08", HEAD),
        "population/户籍20230801.csv": register,
    }
    found = read_all(tmp_path, files)
    first = check(Root(tmp_path), found, contracts, RUN_DATE, {})

    def reads(*_):
        raise AssertionError

    gates = []
    real = gate
    monkeypatch.setattr("huimin.quality.remembered.open_work", reads)
    monkeypatch.setattr("huimin.quality.check.gate", lambda *given: gates.append(1) or real(*given))
    again = check(Root(tmp_path), found, contracts, RUN_DATE, {})
    assert len(first.kept_out) == 1
    assert again.kept_out == first.kept_out
    assert_frame_equal(again.quality, first.quality)
    assert len(gates) == 1


@pytest.mark.parametrize("damage", [b"", b"{}", b"not json"])
def test_what_was_remembered_and_is_damaged_is_counted_again(tmp_path, contracts, damage):
    files = {"urban_dibao/a.csv": dibao("2023-08", HEAD, WIFE), "urban_dibao/b.csv": dibao("2023-08", HEAD)}
    found = read_all(tmp_path, files)
    first = check(Root(tmp_path), found, contracts, RUN_DATE, {})
    place = tmp_path / "state" / "compared.json"
    kept = place.read_bytes()
    place.write_bytes(damage)
    assert_frame_equal(check(Root(tmp_path), found, contracts, RUN_DATE, {}).quality, first.quality)
    assert place.read_bytes() == kept


def test_the_earliest_failing_register_is_kept_out_and_the_next_compared_with_the_one_before(tmp_path, contracts):
    def register(rows: int) -> str:
        numbers = "".join(f"张三,{person_of(index)},H{index},正常\n" for index in range(rows))
        return POPULATION + numbers

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
    judged = check(Root(tmp_path), found, contracts, date(2023, 8, 22), {})
    kept_out, quality = judged.kept_out, judged.quality
    files = {r.delivery.delivery: r.delivery.file for r in found}
    assert sorted(files[key] for key in kept_out) == ["户籍20230701.csv", "户籍20230801.csv"]
    standings = {s.receipt.delivery.file: s for s in resolve(found, contracts, kept_out)}
    assert standings["户籍20230815.csv"].status == "accepted"
    assert not standings["户籍20230815.csv"].stale
    critical = quality.filter((quality["severity"] == "critical") & ~quality["success"])
    assert {files[key] for key in critical["delivery"]} == {"户籍20230701.csv", "户籍20230801.csv"}
