"""Benefit rosters of the clean district: everyone entitled is on them, nobody else, with the right amounts."""

from collections.abc import Sequence
from datetime import date

import numpy as np
import polars as pl

from huimin.district.days import Days, month_end
from huimin.district.registers import PRESENT, RosterFrames
from huimin.district.tables import MONEY

STANDARD = {"urban_dibao": 935, "rural_dibao": 760}
"""Yuan a person and month."""


def draw_monthly(people: pl.DataFrame, registers: RosterFrames, rng: np.random.Generator, days: Days) -> RosterFrames:
    """The six monthly rosters: dibao and tekun since January of last year, the others this year."""
    share = pl.Series(rng.integers(40, 86, people["house"].n_unique()))
    people = people.with_columns(share=share.gather(people["house"]))
    long = (*days.past_months, *days.months)
    on_help = (pl.col("period") >= pl.col("joined")) & (pl.col("period") < pl.col("left").fill_null(date(9999, 12, 1)))
    rows: RosterFrames = {}
    for item, standard in STANDARD.items():
        rows[item] = (
            _monthly(people.filter(pl.col("kind") == item), long)
            .filter(on_help)
            .with_columns(
                household_head_id="head_id",
                household_head_name="head_name",
                household_size=pl.col("house_size").cast(pl.Int32),
                amount=(pl.col("share") * standard // 1000 * 10).cast(MONEY),
            )
        )
    rows["tekun"] = (
        _monthly(people.filter(pl.col("kind") == "tekun"), long)
        .filter(on_help)
        .with_columns(
            care_type=pl.when(pl.col("age") > 75).then(pl.lit("集中供养")).otherwise(pl.lit("分散供养")),
            amount=pl.lit(1216).cast(MONEY),
        )
    )
    rows |= _disability(people, registers["disability_certificates"], rows, days)
    rows["elderly_allowance"] = _elderly(people, days)
    return rows


def _monthly(people: pl.DataFrame, months: Sequence[date]) -> pl.DataFrame:
    """Everyone in every month, by month; paid on the tenth or up to three days later, by the one card."""
    periods = pl.DataFrame(
        {
            "period": list(months),
            "ends_on": [month_end(day) for day in months],
            "later": [i % 4 for i in range(len(months))],
        }
    )
    return periods.join(people, how="cross").with_columns(
        paid_on=pl.col("period").dt.offset_by(pl.concat_str(9 + pl.col("later"), pl.lit("d"))),
        channel=pl.lit("一卡通"),
        account_name="name",
    )


def _disability(people: pl.DataFrame, certificates: pl.DataFrame, rows: RosterFrames, days: Days) -> RosterFrames:
    """Living subsidy for certificate holders in the months they are on dibao; nursing for grades 1 and 2 off tekun."""
    card = ("id_number", "certificate_number", "disability_category", "disability_grade")
    valid = certificates.filter(pl.col("status") == "有效").select(card)
    dibao = pl.concat([rows[item].select("id_number", "period") for item in STANDARD])
    living = _monthly(people.join(valid, on="id_number", how="inner", maintain_order="left"), days.months)
    severe = people.filter(PRESENT & (pl.col("kind") != "tekun")).join(
        valid.filter(pl.col("disability_grade") <= 2), on="id_number", how="inner", maintain_order="left"
    )
    return {
        "disability_living": living.join(
            dibao, on=["id_number", "period"], how="semi", maintain_order="left"
        ).with_columns(amount=pl.lit(100).cast(MONEY)),
        "disability_nursing": _monthly(severe, days.months).with_columns(amount=pl.lit(150).cast(MONEY)),
    }


def _elderly(people: pl.DataFrame, days: Days) -> pl.DataFrame:
    """From the month of the eightieth birthday to the month of death, by age band."""
    old = people.filter((pl.col("status") != "迁出") & (pl.col("kind") != "tekun") & (pl.col("age") >= 78))
    rows = _monthly(old, days.months)
    reached = {years: pl.col("birth") <= pl.col("ends_on").dt.offset_by(f"-{years}y") for years in (80, 90, 100)}
    alive = pl.col("died_on").is_null() | (pl.col("period") <= pl.col("died_on"))
    band = pl.when(reached[100]).then(500).when(reached[90]).then(200).otherwise(100)
    return rows.filter(reached[80] & alive).with_columns(amount=band.cast(MONEY))


def draw_contributions(people: pl.DataFrame, registers: RosterFrames, days: Days) -> pl.DataFrame:
    """A row a year for people from 16 to 59 on dibao or tekun, still poor, or severely disabled without employer."""
    severe = registers["disability_certificates"].filter(
        (pl.col("status") == "有效") & (pl.col("disability_grade") <= 2)
    )
    poor = registers["poverty_households"].filter(pl.col("to_on").is_null())
    working = registers["employee_pension"]
    category = (
        pl.when(pl.col("kind").is_in(list(STANDARD))).then(pl.lit("低保"))
        .when(pl.col("kind") == "tekun").then(pl.lit("特困"))
        .when(pl.col("id_number").is_in(poor["id_number"].implode())).then(pl.lit("建档立卡"))
        .when(pl.col("id_number").is_in(severe["id_number"].implode())).then(pl.lit("重度残疾"))
    )  # fmt: skip
    free = people.filter(PRESENT).join(working, on="id_number", how="anti", maintain_order="left")
    free = free.with_columns(hardship_category=category).filter(pl.col("hardship_category").is_not_null())
    years = [
        free.filter(
            pl.col("birth").is_between(date(year - 60, 1, 2), date(year - 16, 12, 31))
            & (pl.col("joined").is_null() | (pl.col("joined") <= date(year, 12, 1)))
        ).with_columns(
            year=pl.lit(year, dtype=pl.Int32), paid_on=pl.lit(date(year, 6, 30)), amount=pl.lit(200).cast(MONEY)
        )
        for year in (days.year - 1, days.year)
    ]
    return pl.concat(years)


def draw_land(people: pl.DataFrame, rng: np.random.Generator, days: Days) -> RosterFrames:
    """Forestry, machinery and industry projects, and the ledger's land subsidy, in the countryside."""
    farms = people.filter(
        pl.col("rural") & PRESENT & (pl.col("place_in_house") == 0) & pl.col("age").is_between(25, 80)
    )
    keeps = farms.filter(pl.col("kind") == "ordinary")
    woods = keeps.filter(pl.Series(rng.random(keeps.height) < 0.1))
    mu = rng.integers(20, 400, woods.height)
    woods = woods.with_columns(area_mu=pl.Series(mu).cast(pl.Decimal(14, 4)) / 10, amount=pl.Series(mu).cast(MONEY) * 2)
    machines = keeps.filter(pl.Series(rng.random(keeps.height) < 0.02))
    price = rng.integers(20, 900, machines.height) * 100
    projects = farms.filter((pl.col("kind") == "poverty") & (pl.col("house") % 3 == 0))
    names = np.array(["生态茶园", "稻虾共作", "林下养鸡"])
    years = (days.year - 1, days.year)
    return {
        "forestry": pl.concat(
            woods.with_columns(year=pl.lit(y, dtype=pl.Int32), paid_on=pl.lit(date(y, 5, 20))) for y in years
        ).with_columns(account_name="name"),
        "farm_machinery": machines.with_columns(
            machine=pl.Series(np.array(["微耕机", "联合收割机", "植保无人机"])[rng.integers(0, 3, machines.height)]),
            machine_number="NJ" + pl.Series(np.arange(machines.height) + 100_000).cast(pl.String),
            purchase_price=pl.Series(price).cast(MONEY),
            amount=pl.Series(price * 3 // 10).cast(MONEY),
            paid_on=pl.Series(np.datetime64(date(days.year - 1, 3, 1)) + rng.integers(0, 400, machines.height)),
            account_name="name",
        ),
        "industry_project": pl.concat(
            projects.with_columns(
                year=pl.lit(y, dtype=pl.Int32),
                project=pl.Series(names[rng.integers(0, 3, projects.height)]),
                amount=pl.lit(3000).cast(MONEY),
            )
            for y in years
        ),
        "land": keeps.with_columns(
            period=pl.lit(date(days.year, 5, 1)),
            paid_on=pl.lit(date(days.year, 5, 12)),
            amount=pl.Series(rng.integers(20, 900, keeps.height)).cast(MONEY),
            channel=pl.lit("一卡通"),
        ),
    }
