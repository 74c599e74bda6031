"""Very long lines are cut before anybody looks at them, and stay longer than any record."""

import pytest

from huimin.sheets.encoding import longest_line, shortened
from huimin.sheets.shapes import Limits

MOST = 10
"""Characters of the longest record: a line is cut after 44 bytes."""
CUT = longest_line(Limits(record_characters=MOST))


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("", ""),
        ("a" * 44 + "\n" + "b" * 44, "a" * 44 + "\n" + "b" * 44),
        ("a" * 45, "a" * 44),
        ("a" * 45 + "\n", "a" * 44 + "\n"),
        ("x\n" * 30 + "a" * 90 + "\n\ny\n" + "b" * 90 + "\nz", "x\n" * 30 + "a" * 44 + "\n\ny\n" + "b" * 44 + "\nz"),
        ("惠" * 15, "惠" * 14),
        ("𠮷" * 12, "𠮷" * 11),
        ("a" + "𠮷" * 12, "a" + "𠮷" * 10),
    ],
    ids=["nothing", "as long as may be", "one more", "its end", "among others", "three bytes", "four bytes", "odd"],
)
def test_longer_lines_are_cut_at_a_character(text: str, cut: str) -> None:
    assert shortened(text.encode(), CUT).decode() == cut


@pytest.mark.parametrize("character", ["a", "é", "惠", "𠮷", '"', ","])
def test_a_cut_line_is_longer_than_any_record(character: str) -> None:
    assert len(shortened((character * 1000).encode(), CUT).decode()) > MOST
