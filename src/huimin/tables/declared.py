"""What a run publishes: every table, its columns in order, their types and Chinese meaning. Declared here once."""

from dataclasses import dataclass

from huimin.tables.sql import quoted


@dataclass(frozen=True)
class PublishedColumn:
    """One column: its name, its DuckDB type and what it means."""

    name: str
    type: str
    comment: str


@dataclass(frozen=True)
class PublishedTable:
    """One published table and the order of its rows."""

    name: str
    comment: str
    columns: tuple[PublishedColumn, ...]
    order: tuple[str, ...]
    """SQL expressions that come first in the order of rows; the remaining columns break ties."""


def declared(name: str, comment: str, order: tuple[str, ...], columns: str) -> PublishedTable:
    """The table whose columns are drawn as lines of ``name | type | meaning``."""
    cells = [[cell.strip() for cell in line.split("|")] for line in columns.strip().splitlines()]
    return PublishedTable(name, comment, tuple(PublishedColumn(*cell) for cell in cells), order)


CLUES = declared(
    "clues",
    "疑点线索：一行一条。只是核查的起点，不是结论",
    ("rule", "priority desc", "clue_id"),
    """
    clue_id          | VARCHAR       | 线索编号：16 位十六进制，同一线索每晚相同，不能反推身份证号
    rule             | VARCHAR       | 规则标识
    rule_title       | VARCHAR       | 规则名称
    tier             | TINYINT       | 等级：1 两项事实相互矛盾；2 与政策条文不一致；3 需要询问的迹象；0 数据疑错
    item             | VARCHAR       | 补贴项目标识（名册）
    item_title       | VARCHAR       | 补贴项目名称
    department       | VARCHAR       | 责任部门
    person_key       | VARCHAR       | 人员代码：身份证号的密钥散列；无人员时为空
    id_number_masked | VARCHAR       | 脱敏身份证号
    name_masked      | VARCHAR       | 脱敏姓名
    age              | TINYINT       | 运行当年 1 月 1 日的周岁，由身份证号得出
    sex              | VARCHAR       | 性别，由身份证号得出
    subject          | VARCHAR       | 标的（车牌、单元号、信用代码等，按规则而定），按其类型脱敏
    subject_key      | VARCHAR       | 标的代码：脱敏标的的密钥散列
    street           | VARCHAR       | 街道：取最近一期发放名册，缺则取户籍
    community        | VARCHAR       | 社区
    first_period     | DATE          | 首个疑点期间的开始日
    last_period      | DATE          | 最近一个疑点期间的开始日
    periods          | INTEGER       | 疑点期间数
    amount_at_risk   | DECIMAL(14,2) | 涉及金额（元）
    identity         | VARCHAR       | 身份把握：A 各行姓名一致；C 有行姓名不一致；无人员时为空
    priority         | DOUBLE        | 核查优先度：预期涉及金额（元）
    hit_rate         | DOUBLE        | 该规则该等级的查实率估计
    state            | VARCHAR       | 台账状态：待核查、查实、部分查实、查否、待定、复核中、豁免等
    first_seen       | DATE          | 首次发现的运行日
    last_seen        | DATE          | 最近发现的运行日
    household_key    | VARCHAR       | 户代码：同一户籍户的线索可一次上门
    summary          | VARCHAR       | 疑点概述（脱敏）
    """,
)
EVIDENCE = declared(
    "evidence",
    "线索证据：支撑一条线索的每一个来源行",
    ("clue_id", "role", "roster", "delivery", "file", "sheet nulls first", '"row"'),
    """
    clue_id  | VARCHAR | 线索编号
    roster   | VARCHAR | 来源名册
    delivery | VARCHAR | 来源交付编号
    file     | VARCHAR | 来源文件名（其中的姓名、证号已遮去）
    sheet    | VARCHAR | 工作表；文本文件为空
    row      | INTEGER | 来源文件中的实际行号，从 1 起
    role     | VARCHAR | 作用：payment 发放行，register 比对行
    facts    | VARCHAR | 该行的关键事实（JSON，脱敏）
    """,
)
DELIVERIES = declared(
    "deliveries",
    "交付：每个交来的文件及其去向",
    ("roster nulls last", "unit nulls first", "received_at", "file", "delivery"),
    """
    delivery        | VARCHAR   | 交付编号：名册、单位、文件、内容散列的 16 位代码，各表以此关联
    roster          | VARCHAR   | 名册；放错位置的文件为空
    unit            | VARCHAR   | 交付单位（街道等）；整区交付为空
    periods         | VARCHAR   | 所含期间，逗号分隔；登记类为截至日
    file            | VARCHAR   | 文件名；压缩包成员为 包名/成员名
    sha256          | VARCHAR   | 文件内容散列
    received_at     | TIMESTAMP | 文件修改时间（UTC）
    status          | VARCHAR   | 去向：accepted、accepted_with_rejects、refused、superseded、unchanged、withdrawn
    rows_in_file    | BIGINT    | 文件行数
    rows_layout     | BIGINT    | 版面行数（标题、表头、合计、空行）
    rows_accepted   | BIGINT    | 接收行数
    rows_rejected   | BIGINT    | 拒收行数
    problem         | VARCHAR   | 问题说明
    fix             | VARCHAR   | 怎样改：拒收的文件，问题说明里没有写明时
    unknown_columns | VARCHAR   | 合同未列的表头：其他名册的列名照写，其余只计个数
    other_sheets    | VARCHAR   | 表头不符、未读取的工作表，顿号分隔
    stale           | BOOLEAN   | 陈旧：较新的交付未通过关键检查，沿用本交付
    admitted        | VARCHAR   | 人工采用未通过关键检查的交付：何时、何人、为何；否则为空
    uncorrected     | BOOLEAN   | 未改正：拒收或未采用，其后没有可用的交付
    """,
)
QUALITY = declared(
    "quality",
    "数据质量：每个交付逐项期望的结果",
    ("roster", "delivery nulls first", "expectation"),
    """
    roster           | VARCHAR | 名册
    delivery         | VARCHAR | 交付编号
    expectation      | VARCHAR | 期望标识
    type             | VARCHAR | 期望类型（Great Expectations 名称）
    column           | VARCHAR | 列；整表期望为空
    severity         | VARCHAR | 严重程度：critical、warning、info
    success          | BOOLEAN | 是否满足
    observed         | VARCHAR | 观测值（不含个人信息）
    unexpected_count | BIGINT  | 不满足的行数
    element_count    | BIGINT  | 检查的行数
    """,
)
REJECT_REASONS = declared(
    "reject_reasons",
    "拒收原因：按交付、列、原因计数；单元格原值只在受限区",
    ("delivery", '"column" nulls first', "reason"),
    """
    delivery | VARCHAR | 交付编号
    column   | VARCHAR | 列
    reason   | VARCHAR | 原因
    count    | BIGINT  | 次数
    """,
)
RULES = declared(
    "rules",
    "规则运行情况：每条规则一行",
    ("rule",),
    """
    rule               | VARCHAR | 规则标识
    version            | VARCHAR | 规则版本散列
    tier               | TINYINT | 等级
    status             | VARCHAR | ran 已运行，skipped 未运行
    why                | VARCHAR | 未运行的原因
    clues              | BIGINT  | 线索数
    population         | BIGINT  | 比对的人项或户数
    periods_not_judged | BIGINT  | 因缺少数据未判断的期间数
    """,
)
PART_ORDER = "case part when 'main' then 1 when 'data' then 2 when 'entitlement' then 3 when 'funds' then 4 else 5 end"
STATISTICS = declared(
    "statistics",
    "统计表：区级上报格式，按部分分表",
    (PART_ORDER, "position nulls last"),
    """
    part             | VARCHAR      | 部分：main 主表，data 数据疑错，entitlement 应享未享，funds 资金与监督
    position         | INTEGER      | 序号；总计行为空
    department       | VARCHAR      | 责任部门；总计行为“总计”
    item             | VARCHAR      | 项目标识
    item_title       | VARCHAR      | 项目名称
    clues            | BIGINT       | 条数
    department_clues | BIGINT       | 部门总条数
    share            | DECIMAL(5,2) | 部门占比（%），四舍五入到两位小数
    """,
)
CHANGES = declared(
    "changes",
    "变化：与上一次运行相比新增、变化、消失的线索",
    ("change", "rule", "item", "clue_id"),
    """
    clue_id | VARCHAR | 线索编号
    change  | VARCHAR | new 新增，changed 变化，vanished 消失
    rule    | VARCHAR | 规则标识
    item    | VARCHAR | 补贴项目标识
    street  | VARCHAR | 街道
    what    | VARCHAR | 变化的内容
    """,
)
LEDGER = declared(
    "ledger",
    "台账：见过的每一条线索及其核查情况",
    ("clue_id",),
    """
    clue_id          | VARCHAR       | 线索编号
    rule             | VARCHAR       | 规则标识
    item             | VARCHAR       | 补贴项目标识
    department       | VARCHAR       | 责任部门
    street           | VARCHAR       | 街道
    state            | VARCHAR       | 台账状态
    first_seen       | DATE          | 首次发现的运行日
    last_seen        | DATE          | 最近发现的运行日
    vanished_on      | DATE          | 不再发现的首个运行日；仍在时为空
    tier             | TINYINT       | 等级
    periods          | INTEGER       | 疑点期间数
    amount_at_risk   | DECIMAL(14,2) | 涉及金额（元）
    evidence_hash    | VARCHAR       | 证据代码：证据不变则不变
    exemption        | VARCHAR       | 所依据的豁免备案行：交付/工作表/行
    exempted_state   | VARCHAR       | 豁免以前的状态：备案失效后回到的状态；未豁免的为空
    outcome          | VARCHAR       | 核查结果：最近一次认定，重新打开后仍保留
    cause            | VARCHAR       | 原因
    verified_on      | DATE          | 核查日期
    hit_rate         | DOUBLE        | 采用的查实率
    identity         | VARCHAR       | 身份把握：A 各行姓名一致；C 有行姓名不一致
    last_period      | DATE          | 最近一个疑点期间的开始日；已销号的为销号时
    decided_evidence | VARCHAR       | 认定时的证据代码
    handling         | VARCHAR       | 处理方式
    due_amount       | DECIMAL(14,2) | 应追缴金额（元），该线索累计
    recovered_amount | DECIMAL(14,2) | 已追缴金额（元），该线索累计
    deadline_on      | DATE          | 整改期限
    rectified_on     | DATE          | 整改完成日期
    closed_on        | DATE          | 销号日期
    reopened_on      | DATE          | 最近一次重新打开的运行日
    what_changed     | VARCHAR       | 重新打开的原因：什么变了
    plan             | VARCHAR       | 最近一次复核计划
    decision         | VARCHAR       | 最近一次决定：核查记录/序号
    """,
)
EXPOSURE = declared(
    "exposure",
    "涉及金额：按项目、街道、月份；同一人同一项目同一期间只计一次",
    ("item", "street nulls last", "month"),
    """
    item   | VARCHAR       | 补贴项目标识
    street | VARCHAR       | 街道
    month  | DATE          | 期间开始日所在月
    amount | DECIMAL(38,2) | 涉及金额（元）
    """,
)
PROGRESS = declared(
    "progress",
    "核查进度：台账上要核查的线索（不含豁免、自然消除），全区、按街道、按部门",
    ("case \"by\" when 'all' then 1 when 'street' then 2 else 3 end", '"value" nulls last'),
    """
    by               | VARCHAR       | 分组：all 全区，street 街道，department 责任部门
    value            | VARCHAR       | 街道或部门；全区及未填的为空
    clues            | BIGINT        | 线索数 = 待核查 + 待定 + 查实 + 查否
    open             | BIGINT        | 待核查
    overdue          | BIGINT        | 逾期：超过核查期限仍待核查，或整改期限已过未销号
    pending          | BIGINT        | 待定
    confirmed        | BIGINT        | 查实：含部分查实、改判查实，及其中整改中、已销号的
    unfounded        | BIGINT        | 查否：含查否维持，及其中复核中、已销号的
    rechecking       | BIGINT        | 复核中
    mending          | BIGINT        | 整改中
    closed           | BIGINT        | 已销号
    due_amount       | DECIMAL(38,2) | 应追缴金额（元）
    recovered_amount | DECIMAL(38,2) | 已追缴金额（元）
    """,
)
TREND = declared(
    "trend",
    "趋势：每次完整运行一行，逐次延续",
    ("run",),
    """
    run              | VARCHAR       | 运行编号
    run_date         | DATE          | 运行日
    clues            | BIGINT        | 台账上要核查的线索数
    open             | BIGINT        | 待核查
    confirmed        | BIGINT        | 查实
    unfounded        | BIGINT        | 查否
    closed           | BIGINT        | 已销号
    amount_at_risk   | DECIMAL(38,2) | 涉及金额（元），同一笔只计一次
    recovered_amount | DECIMAL(38,2) | 已追缴金额（元）
    refused          | BIGINT        | 退回的交付
    rows_rejected    | BIGINT        | 在用交付中待改正的行
    """,
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
    measure  | VARCHAR | hit 查实率，overturn 复核改判率，spot 抽查发现率
    by       | VARCHAR | 分组：all 全部，rule 规则，tier 等级，street 街道，identity 身份把握
    value    | VARCHAR | 组；全部及未填的为空
    tier     | TINYINT | 规则的等级：按规则分组时分等级计；其他分组为空
    checked  | BIGINT  | 已有结果的条数（待定不计）
    positive | BIGINT  | 其中查实、改判查实、发现问题的条数；原因为数据错误、政策例外的不算查实
    rate     | DOUBLE  | 比率；没有结果时为空
    low      | DOUBLE  | 置信区间下限
    high     | DOUBLE  | 置信区间上限
    review   | BOOLEAN | 规则（该等级）建议复审：结果已够多而区间上限仍低于规定值；非规则为空
    """,
)
COVERAGE = declared(
    "coverage",
    "覆盖：各街道各项目最近一期的享受对象，及其中的线索与核查",
    ("street nulls last", "item"),
    """
    street        | VARCHAR       | 街道；未填为空
    item          | VARCHAR       | 补贴项目标识
    beneficiaries | BIGINT        | 最近一期享受人数
    households    | BIGINT        | 最近一期享受户数（户籍户；低保按户主的户籍户）
    paid          | DECIMAL(38,2) | 最近一期发放金额（元）
    clues         | BIGINT        | 台账线索数（不含豁免、自然消除）
    verified      | BIGINT        | 其中已有核查结果的（待定不计）
    """,
)
MENDS = declared(
    "mends",
    "改正：已被后来交付取代的交付，其拒收行后来怎样了",
    ("roster", "unit nulls first", "delivery"),
    """
    roster         | VARCHAR | 名册
    unit           | VARCHAR | 交付单位（街道等）；整区交付为空
    delivery       | VARCHAR | 交付编号
    later_delivery | VARCHAR | 取代它的交付；不止一个时为最晚的
    rejected       | BIGINT  | 拒收行数 = 已改正 + 再次拒收 + 不再报送
    mended         | BIGINT  | 已改正：后来的交付接收了
    rejected_again | BIGINT  | 再次拒收
    gone           | BIGINT  | 不再报送：后来的交付中没有，或无从辨认
    """,
)
COLUMN_USE = declared(
    "column_use",
    "列的使用：名册的每一列由谁读取，一行一个读取者；无人读取的列一行，读取者为空",
    ("roster", '"column"', "kind nulls first", "reader"),
    """
    roster   | VARCHAR | 名册
    column   | VARCHAR | 列
    title    | VARCHAR | 列的中文名
    required | BOOLEAN | 必填
    unused   | BOOLEAN | 未使用：选填而无人读取，不应收集（最小必要）
    kind     | VARCHAR | 读取者的种类：rule 规则，view 规则经由的视图，expectation 期望，evidence 证据，output 用途
    reader   | VARCHAR | 读取者：规则、视图、期望类型、名册或用途
    """,
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
