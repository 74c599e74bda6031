"""A root may stand anywhere: its path is a name, and nothing in it a pattern, a partition or a quote."""

from pathlib import Path

import pytest

from deliveries import deliver
from huimin.errors import UsageError
from huimin.report.query import select
from huimin.store.root import Root
from nights import run_night


@pytest.mark.parametrize(
    "name", ["100% #1 'q' \"d\" 惠民;[1]*&", pytest.param("x=1/name=2/rule", marks=pytest.mark.long)]
)
def test_nights_below_an_odd_path_find_the_same(tmp_path: Path, name: str) -> None:
    deliver(tmp_path / name)
    first, second = run_night(tmp_path / name), run_night(tmp_path / name)
    for run in (first, second):
        found = select(run.folder / "clues.duckdb", "select rule from clues order by rule")
        assert found.column("rule").to_pylist() == ["deceased", "dibao_tekun"]


def test_a_root_below_a_question_mark_is_refused_before_anything_is_made(tmp_path: Path) -> None:
    root = Root(tmp_path / "a?b" / "data")
    with pytest.raises(UsageError) as fault:
        root.prepare()
    assert fault.value.where == str(root.path) and "rename" in fault.value.fix
    assert list(tmp_path.iterdir()) == []


def test_a_link_does_not_hide_a_question_mark(tmp_path: Path) -> None:
    (tmp_path / "a?b").mkdir()
    (tmp_path / "plain").symlink_to(tmp_path / "a?b")
    with pytest.raises(UsageError):
        Root(tmp_path / "plain").prepare()
