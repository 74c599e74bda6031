"""Workbooks (.xlsx, .xls): read by a child process, so that a hostile one can only hurt itself."""

import json
import os
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import polars as pl

from huimin.errors import DeliveryError, PublishError
from huimin.sheets.archive import refuse_bomb
from huimin.sheets.encoding import refuse_size
from huimin.sheets.shapes import FAULTS, Limits, Sheet, cell_names
from huimin.sheets.workbook_child import CELL_END, DISK_FAULT, ROW_END
from huimin.store.names import shown

CHILD = Path(__file__).with_name("workbook_child.py")
RESAVE = "用 Excel 打开，另存为 .xlsx 后重新报送"
SPLIT = "按街道或月份拆分成几个文件后报送"
PROBLEMS = {
    "password": ("工作簿有密码", "取消打开密码后重新报送"),
    "unreadable": ("工作簿打不开（损坏、不完整，或不是真正的 Excel 文件）", RESAVE),
    "sheets": ("工作表太多", SPLIT),
    "rows": ("行数太多", SPLIT),
    "columns": ("列数太多", "删去多余的列后重新报送"),
    "memory": ("工作簿太大，读取时内存不够", SPLIT),
}


def sheets_of(path: Path, file: str, limits: Limits) -> list[Sheet]:
    """Every worksheet with a non-empty cell, hidden ones included, in workbook order; formulas by their last value.

    Raises:
        DeliveryError: the workbook has a password, is damaged, is no workbook, or asks for more than the limits.
        PublishError: this machine has no room for its sheets; the delivery is not to blame.
    """
    refuse_size(path, file, limits)
    refuse_disguised(path, file, limits)
    with tempfile.TemporaryDirectory(prefix="huimin-") as folder:
        return converted(path, Path(folder), file, limits)


def refuse_disguised(path: Path, file: str, limits: Limits) -> None:
    """Nothing. Raises DeliveryError for a web page under a workbook's name, and for one that unpacks too large."""
    with path.open("rb") as opened:
        head = opened.read(2048)
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    if start == b"<":
        raise DeliveryError(file, "文件内容其实是网页（HTML）或 XML，不是 Excel 工作簿", RESAVE)
    if head.startswith(b"PK\x03\x04"):
        try:
            with zipfile.ZipFile(path) as packed:
                refuse_bomb(packed.infolist(), path.stat().st_size, limits.workbook_floor_bytes, file, limits)
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, OverflowError) as error:
            raise DeliveryError(file, *PROBLEMS["unreadable"]) from error


def converted(path: Path, folder: Path, file: str, limits: Limits) -> list[Sheet]:
    """The sheets that the child process wrote into the folder."""
    numbers = (limits.memory_bytes, limits.seconds, limits.sheets, limits.rows, limits.columns)
    command = [sys.executable, "-I", str(CHILD), str(path.resolve()), str(folder), *map(str, numbers)]
    try:
        child = subprocess.run(  # noqa: S603  the words are ours, the path is absolute
            command,
            cwd=folder,
            env={},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=limits.seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise DeliveryError(file, f"读取工作簿超过 {limits.seconds} 秒", SPLIT) from error
    if child.returncode:
        said = child.stdout.decode("ascii", "replace")
        if said.startswith(DISK_FAULT):
            raise unwritable(folder, int(said.removeprefix(DISK_FAULT)))
        raise DeliveryError(file, *PROBLEMS.get(said, ("读取工作簿时中断（文件太大或损坏）", RESAVE)))
    listed = json.loads((folder / "sheets.json").read_text(encoding="utf-8"))
    return [sheet(folder, number, entry, limits) for number, entry in enumerate(listed) if entry["rows"]]


def unwritable(folder: Path, number: int) -> PublishError:
    """The error for a machine that could not hold the unpacked sheets, by the system's number for why."""
    problem = f"a workbook could not be unpacked: {os.strerror(number)}"
    return PublishError(str(folder.parent), problem, "free disk space there, or set TMPDIR to a folder with more")


def divided(numbered: pl.DataFrame, names: list[str], limits: Limits) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Rows, and as faults those with a cell longer than any that Excel writes."""
    # bytes first: they are known without looking at the text
    most = limits.cell_characters
    long_rows = numbered.filter(pl.any_horizontal(pl.col(name).str.len_bytes() > most for name in names))
    long_rows = long_rows.filter(pl.any_horizontal(pl.col(name).str.len_chars() > most for name in names))
    if long_rows.is_empty():
        return numbered, pl.DataFrame(schema=FAULTS)
    text = pl.concat_str(names, separator=" ", ignore_nulls=True).str.slice(0, limits.record_characters).alias("text")
    faults = long_rows.select("row", pl.lit("record_too_long").alias("reason"), text).cast(FAULTS)
    return numbered.join(long_rows, on="row", how="anti", maintain_order="left"), faults


def sheet(folder: Path, number: int, entry: dict[str, object], limits: Limits) -> Sheet:
    """One sheet as the child wrote it."""
    names = cell_names(int(str(entry["columns"])))
    cells = pl.read_csv(
        (folder / f"{number}.cells").read_bytes(),
        has_header=False, separator=CELL_END, eol_char=ROW_END, quote_char=None, infer_schema=False,
        schema=dict.fromkeys(names, pl.String),
    )  # fmt: skip
    places = (folder / f"{number}.fractions").read_bytes()
    schema = {"row": pl.Int32, "column": pl.Int32}
    fractions = (
        pl.read_csv(places, has_header=False, separator="\t", schema=schema) if places else pl.DataFrame(schema=schema)
    )
    numbered = cells.select(pl.int_range(1, pl.len() + 1, dtype=pl.Int32).alias("row"), *names)
    whole, faults = divided(numbered, names, limits)
    return Sheet(
        name=shown(str(entry["name"])),
        cells=whole,
        faults=faults,
        rows=cells.height,
        spans=tuple(tuple(span) for span in entry["spans"]),  # type: ignore[attr-defined]
        fractions=fractions,
    )
