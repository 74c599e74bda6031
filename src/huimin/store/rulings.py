"""What people decided of deliveries: one that was kept out comes in, one that came leaves. Kept in the audit log."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal

from huimin.errors import UsageError
from huimin.language import _
from huimin.store.audit import note, notes
from huimin.store.root import Root

Act = Literal["admit", "withdraw"]
ACTS: tuple[Act, Act] = ("admit", "withdraw")


@dataclass(frozen=True)
class Ruling:
    """A person's decision about one delivery, in force from the next run on: to let it in, or to keep it out."""

    delivery: str
    act: Act
    who: str
    at: datetime
    why: str

    @classmethod
    def of(cls, value: Mapping[str, Any]) -> "Ruling":
        """The ruling of one line of the audit log, or one entry of a manifest."""
        return cls(value["delivery"], value["act"], value["who"], datetime.fromisoformat(value["at"]), value["why"])


def reason_of(why: str) -> str:
    """The reason that a person gave, on one line. Raises UsageError for an empty one."""
    if not why.strip():
        raise UsageError("--why", _("no reason given"), 'say why in a few words, such as --why "核对过，街道合并"')
    return " ".join(why.split())


def rule(root: Root, ruling: Ruling) -> None:
    """Adds the ruling to the audit log; it holds from the next run on."""
    note(root, **asdict(ruling))


def rulings_of(root: Root) -> tuple[Ruling, ...]:
    """Every ruling of the root, oldest first."""
    return tuple(Ruling.of(line) for line in notes(root, *ACTS))


def standing_rulings(rulings: Iterable[Ruling]) -> dict[str, Ruling]:
    """The last ruling of each delivery, which is the one that holds."""
    return {ruling.delivery: ruling for ruling in rulings}
