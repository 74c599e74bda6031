"""Records that tell when they were changed: a JSON object with the SHA-256 of all the rest of it."""

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

SEAL = "seal"


def sealed(value: Mapping[str, Any]) -> dict[str, Any]:
    """The JSON-ready object with its seal; one that it had is replaced."""
    rest = {key: entry for key, entry in value.items() if key != SEAL}
    return {**rest, SEAL: sha256(json.dumps(rest, ensure_ascii=False, sort_keys=True).encode()).hexdigest()}


def unsealed(value: Any) -> dict[str, Any]:  # noqa: ANN401  whatever a file held
    """The object without its seal. Raises ValueError when it is no object or not as it was sealed."""
    if not isinstance(value, dict) or sealed(value) != value:
        raise ValueError("not as it was sealed")
    return {key: entry for key, entry in value.items() if key != SEAL}
