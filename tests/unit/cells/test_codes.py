"""Check digits of vehicles and firms: every character at every place, against the standards' own tables."""

from collections.abc import Iterator, Mapping, Sequence

import pytest

from unit.cells.drawn import Column, read_cells

VIN_VALUES = {
    **{digit: int(digit) for digit in "0123456789"},
    "A": 1, "B": 2, "C": 3, "D": 4, "E": 5, "F": 6, "G": 7, "H": 8, "J": 1, "K": 2, "L": 3, "M": 4, "N": 5, "P": 7,
    "R": 9, "S": 2, "T": 3, "U": 4, "V": 5, "W": 6, "X": 7, "Y": 8, "Z": 9,
}  # fmt: skip
"""ISO 3779, as its table stands."""
VIN_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
CREDIT = "0123456789ABCDEFGHJKLMNPQRTUWXY"
CREDIT_VALUES = {character: value for value, character in enumerate(CREDIT)}
CREDIT_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28, 0)
"""GB 32100-2015, as its table stands."""


def weighed(code: str, values: Mapping[str, int], weights: Sequence[int]) -> int:
    return sum(values[character] * weight for character, weight in zip(code, weights, strict=True))


def vins() -> Iterator[tuple[str, str]]:
    """Each character at each place of a VIN, with its check character."""
    for place in range(17):
        for character in VIN_VALUES if place != 8 else "0":
            code = f"{'LSVAA4182E2123456'[:place]}{character}{'LSVAA4182E2123456'[place + 1 :]}"
            code = f"{code[:8]}0{code[9:]}"
            yield code, "0123456789X"[weighed(code, VIN_VALUES, VIN_WEIGHTS) % 11]


def test_a_vin_agrees_with_its_ninth_character_alone() -> None:
    codes = [
        f"{code[:8]}{check}{code[9:]}" for code, right in vins() for check in (right, "0" if right != "0" else "X")
    ]
    found = read_cells(Column("vin"), codes)
    assert found["value"].to_list() == codes
    assert found["finding"].to_list() == [None, "vin_check_digit"] * (len(codes) // 2)


def test_a_credit_code_agrees_with_its_last_character_alone() -> None:
    whole = "91420100MA4KXYTQ7"
    codes = []
    for place in range(17):
        for character in CREDIT:
            code = f"{whole[:place]}{character}{whole[place + 1 :]}"
            right = CREDIT[(31 - weighed(f"{code}0", CREDIT_VALUES, CREDIT_WEIGHTS) % 31) % 31]
            codes += [code + right, code + ("0" if right != "0" else "Y")]
    found = read_cells(Column("credit_code"), list(codes))
    assert found["value"].to_list() == codes
    assert found["finding"].to_list() == [None, "credit_code_check_digit"] * (len(codes) // 2)


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("vin", "LSVAA4182E212345"), ("vin", "LSVAA4182E21234567"), ("vin", "LSVAI4182E2123456"),
        ("credit_code", "91420100MA4KXYTQ7"), ("credit_code", "91420100MA4KXYTQ77I"),
        ("credit_code", "9142010OMA4KXYTQ7I"),
    ],
)  # fmt: skip
def test_a_code_of_another_form_is_kept_with_its_finding(kind: str, code: str) -> None:
    (_, value, reason, finding) = read_cells(Column(kind), [code]).row(0)
    assert (value, reason, finding) == (code, None, f"{kind}_check_digit")
