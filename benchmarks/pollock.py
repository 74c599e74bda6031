"""The reader on Pollock (Vitagliano et al., VLDB 2023): polluted CSV files, each with the table it should give.

Run: ``python -m benchmarks.pollock FOLDER``, where FOLDER holds the benchmark as its authors publish it
(github.com/HPI-Information-Systems/Pollock: ``polluted_files``, ``pollock``, ``pollock_weights.json``); nothing of it
is in this repository. Its metric needs pandas, multiset, chardet, python-dateutil, price-parser and joblib; without
them ``--cells-only`` still counts the files that are read right, wrong, or wrong without a word.
"""

import argparse
import csv
import importlib
import io
import json
import sys
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType

from huimin.errors import DeliveryError
from huimin.sheets import Declared, read_raw, shown_cells

MODES = ("declared", "guessed")


@dataclass(frozen=True)
class FileScore:
    """What became of one file."""

    file: str
    written: str
    """The table as CSV."""
    exact: bool
    """Whether it is the expected one to the cell."""
    rejects: int
    refused: bool
    score: float
    """Of at most 10: success, then precision, recall and F1 of header, records and cells."""

    @property
    def silent(self) -> bool:
        """Whether it is wrong and nothing says so."""
        return not self.exact and not self.rejects and not self.refused


def main() -> None:
    """Prints the scores of each mode, how many files are read right, and the worst; exits 1 on a silent misreading."""
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("folder", type=Path)
    words.add_argument("--mode", choices=MODES, help="only one of them")
    words.add_argument("--worst", type=int, default=12, help="how many files to name")
    words.add_argument("--cells-only", action="store_true", help="do without the benchmark's own metric")
    chosen = words.parse_args()
    metrics = None if chosen.cells_only else metrics_of(chosen.folder)
    weights: dict[str, float] = json.loads((chosen.folder / "pollock_weights.json").read_text())
    silent = False
    for mode in [chosen.mode] if chosen.mode else MODES:
        files = sorted((chosen.folder / "polluted_files" / "csv").glob("*.csv"))
        outcomes = [judged(file, chosen.folder / "polluted_files", mode, metrics) for file in files]
        show(mode, outcomes, weights, chosen.worst)
        silent = silent or any(outcome.silent for outcome in outcomes)
    sys.exit(silent)


def metrics_of(folder: Path) -> ModuleType:
    """The benchmark's own metric, imported from its folder; a cell that comes again is not normalised again."""
    sys.path.insert(0, str(folder.resolve()))
    metrics = importlib.import_module("pollock.metrics")
    metrics.normalize_cell = cache(metrics.normalize_cell)  # type: ignore[attr-defined]
    return metrics


def judged(file: Path, folder: Path, mode: str, metrics: ModuleType | None) -> FileScore:
    """The outcome of one file."""
    parameters = json.loads((folder / "parameters" / f"{file.name}_parameters.json").read_text())
    clean = folder / "clean" / file.name
    written, rejects, refused = read_as(file, declared_by(parameters) if mode == "declared" else Declared())
    exact = rows_of(written) == rows_of(clean.read_text(encoding="utf-8-sig"))
    return FileScore(file.name, written, exact, rejects, refused, score_of(written, clean, metrics))


def declared_by(parameters: dict[str, object]) -> Declared:
    """The dialect that the benchmark declares of a file, as every system under test is told it."""

    def text(key: str) -> str | None:
        return str(parameters[key]) or None

    return Declared(
        delimiter=text("delimiter"),
        quote=text("quotechar"),
        escape=str(parameters["escapechar"]),
        encoding=text("encoding"),
        skip=int(str(parameters["preamble_lines"])),
        header=int(str(parameters["header_lines"])),
        titles=tuple(parameters["column_names"]),  # type: ignore[arg-type]
    )


def read_as(file: Path, declared: Declared) -> tuple[str, int, bool]:
    """The table as CSV, how many rejects there are, and whether the file was refused; an empty one has no table."""
    if not file.stat().st_size:
        return "", 0, False
    try:
        (sheet,) = read_raw(file, file.name, declared=declared)
    except DeliveryError:
        return "", 0, True
    return shown_cells(sheet).write_csv(include_header=False), sheet.faults.height, False


def rows_of(text: str) -> list[list[str]]:
    """The cells of a CSV text."""
    return list(csv.reader(io.StringIO(text, newline="")))


def score_of(written: str, clean: Path, metrics: ModuleType | None) -> float:
    """The benchmark's score of one file; 0 without its metric."""
    if metrics is None:
        return 0.0
    with tempfile.NamedTemporaryFile("w", suffix=".csv", encoding="utf-8", newline="") as loaded:
        loaded.write(written)
        loaded.flush()
        return 1 + float(sum(metrics.header_record_cell_measures_csv(clean, loaded.name)))


def show(mode: str, outcomes: list[FileScore], weights: dict[str, float], worst: int) -> None:
    """A line of figures, then the files that lost most."""
    simple = sum(outcome.score for outcome in outcomes) / len(outcomes)
    known = sum(weights[outcome.file] for outcome in outcomes)
    weighted = sum(outcome.score * weights[outcome.file] for outcome in outcomes) / known
    counts = {name: sum(getattr(outcome, name) for outcome in outcomes) for name in ("exact", "refused", "silent")}
    figures = ", ".join(f"{name} {count}" for name, count in counts.items())
    print(f"{mode}: simple {simple:.3f}, weighted {weighted:.3f}; {len(outcomes)} files, {figures}")
    for outcome in outcomes:
        if outcome.silent:
            print(f"  SILENT {outcome.file}")
    for outcome in sorted(outcomes, key=lambda outcome: outcome.score)[:worst]:
        print(f"  {outcome.score:6.3f} {outcome.file} ({outcome.rejects} rejects)")


if __name__ == "__main__":
    main()
