"""Nights that leave the root as it is."""

import json
import shutil
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path

import polars as pl
import pytest

from deliveries import FILES, HEAD, WIFE, deliver
from huimin.cli import run
from huimin.errors import PublishError
from huimin.nights.plan import plan_night
from huimin.nights.preview import preview_rule
from huimin.nights.replay import replay_run
from huimin.returns.intake import import_file
from huimin.store.root import Root
from nights import PROJECT, RUN_DATE, run_night
from returns import FOUND, FOUND_NOTHING, fill


@pytest.fixture(scope="module")
def settled(tmp_path_factory):
    root = tmp_path_factory.mktemp("district")
    deliver(root)
    (root / "state").mkdir()
    (root / "state" / "calendar.toml").write_text('[rural_dibao]\ndue = "5 days"\n')
    return run_night(root)


def fingerprint(root: Path) -> dict[str, str]:
    files = (place for place in root.rglob("*") if place.is_file() and not place.is_symlink())
    return {str(place.relative_to(root)): sha256(place.read_bytes()).hexdigest() for place in files}


def test_a_plan_says_what_is_new_superseded_and_skipped_and_changes_nothing(settled):
    root = settled.folder.parent.parent
    later = f"姓名,身份证号,户主身份证号,发放金额,发放月份\n张三,{HEAD},{HEAD},400,2023-08\n"
    deliver(root, {"urban_dibao/更正.csv": later})
    before = fingerprint(root)
    planned = plan_night(Root(root), PROJECT, RUN_DATE, 0.0, datetime.now(UTC))
    assert fingerprint(root) == before
    assert [(s.receipt.delivery.file, s.status, s.slots) for s in planned.new] == [
        ("更正.csv", "accepted", ("2023-08",))
    ]
    assert planned.superseded == (("urban_dibao", None, "2023-08"),)
    assert dict(planned.skipped)["prisoner"] == "missing prisoners"
    (root / "inbox" / "urban_dibao" / "更正.csv").unlink()


def test_a_plan_of_a_new_root_needs_no_run_before(tmp_path):
    deliver(tmp_path)
    planned = plan_night(Root(tmp_path), PROJECT, RUN_DATE, 0.0, datetime.now(UTC))
    assert {s.status for s in planned.new} == {"accepted", "accepted_with_rejects", "refused"}
    assert [place.name for place in tmp_path.iterdir()] == ["inbox"]


def test_a_replay_is_byte_identical(settled):
    outcome = replay_run(Root(settled.folder.parent.parent), PROJECT, settled.run)
    assert outcome.different == ()
    assert outcome.changed == ()
    assert outcome.files > 15
    assert '<td>2023-08-05</td><td class="n late">17</td>' in (settled.folder / "report.html").read_text("utf-8")


@pytest.mark.long
def test_a_replay_goes_on_from_the_same_ledger(tmp_path):
    deliver(tmp_path)
    run_night(tmp_path)
    second = run_night(tmp_path, date(2023, 8, 23))
    assert replay_run(Root(tmp_path), PROJECT, second.run).different == ()


@pytest.mark.long
def test_a_replay_tells_which_file_is_not_what_the_run_made_and_by_another_calendar(settled, tmp_path):
    root = tmp_path / "copy"
    shutil.copytree(settled.folder.parent.parent, root, symlinks=True)
    place = root / "published" / settled.run / "report.html"
    place.write_text(place.read_text() + " ")
    (root / "state" / "calendar.toml").unlink()
    outcome = replay_run(Root(root), PROJECT, settled.run)
    assert any("report.html" in name for name in outcome.different)
    assert any("report.xlsx" in name for name in outcome.different)
    assert outcome.changed == ("policy calendar",)


def test_a_replay_without_the_archived_bytes_says_so(settled, tmp_path):
    root = tmp_path / "copy"
    shutil.copytree(settled.folder.parent.parent, root, symlinks=True)
    for place in (root / "archive").glob("*/*"):
        place.unlink()
    with pytest.raises(PublishError, match="archive"):
        replay_run(Root(root), PROJECT, settled.run)


def test_a_rule_is_previewed_with_its_overlap(settled):
    root = Root(settled.folder.parent.parent)
    before = fingerprint(root.path)
    found = preview_rule(root, PROJECT, "dibao_over_standard", RUN_DATE)
    assert (found.clues, found.skipped) == (0, None)
    found = preview_rule(root, PROJECT, "deceased", RUN_DATE)
    assert (found.clues, found.population) == (1, 3)
    assert (found.past.to_visit, found.past.waiting, found.past.expected) == (1, 1, None)
    assert [(row.nearness, row.clues) for row in found.past.earlier if row.clues] == [("under_way", 1)]
    assert [(item, street, clues) for item, street, clues, _ in found.by_place] == [("urban_dibao", "（其他）", 1)]
    assert preview_rule(root, PROJECT, "prisoner", RUN_DATE).skipped == "missing prisoners"
    assert fingerprint(root.path) == before


PRISONER = {"prisoners/服刑20230801.csv": f"姓名,身份证号,入监日期,释放日期\n张三,{HEAD},2023-01-01,\n"}


@pytest.mark.long
def test_a_rule_is_tried_against_what_was_given_back(tmp_path, capsys):
    """By hand: the dead wife's clue is confirmed, the head's of two benefits unfounded; no night has gone by since."""
    deliver(tmp_path, FILES | PRISONER)
    run_night(tmp_path)
    root = Root(tmp_path)
    ledger = pl.read_parquet(root.published / "latest" / "ledger.parquet")
    ids = {(rule, item): clue for rule, item, clue in ledger.select("rule", "item", "clue_id").rows()}
    assert ("prisoner", "urban_dibao") in ids
    verdicts = {ids["deceased", "urban_dibao"]: FOUND, ids["dibao_tekun", "urban_dibao"]: FOUND_NOTHING}
    book = fill(root.restricted / "latest" / "workbooks" / "街道_甲街道.xlsx", tmp_path / "甲街道.xlsx", verdicts)
    assert import_file(root, book, PROJECT, datetime.now(UTC)).taken == 2
    before = fingerprint(tmp_path)
    words = ["--root", str(tmp_path), "--date", str(RUN_DATE)]
    assert run(["rules", "preview", "deceased", *words]) == 0
    shown = capsys.readouterr().out
    assert "要核查：0 条线索，0 户" in shown
    assert "本规则自己的 1 条，同一人、同一项目的其他线索 0 条，都不足 20 条" in shown
    assert run(["rules", "preview", "prisoner", "--json", *words]) == 0
    shown += (told := capsys.readouterr().out)
    past = json.loads(told)["past"]
    found = {row["nearness"]: (row["clues"], row["confirmed"], row["unfounded"]) for row in past["earlier"]}
    assert found["alike"] == (1, 0, 1)
    assert {"rule": "dibao_tekun", "confirmed": 0, "unfounded": 1, "open": 0} in past["asked_by"]
    assert past["to_visit"] == past["waiting"] == sum(clues for clues, _, _ in found.values())
    assert not any(secret in shown for secret in (HEAD, WIFE, "张三", "李四"))
    assert fingerprint(tmp_path) == before
