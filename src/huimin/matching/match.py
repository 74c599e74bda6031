"""What every rule finds on the rows in force: tables `hits` and `rule_outcomes` of the work database."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from time import perf_counter

import duckdb
import pyarrow as pa

from huimin.contracts.contract import Contract
from huimin.deliveries.slots import InForce
from huimin.errors import RuleError
from huimin.matching.core import Texts
from huimin.matching.engine import Engine, EngineFault
from huimin.matching.kept import NOTHING_KNOWN, Answers
from huimin.matching.mount import BENEFIT_ROWS, benefit_rows_sql, benefits_in, benefits_of, mount
from huimin.matching.not_judged import JUDGED_PAYMENTS, not_judged
from huimin.matching.policy import Policy, lay_policy
from huimin.matching.question import Piece, Question, questions_of
from huimin.matching.reach import Items
from huimin.matching.rule import Rule, View
from huimin.store.settings import EngineSettings
from huimin.tables.sql import insert_rows
from huimin.tables.work import makes, open_work
from huimin.tables.yuan import yuan

__all__ = ["InForce", "match", "missing", "mount", "open_work"]

HITS = """
create or replace table hits (
    rule varchar, item varchar, id_number varchar, subject varchar, starts_on date, ends_on date, amount decimal(14,2),
    tier tinyint, payment bigint, register bigint, name varchar, facts varchar
)"""

OUTCOMES = """
create or replace table rule_outcomes (
    rule varchar, version varchar, tier tinyint, status varchar, why varchar,
    population bigint, periods_not_judged bigint
)"""

RESULT_TYPES = {
    "item": "varchar",
    "id_number": "varchar",
    "subject": "varchar",
    "starts_on": "date",
    "ends_on": "date",
    "amount": "decimal(14,2)",
    "tier": "tinyint",
    "payment": "bigint",
    "register": "bigint",
    "name": "varchar",
}


def unwatched(share: float) -> None:
    """Whoever does not look how far the rules are."""


@makes("run", "hits", "rule_outcomes", needs=("delivered", "items"), step="match")
def match(
    con: duckdb.DuckDBPyConnection,
    rules: Mapping[str, Rule],
    views: Mapping[str, View],
    policy: Policy,
    contracts: Mapping[str, Contract],
    run_date: date,
    only: Collection[str] | None = None,
    reached: Callable[[float], None] = unwatched,
    answers: Answers = NOTHING_KNOWN,
    engine: Engine | None = None,
    most: int = EngineSettings.hits,
) -> Mapping[str, float]:
    """Seconds that each rule took, in catalogue order; fills `hits` and `rule_outcomes` over a mounted work database.

    With `only`, the other rules neither run nor appear; `reached` is called with the share that has run. What `answers`
    knows is not looked for again, and what is found now it keeps for the next night, if all rules run. The
    rules run on `engine`, by default over the work database as it stands. Raises RuleError naming the rule whose SQL
    fails, or that finds more than `most` rows.
    """
    chosen = {name: rule for name, rule in rules.items() if only is None or name in only}
    lay_run(con, run_date)
    lay_policy(con, policy)
    delivered = {roster for (roster,) in con.execute("select distinct roster from delivered").fetchall()}
    lacking = {name: missing(rule, delivered) for name, rule in chosen.items()}
    running = [rule for name, rule in chosen.items() if rule.enabled and not lacking[name]]
    benefits = tuple(benefits_of(contracts))
    asked = {rule.rule: questions_of(rule, benefits) for rule in running}
    over = engine or Texts(con)
    questions = [question for kinds in asked.values() for question in kinds.values()]
    restricted = answers.restricted(questions, over.readers)
    needed = dict.fromkeys(needed_views(running, views)) if restricted is None else restricted
    asking = [rule for rule in running if any(map(answers.unanswered, asked[rule.rule].values()))]
    if engine is None:
        lay_views(over, views, needed)
    elif asking:
        lay_read(con, engine, tables_read(asking, views), views, contracts, delivered)
    con.execute(HITS)
    con.execute(OUTCOMES)
    found = {rule: questions["hits"] for rule, questions in asked.items()}
    answers.lay(con, found)
    seconds = dict.fromkeys(chosen, 0.0)
    standing: set[str] = set()
    outcomes: list[tuple[object, ...]] = []
    for done, rule in enumerate(few_tables_first(chosen.values(), views), 1):
        if engine and rule in asking:
            wanted = tables_read([rule], views) - standing
            lay_views(engine, {name: view for name, view in views.items() if name in wanted}, needed)
            standing |= wanted
        began = perf_counter()
        if rule in running:
            outcomes.append(run_rule(con, rule, asked[rule.rule], answers, over, most))
        else:
            why = f"missing {', '.join(lacking[rule.rule])}" if rule.enabled else "disabled"
            outcomes.append(outcome(rule, "skipped", why))
        seconds[rule.rule] = perf_counter() - began
        reached(done / len(chosen))
    insert_rows(con, "rule_outcomes", outcomes)
    if engine is None and restricted and any(items is not None for items in restricted.values()):
        lay_views(over, views, {})  # tables of some items alone are nobody's to read
    if only is None:
        answers.keep(con, found)
    return seconds


def missing(rule: Rule, delivered: Collection[str]) -> tuple[str, ...]:
    """The rosters for want of which the rule cannot run: what it reads, and its items when none of them is there."""
    items = () if not rule.items or any(item in delivered for item in rule.items) else rule.items
    reads = tuple(roster for roster in rule.reads if roster not in delivered and roster not in rule.items)
    return items + reads


def lay_run(con: duckdb.DuckDBPyConnection, run_date: date) -> None:
    """Table `run`: the run date."""
    con.execute("create or replace table run (run_date date)")
    con.execute("insert into run values (?)", [run_date])


def tables_read(rules: Collection[Rule], views: Mapping[str, View]) -> set[str]:
    """The tables and standard views that running the rules reads, directly or through views."""
    read: set[str] = set()
    waiting = {table for rule in rules for table in rule.tables}
    if any(rule.absence for rule in rules):
        waiting.add("delivered")
    if any(rule.absence and not rule.periods for rule in rules):
        waiting.add(JUDGED_PAYMENTS)
    while waiting:
        table = waiting.pop()
        if table not in read:
            read.add(table)
            waiting.update(views[table].tables if table in views else ())
    return read


def needed_views(rules: Collection[Rule], views: Mapping[str, View]) -> set[str]:
    """The standard views among these."""
    return tables_read(rules, views) & views.keys()


def few_tables_first(rules: Iterable[Rule], views: Mapping[str, View]) -> list[Rule]:
    """The rules in the order of the last view kept as a table that each reads, else as they come.

    So a view is made when it is first wanted, and as few as can be stand in memory beside what a rule groups.
    """
    kept = {name: number for number, (name, view) in enumerate(views.items(), 1) if view.kept != ()}
    return sorted(rules, key=lambda rule: max((kept.get(name, 0) for name in tables_read([rule], views)), default=0))


def lay_read(
    con: duckdb.DuckDBPyConnection,
    engine: Engine,
    read: Collection[str],
    views: Mapping[str, View],
    contracts: Mapping[str, Contract],
    delivered: Collection[str],
) -> None:
    """What `read` names, but the views, stands on the engine: small tables of the mounted work database, rosters."""
    benefits = benefits_in(contracts, delivered) if BENEFIT_ROWS in read else {}
    rosters = [one for name, one in contracts.items() if name in read or name in benefits]
    behind = ("mounted", "mounted_slots") if rosters else ()
    for table in sorted({*behind, *read} - {BENEFIT_ROWS, *contracts, *views}):
        with telling(f"table {table}"):
            engine.lay(table, con.execute(f"from {table}").to_arrow_table())
    for contract in rosters:
        with telling(f"expectations/{contract.roster}.toml"):
            engine.mount(contract)
    if benefits:
        with telling("rules/views, benefit_rows"):
            engine.view(BENEFIT_ROWS, benefit_rows_sql(benefits), ())


def lay_views(engine: Engine, views: Mapping[str, View], needed: Mapping[str, Items]) -> None:
    """The standard views on the engine; those needed kept as far as they say that it is worth it.

    `needed`: each view with the items of it that are; None: all.
    """
    for name, view in views.items():
        with telling(f"rules/views, {name}"):
            engine.view(name, view.about(needed.get(name)), view.kept if name in needed else ())


@contextmanager
def telling(where: str) -> Iterator[None]:
    """Raises what goes wrong in the engine as a RuleError that names `where`."""
    try:
        yield
    except EngineFault as fault:
        raise fault.at(RuleError, where) from None


def run_rule(
    con: duckdb.DuckDBPyConnection,
    rule: Rule,
    asked: Mapping[str, Question],
    answers: Answers,
    engine: Engine,
    most: int,
) -> tuple[object, ...]:
    """The rule's outcome, a row of `rule_outcomes`; what it found stands in `hits`."""
    with telling(f"rules/{rule.rule}.sql"):
        if missing := answers.missing(asked["hits"]):
            keep_hits(con, rule, engine.found(asked["hits"].about(missing), most))
        population = count(asked["population"], answers, engine)
        unjudged = count(asked["not judged"], answers, engine) if "not judged" in asked else 0
    return outcome(rule, "ran", None, population, unjudged)


def keep_hits(con: duckdb.DuckDBPyConnection, rule: Rule, found: pa.Table) -> None:
    """The rows that the rule found stand in `hits`."""
    selected = [
        (yuan(column) if column == "amount" else f"cast({column} as {kind})")
        if column in rule.columns
        else f"cast(null as {kind})"
        for column, kind in RESULT_TYPES.items()
    ]
    facts = ", ".join(f"{column} := {column}" for column in rule.facts)
    facts = f"cast(to_json(struct_pack({facts})) as varchar)" if facts else "null"
    con.register("found", found)
    con.execute(f"insert into hits select '{rule.rule}', {', '.join(selected)}, {facts} from found")
    con.unregister("found")


def outcome(
    rule: Rule, status: str, why: str | None, population: int | None = None, not_judged: int | None = None
) -> tuple[object, ...]:
    """The rule's row in `rule_outcomes`."""
    return (rule.rule, rule.digest, rule.tier, status, why, population, not_judged)


def count(question: Question, answers: Answers, engine: Engine) -> int:
    """How many rows the question's SELECT has; of periods, how many cannot be judged."""
    missing = answers.uncounted(question)
    found: dict[Piece, int] = {}
    if missing:
        sql = question.about(missing)
        if question.kind == "not judged":
            sql = not_judged(sql, question.absence)
        for item, number in engine.count(sql, bool(question.items)).items():
            piece = question.piece_of(item)
            found[piece] = found.get(piece, 0) + number
    return answers.count(question, found)
