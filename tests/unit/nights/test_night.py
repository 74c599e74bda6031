"""A night from inbox to published files, and the nights after it."""

import json
import os
import re
from datetime import date
from pathlib import Path

import duckdb
import polars as pl
import pytest

from deliveries import CHILD, FILES, HEAD, WIFE, deliver
from huimin.deliveries import reading
from huimin.errors import ContractError, UsageError
from huimin.nights.night import open_night, receipts
from huimin.nights.replay import replay_run
from huimin.project import Project
from huimin.store.root import Root
from nights import PROJECT, night, run_night, table


@pytest.fixture(scope="module")
def first(tmp_path_factory):
    root = tmp_path_factory.mktemp("district")
    deliver(root)
    return run_night(root)


def test_the_clues_are_those_planted(first):
    found = table(first, "clues").select("rule", "item", "first_period", "periods", "amount_at_risk", "state").rows()
    assert sorted(found) == [
        ("deceased", "urban_dibao", date(2023, 7, 1), 1, pytest.approx(500), "待核查"),
        ("dibao_tekun", "urban_dibao", date(2023, 8, 1), 1, pytest.approx(500), "待核查"),
    ]


def test_every_row_is_accounted_for(first):
    rows = table(first, "deliveries").filter(pl.col("roster") == "urban_dibao").row(0, named=True)
    figures = [rows[name] for name in ("rows_in_file", "rows_layout", "rows_accepted", "rows_rejected")]
    assert figures == [7, 3, 3, 1]
    assert rows["status"] == "accepted_with_rejects"
    assert rows["periods"] == "2023-07,2023-08"
    refused = table(first, "deliveries").filter(pl.col("roster") == "nosuch").row(0, named=True)
    assert refused["status"] == "refused"
    assert refused["rows_in_file"] == 0
    assert "nosuch" in refused["problem"]


def test_a_reject_keeps_every_original_cell_on_the_restricted_side(first):
    (reject,) = pl.read_parquet(first.restricted / "rejects.parquet").rows(named=True)
    assert (reject["row"], reject["column"], reject["reason"]) == (6, "id_number", "id_number_check_digit")
    assert json.loads(reject["cells"])["身份证号"] == "42999919600101000X"
    assert table(first, "reject_reasons").select("column", "reason", "count").rows() == [
        ("id_number", "id_number_check_digit", 1)
    ]


def test_nothing_published_names_a_person(first):
    for place in first.folder.rglob("*"):
        if place.is_file():
            content = place.read_bytes()
            for secret in (HEAD, WIFE, "李四", "42999919600101000X"):
                assert secret.encode() not in content, place
    with duckdb.connect(str(first.folder / "clues.duckdb"), read_only=True) as con:
        for (name,) in con.execute("select table_name from duckdb_tables()").fetchall():
            rows = con.execute(f'from "{name}"').fetchall()
            assert not re.search(r"429999\d{11}[\dX]|张三|李四", str(rows)), name


def test_pointers_name_the_run_and_restricted_places_are_closed(first):
    root = first.folder.parent.parent
    for side in ("published", "restricted"):
        assert (root / side / "latest").readlink().name == first.run
    closed = [root / name for name in ("archive", "standard", "state", "restricted")]
    for place in [*closed, *(inner for folder in closed for inner in folder.rglob("*"))]:
        if not place.is_symlink():
            assert place.stat().st_mode & 0o077 == 0, place


def test_a_second_night_over_the_same_files_reads_nothing_anew_and_finds_the_same(tmp_path):
    deliver(tmp_path)
    one = run_night(tmp_path)
    times = {r.delivery.delivery: r for r in receipts(Root(tmp_path))}
    two = run_night(tmp_path, date(2023, 8, 23))
    assert {r.delivery.delivery: r for r in receipts(Root(tmp_path))} == times
    kept = ["clue_id", "rule", "amount_at_risk", "first_seen"]
    assert table(one, "clues").select(kept).equals(table(two, "clues").select(kept))
    assert set(table(two, "clues")["last_seen"]) == {date(2023, 8, 23)}
    assert table(one, "changes")["change"].to_list() == ["new", "new"]
    assert table(two, "changes").is_empty()


def test_a_clue_that_vanishes_is_kept_as_such(tmp_path):
    deliver(tmp_path)
    run_night(tmp_path)
    deliver(tmp_path, {"tekun/特困2023年8月更正.csv": f"姓名;身份证号;发放金额\n赵五;{CHILD};800\n"})
    os.utime(tmp_path / "inbox/tekun/特困2023年8月更正.csv", (1e9, 1e9))
    after = run_night(tmp_path)
    states = dict(table(after, "ledger").select("rule", "state").rows())
    assert states == {"deceased": "待核查", "dibao_tekun": "自然消除", "not_registered": "待核查"}
    assert sorted(table(after, "changes").select("change", "rule").rows()) == [
        ("new", "not_registered"),
        ("vanished", "dibao_tekun"),
    ]


@pytest.mark.long
def test_a_correction_copied_with_its_old_time_counts_once_a_later_night_saw_it(tmp_path):
    deliver(tmp_path)
    inbox = tmp_path / "inbox" / "tekun"
    os.utime(inbox / "特困2023年8月.csv", (1.69e9, 1.69e9))
    run_night(tmp_path)
    deliver(tmp_path, {"tekun/特困2023年8月更正.csv": f"姓名;身份证号;发放金额\n张三;{HEAD};300\n"})
    os.utime(inbox / "特困2023年8月更正.csv", (1.68e9, 1.68e9))
    second = run_night(tmp_path)
    (inbox / "再来.csv").write_bytes((inbox / "特困2023年8月.csv").read_bytes())
    third = run_night(tmp_path)
    for run in (second, third):
        listed = table(run, "deliveries").filter(roster="tekun")
        statuses = dict(listed.filter(pl.col("status") != "refused").select("file", "status").rows())
        assert statuses["特困2023年8月更正.csv"] == "accepted" and statuses["特困2023年8月.csv"] == "superseded"
    assert replay_run(Root(tmp_path), PROJECT, second.run).different == ()
    assert replay_run(Root(tmp_path), PROJECT, third.run).different == ()


def test_an_exempted_clue_stays_out_of_the_statistics(tmp_path):
    exemption = f"规则,姓名,身份证号,豁免理由,生效日期\n同时享受低保和特困,张三,{HEAD},转档当月,2023-08-01\n"
    deliver(tmp_path, {**FILES, "exemptions/豁免20230801.csv": exemption})
    found = run_night(tmp_path)
    assert dict(table(found, "clues").select("rule", "state").rows()) == {"deceased": "待核查", "dibao_tekun": "豁免"}
    main = table(found, "statistics").filter((pl.col("part") == "main") & pl.col("item").is_not_null())
    assert main.select("item", "clues").rows() == [("urban_dibao", 1)]


@pytest.mark.long
def test_a_run_of_some_rules_never_becomes_latest(tmp_path):
    deliver(tmp_path)
    whole = run_night(tmp_path)
    some = run_night(tmp_path, only=("deceased",))
    assert Root(tmp_path).latest() == whole.run
    assert table(some, "rules")["rule"].to_list() == ["deceased"]
    assert some.folder.is_dir()


@pytest.mark.long
def test_a_missing_register_skips_its_rules_and_says_which(tmp_path):
    deliver(tmp_path, {name: text for name, text in FILES.items() if not name.startswith("deaths")})
    rules = {row["rule"]: row for row in table(run_night(tmp_path), "rules").rows(named=True)}
    assert (rules["deceased"]["status"], rules["deceased"]["why"]) == ("skipped", "missing deaths")
    assert (rules["dibao_tekun"]["status"], rules["dibao_tekun"]["why"]) == ("ran", None)


def test_nothing_usable_is_published_as_such_and_exits_11(tmp_path):
    deliver(tmp_path, {"nosuch/x.csv": "a\n1\n"})
    found = run_night(tmp_path)
    assert found.exit_code == 11
    assert table(found, "deliveries")["status"].to_list() == ["refused"]


def test_a_kept_out_delivery_leaves_the_one_before_in_force_and_exits_12(tmp_path):
    deliver(tmp_path)
    run_night(tmp_path)
    bad = "".join(f"王五,42999919600101000X,{HEAD},500,2023-08\n" for _ in range(99))
    text = f"姓名,身份证号,户主身份证号,发放金额,发放月份\n张三,{HEAD},{HEAD},1,2023-08\n{bad}"
    deliver(tmp_path, {"urban_dibao/后来.csv": text})
    found = run_night(tmp_path)
    assert found.exit_code == 12
    assert found.kept_out == ("urban_dibao",)
    rows = {row["file"]: row for row in table(found, "deliveries").rows(named=True)}
    assert (rows["后来.csv"]["status"], rows["后来.csv"]["rows_in_file"]) == ("refused", 0)
    assert rows["后来.csv"]["problem"] == (
        "未通过关键检查，未采用：100 条记录中只有 1 条合格，不足一半（id_number: id_number_check_digit 99 行）"
    )
    assert rows["城市低保.csv"]["stale"]
    why = {row["rule"]: row["why"] for row in table(found, "rules").rows(named=True)}
    assert why["dibao_tekun"] == "stale urban_dibao"
    critical = table(found, "quality").filter((pl.col("severity") == "critical") & ~pl.col("success"))
    assert critical["roster"].to_list() == ["urban_dibao"]


@pytest.mark.long
def test_leftovers_of_a_killed_run_are_gone_when_the_next_one_starts(tmp_path):
    deliver(tmp_path)
    killed = night(tmp_path)
    open_night(killed)
    (killed.work / "half").write_text("half")
    (tmp_path / "published" / f".{killed.run}.partial").mkdir()
    found = run_night(tmp_path)
    assert not killed.work.exists()
    assert sorted(place.name for place in (tmp_path / "published").iterdir()) == [found.run, "latest"]


@pytest.mark.parametrize("folder", [".", "state"])
def test_a_file_that_a_killed_process_left_half_written_is_gone_when_the_next_run_starts(tmp_path, folder):
    open_night(night(tmp_path))
    half = tmp_path / folder / ".last_run.json.4711.partial"
    half.write_text("{")
    (tmp_path / folder / "last_run.json").write_text("{}")
    open_night(night(tmp_path))
    assert not half.exists()
    assert (tmp_path / folder / "last_run.json").exists()


def test_an_unknown_rule_is_wrong_usage(tmp_path):
    with pytest.raises(UsageError, match=r"no rule named nonsense"):
        open_night(night(tmp_path, only=("nonsense",)))


def test_a_district_changes_parameters_without_touching_the_project(tmp_path):
    deliver(tmp_path, {name: text for name, text in FILES.items() if not name.startswith(("deaths", "tekun"))})
    assert table(run_night(tmp_path), "clues").is_empty()
    (tmp_path / "state" / "policy.toml").write_text(
        '[dibao_standard]\nunit = "元/人·月"\n[[dibao_standard.values]]\n'
        "rows = [{ item = 'urban_dibao', amount = 700 }, { item = 'rural_dibao', amount = 700 }]\n",
        encoding="utf-8",
    )
    found = table(run_night(tmp_path), "clues")
    assert found["rule"].to_list() == ["dibao_over_standard"]


def test_a_wrong_contract_stops_the_night(tmp_path):
    project = tmp_path / "project"
    project.mkdir()
    (project / "expectations").mkdir()
    (project / "expectations" / "_shared.toml").write_text("nonsense = 1\n")
    wrong = night(tmp_path / "root")
    wrong = type(wrong)(wrong.root, Project(project), wrong.run, wrong.run_date)
    with pytest.raises(ContractError):
        open_night(wrong)


def test_the_manifest_names_every_file(first):
    manifest = json.loads((first.folder / "manifest.json").read_bytes())
    written = {place.relative_to(first.folder).as_posix() for place in first.folder.rglob("*") if place.is_file()}
    assert {output["path"] for output in manifest["outputs"]} == written - {"manifest.json"}
    assert {entry["delivery"] for entry in manifest["deliveries"]} == set(table(first, "deliveries")["delivery"])
    assert Path(first.folder / "report.html").stat().st_size > 5000


def test_a_fault_of_the_reader_refuses_that_file_alone_and_reads_it_again(tmp_path, monkeypatch):
    deliver(tmp_path)
    real = reading.standardise

    def faulty(read, contract, *words):
        if contract.roster == "tekun":
            raise ValueError(HEAD)
        return real(read, contract, *words)

    monkeypatch.setattr(reading, "in_child", lambda work, *words, allowance: work(*words))
    monkeypatch.setattr(reading, "standardise", faulty)
    rows = {row["roster"]: row for row in table(run_night(tmp_path), "deliveries").rows(named=True)}
    assert rows["tekun"]["status"] == "refused"
    assert "ValueError" in rows["tekun"]["problem"]
    assert HEAD not in rows["tekun"]["problem"]
    assert rows["urban_dibao"]["status"] == "accepted_with_rejects"
    monkeypatch.undo()
    rows = {row["roster"]: row for row in table(run_night(tmp_path), "deliveries").rows(named=True)}
    assert rows["tekun"]["status"] == "accepted"


@pytest.mark.long
def test_a_folder_of_any_name_is_refused_once(tmp_path):
    deliver(tmp_path, {**FILES, "any\n'x/a.csv": "a\n"})
    first_night, second_night = run_night(tmp_path), run_night(tmp_path)
    for published in (first_night, second_night):
        refused = table(published, "deliveries").filter(pl.col("status") == "refused")
        assert set(refused["roster"]) == {"nosuch", r"any\n'x"}
    assert len(receipts(Root(tmp_path))) == 6


@pytest.mark.long
def test_a_file_too_large_for_last_nights_limits_is_listed_as_read(tmp_path):
    deliver(tmp_path)
    limits = tmp_path / "state" / "limits.toml"
    limits.parent.mkdir(parents=True)
    limits.write_text("file_bytes = 100\n")
    large = "urban_dibao/城市低保.csv"
    before = run_night(tmp_path)
    assert table(before, "deliveries").filter(path_is(large))["status"].to_list() == ["refused"]
    limits.unlink()
    after = run_night(tmp_path)
    assert table(after, "deliveries").filter(path_is(large))["status"].to_list() == ["accepted_with_rejects"]


def path_is(path: str) -> pl.Expr:
    return pl.col("file") == Path(path).name
