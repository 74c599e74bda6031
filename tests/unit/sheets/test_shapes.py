"""What one file may ask for, as operators are told."""

import re
from dataclasses import asdict

from huimin.sheets.shapes import BYTES_A_SECOND, LEAST_SECONDS, Limits, enough_seconds
from nights import CHECKOUT

TOLD = re.compile(r"^\| ([a-z_]+) \| ([0-9]+)(?: \(([0-9]+) ([MG])iB\))? \|", re.MULTILINE)


def test_every_limit_is_the_one_that_operators_are_told() -> None:
    page = (CHECKOUT / "docs" / "operators.md").read_text("utf-8").split("## Limits of a delivered file")[1]
    found = {key: (int(number), short) for key, number, *short in TOLD.findall(page.split("\n## ")[0])}
    assert {key: number for key, (number, _) in found.items()} == asdict(Limits())
    for number, (size, unit) in found.values():
        assert not size or number == int(size) * {"M": 1024**2, "G": 1024**3}[unit]


def test_a_file_has_half_a_minute_and_a_second_for_every_500_kb() -> None:
    assert (LEAST_SECONDS, BYTES_A_SECOND) == (30, 500_000)
    assert [enough_seconds(size) for size in (0, 499_999, 500_000, 5_000_000)] == [30, 30, 31, 40]
