"""How much a delivered file may ask for on this machine: the root's own limits over the defaults."""

import json
import tomllib
from dataclasses import asdict, fields
from hashlib import sha256
from pathlib import Path

from huimin.errors import ContractError
from huimin.language import _
from huimin.sheets import Limits


def load_limits(place: Path) -> Limits:
    """The limits stated in the TOML file, each other one its default; all defaults when there is no file.

    Raises:
        ContractError: the file is no TOML, has a key that is no limit, or a value that is no whole number above 0.
    """
    try:
        stated = tomllib.loads(place.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Limits()
    except OSError as fault:
        raise ContractError(str(place), fault.strerror or _("cannot be read"), _("correct its permissions")) from None
    except ValueError as fault:
        raise ContractError(
            str(place), _("no TOML: {error}", error=fault), _("write lines such as {lines}", lines="`seconds = 600`")
        ) from None
    known = [field.name for field in fields(Limits)]
    problems = [f"{key}: unknown key" for key in stated if key not in known]
    problems += [
        f"{key}: not a whole number above 0"
        for key, value in stated.items()
        if key in known and (isinstance(value, bool) or not isinstance(value, int) or value < 1)
    ]
    if problems:
        fix = f"lines such as `seconds = 600`; the keys are {', '.join(known)}"
        raise ContractError(str(place), "; ".join(problems), fix)
    return Limits(**stated)


def digest_of_limits(limits: Limits) -> str:
    """SHA-256 of the limits: a delivery refused under others is read again."""
    return sha256(json.dumps(asdict(limits), sort_keys=True).encode()).hexdigest()
