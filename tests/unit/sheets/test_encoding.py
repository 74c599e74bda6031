"""Bytes as lines of text: however they are cut, whatever ends a line, and how many lines may be of no encoding."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from huimin.errors import DeliveryError
from huimin.sheets import Limits
from huimin.sheets.encoding import (
    bad_lines,
    chunks,
    decoded_by_line,
    encodings_of,
    has_long_line,
    is_mostly_utf8,
    is_utf8,
    last_character,
    line_count,
    lines_of_text,
    longest_line,
    refuse_size,
    shortened,
    utf8_only,
    whole_lines,
    with_line_feeds,
)

TEXT = "a£月𠀀b\n\r\n月\r".encode()
GB = "张三,李四".encode("gb18030")
CONTROLS = b"\x01\x02\x03\x04\x05\x06\x07\x08\x1c\x1d\x1e\x1f"


def cuts(text: bytes) -> Iterator[list[bytes]]:
    """The text in pieces of one size, and in two wherever it can be cut."""
    yield from ([text[at : at + size] for at in range(0, len(text), size)] for size in range(1, len(text) + 1))
    yield from ([text[:at], text[at:]] for at in range(len(text)))


def test_utf8_is_told_however_it_is_cut() -> None:
    for pieces in cuts(TEXT):
        assert b"".join(utf8_only(pieces)) == TEXT
    for wrong in (b"\xe6\x9c", b"a\xff", b"\xe6\x9cb", b"\x9c\x88", b"\xc0\x80", b"\xed\xa0\x80", GB):
        for pieces in cuts(b"a\n" + wrong):
            with pytest.raises(UnicodeError):
                b"".join(utf8_only(pieces))


@pytest.mark.parametrize(
    ("piece", "end"),
    [
        (b"", 0), (b"a", 1), (b"ab\xe6", 2), (b"ab\xe6\x9c", 2), (b"ab\xe6\x9c\x88", 2), (b"\xf0\xa0\x80", 0),
        (b"\xf0\xa0\x80\x80", 0), (b"a\x80\x80\x80\x80", 5), (b"\xc3", 0), (b"\xc2\xa3a", 3), (b"\x80", 1),
        (b"ab\xe6\xbf\xbf", 2), (b"ab\xc0", 2), (b"ab\x7f\xbf", 4), (b"a\x80", 2),
    ],
)  # fmt: skip
def test_where_the_last_character_begins_that_may_go_on(piece: bytes, end: int) -> None:
    assert last_character(piece) == end


def test_every_line_ends_with_a_line_feed_whatever_ended_it_and_however_it_is_cut() -> None:
    for text in (b"a\r\nb\rc\n\r\r\nd", b"\r", b"\r\n", b"\n\r", b"a\r", b"\r\r", b"a"):
        expected = text.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        for pieces in cuts(text):
            made = list(with_line_feeds(pieces))
            assert b"".join(made) == expected
            assert all(made)


def test_pieces_end_with_a_line_and_the_last_one_with_the_text() -> None:
    for text in (b"a\nbb\n\nccc", b"a\nbb\n", b"abc", b"\n", b"\n\n"):
        for pieces in cuts(text):
            made = list(whole_lines(pieces))
            assert b"".join(made) == text
            assert all(piece.endswith(b"\n") for piece in made[:-1])


def test_of_a_long_line_one_byte_more_is_kept_than_the_longest_has() -> None:
    text = b"ab\n" + b"x" * 9 + b"\nyyyy\n" + b"z" * 9
    for pieces in cuts(text):
        lines = b"".join(whole_lines(pieces, 4)).split(b"\n")
        assert [len(lines[0]), len(lines[2])] == [2, 4]
        assert len(lines[1]) >= 5 and len(lines[3]) >= 5
    assert b"".join(whole_lines([text[at : at + 1] for at in range(len(text))], 4)) == b"ab\nxxxxx\nyyyy\nzzzzz"


@pytest.mark.parametrize(
    ("text", "most", "expected"),
    [
        (b"", 3, False), (b"abc", 3, False), (b"abcd", 3, True), (b"abc\n", 3, False), (b"abcd\n", 3, True),
        (b"abc\nabc\nabc", 3, False), (b"abc\nabcd\nabc", 3, True), (b"a\n" * 9 + b"abcd", 3, True),
        (b"\n\n\n\n\nabc", 3, False),
    ],
)  # fmt: skip
def test_a_line_is_long_with_more_bytes_than_told(text: bytes, most: int, expected: bool) -> None:
    assert has_long_line(text, most) is expected


@pytest.mark.parametrize(
    ("text", "longest", "expected"),
    [
        ("abc\nabc", 3, "abc\nabc"),
        ("abcd\nabc", 3, "abc\nabc"),
        ("abc\nabcdef\nx\n", 3, "abc\nabc\nx\n"),
        ("abcdef", 3, "abc"),
        ("月月\nx", 4, "月\nx"),
        ("x\n月月月\n月\n", 7, "x\n月月\n月\n"),
        ("a\nbbbbbb\ncccccc\nd", 5, "a\nbbbbb\nccccc\nd"),
    ],
)
def test_a_long_line_is_cut_at_a_character_and_the_others_stay(text: str, longest: int, expected: str) -> None:
    assert shortened(text.encode(), longest).decode() == expected


def test_a_line_may_have_four_bytes_for_each_character_of_a_record() -> None:
    assert longest_line(Limits(record_characters=10)) == 44


@pytest.mark.parametrize(("text", "count"), [(b"a", 1), (b"a\n", 1), (b"a\nb", 2), (b"\n\n", 2), (b"", 1)])
def test_lines_are_counted_with_one_that_nothing_ends(text: bytes, count: int) -> None:
    assert line_count(text) == count


def test_lines_of_a_text_are_counted_however_it_is_cut() -> None:
    for text, count in ((b"a\nb", 2), (b"a\r\nb\r\n", 2), (b"a\r\rb", 3), (b"\n\na", 3)):
        for pieces in cuts(text):
            assert lines_of_text(iter(pieces), "x.csv") == count


@pytest.mark.parametrize(
    ("pieces", "problem"),
    [
        ([b" \n", b"\t\r\n"], "没有内容"),
        (["\ufeff \n".encode()], "没有内容"),
        ([CONTROLS], "不是文本"),
        ([b"a" + CONTROLS[1:], CONTROLS[:1]], "不是文本"),
        ([CONTROLS[:-1], b"a", CONTROLS[-1:]], "不是文本"),
        ([bytes([one]) for one in CONTROLS], "不是文本"),
        ([bytes([one]) for one in CONTROLS[::-1]], "不是文本"),
    ],
    ids=["blank", "a mark", "all at once", "all but the first", "all but the last", "each alone", "backwards"],
)
def test_what_is_blank_or_has_every_control_character_is_no_text(pieces: list[bytes], problem: str) -> None:
    with pytest.raises(DeliveryError, match=problem):
        lines_of_text(iter(pieces), "x.csv")


@pytest.mark.parametrize("without", CONTROLS)
def test_a_text_may_have_all_of_them_but_one(without: int) -> None:
    kept = bytes(one for one in CONTROLS if one != without)
    assert lines_of_text(iter([b"a", kept, kept[::-1]]), "x.csv") == 1


def lines(folder: Path, *parts: bytes) -> Path:
    place = folder / "text"
    place.write_bytes(b"".join(part + b"\n" for part in parts))
    return place


@pytest.mark.parametrize(
    ("telling", "bad", "plain", "found"),
    [
        # no more than half of those that tell an encoding
        (1, 1, 0, 1), (1, 2, 0, None), (2, 2, 0, 2), (2, 3, 0, None),
        # or no more than a tenth of all that hold anything
        (0, 1, 9, 1), (0, 1, 8, None), (0, 2, 18, 2), (0, 2, 17, None), (0, 0, 5, 0),
    ],
)  # fmt: skip
def test_a_few_lines_may_be_of_no_encoding(
    tmp_path: Path, telling: int, bad: int, plain: int, found: int | None
) -> None:
    place = lines(tmp_path, *["月".encode()] * telling, *[GB] * bad, *[b"a"] * plain, *[b" "] * 30)
    assert bad_lines(place, "utf-8", 0, Limits(block_bytes=7)) == found


def test_a_mark_at_the_beginning_is_no_line_of_another_encoding(tmp_path: Path) -> None:
    place = lines(tmp_path, b"\xff\xff" + b"a")
    assert bad_lines(place, "utf-8", 2, Limits()) == 0
    assert list(chunks(place, 2, 1)) == [b"a", b"\n"]


@pytest.mark.parametrize(
    ("sample", "expected"),
    [
        (b"a\nb", False), ("月\na".encode(), True), ("月\n".encode() + GB, False), ("月\n月\n".encode() + GB, True),
        (GB + b"\na", False),
    ],
)  # fmt: skip
def test_most_of_the_lines_that_tell_an_encoding_are_utf8(sample: bytes, expected: bool) -> None:
    assert is_mostly_utf8(sample) is expected


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"\xef\xbb\xbfa", (3, ("utf-8",))),
        (b"\xff\xfea\0", (2, ("utf-16-le",))),
        (b"\xfe\xff\0a", (2, ("utf-16-be",))),
        ("月".encode(), (0, ("utf-8",))),
        (GB, (0, ("utf-8", "gb18030"))),
        (b"a", (0, ("utf-8", "gb18030"))),
    ],
)
def test_a_mark_decides_and_else_what_most_lines_are(tmp_path: Path, content: bytes, expected: object) -> None:
    assert encodings_of(lines(tmp_path, content)) == expected


def test_lines_that_cannot_be_decoded_are_told_by_number_and_kept_as_their_bytes() -> None:
    told, bad = decoded_by_line("月\n".encode() + b"\xff,a\r\n" + b"b", "utf-8", 5)
    assert (told.decode(), bad) == ("月\n\\xff,a\r\nb", [6])
    assert decoded_by_line(GB + b"\n", "gb18030", 1) == ("张三,李四\n".encode(), [])


def test_a_file_is_neither_empty_nor_larger_than_may_be(tmp_path: Path) -> None:
    place = tmp_path / "text"
    for size, problem in ((0, "空的"), (3 * 1024**2 + 1, "超过 3 MB")):
        place.write_bytes(bytes(size))
        with pytest.raises(DeliveryError, match=problem):
            refuse_size(place, "x.csv", Limits(file_bytes=3 * 1024**2))
    place.write_bytes(bytes(3 * 1024**2))
    refuse_size(place, "x.csv", Limits(file_bytes=3 * 1024**2))


@pytest.mark.parametrize(
    ("text", "expected"), [(b"", True), (TEXT, True), (b"\xff", False), (GB, False), (b"a\xe6\x9c", False)]
)
def test_whether_bytes_are_utf8(text: bytes, expected: bool) -> None:
    assert is_utf8(text) is expected
