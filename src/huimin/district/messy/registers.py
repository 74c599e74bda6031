"""Deliveries of the registers, of the ledgers, and of the benefit rosters that come in one file."""

import polars as pl

from huimin.district.messy.dress import Style
from huimin.district.messy.files import as_text, as_xls, as_xlsx, as_zip, old_workbooks
from huimin.district.messy.office import BARE, Office
from huimin.district.messy.sheet import Frame
from huimin.district.names import STREETS

TEXTS: dict[str, tuple[str, str, Style, tuple[str, ...]]] = {
    "deaths": (",", "gb18030", Style(dates="chinese", titles=1), ("check", "day")),
    "vehicles": (",", "utf-8", Style(dates="time"), ("masked",)),
    "vehicle_invoices": ("\t", "utf-16", Style(dates="compact", money="comma"), ("short",)),
    "real_estate": (",", "utf-8-sig", Style(dates="iso"), ("check",)),
    "pension_benefits": (";", "gb18030", Style(months="compact", money="plain", titles=1), ()),
    "students": ("|", "gb18030", Style(dates="slash", titles=1), ("check", "nameless")),
    "one_card_accounts": (",", "utf-8-sig", Style(dates="dot", titles=1), ("letters",)),
    "marriages": (",", "gb18030", Style(dates="chinese", titles=1), ("check",)),
    "parents": ("\t", "utf-16", Style(titles=1), ()),
    "hospital_stays": ("|", "utf-8", Style(dates="compact", money="comma", titles=1), ("masked",)),
    "insured": (",", "utf-8-sig", Style(months="compact", titles=1), ("short",)),
    "medical_assistance": (";", "gb18030", Style(dates="slash", money="unit", titles=1), ("check", "wan")),
    "insurance_subsidy": (",", "utf-8-sig", Style(years="{}年度", money="unit"), ("letters",)),
    "orphan_allowance": (",", "gb18030", Style(months="chinese", dates="dot", titles=1), ("nameless",)),
    "housing_subsidy": ("|", "gb18030", Style(months="slash", titles=1), ("amountless",)),
    "public_post": (",", "utf-8", Style(months="compact", dates="compact"), ("region",)),
}
"""Rosters delivered as one text file: delimiter, encoding, style, bad rows."""

BOOKS: dict[str, tuple[Style, Frame, tuple[str, ...]]] = {
    "businesses": (Style(dates="cell", money="number", units={"capital_wan": "万元"}), Frame(serial=True), ("region",)),
    "public_employees": (Style(dates="cell"), Frame(above=("财政供养人员信息", "填报单位：区财政局")), ("number",)),
    "cadre_relatives": (Style(dates="slash"), Frame(above=("近亲属备案表",), gaps=50), ()),
    "disability_certificates": (Style(dates="serial", nothing="无"), Frame(extra=(("备注", ""),)), ("number", "birth")),
    "poverty_households": (
        Style(dates="dot", nothing="/", titles=1),
        Frame(above=("建档立卡户信息",), serial=True),
        (),
    ),
    "poverty_funds": (Style(years="{}年", money="comma"), Frame(above=("扶贫资金投入使用情况表",)), ()),
    "pairing_funds": (
        Style(money="number", units={"invested": "元"}),
        Frame(above=("对口帮扶资金使用情况",), serial=True),
        (),
    ),
    "veterans": (Style(dates="cell"), Frame(above=("退役军人和优抚对象登记",), serial=True), ("number",)),
    "public_rental": (Style(dates="slash", titles=1), Frame(above=("公租房承租人名册",)), ()),
    "temporary_assistance": (
        Style(dates="cell", money="number"),
        Frame(above=("临时救助发放台账",), serial=True),
        ("birth",),
    ),
    "veterans_allowance": (Style(months="chinese", dates="dot", titles=1), Frame(gaps=50), ("words",)),
    "transport_subsidy": (Style(years="{}年", money="comma", titles=1), BARE, ()),
    "employment_reward": (Style(dates="chinese", money="number"), Frame(above=("吸纳就业奖补名单",)), ("day",)),
    "policy_list": (Style(dates="chinese"), BARE, ()),
    "exemptions": (Style(dates="iso"), Frame(above=("豁免备案登记表",)), ()),
    "commitments": (Style(dates="cell", nothing=""), Frame(above=("公开承诺事项清单",), serial=True), ()),
}
"""Rosters delivered as one workbook."""


def deliver_registers(office: Office) -> None:
    """Every register and ledger, and whatever else comes in one file."""
    for number, (street, _) in enumerate(STREETS):
        rows = office.rows("population", pl.col("street") == street)
        page, rejected = office.page(
            "population", rows, Style(noise=0.01, dates="compact"), bad=("check", "masked", "scientific")[: number % 4]
        )
        office.put(
            "population", f"户籍人口{office.as_at}.csv", as_text(page, encoding="gb18030"), rejected, unit=street
        )
    for roster, (delimiter, encoding, style, bad) in TEXTS.items():
        rows = office.rows(roster)
        if rows.height:
            page, rejected = office.page(roster, rows, style, bad=bad)
            suffix = "txt" if delimiter in ("|", "\t") else "csv"
            office.put(roster, f"{_named(office, roster)}.{suffix}", as_text(page, delimiter, encoding), rejected)
    for roster, (style, around, bad) in BOOKS.items():
        rows = office.rows(roster)
        if rows.height:
            page, rejected = office.page(roster, rows, style, around, bad=bad, name="名册")
            office.put(roster, f"{_named(office, roster)}.xlsx", as_xlsx([page]), rejected)
    _prisoners(office)
    _scrapped(office)
    _employee_pension(office)
    _income(office)
    _ledger(office)


def _named(office: Office, roster: str) -> str:
    """The roster's title, and of a register the day that it is as at."""
    contract = office.contracts[roster]
    return f"{contract.title}{office.as_at if contract.period == 'register' else ''}"


def _prisoners(office: Office) -> None:
    """A workbook, and the same bytes once more under another name: unchanged, so its rejects are not told again."""
    around = Frame(above=("服刑人员名册（内部）",), below=("说明：仅供比对",))
    page, rejected = office.page(
        "prisoners", office.rows("prisoners"), Style(dates="chinese", titles=1), around, bad=("short",), name="名册"
    )
    content = as_xlsx([page])
    office.put("prisoners", f"服刑人员{office.as_at}.xlsx", content, rejected)
    office.put("prisoners", f"服刑人员{office.as_at} - 副本.xlsx", content)


def _scrapped(office: Office) -> None:
    page, rejected = office.page(
        "scrapped_vehicles", office.rows("scrapped_vehicles"), Style(dates="slash"), bad=("day",), name="回收"
    )
    suffix, write = ("xls", as_xls) if old_workbooks() else ("xlsx", as_xlsx)
    office.put("scrapped_vehicles", f"报废机动车回收{office.as_at}.{suffix}", write([page]), rejected)


def _employee_pension(office: Office) -> None:
    """An archive of one text file with a Chinese name."""
    page, rejected = office.page(
        "employee_pension", office.rows("employee_pension"), Style(months="compact", money="plain"), bad=("check",)
    )
    file, member = f"职工养老保险参保{office.as_at}.zip", f"参保明细{office.as_at}.csv"
    office.put("employee_pension", file, as_zip({member: as_text(page, encoding="gb18030")}), rejected, member=member)


def _income(office: Office) -> None:
    """Last year in an archive of half years, this year one file."""
    year = office.days.year
    past = pl.col("period").dt.year() < year
    members = {}
    for half, months in (("上半年", (1, 6)), ("下半年", (7, 12))):
        rows = office.rows("income", past, pl.col("period").dt.month().is_between(*months))
        page, _ = office.page("income", rows, Style(months="iso"))
        members[f"个人收入{half}.csv"] = as_text(page, encoding="utf-8-sig")
    office.put("income", "个人收入（上年度）.zip", as_zip(members), days_before=90)
    page, rejected = office.page(
        "income", office.rows("income", ~past), Style(months="chinese", money="comma"), bad=("month", "words")
    )
    office.put("income", "个人收入.csv", as_text(page), rejected)


def _ledger(office: Office) -> None:
    """A file a quarter, of the finance office's own system, with its own columns beside ours."""
    for quarter in range(1, 5):
        rows = office.rows("payment_ledger", pl.col("period").dt.quarter() == quarter)
        if rows.height:
            around = Frame(extra=(("批次号", f"PC{quarter:02}"), ("状态码", "00")))
            style = Style(
                months="iso", dates=("iso", "slash", "compact")[quarter % 3], money=("plain", "comma")[quarter % 2]
            )
            page, rejected = office.page(
                "payment_ledger", rows, style, around, bad=("check", "scientific")[: quarter % 3]
            )
            office.put(
                "payment_ledger",
                f"资金发放台账第{quarter}季度.csv",
                as_text(page, encoding="gb18030"),
                rejected,
                days_before=4,
            )
