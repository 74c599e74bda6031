"""Every rule on its given rows: a hit, a near miss and each boundary."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from huimin.nights.rule_cases import Case, load_cases
from huimin.nights.rule_findings import CaseBench
from nights import PROJECT

FOLDER = Path(__file__).parent
CASES = [case for path in sorted(FOLDER.glob("*.toml")) for case in load_cases(path)]


@pytest.fixture(scope="module")
def bench() -> Iterator[CaseBench]:
    bench = CaseBench(PROJECT)
    yield bench
    bench.close()


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.rule}: {case.name}")
def test_rule_gives_what_is_expected(case: Case, bench: CaseBench) -> None:
    lacking, unexpected = bench.differences(case)
    assert not lacking and not unexpected, f"lacking {lacking}, not expected {unexpected}"


def test_every_rule_has_a_hit_and_a_near_miss() -> None:
    hits = {case.rule for case in CASES if case.expected.rows}
    near_misses = {case.rule for case in CASES if not case.expected.rows}
    rules = set(PROJECT.rules)
    assert sorted(rules - hits) == []
    assert sorted(rules - near_misses) == []


@pytest.mark.parametrize("name", PROJECT.rules)
def test_a_case_of_every_rule_states_what_is_shown(name: str) -> None:
    rule = PROJECT.rules[name]
    hits = [case for case in CASES if case.rule == name and case.expected.rows]
    assert not rule.facts or any({*rule.facts} <= {*case.expected.columns} for case in hits), "facts"
    assert any(case.evidence for case in hits), "evidence"
    assert any(case.population is not None for case in hits), "population"
    counts_absence = bool(rule.absence or rule.periods)
    assert not counts_absence or any(c.not_judged is not None for c in CASES if c.rule == name), "not_judged"


def test_every_case_file_is_a_rules() -> None:
    assert sorted({path.stem for path in FOLDER.glob("*.toml")} - set(PROJECT.rules)) == []


def test_case_names_are_distinct() -> None:
    names = [(case.rule, case.name) for case in CASES]
    assert sorted({name for name in names if names.count(name) > 1}) == []
