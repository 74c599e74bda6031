"""Commands run without a word of this project in their environment."""

import os
import subprocess
from pathlib import Path


def told(command: list[str | Path], folder: Path, **more: str) -> str:
    """What the command prints, run in that folder without a word of this project in its environment."""
    hidden = ("PYTHON", "VIRTUAL_ENV", "HUIMIN_", "PREFECT_")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(hidden)} | more
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=900)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
