"""One message a night: worked out, sent, and remembered, so that nothing is told twice on a day."""

import json
from contextlib import suppress
from datetime import datetime

from huimin.errors import UsageError
from huimin.project import Project
from huimin.store.root import Root, write_json
from huimin.store.settings import load_settings
from huimin.watch.message import (
    Message,
    WarningLine,
    message_of,
    of_history,
    of_lateness,
    of_the_machine,
    of_the_night,
    without,
)
from huimin.watch.status import status_of


def warn_of_the_night(root: Root, project: Project, now: datetime, unbegun: str | None = None) -> tuple[str, ...]:
    """What was done about the night that has just ended, line by line; nothing where nobody is to be warned.

    `unbegun`: why it did not even begin, where that is so. Raises ContractError for settings that cannot be used.
    """
    settings = load_settings(root)
    if not settings.warnings.is_on:
        return ()
    told: list[WarningLine] = []
    status = status_of(root, now)
    if unbegun is not None:
        told.append(("failed", unbegun))
    elif status.last is not None:
        told += [*of_the_night(status.last, status), *of_history(root, status.last, project)]
    told += of_the_machine(root, settings, now)
    remarks = tuple(line for kind, line in told if not kind)
    return (*remarks, *sent(root, message_of(root, told), now))


def warn_of_fault(root: Root, line: str, now: datetime) -> tuple[str, ...]:
    """What was done about a run of anything but a night that failed; `line`: which, and why. Raises ContractError."""
    if not load_settings(root).warnings.is_on:
        return ()
    return sent(root, message_of(root, [("task", line)]), now)


def warn_of_absence(root: Root, now: datetime) -> tuple[str, ...]:
    """What was done about a night that is missing or died, the disk and the back-up: for a timer, without a night.

    Each kind is told once a day, by whichever message comes first. Raises ContractError.
    """
    settings = load_settings(root)
    if not settings.warnings.is_on:
        return ()
    status = status_of(root, now)
    told = [*of_lateness(status), *of_the_machine(root, settings, now)]
    if status.last is not None and status.is_interrupted:
        told = [*of_the_night(status.last, status), *told]
    message = message_of(root, told)
    return sent(root, message and without(message, told_on(root, now)), now)


def warn_to_try(root: Root) -> tuple[str, ...]:
    """What was done to try whether messages arrive. Raises ContractError; UsageError where nobody is to be warned."""
    if not load_settings(root).warnings.is_on:
        fix = "name somebody under [warnings]: see docs/watching.md"
        raise UsageError(str(root.settings()), "nobody is to be warned", fix)
    return told_of(*attempt(root, Message(f"惠民 {root.path.name}：试发", (), ("收到本条，说明警告能够送达",))))


def sent(root: Root, message: Message | None, now: datetime) -> tuple[str, ...]:
    """Sends the message, if there is one, and says to whom it did not go. What reached nobody counts as untold."""
    if message is None:
        return ()
    reached, failed, _ = attempt(root, message)
    if reached:
        remember(root, now, frozenset(message.kinds) | told_on(root, now))
    return told_of(reached, failed, message)


def attempt(root: Root, message: Message) -> tuple[tuple[str, ...], tuple[str, ...], Message]:
    """The receivers that took the message and those that did not, by the settings' keys."""
    from huimin.watch.send import send  # apprise takes a while to load

    return (*send(load_settings(root).warnings, root, message), message)


def told_of(reached: tuple[str, ...], failed: tuple[str, ...], message: Message) -> tuple[str, ...]:
    """What was done, for the log."""
    lines = ((reached, "已发出警告"), (failed, "警告未能送达"))
    return tuple(f"{done}（{'、'.join(keys)}）：{message.title}" for keys, done in lines if keys)


def told_on(root: Root, now: datetime) -> frozenset[str]:
    """The kinds of warnings that were told on that day."""
    with suppress(OSError, ValueError, KeyError, TypeError):
        value = json.loads((root.state / "warned.json").read_bytes())
        if value["on"] == now.date().isoformat():
            return frozenset(value["kinds"])
    return frozenset()


def remember(root: Root, now: datetime, kinds: frozenset[str]) -> None:
    """These kinds count as told on that day."""
    write_json(root.state / "warned.json", {"on": now.date().isoformat(), "kinds": sorted(kinds)})
