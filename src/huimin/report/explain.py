"""A clue's evidence card: what was compared, where it stands, on which basis, what to ask, when it errs."""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import duckdb
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from huimin.cells import TYPES
from huimin.contracts.contract import Contract
from huimin.errors import UsageError
from huimin.language import _
from huimin.matching.rule import Rule
from huimin.report.findings import decisions_sql, found_of, history
from huimin.store.names import shown
from huimin.tables.declared import CLUES, EVIDENCE, LEDGER, ordered_select
from huimin.tables.key import unlocked
from huimin.tables.published import published_rows
from huimin.tables.sql import parquet, rows_of
from huimin.workbooks.cards import CARDS_FILE

TIERS = {
    1: "1 级 · 相互矛盾：两项事实不能同时成立",
    2: "2 级 · 与政策不一致：事实与政策条文不符",
    3: "3 级 · 需询问：只是询问的理由，本身不是问题",
    0: "0 级 · 数据疑错：两条记录中可能有一条有误，先请数据提供方核对",
}
ROLES = {"payment": "发放", "register": "比对"}
NOT_A_FINDING = "疑点不是结论：须逐条逐项上门核实，由人作出认定。"


@dataclass(frozen=True)
class SourceRow:
    """One source row behind a clue."""

    role: str
    roster: str
    title: str
    """The roster's title."""
    file: str
    sheet: str | None
    row: int | None
    facts: tuple[tuple[str, str], ...]
    """Title of the column and value, masked."""


@dataclass(frozen=True)
class Card:
    """All that a clue rests on. Masked, unless `person` was given from the restricted side."""

    clue_id: str
    title: str
    tier: str
    summary: str
    facts: tuple[tuple[str, str], ...]
    """Label and text: item, person, dates, money, state."""
    sources: tuple[SourceRow, ...]
    basis: str
    ask: str
    mistaken_when: tuple[str, ...]
    findings: tuple[tuple[str, str], ...] = ()
    """Label and text: what was found, what is rectified, why it opened again; who found it only beside `person`."""
    person: tuple[tuple[str, str], ...] = ()
    """Label and text that only a case worker may see."""

    def as_json(self) -> dict[str, Any]:
        """A JSON-ready dictionary; pairs become objects."""
        value = asdict(self)
        value.update(facts=dict(self.facts), person=dict(self.person))
        value["findings"] = [list(pair) for pair in self.findings]
        value["sources"] = [{**asdict(source), "facts": dict(source.facts)} for source in self.sources]
        return value

    def __rich__(self) -> RenderableType:
        """The card for the terminal."""
        return drawn(self)


def explain(
    published: Path,
    names: Collection[str],
    rules: Mapping[str, Rule],
    contracts: Mapping[str, Contract] = MappingProxyType({}),
    restricted: Path | None = None,
) -> Card:
    """The card of the clue that has one of these ids in the published run.

    With the run's restricted folder it tells also who it is about and who decided. `contracts` give rosters and columns
    their Chinese titles; without them their ids are shown.

    Raises UsageError for a clue that the run does not have.
    """
    with unlocked(duckdb.connect(config={"threads": 2})) as con:
        found, evidence, ledger = (
            rows_of(con, ordered_select(table, published_rows(table, published), IS_NAMED), names=[*names])
            for table in (CLUES, EVIDENCE, LEDGER)
        )
        if not found:
            fix = _("copy the 16 characters of clue_id from the report, the ledger or `huimin query`")
            raise UsageError("CLUE_ID", _("no such clue in run {name}", name=published.resolve().name), fix)
        clue = found[0]
        clue_id = clue["clue_id"]
        findings = [pair for row in ledger for pair in found_of(row)]
        person: tuple[tuple[str, str], ...] = ()
        if restricted:
            person = tuple(known_person(con, clue, restricted))
            findings += history(rows_of(con, decisions_sql(restricted), clue_id=clue_id))
    rule = rules.get(clue["rule"])
    return Card(
        clue_id,
        clue["rule_title"],
        TIERS[clue["tier"]],
        clue["summary"],
        tuple(clue_facts(clue)),
        tuple(source(row, contracts.get(row["roster"])) for row in evidence),
        rule.basis if rule else "（本规则已不在目录中）",
        rule.ask if rule else "",
        rule.mistaken_when if rule else (),
        tuple(findings),
        person,
    )


def clue_facts(clue: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The clue's own facts in the order in which a visitor needs them; nulls are left out."""
    who = " ".join(str(clue[key]) for key in ("name_masked", "sex", "id_number_masked") if clue[key])
    age = f"，{clue['age']} 岁" if clue["age"] is not None else ""
    first, last = clue["first_period"], clue["last_period"]
    span = f"{first} 至 {last}（首期与末期的开始日），共 {clue['periods']} 期" if first != last else f"{first}"
    yield "项目", f"{clue['item_title']}（{clue['department'] or '责任部门未定'}）"
    if who:
        yield "对象", who + age
    yield "住址", " ".join(part for part in (clue["street"], clue["community"]) if part) or "（未填）"
    if clue["subject"]:
        yield "标的", clue["subject"]
    yield "期间", span
    yield "涉及金额", f"{clue['amount_at_risk']:,} 元"
    yield "查实率估计", f"{clue['hit_rate']:.0%}（本规则 {clue['tier']} 级线索；优先度 {clue['priority']:,.0f} 元）"
    if clue["identity"]:
        yield "身份把握", {"A": "A 各行姓名一致", "C": "C 有行姓名不一致，先核对是否同一人"}[clue["identity"]]
    yield "台账状态", f"{clue['state']}（首次发现 {clue['first_seen']}）"


def known_person(
    con: duckdb.DuckDBPyConnection, clue: Mapping[str, Any], restricted: Path
) -> Iterator[tuple[str, str]]:
    """Name, ID number, unmasked subject, and what the clue's card says, from the run's restricted side."""
    keys = {"keys": [key for key in (clue["person_key"], clue["subject_key"]) if key]}
    rows = con.execute(
        f"""select kind, value, name from {parquet(restricted / "identities.parquet")}
            where list_contains($keys::varchar[], key) order by kind <> 'person', kind, value""",
        keys,
    ).fetchall()
    for kind, value, name in rows:
        if name:
            yield "姓名", name
        yield "身份证号" if kind == "person" else TYPES[kind].title, value
    cards = restricted / CARDS_FILE
    if cards.is_file():
        for card in rows_of(con, CARD.format(cards=parquet(cards)), clue_id=clue["clue_id"]):
            yield "住址（全）", " ".join(filter(None, (card["street"], card["community"]))) or "（未填）"
            yield "概述（全）", card["summary"] or ""
            yield "证据（全）", card["evidence"] or ""
            if card.get("what_changed"):
                yield "重新打开（全）", card["what_changed"]


IS_NAMED = "list_contains($names::varchar[], clue_id)"
CARD = "select * from {cards} where clue_id = $clue_id"


def source(row: Mapping[str, Any], contract: Contract | None) -> SourceRow:
    """A source row of the card, its columns under the titles that the department knows."""
    titles = {column.name: column.titles[0] for column in contract.columns if column.titles} if contract else {}
    values = json.loads(row["facts"] or "{}")
    facts = tuple((titles.get(name, name), "" if value is None else str(value)) for name, value in values.items())
    title = contract.title if contract else row["roster"]
    return SourceRow(row["role"], row["roster"], title, row["file"], row["sheet"], row["row"], facts)


def drawn(card: Card) -> RenderableType:
    """The card as a panel, readable from 60 columns on."""
    heading = Text.assemble(
        (card.title, "bold"), "  ", (card.clue_id, "dim"), "\n", (card.tier, "cyan"), no_wrap=False, overflow="fold"
    )
    advice = [("政策依据", card.basis), ("上门核实", card.ask)]
    advice += [("可能误判" if place == 0 else "", reason) for place, reason in enumerate(card.mistaken_when)]
    return Panel(
        Group(
            heading,
            "",
            folded(card.summary),
            "",
            labelled((*card.person, *card.facts)),
            *(("", folded("核查经过", "bold"), labelled(card.findings)) if card.findings else ()),
            "",
            folded("证据：来源行与比对的内容（脱敏）", "bold"),
            *(block for source in card.sources for block in drawn_source(source)),
            "",
            labelled(advice),
            "",
            folded(NOT_A_FINDING, "yellow"),
        )
    )


def drawn_source(source: SourceRow) -> tuple[RenderableType, RenderableType]:
    """Where one source row stands, and below it the values compared."""
    places = (
        source.file,
        f"工作表 {source.sheet}" if source.sheet else "",
        f"第 {source.row} 行" if source.row else "",
    )
    where = " · ".join(part for part in (source.title, *places) if part)
    facts = "；".join(f"{name} {value}" for name, value in source.facts if value)
    return folded(f"【{ROLES.get(source.role, source.role)}】{where}"), Padding(folded(facts, "dim"), (0, 0, 0, 4))


def labelled(pairs: Iterable[tuple[str, str]]) -> Table:
    """Labels and their texts, one pair a line."""
    grid = Table.grid(padding=(0, 2))
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    for label, text in pairs:
        grid.add_row(Text(label, "dim"), folded(text))
    return grid


def folded(text: str, style: str = "") -> Text:
    """The text, broken at the edge and never cut, whatever the console was told."""
    lines = map(shown, text.split("\n"))
    return Text("\n".join(lines), style, no_wrap=False, overflow="fold")
