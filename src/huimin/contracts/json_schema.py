"""A roster's standard row as a JSON Schema (draft 2020-12), for programs that deliver or take rows as JSON."""

from typing import Any

from huimin.cells.types import DATE, ID_NUMBER, MONTH, TERM
from huimin.contracts.contract import Column, Contract

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def json_schema(contract: Contract) -> dict[str, Any]:
    """The schema of one accepted row: days as ISO 8601, months as their first day, money and decimals as numbers."""
    return {
        "$schema": DIALECT,
        "$id": f"urn:huimin:roster:{contract.roster}:{contract.digest[:12]}",
        "title": contract.title,
        "description": f"{contract.department_title}报送；一行一条",
        "type": "object",
        "properties": {column.name: of_column(column) for column in contract.columns},
        "required": [column.name for column in contract.columns if column.required],
        "additionalProperties": False,
    }


def of_column(column: Column) -> dict[str, Any]:
    """What a value of the column is; null where it may be missing."""
    plain: dict[str, Any] = {"type": json_type(column)}
    if column.values:
        plain["enum"] = [*column.values]
    if column.type in (DATE, MONTH):
        plain["format"] = "date"
    if column.type is ID_NUMBER:
        plain["pattern"] = "^[0-9]{17}[0-9X]$"
    if column.type is TERM:
        plain["pattern"] = "^[0-9]{4}-(spring|autumn)$"
    about = {"title": column.titles[0], "description": column.type.accepts, "x-titles": [*column.titles]}
    if column.unit:
        about["x-unit"] = column.unit
    return {**about, **plain} if column.required else {**about, "anyOf": [plain, {"type": "null"}]}


def json_type(column: Column) -> str:
    """What JSON calls the column's type."""
    if column.type.family == "number":
        return "integer" if column.type.sql == "integer" else "number"
    return "string"
