"""The page of everything a run publishes, out of `huimin.tables.declared`."""

from huimin.publishing.database import VIEWS, PublishedView
from huimin.tables.declared import RESTRICTED_TABLES, TABLES, PublishedTable
from tools.reference.markdown import page, section, table

FILES = (
    ("clues/rule=<规则>/*.parquet", "疑点线索，按规则分区（Hive 分区，`rule` 在路径里）"),
    ("<表名>.parquet", "下列其余各表，一表一文件"),
    ("clues.duckdb", "以上全部各表，每列附中文说明；DuckDB 1.4 及以上只读打开"),
    ("report.html", "给人看的报告：第一页是要点、统计表、进展、零报送，其后是明细。单文件，不联网"),
    ("report.xlsx", "同样的内容，可排序、可复制；不含个人信息"),
    ("quality/index.html", "数据质量结果页。不联网，不含个人信息"),
    (
        "manifest.json",
        "运行的全部依据：代码版本、合同、规则、政策的散列，用到的交付，每个输出文件的散列和行数，各步用时",
    ),
)

WORKBOOKS = (
    ("workbooks/街道_<街道>.xlsx", "该街道的核查台账；没有街道的在 `街道_未填.xlsx`，放不下的接在 `…（2）.xlsx`"),
    ("workbooks/部门_<部门>.xlsx", "该责任部门的核查台账"),
    ("workbooks/待改_<部门>.xlsx", "该部门整份退回的文件和要改的行，附怎样改"),
    (
        "workbooks/对口帮扶资金.xlsx",
        "对口帮扶资金两年对照：街道、社区、帮扶单位，投入、使用、未使用原因；没有报送的没有",
    ),
    ("workbooks/answers/", "对交回的台账的回执"),
    ("workbooks.json", "每本工作簿由哪次运行生成、内容的摘要；没有变化的一本就是上次的那一份，下一夜和重放由此接着做"),
)


def outputs_page() -> str:
    """Every published and restricted table with its columns, their types and meaning."""
    return page(
        "输出 Outputs",
        "一次运行发布到 `published/<run>/`（分析人员可读，不含完整身份证号、姓名、账号），"
        "对照表和拒收原文在 `restricted/<run>/`（仅核查人员）。"
        "`published/latest`、`restricted/latest` 指向最近一次完整运行。"
        "怎样查询见 [queries.md](queries.md)，读数时要注意什么见 [analysts.md](analysts.md)。",
        section("文件", table(("路径", "内容"), ((f"`{path}`", what) for path, what in FILES))),
        section("发布的表", *(described(one) for one in TABLES)),
        section("`clues.duckdb` 里的视图", *(viewed(view) for view in VIEWS)),
        section("受限的工作簿", table(("路径", "内容"), ((f"`{path}`", what) for path, what in WORKBOOKS))),
        section("受限的表", *(described(one) for one in RESTRICTED_TABLES)),
    )


def described(published: PublishedTable) -> str:
    """One table's columns."""
    told = f"{published.comment}。"
    if published in RESTRICTED_TABLES:
        rows = ((f"`{column.name}`", column.type, column.comment) for column in published.columns)
        return section(f"`{published.name}`", told, table(("列", "类型", "含义"), rows), level=3)
    both = ((f"`{column.name}`", column.type, column.comment, column.english) for column in published.columns)
    headings = ("列", "类型", "含义", "Meaning")
    if published.english:
        told = f"{told} {published.english[0].upper()}{published.english[1:]}."
    return section(f"`{published.name}`", told, table(headings, both), level=3)


def viewed(view: PublishedView) -> str:
    """One view's columns."""
    rows = ((f"`{name}`", meaning) for name, meaning in view.columns)
    return section(f"`{view.name}`", f"{view.comment}。", table(("列", "含义"), rows), level=3)
