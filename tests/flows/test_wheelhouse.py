"""`make wheelhouse`: what it holds installs with no index into an empty environment, and runs."""

import os
import venv
from pathlib import Path

import pytest

from alone import told
from nights import CHECKOUT


@pytest.mark.slow
@pytest.mark.long
@pytest.mark.timeout(1800)
def test_a_machine_without_a_registry_installs_and_runs(tmp_path: Path) -> None:
    house = CHECKOUT / "dist" / "wheelhouse"
    told(["make", "wheelhouse"], CHECKOUT)
    venv.create(tmp_path / "environment", with_pip=True)
    pip = [tmp_path / "environment" / "bin" / "pip", "install", "--quiet", "--no-index", "--find-links", house]
    nowhere = {"PIP_INDEX_URL": "http://127.0.0.1:1", "PIP_CONFIG_FILE": os.devnull}
    told([*pip, "--require-hashes", "--requirement", house / "requirements.txt"], tmp_path, **nowhere)
    told([*pip, "--no-deps", *house.glob("huimin-*.whl")], tmp_path, **nowhere)
    huimin = tmp_path / "environment" / "bin" / "huimin"
    home = {"PREFECT_HOME": str(tmp_path / "prefect")}
    assert '"clues"' in told([huimin, "demo", "--population", "300", "--json"], tmp_path, **home)
    assert "--database" in told([huimin, "serve", "--help"], tmp_path, **home)
