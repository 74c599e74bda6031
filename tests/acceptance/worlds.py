"""Small worlds in which everything overlaps: a few dozen invented people, every roster, every boundary, by a seed.

A world is laid out twice: as plain CSV deliveries in a root, and as rows for the reference.
"""

import random
from collections import defaultdict
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from acceptance.reference.terms import (
    DIBAO,
    EVENTS,
    MONTHLY,
    PERIODIC,
    TERMLY,
    TITLES,
    Row,
    World,
    month,
    period_of,
    plus_months,
)
from huimin.contracts.contract import Contract
from huimin.identity import check_character

RUN_DATES = (date(2023, 8, 22), date(2023, 3, 1), date(2024, 3, 10), date(2022, 12, 31))
"""The third sees the leap day; on the others some periods have not begun."""
DEFAULTS: dict[str, Any] = {
    "exempt_vehicle_types": ["摩托", "残疾人", "电动自行车", "拖拉机", "三轮"],
    "home_limit": 2,
    "business_capital_wan": Decimal(0),
    "dibao_standard": {"urban_dibao": Decimal(935), "rural_dibao": Decimal(760)},
    "income_months": 3,
    "tekun_grades": [("智力", 1, 3), ("精神", 1, 3), ("肢体", 1, 2), ("视力", 1, 1)],
    "machinery_price_limit": Decimal(20000),
    "forestry_amount_limit": Decimal(5000),
    "elderly_min_age": 80,
    "elderly_bands": [(80, 89, Decimal(100)), (90, 99, Decimal(200)), (100, 999, Decimal(500))],
    "nursing_grades": [1, 2],
    "prisoner_items": list(MONTHLY),
    "resident_items": [
        *DIBAO, "tekun", "disability_living", "disability_nursing", "elderly_allowance", "pension_contribution",
        "orphan_allowance", "housing_subsidy",
    ],
    "trade_in_window": (date(2022, 6, 1), date(2022, 12, 31)),
    "trade_in_amounts": {
        ("报废", "新能源"): Decimal(8000), ("报废", "燃油"): Decimal(3000),
        ("转让", "新能源"): Decimal(5000), ("转让", "燃油"): Decimal(2000),
    },
    "resale_months": 12,
    "student_living_standard": {"小学": Decimal(500), "初中": Decimal(625)},
    "grant_levels": {"一等": Decimal(1500), "二等": Decimal(1000), "三等": Decimal(500)},
    "low_income_line": Decimal(8000),
    "late_days": 15,
    "shared_account_persons": 3,
    "fund_used_ratio": Decimal("0.9"),
    "project_household_limit": 3,
    "orphan_max_age": 18,
    "reward_months": 12,
    "temporary_limit": 2,
    "medical_cost_line": Decimal(30000),
    "medical_window_days": 7,
}  # fmt: skip
OVERRIDES: dict[str, tuple[str, list[tuple[date, Any, str]]]] = {
    "home_limit": ("套", [(date(2023, 3, 1), 3, "value = 3")]),
    "income_months": ("月", [(date(2023, 5, 1), 2, "value = 2")]),
    "dibao_standard": ("元/人·月", [(
        date(2023, 2, 15), {"urban_dibao": Decimal(300), "rural_dibao": Decimal("250.50")},
        'rows = [{ item = "urban_dibao", amount = 300 }, { item = "rural_dibao", amount = 250.50 }]',
    )]),
    "exempt_vehicle_types": ("", [(date(2023, 1, 1), ["轿车"], 'value = ["轿车"]')]),
    "nursing_grades": ("级", [(date(2023, 4, 1), [1], "value = [1]")]),
    "elderly_min_age": ("周岁", [(date(2023, 6, 1), 60, "value = 60")]),
    "trade_in_window": ("", [(
        date(2023, 1, 1), (date(2023, 1, 1), date(2023, 6, 30)),
        "rows = [{ first_on = 2023-01-01, last_on = 2023-06-30 }]",
    )]),
    "resident_items": ("", [(date(2023, 3, 1), ["tekun"], 'value = ["tekun"]')]),
    "business_capital_wan": ("万元", [(date(2023, 3, 1), Decimal(10), "value = 10")]),
    "prisoner_items": ("", [(
        date(2022, 1, 1), ["tekun", "forestry", "student_living"], 'value = ["tekun", "forestry", "student_living"]',
    )]),
    "tekun_grades": ("级", [(
        date(2023, 2, 1), [("肢体", 3, 4), ("视力", 1, 2)],
        'rows = [{ category = "肢体", min_grade = 3, max_grade = 4 }, '
        '{ category = "视力", min_grade = 1, max_grade = 2 }]',
    )]),
    "machinery_price_limit": ("元", [(date(2023, 1, 1), Decimal(50000), "value = 50000")]),
    "forestry_amount_limit": ("元", [(date(2023, 4, 1), Decimal("4999.00"), "value = 4999")]),
    "elderly_bands": ("元/月", [(
        date(2023, 1, 1), [(60, 84, Decimal("100.01")), (90, 200, Decimal(300))],
        "rows = [{ min_age = 60, max_age = 84, amount = 100.01 }, { min_age = 90, max_age = 200, amount = 300 }]",
    )]),
    "trade_in_amounts": ("元/辆", [(
        date(2022, 9, 1), {("报废", "燃油"): Decimal(2000)},
        'rows = [{ disposal = "报废", energy = "燃油", amount = 2000 }]',
    )]),
    "resale_months": ("月", [(date(2022, 8, 15), 6, "value = 6")]),
    "student_living_standard": ("元/学期", [(
        date(2023, 2, 1), {"小学": Decimal(300), "高中": Decimal(100)},
        'rows = [{ stage = "小学", amount = 300 }, { stage = "高中", amount = 100 }]',
    )]),
    "grant_levels": ("元/学期", [(
        date(2023, 2, 1), {"四等": Decimal(100)}, 'rows = [{ level = "四等", amount = 100 }]',
    )]),
    "low_income_line": ("元/人·年", [(date(2022, 1, 1), Decimal(20000), "value = 20000")]),
    "late_days": ("日", [(date(2023, 3, 1), 5, "value = 5")]),
    "fund_used_ratio": ("", [(date(2022, 1, 1), Decimal("0.5"), "value = 0.5")]),
    "project_household_limit": ("个", [(date(2023, 1, 1), 2, "value = 2")]),
    "orphan_max_age": ("周岁", [(date(2023, 2, 1), 15, "value = 15")]),
    "temporary_limit": ("次", [(date(2023, 1, 1), 3, "value = 3")]),
    "medical_cost_line": ("元/年", [(date(2023, 1, 1), Decimal(15000), "value = 15000")]),
    "medical_window_days": ("日", [(date(2023, 3, 1), 3, "value = 3")]),
}  # fmt: skip
COLUMNS = {
    "dibao_standard": ("item", "amount"), "tekun_grades": ("category", "min_grade", "max_grade"),
    "elderly_bands": ("min_age", "max_age", "amount"), "trade_in_window": ("first_on", "last_on"),
    "trade_in_amounts": ("disposal", "energy", "amount"), "student_living_standard": ("stage", "amount"),
    "grant_levels": ("level", "amount"),
}  # fmt: skip
"""Parameters that are small tables."""

BIRTHS = [
    "19430831", "19430901", "19430821", "19430823", "19330815", "19230301", "19440229", "19630101", "19630102",
    "19621231", "19631231", "20050131", "20050201", "20050430", "20071231", "20080101", "19800510", "19851111",
    "19900303", "19720229", "20100303", "20120601", "20150909", "19550505", "19600101", "19780808",
]  # fmt: skip
NAMES = ["张三", "李四", "王五", "欧阳明", "赵六", "买买提·艾力", "孙", "周小红", "吴刚", "郑和平", "冯丽", "陈晨"]
STREETS = ["甲街道", "乙街道", "丙街道"]
COMMUNITIES = ["一社区", "二社区", "三社区"]
PLATES = [f"鄂A{n}{n}{n}{n}{n}" for n in range(1, 8)]
VINS = [f"LSVAA{n}000000000{n:02d}"[:17].ljust(17, "1") for n in range(10, 20)]
UNITS = [f"429999{n:04d}" for n in range(1, 9)]
CODES = [f"9142999900000{n:04d}A" for n in range(1, 7)]
SCHOOLS = ["一小", "二小", "一中", None]
ACCOUNTS = [f"62170000000000{n:02d}" for n in range(1, 12)]
BANKS = ["甲银行", "乙银行", "丙银行"]
EMPLOYERS = ["甲厂", "乙公司"]
CHILDREN = [n for n, birth in enumerate(BIRTHS) if "2004" < birth < "2016"]
"""Where the children stand among the people."""


class Maker:
    """Draws one world."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.run_date = RUN_DATES[seed // 3 % len(RUN_DATES)]
        self.since = date(2023, 5, 1) if self.run_date.year == 2024 else date(2022, 11, 1)
        self.people: list[tuple[str, str]] = []
        for number, birth in enumerate(BIRTHS, 1):
            head = f"429999{birth}{number:03d}"
            self.people.append((head + check_character(head), self.random.choice(NAMES)))
        self.rows: dict[str, list[dict[str, Any]]] = defaultdict(list)

    def pick(self, *values: Any) -> Any:
        return self.random.choice(values)

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def some(self, count: int) -> list[tuple[str, str]]:
        return self.random.sample(self.people, min(count, len(self.people)))

    def person(self, who: tuple[str, str] | None = None, wrong: float = 0.06) -> dict[str, Any]:
        id_number, name = who or self.random.choice(self.people)
        return {"id_number": id_number, "name": self.random.choice(NAMES) if self.chance(wrong) else name}

    def place(self) -> dict[str, Any]:
        return {"street": self.pick(*STREETS, None), "community": self.pick(*COMMUNITIES, None)}

    def amount(self) -> Decimal:
        return Decimal(self.pick("-100", "0", "0", "100", "100.01", "200", "300", "500", "501", "625.5", "936", "1500"))

    def day(self, start: date = date(2022, 9, 1), end: date = date(2023, 9, 30)) -> date:
        day = start + timedelta(days=self.random.randrange((end - start).days + 1))
        return self.pick(day, day, day.replace(day=1), plus_months(day.replace(day=1), 1) - timedelta(days=1))

    def maybe_day(self, share: float = 0.5, *between: date) -> date | None:
        return self.day(*between) if self.chance(share) else None

    def bank(self, name: str) -> dict[str, Any]:
        account = self.pick(*ACCOUNTS, None)
        return {
            "channel": self.pick("一卡通", "一卡通", "银行卡", "现金", None), "bank": self.pick(*BANKS, None),
            "account": account, "account_name": self.pick(name, name, self.pick(*NAMES), None),
        }  # fmt: skip

    def add(self, roster: str, cells: dict[str, Any]) -> None:
        self.rows[roster].append(cells)
        if self.chance(0.05):
            self.rows[roster].append(dict(cells))

    def months(self) -> list[date]:
        return [day for day in (plus_months(self.since, n) for n in range(11)) if self.chance(0.85)]

    def benefits(self) -> None:
        for item in MONTHLY:
            months = self.months()
            heads = [who for who, _ in self.some(4)]
            for who in (
                self.random.sample([self.people[n] for n in CHILDREN], 6)
                if item == "orphan_allowance"
                else self.some(9)
            ):
                head = self.random.choice(heads)
                for day in months:
                    if self.chance(0.25):
                        continue
                    if self.chance(0.1):
                        head = self.random.choice(heads)
                    for _ in range(2 if self.chance(0.08) else 1):
                        cells = {**self.person(who), **self.place(), "amount": self.amount(), "period": day}
                        cells |= self.bank(cells["name"]) | self.of_month(item)
                        if item in DIBAO:
                            shown = self.random.choice(heads) if self.chance(0.08) else head
                            cells |= {"household_head_id": shown, "household_head_name": self.pick(*NAMES, None)}
                        self.add(item, cells)
        for _ in range(30):
            self.add("pension_contribution", {
                **self.person(), **self.place(), "amount": self.amount(), "year": self.pick(2021, 2022, 2023),
                "hardship_category": self.pick("低保", "特困", "重度残疾", "建档立卡", "低保边缘", None),
            })  # fmt: skip
            who = self.person()
            self.add("forestry", {
                **who, **self.place(), **self.bank(who["name"]),
                "amount": self.pick(Decimal(2500), Decimal(5000), Decimal(4999), Decimal(0)),
                "year": self.pick(2022, 2023), "area_mu": self.pick(Decimal("1.5"), Decimal(2), None),
            })  # fmt: skip
            self.add("industry_project", {
                **self.person(), **self.place(), "amount": self.amount(), "year": self.pick(2022, 2023),
                "project": self.pick("养鸡", "种茶", "养蜂"),
            })  # fmt: skip
            self.add("farm_machinery", {
                **self.person(), **self.place(), "amount": self.amount(), "paid_on": self.day(date(2021, 10, 1)),
                "machine_number": self.pick("J1", "J2", None),
                "purchase_price": self.pick(Decimal(20000), Decimal("19999.99"), Decimal(50000), None),
            })  # fmt: skip
        for _ in range(40):
            self.add("vehicle_trade_in", {
                **self.person(), **self.place(),
                "amount": self.pick(*(Decimal(n) for n in (0, 2000, 3000, 5000, 8000, 9000, -10))),
                "old_vin": self.pick(*VINS), "new_vin": self.pick(*VINS), "disposal": self.pick("报废", "转让", None),
                "disposed_on": self.maybe_day(0.6, date(2022, 5, 20), date(2023, 1, 10)),
                "invoice_number": self.pick("F1", "F2", None),
                "invoice_on": self.maybe_day(0.6, date(2022, 5, 20), date(2023, 7, 10)),
                "energy": self.pick("新能源", "燃油", None),
                "applied_on": self.day(date(2022, 5, 20), date(2023, 9, 10)),
            })  # fmt: skip
            for item in TERMLY:
                cells = {
                    **self.person(self.pick(*self.people[10:16], *self.people[20:23])),
                    **self.place(),
                    "amount": self.amount(),
                    "term": self.pick("2022-autumn", "2023-spring", "2023-autumn"),
                    "school": self.pick(*SCHOOLS),
                    "hardship_category": self.pick("低保", "特困", "残疾", "建档立卡", "孤儿", None),
                    "guardian_id": self.pick(*(who for who, _ in self.people), None),
                }
                cells |= self.bank(cells["name"]) | {"guardian_name": self.pick(*NAMES, None)}
                if item == "high_school_grant":
                    cells["level"] = self.pick("一等", "二等", "三等", "四等", None)
                self.add(item, cells)

    def of_month(self, item: str) -> dict[str, Any]:
        """What the rows of some monthly items hold beside."""
        if item == "orphan_allowance":
            guardian, name = self.pick(*self.people)
            return {
                "child_category": self.pick("孤儿", "孤儿", "事实无人抚养儿童", None),
                "guardian_id": self.pick(guardian, None), "guardian_name": self.pick(name, *NAMES, None),
            }  # fmt: skip
        if item == "housing_subsidy":
            return {"rent_address": self.pick("甲路1号", "甲路 1号", "乙路2号", "丙路3号", "丁路4号", None)}
        return {"employer": self.pick(*EMPLOYERS, None)} if item == "public_post" else {}

    def other_items(self) -> None:
        """The benefits of group K that are paid at a day or for a year."""
        person, place, bank, pick, day = self.person, self.place, self.bank, self.pick, self.day
        categories = ("低保", "低保", "特困", "建档立卡", "低保边缘", None)
        claimants, helped, workers = self.some(20), self.some(12), self.some(9)
        for _ in range(40):
            admitted = self.maybe_day(0.85, date(2022, 8, 1), date(2023, 9, 10))
            discharged = admitted and self.maybe_day(0.5, admitted, admitted + timedelta(days=12))
            who = person(pick(*claimants))
            self.add("medical_assistance", {
                **who, **place(), **bank(who["name"]), "hardship_category": pick(*categories, "其他"),
                "admitted_on": admitted, "discharged_on": discharged,
                "total_cost": pick(Decimal(1000), Decimal("700.50"), None),
                "insurance_paid": pick(Decimal(500), Decimal("400.49"), None),
                "amount": self.amount(), "paid_on": day(date(2021, 12, 1)),
            })  # fmt: skip
            if admitted:
                last = discharged or admitted
                start, end = pick(
                    (last + timedelta(days=pick(3, 4, 7, 8)), None),
                    (admitted - timedelta(days=20), admitted - timedelta(days=pick(3, 4, 7, 8))),
                    (admitted, discharged),
                )
                self.add("hospital_stays", {
                    **who, "hospital": pick("一院", "二院"), "admitted_on": start, "discharged_on": end,
                    "total_cost": pick(Decimal(15000), Decimal("14999.99"), Decimal(30000), None),
                })  # fmt: skip
            who = person(pick(*helped))
            self.add("temporary_assistance", {
                **who, **place(), **bank(who["name"]), "amount": self.amount(), "paid_on": day(date(2022, 1, 1)),
            })  # fmt: skip
        for _ in range(30):
            self.add("insurance_subsidy", {
                **person(), **place(), "amount": self.amount(), "year": pick(2021, 2022, 2023),
                "hardship_category": pick(*categories, "重度残疾"),
            })  # fmt: skip
            who = person()
            self.add("transport_subsidy", {
                **who, **place(), **bank(who["name"]), "amount": self.amount(), "year": pick(2022, 2022, 2023),
            })  # fmt: skip
            who, paid = pick(*workers), day(date(2021, 9, 1), date(2022, 8, 31))
            for at in (paid, plus_months(paid, pick(6, 12)) - timedelta(days=pick(0, 0, 1))):
                self.add("employment_reward", {
                    **person(who), **place(), "credit_code": pick(*CODES, "91429999000000009A"),
                    "amount": self.amount(), "paid_on": at,
                })  # fmt: skip

    def registers(self) -> None:
        person, add, pick, day, maybe = self.person, self.add, self.pick, self.day, self.maybe_day
        for number, who in enumerate(self.people, 20):
            alone = f"H{number}" if self.chance(0.2) else None
            for _ in range(self.pick(0, 1, 1, 1, 1, 2)):
                add("population", {
                    **person(who), **self.place(), "household_number": alone or pick(*(f"H{n}" for n in range(1, 9))),
                    "relation": pick("户主", "配偶", "子", None),
                    "status": pick("正常", "正常", "正常", "正常", "迁出", "注销", None),
                    "status_on": maybe(),
                })  # fmt: skip
        for _ in range(5):
            add("deaths", {**person(), "died_on": day(), "source": pick("公安", "卫健", "殡葬", None)})
            add("prisoners", {**person(), "from_on": day(), "to_on": maybe()})
        for _ in range(12):
            add("vehicles", {
                **person(), "plate": pick(*PLATES), "vin": pick(*VINS, None), "registered_on": maybe(),
                "owned_from": maybe(0.6, date(2022, 5, 28)),
                "vehicle_type": pick("小型轿车", "普通二轮摩托车", "残疾人专用车", None), "owned_to": maybe(0.4),
                "status": pick("正常", "报废", "注销", "转出", None),
            })  # fmt: skip
            add("real_estate", {
                **person(), "unit_number": pick(*UNITS), "use": pick("住宅", "住宅", "商业", "办公", "车位", None),
                "registered_on": maybe(), "cancelled_on": maybe(0.3), "status": pick("现势", "注销", None),
            })  # fmt: skip
            add("real_estate", {**person(), "unit_number": pick(*UNITS), "use": "住宅", "status": "现势"})
            add("businesses", {
                **person(), "credit_code": pick(*CODES),
                "business_type": pick("企业", "个体工商户", "农民专业合作社", None),
                "capital_wan": pick(Decimal(0), Decimal(10), Decimal("10.5"), None), "established_on": maybe(),
                "closed_on": maybe(0.3), "status": pick("存续", "注销", "吊销", None),
            })  # fmt: skip
            add("public_employees", {
                **person(), "from_on": maybe(), "to_on": maybe(0.3),
                "status": pick("在职", "在职", "退休", "离职", None),
            })  # fmt: skip
            add("disability_certificates", {
                **person(), "certificate_number": f"C{pick(1, 2, 3)}",
                "disability_category": pick("肢体", "视力", "智力", None),
                "disability_grade": pick(1, 2, 3, 4, None), "issued_on": maybe(), "expires_on": maybe(0.3),
                "status": pick("有效", "有效", "注销", "冻结", None),
            })  # fmt: skip
            add("students", {
                **person(pick(*self.people[10:16], *self.people[20:23])), "student_number": "G1",
                "school": pick(*SCHOOLS[:3]),
                "stage": pick("小学", "小学", "初中", "高中", "中职", None), "from_on": maybe(), "to_on": maybe(0.3),
                "status": pick("在籍", "在籍", "转出", "休学", "毕业", None),
            })  # fmt: skip
            add("poverty_households", {
                **person(), "household_number": pick("P1", "P2", "P3"), "from_on": maybe(), "to_on": maybe(0.3),
            })  # fmt: skip
            add("employee_pension", {
                **person(), "from_month": pick(day().replace(day=1), date(2022, 1, 1), date(2022, 2, 1)),
                "wage_base": pick(Decimal(3000), Decimal(9000), None), "employer": pick(*EMPLOYERS, None),
                "to_month": pick((maybe(0.5) or date(1, 1, 1)).replace(day=1), date(2022, 11, 1), date(2022, 12, 1)),
            })  # fmt: skip
            add("pension_benefits", {
                **person(), "from_month": day().replace(day=1),
                "monthly_amount": pick(Decimal(200), Decimal(2500), None),
                "to_month": (maybe(0.3) or date(1, 1, 1)).replace(day=1),
                "kind": pick("职工养老", "城乡居民养老", None),
            })  # fmt: skip
            for roster in ("employee_pension", "pension_benefits"):
                for cells in self.rows[roster]:
                    if cells["to_month"] == date(1, 1, 1):
                        cells["to_month"] = None
        for _ in range(10):
            add(
                "scrapped_vehicles",
                {**person(), "vin": pick(*VINS), "plate": pick(*PLATES, None), "scrapped_on": day()},
            )
            add("vehicle_invoices", {**person(), "invoice_number": "F1", "vin": pick(*VINS), "invoice_on": day()})
            add("cadre_relatives", {**person(), "cadre_id": pick(*self.people)[0], "cadre_name": pick(*NAMES, None)})
        whole_year = self.chance(0.6)
        earners = self.some(14)
        for number in range(27):
            since = plus_months(date(2022, 1, 1), number)
            if self.chance(0.85) or (whole_year and since.year == 2022):
                for who in (earners[0], *earners) if since.year == 2023 else earners[:8]:
                    if who is earners[0] or self.chance(0.7):
                        add("income", {
                            **person(who), "period": since, "source": pick("工资", "经营", "财产", "转移", None),
                            "amount": pick(Decimal(500), Decimal(2000), Decimal("7999.99"), Decimal(0), Decimal(-50)),
                        })  # fmt: skip

    def other_registers(self) -> None:
        """The registers of group K, and of money and oversight."""
        person, pick, day, maybe = self.person, self.pick, self.day, self.maybe_day
        card_holders = self.some(9)
        for _ in range(14):
            child, parent, spouse = self.people[pick(*CHILDREN)], pick(*self.people), pick(*self.people)
            self.add("parents", {**person(child), "parent_id": parent[0], "parent_name": parent[1]})
            self.add("marriages", {
                **person(), "spouse_id": spouse[0], "spouse_name": spouse[1], "event": pick("结婚", "结婚", "离婚"),
                "registered_on": pick(day(), date(2023, 3, 31), date(2023, 4, 1)),
            })  # fmt: skip
            self.add("veterans", person())
            self.add("hospital_stays", {
                **person(), "hospital": "一院", "admitted_on": pick(day(), date(2022, 12, 31), date(2023, 1, 1)),
                "discharged_on": None, "total_cost": pick(Decimal(30000), Decimal("29999.99"), Decimal(15000), None),
            })  # fmt: skip
            self.add("public_rental", {**person(), "from_on": day(), "to_on": maybe(0.6)})
            start = pick(day().replace(day=1), date(2022, 1, 1), date(2022, 7, 1), date(2022, 8, 1))
            self.add("insured", {
                **person(), "kind": pick("职工", "职工", "居民"), "from_month": start,
                "to_month": pick(None, plus_months(start, pick(0, 4, 5))),
            })  # fmt: skip
            self.add("one_card_accounts", {
                **person(pick(*card_holders)), "bank": pick(*BANKS), "account": pick(*ACCOUNTS),
                "opened_on": day(date(2021, 1, 1), date(2022, 9, 1)),
                "status": pick("正常", "正常", "正常", "销户", "冻结", None),
            })  # fmt: skip
            self.add("commitments", {
                "department": "区民政局", "commitment": pick(*(f"承诺{n}" for n in range(9))),
                "due_on": self.run_date + timedelta(days=pick(-40, -1, 0, 1)),
                "done_on": pick(None, self.run_date - timedelta(days=pick(0, 1, 2, 40, 41))),
            })  # fmt: skip
        for _ in range(24):
            fund = {
                **self.place(), "year": pick(2021, 2022, 2023), "invested": pick(Decimal(100), Decimal(1000)),
                "used": pick(None, *(Decimal(n) for n in ("49.99", "50", "89.99", "90", "100", "100.01", "901"))),
                "unused_reason": pick(None, None, "未开工"),
            }  # fmt: skip
            self.add("poverty_funds", {**fund, "authority": "区农业农村局", "project": pick("养鸡场", "茶园", None)})
            self.add("pairing_funds", {**fund, "paired_unit": pick("甲大学", "乙医院")})

    def ledger(self) -> None:
        """What was paid by the ledger: for some months of some items nearly what the rosters say, and other things."""
        pick, titles = self.pick, {roster: title for title, roster in TITLES.items()}
        for item in (*MONTHLY, "medical_assistance"):
            told = [row for row in self.rows[item] if self.chance(0.4)]
            left_out = self.day().replace(day=1)
            for row in told:
                period = period_of(Row(row, item, "", 0))[0].replace(day=1)
                if period != left_out:
                    self.enter(pick(item, titles[item], titles[item]), row, period)
        for _ in range(30):
            cells = {**self.person(), "amount": self.amount()}
            item = pick("耕地地力保护补贴", "林业补贴", "forestry", "高龄津贴", "退耕还林")
            self.enter(item, cells, self.day(date(2021, 12, 1)).replace(day=1))
        for item in (*MONTHLY, "耕地地力保护补贴", "退耕还林"):
            agents = (None, "甲银行", "甲银行、乙银行", "乙银行, 丙银行", "乙银行，甲银行", "丙银行;甲银行")
            for _ in range(pick(0, 1, 1, 2)):
                self.add("policy_list", {
                    "item": pick(item, titles.get(item, item)), "via_one_card": pick("是", "否", None),
                    "agent_bank": pick(*agents),
                })  # fmt: skip

    def enter(self, item: str, row: Mapping[str, Any], period: date) -> None:
        """One row of the ledger."""
        amount = row["amount"] + self.pick(*[Decimal(0)] * 5, Decimal("0.01"), Decimal(-50))
        due = self.pick(None, period + timedelta(days=9), self.run_date - timedelta(days=self.pick(5, 6, 15, 16)))
        self.add("payment_ledger", {
            "item": item, "id_number": row["id_number"], "name": row["name"], **self.place(), "period": period,
            "amount": amount, "approved_amount": self.pick(None, amount, amount, amount + 50, amount - 50),
            "due_on": due, "paid_on": due and self.pick(None, due + timedelta(days=self.pick(0, 5, 6, 15, 16))),
            **self.bank(row["name"]),
        })  # fmt: skip

    def exemptions(self, rules: Mapping[str, str]) -> None:
        for _ in range(200):
            rule = self.pick(*rules)
            self.add("exemptions", {
                **self.person(), "rule": self.pick(rule, rules[rule]), "reason": "已批准",
                "subject": self.pick(None, None, None, *PLATES[:2], *VINS[:2], "tekun"),
                "from_on": self.day(date(2023, 5, 1)), "to_on": self.maybe_day(0.3, date(2023, 6, 1)),
            })  # fmt: skip


def draw(seed: int, root: Path, contracts: Mapping[str, Contract], titles: Mapping[str, str]) -> World:
    """One world, its deliveries in the root's inbox, its policy in the root's state. `titles`: of the rules, by id."""
    maker = Maker(seed)
    maker.benefits()
    maker.other_items()
    maker.registers()
    maker.other_registers()
    maker.ledger()
    maker.exemptions(titles)
    if seed % 3:
        for roster in maker.random.sample(sorted(maker.rows), 4):
            del maker.rows[roster]
    policy = {key: [(date(1900, 1, 1), value)] for key, value in DEFAULTS.items()}
    if seed % 2:
        text = ""
        for key, (unit, later) in OVERRIDES.items():
            policy[key] += [(since, value) for since, value, _ in later]
            text += f'[{key}]\nunit = "{unit}"\nbasis = "试验"\n[[{key}.values]]\n{opening(key)}\n'
            text += "".join(f"[[{key}.values]]\nfrom = {since}\n{words}\n" for since, _, words in later)
        (root / "state").mkdir(parents=True, exist_ok=True)
        (root / "state" / "policy.toml").write_text(text, encoding="utf-8")
    rows: dict[str, list[Row]] = {}
    delivered: dict[str, set[Any]] = defaultdict(set)
    for roster, cells in maker.rows.items():
        maker.random.shuffle(cells)
        at = maker.random.randrange(len(cells)) if len(cells) > 8 and maker.chance(0.5) else len(cells)
        rows[roster] = []
        for unit, part in (("", cells[:at]), ("乙街道", cells[at:])):
            if part:
                file = f"{roster}_{unit}.csv" if roster in PERIODIC else f"{roster}{unit}.csv"
                write(root / "inbox" / roster / unit / file, contracts[roster], part, maker)
                rows[roster] += [Row(one, roster, file, at) for at, one in enumerate(part, 2)]
        if roster in PERIODIC:
            delivered[roster] = {period_of(row) for row in rows[roster]}
            if roster in EVENTS:
                delivered[roster] = {month(period_of(row)[0]) for row in rows[roster]}
    return World(maker.run_date, rows, delivered, policy)


def opening(key: str) -> str:
    """A default as TOML, to stand before the later values."""
    value = DEFAULTS[key]
    if key not in COLUMNS:
        listed = [
            f'"{one}"' if isinstance(one, str) else str(one) for one in (value if isinstance(value, list) else ())
        ]
        return f"value = [{', '.join(listed)}]" if isinstance(value, list) else f"value = {value}"
    if isinstance(value, dict):
        value = [(*(name if isinstance(name, tuple) else (name,)), amount) for name, amount in value.items()]
    rows = value if isinstance(value, list) else [value]
    words = [[f'"{one}"' if isinstance(one, str) else str(one) for one in row] for row in rows]
    drawn = [", ".join(f"{name} = {one}" for name, one in zip(COLUMNS[key], row, strict=True)) for row in words]
    return f"rows = [{', '.join(f'{{ {row} }}' for row in drawn)}]"


def write(place: Path, contract: Contract, rows: list[dict[str, Any]], maker: Maker) -> None:
    """The rows as a CSV file under the first title of each column, names now and then spelt otherwise."""
    columns = [column for column in contract.columns if any(column.name in row for row in rows)]
    lines = [",".join(column.titles[0] for column in columns)]
    for row in rows:
        cells = []
        for column in columns:
            value = row.get(column.name)
            text = "" if value is None else str(value)
            if column.type.name == "name" and text and maker.chance(0.1):
                text = text.replace("·", "•") if "·" in text else f"{text[0]} {text[1:]}\u3000"
            if column.type.name == "month" and value is not None:
                text = f"{value:%Y-%m}"
            cells.append(f'"{text}"' if "," in text else text)
        lines.append(",".join(cells))
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text("\n".join(lines) + "\n", encoding="utf-8")
