"""Single changes of a SELECT, and of a rule whose cases see them or do not."""

from dataclasses import replace
from pathlib import Path

import pytest

from huimin.nights.rule_cases import load_cases
from huimin.nights.rule_findings import CaseBench
from nights import CHECKOUT, PROJECT
from tools.mutants.core import CoreMutant, is_seen, lay_interpreter, part_tests
from tools.mutants.rules import RuleMutant, rule_mutants, unseen
from tools.mutants.sql import mutants_of


@pytest.mark.parametrize(
    ("sql", "changes"),
    [
        ("select a from t where a < 3", ["WHERE a < 3 → WHERE TRUE", "a < 3 → a <= 3", "a < 3 → a > 3", "3 → 4"]),
        ("select a from t where a and b and c", ["a AND b AND c → a AND b", "a AND b → a", "a AND b → b"]),
        (
            "select a from t where a in (1, 1)",
            ["WHERE a IN (1, 1) → WHERE TRUE", "1 → 2", "1 → 2 (2)"],
        ),
        (
            "select distinct a from t",
            ["SELECT DISTINCT a FROM t → SELECT a FROM t"],
        ),
        ("select count(distinct a) as n from t", ["COUNT(DISTINCT a) → COUNT(a)"]),
        (
            "select t.a from t inner join u on t.a = u.a",
            ["INNER JOIN u ON t.a = u.a → LEFT JOIN u ON t.a = u.a", "t.a = u.a → t.a <> u.a"],
        ),
        (
            "select t.a from t left join u on t.a = u.a where u.b is null",
            ["LEFT JOIN u ON t.a = u.a → INNER JOIN u ON t.a = u.a", "t.a = u.a → t.a <> u.a",
             "WHERE u.b IS NULL → WHERE TRUE"],
        ),
        ("select coalesce(a, '') as a from t", ["COALESCE(a, '') → a"]),
        ("select a from t where not b", ["WHERE NOT b → WHERE TRUE", "NOT b → b"]),
        ("select cast(a as decimal(14, 2)) as a from t", []),
        ("select a from t where exists (select 1 from u)", ["WHERE EXISTS(SELECT 1 FROM u) → WHERE TRUE"]),
    ],
    ids=[
        "comparison", "conditions", "number", "distinct", "count", "join", "left join", "null", "not", "type", "exists",
    ],
)  # fmt: skip
def test_every_single_change_of_a_select(sql: str, changes: list[str]) -> None:
    assert [mutant.change for mutant in mutants_of(sql)] == changes


def test_a_join_that_another_condition_asks_of_is_not_made_left() -> None:
    changes = [m.change for m in mutants_of("select t.a from t inner join u on t.a = u.a where u.b > t.b")]
    assert not [change for change in changes if "LEFT" in change]


def test_a_mutant_is_the_select_with_that_one_change() -> None:
    assert [mutant.sql for mutant in mutants_of("select distinct a from t where a = 'x'")] == [
        "SELECT a FROM t WHERE a = 'x'",
        "SELECT DISTINCT a FROM t WHERE TRUE",
        "SELECT DISTINCT a FROM t WHERE a <> 'x'",
    ]


def test_cases_see_a_change_that_matters_and_none_that_does_not() -> None:
    rule = PROJECT.rules["dibao_tekun"]
    cases = load_cases(PROJECT.cases_of(rule.rule))
    nothing = RuleMutant("sql", "nothing → nothing", rule)
    none_found = RuleMutant("sql", "all → none", replace(rule, sql=f"select * from ({rule.sql}) as found where false"))
    failing = RuleMutant("sql", "a column → no column", replace(rule, sql=rule.sql.replace("p.amount", "p.no_column")))
    bench = CaseBench(PROJECT)
    assert unseen(bench, cases, [none_found, failing, nothing]) == [nothing]
    bench.close()


def test_a_choice_of_mutants_is_the_same_for_a_seed_and_another_for_another() -> None:
    rule = PROJECT.rules["duplicate_payment"]
    chosen = [[mutant.name for mutant in rule_mutants(rule, 10, seed)] for seed in (1, 1, 2)]
    assert chosen[0] == chosen[1] != chosen[2]
    assert len({*chosen[0]}) == 10


def test_the_part_tests_a_module_are_its_own_then_those_that_name_it_then_its_packages() -> None:
    assert part_tests(CHECKOUT, "src/huimin/cells/words.py") == [
        ("tests/unit/cells/test_words.py",), ("tests/unit/cells",), ("tests/conventions/test_types.py",),
        ("tests/acceptance/test_types.py",),
    ]  # fmt: skip
    assert part_tests(CHECKOUT, "src/huimin/returns/filled.py") == [
        ("tests/unit/returns/test_judge.py",), ("tests/unit/returns",), ("tests/conventions/test_types.py",),
    ]  # fmt: skip
    # one test of its own, and others that name it
    assert part_tests(CHECKOUT, "src/huimin/sheets/dialect.py")[:1] == [("tests/unit/sheets/test_dialect.py",)]


def test_a_change_is_tried_in_a_copy_that_is_whole_again_afterwards(tmp_path: Path) -> None:
    module, own = "src/huimin/cells/sums.py", "tests/unit/cells/test_sums.py"
    # an isolated child, as those that read files are, takes the module of the copy too
    asked = "from huimin.cells.sums import LIMIT; assert LIMIT == 1"
    test = f"import subprocess, sys\ndef test(): subprocess.run([sys.executable, '-I', '-c', {asked!r}], check=True)\n"
    for path, text in (
        ("src/huimin/__init__.py", ""),
        ("src/huimin/cells/__init__.py", ""),
        (module, "LIMIT = 1\n"),
        (own, test),
    ):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    lay_interpreter(tmp_path)
    assert is_seen(tmp_path, CoreMutant(module, 1, "LIMIT = 1 → LIMIT = 2", "LIMIT = 2\n"))
    assert not is_seen(tmp_path, CoreMutant(module, 1, "nothing", "LIMIT = 1  # one\n"))
    assert (tmp_path / module).read_text() == "LIMIT = 1\n"
