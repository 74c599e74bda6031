"""Prefect's lines on the console, and a run that outlives whoever reads them."""

from contextlib import suppress
from logging import LogRecord

from prefect.logging.handlers import PrefectConsoleHandler


class Console(PrefectConsoleHandler):
    """Prefect's console handler; when its reader is gone it falls silent, and the run goes on.

    Rich ends the process when a pipe breaks, and the pipe of a run leads to its worker.
    """

    def emit(self, record: LogRecord) -> None:
        """Writes the line, while there is somebody to read it."""
        with suppress(SystemExit):
            super().emit(record)
