"""Files of a root, written whole."""

import os
import stat
from pathlib import Path

import pytest

from huimin.store.root import write_json


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_a_file_is_as_open_as_it_is_promised_whatever_the_umask(tmp_path: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        write_json(tmp_path / "open.json", {}, mode=0o644)
        write_json(tmp_path / "closed.json", {})
    finally:
        os.umask(before)
    modes = [stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("open.json", "closed.json")]
    assert modes == [0o644, 0o600]
