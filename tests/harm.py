"""Files as a failing disk or a careless hand leaves them."""

from pathlib import Path
from typing import Literal

Harm = Literal["changed", "cut", "gone"]


def harmed(place: Path, harm: Harm) -> None:
    """The file is gone, cut in its middle, or one bit there is another; a file linked elsewhere stays whole there."""
    content = place.read_bytes()
    place.unlink()
    middle = len(content) // 2
    if harm == "cut":
        place.write_bytes(content[:middle])
    elif harm == "changed":
        place.write_bytes(content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :])
