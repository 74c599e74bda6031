"""One file in a child: what it leaves, and how a file ends that asks for too much."""

from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest

from huimin.deliveries import reading
from huimin.deliveries.children import LostError
from huimin.deliveries.limits import digest_of_limits
from huimin.deliveries.reading import NO_THREAD, UNFORESEEN, Order, allowance, read_apart, read_into
from huimin.deliveries.standard import receipt_in
from huimin.errors import DeliveryError, PublishError
from huimin.sheets import Limits
from huimin.store.delivery import Delivery
from nights import PROJECT

GOOD = "姓名,身份证号,发放金额,发放月份\n张三,429999194001010012,1,2023-08\n李四,无,1,2023-08\n"
FILES = ["findings.parquet", "receipt.json", "rejects.parquet", "rows.parquet"]
GiB = 1024**3


def order(folder: Path, text: str, limits: Limits) -> Order:
    """The text as an archived file of elderly_allowance."""
    place = folder / "0f3a"
    place.write_text(text)
    file = "高龄津贴.csv"
    at = datetime(2023, 8, 15, tzinfo=UTC)
    delivery = Delivery("a" * 16, "elderly_allowance", None, f"elderly_allowance/{file}", file, "0f3a", at, len(text))
    return Order(place, delivery, PROJECT.contracts["elderly_allowance"], date(2023, 8, 22), limits)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "partial"
    place.mkdir()
    return place


def test_a_child_leaves_rows_rejects_findings_and_receipt(tmp_path: Path, folder: Path) -> None:
    receipt = read_apart(order(tmp_path, GOOD, Limits()), folder)
    assert (receipt.outcome, receipt.rows_accepted, receipt.rows_rejected) == ("accepted_with_rejects", 1, 1)
    assert sorted(path.name for path in folder.iterdir()) == FILES
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}
    assert pl.read_parquet(folder / "rows.parquet")["name"].to_list() == ["张三"]


@pytest.mark.parametrize(
    ("limits", "told"),
    [
        (Limits(memory_bytes=32 * 1024**2), "内存不够"),
        (Limits(seconds=1), "读取超过 1 秒"),
    ],
    ids=["memory", "seconds"],
)
def test_a_file_that_asks_for_too_much_is_refused_until_the_limits_change(
    tmp_path: Path, folder: Path, limits: Limits, told: str
) -> None:
    text = GOOD + "".join(f"张三,{number:018},1,2023-08\n" for number in range(600_000))
    asked = order(tmp_path, text, limits)
    receipt = read_apart(asked, folder)
    assert receipt.outcome == "refused" and told in (receipt.problem or "")
    assert receipt.contract == asked.contract.digest
    assert receipt.extra == {"limits": digest_of_limits(limits)}
    assert sorted(path.name for path in folder.iterdir()) == FILES
    assert pl.read_parquet(folder / "rejects.parquet").is_empty()


@pytest.mark.parametrize("allowed", [20, 33, 150, 384])
def test_want_of_memory_is_told_as_such_wherever_it_comes_and_not_waited_out(
    tmp_path: Path, folder: Path, allowed: int
) -> None:
    rows = "张三,429999194001010012,1,2023-08\n" * 200_000
    receipt = read_apart(order(tmp_path, GOOD + rows, Limits(memory_bytes=allowed * 1024**2, seconds=300)), folder)
    assert receipt.problem in (None, "文件太大，读取时内存不够")
    assert receipt.problem or allowed > 33


def test_a_file_whose_child_is_killed_is_refused_and_read_again(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(work: object, place: Path, asked: Order, **_: object) -> None:
        (place / "rows.parquet").write_bytes(b"half")
        raise LostError("ended")

    monkeypatch.setattr(reading, "in_child", killed)
    receipt = read_apart(order(tmp_path, GOOD, Limits()), folder)
    assert receipt.problem == "读取时中断（文件太大或损坏）"
    assert receipt.contract == UNFORESEEN
    assert pl.read_parquet(folder / "rows.parquet").is_empty()


def test_a_larger_file_may_take_longer_and_never_longer_than_the_limit() -> None:
    limits = Limits(seconds=600)
    assert [allowance(size, limits).cpu for size in (0, 5_000_000, GiB, 8 * GiB)] == [30, 40, 600, 4800]
    assert [allowance(size, limits).wall for size in (0, GiB, GiB + 1)] == [600, 600, 1200]
    assert allowance(GiB, Limits(seconds=5)).cpu == 5


def failing(monkeypatch: pytest.MonkeyPatch, fault: BaseException) -> None:
    def fails(*_: object) -> None:
        raise fault

    monkeypatch.setattr(reading, "read", fails)


def test_a_file_that_is_read_says_no_limits_and_a_refused_one_the_digest_of_its_contract_and_them(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = order(tmp_path, GOOD, Limits(seconds=7))
    read_into(folder, asked)
    assert (receipt_in(folder).outcome, receipt_in(folder).extra) == ("accepted_with_rejects", {})
    failing(monkeypatch, DeliveryError("高龄津贴.csv", "没有表头", "请用模板", unknown_columns=("备注",)))
    read_into(folder, asked)
    receipt = receipt_in(folder)
    assert (receipt.outcome, receipt.problem, receipt.fix) == ("refused", "没有表头", "请用模板")
    assert (receipt.contract, receipt.unknown_columns) == (asked.contract.digest, ("备注",))
    assert receipt.extra == {"limits": digest_of_limits(asked.limits)}


def test_a_fault_of_ours_refuses_the_file_without_its_words_and_it_is_read_again(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing(monkeypatch, ZeroDivisionError("429999194001010012"))
    read_into(folder, order(tmp_path, GOOD, Limits()))
    receipt = receipt_in(folder)
    assert (receipt.contract, receipt.fix) == (UNFORESEEN, "报告这一缺陷")
    assert receipt.problem == "读取时程序出错（ZeroDivisionError），请联系维护人员"


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        (MemoryError(), MemoryError),
        (RuntimeError(f"cannot start a thread: {NO_THREAD}"), MemoryError),
        (PublishError("disk", "full", ""), PublishError),
        (OSError(28, "No space left on device"), PublishError),
    ],
    ids=["memory", "thread", "disk", "system"],
)
def test_what_the_machine_does_not_give_refuses_no_file(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch, fault: Exception, told: type[Exception]
) -> None:
    failing(monkeypatch, fault)
    with pytest.raises(told):
        read_into(folder, order(tmp_path, GOOD, Limits()))
    assert not (folder / "receipt.json").exists()
