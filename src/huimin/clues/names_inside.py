"""Names of persons in the midst of texts, in whatever form they are written there.

A name is known by its *letters*: its Han characters where it has two or more, else all its letters. `诸葛·亮`,
`诸葛 亮` and `诸葛"亮"` are one name, as are `Tom` and `ＴＯＭ`. Between its letters a text may have what people put
there (blanks, middle dots, hyphens, what cannot be seen) and what stands there in the name itself. A name of two
letters, and one without Han characters, is only found as a whole word of its script: `高峰` is somebody in
`补发（高峰）` and nobody in `高峰路`.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import pairwise
from unicodedata import normalize

from huimin.cells.folding import UNSEEN, WIDTHS
from huimin.cells.ideographs import IDEOGRAPHS
from huimin.cells.names import MIDDLE_DOTS, POINTS
from huimin.identity import mask_ids_in, mask_name
from huimin.tables.sql import literal

HAN = "々〇㐀-鿿豈-﫿𠀀-𳿿\ue000-\uf8ff"
"""Han characters as those of a class; rare ones are typed with what fonts have for private use."""
JOINTS = rf"\s{UNSEEN}\u0300-\u036f_{MIDDLE_DOTS}"
"""As characters of a class, what may stand between the letters of any name."""
_IS_HAN = re.compile(f"[{HAN}]")
_FOLDED = WIDTHS | IDEOGRAPHS
"""One character for one, so that what is found in the folded text stands at the same place in the text."""


def letters_sql(text: str) -> str:
    """SQL for the list of the Han characters of a text, an SQL expression, and of all its letters."""
    written, meant = "".join(map(chr, _FOLDED)), "".join(_FOLDED.values())
    folded = f"translate(nfc_normalize({text}), {literal(written)}, {literal(meant)})"
    return f"[regexp_replace({folded}, '[^{HAN}]', '', 'g'), regexp_replace(lower({folded}), '[^\\p{{L}}]', '', 'g')]"


def key_sql(name: str) -> str:
    """SQL for the letters of a name, an SQL expression: such names are among those of the texts that hold it."""
    han, letters = f"({letters_sql(name)})[1]", f"({letters_sql(name)})[2]"
    return f"case when length({han}) > 1 then {han} else {letters} end"


def masked(text: str, names: Iterable[str]) -> str:
    """The text with identifiers and these names masked, in the order of the names: the longest first."""
    shown = mask_ids_in(normalize("NFC", text))
    for name in names:
        shown = "".join(_without(shown, name))
    return shown


def _without(text: str, name: str) -> Iterator[str]:
    """The pieces of the text, the name masked wherever it stands."""
    end, shown = 0, mask_name("".join(name[place] for place in _letters(name)))
    for found in _pattern(name).finditer(text.translate(_FOLDED)):
        yield from (text[end : found.start()], shown)
        end = found.end()
    yield text[end:]


def _letters(name: str) -> list[int]:
    """The places of the letters of a name."""
    han = [place for place, one in enumerate(name) if _IS_HAN.match(one)]
    return han if len(han) > 1 else [place for place, one in enumerate(name) if one.isalpha()]


@lru_cache(maxsize=4096)
def _pattern(name: str) -> re.Pattern[str]:
    """What the name looks like in a folded text."""
    name = name.translate(_FOLDED)
    places = _letters(name)
    joints = (_joint(name[one + 1 : other]) for one, other in pairwise(places))
    spelled = "".join(re.escape(name[place]) + joint for place, joint in zip(places, (*joints, "")))
    is_han = sum(map(bool, map(_IS_HAN.match, name))) > 1
    if len(places) > 2 and is_han:
        return re.compile(spelled)
    beside = f"[{HAN}]" if is_han else rf"[^\W\d_{HAN}]"
    word = f"(?<!{beside}){spelled}(?!{beside})"
    # with its signs, a short name is no other word
    return re.compile(f"{re.escape(name)}|{word}" if is_han and len(name) > 2 else word, re.IGNORECASE)


def _joint(between: str) -> str:
    """What may stand between two letters, where the name itself has this."""
    return f"(?:[{JOINTS}{POINTS}]*|{re.escape(between)})" if between else f"[{JOINTS}]*"
