"""A messy file seen through a contract: delivered bytes in, frames of text out, every row counted once."""

from dataclasses import replace
from pathlib import Path, PurePosixPath

from huimin.containers.kinds import ENDINGS, FOREIGN, TEXT, ZIP, FileKind, ForeignError, kind_of
from huimin.contracts.contract import Contract
from huimin.errors import DeliveryError
from huimin.sheets.archive import Member, extract_members
from huimin.sheets.encoding import refuse_size
from huimin.sheets.layout import header_of
from huimin.sheets.raw import AS_GUESSED, Declared, shown_cells, text_sheet_by
from huimin.sheets.refusals import no_match, notes_of
from huimin.sheets.shapes import Limits, Reading, Sheet, Table
from huimin.sheets.tables import tables_of
from huimin.sheets.text import TextTables, text_sheet
from huimin.sheets.workbook import refusal, sheets_of

__all__ = [
    "Declared",
    "Limits",
    "Member",
    "Reading",
    "Sheet",
    "Table",
    "extract_members",
    "read",
    "read_raw",
    "shown_cells",
]

DEFAULT = Limits()


def read(path: Path, file: str, contract: Contract, limits: Limits = DEFAULT) -> Reading:
    """Every sheet of the file whose header matches the contract, as text. `file` is the delivered name.

    Raises:
        DeliveryError: the file cannot be read, no header matches (naming missing columns beside the headers found),
            two headers name one column, or a header gives another unit.
    """
    kind = kind_by_content(path, file, limits)
    read_as = None if ending_of(file) in kind.endings else kind.title
    try:
        if kind is TEXT:
            return Reading(TextTables(text_sheet(path, file, contract, limits), file, contract, read_as), (), read_as)
        return replace(workbook_reading(path, file, kind, contract, limits), read_as=read_as)
    except DeliveryError as fault:
        raise (fault.read_as(read_as) if read_as else fault) from None


def workbook_reading(path: Path, file: str, kind: FileKind, contract: Contract, limits: Limits) -> Reading:
    """Every sheet of a workbook whose header matches the contract. Raises as `read`."""
    sheets = sheets_of(path, file, kind, limits)
    headers = [(sheet, header_of(sheet, contract, limits)) for sheet in sheets]
    matching = [(sheet, header) for sheet, header in headers if header and not header.missing(contract)]
    if not matching:
        raise no_match(file, contract, headers)
    read_ones = {sheet.name for sheet, _ in matching}
    notes = tuple(note for sheet in sheets if sheet.name not in read_ones for note in notes_of(sheet))
    tables = [
        table
        for sheet, header in matching
        for table in tables_of([(replace(sheet, notes=notes), True)], header, contract, file, limits)
    ]
    names = {table.sheet for table in tables}
    others = tuple(sheet.name for sheet in sheets if sheet.name and sheet.name not in names)
    known = tuple(sheet.name for sheet, _ in matching if sheet.name)
    return Reading(tuple(replace(table, order=0, sheets=known) for table in tables), others)


def read_raw(path: Path, file: str, limits: Limits = DEFAULT, declared: Declared = AS_GUESSED) -> list[Sheet]:
    """Every non-empty sheet of the file as the reader understands it without a contract.

    Of a text file only what is declared is known: see `raw.py`.

    Raises:
        DeliveryError: the file cannot be read.
    """
    kind = kind_by_content(path, file, limits)
    if kind is TEXT:
        return [text_sheet_by(path, file, declared, limits)]
    return sheets_of(path, file, kind, limits)


def ending_of(file: str) -> str:
    """The ending of a file name, lower case."""
    return PurePosixPath(file).suffix.lower()


def kind_by_content(path: Path, file: str, limits: Limits) -> FileKind:
    """What the file is read as: its content tells. Raises DeliveryError for a file that is read as nothing."""
    ending = ending_of(file)
    refuse_size(path, file, limits)
    is_known = ending in (ZIP, *ENDINGS)
    try:
        kind = kind_of(path, ending)
        if is_known:
            return kind
        content = kind.title
    except ForeignError as fault:
        if is_known:
            raise refusal(file, str(fault)) from fault
        content = FOREIGN.get(str(fault), "打不开的工作簿或压缩包")
    offered = f"请报送 {' '.join(ENDINGS)}，或这些文件的 {ZIP}"
    raise DeliveryError(file, f"不支持的文件类型（文件内容是{content}）", offered)
