"""The folder of a delivery: there only when whole, known again when damaged, and what a killed run left is ended."""

from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest

from huimin.deliveries.damage import refuse_damaged_archive, refuse_lost
from huimin.deliveries.slots import Standing, rows_in_force
from huimin.deliveries.standard import (
    QUALITY_FILE,
    finish_replacing,
    folders,
    is_whole,
    laid,
    leave,
    read_receipt,
    receipts,
    seal,
    sealed_files,
)
from huimin.errors import PublishError
from huimin.store.archive import Archive
from huimin.store.delivery import Delivery, Receipt
from huimin.store.root import Root
from nights import PROJECT

FILES = ["findings.parquet", "receipt.json", "rejects.parquet", "rows.parquet", "seal.json"]


def receipt(key: str, roster: str = "tekun", unit: str | None = None, slots: tuple[str, ...] = ("2023-08",)) -> Receipt:
    delivery = Delivery(
        key, roster, unit, f"{roster}/{key}.csv", f"{key}.csv", key * 64, datetime(2023, 8, 15, tzinfo=UTC), 1
    )
    return Receipt(delivery, "accepted", date(2023, 8, 22), "c", slots)


@pytest.fixture
def root(tmp_path: Path) -> Root:
    root = Root(tmp_path / "root")
    root.prepare()
    return root


def stood(root: Root, told: Receipt) -> Path:
    """The folder of the delivery, standing."""
    folder = root.standardised(told.delivery.roster, told.delivery.delivery)
    with laid(folder) as partial:
        leave(told, partial)
    return folder


def names(folder: Path) -> list[str]:
    return sorted(place.name for place in folder.iterdir())


def test_a_delivery_stands_sealed_with_empty_files_where_it_gives_nothing(root: Root) -> None:
    folder = stood(root, receipt("a"))
    assert names(folder) == FILES and is_whole(folder)
    assert sorted(sealed_files(folder)) == sorted({*FILES} - {"seal.json"})
    assert read_receipt(folder) == receipt("a")
    assert pl.read_parquet(folder / "rejects.parquet").is_empty()
    assert names(folder.parent) == ["a"]


def test_one_that_fails_half_way_leaves_nothing_and_the_one_before_stays(root: Root) -> None:
    folder = stood(root, receipt("a"))
    with pytest.raises(ZeroDivisionError), laid(folder) as partial:
        (partial / "rows.parquet").write_bytes(b"half")
        raise ZeroDivisionError
    assert names(folder.parent) == ["a"] and is_whole(folder)


def test_what_is_sealed_later_is_sealed_beside_the_rest(root: Root) -> None:
    folder = stood(root, receipt("a"))
    before = sealed_files(folder)
    (folder / QUALITY_FILE).write_bytes(b"1")
    seal(folder, [QUALITY_FILE])
    assert sealed_files(folder).items() > before.items() and QUALITY_FILE in sealed_files(folder)
    (folder / QUALITY_FILE).write_bytes(b"2")
    assert not is_whole(folder)


@pytest.mark.parametrize("name", FILES)
def test_a_folder_is_whole_only_with_every_file_as_it_was_sealed(root: Root, name: str) -> None:
    folder = stood(root, receipt("a"))
    content = (folder / name).read_bytes()
    (folder / name).write_bytes(content + b"\0")
    assert not is_whole(folder)
    (folder / name).unlink()
    assert not is_whole(folder)
    (folder / name).write_bytes(content)
    assert is_whole(folder)


def test_receipts_are_told_by_delivery_and_a_damaged_one_is_named(root: Root) -> None:
    for told in (receipt("b"), receipt("a", "deaths"), receipt("c")):
        stood(root, told)
    (root.standard / "tekun" / ".x.partial").mkdir()
    (root.standard / "tekun" / "notes.txt").write_text("")
    assert [folder.name for folder in folders(root)] == ["a", "b", "c"]
    assert [told.delivery.delivery for told in receipts(root)] == ["a", "b", "c"]
    damaged = root.standard / "tekun" / "b"
    (damaged / "receipt.json").write_text("{}")
    assert read_receipt(damaged) is None
    with pytest.raises(PublishError) as caught:
        receipts(root)
    assert caught.value.where == str(damaged / "receipt.json")
    assert [told.delivery.delivery for told in receipts(root, but=[damaged])] == ["a", "c"]


def test_a_receipt_of_an_earlier_version_is_none(root: Root) -> None:
    folder = stood(root, receipt("a"))
    (folder / "receipt.json").write_text("{}")
    seal(folder, ["receipt.json"])
    assert is_whole(folder) and read_receipt(folder) is None
    (folder / "receipt.json").unlink()
    assert read_receipt(folder) is None


def began(root: Root, key: str, name: str, whole: bool) -> Path:
    """A folder that a killed run was about to put in place of that delivery's."""
    folder = stood(root, receipt(key))
    partial = folder.with_name(name)
    folder.rename(partial)
    if not whole:
        (partial / "rows.parquet").unlink()
    return partial


def test_a_whole_replacement_takes_place_where_the_old_one_was_given_up(root: Root) -> None:
    partial = began(root, "a", ".a.x1.partial", whole=True)
    finish_replacing(root.standard)
    assert names(partial.parent) == ["a"] and is_whole(partial.parent / "a")


def test_it_takes_the_place_of_what_is_left_of_the_old_one(root: Root) -> None:
    partial = began(root, "a", ".a.x1.partial", whole=True)
    (partial.parent / "a").mkdir()
    (partial.parent / "a" / "rows.parquet").write_bytes(b"old")
    finish_replacing(root.standard)
    assert names(partial.parent) == ["a"] and is_whole(partial.parent / "a")


@pytest.mark.parametrize(
    ("name", "whole"), [(".a.x1.partial", False), (".a.purged.partial", True)], ids=["half", "purged"]
)
def test_a_half_replacement_and_what_was_purged_are_gone(root: Root, name: str, whole: bool) -> None:
    partial = began(root, "a", name, whole)
    finish_replacing(root.standard)
    assert names(partial.parent) == []


def test_a_replacement_of_one_that_still_stands_is_gone_and_single_files_too(root: Root) -> None:
    partial = began(root, "a", ".a.x1.partial", whole=True)
    folder = stood(root, receipt("a"))
    before = (folder / "seal.json").stat().st_ino
    (folder / ".quality.parquet.partial").write_bytes(b"half")
    finish_replacing(root.standard)
    assert names(partial.parent) == ["a"] and names(folder) == FILES
    assert (folder / "seal.json").stat().st_ino == before


def test_a_link_is_replaced_and_what_it_names_left_alone(root: Root, tmp_path: Path) -> None:
    elsewhere = Root(tmp_path / "elsewhere")
    elsewhere.prepare()
    named = stood(elsewhere, receipt("a"))
    link = root.standardised("tekun", "a")
    link.parent.mkdir(parents=True)
    link.symlink_to(named)
    stood(root, receipt("a", unit="甲街道"))
    assert not link.is_symlink() and is_whole(link) and is_whole(named)
    assert read_receipt(named) == receipt("a")


def test_rows_are_read_of_each_delivery_in_force_in_the_order_of_the_catalogue_and_the_paths(root: Root) -> None:
    def of(key: str, roster: str, slots: tuple[str, ...], held: tuple[str, ...], unit: str | None = None) -> Standing:
        return Standing(receipt(key, roster, unit, slots), "accepted", held)

    months = ("2023-07", "2023-08")
    found = rows_in_force(
        root,
        [
            of("d", "deaths", ("2023-08-01",), ("2023-08-01",)),
            of("c", "tekun", months, months[1:], "甲街道"),
            of("a", "tekun", months, ()),
            of("b", "tekun", months, months),
        ],
        PROJECT.contracts,
    )
    assert list(found) == ["tekun", "deaths"]
    assert [(one.delivery, one.unit, one.slots, one.whole, one.ordinal) for one in found["tekun"]] == [
        ("b", None, months, True, 0),
        ("c", "甲街道", months[1:], False, 1),
    ]
    assert [one.ordinal for one in found["deaths"]] == [2]
    assert found["tekun"][0].rows == root.standard / "tekun" / "b" / "rows.parquet"


def test_a_damaged_delivery_of_which_nothing_tells_is_named() -> None:
    refuse_lost([Path("x/a")], {"a", "b"})
    with pytest.raises(PublishError, match="nothing else tells") as caught:
        refuse_lost([Path("x/a"), Path("x/c"), Path("y/d")], {"a"})
    assert caught.value.where == "x/c, y/d"


def test_archived_bytes_that_are_gone_are_named_and_those_of_a_file_refused_unread_never_came(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "archive")
    (tmp_path / "a.csv").write_bytes(b"delivered")
    with (tmp_path / "a.csv").open("rb") as source:
        digest = archive.take(source) or ""
    there, gone = receipt("a").delivery, receipt("b").delivery
    there = Delivery(**{**vars(there), "sha256": digest})
    unread = Delivery(**{**vars(gone), "delivery": "c", "sha256": "c" * 64, "problem": "文件超过上限"})
    refuse_damaged_archive(archive, [there, unread])
    with pytest.raises(PublishError, match="damaged or gone") as caught:
        refuse_damaged_archive(archive, [there, gone, unread])
    assert caught.value.where == str(archive.place("b" * 64))
