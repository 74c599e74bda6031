"""The district as a whole: the clean one and what was planted in it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from huimin.district.clean import draw_district
from huimin.district.days import Days
from huimin.district.plants.plan import Profile, plant
from huimin.district.plants.truth import TRUTH
from huimin.district.tables import SCHEMAS

RUN_DATE = date(2023, 8, 22)
"""The day that the 2023 campaign counted its clues."""

FEWEST = 200
"""People of the clean district, at the least, however many are planted."""


@dataclass(frozen=True)
class District:
    """Every roster by id in catalogue order, and the clues that must (or must not) come of them."""

    rosters: Mapping[str, pl.DataFrame]
    truth: pl.DataFrame
    days: Days
    seed: int


def build_district(
    population: int = 20_000,
    seed: int = 0,
    run_date: date = RUN_DATE,
    profile: Profile = "campaign",
) -> District:
    """A district of about that many people as it stands on the run date; the same arguments give the same district.

    `campaign` plants exactly the clues of the 2023 campaign's nine items (fewer below 5,000 people), `every_rule` some
    of every rule. Planted people are part of the population. Raises UsageError for a run date before mid June 2023.
    """
    days = Days(run_date)
    stage = plant(profile, population, seed, days)
    planted = {roster: pl.DataFrame(rows, schema=SCHEMAS[roster]) for roster, rows in stage.rows.items()}
    others = max(population - planted["population"].height, FEWEST)
    clean = draw_district(others, np.random.default_rng([seed, 0]), days)
    rosters = {roster: pl.concat([frame, planted[roster]]) for roster, frame in clean.items()}
    return District(rosters, pl.DataFrame(stage.truth, schema=TRUTH), days, seed)
