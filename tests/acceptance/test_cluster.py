"""The tests of Spark Connect on a real master and two workers, who die on the way (`make cluster-check`)."""

import os
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from threading import Timer

import pytest

import odd_sql
from cluster import Cluster, clustered, lacking
from deliveries import deliver
from huimin.errors import RuleError
from huimin.nights import run
from huimin.store.root import Root
from nights import night
from unit.matching.test_alike import test_both_engines_answer_alike as answered_alike
from unit.matching.test_spark import every_rule_finds_the_same
from unit.matching.test_spark import test_errors_tell_their_class_and_never_a_cell as errors_tell_no_cell
from unit.nights.test_cluster import test_workers_leave_what_the_edge_leaves as workers_leave_the_same
from unit.nights.test_engine import SOME
from unit.nights.test_engine import test_a_night_on_spark_is_byte_for_byte_one_of_duckdb as nights_are_the_same
from unit.upkeep.test_doctor_engine import test_workers_that_see_what_this_machine_sees as workers_see_the_root

pytestmark = [pytest.mark.long, pytest.mark.skipif(lacking() is not None, reason=str(lacking()))]
PERSONS = int(os.environ.get("PERSONS", "20000"))


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with clustered(tmp_path_factory.mktemp("cluster")) as cluster:
        yield cluster


def test_workers_see_the_root_and_read_as_the_edge_does(cluster: Cluster, tmp_path: Path) -> None:
    workers_see_the_root(cluster.address, tmp_path / "seen")
    workers_leave_the_same(cluster.address, tmp_path)


def test_selects_of_a_stranger_are_answered_alike(cluster: Cluster, tmp_path: Path) -> None:
    with odd_sql.both(cluster.address, tmp_path / "engine") as answers:
        for sql in odd_sql.ALIKE:
            answered_alike(sql, answers)


def test_no_error_tells_a_cell(cluster: Cluster, tmp_path: Path, caplog, capfd, monkeypatch) -> None:
    errors_tell_no_cell(cluster.address, tmp_path, caplog, capfd, monkeypatch)


def test_nights_are_the_same_byte_for_byte(cluster: Cluster, tmp_path: Path) -> None:
    nights_are_the_same(cluster.address, tmp_path, SOME)


@pytest.mark.timeout(7_200)
def test_every_rule_finds_the_same_though_a_worker_dies(cluster: Cluster, tmp_path: Path, capsys) -> None:
    shares: list[float] = []
    ran: list[int] = []
    """How many rules had run when the worker was gone."""

    def kill() -> None:
        cluster.kill_worker()
        ran.append(len(shares))

    def reached(share: float) -> None:
        shares.append(share)
        if len(shares) == 30:  # the next rule has begun by then
            Timer(0.5, kill).start()

    seconds = every_rule_finds_the_same(PERSONS, tmp_path, cluster.address, reached)
    assert 30 <= ran[0] < len(shares)
    with capsys.disabled():
        sys.stdout.writelines(f"{PERSONS:,} persons, {told:,.0f} seconds: {name}\n" for name, told in seconds.items())


def test_without_any_worker_the_run_ends_and_publishes_nothing(cluster: Cluster, tmp_path: Path) -> None:
    root = Root(tmp_path / "root")
    deliver(root.path)
    root.prepare()
    root.settings().write_text("[engine]\nseconds = 20\n")
    cluster.kill_worker()
    with pytest.raises(RuleError) as fault:
        run.run_night(night(root.path, only=SOME, engine=cluster.address), datetime.now(UTC))
    assert fault.value.exit_code == 13
    assert [*root.published.iterdir()] == []
