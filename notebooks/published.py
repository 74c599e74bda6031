"""分析本：一次已发布的运行，图和常问的问题。 The analysts' notebook over one published run.

``make notebook`` opens it as a read-only page; ``marimo edit notebooks/published.py -- --root data`` to write cells of
one's own. Reads `published/` alone, through the connection of `huimin query`: read-only, no files, no network.
"""

import marimo

__generated_with = "0.25.2"
app = marimo.App(width="medium", app_title="惠民分析本")

with app.setup:
    from decimal import Decimal
    from html import escape
    from pathlib import Path

    import altair as alt
    import marimo as mo
    import polars as pl

    from huimin.errors import UsageError
    from huimin.figures.rates import wilson
    from huimin.ledger.fold import IS_CONFIRMED
    from huimin.ledger.states import PENDING
    from huimin.report.query import analyst_connection, select

    alt.renderers.set_embed_options(
        renderer="svg",
        actions={"export": True, "source": False, "compiled": False, "editor": False},
        i18n={"CLICK_TO_VIEW_ACTIONS": "存图", "PNG_ACTION": "存为 PNG", "SVG_ACTION": "存为 SVG"},
    )
    BLUE, RED, GREY = "#1f5f99", "#b3261e", "#8a8f98"
    STYLE = """
        table.rows { border-collapse: collapse; font-size: 0.875rem; }
        table.rows :is(th, td) { padding: 0.2rem 0.7rem; border-bottom: 1px solid #d9dce1; vertical-align: top; }
        table.rows th { position: sticky; top: 0; background: #fff; white-space: nowrap; cursor: help; }
        table.rows td { max-width: 28rem; }
    """
    TIERS = {1: "等级 1", 2: "等级 2", 3: "等级 3", 0: "等级 0 数据疑错"}


@app.function
def newest(root: Path) -> list[str]:
    """The published runs of the root, newest first. Stops the notebook with a sentence where there is none."""
    runs = sorted((place.parent.name for place in root.glob("published/[0-9]*/clues.duckdb")), reverse=True)
    mo.stop(
        not runs,
        mo.md(f"`{root}` 里还没有已发布的运行。先 `huimin run`，或 `make demo` 后 `make notebook ROOT=data/demo`。"),
    )
    return runs


@app.function
def bar_height(rows: int) -> int:
    """Pixels of a chart with that many bars, one under the other."""
    return 24 * max(rows, 2) + 10


@app.function
def as_table(rows: pl.DataFrame, meanings: dict[str, str], most: int = 200) -> mo.Html:
    """The first rows, numbers to the right; a column's meaning shows under the pointer."""
    sides = ["right" if kind.is_numeric() else "left" for kind in rows.dtypes]
    named = "".join(
        f'<th style="text-align:{side}" title="{escape(meanings.get(name, ""))}">{escape(name)}</th>'
        for name, side in zip(rows.columns, sides)
    )
    lines = "".join(
        f"<tr>{''.join(f'<td style=text-align:{side}>{as_cell(value)}</td>' for value, side in zip(values, sides))}</tr>"
        for values in rows.head(most).iter_rows()
    )
    more = f"{rows.height:,} 行，显示前 {most} 行" if rows.height > most else f"{rows.height:,} 行"
    return mo.Html(
        f'<div style="max-height:26rem;overflow:auto"><table class="rows"><thead><tr>{named}</tr></thead>'
        f"<tbody>{lines}</tbody></table></div><small>{more}</small>"
    )


@app.function
def as_cell(value: object) -> str:
    """The value as HTML; nothing for null."""
    if isinstance(value, float):
        return f"{value:,.3f}".rstrip("0").rstrip(".")
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return f"{value:,}"
    return "" if value is None else escape({True: "是", False: "否"}[value] if isinstance(value, bool) else str(value))


@app.cell(hide_code=True)
def _():
    arguments = mo.cli_args()
    root = Path(str(arguments.get("root") or "data"))
    _runs = newest(root)
    run = mo.ui.dropdown(_runs, value=_runs[0], label="运行", allow_select_none=False)
    return root, run


@app.cell(hide_code=True)
def _(ask, run):
    day, clues = ask("select max(run_date), (select count(*) from clues) from trend").row(0)
    mo.vstack(
        [
            mo.Html(f"<style>{STYLE}</style>"),
            mo.md("# 惠民分析本"),
            run,
            mo.md(
                f"比对日 **{day}**，线索 **{clues:,}** 条。线索是一个问题，不是结论；读数时要注意什么，见 `docs/analysts.md`。"
                "本页只读已发布的一侧，没有完整的身份证号、姓名和账号；去掉姓名的行仍是个人信息，不外传。"
            ),
        ]
    )
    return


@app.cell(hide_code=True)
def _(root, run):
    database = root / "published" / run.value / "clues.duckdb"
    with analyst_connection(database) as _con:
        meanings = dict(
            _con.execute(
                "select column_name, any_value(comment) from duckdb_columns() where comment is not null group by all"
            ).fetchall()
        )

    def ask(sql: str) -> pl.DataFrame:
        """The rows of the statement."""
        return pl.DataFrame(select(database, sql))

    def answer(question: str, sql: str) -> mo.Html:
        """The question, its rows with the meaning of their columns under the pointer, and the statement."""
        try:
            rows = ask(sql)
        except UsageError as fault:
            return mo.vstack([mo.md(f"### {question}"), mo.md(f"**{fault}**")])
        shown = as_table(rows, meanings) if rows.height else mo.md("（没有）")
        statement = mo.accordion({"语句": mo.md(f"```sql\n{sql.strip()}\n```")})
        return mo.vstack([mo.md(f"### {question}"), shown, statement])

    return answer, ask


@app.cell(hide_code=True)
def _(ask):
    _rows = ask(
        """
        select coalesce(street, '（无街道）') as street, tier, count(*) as clues
        from clues
        where state <> '豁免'
        group by all
        """
    ).with_columns(pl.col("tier").replace_strict(TIERS).alias("grade"))
    mo.vstack(
        [
            mo.md("## 各街道的线索"),
            alt.Chart(_rows)
            .mark_bar()
            .encode(
                x=alt.X("sum(clues):Q", title="线索（条）", axis=alt.Axis(tickMinStep=1)),
                y=alt.Y("street:N", sort="-x", title=None),
                color=alt.Color(
                    "grade:N", title="等级", sort=list(TIERS.values()), scale=alt.Scale(scheme="tableau10")
                ),
                tooltip=[
                    alt.Tooltip("street", title="街道"),
                    alt.Tooltip("grade", title="等级"),
                    alt.Tooltip("clues", title="条数"),
                ],
            )
            .properties(width="container", height=bar_height(_rows["street"].n_unique())),
        ]
    )
    return


@app.cell(hide_code=True)
def _(ask):
    _rows = ask(
        """
        with found as (select month, sum(amount)::double as yuan from exposure group by month)
        select m.month::date as month, coalesce(f.yuan, 0) as yuan
        from (select unnest(range(min(month), max(month) + interval 1 month, interval 1 month)) as month from found) as m
        left join found as f on f.month = m.month
        order by m.month
        """
    )
    mo.vstack(
        [
            mo.md("## 涉及金额逐月\n每个人、项目、期间只计一次。"),
            alt.Chart(_rows)
            .mark_line(point=True, color=BLUE)
            .encode(
                x=alt.X("month:T", title=None, axis=alt.Axis(format="%Y-%m", tickCount="month")),
                y=alt.Y("yuan:Q", title="元"),
                tooltip=[
                    alt.Tooltip("month:T", title="月份", format="%Y-%m"),
                    alt.Tooltip("yuan:Q", title="元", format=",.2f"),
                ],
            )
            .properties(width="container", height=240),
        ]
    )
    return


@app.cell(hide_code=True)
def _(ask):
    _rows = ask(
        """
        with months as (
            from trend
            where "by" = 'all'
            qualify row_number() over (partition by date_trunc('month', run_date) order by run desc) = 1
        )
        select date_trunc('month', run_date)::date as month, kind, clues
        from (unpivot months on clues as 线索, open as 待办, confirmed as 查实, unfounded as 查否 into name kind value clues)
        order by month
        """
    )
    mo.vstack(
        [
            mo.md("## 每月最后一次运行"),
            alt.Chart(_rows)
            .mark_line(point=True)
            .encode(
                x=alt.X("month:T", title=None, axis=alt.Axis(format="%Y-%m", tickCount="month")),
                y=alt.Y("clues:Q", title="条", axis=alt.Axis(tickMinStep=1)),
                color=alt.Color("kind:N", title=None, scale=alt.Scale(scheme="tableau10")),
                tooltip=[
                    alt.Tooltip("month:T", title="月份", format="%Y-%m"),
                    alt.Tooltip("kind", title="项"),
                    alt.Tooltip("clues", title="条"),
                ],
            )
            .properties(width="container", height=240),
        ]
    )
    return


@app.function
def intervals(rows: pl.DataFrame, whole: float | None) -> alt.LayerChart | mo.Html:
    """A point and its interval a group; red where even the high end is under the rate of the whole, a dashed line.

    `rows`: group, checked, confirmed, rate, low, high (shares from 0 to 1), a row a group, drawn in their order.
    """
    if rows.is_empty():
        return mo.md("还没有核查结果。")
    lower = pl.when(pl.col("high") < whole).then(pl.lit("低于总体")).otherwise(pl.lit("其他"))
    drawn = rows.with_columns(
        pl.format("{}（{}/{}）", "group", "confirmed", "checked").alias("label"), lower.alias("kind")
    )
    share = alt.X("low:Q", title="查实率（95% 区间）", scale=alt.Scale(domain=[0, 1]), axis=alt.Axis(format="%"))
    base = alt.Chart(drawn).encode(
        y=alt.Y("label:N", sort=None, title=None, axis=alt.Axis(labelLimit=320)),
        color=alt.Color("kind:N", title=None, scale=alt.Scale(domain=["其他", "低于总体"], range=[BLUE, RED])),
        tooltip=[
            alt.Tooltip("group", title="组"),
            alt.Tooltip("checked", title="已核查"),
            alt.Tooltip("confirmed", title="查实"),
            alt.Tooltip("rate", title="查实率", format=".1%"),
            alt.Tooltip("low", title="下限", format=".1%"),
            alt.Tooltip("high", title="上限", format=".1%"),
        ],
    )
    line = alt.Chart(pl.DataFrame({"rate": [whole]})).mark_rule(strokeDash=[4, 4], color=GREY).encode(x="rate:Q")
    ranges, points = base.mark_rule(strokeWidth=2).encode(x=share, x2="high:Q"), base.mark_point(filled=True, size=60)
    return alt.layer(line, ranges, points.encode(x="rate:Q")).properties(
        width="container", height=bar_height(drawn.height)
    )


@app.cell(hide_code=True)
def _(ask):
    titles = dict(ask("select distinct rule, rule_title from clues").iter_rows())
    hits = ask(
        """
        select "by", "value", tier, checked, positive as confirmed, rate, low, high
        from rates
        where measure = 'hit' and checked > 0
        order by rate desc, "value"
        """
    )
    whole = hits.filter(pl.col("by") == "all")["rate"].first() if hits.height else None
    return hits, titles, whole


@app.cell(hide_code=True)
def _(hits, titles, whole):
    _rules = hits.filter(pl.col("by") == "rule").with_columns(
        pl.format("{} 等级{}", pl.col("value").replace(titles), "tier").alias("group")
    )
    _tiers = hits.filter(pl.col("by") == "tier").with_columns(
        pl.col("value").cast(pl.Int8).replace_strict(TIERS, return_dtype=pl.String).alias("group")
    )
    mo.vstack(
        [
            mo.md("## 查实率和区间\n虚线是总体。看区间，不要只看点：核查得少的，区间很宽。括号里是查实数和已核查数。"),
            mo.md("### 按规则"),
            intervals(_rules, whole),
            mo.md("### 按等级"),
            intervals(_tiers.sort("group"), whole),
        ]
    )
    return


@app.cell(hide_code=True)
def _(hits, titles):
    _names = sorted(hits.filter(pl.col("by") == "rule")["value"].unique())
    rule = mo.ui.dropdown(
        {"全部规则": None} | {titles.get(name, name): name for name in _names}, value="全部规则", label="规则"
    )
    return (rule,)


@app.cell(hide_code=True)
def _(ask, rule):
    _rows = ask(
        f"""
        select
            l.rule, c.sex,
            case when c.age < 18 then '17 岁及以下' when c.age < 60 then '18–59 岁' when c.age < 80 then '60–79 岁'
                 when c.age is not null then '80 岁及以上' end as band,
            {IS_CONFIRMED} as is_confirmed
        from ledger as l
        inner join (select clue_id, age, sex from clues) as c on l.clue_id = c.clue_id
        where l.outcome <> '{PENDING}'
        """
    )
    _one = _rows if rule.value is None else _rows.filter(pl.col("rule") == rule.value)

    def by(*columns: str) -> pl.DataFrame:
        """The groups of these columns with their rates; who has none of them is in no group."""
        counts = (
            _one.drop_nulls(columns)
            .group_by(pl.concat_str(columns, separator=" ").alias("group"))
            .agg(pl.len().alias("checked"), pl.col("is_confirmed").sum().alias("confirmed"))
            .sort("group")
        )
        shares = [
            wilson(confirmed, checked) for checked, confirmed in counts.select("checked", "confirmed").iter_rows()
        ]
        return counts.hstack(pl.DataFrame(shares, dict.fromkeys(("rate", "low", "high"), pl.Float64), orient="row"))

    _whole = _one["is_confirmed"].mean()
    mo.vstack(
        [
            mo.md(
                "## 规则对不同人群\n红色：这一组连区间上限都低于所选规则的总体，规则对这一组可能常常误判，先看规则页的“什么时候会误判”。"
                "只有仍在册的线索有年龄和性别。"
            ),
            rule,
            mo.md("### 年龄"),
            intervals(by("band"), _whole),
            mo.md("### 性别"),
            intervals(by("sex"), _whole),
            mo.md("### 年龄和性别"),
            intervals(by("band", "sex"), _whole),
        ]
    )
    return


@app.cell(hide_code=True)
def _(ask, titles):
    _rows = ask(
        """
        with found as (select distinct rule, person_key from clues where person_key is not null and tier > 0)
        select a.rule as one, b.rule as other, count(*) as persons
        from found as a
        inner join found as b on a.person_key = b.person_key
        where a.rule <> b.rule
        group by all
        """
    ).with_columns(pl.col("one", "other").replace(titles))
    _cells = alt.Chart(_rows).encode(
        x=alt.X("one:N", title=None, axis=alt.Axis(labelAngle=-45, labelLimit=240)),
        y=alt.Y("other:N", title=None, axis=alt.Axis(labelLimit=240)),
        tooltip=[
            alt.Tooltip("one", title="规则"),
            alt.Tooltip("other", title="又被发现于"),
            alt.Tooltip("persons", title="人数"),
        ],
    )
    _colour = alt.Color("persons:Q", title="人数", scale=alt.Scale(scheme="blues"))
    mo.vstack(
        [
            mo.md("## 规则的重叠\n同一个人被两条规则都发现的人数。重叠大的两条规则，一次上门一起核。"),
            (_cells.mark_rect().encode(color=_colour) + _cells.mark_text().encode(text="persons:Q")).properties(
                width="container", height=bar_height(_rows["one"].n_unique())
            )
            if _rows.height
            else mo.md("没有人被两条规则同时发现。"),
        ]
    )
    return


@app.cell(hide_code=True)
def _(ask):
    _rows = ask(
        """
        select clues, count(*) as households
        from (select count(*) as clues from clues where state = '待核查' and household_key is not null group by household_key)
        group by clues
        order by clues
        """
    )
    mo.vstack(
        [
            mo.md("## 一户几条线索\n待核查的线索按户数。有几条的户，一次上门；是哪些户，见下面第 5 问。"),
            alt.Chart(_rows)
            .mark_bar(color=BLUE, size=48)
            .encode(
                x=alt.X("clues:O", title="一户的线索（条）", axis=alt.Axis(labelAngle=0)),
                y=alt.Y("households:Q", title="户数", axis=alt.Axis(tickMinStep=1)),
                tooltip=[alt.Tooltip("clues", title="条"), alt.Tooltip("households", title="户数")],
            )
            .properties(width="container", height=240),
        ]
    )
    return


@app.cell(hide_code=True)
def _():
    mo.md("# 常问的问题\n同 `docs/queries.md`。列名上停一下，有它的含义。要改，用 `huimin query` 或 `marimo edit`。")
    return


@app.cell(hide_code=True)
def _(answer):
    answer(
        "1. 各街道各等级有多少线索 · Clues by street and tier",
        """
        select
            coalesce(street, '（无街道）') as street,
            count(*) filter (where tier = 1) as tier_1,
            count(*) filter (where tier = 2) as tier_2,
            count(*) filter (where tier = 3) as tier_3,
            count(*) filter (where tier = 0) as tier_0,
            count(*) as clues
        from clues
        where state <> '豁免'
        group by all
        order by clues desc, street
        """,
    )
    return


@app.cell(hide_code=True)
def _(answer):
    answer(
        "2. 涉及多少钱：项目和街道 · Money at risk by item and street",
        """
        select item, street, sum(amount) as yuan
        from exposure
        group by item, street
        order by yuan desc, item, street
        limit 20
        """,
    )
    return


@app.cell(hide_code=True)
def _(answer):
    answer(
        "3. 涉及金额逐月变化 · Exposure by month",
        """
        select month, sum(amount) as yuan
        from exposure
        group by month
        order by month
        """,
    )
    return


@app.cell(hide_code=True)
def _(answer):
    answer(
        "4. 各街道金额最大的三条线索 · Biggest clues per street",
        """
        select street, rule_title, item_title, name_masked, amount_at_risk, priority, clue_id
        from clues
        where state = '待核查' and street is not null
        qualify row_number() over (partition by street order by amount_at_risk desc, clue_id) <= 3
        order by street, amount_at_risk desc, clue_id
        """,
    )
    return


@app.cell(hide_code=True)
def _(answer):
    answer(
        "5. 有几条线索的户，一次上门 · Households with several clues",
        """
        select
            household_key, min(street) as street, min(community) as community,
            count(*) as clues, count(distinct person_key) as persons,
            string_agg(distinct rule_title, '、' order by rule_title) as rules
        from clues
        where state = '待核查' and household_key is not null
        group by household_key
        having count(*) > 1
        order by clues desc, household_key
        limit 20
        """,
    )
    return


@app.cell(hide_code=True)
def _(answer):
    answer(
        "6. 被几条规则同时发现的人 · Persons found by several rules",
        """
        select
            person_key, min(name_masked) as name_masked, min(street) as street,
            count(distinct rule) as rules, string_agg(distinct rule_title, '、' order by rule_title) as titles
        from clues
        where person_key is not null and tier > 0
        group by person_key
        having count(distinct rule) > 1
        order by rules desc, person_key
        limit 20
        """,
    )
    return


@app.cell(hide_code=True)
def _(answer):
    answer(
        "7. 各规则的查实率 · Hit rates",
        """
        select
            rule, tier, count(*) as seen,
            count(*) filter (where outcome <> '待定') as verified,
            count(*) filter (
                where outcome in ('查实', '部分查实', '改判查实') and coalesce(cause, '') not in ('数据错误', '政策例外')
            ) as confirmed,
            round(arg_max(hit_rate, last_seen), 3) as hit_rate
        from ledger
        group by rule, tier
        order by hit_rate desc, rule, tier
        """,
    )
    return


@app.cell(hide_code=True)
def _(answer):
    answer(
        "8. 哪些规则没有运行，为什么 · Skipped rules",
        """
        select rule, status, why
        from rules
        where status = 'skipped'
        order by rule
        """,
    )
    return


@app.cell(hide_code=True)
def _(answer):
    answer(
        "9. 每条规则找到的比例 · Clues against what was looked at",
        """
        select rule, tier, clues, population, round(100.0 * clues / nullif(population, 0), 2) as percent, periods_not_judged
        from rules
        where status = 'ran'
        order by percent desc nulls last, rule
        """,
    )
    return


@app.cell(hide_code=True)
def _(answer):
    answer(
        "10. 各部门退回的行，为什么 · Reject reasons by roster",
        """
        select d.roster, r."column", r.reason, sum(r.count) as rows_with_it
        from reject_reasons as r
        inner join deliveries as d on r.delivery = d.delivery
        group by d.roster, r."column", r.reason
        order by rows_with_it desc, d.roster, r."column"
        """,
    )
    return


@app.cell(hide_code=True)
def _(answer):
    answer(
        "11. 交付了什么，行数是否对得上 · Deliveries and their accounting",
        """
        select
            roster, unit, file, status, rows_in_file, rows_layout, rows_accepted, rows_rejected,
            rows_in_file = rows_layout + rows_accepted + rows_rejected as balanced, problem
        from deliveries
        order by status, roster, file
        """,
    )
    return


@app.cell(hide_code=True)
def _(answer):
    answer(
        "12. 数据有多新 · Freshness",
        """
        select
            d.roster, max(d.received_at)::date as received_on,
            max(case when q."column" = 'age_days' then q.observed end) as age,
            bool_or(d.stale) as stale
        from deliveries as d
        left join quality as q on d.delivery = q.delivery
        where d.status in ('accepted', 'accepted_with_rejects')
        group by d.roster
        order by received_on, d.roster
        """,
    )
    return


@app.cell(hide_code=True)
def _(answer):
    answer(
        "13. 哪些质量期望没有满足 · Failed expectations",
        """
        select roster, severity, expectation, observed, unexpected_count, element_count
        from quality
        where not success
        order by case severity when 'critical' then 1 when 'warning' then 2 else 3 end, roster, expectation
        """,
    )
    return


@app.cell(hide_code=True)
def _(answer):
    answer(
        "14. 上次运行以来的新线索 · New since the last run",
        """
        select ch.change, cl.rule_title, cl.item_title, cl.street, cl.priority, cl.summary
        from changes as ch
        inner join clues as cl on ch.clue_id = cl.clue_id
        where ch.change = 'new'
        order by cl.priority desc, cl.clue_id
        limit 20
        """,
    )
    return


@app.cell(hide_code=True)
def _(answer):
    answer(
        "15. 一条线索的证据 · Evidence of a clue",
        """
        select e.role, e.roster, e.file, e.sheet, e."row", e.facts
        from evidence as e
        where e.clue_id = (select c.clue_id from clues as c order by c.priority desc, c.clue_id limit 1)
        order by e.role, e.roster, e.file, e."row"
        """,
    )
    return


@app.cell(hide_code=True)
def _(answer):
    answer(
        "16. 从事实列里取值 · Facts out of the evidence",
        """
        select
            c.clue_id, c.street, c.name_masked,
            json_extract_string(e.facts, '$.died_on') as died_on,
            json_extract_string(e.facts, '$.source') as source
        from clues as c
        inner join evidence as e on c.clue_id = e.clue_id
        where c.rule = 'deceased' and e.role = 'register' and e.roster = 'deaths'
        order by c.clue_id
        """,
    )
    return


@app.cell(hide_code=True)
def _(answer):
    answer(
        "17. 统计表 · The statistics table",
        """
        select position as 序号, department as 责任部门, item_title as 项目名称, clues as 条数, department_clues as 部门总条数, share as 占比
        from statistics
        where part = 'main'
        order by position nulls last
        """,
    )
    return


@app.cell(hide_code=True)
def _(answer):
    answer(
        "18. 核查进度 · Progress of verification",
        """
        select department, state, count(*) as clues, min(first_seen) as oldest
        from ledger
        group by department, state
        order by department, clues desc, state
        """,
    )
    return


@app.cell(hide_code=True)
def _(answer):
    answer(
        "19. 先核查什么：按预期金额的前二十 · What to verify first",
        """
        select priority, tier, rule_title, item_title, street, name_masked, amount_at_risk, hit_rate, summary
        from clues
        where state = '待核查'
        order by priority desc, clue_id
        limit 20
        """,
    )
    return


@app.cell(hide_code=True)
def _(answer):
    answer(
        "20. 某列是什么意思 · What a column means",
        """
        select table_name, column_name, data_type, comment
        from duckdb_columns()
        where schema_name = 'main' and comment is not null
        order by table_name, column_index
        """,
    )
    return


@app.cell(hide_code=True)
def _(answer):
    answer(
        "21. 查实率、改判率、抽查发现率和区间 · Rates with their intervals",
        """
        select measure, "by", "value", checked, positive, round(rate, 3) as rate, round(low, 3) as low, round(high, 3) as high, review
        from rates
        order by measure, "by", high nulls last
        """,
    )
    return


@app.cell(hide_code=True)
def _(answer):
    answer(
        "22. 有人享受而没有线索或没有核查的街道 · Streets that report nothing",
        """
        select street, sum(beneficiaries) as beneficiaries, sum(clues) as clues, sum(verified) as verified
        from coverage
        group by street
        having sum(beneficiaries) > 0 and (sum(clues) = 0 or sum(verified) = 0)
        order by clues, beneficiaries desc
        """,
    )
    return


@app.cell(hide_code=True)
def _(answer):
    answer(
        "23. 哪个街道逾期最多 · Where most is overdue",
        """
        select "value" as street, clues, open, overdue, mending, closed, due_amount - recovered_amount as still_due
        from progress
        where "by" = 'street'
        order by overdue desc, clues desc, street
        """,
    )
    return


@app.cell(hide_code=True)
def _(answer):
    answer(
        "24. 每月最后一次运行的进展 · How the figures moved, a row a month",
        """
        select run_date, clues, open, confirmed, unfounded, closed, amount_at_risk, recovered_amount, rows_rejected
        from trend
        where "by" = 'all'
        qualify row_number() over (partition by date_trunc('month', run_date) order by run desc) = 1
        order by run_date
        """,
    )
    return


@app.cell(hide_code=True)
def _(answer):
    answer(
        "25. 还有多少行要改，已经改了多少 · Rows still to correct, and rows corrected",
        """
        with replaced as (
            select roster, sum(mended) as mended, sum(rejected_again) as rejected_again, sum(gone) as gone from mends group by roster
        )
        select d.roster, sum(d.rows_rejected) as to_correct, any_value(r.mended) as mended, any_value(r.rejected_again) as rejected_again,
               any_value(r.gone) as gone
        from deliveries as d
        left join replaced as r on r.roster = d.roster
        where d.status = 'accepted_with_rejects'
        group by d.roster
        order by to_correct desc, d.roster
        """,
    )
    return


@app.cell(hide_code=True)
def _(answer):
    answer(
        "26. 哪些列没有人使用，不应收集 · Columns that nobody reads",
        """
        select roster, string_agg(title, '、' order by title) as titles
        from column_use
        where unused
        group by roster
        order by roster
        """,
    )
    return


@app.cell(hide_code=True)
def _(answer):
    answer(
        "27. 每万元发放有多少元疑点，逐月、逐街道 · Yuan in question for 10,000 paid, a street and month",
        """
        select run_date, "value" as street, clues, amount_at_risk, paid, round(10000 * amount_at_risk / nullif(paid, 0), 2) as in_10000
        from trend
        where "by" = 'street'
        qualify row_number() over (partition by "value", date_trunc('month', run_date) order by run desc) = 1
        order by run_date, in_10000 desc nulls last, street nulls last
        """,
    )
    return


if __name__ == "__main__":
    app.run()
