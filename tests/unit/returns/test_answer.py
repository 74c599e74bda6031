"""What the answer to a return restores: locked cells as they were handed out, of clues whose cards are kept."""

from decimal import Decimal
from pathlib import Path

import pytest

from huimin.ledger.current import lay_current
from huimin.ledger.fold import lay_decisions
from huimin.returns.answer import as_written, locked_cells
from huimin.returns.rekeyed import seal_of_row
from huimin.store.root import Root
from huimin.tables.declared import CARDS, column_types
from huimin.tables.work import open_work
from huimin.workbooks.cards import CARDS_FILE
from huimin.workbooks.columns import CLUE_ID, LOCKED, SEAL, LockedColumn
from nights import PROJECT
from unit.sampling.small_ledger import clue, published
from unit.work_database import fill

LEDGER = f"""clue_id | rule | item | street | state | evidence_hash
{clue(0)} | deceased | tekun | 东街 | 待核查 | e0
{clue(1)} | deceased | tekun | 东街 | 待核查 | e1
{clue(2)} | deceased | tekun | 东街 | 待核查 | e2
"""
CARDED = f"""clue_id | rule | name | item_title | street | community
{clue(0)} | deceased | 张三 | 特困人员救助供养 | 东街 | 新村
{clue(1)} | deceased | 李四 | 特困人员救助供养 | 东街 | 老村
"""


def with_cards(folder: Path) -> Root:
    root = published(folder, LEDGER)
    place = root.restricted / str(root.latest())
    place.mkdir()
    with open_work(None) as con:
        con.execute(f"create table cards ({column_types(CARDS)})")
        fill(con, "cards", CARDED)
        con.execute(f"copy cards to '{place / CARDS_FILE}'")
    return root


def restored(root: Root, *clues: str) -> dict[str, dict[str, object]]:
    with open_work(None) as con:
        records = lay_current(con, root)
        lay_decisions(con, [record.decisions for record in records])
        return {name: dict(cells) for name, cells in locked_cells(con, root, PROJECT.rules, clues).items()}


def test_the_cells_of_the_clues_asked_for_are_restored_under_their_seal(tmp_path: Path) -> None:
    root = with_cards(tmp_path)
    found = restored(root, clue(0), clue(2))
    assert list(found) == [clue(0)]
    cells = found[clue(0)]
    assert [cells[title] for title in (CLUE_ID, "姓名", "街道", "社区")] == [clue(0), "张三", "东街", "新村"]
    texts = {title: "" if cell is None else str(cell) for title, cell in cells.items()}
    assert cells[SEAL] == seal_of_row(root.secret(), texts)


def test_nothing_is_restored_where_nobody_asks_or_no_card_is_kept(tmp_path: Path) -> None:
    root = with_cards(tmp_path)
    assert restored(root) == {}
    (root.restricted / str(root.latest()) / CARDS_FILE).unlink()
    assert restored(root, clue(0)) == {}


COLUMNS = {column.kind: column for column in LOCKED} | {column.title: column for column in LOCKED}


@pytest.mark.parametrize(
    ("column", "text", "written"),
    [
        (COLUMNS["integer"], "3", 3), (COLUMNS["integer"], "1,203", 1203), (COLUMNS["integer"], "三", "三"),
        (COLUMNS["integer"], "", None), (COLUMNS["money"], "1,200.50", Decimal("1200.50")),
        (COLUMNS["money"], "一千", "一千"), (COLUMNS["money"], "", None), (COLUMNS["integer"], "3.7", Decimal("3.7")),
        (COLUMNS["integer"], "999999999999999", 10**15 - 1), (COLUMNS["integer"], "1e15", "1e15"),
        (COLUMNS["integer"], "-1e15", "-1e15"), (COLUMNS["money"], "1e15", "1e15"),
        *((COLUMNS[kind], text, text) for kind in ("integer", "money") for text in ("1e999999999", "1e-999999999")),
        *((COLUMNS[kind], text, text) for kind in ("integer", "money") for text in ("NaN", "sNaN", "Infinity")),
        (COLUMNS[CLUE_ID], "12", "12"), (COLUMNS[CLUE_ID], "", None),
    ],
)  # fmt: skip
def test_a_cell_stands_as_it_was_written(column: LockedColumn, text: str, written: object) -> None:
    assert as_written(column, text) == written
    assert type(as_written(column, text)) is type(written)
