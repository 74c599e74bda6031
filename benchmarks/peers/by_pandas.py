"""pandas with Great Expectations: the files as frames, a suite a roster over them, the ten rules as merges."""

import sys
from datetime import date
from pathlib import Path
from typing import Any

import great_expectations as gx
import pandas as pd
from great_expectations.expectations.registry import get_expectation_impl

from benchmarks.peers.exam import ANSWERS, ID_FORM, Exam, Promise, exam_in, promises
from benchmarks.stopwatch import Stopwatch
from huimin.contracts.contract import Contract
from huimin.district import RUN_DATE

PandasFrames = dict[str, pd.DataFrame]
PERIOD = ["item", "id_number", "starts_on", "ends_on"]
MASKED = r"[*＊×某?？□\uFFFD0-9０-９、]"
FIRST, LAST = pd.Timestamp(1900, 1, 1), pd.Timestamp(9999, 12, 31)


def main(inbox: Path, folder: Path) -> None:
    """Reads, checks, joins, writes."""
    exam = exam_in(inbox)
    watch = Stopwatch()
    watch.begins("read")
    frames = {roster: read(exam, contract) for roster, contract in exam.delivered.items()}
    for roster, frame in frames.items():
        frame.to_parquet(folder / f"{roster}.parquet")
    watch.begins("check")
    faults = checked(exam, frames)
    watch.begins("join")
    found = found_by(exam, frames)
    watch.begins("write")
    write(found, folder)
    watch.stop()
    watch.tell(faults=faults, version=f"pandas {pd.__version__}, great_expectations {gx.__version__}")


def read(exam: Exam, contract: Contract) -> pd.DataFrame:
    """The roster's rows in the contract's types."""
    names = exam.header(contract.roster)
    parts = [pd.read_csv(file, dtype="string", header=0, names=names) for file in exam.files(contract.roster)]
    rows = pd.concat(parts, ignore_index=True)
    for column in contract.columns:
        name, kind = column.name, column.type.name
        if name not in rows:
            rows[name] = pd.Series(pd.NA, index=rows.index, dtype="string")
        elif kind == "month":
            rows[name] = pd.to_datetime(rows[name] + "-01", format="%Y-%m-%d").astype("datetime64[s]")
        elif kind == "date":
            rows[name] = pd.to_datetime(rows[name], format="%Y-%m-%d").astype("datetime64[s]")
        elif kind in ("money", "decimal"):
            rows[name] = pd.to_numeric(rows[name]).astype("Float64")
        elif kind in ("integer", "year"):
            rows[name] = pd.to_numeric(rows[name]).astype("Int64")
        elif kind == "name":
            rows[name] = (
                rows[name].str.replace(r"[\s\u3000\u200B]", "", regex=True).str.replace("[•．]", "·", regex=True)
            )
    rows["ref"] = range(len(rows))
    return rows


def checked(exam: Exam, frames: PandasFrames) -> dict[str, int]:
    """Rows that break each promise, as Great Expectations counts them."""
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    source = context.data_sources.add_pandas("deliveries")
    faults: dict[str, int] = {}
    for roster, contract in exam.delivered.items():
        batch = source.add_dataframe_asset(roster).add_batch_definition_whole_dataframe("whole")
        suite = gx.ExpectationSuite(name=roster, expectations=[stated(promise) for promise in promises(contract)])
        result = batch.get_batch({"dataframe": frames[roster]}).validate(suite, result_format="BASIC")
        for entry in result.results:
            if count := entry.result["unexpected_count"]:
                faults[f"{roster} {entry.expectation_config.meta['name']}"] = int(count)
    return faults


def stated(promise: Promise) -> Any:  # noqa: ANN401
    """The promise as an expectation."""
    kind, arguments = promise.kind, dict(promise.arguments)
    if kind == "id_number":
        kind, arguments = "expect_column_values_to_match_regex", {"regex": ID_FORM}
    elif kind == "unique":
        kind = "expect_compound_columns_to_be_unique"
        if len(promise.columns) == 1:
            kind = "expect_column_values_to_be_unique"
    if kind == "expect_compound_columns_to_be_unique":
        arguments |= {"column_list": list(promise.columns), "ignore_row_if": "never"}
    elif len(promise.columns) == 2:
        arguments |= {"column_A": promise.columns[0], "column_B": promise.columns[1]}
        arguments["ignore_row_if"] = "either_value_is_missing"
    else:
        arguments["column"] = promise.columns[0]
    if "value_set" in arguments:
        arguments["value_set"] = list(arguments["value_set"])
    return get_expectation_impl(kind)(**arguments, meta={"name": promise.name})


def payments_of(contract: Contract, frame: pd.DataFrame) -> pd.DataFrame:
    """A benefit roster's rows in what all have in common."""
    period = frame[contract.period_column]
    if contract.period == "month":
        starts, ends = period, period + pd.offsets.MonthEnd(0)
    elif contract.period == "year":
        starts, ends = (pd.to_datetime(period.astype("string") + end) for end in ("-01-01", "-12-31"))
    elif contract.period == "term":
        year, spring = period.str[:4].astype(int), period.str.endswith("spring")
        texts = year.astype(str) + spring.map({True: "-02-01", False: "-09-01"})
        until = (year + (~spring)).astype(str) + spring.map({True: "-07-31", False: "-01-31"})
        starts, ends = pd.to_datetime(texts), pd.to_datetime(until)
    else:
        starts = ends = period
    head = frame.get("household_head_id", pd.NA)
    rows = frame[["id_number", "name", "amount", "ref"]].assign(
        item=contract.roster, starts_on=starts.astype("datetime64[s]"), ends_on=ends.astype("datetime64[s]"), head=head,
        kind=contract.period,
    )  # fmt: skip
    return rows.astype({"head": "string"})


def judged(exam: Exam, frames: PandasFrames) -> pd.DataFrame:
    """All payments that count and have begun."""
    parts = [payments_of(contract, frames[name]) for name, contract in exam.benefits.items() if name in frames]
    rows = pd.concat(parts, ignore_index=True)
    rows["item"] = rows["item"].astype("category")
    unpaid = rows.loc[rows["amount"] <= 0, PERIOD].drop_duplicates()
    paid = rows[rows["amount"] > 0]
    repaid = paid[PERIOD].merge(unpaid, on=PERIOD).drop_duplicates()
    partly = rows[rows["amount"] <= 0].merge(repaid, on=PERIOD)
    rows = pd.concat([paid, partly], ignore_index=True)
    return rows[rows["starts_on"] <= pd.Timestamp(RUN_DATE)]


def day(value: date) -> pd.Timestamp:
    """A day of the policy as pandas has it."""
    return pd.Timestamp(value).as_unit("s")


def in_policy(exam: Exam, rows: pd.DataFrame, key: str) -> pd.DataFrame:
    """The rows whose item the policy names on the day that the period begins."""
    parts = [
        rows[(rows["item"] == item) & (rows["starts_on"] >= day(from_on)) & (rows["starts_on"] < day(to_on))]
        for from_on, to_on, item in exam.policy(key)
    ]
    return pd.concat(parts, ignore_index=True)


def among(rows: pd.DataFrame, others: pd.DataFrame) -> pd.Series:
    """Whether each row's person is among others."""
    return rows["id_number"].isin(others["id_number"])


def found_by(exam: Exam, frames: PandasFrames) -> pd.DataFrame:
    """The hits of the ten rules."""
    rows, population, deaths = judged(exam, frames), frames["population"], frames["deaths"]
    resident = in_policy(exam, rows, "resident_items")
    urban, rural = (rows[rows["item"] == item] for item in ("urban_dibao", "rural_dibao"))
    hits = {
        "deceased": deceased(rows, deaths),
        "prisoner": imprisoned(in_policy(exam, rows, "prisoner_items"), frames["prisoners"]),
        "left_register": left(resident, population, deaths),
        "not_registered": resident[~among(resident, population)],
        "name_mismatch": other_names(rows, population),
        "duplicate_payment": repeated(rows, frames["forestry"]),
        "urban_rural_dibao": rural.merge(urban[PERIOD[1:]].drop_duplicates(), on=PERIOD[1:]),
        "dibao_vehicle": with_vehicle(exam, rows, frames["vehicles"]),
        "contribution_age": of_wrong_age(rows[rows["item"] == "pension_contribution"]),
        "missing_elderly": missing_elderly(exam, rows, population, deaths),
    }
    columns = ["item", "id_number", "starts_on", "amount"]
    return pd.concat([frame[columns].assign(rule=rule) for rule, frame in hits.items()], ignore_index=True)


def deceased(rows: pd.DataFrame, deaths: pd.DataFrame) -> pd.DataFrame:
    """Paid after death."""
    met = rows.merge(deaths.groupby("id_number", as_index=False)["died_on"].min(), on="id_number")
    starts, died = met["starts_on"], met["died_on"]
    monthly = (met["kind"] == "month") & (starts > died + pd.offsets.MonthEnd(0))
    yearly = (met["kind"] == "year") & (starts.dt.year > died.dt.year)
    return met[monthly | yearly | (~met["kind"].isin(["month", "year"]) & (starts > died))]


def imprisoned(rows: pd.DataFrame, prisoners: pd.DataFrame) -> pd.DataFrame:
    """Paid for a period that lies whole in prison."""
    met = rows.merge(prisoners[["id_number", "from_on", "to_on"]], on="id_number")
    return met[(met["from_on"] < met["starts_on"]) & (met["to_on"].isna() | (met["to_on"] > met["ends_on"]))]


def left(rows: pd.DataFrame, population: pd.DataFrame, deaths: pd.DataFrame) -> pd.DataFrame:
    """Paid after leaving the register."""
    here = population[population["status"] == "正常"]
    gone = population[population["status"].isin(["迁出", "注销"])]
    gone = gone[~among(gone, here) & ~among(gone, deaths)]
    met = rows.merge(gone[["id_number", "status_on"]], on="id_number")
    return met[met["status_on"] < met["starts_on"]]


def known(names: pd.Series) -> pd.Series:
    """Whether each name can be compared."""
    return names.notna() & ~names.str.contains(MASKED, regex=True).fillna(True)


def other_names(rows: pd.DataFrame, population: pd.DataFrame) -> pd.DataFrame:
    """Periods paid under a name that the register does not have."""
    used = rows.loc[known(rows["name"]), ["item", "id_number", "name"]].drop_duplicates()
    comparable = known(population["name"]).groupby(population["id_number"]).all()
    used = used[used["id_number"].isin(comparable.index[comparable])]
    met = used.merge(population[["id_number", "name"]].drop_duplicates(), how="left", indicator=True)
    other = met.loc[met["_merge"] == "left_only", ["item", "id_number", "name"]]
    violating = rows.merge(other, on=["item", "id_number", "name"])[PERIOD].drop_duplicates()
    return rows.merge(violating, on=PERIOD)


def repeated(rows: pd.DataFrame, forestry: pd.DataFrame) -> pd.DataFrame:
    """Paid twice for one period; of forestry twice for one parcel."""
    usual = rows[(rows["kind"] != "event") & ~rows["item"].isin(["industry_project", "forestry"])]
    paid = usual.loc[usual["amount"] > 0, PERIOD]
    twice = paid[paid.duplicated()].drop_duplicates()
    parcel = ["id_number", "year", "area_mu", "amount"]
    parcels = forestry[(forestry["amount"] > 0) & forestry.duplicated(parcel, keep=False)]
    planted = rows[(rows["item"] == "forestry") & rows["ref"].isin(parcels["ref"])]
    return pd.concat([usual.merge(twice, on=PERIOD), planted], ignore_index=True)


def with_vehicle(exam: Exam, rows: pd.DataFrame, vehicles: pd.DataFrame) -> pd.DataFrame:
    """Dibao households of which a member holds a vehicle that counts."""
    paid = rows[rows["item"].isin(["urban_dibao", "rural_dibao"])]
    held = vehicles[(vehicles["status"] == "正常") | vehicles["status"].isna() | vehicles["owned_to"].notna()]
    held = held[["id_number", "owned_from", "registered_on", "owned_to", "vehicle_type"]]
    met = paid.merge(held, on="id_number")
    since = met["owned_from"].fillna(met["registered_on"]).fillna(FIRST.as_unit("s"))
    met = met[(since <= met["ends_on"]) & (met["owned_to"].isna() | (met["owned_to"] >= met["starts_on"]))]
    for from_on, to_on, kind in exam.policy("exempt_vehicle_types"):
        during = (met["starts_on"] >= day(from_on)) & (met["starts_on"] < day(to_on))
        met = met[~(during & met["vehicle_type"].fillna("").str.contains(kind, regex=False))]
    households = met[["item", "head", "starts_on"]].drop_duplicates()
    found = paid.merge(households, on=["item", "head", "starts_on"])
    return found.assign(id_number=found["head"])


def age(numbers: pd.Series, on: pd.Series) -> pd.Series:
    """Whole years on those days."""
    today = on.dt.year * 10_000 + on.dt.month * 100 + on.dt.day
    return (today - numbers.str[6:14].astype(int)) // 10_000


def of_wrong_age(rows: pd.DataFrame) -> pd.DataFrame:
    """Contributions of persons under 16 or from 60."""
    return rows[(age(rows["id_number"], rows["ends_on"]) < 16) | (age(rows["id_number"], rows["starts_on"]) >= 60)]


def missing_elderly(exam: Exam, rows: pd.DataFrame, population: pd.DataFrame, deaths: pd.DataFrame) -> pd.DataFrame:
    """Persons of the age who are on no list of the latest month."""
    latest = rows.loc[rows["item"] == "elderly_allowance", "starts_on"].max()
    listed = rows[rows["item"].isin(["elderly_allowance", "tekun"]) & (rows["starts_on"] == latest)]
    if not (listed["item"] == "tekun").any():
        return rows.iloc[:0]
    ((least,),) = [told for from_on, to_on, *told in exam.policy("elderly_min_age") if from_on <= latest.date() < to_on]
    ends = pd.Series(latest + pd.offsets.MonthEnd(0), index=population.index)
    old = population[(population["status"] == "正常") & (age(population["id_number"], ends) >= least)]
    old = old[~among(old, deaths) & ~among(old, listed)]
    return old.assign(item="elderly_allowance", starts_on=latest, amount=0.0)


def write(found: pd.DataFrame, folder: Path) -> None:
    """Clues, evidence, and what is compared with the other peers."""
    clue = ["rule", "item", "id_number"]
    found["item"] = found["item"].astype("string")
    starts = found.groupby(clue)["starts_on"]
    clues = pd.DataFrame({"first_period": starts.min(), "last_period": starts.max(), "periods": starts.nunique(),
                          "amount": found.groupby(clue)["amount"].sum()})  # fmt: skip
    clues.reset_index().to_parquet(folder / "clues.parquet")
    found.sort_values([*clue, "starts_on"]).to_parquet(folder / "evidence.parquet")
    answers = found[[*clue, "starts_on"]].drop_duplicates()
    answers = answers.assign(id_number=answers["id_number"].str[:17].astype("int64"))
    answers.to_parquet(folder / ANSWERS)


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve())
