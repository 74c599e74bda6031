"""An xlsxwriter workbook on its way to its place."""

import shutil
import tempfile
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from huimin.store.root import RESTRICTED_FILE, sync
from huimin.workbooks.formats import plain, usual_font

if TYPE_CHECKING:
    from xlsxwriter import Workbook

_CREATED = datetime(2000, 1, 1)  # noqa: DTZ001  a fixed date: the same rows give the same bytes
_SAFE = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


class written_book:  # noqa: N801  reads as a verb in a with statement
    """An xlsxwriter workbook, row by row; at the end of the block the file is at its place, whole, for its owner alone.

    What xlsxwriter keeps aside meanwhile stands beside it: these are personal values, and no other folder is closed.
    """

    def __init__(self, place: Path, title: str) -> None:
        self._place, self._title = place, title

    def __enter__(self) -> "Workbook":
        from xlsxwriter import Workbook

        self._aside = Path(tempfile.mkdtemp(prefix=".book.", suffix=".partial", dir=self._place.parent))
        options = {**_SAFE, "constant_memory": True, "tmpdir": str(self._aside)}
        options["default_format_properties"] = usual_font()
        self._book = Workbook(str(self._aside / "whole.xlsx"), options)
        self._book.set_properties({"title": plain(self._title)[:200], "created": _CREATED})
        return self._book

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        from xlsxwriter.exceptions import FileCreateError

        try:
            if kind is None:
                self._book.close()
                whole = self._aside / "whole.xlsx"
                whole.chmod(RESTRICTED_FILE)
                sync(whole)
                whole.replace(self._place)
        except FileCreateError as fault:
            raise fault.args[0] if isinstance(fault.args[0], OSError) else OSError(str(fault)) from None
        finally:
            shutil.rmtree(self._aside, ignore_errors=True)
