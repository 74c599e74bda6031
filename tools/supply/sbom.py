"""The bill of materials: what uv exports of the lock file, made the same every time and with licences."""

import json
from collections.abc import Mapping
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from tools.supply.closure import licence_of


def bill_of_materials(exported: str) -> str:
    """CycloneDX JSON of uv's own export (``uv export --format cyclonedx1.5``): no clock, no chance, licences added.

    The same lock file and environment give the same bytes. A package that is not installed here has no licence in it.
    """
    bill: dict[str, Any] = json.loads(exported)
    bill["metadata"].pop("timestamp", None)
    bill.pop("serialNumber", None)
    bill["components"] = [licensed(component) for component in bill["components"]]
    content = json.dumps(bill, ensure_ascii=False, sort_keys=True)
    return json.dumps({**bill, "serialNumber": uuid5(NAMESPACE_URL, content).urn}, ensure_ascii=False, indent=1) + "\n"


def licensed(component: Mapping[str, Any]) -> dict[str, Any]:
    """The component with the licence that its installed package states."""
    licence = licence_of(component["name"], component["version"])
    return {**component, **({"licenses": [{"license": {"name": licence}}]} if licence else {})}
