"""What an ID number says of a person, and how identifiers look where nobody may read them (GB 11643-1999)."""

import hmac
import re
from datetime import date
from hashlib import sha256
from typing import Literal

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_CHARACTERS = "10X98765432"

# Region, birth date, the four characters that a masked ID number shows.
_INSIDE = re.compile("([1-9][0-9]{5})(?:18|19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])([0-9]{3}[0-9Xx])")
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
    """First six, eight stars, last four: ``420111********0016``. Anything but 18 characters becomes stars alone."""
    if len(id_number) != _ID_LENGTH:
        return "*" * len(id_number)
    return f"{id_number[:6]}********{id_number[-4:]}"


def mask_ids_in(text: str) -> str:
    """The text with whatever in it looks like an ID number masked: people put them into the names of files."""
    return _INSIDE.sub(r"\1********\2", text)


def mask_name(name: str) -> str:
    """The first character and a star for each other; a lone character becomes a star."""
    return "*" if len(name) == 1 else name[:1] + "*" * (len(name) - 1)


def mask_account(account: str) -> str:
    """Four stars and the last four digits; four stars alone when there are no more than four."""
    return "****" + (account[-_SHOWN_OF_ACCOUNT:] if len(account) > _SHOWN_OF_ACCOUNT else "")


def mask_plate(plate: str) -> str:
    """First two, four stars, last one: ``鄂A****7``; four stars alone for what is too short to be a plate."""
    return "****" if len(plate) < _SHORTEST_PLATE else f"{plate[:2]}****{plate[-1]}"


def keyed_hash(secret: bytes, domain: str, value: str) -> str:
    """16 hexadecimal characters of HMAC-SHA256 over ``domain:value``: the same for the same root, no way back."""
    return hmac.new(secret, f"{domain}:{value}".encode(), sha256).hexdigest()[:16]
