"""A run appears whole or not at all, its tables exactly as declared, its bytes the same each time."""

import errno
import os
import stat
from pathlib import Path

import duckdb
import polars as pl
import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest

from huimin.errors import PublishError
from huimin.publishing import publish as publishing
from huimin.publishing.balance import FIGURES, imbalances
from huimin.publishing.publish import ROW_GROUP, Pages, publish, row_groups, write_partitions
from huimin.store.manifest import outputs_in, read_manifest
from huimin.tables.declared import CLUES, TABLES
from unit.published_run import PERSON, RUN, TABLE_ROWS, drawn, facts, places, published_run, ready_to_publish

LATER = "20230902T020000-def456"
NO_CLUES = dict.fromkeys(("clues", "evidence", "statistics", "changes", "ledger", "exposure", "identities"), "")
NO_CLUES["rules"] = """
rule     | version | tier | status  | why               | clues | population | periods_not_judged
deceased | v1      | 1    | ran     |                   | 0     | 98         | 0
prisoner | v3      | 1    | skipped | missing prisoners | 0     | 0          | 0
"""


def hive(folder: Path) -> str:
    return f"read_parquet('{folder}/clues/**/*.parquet', hive_partitioning = true)"


def test_a_run_has_every_table_on_its_side_and_both_pointers(tmp_path):
    published_run(tmp_path)
    folder = tmp_path / "published" / "latest"
    assert (tmp_path / "published" / "latest").readlink() == Path(RUN)
    assert (tmp_path / "restricted" / "latest").readlink() == Path(RUN)
    for table in TABLES:
        if table is not CLUES:
            assert pq.read_table(folder / f"{table.name}.parquet").num_rows == len(
                drawn(TABLE_ROWS.get(table.name, "x"))
            )
    assert pq.read_table(tmp_path / "restricted" / RUN / "rejects.parquet").num_rows == 3
    assert not list(tmp_path.rglob("*.partial")) and not list(tmp_path.rglob("*.wal"))


def test_clues_are_hive_partitions_with_exact_types(tmp_path):
    published_run(tmp_path)
    folder = tmp_path / "published" / RUN
    assert sorted(path.name for path in (folder / "clues").iterdir()) == [
        "rule=deceased", "rule=dibao_tekun", "rule=left_register"
    ]  # fmt: skip
    described = {name: kind for name, kind, *_ in duckdb.sql(f"describe select * from {hive(folder)}").fetchall()}
    assert described == {column.name: column.type for column in CLUES.columns}
    assert "rule" not in pq.read_schema(folder / "clues" / "rule=deceased" / "part-0.parquet").names
    assert duckdb.sql(f"select rule, count(*) from {hive(folder)} group by rule order by rule").fetchall() == [
        ("deceased", 2), ("dibao_tekun", 1)
    ]  # fmt: skip


def test_parquet_says_what_it_holds_in_both_languages(tmp_path):
    published_run(tmp_path)
    folder = tmp_path / "published" / RUN
    schema = pq.read_schema(folder / "trend.parquet")
    assert schema.metadata[b"comment"].decode().startswith("趋势")
    assert schema.metadata[b"description"].startswith(b"each complete run")
    open_clues = schema.field("open").metadata
    assert (open_clues[b"comment"].decode(), open_clues[b"description"]) == ("待核查", b"not verified yet")
    (first, *_) = sorted((folder / "clues").glob("*/*.parquet"))
    assert pq.read_schema(first).field("street").metadata[b"description"].startswith(b"of the latest payment")
    rejects = pq.read_schema(tmp_path / "restricted" / RUN / "rejects.parquet")
    assert rejects.field("cells").metadata.keys() - {b"PARQUET:field_id"} == {b"comment"}


def test_other_readers_see_the_same_clues(tmp_path):
    published_run(tmp_path)
    folder = tmp_path / "published" / RUN / "clues"
    assert pl.scan_parquet(folder / "**" / "*.parquet", hive_partitioning=True).collect().height == 3
    assert ds.dataset(folder, partitioning="hive").to_table().num_rows == 3


class Counted:
    """A connection that counts what it is asked."""

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        self.con, self.asked = con, 0

    def execute(self, *words: object) -> duckdb.DuckDBPyConnection:
        self.asked += 1
        return self.con.execute(*words)  # type: ignore[arg-type]


def test_more_rules_take_no_more_statements(tmp_path):
    none, some = (Counted(ready_to_publish(rows)) for rows in ({**TABLE_ROWS, **NO_CLUES}, TABLE_ROWS))
    assert (write_partitions(none, tmp_path / "none"), write_partitions(some, tmp_path / "some")) == (0, 3)
    assert [len(list((tmp_path / name).iterdir())) for name in ("none", "some")] == [1, 3]
    assert none.asked == some.asked


@pytest.mark.parametrize("rules", [NO_CLUES["rules"], ""], ids=["ran without clues", "no rule ran"])
def test_no_clues_is_an_empty_typed_dataset_without_a_null_row(tmp_path, rules):
    published_run(tmp_path, rows={**NO_CLUES, "rules": rules})
    folder = tmp_path / "published" / RUN
    assert duckdb.sql(f"select * from {hive(folder)}").fetchall() == []
    described = {name: kind for name, kind, *_ in duckdb.sql(f"describe select * from {hive(folder)}").fetchall()}
    assert described == {column.name: column.type for column in CLUES.columns}
    assert pl.scan_parquet(folder / "clues" / "**" / "*.parquet", hive_partitioning=True).collect().height == 0
    with duckdb.connect(str(folder / "clues.duckdb"), read_only=True) as con:
        assert con.execute("select count(*) from clues").fetchall() == [(0,)]


def test_the_same_rows_give_the_same_bytes_whatever_their_order_in_the_work_database(tmp_path):
    turned = {}
    for name, text in TABLE_ROWS.items():
        title, *rows = text.strip("\n").splitlines()
        turned[name] = "\n".join([title, *reversed(rows)])
    published_run(tmp_path / "one")
    published_run(tmp_path / "two", rows=turned)
    first, second = ({o.path: o for o in outputs_in(tmp_path / side / "published" / RUN)} for side in ("one", "two"))
    del first["clues.duckdb"], second["clues.duckdb"]
    assert first == second


def test_restricted_places_are_open_to_their_owner_alone(tmp_path):
    def workbooks(folder: Path) -> None:
        folder.mkdir()
        (folder / "关山街道.xlsx").write_bytes(b"workbook")

    published_run(tmp_path, pages=Pages(restricted={"workbooks": workbooks}))
    restricted = tmp_path / "restricted" / RUN
    modes = {
        path.relative_to(restricted).as_posix(): stat.S_IMODE(path.stat().st_mode) for path in restricted.rglob("*")
    }
    assert modes == {
        "workbooks": 0o700, "workbooks/关山街道.xlsx": 0o600, "identities.parquet": 0o600, "rejects.parquet": 0o600,
        "decisions.parquet": 0o600, "cards.parquet": 0o600, "facts.parquet": 0o600, "manifest.json": 0o600,
    }  # fmt: skip
    assert stat.S_IMODE(restricted.stat().st_mode) == 0o700


def test_nothing_published_holds_what_is_restricted(tmp_path):
    published_run(tmp_path)
    for path in (tmp_path / "published" / RUN).rglob("*"):
        if path.is_file():
            assert PERSON.encode() not in path.read_bytes()
            assert "张三丰".encode() not in path.read_bytes()


def test_the_manifest_lists_every_file_but_itself_with_its_hash(tmp_path):
    page = Pages(published={"report.html": lambda path: path.write_text("<p>", "utf-8")})
    published_run(tmp_path, pages=page)
    folder = tmp_path / "published" / RUN
    manifest = read_manifest(folder)
    files = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert {output.path for output in manifest.outputs} == files - {"manifest.json"}
    restricted = {output.path for output in manifest.restricted}
    tables = ("cards", "decisions", "facts", "identities", "rejects")
    assert restricted == {f"{name}.parquet" for name in tables}
    rows = {output.path: output.rows for output in manifest.outputs}
    assert rows["clues/rule=deceased/part-0.parquet"] == 2 and rows["report.html"] is None
    assert manifest.row_counts["clues"] == 3 and manifest.facts == facts()
    assert manifest.exemptions == ("ddddddddddddddd9/豁免/3",)


def test_a_run_of_some_rules_never_becomes_latest(tmp_path):
    published_run(tmp_path)
    publish(ready_to_publish(), facts(LATER), places(tmp_path), Pages(), latest=False)
    assert (tmp_path / "published" / LATER / "manifest.json").exists()
    assert (tmp_path / "published" / "latest").readlink() == Path(RUN)
    published_run(tmp_path, run="20230903T020000-0a0a0a")
    assert (tmp_path / "published" / "latest").readlink() == Path("20230903T020000-0a0a0a")


def test_a_published_run_is_never_overwritten(tmp_path):
    published_run(tmp_path)
    before = outputs_in(tmp_path / "published" / RUN)
    with pytest.raises(PublishError, match="published already"):
        published_run(tmp_path, rows=NO_CLUES)
    assert outputs_in(tmp_path / "published" / RUN) == before
    assert (tmp_path / "restricted" / RUN / "identities.parquet").exists()


def test_leftovers_of_killed_runs_go_with_the_next_run(tmp_path):
    published_run(tmp_path)
    for side in ("published", "restricted"):
        (tmp_path / side / ".20230901T030000-aaaaaa.partial" / "clues").mkdir(parents=True)
        (tmp_path / side / ".latest.partial").symlink_to("nowhere")
    (tmp_path / "restricted" / "20230901T040000-bbbbbb").mkdir()
    published_run(tmp_path, run=LATER)
    assert {path.name for path in (tmp_path / "published").iterdir()} == {RUN, LATER, "latest"}
    assert {path.name for path in (tmp_path / "restricted").iterdir()} == {RUN, LATER, "latest"}


def full(path: Path) -> None:
    path.write_bytes(b"half")
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))


@pytest.mark.parametrize("side", ["published", "restricted"])
def test_a_full_disk_leaves_the_last_run_and_nothing_else(tmp_path, side):
    published_run(tmp_path)
    with pytest.raises(PublishError, match="No space left") as caught:
        published_run(tmp_path, run=LATER, pages=Pages(**{side: {"page": full}}))
    assert caught.value.exit_code == 14 and side in caught.value.where
    for place in ("published", "restricted"):
        assert {path.name for path in (tmp_path / place).iterdir()} == {RUN, "latest"}
        assert (tmp_path / place / "latest").readlink() == Path(RUN)


def test_when_the_published_folder_cannot_be_renamed_its_restricted_side_goes_too(tmp_path, monkeypatch):
    rename = Path.rename

    def refuse_published(self: Path, target: Path) -> Path:
        if target == tmp_path / "published" / RUN:
            raise PermissionError(errno.EACCES, "Permission denied", str(target))
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", refuse_published)
    with pytest.raises(PublishError, match="Permission denied"):
        published_run(tmp_path)
    assert not list((tmp_path / "published").iterdir()) and not list((tmp_path / "restricted").iterdir())


def test_a_place_that_is_no_folder_is_named(tmp_path):
    (tmp_path / "published").write_text("in the way")
    with pytest.raises(PublishError) as caught:
        published_run(tmp_path)
    assert caught.value.where.endswith("published")


def test_restricted_is_switched_before_published(tmp_path, monkeypatch):
    switched = []
    point = publishing.point
    monkeypatch.setattr(publishing, "point", lambda side, run: (switched.append(side.name), point(side, run)))
    published_run(tmp_path)
    assert switched == ["restricted", "published"]


BROKEN = {
    "layout \\+ accepted": ("update deliveries set rows_layout = 4 where delivery = 'ddddddddddddddd1'", 1),
    "refused deliveries": ("update deliveries set rows_in_file = 1, rows_layout = 1 where status = 'refused'", 1),
    "listed twice": ("insert into deliveries from deliveries where status = 'refused'", 1),
    "fewer reject reasons": ("update reject_reasons set count = 0", 1),
    "reject reasons of no": ("insert into reject_reasons values ('x', 'a', 'missing', 1)", 1),
    "missing or repeated": ("insert into clues from clues where tier = 2", 1),
    "clues without evidence": ("delete from evidence where clue_id = 'aaaaaaaaaaaaaaa2'", 1),
    "evidence rows of no clue": ("insert into evidence select 'x', * exclude (clue_id) from evidence limit 1", 1),
    "evidence rows of no listed": ("update evidence set delivery = 'x' where role = 'register'", 1),
    "rules whose clue count": ("update rules set clues = 5 where rule = 'deceased'", 1),
    "ledger does not know": ("delete from ledger where state = '豁免'", 1),
    "statistics tables differ": ("update clues set state = '待核查' where state = '豁免'", 1),
}


@pytest.mark.parametrize("figure", BROKEN)
def test_a_sum_that_does_not_come_out_keeps_the_run_unseen(tmp_path, figure):
    con = ready_to_publish()
    con.execute(BROKEN[figure][0])
    with pytest.raises(PublishError, match=f"1 .*{figure}"):
        publish(con, facts(), places(tmp_path), Pages())
    assert not list(tmp_path.rglob("*"))


def test_every_sum_has_a_case_above_and_the_small_run_balances():
    assert len(BROKEN) == len(FIGURES)
    assert imbalances(ready_to_publish()) == ()


def test_an_undeclared_or_missing_column_is_named(tmp_path):
    con = ready_to_publish()
    con.execute("alter table exposure rename column amount to money")
    with pytest.raises(PublishError, match="amount, money"):
        publish(con, facts(), places(tmp_path), Pages())


def test_a_table_that_nobody_made_is_named(tmp_path):
    con = ready_to_publish()
    con.execute("drop table exposure")
    with pytest.raises(PublishError, match="exposure: declared, and nobody makes it"):
        publish(con, facts(), places(tmp_path), Pages())


def test_row_groups_are_full_however_the_batches_came():
    whole = pa.table({"x": list(range(2 * ROW_GROUP + 5))})
    for size in (1_000, 50_000, ROW_GROUP, ROW_GROUP + 1):
        reader = pa.RecordBatchReader.from_batches(whole.schema, whole.to_batches(max_chunksize=size))
        groups = list(row_groups(reader))
        assert [group.num_rows for group in groups] == [ROW_GROUP, ROW_GROUP, 5]
        assert pa.concat_tables(groups).equals(whole)
        assert all(group.column(0).num_chunks == 1 for group in groups)


def test_what_the_latest_run_has_too_stands_once_on_disk(tmp_path):
    published_run(tmp_path)
    publish(ready_to_publish(), facts(LATER), places(tmp_path), Pages())
    for side in ("published", "restricted"):
        first, second = (tmp_path / side / run for run in (RUN, LATER))
        names = {place.relative_to(first).as_posix() for place in first.rglob("*") if place.is_file()}
        shared = {name for name in names if (first / name).stat().st_ino == (second / name).stat().st_ino}
        alike = {name for name in names if (first / name).read_bytes() == (second / name).read_bytes()}
        assert shared == alike and "manifest.json" not in shared and any(name.endswith(".parquet") for name in shared)
        assert not list(second.rglob("*.partial"))


def test_a_file_that_others_may_read_stands_apart(tmp_path):
    published_run(tmp_path)
    first = tmp_path / "published" / RUN / "trend.parquet"
    first.chmod(0o600)
    publish(ready_to_publish(), facts(LATER), places(tmp_path), Pages())
    second = tmp_path / "published" / LATER / "trend.parquet"
    assert second.read_bytes() == first.read_bytes() and second.stat().st_ino != first.stat().st_ino
    assert stat.S_IMODE(second.stat().st_mode) != 0o600


def test_a_damaged_file_of_the_latest_run_is_not_shared(tmp_path):
    published_run(tmp_path)
    first = tmp_path / "published" / RUN / "trend.parquet"
    content = first.read_bytes()
    first.chmod(0o640)
    first.write_bytes(content[:-1] + b"x")
    publish(ready_to_publish(), facts(LATER), places(tmp_path), Pages())
    assert (tmp_path / "published" / LATER / "trend.parquet").read_bytes() == content


def test_a_small_run_has_a_small_database(tmp_path):
    published_run(tmp_path)
    assert (tmp_path / "published" / RUN / "clues.duckdb").stat().st_size < 1024**2
