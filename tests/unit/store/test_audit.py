"""The audit log tells what was done, and whether somebody changed what it told."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from huimin.store.audit import LAST, LOG, broken, note, notes
from huimin.store.root import Root

NOW = datetime(2023, 8, 22, 2, tzinfo=UTC)
Change = Callable[[list[bytes]], list[bytes]]


@pytest.fixture
def root(tmp_path: Path) -> Root:
    root = Root(tmp_path)
    root.state.mkdir()
    for number in range(4):
        note(root, NOW, "admit" if number % 2 else "withdraw", delivery=str(number), why="核对过")
    return root


def change(root: Root, changes: Change) -> None:
    place = root.state / LOG
    place.write_bytes(b"".join(changes(place.read_bytes().splitlines(keepends=True))))


def told(root: Root, *acts: str) -> list[str]:
    return [act["delivery"] for act in notes(root, *acts)]


def test_acts_are_told_in_their_order_and_the_chain_is_whole(root: Root) -> None:
    assert (told(root, "admit"), told(root, "admit", "withdraw"), told(root)) == (["1", "3"], ["0", "1", "2", "3"], [])
    assert list(broken(root)) == []
    assert [(root.state / name).stat().st_mode & 0o777 for name in (LOG, LAST)] == [0o600, 0o600]


def test_before_the_first_act_nothing_is_told(tmp_path: Path) -> None:
    assert (list(notes(Root(tmp_path), "admit")), list(broken(Root(tmp_path)))) == ([], [])


CHANGES: dict[str, tuple[Change, str]] = {
    "the first removed": (lambda lines: lines[1:], "line 1 "),
    "one removed": (lambda lines: [lines[0], *lines[2:]], "line 2 "),
    "the last removed": (lambda lines: lines[:-1], "its end"),
    "all removed": (lambda _: [], "its end"),
    "the first changed": (lambda lines: [lines[0].replace(b'"0"', b'"9"'), *lines[1:]], "line 2 "),
    "one changed": (lambda lines: [*lines[:2], lines[2].replace(b'"2"', b'"9"'), lines[3]], "line 4 "),
    "the last changed": (lambda lines: [*lines[:3], lines[3].replace(b'"3"', b'"9"')], "its end"),
    "two exchanged": (lambda lines: [lines[0], lines[2], lines[1], lines[3]], "line 2 "),
    "one made unreadable": (lambda lines: [lines[0], lines[1][:-9] + b"\n", *lines[2:]], "line 3 "),
    "one written by hand": (lambda lines: [*lines[:3], b'{"act": "admit"}\n', lines[3]], "line 4 was not written"),
    "one written by hand at the end": (lambda lines: [*lines, b'{"act": "admit"}\n'], "line 5 was not written"),
}


@pytest.mark.parametrize("name", CHANGES)
@pytest.mark.parametrize("goes_on", [False, True], ids=["at once", "after another act"])
def test_whoever_changes_the_log_is_found(root: Root, name: str, goes_on: bool) -> None:
    changes, said = CHANGES[name]
    change(root, changes)
    if goes_on:
        note(root, NOW, "admit", delivery="4")
        assert said == "its end" or any(said in fault for fault in broken(root))
    else:
        assert said in next(broken(root))
    assert list(broken(root))


def test_a_hash_of_the_end_that_is_gone_is_told(root: Root) -> None:
    (root.state / LAST).unlink()
    assert list(broken(root)) == [f"state/{LAST}: is gone"]


def test_a_power_cut_between_a_line_and_its_hash_is_no_fault(root: Root) -> None:
    before = (root.state / LAST).read_bytes()
    note(root, NOW, "admit", delivery="4")
    (root.state / LAST).write_bytes(before)
    assert list(broken(root)) == []
    note(root, NOW, "admit", delivery="5")
    assert list(broken(root)) == [] and told(root, "admit")[-2:] == ["4", "5"]


def test_a_line_half_written_is_passed_over_and_no_fault(root: Root) -> None:
    change(root, lambda lines: [*lines, b'{"at": "2023-08-22T02:00:00", "act": "adm'])
    assert list(broken(root)) == []
    note(root, NOW, "admit", delivery="5")
    assert list(broken(root)) == [] and told(root, "admit") == ["1", "3", "5"]


def test_a_log_that_began_without_a_chain_goes_on_with_one(tmp_path: Path) -> None:
    root = Root(tmp_path)
    root.state.mkdir()
    old = [json.dumps({"act": "admit", "delivery": str(number)}) + "\n" for number in range(2)]
    (root.state / LOG).write_text("".join(old))
    assert list(broken(root)) == []
    note(root, NOW, "admit", delivery="2")
    assert list(broken(root)) == [] and told(root, "admit") == ["0", "1", "2"]
    change(root, lambda lines: [lines[0], lines[1].replace(b'"1"', b'"9"'), lines[2]])
    assert "line 3 " in next(broken(root))
