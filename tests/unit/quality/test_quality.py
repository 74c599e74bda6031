import dataclasses
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from huimin.contracts.contract import Contract
from huimin.contracts.expectation import DELIVERY_COLUMNS, Expectation
from huimin.errors import QualityError
from huimin.quality import check_deliveries, critical_failures, gate
from huimin.quality.judge import RESULTS, Check, judge
from huimin.quality.remembered import Remembered, recall, remember
from huimin.quality.rows import expectation_name, measuring
from huimin.quality.verdicts import Verdicts
from huimin.store.delivery import Delivery, Receipt, Share
from huimin.store.root import Root
from unit.quality_rows import contracts, delivery, drawn

CONTRACTS = contracts()
RECEIPT = Receipt(
    Delivery("a" * 16, "tekun", None, "tekun/a.csv", "a.csv", "", datetime(2023, 8, 15, tzinfo=UTC), 1),
    "accepted",
    date(2023, 8, 22),
    "",
)

TRADE_IN = """
row | slot    | name | id_number          | old_vin           | new_vin           | disposal | disposed_on | amount  | applied_on
2   | 2022-07 | 甲   | 429999199001010010 | LSVAA000000000001 | LSVAA000000000011 | 报废     | 2022-07-01  | 8000    | 2022-07-02
3   | 2022-07 | 乙   | 429999199001010029 | LSVAA000000000002 | LSVAA000000000012 | 转让     | 2022-07-03  | 5000    | 2022-07-02
4   | 2022-07 | 丙   | 429999199001010037 | LSVAA0002         | LSVAA000000000013 |          |             | 99999   | 2022-07-04
5   | 2022-07 | 丁   | 429999199001010045 | LSVAA000000000004 | LSVAA000000000014 | 拆解     | 2022-07-01  | -200    | 2022-07-04
6   | 2022-07 | 丁   | 429999199001010045 | LSVAA000000000004 | LSVAA000000000014 | 报废     | 2022-07-01  | 100     | 2022-07-04
7   | 2022-08 | 丁   | 429999199001010045 | LSVAA000000000004 | LSVAA000000000014 | 报废     | 2022-07-01  | 100     | 2022-08-04
"""  # noqa: E501
FINDINGS = """
row | column     | reason
3   | invoice_on | date_unparsable
5   | invoice_on | date_unparsable
6   | new_vin    | vin_check_digit
7   | id_number  | id_number_15_digits
"""


def results_of(folder: Path) -> pl.DataFrame:
    return pl.read_parquet(folder / "quality.parquet")


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> pl.DataFrame:
    """The results of the trade-in delivery, checked on one bench after a delivery of another roster."""
    root = tmp_path_factory.mktemp("deliveries")
    tekun = "row | slot | name | id_number | amount | period\n2 | 2023-08 | 甲 | 429999199001010010 | 900 | 2023-08-01"
    first = delivery(root / "it's {one}", CONTRACTS["tekun"], tekun)
    second = delivery(root / "50% : two", CONTRACTS["vehicle_trade_in"], TRADE_IN, FINDINGS)
    check_deliveries([("a" * 16, "tekun", first), ("b" * 16, "vehicle_trade_in", second)], CONTRACTS)
    assert results_of(first)["success"].all()
    assert results_of(first)["element_count"].unique().to_list() == [1]
    return results_of(second)


ANNA, BERTA = "429999199001010010", "429999199001010029"


@pytest.mark.parametrize(
    ("told", "persons", "repeated"),
    [
        ((("2023-08", ANNA), ("2023-08", BERTA)), (2,), 0),
        ((("2023-08", ANNA), ("2023-09", ANNA)), (1, 1), 0),
        ((("2023-08", ANNA), ("2023-08", ANNA)), (1,), 1),
        ((("2023-08", ANNA), ("2023-08", ANNA), ("2023-08", ANNA), ("2023-09", BERTA), ("2023-09", BERTA)), (1, 1), 2),
    ],
)
def test_a_key_repeats_only_within_its_slot_and_counts_once(
    tmp_path: Path, told: tuple[tuple[str, str], ...], persons: tuple[int, ...], repeated: int
) -> None:
    rows = "\n".join(f"{row} | {slot} | 甲 | {number} | 900 | {slot}-01" for row, (slot, number) in enumerate(told, 2))
    folder = delivery(tmp_path, CONTRACTS["tekun"], f"row | slot | name | id_number | amount | period\n{rows}")
    slots = sorted({slot for slot, _ in told})
    shares = tuple(Share(slot, 9, {}, count) for slot, count in zip(slots, persons, strict=True))
    for receipts in ({}, {"a" * 16: dataclasses.replace(RECEIPT, shares=shares)}):
        check_deliveries([("a" * 16, "tekun", folder)], CONTRACTS, receipts=receipts)
        found = results_of(folder).filter(pl.col("expectation") == "id_number.unique")
        assert found.select("success", "unexpected_count", "element_count").rows() == [
            (not repeated, repeated, len(told))
        ]


@pytest.mark.parametrize(("named", "severity"), [(("name", "street"), "warning"), (("bank", "account"), "info")])
def test_a_nearly_known_header_is_a_finding_about_the_column_that_it_may_mean(
    tmp_path: Path, named: tuple[str, ...], severity: str
) -> None:
    tekun = "row | slot | name | id_number | amount | period\n2 | 2023-08 | 甲 | 429999199001010010 | 900 | 2023-08-01"
    folder = delivery(tmp_path, CONTRACTS["tekun"], tekun)
    read = dataclasses.replace(
        RECEIPT, columns=named, nearly_known=(("银行帐号", "银行账号"), ("卡号（一）", "卡号"), ("开户银", "开户银行"))
    )
    check_deliveries([("a" * 16, "tekun", folder)], CONTRACTS, receipts={"a" * 16: read})
    found = results_of(folder).filter(pl.col("expectation").str.ends_with(".header_nearly_known"))
    assert found.select("column", "severity", "success", "unexpected_count").rows() == [
        ("account", severity, False, 2),
        ("bank", severity, False, 1),
    ]


def test_results_have_the_published_columns(results: pl.DataFrame) -> None:
    assert dict(results.schema) == RESULTS
    assert results["expectation"].is_unique().all()
    assert results["expectation"].is_sorted()


@pytest.mark.parametrize(
    ("expectation", "severity", "unexpected", "observed"),
    [
        ("amount.between(max_value=50000)", "warning", 1, "16.67%"),
        ("amount.between(min_value=0)", "info", 1, "16.67%"),
        ("disposal.category", "warning", 1, "20.00%"),
        ("old_vin.length(min_value=17, max_value=17)", "warning", 1, "16.67%"),
        ("applied_on.at_least(disposed_on)", "warning", 1, "20.00%"),
        ("id_number+invoice_number+old_vin+new_vin.unique", "warning", 1, "1"),
        ("invoice_on.date_unparsable", "warning", 2, "date_unparsable"),
        ("new_vin.vin_check_digit", "warning", 1, "vin_check_digit"),
        ("id_number.id_number_15_digits", "info", 1, "id_number_15_digits"),
    ],
)
def test_a_promise_that_is_broken(
    results: pl.DataFrame, expectation: str, severity: str, unexpected: int, observed: str
) -> None:
    row = results.row(by_predicate=pl.col("expectation") == expectation, named=True)
    assert (row["success"], row["severity"]) == (False, severity)
    assert (row["unexpected_count"], row["observed"]) == (unexpected, observed)


def test_the_other_promises_are_kept(results: pl.DataFrame) -> None:
    kept = results.filter("success")
    assert results.height - kept.height == 9
    assert "name.not_null" in kept["expectation"].to_list()
    assert kept["unexpected_count"].unique().to_list() == [0]


def test_results_carry_great_expectations_own_names(results: pl.DataFrame) -> None:
    assert set(results["type"]) == {
        "expect_column_pair_values_a_to_be_greater_than_b",
        "expect_column_value_lengths_to_be_between",
        "expect_column_values_to_be_between",
        "expect_column_values_to_be_in_set",
        "expect_column_values_to_not_be_null",
        "unexpected_rows_expectation",
    }


def test_no_personal_value_is_in_the_results(results: pl.DataFrame) -> None:
    told = results.write_csv()
    for value in ("429999", "LSVAA", "甲", "乙", "丙", "丁", "99999", "拆解"):
        assert value not in told


def test_a_cell_that_is_missing_fails_a_required_column(tmp_path: Path) -> None:
    rows = "row | slot | name | id_number | amount | period\n2 | 2023-08 | | 429999199001010010 | 900 | 2023-08-01"
    folder = delivery(tmp_path, CONTRACTS["tekun"], rows)
    check_deliveries([("a" * 16, "tekun", folder)], CONTRACTS)
    failed = results_of(folder).filter(~pl.col("success"))
    assert failed.rows() == [
        ("name.not_null", "expect_column_values_to_not_be_null", "name", "warning", False, "100.00%", 1, 1)
    ]


def with_expectations(roster: str, *expectations: Expectation) -> dict[str, Contract]:
    return {roster: dataclasses.replace(CONTRACTS[roster], expectations=expectations)}


def test_every_other_expectation_that_a_contract_may_state(tmp_path: Path) -> None:
    stated = with_expectations(
        "vehicle_trade_in",
        Expectation("expect_column_values_to_match_regex", "warning", (("regex", "^LSV[A-Z0-9]{14}$"),), "old_vin"),
        Expectation("expect_column_sum_to_be_between", "critical", (("max_value", 1000),), "amount"),
        Expectation("expect_column_unique_value_count_to_be_between", "info", (("min_value", 9),), "new_vin"),
        Expectation("expect_table_row_count_to_be_between", "warning", (("min_value", 6),)),
        Expectation("expect_column_values_to_not_be_null", "warning", (("mostly", 0.8),), "disposal"),
        Expectation("expect_column_values_to_be_in_set", "info", (("value_set", ("报废",)),), "disposal"),
    )
    folder = delivery(tmp_path, CONTRACTS["vehicle_trade_in"], TRADE_IN)
    check_deliveries([("b" * 16, "vehicle_trade_in", folder)], stated)
    results = {row["expectation"]: row for row in results_of(folder).iter_rows(named=True)}
    found = {
        name: (results[name]["success"], results[name]["unexpected_count"], results[name]["observed"])
        for name in map(expectation_name, stated["vehicle_trade_in"].expectations)
    }
    assert found == {
        "old_vin.regex(regex=^LSV[A-Z0-9]{14}$)": (False, 1, "16.67%"),
        "amount.sum(max_value=1000)": (False, 1, "112999.0"),
        "new_vin.unique_count(min_value=9)": (False, 1, "4"),
        "table.row_count(min_value=6)": (True, 0, "6"),
        "disposal.not_null(mostly=0.8)": (True, 1, "16.67%"),
        "disposal.in_set(value_set=报废)": (False, 2, "40.00%"),
    }
    quality = results_of(folder).with_columns(delivery=pl.lit("b" * 16))
    assert critical_failures(quality) == {"b" * 16}


def test_an_expectation_that_cannot_be_evaluated_breaks_the_gate(tmp_path: Path) -> None:
    stated = with_expectations(
        "tekun", Expectation("expect_column_sum_to_be_between", "info", (("max_value", 1),), "name")
    )
    rows = (
        "row | slot | name | id_number | amount | period\n2 | 2023-08 | 甲某某 | 429999199001010010 | 900 | 2023-08-01"
    )
    folder = delivery(tmp_path, CONTRACTS["tekun"], rows)
    with pytest.raises(QualityError) as caught:
        check_deliveries([("a" * 16, "tekun", folder)], stated)
    assert caught.value.exit_code == 12
    assert caught.value.where == "tekun aaaaaaaaaaaaaaaa"
    assert "name.sum(max_value=1) could not be evaluated" in caught.value.problem
    assert "甲" not in str(caught.value)
    assert not (folder / "quality.parquet").exists()


def test_an_expectation_with_a_wrong_argument_breaks_the_gate(tmp_path: Path) -> None:
    stated = with_expectations(
        "tekun", Expectation("expect_column_sum_to_be_between", "info", (("most", 1),), "amount")
    )
    rows = "row | slot | name | id_number | amount | period\n2 | 2023-08 | 甲 | 429999199001010010 | 900 | 2023-08-01"
    with pytest.raises(QualityError, match="the suite could not be evaluated: ValidationError"):
        check_deliveries([("a" * 16, "tekun", delivery(tmp_path, CONTRACTS["tekun"], rows))], stated)


def test_a_delivery_without_its_rows_breaks_the_gate(tmp_path: Path) -> None:
    with pytest.raises(QualityError, match="the delivery could not be evaluated: IOException"):
        check_deliveries([("a" * 16, "tekun", tmp_path)], CONTRACTS)


def test_the_same_delivery_gives_the_same_bytes(tmp_path: Path) -> None:
    folder = delivery(tmp_path, CONTRACTS["vehicle_trade_in"], TRADE_IN, FINDINGS)
    check_deliveries([("b" * 16, "vehicle_trade_in", folder)], CONTRACTS)
    before = (folder / "quality.parquet").read_bytes()
    check_deliveries([("c" * 16, "vehicle_trade_in", folder)], CONTRACTS)
    assert (folder / "quality.parquet").read_bytes() == before
    assert sorted(place.name for place in folder.iterdir()) == ["findings.parquet", "quality.parquet", "rows.parquet"]


FIGURES = {"delivery": pl.String, "roster": pl.String, **dict.fromkeys(DELIVERY_COLUMNS, pl.Float64)}


def judged(text: str) -> tuple[frozenset[str], dict[tuple[str, str], tuple[bool, str]]]:
    quality = gate(drawn(text, FIGURES), CONTRACTS)
    assert list(quality.columns) == ["roster", "delivery", *RESULTS]
    rows = quality.iter_rows(named=True)
    return critical_failures(quality), {
        (row["delivery"], row["column"]): (row["success"], row["observed"]) for row in rows
    }


def test_critical_expectations_and_their_bounds() -> None:
    failed, found = judged("""
        delivery | roster   | accepted_share | previous_share | persons_share | persons_again | overlap_share | amount_factor
        half     | tekun    | 0.5            | 0.5            | 0.2           | 1             | 0.49          | 50
        rejected | tekun    | 0.49           | 0.5            | 0.2           | 1             |               |
        fewer    | tekun    |                | 0.49           |               |               |               |
        others   | tekun    |                |                | 0.19          |               |               |
        nobody   | tekun    |                |                |               | 0             |               |
        twice    | tekun    |                |                |               |               | 0.5           |
        wan      | tekun    |                |                |               |               |               | 50.01
        register | vehicles |                | 0.5            | 0.5           |               |               |
        torn     | vehicles |                |                | 0.49          |               |               |
    """)  # noqa: E501
    assert failed == {"rejected", "fewer", "others", "nobody", "twice", "wan", "torn"}
    assert found["half", "accepted_share"] == (True, "0.5000")
    assert found["nobody", "persons_again"] == (False, "0")
    assert ("fewer", "accepted_share") not in found


def test_warnings_keep_nothing_out() -> None:
    failed, found = judged("""
        delivery | roster   | age_days | register_share | volume_ratio | small_previous_share | overlap_part | overlap_persons
        fresh    | tekun    | 62       | 0.95           | 1            | 0.5                  | 0.09         | 9
        stale    | tekun    | 63       | 0.89           | 0.1          | 0.49                 | 0.1          | 10
        yearly   | forestry | 63       |                |              |                      |              |
    """)  # noqa: E501
    columns = ("age_days", "register_share", "volume_ratio", "small_previous_share", "overlap_part", "overlap_persons")
    assert not failed
    assert [found["fresh", column][0] for column in columns] == [True] * 6
    assert [found["stale", column] for column in columns] == [
        (False, "63"), (False, "0.8900"), (False, "0.1000"), (False, "0.4900"), (False, "0.1000"), (False, "10"),
    ]  # fmt: skip
    assert found["yearly", "age_days"] == (True, "63")
    assert ("yearly", "volume_ratio") not in found


def test_every_failing_delivery_is_named_however_many() -> None:
    count = 450
    rows = [{"delivery": f"{i:016x}", "roster": "tekun", "accepted_share": 0.49 + i % 2 / 100} for i in range(count)]
    quality = gate(pl.DataFrame(rows, schema=FIGURES), CONTRACTS)
    assert critical_failures(quality) == {f"{i:016x}" for i in range(0, count, 2)}
    assert quality.filter(~pl.col("success")).height == count // 2


def test_results_of_the_gate_do_not_depend_on_the_order_of_deliveries() -> None:
    figures = drawn(
        """
        delivery | roster   | accepted_share | age_days
        one      | tekun    | 0.1            | 90
        two      | vehicles | 1              | 90
        three    | tekun    | 1              | 1
        """,
        FIGURES,
    )
    assert_frame_equal(gate(figures, CONTRACTS), gate(figures.reverse(), CONTRACTS))


def test_without_deliveries() -> None:
    quality = gate(pl.DataFrame(schema=FIGURES), CONTRACTS)
    assert quality.is_empty()
    assert list(quality.columns) == ["roster", "delivery", *RESULTS]


def test_what_is_worked_out_leaves_no_folder_behind(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with measuring() as con:
        (place,) = tmp_path.glob("huimin-quality-*")
        assert con.execute("select current_setting('temp_directory')").fetchall() == [(str(place),)]
    assert not list(tmp_path.iterdir())


def test_a_figure_is_judged_once_and_ages_for_a_month(monkeypatch: pytest.MonkeyPatch) -> None:
    verdicts, asked = Verdicts(), list[str]()
    monkeypatch.setattr(
        "huimin.quality.verdicts.judge",
        lambda measured, *told: asked.append(measured[0][0].name) or judge(measured, *told),
    )

    def night(age: int, share: float) -> list[bool]:
        nonlocal verdicts
        asked.clear()
        figures = drawn(f"delivery | roster | age_days | accepted_share\na | tekun | {age} | {share}", FIGURES)
        found = gate(figures, CONTRACTS, verdicts)["success"].to_list()
        verdicts = Verdicts(verdicts.kept)
        return found

    ages, shares = "delivery.age_days(max_value=62)", "delivery.accepted_share(min_value=0.5)"
    assert (night(40, 0.5), sorted(asked)) == ([True, True], [shares, ages])
    assert (night(40, 0.5), asked) == ([True, True], [])
    assert (night(41, 0.5), asked) == ([True, True], [])
    assert (night(71, 0.5), asked) == ([True, False], [])
    assert (night(104, 0.49), sorted(asked)) == ([False, False], [shares, ages])


def test_what_another_version_of_great_expectations_said_counts_for_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    root, found = Root(tmp_path), Remembered()
    root.state.mkdir()
    found.verdicts.learn(
        [
            (
                Check(
                    "d.age_days",
                    Expectation("expect_column_values_to_be_between", "info", (("max_value", 5),), "age_days"),
                ),
                [1.0],
            )
        ]
    )
    remember(root, found)
    assert len(recall(root).verdicts) == 32
    monkeypatch.setattr("huimin.quality.remembered.judge_version", lambda: "0.0")
    assert len(recall(root).verdicts) == 0
