"""Insurance, children, veterans, homes and jobs of the clean district: everyone on these rosters is entitled."""

from datetime import date

import numpy as np
import polars as pl

from huimin.district.days import Days
from huimin.district.registers import ORDINARY, PRESENT, RosterFrames
from huimin.district.tables import MONEY

ON_HELP = pl.col("kind").is_in(["urban_dibao", "rural_dibao", "tekun"])


def draw_field(people: pl.DataFrame, registers: RosterFrames, rng: np.random.Generator, days: Days) -> RosterFrames:
    """Nine benefit rosters and six registers by id, drawn after everything else so that nothing else is drawn anew."""
    return {
        **_medical(people, registers, rng, days),
        **_families(people, registers, rng, days),
        **_veterans(people, rng, days),
        **_homes(people, registers, days),
        **_jobs(people, registers, rng, days),
        "temporary_assistance": _temporary(people, rng, days),
    }


def _monthly(people: pl.DataFrame, days: Days, amount: int) -> pl.DataFrame:
    """Everyone in every month of the year, paid on the fifteenth."""
    months = pl.DataFrame({"period": list(days.months)})
    return months.join(people, how="cross").with_columns(
        amount=pl.lit(amount).cast(MONEY), paid_on=pl.col("period").dt.offset_by("14d"), account_name="name"
    )


def _part(people: pl.DataFrame, rng: np.random.Generator, share: float) -> pl.DataFrame:
    return people.filter(pl.Series(rng.random(people.height) < share))


def _medical(people: pl.DataFrame, registers: RosterFrames, rng: np.random.Generator, days: Days) -> RosterFrames:
    """Everyone on relief insured at public cost; patients, of whom those with high costs on relief are assisted."""
    helped = people.filter(ON_HELP)
    poor = registers["poverty_households"].filter(pl.col("to_on").is_null())
    claimed = pl.when(pl.col("kind") == "tekun").then(pl.lit("特困")).otherwise(pl.lit("低保"))
    listed = pl.concat([helped.with_columns(hardship_category=claimed),
                        poor.select(people.columns).with_columns(hardship_category=pl.lit("建档立卡"))])  # fmt: skip
    years = (days.year - 1, days.year)
    workers = registers["employee_pension"].with_columns(kind=pl.lit("职工"))
    residents = helped.with_columns(kind=pl.lit("居民"), from_month=pl.lit(date(days.year - 1, 1, 1)))
    first, last = days.past_months[0], days.months[-1]
    lasting = (pl.col("joined") == first) & (pl.col("left").is_null() | (pl.col("left") > last))
    patients = _part(helped.filter(lasting), rng, 0.06)
    admitted = pl.Series(np.datetime64(days.months[0]) + rng.integers(0, 60, patients.height))
    cost = pl.Series(rng.integers(2_000, 80_000, patients.height))
    patients = patients.with_columns(
        hospital=pl.lit("区人民医院"),
        admitted_on=admitted,
        discharged_on=admitted.dt.offset_by("11d"),
        total_cost=cost.cast(MONEY),
        insurance_paid=(cost * 7 // 10).cast(MONEY),
        amount=(cost // 10).cast(MONEY),
        paid_on=admitted.dt.offset_by("40d"),
        hardship_category=claimed,
        account_name="name",
    )
    others = _part(people.filter(ORDINARY & PRESENT), rng, 0.02).with_columns(
        hospital=pl.lit("市第三医院"),
        admitted_on=pl.lit(date(days.year, 3, 4)),
        discharged_on=pl.lit(date(days.year, 3, 15)),
        total_cost=pl.lit(42_000).cast(MONEY),
    )
    return {
        "insurance_subsidy": pl.concat(
            listed.with_columns(
                year=pl.lit(y, dtype=pl.Int32), amount=pl.lit(350).cast(MONEY), paid_on=pl.lit(date(y, 2, 20))
            )
            for y in years
        ),
        "insured": pl.concat([workers, residents], how="diagonal_relaxed"),
        "medical_assistance": patients,
        "hospital_stays": pl.concat([patients, others], how="diagonal_relaxed"),
    }


def _families(people: pl.DataFrame, registers: RosterFrames, rng: np.random.Generator, days: Days) -> RosterFrames:
    """Couples of one household, children with their parents, and orphans: the parents on file are dead."""
    house = ("house", "id_number", "name")
    heads = people.filter((pl.col("place_in_house") == 0) & PRESENT).select(house)
    wives = people.filter((pl.col("place_in_house") == 1) & PRESENT).select(house)
    couples = heads.join(wives, on="house", maintain_order="left").select(
        "id_number", "name", spouse_id="id_number_right", spouse_name="name_right"
    )
    swapped = couples.select(id_number="spouse_id", name="spouse_name", spouse_id="id_number", spouse_name="name")
    wed = {"event": pl.lit("结婚"), "registered_on": pl.lit(date(2012, 5, 20))}
    children = people.filter(pl.col("place_in_house").is_in([2, 3]) & PRESENT)
    young = children.filter(ORDINARY & pl.col("age").is_between(6, 15))
    orphans = _part(young, rng, 0.06).with_columns(
        child_category=pl.lit("孤儿"), guardian_name="head_name", guardian_id="head_id"
    )
    gone = registers["deaths"].filter(pl.col("died_on") < days.months[0]).unique("id_number", maintain_order=True)
    bereaved = orphans.head(gone.height)
    lost = bereaved.with_columns(
        parent_id=gone["id_number"].head(bereaved.height), parent_name=gone["name"].head(bereaved.height)
    )
    raised = children.join(orphans, on="id_number", how="anti", maintain_order="left").with_columns(
        parent_id="head_id", parent_name="head_name"
    )
    return {
        "marriages": pl.concat([couples, swapped]).with_columns(**wed),
        "parents": pl.concat([raised, lost], how="diagonal_relaxed").with_columns(relation=pl.lit("父")),
        "orphan_allowance": _monthly(orphans, days, 1400),
    }


def _veterans(people: pl.DataFrame, rng: np.random.Generator, days: Days) -> RosterFrames:
    """Old soldiers on the register; half of them receive."""
    served = _part(people.filter(ORDINARY & PRESENT & pl.col("male") & pl.col("age").is_between(62, 88)), rng, 0.1)
    served = served.with_columns(veteran_category=pl.lit("带病回乡退役军人"), registered_on=pl.lit(date(2011, 8, 1)))
    paid = served.filter(pl.col("house") % 2 == 0)
    return {"veterans": served, "veterans_allowance": _monthly(paid, days, 750)}


def _homes(people: pl.DataFrame, registers: RosterFrames, days: Days) -> RosterFrames:
    """Modest families of the town without a home: some are subsidised at an address of their own, some have a lease."""
    owning = registers["real_estate"].select("house").unique()
    heads = people.filter((pl.col("kind") == "modest") & ~pl.col("rural") & (pl.col("place_in_house") == 0) & PRESENT)
    homeless = heads.join(owning, on="house", how="anti", maintain_order="left")
    address = pl.col("street") + pl.col("community") + pl.col("household_number").str.slice(-4) + "室"
    subsidised = homeless.filter(pl.col("house") % 3 > 0).with_columns(rent_address=address)
    tenants = homeless.with_columns(
        rent_address=pl.lit("安居苑") + pl.col("household_number").str.slice(-4),
        from_on=pl.lit(date(days.year - 3, 5, 1)),
        to_on=pl.when(pl.col("house") % 3 > 0).then(pl.lit(date(days.year - 1, 12, 31))),
    )
    return {"housing_subsidy": _monthly(subsidised, days, 420), "public_rental": tenants}


def _jobs(people: pl.DataFrame, registers: RosterFrames, rng: np.random.Generator, days: Days) -> RosterFrames:
    """The poor who work elsewhere, workers for whom an open business is rewarded, and public posts."""
    travelling = registers["poverty_households"].filter(pl.col("to_on").is_null() & pl.col("age").is_between(20, 55))
    workers = _part(registers["employee_pension"].filter(pl.col("to_month").is_null()), rng, 0.02)
    owners = registers["businesses"].filter(pl.col("closed_on").is_null())
    workers = workers.join(owners, on="id_number", how="anti", maintain_order="left").head(
        workers.height if owners.height else 0
    )
    chosen = (np.arange(workers.height) % max(owners.height, 1)).tolist()
    posts = people.filter((pl.col("kind") == "modest") & PRESENT & pl.col("age").is_between(42, 57))
    posts = _part(posts, rng, 0.3).with_columns(employer=pl.col("community") + "居委会")
    return {
        "transport_subsidy": pl.concat(
            travelling.with_columns(
                year=pl.lit(y, dtype=pl.Int32),
                employer=pl.lit("东莞电子厂"),
                destination=pl.lit("广东东莞"),
                amount=pl.lit(500).cast(MONEY),
                paid_on=pl.lit(date(y, 6, 20)),
                account_name="name",
            )
            for y in (days.year - 1, days.year)
        ),
        "employment_reward": workers.with_columns(
            credit_code=owners["credit_code"].gather(chosen),
            business_name=owners["business_name"].gather(chosen),
            hired_on=pl.lit(date(days.year - 1, 10, 8)),
            amount=pl.lit(1000).cast(MONEY),
            paid_on=pl.lit(date(days.year, 4, 18)),
        ),
        "public_post": _monthly(posts, days, 1800),
    }


def _temporary(people: pl.DataFrame, rng: np.random.Generator, days: Days) -> pl.DataFrame:
    """Once, of modest families."""
    struck = _part(people.filter((pl.col("kind") == "modest") & (pl.col("place_in_house") == 0) & PRESENT), rng, 0.1)
    return struck.with_columns(
        reason=pl.lit("突发疾病"),
        amount=pl.lit(2000).cast(MONEY),
        paid_on=pl.lit(date(days.year, 5, 16)),
        account_name="name",
    )
