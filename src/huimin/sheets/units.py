"""Units of money larger than the yuan: what a text, a name or a number format tells of the amounts of a table."""

import re
from collections.abc import Iterator
from itertools import groupby
from pathlib import PurePosixPath

_NUMBER = "0-9０-９.．,，零〇一二三四五六七八九十百千万亿佰仟萬億两几数多余"
_HAN = r"\u4e00-\u9fff"
_FACTORS = {"十": 1, "百": 2, "佰": 2, "千": 3, "仟": 3, "万": 4, "萬": 4, "亿": 8, "億": 8}
"""Powers of ten."""
LARGE_UNIT = re.compile(rf"(?<![{_NUMBER}])(?:[十百千佰仟]?[万亿萬億]|[十百千佰仟])\s*元")
"""万元, 千元, 百元, 亿元 and their like. After a number it is an amount: 其中3.5万元为补发."""
_WITHOUT_YUAN = r"(?<=[位:：为是(])[万萬](?=[)\s]|$)"
_LISTED = rf"(?:人民币[:：]?)?(?:[{_HAN}㎡]{{1,4}}[、,，/])*(?P<unit>{LARGE_UNIT.pattern}|{_WITHOUT_YUAN})(?:人民币)?"
"""Such a unit, perhaps among others: 人、万元; also 万 where nothing follows."""
# blanks divide here, and no character may follow: a place may begin like a unit (填报单位：万元村)
_AMID_BLANKS = re.compile(rf"单\s*位\s*(?:均|一律)?\s*[:：为是]*\s*\(?\s*{_LISTED}(?![{_HAN}])")
_WITHOUT_BLANKS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?:计量|金额)单位(?:均|一律)?[:：为是]*\(?{_LISTED}",
        rf"\((?:[^()0-9]{{0,8}}[:：])?{_LISTED}(?:[、,，/][^()0-9]*)?\)",
        rf"以{_LISTED}(?:为单位|计)",
        rf"^{_LISTED}(?:[、,，/][^()0-9]*)?$",
    )
)
_BRACKETS = str.maketrans("（）［］[]【】〔〕", "()()()()()")
_PARTS = re.compile(r"[\s_—.·-]+")


def told_unit(text: str) -> str | None:
    """The unit of money larger than the yuan that a text outside the header cells tells of a table.

    It is told after 单位, 计量单位 or 金额单位, in a bracket, or by a text of its own.
    """
    folded = text.translate(_BRACKETS)
    bare = "".join(folded.split())
    found = next(filter(None, (pattern.search(bare) for pattern in _WITHOUT_BLANKS)), None)
    found = found or _AMID_BLANKS.search(folded)
    return money_unit(found["unit"]) if found else None


def named_unit(name: str) -> str | None:
    """The unit that the name of a sheet or file tells: as in a text, or as a part of its own (`2023年_万元`)."""
    return told_unit(name) or next(filter(None, map(told_unit, _PARTS.split(name))), None)


def filed_unit(file: str) -> str | None:
    """The unit that the name of a file tells, or that of the archive it is a member of."""
    parts = (PurePosixPath(part).stem for part in PurePosixPath(file).parts)
    return next(filter(None, map(named_unit, parts)), None)


def money_unit(text: str) -> str | None:
    """The unit of money that a bracket in a header or a literal in a number format holds: 万元 for 万 too."""
    found = LARGE_UNIT.search(text)
    if found:
        return "".join(found[0].split())
    if re.fullmatch("[十百千佰仟]?[万亿萬億]|[千仟]", text):
        return f"{text}元"
    return "元" if text == "元" or text.startswith("元/") else None


def formatted_unit(form: str) -> str | None:
    """The unit that a number format writes behind amounts that are in it.

    None for a format that itself divides what the cell holds, as `0!.0,"万元"` does: the cell is in yuan.
    """
    for _, section in groupby(_signs(form), lambda sign: sign == ("code", ";")):
        signs = list(section)
        runs = groupby(signs, lambda sign: sign[0])
        literals = ("".join(character for _, character in run).strip() for kind, run in runs if kind == "literal")
        unit = next(filter(None, map(money_unit, literals)), None)
        if unit and unit != "元" and _power_shown(signs) != sum(_FACTORS[sign] for sign in unit[:-1]):
            return unit
    return None


def _signs(form: str) -> Iterator[tuple[str, str]]:
    """The characters of a number format, each `code` or `literal`; colours, conditions and paddings left out."""
    sign = r'"(?P<quoted>[^"]*)"|[\\!](?P<escaped>.)|\[[^\]]*\]|[_*].|(?P<plain>.)'
    for found in re.finditer(sign, form, re.DOTALL):
        if found["plain"]:
            yield ("code" if found["plain"].isascii() else "literal"), found["plain"]
        else:
            yield from (("literal", character) for character in found["quoted"] or found["escaped"] or "")


def _power_shown(signs: list[tuple[str, str]]) -> int:
    """The power of ten by which a section of a number format divides what it shows.

    Commas behind the last digit divide by a thousand each, digits behind a point that is only written by ten each, a
    percent sign multiplies by a hundred.
    """
    digits = [at for at, (kind, character) in enumerate(signs) if kind == "code" and character in "0#?"]
    if not digits:
        return 0
    behind = "".join(character if kind == "code" else "|" for kind, character in signs[digits[-1] + 1 :])
    commas = len(behind) - len(behind.lstrip(","))
    points = [at for at, sign in enumerate(signs) if sign == ("literal", ".")]
    shifted = sum(at > points[-1] for at in digits) if points else 0
    percents = signs.count(("code", "%"))
    return 3 * commas + shifted - 2 * percents
