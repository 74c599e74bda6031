"""One night in a process of its own, to be killed: ``python -m faults.one_night ROOT``."""

import sys
from pathlib import Path

from nights import run_night

run_night(Path(sys.argv[1]))
