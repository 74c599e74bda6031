"""Which figures of an edition for posting stay hidden."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from math import ceil

from huimin.figures.suppress import SLACK, CountCell, Terms, bounds_of, hidden_cells
from huimin.report.posted import MEASURES, TOTAL, PostedCell, PostedEdition, PostedPlace


def protected(edition: PostedEdition, before: PostedEdition | None) -> PostedEdition:
    """The edition with its small figures hidden, and as many others as keep anybody from working these out.

    Not from the totals, not from money where people are hidden, and not from the edition before, of which a figure that
    stands may be the same still. Raises PublishError.
    """
    hidden = {one.name: safe(edition, None, one.name, frozenset()) for one in MEASURES if not one.stands}
    tied: frozenset[PostedPlace] = frozenset()
    while True:
        people, money = (safe(edition, before, name, tied) for name in ("beneficiaries", "paid"))
        tied = people | money
        if tied == people and tied & edition.at("paid").keys() == money:
            break
    hidden |= {"beneficiaries": tied, "paid": tied}
    tables = {
        name: tuple(replace(cell, is_hidden=cell.place in hidden[name]) for cell in cells)
        for name, cells in edition.tables.items()
    }
    return replace(edition, tables=tables)


def safe(
    edition: PostedEdition, before: PostedEdition | None, measure: str, tied: frozenset[PostedPlace]
) -> frozenset[PostedPlace]:
    """The places of the measure's table to hide: those of `tied`, small counts, and what protects both."""
    problem = Problem(edition, before, measure, tied)
    hidden = hidden_cells(problem.cells, problem.sums)
    return frozenset(place for place, at in problem.now.items() if at in hidden)


class Problem:
    """One table as an attacker knows it, together with the same one of the edition before."""

    def __init__(
        self, edition: PostedEdition, before: PostedEdition | None, measure: str, tied: frozenset[PostedPlace]
    ) -> None:
        self.cells: list[CountCell] = []
        self.sums: list[Terms] = []
        self.now: dict[PostedPlace, int] = {}
        earlier = before.at(measure) if before else {}
        past = self._past(before, measure) if before else {}
        shown = unchanged_since(edition, before) if before else frozenset()
        for place, cell in edition.at(measure).items():
            is_small = cell.people < edition.minimum or place in tied
            same = place in past and earlier[place].value == cell.value
            if same and (earlier[place].is_hidden or not is_small):
                self.now[place] = past[place]
            else:
                width = least_interval(edition, measure, cell)
                self.now[place] = self._laid(CountCell(cell.value, width, is_small, place in shown and not is_small))
        self.sums += sums_of(self.now)

    def _past(self, before: PostedEdition, measure: str) -> dict[PostedPlace, int]:
        """Lays the edition before: what it showed is known, what it hid stays hidden as well as it was."""
        earlier = before.at(measure)
        past: dict[PostedPlace, int] = {}
        for place, cell in earlier.items():
            width = least_interval(before, measure, cell)
            past[place] = self._laid(CountCell(cell.value, width, cell.is_hidden, not cell.is_hidden))
        self.sums += sums_of(past)
        hidden = [past[place] for place, cell in earlier.items() if cell.is_hidden]
        for at, (lowest, _highest) in bounds_of(self.cells, self.sums, hidden).items():
            laid = self.cells[at]
            self.cells[at] = replace(laid, below=min(laid.value - ceil(lowest - SLACK), laid.width))
        return past

    def _laid(self, cell: CountCell) -> int:
        self.cells.append(cell)
        return len(self.cells) - 1


def unchanged_since(edition: PostedEdition, before: PostedEdition) -> frozenset[PostedPlace]:
    """Places whose people or money are as the edition before showed them: hiding the other of the two hides nothing."""
    found: set[PostedPlace] = set()
    for measure in ("beneficiaries", "paid"):
        earlier = before.at(measure)
        for place, cell in edition.at(measure).items():
            if place in earlier and earlier[place].value == cell.value and not earlier[place].is_hidden:
                found.add(place)
    return frozenset(found)


def least_interval(edition: PostedEdition, measure: str, cell: PostedCell) -> int:
    """How far apart a hidden figure's bounds must lie: the minimum, of money so many times what one usually gets."""
    if measure not in ("paid", "recovered"):
        return edition.minimum
    whole = edition.at(measure).get((cell.item, TOTAL), cell)
    return edition.minimum * max(whole.value // max(whole.people, 1), 1)


def sums_of(at: Mapping[PostedPlace, int]) -> Iterator[Terms]:
    """The equations between the figures of a table: every total is the sum of its parts."""
    items = list(dict.fromkeys(item for item, _street in at))
    streets = list(dict.fromkeys(street for _item, street in at))
    lines = [[(item, street) for street in streets] for item in items]
    if TOTAL in items:
        lines += [[(item, street) for item in items] for street in streets]
    for line in lines:
        parts = [place for place in line if place in at]
        if len(parts) > 1:
            yield {at[place]: -1 if is_total(place, parts) else 1 for place in parts}


def is_total(place: PostedPlace, parts: Sequence[PostedPlace]) -> bool:
    """Whether the place is the total of the line that these places make up."""
    across = len({street for _item, street in parts}) > 1
    return place[1 if across else 0] == TOTAL
