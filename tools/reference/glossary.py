"""The page of the project's words, out of ``docs/glossary.toml``: one meaning each, and the words that are not used."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from tools.reference.markdown import page, section, table

INTRODUCTION = """
一词一义：代码、文档、报错用同一个词。“不用”的词不出现在源代码的任何名称里，由测试检查；已发布的名称保持原样，见最后一栏。
The project's words, one meaning each, the same in code, docs and messages. A test finds no word that is *not used* in
any name of the source. What is published keeps its name, as the last column says.
"""
TITLES = ("词 word", "中文", "含义 meaning", "出处 stands in", "不用 not used", "发布中仍用 still published")


@dataclass(frozen=True)
class Term:
    """One word and what it means."""

    word: str
    chinese: str
    meaning: str
    stands: str
    """The file that says what it is, from the checkout on."""
    not_used: tuple[str, ...] = ()
    """Other words for the same."""
    published: tuple[str, ...] = ()
    """``word: where`` of older words that are published, and stay."""


@dataclass(frozen=True)
class Glossary:
    """Every word of the project, and those that no name may have."""

    nouns: tuple[Term, ...]
    verbs: tuple[Term, ...]
    anywhere: tuple[str, ...]
    """Never used, not even as a part of a name."""
    alone: tuple[str, ...]
    """Never used as a whole name."""

    @property
    def terms(self) -> tuple[Term, ...]:
        """Nouns, then verbs."""
        return (*self.nouns, *self.verbs)


def load_glossary(place: Path) -> Glossary:
    """The glossary as the file says it, in its order."""
    told = tomllib.loads(place.read_text("utf-8"))
    nouns, verbs = (tuple(map(term_of, told[kind])) for kind in ("noun", "verb"))
    return Glossary(nouns, verbs, tuple(told["never"]["anywhere"]), tuple(told["never"]["alone"]))


def term_of(said: dict[str, str | list[str]]) -> Term:
    """One term as the file says it."""
    lists = {name: tuple(words) for name, words in said.items() if isinstance(words, list)}
    return Term(**{name: text for name, text in said.items() if isinstance(text, str)}, **lists)  # type: ignore[arg-type]


def glossary_page(glossary: Glossary) -> str:
    """The page: nouns, verbs, and the words that are never used."""
    never = (
        "名称里不出现 · in no name: " + quoted(glossary.anywhere),
        "不单独作名称 · no name by themselves: " + quoted(glossary.alone),
    )
    return page(
        "用词 · Glossary",
        INTRODUCTION,
        section("名词 · Nouns", table(TITLES, map(row, glossary.nouns))),
        section("动词 · Verbs", table(TITLES, map(row, glossary.verbs))),
        section("从不使用 · Never used", *never),
    )


def row(term: Term) -> tuple[str, ...]:
    """The term as a row of the page's table."""
    kept = "；".join(f"`{word}`: {where}" for word, _, where in (text.partition(": ") for text in term.published))
    return (term.word, term.chinese, term.meaning, f"`{term.stands}`", quoted(term.not_used), kept)


def quoted(words: Iterable[str]) -> str:
    """The words, each in back quotes."""
    return "、".join(f"`{word}`" for word in words)
