"""What every rule finds on the rows in force: tables `hits` and `rule_outcomes` of the work database."""

from collections.abc import Callable, Collection, Mapping
from datetime import date
from time import perf_counter

import duckdb

from huimin.contracts.contract import Contract
from huimin.deliveries.slots import InForce
from huimin.errors import RuleError
from huimin.matching.core import Core
from huimin.matching.kept import NOTHING_KNOWN, Answers
from huimin.matching.mount import benefits_of, mount
from huimin.matching.numbered import ID_TEXT, Numbered
from huimin.matching.policy import Policy, lay_policy
from huimin.matching.question import JUDGED_PAYMENTS, Piece, Question, questions_of
from huimin.matching.reach import Items
from huimin.matching.rule import Rule, View
from huimin.store.disk import of_disk
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

PERIODS_NOT_JUDGED = """
with absent as (
    select unnest($absence) as roster
)
select p.item, count(distinct (p.starts_on, p.ends_on))
from ({periods}) as p
cross join absent as a
left join delivered as d on d.roster = a.roster and d.starts_on <= p.ends_on and d.ends_on >= p.starts_on
where d.roster is null
group by p.item
"""

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
    core: Core | None = None,
) -> Mapping[str, float]:
    """Seconds that each rule took, in catalogue order; fills `hits` and `rule_outcomes` over a mounted work database.

    With `only`, the other rules neither run nor appear; `reached` is called with the share that has run. What `answers`
    knows is not looked for again, and what is found now it keeps for the next night, if all rules run. With
    `core`, the rules run over that, and find the same. Raises RuleError naming the rule whose SQL fails.
    """
    chosen = {name: rule for name, rule in rules.items() if only is None or name in only}
    lay_run(con, run_date)
    lay_policy(con, policy)
    delivered = {roster for (roster,) in con.execute("select distinct roster from delivered").fetchall()}
    lacking = {name: missing(rule, delivered) for name, rule in chosen.items()}
    running = [rule for name, rule in chosen.items() if rule.enabled and not lacking[name]]
    benefits = tuple(benefits_of(contracts))
    asked = {rule.rule: questions_of(rule, benefits) for rule in running}
    restricted = answers.restricted(question for questions in asked.values() for question in questions.values())
    needed = dict.fromkeys(needed_views(running, views)) if restricted is None else restricted
    asking = [rule for rule in running if any(map(answers.unanswered, asked[rule.rule].values()))]
    if core is None:
        lay_views(con, views, needed)
    elif asking:
        core.lay(con, views, tables_read(asking, views), needed)
    con.execute(HITS)
    con.execute(OUTCOMES)
    found = {rule: questions["hits"] for rule, questions in asked.items()}
    answers.lay(con, found)
    seconds: dict[str, float] = {}
    for name, rule in chosen.items():
        began = perf_counter()
        if rule in running:
            run_rule(con, rule, asked[name], answers, core)
        else:
            why = f"missing {', '.join(lacking[name])}" if rule.enabled else "disabled"
            note(con, rule, "skipped", why)
        seconds[name] = perf_counter() - began
        reached(len(seconds) / len(chosen))
    if core is None and restricted and any(items is not None for items in restricted.values()):
        lay_views(con, views, {})  # tables of some items alone are nobody's to read
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


def lay_views(con: duckdb.DuckDBPyConnection, views: Mapping[str, View], needed: Mapping[str, Items]) -> None:
    """Every standard view; those needed and worth it as tables, so that they are worked out once.

    `needed`: each view with the items of it that are; None: all.
    """
    standing = "select table_name, table_type from information_schema.tables where list_contains(?, table_name)"
    for name, kind in con.execute(standing, [list(views)]).fetchall():
        con.execute(f"drop {'view' if kind == 'VIEW' else 'table'} {name}")
    for name, view in views.items():
        kind = "table" if view.kept is None and name in needed else "view"
        sql = view.about(needed.get(name))
        attempt(con, f"create {kind} {name} as {sql}", f"rules/views, {name}")


def written(core: Core | None, sql: str) -> Numbered:
    """SQL over texts as it is run: as it is, or over the core."""
    return core.read(sql) if core else Numbered(sql, frozenset())


def run_rule(
    con: duckdb.DuckDBPyConnection,
    rule: Rule,
    asked: Mapping[str, Question],
    answers: Answers = NOTHING_KNOWN,
    core: Core | None = None,
) -> None:
    """The rule's hits and outcome."""
    where = f"rules/{rule.rule}.sql"
    if missing := answers.missing(asked["hits"]):
        about = written(core, asked["hits"].about(missing))
        attempt(con, f"insert into hits {hits_sql(rule, about)}", where)
    population = count(con, asked["population"], answers, where, core)
    not_judged = count(con, asked["not judged"], answers, where, core) if "not judged" in asked else 0
    note(con, rule, "ran", None, population, not_judged)


def hits_sql(rule: Rule, about: Numbered) -> str:
    """The SELECT of a rule's rows in `hits`, ID numbers as texts."""
    whole = {column: f"{ID_TEXT}({column})" if column in about.numbers else column for column in rule.columns}
    selected = [
        (yuan(column) if column == "amount" else f"cast({whole[column]} as {kind})")
        if column in rule.columns
        else f"cast(null as {kind})"
        for column, kind in RESULT_TYPES.items()
    ]
    facts = ", ".join(f"{column} := {whole[column]}" for column in rule.facts)
    facts = f"cast(to_json(struct_pack({facts})) as varchar)" if facts else "null"
    return f"select '{rule.rule}', {', '.join(selected)}, {facts} from ({about.sql}) as found"


def note(
    con: duckdb.DuckDBPyConnection,
    rule: Rule,
    status: str,
    why: str | None,
    population: int | None = None,
    not_judged: int | None = None,
) -> None:
    """The rule's row in `rule_outcomes`."""
    con.execute(
        "insert into rule_outcomes values (?, ?, ?, ?, ?, ?, ?)",
        [rule.rule, rule.digest, rule.tier, status, why, population, not_judged],
    )


def count(
    con: duckdb.DuckDBPyConnection, question: Question, answers: Answers, where: str, core: Core | None = None
) -> int:
    """How many rows the question's SELECT has; of periods, how many cannot be judged."""
    missing = answers.uncounted(question)
    found: dict[Piece, int] = {}
    if missing:
        about = written(core, question.about(missing)).sql
        if question.kind == "not judged":
            rows = attempt(con, PERIODS_NOT_JUDGED.format(periods=about), where, {"absence": list(question.absence)})
        else:
            item = "item" if question.items else "null"
            rows = attempt(con, f"select {item} as item, count(*) from ({about}) as looked_at group by all", where)
        for item, number in rows.fetchall():
            piece = question.piece_of(item)
            found[piece] = found.get(piece, 0) + int(number)
    return answers.count(question, found)


def attempt(
    con: duckdb.DuckDBPyConnection, sql: str, where: str, parameters: dict[str, list[str]] | None = None
) -> duckdb.DuckDBPyConnection:
    """The executed statement. Raises RuleError; only faults of the SQL's own words are quoted, never a value."""
    try:
        return con.execute(sql, parameters) if parameters else con.execute(sql)
    except (duckdb.BinderException, duckdb.CatalogException, duckdb.ParserException) as error:
        raise RuleError(
            where, str(error).splitlines()[0], "run the SQL in a DuckDB shell over the standard views"
        ) from None
    except (duckdb.IOException, duckdb.OutOfMemoryException) as error:
        if of_disk(error):
            raise
        raise RuleError(
            where, "needs more memory than the run may use", "join fewer rows, or allow more memory"
        ) from None
    except (duckdb.DataError, duckdb.OperationalError, duckdb.InternalError) as error:
        kind = type(error).__name__
        raise RuleError(
            where, f"fails on the data in force ({kind})", "guard casts with try_cast, divisions with nullif"
        ) from None
