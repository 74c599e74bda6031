"""A district's clues as the rule engine finds them, without files between: frames straight into a work database."""

from datetime import date
from pathlib import Path

import polars as pl

from huimin.clues.gather import gather
from huimin.contracts.contract import Contract
from huimin.deliveries.standardise import with_digits
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


def laid(district: District, folder: Path) -> dict[str, list[InForce]]:
    """Each roster as one delivery in force, whose rows stand in the folder."""
    contracts = PROJECT.contracts
    in_force = {}
    for ordinal, (roster, frame) in enumerate(district.rosters.items()):
        if frame.height:
            path = folder / f"{roster}.parquet"
            provenance = {
                "sheet": pl.lit(None, dtype=pl.String),
                "slot": slot(contracts[roster], district.days.run_date),
                "delivery": pl.lit(roster),
                "position": pl.int_range(pl.len(), dtype=pl.Int64),
                "row": pl.int_range(2, pl.len() + 2, dtype=pl.Int32),
            }
            rows = with_digits(normalised(frame, contracts[roster]).with_columns(**provenance), contracts[roster])
            rows.write_parquet(path)
            slots = tuple(rows["slot"].drop_nulls().unique().sort())
            in_force[roster] = [InForce(roster, None, path, slots, True, ordinal)]
    return in_force


def found_clues(district: District, folder: Path) -> pl.DataFrame:
    """One row a clue: rule, item, id_number, subject, first_period, last_period, periods, amount_at_risk, tier."""
    contracts, rules = PROJECT.contracts, PROJECT.rules
    con = open_work(None)
    mount(con, contracts, laid(district, folder))
    con.execute(HITS)
    views = PROJECT.views
    match(con, rules, views, PROJECT.policy, contracts, district.days.run_date)
    con.execute("create table deliveries (delivery varchar, roster varchar, file varchar)")
    gather(con, rules)
    columns = ", ".join([*KEY, "first_period", "last_period", "periods", "amount_at_risk", "tier"])
    return con.execute(f"select {columns} from clue_hits").pl()
