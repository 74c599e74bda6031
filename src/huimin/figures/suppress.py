"""Which cells of tables that add up stay hidden, so that no small count can be worked out from those that are shown.

The cells are chosen by tau-ARGUS, the statistical offices' program (pytauargus, with HiGHS as its solver): the least
that has to be hidden beside the small counts. What it chose is then attacked by its own audit: of every hidden cell,
the lowest and the highest value that agree with all that is shown.
"""

from collections.abc import Collection, Mapping, Sequence
from contextlib import chdir
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from huimin.errors import PublishError
from huimin.language import _

MOST_SECONDS = 60
"""For one choice; then the best one found so far is taken."""
SOLVED, STOPPED = 0, 1
"""What the solver answers: the best choice, or a good one when its time was up."""
SLACK = 1e-6
"""Of a bound, in units of the cells."""

Terms = Mapping[int, int]
"""A sum that everybody knows to be 0: by cell its factor, 1 for a part and -1 for the total."""


@dataclass(frozen=True)
class CountCell:
    """One count of a table that is to be posted, and how well it must be hidden."""

    value: int
    width: int
    """Where it is hidden, its lowest and highest possible value lie at least so far apart."""
    is_small: bool = False
    """Whether it must be hidden."""
    is_known: bool = False
    """Whether everybody knows it already, so that it would be hidden in vain."""
    below: int | None = None
    """How much of the width lies below the value; by default as much as there is: it can be 0."""

    @property
    def least_below(self) -> int:
        """How much of the width lies below the value: `below`, or as much as the value allows where it is not given."""
        return min(self.value, self.width) if self.below is None else self.below


def hidden_cells(cells: Sequence[CountCell], sums: Sequence[Terms]) -> frozenset[int]:
    """The places of the cells to hide: those that are small, and as few others as protect them.

    `sums`: every relation between cells that an attacker knows. Raises PublishError where nothing protects them.
    """
    asked = frozenset(place for place, cell in enumerate(cells) if cell.is_small)
    hidden = narrow = asked
    while narrow:
        hidden = asked | chosen(cells, sums, asked)
        bounds = bounds_of(cells, sums, hidden)
        narrow = frozenset(place for place in hidden if wide(bounds[place]) < cells[place].width - SLACK)
        if narrow and narrow <= asked:
            raise unprotected(_("{count} small counts could be worked out from the others", count=len(narrow)))
        asked |= narrow
    return hidden


def wide(bounds: tuple[float, float]) -> float:
    """The distance between the lower and the upper bound."""
    return bounds[1] - bounds[0]


def unprotected(problem: str) -> PublishError:
    """The error for tables that nothing protects."""
    return PublishError(_("the edition for posting"), problem, _("leave this month out: the next has other figures"))


def chosen(cells: Sequence[CountCell], sums: Sequence[Terms], asked: Collection[int]) -> frozenset[int]:
    """Other cells that tau-ARGUS hides so that those `asked` for cannot be worked out. Raises PublishError."""
    from pytauargus import HiTaSCtrl

    with TemporaryDirectory() as scratch, chdir(scratch):  # the solver leaves its logs where it stands
        problem, answer = Path(scratch, "problem.jj"), Path(scratch, "answer")
        problem.write_text(jj_text(cells, sums, asked, asked), encoding="ascii")
        solver = HiTaSCtrl()
        code = solver.full_jj(in_file_jj=str(problem), out_file=str(answer), max_time=MOST_SECONDS)
        if code not in (SOLVED, STOPPED):
            raise unprotected(_("its small counts cannot be hidden (tau-ARGUS answers {code})", code=code))
        return frozenset(int(place) for place in answer.read_text(encoding="ascii").split())


def bounds_of(
    cells: Sequence[CountCell], sums: Sequence[Terms], hidden: Collection[int]
) -> dict[int, tuple[float, float]]:
    """The lowest and the highest value of each hidden cell that agree with all that is shown."""
    if not hidden:  # which the audit takes for a fault
        return {}
    from pytauargus.engine import audit_jj

    with TemporaryDirectory() as scratch, chdir(scratch):
        problem = Path(scratch, "problem.jj")
        problem.write_text(jj_text(cells, sums, (), hidden), encoding="ascii")
        return {bounds["cell"]: (bounds["min"], bounds["max"]) for bounds in audit_jj(str(problem))}


def jj_text(cells: Sequence[CountCell], sums: Sequence[Terms], asked: Collection[int], hidden: Collection[int]) -> str:
    """The problem in tau-ARGUS's JJ format: a line a cell, then a line a sum.

    Of a cell: place, value, what hiding it costs, status (u small, m hidden beside, z never hidden, s shown), the
    lowest and highest value that everybody would believe, and how far the bounds that an attacker finds must at least
    lie below it, above it, and apart (which the solver does not heed). Source: τ-ARGUS user's manual 4.1, chapter 5.
    """
    least = min((cell.value for cell in cells if cell.value < 0), default=0)
    most = 2 * max((cell.value for cell in cells), default=0) + sum({cell.width for cell in cells})
    lines = ["0", str(len(cells))]
    for place, cell in enumerate(cells):
        status = "u" if place in asked else "m" if place in hidden else "z" if cell.is_known else "s"
        below, above = (cell.least_below, cell.width - cell.least_below) if place in asked else (0, 0)
        lines.append(f"{place} {cell.value} {max(cell.value, 1)} {status} {least} {most} {below} {above} 0")
    lines.append(str(len(sums)))
    for terms in sums:
        told = " ".join(f"{place} ({factor})" for place, factor in terms.items())
        lines.append(f"0 {len(terms)} : {told}")
    return "\n".join([*lines, ""])
