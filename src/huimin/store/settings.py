"""What an operator has settled for one root, in its ``state/settings.toml``."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args
from urllib.parse import quote, urlsplit

from huimin.language import _
from huimin.store.root import Root
from huimin.store.stated import Wrong, read_stated, refuse_wrong

ReadingPlace = Literal["edge", "cluster"]
Keys = Mapping[str, tuple[Callable[[object], bool], str, str]]
"""By key: what it must be, what is told when it is not, and how it is written."""


@dataclass(frozen=True)
class Warnings:
    """The table ``[warnings]``: who is warned, and of what beside the nights themselves."""

    wecom: str | None = None
    """The address of a WeCom bot, as its page shows it."""
    dingtalk: str | None = None
    """The address of a DingTalk bot, as its page shows it."""
    dingtalk_secret: str | None = None
    """What messages to that bot are signed with, where it asks for that."""
    addresses: tuple[str, ...] = ()
    """Whatever else apprise knows: ``mailto://…``."""
    disk_gib: int = 5
    """Free disk below which somebody is warned."""
    backups: str | None = None
    """The folder in which every back-up leaves something; None: no back-up is watched."""
    backup_hours: int = 26
    """How old the newest one may be."""

    @property
    def is_on(self) -> bool:
        """Whether anybody is warned at all."""
        return bool(self.wecom or self.dingtalk or self.addresses)


@dataclass(frozen=True)
class EngineSettings:
    """The table ``[engine]``: what runs the rules."""

    address: str = "duckdb"
    """`duckdb`, or a Spark Connect server: ``sc://host:15002/;use_ssl=true``."""
    token: str | None = None
    """What that server lets in."""
    seconds: int = 3600
    """The most that one statement of a rule may take there."""
    hits: int = 5_000_000
    """The most rows that a rule may find, on any engine."""
    memory_gib: int | None = None
    """The most memory of the work database, which spills to disk beyond; None: half of the machine's."""
    threads: int | None = None
    """How many cores the work database uses; None: all."""
    reading_place: ReadingPlace = "edge"
    """Where deliveries are read: on the machine of the night, or by that server's workers."""


@dataclass(frozen=True)
class Settings:
    """All that can be settled; everything has a default."""

    analysts_group: str | None = None
    """The group that reads what is published; None: its owner's own."""
    report_base_url: str | None = None
    """The address at which readers find the root's `published/` and `reports/`; None: pages are told by their place."""
    strict_columns: bool = False
    """Whether columns that nobody reads are kept out of the standard rows."""
    late_after_hours: int = 26
    """Hours after the end of a night at which the next one is missing."""
    warnings: Warnings = field(default_factory=Warnings)
    engine: EngineSettings = field(default_factory=EngineSettings)
    provincial: Mapping[str, Any] | None = None
    """The table ``[provincial]`` as it is stated; `workbooks/provincial_columns.py` says what it may hold."""

    def address_of(self, *parts: str) -> str | None:
        """The address of a place below the root; None where readers have none."""
        if self.report_base_url is None:
            return None
        return "/".join((self.report_base_url.rstrip("/"), *map(quote, parts)))


def is_text(value: object) -> bool:
    """Whether it is a text with something in it."""
    return isinstance(value, str) and bool(value)


def is_texts(value: object) -> bool:
    """Whether it is a list of such texts."""
    return isinstance(value, list) and all(map(is_text, value))


def is_count(value: object) -> bool:
    """Whether it is a whole number above 0."""
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


def is_switch(value: object) -> bool:
    """Whether it is true or false."""
    return isinstance(value, bool)


def is_table(value: object) -> bool:
    """Whether it is a table of its own keys."""
    return isinstance(value, dict)


def is_address(value: object) -> bool:
    """Whether a browser could open it."""
    try:
        parts = urlsplit(value) if isinstance(value, str) else None
        return parts is not None and parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return False


def is_base(value: object) -> bool:
    """Whether it is an address that names of places can follow."""
    return is_address(value) and "?" not in str(value) and "#" not in str(value)


ADDRESS = _("not an address that begins with http:// or https://")
KEYS: Keys = {
    "analysts_group": (is_text, _("not the name of a group"), '`analysts_group = "name"`'),
    "report_base_url": (is_base, ADDRESS, '`report_base_url = "http://host/huimin"`'),
    "strict_columns": (is_switch, _("neither true nor false"), "`strict_columns = true`"),
    "late_after_hours": (is_count, _("not a whole number above 0"), "`late_after_hours = 26`"),
    "warnings": (is_table, _("not a table"), _("`[warnings]` on a line of its own")),
    "engine": (is_table, _("not a table"), _("`[engine]` on a line of its own")),
    "provincial": (is_table, _("not a table"), _("`[provincial]` on a line of its own")),
}
OF_WARNINGS: Keys = {
    "wecom": (is_address, ADDRESS, '`wecom = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=…"`'),
    "dingtalk": (is_address, ADDRESS, '`dingtalk = "https://oapi.dingtalk.com/robot/send?access_token=…"`'),
    "dingtalk_secret": (is_text, _("not a text"), '`dingtalk_secret = "SEC…"`'),
    "addresses": (is_texts, _("not a list of addresses"), '`addresses = ["mailto://user:password@host?to=…"]`'),
    "disk_gib": (is_count, _("not a whole number above 0"), "`disk_gib = 5`"),
    "backups": (is_text, _("not the name of a folder"), '`backups = "/backup/huimin"`'),
    "backup_hours": (is_count, _("not a whole number above 0"), "`backup_hours = 26`"),
}


OF_ENGINE: Keys = {
    "address": (is_text, _("not an address"), '`address = "sc://host:15002/;use_ssl=true"`'),
    "token": (is_text, _("not a text"), '`token = "…"`'),
    "seconds": (is_count, _("not a whole number above 0"), "`seconds = 3600`"),
    "hits": (is_count, _("not a whole number above 0"), "`hits = 5000000`"),
    "memory_gib": (is_count, _("not a whole number above 0"), "`memory_gib = 4`"),
    "threads": (is_count, _("not a whole number above 0"), "`threads = 2`"),
    "reading_place": (
        lambda value: value in get_args(ReadingPlace),
        _("neither edge nor cluster"),
        '`reading_place = "cluster"`',
    ),
}


def load_settings(root: Root) -> Settings:
    """The root's settings; all defaults without the file. Raises ContractError for a file that cannot be used."""
    place = root.settings()
    stated = read_stated(place, _("lines such as {line}", line=fix_of(KEYS)))
    problems = [*wrong(stated, KEYS)]
    if isinstance(warnings := stated.get("warnings"), dict):
        problems += wrong(warnings, OF_WARNINGS, "warnings.")
    if isinstance(engine := stated.get("engine"), dict):
        problems += wrong(engine, OF_ENGINE, "engine.")
    refuse_wrong(place, problems)
    if warnings is not None:
        stated["warnings"] = Warnings(**{**warnings, "addresses": tuple(warnings.get("addresses", ()))})
    if engine is not None:
        stated["engine"] = EngineSettings(**engine)
    return Settings(**stated)


def wrong(stated: Mapping[str, Any], keys: Keys, before: str = "") -> Iterator[Wrong]:
    """What is wrong with each key that cannot be used, and how it is written."""
    for key, value in stated.items():
        if key not in keys:
            yield _("unknown key {name}", name=f"{before}{key}"), _("only {known}", known=", ".join(keys))
        elif not keys[key][0](value):
            yield _("{key}: {problem}", key=f"{before}{key}", problem=keys[key][1]), keys[key][2]


def fix_of(keys: Keys) -> str:
    """How the first key is written."""
    return next(iter(keys.values()))[2]
