"""A question put to a Prefect server over HTTP, with the login."""

from base64 import b64encode
from urllib.error import HTTPError
from urllib.request import Request, urlopen


def answer(url: str, login: str | None, asked: bytes | None = None, patience: float = 5) -> tuple[int, bytes]:
    """Status and body that the address answers with; with `asked`, to that JSON. The body of a refusal is empty.

    `patience`: seconds. Raises OSError when nobody answers.
    """
    headers = {"Authorization": f"Basic {b64encode(login.encode()).decode()}"} if login else {}
    request = Request(url, data=asked, headers={**headers, "Content-Type": "application/json"})  # noqa: S310  checked
    try:
        with urlopen(request, timeout=patience) as answered:  # noqa: S310  the scheme was checked
            return int(answered.status), answered.read()
    except HTTPError as refusal:
        return refusal.code, b""
