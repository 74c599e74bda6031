"""What an ID number says of a person, and how identifiers look where nobody may read them (GB 11643-1999)."""

import hmac
import re
from datetime import date
from hashlib import sha256
from typing import Literal

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_CHARACTERS = "10X98765432"

_DIGIT = "[0-9０-９]"
_MONTH = "(?:[0０][1-9１-９]|[1１][0-2０-２])"
_DAY = "(?:[0０][1-9１-９]|[12１２][0-9０-９]|[3３][01０１])"
_CENTURY, _CHECK = "(?:[1１][89８９]|[2２][0０])", "[0-9０-９XxＸｘ×]"
_PROVINCE = (
    "(?:[1１][1-5１-５]|[2２][1-3１-３]|[3３][1-7１-７]|[4４][1-6１-６]|[5５][0-4０-４]|[6６][1-5１-５]|[7７][1１]|"
    "[8８][1-3１-３]|[9９][0-9０-９])"
)
_BEFORE, _AFTER = "(^|[^0-9０-９])", "($|[^0-9０-９])"
_UNSEEN = "[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]"
"""Characters without a width, which copying from a page or a chat leaves inside a number."""
_BLANKS = " \t\u00a0\u2002-\u200a\u3000"
_GAP = f"[{_BLANKS}_.．·‐-―－-]{{0,3}}"
"""What people write between the groups of a long number."""
_IDS = (
    # 18 characters: region, birth date, three digits, a check character
    (f"([1-9１-９]{_DIGIT}{{5}}){_CENTURY}{_DIGIT}{{2}}{_MONTH}{_DAY}{_DIGIT}{{3}}{_CHECK}", r"\1************"),
    # the same in groups
    (
        f"({_BEFORE}{_PROVINCE}(?:{_GAP}{_DIGIT}){{4}}){_GAP}{_CENTURY}(?:{_GAP}{_DIGIT}){{2}}"
        f"{_GAP}{_MONTH}{_GAP}{_DAY}(?:{_GAP}{_DIGIT}){{3}}{_GAP}{_CHECK}",
        r"\1************",
    ),
    # 15 digits, as written before 1999
    (
        f"{_BEFORE}({_PROVINCE}{_DIGIT}{{4}})[{_BLANKS}]?{_DIGIT}{{2}}{_MONTH}{_DAY}[{_BLANKS}]?{_DIGIT}{{3}}{_AFTER}",
        r"\1\2*********\3",
    ),
)
IDS_INSIDE = tuple(pattern for pattern, _ in _IDS)
"""Patterns of ID numbers in the midst of a text."""
INSIDE_TEXTS = (
    (f"({_DIGIT}){_UNSEEN}+", r"\1"),
    *_IDS,
    # phones: mobile ones, and others where their area stands before them
    (f"{_BEFORE}[1１][3-9３-９]{_DIGIT}(?:{_GAP}{_DIGIT}{{4}}){{2}}{_AFTER}", r"\1***********\2"),
    (f"{_BEFORE}[0０]{_DIGIT}{{2,3}}[-—－]{_DIGIT}{{7,8}}{_AFTER}", r"\1***********\2"),
    # 16 to 19 digits that begin with 62: cards of Chinese banks, also in groups of four
    (f"{_BEFORE}[6６][2２]{_DIGIT}{{10,13}}({_DIGIT}{{4}}){_AFTER}", r"\1****\2\3"),
    (
        f"{_BEFORE}[6６][2２]{_DIGIT}{{2}}(?:{_GAP}{_DIGIT}{{4}}){{3}}(?:{_GAP}{_DIGIT}{{1,3}})?{_AFTER}",
        r"\1****\2",
    ),
    (
        "([京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Z])[A-Z0-9]{4,5}([A-Z0-9挂学警])",
        r"\1****\2",
    ),
)
"""(pattern, what is shown instead) of identifiers in the midst of a text, in the syntax that Python and RE2 share.

Each is replaced twice: two numbers may have but one character between them, and that belongs to the first.
"""
_INSIDE = tuple((re.compile(pattern), shown) for pattern, shown in INSIDE_TEXTS)
# A masked plate shows three characters: fewer than six would give most of it away.
_SHORTEST_PLATE = 6
_ID_LENGTH = 18
_SHOWN_OF_ACCOUNT = 4


def check_character(first17: str) -> str:
    """The 18th character that belongs to 17 digits (GB 11643-1999, §4)."""
    total = sum(weight * int(digit) for weight, digit in zip(WEIGHTS, first17, strict=True))
    return CHECK_CHARACTERS[total % 11]


def birth_date(id_number: str) -> date | None:
    """The day of birth written in an 18-character ID number; None when there is no such day."""
    digits = id_number[6:14]
    if len(id_number) != _ID_LENGTH or not (digits.isascii() and digits.isdigit()):
        return None
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None


def sex(id_number: str) -> Literal["男", "女"]:
    """男 or 女, by the 17th digit of an 18-character ID number: odd is male."""
    return "男" if int(id_number[16]) % 2 else "女"


def age(id_number: str, day: date) -> int:
    """Completed years on that day: completed on the birthday itself, for 29 February on 1 March in common years.

    Raises:
        ValueError: the ID number holds no birth date.
    """
    born = birth_date(id_number)
    if born is None:
        raise ValueError("an ID number without a birth date has no age")
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def mask_id(id_number: str) -> str:
    """First six, twelve stars: ``420111************``. Anything but 18 characters becomes stars alone."""
    if len(id_number) != _ID_LENGTH:
        return "*" * len(id_number)
    return id_number[:6] + "*" * 12


def mask_ids_in(text: str) -> str:
    """The text with whatever in it looks like an ID number, a phone number, a bank card or a plate masked.

    People put them into the names of files, into addresses and remarks.
    """
    for pattern, shown in _INSIDE:
        text = pattern.sub(shown, pattern.sub(shown, text))
    return text


def mask_name(name: str) -> str:
    """The first character and a star for each other; a lone character becomes a star."""
    return "*" if len(name) == 1 else name[:1] + "*" * (len(name) - 1)


def mask_account(account: str) -> str:
    """Four stars and the last four digits; four stars alone when there are no more than four."""
    return "****" + (account[-_SHOWN_OF_ACCOUNT:] if len(account) > _SHOWN_OF_ACCOUNT else "")


def mask_plate(plate: str) -> str:
    """First two, four stars, last one: ``鄂A****7``; four stars alone for what is no plate, since it may be a name."""
    if len(plate) < _SHORTEST_PLATE or not plate[1].isascii():
        return "****"
    return f"{plate[:2]}****{plate[-1]}"


def keyed_hash(secret: bytes, domain: str, value: str) -> str:
    """16 hexadecimal characters of HMAC-SHA256 over ``domain:value``: the same for the same root, no way back."""
    return hmac.new(secret, f"{domain}:{value}".encode(), sha256).hexdigest()[:16]
