"""Where a period may be told, in the words of a message, and how large a file may be."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from huimin.deliveries.receive import received_at, refuse_too_large
from huimin.deliveries.told import Mention, file_names, is_later
from huimin.errors import DeliveryError
from huimin.sheets import Limits
from huimin.store.delivery import Delivery

AT = datetime(2023, 8, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("file", "names"),
    [
        ("八月.csv", [("八月.csv", "文件名")]),
        ("a.zip/八月.csv", [("八月.csv", "文件名"), ("a.zip", "压缩包名")]),
        (
            "a.zip/东街/七月/八月.csv",
            [
                ("八月.csv", "文件名"),
                ("七月", "压缩包中的文件夹名"),
                ("东街", "压缩包中的文件夹名"),
                ("a.zip", "压缩包名"),
            ],
        ),
    ],
)
def test_a_file_is_told_by_its_own_name_and_those_of_what_holds_it(file: str, names: list[tuple[str, str]]) -> None:
    found = list(file_names(Delivery("d", "tekun", None, f"tekun/{file}", file, "", AT, 1)))
    assert [(name.text, name.place) for name in found] == names
    assert {name.kind for name in found} == {"file"}


def test_a_file_may_be_as_large_as_the_limit() -> None:
    limits = Limits(file_bytes=3 * 1024**2)
    refuse_too_large(SimpleNamespace(st_size=3 * 1024**2), limits)  # type: ignore[arg-type]
    with pytest.raises(DeliveryError, match="文件超过 3 MB，未读取"):
        refuse_too_large(SimpleNamespace(st_size=3 * 1024**2 + 1), limits)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        (AT - timedelta(days=1), AT - timedelta(days=1)),
        (AT, AT),
        (AT + timedelta(microseconds=1), AT),
        (datetime(1969, 12, 31, tzinfo=UTC), datetime(1970, 1, 1, tzinfo=UTC)),
    ],
)
def test_a_time_that_is_still_to_come_is_the_runs(changed: datetime, told: datetime) -> None:
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    nanoseconds = (changed - epoch) // timedelta(microseconds=1) * 1000
    facts = SimpleNamespace(st_mtime=changed.timestamp(), st_mtime_ns=nanoseconds)
    assert received_at(facts, AT) == told  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("said", "month", "expected"),
    [
        (Mention(season="spring"), 1, True), (Mention(season="spring"), 2, False), (Mention(season="autumn"), 8, True),
        (Mention(season="autumn"), 9, False), (Mention(month=5), 4, True), (Mention(month=5), 5, False),
        (Mention(year=2023), 1, False), (Mention(month=5), None, False),
    ],
)  # fmt: skip
def test_a_term_begins_with_its_first_month_and_a_year_with_january(
    said: Mention, month: int | None, expected: bool
) -> None:
    assert is_later(said, Mention(month=month)) is expected
