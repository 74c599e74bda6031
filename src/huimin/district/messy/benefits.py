"""Deliveries of the benefit rosters."""

import polars as pl

from huimin.district.messy.dress import MONTHS, Style
from huimin.district.messy.files import as_text, as_xls, as_xlsx, as_zip, old_workbooks
from huimin.district.messy.office import Office
from huimin.district.messy.sheet import Frame, MessyPage
from huimin.district.names import STREETS

FOOT = ("填表人：　　　　　　　审核人：", "说明：本表一式两份")


def deliver_benefits(office: Office) -> None:
    """Every benefit roster."""
    _urban_dibao(office)
    _rural_dibao(office)
    _tekun(office)
    _disability(office)
    _elderly(office)
    _contributions(office)
    _trade_in(office)
    _students(office)
    _land(office)


def _year(office: Office, offset: int = 0) -> pl.Expr:
    return pl.col("period").dt.year() == office.days.year + offset


def _urban_dibao(office: Office) -> None:
    """Last year an archive of quarters with Chinese names; this year a workbook a street, a sheet a month."""
    year = office.days.year - 1
    members: dict[str, bytes] = {}
    for quarter in range(1, 5):
        rows = office.rows("urban_dibao", _year(office, -1), pl.col("period").dt.quarter() == quarter)
        if not rows.height:
            continue
        page, _ = office.page("urban_dibao", rows, Style(months="compact", dates="compact", noise=0))
        members[f"城市低保{year}年第{quarter}季度.csv"] = as_text(page, encoding="gb18030")
    office.put("urban_dibao", f"城市低保{year}年.zip", as_zip(members), days_before=60)
    style = Style(months="chinese", dates="slash", money="short", without=("period",), titles=1, units={"amount": "元"})
    for number, (street, _) in enumerate(STREETS):
        pages, rejected = [], []
        for month in office.days.months:
            rows = office.rows("urban_dibao", pl.col("period") == month, pl.col("street") == street)
            if not rows.height:
                continue
            around = Frame(above=(f"{street}城市最低生活保障金发放名册",), serial=True, below=FOOT, total=8)
            bad = (
                ("nameless",)
                if number == 2 and month.month == 3
                else ("number",)
                if number == 4 and month.month == 5
                else ()
            )
            page, faults = office.page(
                "urban_dibao", rows, style, around, bad=bad, name=f"{month:%Y年%-m月}",
                merged=("household_head_id", "household_head_name"),
            )  # fmt: skip
            pages.append(page)
            rejected += faults
        if pages:
            office.put("urban_dibao", f"{street}低保发放表.xlsx", as_xlsx(pages), rejected, unit=street, days_before=6)


def _rural_dibao(office: Office) -> None:
    """Last year one text file; this year a GB18030 file a quarter, or a workbook with a month's sheets."""
    past, rejected = office.page(
        "rural_dibao", office.rows("rural_dibao", _year(office, -1)), Style(months="dot", titles=2), bad=("check",)
    )
    office.put(
        "rural_dibao", f"农村低保{office.days.year - 1}.txt", as_text(past, "|", "gb18030"), rejected, days_before=60
    )
    style = Style(months="chinese", dates="chinese", money="unit", nothing="/")
    for quarter in range(1, 5):
        rows = office.rows("rural_dibao", _year(office), pl.col("period").dt.quarter() == quarter)
        if rows.height:
            around = Frame(above=("填报单位：区民政局　　填报日期：每季末",), gaps=40, page=100, below=FOOT[:1])
            page, rejected = office.page("rural_dibao", rows, style, around, bad=("masked", "words")[: quarter % 3])
            office.put(
                "rural_dibao",
                f"农村低保第{quarter}季度.csv",
                as_text(page, encoding="gb18030"),
                rejected,
                days_before=7,
            )


def _tekun(office: Office) -> None:
    """Last year a text file; this year a workbook with a sheet a month, the first of them hidden, and one of notes."""
    past, _ = office.page("tekun", office.rows("tekun", _year(office, -1)), Style(months="slash"))
    office.put("tekun", f"特困供养{office.days.year - 1}年发放.csv", as_text(past, ";", "utf-8-sig"), days_before=60)
    pages: list[MessyPage] = []
    for month in office.days.months:
        rows = office.rows("tekun", pl.col("period") == month)
        around = Frame(
            above=("特困人员救助供养金发放表", f"{month:%Y年%-m月}"), serial=True, extra=(("联系人", "村委会"),)
        )
        style = Style(without=("period",), dates="cell", money="number")
        pages.append(office.page("tekun", rows, style, around, name=f"{month:%Y%m}", hidden=month.month == 1)[0])
    pages.append(MessyPage((("填表说明",), ("本表按月填写。",)), 1, (), "说明"))
    office.put("tekun", "特困人员供养金.xlsx", as_xlsx(pages), days_before=6)


def _disability(office: Office) -> None:
    """Living: UTF-16 with tabs. Nursing: an old workbook (else a new one) with a two-row header."""
    rows = office.rows("disability_living")
    page, rejected = office.page("disability_living", rows, Style(months="compact", titles=1), bad=("short", "check"))
    office.put("disability_living", "困难残疾人生活补贴.txt", as_text(page, "\t", "utf-16"), rejected)
    around = Frame(above=("重度残疾人护理补贴发放花名册",), upper=((0, "人员信息"), (7, "发放情况")))
    rows = office.rows("disability_nursing")
    page, rejected = office.page(
        "disability_nursing", rows, Style(dates="dot", money="comma"), around, bad=("number", "masked")
    )
    if old_workbooks():
        office.put(
            "disability_nursing",
            "重度残疾人护理补贴.xls",
            as_xls([page]),
            [(_sheet(page), *rest[1:]) for rest in rejected],
        )
    else:
        office.put(
            "disability_nursing",
            "重度残疾人护理补贴.xlsx",
            as_xlsx([page]),
            [(_sheet(page), *rest[1:]) for rest in rejected],
        )


def _sheet(page: MessyPage) -> str:
    """The name a workbook gives to a page without one."""
    return page.name or "Sheet1"


def _elderly(office: Office) -> None:
    """A file a month named by it, with page breaks and footers; one month wrong at first; one unusable."""
    for number, month in enumerate(office.days.months):
        rows = office.rows("elderly_allowance", pl.col("period") == month)
        style = Style(
            without=("period",),
            dates="compact",
            titles=number % 3,
            old_numbers=number % 2 == 0,
            money="unit",
            nothing="-",
        )
        around = Frame(above=(f"高龄津贴{month:%Y年%-m月}发放名单",), page=200, total=4, below=FOOT)
        name = f"高龄津贴{month.strftime(MONTHS['iso'])}"
        bad = ("scientific", "birth", "amountless")[number % 3 :][:1]
        page, rejected = office.page("elderly_allowance", rows, style, around, bad=bad)
        office.put("elderly_allowance", f"{name}.csv", as_text(page, encoding="utf-8-sig"), rejected, days_before=4)
        if number == 2:
            wrong = rows.with_columns(amount=pl.col("amount") * 10)
            page, _ = office.page("elderly_allowance", wrong, Style(without=("period",)))
            office.put("elderly_allowance", f"初稿{name}.csv", as_text(page), days_before=40)
    titles = MessyPage((("活动名称", "参加人数"), ("重阳节慰问", "120")), 1, (2,))
    office.put("elderly_allowance", f"敬老活动统计{office.days.year}年.csv", as_text(titles))


def _contributions(office: Office) -> None:
    """A workbook a year: one with the year in each row, one with it in the file's name."""
    for year, style, bad in (
        (office.days.year - 1, Style(years="{}年度", money="unit"), ("letters",)),
        (office.days.year, Style(without=("year",), dates="cell", money="number", titles=1), ("zeros", "nameless")),
    ):
        rows = office.rows("pension_contribution", pl.col("year") == year)
        around = Frame(
            above=(f"{year}年困难群体代缴城乡居保费名册", "填报单位：区社保处　　单位：元"), serial=True, below=FOOT
        )
        page, rejected = office.page("pension_contribution", rows, style, around, bad=bad, name="代缴名册")
        office.put("pension_contribution", f"{year}年代缴名册.xlsx", as_xlsx([page]), rejected, days_before=10)


def _trade_in(office: Office) -> None:
    """One workbook with date cells, and one text file of those who applied late."""
    window = pl.col("applied_on").dt.month() > 10
    for name, where in (("汽车以旧换新补贴申请", ~window), ("汽车以旧换新补贴申请（补报）", window)):
        rows = office.rows("vehicle_trade_in", where).sort("applied_on", "id_number", maintain_order=True)
        if where is window:
            page, rejected = office.page(
                "vehicle_trade_in", rows, Style(dates="slash", money="comma", titles=1), bad=("day",)
            )
            office.put("vehicle_trade_in", f"{name}.txt", as_text(page, ";", "gb18030"), rejected, days_before=30)
        else:
            around = Frame(above=("汽车以旧换新补贴申请汇总",), serial=True, extra=(("审核意见", "同意"),), below=FOOT)
            style = Style(dates="cell", money="number", units={"amount": "元", "invoice_amount": "元"})
            page, rejected = office.page(
                "vehicle_trade_in", rows, style, around, bad=("check", "number", "region"), name="汇总"
            )
            office.put("vehicle_trade_in", f"{name}.xlsx", as_xlsx([page]), rejected, days_before=31)


def _students(office: Office) -> None:
    """Living aid: a text file a term named by it. Grants: one workbook with school years."""
    for term, season in ((office.days.autumn, "秋季"), (office.days.spring, "春季")):
        rows = office.rows("student_living", pl.col("term") == term)
        around = Frame(above=(f"{term[:4]}年{season}学期生活补助",), below=FOOT[:1])
        page, rejected = office.page(
            "student_living", rows, Style(without=("term",), dates="chinese"), around, bad=("check",)
        )
        office.put(
            "student_living", f"生活补助{term[:4]}年{season}.txt", as_text(page, "|", "utf-8"), rejected, days_before=20
        )
    page, rejected = office.page(
        "high_school_grant", office.rows("high_school_grant"), Style(terms="school_year", dates="serial", money="sign"),
        Frame(above=("普通高中国家助学金发放表",), serial=True), bad=("wan",), name="助学金",
    )  # fmt: skip
    office.put("high_school_grant", "普通高中助学金.xlsx", as_xlsx([page]), rejected, days_before=20)


def _land(office: Office) -> None:
    """Machines, forests, projects."""
    page, rejected = office.page(
        "farm_machinery", office.rows("farm_machinery"), Style(dates="dot", money="comma"), bad=("day",)
    )
    office.put("farm_machinery", "农机购置补贴公示.csv", as_text(page, ";", "utf-8-sig"), rejected)
    style = Style(years="{}年", money="short", units={"amount": "元", "area_mu": "亩"})
    page, _ = office.page(
        "forestry", office.rows("forestry"), style, Frame(above=("林业补贴花名册",), gaps=60), name="林业"
    )
    office.put("forestry", "林业补贴.xlsx", as_xlsx([page]))
    page, _ = office.page("industry_project", office.rows("industry_project"), Style(years="{}年度"))
    office.put("industry_project", "产业扶贫项目到户表.csv", as_text(page, encoding="gb18030"))
