"""Headers that are no title but look like one: a bracket more or less, or one character."""

import re
from collections.abc import Container, Iterable, Iterator

from huimin.contracts.contract import Contract, header_form
from huimin.sheets.titles import SERIALS, claim_of, readings, titles_of

BRACKET = re.compile(r"[(\[{【〔<《][^()\[\]{}【】〔〕<>《》]*[)\]}】〕>》]?|[)\]}】〕>》]")
"""A bracket with what it holds, or a lone one that was never closed or opened."""


def nearly_known(headers: Iterable[str], contract: Contract, found: Container[str]) -> tuple[tuple[str, str], ...]:
    """Each header within one bracket or one character of a title of the contract, and that title.

    Where it may mean several: one that a bracket divides it from, of a column that is not among `found`, a required
    one, in this order.
    """
    titles = [(title, column) for column in contract.columns for title in column.titles]
    titles.sort(key=lambda pair: (pair[1].name in found, not pair[1].required))
    by_bracket = {form: title for title, _ in reversed(titles) for form in cut(header_form(title))}
    known = titles_of(contract)
    near = []
    for header in headers:
        plain = header_form(header)
        claims = (claim_of(form, known) for form in cut(plain))
        meant = next((claim.known for claim in claims if claim), None) or next(
            (by_bracket[form] for form in (plain, *cut(plain)) if form in by_bracket), None
        )
        bare = [rest for rest, _ in readings(header)]
        meant = meant or next((t for t, _ in titles if any(is_one_off(rest, header_form(t)) for rest in bare)), None)
        if meant and plain not in SERIALS:
            near.append((header, meant))
    return tuple(near)


def cut(text: str) -> Iterator[str]:
    """The text without one of its brackets, for each."""
    for bracket in BRACKET.finditer(text):
        yield text[: bracket.start()] + text[bracket.end() :]


def is_one_off(one: str, other: str) -> bool:
    """Whether two texts differ in one character: another, one more or one less."""
    start = next((at for at, (left, right) in enumerate(zip(one, other)) if left != right), min(len(one), len(other)))
    rests = {(one[start + left :], other[start + right :]) for left, right in ((1, 1), (1, 0), (0, 1))}
    return one != other and any(left == right for left, right in rests)
