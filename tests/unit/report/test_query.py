"""Analysts read the published database and nothing else, in four forms."""

import csv
import io
import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from huimin.errors import UsageError
from huimin.report import query
from huimin.report.query import as_csv, as_json, as_table, rendered, select, write_result
from unit.published_run import RUN, published_run


@pytest.fixture(scope="module")
def database(tmp_path_factory):
    folder = tmp_path_factory.mktemp("root")
    published_run(folder)
    return folder / "published" / RUN / "clues.duckdb"


def test_rows_come_with_their_types(database):
    rows = select(database, "select clue_id, amount_at_risk, first_period from clues order by clue_id limit 1")
    assert rows.to_pylist()[0]["clue_id"] == "aaaaaaaaaaaaaaa1"
    assert pa.types.is_decimal(rows.schema.field("amount_at_risk").type)


@pytest.mark.parametrize(
    "sql",
    [
        "delete from clues",
        "create table x as select 1",
        "update clues set tier = 0",
        "copy clues to '{place}'",
        "export database '{place}'",
        "attach '{place}' as other",
        "select * from read_text('{known}')",
        "select * from read_csv('/etc/hosts')",
        "select * from glob('/*')",
        "select * from 'https://localhost/x.parquet'",
        "install httpfs",
        "load httpfs",
        "set enable_external_access = true",
        "set lock_configuration = false",
        "selec 1",
        "",
    ],
)
def test_nothing_but_reading_this_database_is_possible(database, tmp_path, sql):
    known = tmp_path / "known.txt"
    known.write_text("known")
    with pytest.raises(UsageError) as caught:
        select(database, sql.format(place=tmp_path / "out", known=known))
    assert caught.value.exit_code == 2 and caught.value.fix
    assert not (tmp_path / "out").exists()


def test_an_error_never_holds_a_cell(database):
    with pytest.raises(UsageError) as caught:
        select(database, "select cast(name_masked as integer) from clues")
    assert "张" not in str(caught.value) and "ConversionException" in str(caught.value)


def test_reading_leaves_nothing_beside_the_database(database):
    before = sorted(database.parent.rglob("*"))
    select(database, "select * from clues order by summary")
    assert sorted(database.parent.rglob("*")) == before


def test_without_a_database_it_says_what_to_do(tmp_path):
    with pytest.raises(UsageError, match="huimin demo"):
        select(tmp_path / "clues.duckdb", "select 1")


ROWS = pa.table(
    {
        "text": ["=1+1", "+1", "-1", "@x", "\tx", "\0x", '好, "引"', None],
        "number": [-1, 2, 3, 4, 5, 6, 7, None],
        "truth": [True, False] * 4,
    }
)


def test_csv_disarms_text_that_a_spreadsheet_would_run_and_nothing_else():
    assert b"".join(as_csv(ROWS)).decode().split("\n") == [
        "text,number,truth",
        "'=1+1,-1,true",
        "'+1,2,false",
        "'-1,3,true",
        "'@x,4,false",
        "'\tx,5,true",
        "'\0x,6,false",
        '"好, ""引""",7,true',
        ",,false",
        "",
    ]


def test_json_keeps_numbers_nulls_and_chinese(database):
    sql = "select name_masked as 姓名, amount_at_risk as 金额, first_seen, subject from clues order by clue_id limit 1"
    text = b"".join(as_json(select(database, sql))).decode()
    assert json.loads(text) == [{"姓名": "张*", "金额": 2805.0, "first_seen": "2023-09-01", "subject": None}]
    assert "张*" in text


@pytest.mark.parametrize("most", [1, 3, 8, 9])
def test_rows_written_some_at_a_time_are_the_same_file(monkeypatch, most):
    monkeypatch.setattr(query, "AT_ONCE", most)
    told = [{"a": number, "b": "行\n\u2028[{," if number % 2 else None} for number in range(8)]
    rows = pa.Table.from_pylist(told)
    assert b"".join(as_json(rows)).decode() == json.dumps(told, ensure_ascii=False, indent=1) + "\n"
    assert (
        b"".join(as_csv(rows))
        == b"".join(as_csv(rows.slice(0, 5))) + b"".join(as_csv(rows.slice(5))).split(b"\n", 1)[1]
    )


def test_no_rows_are_an_empty_list_and_a_header():
    assert (b"".join(as_json(ROWS.slice(0, 0))), b"".join(as_csv(ROWS.slice(0, 0)))) == (
        b"[]\n",
        b"text,number,truth\n",
    )


def test_parquet_reads_back(database):
    rows = select(database, "select * from exposure")
    assert pq.read_table(io.BytesIO(b"".join(rendered(rows, "parquet")))).equals(rows)


def test_a_table_shows_the_first_rows_and_how_many_there_are():
    table = as_table(ROWS, limit=2)
    assert table.row_count == 2 and table.caption == "8 行，显示前 2 行"


@pytest.mark.parametrize("cell", ["[red]x[/red]", r"a\[/b]街道", "[/]", r"a\[b]c\\", "中[2023]1号"])
def test_markup_in_a_cell_is_shown_as_it_is(cell):
    assert f" {cell} " in b"".join(rendered(pa.table({"cell": [cell]}), "table")).decode()


@pytest.mark.parametrize("start", ["\n", "＝", "＋", "－", "＠"])
def test_csv_disarms_what_only_some_spreadsheets_take_for_a_formula(start):
    (_, (cell,)) = csv.reader(io.StringIO(b"".join(as_csv(pa.table({"text": [f"{start}1"]}))).decode(), newline=""))
    assert cell == f"'{start}1"


@pytest.mark.parametrize("end", ["\r", "\r\n", "\n"])
def test_no_end_of_a_line_in_a_cell_ends_the_row(end):
    assert b"".join(as_csv(pa.table({"text": [f"a{end}=1+1"], "number": [1]}))) == b'text,number\n"a\n=1+1",1\n'


def test_the_result_goes_to_a_file_or_to_standard_output(database, tmp_path, capfd):
    sql = "select count(*) as clues from clues"
    write_result(database, sql, "csv", tmp_path / "out.csv")
    assert (tmp_path / "out.csv").read_bytes() == b"\xef\xbb\xbfclues\n3\n"
    write_result(database, sql, "csv")
    assert capfd.readouterr().out == "clues\n3\n"
    with pytest.raises(UsageError, match="-o"):
        write_result(database, sql, "csv", tmp_path / "no" / "out.csv")


def test_an_unknown_style_is_refused():
    with pytest.raises(UsageError, match="csv, json, parquet"):
        rendered(ROWS, "xml")  # type: ignore[arg-type]


ENDLESS = "select sum(sqrt(range)) from range(1000000000000)"


@pytest.mark.parametrize(
    ("sql", "limits", "told"),
    [
        (ENDLESS, {"seconds": 0.5}, "longer than 0.5 seconds"),
        ("select a.range, b.range from range(100000000) a, range(100000000) b", {"most": 1024**2}, "more than 1 MB"),
        ("select false from range(40000)", {"most": 1024**2}, "more than 1 MB"),
        ("select a.range, b.range from range(100000000) a, range(100000000) b", {"seconds": 0.5}, "longer than 0.5"),
    ],
    ids=["time", "rows", "bits", "time for rows"],
)
def test_a_statement_without_an_end_is_stopped_in_plain_words(database, sql, limits, told):
    with pytest.raises(UsageError) as caught:
        select(database, sql, **limits)
    assert told in caught.value.problem and "less at a time" in caught.value.fix


def test_a_statement_that_needs_too_much_memory_is_stopped(database, monkeypatch):
    monkeypatch.setitem(query.ANALYST, "memory_limit", "30MB")
    with pytest.raises(UsageError) as caught:
        select(database, "select count(distinct range::varchar) from range(2000000)")
    assert caught.value.problem == "the statement needs more than 30MB of memory"


def test_a_statement_within_the_limits_gives_all_its_rows(database):
    assert select(database, "from range(300000)").num_rows == 300_000
    assert select(database, "from range(0)").column_names == ["range"]
