"""A run verified by making it again: what is kept from night to night is not believed."""

import json
from hashlib import sha256
from pathlib import Path

import polars as pl
import pytest

from deliveries import deliver
from huimin.matching.kept import HITS
from huimin.nights.replay import verify_deep
from huimin.store.kept import index_file, rows_file
from huimin.store.root import Root
from huimin.store.seal import sealed
from huimin.upkeep.verify import verify
from nights import PROJECT, run_night

HITS_FILE, INDEX_FILE = rows_file(HITS), index_file(HITS)


def falsified(cache: Path) -> None:
    """Kept hits that lie, under a seal that says that they do not."""
    pl.read_parquet(cache / HITS_FILE).filter(pl.col("rule") != "deceased").write_parquet(cache / HITS_FILE)
    index = json.loads((cache / INDEX_FILE).read_bytes())
    index["digest"] = sha256((cache / HITS_FILE).read_bytes()).hexdigest()
    (cache / INDEX_FILE).write_text(json.dumps(sealed(index), ensure_ascii=False))


@pytest.mark.long
def test_kept_hits_that_lie_are_found_out(tmp_path: Path) -> None:
    root = Root(tmp_path)
    deliver(root.path)
    run_night(root.path)
    quiet = run_night(root.path)
    whole = verify_deep(root, PROJECT, quiet.run)
    assert (whole.faults, whole.not_compared) == ((), None)
    falsified(root.cache)
    wrong = run_night(root.path)
    assert wrong.clues < quiet.clues
    assert verify(root.path, wrong.run) == ()
    assert "published/evidence.parquet: a full run gives another" in verify_deep(root, PROJECT, wrong.run).faults
