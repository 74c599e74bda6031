"""What both engines read alike is answered alike, and anything else refused: by SELECTs that a stranger might write."""

from collections import Counter
from collections.abc import Callable, Iterator

import pytest
from sqlglot import exp

import odd_sql
from huimin.matching.alike import ALIKE
from huimin.matching.portable import faults, parsed, read_query
from sailing import sailing


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], tuple[Counter, Counter]]]:
    with sailing() as address, odd_sql.both(address, tmp_path_factory.mktemp("root") / "engine") as answers:
        yield answers


@pytest.mark.parametrize("sql", odd_sql.ALIKE)
def test_both_engines_answer_alike(sql: str, answers: Callable[[str], tuple[Counter, Counter]]) -> None:
    assert faults(read_query(sql, "", 1)) == []
    here, there = answers(sql)
    assert (here - there, there - here) == (Counter(), Counter())


@pytest.mark.parametrize("sql", odd_sql.REFUSED)
def test_what_they_read_otherwise_is_refused(sql: str) -> None:
    assert odd_sql.REFUSED[sql] in "; ".join(faults(read_query(sql, "", 1)))


def test_every_function_that_is_allowed_is_tried() -> None:
    tried = {type(node) for sql in odd_sql.ALIKE for node in parsed(sql).walk() if isinstance(node, exp.Func)}
    assert tried == ALIKE
