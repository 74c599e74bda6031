"""The command line: for people, or JSON with ``--json``; faults go to standard error with their exit code."""

import os
import sys
from collections.abc import Sequence

from cyclopts import CycloptsError

from huimin.absent import absent
from huimin.cli.app import app, errors, server_lost, told
from huimin.errors import HuiminError, InterruptedRun, UnforeseenFault
from huimin.language import _


def main(words: Sequence[str] | None = None) -> None:
    """Runs one command and ends the process with its exit code."""
    exit_code = run(sys.argv[1:] if words is None else words)
    if server_lost.is_set():
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(exit_code)
    sys.exit(exit_code)


def run(words: Sequence[str]) -> int:
    """The exit code of one command."""
    try:
        with absent("pandas"):  # DuckDB imports it whenever a value is bound, to compare that with pandas' nulls
            outcome = app(list(words), exit_on_error=False, print_error=True, result_action="return_value")
    except CycloptsError:
        return 2
    except (KeyboardInterrupt, InterruptedRun):
        errors.print(_("stopped: nothing of this run is visible; the last published run is whole"))
        return InterruptedRun.exit_code
    except HuiminError as fault:
        errors.print(told(fault), style="bold red", markup=False, highlight=False)
        return fault.exit_code
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except UnforeseenFault as fault:
        errors.print(_("unexpected fault: {fault}\ntry: huimin doctor", fault=fault), markup=False, highlight=False)
        return 1
    except Exception as fault:
        import traceback

        place = traceback.extract_tb(fault.__traceback__)[-1]
        said = _(
            "{file}:{line}: unexpected fault ({kind})\n"
            "try: huimin doctor; set HUIMIN_TRACEBACK=1 to see all of it (it may show personal data)",
            file=place.filename,
            line=place.lineno,
            kind=type(fault).__name__,
        )
        errors.print(said, markup=False)
        if os.environ.get("HUIMIN_TRACEBACK") == "1":
            traceback.print_exception(fault)
        return 1
    return outcome if isinstance(outcome, int) else 0
