"""Names of persons in the midst of texts, in whatever form they are written there.

A name is known by its *letters*: its Han characters where it has two or more, else all its letters. `诸葛·亮`,
`诸葛 亮` and `诸葛"亮"` are one name, as are `Tom` and `ＴＯＭ`. Between its letters a text may have what people put
there (blanks, middle dots, what cannot be seen) and what stands there in the name itself. A name of two letters, and
one without Han characters, is only found as a whole word of its script: `高峰` is somebody in `补发（高峰）` and nobody
in `高峰路`.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from unicodedata import normalize

from huimin.cells.folding import UNSEEN, WIDTHS
from huimin.cells.ideographs import IDEOGRAPHS
from huimin.cells.names import MIDDLE_DOTS, POINTS
from huimin.identity import mask_ids_in, mask_name

_HAN_CLASS = "々〇㐀-鿿豈-﫿𠀀-𳿿\ue000-\uf8ff"
"""Han characters; rare ones are typed with what fonts have for private use."""
_HAN, _LETTER, _FOREIGN = (re.compile(one) for one in (f"[{_HAN_CLASS}]", r"[^\W\d_]", rf"[^\W\d_{_HAN_CLASS}]"))
_JOINTS = rf"\s{UNSEEN}\u0300-\u036f_{MIDDLE_DOTS}"
_JOINT, _DOT = re.compile(f"[{_JOINTS}]*"), re.compile(f"[{_JOINTS}{POINTS}]*")
"""What may stand between the letters of any name, and where a name itself has a sign."""
_FOLDED = WIDTHS | IDEOGRAPHS | {ord("İ"): "i"}
"""One character for one, so that what is found in the folded text stands at the same place in the text."""
_SHORT = 2
"""Letters of a name that may as well be part of a word."""


@dataclass(frozen=True)
class _Name:
    """A name as it is looked for."""

    text: str
    """Folded."""
    shown: str
    """What stands in its place."""
    places: tuple[int, ...]
    """Of its letters."""
    is_han: bool

    @property
    def letters(self) -> str:
        """The name without its signs, which is how it is looked for in texts without theirs."""
        return "".join(self.text[place] for place in self.places)

    def span(self, text: str, places: Sequence[int]) -> tuple[int, int] | None:
        """Where the name begins and ends in a folded text that has its letters at these places; None: nowhere."""
        own = zip(pairwise(self.places), pairwise(places))
        if not all(_joins(text[at + 1 : to], self.text[one + 1 : other]) for (one, other), (at, to) in own):
            return None
        first, end = places[0], places[-1] + 1
        beside = _HAN if self.is_han else _FOREIGN
        is_long = self.is_han and len(places) > _SHORT
        if is_long or not any(map(beside.match, (text[first - 1 : first], text[end:]))):
            return first, end
        # with its signs, a short name is no part of a word
        begins = first - self.places[0]
        whole = self.is_han and len(self.text) > _SHORT and begins >= 0 and text.startswith(self.text, begins)
        return (begins, begins + len(self.text)) if whole else None


class NamesInside:
    """Names, and the texts that hold them."""

    def __init__(self, names: Iterable[str]) -> None:
        self._by_letters: defaultdict[str, list[_Name]] = defaultdict(list)
        for name in map(_name, names):
            if len(name.places) > 1:
                self._by_letters[name.letters].append(name)
        self._lengths = sorted({len(letters) for letters in self._by_letters}, reverse=True)

    def masked(self, text: str) -> str | None:
        """The text with identifiers and the names in it masked, longer names first; None where it holds no name."""
        if not any(self._found(_folded(_composed(text)))):
            return None
        plain = mask_ids_in(_composed(text))
        taken: list[tuple[int, int, str]] = []
        for begins, ends, masked in self._found(_folded(plain)):
            if all(ends <= one or other <= begins for one, other, _ in taken):
                taken.append((begins, ends, masked))
        shown, at = "", 0
        for begins, ends, masked in sorted(taken):
            shown, at = f"{shown}{plain[at:begins]}{masked}", ends
        return shown + plain[at:]

    def _found(self, folded: str) -> Iterator[tuple[int, int, str]]:
        """Where names begin and end in a folded text, and what is shown of them; longer names first."""
        scripts = [[found.start() for found in script.finditer(folded)] for script in (_HAN, _LETTER)]
        lettered = [("".join(folded[place] for place in places), places) for places in scripts]
        for length in self._lengths:
            for letters, places in lettered:
                for start in range(len(letters) - length + 1):
                    for name in self._by_letters.get(letters[start : start + length], ()):
                        if span := name.span(folded, places[start : start + length]):
                            yield (*span, name.shown)


def _name(name: str) -> _Name:
    """The name as it is looked for."""
    folded = _folded(name)
    places = _letters(folded)
    shown = mask_name("".join(name[place] for place in places))
    return _Name(folded, shown, places, all(_HAN.match(folded[place]) for place in places))


def _letters(name: str) -> tuple[int, ...]:
    """The places of the letters of a name."""
    han = tuple(found.start() for found in _HAN.finditer(name))
    return han if len(han) > 1 else tuple(found.start() for found in _LETTER.finditer(name))


def _composed(text: str) -> str:
    """The text with one code point for a letter and its accents, as names have it."""
    return text if text.isascii() else normalize("NFC", text)


def _folded(text: str) -> str:
    """The text in lower case, of usual width, with one code point an ideograph."""
    return text.translate(_FOLDED).lower()


def _joins(between: str, own: str) -> bool:
    """Whether this may stand between two letters where the name itself has `own`."""
    return bool((_DOT if own else _JOINT).fullmatch(between)) or between == own
