"""``uv export --format cyclonedx1.5 | python -m tools.supply FILE``: writes the bill of materials, whole."""

import sys
from pathlib import Path

from huimin.store.root import write_whole
from tools.supply import bill_of_materials

place = Path(sys.argv[1])
bill = bill_of_materials(sys.stdin.read())
place.parent.mkdir(parents=True, exist_ok=True)
write_whole(place, bill.encode(), 0o644)
sys.stdout.write(f"{place}\n")
