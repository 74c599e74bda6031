"""Student aid of the clean district: two terms, every pupil entitled, at the school where the pupil is."""

from datetime import date

import numpy as np
import polars as pl

from huimin.district.days import Days
from huimin.district.registers import RosterFrames
from huimin.district.tables import MONEY

AID = {"小学": 500, "初中": 625}
GRANTS = {"一等": 1500, "二等": 1000, "三等": 500}


def draw_student_aid(
    people: pl.DataFrame, registers: RosterFrames, rng: np.random.Generator, days: Days
) -> RosterFrames:
    """student_living for pupils on dibao or tekun or still poor, and some others; high_school_grant alike."""
    poor = registers["poverty_households"].filter(pl.col("to_on").is_null())["id_number"]
    pupils = registers["students"]
    category = (
        pl.when(pl.col("kind").is_in(["urban_dibao", "rural_dibao"])).then(pl.lit("低保"))
        .when(pl.col("kind") == "tekun").then(pl.lit("特困"))
        .when(pl.col("id_number").is_in(poor.implode())).then(pl.lit("建档立卡"))
        .when(pl.Series(rng.random(pupils.height) < 0.04)).then(pl.lit("其他"))
    )  # fmt: skip
    aided = pupils.with_columns(
        hardship_category=category,
        guardian_name="head_name",
        guardian_id="head_id",
        account_name="name",
        level=pl.Series(np.array(list(GRANTS))[rng.integers(0, 3, pupils.height)]),
    ).filter(pl.col("hardship_category").is_not_null())
    terms = pl.DataFrame(
        {"term": [days.autumn, days.spring], "paid_on": [date(days.year - 1, 11, 18), date(days.year, 4, 20)]}
    )
    rows = terms.join(aided, how="cross")
    amounts = {"student_living": ("stage", AID), "high_school_grant": ("level", GRANTS)}
    stages = {"student_living": list(AID), "high_school_grant": ["高中"]}
    return {
        item: rows.filter(pl.col("stage").is_in(stages[item])).with_columns(
            amount=pl.col(column).replace_strict(figures, return_dtype=pl.Int64, default=None).cast(MONEY)
        )
        for item, (column, figures) in amounts.items()
    }
