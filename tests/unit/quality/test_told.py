"""What is told of deliveries: what became of each, its counts, its problem in words, and its rejects."""

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from huimin.deliveries.slots import Standing
from huimin.quality.compare import FIGURES
from huimin.quality.told import REJECT_SCHEMA, headers_told, lay_published_deliveries, lay_rejects, lay_told_deliveries
from huimin.quality.words import beside, why_kept_out
from huimin.store.delivery import Delivery, Receipt
from huimin.store.root import Root, folder_of
from huimin.store.rulings import Ruling
from huimin.tables.sql import rows_of
from unit.quality_rows import contracts, drawn

CONTRACTS = contracts()
ADMITTED = Ruling("d" * 16, "admit", "王某", datetime(2023, 8, 16, 1, 2, tzinfo=UTC), "核对过，街道合并")
WITHDRAWN = replace(ADMITTED, act="withdraw", why="发错了")


def receipt(key: str, **changes: Any) -> Receipt:
    """The receipt of the delivery of that letter, of tekun; its file may be named, and its bytes."""
    named = {name: changes.pop(name) for name in ("file", "unit", "sha256") if name in changes}
    delivered = {"file": f"{key}.csv", "unit": None, "sha256": key * 64, **named}
    delivery = Delivery(
        key * 16, "tekun", delivered["unit"], f"tekun/{delivered['file']}", delivered["file"], delivered["sha256"],
        datetime(2023, 8, 15, 7, 30, tzinfo=UTC), 1,
    )  # fmt: skip
    counts = {"slots": ("2023-07", "2023-08"), "rows_in_file": 9, "rows_layout": 2, "rows_accepted": 4}
    return Receipt(delivery, "accepted", date(2023, 8, 22), "", **{**counts, "rows_rejected": 3, **changes})


def with_rejects(root: Root, of: Receipt, rows: str) -> None:
    folder = folder_of(root, of)
    folder.mkdir(parents=True)
    schema = {name: type_ for name, type_ in REJECT_SCHEMA.items() if name not in ("delivery", "roster", "file")}
    drawn(rows, schema).write_parquet(folder / "rejects.parquet")


REJECTS = """
sheet | row | column    | reason           | cells
      | 3   | id_number | id_number_masked | ["3"]
      | 5   | amount    | money_unparsable | ["5"]
乙    | 5   | id_number | id_number_masked | ["6"]
"""


@pytest.fixture
def root(tmp_path: Path) -> Root:
    root = Root(tmp_path / "root")
    root.standard.mkdir(parents=True)
    return root


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with closing(duckdb.connect()) as con:
        yield con


def checked(
    root: Root, quality: tuple[tuple[str, str | None, str, str, bool], ...] = (), compared: str = "delivery"
) -> Path:
    """The folder of the check's results: delivery, column, expectation, severity and success of each; and figures."""
    folder = root.path / "checked"
    folder.mkdir(parents=True)
    columns = ("delivery", "column", "expectation", "severity")
    schema = {**dict.fromkeys(columns, pl.String), "success": pl.Boolean, "observed": pl.String}
    pl.DataFrame([(*row, "seen") for row in quality], schema=schema, orient="row").write_parquet(
        folder / "quality.parquet"
    )
    drawn(compared, dict.fromkeys(FIGURES, pl.String)).cast(FIGURES).write_parquet(folder / "compared.parquet")
    return folder


def told(con: duckdb.DuckDBPyConnection, root: Root, folder: Path, *standings: Standing) -> list[dict[str, Any]]:
    lay_told_deliveries(con, root, standings, folder, CONTRACTS)
    return rows_of(con, "from told_deliveries")


def test_one_that_counts_is_told_with_its_counts(con: duckdb.DuckDBPyConnection, root: Root) -> None:
    of = receipt("a", unit="乙街道", unknown_columns=("村名甲", "发放金额"), other_sheets=("说明", "旧表"))
    with_rejects(root, of, REJECTS)
    assert told(con, root, checked(root), Standing(of, "accepted_with_rejects")) == [
        {
            "delivery": "a" * 16, "roster": "tekun", "unit": "乙街道", "periods": "2023-07,2023-08", "file": "a.csv",
            "sha256": "a" * 64, "received_at": datetime(2023, 8, 15, 7, 30),  # noqa: DTZ001  of UTC, as told
            "status": "accepted_with_rejects", "rows_in_file": 9, "rows_layout": 2, "rows_accepted": 4,
            "rows_rejected": 3, "problem": None, "fix": None, "unknown_columns": "发放金额、其他 1 个",
            "other_sheets": "说明、旧表", "stale": False, "admitted": None, "uncorrected": False,
        }
    ]  # fmt: skip


def test_a_refused_one_counts_no_rows_and_is_told_what_to_do(con: duckdb.DuckDBPyConnection, root: Root) -> None:
    of = receipt("a", sha256="", slots=(), problem="没有表头", fix="请用模板", rows_rejected=3)
    with_rejects(root, of, REJECTS)
    (row,) = told(con, root, checked(root), Standing(of, "refused", uncorrected=True))
    assert [row[f"rows_{name}"] for name in ("in_file", "layout", "accepted", "rejected")] == [0, 0, 0, 0]
    assert (row["problem"], row["fix"], row["uncorrected"]) == ("没有表头", "请用模板", True)
    assert (row["periods"], row["sha256"], row["unknown_columns"], row["other_sheets"]) == (None, None, None, None)
    assert con.execute("select count(*) from rejects").fetchone() == (0,)


def test_what_to_do_is_told_of_none_that_counts_or_was_kept_out(con: duckdb.DuckDBPyConnection, root: Root) -> None:
    counts, kept_out, silent = receipt("a", fix="请用模板"), receipt("b", fix="请用模板"), receipt("c", problem="空")
    for one in (counts, kept_out):
        with_rejects(root, one, REJECTS)
    found = told(
        con, root, checked(root),
        Standing(counts, "accepted"), Standing(kept_out, "refused", kept_out=True), Standing(silent, "refused"),
    )  # fmt: skip
    assert [row["fix"] for row in found] == [None, None, None]


def test_who_let_one_in_is_told_and_of_a_withdrawn_one_who_took_it_out(
    con: duckdb.DuckDBPyConnection, root: Root
) -> None:
    admitted, gone, again = receipt("a"), receipt("b", file="七月.csv"), receipt("c", sha256="b" * 64)
    other = receipt("e", sha256="b" * 64, slots=("2023-07",))
    for one in (admitted, gone, again, other):
        with_rejects(root, one, REJECTS)
    found = told(
        con, root, checked(root),
        Standing(admitted, "accepted", ruling=ADMITTED), Standing(gone, "withdrawn", ruling=WITHDRAWN),
        Standing(again, "unchanged"), Standing(other, "unchanged"),
    )  # fmt: skip
    assert [(row["admitted"], row["problem"]) for row in found] == [
        ("2023-08-16 01:02 王某：核对过，街道合并", None),
        (None, "已撤回：2023-08-16 01:02 王某：发错了"),
        (None, "内容与已撤回的“七月.csv”相同，未采用"),
        (None, None),
    ]


def test_a_stale_one_is_told_why_it_still_counts(con: duckdb.DuckDBPyConnection, root: Root) -> None:
    of = receipt("a", rows_rejected=0)
    (row,) = told(con, root, checked(root), Standing(of, "accepted", stale=True))
    assert (row["stale"], row["problem"]) == (True, "陈旧：较新的交付未通过关键检查，沿用本交付")


def test_one_kept_out_is_told_which_critical_expectation_failed_and_its_rejects(
    con: duckdb.DuckDBPyConnection, root: Root
) -> None:
    whole = receipt("a", rows_rejected=0)
    with_rejects(root, whole, "sheet")
    many = receipt("b", records=10, accepted=4)
    with_rejects(root, many, REJECTS + "丙 | 1 | amount | id_number_masked | []\n丙 | 1 | name | empty | []")
    folder = checked(
        root,
        (
            ("a" * 16, None, "own_sum", "critical", False),
            ("a" * 16, "amount", "amount.between", "critical", True),
            ("a" * 16, "name", "name.not_null", "warning", False),
            ("b" * 16, "accepted_share", "accepted_share.between", "critical", False),
        ),
    )
    found = told(con, root, folder, Standing(whole, "refused", kept_out=True), Standing(many, "refused", kept_out=True))
    assert [row["problem"] for row in found] == [
        "未通过关键检查，未采用：own_sum",
        "未通过关键检查，未采用：10 条记录中只有 4 条合格，不足一半"
        "（id_number: id_number_masked 2 行、amount: id_number_masked 1 行、amount: money_unparsable 1 行、"
        "name: empty 1 行）",
    ]


def test_one_kept_out_beside_another_is_told_which(con: duckdb.DuckDBPyConnection, root: Root) -> None:
    of, before = receipt("a", rows_rejected=0), receipt("b", file="六月.csv", rows_rejected=0)
    with_rejects(root, of, "sheet")
    folder = checked(
        root,
        tuple(("a" * 16, column, "x", "critical", False) for column in ("previous_share", "persons_again", "other")),
        f"""
        delivery | column         | figure | slot    | other | count | of
        {"a" * 16} | previous_share | 0.25   | 2023-07 | {"b" * 16} | 10    | 40
        {"a" * 16} | persons_again  | 0      | 2023-08 | {"b" * 16} | 0     | 30
        """,
    )
    (row, _) = told(con, root, folder, Standing(of, "refused", kept_out=True), Standing(before, "superseded"))
    assert row["problem"] == (
        "未通过关键检查，未采用：2023-07 只有 10 行，不足所替换的“六月.csv”（40 行）的一半，"
        "2023-08 与所替换的“六月.csv”（30 人）没有一人相同。更正请报送整期；"
        "街道名单、补发名单等与全区名单并列的，请放入单位文件夹 inbox/tekun/单位名/；x"
    )


def figure(column: str, slot: str = "2023-07", other: str | None = "b") -> dict[str, Any]:
    return {"delivery": "a", "column": column, "figure": 99.6, "slot": slot, "other": other, "count": 7, "of": 20}


@pytest.mark.parametrize(
    ("told_of", "found", "advice"),
    [
        (figure("previous_share", "2023-07-31"), "只有 7 行，不足所替换名册“b.csv”（20 行）的一半", "名册须报送全量"),
        (figure("persons_share", "2023-07-31"), "所替换名册“b.csv”的 20 人中只有 7 人还在，不足一半", "名册须报送全量"),
        (figure("persons_share"), "2023-07 所替换的“b.csv”的 20 人中只有 7 人还在，不足五分之一", "更正请报送整期"),
        (figure("overlap_share"), "2023-07 与“全区”的“b.csv”有 7 人相同，达到较少一方（20 人）的一半", "同一名单不要"),
        (figure("amount_factor"), "2023-07 金额的中位数与所替换的“b.csv”相差 100 倍", "请核对金额单位是否为元"),
        (
            figure("amount_factor_beside", other=None),
            "2023-07 金额的中位数与在用的其他 7 期相差 100 倍",
            "请核对金额单位是否为元",
        ),
    ],
    ids=lambda value: "" if isinstance(value, str) else value["column"],
)
def test_what_is_found_beside_others_is_said_with_what_to_do(told_of: dict[str, Any], found: str, advice: str) -> None:
    known = {key: receipt(key).delivery for key in "ab"}
    words = beside(receipt("a"), told_of, known)
    assert words[0] == found
    assert words[1].startswith(advice)


def test_a_unit_is_named_and_what_is_done_alike_is_said_once() -> None:
    known = {"b": receipt("b", unit="乙街道").delivery, "c": receipt("c").delivery}
    compared = {
        "overlap_share": figure("overlap_share"),
        "amount_factor": figure("amount_factor", other="c"),
        "amount_factor_beside": figure("amount_factor_beside", other=None),
    }
    failed = [(column, "x") for column in ("amount_factor", "overlap_share", "amount_factor_beside")]
    assert why_kept_out(receipt("a"), failed, compared, known) == (
        "2023-07 金额的中位数与所替换的“c.csv”相差 100 倍，2023-07 金额的中位数与在用的其他 7 期相差 100 倍。"
        "请核对金额单位是否为元；2023-07 与“乙街道”的“b.csv”有 7 人相同，达到较少一方（20 人）的一半。"
        "同一名单不要由两个单位报送，请核对单位文件夹的名称"
    )


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ((), None),
        (("发放金额", "姓名"), "发放金额、姓名"),
        (("张三的备注",), "1 个"),
        (("张三的备注", "发放金额", "李四"), "发放金额、其他 2 个"),
    ],
)
def test_headers_that_are_no_titles_are_counted(headers: tuple[str, ...], expected: str | None) -> None:
    assert headers_told(headers, {"发放金额", "姓名"}) == expected


def test_every_reject_is_kept_and_counted_and_unknown_headers_beside_them(
    con: duckdb.DuckDBPyConnection, root: Root
) -> None:
    rows = receipt("a", unknown_columns=("卡号二", "姓 名"), nearly_known=(("卡号二", "卡号"),))
    none, refused = receipt("b", rows_rejected=0), receipt("c", unknown_columns=("说明",))
    with_rejects(root, rows, REJECTS)
    with_rejects(root, refused, REJECTS)
    lay_rejects(con, root, [Standing(rows, "superseded"), Standing(none, "accepted"), Standing(refused, "refused")])
    assert con.execute("from rejects where \"column\" <> 'header'").fetchall() == [
        ("a" * 16, "tekun", "a.csv", None, 3, "id_number", "id_number_masked", '["3"]'),
        ("a" * 16, "tekun", "a.csv", None, 5, "amount", "money_unparsable", '["5"]'),
        ("a" * 16, "tekun", "a.csv", "乙", 5, "id_number", "id_number_masked", '["6"]'),
    ]
    headers = con.execute("select * exclude roster from rejects where \"column\" = 'header'").fetchall()
    assert headers == [
        ("a" * 16, "a.csv", None, None, "header", "header_nearly_known", json.dumps(["卡号二"], ensure_ascii=False)),
        ("a" * 16, "a.csv", None, None, "header", "header_unknown", json.dumps(["姓 名"], ensure_ascii=False)),
        ("c" * 16, "c.csv", None, None, "header", "header_unknown", json.dumps(["说明"], ensure_ascii=False)),
    ]
    assert con.execute("from reject_reasons order by all").fetchall() == [
        ("a" * 16, "amount", "money_unparsable", 1),
        ("a" * 16, "id_number", "id_number_masked", 2),
    ]


def test_without_a_delivery_the_tables_stand_empty(con: duckdb.DuckDBPyConnection, root: Root) -> None:
    assert told(con, root, checked(root)) == []
    for table in ("told_quality", "rejects", "reject_reasons"):
        assert con.execute(f"select count(*) from {table}").fetchone() == (0,)


def test_what_people_wrote_is_published_masked(con: duckdb.DuckDBPyConnection, root: Root) -> None:
    con.execute("create macro told(written) as upper(written)")
    of = receipt("a", unit="b", problem="c", fix="d", other_sheets=("e",), rows_rejected=0)
    ruling = replace(ADMITTED, who="f", why="g")
    folder = checked(root, (("a" * 16, "name", "name.not_null", "warning", False),))
    told(con, root, folder, Standing(of, "refused", ruling=ruling))
    lay_published_deliveries(con)
    columns = ("unit", "file", "problem", "fix", "other_sheets", "admitted", "delivery")
    assert con.execute(f"select {', '.join(columns)} from deliveries").fetchone() == (
        "B", "A.CSV", "C", "D", "E", "2023-08-16 01:02 F：G", "a" * 16
    )  # fmt: skip
    assert con.execute("select observed, expectation from quality").fetchone() == ("SEEN", "name.not_null")
