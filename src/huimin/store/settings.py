"""What an operator has settled for one root, in its ``state/settings.toml``."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any
from urllib.parse import quote, urlsplit

from huimin.errors import ContractError
from huimin.store.root import Root


@dataclass(frozen=True)
class Settings:
    """All that can be settled; everything has a default."""

    analysts_group: str | None = None
    """The group that reads what is published; None: its owner's own."""
    report_base_url: str | None = None
    """The address at which readers find the root's `published/` and `reports/`; None: pages are told by their place."""
    late_after_hours: int = 26
    """Hours after the end of a night at which the next one is missing."""

    def address_of(self, *parts: str) -> str | None:
        """The address of a place below the root; None where readers have none."""
        if self.report_base_url is None:
            return None
        return "/".join((self.report_base_url.rstrip("/"), *map(quote, parts)))


FIX = {
    "analysts_group": 'write a line `analysts_group = "name"`',
    "report_base_url": 'write a line `report_base_url = "http://host/huimin"`',
    "late_after_hours": "write a line `late_after_hours = 26`",
}


def load_settings(root: Root) -> Settings:
    """The root's settings; all defaults without the file. Raises ContractError for a file that cannot be used."""
    place = root.settings()
    try:
        stated = tomllib.loads(place.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Settings()
    except (OSError, ValueError) as fault:
        problem = fault.strerror if isinstance(fault, OSError) else f"no TOML: {fault}"
        raise ContractError(str(place), problem or "cannot be read", FIX["analysts_group"]) from None
    problems = dict(wrong(stated))
    if problems:
        fixes = [FIX[key] for key in problems if key in FIX]
        known = f"the keys are {', '.join(field.name for field in fields(Settings))}"
        raise ContractError(str(place), "; ".join(problems.values()), "; ".join(fixes or [known]))
    return Settings(**stated)


def wrong(stated: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Each key that cannot be used, and why."""
    for key, value in stated.items():
        if key == "analysts_group":
            if not isinstance(value, str) or not value:
                yield key, f"{key}: not the name of a group"
        elif key == "report_base_url":
            if not isinstance(value, str) or not is_address(value):
                yield key, f"{key}: not an address that begins with http:// or https://"
        elif key == "late_after_hours":
            if isinstance(value, bool) or not isinstance(value, int) or value < 1:
                yield key, f"{key}: not a whole number above 0"
        else:
            yield key, f"unknown key {key}"


def is_address(text: str) -> bool:
    """Whether a browser could open it."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc) and not parts.query and not parts.fragment
