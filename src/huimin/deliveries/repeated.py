"""A list beside its parts: sheets of one workbook whose rows all stand on its other sheets as well."""

from collections.abc import Iterable, Sequence

import polars as pl

from huimin.errors import DeliveryError

FEWEST_ROWS = 3
"""Rows that a sheet has at least, so that all of them again are no chance."""
MOST_TOLD = 3
"""Sheets that a message names."""


def refuse_repeated(sheets: Sequence[tuple[str, pl.DataFrame]], columns: Iterable[str], file: str) -> None:
    """Raises DeliveryError when every row of a sheet stands with the same period on other sheets as well.

    `sheets`: by table the sheet's name and the accepted rows; `columns`: those of the contract that every table has.
    """
    names = list(dict.fromkeys(name for name, _ in sheets))
    if len(names) < 2:
        return
    same = list(columns)
    every = pl.concat(frame.select(same).with_columns(sheet=pl.lit(name)) for name, frame in sheets)
    places = every.group_by(same).agg(pl.col("sheet").unique().alias("places"))
    found = every.join(places, on=same, how="left", nulls_equal=True)
    whole = (
        found.group_by("sheet", maintain_order=True)
        .agg(
            pl.len().alias("height"),
            (pl.col("places").list.len() > 1).all().alias("again"),
            pl.col("places").list.explode(keep_nulls=False, empty_as_null=False),
        )
        .filter("again", pl.col("height") >= FEWEST_ROWS)
    )
    told = []
    for sheet, places in whole.select("sheet", "places").iter_rows():
        others = [name for name in names if name in set(places) - {sheet}]
        more = f"等 {len(others)} 张" if len(others) > MOST_TOLD else ""
        told.append(
            f"工作表“{sheet}”的每一行都又在工作表{'、'.join(f'“{name}”' for name in others[:MOST_TOLD])}{more}中"
        )
    if told:
        raise DeliveryError(file, "；".join(told[:MOST_TOLD]), "总表和分表只留一种，重复的工作表删去后重新报送")
