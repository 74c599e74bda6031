"""A message to those whom the settings name: bots of WeCom and DingTalk, mail, whatever else apprise knows."""

import base64
import hmac
import json
import logging
import time
from collections.abc import Iterator
from hashlib import sha256
from urllib.parse import quote
from urllib.request import Request, urlopen

from apprise import Apprise, AppriseAsset, NotifyType
from apprise.plugins import NotifyBase

from huimin.errors import ContractError
from huimin.language import _
from huimin.store.root import Root
from huimin.store.settings import Warnings
from huimin.watch.message import Message

PATIENCE = 10.0
"""Seconds for a bot to answer."""

logging.getLogger("apprise").setLevel(logging.CRITICAL)  # it would tell addresses, which are secrets


class Bot(NotifyBase):  # type: ignore[no-untyped-call]  # apprise tells not all types
    """A bot of WeCom or DingTalk, at the address that its own page shows or at a gateway that takes the same.

    Both take the same JSON, and answer a message that they refuse with status 200 and an `errcode`, which apprise's
    own plugins take for success.
    """

    service_name = "bot"  # type: ignore[assignment]
    title_maxlen = 0

    def __init__(self, address: str, secret: str | None = None) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.address, self.secret = address, secret

    def send(self, body: str, title: str = "", notify_type: NotifyType = NotifyType.WARNING, **kwargs: object) -> bool:
        """Whether the bot took it."""
        said = json.dumps({"msgtype": "text", "text": {"content": body}}, ensure_ascii=False).encode()
        request = Request(self.signed(), said, {"Content-Type": "application/json"})  # noqa: S310  settings checked it
        try:
            with urlopen(request, timeout=PATIENCE) as answer:  # noqa: S310
                return bool(json.load(answer).get("errcode") == 0)
        except (OSError, ValueError, AttributeError):
            return False

    def signed(self) -> str:
        """The address to post to; where a secret is set, with the time and its HMAC signature, as DingTalk asks."""
        if self.secret is None:
            return self.address
        now = str(round(time.time() * 1000))
        digest = hmac.new(self.secret.encode(), f"{now}\n{self.secret}".encode(), sha256).digest()
        return f"{self.address}&timestamp={now}&sign={quote(base64.b64encode(digest), safe='')}"

    def url(self, privacy: bool = False, *args: object, **kwargs: object) -> str:
        """The address under which apprise logs this receiver: without its key."""
        return f"bot://{self.address.partition('?')[0]}"


def receivers(settings: Warnings, root: Root) -> Iterator[tuple[str, NotifyBase]]:
    """Each receiver under the key that names it. Raises ContractError for an address that apprise does not know."""
    if settings.wecom:
        yield "wecom", Bot(settings.wecom)
    if settings.dingtalk:
        yield "dingtalk", Bot(settings.dingtalk, settings.dingtalk_secret)
    for number, address in enumerate(settings.addresses, 1):
        found = Apprise.instantiate(address, asset=AppriseAsset(app_id="Huimin", app_desc="Huimin"))
        if found is None:
            fix = _("mailto://user:password@host:25?from=…&to=…, or another of apprise's addresses")
            raise ContractError(
                str(root.settings()), _("warnings.addresses: number {number} is no address", number=number), fix
            )
        yield f"addresses {number}", found


def send(settings: Warnings, root: Root, message: Message) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The receivers that took the message and those that did not, by their keys.

    Raises ContractError before anything is sent.
    """
    found: dict[bool, list[str]] = {True: [], False: []}
    for key, receiver in list(receivers(settings, root)):
        told = Apprise()
        told.add(receiver)
        took = told.notify(body=message.body, title=message.title, notify_type=NotifyType.WARNING)
        found[bool(took)].append(key)
    return tuple(found[True]), tuple(found[False])
