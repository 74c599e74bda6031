from pathlib import Path

import pytest

from acceptance.inbox import District


@pytest.fixture
def district(tmp_path: Path) -> District:
    return District(tmp_path)
