"""What an operator states in a TOML file of the root: read in one way, and refused with all that is wrong at once."""

import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from huimin.errors import ContractError

Wrong = tuple[str, str]
"""What is wrong, and how it is written instead. No value is told: some are secrets or personal."""


def read_stated(place: Path, written: str) -> dict[str, Any]:
    """What the file states, nothing where there is none; `written`: what its lines look like, for whoever must mend it.

    A mark of UTF-8 at its beginning, as Windows leaves it, counts for nothing. Raises ContractError for a file that may
    not be read, is not UTF-8 or no TOML.
    """
    try:
        return tomllib.loads(place.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        return {}
    except OSError as fault:
        raise ContractError(str(place), fault.strerror or "cannot be read", "correct its permissions") from None
    except UnicodeDecodeError as fault:
        raise ContractError(str(place), f"not UTF-8 (byte {fault.start + 1})", "save it as UTF-8") from None
    except tomllib.TOMLDecodeError as fault:
        raise ContractError(str(place), f"no TOML: {fault}", f"write {written}") from None


def refuse_wrong(place: Path, found: Iterable[Wrong]) -> None:
    """Raises ContractError with everything wrong that was found in the file, and each way to write it once."""
    wrong = list(found)
    if wrong:
        fixes = "; ".join(dict.fromkeys(fix for _, fix in wrong))
        raise ContractError(str(place), "; ".join(problem for problem, _ in wrong), f"write {fixes}")
