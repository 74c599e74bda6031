"""Policy parameters: dated values with unit and basis, read from ``rules/policy.toml`` and the root's own overrides."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any, cast

import duckdb

from huimin.errors import RuleError
from huimin.language import _
from huimin.tables.sql import insert_rows

BEGINNING = date(1900, 1, 1)
END = date(9999, 12, 31)

SQL_TYPES = {
    "integer": "integer",
    "money": "decimal(14,2)",
    "decimal": "decimal(14,4)",
    "text": "varchar",
    "date": "date",
}
PARAMETER_KEYS = frozenset({"title", "unit", "basis", "type", "columns", "values"})
OVERRIDE_KEYS = frozenset({"unit", "basis", "values"})
FIX = _("see the comment at the head of rules/policy.toml")

PolicyValue = int | Decimal | str | date


@dataclass(frozen=True)
class Parameter:
    """One policy parameter."""

    key: str
    title: str
    unit: str
    """元/月, 周岁, 日, …; empty for lists of names and windows."""
    basis: str
    """Where the value comes from, for the case worker."""
    columns: tuple[tuple[str, str], ...]
    """(name, type) of the table `policy_<key>` after from_on and to_on."""
    rows: tuple[tuple[PolicyValue, ...], ...]
    """(from_on, to_on, …): in force from from_on up to, but not on, to_on."""


@dataclass(frozen=True)
class Policy:
    """Every parameter by key, in the order of the file."""

    parameters: Mapping[str, Parameter]
    digest: str
    """SHA-256 of the files it was read from."""

    def value(self, key: str, day: date) -> PolicyValue:
        """The parameter's value on that day. Raises RuleError when it has none then, or several."""
        dated = cast(Iterable[tuple[date, date, PolicyValue]], self.parameters[key].rows)
        values = [value for from_on, to_on, value in dated if from_on <= day < to_on]
        if len(values) != 1:
            raise RuleError(
                "policy",
                _("{key}: {count} values are in force on {day}, not one", key=key, count=len(values), day=day),
                FIX,
            )
        return values[0]


@dataclass(frozen=True)
class PolicyFile:
    """One policy file, for saying where a fault is."""

    name: str
    lines: tuple[str, ...]

    def fault(self, key: str, problem: str, nth: int | None = None) -> RuleError:
        """The error that names file, line and problem; `nth` counts the key's [[values]] tables from 0."""
        heads = rf"\[\[?\s*{re.escape(key)}\s*\]" if nth is None else rf"\[\[\s*{re.escape(key)}\.values\s*\]\]"
        found = [at for at, line in enumerate(self.lines, 1) if re.match(rf"\s*{heads}", line)]
        found = found or [
            at for at, line in enumerate(self.lines, 1) if re.match(rf"\s*\[*\s*{re.escape(key)}\b", line)
        ]
        line = found[min(nth or 0, len(found) - 1)] if found else 1
        where = _("{file} line {line}", file=self.name, line=line)
        return RuleError(where, _("{key}: {problem}", key=key, problem=problem), FIX)


def load_policy(path: Path, override: Path | None) -> Policy:
    """The parameters of `path`, whole keys replaced by those of `override` when that file exists.

    Raises RuleError for unknown keys, wrong types or units, and two values from one date.
    """
    source, declared, content = read(path, f"rules/{path.name}")
    parameters = {key: declare(source, key, value) for key, value in declared.items()}
    if override is not None and override.exists():
        own, values, more = read(override, f"state/{override.name}")
        content += more
        for key, value in values.items():
            if key not in parameters:
                raise own.fault(key, _("no such parameter"))
            parameters[key] = replace(own, parameters[key], value)
    return Policy(parameters, sha256(content).hexdigest())


def lay_policy(con: duckdb.DuckDBPyConnection, policy: Policy) -> None:
    """Tables `policy_<key>(from_on, to_on, …)` of the work database, one a parameter."""
    for parameter in policy.parameters.values():
        columns = ", ".join(f"{name} {SQL_TYPES[kind]}" for name, kind in parameter.columns)
        con.execute(f"create or replace table policy_{parameter.key} (from_on date, to_on date, {columns})")
        insert_rows(con, f"policy_{parameter.key}", parameter.rows)


def read(path: Path, name: str) -> tuple[PolicyFile, dict[str, Any], bytes]:
    """A policy file as source, dictionary and bytes."""
    content = path.read_bytes()
    try:
        text = content.decode("utf-8")
        return PolicyFile(name, tuple(text.splitlines())), tomllib.loads(text, parse_float=Decimal), content
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        is_text = isinstance(error, tomllib.TOMLDecodeError)
        problem = _("cannot be read: {error}", error=error) if is_text else _("cannot be read as UTF-8")
        raise RuleError(name, problem, FIX) from None


def declare(source: PolicyFile, key: str, table: Any) -> Parameter:  # noqa: ANN401
    """A parameter as policy.toml declares it."""
    if not isinstance(table, dict) or not re.fullmatch(r"[a-z][a-z0-9_]*", key):
        raise source.fault(key, _("a parameter is a table with a lower-case name"))
    for name in table:
        if name not in PARAMETER_KEYS:
            raise source.fault(key, _("unknown key {name}", name=name))
    for name in ("title", "unit", "basis"):
        if not isinstance(table.get(name), str):
            raise source.fault(key, _("{name} is missing or no text", name=name))
    if ("type" in table) == ("columns" in table):
        raise source.fault(key, _("needs either type or columns"))
    columns = table.get("columns", {"value": table.get("type")})
    if not isinstance(columns, dict) or not columns:
        raise source.fault(key, _("columns is no table of names and types"))
    for name, kind in columns.items():
        if not isinstance(kind, str) or kind not in SQL_TYPES:
            raise source.fault(key, _("the type of {name} is none of {known}", name=name, known=", ".join(SQL_TYPES)))
    if ("money" in columns.values()) != table["unit"].startswith("元"):
        raise source.fault(key, _("money has a unit that begins with 元, and nothing else has"))
    shape = tuple(columns.items())
    rows = dated_rows(source, key, shape, table.get("values"))
    return Parameter(key, table["title"], table["unit"], table["basis"], shape, rows)


def replace(source: PolicyFile, parameter: Parameter, table: Any) -> Parameter:  # noqa: ANN401
    """The parameter with the root's own values."""
    key = parameter.key
    if not isinstance(table, dict):
        raise source.fault(key, _("a parameter is a table"))
    for name in table:
        if name not in OVERRIDE_KEYS:
            raise source.fault(
                key, _("unknown key {name}; an override has {known}", name=name, known=", ".join(sorted(OVERRIDE_KEYS)))
            )
    if table.get("unit", parameter.unit) != parameter.unit:
        raise source.fault(key, _("the unit is {unit} and cannot be changed", unit=parameter.unit or _("empty")))
    if not isinstance(table.get("basis", ""), str):
        raise source.fault(key, _("basis is no text"))
    rows = dated_rows(source, key, parameter.columns, table.get("values"))
    basis = table.get("basis", parameter.basis)
    return Parameter(key, parameter.title, parameter.unit, basis, parameter.columns, rows)


def dated_rows(
    source: PolicyFile,
    key: str,
    columns: tuple[tuple[str, str], ...],
    values: Any,  # noqa: ANN401
) -> tuple[tuple[PolicyValue, ...], ...]:
    """Rows of the parameter's table, by date: each value holds until the next one begins."""
    if not isinstance(values, list) or not values or not all(isinstance(value, dict) for value in values):
        raise source.fault(key, _("needs at least one [[{key}.values]]", key=key))
    contents = [elements(source, key, columns, value, nth) for nth, value in enumerate(values)]
    starts: list[date] = []
    for nth, value in enumerate(values):
        start = value.get("from", BEGINNING)
        if type(start) is not date:
            raise source.fault(key, _("from is no date"), nth)
        if start in starts:
            raise source.fault(key, _("two values from {start}", start=start), nth)
        starts.append(start)
    rows = []
    for start, content in zip(starts, contents):
        to_on = min((other for other in starts if other > start), default=END)
        rows += [(start, to_on, *cells) for cells in content]
    return tuple(sorted(rows, key=lambda row: row[0]))


def elements(
    source: PolicyFile, key: str, columns: tuple[tuple[str, str], ...], value: dict[str, Any], nth: int
) -> list[tuple[PolicyValue, ...]]:
    """The rows of one dated value: one for a scalar, one an element of a list, one a row of a structured value."""
    scalar = [name for name, _ in columns] == ["value"]
    unknown = set(value) - {"from", "value" if scalar else "rows"}
    if unknown:
        raise source.fault(key, _("unknown key {unknown} in its values", unknown=", ".join(sorted(unknown))), nth)
    content = value.get("value" if scalar else "rows")
    if scalar:
        content = [{"value": element} for element in (content if isinstance(content, list) else [content])]
    if not isinstance(content, list) or not all(isinstance(row, dict) for row in content):
        raise source.fault(key, _("rows is no list of tables"), nth)
    rows = []
    for row in content:
        if set(row) != {name for name, _ in columns}:
            raise source.fault(
                key, _("each row has exactly {names}", names=", ".join(name for name, _ in columns)), nth
            )
        rows.append(tuple(cell(source, key, kind, row[name], nth) for name, kind in columns))
    return rows


def cell(source: PolicyFile, key: str, kind: str, value: Any, nth: int) -> PolicyValue:  # noqa: ANN401
    """One value in its type; whole numbers are money and decimals too."""
    if kind == "integer" and type(value) is int:
        return value
    if kind in ("money", "decimal") and type(value) in (int, Decimal) and Decimal(value).is_finite():
        return Decimal(value)
    if kind == "text" and isinstance(value, str) and value:
        return value
    if kind == "date" and type(value) is date:
        return value
    raise source.fault(key, _("a value is no {kind}", kind=kind), nth)
