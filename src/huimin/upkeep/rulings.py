"""A person lets in a delivery that was kept out, or takes out one that should never have come."""

from dataclasses import dataclass
from datetime import datetime

import polars as pl

from huimin.deliveries.standard import read_receipt
from huimin.errors import UsageError
from huimin.language import _
from huimin.store.root import RUN_NAME, Root
from huimin.store.rulings import Act, Ruling, reason_of, rule, rulings_of, standing_rulings

SEE = _('see `huimin query "select delivery, roster, file, status, problem from deliveries"`')


@dataclass(frozen=True)
class Ruled:
    """A decision about a delivery, with the roster, unit and file that it is about."""

    ruling: Ruling
    roster: str
    unit: str | None
    file: str


def decide(root: Root, delivery: str, act: Act, who: str, why: str, now: datetime) -> Ruled:
    """The decision, in the audit log when this returns; it holds from the next run on.

    Raises UsageError for a reason left empty, a delivery that the newest run does not know, and one of which the
    decision would change nothing.
    """
    reason = reason_of(why)
    runs = sorted(place.name for place in root.published.glob("*") if RUN_NAME.fullmatch(place.name))
    if not runs:
        raise root.unpublished()
    listed = pl.read_parquet(root.published / runs[-1] / "deliveries.parquet", glob=False)
    found = listed.filter(pl.col("delivery") == delivery).rows(named=True)
    if not found:
        raise UsageError(delivery, _("the newest run {run} knows no such delivery", run=runs[-1]), SEE)
    (row,) = found
    before = standing_rulings(rulings_of(root)).get(delivery)
    if act == "admit":
        refuse_to_admit(root, delivery, row["status"], before)
    else:
        refuse_to_withdraw(delivery, row["status"], before)
    ruling = Ruling(delivery, act, who, now, reason)
    rule(root, ruling)
    return Ruled(ruling, row["roster"], row["unit"], row["file"])


def refuse_to_admit(root: Root, delivery: str, status: str, before: Ruling | None) -> None:
    """Checks that the delivery is kept out for a reason that an admission can set aside. Raises UsageError."""
    if before is not None:
        if before.act == "admit":
            raise UsageError(
                delivery,
                _("admitted already on {at:%Y-%m-%d}", at=before.at),
                _("run `huimin run`: it is in from then"),
            )
        return  # a withdrawal is taken back
    receipts = (read_receipt(folder) for folder in root.standard.glob(f"*/{delivery}"))
    if any(receipt is not None and receipt.outcome == "refused" for receipt in receipts):
        fix = _("correct the file and deliver it again: admitting cannot make it readable")
        raise UsageError(delivery, _("it was refused because it cannot be used, not by an expectation"), fix)
    if status == "superseded":
        raise UsageError(
            delivery, _("a later delivery has taken its place"), _("deliver it again, or withdraw the later one")
        )
    if status != "refused" and status != "unchanged":
        raise UsageError(delivery, _("nothing keeps it out: it is {status}", status=status), SEE)


def refuse_to_withdraw(delivery: str, status: str, before: Ruling | None) -> None:
    """Checks that something of the delivery is in force, and that it is not withdrawn already. Raises UsageError."""
    if before is not None and before.act == "withdraw":
        raise UsageError(
            delivery, _("withdrawn already on {at:%Y-%m-%d}", at=before.at), _("run `huimin run`: it is out from then")
        )
    if status == "unchanged":
        fix = _("withdraw the delivery of the same bytes that came first")
        raise UsageError(delivery, _("it brought nothing new (unchanged)"), fix)
