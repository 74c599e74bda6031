"""What a published night says of its deliveries: accounting, quality, critical expectations, exit codes."""

import polars as pl
import pytest

from acceptance.inbox import District, Told, person, text, workbook

ELDERLY = "elderly_allowance"


def payments(good: int, bad: int = 0, month: str = "2023-08", amount: int = 100) -> str:
    rows = [f"张三,{person(n)},{amount},{month}" for n in range(good)]
    rows += [f"李四,42999919400101{n:03}*,{amount},{month}" for n in range(bad)]
    return "\n".join(["姓名,身份证号,发放金额,发放月份", *rows, ""])


def deaths(rows: int, source: str = "公安") -> str:
    who = [f"张三,{person(n % 1000, f'194001{n // 1000 + 1:02}')},2023-06-15,{source}" for n in range(rows)]
    return "\n".join(["姓名,身份证号,死亡日期,信息来源", *who, ""])


def failed(told: Told, severity: str = "critical") -> list[str]:
    """Roster, column and count of what failed at that severity."""
    wrong = told.quality.filter((pl.col("severity") == severity) & ~pl.col("success"))
    return [f"{q['roster']} {q['column']}" for q in wrong.to_dicts()]


def test_an_inbox_with_nothing_usable_ends_with_11(district: District) -> None:
    told = district.run()
    assert told.deliveries.is_empty()
    assert told.published.exit_code == 11
    district.put("no_such/a.csv", "x\n")
    district.put(f"{ELDERLY}/a.csv", "x\n")
    told = district.run()
    assert set(told.deliveries["status"]) == {"refused"}
    assert told.published.exit_code == 11
    # some refused deliveries beside good ones: 0
    district.put(f"{ELDERLY}/b.csv", payments(2))
    assert district.run().published.exit_code == 0


def test_the_published_account_balances_and_holds_no_cell_value(district: District) -> None:
    district.put(f"{ELDERLY}/甲街道/a.csv", "高龄津贴\n" + payments(3, 2) + "合计,,300,\n")
    august = """
姓名 | 身份证号        | 金额 | 月份    | 发放日期 | 电话
张三 | ID1             | 1    | 2023-08 | 昨天     | 1
李四 | 429999400101001 | 1    | 2023-08 | 今天     | 2
·    | ·               | 1    | 8月     | ·        | ·
"""
    district.put(f"{ELDERLY}/乙街道/a.xlsx", workbook({"八月": august}))
    told = district.run()
    first, second = told.of("a.csv"), told.of("a.xlsx")
    assert told.account("a.csv") == "8 = 3 + 3 + 2"
    assert told.account("a.xlsx") == "4 = 1 + 2 + 1"
    assert first["status"] == second["status"] == "accepted_with_rejects"
    assert (second["unit"], second["unknown_columns"]) == ("乙街道", "1 个")
    assert len(first["delivery"]) == 16
    assert sorted(told.reject_reasons.rows()) == sorted([
        (first["delivery"], "id_number", "id_number_masked", 2),
        (second["delivery"], "id_number", "missing", 1),
        (second["delivery"], "name", "missing", 1),
        (second["delivery"], "period", "month_unparsable", 1),
    ])  # fmt: skip
    found = told.quality.filter(~pl.col("success") & (pl.col("delivery") == second["delivery"]))
    said = {(q["column"], q["observed"], q["unexpected_count"], q["element_count"]) for q in found.to_dicts()}
    assert {("paid_on", "date_unparsable", 2, 2), ("id_number", "id_number_15_digits", 1, 2)} <= said
    assert told.rejects.columns == ["delivery", "roster", "file", "sheet", "row", "column", "reason", "cells"]
    assert told.rejects.filter(pl.col("sheet") == "八月")["row"].unique().to_list() == [4]
    for place in told.published.folder.rglob("*.parquet"):
        assert person(1).encode() not in place.read_bytes()
    restricted = told.published.restricted / "rejects.parquet"
    assert restricted.stat().st_mode & 0o777 == 0o600
    assert told.published.restricted.stat().st_mode & 0o777 == 0o700


def test_less_than_half_of_100_records_accepted_keeps_a_delivery_out(district: District) -> None:
    district.put(f"{ELDERLY}/甲/new.csv", payments(49, 51), "2023-08-02 10:00")
    district.put(f"{ELDERLY}/乙/half.csv", payments(50, 50, "2023-07"), "2023-08-02 10:00")
    district.put(f"{ELDERLY}/丙/small.csv", payments(1, 98, "2023-06"), "2023-08-02 10:00")
    told = district.check()
    assert failed(told) == ["elderly_allowance accepted_share"]
    assert told.refusal("new.csv")
    assert [told.of(file)["status"] for file in ("half.csv", "small.csv")] == ["accepted_with_rejects"] * 2
    assert told.kept_out() == {ELDERLY}


def test_what_it_would_have_superseded_stays_in_force_stale_and_rules_say_so(district: District) -> None:
    district.put(f"{ELDERLY}/old.csv", payments(60), "2023-08-01 10:00")
    district.put(f"{ELDERLY}/new.csv", payments(20, 100, amount=9), "2023-08-02 10:00")
    district.put("deaths/死亡.csv", deaths(3))
    told = district.run()
    assert told.of("old.csv")["status"] == "accepted"
    assert told.of("old.csv")["stale"]
    assert "陈旧" in told.of("old.csv")["problem"]
    assert told.rows(ELDERLY, "amount file")[0] == "100.00 | old.csv"
    why = dict(told.rules.filter(pl.col("status") == "ran").select("rule", "why").rows())
    assert ELDERLY in why["deceased"]
    assert told.published.exit_code == 12
    # a good one takes the place of both
    district.put(f"{ELDERLY}/good.csv", payments(30), "2023-08-03 10:00")
    told = district.run()
    assert not told.of("old.csv")["stale"]
    assert told.of("old.csv")["status"] == "superseded"
    assert told.published.exit_code == 0


def test_a_register_with_less_than_half_of_one_with_eight_or_more_is_kept_out(district: District) -> None:
    district.put("deaths/20230701.csv", deaths(8), "2023-07-01 10:00")
    district.put("deaths/20230801.csv", deaths(3, "卫健"), "2023-08-01 10:00")
    district.put("deaths/甲/20230701.csv", deaths(7), "2023-07-01 10:00")
    district.put("deaths/甲/20230801.csv", deaths(3, "卫健"), "2023-08-01 10:00")
    district.put("deaths/乙/20230701.csv", deaths(8), "2023-07-01 10:00")
    district.put("deaths/乙/20230801.csv", deaths(4, "卫健"), "2023-08-01 10:00")
    told = district.check()
    shown = {(d["unit"], d["periods"]): (d["status"], d["stale"]) for d in told.deliveries.to_dicts()}
    assert shown == {
        (None, "2023-07-01"): ("accepted", True),
        (None, "2023-08-01"): ("refused", False),
        ("甲", "2023-07-01"): ("superseded", False),
        ("甲", "2023-08-01"): ("accepted", False),
        ("乙", "2023-07-01"): ("superseded", False),
        ("乙", "2023-08-01"): ("accepted", False),
    }
    assert failed(told) == ["deaths persons_share", "deaths previous_share"]
    assert told.kept_out() == {"deaths"}


def test_nothing_but_these_is_critical(district: District) -> None:
    district.put(f"{ELDERLY}/a.csv", payments(40, 41, amount=-10_000_000) + payments(10))
    told = district.check()
    critical = set(told.quality.filter(pl.col("severity") == "critical")["column"])
    assert critical <= {"accepted_share", "previous_share"}
    assert failed(told, "warning")
    assert not told.kept_out()


@pytest.mark.parametrize("order", ["once", "one by one"])
def test_a_night_knows_no_order_of_arrival_and_a_later_one_is_later(district: District, order: str) -> None:
    deliveries = [
        ("deaths/20230801.csv", deaths(300, "卫健"), "2023-08-01 10:00"),
        ("deaths/20230601.csv", deaths(1100), "2023-06-01 10:00"),
        ("deaths/20230701.csv", deaths(1001, "殡葬"), "2023-07-01 10:00"),
        (f"{ELDERLY}/b.csv", payments(2), "2023-08-05 10:00"),
        (f"{ELDERLY}/a.csv", payments(3), "2023-08-04 10:00"),
        (f"{ELDERLY}/c.csv", payments(3), "2023-08-06 10:00"),
    ]
    for delivery in deliveries:
        district.put(*delivery)
        if order == "one by one":
            district.read()
    in_force, replaced = ("b", "a") if order == "once" else ("a", "b")
    assert district.check().statuses() == [
        "deaths · 20230601.csv: superseded 2023-06-01",
        "deaths · 20230701.csv: accepted 2023-07-01",
        "deaths · 20230801.csv: refused 2023-08-01",
        *sorted(
            (
                f"elderly_allowance · {replaced}.csv: superseded 2023-08",
                f"elderly_allowance · {in_force}.csv: accepted 2023-08",
            )
        ),
        "elderly_allowance · c.csv: unchanged 2023-08",
    ]


def test_a_replaced_month_is_gone_from_the_clues(district: District) -> None:
    rows = text("姓名 | 身份证号 | 发放金额 | 发放月份\n张三 | ID1 | 100 | 2023-07\n张三 | ID1 | 100 | 2023-08")
    district.put(f"{ELDERLY}/a.csv", rows, "2023-08-01 10:00")
    district.put("deaths/死亡.csv", text("姓名 | 身份证号 | 死亡日期 | 来源\n张三 | ID1 | 2023-06-15 | 公安"))
    told = district.run()
    assert told.clues("deceased").select("periods").rows() == [(2,)]
    district.put(f"{ELDERLY}/b.csv", text("姓名 | 身份证号 | 发放金额 | 发放月份\n李四 | ID2 | 100 | 2023-07"))
    told = district.run()
    assert told.clues("deceased").select("periods").rows() == [(1,)]
