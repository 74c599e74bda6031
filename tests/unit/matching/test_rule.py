"""Reading rules and views: what a header and its SQL may say, and how a fault is told."""

import shutil
from pathlib import Path

import pytest

from huimin.cells.types import TEXT
from huimin.errors import RuleError
from huimin.matching.portable import faults, parsed, read_query, scan_problems, scans_of
from huimin.matching.rule import Rule, load_views
from huimin.project import Project
from nights import CHECKOUT, PROJECT

CONTRACTS = PROJECT.contracts

HEADER = """
title = "同时享受低保和特困"
position = 210
tier = 1
items = ["urban_dibao"]
reads = ["tekun"]
basis = "办法"
ask = "问"
mistaken_when = []
population = "select distinct id_number from judged_payments"
summary = "{name}{since}{span}"
"""
SQL = """
select p.item, p.id_number, p.starts_on, p.ends_on, p.amount, p.ref as payment, t.ref as register, t.period as since
from judged_payments as p
inner join tekun as t on p.id_number = t.id_number
"""


def project(folder: Path) -> Project:
    """A project of that folder's rules, over the contracts as they are."""
    if not (folder / "expectations").exists():
        (folder / "expectations").symlink_to(CHECKOUT / "expectations")
    return Project(folder)


def read(folder: Path, header: str = HEADER, sql: str = SQL, rule: str = "dibao_tekun") -> Rule:
    rules = folder / "rules"
    if not rules.exists():
        shutil.copytree(CHECKOUT / "rules" / "views", rules / "views")
        shutil.copy(CHECKOUT / "rules" / "policy.toml", rules)
    (rules / f"{rule}.sql").write_text(f"/*{header}*/\n{sql}", "utf-8")
    return project(folder).rules[rule]


def fault(folder: Path, header: str = HEADER, sql: str = SQL) -> str:
    with pytest.raises(RuleError) as caught:
        read(folder, header, sql)
    assert caught.value.where.startswith("rules/dibao_tekun.sql")
    assert caught.value.fix
    return caught.value.problem


def test_a_rule_as_read(tmp_path: Path) -> None:
    rule = read(tmp_path)
    assert (rule.rule, rule.tier, rule.items, rule.reads) == ("dibao_tekun", 1, ("urban_dibao",), ("tekun",))
    assert (rule.amount, rule.subject, rule.part, rule.enabled) == ("payment", TEXT, "main", True)
    assert rule.facts == ("since",)
    assert rule.tables == ("judged_payments", "tekun")
    assert len(rule.digest) == 64


def test_tier_0_counts_in_the_data_table(tmp_path: Path) -> None:
    assert read(tmp_path, HEADER.replace("tier = 1", "tier = 0")).part == "data"


def test_a_star_stands_for_every_benefit_roster(tmp_path: Path) -> None:
    items = read(tmp_path, HEADER.replace('["urban_dibao"]', '["*"]')).items
    assert items == tuple(roster for roster, c in PROJECT.contracts.items() if c.kind == "benefit")
    assert "farm_machinery" in items and "deaths" not in items


def test_items_by_period_and_without_some(tmp_path: Path) -> None:
    items = read(tmp_path, HEADER.replace('["urban_dibao"]', '["*month", "*term", "-tekun"]')).items
    by_period = [r for r, c in PROJECT.contracts.items() if c.kind == "benefit" and c.period in ("month", "term")]
    assert list(items) == [roster for roster in by_period if roster != "tekun"]
    assert "income" not in items and "payment_ledger" not in items


def test_a_header_of_line_comments(tmp_path: Path) -> None:
    expected = read(tmp_path)
    lines = "".join(f"-- {line}\n" for line in HEADER.strip().splitlines())
    (tmp_path / "rules" / "dibao_tekun.sql").write_text(lines + SQL, "utf-8")
    rule = project(tmp_path).rules["dibao_tekun"]
    assert (rule.title, rule.sql) == (expected.title, expected.sql)


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("tier = 1", "teir = 1", "unknown header key teir; header key tier is missing"),
        ("tier = 1", "tier = 4", "tier is none of 0, 1, 2, 3"),
        ("position = 210", 'position = "A"', "position is no whole number"),
        ('["urban_dibao"]', '["urban_dibo"]', "unknown item urban_dibo"),
        ('["urban_dibao"]', '["deaths"]', "unknown item deaths"),
        ('["urban_dibao"]', '["*week"]', "unknown item *week"),
        ('["urban_dibao"]', '["*", "-urban_dibo"]', "unknown item -urban_dibo"),
        ('["urban_dibao"]', '["urban_dibao", "-tekun"]', "unknown item -tekun"),
        ('["tekun"]', '["tekun", "ghosts"]', "unknown roster ghosts in reads"),
        ('["tekun"]', '["tekun"]\npolicy = ["house_limit"]', "unknown policy key house_limit"),
        ('["tekun"]', '["tekun"]\nabsence = ["deaths"]', "absence names deaths"),
        ('["tekun"]', '["tekun"]\namount = "sum"', "amount is none of payment, period, clue"),
        ('["tekun"]', '["tekun"]\nsubject = "money"', "subject is none of"),
        ('["tekun"]', '["tekun"]\npart = "side"', "part is none of"),
        ('["tekun"]', '["tekun"]\namount = ["payment"]', "amount is none of payment, period, clue"),
        ('["tekun"]', '["tekun"]\nenabled = "no"', "enabled is neither true nor false"),
        ('["tekun"]', '["tekun"]\nfacts = { since = "aloud" }', "facts is no table of names, each whole, month"),
        ('["tekun"]', '["tekun"]\nfacts = { since = ["whole"] }', "facts is no table of names, each whole, month"),
        ('["tekun"]', '["tekun"]\nfacts = "whole"', "facts is no table of names"),
        ('["tekun"]', '"tekun"', "reads is no list of texts"),
        ('["tekun"]', '["tekun", 5]', "reads is no list of texts"),
        ("position = 210", "position = true", "position is no whole number"),
        ("tier = 1", "tier = true", "tier is none of 0, 1, 2, 3"),
        ("tier = 1", "tier = -1", "tier is none of 0, 1, 2, 3"),
        ("tier = 1", "tier = 1\nperiods = 5", "periods is no text"),
        ('["tekun"]', "[]", "table tekun is not among reads, optional or items"),
        ("{since}", "{until}", "summary names {until}"),
        ('title = "', "title = ", "the TOML cannot be read"),
    ],
)
def test_header_faults(tmp_path: Path, before: str, after: str, words: str) -> None:
    assert words in fault(tmp_path, HEADER.replace(before, after))


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("inner join tekun", "inner join deaths", "table deaths is not among reads, optional or items"),
        ("inner join tekun", "inner join owned_vehicles", "view owned_vehicles reads vehicles"),
        ("inner join tekun", "inner join policy_home_limit", "table policy_home_limit is not among policy"),
        ("inner join tekun", "inner join pg_tables", "unknown table pg_tables"),
        ("inner join tekun", "inner join benefit_rows", "unknown table benefit_rows"),
        (", p.ref as payment", "", "the result has no column payment"),
        ("p.amount", "*", "does not name its columns"),
        ("\nselect", "\nselect 1; select", "2 statements instead of one"),
        ("\nselect", "\ncreate table x as select", "a create statement instead of a SELECT"),
        ("\nselect", "\nselect from where", "the SQL cannot be parsed"),
    ],
)
def test_sql_faults(tmp_path: Path, before: str, after: str, words: str) -> None:
    assert before in SQL
    assert words in fault(tmp_path, sql=SQL.replace(before, after, 1))


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("date_diff('month', p.starts_on, p.ends_on)", "date_diff()"),
        ("hash(p.id_number)", "hash()"),
        ("list(p.id_number order by p.name)", "list()"),
        ("string_agg(p.name, '、')", "string_agg()"),
        ("p.amount / t.amount", "a division whose divisor may be zero"),
        ("isodow(p.starts_on)", "isodow()"),
        ("regexp_full_match(p.name, 'x')", "regexp_full_match()"),
        ("quantile_cont(p.amount, 0.5)", "quantile_cont()"),
        ("list_filter([1], x -> x > 0)", "a lambda"),
        ("p.name[1:2]", "a slice"),
        ("any_value(p.name)", "any_value()"),
        ("current_date", "current_date"),
        ("to_days(3)", "to_days()"),
        ("to_months(3)", "to_months()"),
        ("p.starts_on + 3 * interval '1' hour", "a multiplied interval"),
        ("2 * interval '1' month", "a multiplied interval"),
    ],
)
def test_expressions_that_are_not_portable(tmp_path: Path, expression: str, words: str) -> None:
    assert words in fault(tmp_path, sql=SQL.replace("t.period as since", f"{expression} as since"))


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("inner join", "asof join", "asof join"),
        ("inner join tekun as t on p.id_number = t.id_number", "positional join tekun as t", "positional join"),
        ("\nfrom", "\nfrom (select * exclude (name) from tekun) as x,", "* exclude"),
        ("t.id_number\n", "t.id_number\nqualify row_number() over (order by p.ref) = 1\n", "QUALIFY"),
        ("t.id_number\n", "t.id_number\nlimit 3\n", "limit"),
        ("inner join tekun", "inner join 'deaths.parquet'", "a file or another database"),
        ("inner join tekun", "inner join read_csv('x')", "a table function"),
        ("t.id_number\n", "t.id_number and p.starts_on > $run_date\n", "a parameter"),
    ],
)
def test_clauses_that_are_not_portable(tmp_path: Path, before: str, after: str, words: str) -> None:
    assert before in SQL
    assert words in fault(tmp_path, sql=SQL.replace(before, after, 1))


@pytest.mark.parametrize(
    ("result", "words"),
    [
        ("sum(t.amount) as amount", "amount in HAVING"),
        ("sum(t.amount) as amount, max(t.period) as period", "amount in HAVING"),
        ("sum(t.amount) as total", ""),
        ("p.amount as amount", ""),
    ],
)
def test_a_name_in_having_means_one_thing(result: str, words: str) -> None:
    sql = f"select t.id_number, {result} from t group by t.id_number having sum(amount) > 0 and max(t.period) > 0"
    assert "; ".join(faults(read_query(sql, "", 1))) == (f"not portable: {words}, {BOTH}" if words else "")


BOTH = "a column and a result of that name (qualify the column)"


def test_scans_are_counted_with_every_cte_and_view_written_out() -> None:
    sql = """
    with twice as (select a.x from inlined as a cross join kept as b),
    more as (select x from twice union all select x from twice)
    select x from more where x in (select x from twice) and exists (with own as (select x from twice) select x from own)
    """
    assert scans_of(parsed(sql), {"inlined": 5, "kept": 1}) == 4 * 6
    assert scan_problems(99) == [] and "100 scans" in scan_problems(100)[0]


@pytest.mark.parametrize("scans", [98, 99])
def test_the_periods_that_cannot_be_judged_are_counted_with_the_slots_delivered(scans: int, tmp_path: Path) -> None:
    periods = " union all ".join(["select distinct item, starts_on, ends_on from judged_payments"] * scans)
    header = f'{HEADER}absence = ["urban_dibao"]\nperiods = "{periods}"'
    if scans == 98:
        assert read(tmp_path, header).absence
    else:
        assert fault(tmp_path, header).startswith("periods: 100 scans once CTEs and views are written out")


@pytest.mark.parametrize(
    ("periods", "words"),
    [
        ("", ""),
        ("select item, starts_on, any_value(ends_on) as ends_on from judged_payments group by all", "any_value()"),
        ("select * from judged_payments", "(*)"),
    ],
)
def test_the_periods_that_a_rule_looks_at_are_portable(periods: str, words: str, tmp_path: Path) -> None:
    header = f'{HEADER}absence = ["urban_dibao"]\n' + (f'periods = "{periods}"\n' if periods else "")
    if not words:
        assert read(tmp_path, header).absence
    else:
        assert words in fault(tmp_path, header)


def test_guarded_division_and_month_arithmetic_are_portable(tmp_path: Path) -> None:
    sql = SQL.replace("t.period as since", "p.amount / nullif(t.amount, 0) + p.amount / 12 as since")
    assert read(tmp_path, sql=sql + "and p.starts_on < t.period + 3 * interval '1' month\n").facts == ("since",)


def test_two_rules_cannot_share_a_position(tmp_path: Path) -> None:
    read(tmp_path)
    with pytest.raises(RuleError, match="position 210 is dibao_tekun's"):
        read(tmp_path, rule="urban_dibao_tekun")


def test_a_file_without_header(tmp_path: Path) -> None:
    read(tmp_path)
    (tmp_path / "rules" / "dibao_tekun.sql").write_text("select 1", "utf-8")
    with pytest.raises(RuleError, match="no header"):
        _ = project(tmp_path).rules


def test_a_parse_fault_says_the_files_line(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match="near line 15"):
        read(tmp_path, sql="\nselect 1\nfrom (select 2\n")


def test_views_read_only_what_stands_before_them(tmp_path: Path) -> None:
    read(tmp_path)
    views = tmp_path / "rules" / "views"
    (views / "01_early.sql").write_text('/* title = "早" */ select ref from payments', "utf-8")
    with pytest.raises(RuleError, match="unknown table payments"):
        load_views(views, CONTRACTS)


def test_the_catalogue_is_in_the_order_of_its_groups() -> None:
    rules = list(PROJECT.rules.values())
    assert [rule.position for rule in rules] == sorted(rule.position for rule in rules)
    assert [rule.rule for rule in rules][:2] == ["deceased", "prisoner"]
    assert all(rule.basis and rule.ask and rule.summary.count("{") for rule in rules)
