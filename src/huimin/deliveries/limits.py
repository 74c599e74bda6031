"""How much a delivered file may ask for on this machine: the root's own limits over the defaults."""

import json
from dataclasses import asdict, fields
from hashlib import sha256
from pathlib import Path

from huimin.language import _
from huimin.sheets import Limits
from huimin.store.stated import read_stated, refuse_wrong


def load_limits(place: Path) -> Limits:
    """The limits stated in the TOML file, each other one its default; all defaults when there is no file.

    Raises:
        ContractError: the file cannot be read, has a key that is no limit, or a value that is no whole number above 0.
    """
    known = [field.name for field in fields(Limits)]
    fix = _("lines such as `seconds = 600`; the keys are {known}", known=", ".join(known))
    stated = read_stated(place, fix)
    unknown = [(_("{key}: unknown key", key=key), fix) for key in stated if key not in known]
    no_counts = [
        (_("{key}: not a whole number above 0", key=key), fix)
        for key, value in stated.items()
        if key in known and (isinstance(value, bool) or not isinstance(value, int) or value < 1)
    ]
    refuse_wrong(place, unknown + no_counts)
    return Limits(**stated)


def digest_of_limits(limits: Limits) -> str:
    """SHA-256 of the limits: a delivery refused under others is read again."""
    return sha256(json.dumps(asdict(limits), sort_keys=True).encode()).hexdigest()
