"""What tonight's hits mean: clues, the ledger moved on, rows followed, figures, cards."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import duckdb

from huimin.clues.build import lay_clues
from huimin.clues.gather import gather
from huimin.contracts.contract import Contract
from huimin.figures.changes import lay_changes
from huimin.figures.exposure import lay_exposure
from huimin.figures.statistics import lay_statistics
from huimin.ledger.fold import apply_decisions, lay_previous, update_ledger, verified_outcomes
from huimin.matching.rule import Rule


def build_clues(
    con: duckdb.DuckDBPyConnection,
    rules: Mapping[str, Rule],
    contracts: Mapping[str, Contract],
    secret: bytes,
    run_date: date,
    previous: Path | None = None,
    decisions: Sequence[Path] = (),
) -> None:
    """Tables `clues`, `evidence`, `identities`, `ledger`, `changes`, `statistics` and `exposure` of the work database.

    Made of `hits`, `rule_outcomes`, `deliveries`, `items`, the rosters, the ledger file of the last complete run
    (None: there was none) and the files of the decisions taken since. They have the published columns; whoever writes
    them out orders the rows.
    """
    gather(con, rules)
    lay_previous(con, previous)
    apply_decisions(con, decisions)
    lay_clues(con, rules, contracts, secret, run_date, verified_outcomes(con))
    update_ledger(con, rules, run_date)
    lay_changes(con)
    lay_statistics(con, rules)
    lay_exposure(con, rules, contracts)
