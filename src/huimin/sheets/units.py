"""Units of money: what a text, a name or a number format tells of the amounts of a table."""

import re
from collections.abc import Iterator
from functools import cache
from itertools import groupby
from pathlib import PurePosixPath

from huimin.cells.folding import WIDTHS, ZERO_WIDTH

YUAN = "元"
"""The unit that nearly every column of money is expected in."""
_NUMBER = "0-9０-９.．,，零〇一二三四五六七八九十百千万亿拾佰仟萬億两几数多余壹贰叁肆伍陆柒捌玖"
_HAN = r"\u4e00-\u9fff"
_FACTORS = {"十": 1, "拾": 1, "百": 2, "佰": 2, "千": 3, "仟": 3, "万": 4, "萬": 4, "亿": 8, "億": 8}
"""Powers of ten."""
_TENS = "[十拾百千佰仟]"
LARGE_UNIT = re.compile(rf"(?<![{_NUMBER}])(?:{_TENS}?[万亿萬億]|{_TENS})\s*元")
"""万元, 千元, 百元, 亿元 and their like. After a number it is an amount: 其中3.5万元为补发."""
_COUNTED = r"(?:1(?:,?0)+|[1一壹](?=[十拾百千佰仟万亿萬億]))[十拾百千佰仟万亿萬億]{0,2}元"
"""Such a unit in digits: 10000元, 1万元."""
_WITHOUT_YUAN = rf"(?<=[位:=为是(民幣币B¥])(?:{_TENS}?[万亿萬億]|[千仟])(?=[)\s]|$)"
_CURRENCY = r"(?:(?:人民[币幣]|RMB|CNY|¥)\s*:?\s*)?"
_WORD = r"(?<![每各])[单單]\s*位"
_BETWEEN = r"\s*(?:均|都|一律|统一)?[^\w()]*[为是系]?[^\w()]*\(?\s*"
"""What may stand between 单位 and the unit: 单位——万元, 单位均为：（万元）."""
_BRACKETS = WIDTHS | str.maketrans({
    **dict.fromkeys("[【〔［", "("), **dict.fromkeys("]】〕］", ")"), "圆": YUAN, "圓": YUAN, "_": " ",
})  # fmt: skip
_YUAN_IN_BRACKETS = re.compile(rf"((?:{_TENS}?[万亿萬億]|{_TENS}))\s*\(\s*元\s*\)|\(({_TENS}?[万亿萬億])\)\s*元")
_PARTS = re.compile(r"[\s_—.·-]+")


@cache
def _patterns(expected: str) -> tuple[tuple[re.Pattern[str], ...], tuple[re.Pattern[str], ...]]:
    """Patterns of a text that tells another unit than that, without its blanks, and with them.

    Blanks divide in the second, and no character may follow: a place may begin like a unit (填报单位：万元村).
    """
    unit = LARGE_UNIT.pattern if expected == YUAN else rf"(?:{LARGE_UNIT.pattern}|(?<![{_NUMBER}{_TENS[1:-1]}])元)"
    among = rf"{_CURRENCY}(?:[{_HAN}㎡]{{1,4}}[、,，/])*"
    listed = rf"{among}(?P<unit>{unit}|{_WITHOUT_YUAN})(?:\s*人民币)?"
    others = r"(?:[、,，/][^()0-9]*)?"
    without_blanks = (
        rf"(?:计量|計量|金额|金額)[单單]位{_BETWEEN}{listed}",
        rf"\((?:[^()0-9]{{0,8}}:)?{listed}{others}\)",
        rf"以{listed}(?:为单位|计)",
        rf"^{among}(?P<unit>{unit})(?:人民币)?整?{others}$",
    )
    with_blanks = (
        rf"{_WORD}{_BETWEEN}{listed}整?(?![{_HAN}])",
        rf"{_WORD}{_BETWEEN}{_CURRENCY}(?P<unit>{_COUNTED})(?![{_HAN}])",
        rf"[:=]\s*{_CURRENCY}(?P<unit>{unit})\s*(?=$|[\s,;。)])",
    )
    return tuple(map(re.compile, without_blanks)), tuple(map(re.compile, with_blanks))


def told_unit(text: str, expected: str = YUAN) -> str | None:
    """The unit of money, another than the expected one, that a text outside the header cells tells of a table.

    It is told after 单位, 计量单位 or 金额单位, in a bracket, behind a colon, or by a text of its own.
    """
    without_blanks, with_blanks = _patterns(expected)
    folded = _folded(text)
    bare = "".join(folded.split())
    found = [*(one.search(bare) for one in without_blanks), *(one.search(folded) for one in with_blanks)]
    units = (money_unit(one["unit"]) for one in found if one)
    return next((unit for unit in units if unit and power_of(unit) != power_of(expected)), None)


def lone_told_unit(text: str, expected: str = YUAN) -> str | None:
    """The unit that a text tells which holds nothing else: 万元, （金额单位：万元）."""
    bare = "".join(_folded(text).split())
    lead = rf"\(?(?:(?:计量|計量|金额|金額)?{_WORD}{_BETWEEN})?"
    is_alone = re.fullmatch(rf"{lead}{_CURRENCY}(?:{_TENS}?[万亿萬億]|{_TENS})?元整?\)*", bare)
    return told_unit(text, expected) if is_alone else None


def says_unit(text: str) -> bool:
    """Whether the text has the word 单位."""
    return re.search(_WORD, _folded(text)) is not None


def _folded(text: str) -> str:
    """The text with half width forms, nothing unseen, and the yuan without a bracket of its own: 万（元）."""
    plain = re.sub(ZERO_WIDTH, "", text).translate(_BRACKETS).replace("rmb", "RMB")
    return _YUAN_IN_BRACKETS.sub(r"\1\2元", plain)


def power_of(unit: str) -> int:
    """The power of ten that a unit of money is: 4 for 万元 and 10000元."""
    return unit.count("0") + sum(_FACTORS.get(sign, 0) for sign in unit)


def named_unit(name: str, expected: str = YUAN) -> str | None:
    """The unit that the name of a sheet or file tells: as in a text, or as a part of its own (`2023年_万元`)."""
    texts = (name, *_PARTS.split(name))
    return next(filter(None, (told_unit(text, expected) for text in texts)), None)


def filed_unit(file: str, expected: str = YUAN) -> str | None:
    """The unit that the name of a file tells, or that of the archive it is a member of."""
    parts = (PurePosixPath(part).stem for part in PurePosixPath(file).parts)
    return next(filter(None, (named_unit(part, expected) for part in parts)), None)


def money_unit(text: str) -> str | None:
    """The unit of money that a bracket in a header or a literal in a number format holds: 万元 for 万 too."""
    found = LARGE_UNIT.search(text)
    if found:
        return "".join(found[0].split())
    if re.fullmatch(f"{_TENS}?[万亿萬億]|[千仟]", text):
        return f"{text}元"
    if re.fullmatch(_COUNTED, text):
        return text
    return "元" if text == "元" or text.startswith("元/") else None


def formatted_unit(form: str, expected: str = YUAN) -> str | None:
    """The unit that a number format tells of what the cells hold, another than the expected one.

    A format that itself divides what the cell holds, as `0!.0,"万元"` does, tells yuan.
    """
    for _, section in groupby(_signs(form), lambda sign: sign == ("code", ";")):
        signs = list(section)
        runs = groupby(signs, lambda sign: sign[0])
        literals = ("".join(character for _, character in run).strip() for kind, run in runs if kind == "literal")
        unit = next(filter(None, map(money_unit, literals)), None)
        held = power_of(unit) - _power_shown(signs) if unit else power_of(expected)
        told = unit if held else YUAN
        if held >= 0 and held != power_of(expected) and told != expected:
            return told
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
