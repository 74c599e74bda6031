"""Nights that leave the root as it is: a plan, one file tried, a rule previewed, a run replayed."""

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from huimin.deliveries.standard import QUALITY_FILE, folders, receipts, sealed_files
from huimin.errors import UsageError
from huimin.figures.column_use import column_use
from huimin.language import _
from huimin.matching.rule import Rule
from huimin.nights.night import Night, hashes_at
from huimin.quality.remembered import remembered_at
from huimin.store.audit import LOG
from huimin.store.root import Root

TRIAL = "00000000T000000-000000"
"""Run id of a night that is never published."""


@contextmanager
def scratch_root(root: Root) -> Iterator[Root]:
    """A root in a temporary folder, gone afterwards, that sees the other's inbox, policy, deliveries and rulings."""
    with tempfile.TemporaryDirectory(prefix="huimin-") as folder:
        scratch = Root(Path(folder))
        if root.inbox.is_dir():
            scratch.inbox.symlink_to(root.inbox)
        scratch.prepare()
        copy_settings(root, scratch)
        for place in (root.state / LOG, remembered_at(root), hashes_at(root)):
            copy_standing(place, root, scratch)
        for source in folders(root):
            place = scratch.standard / source.relative_to(root.standard)
            place.parent.mkdir(parents=True, exist_ok=True)
            if QUALITY_FILE in sealed_files(source):
                place.symlink_to(source)
            else:
                shutil.copytree(source, place)
        yield scratch


def refuse_left_out(night: Night, rules: Mapping[str, Rule]) -> None:
    """Checks that the standard rows have every column that these rules read.

    Raises UsageError when deliveries were read without some of them, as nobody read them then.
    """
    gone = {(r.delivery.roster or "", column) for r in receipts(night.root) for column in r.left_out}
    if not gone:
        return
    use = column_use(night.contracts, night.project.views, rules, night.policy)
    wanted = sorted(f"{roster}.{column}" for roster, column in gone if column not in use.unread(roster))
    if wanted:
        raise UsageError(
            ", ".join(wanted),
            _("kept out of the standard rows, as no rule read them (strict)"),
            _("switch the rules on that read them, or strict off, and run a night: it reads the files again"),
        )


def copy_settings(root: Root, scratch: Root) -> None:
    """The district's own policy values, limits and calendar hold in the scratch root too."""
    for place in (root.policy_override(), root.limits_override(), root.calendar(), root.looks("deliveries")):
        copy_standing(place, root, scratch)


def copy_standing(place: Path, root: Root, scratch: Root) -> None:
    """The root's file stands in the scratch root too, if there is one."""
    if place.exists():
        into = scratch.path / place.relative_to(root.path)
        into.parent.mkdir(exist_ok=True)
        shutil.copy2(place, into)
