"""Receipts are read back as they were written, and those of the version before too."""

import json
from datetime import UTC, date, datetime

from huimin.store.delivery import Delivery, Receipt, Share

DELIVERY = Delivery(
    "a" * 16, "tekun", "甲街道", "tekun/甲街道/a.csv", "a.csv", "b" * 64, datetime(2023, 8, 15, tzinfo=UTC), 1,
    run="20230821T020000-abcdef",
)  # fmt: skip
RECEIPT = Receipt(
    DELIVERY,
    "accepted",
    date(2023, 8, 22),
    "c" * 64,
    slots=("2023-08",),
    shares=(Share("2023-08", 1, {"amount": "1.00"}),),
    columns=("name",),
    unknown_columns=("银行帐号",),
    nearly_known=(("银行帐号", "银行账号"),),
    read_as="文本",
)


def test_a_receipt_is_read_back_as_it_was_written() -> None:
    assert Receipt.from_json(json.loads(json.dumps(RECEIPT.as_json()))) == RECEIPT


def test_a_receipt_of_the_version_before_knows_no_headers() -> None:
    value = RECEIPT.as_json()
    del value["columns"], value["nearly_known"], value["read_as"]
    read = Receipt.from_json(json.loads(json.dumps(value)))
    assert (read.columns, read.nearly_known, read.read_as, read.slots) == ((), (), None, ("2023-08",))


def test_one_of_before_runs_were_remembered_was_seen_before_any() -> None:
    value = RECEIPT.as_json()
    del value["delivery"]["run"]
    assert Receipt.from_json(value).delivery.run == ""
