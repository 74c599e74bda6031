"""The ledger workbooks of a run: one a street and one a department, out of its cards, its ledger and its decisions."""

from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import duckdb

from huimin.errors import PublishError
from huimin.language import _
from huimin.ledger.current import lay_current
from huimin.ledger.fold import lay_decisions, lay_standing
from huimin.matching.rule import Rule
from huimin.store.manifest import read_manifest
from huimin.store.root import RESTRICTED_DIRECTORY, Root
from huimin.store.rotated import under_todays_secret
from huimin.tables.work import open_work
from huimin.workbooks.book import HOUSEHOLD, BookRow, write_book
from huimin.workbooks.book_rows import NOBODY, Issue, Side, book_rows, lay_book_rows
from huimin.workbooks.cards import CARDS_FILE, mount_cards
from huimin.workbooks.names import file_name
from huimin.workbooks.shelf import Shelf

WORKBOOKS = "workbooks"
"""Folder of a run's restricted side."""
SIDES: Mapping[Side, str] = {"street": "街道", "department": "部门"}
MOST_CLOSED = 20_000
"""Settled clues that a workbook lists, the latest."""
MOST_BOOKS, REST = 300, "其余"
"""Workbooks of streets; where a column of streets holds addresses there would be one a clue."""


def write_ledger_books(
    con: duckdb.DuckDBPyConnection,
    folder: Path,
    issue: Issue,
    rules: Mapping[str, Rule],
    only: Mapping[Side, str] | None = None,
    most_books: int = MOST_BOOKS,
    shelf: Shelf | None = None,
) -> tuple[Path, ...]:
    """The workbooks now in the folder: `街道_<street>.xlsx` and `部门_<department>.xlsx`, each with its own rows alone.

    `con` holds `cards` (`verification/cards.py`), `ledger` and `decisions`. `only` names one street, one department or
    both; by default there is a workbook for each. Clues without a street are in `街道_未填.xlsx`; a street with few
    clues, when there are too many streets, shares `街道_其余.xlsx`. A book with the same rows as in the run before
    is that one (`shelf`). Raises OSError.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=RESTRICTED_DIRECTORY)
    shelf = shelf or Shelf(issue.run, issue.run_date)
    lay_book_rows(con, issue, rules)
    seals: dict[str, str] = {}
    places: list[Path] = []
    for side, prefix in SIDES.items():
        if only is None:
            con.execute(MERGED.format(side=side), {"rest": REST, "most": most_books})
        taken: set[str] = set()
        for owner in owners(con, side):
            name = file_name(prefix, owner, taken)
            if only is None or only.get(side) == (owner or NOBODY):
                places += write_owners_book(con, folder / name, issue, side, owner, seals, shelf)
    con.execute("drop table book_rows")
    return tuple(places)


def export_current(
    root: Root, folder: Path, rules: Mapping[str, Rule], only: Mapping[Side, str] | None = None
) -> tuple[Path, ...]:
    """The workbooks of the latest run with every decision since, now in the folder. Raises PublishError, OSError."""
    with closing(open_work(None)) as con:
        return write_ledger_books(con, folder, lay_ledger_now(con, root), rules, only)


def lay_ledger_now(con: duckdb.DuckDBPyConnection, root: Root) -> Issue:
    """`cards`, `ledger` and `decisions` of the latest run with every decision since. Raises PublishError."""
    run = root.latest() or ""
    cards = under_todays_secret(root, root.restricted / run / CARDS_FILE)
    if not cards.is_file():
        raise PublishError(str(cards), _("the cards of the latest run are gone"), _("`huimin run` makes them again"))
    records = lay_current(con, root)
    lay_standing(con)
    mount_cards(con, cards)
    lay_decisions(con, [record.decisions for record in records])
    return Issue(run, read_manifest(root.published / run).facts.run_date, root.secret())


def owners(con: duckdb.DuckDBPyConnection, side: Side) -> list[str | None]:
    """Every street or department that the ledger names, ascending, none last."""
    found = con.execute(f"select distinct {side} from book_rows order by {side} nulls last").fetchall()
    return [owner for (owner,) in found]


def write_owners_book(
    con: duckdb.DuckDBPyConnection,
    place: Path,
    issue: Issue,
    side: Side,
    owner: str | None,
    seals: dict[str, str],
    shelf: Shelf,
) -> tuple[Path, ...]:
    """The workbook of one street or department, and further ones when it does not fit."""
    rows = list(book_rows(con, side, owner, issue.secret, seals))
    closed = con.execute(CLOSED_ROWS.format(side=side), {"owner": owner, "most": MOST_CLOSED}).fetchall()
    whose = owner or ("未填街道" if side == "street" else "未定责任部门")
    title = f"{whose} 疑点线索核查台账"
    return write_book(place, title, rows, notes=notes_of(rows), shelf=shelf, closed=closed)


def notes_of(rows: list[BookRow]) -> tuple[str, ...]:
    """What stands above the header, behind which night it is of: how much, what to fill and where it goes."""
    households = len({row.cells[HOUSEHOLD] for row in rows})
    return (
        f"共 {households} 户 {len(rows)} 条线索，同户的线索排在一起，可一次上门",
        "疑点不是结论：须逐条逐项上门核实，由人作出认定。只填浅黄色的列（可分次填），怎么填见“填写说明”",
        "填好后存盘，整份交回：放入报送目录的 verification 文件夹（inbox/verification/），或交数据管理员；以回执为准",
    )


MERGED = """
update book_rows set {side} = $rest where {side} in (
    select {side} from book_rows where {side} is not null
    group by {side} order by count(*) desc, {side} offset $most
)
"""

CLOSED_ROWS = """
select "线索编号", "项目名称", "规则", "姓名", result, settled_on from book_rows
where {side} is not distinct from $owner and settled
order by settled_on desc nulls last, "线索编号" limit $most
"""
