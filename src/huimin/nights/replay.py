"""A run made again from its manifest and the archive, to show that it comes out the same."""

import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from huimin.deliveries.damage import refuse_damaged_archive
from huimin.deliveries.receive import Received
from huimin.errors import PublishError
from huimin.language import _
from huimin.ledger.records import folder_of_records
from huimin.nights.conclude import conclude_step
from huimin.nights.night import Night, check_step
from huimin.nights.run import Steps, run_night
from huimin.nights.scratch import copy_settings
from huimin.project import Project
from huimin.store.archive import Archive
from huimin.store.audit import notes
from huimin.store.carried import carried_place
from huimin.store.manifest import Manifest, UsedFile, read_manifest
from huimin.store.root import Root, write_whole
from huimin.store.rotated import INDEX, KEYS, folder_of, secret_of
from huimin.upkeep.verify import differences, verify


@dataclass(frozen=True)
class Replay:
    """How a run compares with itself made again."""

    files: int
    """Files compared, `clues.duckdb` by its tables."""
    different: tuple[str, ...]
    changed: tuple[str, ...]
    """Contracts, rules, policy or code that are no longer what the run was made with."""


def replay_run(root: Root, project: Project, run: str, engine: str = "") -> Replay:
    """That run made again from its manifest and the archive, in a scratch folder, on any engine.

    Raises UsageError when there is no such run; PublishError, before anything is made, when a file that it used is
    purged, gone or damaged.
    """
    manifest = read_manifest(root.published_run(run))
    if purged := purged_files(root, manifest):
        fix = _("`huimin verify {run}` still checks it", run=run)
        raise PublishError(run, _("{count} of the files that it used were purged", count=len(purged)), fix)
    with tempfile.TemporaryDirectory(prefix="huimin-") as folder:
        scratch = Root(Path(folder))
        (scratch.path / "archive").symlink_to(root.archive)
        scratch.prepare()
        folder_of_records(scratch).symlink_to(folder_of_records(root))
        lay_secret(root, scratch, manifest.facts.secret)
        copy_settings(root, scratch)
        facts = manifest.facts
        night = Night(scratch, project, run, facts.run_date, only=facts.only, engine=engine, strict=facts.strict)
        refuse_damaged_archive(Archive(root.archive), facts.deliveries)
        ledger = ledger_of(root, scratch, manifest)
        again_as_then = Steps(
            receive=lambda night, now: Received(facts.deliveries, ()),
            returns=lambda night, now: ((), ()),
            check=lambda night: check_step(night, facts.rulings),
            conclude=lambda night, checked: conclude_step(night, checked, ledger, facts.records),
        )
        run_night(night, datetime.now(UTC), again_as_then)
        different = differences(root.published / run, scratch.published / run)
        again = read_manifest(scratch.published / run)
    changed = [
        f"{kind} {name}"
        for kind in ("contracts", "rules", "policy")
        for name, digest in getattr(facts, kind).items()
        if getattr(again.facts, kind).get(name) != digest
    ]
    return Replay(len(manifest.outputs) + len(manifest.restricted), different, tuple(changed))


def lay_secret(root: Root, scratch: Root, name: str) -> None:
    """The scratch root has the secret of that id, and the records under it. Raises PublishError when it is gone."""
    secret = secret_of(root, name)
    write_whole(scratch.state / "secret", secret)
    kept, seen = folder_of(root, secret), folder_of(scratch, secret)
    if kept.is_dir():
        seen.mkdir(parents=True)
        for name in (INDEX, KEYS, root.state.name):
            if (kept / name).exists():
                (seen / name).symlink_to(kept / name)


@dataclass(frozen=True)
class DeepCheck:
    """What is wrong with a published run, also when it is made again."""

    faults: tuple[str, ...]
    not_compared: str | None = None
    """Why it was not made again."""


def verify_deep(root: Root, project: Project, run: str) -> DeepCheck:
    """The run verified and, where it is whole, made again without what is kept from night to night and compared.

    Not made again: a run of other contracts, rules or policy than today's, and one whose deliveries were purged.
    Raises UsageError when there is no such run, PublishError when its manifest cannot be read.
    """
    if faults := verify(root.path, run):
        return DeepCheck(faults, _("it is not whole"))
    if purged_files(root, read_manifest(root.published / run)):
        return DeepCheck((), _("some of its deliveries were purged"))
    again = replay_run(root, project, run)
    if again.changed:
        return DeepCheck((), _("made with other definitions: {changed}", changed=", ".join(again.changed)))
    return DeepCheck(tuple(_("published/{place}: a full run gives another", place=place) for place in again.different))


def purged_files(root: Root, manifest: Manifest) -> set[str]:
    """Hashes of files that the run used and that were purged."""
    archive, used = Archive(root.archive), {used.sha256 for used in manifest.facts.deliveries}
    purged = {act["name"] for act in notes(root, "purged") if act["kind"] == "file"}
    return {digest for digest in used & purged if archive.size(digest) is None}


def ledger_of(root: Root, scratch: Root, manifest: Manifest) -> UsedFile | None:
    """The ledger file that the run continued (None: a first run), linked into the scratch root with those beside it.

    Raises PublishError when one of them is gone or changed.
    """
    facts = manifest.facts
    for used in (facts.previous_ledger, *facts.previous):
        if used is not None:
            show(used, root, scratch)
    return facts.previous_ledger


def show(used: UsedFile, root: Root, scratch: Root) -> None:
    """Links a file of the root into the scratch root. Raises PublishError when it is not as the run used it."""
    place = carried_place(root, used)
    if place is None:
        there = root.path / used.path
        problem = _("the {name} this run went on from is gone or changed", name=there.stem)
        raise PublishError(str(there), problem, _("restore it from a backup"))
    seen = scratch.path / used.path
    seen.parent.mkdir(parents=True, exist_ok=True)
    seen.symlink_to(place)
