"""XML and HTML as events without a tree: nothing is fetched, no entity is expanded, and depth costs next to nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import IO

from lxml import etree

_CHUNK = 1 << 20
_SAFE: Mapping[str, bool] = {"resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": False}


class EntitiesError(ValueError):
    """The XML declares a document type: no program that writes workbooks does, and entities are a known way to harm."""


class Events:
    """What a parser tells of a document, in its order; names are those of the tags without prefix or namespace."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}

    def began(self, name: str, attributes: Mapping[str, str]) -> None:
        """An element begins; its attributes have their prefix or namespace."""

    def ended(self, name: str) -> None:
        """An element ends."""

    def data(self, text: str) -> None:
        """Text, or a part of one."""

    def comment(self, text: str) -> None:
        """A comment."""

    def doctype(self, name: str, public: str | None, system: str | None) -> None:
        """The document type; of XML it raises EntitiesError."""
        raise EntitiesError

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """What the parser calls for `began`."""
        name = self._names.get(tag)
        if name is None:
            name = self._names[tag] = tag.rpartition("}")[2].rpartition(":")[2]
        self.began(name, attributes)

    def end(self, tag: str) -> None:
        """What the parser calls for `ended`."""
        self.ended(self._names[tag])

    def close(self) -> None:
        """The document ends."""


def local(attributes: Mapping[str, str]) -> dict[str, str]:
    """The attributes without prefixes and namespaces."""
    return {name.rpartition("}")[2].rpartition(":")[2]: value for name, value in attributes.items()}


def tell_xml(opened: IO[bytes], events: Events, *, damaged: bool = False) -> None:
    """The events of an XML document. One that is `damaged` is told as far as it can be understood.

    Raises:
        lxml.etree.XMLSyntaxError: it is not well-formed, or one of its names, values or depths is larger than any use.
        EntitiesError: it declares a document type.
    """
    _feed(etree.XMLParser(target=events, recover=damaged, **_SAFE), iter(lambda: opened.read(_CHUNK), b""))


def tell_xml_text(text: Iterable[str], events: Events) -> None:
    """The events of an XML document in pieces of text, whatever encoding it says that it has. Raises as `tell_xml`."""
    _feed(etree.XMLParser(target=events, encoding="utf-8", **_SAFE), (piece.encode() for piece in text))


def tell_html(text: Iterable[str], events: Events) -> None:
    """The events of a web page as a browser understands it, wrong as it may be; the text may come in pieces."""
    parser = etree.HTMLParser(target=events, encoding="utf-8")
    _feed(parser, (piece.encode() for piece in text))


def _feed(parser: etree._FeedParser, pieces: Iterator[bytes]) -> None:
    for piece in pieces:
        if piece:
            parser.feed(piece)
    parser.close()
