"""Vehicle trade-ins of the clean district: application, old car, scrapping, invoice and new car that agree."""

from datetime import date

import numpy as np
import polars as pl

from huimin.district.days import WINDOW, Days
from huimin.district.identities import plates, vins
from huimin.district.registers import ORDINARY, PRESENT, TRADED_FROM, RosterFrames
from huimin.district.tables import MONEY

SUBSIDY = {("报废", "新能源"): 8000, ("报废", "燃油"): 3000, ("转让", "新能源"): 5000, ("转让", "燃油"): 2000}
"""Yuan by what became of the old car and what drives the new one."""


def draw_trade_ins(people: pl.DataFrame, rng: np.random.Generator, days: Days) -> RosterFrames:
    """The application roster and its rows in vehicles, scrapped_vehicles and vehicle_invoices."""
    adults = people.filter(ORDINARY & PRESENT & pl.col("age").is_between(24, 70) & (pl.col("place_in_house") == 1))
    chosen = adults.filter(pl.Series(rng.random(adults.height) < 0.05))
    count = chosen.height
    index = TRADED_FROM + 2 * np.arange(count)
    disposed = pl.Series(np.datetime64(WINDOW[0]) + rng.integers(9, 150, count))
    bought = pl.Series(np.datetime64(date(2010, 1, 1)) + rng.integers(0, 3600, count))
    price = pl.Series(rng.integers(700, 3200, count) * 100).cast(MONEY)
    scrapped = pl.Series(rng.random(count) < 0.6)
    electric = pl.Series(rng.random(count) < 0.5)
    cars = chosen.with_columns(
        old_plate=plates(index), old_vin=vins(index), new_plate=plates(index + 1), new_vin=vins(index + 1),
        disposal=pl.when(scrapped).then(pl.lit("报废")).otherwise(pl.lit("转让")),
        energy=pl.when(electric).then(pl.lit("新能源")).otherwise(pl.lit("燃油")),
        disposed_on=disposed, invoice_on=disposed.dt.offset_by("12d"), applied_on=disposed.dt.offset_by("30d"),
        paid_on=disposed.dt.offset_by("90d"), invoice_amount=price, bought=bought,
        invoice_number=pl.Series(np.arange(count) + 22_000_000).cast(pl.String), account_name="name",
    )  # fmt: skip
    figure = pl.concat_str("disposal", "energy").replace_strict(
        {"".join(key): value for key, value in SUBSIDY.items()}, return_dtype=pl.Int64
    )
    cars = cars.with_columns(amount=figure.cast(MONEY))
    gone = pl.when(pl.col("disposal") == "报废").then(pl.lit("报废")).otherwise(pl.lit("转出"))
    old = cars.with_columns(
        plate="old_plate", vin="old_vin", registered_on="bought", owned_from="bought", owned_to="disposed_on",
        status=gone,
    )  # fmt: skip
    new = cars.with_columns(
        plate="new_plate", vin="new_vin", registered_on="invoice_on", owned_from="invoice_on",
        owned_to=pl.lit(None, dtype=pl.Date), status=pl.lit("正常"),
    )  # fmt: skip
    certificate = "HS" + pl.Series(np.arange(count) + 300_000).cast(pl.String)
    return {
        "vehicle_trade_in": cars,
        "vehicles": pl.concat([old, new]).with_columns(vehicle_type=pl.lit("小型轿车"), use=pl.lit("非营运")),
        "scrapped_vehicles": old.with_columns(scrapped_on="disposed_on", certificate_number=certificate).filter(
            pl.col("disposal") == "报废"
        ),
        "vehicle_invoices": cars.with_columns(vin="new_vin"),
    }
