"""SELECTs as a stranger might write them: some that both engines must answer alike, some that are refused."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from huimin.matching.core import Texts
from huimin.matching.spark import OnSpark
from huimin.tables.work import open_work
from nights import PROJECT

ROWS = """
select * from (values
    (1, '张三', '429999194001010012', date '2023-01-31', 100.00::decimal(14, 2), 3, 'a%b_c', 2.5::decimal(14, 4)),
    (2, '李四', '429999195001010025', date '2024-02-29', 0.00, 0, 'A', -2.5),
    (3, '王五', null, date '2023-12-31', 99999999.99, -7, '', 0.3333),
    (4, null, '429999196001010038', null, null, null, null, null),
    (5, '𠮷野家', 'x', date '2022-03-01', -5.55, 7, ' pad ', 7),
    (6, '张三', 'y', date '2023-01-01', 100.00, 3, 'a\\b', 2.5),
    (7, 'Zoe', 'z', date '2020-02-29', 0.05, -3, 'é', -0.5)
) as v(k, name, id_number, day, amount, n, s, d)
"""
"""Table `t`: nulls, empty texts, characters of four bytes, halves, leap days, signs."""
QUOTIENTS = "select i as k, i::decimal(14, 2) / 100 as amount, i % 59 + 1 as n from range(1, 6000) as r(i)"
"""Table `q`: sums to be divided, many of which end in half a cent."""

ALIKE = """
select k, row_number() over (partition by name order by day desc, k) as a from t;
select k, rank() over (order by amount) as a, dense_rank() over (order by amount desc) as b from t;
select k, row_number() over (order by name, k) as a, row_number() over (order by s desc, k) as b from t;
select k, lag(day) over (order by k) as a, lead(amount, 2, 0) over (order by k) as b from t;
select k, sum(amount) over (order by day rows between 1 preceding and current row) as a from t where day is not
    null;
select k, first_value(name) over (partition by n order by k) as a, last_value(s) over (partition by n order by
    k) as b from t;
select k, ntile(3) over (order by k) as a from t;
select k, count(*) over (partition by name) as a from t;
select name, count(*) filter (where amount > 0) as a, sum(amount) filter (where amount > 1000) as b from t group
    by name;
select sum(n) as a, sum(amount) as b, min(day) as c, max(name) as e, count(distinct name) as f, count_if(n > 0)
    as g from t;
select sum(distinct n) as a, count(distinct (name, n)) as b from t;
select sum(n) as a, max(name) as b from t where k > 100;
select name, bool_or(n > 0) as a, bool_and(n > 0) as b, min(s) as c from t group by name;
select name, n, grouping(name) as g, count(*) as a from t group by rollup (name, n);
select k from t where id_number not in (select id_number from t where k in (3));
select k from t where name not in ('张三', null);
select k from t where (name, n) in (select name, n from t where k = 6);
select k from t where exists (select 1 from t as u where u.name = t.name and u.k <> t.k);
select k, n % 2 as b, -n % 4 as c, mod(n, 4) as e, n % nullif(n - 3, 0) as g from t;
select k, d % 2 as b, amount % 3 as c from t;
select k, n / 2 as a, n / 3.0 as b, 1e0 / 3 as c from t;
select k, amount / 3 as a, amount / nullif(n, 0) as b, d / 7 as c from t;
select k, amount * d as a, amount * 0.1 as b, amount + d as c from t;
select k, round(amount) as a, round(d) as b, round(d, 1) as c, round(amount, -2) as e from t;
select k, floor(d) as a, ceil(d) as b, abs(d) as c, sign(d) as e from t;
select k, greatest(n, 1) as a, least(n, 1) as b, greatest(name, '李') as c from t;
select name, sum(amount) / nullif(count(*), 0) as a from t group by name;
select k, round(amount / nullif(n, 0), 2) as a, cast(amount / nullif(n, 0) as decimal(14, 2)) as b, round(amount
    / nullif(n, 0)) as c from q;
select k, round(-share, 2) as a, cast(share as decimal(14, 1)) as b from (select k, amount / nullif(n, 0) as
    share from q) as x;
select k, cast(round(amount / nullif(n, 0), 2) as decimal(14, 2)) as a, round(round(amount / nullif(n, 0), 3), 2) as b,
    round(amount / nullif(n, 0), -1) as c, cast(amount / nullif(n, 0) as decimal(14)) as e from q;
select sum(cast(amount / nullif(n, 0) as decimal(14, 2))) as a from q;
select k, cast(cast(amount / nullif(n, 0) as decimal(14, 2)) as varchar) || '元' as a from q;
select k, cast(amount as varchar) as a, cast(d as varchar) as b, cast(day as varchar) as c, cast(n > 0 as
    varchar) as e from t;
select k, cast(n as varchar) || name as a, s || null as b, concat(s, null, name) as c, concat_ws('-', s, name)
    as e from t;
select k, cast(n > 0 as integer) as a, cast(round(d) as integer) as b, cast(floor(amount) as bigint) as c from t;
select k, try_cast(trim(s) as integer) as a, cast(left(id_number, 6) as integer) as b from t where k < 3;
select k, try_cast('2023-2-3' as date) as a, try_cast('2023-02-30' as date) as b, try_cast('20230203' as date)
    as c from t;
select k, cast(amount as decimal(10, 1)) as a, cast(d as decimal(10, 0)) as b, amount::double as c from t;
select k, day + 1 as a, day - 1 as b, date '2023-01-01' + n as c from t;
select k, day + interval 1 month as a, day - interval '1 month' as b, day + interval 1 year as c from t;
select k, cast(cast(day + interval 1 month as date) as varchar) as a from t;
select k, year(day) as a, month(day) as b, day(day) as c, quarter(day) as e, dayofyear(day) as f,
    weekofyear(day) as g from t;
select k, extract(year from day) * 12 + extract('month' from day) as a from t;
select k, date_trunc('month', day) as a, date_trunc('week', day) as b, last_day(day) as c, make_date(n + 2020,
    2, 28) as e from t;
select k, strftime(day, '%Y-%m') as a, strftime(day, '%Y年%m月%d日') as b from t;
select k from t where day between date '2023-01-01' and date '2023-12-31' or day > '2024-01-01';
select k, length(name) as a, upper(s) as b, lower(s) as c, trim(s) as e, ltrim(s) as f, trim(s, 'a') as g from t;
select k, substring(name, 2, 1) as a, left(name, 1) as b, right(name, 1) as c, lpad(name, 1, '0') as e, rpad(s,
    7, '*') as f from t;
select k, replace(s, 'a', 'b') as a, translate(s, 'ab', 'x') as b, repeat(s, 2) as c from t;
select k, position('b' in s) as a, strpos(name, '野') as b, contains(s, 'b') as c, starts_with(s, 'a') as e,
    ends_with(s, 'c') as f from t;
select k, split_part(s, '%', 1) as a, split_part(s, '%', 9) as b, split_part(s, '%', -1) as c from t;
select k from t where s like 'a%' or s like '_';
select k from t where s like 'a\\%';
select k from t where s like '%\\b';
select k from t where s like 'a!%%' escape '!' or s not like '%\\%';
select k from t where regexp_matches(id_number, '^\\d{17}[\\dX]$');
select k, regexp_extract(id_number, '(\\d{4})', 1) as a, regexp_extract(id_number, 'q(\\d)', 1) as b from t;
select k, regexp_replace(id_number, '9+', 'x', 'g') as a from t;
select k from t where n is distinct from 3 and name is not distinct from '李四';
select k, coalesce(n, 0) as a, nullif(n, 3) as b, case n when 3 then 'x' end as c, if(n > 0, 'p', 'q') as e from
    t;
select a.k, b.k as l from t as a full join t as b on a.n = b.k;
select a.k from t as a anti join t as b on a.name = b.name and a.k > b.k;
select k, (select max(u.day) from t as u where u.name = t.name) as a from t;
select k from t where k in (1, 2) union select n as k from t;
select k from t intersect select n as k from t;
select k from t except select n as k from t;
select x.k from (values (1), (2)) as x(k);
select k, 'it''s' as a, 'a\\nb' as b, s = 'a\\b' as c from t
""".strip().split(";\n")

REFUSED = {
    "select median(amount) as a from t": "median()",
    "select avg(amount) as a from t": "avg() (write sum(x)",
    "select mode(name) as a from t": "mode()",
    "select stddev(n) as a from t": "stddev()",
    "select name, string_agg(s, ',' order by k) as a from t group by name": "string_agg()",
    "select name, arg_max(s, k) as a from t group by name": "arg_max()",
    "select name, k from t qualify row_number() over (partition by name order by k) = 1": "QUALIFY",
    "select distinct on (name) name, k from t order by name, k": "distinct on",
    "select k, count(*) filter (where n > 0) over (partition by name) as a from t": "a filter of a window",
    "select k, row_number() over () as a from t": "row_number() without an order",
    "select k, lag(n) over (partition by name) as a from t": "lag() without an order",
    "with recursive r as (select 1 as k union all select k + 1 from r where k < 3) select k from r": "a recursive CTE",
    "select k from t union by name select k from t": "union by name",
    "select k, n = any(select 3) as a from t": "any",
    "select k from t where n = all (select 3)": "all",
    "select k, n // 2 as a, amount // 3 as b from t": "// (write floor(a / b))",
    "select k, list_contains([1, 2], n) as a from t": "a list",
    "select k, string_split(s, '%') as a from t": "split()",
    "select k, cast(d as integer) as a from t": "a cast to a whole number",
    "select k, amount::bigint as a from t": "a cast to a whole number",
    "select k, try_cast(s as integer) as a from t": "a cast to a whole number",
    "select k, cast(n / 2 as integer) as a from t": "a cast to a whole number",
    "select k, cast(n / 2 as varchar) as a from t": "a quotient as text",
    "select sum(n / 2) as a from t": "a sum of quotients",
    "select k, round(n / 2, 1) || '%' as a from t": "a quotient as text",
    "with c as (select k, n / 2 as half from t) select k, concat(half, '%') as a from c": "a quotient as text",
    "select k, cast(day + interval 1 month as varchar) as a from t": "a day with an interval added as text",
    "select k, born_on - died_on as a from t": "a difference of two days",
    "select k, day - make_date(2023, 1, 1) as a from t where last_day(day) - date '2023-01-01' > 3": "of two days",
    "select k, interval 1 month as a from t": "an interval that is not added",
    "select k, date_add(day, interval 1 day) as a from t": "date_add() (use + interval)",
    "select k, dayofweek(day) as a from t": "dayofweek()",
    "select k, extract(dow from day) as a from t": "extract() of anything but",
    "select k, dayname(day) as a, monthname(day) as b from t": "dayname()",
    "select k, strftime(day, '%B %y') as a from t": "strftime() with anything but",
    "select k, strptime(s, '%Y') as a from t": "strptime()",
    "select k, day::timestamp as a, epoch(day) as b from t": "epoch()",
    "select k, substring(name, 0, 2) as a from t": "substring() from a place before the first",
    "select k, substring(name, -1) as a from t": "substring() from a place before the first",
    "select k, left(name, -1) as a from t": "left() or right() of a negative length",
    "select k, prefix(s, 'a') as a from t": "prefix()",
    "select k from t where s similar to 'a.*'": "similar to",
    "select k from t where s ilike 'a'": "ilike",
    "select k, name collate nocase as a from t": "collate",
    "select k from t where regexp_matches(s, 'A', 'i')": "a regular expression with options",
    "select k, regexp_replace(id_number, '9', 'x') as a from t": "that does not replace all",
    "select k, regexp_replace(id_number, '(9)', '\\1', 'g') as a from t": "whose replacement has",
    "select k, levenshtein(name, '张四') as a from t": "levenshtein()",
    "select k, ln(n) as a from t": "ln()",
    "select k, format('{}', n) as a from t": "format()",
    "select k, uuid() as a from t": "uuid()",
    "select k, typeof(n) as a from t": "typeof()",
    "select corr(n, k) as a from t": "corr()",
    "select k, columns('n') from t": "columns()",
    "select k, sum(n) over () / count(*) over () as a from t": "whose divisor may be zero",
}
"""By SELECT some of the words that refuse it."""

MOST = 10_000


@contextmanager
def both(address: str, folder: Path) -> Iterator[Callable[[str], tuple[Counter, Counter]]]:
    """What gives a SELECT's rows over `t` and `q` as DuckDB and as the server finds them."""
    with closing(open_work(None)) as con, closing(OnSpark(address, PROJECT.contracts, {}, folder, 120)) as there:
        for table, rows in (("t", ROWS), ("q", QUOTIENTS)):
            con.execute(f"create table {table} as {rows}")
            there.lay(table, con.execute(f"from {table}").to_arrow_table())
        here = Texts(con)
        yield lambda sql: tuple(
            Counter(tuple(row.items()) for row in engine.found(sql, MOST).to_pylist()) for engine in (here, there)
        )
