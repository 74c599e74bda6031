"""Names of files, folders, sheets and members of archives, as they can be shown and published."""

import os
import re

from huimin.identity import mask_ids_in

UNSHOWN = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
"""Control characters, line separators, and those that change the direction of what stands beside them."""


def readable(name: str) -> str:
    """The name as text, ID numbers in it masked. By it a delivery has its key, so it is not made fit to be shown.

    Bytes that are no UTF-8 are read as GB18030, else they are escapes.
    """
    raw = os.fsencode(name)
    for encoding in ("utf-8", "gb18030"):
        try:
            return mask_ids_in(raw.decode(encoding))
        except UnicodeDecodeError:
            continue
    return raw.decode("utf-8", "backslashreplace")


def shown(text: str) -> str:
    r"""The text with control and direction-changing characters as escapes (``\x1b``, ``\u202e``)."""
    return UNSHOWN.sub(lambda found: escape(found[0]), text)


def escape(character: str) -> str:
    """The character as Python writes it in ASCII."""
    return character.encode("unicode_escape").decode("ascii")
