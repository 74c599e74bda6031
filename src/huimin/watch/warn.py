"""One message a night: worked out, sent, and remembered, so that nothing is told twice on a day."""

import json
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from huimin.errors import UsageError
from huimin.language import _
from huimin.project import Project
from huimin.store.root import Root, write_json
from huimin.store.settings import load_settings
from huimin.watch.message import (
    MOST_LINES,
    Message,
    WarningLine,
    message_of,
    of_history,
    of_lateness,
    of_the_machine,
    of_the_night,
)
from huimin.watch.status import status_of


def warn_of_the_night(
    root: Root, project: Project, now: datetime, unbegun: WarningLine | None = None
) -> tuple[str, ...]:
    """What was done about the night that has just ended, line by line; nothing where nobody is to be warned.

    `unbegun`: why it did not even begin, where that is so. Raises ContractError for settings that cannot be used.
    """
    settings = load_settings(root)
    if not settings.warnings.is_on:
        return ()
    told: list[WarningLine] = []
    status = status_of(root, now)
    if unbegun is not None:
        told.append(unbegun)
    elif status.last is not None:
        told += [*of_the_night(status.last, status), *of_history(root, status.last, project)]
    told += of_the_machine(root, settings, now)
    remarks = tuple(line for kind, line in told if not kind)
    return (*remarks, *sent(root, told, now))


def warn_of_fault(root: Root, line: str, now: datetime) -> tuple[str, ...]:
    """What was done about a run of anything but a night that failed; `line`: which, and why. Raises ContractError."""
    if not load_settings(root).warnings.is_on:
        return ()
    return sent(root, [("task", line)], now)


def warn_of_absence(root: Root, now: datetime, unseen: Sequence[str] = ()) -> tuple[str, ...]:
    """What was done about a night that is missing or died, the disk and the back-up: for a timer, without a night.

    Each kind is told once a day, by whichever message comes first. `unseen`: runs that died since the last call, each
    with the reason; they are told whatever was told before. Raises ContractError.
    """
    settings = load_settings(root)
    if not settings.warnings.is_on:
        return ()
    status = status_of(root, now)
    told: list[WarningLine] = []
    if status.last is not None and status.is_interrupted:
        told += of_the_night(status.last, status)
    told += of_lateness(root, status, settings, now)
    # the last night is told as interrupted
    told += [("unseen", line) for line in unseen if status.last is None or status.last.run not in line]
    told += of_the_machine(root, settings, now)
    known = told_on(root, now) - {"unseen"}
    return sent(root, [one for one in told if one[0] not in known], now)


def warn_to_try(root: Root) -> tuple[tuple[str, ...], bool]:
    """What was done to try whether messages arrive, and whether all did.

    Raises ContractError; UsageError where nobody is to be warned.
    """
    if not load_settings(root).warnings.is_on:
        fix = _("name somebody under [warnings]: see docs/watching.md")
        raise UsageError(str(root.settings()), _("nobody is to be warned"), fix)
    reached, failed, trial = attempt(root, Message(f"惠民 {root.path.name}：试发", (), ("收到本条，说明警告能够送达",)))
    return told_of(reached, failed, trial), not failed


def sent(root: Root, told: list[WarningLine], now: datetime) -> tuple[str, ...]:
    """Sends what there is to tell, with what has reached nobody yet, and says to whom it did not go."""
    message = message_of(root, [*untold(root), *told])
    if message is None:
        return ()
    reached, failed, _trial = attempt(root, message)
    if reached:
        remember(root, now, frozenset(message.kinds) | told_on(root, now), [])
    else:
        remember(root, now, told_on(root, now), [(message.kinds[0], line) for line in message.lines[-MOST_LINES:]])
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
        value = json.loads(memory(root).read_bytes())
        if value["on"] == now.date().isoformat():
            return frozenset(value["kinds"])
    return frozenset()


def untold(root: Root) -> list[WarningLine]:
    """Lines of earlier messages that reached no receiver; they are sent again with the next message."""
    with suppress(OSError, ValueError, KeyError, TypeError):
        return [(kind, line) for kind, line in json.loads(memory(root).read_bytes())["untold"]]
    return []


def remember(root: Root, now: datetime, kinds: frozenset[str], left: list[WarningLine]) -> None:
    """Writes down that warnings of these kinds were told on that day, and that the lines of `left` reached nobody."""
    write_json(memory(root), {"on": now.date().isoformat(), "kinds": sorted(kinds), "untold": left})


def memory(root: Root) -> Path:
    """Where it is kept what was told."""
    return root.state / "warned.json"
