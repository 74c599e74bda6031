"""Names of workbooks that any file system takes."""

import re
from hashlib import sha256

from huimin.identity import mask_ids_in
from huimin.workbooks.book_rows import NOBODY

UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]')
"""What some file system refuses in a name, or a reader would not see."""


_LONGEST_NAME = 40


def file_name(prefix: str, owner: str | None, taken: set[str]) -> str:
    """`<prefix>_<owner>.xlsx`, safe for any file system; a name that had to be changed, or is taken, gets a code."""
    whole = NOBODY if owner is None else mask_ids_in(owner)
    safe = UNSAFE.sub("_", whole).strip(" .")[:_LONGEST_NAME].strip(" .")
    if safe != whole or f"{prefix}_{safe}".casefold() in taken or (owner is not None and safe == NOBODY):
        safe = f"{safe}_{sha256((owner or '').encode()).hexdigest()[:6]}"
    taken.add(f"{prefix}_{safe}".casefold())
    return f"{prefix}_{safe}.xlsx"
