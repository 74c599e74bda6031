"""The figures of a run's report: what is counted in the published tables."""

from huimin.ledger.states import EXEMPT, OPEN

TOTALS_SQL = f"""
select count(*) filter (where state <> '{EXEMPT}') as clues,
       count(*) filter (where state = '{EXEMPT}') as exempted,
       count(distinct household_key) filter (where state = '{OPEN}') as households,
       (select coalesce(sum(amount), 0) from exposure) as amount,
       (select count(*) from rules where status = 'ran') as ran,
       (select count(*) from rules where status = 'skipped') as skipped,
       exists (from trend where run <> $run) or exists (from ledger where first_seen < $run_date::date) as is_later
from clues
"""
PROGRESS_SQL = """
select "value" as unit, * exclude ("by", "value") from progress where "by" = $by
order by clues desc, unit nulls last
"""
# Each tier of a rule has a hit rate of its own.
BY_RULE_SQL = f"""
select rule, rule_title as title, tier, count(*) as clues, any_value(hit_rate) as hit_rate
from clues where state <> '{EXEMPT}' group by rule, rule_title, tier
order by sum(count(*)) over (partition by rule) desc, rule, tier = 0, tier
"""
BY_STREET_SQL = """
select street as label, sum(amount) as amount from exposure group by street order by amount desc, street nulls last
"""
BY_ITEM_SQL = "select item as label, sum(amount) as amount from exposure group by item order by amount desc, item"
CHANGES_SQL = """
select rule, count(*) filter (where change = 'new') as added, count(*) filter (where change = 'changed') as changed,
       count(*) filter (where change = 'vanished') as vanished
from changes group by rule order by added desc, vanished desc, changed desc, rule
"""
CHANGES_BY_STREET_SQL = """
select street, count(*) filter (where change = 'new') as added, count(*) filter (where change = 'changed') as changed,
       count(*) filter (where change = 'vanished') as vanished
from changes group by street order by added desc, vanished desc, changed desc, street nulls last
"""
# The last run of each day, oldest first.
TREND_SQL = """
select * from trend where "by" = 'all' qualify row_number() over (partition by run_date order by run desc) = 1
order by run desc limit $most
"""
RATES_SQL = """
select "by", "value", tier, checked, positive, rate, low, high, review
from rates where measure = $measure and checked > 0
order by case "by" when 'all' then 0 when 'tier' then 1 when 'identity' then 2 when 'street' then 3 else 4 end,
         coalesce(review, false) desc, checked desc, "value" nulls last, tier
"""
SKIPPED_SQL = "select rule, why from rules where status = 'skipped' order by rule"
STALE_RULES_SQL = "select rule, why from rules where status = 'ran' and why is not null order by rule"
UNJUDGED_SQL = "select rule, periods_not_judged from rules where periods_not_judged > 0 order by rule"
