"""Polars alone, written by hand: the files as frames, one SELECT a roster that checks, the ten rules as joins."""

import sys
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import polars as pl

from benchmarks.peers.exam import ANSWERS, ID_FORM, Exam, Promise, exam_in, promises
from benchmarks.stopwatch import Stopwatch
from huimin.contracts.contract import Contract
from huimin.district import RUN_DATE

PolarsFrames = Mapping[str, pl.DataFrame]
PERIOD = ["item", "id_number", "starts_on", "ends_on"]
MASKED = r"[*＊×某?？□\x{FFFD}0-9０-９、]"


def main(inbox: Path, folder: Path) -> None:
    """Reads, checks, joins, writes."""
    exam = exam_in(inbox)
    watch = Stopwatch()
    watch.begins("read")
    frames = {roster: read(exam, contract) for roster, contract in exam.delivered.items()}
    for roster, frame in frames.items():
        frame.write_parquet(folder / f"{roster}.parquet")
    watch.begins("check")
    faults = {
        f"{roster} {name}": count
        for roster, contract in exam.delivered.items()
        for name, count in checked(frames[roster], contract, folder).items()
    }
    watch.begins("join")
    found = found_by(exam, frames)
    watch.begins("write")
    write(found, folder)
    watch.stop()
    watch.tell(faults=faults, version=f"polars {pl.__version__}")


def read(exam: Exam, contract: Contract) -> pl.DataFrame:
    """The roster's rows in the contract's types, ID numbers as numbers beside the texts."""
    texts = pl.concat(pl.scan_csv(file, infer_schema=False) for file in exam.files(contract.roster))
    names = exam.header(contract.roster)
    texts = texts.rename(dict(zip(texts.collect_schema().names(), names)))
    cells = [typed(column.name, column.type.name, column.type.parquet) for column in contract.columns
             if column.name in names]  # fmt: skip
    nulls = [pl.lit(None, column.type.parquet).alias(column.name) for column in contract.columns
             if column.name not in names]  # fmt: skip
    ids = [pl.col(column.name).str.head(17).cast(pl.Int64).alias(f"{column.name}_digits")
           for column in contract.columns if column.type.name == "id_number"]  # fmt: skip
    return texts.select(*cells, *nulls).with_columns(ids).with_row_index("ref").collect()


def typed(name: str, kind: str, dtype: pl.DataType) -> pl.Expr:
    """A column of texts as what it holds."""
    cell = pl.col(name)
    if kind == "month":
        return (cell + "-01").str.to_date("%Y-%m-%d")
    if kind == "date":
        return cell.str.to_date("%Y-%m-%d")
    if kind == "name":
        return cell.str.replace_all(r"[\s\u{3000}\u{200B}]", "").str.replace_all("[•．]", "·")
    return cell.cast(dtype)


def checked(frame: pl.DataFrame, contract: Contract, folder: Path) -> dict[str, int]:
    """Rows that break each promise; they are written beside the others."""
    stated = list(promises(contract))
    rows = {promise.name: broken(promise) for promise in stated if promise.kind != "unique"}
    counts = frame.select(condition.sum().alias(name) for name, condition in rows.items()).row(0, named=True)
    faults = {name: int(count) for name, count in counts.items() if count}
    if faults:
        frame.filter(pl.any_horizontal(rows.values())).write_parquet(folder / f"{contract.roster}_rejects.parquet")
    key = next(promise.columns for promise in stated if promise.kind == "unique")
    if repeated := int(frame.select(pl.len().over(key) > 1).sum().item()):
        faults["key.unique"] = repeated
    return faults


def broken(promise: Promise) -> pl.Expr:
    """Whether a row breaks the promise."""
    cell, told = pl.col(promise.columns[0]), promise.arguments
    if promise.kind == "id_number":
        return ~cell.str.contains(ID_FORM)
    if promise.kind == "expect_column_values_to_not_be_null":
        return cell.is_null()
    if promise.kind == "expect_column_values_to_be_in_set":
        return ~cell.is_in(list(told["value_set"]))
    if promise.kind == "expect_column_pair_values_a_to_be_greater_than_b":
        other = pl.col(promise.columns[1])
        return cell < other if told.get("or_equal") else cell <= other
    measured = cell.str.len_chars() if "lengths" in promise.kind else cell
    low, high = told.get("min_value"), told.get("max_value")
    return pl.any_horizontal(
        *([measured < low] if low is not None else []), *([measured > high] if high is not None else [])
    )


def payments_of(contract: Contract, frame: pl.DataFrame) -> pl.DataFrame:
    """A benefit roster's rows in what all have in common."""
    period = pl.col(contract.period_column or "")
    if contract.period == "month":
        starts, ends = period, period.dt.month_end()
    elif contract.period == "year":
        starts, ends = pl.date(period, 1, 1), pl.date(period, 12, 31)
    elif contract.period == "term":
        year, spring = period.str.head(4).cast(pl.Int32), period.str.ends_with("spring")
        starts = pl.date(year, pl.when(spring).then(2).otherwise(9), 1)
        ends = pl.date(year + pl.when(spring).then(0).otherwise(1), pl.when(spring).then(7).otherwise(1), 31)
    else:
        starts = ends = period
    head = pl.col("household_head_id_digits") if "household_head_id_digits" in frame.columns else pl.lit(None, pl.Int64)
    return frame.select(
        pl.lit(contract.roster).alias("item"), pl.col("id_number_digits").alias("id_number"), "name",
        starts.alias("starts_on"), ends.alias("ends_on"), pl.col("amount").cast(pl.Decimal(14, 2)),
        head.alias("head"), "ref", pl.lit(contract.period).alias("kind"),
    )  # fmt: skip


def judged(exam: Exam, frames: PolarsFrames) -> pl.DataFrame:
    """All payments that count and have begun."""
    parts = [payments_of(contract, frames[name]) for name, contract in exam.benefits.items() if name in frames]
    rows = pl.concat(parts)
    unpaid = rows.filter(pl.col("amount") <= 0).select(PERIOD).unique()
    repaid = rows.filter(pl.col("amount") > 0).join(unpaid, on=PERIOD, how="semi").select(PERIOD).unique()
    paid = rows.filter(pl.col("amount") > 0)
    partly = rows.filter(pl.col("amount") <= 0).join(repaid, on=PERIOD, how="semi")
    return pl.concat([paid, partly]).filter(pl.col("starts_on") <= RUN_DATE)


def in_policy(exam: Exam, rows: pl.DataFrame, key: str) -> pl.DataFrame:
    """The rows whose item the policy names on the day that the period begins."""
    named = pl.DataFrame(exam.policy(key), schema=["from_on", "to_on", "item"], orient="row")
    starts = pl.col("starts_on")
    return rows.join(named, on="item").filter(starts >= pl.col("from_on"), starts < pl.col("to_on"))


def found_by(exam: Exam, frames: PolarsFrames) -> pl.DataFrame:
    """The hits of the ten rules."""
    rows, population = (
        judged(exam, frames),
        frames["population"].rename({"id_number": "text", "id_number_digits": "id_number"}),
    )
    deaths = frames["deaths"].select(pl.col("id_number_digits").alias("id_number"), "died_on")
    hits = {
        "deceased": deceased(rows, deaths),
        "prisoner": imprisoned(in_policy(exam, rows, "prisoner_items"), frames["prisoners"]),
        "left_register": left(in_policy(exam, rows, "resident_items"), population, deaths),
        "not_registered": in_policy(exam, rows, "resident_items").join(population, on="id_number", how="anti"),
        "name_mismatch": other_names(rows, population),
        "duplicate_payment": repeated(rows, frames["forestry"]),
        "urban_rural_dibao": rows.filter(pl.col("item") == "rural_dibao").join(
            rows.filter(pl.col("item") == "urban_dibao"), on=PERIOD[1:], how="semi"
        ),
        "dibao_vehicle": with_vehicle(exam, rows, frames["vehicles"]),
        "contribution_age": of_wrong_age(rows.filter(pl.col("item") == "pension_contribution")),
        "missing_elderly": missing_elderly(exam, rows, population, deaths),
    }
    return pl.concat(
        frame.select(pl.lit(rule).alias("rule"), "item", "id_number", "starts_on", "amount")
        for rule, frame in hits.items()
    )


def deceased(rows: pl.DataFrame, deaths: pl.DataFrame) -> pl.DataFrame:
    """Paid after death."""
    first = deaths.group_by("id_number").agg(pl.col("died_on").min())
    starts, died = pl.col("starts_on"), pl.col("died_on")
    late = (
        pl.when(pl.col("kind") == "month").then(starts > died.dt.month_end())
        .when(pl.col("kind") == "year").then(starts.dt.year() > died.dt.year())
        .otherwise(starts > died)
    )  # fmt: skip
    return rows.join(first, on="id_number").filter(late)


def imprisoned(rows: pl.DataFrame, prisoners: pl.DataFrame) -> pl.DataFrame:
    """Paid for a period that lies whole in prison."""
    terms = prisoners.select(pl.col("id_number_digits").alias("id_number"), pl.col("from_on").alias("since"), "to_on")
    terms = terms.rename({"to_on": "until"})
    until = pl.col("until")
    return rows.join(terms, on="id_number").filter(
        pl.col("since") < pl.col("starts_on"), until.is_null() | (until > pl.col("ends_on"))
    )


def left(rows: pl.DataFrame, population: pl.DataFrame, deaths: pl.DataFrame) -> pl.DataFrame:
    """Paid after leaving the register."""
    here = population.filter(pl.col("status") == "正常")
    gone = (
        population.filter(pl.col("status").is_in(["迁出", "注销"]))
        .join(here, on="id_number", how="anti")
        .join(deaths, on="id_number", how="anti")
        .select("id_number", "status_on")
    )
    return rows.join(gone, on="id_number").filter(pl.col("status_on") < pl.col("starts_on"))


def known(names: pl.Expr) -> pl.Expr:
    """Whether a name can be compared."""
    return names.is_not_null() & ~names.str.contains(MASKED)


def other_names(rows: pl.DataFrame, population: pl.DataFrame) -> pl.DataFrame:
    """Periods paid under a name that the register does not have."""
    used = rows.filter(known(pl.col("name"))).select("item", "id_number", "name").unique()
    comparable = population.group_by("id_number").agg(known(pl.col("name")).all().alias("known")).filter("known")
    other = used.join(comparable, on="id_number", how="semi").join(
        population.select("id_number", "name"), on=["id_number", "name"], how="anti"
    )
    violating = rows.join(other, on=["item", "id_number", "name"], how="semi").select(PERIOD).unique()
    return rows.join(violating, on=PERIOD, how="semi")


def repeated(rows: pl.DataFrame, forestry: pl.DataFrame) -> pl.DataFrame:
    """Paid twice for one period; of forestry twice for one parcel."""
    usual = rows.filter(pl.col("kind") != "event", ~pl.col("item").is_in(["industry_project", "forestry"]))
    twice = usual.filter(pl.col("amount") > 0).group_by(PERIOD).len().filter(pl.col("len") >= 2)
    parcel = ["id_number_digits", "year", "area_mu", "amount"]
    same = forestry.filter(pl.col("amount") > 0).group_by(parcel).len().filter(pl.col("len") >= 2)
    parcels = forestry.join(same, on=parcel, how="semi", nulls_equal=True).select("ref")
    return pl.concat([
        usual.join(twice, on=PERIOD, how="semi"),
        rows.filter(pl.col("item") == "forestry").join(parcels, on="ref", how="semi"),
    ])  # fmt: skip


def with_vehicle(exam: Exam, rows: pl.DataFrame, vehicles: pl.DataFrame) -> pl.DataFrame:
    """Dibao households of which a member holds a vehicle that counts."""
    paid = rows.filter(pl.col("item").is_in(["urban_dibao", "rural_dibao"]))
    status = pl.col("status")
    held = vehicles.filter((status == "正常") | status.is_null() | pl.col("owned_to").is_not_null()).select(
        pl.col("id_number_digits").alias("id_number"),
        pl.coalesce("owned_from", "registered_on", pl.lit(date(1900, 1, 1))).alias("covers_from"),
        pl.col("owned_to").fill_null(date(9999, 12, 31)).alias("covers_to"),
        pl.col("vehicle_type").fill_null("").alias("vehicle_type"),
    )
    during = paid.join(held, on="id_number").filter(
        pl.col("covers_from") <= pl.col("ends_on"), pl.col("covers_to") >= pl.col("starts_on")
    )
    for from_on, to_on, kind in exam.policy("exempt_vehicle_types"):
        exempt = pl.col("starts_on").is_between(from_on, to_on, closed="left")
        during = during.filter(~(exempt & pl.col("vehicle_type").str.contains(kind, literal=True)))
    households = during.select("item", "head", "starts_on").unique()
    return paid.join(households, on=["item", "head", "starts_on"], how="semi").with_columns(id_number="head")


def born(number: pl.Expr) -> pl.Expr:
    """Year, month and day of birth as one number."""
    return number // 1000 % 10**8


def age(number: pl.Expr, day: pl.Expr) -> pl.Expr:
    """Whole years on that day."""
    return (
        day.dt.year().cast(pl.Int64) * 10_000 + day.dt.month().cast(pl.Int64) * 100 + day.dt.day() - born(number)
    ) // 10_000


def of_wrong_age(rows: pl.DataFrame) -> pl.DataFrame:
    """Contributions of persons under 16 or from 60."""
    number = pl.col("id_number")
    return rows.filter((age(number, pl.col("ends_on")) < 16) | (age(number, pl.col("starts_on")) >= 60))


def missing_elderly(exam: Exam, rows: pl.DataFrame, population: pl.DataFrame, deaths: pl.DataFrame) -> pl.DataFrame:
    """Persons of the age who are on no list of the latest month."""
    latest = rows.filter(pl.col("item") == "elderly_allowance")["starts_on"].max()
    if latest is None or rows.filter(pl.col("item") == "tekun", pl.col("starts_on") == latest).is_empty():
        return rows.clear()
    ((least,),) = [values for from_on, to_on, *values in exam.policy("elderly_min_age") if from_on <= latest < to_on]
    listed = rows.filter(pl.col("item").is_in(["elderly_allowance", "tekun"]), pl.col("starts_on") == latest)
    month_end = pl.lit(latest).dt.month_end()
    return (
        population.filter(pl.col("status") == "正常", age(pl.col("id_number"), month_end) >= least)
        .join(deaths, on="id_number", how="anti")
        .join(listed, on="id_number", how="anti")
        .select(pl.lit("elderly_allowance").alias("item"), "id_number", pl.lit(latest).alias("starts_on"),
                pl.lit(0).cast(pl.Decimal(14, 2)).alias("amount"))
    )  # fmt: skip


def write(found: pl.DataFrame, folder: Path) -> None:
    """Clues, evidence, and what is compared with the other peers."""
    clue = ["rule", "item", "id_number"]
    clues = found.group_by(clue).agg(
        pl.col("starts_on").min().alias("first_period"), pl.col("starts_on").max().alias("last_period"),
        pl.col("starts_on").n_unique().alias("periods"), pl.col("amount").sum(),
    )  # fmt: skip
    clues.sort(clue).write_parquet(folder / "clues.parquet")
    found.sort(*clue, "starts_on").write_parquet(folder / "evidence.parquet")
    found.select(*clue, "starts_on").unique().write_parquet(folder / ANSWERS)


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve())
