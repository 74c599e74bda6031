"""What an operator states in a TOML file of the root: read in one way, and refused with all that is wrong at once."""

import tomllib
from collections.abc import Collection, Iterable
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from huimin.errors import ContractError
from huimin.language import _, listed

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
        raise ContractError(str(place), fault.strerror or _("cannot be read"), _("correct its permissions")) from None
    except UnicodeDecodeError as fault:
        raise ContractError(
            str(place), _("not UTF-8 (byte {byte})", byte=fault.start + 1), _("save it as UTF-8")
        ) from None
    except tomllib.TOMLDecodeError as fault:
        raise ContractError(str(place), _("no TOML: {error}", error=fault), _("write {lines}", lines=written)) from None


def refuse_wrong(place: Path, found: Iterable[Wrong]) -> None:
    """Raises ContractError with everything wrong that was found in the file, and each way to write it once."""
    wrong = list(found)
    if wrong:
        fixes = list(dict.fromkeys(fix for _problem, fix in wrong))
        raise ContractError(
            str(place), listed([problem for problem, _fix in wrong]), _("write {lines}", lines=listed(fixes))
        )


def nearest(name: str, known: Collection[str]) -> str | None:
    """The known name that is nearest to one that is not; None where none is near."""
    return next(iter(get_close_matches(name, list(known), 1)), None)


def told_nearest(name: str, known: Collection[str]) -> str:
    """The beginning of advice: the nearest known name, nothing where none is near."""
    found = nearest(name, known)
    return _("{found} (nearest to {name}), or ", found=found, name=name) if found else ""


def roster_fix(name: str, rosters: Collection[str]) -> str:
    """What to write in place of a roster's name that is none."""
    return _("{nearest}a name of `huimin rosters`", nearest=told_nearest(name, rosters))
