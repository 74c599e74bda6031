"""A roster, a rule and a published table, added in a copy of the tree as CONTRIBUTING.md says: the suite holds."""

import subprocess
import sys
from pathlib import Path

import pytest

from trees import copied, inside

ROSTER, RULE = "heating_subsidy", "heating_after_death"  # other names than those of the walk in CONTRIBUTING.md

FIGURE = '''"""How many clues there are of each tier."""

import duckdb

from huimin.tables.declared import BY_TIER, column_types
from huimin.tables.work import makes


@makes("by_tier", needs=("clue_hits",))
def lay_by_tier(con: duckdb.DuckDBPyConnection) -> None:
    """Table `by_tier`: one row a tier that has clues."""
    con.execute(f"create or replace table by_tier ({column_types(BY_TIER)})")
    con.execute("insert into by_tier select tier, count(*) from clue_hits group by tier")
'''
DECLARED = '''BY_TIER = declared(
    "by_tier",
    "各等级的线索数",
    ("tier",),
    """
    tier  | TINYINT | 等级   | the tier
    clues | BIGINT  | 线索数 | how many clues have it
    """,
    english="how many clues there are of each tier",
)
TABLES = (
    CLUES,
    BY_TIER,
'''
QUERY = """
## 各等级的线索数 · Clues by tier

```sql
select tier, clues from by_tier order by tier
```
"""


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tree as it is committed."""
    return copied(tmp_path_factory.mktemp("copy"))


def run(copy: Path, *words: str) -> str:
    """What Python says, run in the copy and with its modules."""
    ran = subprocess.run([sys.executable, *words], cwd=copy, env=inside(copy), capture_output=True, text=True)
    assert ran.returncode == 0, (ran.stdout + ran.stderr)[-6000:]
    return ran.stdout


def huimin(copy: Path, *words: str) -> str:
    return run(copy, "-c", "import sys; from huimin.cli import main; sys.exit(main())", *words, "--project", str(copy))


def fill(place: Path, words: str = "") -> None:
    place.write_text(place.read_text("utf-8").replace("待填：", words).replace("待填", words), "utf-8")


@pytest.mark.long
def test_a_roster_a_rule_and_a_table_need_nothing_else(copy: Path) -> None:
    huimin(copy, "rosters", "new", ROSTER, "--title", "冬季取暖补贴", "--department", "civil_affairs")
    fill(copy / "expectations" / f"{ROSTER}.toml", "取暖")
    huimin(copy, "rules", "new", RULE, "--title", "去世后仍领取暖补贴")
    rule = copy / "rules" / f"{RULE}.sql"
    for place in (rule, copy / "tests" / "rules" / f"{RULE}.toml"):
        fill(place)
    # of the roster of its cases alone: of all items it would find people in other tests' small worlds, who count them
    of_one = rule.read_text("utf-8").replace('items = ["*month"]', 'items = ["tekun"]')
    rule.write_text(f"{of_one.rstrip()} and p.item = 'tekun'\n", "utf-8")
    declared = copy / "src" / "huimin" / "tables" / "declared.py"
    declared.write_text(declared.read_text("utf-8").replace("TABLES = (\n    CLUES,\n", DECLARED, 1), "utf-8")
    (copy / "src" / "huimin" / "figures" / "by_tier.py").write_text(FIGURE, "utf-8")
    with (copy / "docs" / "queries.md").open("a", encoding="utf-8") as queries:
        queries.write(QUERY)
    run(copy, "-m", "pytest", "-q", "tests/rosters", "-k", ROSTER, "--refresh")
    run(copy, "-m", "tools.reference", "write")
    assert "0 failed" in huimin(copy, "rules", "test", RULE)
    planted = run(copy, "-m", "benchmarks.truth", "--seeds", "1", "--persons", "2000")
    (line,) = [line for line in planted.splitlines() if line.startswith(f"{RULE} ")]
    assert "precision 1.000  recall 1.000" in line
    run(copy, "-m", "pytest", "-q", "-m", "not slow", "--numprocesses", "2", "--dist", "loadfile", "tests")
