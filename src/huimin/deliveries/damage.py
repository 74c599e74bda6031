"""Deliveries whose folder below ``standard/`` was damaged, as they are to be read again."""

from collections.abc import Collection, Iterable
from pathlib import Path

from huimin.deliveries.standard import folders, is_whole, read_receipt
from huimin.errors import PublishError
from huimin.language import _
from huimin.store.archive import Archive
from huimin.store.audit import notes
from huimin.store.delivery import Delivery
from huimin.store.manifest import UsedDelivery, read_manifest
from huimin.store.root import Root


def damaged_folders(root: Root) -> list[Path]:
    """The folders of deliveries that are not as they were sealed, by delivery id. Reads every file."""
    return [folder for folder in folders(root) if not is_whole(folder)]


def remembered(root: Root, damaged: Iterable[Path]) -> dict[str, UsedDelivery]:
    """Each of these deliveries, and of those that the latest run used and have no folder, by id.

    Told by their own receipt, else by that run's manifest; those purged are not looked for.

    Read as of the same day from the same bytes, it gives the same folder again.
    """
    receipts = {folder.name: read_receipt(folder) for folder in damaged}
    told = {key: UsedDelivery.of(receipt) for key, receipt in receipts.items() if receipt}
    whole = {folder.name for folder in folders(root)} - receipts.keys()
    gone = {act["name"] for act in notes(root, "purged")} | whole
    run = root.latest()
    used = read_manifest(root.published / run).facts.deliveries if run else ()
    return {delivery.delivery: delivery for delivery in used if delivery.delivery not in gone} | told


def refuse_lost(damaged: Iterable[Path], known: Collection[str]) -> None:
    """Checks that what each damaged delivery was is still told by its receipt, a manifest or the inbox.

    Raises PublishError naming those of which nothing tells.
    """
    lost = [folder for folder in damaged if folder.name not in known]
    if lost:
        fix = _("restore the folder from a backup, or put the delivered file into the inbox again")
        raise PublishError(
            ", ".join(map(str, lost)), _("damaged, and nothing else tells which file it was made from"), fix
        )


def refuse_damaged_archive(archive: Archive, deliveries: Iterable[Delivery]) -> None:
    """Checks that the archived bytes of these deliveries are as they came, before any is read again.

    Raises PublishError naming those whose bytes are gone or changed.
    """
    places = [
        str(archive.place(delivery.sha256))
        for delivery in deliveries
        if delivery.problem is None and not archive.holds(delivery.sha256)
    ]
    if places:
        fix = _("restore them from a backup, or put the delivered files into the inbox again: that restores it")
        raise PublishError(", ".join(places), _("these archived bytes are damaged or gone"), fix)
