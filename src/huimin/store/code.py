"""Which code made something: what is kept of an earlier night is good for the same code alone."""

from collections.abc import Iterable
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from importlib.resources import files


@cache
def digest_of_code(*packages: str) -> str:
    """SHA-256 of Huimin's version and of every module in these folders of it (`matching`, `cells`), not below them.

    Of `locale` it is the words of each language.
    """
    digest = sha256(version("huimin").encode())
    for source in sources(packages):
        digest.update(source)
    return digest.hexdigest()


def sources(packages: Iterable[str]) -> Iterable[bytes]:
    """The text of each module of the packages, always in the same order."""
    for package in packages:
        modules = (place for place in (files("huimin") / package).iterdir() if place.name.endswith((".py", ".po")))
        yield from (place.read_bytes() for place in sorted(modules, key=lambda place: place.name))
