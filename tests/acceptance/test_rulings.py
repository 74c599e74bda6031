"""A person lets in what was kept out, and takes out what should never have come."""

import json
import shutil
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from deliveries import deliver, person
from huimin.cli import run
from huimin.nights.replay import replay_run
from huimin.store.root import Root
from nights import PROJECT, run_night, table

HEADER = "姓名,身份证号,发放金额"


def month(first: int, last: int) -> str:
    """A list of so many persons."""
    return "\n".join([HEADER, *(f"张三,{person('19500101', n)},800" for n in range(first, last)), ""])


WHOLE = {"tekun/特困2023年8月.csv": month(0, 30)}
TORN = {"tekun/特困2023年8月（补发）.csv": month(0, 3)}
MISPLACED = {"tekun/东胡街道/特困2023年8月.csv": month(20, 23), "nosuch/x.csv": "a\n1\n"}


@pytest.fixture(scope="module")
def nights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A whole list, and the night after a torn one that was kept out and a few persons in a misspelt unit."""
    root = tmp_path_factory.mktemp("district") / "root"
    deliver(root, WHOLE)
    assert run_night(root).exit_code == 0
    deliver(root, TORN | MISPLACED)
    second = run_night(root, date(2023, 8, 23))
    assert (second.exit_code, second.kept_out, second.refused) == (12, ("tekun",), 2)
    return root


@pytest.fixture
def root(nights: Path, tmp_path: Path) -> Path:
    return shutil.copytree(nights, tmp_path / "root", symlinks=True)


def told(root: Path) -> dict[str, dict[str, object]]:
    """Deliveries of the latest run by unit and file."""
    rows = pl.read_parquet(root / "published" / "latest" / "deliveries.parquet").to_dicts()
    return {"/".join(filter(None, (row["unit"], row["file"]))): row for row in rows}


def huimin(root: Path, *words: str) -> int:
    return run([*words, "--root", str(root)])


def test_what_was_kept_out_says_why_and_what_to_do(nights: Path) -> None:
    kept = told(nights)["特困2023年8月（补发）.csv"]
    assert kept["status"] == "refused"
    assert kept["problem"] == (
        "未通过关键检查，未采用：2023-08 所替换的“特困2023年8月.csv”的 30 人中只有 3 人还在，不足五分之一，"
        "2023-08 只有 3 行，不足所替换的“特困2023年8月.csv”（30 行）的一半。"
        "更正请报送整期；街道名单、补发名单等与全区名单并列的，请放入单位文件夹 inbox/tekun/单位名/"
    )
    assert told(nights)["特困2023年8月.csv"]["stale"]


def test_a_refusal_is_told_once_and_open_after(root: Path) -> None:
    third = run_night(root, date(2023, 8, 24))
    assert (third.exit_code, third.refused, third.refused_before, third.kept_out) == (0, 0, 2, ())
    (line,) = [text for text in third.remarks() if "refused" in text]
    assert line.startswith("2 refused before are open")
    # the same file corrected closes what its path had; the other stays open
    deliver(root, {"tekun/特困2023年8月（补发）.csv": month(0, 29)})
    fourth = run_night(root, date(2023, 8, 25))
    assert (fourth.exit_code, fourth.refused, fourth.refused_before) == (0, 0, 1)


def test_admitted_it_comes_in_and_is_told(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    delivery = str(told(root)["特困2023年8月（补发）.csv"]["delivery"])
    latest = Root(root).latest()
    assert latest is not None
    assert huimin(root, "admit", delivery, "--why", " ") == 2
    assert huimin(root, "admit", "0123456789abcdef", "--why", "核对过") == 2
    assert huimin(root, "admit", str(told(root)["特困2023年8月.csv"]["delivery"]), "--why", "核对过") == 2
    assert "nothing keeps it out" in capsys.readouterr().err
    assert huimin(root, "admit", delivery, "--why", "街道核对过，确实只有三人") == 0
    third = run_night(root, date(2023, 8, 24))
    assert third.exit_code == 0
    now = told(root)
    let_in = now["特困2023年8月（补发）.csv"]
    assert let_in["status"] == "accepted"
    assert str(let_in["admitted"]).endswith("：街道核对过，确实只有三人")
    assert now["特困2023年8月.csv"]["status"] == "superseded"
    (ruling,) = json.loads((third.folder / "manifest.json").read_text())["rulings"]
    assert (ruling["delivery"], ruling["act"], ruling["why"]) == (delivery, "admit", "街道核对过，确实只有三人")
    assert ruling["who"]
    # what was published before is the same again, and so is what came after
    for run_id in (latest, third.run):
        assert replay_run(Root(root), PROJECT, run_id).different == ()


def test_withdrawn_it_was_never_there_until_it_is_admitted_again(root: Path) -> None:
    delivery = str(told(root)["东胡街道/特困2023年8月.csv"]["delivery"])
    assert huimin(root, "withdraw", delivery, "--why", "单位文件夹名称有误") == 0
    third = run_night(root, date(2023, 8, 24))
    assert told(root)["东胡街道/特困2023年8月.csv"]["status"] == "withdrawn"
    assert {row["delivery"] for row in json.loads((third.folder / "manifest.json").read_text())["in_force"]} == {
        told(root)["特困2023年8月.csv"]["delivery"]
    }
    assert huimin(root, "withdraw", delivery, "--why", "再来") == 2
    assert huimin(root, "admit", delivery, "--why", "核对过，街道确有此人") == 0
    run_night(root, date(2023, 8, 25))
    assert told(root)["东胡街道/特困2023年8月.csv"]["status"] == "accepted"


def test_a_refused_file_is_closed_by_withdrawing_it(root: Path) -> None:
    delivery = str(told(root)["x.csv"]["delivery"])
    assert huimin(root, "admit", delivery, "--why", "核对过") == 2  # nothing could make it readable
    assert huimin(root, "withdraw", delivery, "--why", "放错了地方") == 0
    third = run_night(root, date(2023, 8, 24))
    assert (third.refused, third.refused_before) == (0, 1)
    assert "x.csv" in told(root)


def test_the_row_accounting_of_a_withdrawn_delivery_balances(root: Path) -> None:
    delivery = str(told(root)["东胡街道/特困2023年8月.csv"]["delivery"])
    assert huimin(root, "withdraw", delivery, "--why", "单位文件夹名称有误") == 0
    third = run_night(root, date(2023, 8, 24))
    (row,) = table(third, "deliveries").filter(pl.col("delivery") == delivery).to_dicts()
    assert row["rows_in_file"] == row["rows_layout"] + row["rows_accepted"] + row["rows_rejected"]
