"""The command that shows a file as the reader understands it."""

import codecs
import json
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from huimin.cli.app import errors, output
from huimin.cli.options import ROOT, RootOption
from huimin.deliveries.limits import load_limits
from huimin.errors import UsageError
from huimin.language import _
from huimin.sheets import Declared, read_raw, shown_cells


def sheet(
    file: Path,
    /,
    *,
    number: Annotated[int, Parameter(name="--sheet", help="Which sheet of a workbook, from 1.")] = 1,
    rejects: Annotated[
        bool, Parameter(negative="", help="What is not in the table, and why: row, reason, text.")
    ] = False,
    style: Annotated[Literal["csv", "json"], Parameter(name="--as", help="How it is written.")] = "csv",
    delimiter: Annotated[str | None, Parameter(help="What parts the cells of a text file; \\t is a tab.")] = None,
    quote: Annotated[str | None, Parameter(help="What stands around a cell; empty for nothing.")] = None,
    escape: Annotated[str | None, Parameter(help="What stands before a quote that is text; empty for nothing.")] = None,
    encoding: Annotated[str | None, Parameter(help="A name that Python knows, e.g. gb18030.")] = None,
    skip: Annotated[int | None, Parameter(help="How many lines stand above the table.")] = None,
    header: Annotated[int | None, Parameter(help="How many records title the columns; they become one.")] = None,
    title: Annotated[tuple[str, ...], Parameter(negative="", help="What they should say, once a column.")] = (),
    root: RootOption = ROOT,
) -> None:
    """Prints the table of one sheet, or what is not in it."""
    if not file.is_file():
        raise UsageError(str(file), _("there is no such file"), _("give the path of a delivered file"))
    if encoding is not None:
        refuse_unknown(encoding)
    if not file.stat().st_size:
        errors.print(_("{file}: the file is empty", file=file), markup=False)
        return
    parted = delimiter.replace("\\t", "\t") if delimiter else None
    declared = Declared(parted, quote, escape, encoding, skip, header, title)
    sheets = read_raw(file, file.name, load_limits(root / "state" / "limits.toml"), declared)
    if not 1 <= number <= len(sheets):
        raise UsageError(str(file), _("it has {count} sheets", count=len(sheets)), _("choose one of them with --sheet"))
    chosen = sheets[number - 1]
    shown = chosen.faults if rejects else shown_cells(chosen)
    if style == "csv":
        output.file.write(shown.write_csv(include_header=rejects))
    else:
        lines = shown.to_dicts() if rejects else [list(row) for row in shown.iter_rows()]
        output.file.write(json.dumps(lines, ensure_ascii=False) + "\n")
    if chosen.faults.height and not rejects:
        errors.print(
            _("{height} records are not in the table: see them with --rejects", height=chosen.faults.height),
            markup=False,
        )


def refuse_unknown(encoding: str) -> None:
    """Checks that this is an encoding of text. Raises UsageError."""
    try:
        b"".decode(encoding)
        codecs.getincrementaldecoder(encoding)
    except (LookupError, ValueError):
        raise UsageError(
            encoding, _("no known encoding of text"), _("utf-8, gb18030 or utf-16, for instance")
        ) from None
