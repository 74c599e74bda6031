"""A strict root keeps no column that nobody reads: rows without it, the same clues, files read again when that ends."""

import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from deliveries import FILES, HEAD, deliver
from huimin.errors import UsageError
from huimin.nights import run
from huimin.nights.plan import plan_night
from huimin.nights.preview import preview_rule
from huimin.nights.published_run import PublishedRun
from huimin.nights.replay import replay_run
from huimin.nights.scratch import refuse_left_out
from huimin.project import Project
from huimin.store.manifest import read_manifest
from huimin.store.root import Root
from nights import PROJECT, RUN_DATE, night, run_night, table

PAID = f"""姓名,身份证号,户主身份证号,发放金额,发放月份,街道,开户银行,账号
张三,{HEAD},{HEAD},1200,2023-07,甲街道,某某银行,6222000011112222
"""
RULE = """/*
title = "同一银行"
position = 990
tier = 3
items = ["urban_dibao"]
basis = "试验"
ask = "核对"
mistaken_when = ["试验"]
population = "select distinct item, id_number from payments"
summary = "{name}的{item_title}"
*/
select
    'urban_dibao' as item,
    id_number,
    date '2023-07-01' as starts_on,
    date '2023-07-31' as ends_on,
    amount,
    ref as payment,
    null as register
from urban_dibao
where bank = '某某银行'
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    deliver(tmp_path, {**FILES, "urban_dibao/城市低保.csv": PAID})
    return tmp_path


def a_night(root: Path, strict: bool | None) -> PublishedRun:
    return run.run_night(replace(night(root, only=("deceased",)), strict=strict), datetime.now(UTC))


def rows(root: Path) -> pl.DataFrame:
    """The standard rows of the one delivery."""
    (place,) = (root / "standard" / "urban_dibao").glob("*/rows.parquet")
    return pl.read_parquet(place)


def test_columns_that_nobody_reads_are_not_kept_and_the_clues_are_the_same(root: Path) -> None:
    plain = a_night(root, None)
    assert rows(root)["bank"].to_list() == ["某某银行"]
    strict = a_night(root, True)
    assert rows(root)["bank"].to_list() == [None]
    assert rows(root).select("name", "account").rows() == [("张三", "6222000011112222")]
    assert table(strict, "clues").drop("last_seen").equals(table(plain, "clues").drop("last_seen"))
    assert (plain.fresh, strict.fresh) == (5, 2)  # of the others every column is read, or they are refused
    assert a_night(root, True).fresh == 0
    assert a_night(root, None).fresh == 2
    assert rows(root)["bank"].to_list() == ["某某银行"]


@pytest.mark.long
def test_the_root_settles_it_and_a_replay_follows_the_run(root: Path) -> None:
    (root / "state").mkdir(exist_ok=True)
    Root(root).settings().write_text("strict_columns = true\n")
    first = run_night(root, only=("deceased",))
    assert rows(root)["bank"].to_list() == [None]
    assert read_manifest(first.folder).facts.strict
    assert plan_night(Root(root), PROJECT, RUN_DATE, 0.0, datetime.now(UTC)).new == ()
    assert replay_run(Root(root), PROJECT, first.run).different == ()
    assert a_night(root, False).fresh == 2
    assert replay_run(Root(root), PROJECT, first.run).different == ()


def test_a_rule_cannot_be_tried_on_columns_that_were_not_kept(
    root: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = tmp_path_factory.mktemp("project")
    for name in ("expectations", "rules"):
        shutil.copytree(PROJECT.path / name, other / name)
    (other / "rules" / "by_bank.sql").write_text(RULE)
    project = Project(other)
    a_night(root, True)
    with pytest.raises(UsageError) as told:
        preview_rule(Root(root), project, "by_bank", RUN_DATE)
    assert told.value.where == "urban_dibao.bank"
    a_night(root, False)
    refuse_left_out(replace(night(root), project=project), project.rules)
