"""The money of one clue in SQL."""

MOST = "999999999999.99"


def yuan(amount: str) -> str:
    """SQL: the amount as the DECIMAL(14,2) that a clue has; of absurd rows the largest there is, lest they stop a run.

    Sums over clues are wide (DECIMAL(38,2)), and not for this. `amount` is a DECIMAL expression; null stays null.
    """
    beyond = f"case when {amount} > 0 then {MOST} when {amount} < 0 then -{MOST} end"
    return f"coalesce(try_cast({amount} as decimal(14, 2)), {beyond})::decimal(14, 2)"
