"""The language of whoever reads: words are written in English in the code, and in Chinese in one catalogue.

They are marked as gettext has it, ``_("no such rule")``, and stay English until somebody reads them: the terminal's
locale chooses for a command, while states, warnings and the record of the last run are always Chinese.
Source: https://www.gnu.org/software/gettext/manual/html_node/PO-Files.html
"""

import os
import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

CATALOGUE = Path(__file__).with_name("locale") / "zh.po"
CHOSEN_BY = ("HUIMIN_LANG", "LC_ALL", "LC_MESSAGES", "LANG")
"""The environment's variables, the first that is set wins; the last three as POSIX has them."""


class Words(str):
    """English words that know what they were made from, so that they can still be read in Chinese."""

    template: str
    values: Mapping[str, object]


def _(template: str, /, **values: object) -> str:
    """The words of a template, each ``{name}`` in it replaced by that value. Without values braces are braces."""
    return made_from(template, values)


def listed(parts: Sequence[str], between: str = "; ") -> str:
    """Several words as one, each of which can still be read in Chinese."""
    values = {f"part_{number}": part for number, part in enumerate(parts)}
    return made_from(between.join(f"{{{name}}}" for name in values), values)


def made_from(template: str, values: Mapping[str, object]) -> Words:
    """The words with what they were made from."""
    made = Words(template.format(**values) if values else template)
    made.template, made.values = template, values
    return made


def in_both(english: str, chinese: str) -> Words:
    """What was told in both languages before, as words that can be read in either; without English as it is."""
    made = Words(english or chinese)
    made.template, made.values = chinese, {}
    return made


def in_chinese(words: str) -> str:
    """Marked words in Chinese, with the marked words among their values; all else as it is."""
    if not isinstance(words, Words):
        return words
    template = catalogue().get(words.template, words.template)
    if not words.values:
        return template
    values = words.values.items()
    return template.format(**{name: in_chinese(one) if isinstance(one, str) else one for name, one in values})


def as_read(words: str) -> str:
    """The words in the language of whoever started this process."""
    return in_chinese(words) if reads_chinese() else words


def reads_chinese() -> bool:
    """Whether the locale of this process is Chinese, or `HUIMIN_LANG` asks for it."""
    return bool(re.match("zh([_.@-]|$)", next(filter(None, map(os.environ.get, CHOSEN_BY)), ""), re.IGNORECASE))


@cache
def catalogue() -> Mapping[str, str]:
    """By English template the Chinese one."""
    import polib

    return {entry.msgid: entry.msgstr for entry in polib.pofile(str(CATALOGUE)) if entry.msgstr}
