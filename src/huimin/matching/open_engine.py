"""On which engine a night's rules run: as it was asked for, else as the root settles it, else in its own process."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb

from huimin.contracts.contract import Contract
from huimin.deliveries.slots import InForce
from huimin.errors import UsageError
from huimin.language import _
from huimin.matching.core import Core
from huimin.matching.engine import Engine
from huimin.matching.spark import OnSpark
from huimin.matching.spark_connection import checked
from huimin.store.settings import EngineSettings
from huimin.tables.key import restricted_key

DUCKDB = "duckdb"


def address_of(asked: str, settings: EngineSettings) -> str:
    """Where the engine is, ready for its client; `duckdb` for the one of this process.

    Raises UsageError, also for a cluster that is to read encrypted rows.
    """
    address = asked or settings.address
    if address == DUCKDB:
        return DUCKDB
    if restricted_key():
        raise UsageError(
            "--engine", _("no cluster reads the encrypted rows of this root"), _("run the rules on `duckdb`")
        )
    return checked(address, settings.token)


def open_engine(
    asked: str,
    settings: EngineSettings,
    con: duckdb.DuckDBPyConnection,
    contracts: Mapping[str, Contract],
    in_force: Mapping[str, Sequence[InForce]],
    folder: Path,
) -> Engine:
    """The engine over the rows in force; what it keeps for itself is in the folder, until it is closed.

    Raises UsageError for an address that is none, RuleError for an engine that does not answer.
    """
    address = address_of(asked, settings)
    if address == DUCKDB:
        return Core(con, in_force)
    return OnSpark(address, contracts, in_force, folder, settings.seconds)
