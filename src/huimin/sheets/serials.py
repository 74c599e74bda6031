"""Days that a workbook counts from another day than most do, written out."""

from datetime import date

import polars as pl

WHOLE_DAYS = r"^\s*'?([2-6][0-9]{4})(?:\.[0-9]+)?\s*$"
SERIALS = (20_000, 60_000)
"""Numbers that are taken for days, as those of the usual system are."""


def written_out(text: pl.Expr, day_0: date) -> pl.Expr:
    """The text, a number of days since that one as the day that it means."""
    serial = text.str.extract(WHOLE_DAYS, 1).cast(pl.Int32)
    counted = pl.lit(day_0) + pl.duration(days=pl.when(serial.is_between(*SERIALS)).then(serial))
    return pl.coalesce(counted.cast(pl.Date).dt.to_string("%Y-%m-%d"), text)
