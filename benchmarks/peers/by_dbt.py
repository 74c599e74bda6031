"""dbt-duckdb with generic tests: a model a roster, a view and a rule, tests from the contracts; `dbt build` does it."""

import json
import sys
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

import duckdb
from dbt.cli.main import dbtRunner

from benchmarks.floor import typed_csv
from benchmarks.peers.exam import ANSWERS, CORES, Exam, Promise, exam_in, promises
from benchmarks.peers.sql import ANSWERS as ANSWERS_SQL
from benchmarks.peers.sql import CLUES, Relation, hits_sql, relations
from benchmarks.stopwatch import Stopwatch
from huimin.contracts.contract import Contract
from huimin.matching.mount import REF_SPAN, known_columns

PROJECT = {"name": "peer", "version": "1.0", "profile": "peer", "model-paths": ["models"], "macro-paths": ["macros"],
           "flags": {"send_anonymous_usage_stats": False}}  # fmt: skip
GENERIC = """
{% test holds(model, broken) %}
select 1 from {{ model }} where {{ broken }}
{% endtest %}
{% test unique_together(model, columns) %}
select sum(n) as n from (select count(*) as n from {{ model }} group by {{ columns }} having count(*) > 1)
having sum(n) is not null
{% endtest %}
"""


def main(inbox: Path, folder: Path) -> None:
    """Builds the project, and writes what is compared."""
    exam = exam_in(inbox)
    watch = Stopwatch()
    watch.begins("build")
    write_project(exam, folder)
    build = dbtRunner().invoke(["build", "--quiet", "--project-dir", str(folder), "--profiles-dir", str(folder)])
    faults = faults_of(build.result)
    watch.begins("write")
    with duckdb.connect(str(folder / "peer.duckdb")) as con:
        con.execute(f"copy (from clues order by all) to '{folder}/clues.parquet'")
        con.execute(f"copy (from hits order by all) to '{folder}/evidence.parquet'")
        con.execute(f"copy ({ANSWERS_SQL}) to '{folder / ANSWERS}'")
    watch.stop()
    told = ", ".join(f"{name} {version(name)}" for name in ("dbt-core", "dbt-duckdb"))
    watch.tell(faults=faults, version=told)


def faults_of(results: Any) -> dict[str, int]:  # noqa: ANN401
    """Rows that break each promise. Ends the benchmark when a model fails."""
    faults: dict[str, int] = {}
    for one in results:
        if one.node.resource_type != "test":
            if str(one.status) != "success":
                raise SystemExit(f"dbt: {one.node.name}: {one.message}")
        elif one.failures:
            faults[one.node.description] = int(one.failures)
    return faults


def write_project(exam: Exam, folder: Path) -> None:
    """The dbt project in the folder."""
    models = folder / "models"
    models.mkdir()
    (folder / "macros").mkdir()
    (folder / "macros" / "tests.sql").write_text(GENERIC, "utf-8")
    (folder / "dbt_project.yml").write_text(json.dumps(PROJECT), "utf-8")
    output = {"type": "duckdb", "path": str(folder / "peer.duckdb"), "threads": CORES}
    (folder / "profiles.yml").write_text(json.dumps({"peer": {"target": "peer", "outputs": {"peer": output}}}), "utf-8")
    named = {*exam.project.contracts}
    for one in models_of(exam):
        kind = "table" if one.kept else "view"
        reads = [f"-- depends_on: {{{{ ref('{name}') }}}}" for name in one.reads if name in named]
        head = f"{{{{ config(materialized='{kind}') }}}}"
        (models / f"{one.name}.sql").write_text("\n".join([head, *reads, one.sql]), "utf-8")
        named.add(one.name)
    schema = {"version": 2, "models": [tested(contract) for contract in exam.delivered.values()]}
    (models / "schema.yml").write_text(json.dumps(schema, ensure_ascii=False), "utf-8")


def models_of(exam: Exam) -> Iterator[Relation]:
    """Every model, each after those that it reads."""
    for ordinal, (roster, contract) in enumerate(exam.project.contracts.items()):
        yield Relation(roster, staging_sql(exam, contract, ordinal), True)
    yield from relations(exam)
    for name, rule in exam.rules.items():
        yield Relation(f"rule_{name}", hits_sql(rule), True)
    yield Relation("hits", " union all ".join(f"select * from rule_{name}" for name in exam.rules), True)
    yield Relation("clues", CLUES, True)


def staging_sql(exam: Exam, contract: Contract, ordinal: int) -> str:
    """A roster's rows, with what the rules ask of each beside its cells."""
    known = "".join(f"{sql} as {name}, " for name, sql in known_columns(contract))
    files = exam.files(contract.roster)
    if not files:
        nulls = ", ".join(f"null::{column.type.sql} as {column.name}" for column in contract.columns)
        return f"select *, {known} null::bigint as ref from (select {nulls}) as nothing limit 0"
    return f"select *, {known} row_number() over () + {ordinal * REF_SPAN} as ref from ({typed_csv(contract, files)})"


def tested(contract: Contract) -> dict[str, Any]:
    """A roster's model with the tests of its contract."""
    return {"name": contract.roster, "data_tests": [test_of(contract.roster, one) for one in promises(contract)]}


def test_of(roster: str, promise: Promise) -> dict[str, Any]:
    """The promise as a generic test; one that fails warns, as a night would."""
    name = f"{roster} {promise.name}"
    more = {"description": name, "config": {"severity": "warn"}}
    if promise.kind == "unique":
        fail = {"fail_calc": "coalesce(max(n), 0)"}
        told = {"columns": ", ".join(promise.columns)}
        return {"unique_together": {"arguments": told, **more, "config": {**more["config"], **fail}}}
    return {"holds": {"arguments": {"broken": promise.broken}, **more}}


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve())
