"""Group C, second half: posts, incomes, amounts and purchases of households on dibao."""

from collections.abc import Sequence
from datetime import date, timedelta

from huimin.district.benefits import STANDARD
from huimin.district.days import month_end
from huimin.district.plants.holdings import household
from huimin.district.plants.scenes import DIBAO, machine, trade_in
from huimin.district.plants.stage import Person, PlantedCell, Stage, yuan


def _post(stage: Stage, person: Person, **cells: PlantedCell) -> None:
    row = {"employer": "区财政局", "category": "事业人员", "from_on": date(2015, 7, 1), "status": "在职"}
    stage.add("public_employees", person, **(row | cells))


def dibao_public_employee(stage: Stage, item: str, i: int) -> None:
    """A member in post: the clue is the member's own."""
    months = stage.days.months
    members = household(stage, item)
    until = (None, months[1])[i % 2]
    _post(stage, members[1], to_on=until)
    held = months[:2] if until else months
    stage.hit("dibao_public_employee", item, members[1], held, 300 * len(held), 2, f"in post until {until}")


def dibao_public_employee_near(stage: Stage) -> None:
    """Retired; left the day before."""
    for cells in ({"status": "退休"}, {"to_on": stage.days.months[0] - timedelta(days=1)}):
        members = household(stage, "urban_dibao")
        _post(stage, members[0], **cells)
        stage.near("dibao_public_employee", "urban_dibao", members[0], str(cells))


def dibao_cadre_family(stage: Stage, item: str, i: int) -> None:
    """Somebody in post in the register household, not on dibao; filed as a relative or not."""
    months = stage.days.months
    head = stage.person(66)
    stage.dibao(item, [head], months)
    cadre = stage.person(38, home=head, relation="子女")
    _post(stage, cadre)
    if i % 2:
        stage.add("cadre_relatives", head, cadre_id=cadre.id_number, cadre_name=cadre.name, relation="父母")
    stage.hit(
        "dibao_cadre_family", item, head, months, 300 * len(months), 3, "a child in post", subject=cadre.id_number
    )


def dibao_cadre_family_near(stage: Stage) -> None:
    """A cadre of another household, on file; one who left the household; one who retired."""
    months = stage.days.months
    for note in ("lives elsewhere", "moved out", "retired"):
        head = stage.person(66)
        stage.dibao("urban_dibao", [head], months)
        home = None if note == "lives elsewhere" else head
        cadre = stage.person(
            61, home=home, relation="户主" if home is None else "弟", status="迁出" if note == "moved out" else "正常"
        )
        _post(stage, cadre, status="退休" if note == "retired" else "在职")
        stage.add("cadre_relatives", head, cadre_id=cadre.id_number, cadre_name=cadre.name, relation="兄弟")
        stage.near("dibao_cadre_family", "urban_dibao", head, note, subject=cadre.id_number)


def _earn(stage: Stage, person: Person, months: Sequence[date], amount: float, source: str = "工资") -> None:
    for month in months:
        stage.add("income", person, period=month, source=source, amount=yuan(amount))


def dibao_income(stage: Stage, item: str, i: int) -> None:
    """Above the line by a fen for three months; wages and a pension together; wage base where no wages are known."""
    months = stage.days.months
    line = 2 * STANDARD[item]
    if i % 3 == 2:
        head = stage.person(44)
        members = [head, stage.person(64, home=head, relation="配偶")]
        stage.dibao(item, members, months, insured=False)
        high = months[:5]
        stage.add(
            "employee_pension",
            head,
            employer="云岭建设公司",
            from_month=high[0],
            to_month=high[-1],
            wage_base=yuan(5000),
        )
    else:
        members = household(stage, item)
        high = months[1:4]
        pension = 500 * (i % 3)
        _earn(stage, members[0], high, line - pension + 0.01)
        if pension:
            stage.add(
                "pension_benefits",
                members[1],
                kind="城乡居民养老",
                monthly_amount=yuan(pension),
                from_month=date(2020, 1, 1),
            )
    stage.hit("dibao_income", item, members[0], high, 600 * len(high), 3, "above the line, months running")


def dibao_income_near(stage: Stage) -> None:
    """Exactly the line; two months running; high every other month; wages known, so the wage base does not count."""
    months = stage.days.months
    for item in DIBAO:
        line = 2 * STANDARD[item]
        for note, high, amount in (
            ("equal to the line", months[:5], line),
            ("two months running", months[1:3], 3 * line),
            ("every other month", months[0:5:2], 3 * line),
        ):
            members = household(stage, item)
            _earn(stage, members[0], high, amount, "经营")
            stage.near("dibao_income", item, members[0], note)
    head = stage.person(44)
    stage.dibao("urban_dibao", [head], months, insured=False)
    stage.add(
        "employee_pension", head, employer="区公交公司", from_month=months[0], to_month=months[4], wage_base=yuan(5000)
    )
    _earn(stage, head, months[:5], 800)
    stage.near("dibao_income", "urban_dibao", head, "wages known")


def dibao_over_standard(stage: Stage, item: str, i: int) -> None:
    """The household's sum above members times the standard."""
    months = stage.days.months
    over = STANDARD[item] + 12.5 * (1 + i % 3)
    members = household(stage, item, amount=over)
    excess = yuan(2 * (over - STANDARD[item])) * len(months)
    stage.hit("dibao_over_standard", item, members[0], months, excess, 2, f"{over} yuan each")


def dibao_over_standard_near(stage: Stage) -> None:
    """Exactly the standard."""
    for item in DIBAO:
        members = household(stage, item, amount=STANDARD[item])
        stage.near("dibao_over_standard", item, members[0], "equal to the standard")


def dibao_new_car(stage: Stage, item: str, i: int) -> None:
    """A member's new-car subsidy in a month on dibao: by invoice, or by application when there is no invoice date."""
    members = household(stage, item, [date(2022, 9, 1), date(2022, 10, 1), *stage.days.months])
    cells: dict[str, PlantedCell] = (
        {"applied": date(2022, 9, 25)} if i % 2 == 0 else {"applied": date(2022, 10, 5), "invoice_on": None}
    )
    car = trade_in(stage, members[1], new_listed=False, listed=False, **cells)
    month = date(2022, 9 + i % 2, 1)
    stage.hit("dibao_new_car", item, members[0], [month], 600, 3, str(cells), subject=car["new_vin"])


def dibao_new_car_near(stage: Stage) -> None:
    """Invoiced on the last day before dibao began, applied for afterwards."""
    members = household(stage, "urban_dibao", [date(2022, 9, 1), *stage.days.months])
    invoiced = date(2022, 8, 31)
    car = trade_in(stage, members[0], new_listed=False, listed=False, applied=date(2022, 9, 10), invoice_on=invoiced)
    stage.near("dibao_new_car", "urban_dibao", members[0], "invoiced before dibao", subject=car["new_vin"])


def dibao_farm_machinery(stage: Stage, item: str, i: int) -> None:
    """A machine of the limit's price within twelve months; without a number the date stands for it."""
    days = stage.days
    members = household(stage, item)
    paid = month_end(date(days.year - 1, 6 - i % 2, 1))
    cells = {"machine_number": None} if i % 2 else {}
    number = machine(stage, members[1], paid, 20_000, **cells)
    within = [month for month in days.months if month.month < paid.month]
    subject = paid.isoformat() if i % 2 else number
    stage.hit("dibao_farm_machinery", item, members[0], within, 600 * len(within), 2, f"paid {paid}", subject=subject)


def dibao_farm_machinery_near(stage: Stage) -> None:
    """A fen cheaper; twelve months before the end of the first month to the day."""
    days = stage.days
    for paid, price in ((date(days.year, 2, 3), 19_999.99), (date(days.year - 1, 1, 31), 50_000)):
        members = household(stage, "rural_dibao")
        number = machine(stage, members[0], paid, price)
        stage.near("dibao_farm_machinery", "rural_dibao", members[0], f"{paid} {price}", subject=number)


def dibao_forestry(stage: Stage, item: str, i: int) -> None:
    """Two amounts of one member that add up to the limit, or more."""
    days = stage.days
    members = household(stage, item)
    for area, amount in ((30, 3000), (22, 2000 + i % 2 * 500)):
        _woods(stage, members[i % 2], days.year, amount, area)
    stage.hit(
        "dibao_forestry", item, members[0], days.months, 600 * len(days.months), 2, "sum of two", subject=str(days.year)
    )


def _woods(stage: Stage, person: Person, year: int, amount: float, area: float = 30) -> None:
    stage.add("forestry", person, year=year, area_mu=yuan(area), amount=yuan(amount), paid_on=date(year, 5, 20))


def dibao_forestry_near(stage: Stage) -> None:
    """A fen below the limit; above it in a year without dibao; two members who reach it only together."""
    year = stage.days.year
    for when, amounts in ((year, (4999.99,)), (year - 1, (6000,)), (year, (3000, 2000))):
        members = household(stage, "rural_dibao")
        for person, amount in zip(members, amounts):
            _woods(stage, person, when, amount)
        stage.near("dibao_forestry", "rural_dibao", members[0], f"{amounts} in {when}", subject=str(when))


HITS = {
    "dibao_public_employee": dibao_public_employee,
    "dibao_cadre_family": dibao_cadre_family,
    "dibao_income": dibao_income,
    "dibao_over_standard": dibao_over_standard,
    "dibao_new_car": dibao_new_car,
    "dibao_farm_machinery": dibao_farm_machinery,
    "dibao_forestry": dibao_forestry,
}
NEAR = {
    "dibao_public_employee": dibao_public_employee_near,
    "dibao_cadre_family": dibao_cadre_family_near,
    "dibao_income": dibao_income_near,
    "dibao_over_standard": dibao_over_standard_near,
    "dibao_new_car": dibao_new_car_near,
    "dibao_farm_machinery": dibao_farm_machinery_near,
    "dibao_forestry": dibao_forestry_near,
}
