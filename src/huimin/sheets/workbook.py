"""Workbooks of every kind, read by a child process, so that a hostile one can only hurt itself."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import zipfile
from datetime import date
from pathlib import Path, PurePosixPath

import polars as pl

from huimin.containers.child import DISK_FAULT
from huimin.containers.kinds import DAMAGE, DAMAGED, FOREIGN, PASSWORD, TEXT, FileKind, opened_zip
from huimin.containers.texts import CELL_END, ROW_END
from huimin.errors import DeliveryError, PublishError
from huimin.language import _
from huimin.sheets.archive import refuse_bomb
from huimin.sheets.encoding import refuse_size
from huimin.sheets.shapes import FAULTS, PLACES, SPLIT, Limits, Sheet, cell_names, enough_seconds
from huimin.store.names import shown

LONGEST_NAME = 255
"""Characters of a sheet's name that are told: every row carries it. Excel ends at 31."""
CHILD = ("-I", "-m", "huimin.containers.child")
RESAVE = "用 Excel 打开，另存为 .xlsx 后重新报送"
PROBLEMS = {
    PASSWORD: ("工作簿有密码", "取消打开密码后重新报送"),
    DAMAGED: ("工作簿打不开（损坏或不完整）", RESAVE),
    "entities": ("工作簿打不开：其中的 XML 有文档类型声明（DOCTYPE），疑似有害", RESAVE),
    "encoding": ("文件的字符编码无法识别（不是 UTF-8、GB18030 或带标记的 UTF-16）", RESAVE),
    "sheets": ("工作表太多", SPLIT),
    "rows": ("行数太多", SPLIT),
    "columns": ("列数太多", "删去多余的列后重新报送"),
    "repeated": ("工作簿里有两行是同一个行号，读哪一行都会丢掉另一行", RESAVE),
    "memory": ("工作簿太大，读取时内存不够", SPLIT),
}


def refusal(file: str, word: str) -> DeliveryError:
    """Why a file of that content cannot be read, by a word of `containers`."""
    if word in FOREIGN:
        problem, fix = f"打不开：文件内容是{FOREIGN[word]}，不是表格", RESAVE
        if word == "zip":
            fix = "解开压缩包，报送里面的文件"
    else:
        problem, fix = PROBLEMS.get(word, ("读取工作簿时中断（文件太大或损坏）", RESAVE))
    named_text = PurePosixPath(file).suffix.lower() in TEXT.endings
    return DeliveryError(file, f"{problem}（扩展名是文本，内容不是文本）" if named_text else problem, fix)


def sheets_of(path: Path, file: str, kind: FileKind, limits: Limits) -> list[Sheet]:
    """Every worksheet with a non-empty cell, hidden ones included, in workbook order; formulas by their last value.

    Raises:
        DeliveryError: the workbook has a password, is damaged, is no workbook, or asks for more than the limits.
        PublishError: this machine has no room for its sheets; the delivery is not to blame.
    """
    refuse_size(path, file, limits)
    weight = unpacked_size(path, file, limits)
    with tempfile.TemporaryDirectory(prefix="huimin-") as folder:
        return converted(path, Path(folder), file, kind, weight, limits)


def unpacked_size(path: Path, file: str, limits: Limits) -> int:
    """Bytes that the child has to read. Raises DeliveryError for a zip archive that unpacks too large."""
    if not zipfile.is_zipfile(path):
        return path.stat().st_size
    try:
        with opened_zip(path) as packed:
            entries = packed.infolist()
    except (OSError, *DAMAGE) as error:
        raise refusal(file, DAMAGED) from error
    refuse_bomb(entries, path.stat().st_size, limits.workbook_floor_bytes, file, limits)
    return sum(entry.file_size for entry in entries)


def converted(path: Path, folder: Path, file: str, kind: FileKind, weight: int, limits: Limits) -> list[Sheet]:
    """The sheets that the child process wrote into the folder."""
    seconds = min(limits.seconds, enough_seconds(weight))
    numbers = (limits.memory_bytes, seconds, limits.sheets, limits.rows, limits.columns)
    try:
        code, said = child_of(path, folder, kind, *numbers, wall=limits.seconds)
    except subprocess.TimeoutExpired as error:
        raise DeliveryError(file, f"读取工作簿超过 {limits.seconds} 秒", SPLIT) from error
    if code == -signal.SIGXCPU:
        raise DeliveryError(file, f"读取工作簿超过 {seconds} 秒", SPLIT)
    if code:
        if said.startswith(DISK_FAULT):
            raise unwritable(folder, int(said.removeprefix(DISK_FAULT)))
        raise refusal(file, said)
    listed = json.loads((folder / "sheets.json").read_text(encoding="utf-8"))
    return [sheet(folder, number, entry, limits) for number, entry in enumerate(listed) if entry["rows"]]


def child_of(path: Path, folder: Path, kind: FileKind, *numbers: int, wall: int) -> tuple[int, str]:
    """The exit code of the child that reads the workbook, and what it said. Raises TimeoutExpired after `wall` seconds.

    `numbers`: as `containers.child` takes them.
    """
    child = subprocess.run(  # noqa: S603  the words are ours, the path is absolute
        [sys.executable, *CHILD, str(path.resolve()), kind.key, str(folder), *map(str, numbers)],
        cwd=folder,
        env={},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        timeout=wall,
        check=False,
    )
    return child.returncode, child.stdout.decode("ascii", "replace")


def unwritable(folder: Path, number: int) -> PublishError:
    """The error for a machine that could not hold the unpacked sheets, by the system's number for why."""
    problem = _("a workbook could not be unpacked: {reason}", reason=os.strerror(number))
    return PublishError(str(folder.parent), problem, _("free disk space there, or set TMPDIR to a folder with more"))


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
    numbered = cells.select(pl.int_range(1, pl.len() + 1, dtype=pl.Int32).alias("row"), *names)
    whole, faults = divided(numbered, names, limits)
    return Sheet(
        name=None if entry["name"] is None else shown(str(entry["name"])[:LONGEST_NAME]),
        cells=whole,
        faults=faults,
        rows=cells.height,
        spans=tuple(tuple(span) for span in entry["spans"]),  # type: ignore[attr-defined]
        uncalculated=places(folder / f"{number}.uncalculated"),
        formats=tuple((column, code) for column, code in entry["formats"]),  # type: ignore[attr-defined]
        day_0=date.fromisoformat(str(entry["day_0"])),
    )


def places(written: Path) -> pl.DataFrame:
    """Row and column of the cells that the child noted there."""
    content = written.read_bytes()
    if not content:
        return pl.DataFrame(schema=PLACES)
    return pl.read_csv(content, has_header=False, separator="\t", schema=PLACES)
