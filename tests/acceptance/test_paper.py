"""Every kind of workbook on paper: printed by a real office, nothing under 8 points, nothing cut."""

# ruff: noqa: E501  (drawn rows are as wide as they are)

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from python_calamine import CalamineWorkbook

from huimin.deliveries.contacts import Contact, Contacts
from huimin.feedback.candidates import lay_candidates
from huimin.feedback.workbook import write_fix_books
from huimin.ledger.states import OUTCOMES
from huimin.report.book import workbook
from huimin.report.contacts_told import contact_rows
from huimin.report.month import gather_edition
from huimin.report.owed import owed_on
from huimin.report.reminders_book import write_reminders_book
from huimin.tables.declared import REJECTS, column_types
from huimin.workbooks.book import BookRow, write_book
from huimin.workbooks.columns import EVIDENCE_HASH, PLAN_FILLED, PLAN_LOCKED, SEAL
from huimin.workbooks.funds import write_funds_book
from huimin.workbooks.shelf import Shelf
from huimin.workbooks.template import write_template
from nights import CHECKOUT
from office import Sheet, pictures, printed, sheets, soffice, without_blanks
from unit.report_world import CALENDAR, RUN_DATE, content_of, worked_off
from unit.work_database import contracts, fill, work_database

PROGRAM = soffice()
pytestmark = [
    pytest.mark.skipif(PROGRAM is None, reason="no LibreOffice on this machine: `make paper` installs it (needs root)"),
    pytest.mark.slow,
    pytest.mark.long,
]
LEAST = 8.0
"""Points."""
PICTURES = CHECKOUT / "dist" / "paper"
"""Where the pages lie for whoever wants to look at them."""
TOLD = (
    "发放记录：城市低保，2023年1月至2023年8月，共8条，合计7,200.00元。\n（1）发放月份2023年8月，发放金额900.00元，户主身份证号"
    "429999196002020027，银行账号6217000000001234567；2023年1月以来共8条，合计7,200.00元，最近一条见“城市低保2023年8月.xlsx”工作表“八月”第{}行。\n"
    "比对记录：死亡人员，共1条。\n（1）死亡日期2023年4月15日；见“死亡人员20230901.csv”第17行。\n"
)
NOTES = (
    "运行日 2023年9月1日　　批次 20230901T020000-abc123（没有变化时沿用本份）　　共 20 户 40 条线索，同户的线索排在一起，可一次上门",
    "疑点不是结论：须逐条逐项上门核实，由人作出认定。只填浅黄色的列（可分次填），怎么填见“填写说明”",
    "填好后存盘，整份交回：放入报送目录的 verification 文件夹（inbox/verification/），或交数据管理员；以回执为准",
)


def ledger_rows(answered: bool = False) -> list[BookRow]:
    """Rows with texts as long as real ones get, two a household."""
    rows = []
    for number in range(40):
        cells = {
            "户序": number // 2 + 1, "姓名": "欧阳某某" if number % 3 else "王五", "身份证号": "429999195001010017",
            "街道": "栖霞街道办事处", "社区": "月亮湾社区居民委员会", "项目名称": "残疾人两项补贴（困难残疾人生活补贴）",
            "责任部门": "区民政局", "规则": "死亡后继续享受补贴", "等级": "2 与政策不一致", "标的": "429999196002020027",
            "起止期间": "2023年1月至2023年8月", "期数": 8, "涉及金额": Decimal("1234567.50"),
            "疑点概述": "欧阳某某已于2023年4月15日死亡，2023年5月至2023年8月仍领取城市低保4期，合计3,600.00元。" * (1 + number % 2),
            "证据": TOLD.format(number + 2) * (1 + number % 2), "上门核实": "核对死亡医学证明、户口注销日期与停发审批时间，问清是谁在领取",
            "可能误判": "死亡登记日期晚于实际；丧葬期内按规定发放当月", "政策依据": "最低生活保障审核确认办法第三十二条：家庭成员死亡的，应当自次月起核减",
            "提示": "同户共2条线索，可一次上门；其中1条在栖霞街道的台账", "当前状态": "复核中" if number % 5 == 0 else "待核查",
            "线索编号": f"{number:016x}", EVIDENCE_HASH: "e" * 16, SEAL: "s" * 16, "核查结果": OUTCOMES[number % 4],
            "核查方式": "听对象陈述、查原始资料、看实际现场", "核查日期": date(2023, 9, 2), "说明": "已到户核实，家属称本人四月去世，银行卡由其子保管。",
        }  # fmt: skip
        verdict = ("退回" if number % 2 else "已收") if answered else None
        reasons = ("“处理方式”：查实的必填", "“核查日期”：晚于今天") if verdict == "退回" else ()
        rows.append(
            BookRow(cells, str(cells["当前状态"]), verdict, reasons, frozenset({"处理方式"} if reasons else ()))
        )  # type: ignore[arg-type]
    return rows


def plan_rows() -> list[BookRow]:
    told = "在享2人：王五（城市低保、残疾人两项补贴（困难残疾人生活补贴））；李四（城市低保）"
    cells = {
        "姓名": "王五", "身份证号": "429999195001010017", "对象类型": "家庭", "街道": "栖霞街道", "社区": "月亮湾社区",
        "检查内容": told, "计划编号": "20230901T020000-abc123", "对象编号": "0123456789abcdef",
    }  # fmt: skip
    return [BookRow(cells, "") for _ in range(40)]


def write_fixes(folder: Path) -> None:
    """Books of rows to mend: of many columns, of two headers, with whom they may mean."""
    population = "name | id_number\n王五 | 429999195001010017"
    with work_database(population=population) as con:
        con.execute(f"create table rejects ({column_types(REJECTS)})")
        head = "delivery | roster | unit | file | status | received_at | periods | problem"
        problem = "无可用记录：3 行全部退回（id_number: id_number_check_digit 2 行；amount: money_unparsable 1 行）"
        fill(
            con,
            "told_deliveries",
            f"""{head}
            d1 | urban_dibao | 栖霞街道 | 栖霞街道低保发放表2023年8月（定稿）.xlsx | accepted_with_rejects | 2023-09-01 20:00:00 | 2023-08 |
            d2 | urban_dibao | 明溪街道 | 低保.csv | accepted_with_rejects | 2023-09-01 20:00:00 | 2023-08 |
            r1 | tekun | 东街 | 特困人员救助供养发放表2023年8月.xlsx | refused | 2023-08-31 17:00:00 | | {problem}""",
        )
        values = {
            "name": "王五", "id_number": "429999195001010018", "household_head_id": "429999196002020027", "amount": "九百元整",
            "household_head_name": "欧阳某某", "relation": "本人", "street": "栖霞街道", "community": "月亮湾社区", "period": "2023.1",
            "household_size": "2", "paid_on": "2023-08-10", "channel": "一卡通", "bank": "邮政储蓄银行",
            "account": "6217000000001234567", "account_name": "欧阳某某",
        }  # fmt: skip
        contract = contracts()["urban_dibao"]
        whole = {column.titles[0]: values[column.name] for column in contract.columns}
        other = {column.titles[-1]: values[column.name] for column in contract.columns}
        faults = (
            ("id_number", "id_number_check_digit"),
            ("amount", "money_unparsable"),
            ("period", "month_unparsable"),
        )
        for delivery, cells, many in (("d1", whole, 45), ("d2", other, 5)):
            for line in range(many):
                for column, reason in faults[: 1 + line % 3]:
                    text = json.dumps(cells, ensure_ascii=False)
                    con.execute(
                        "insert into rejects select delivery, roster, file, '八月', ?, ?, ?, ? from told_deliveries where delivery = ?",
                        [line + 3, column, reason, text, delivery],
                    )
        lay_candidates(con, contracts(), date(2023, 9, 1))
        write_fix_books(con, folder, contracts(), Shelf("20230822T020000-abcdef", RUN_DATE))


def write_reminders(folder: Path) -> None:
    """What is owed in a district that sent nothing for months, with somebody to call."""
    liaison = Contact("欧阳某某", "027-87650000转8001")
    people = Contacts(departments={"区民政局": liaison}, streets={"洪山街道": liaison})
    with worked_off() as con:
        owed = list(owed_on(con, contracts(), CALENDAR, RUN_DATE, date(2023, 12, 1)))
        rows = list(contact_rows(con, people, contracts()))
    write_reminders_book(folder / "催报.xlsx", RUN_DATE, owed, people, rows)


def write_funds(folder: Path) -> None:
    """The two-year table of pairing funds, with what is long in it."""
    reason = "项目前期用地手续未办结，工程款按合同节点支付，尾款须待竣工决算审计后支付"
    with duckdb.connect() as con:
        con.execute(
            f"""create table pairing_funds as from (values
                (2022, '栖霞街道', '某某某某社区', '某某市建设投资集团有限公司第二分公司', 1234567.89, 34567.80, '{reason}'),
                (2023, '栖霞街道', '某某某某社区', '某某市建设投资集团有限公司第二分公司', 2000000.00, null, '{reason}'),
                (2023, '东街', null, '区供电公司', 30000, 30000, null)
            ) as t (year, street, community, paired_unit, invested, used, unused_reason)"""
        )
        write_funds_book(con, folder, RUN_DATE)


def write_books(folder: Path) -> None:
    """One of every kind."""
    closed = [("0123456789abcdef", "城市低保", "死亡后继续享受补贴", "王五", "查否", date(2023, 8, 1))] * 5
    write_book(folder / "街道_栖霞街道.xlsx", "栖霞街道 疑点线索核查台账", ledger_rows(), notes=NOTES, closed=closed)
    write_book(folder / "回执.xlsx", "栖霞街道 疑点线索核查台账 回执", ledger_rows(answered=True), notes=NOTES[:1])
    write_book(
        folder / "抽查表.xlsx", "栖霞街道 抽查表", plan_rows(), notes=NOTES[1:], locked=PLAN_LOCKED, filled=PLAN_FILLED
    )
    write_fixes(folder)
    for roster in ("urban_dibao", "vehicle_trade_in", "commitments"):
        write_template(contracts()[roster], folder / f"模板_{roster}.xlsx")
    write_reminders(folder)
    write_funds(folder)
    (folder / "报告.xlsx").write_bytes(workbook(content_of(worked_off())))
    con = worked_off()
    edition = gather_edition(con, RUN_DATE.replace(month=8), RUN_DATE, contracts())
    (folder / "月报.xlsx").write_bytes(workbook(content_of(con), edition))


KINDS = (
    "街道_栖霞街道", "回执", "抽查表", "待改_区民政局", "模板_urban_dibao", "模板_vehicle_trade_in", "模板_commitments", "报告",
    "月报", "催报", "对口帮扶资金",
)  # fmt: skip


@dataclass(frozen=True)
class Print:
    """A workbook and its pages."""

    book: Path
    pages: list[Sheet]


@pytest.fixture(scope="module")
def prints(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Print]]:
    assert PROGRAM
    folder = tmp_path_factory.mktemp("paper")
    write_books(folder)
    books = sorted(folder.glob("*.xlsx"))
    assert {book.stem for book in books} == set(KINDS)
    PICTURES.mkdir(parents=True, exist_ok=True)
    for old in PICTURES.glob("*.png"):
        old.unlink()
    documents = printed(PROGRAM, books, folder)
    for document in documents.values():
        pictures(document, PICTURES)
    yield {book.stem: Print(book, sheets(documents[book.stem])) for book in books}


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_smaller_than_can_be_read(prints, kind):
    small = {(page.smallest.text, round(page.smallest.size, 2)) for page in prints[kind].pages if page.letters}
    assert all(size >= LEAST for _, size in small), small


@pytest.mark.parametrize("kind", KINDS)
def test_no_text_is_cut_or_stands_on_another(prints, kind):
    for number, page in enumerate(prints[kind].pages, 1):
        assert page.outside() == [], number
        assert page.overlapping() == [], number
        assert "###" not in page.text, number


@pytest.mark.parametrize("kind", KINDS)
def test_every_text_of_the_workbook_is_on_paper(prints, kind):
    paper = "".join(page.text for page in prints[kind].pages)
    book = CalamineWorkbook.from_path(str(prints[kind].book))
    texts = {
        without_blanks(cell)
        for name in book.sheet_names
        for row in book.get_sheet_by_name(name).to_python()
        for cell in row
        if isinstance(cell, str) and cell not in {"e" * 16, "s" * 16, EVIDENCE_HASH, SEAL}
    }
    assert sorted(text for text in texts if text not in paper) == []


def test_every_page_of_a_wide_sheet_begins_with_who_it_is_about(prints):
    pages = [page for page in prints["街道_栖霞街道"].pages if "整改完成日期" in page.text and "线索编号" in page.text]
    assert len(pages) >= 4
    assert all(page.text.count("户序") == page.text.count("姓名") == 1 for page in pages)


def test_rows_to_mend_begin_with_what_is_wrong_on_one_tab_a_roster(prints):
    kind = prints["待改_区民政局"]
    assert CalamineWorkbook.from_path(str(kind.book)).sheet_names == ["退回的文件", "城市低保"]
    page = kind.pages[1].text
    assert page.index("问题怎样改可能是依据文件工作表行号") < page.index("居民身份证号")
    assert "表头另有叫法：栖霞街道/栖霞街道低保发放表2023年8月（定稿）.xlsx" in page


def test_the_first_page_of_a_report_says_of_which_run_it_is(prints):
    for kind in ("报告", "月报"):
        assert "运行日2023-09-01运行编号20230901T020000-abc123" in prints[kind].pages[0].text
