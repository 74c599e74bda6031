"""What a worker of a cluster answers for each file, and what comes of it on the edge."""

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow as pa
import pytest

from huimin.deliveries import on_worker
from huimin.deliveries.on_worker import COLUMNS, OWN_RELEASE, read_each, receipt_of, release, tell_release
from huimin.deliveries.reading import Order
from huimin.errors import PublishError
from huimin.sheets import Limits
from huimin.store.delivery import READER, Delivery, Receipt
from nights import PROJECT

AT = datetime(2023, 8, 15, tzinfo=UTC)


def order(name: str) -> Order:
    contract = PROJECT.contracts["tekun"]
    delivery = Delivery(name, "tekun", None, f"tekun/{name}.csv", f"{name}.csv", name * 8, AT, 1)
    return Order(Path(name), delivery, contract, date(2023, 8, 22), Limits())


def numbers(*values: int) -> pa.RecordBatch:
    return pa.RecordBatch.from_pydict({"number": list(values)})


@pytest.fixture
def stood(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The folders that were made to stand; the disk takes no more at `full`."""
    names: list[str] = []

    def stand(wanted: Order, folder: Path) -> Receipt:
        if folder.name == "full":
            raise PublishError(str(folder), "no room", "make some")
        names.append(folder.name)
        return Receipt(wanted.delivery, "accepted", wanted.read_on, "c")

    monkeypatch.setattr(on_worker, "stand", stand)
    return names


def test_each_number_is_answered_by_the_receipt_of_its_file(stood: list[str]) -> None:
    wanted = [(order(name), Path("standard") / name) for name in ("a", "b", "c")]
    batches = list(read_each(release(), wanted, iter([numbers(2, 0), numbers(1)])))
    assert [batch.num_rows for batch in batches] == [2, 1]
    answers = pa.Table.from_batches(batches).to_pylist()
    assert pa.Table.from_batches(batches).schema == pa.schema(COLUMNS)
    assert [(one["number"], receipt_of(one).delivery.delivery) for one in answers] == [(2, "c"), (0, "a"), (1, "b")]
    assert all(0 <= one["seconds"] < 60 and one["fault"] is None for one in answers)
    assert stood == ["c", "a", "b"]


def test_the_error_that_ended_a_reading_is_raised_on_the_edge_and_the_others_are_read(stood: list[str]) -> None:
    wanted = [(order(name), Path(name)) for name in ("full", "b")]
    (batch,) = read_each(release(), wanted, iter([numbers(0, 1)]))
    full, other = batch.to_pylist()
    assert (full["receipt"], full["seconds"], json.loads(full["fault"])) == (
        None, None, ["PublishError", "full", "no room", "make some"]
    )  # fmt: skip
    with pytest.raises(PublishError) as caught:
        receipt_of(full)
    assert (caught.value.where, caught.value.problem, caught.value.fix) == ("full", "no room", "make some")
    assert receipt_of(other).outcome == "accepted"
    assert stood == ["b"]


def test_a_worker_of_another_release_reads_nothing(stood: list[str]) -> None:
    with pytest.raises(ImportError, match="another release"):
        list(read_each("huimin 0.0", [(order("a"), Path("a"))], iter([numbers(0)])))
    assert stood == []


def test_a_release_is_told_once_a_batch_with_the_reader_and_the_python_of_two_numbers() -> None:
    told = [batch.to_pylist() for batch in tell_release(iter([numbers(1), numbers(2, 3)]))]
    assert told == [[{OWN_RELEASE.split()[0]: release()}]] * 2
    assert f"({READER}), python 3." in release()
    assert release().rsplit(" ", 1)[1].count(".") == 1
