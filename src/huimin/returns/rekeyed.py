"""Returned rows that were handed out before the root's secret was replaced, as they would be handed out today."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from huimin.returns.returned import ReturnedRow
from huimin.store.root import Root
from huimin.store.rotated import earlier_secrets, now_of
from huimin.workbooks.columns import CLUE_ID, EVIDENCE_HASH, LOCKED, SEAL, TARGET, seal


def with_todays_keys(root: Root, rows: Sequence[ReturnedRow]) -> list[ReturnedRow]:
    """The rows with today's keys, in their order; a seal that held under an earlier secret holds under today's."""
    now = now_of(root)
    earlier = [*earlier_secrets(root).values()] if now else []
    return [row_of_today(row, now, earlier, root.secret()) for row in rows]


def row_of_today(
    row: ReturnedRow, now: Mapping[str, str], earlier: Sequence[bytes], todays_secret: bytes
) -> ReturnedRow:
    """The row with today's keys. Its seal is unknown where it holds under none of the secrets that are kept."""
    keys = {title: now[row.text(title)] for title in (CLUE_ID, EVIDENCE_HASH, TARGET) if row.text(title) in now}
    if not keys:
        return row
    cells = {**row.cells, **keys}
    if row.form == "ledger" and any(is_sealed(secret, row) for secret in earlier):
        cells[SEAL] = seal_of_row(todays_secret, cells)
    return replace(row, cells=cells)


def is_sealed(secret: bytes, row: ReturnedRow) -> bool:
    """Whether nothing but the cells to fill in was changed."""
    return row.text(SEAL) == seal_of_row(secret, row.cells)


def seal_of_row(secret: bytes, cells: Mapping[str, str]) -> str:
    """The seal over a returned row's locked cells."""
    return seal(secret, {column.title: cells.get(column.title) for column in LOCKED})
