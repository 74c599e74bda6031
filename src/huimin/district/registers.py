"""Registers of the clean district: what offices know of people, nothing of it against what they receive."""

from datetime import date

import numpy as np
import polars as pl

from huimin.district.days import Days
from huimin.district.identities import credit_codes, plates, unit_numbers, vins
from huimin.district.names import SCHOOLS, STREETS, Indices

RosterFrames = dict[str, pl.DataFrame]

ORDINARY = pl.col("kind") == "ordinary"
PRESENT = pl.col("status") == "正常"
TRADED_FROM = 4_000_000
"""First index of vehicles that were traded in, and (odd) of those bought for them."""


def draw_registers(people: pl.DataFrame, rng: np.random.Generator, days: Days) -> RosterFrames:
    """Register rosters by id, each with at least the columns of its schema that are not null throughout."""
    adults = people.filter(ORDINARY & PRESENT & pl.col("age").is_between(22, 90))
    workers = _some(adults.filter(pl.col("age") <= 58), rng, 0.6)
    posts = _posts(_some(workers, rng, 0.05), rng, days)
    return {
        "population": people,
        "deaths": _deaths(people, rng),
        "vehicles": _vehicles(adults, rng, days),
        "real_estate": _real_estate(people, rng, days),
        "businesses": _businesses(_some(adults, rng, 0.03), rng, days),
        "public_employees": posts,
        "cadre_relatives": _relatives(people, posts, rng, days),
        "employee_pension": _employee_pension(workers, rng, days),
        "pension_benefits": _pension_benefits(people, rng, days),
        "disability_certificates": _certificates(people, rng, days),
        "students": _students(people, rng, days),
        "prisoners": _prisoners(_some(adults.filter(pl.col("age") < 60), rng, 0.0008), rng, days),
        "poverty_households": _poverty(people, rng),
    }


def _some(people: pl.DataFrame, rng: np.random.Generator, share: float) -> pl.DataFrame:
    return people.filter(pl.Series(rng.random(people.height) < share))


def _days_from(rng: np.random.Generator, first: date, last: date, count: int) -> pl.Series:
    """Days from first to last, drawn evenly."""
    return pl.Series(np.datetime64(first) + rng.integers(0, (last - first).days + 1, count))


def _picked(rng: np.random.Generator, choices: tuple[str, ...], count: int) -> pl.Series:
    return pl.Series(np.array(choices)[rng.integers(0, len(choices), count)])


def _money(values: Indices) -> pl.Series:
    return pl.Series(values.astype(np.int64)).cast(pl.Decimal(14, 2))


def _deaths(people: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """One row a death from the police, sometimes a second one from a hospital or a funeral home."""
    dead = people.filter(pl.col("died_on").is_not_null())
    second = _some(dead, rng, 0.3)
    return pl.concat(
        [
            dead.with_columns(source=pl.lit("公安")),
            second.with_columns(source=_picked(rng, ("卫健", "殡葬"), second.height)),
        ]
    )


def _vehicles(adults: pl.DataFrame, rng: np.random.Generator, days: Days) -> pl.DataFrame:
    owners = _some(adults.filter(pl.col("place_in_house") <= 1), rng, 0.3)
    index = np.arange(owners.height)
    bought = _days_from(rng, date(2008, 1, 1), date(days.year, 5, 31), owners.height)
    gone = pl.Series(rng.random(owners.height) < 0.06)
    return owners.with_columns(
        plate=plates(index),
        vin=vins(index),
        vehicle_type=_picked(rng, ("小型轿车", "小型普通客车", "轻型厢式货车", "普通二轮摩托车"), owners.height),
        use=pl.lit("非营运"),
        registered_on=bought,
        owned_from=bought,
        owned_to=pl.when(gone).then(bought.dt.offset_by("60d")),
        status=pl.when(gone).then(pl.lit("转出")).otherwise(pl.lit("正常")),
    )


def _real_estate(people: pl.DataFrame, rng: np.random.Generator, days: Days) -> pl.DataFrame:
    """Every second household owns its home; ordinary ones sometimes a second home, a parking space or a shop."""
    heads = people.filter((pl.col("place_in_house") == 0) & PRESENT)
    homes = _some(heads, rng, 0.5).with_columns(use=pl.lit("住宅"))
    more = _some(heads.filter(ORDINARY), rng, 0.2)
    more = more.with_columns(use=_picked(rng, ("住宅", "住宅", "车位", "商业", "办公", "其他"), more.height))
    both = pl.concat([homes, more])
    return both.with_columns(
        unit_number=unit_numbers(np.arange(both.height)),
        address=pl.col("street")
        + pl.col("community")
        + pl.Series(rng.integers(1, 200, both.height)).cast(pl.String)
        + "号",
        area_m2=pl.Series(rng.integers(300, 1600, both.height)).cast(pl.Decimal(14, 4)) / 10,
        registered_on=_days_from(rng, date(1998, 1, 1), date(days.year - 1, 12, 31), both.height),
        status=pl.lit("现势"),
    )


def _businesses(owners: pl.DataFrame, rng: np.random.Generator, days: Days) -> pl.DataFrame:
    kinds = _picked(rng, ("企业", "个体工商户", "个体工商户", "农民专业合作社"), owners.height)
    closed = pl.Series(rng.random(owners.height) < 0.15)
    trade = _picked(rng, ("商贸", "餐饮", "建材", "农资", "服装", "物流"), owners.height)
    return owners.with_columns(
        credit_code=credit_codes(np.arange(owners.height)),
        business_name=owners["community"].str.slice(0, 2)
        + trade
        + pl.Series(np.arange(owners.height)).cast(pl.String)
        + "号店",
        business_type=kinds,
        capital_wan=pl.Series(rng.integers(0, 300, owners.height)).cast(pl.Decimal(14, 4)),
        established_on=_days_from(rng, date(2010, 1, 1), date(days.year - 2, 12, 31), owners.height),
        closed_on=pl.when(closed).then(pl.date(days.year - 1, 6, 30)),
        status=pl.when(closed).then(pl.lit("注销")).otherwise(pl.lit("存续")),
    )


def _posts(workers: pl.DataFrame, rng: np.random.Generator, days: Days) -> pl.DataFrame:
    left = pl.Series(rng.random(workers.height) < 0.1)
    return workers.with_columns(
        employer=_picked(rng, ("区教育局", "区财政局", "街道办事处", "区人民医院", "社区居委会"), workers.height),
        category=_picked(rng, ("公务员", "事业人员", "国企人员", "村（社区）干部"), workers.height),
        from_on=_days_from(rng, date(2000, 1, 1), date(days.year - 1, 12, 1), workers.height),
        to_on=pl.when(left).then(pl.date(days.year, 3, 31)),
        status=pl.when(left).then(pl.lit("离职")).otherwise(pl.lit("在职")),
    )


def _relatives(people: pl.DataFrame, posts: pl.DataFrame, rng: np.random.Generator, days: Days) -> pl.DataFrame:
    """Relatives on file of some cadres: another person of the same household."""
    cadres = (
        _some(posts, rng, 0.4)
        .select("house", cadre_id="id_number", cadre_name="name")
        .unique("house", keep="first", maintain_order=True)
    )
    pairs = people.filter(PRESENT).join(cadres, on="house", how="inner", maintain_order="left")
    kin = pairs.filter(pl.col("id_number") != pl.col("cadre_id")).unique("house", keep="first", maintain_order=True)
    return kin.with_columns(relation=pl.lit("近亲属"), filed_on=pl.lit(date(days.year - 1, 11, 30)))


def _employee_pension(workers: pl.DataFrame, rng: np.random.Generator, days: Days) -> pl.DataFrame:
    ended = pl.Series(rng.random(workers.height) < 0.1)
    starts = _days_from(rng, date(2005, 1, 1), date(days.year - 1, 9, 1), workers.height).dt.truncate("1mo")
    return workers.with_columns(
        employer=_picked(rng, ("云岭建设公司", "明溪纺织厂", "区公交公司", "锦澜物业公司"), workers.height),
        from_month=starts,
        to_month=pl.when(ended).then(pl.date(days.year, 4, 1)),
        wage_base=_money(rng.integers(40, 120, workers.height) * 100),
    )


def _pension_benefits(people: pl.DataFrame, rng: np.random.Generator, days: Days) -> pl.DataFrame:
    """Pensions from the month after the sixtieth birthday, of people who turned sixty before last year."""
    old = people.filter(
        PRESENT & (pl.col("age") >= 62) & pl.col("kind").is_in(["ordinary", "urban_dibao", "rural_dibao"])
    )
    old = _some(old, rng, 0.8)
    work = ORDINARY & pl.Series(rng.random(old.height) < 0.6)
    return old.with_columns(
        kind=pl.when(work).then(pl.lit("职工养老")).otherwise(pl.lit("城乡居民养老")),
        monthly_amount=pl.when(work)
        .then(_money(rng.integers(20, 60, old.height) * 100))
        .otherwise(_money(rng.integers(13, 18, old.height) * 10)),
        from_month=pl.col("birth").dt.truncate("1mo").dt.offset_by("61y").dt.offset_by("-11mo"),
    )


def _certificates(people: pl.DataFrame, rng: np.random.Generator, days: Days) -> pl.DataFrame:
    """Certificates: many in households on dibao, all of those on tekun who are of working age; some no longer valid."""
    share = pl.when(pl.col("kind").is_in(["urban_dibao", "rural_dibao"])).then(0.15).otherwise(0.02)
    needed = (pl.col("kind") == "tekun") & (pl.col("age") < 60)
    held = people.filter(PRESENT & ((pl.Series(rng.random(people.height)) < share) | needed))
    lapsed = ORDINARY & pl.Series(rng.random(held.height) < 0.1)
    serial = pl.Series(np.arange(held.height) + 10_000_000).cast(pl.String)
    kinds = _picked(rng, ("视力", "听力", "言语", "肢体", "肢体", "智力", "精神", "多重"), held.height)
    tekun = pl.col("kind") == "tekun"
    return held.with_columns(
        certificate_number="残" + serial,
        disability_category=pl.when(tekun).then(pl.lit("智力")).otherwise(kinds),
        disability_grade=pl.when(tekun).then(2).otherwise(pl.Series(rng.integers(1, 5, held.height))).cast(pl.Int32),
        issued_on=_days_from(rng, date(2012, 1, 1), date(days.year - 2, 12, 31), held.height),
        expires_on=pl.when(lapsed).then(pl.date(days.year - 2, 12, 31)).otherwise(pl.date(days.year + 6, 12, 31)),
        status=pl.when(lapsed).then(pl.lit("注销")).otherwise(pl.lit("有效")),
    )


def _students(people: pl.DataFrame, rng: np.random.Generator, days: Days) -> pl.DataFrame:
    """One row a pupil of 6 to 17 years on 1 September of last year, at a school of the home street."""
    pupils = people.filter(PRESENT & pl.col("birth").is_between(date(days.year - 19, 9, 2), date(days.year - 7, 9, 1)))
    years = days.year - 1 - pl.col("birth").dt.offset_by("-8mo").dt.offset_by("-1d").dt.year()
    pupils = pupils.with_columns(years=years - 1).filter(pl.col("years").is_between(6, 17))
    draw = pl.Series(rng.random(pupils.height))
    stage = (
        pl.when(pl.col("years") < 12).then(pl.lit("小学")).when(pl.col("years") < 15).then(pl.lit("初中"))
        .when(draw < 0.7).then(pl.lit("高中")).otherwise(pl.lit("中职"))
    )  # fmt: skip
    street = pl.col("street").replace_strict(
        [name for name, _ in STREETS], list(range(len(STREETS))), return_dtype=pl.Int64
    )
    starts = pl.when(pl.col("years") < 12).then(6).when(pl.col("years") < 15).then(12).otherwise(15)
    grade = pl.col("years") - starts
    names = {kind: pl.Series(schools) for kind, schools in SCHOOLS.items()}
    pupils = pupils.with_columns(stage=stage, number=street)
    return pupils.with_columns(
        student_number="G42999" + pl.Series(np.arange(pupils.height) + 10**8).cast(pl.String),
        school=pl.coalesce(
            pl.when(pl.col("stage") == kind).then(names[kind].gather((pupils["number"] % len(names[kind])).to_list()))
            for kind in SCHOOLS
        ),
        grade=pl.lit("一二三四五六").str.slice(grade, 1) + "年级",
        from_on=pl.date(days.year - 1 - grade, 9, 1),
        status=pl.lit("在籍"),
    )


def _prisoners(people: pl.DataFrame, rng: np.random.Generator, days: Days) -> pl.DataFrame:
    return people.with_columns(
        from_on=_days_from(rng, date(days.year - 4, 1, 1), date(days.year - 1, 6, 30), people.height),
        to_on=pl.lit(date(days.year + 1, 6, 30)),
        facility=pl.lit("云梦泽监狱"),
    )


def _poverty(people: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """Poor households on file since 2016; two of three left poverty in 2020."""
    poor = people.filter(pl.col("kind") == "poverty")
    out = poor["house"] % 3 > 0
    return poor.with_columns(from_on=pl.lit(date(2016, 12, 31)), to_on=pl.when(out).then(pl.lit(date(2020, 12, 31))))
