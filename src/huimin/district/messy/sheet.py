"""A page of cells: what stands above, between and below the rows, and in which physical row each row comes to lie."""

from collections.abc import Sequence
from dataclasses import dataclass

from huimin.district.messy.dress import MessyCell


@dataclass(frozen=True)
class Frame:
    """What people put around their rows."""

    above: tuple[str, ...] = ()
    """Title rows, each one cell."""
    upper: tuple[tuple[int, str], ...] = ()
    """A second header row above the first: (column, text), each spanning to the next."""
    serial: bool = False
    """A column 序号 in front."""
    extra: tuple[tuple[str, str], ...] = ()
    """Columns that no contract knows, with what stands in them."""
    page: int = 0
    """The header again after so many rows."""
    gaps: int = 0
    """A blank row after so many rows."""
    total: int | None = None
    """A 合计 row that sums this column (counted without the serial one)."""
    below: tuple[str, ...] = ()
    """Footers, each one cell."""


@dataclass(frozen=True)
class MessyPage:
    """A sheet: every row's cells, the row of the lower header, and the physical row (from 1) of each data row."""

    cells: tuple[tuple[MessyCell, ...], ...]
    header: int
    places: tuple[int, ...]
    name: str | None = None
    hidden: bool = False
    merged: tuple[int, ...] = ()
    """Columns in which equal cells below each other are merged."""
    upper: tuple[tuple[int, str], ...] = ()


def paged(
    titles: Sequence[str],
    rows: Sequence[Sequence[MessyCell]],
    frame: Frame,
    *,
    name: str | None = None,
    hidden: bool = False,
    merged: tuple[int, ...] = (),
) -> MessyPage:
    """The page of those rows."""
    shift = int(frame.serial)
    header = ["序号"] * shift + list(titles) + [title for title, _ in frame.extra]
    tail = [value for _, value in frame.extra]
    width = len(header)
    blank = [""] * width
    cells: list[list[MessyCell]] = [[text, *blank[1:]] for text in frame.above]
    if frame.upper:
        cells.append([dict(frame.upper).get(i - shift, "") for i in range(width)])
    cells.append(list(header))
    top = len(cells)
    places = []
    for i, row in enumerate(rows):
        if frame.page and i and i % frame.page == 0:
            cells.append(list(header))
        if frame.gaps and i and i % frame.gaps == 0:
            cells.append(list(blank))
        cells.append([*([str(i + 1)] * shift), *row, *tail])
        places.append(len(cells))
    if frame.total is not None:
        cells.append(["合计", *blank[1:]])
        cells[-1][frame.total + shift] = _sum(rows, frame.total)
    cells += [[text, *blank[1:]] for text in frame.below]
    return MessyPage(
        tuple(map(tuple, cells)),
        top,
        tuple(places),
        name,
        hidden,
        tuple(column + shift for column in merged),
        tuple((column + shift, text) for column, text in frame.upper),
    )


def _sum(rows: Sequence[Sequence[MessyCell]], column: int) -> str:
    """The total as people print it; what cannot be read is left out of it."""
    total = 0.0
    for row in rows:
        text = str(row[column]).replace(",", "").strip("￥元")
        total += float(text) if text.replace(".", "", 1).isdigit() else 0
    return f"{total:.2f}"
