"""A district's clues as the rule engine finds them, without files between: frames straight into a work database."""

from datetime import date
from pathlib import Path

import polars as pl

from huimin.clues.gather import gather
from huimin.contracts.contract import Contract
from huimin.district import District
from huimin.matching.match import HITS, InForce, match, mount, open_work
from nights import PROJECT

KEY = ["rule", "item", "id_number", "subject"]


def slot(contract: Contract, day: date) -> pl.Expr:
    if contract.period in ("month", "event"):
        return pl.col(contract.period_column).dt.strftime("%Y-%m")
    if contract.period == "register":
        return pl.lit(day.isoformat())
    return pl.col(contract.period_column).cast(pl.String)


def normalised(frame: pl.DataFrame, contract: Contract) -> pl.DataFrame:
    """Names as the standardiser would leave them."""
    names = [column.name for column in contract.columns if column.type.name == "name"]
    return frame.with_columns(pl.col(names).str.replace_all(r"[\s\u3000\u200b]", "").str.replace_all("[•．]", "·"))


def found_clues(district: District, folder: Path) -> pl.DataFrame:
    """One row a clue: rule, item, id_number, subject, first_period, last_period, periods, amount_at_risk, tier."""
    contracts = PROJECT.contracts
    rules = PROJECT.rules
    in_force = {}
    for ordinal, (roster, frame) in enumerate(district.rosters.items()):
        if frame.height:
            path = folder / f"{roster}.parquet"
            provenance = {
                "sheet": pl.lit(None, dtype=pl.String),
                "slot": slot(contracts[roster], district.days.run_date),
            }
            rows = normalised(frame, contracts[roster]).with_row_index("row", 2).with_columns(**provenance)
            rows.with_columns(pl.col("row").cast(pl.Int32)).write_parquet(path)
            slots = tuple(rows["slot"].drop_nulls().unique().sort())
            in_force[roster] = [InForce(roster, None, path, slots, True, ordinal)]
    con = open_work(None)
    mount(con, contracts, in_force)
    con.execute(HITS)
    views = PROJECT.views
    match(con, rules, views, PROJECT.policy, contracts, district.days.run_date)
    con.execute("create table deliveries (delivery varchar, roster varchar, file varchar)")
    gather(con, rules)
    columns = ", ".join([*KEY, "first_period", "last_period", "periods", "amount_at_risk", "tier"])
    return con.execute(f"select {columns} from clue_hits").pl()
