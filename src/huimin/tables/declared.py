"""What a run publishes: every table, its columns in order, their types and what they mean. Declared here once."""

# ruff: noqa: E501  (drawn tables are as wide as they are)

from dataclasses import dataclass

from huimin.tables.sql import quoted


@dataclass(frozen=True)
class PublishedColumn:
    """One column: its name, its DuckDB type and what it means."""

    name: str
    type: str
    comment: str
    english: str = ""
    """The same in English; empty in restricted tables."""


@dataclass(frozen=True)
class PublishedTable:
    """One published table and the order of its rows."""

    name: str
    comment: str
    english: str
    """The same in English; empty for restricted tables."""
    columns: tuple[PublishedColumn, ...]
    order: tuple[str, ...]
    """SQL expressions that come first in the order of rows; the remaining columns break ties."""


def declared(name: str, comment: str, order: tuple[str, ...], columns: str, english: str = "") -> PublishedTable:
    """The table whose columns are drawn as lines of ``name | type | meaning | meaning in English``."""
    cells = [[cell.strip() for cell in line.split("|")] for line in columns.strip().splitlines()]
    return PublishedTable(name, comment, english, tuple(PublishedColumn(*cell) for cell in cells), order)


CLUES = declared(
    "clues",
    "疑点线索：一行一条。只是核查的起点，不是结论",
    ("rule", "priority desc", "clue_id"),
    """
    clue_id          | VARCHAR       | 线索编号：16 位十六进制，同一线索每晚相同，不能反推身份证号                | 16 hexadecimal characters; the same clue every night, and no way back to the ID number
    rule             | VARCHAR       | 规则标识                                                                   | the rule that found it
    rule_title       | VARCHAR       | 规则名称                                                                   | title of the rule
    tier             | TINYINT       | 等级：1 两项事实相互矛盾；2 与政策条文不一致；3 需要询问的迹象；0 数据疑错 | 1 two facts contradict; 2 not as the policy says; 3 a sign to ask about; 0 data that may be wrong
    item             | VARCHAR       | 补贴项目标识（名册）                                                       | the benefit (roster)
    item_title       | VARCHAR       | 补贴项目名称                                                               | title of the benefit
    department       | VARCHAR       | 责任部门                                                                   | department in charge
    person_key       | VARCHAR       | 人员代码：身份证号的密钥散列；无人员时为空                                 | keyed hash of the ID number; null without a person
    id_number_masked | VARCHAR       | 脱敏身份证号                                                               | masked ID number
    name_masked      | VARCHAR       | 脱敏姓名                                                                   | masked name
    age              | TINYINT       | 运行当年 1 月 1 日的周岁，由身份证号得出                                   | years on 1 January of the run's year, by the ID number
    sex              | VARCHAR       | 性别，由身份证号得出                                                       | by the ID number
    subject          | VARCHAR       | 标的（车牌、单元号、信用代码等，按规则而定），按其类型脱敏                 | what it is about (plate, unit number, credit code, … by rule), masked by its type
    subject_key      | VARCHAR       | 标的代码：脱敏标的的密钥散列                                               | keyed hash of the subject
    street           | VARCHAR       | 街道：取最近一期发放名册，缺则取户籍                                       | of the latest payment, else of the population register
    community        | VARCHAR       | 社区                                                                       | of the latest payment, else of the population register
    first_period     | DATE          | 首个疑点期间的开始日                                                       | first day of the first period in question
    last_period      | DATE          | 最近一个疑点期间的开始日                                                   | first day of the last period in question
    periods          | INTEGER       | 疑点期间数                                                                 | how many periods are in question
    amount_at_risk   | DECIMAL(14,2) | 涉及金额（元）                                                             | yuan in question
    identity         | VARCHAR       | 身份把握：A 各行姓名一致；C 有行姓名不一致；无人员时为空                   | A: every row has the same name; C: some have another; null without a person
    priority         | DOUBLE        | 核查优先度：预期涉及金额（元）                                             | expected yuan: the order of visits
    hit_rate         | DOUBLE        | 该规则该等级的查实率估计                                                   | estimated share of such clues that are confirmed
    state            | VARCHAR       | 台账状态：待核查、查实、部分查实、查否、待定、复核中、豁免等               | state in the ledger
    first_seen       | DATE          | 首次发现的运行日                                                           | run date on which it was first found
    last_seen        | DATE          | 最近发现的运行日                                                           | run date on which it was last found
    household_key    | VARCHAR       | 户代码：同一户籍户的线索可一次上门                                         | keyed hash of the register household: one visit for all of its clues
    summary          | VARCHAR       | 疑点概述（脱敏）                                                           | what was found, in one masked sentence
    """,
    english="one row a clue: where somebody should look, never a finding",
)
EVIDENCE = declared(
    "evidence",
    "线索证据：支撑一条线索的每一个来源行",
    ("clue_id", "role", "roster", "delivery", "file", "sheet nulls first", '"row"'),
    """
    clue_id  | VARCHAR | 线索编号                              | the clue
    roster   | VARCHAR | 来源名册                              | roster of the row
    delivery | VARCHAR | 来源交付编号                          | delivery of the row
    file     | VARCHAR | 来源文件名（其中的姓名、证号已遮去）  | file name; names and numbers in it are masked
    sheet    | VARCHAR | 工作表；文本文件为空                  | sheet; null for text files
    row      | INTEGER | 来源文件中的实际行号，从 1 起         | row number in the file, from 1
    role     | VARCHAR | 作用：payment 发放行，register 比对行 | payment: what was paid; register: what it was compared with
    facts    | VARCHAR | 该行的关键事实（JSON，脱敏）          | the facts that count, as JSON, masked
    """,
    english="one row a source row that a clue rests on",
)
DELIVERIES = declared(
    "deliveries",
    "交付：每个交来的文件及其去向",
    ("roster nulls last", "unit nulls first", "received_at", "file", "delivery"),
    """
    delivery        | VARCHAR   | 交付编号：名册、单位、文件、内容散列的 16 位代码，各表以此关联                   | 16 characters of a hash of roster, unit, file and content: the key in every other table
    roster          | VARCHAR   | 名册；放错位置的文件为空                                                         | roster; null for a misplaced file
    unit            | VARCHAR   | 交付单位（街道等）；整区交付为空                                                 | who delivered it (a street, say); null for the whole district
    periods         | VARCHAR   | 所含期间，逗号分隔；登记类为截至日                                               | periods in it, by commas; of a register its as-at date
    file            | VARCHAR   | 文件名；压缩包成员为 包名/成员名                                                 | file name; of a zip member archive/member
    sha256          | VARCHAR   | 文件内容散列                                                                     | hash of the content
    received_at     | TIMESTAMP | 文件修改时间（UTC）                                                              | when the file was last changed (UTC)
    status          | VARCHAR   | 去向：accepted、accepted_with_rejects、refused、superseded、unchanged、withdrawn | accepted, accepted_with_rejects, refused, superseded, unchanged or withdrawn
    rows_in_file    | BIGINT    | 文件行数                                                                         | rows of the file
    rows_layout     | BIGINT    | 版面行数（标题、表头、合计、空行）                                               | rows of its layout: titles, headers, sums, blanks
    rows_accepted   | BIGINT    | 接收行数                                                                         | rows accepted
    rows_rejected   | BIGINT    | 拒收行数                                                                         | rows rejected
    problem         | VARCHAR   | 问题说明                                                                         | what is wrong with it
    fix             | VARCHAR   | 怎样改：拒收的文件，问题说明里没有写明时                                         | what its department can do
    unknown_columns | VARCHAR   | 合同未列的表头：其他名册的列名照写，其余只计个数                                 | headers that the contract does not know: those of other rosters as they are, of the rest the number
    other_sheets    | VARCHAR   | 表头不符、未读取的工作表，顿号分隔                                               | sheets that were not read, as their header does not match
    stale           | BOOLEAN   | 陈旧：较新的交付未通过关键检查，沿用本交付                                       | a newer delivery failed a critical expectation, and this one still counts
    admitted        | VARCHAR   | 人工采用未通过关键检查的交付：何时、何人、为何；否则为空                         | who let a delivery in that failed a critical expectation, when and why; else null
    uncorrected     | BOOLEAN   | 未改正：拒收或未采用，其后没有可用的交付                                         | refused or kept out, and nothing usable came after it
    """,
    english="one row a delivered file, and what became of it",
)
QUALITY = declared(
    "quality",
    "数据质量：每个交付逐项期望的结果",
    ("roster", "delivery nulls first", "expectation"),
    """
    roster           | VARCHAR | 名册                                | roster
    delivery         | VARCHAR | 交付编号                            | delivery
    expectation      | VARCHAR | 期望标识                            | the expectation
    type             | VARCHAR | 期望类型（Great Expectations 名称） | its type, under Great Expectations' name
    column           | VARCHAR | 列；整表期望为空                    | the column; null for the whole delivery
    severity         | VARCHAR | 严重程度：critical、warning、info   | critical, warning or info
    success          | BOOLEAN | 是否满足                            | whether it holds
    observed         | VARCHAR | 观测值（不含个人信息）              | the observed value, without personal data
    unexpected_count | BIGINT  | 不满足的行数                        | rows for which it does not hold
    element_count    | BIGINT  | 检查的行数                          | rows looked at
    """,
    english="one row an expectation of a delivery",
)
REJECT_REASONS = declared(
    "reject_reasons",
    "拒收原因：按交付、列、原因计数；单元格原值只在受限区",
    ("delivery", '"column" nulls first', "reason"),
    """
    delivery | VARCHAR | 交付编号 | delivery
    column   | VARCHAR | 列       | column
    reason   | VARCHAR | 原因     | why the row was rejected
    count    | BIGINT  | 次数     | how often
    """,
    english="one row a delivery, column and reason: how often; the cells are on the restricted side alone",
)
RULES = declared(
    "rules",
    "规则运行情况：每条规则一行",
    ("rule",),
    """
    rule               | VARCHAR | 规则标识                   | the rule
    version            | VARCHAR | 规则版本散列               | hash of its text
    tier               | TINYINT | 等级                       | tier
    status             | VARCHAR | ran 已运行，skipped 未运行 | ran or skipped
    why                | VARCHAR | 未运行的原因               | why it was skipped, or what it did not have
    clues              | BIGINT  | 线索数                     | clues found
    population         | BIGINT  | 比对的人项或户数           | persons and items (or households) compared
    periods_not_judged | BIGINT  | 因缺少数据未判断的期间数   | periods not judged for want of data
    """,
    english="one row a rule: how it ran",
)
PART_ORDER = "case part when 'main' then 1 when 'data' then 2 when 'entitlement' then 3 when 'funds' then 4 else 5 end"
STATISTICS = declared(
    "statistics",
    "统计表：区级上报格式，按部分分表",
    (PART_ORDER, "position nulls last"),
    """
    part             | VARCHAR      | 部分：main 主表，data 数据疑错，entitlement 应享未享，funds 资金与监督 | main, data (data that may be wrong), entitlement (entitled and not paid) or funds
    position         | INTEGER      | 序号；总计行为空                                                       | number in the form; null for the total
    department       | VARCHAR      | 责任部门；总计行为“总计”                                               | department; 总计 for the total
    item             | VARCHAR      | 项目标识                                                               | the benefit
    item_title       | VARCHAR      | 项目名称                                                               | its title
    clues            | BIGINT       | 条数                                                                   | clues
    department_clues | BIGINT       | 部门总条数                                                             | clues of the whole department
    share            | DECIMAL(5,2) | 部门占比（%），四舍五入到两位小数                                      | the department's share in per cent, two decimals
    """,
    english="one row an item in the district's own form",
)
CHANGES = declared(
    "changes",
    "变化：与上一次运行相比新增、变化、消失的线索",
    ("change", "rule", "item", "clue_id"),
    """
    clue_id | VARCHAR | 线索编号                              | the clue
    change  | VARCHAR | new 新增，changed 变化，vanished 消失 | new, changed or vanished
    rule    | VARCHAR | 规则标识                              | its rule
    item    | VARCHAR | 补贴项目标识                          | its benefit
    street  | VARCHAR | 街道                                  | its street
    what    | VARCHAR | 变化的内容                            | what changed
    """,
    english="one row a clue that is new, changed or gone since the run before",
)
LEDGER = declared(
    "ledger",
    "台账：见过的每一条线索及其核查情况",
    ("clue_id",),
    """
    clue_id          | VARCHAR       | 线索编号                                           | the clue
    rule             | VARCHAR       | 规则标识                                           | its rule
    item             | VARCHAR       | 补贴项目标识                                       | its benefit
    department       | VARCHAR       | 责任部门                                           | department in charge
    street           | VARCHAR       | 街道                                               | street
    state            | VARCHAR       | 台账状态                                           | state
    first_seen       | DATE          | 首次发现的运行日                                   | run date on which it was first found
    last_seen        | DATE          | 最近发现的运行日                                   | run date on which it was last found
    vanished_on      | DATE          | 不再发现的首个运行日；仍在时为空                   | first run date without it; null while it is found
    tier             | TINYINT       | 等级                                               | tier
    periods          | INTEGER       | 疑点期间数                                         | periods in question
    amount_at_risk   | DECIMAL(14,2) | 涉及金额（元）                                     | yuan in question
    evidence_hash    | VARCHAR       | 证据代码：证据不变则不变                           | the same while the evidence is the same
    exemption        | VARCHAR       | 所依据的豁免备案行：交付/工作表/行                 | the exemption row it rests on: delivery/sheet/row
    exempted_state   | VARCHAR       | 豁免以前的状态：备案失效后回到的状态；未豁免的为空 | what it was before the exemption and is again after it
    outcome          | VARCHAR       | 核查结果：最近一次认定，重新打开后仍保留           | the last outcome; kept when it is opened again
    cause            | VARCHAR       | 原因                                               | cause
    verified_on      | DATE          | 核查日期                                           | day of the visit
    hit_rate         | DOUBLE        | 采用的查实率                                       | hit rate that its priority used
    identity         | VARCHAR       | 身份把握：A 各行姓名一致；C 有行姓名不一致         | A: every row has the same name; C: some have another
    last_period      | DATE          | 最近一个疑点期间的开始日；已销号的为销号时         | first day of the last period in question; of a closed one as at its closing
    decided_evidence | VARCHAR       | 认定时的证据代码                                   | evidence_hash as it was decided on
    handling         | VARCHAR       | 处理方式                                           | what was done
    due_amount       | DECIMAL(14,2) | 应追缴金额（元），该线索累计                       | yuan to be recovered
    recovered_amount | DECIMAL(14,2) | 已追缴金额（元），该线索累计                       | yuan recovered
    deadline_on      | DATE          | 整改期限                                           | until when it is to be put right
    rectified_on     | DATE          | 整改完成日期                                       | when it was put right
    closed_on        | DATE          | 销号日期                                           | when it was closed
    reopened_on      | DATE          | 最近一次重新打开的运行日                           | run date on which it was last opened again
    what_changed     | VARCHAR       | 重新打开的原因：什么变了                           | why it was opened again
    plan             | VARCHAR       | 最近一次复核计划                                   | the last re-check plan it is in
    decision         | VARCHAR       | 最近一次决定：核查记录/序号                        | the last decision: record/number
    """,
    english="one row a clue ever seen, and what became of it",
)
EXPOSURE = declared(
    "exposure",
    "涉及金额：按项目、街道、月份；同一人同一项目同一期间只计一次",
    ("item", "street nulls last", "month"),
    """
    item   | VARCHAR       | 补贴项目标识     | the benefit
    street | VARCHAR       | 街道             | street
    month  | DATE          | 期间开始日所在月 | month in which the period begins
    amount | DECIMAL(38,2) | 涉及金额（元）   | yuan
    """,
    english="yuan at risk by item, street and month: each person, item and period once",
)
PROGRESS = declared(
    "progress",
    "核查进度：台账上要核查的线索（不含豁免、自然消除），全区、按街道、按部门",
    ("case \"by\" when 'all' then 1 when 'street' then 2 else 3 end", '"value" nulls last'),
    """
    by               | VARCHAR       | 分组：all 全区，street 街道，department 责任部门   | all, street or department
    value            | VARCHAR       | 街道或部门；全区及未填的为空                       | which one; null for all, and where none is told
    clues            | BIGINT        | 线索数 = 待核查 + 待定 + 查实 + 查否               | clues to verify = open + pending + confirmed + unfounded
    open             | BIGINT        | 待核查                                             | not verified yet
    overdue          | BIGINT        | 逾期：超过核查期限仍待核查，或整改期限已过未销号   | open after the days allowed, or not put right by the deadline
    pending          | BIGINT        | 待定                                               | undecided
    confirmed        | BIGINT        | 查实：含部分查实、改判查实，及其中整改中、已销号的 | confirmed, wholly or in part
    unfounded        | BIGINT        | 查否：含查否维持，及其中复核中、已销号的           | found to be nothing
    rechecking       | BIGINT        | 复核中                                             | being checked again
    mending          | BIGINT        | 整改中                                             | being put right
    closed           | BIGINT        | 已销号                                             | closed
    due_amount       | DECIMAL(38,2) | 应追缴金额（元）                                   | yuan to be recovered
    recovered_amount | DECIMAL(38,2) | 已追缴金额（元）                                   | yuan recovered
    """,
    english="how far verification is: whole district, by street, by department",
)
TREND = declared(
    "trend",
    "趋势：每次完整运行的全区、各街道、各部门，逐次延续",
    ("run", "case \"by\" when 'all' then 1 when 'street' then 2 else 3 end", '"value" nulls last'),
    """
    run              | VARCHAR       | 运行编号                       | the run
    run_date         | DATE          | 运行日                         | its run date
    by               | VARCHAR       | 分组：all 全区，street 街道，department 责任部门 | all, street or department
    value            | VARCHAR       | 街道或部门；全区及未填的为空   | which one; null for all, and where none is told
    clues            | BIGINT        | 台账上要核查的线索数           | clues to verify
    open             | BIGINT        | 待核查                         | not verified yet
    confirmed        | BIGINT        | 查实                           | confirmed
    unfounded        | BIGINT        | 查否                           | found to be nothing
    closed           | BIGINT        | 已销号                         | closed
    amount_at_risk   | DECIMAL(38,2) | 涉及金额（元），同一笔只计一次 | yuan in question, each once
    paid             | DECIMAL(38,2) | 最近一期发放金额（元），作分母；早先的运行为空 | yuan paid for the latest period, to divide by; null in runs before it was told
    recovered_amount | DECIMAL(38,2) | 已追缴金额（元）               | yuan recovered
    refused          | BIGINT        | 退回的交付；只计全区           | deliveries refused; of all alone
    rows_rejected    | BIGINT        | 在用交付中待改正的行；只计全区 | rows still to be corrected in deliveries in force; of all alone
    """,
    english="each complete run for the district, its streets and departments, carried on from run to run",
)
RATES = declared(
    "rates",
    "核查比率：查实率、复核改判率、抽查发现率，附威尔逊 95% 置信区间",
    (
        "case measure when 'hit' then 1 when 'overturn' then 2 else 3 end",
        "list_position(['all', 'rule', 'tier', 'street', 'identity'], \"by\")",
        '"value" nulls last',
        "tier nulls last",
    ),
    """
    measure  | VARCHAR | hit 查实率，overturn 复核改判率，spot 抽查发现率                       | hit, overturn or spot
    by       | VARCHAR | 分组：all 全部，rule 规则，tier 等级，street 街道，identity 身份把握   | all, rule, tier, street or identity
    value    | VARCHAR | 组；全部及未填的为空                                                   | which one; null for all, and where none is told
    tier     | TINYINT | 规则的等级：按规则分组时分等级计；其他分组为空                         | tier of the rule; null for other groups
    checked  | BIGINT  | 已有结果的条数（待定不计）                                             | how many have an outcome
    positive | BIGINT  | 其中查实、改判查实、发现问题的条数；原因为数据错误、政策例外的不算查实 | how many of these are confirmed (wrong data and exceptions do not count)
    rate     | DOUBLE  | 比率；没有结果时为空                                                   | positive / checked; null without any
    low      | DOUBLE  | 置信区间下限                                                           | lower end of the interval
    high     | DOUBLE  | 置信区间上限                                                           | upper end of the interval
    review   | BOOLEAN | 规则（该等级）建议复审：结果已够多而区间上限仍低于规定值；非规则为空   | the rule should be looked at again: many outcomes, and the interval below the set value; else null
    """,
    english="hit rates, overturn rates and spot-check rates with Wilson's 95 % interval",
)
COVERAGE = declared(
    "coverage",
    "覆盖：各街道各项目最近一期的享受对象，及其中的线索与核查",
    ("street nulls last", "item"),
    """
    street        | VARCHAR       | 街道；未填为空                                 | street; null where none is told
    item          | VARCHAR       | 补贴项目标识                                   | the benefit
    beneficiaries | BIGINT        | 最近一期享受人数                               | persons on it
    households    | BIGINT        | 最近一期享受户数（户籍户；低保按户主的户籍户） | register households on it; of dibao those of its heads
    paid          | DECIMAL(38,2) | 最近一期发放金额（元）                         | yuan paid
    clues         | BIGINT        | 台账线索数（不含豁免、自然消除）               | clues in the ledger, without exempted ones and those gone by themselves
    verified      | BIGINT        | 其中已有核查结果的（待定不计）                 | those of them with an outcome
    """,
    english="who is on benefit by street and item in the latest period, and what was found and verified among them",
)
MENDS = declared(
    "mends",
    "改正：已被后来交付取代的交付，其拒收行后来怎样了",
    ("roster", "unit nulls first", "delivery"),
    """
    roster         | VARCHAR | 名册                                    | roster
    unit           | VARCHAR | 交付单位（街道等）；整区交付为空        | who delivered it; null for the whole district
    delivery       | VARCHAR | 交付编号                                | delivery
    later_delivery | VARCHAR | 取代它的交付；不止一个时为最晚的        | the one that took its place; the latest of several
    rejected       | BIGINT  | 拒收行数 = 已改正 + 再次拒收 + 不再报送 | rows rejected = mended + rejected_again + gone
    mended         | BIGINT  | 已改正：后来的交付接收了                | accepted in the later delivery
    rejected_again | BIGINT  | 再次拒收                                | rejected again
    gone           | BIGINT  | 不再报送：后来的交付中没有，或无从辨认  | not delivered again, or not to be recognised
    """,
    english="what became of the rejected rows of deliveries that later ones took the place of",
)
COLUMN_USE = declared(
    "column_use",
    "列的使用：名册的每一列由谁读取，一行一个读取者；无人读取的列一行，读取者为空",
    ("roster", '"column"', "kind nulls first", "reader"),
    """
    roster   | VARCHAR | 名册                                                                                       | roster
    column   | VARCHAR | 列                                                                                         | column
    title    | VARCHAR | 列的中文名                                                                                 | its title
    required | BOOLEAN | 必填                                                                                       | whether it is required
    unused   | BOOLEAN | 未使用：选填而无人读取，不应收集（最小必要）                                               | optional and read by nobody: not to be collected
    kind     | VARCHAR | 读取者的种类：rule 规则，view 规则经由的视图，expectation 期望，evidence 证据，output 用途 | rule, view (through which a rule reads it), expectation, evidence or output
    reader   | VARCHAR | 读取者：规则、视图、期望类型、名册或用途                                                   | the rule, view, expectation type, roster or use
    """,
    english="who reads each column of each roster: one row a reader; of a column that nobody reads one without",
)
TABLES = (
    CLUES,
    EVIDENCE,
    DELIVERIES,
    QUALITY,
    REJECT_REASONS,
    RULES,
    STATISTICS,
    CHANGES,
    LEDGER,
    EXPOSURE,
    PROGRESS,
    TREND,
    RATES,
    COVERAGE,
    MENDS,
    COLUMN_USE,
)
IDENTITIES = declared(
    "identities",
    "身份对照：代码与原值",
    ("kind", "key"),
    """
    kind  | VARCHAR | person 人员，account 账户，plate 车牌，vin、code、credit_code 各种编号
    key   | VARCHAR | 代码
    value | VARCHAR | 原值
    name  | VARCHAR | 姓名
    """,
)
REJECTS = declared(
    "rejects",
    "拒收行：一行一个原因",
    ("roster", "delivery", "sheet nulls first", '"row"', '"column" nulls first', "reason"),
    """
    delivery | VARCHAR | 交付编号
    roster   | VARCHAR | 名册
    file     | VARCHAR | 文件名
    sheet    | VARCHAR | 工作表；文本文件为空
    row      | INTEGER | 实际行号
    column   | VARCHAR | 列
    reason   | VARCHAR | 原因
    cells    | VARCHAR | 该行原始单元格（JSON）
    """,
)
DECISIONS = declared(
    "decisions",
    "核查决定：何人、何时、从哪个文件；只追加，不修改",
    ("record", "sequence"),
    """
    record           | VARCHAR       | 核查记录：序号与代码
    sequence         | INTEGER       | 记录内的序号，从 1 起
    kind             | VARCHAR       | ledger、recheck 复核、cross 交叉、spot 抽查、visits 走访、draw 抽取、close 结束
    plan             | VARCHAR       | 抽查计划
    clue_id          | VARCHAR       | 线索编号；走访的户或人为空
    target_key       | VARCHAR       | 走访对象的户代码或人员代码
    state            | VARCHAR       | 进入的状态；不改变状态的为空
    outcome          | VARCHAR       | 结果
    cause            | VARCHAR       | 原因
    methods          | VARCHAR       | 核查方式，顿号分隔
    verifier         | VARCHAR       | 核查人
    verified_on      | DATE          | 核查日期
    handling         | VARCHAR       | 处理方式
    recovered_amount | DECIMAL(14,2) | 追缴金额（元）
    due_amount       | DECIMAL(14,2) | 应追缴金额（元）
    deadline_on      | DATE          | 整改期限
    rectified_on     | DATE          | 整改完成日期
    note             | VARCHAR       | 说明
    evidence_hash    | VARCHAR       | 核查人所见证据的代码
    decided_at       | TIMESTAMP     | 收下的时间（UTC）
    file             | VARCHAR       | 交回的文件名
    sha256           | VARCHAR       | 文件内容散列
    sheet            | VARCHAR       | 工作表
    row              | INTEGER       | 实际行号
    """,
)
CARDS = declared(
    "cards",
    "线索卡：台账工作簿写明的内容，含完整姓名、身份证号、标的；一条线索一行",
    ("clue_id",),
    """
    clue_id        | VARCHAR       | 线索编号
    rule           | VARCHAR       | 规则标识
    rule_title     | VARCHAR       | 规则名称
    tier           | TINYINT       | 等级
    item           | VARCHAR       | 补贴项目标识
    item_title     | VARCHAR       | 项目名称
    department     | VARCHAR       | 责任部门
    street         | VARCHAR       | 街道
    community      | VARCHAR       | 社区
    household_key  | VARCHAR       | 户代码
    name           | VARCHAR       | 姓名；没有人员的为项目、单位或承诺
    id_number      | VARCHAR       | 身份证号
    subject        | VARCHAR       | 标的
    span           | VARCHAR       | 起止期间
    periods        | INTEGER       | 疑点期间数
    amount_at_risk | DECIMAL(14,2) | 涉及金额（元）
    identity       | VARCHAR       | 身份把握
    priority       | DOUBLE        | 核查优先度
    summary        | VARCHAR       | 疑点概述
    evidence       | VARCHAR       | 证据：逐个名册说明
    evidence_hash  | VARCHAR       | 证据代码
    what_changed   | VARCHAR       | 重新打开的原因：什么变了，前后的值完整
    told_on        | DATE          | 证据所据数据的运行日
    """,
)
FACTS = declared(
    "facts",
    "比对事实：每条线索的证据行，本次的、认定时的和近期所见的；线索重新打开时据以说明什么变了",
    ("clue_id", "roster", "whole", "evidence_hash"),
    """
    clue_id       | VARCHAR | 线索编号
    evidence_hash | VARCHAR | 证据代码
    seen_on       | DATE    | 最近一次如此的运行日
    roster        | VARCHAR | 名册
    whole         | VARCHAR | 该行的事实（JSON，完整）
    """,
)
RESTRICTED_TABLES = (IDENTITIES, REJECTS, DECISIONS, CARDS, FACTS)


def column_types(table: PublishedTable) -> str:
    """The table's columns for a CREATE TABLE."""
    return ", ".join(f"{quoted(column.name)} {column.type}" for column in table.columns)


def ordered_select(table: PublishedTable, source: str | None = None, where: str = "true") -> str:
    """SQL for the table's rows in their fixed order and exact types, from `source` (the table itself when None)."""
    columns = ", ".join(f"{quoted(column.name)}::{column.type} as {quoted(column.name)}" for column in table.columns)
    ties = ", ".join(quoted(column.name) for column in table.columns)
    return (
        f"select {columns} from {source or quoted(table.name)} where {where} order by {', '.join(table.order)}, {ties}"
    )
