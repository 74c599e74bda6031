"""A person lets a held run go: it becomes the latest, and the next one goes on from it."""

from datetime import datetime

from huimin.errors import UsageError
from huimin.language import _
from huimin.publishing.publish import RunFolders, make_latest
from huimin.store.audit import RELEASE, note
from huimin.store.manifest import read_manifest
from huimin.store.root import Root
from huimin.store.rotated import id_of, is_rotated
from huimin.store.rulings import reason_of


def release_run(root: Root, run: str, who: str, why: str, now: datetime) -> None:
    """The run is the latest, and who said so stands in the audit log, when this returns. To be called inside `hold`.

    Raises UsageError for a reason left empty, a run that is not held, one that does not go on from the latest, and one
    of an earlier secret.
    """
    reason = reason_of(why)
    facts, latest = read_manifest(root.published_run(run)).facts, root.latest()
    if run == latest:
        raise UsageError(run, _("this run is the latest already"), _("nothing is to be done"))
    if not facts.held:
        raise UsageError(
            run, _("this run is not held"), _("a run of some rules never becomes latest; an older one was")
        )
    if facts.previous_ledger is None or facts.previous_ledger.run != latest:
        problem = _("{latest} has become the latest since this run was held", latest=latest)
        raise UsageError(run, problem, _("look at the newest run instead: it has all that was delivered"))
    if is_rotated(root) and facts.secret != id_of(root.secret()):
        problem = _("the secret of the root was replaced since this run was held")
        raise UsageError(run, problem, _("`huimin run` makes a run with the keys of now"))
    note(root, now, RELEASE, run=run, who=who, why=reason)
    make_latest(run, RunFolders.of(root))
