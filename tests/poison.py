"""A district whose every text, unknown header, sheet and file name holds a name, a phone and an ID number."""

from datetime import timedelta
from pathlib import Path

import polars as pl
import xlsxwriter

from huimin.cells.types import TEXT
from huimin.district.build import District
from huimin.district.plain import canonical
from nights import PROJECT

PHONE = "13987654321"


def poisoned(district: District, inbox: Path) -> None:
    """Deliveries whose every text is about somebody: the row's own person, else one who is surely found."""
    found = district.truth.filter(pl.col("kind") == "hit", pl.col("rule") == "deceased").row(0, named=True)
    known = district.rosters["population"].filter(pl.col("id_number") == found["id_number"])["name"][0]
    for at, (roster, frame) in enumerate(district.rosters.items()):
        if not frame.height:
            continue
        contract = PROJECT.contracts[roster]
        has_persons = "name" in frame.columns
        name = pl.col("name") if has_persons else pl.lit(known)
        number = pl.col("id_number") if has_persons else pl.lit(found["id_number"])
        texts = [c.name for c in contract.columns if c.type is TEXT and c.name in frame.columns and c.name != "rule"]
        told = pl.format(f"{{}}的{{}}{PHONE}，{{}}", pl.lit("项目"), name, number)
        titles = {c.name: c.titles[0] for c in contract.columns}
        poison = canonical(frame, contract).with_columns(told.alias(column) for column in texts)
        table = poison.rename(titles, strict=False).with_columns(pl.lit("x").alias(f"{known}备注{PHONE}"))
        as_at = f"_{district.days.run_date - timedelta(days=8):%Y%m%d}" if contract.period == "register" else ""
        file = f"{known}的{contract.title}{PHONE}{as_at}"
        place = inbox / roster / f"{file}.{'xlsx' if at % 4 == 0 else 'csv'}"
        place.parent.mkdir(parents=True, exist_ok=True)
        if place.suffix == ".csv":
            table.write_csv(place)
        else:
            with xlsxwriter.Workbook(place) as book:
                table.cast(pl.String).write_excel(book, worksheet=f"{known}{PHONE}", autofilter=False)
