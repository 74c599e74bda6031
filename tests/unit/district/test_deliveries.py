"""The messy deliveries, read back: every row of the district, and every bad row rejected for its reason."""

from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import duckdb
import polars as pl
import pytest

from huimin.deliveries.slots import Standing
from huimin.district import RUN_DATE, District, build_district, write_district, write_truth
from huimin.nights.night import Night, check_step, match_step, standings_of
from huimin.nights.run import read_inbox
from huimin.store.root import Root
from unit.district.engine import PROJECT, normalised

CONTRACTS = PROJECT.contracts


@pytest.fixture(scope="module")
def district() -> District:
    return build_district(1_200, 6, profile="every_rule")


@pytest.fixture(scope="module")
def night(district: District, tmp_path_factory: pytest.TempPathFactory) -> Night:
    root = tmp_path_factory.mktemp("district")
    write_district(district, root / "inbox", CONTRACTS)
    night = Night(Root(root), PROJECT, "20230822T020000-abcdef", RUN_DATE, settle=0.0, only=("deceased",))
    read_inbox(night, datetime.now(UTC))
    return night


@pytest.fixture(scope="module")
def standings(night: Night) -> tuple[Standing, ...]:
    return standings_of(night, check_step(night))


def test_every_row_arrives_as_it_was_meant(night: Night, district: District) -> None:
    match_step(night, check_step(night))
    with duckdb.connect(str(night.database)) as con:
        for roster, frame in district.rosters.items():
            columns = ", ".join(frame.columns)
            read = (
                con.execute(f"select {columns} from {roster}")
                .pl()
                .select(pl.col(name).cast(kind) for name, kind in frame.schema.items())
            )
            meant = normalised(frame, CONTRACTS[roster])
            counts = [rows.group_by(rows.columns).len().sort(pl.all()) for rows in (read, meant)]
            assert counts[0].equals(counts[1]), roster


def test_every_bad_row_is_rejected_for_its_reason_and_nothing_else_is(
    night: Night, standings: tuple[Standing, ...]
) -> None:
    meant = pl.read_parquet(night.root.path / "truth_rejects.parquet")
    found = []
    for standing in standings:
        delivery = standing.receipt.delivery
        place = night.root.standardised(delivery.roster, delivery.delivery) / "rejects.parquet"
        if standing.status == "accepted_with_rejects":
            rows = pl.read_parquet(place).select("sheet", "row", "column", "reason").rows()
            found += [(delivery.roster, delivery.unit, delivery.file, *row) for row in rows]
    assert sorted(found, key=str) == sorted(meant.rows(), key=str)
    assert meant["reason"].n_unique() >= 10


def test_one_is_superseded_one_refused_one_unchanged(standings: tuple[Standing, ...]) -> None:
    odd = sorted((s.status, s.receipt.delivery.roster) for s in standings if not s.status.startswith("accepted"))
    assert odd == [
        ("refused", "elderly_allowance"),
        ("superseded", "elderly_allowance"),
        ("unchanged", "prisoners"),
    ]


def test_deliveries_are_many_and_of_many_kinds(night: Night) -> None:
    files = [path for path in night.root.inbox.rglob("*") if path.is_file()]
    assert len(files) >= 60
    assert {path.suffix for path in files} >= {".csv", ".txt", ".xlsx", ".zip"}
    starts = {path.read_bytes()[:3] for path in files if path.suffix in (".csv", ".txt")}
    assert b"\xef\xbb\xbf" in starts
    assert any(start.startswith(b"\xff\xfe") for start in starts)
    assert all(datetime.fromtimestamp(path.stat().st_mtime, UTC).date() < RUN_DATE for path in files)


def test_the_same_district_gives_the_same_bytes(tmp_path: Path) -> None:
    digests = []
    for copy in ("one", "two"):
        write_district(build_district(300, 1), tmp_path / copy / "inbox", CONTRACTS)
        files = sorted((tmp_path / copy / "inbox").rglob("*.*"))
        digests.append(
            [
                (path.relative_to(tmp_path / copy), sha256(path.read_bytes()).hexdigest(), path.stat().st_mtime)
                for path in files
            ]
        )
    assert digests[0] == digests[1]


def test_plain_deliveries_are_one_file_a_roster(district: District, tmp_path: Path) -> None:
    write_district(district, tmp_path / "inbox", CONTRACTS, messy=False)
    write_truth(district, tmp_path / "truth.parquet")
    for roster, frame in district.rosters.items():
        (file,) = (tmp_path / "inbox" / roster).iterdir()
        written = pl.read_csv(file, infer_schema=False)
        assert written.height == frame.height
        assert written.columns == [column.titles[0] for column in CONTRACTS[roster].columns]
    assert pl.read_parquet(tmp_path / "truth.parquet").equals(district.truth)
