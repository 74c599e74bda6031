"""A district half way through its verification, as tables of a run: for the report's page and workbook."""

# ruff: noqa: E501  (drawn tables are as wide as they are)

from datetime import date, timedelta
from pathlib import Path

import duckdb

from huimin.deliveries.calendar import load_calendar
from huimin.report import Content, gather_content
from huimin.tables.sql import quoted
from unit.published_run import ready_to_publish
from unit.work_database import contracts

CALENDAR = load_calendar(Path("none"), contracts())
RUN, RUN_DATE = "20230901T020000-abc123", date(2023, 9, 1)
HOSTILE = (
    "<script>document.title='owned'</script>",
    "{{ 7 * 7 }}{% raw %}{# #}",
    "\"><img src=x onerror=alert(1)>'&amp;",
    "长" * 300,
    "x" * 300,
    "\u202e街道\u202d\u0000\u200b换\n行\t",
    "=1+1",
    "<r><t>rich</t></r>",
    "a_x000A_b",
    "👩‍👩‍👧‍👦街道",
)
"""Names of streets, units and files that somebody chose."""

STATISTICS = """
part        | position | department | item                 | item_title                                   | clues | department_clues | share
main        | 1        | 区教育局   | student_living       | 义务教育家庭经济困难学生生活补助             | 37    | 45               | 11.63
main        | 2        | 区教育局   | high_school_grant    | 普通高中助学金                               | 8     | 45               | 11.63
main        | 3        | 区科经局   | vehicle_trade_in     | 汽车以旧换新补贴                             | 274   | 274              | 70.80
main        | 4        | 区民政局   | rural_dibao          | 农村低保                                     | 3     | 22               | 5.68
main        | 5        | 区民政局   | urban_dibao          | 城市低保                                     | 16    | 22               | 5.68
main        | 6        | 区民政局   | disability_living    | 残疾人两项补贴（困难残疾人生活补贴）         | 1     | 22               | 5.68
main        | 7        | 区民政局   | disability_nursing   | 残疾人两项补贴（重度残疾人护理补贴）         | 1     | 22               | 5.68
main        | 8        | 区民政局   | elderly_allowance    | 高龄津贴                                     | 1     | 22               | 5.68
main        | 9        | 区社保处   | pension_contribution | 困难群体人员代缴城乡居保费                   | 46    | 46               | 11.89
main        |          | 总计       |                      |                                              | 387   | 387              | 100.00
data        | 1        | 区民政局   | urban_dibao          | 城市低保                                     | 12    | 12               | 100.00
data        |          | 总计       |                      |                                              | 12    | 12               | 100.00
entitlement | 1        | 区民政局   | elderly_allowance    | 高龄津贴                                     | 31    | 31               | 100.00
entitlement |          | 总计       |                      |                                              | 31    | 31               | 100.00
"""
PROGRESS = """
by         | value    | clues | open | overdue | pending | confirmed | unfounded | rechecking | mending | closed | due_amount | recovered_amount
all        |          | 430   | 214  | 37      | 12      | 96        | 108       | 14         | 25      | 61     | 412300.50  | 187650.00
street     | 关山街道 | 160   | 70   | 12      | 4       | 40        | 46        | 8          | 10      | 30     | 212300.50  | 101650.00
street     | 洪山街道 | 120   | 44   | 25      | 8       | 36        | 32        | 6          | 10      | 21     | 150000.00  | 80000.00
street     | 珞南街道 | 88    | 38   | 0       | 0       | 20        | 30        | 0          | 5       | 10     | 50000.00   | 6000.00
street     | 和平街道 | 60    | 60   | 0       | 0       | 0         | 0         | 0          | 0       | 0      | 0.00       | 0.00
street     |          | 2     | 2    | 0       | 0       | 0         | 0         | 0          | 0       | 0      | 0.00       | 0.00
department | 区科经局 | 274   | 134  | 37      | 12      | 60        | 68        | 14         | 20      | 41     | 312300.50  | 137650.00
department | 区社保处 | 77    | 20   | 0       | 0       | 27        | 30        | 0          | 5       | 20     | 80000.00   | 50000.00
department | 区民政局 | 34    | 15   | 0       | 0       | 9         | 10        | 0          | 0       | 0      | 20000.00   | 0.00
department | 区教育局 | 45    | 45   | 0       | 0       | 0         | 0         | 0          | 0       | 0      | 0.00       | 0.00
"""
LEDGER = """
clue_id          | rule        | item             | department | street   | state  | outcome | first_seen | verified_on | closed_on  | due_amount | recovered_amount
aaaaaaaaaaaaaaa1 | deceased    | urban_dibao      | 区民政局   | 关山街道 | 已销号 | 查实    | 2023-07-01 | 2023-08-03  | 2023-08-20 | 900.00     | 900.00
aaaaaaaaaaaaaaa2 | deceased    | urban_dibao      | 区民政局   | 关山街道 | 待核查 |         | 2023-08-01 |             |            |            |
aaaaaaaaaaaaaaa3 | deceased    | urban_dibao      | 区民政局   | 洪山街道 | 查否   | 查否    | 2023-08-01 | 2023-09-01  |            |            |
aaaaaaaaaaaaaaa4 | trade_in    | vehicle_trade_in | 区科经局   | 和平街道 | 待核查 |         | 2023-08-01 |             |            |            |
aaaaaaaaaaaaaaa5 | trade_in    | vehicle_trade_in | 区科经局   | 珞南街道 | 查实   | 查实    | 2023-08-01 | 2023-08-25  |            | 500.00     | 200.00
aaaaaaaaaaaaaaa6 | trade_in    | vehicle_trade_in | 区科经局   | 洪山街道 | 豁免   |         | 2023-08-01 |             |            |            |
"""
DECISIONS = """
record              | sequence | kind   | clue_id          | state  | outcome | verified_on | rectified_on | due_amount | recovered_amount | decided_at
000001-aaaaaaaaaaaa | 1        | ledger | aaaaaaaaaaaaaaa1 | 查实   | 查实    | 2023-07-28  |              | 900.00     | 300.00           | 2023-07-29 01:02:03
000002-aaaaaaaaaaaa | 1        | ledger | aaaaaaaaaaaaaaa1 | 已销号 |         |             | 2023-08-20   |            | 900.00           | 2023-08-20 01:02:03
000002-aaaaaaaaaaaa | 2        | ledger | aaaaaaaaaaaaaaa5 | 查实   | 查实    | 2023-08-25  |              | 500.00     | 200.00           | 2023-08-26 01:02:03
"""
RATES = """
measure  | by       | value       | tier | checked | positive | rate  | low   | high  | review
hit      | all      |             |      | 204     | 96       | 0.471 | 0.404 | 0.539 |
hit      | rule     | deceased    | 1    | 50      | 45       | 0.9   | 0.786 | 0.957 | false
hit      | rule     | dibao_tekun | 2    | 60      | 2        | 0.033 | 0.009 | 0.114 | true
hit      | tier     | 1           |      | 110     | 47       | 0.427 | 0.339 | 0.521 |
hit      | street   | 关山街道    |      | 86      | 40       | 0.465 | 0.364 | 0.57  |
hit      | identity | A           |      | 200     | 96       | 0.48  | 0.412 | 0.549 |
overturn | all      |             |      | 22      | 3        | 0.136 | 0.047 | 0.333 |
overturn | street   | 关山街道    |      | 12      | 3        | 0.25  | 0.089 | 0.532 |
spot     | all      |             |      | 0       | 0        |       |       |       |
"""
COVERAGE = """
street   | item             | beneficiaries | households | clues | verified
关山街道 | urban_dibao      | 400           | 210        | 160   | 86
左岭街道 | urban_dibao      | 120           | 66         | 0     | 0
"""
EXPOSURE = """
item             | street   | month      | amount
vehicle_trade_in | 关山街道 | 2022-09-01 | 1820000.00
vehicle_trade_in | 洪山街道 | 2022-10-01 | 640000.00
urban_dibao      | 洪山街道 | 2023-05-01 | 52000.00
urban_dibao      |          | 2023-05-01 | 900.00
"""
MENDS = """
roster      | unit | delivery         | later_delivery   | rejected | mended | rejected_again | gone
urban_dibao |      | ddddddddddddddd8 | ddddddddddddddd1 | 9        | 6      | 2              | 1
deaths      |      | ddddddddddddddd9 | ddddddddddddddd2 | 4        | 4      | 0              | 0
"""
TABLES = {
    "mends": MENDS, "statistics": STATISTICS, "progress": PROGRESS, "ledger": LEDGER, "decisions": DECISIONS, "rates": RATES,
    "coverage": COVERAGE, "exposure": EXPOSURE,
}  # fmt: skip


def worked_off(**tables: str) -> duckdb.DuckDBPyConnection:
    """The tables of the district, some replaced, after thirty nights."""
    con = ready_to_publish({**TABLES, **tables})
    con.execute("delete from trend")
    for night in range(30):
        day = RUN_DATE - timedelta(days=29 - night)
        figures = [430 - night, 430 - 7 * night, 3 * night, 3 * night, 2 * night, 2_900_000 - 20_000 * night]
        con.execute(
            f"insert into trend values (?, ?, 'all', null, {', '.join('?' * len(figures))}, 36200, ?, ?, ?)",
            [f"{day:%Y%m%d}T020000-abc123", day, *figures, 6_000 * night, 3, max(400 - 20 * night, 0)],
        )
    return con


def hostile() -> duckdb.DuckDBPyConnection:
    """The same district, whose streets, units, files and rows somebody named with intent."""
    con = worked_off()
    for place, name in enumerate(HOSTILE):
        con.execute("insert into progress values ('street', ?, 9, 4, 1, 1, 2, 2, 0, 0, 1, 10, 5)", [name])
        con.execute("insert into exposure values ('urban_dibao', ?, '2023-05-01', ?)", [name, 90_000_000 - place])
        con.execute("insert into coverage values (?, 'urban_dibao', 9, 9, 4500, 0, 0)", [name])
        con.execute("insert into changes (clue_id, change, rule, street) values ('x', 'new', 'deceased', ?)", [name])
        con.execute("insert into rates values ('hit', 'street', ?, null, 9, 3, 0.333, 0.12, 0.65, null)", [name])
        row = {
            "delivery": f"bad{place}", "roster": "population", "unit": name, "file": f"{name}.xlsx", "status": "refused",
            "problem": f"表头有 {name}", "stale": False, "rows_accepted": 0, "rows_rejected": 0,
            "received_at": RUN_DATE,
        }  # fmt: skip
        columns = ", ".join(quoted(column) for column in row)
        con.execute(f"insert into deliveries ({columns}) values ({', '.join('?' * len(row))})", list(row.values()))
        con.execute("insert into reject_reasons values ('ddddddddddddddd1', ?, ?, 3)", [name, name])
    return con


def content_of(con: duckdb.DuckDBPyConnection) -> Content:
    """What a report says of these tables."""
    return gather_content(con, RUN, RUN_DATE, contracts(), {}, CALENDAR)
