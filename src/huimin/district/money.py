"""Money of the clean district: payment ledger, accounts, incomes, funds, policies and promises that add up."""

from datetime import date

import numpy as np
import polars as pl

from huimin.district.benefits import STANDARD
from huimin.district.days import Days
from huimin.district.names import BANKS, RURAL_FROM, STREETS
from huimin.district.registers import PRESENT, RosterFrames
from huimin.district.tables import MONEY, MONTH_ITEMS, SCHEMAS, TITLES, shaped

LedgerRow = dict[str, object]

PROMISES = ("目标", "措施", "指标", "进度", "服务")

LAND = "耕地地力保护补贴"
"""A subsidy that only the ledger knows."""


def draw_ledger(benefits: RosterFrames, land: pl.DataFrame, days: Days) -> pl.DataFrame:
    """A row for every monthly payment of this year, approved and paid in the same amount before the fifteenth."""
    paid = [
        benefits[item]
        .filter(pl.col("period") >= days.months[0])
        .with_columns(item=pl.lit(TITLES[item]), payer=pl.lit("区民政局"))
        for item in MONTH_ITEMS
    ]
    rows = [*paid, land.with_columns(item=pl.lit(LAND), payer=pl.lit("区农业农村局"))]
    ready = [
        shaped(
            frame.with_columns(
                approved_amount="amount", due_on=pl.col("period").dt.offset_by("14d"), account_name="name"
            ),
            "payment_ledger",
        )
        for frame in rows
    ]
    return pl.concat(ready)


def draw_accounts(people: pl.DataFrame, ledger: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """The one account of everyone in the ledger; some have an older one, closed."""
    held = people.join(ledger, on="id_number", how="semi", maintain_order="left").with_columns(
        opened_on=pl.lit(date(2019, 3, 1)), status=pl.lit("正常")
    )
    closed = held.filter(pl.Series(rng.random(held.height) < 0.05)).with_columns(
        account="62170" + pl.col("account").str.slice(5), opened_on=pl.lit(date(2012, 9, 1)), status=pl.lit("销户")
    )
    return pl.concat([held, closed])


def draw_incomes(people: pl.DataFrame, rng: np.random.Generator, days: Days) -> pl.DataFrame:
    """Monthly incomes of those looked at: low wages in dibao households, modest ones above every line."""
    months = pl.DataFrame({"period": [*days.past_months, *days.months[:-1]]})
    head = people.filter((pl.col("place_in_house") == 0) & PRESENT & (pl.col("age") < 60))
    poor = head.filter(pl.col("kind").is_in(list(STANDARD)))
    modest = head.filter(pl.col("kind") == "modest")
    poor = poor.with_columns(amount=pl.Series(rng.integers(5, 30, poor.height) * 10) * pl.col("house_size"))
    modest = modest.with_columns(amount=pl.Series(rng.integers(80, 160, modest.height) * 10) * pl.col("house_size"))
    source = pl.when(pl.col("age") % 5 == 0).then(pl.lit("经营")).otherwise(pl.lit("工资"))
    return months.join(pl.concat([poor, modest]), how="cross").with_columns(pl.col("amount").cast(MONEY), source=source)


def draw_funds(rng: np.random.Generator, days: Days) -> RosterFrames:
    """Poverty and pairing funds used up, the policy list, and promises kept."""
    poverty, pairing = _fund_rows(rng, days)
    rows = {
        "poverty_funds": poverty,
        "pairing_funds": pairing,
        "policy_list": [_policy(title) for title in (*TITLES.values(), LAND)],
        "commitments": [_promise(number, kind, days) for number, kind in enumerate(PROMISES)],
    }
    return {roster: pl.DataFrame(found, schema_overrides=SCHEMAS[roster]) for roster, found in rows.items()}


def _fund_rows(rng: np.random.Generator, days: Days) -> tuple[list[LedgerRow], list[LedgerRow]]:
    """A project and a pairing a year for each village, 95 percent of the money used."""
    poverty: list[LedgerRow] = []
    pairing: list[LedgerRow] = []
    kind: LedgerRow = {"authority": "区农业农村局", "category": "产业发展", "subcategory": "种养"}
    for year in (days.year - 1, days.year):
        for street, communities in STREETS[RURAL_FROM:]:
            for community in communities:
                invested = int(rng.integers(5, 60)) * 10_000
                place: LedgerRow = {"year": year, "street": street, "community": community}
                place |= {"invested": invested, "used": invested * 95 // 100}
                poverty.append(place | kind | {"project": f"{community}产业路"})
                pairing.append(place | {"paired_unit": "区城投公司", "purpose": "村道照明"})
    return poverty, pairing


def _policy(title: str) -> LedgerRow:
    return {
        "item": title,
        "title": f"{title}发放办法",
        "published_on": date(2021, 1, 15),
        "agent_bank": "、".join(BANKS),
        "via_one_card": "是",
    }


def _promise(number: int, kind: str, days: Days) -> LedgerRow:
    due = date(days.year, 3 + number % 3, 28)
    text = f"惠民承诺第{number + 1}项"
    return {"department": "区民政局", "commitment": text, "due_on": due, "done_on": due, "kind": kind}
