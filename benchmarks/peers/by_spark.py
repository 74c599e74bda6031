"""PySpark on this machine: the files as typed views, one aggregate a roster that checks, the rules' SQL as it is."""

import sys
from pathlib import Path

import pyspark
import sqlglot
from pyspark.sql import SparkSession

from benchmarks.peers.exam import ANSWERS, CORES, Exam, exam_in, promises
from benchmarks.peers.sql import ANSWERS as ANSWERS_SQL
from benchmarks.peers.sql import CLUES, hits_sql, relations
from benchmarks.stopwatch import Stopwatch
from huimin.contracts.contract import Column, Contract
from huimin.matching.mount import REF_SPAN, known_columns


def main(inbox: Path, folder: Path) -> None:
    """Reads, checks, joins, writes; the session's own start and end count, as they would every night."""
    exam = exam_in(inbox)
    watch = Stopwatch()
    watch.begins("read")
    spark = session(folder)
    for ordinal, contract in enumerate(exam.project.contracts.values()):
        read(spark, exam, contract, ordinal, folder)
    watch.begins("check")
    faults = checked(spark, exam)
    watch.begins("join")
    for one in relations(exam):
        rows = spark.sql(translated(one.sql))
        (rows.cache() if one.kept else rows).createOrReplaceTempView(one.name)
    hits = [spark.sql(translated(hits_sql(rule))) for rule in exam.rules.values()]
    for frame in hits:
        frame.write.mode("append").parquet(f"{folder}/evidence.parquet")
    watch.begins("write")
    spark.read.parquet(f"{folder}/evidence.parquet").createOrReplaceTempView("hits")
    spark.sql(translated(CLUES)).write.parquet(f"{folder}/clues.parquet")
    spark.sql(translated(ANSWERS_SQL)).write.parquet(f"{folder}/{ANSWERS}")
    end(spark)
    watch.stop()
    watch.tell(faults=faults, version=f"pyspark {pyspark.__version__}")


def session(folder: Path) -> SparkSession:
    """A session on all cores."""
    chosen = {
        "spark.sql.shuffle.partitions": f"{2 * CORES}",
        "spark.driver.memory": "6g",
        "spark.ui.enabled": "false",
        "spark.local.dir": str(folder),
        "spark.sql.warehouse.dir": str(folder / "warehouse"),
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
    }
    builder = SparkSession.builder.master(f"local[{CORES}]")
    for key, value in chosen.items():
        builder = builder.config(key, value)
    spark = builder.getOrCreate()
    spark.sparkContext.setLogLevel("ERROR")
    return spark


def end(spark: SparkSession) -> None:
    """The session and its Java process have ended, and what that used counts."""
    gateway = spark.sparkContext._gateway
    spark.stop()
    gateway.shutdown()
    gateway.proc.stdin.close()
    gateway.proc.wait()


def translated(sql: str) -> str:
    """The SQL in Spark's words."""
    return sqlglot.transpile(sql, read="duckdb", write="spark")[0]


def read(spark: SparkSession, exam: Exam, contract: Contract, ordinal: int, folder: Path) -> None:
    """The roster as typed Parquet and a view of it."""
    files = [str(file) for file in exam.files(contract.roster)]
    if files:
        names = exam.header(contract.roster)
        texts = spark.read.csv(files, header=True, schema=", ".join(f"`{name}` string" for name in names))
        cells = [typed(column) if column.name in names else f"cast(null as {spark_type(column)}) as {column.name}"
                 for column in contract.columns]  # fmt: skip
        texts.selectExpr(*cells).write.parquet(f"{folder}/{contract.roster}.parquet")
        rows = spark.read.parquet(f"{folder}/{contract.roster}.parquet")
    else:
        rows = spark.createDataFrame([], ", ".join(f"{c.name} {spark_type(c)}" for c in contract.columns))
    known = [
        f"{translated(f'select {sql}').removeprefix('SELECT ')} as {name}" for name, sql in known_columns(contract)
    ]
    ref = f"monotonically_increasing_id() + {ordinal * REF_SPAN} as ref"
    rows.selectExpr("*", *known, ref).createOrReplaceTempView(contract.roster)


def spark_type(column: Column) -> str:
    """The column's type in Spark's words."""
    return "string" if column.type.sql == "varchar" else column.type.sql


def typed(column: Column) -> str:
    """A column of texts as what it holds."""
    if column.type.name == "month":
        return f"to_date(concat({column.name}, '-01')) as {column.name}"
    if column.type.name == "name":
        return f"translate(regexp_replace({column.name}, '[\\\\s\u3000\u200b]', ''), '•．', '··') as {column.name}"
    return f"cast({column.name} as {spark_type(column)}) as {column.name}"


def checked(spark: SparkSession, exam: Exam) -> dict[str, int]:
    """Rows that break each promise, by roster and promise."""
    faults: dict[str, int] = {}
    for roster, contract in exam.delivered.items():
        rows = {promise.name: promise.broken for promise in promises(contract) if promise.kind != "unique"}
        counts = ", ".join(f"count(*) filter (where {condition})" for condition in rows.values())
        found = spark.sql(translated(f"select {counts} from {roster}")).first() or ()
        faults |= {f"{roster} {name}": count for name, count in zip(rows, found) if count}
        key = ", ".join(next(promise.columns for promise in promises(contract) if promise.kind == "unique"))
        twice = f"select count(*) as n from {roster} group by {key} having count(*) > 1"
        repeated = spark.sql(f"select coalesce(sum(n), 0) from ({twice})").first()
        if repeated and repeated[0]:
            faults[f"{roster} key.unique"] = int(repeated[0])
    return faults


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve())
