from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from huimin.errors import RuleError
from huimin.nights.rule_cases import Case, read_case
from huimin.nights.rule_findings import CaseBench
from nights import PROJECT

OVERDUE = {
    "name": "one commitment is late, one is not yet due",
    "run_date": date(2023, 11, 1),
    "given": {
        "commitments": """
            department | commitment | due_on     | done_on
            区民政局   | 公示       | 2023-12-01 |
            区教育局   | 补发助学金 | 2023-09-30 | 2023-10-01
        """
    },
    "expected": """
        item        | subject    | amount | outcome
        commitments | 补发助学金 | 0.00   | 实际完成于2023年10月1日
    """,
    "evidence": """
        subject    | role     | roster      | row
        补发助学金 | register | commitments | 2
    """,
    "population": 2,
}


@pytest.fixture(scope="module")
def bench() -> Iterator[CaseBench]:
    bench = CaseBench(PROJECT)
    yield bench
    bench.close()


def case(**otherwise: Any) -> Case:
    return read_case("commitment_overdue", "tests/rules/commitment_overdue.toml", OVERDUE | otherwise)


def test_what_is_stated_of_clues_facts_evidence_and_population_holds(bench: CaseBench) -> None:
    assert bench.differences(case()) == ((), ())


@pytest.mark.parametrize(
    ("otherwise", "lacking", "unexpected"),
    [
        (
            {"expected": "subject | outcome\n补发助学金 | 至今没有完成日期"},
            (("补发助学金", "至今没有完成日期"),),
            (("补发助学金", "实际完成于2023年10月1日"),),
        ),
        (
            {"evidence": "roster | row\ncommitments | 1"},
            (("evidence", "commitments", "1"),),
            (("evidence", "commitments", "2"),),
        ),
        ({"evidence": "roster | row"}, (), (("evidence", "commitments", "2"),)),
        ({"population": 1}, (("population", "1"),), (("population", "2"),)),
        ({"expected": ""}, (), (("commitments", None, "补发助学金", "2023-09-30"),)),
    ],
    ids=["fact", "evidence", "no evidence", "population", "clue"],
)
def test_what_differs_is_told(
    otherwise: dict[str, Any], lacking: tuple[Any, ...], unexpected: tuple[Any, ...], bench: CaseBench
) -> None:
    found = bench.differences(case(**otherwise))
    assert found[0] == lacking
    assert tuple(row[:4] for row in found[1]) == unexpected


def test_what_a_case_does_not_state_is_not_compared(bench: CaseBench) -> None:
    stated = {key: value for key, value in OVERDUE.items() if key not in ("evidence", "population")}
    plain = read_case("commitment_overdue", "tests/rules/commitment_overdue.toml", stated)
    assert bench.differences(plain) == ((), ())


@pytest.mark.parametrize(
    ("otherwise", "told"),
    [
        ({"expected": "subject | wording\n补发助学金 | 迟"}, "unknown expected column wording"),
        ({"evidence": "roster | file\ncommitments | a.csv"}, "unknown evidence column file"),
        ({"population": "2"}, "a case's population is missing or of another type"),
        ({"populations": 2}, "unknown keys in case"),
        ({"given": {"delivered": "roster | unit\ntekun | 东街"}}, "the drawn delivered is not its table"),
        ({"given": {"nosuch": "name\n张三"}}, "no roster nosuch"),
    ],
    ids=["expected", "evidence", "type", "key", "delivered", "roster"],
)
def test_a_case_that_cannot_be_compared_says_where(otherwise: dict[str, Any], told: str, bench: CaseBench) -> None:
    with pytest.raises(RuleError, match=told):
        bench.differences(case(**otherwise))


def test_a_slot_may_be_delivered_by_several_units(bench: CaseBench) -> None:
    rows = ("roster | slot | unit", "tekun | 2023-08 |", *["tekun | 2023-08 | 东街"] * 2, "tekun | 2023-07 | 东街")
    given = {**OVERDUE["given"], "delivered": "\n".join(rows)}
    with bench.laid(case(given=given)) as laid:
        sql = "select unit, slot from delivered where roster = 'tekun' order by slot, unit nulls first"
        assert laid.con.execute(sql).fetchall() == [("东街", "2023-07"), (None, "2023-08"), ("东街", "2023-08")]


def test_a_case_leaves_nothing_to_the_next(bench: CaseBench) -> None:
    bench.differences(case())
    nothing = case(given={"commitments": "commitment | due_on | done_on"}, expected="", evidence="roster | row")
    assert bench.differences(nothing) == ((("population", "2"),), (("population", "0"),))
