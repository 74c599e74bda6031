"""What a night goes on from of the run that is the latest."""

from datetime import date
from pathlib import Path

import pytest

from huimin.nights.conclude import carried
from huimin.store.archive import hash_file
from huimin.store.manifest import UsedFile
from huimin.store.root import Root
from huimin.workbooks.shelf import BOOKS_FILE, BookContent, Shelf

RUN = "20230822T020000-abc123"


@pytest.mark.parametrize("harm", ["none", "changed", "cut", "gone", "a folder"])
def test_what_is_told_of_workbooks_is_used_as_it_was_left_or_not_at_all(tmp_path: Path, harm: str) -> None:
    root = Root(tmp_path)
    root.prepare()
    place = root.restricted / RUN / BOOKS_FILE
    place.parent.mkdir()
    shelf = Shelf(RUN, date(2023, 8, 22))
    shelf.put(place.parent / "街道_甲.xlsx", BookContent("甲"), lambda _: (place.parent / "街道_甲.xlsx").touch())
    shelf.leave(place)
    told = place.read_text()
    if harm != "none":
        place.unlink()
    if harm in ("changed", "cut"):
        place.write_text(told.replace(RUN, RUN[::-1]) if harm == "changed" else told[:-1])
    if harm == "a folder":
        place.mkdir()
    used = carried(root, UsedFile("ledger.parquet", "0" * 64, RUN), root.restricted, BOOKS_FILE)
    if harm == "none":
        assert used == UsedFile(f"restricted/{RUN}/{BOOKS_FILE}", hash_file(place), RUN)
    else:
        assert used is None
