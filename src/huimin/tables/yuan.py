"""Sums of money in SQL."""

MOST = "999999999999.99"


def yuan(amount: str) -> str:
    """SQL: the amount as DECIMAL(14,2); a sum beyond that is the largest there is, so that no absurd row stops a run.

    `amount` is a DECIMAL expression; null stays null.
    """
    beyond = f"case when {amount} > 0 then {MOST} when {amount} < 0 then -{MOST} end"
    return f"coalesce(try_cast({amount} as decimal(14, 2)), {beyond})::decimal(14, 2)"
