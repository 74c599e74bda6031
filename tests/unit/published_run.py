"""A small run ready to publish: every published and restricted table, with rows drawn as text."""

# ruff: noqa: E501  (drawn tables are as wide as they are)

from datetime import date
from pathlib import Path

import duckdb

from huimin.publishing.publish import Pages, RunFolders, publish
from huimin.store.manifest import Manifest, RunFacts, UsedFile
from huimin.tables.declared import RESTRICTED_TABLES, TABLES
from huimin.tables.sql import quoted

RUN = "20230901T020000-abc123"
RUN_DATE = date(2023, 9, 1)
PERSON, OTHER = "429999194001010012", "429999195002020022"
TABLE_ROWS = {
    "clues": """
clue_id          | rule        | rule_title           | tier | item        | item_title | department | person_key       | id_number_masked   | name_masked | age | sex | street | community | first_period | last_period | periods | amount_at_risk | identity | priority | hit_rate | state  | first_seen | last_seen  | household_key | summary
aaaaaaaaaaaaaaa1 | deceased    | 死亡后仍享受         | 1    | urban_dibao | 城市低保   | 区民政局   | 1111111111111111 | 429999********0012 | 张*         | 83  | 男  | 关山街道 | 新竹社区 | 2023-05-01   | 2023-07-01  | 3       | 2805.00        | A        | 2244.0   | 0.8      | 待核查 | 2023-09-01 | 2023-09-01 | hhhhhhhhhhhhhhh1 | 张*2023年5月至7月领取城市低保3期共2805.00元，与死亡登记不一致。
aaaaaaaaaaaaaaa2 | dibao_tekun | 同时享受低保和特困   | 1    | rural_dibao | 农村低保   | 区民政局   | 2222222222222222 | 429999********0022 | 李*         | 73  | 女  | 洪山街道 | 石桥社区 | 2023-08-01   | 2023-08-01  | 1       | 760.00         | A        | 608.0    | 0.8      | 豁免   | 2023-08-01 | 2023-09-01 |               | 李*2023年8月同时在农村低保和特困名册。
aaaaaaaaaaaaaaa3 | deceased    | 死亡后仍享受         | 2    | elderly_allowance | 高龄津贴 | 区民政局 | 1111111111111111 | 429999********0012 | 张*       | 83  | 男  | 关山街道 | 新竹社区 | 2023-05-01   | 2023-05-01  | 1       | 100.00         | A        | 80.0     | 0.8      | 待核查 | 2023-09-01 | 2023-09-01 | hhhhhhhhhhhhhhh1 | 张*2023年5月领取高龄津贴100.00元，与死亡登记不一致。
""",
    "evidence": """
clue_id          | roster            | delivery         | file         | sheet  | row | role     | facts
aaaaaaaaaaaaaaa1 | deaths            | ddddddddddddddd2 | 死亡.csv     |        | 7   | register | {"died_on":"2023-04-11","source":"公安"}
aaaaaaaaaaaaaaa1 | urban_dibao       | ddddddddddddddd1 | 低保.xlsx    | 5月    | 12  | payment  | {"name":"张*","amount":"935.00"}
aaaaaaaaaaaaaaa2 | rural_dibao       | ddddddddddddddd1 | 低保.xlsx    | 农村   | 4   | payment  | {"name":"李*","amount":"760.00"}
aaaaaaaaaaaaaaa3 | elderly_allowance | ddddddddddddddd1 | 低保.xlsx    | 高龄   | 4   | payment  | {"name":"张*","amount":"100.00"}
""",
    "deliveries": """
delivery         | roster      | unit | periods         | file      | sha256 | received_at         | status                | rows_in_file | rows_layout | rows_accepted | rows_rejected | problem | unknown_columns | other_sheets | stale
ddddddddddddddd1 | urban_dibao |      | 2023-05,2023-08 | 低保.xlsx | 11     | 2023-08-30 01:02:03 | accepted_with_rejects | 103          | 3           | 98            | 2             |         | 备用 | 说明页 | false
ddddddddddddddd2 | deaths      |      | 2023-08-31      | 死亡.csv  | 22     | 2023-08-31 01:02:03 | accepted              | 51           | 1           | 50            | 0             | 陈旧：较新的交付未通过关键检查，沿用本交付 | | | true
ddddddddddddddd3 | population  | 关山 |                 | 户籍.xls  | 33     | 2023-08-31 01:02:03 | refused               | 0            | 0           | 0             | 0             | 缺少必需列 身份证号；表头有 <姓名> | | | false
""",
    "quality": """
roster      | delivery         | expectation | type                                 | column | severity | success | observed | unexpected_count | element_count
urban_dibao | ddddddddddddddd1 | amount_band | expect_column_values_to_be_between   | amount | warning  | false   | 2 行     | 2                | 98
deaths      | ddddddddddddddd2 | unique_key  | expect_compound_columns_to_be_unique |        | warning  | true    |          | 0                | 50
""",
    "reject_reasons": """
delivery         | column    | reason                | count
ddddddddddddddd1 | id_number | id_number_check_digit | 2
ddddddddddddddd1 | amount    | money_unparsable      | 1
""",
    "rules": """
rule        | version | tier | status  | why                | clues | population | periods_not_judged
deceased    | v1      | 1    | ran     |                    | 2     | 98         | 0
dibao_tekun | v2      | 1    | ran     |                    | 1     | 98         | 1
prisoner    | v3      | 1    | skipped | missing prisoners  | 0     | 0          | 0
left_register | v4    | 2    | ran     |                    | 0     | 98         | 0
""",
    "statistics": """
part | position | department | item              | item_title | clues | department_clues | share
main | 1        | 区民政局   | urban_dibao       | 城市低保   | 1     | 2                | 100.00
main | 2        | 区民政局   | elderly_allowance | 高龄津贴   | 1     | 2                | 100.00
""",
    "changes": """
clue_id          | change | rule     | item        | street
aaaaaaaaaaaaaaa1 | new    | deceased | urban_dibao | 关山街道
""",
    "ledger": """
clue_id          | rule        | item              | state  | first_seen | last_seen  | exemption
aaaaaaaaaaaaaaa1 | deceased    | urban_dibao       | 待核查 | 2023-09-01 | 2023-09-01 |
aaaaaaaaaaaaaaa2 | dibao_tekun | rural_dibao       | 豁免   | 2023-08-01 | 2023-09-01 | ddddddddddddddd9/豁免/3
aaaaaaaaaaaaaaa3 | deceased    | elderly_allowance | 待核查 | 2023-09-01 | 2023-09-01 |
aaaaaaaaaaaaaaa9 | deceased    | urban_dibao       | 豁免   | 2023-07-01 | 2023-08-01 | ddddddddddddddd8//2
""",
    "exposure": """
item              | street   | month      | amount
urban_dibao       | 关山街道 | 2023-05-01 | 935.00
urban_dibao       | 关山街道 | 2023-06-01 | 1870.00
elderly_allowance | 关山街道 | 2023-05-01 | 100.00
""",
    "progress": """
by         | value    | clues | open | overdue | pending | confirmed | unfounded | rechecking | mending | closed | due_amount | recovered_amount
all        |          | 2     | 2    | 1       | 0       | 0         | 0         | 0          | 0       | 0      | 0.00       | 0.00
street     | 关山街道 | 2     | 2    | 1       | 0       | 0         | 0         | 0          | 0       | 0      | 0.00       | 0.00
department | 区民政局 | 2     | 2    | 1       | 0       | 0         | 0         | 0          | 0       | 0      | 0.00       | 0.00
""",
    "trend": """
run                    | run_date   | by     | value    | clues | open | confirmed | unfounded | closed | amount_at_risk | paid     | recovered_amount | refused | rows_rejected
20230831T020000-aaaaaa | 2023-08-31 | all    |          | 1     | 1    | 0         | 0         | 0      | 2000.00        | 36200.00 | 0.00             | 0       | 5
20230901T020000-abc123 | 2023-09-01 | all    |          | 2     | 2    | 0         | 0         | 0      | 2905.00        | 36200.00 | 0.00             | 1       | 2
20230901T020000-abc123 | 2023-09-01 | street | 关山街道 | 2     | 2    | 0         | 0         | 0      | 2905.00        | 21200.00 | 0.00             |         |
""",
    "rates": """
measure | by  | value | checked | positive | rate | low | high | review
hit     | all |       | 0       | 0        |      |     |      |
""",
    "coverage": """
street   | item              | beneficiaries | households | paid  | clues | verified
关山街道 | urban_dibao       | 40            | 20         | 20000 | 1     | 0
关山街道 | elderly_allowance | 12            | 12         | 1200  | 1     | 0
洪山街道 | urban_dibao       | 30            | 16         | 15000 | 0     | 0
""",
    "mends": """
roster      | unit | delivery         | later_delivery   | rejected | mended | rejected_again | gone
urban_dibao |      | ddddddddddddddd8 | ddddddddddddddd1 | 5        | 3      | 1              | 1
""",
    "column_use": """
roster      | column    | title      | required | unused | kind | reader
urban_dibao | id_number | 身份证号码 | true     | false  | rule | deceased
urban_dibao | bank      | 开户银行   | false    | true   |      |
""",
    "identities": f"""
kind   | key              | value      | name
person | 1111111111111111 | {PERSON}   | 张三丰
person | 2222222222222222 | {OTHER}    | 李四
""",
    "rejects": """
delivery         | roster      | file      | sheet | row | column    | reason                | cells
ddddddddddddddd1 | urban_dibao | 低保.xlsx | 5月   | 9   | id_number | id_number_check_digit | {"姓名":"王五"}
ddddddddddddddd1 | urban_dibao | 低保.xlsx | 5月   | 10  | id_number | id_number_check_digit | {"姓名":"王六"}
ddddddddddddddd1 | urban_dibao | 低保.xlsx | 5月   | 10  | amount    | money_unparsable      | {"姓名":"王六"}
""",
    "decisions": """
record              | sequence | kind   | clue_id          | state | outcome | verifier | verified_on | decided_at          | file          | row
000001-aaaaaaaaaaaa | 1        | ledger | aaaaaaaaaaaaaaa9 | 查否  | 查否    | 赵核查   | 2023-08-25  | 2023-08-26 01:02:03 | 关山街道.xlsx | 5
""",
}  # fmt: skip


def drawn(text: str) -> list[dict[str, str | None]]:
    """Rows of a table drawn as text; an empty cell is null."""
    lines = [line for line in text.strip().splitlines() if line.strip()]
    titles = [cell.strip() for cell in lines[0].split("|")]
    return [dict(zip(titles, (cell.strip() or None for cell in line.split("|")))) for line in lines[1:]]


def ready_to_publish(rows: dict[str, str] | None = None) -> duckdb.DuckDBPyConnection:
    """An in-memory work database with every table; `rows` replace those of the small run, others are empty."""
    con = duckdb.connect()
    con.execute("create table masked_texts (text varchar, shown varchar)")
    for table in (*TABLES, *RESTRICTED_TABLES):
        columns = ", ".join(f"{quoted(column.name)} {column.type}" for column in table.columns)
        con.execute(f"create table {table.name} ({columns})")
        for row in drawn({**TABLE_ROWS, **(rows or {})}.get(table.name) or "x"):
            names = ", ".join(quoted(name) for name in row)
            con.execute(f"insert into {table.name} ({names}) values ({', '.join('?' * len(row))})", list(row.values()))
    return con


def facts(run: str = RUN) -> RunFacts:
    """The facts of the small run."""
    return RunFacts(
        run=run,
        run_date=RUN_DATE,
        code_version="0.1.0",
        contracts={"urban_dibao": "c1"},
        rules={"deceased": "r1"},
        policy={"policy.toml": "p1"},
        deliveries=(),
        previous_ledger=UsedFile("published/20230831T020000-aaaaaa/ledger.parquet", "l1", "20230831T020000-aaaaaa"),
        step_seconds={"match": 1.5},
        step_peaks={"match": 300},
        rule_seconds={"deceased": 0.25},
    )


def places(folder: Path) -> RunFolders:
    """The two sides below a folder."""
    return RunFolders(folder / "published", folder / "restricted")


def published_run(
    folder: Path, run: str = RUN, rows: dict[str, str] | None = None, pages: Pages | None = None
) -> Manifest:
    """The small run, published below the folder."""
    return publish(ready_to_publish(rows), facts(run), places(folder), pages or Pages())
