"""The workbooks of a plan: what is to be checked, by the street that checks, with the columns to fill in."""

import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from huimin.errors import PublishError
from huimin.language import _
from huimin.ledger.current import lay_current
from huimin.ledger.fold import lay_decisions, lay_standing
from huimin.ledger.plans import UNFOUNDED_KINDS, PlanResult, SamplingPlan
from huimin.ledger.states import RECHECKING
from huimin.matching.rule import Rule
from huimin.sampling.draw import TITLES
from huimin.store.manifest import read_manifest
from huimin.store.root import RESTRICTED_DIRECTORY, Root
from huimin.store.rotated import under_todays_secret
from huimin.tables.work import open_work
from huimin.workbooks.book import BookRow, write_book
from huimin.workbooks.book_rows import Issue, book_rows, lay_book_rows
from huimin.workbooks.cards import CARDS_FILE, mount_cards
from huimin.workbooks.columns import PLAN, PLAN_FILLED, PLAN_LOCKED, TARGET
from huimin.workbooks.export import MERGED, MOST_BOOKS, REST
from huimin.workbooks.names import file_name

SORTS = {"clue": "线索", "household": "家庭", "person": "人员"}
"""What a target is, as the worker reads it."""
RETURNED = "填好后存盘，整份交回：放入报送目录的 verification 文件夹（inbox/verification/），或交数据管理员导入"


def folder_of_forms(root: Root, plan: str) -> Path:
    """Where a plan's workbooks are when no other place is said: restricted."""
    return root.restricted / "plans" / plan


def remove_withdrawn(root: Root, results: Sequence[PlanResult]) -> None:
    """Nobody finds the workbooks of a withdrawn plan where they were written: what they drew is not checked."""
    for result in results:
        if result.status == "withdrawn":
            shutil.rmtree(folder_of_forms(root, result.plan.plan), ignore_errors=True)


def write_forms(
    root: Root, plan: SamplingPlan, rules: Mapping[str, Rule], folder: Path, most_books: int = MOST_BOOKS
) -> tuple[Path, ...]:
    """The workbooks now in the folder, one a street that checks; only their owner may open them. Raises OSError.

    Drawn 查否 are in the columns of the ledger, those that have a result left out; of a cross check in the workbook of
    the street that checks them. Households, persons and clues of a spot check or of visits have a sheet of their own.
    When there are too many streets those with fewest share `…_其余.xlsx`.
    """
    for place in (folder.parent, folder):
        place.mkdir(parents=True, exist_ok=True, mode=RESTRICTED_DIRECTORY)
    if plan.kind in UNFOUNDED_KINDS:
        return tuple(unfounded_forms(root, plan, rules, folder, most_books))
    return tuple(target_forms(plan, folder, most_books))


def target_forms(plan: SamplingPlan, folder: Path, most_books: int) -> Iterator[Path]:
    """Sheets of households, persons and clues, a workbook a street, in the order to be checked."""
    taken: set[str] = set()
    targets = plan.targets()
    sizes = targets.drop_nulls("street").group_by("street").len().sort("len", "street", descending=[True, False])
    shared = sizes["street"][most_books:]
    owners = pl.when(pl.col("street").is_in(shared.implode())).then(pl.lit(REST)).otherwise("street").alias("owner")
    for (name,), rows in targets.with_columns(owners).group_by("owner", maintain_order=True):
        owner = None if name is None else str(name)
        title = f"{owner or '未填街道'} {TITLES[plan.kind]}表"
        notes = (
            f"计划 {plan.plan}　　抽取比例 {plan.rate:%}　　共 {rows.height} 项",
            "逐项上门核实，只填浅黄色的列；“发现问题”请在说明中写明",
            RETURNED,
        )
        place = folder / file_name(TITLES[plan.kind], owner, taken)
        filled = [BookRow(cells_of(plan, row), "") for row in rows.iter_rows(named=True)]
        yield from write_book(place, title, filled, notes=notes, locked=PLAN_LOCKED, filled=PLAN_FILLED)


def cells_of(plan: SamplingPlan, row: Mapping[str, Any]) -> dict[str, str | None]:
    """A target's locked cells by title."""
    return {
        PLAN: plan.plan,
        TARGET: row["target"],
        "对象类型": SORTS[row["sort"]],
        "街道": row["street"],
        "社区": row["community"],
        "姓名": row["name"],
        "身份证号": row["id_number"],
        "检查内容": row["told"],
    }


def unfounded_forms(
    root: Root, plan: SamplingPlan, rules: Mapping[str, Rule], folder: Path, most_books: int
) -> Iterator[Path]:
    """Ledger workbooks of the clues that the plan still waits for."""
    facts = read_manifest(root.published / (root.latest() or plan.run)).facts
    issue = Issue(facts.run, facts.run_date, root.secret())
    with closing(open_work(None)) as con:
        lay_drawn_rows(con, root, plan, issue, rules)
        con.execute(MERGED.format(side="street"), {"rest": REST, "most": most_books})
        owners = con.execute("select distinct street from book_rows order by street nulls last").fetchall()
        taken: set[str] = set()
        for (owner,) in owners:
            rows = list(book_rows(con, "street", owner, issue.secret, {}))
            title = f"{owner or '未填街道'} {TITLES[plan.kind]}表"
            notes = (
                f"计划 {plan.plan}　　抽取比例 {plan.rate:%}　　共 {len(rows)} 条查否线索",
                "请由未参加上次核查的人复核：核查结果填“查否维持”或“改判查实”，只填浅黄色的列",
                RETURNED,
            )
            place = folder / file_name(TITLES[plan.kind], owner, taken)
            yield from write_book(place, title, rows, notes=notes)


def lay_drawn_rows(
    con: duckdb.DuckDBPyConnection, root: Root, plan: SamplingPlan, issue: Issue, rules: Mapping[str, Rule]
) -> None:
    """Temporary table `book_rows` of the drawn clues without a result; `street` is the street that checks."""
    records = lay_current(con, root)
    lay_decisions(con, [record.decisions for record in records])
    drawn = plan.targets().with_columns(pl.coalesce("checker", "street").alias("owner"))
    con.register("drawn", drawn)
    lay_standing(con)
    con.execute(
        """delete from ledger where plan is distinct from $plan or state <> $rechecking
           or clue_id not in (select target from drawn)""",
        {"plan": plan.plan, "rechecking": RECHECKING},
    )
    cards = under_todays_secret(root, root.restricted / (root.latest() or "") / CARDS_FILE)
    if not cards.is_file():
        raise PublishError(
            str(cards), _("what the workbooks say of each clue is not there"), _("`huimin run` writes it")
        )
    mount_cards(con, cards)
    lay_book_rows(con, issue, rules)
    con.execute('update book_rows as b set street = d.owner from drawn as d where d.target = b."线索编号"')
