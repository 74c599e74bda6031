"""The folder of one delivery below ``standard/``: there only when whole, sealed, and known again when it is damaged."""

import json
import shutil
import tempfile
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import polars as pl

from huimin.deliveries.frames import FINDINGS, REJECTS, FrameFile, FrameShape
from huimin.errors import PublishError
from huimin.language import _
from huimin.store.archive import hash_file
from huimin.store.delivery import Receipt
from huimin.store.disk import written_whole
from huimin.store.encrypted import encrypt
from huimin.store.root import RESTRICTED_DIRECTORY, Root, sync, write_json
from huimin.store.seal import sealed, unsealed

SEAL, RECEIPT, QUALITY_FILE = "seal.json", "receipt.json", "quality.parquet"
EMPTY = {"rows": FrameShape(pl.Schema()), "rejects": REJECTS, "findings": FINDINGS}
"""What stands beside a receipt of a delivery that gives nothing."""


@contextmanager
def laid(folder: Path) -> Iterator[Path]:
    """A folder to `leave` a delivery in, which is sealed and stands under its final name when the block has ended.

    Raises:
        PublishError: the place cannot be written.
    """
    with written_whole(folder):
        folder.parent.mkdir(parents=True, exist_ok=True, mode=RESTRICTED_DIRECTORY)
        partial = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", suffix=".partial", dir=folder.parent))
        try:
            yield partial
            for name in EMPTY:
                encrypt(partial / f"{name}.parquet")
            seal(partial, [*(f"{name}.parquet" for name in EMPTY), RECEIPT])
            replace_folder(partial, folder)
        finally:
            shutil.rmtree(partial, ignore_errors=True)
        sync(folder.parent)


def leave(receipt: Receipt, folder: Path) -> Receipt:
    """The receipt, which is now in the folder; rows, rejects and findings are there, empty where they were not."""
    for name, shape in EMPTY.items():
        if not (folder / f"{name}.parquet").exists():
            FrameFile(folder / f"{name}.parquet", shape).close()
    write_json(folder / RECEIPT, receipt.as_json())
    return receipt


def receipt_in(folder: Path) -> Receipt:
    """The receipt that was left in the folder, sealed or not."""
    return Receipt.from_json(json.loads((folder / RECEIPT).read_bytes()))


def seal(folder: Path, names: Iterable[str]) -> None:
    """The folder's seal holds the SHA-256 of these files too."""
    known = sealed_files(folder)
    write_json(folder / SEAL, sealed({"files": {**known, **{name: hash_file(folder / name) for name in names}}}))


def sealed_files(folder: Path) -> dict[str, str]:
    """SHA-256 of each file that the folder was sealed with; empty without a seal, or when that is damaged."""
    try:
        return dict(unsealed(json.loads((folder / SEAL).read_bytes()))["files"])
    except (OSError, ValueError, KeyError):
        return {}


def is_whole(folder: Path) -> bool:
    """Whether each file is there as it was sealed."""
    files = sealed_files(folder)
    return RECEIPT in files and all(
        (folder / name).is_file() and hash_file(folder / name) == digest for name, digest in files.items()
    )


def folders(root: Root) -> Iterator[Path]:
    """The folder of every delivery of the root, by delivery id."""
    found = [place for place in root.standard.glob("*/*") if place.is_dir() and not place.name.startswith(".")]
    yield from sorted(found, key=lambda place: place.name)


def read_receipt(folder: Path) -> Receipt | None:
    """The receipt in a delivery's folder; None when it is not as it was sealed."""
    place = folder / RECEIPT
    if not place.is_file() or sealed_files(folder).get(RECEIPT) != hash_file(place):
        return None
    try:
        return receipt_in(folder)
    except (ValueError, KeyError, TypeError):
        return None  # of an earlier version: it is read again


def receipts(root: Root, but: Collection[Path] = ()) -> list[Receipt]:
    """Every receipt of the root but those of these folders, by delivery id. Raises PublishError for a damaged one."""
    found = []
    for folder in folders(root):
        if folder in but:
            continue
        receipt = read_receipt(folder)
        if receipt is None:
            raise PublishError(
                str(folder / RECEIPT), _("this receipt is damaged"), _("`huimin run` reads the file again")
            )
        found.append(receipt)
    return found


def replace_folder(partial: Path, folder: Path) -> None:
    """The whole partial folder stands under the final name; killed in between, `finish_replacing` ends the work.

    A link (a trial's view of another root) is replaced, and what it names left alone.
    """
    if folder.is_symlink():
        folder.unlink()
    elif folder.exists():
        (folder / SEAL).unlink(missing_ok=True)
        shutil.rmtree(folder)
    partial.rename(folder)


def finish_replacing(standard: Path) -> None:
    """Ends what killed runs began below ``standard/``: a replacement that is whole takes place, a half one is gone."""
    for partial in standard.glob("*/.*.partial"):
        folder = partial.parent / partial.name.split(".")[1]
        purged = partial.name.endswith(".purged.partial")
        if not purged and is_whole(partial) and not (folder / SEAL).exists():
            replace_folder(partial, folder)
        else:
            shutil.rmtree(partial)
    for leftover in standard.glob("*/*/.*.partial"):
        leftover.unlink()
