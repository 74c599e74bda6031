"""Names as they are shown and published."""

import os

import pytest

from huimin.store.names import readable, shown


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("城市低保2023年8月.csv", "城市低保2023年8月.csv"),
        ("\x00\t\n\r\x1b[31m\x7f", r"\x00\t\n\r\x1b[31m\x7f"),
        ("\x85\x9b31m", r"\x85\x9b31m"),
        ("\u061c\u200e\u200f", r"\u061c\u200e\u200f"),
        ("\u202a\u202b\u202c\u202d\u202e", r"\u202a\u202b\u202c\u202d\u202e"),
        ("\u2066\u2067\u2068\u2069", r"\u2066\u2067\u2068\u2069"),
        ("\u2028\u2029", r"\u2028\u2029"),
        # nearest neighbours: spaces, joiners, letters written from the right, emoji
        ("a\u00a0\u3000\u2027\u200d\u2065مرحبا\U0001f9e8", "a\u00a0\u3000\u2027\u200d\u2065مرحبا\U0001f9e8"),
        ("a\\b", "a\\b"),
    ],
)
def test_what_changes_the_line_around_it_is_an_escape(name, told):
    assert shown(name) == told
    assert shown(told) == told


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("低保.csv".encode(), "低保.csv"),
        ("低保.csv".encode("gb18030"), "低保.csv"),
        (b"\xff\xff.csv", r"\xff\xff.csv"),
        ("\u202e低保.csv".encode(), "\u202e低保.csv"),
    ],
)
def test_a_name_is_text_whatever_its_bytes(raw, text):
    assert readable(os.fsdecode(raw)) == text
