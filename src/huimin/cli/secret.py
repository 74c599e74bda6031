"""Commands about the root's secret, replaced by another, and its key, by which the restricted side is encrypted."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated

from cyclopts import App, Parameter

from huimin.cli.app import output, say_json
from huimin.cli.nights import existing
from huimin.cli.options import PROJECT, ROOT, JsonSwitch, ProjectOption, RootOption
from huimin.cli.wording import example
from huimin.language import _
from huimin.store.opened import opened
from huimin.store.root import Root
from huimin.upkeep.encryption import encrypt_root
from huimin.upkeep.rotation import rotate as replace_secret
from huimin.zone import HERE

secret = App(name="secret", help_epilogue=example("huimin secret rotate --root data"))


@secret.command(help_epilogue=example("huimin secret rotate --yes --root data"))
def rotate(
    *,
    yes: Annotated[bool, Parameter(negative="", help="Do it, and write it into the audit log.")] = False,
    root: RootOption = ROOT,
    project: ProjectOption = PROJECT,
    as_json: JsonSwitch = False,
) -> None:
    """A new secret: the next night publishes under it, and goes on with every clue, decision and plan. Asks for --yes.

    Published runs keep their keys and can be replayed; workbooks handed out before are taken as ever.
    """
    rotation = replace_secret(opened(Root(existing(root))), project.contracts, datetime.now(HERE), yes)
    if as_json:
        say_json({"rotated": yes, **asdict(rotation)})
        return
    output.print(
        _(
            "{clues} clues, {decisions} decisions and {plans} open plans are known again under the new secret",
            clues=rotation.clues - rotation.lost,
            decisions=rotation.decisions,
            plans=rotation.plans,
        ),
        highlight=False,
    )
    if rotation.lost:
        output.print(
            _(
                "{lost} clues are not: nothing tells any more what their keys were made of; found again, they are new",
                lost=rotation.lost,
            ),
            highlight=False,
        )
    output.print(
        _(
            "{runs} published runs keep the keys that they have: person_key and clue_id of theirs and of later runs "
            "are not alike. The earlier secret is kept for their replay until they are purged",
            runs=len(rotation.runs),
        ),
        highlight=False,
    )
    output.print(_("workbooks handed out so far are taken as before; new ones come with the next night"))
    done, would = _("the secret is replaced"), _("nothing was changed (--yes does it)")
    output.print(done if yes else would, highlight=False)


@secret.command(help_epilogue=example("huimin secret encrypt --root data"))
def encrypt(*, root: RootOption = ROOT, as_json: JsonSwitch = False) -> None:
    """Encrypts the restricted side from now on, and the rows that are there, by the key in HUIMIN_KEY. For good.

    Without that key nothing of it can be read again: keep it apart from the root and its back-ups, and twice.
    """
    done = encrypt_root(Root(existing(root)), datetime.now(HERE))
    if as_json:
        say_json(asdict(done))
        return
    output.print(
        _(
            "encrypted from now on by the key whose SHA-256 begins with {key}; {deliveries} deliveries were plain",
            key=done.key,
            deliveries=done.deliveries,
        ),
        highlight=False,
    )
    if done.plain:
        output.print(
            _(
                "{plain} files of earlier runs and of verification stay plain, as their hashes are told elsewhere: "
                "those of runs until they are purged",
                plain=done.plain,
            ),
            highlight=False,
        )
