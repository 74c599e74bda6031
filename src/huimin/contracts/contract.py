"""A roster's contract, read from ``expectations/<roster>.toml``: its columns, titles, types, key and expectations."""

import re
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal, get_args

from huimin.cells import TYPES, CellType
from huimin.cells.folding import UNSEEN
from huimin.cells.ideographs import IDEOGRAPHS
from huimin.cells.types import CATEGORY, DATE, ID_NUMBER, INTEGER, MONEY, MONTH, PUBLISHED, TERM, TEXT, YEAR, Mask
from huimin.contracts.blank import TO_FILL, WRITE, unfilled
from huimin.contracts.expectation import DELIVERY_COLUMNS, Expectation, expectation
from huimin.contracts.faults import Faults
from huimin.errors import ContractError
from huimin.language import _

RosterKind = Literal["benefit", "register", "ledger"]
Period = Literal["month", "year", "term", "event", "register"]


@dataclass(frozen=True)
class Column:
    """One column of a roster."""

    name: str
    type: CellType
    titles: tuple[str, ...]
    """Header titles as written in the contract, the first one used in templates."""
    required: bool = False
    values: tuple[str, ...] = ()
    """For a category: the canonical values."""
    synonyms: tuple[tuple[str, str], ...] = ()
    """(cell text, canonical value): for a category, or an integer written in words."""
    unit: str | None = None
    """元, 万元, 亩, 平方米, …"""
    null_words: bool = False
    """Of text: words for nothing (无, 不详) are nothing."""
    is_end: bool = False
    """Of days and months: it tells an end, which 长期 says is not in sight."""
    not_before_birth_of: str | None = None
    """Of days: the column with the ID number of the person before whose birth it cannot be."""
    spans_rows: bool = False
    """Whether one merged cell may hold it for several rows, though it is an identifier: the head of a household."""
    published: str | None = None
    """A name of `cells.types.PUBLISHED`: what analysts may see of it, where that is not what its type says."""

    @property
    def mask(self) -> Mask:
        """What may be published of its values."""
        return PUBLISHED[self.published] if self.published else self.type.mask


@dataclass(frozen=True)
class Contract:
    """Everything one roster promises."""

    roster: str
    title: str
    kind: RosterKind
    department: str
    department_title: str
    period: Period
    period_column: str | None
    """Column that holds the period (events: the day); None for registers."""
    position: int
    """Place in the roster catalogue, from 1: benefits, registers, ledgers, each by the positions written."""
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    """Columns that together should be unique within a slot."""
    evidence: tuple[str, ...]
    """The few columns shown as facts of an evidence row."""
    expectations: tuple[Expectation, ...]
    """Of its rows, and of a delivery as a whole (their column is one of `DELIVERY_COLUMNS`)."""
    digest: str
    """SHA-256 of the contract file and the shared one."""

    def column(self, name: str) -> Column:
        """The column of that name. Raises KeyError when the roster has none."""
        return {column.name: column for column in self.columns}[name]

    @property
    def id_numbers(self) -> tuple[str, ...]:
        """The names of its columns of ID numbers, in order."""
        return tuple(column.name for column in self.columns if column.type is ID_NUMBER)


_PERIOD_TYPES = {"month": MONTH, "year": YEAR, "term": TERM, "event": DATE}
_COLUMN_SHAPES = {
    **dict.fromkeys(("name", "type", "unit", "not_before_birth_of", "published"), "a text"),
    **dict.fromkeys(("titles", "values"), "a list of texts"),
    **dict.fromkeys(("required", "null_words", "is_end", "spans_rows"), "true or false"),
    "synonyms": "a table of texts",
}
_SHAPES = {
    **dict.fromkeys(("title", "department", "kind", "period", "period_column"), "a text"),
    **dict.fromkeys(("key", "evidence"), "a list of texts"),
    **dict.fromkeys(("columns", "expectations"), "a list of tables"),
}
_NEEDED = frozenset({"title", "department", "kind", "period", "position", "key", "evidence", "columns"})
_OPTIONAL = frozenset({"period_column", "expectations"})
IDENTIFIER = re.compile(r"[a-z][a-z0-9_]*")
_UNCOMPARED = re.compile(rf"[\s*＊\x00-\x1f\x7f{UNSEEN}]+")
_PLAIN = IDEOGRAPHS | str.maketrans("（）［］｛｝", "()[]{}")


def header_form(text: str) -> str:
    """What is compared of a header cell or title: nothing blank or unseen, no ``*``, one code point an ideograph.

    Brackets are of half width.
    """
    return _UNCOMPARED.sub("", text).translate(_PLAIN)


def written_as(characters: Collection[str]) -> frozenset[str]:
    """Every character of which `header_form` makes one of these, themselves included."""
    others = filter(lambda character: header_form(character) in characters, map(chr, _PLAIN))
    return frozenset((*characters, *others))


def load_contracts(folder: Path) -> Mapping[str, Contract]:
    """Every contract of the folder by roster id, in catalogue order. Raises ContractError naming file, key and fix."""
    shared, shared_bytes = _read(folder / "_shared.toml")
    faults = Faults("expectations/_shared.toml")
    faults.keys("", shared, frozenset({"departments", "shared", "usual", "deliveries"}), frozenset())
    faults.settle()
    contracts = []
    for path in sorted(folder.glob("*.toml")):
        if path.name != "_shared.toml":
            table, content = _read(path)
            digest = sha256(content + b"\x00" + shared_bytes).hexdigest()
            contracts.append(_contract(path.stem, table, shared, digest))
    contracts.sort(key=lambda contract: (*_place(contract), contract.roster))
    for before, after in pairwise(contracts):
        if _place(before) == _place(after):
            where = f"expectations/{after.roster}.toml"
            raise ContractError(
                where,
                _("position: {position} is {roster}'s", position=after.position, roster=before.roster),
                _("position: a free number"),
            )
    return {contract.roster: replace(contract, position=place) for place, contract in enumerate(contracts, 1)}


def _place(contract: Contract) -> tuple[int, int]:
    """What the catalogue is sorted by: a roster's position is one among those of its kind, so that none need move."""
    return get_args(RosterKind).index(contract.kind), contract.position


def _read(path: Path) -> tuple[dict[str, Any], bytes]:
    where = f"expectations/{path.name}"
    try:
        content = path.read_bytes()
        return tomllib.loads(content.decode("utf-8")), content
    except FileNotFoundError as error:
        raise ContractError(where, _("there is no such file"), _("restore it from the repository")) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        fix = _("correct the line it names: texts and Chinese keys stand in quotes; the file is UTF-8")
        raise ContractError(where, _("no TOML: {error}", error=error), fix) from error


def _contract(roster: str, table: dict[str, Any], shared: dict[str, Any], digest: str) -> Contract:
    faults = Faults(f"expectations/{roster}.toml")
    _check_shapes(table, faults)
    if not IDENTIFIER.fullmatch(roster):
        faults.add("file name", _("not an identifier"), _("lower-case letters, digits and _"))
    faults.one_of("department", table["department"], shared["departments"])
    faults.one_of("kind", table["kind"], get_args(RosterKind))
    faults.one_of("period", table["period"], get_args(Period))
    if type(table["position"]) is not int or table["position"] < 1:
        faults.add("position", _("not a number from 1"), _("its place among the rosters of its kind"))
    columns = _columns(table["columns"], shared, faults)
    names = [column.name for column in columns]
    for key in ("key", "evidence"):
        for number, name in enumerate(table[key]):
            faults.one_of(f"{key}[{number}]", name, names)
        if not table[key]:
            faults.add(key, _("empty"), _("one or more of {names}", names=", ".join(names)))
    _check_period(table, columns, faults)
    stated = [
        expectation(f"expectations[{number}]", entry, {column.name: column.type for column in columns}, faults)
        for number, entry in enumerate(table.get("expectations", []))
    ]
    own = [entry for entry in stated if entry is not None]
    if len({(entry.type, entry.column, entry.kwargs) for entry in own}) < len(own):
        faults.add("expectations", _("one is stated twice"), _("each once, with one severity"))
    faults.settle()
    return Contract(
        roster, table["title"], table["kind"], table["department"], shared["departments"][table["department"]],
        table["period"], table.get("period_column"), table["position"], columns, tuple(table["key"]),
        tuple(table["evidence"]), (*own, *_of_deliveries(table["period"], own, shared)), digest,
    )  # fmt: skip


def _check_shapes(table: Mapping[str, Any], faults: Faults) -> None:
    """Checks that every key is known and its value of the right shape. Raises ContractError with all that are not."""
    faults.keys("", table, _NEEDED, _OPTIONAL)
    faults.shapes("", table, _SHAPES)
    for number, entry in enumerate(table["columns"] if not faults.found else ()):
        faults.keys(f"columns[{number}].", entry, frozenset({"name"}), frozenset(_COLUMN_SHAPES))
        faults.shapes(f"columns[{number}].", entry, _COLUMN_SHAPES)
    for key in unfilled(table):
        faults.add(key, _("still to be written ({to_fill})", to_fill=TO_FILL), WRITE)
    faults.settle()


def _check_period(table: Mapping[str, Any], columns: tuple[Column, ...], faults: Faults) -> None:
    type_ = _PERIOD_TYPES.get(table["period"])
    name = table.get("period_column")
    if type_ is None:
        if name is not None:
            faults.add("period_column", _("a register has none"), _("remove it"))
        return
    if not any(column.name == name and column.type is type_ and column.required for column in columns):
        faults.add(
            "period_column",
            _("no required column of type {name}", name=type_.name),
            _("name a required column of type {name}", name=type_.name),
        )


def _of_deliveries(period: str, own: list[Expectation], shared: Mapping[str, Any]) -> list[Expectation]:
    faults = Faults("expectations/_shared.toml")
    stated = [
        expectation(f"deliveries[{block}].expectations[{number}]", entry, {}, faults)
        for block, group in enumerate(shared["deliveries"])
        if period in group["periods"]
        for number, entry in enumerate(group["expectations"])
    ]
    faults.settle()
    replaced = {entry.column for entry in own}
    return [entry for entry in stated if entry is not None and entry.column not in replaced]


def _columns(tables: list[dict[str, Any]], shared: Mapping[str, Any], faults: Faults) -> tuple[Column, ...]:
    owners: dict[str, str] = {}
    for number, table in enumerate(tables):
        for title in table.get("titles", ()):
            if owners.setdefault(header_form(title), table["name"]) != table["name"]:
                problem = _("{title} is also a title of {owner}", title=title, owner=owners[header_form(title)])
                faults.add(f"columns[{number}].titles", problem, _("one column a title"))
    columns: list[Column] = []
    for number, table in enumerate(tables):
        key = f"columns[{number}]"
        name = table["name"]
        if name in DELIVERY_COLUMNS or not IDENTIFIER.fullmatch(name):
            faults.add(f"{key}.name", _("no column's name"), _("lower-case letters, digits and _"))
        elif any(column.name == name for column in columns):
            faults.add(f"{key}.name", _("a second {name}", name=name), _("one entry a column"))
        else:
            columns.append(_column(key, table, shared, owners, faults))
    persons = [column.name for column in columns if column.type is ID_NUMBER]
    for column in columns:
        if column.not_before_birth_of is not None:
            faults.one_of(f"columns.{column.name}.not_before_birth_of", column.not_before_birth_of, persons)
        for title in column.titles:
            if owners.setdefault(header_form(title), column.name) != column.name:
                faults.add(
                    "columns",
                    _("{title} is a title of two columns", title=title),
                    _("give {name} titles of its own", name=column.name),
                )
    return tuple(columns)


def _column(
    key: str, table: Mapping[str, Any], shared: Mapping[str, Any], owners: Mapping[str, str], faults: Faults
) -> Column:
    name = table["name"]
    general = shared["shared"].get(name) or shared["usual"].get(name) or {}
    own = table.get("titles", [])
    inherited = general.get("titles", []) if name in shared["shared"] or not own else []
    free = [title for title in inherited if owners.get(header_form(title), name) == name]
    titles: dict[str, str] = {}
    for title in (*own, *free):
        titles.setdefault(header_form(title), title)
    named = table.get("type", general.get("type"))
    type_ = TYPES.get(named, TEXT)
    values = tuple(table.get("values", general.get("values", ())))
    synonyms = tuple(table.get("synonyms", general.get("synonyms", {})).items())
    faults.one_of(f"{key}.type", named, sorted(TYPES))
    if not titles:
        faults.add(f"{key}.titles", _("none"), _("the header titles of the column"))
    if type_ is CATEGORY and not values:
        faults.add(f"{key}.values", _("a category without values"), _("list the values"))
    if values and type_ is not CATEGORY:
        faults.add(f"{key}.values", _("not a category"), _('type = "category", or no values'))
    if len({header_form(value) for value in values}) < len(values):
        faults.add(f"{key}.values", _("one value twice"), _("each value once"))
    for word, value in synonyms:
        if not (value in values if type_ is CATEGORY else type_ is INTEGER and value.isdecimal()):
            faults.add(
                f"{key}.synonyms.{word}", _("stands for no value"), _("one of the values, or a whole number in quotes")
            )
    null_words = table.get("null_words", general.get("null_words", False))
    if null_words and type_ is not TEXT:
        faults.add(f"{key}.null_words", _("no text"), _("only for text: every other type has them"))
    if table.get("is_end") and type_.family != "day":
        faults.add(f"{key}.is_end", _("neither a date nor a month"), _("only for a date or a month"))
    if "not_before_birth_of" in table and type_ is not DATE:
        faults.add(f"{key}.not_before_birth_of", _("no date"), _("only for a date"))
    published = table.get("published", general.get("published"))
    if published is not None:
        faults.one_of(f"{key}.published", published, PUBLISHED)
        if type_ not in (TEXT, DATE):
            faults.add(
                f"{key}.published", _("neither text nor date"), _("only for these: of every other type it is settled")
            )
    unit = table.get("unit", "元" if type_ is MONEY else None)
    if type_ is MONEY and not unit.endswith("元"):
        faults.add(f"{key}.unit", _("no unit of money"), _("元, 万元 or the like"))
    return Column(
        name, type_, tuple(titles.values()), table.get("required", False), values, synonyms, unit, null_words,
        table.get("is_end", False), table.get("not_before_birth_of"), table.get("spans_rows", False), published,
    )  # fmt: skip
