"""What the truth table holds."""

import polars as pl

TRUTH = pl.Schema(
    {
        "kind": pl.String(),
        "rule": pl.String(),
        "item": pl.String(),
        "id_number": pl.String(),
        "subject": pl.String(),
        "first_period": pl.Date(),
        "last_period": pl.Date(),
        "periods": pl.Int32(),
        "amount_at_risk": pl.Decimal(14, 2),
        "tier": pl.Int8(),
        "part": pl.String(),
        "exempted": pl.Boolean(),
        "note": pl.String(),
    }
)
"""kind is hit or near_miss; a near miss names the rule, item and person that must *not* make a clue."""

DATA_RULES = frozenset({"not_registered", "name_mismatch"})
MISSING = "missing_"
"""What the rules about those entitled but not paid begin with."""
FUND_RULES = frozenset(
    {"fund_idle", "fund_overspent", "project_not_poor", "project_concentration", "commitment_overdue"}
)


def part_of(rule: str) -> str:
    """The statistics table in which the rule's clues count: main, data, entitlement or funds."""
    if rule in DATA_RULES:
        return "data"
    if rule.startswith(MISSING) or rule == "low_income_unassisted":
        return "entitlement"
    return "funds" if rule in FUND_RULES else "main"
