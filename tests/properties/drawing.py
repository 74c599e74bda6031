"""How much is drawn, and the text that departments and their enemies put into cells."""

import os

import polars as pl
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from unit.cells.drawn import Column, read_cells

LONG = os.environ.get("HUIMIN_PROPERTIES") == "long"
"""Set by ``make properties``. Otherwise little is drawn, and the same every time."""


def drawn(short: int, long: int) -> settings:
    """The settings of a property that is tried `short` times with the other tests and `long` times on its own."""
    return settings(
        max_examples=long if LONG else short,
        derandomize=not LONG,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )


HOSTILE = (
    "\u200b", "\u200e", "\u202e", "\ufeff", "\u00ad", "\u0000", "\u0301", "\u3000", "\u00a0", "\t", "\r\n", "\x1b[31m",
    "'", '"', "\\", "`", "%", "$1", "{0}", "{name}", "${x}", "=1+1", "@", "+", "-", "−", "–", "*", "×", "／", "/",
    "<script>alert(1)</script>", "&amp;", "]]>", "'; drop table clues; --", "' or '1'='1", "(?i)", "[", "(", ".*",
    "０", "９", "Ｘ", "ｘ", "٣", "४", "Ⅷ", "㊀", "½", "²", "，", "。", "．", "·", "•", "‧", "・", "∙",
    "𬱖", "䶮", "😀", "👩‍👩‍👧", "ÅÅ", "ﬁ", "ß", "ı", "İ", "\U000e0001", "\ue000", "\ufffd", "\U0010ffff",
)  # fmt: skip
"""What breaks readers: the unseen, the right-to-left, control characters, other digits, and code of other languages."""

COMMON = (
    "0", "1", "9", "00", "15", "31", "12", "02", "29", "1900", "2000", "2023", "45139", "20230801", "20230229",
    "1e5", "E+17", "4.20111E+17", ".", ",", "1,200", ":", " ", "T", "年", "月", "日", "号", "度", "份", "季", "学期",
    "学年", "第", "一", "二", "上", "下", "春", "秋", "spring", "autumn", "元", "整", "万", "￥", "¥", "NaN", "inf",
    "None", "null", "NULL", "N/A", "无", "是", "否", "合计", "至今", "长期", "429999", "19400101", "X", "x", "张", "三",
    "欧阳", "鄂", "A", "LSVAA", "9142", "MA4K", "（", "）", "(", ")", "AM", "pm", "00:00:00", "+08:00", "Z",
)  # fmt: skip
"""What cells are made of."""

PIECES = st.sampled_from(COMMON) | st.sampled_from(HOSTILE)
CELLS = (
    st.lists(PIECES, max_size=8).map("".join)
    | st.lists(st.sampled_from(COMMON), max_size=6).map("".join)
    | st.text(max_size=30)
    | st.text("0123456789Xx*", min_size=13, max_size=20)
)
"""Any text a cell can hold; Python's lone surrogates are none (`test_cells` shows that no frame can hold them)."""

CATEGORIES = ("是", "一卡通", "村（社区）干部")
SYNONYMS = {"category": (("社保卡", "一卡通"),), "integer": (("一级", "1"), ("2 级", "2"))}


def column_of(kind: str) -> Column:
    """A column of that type, with the values and synonyms that a contract would give it."""
    return Column(kind, values=CATEGORIES if kind == "category" else (), synonyms=SYNONYMS.get(kind, ()))


def read(kind: str, texts: list[str | None]) -> pl.DataFrame:
    """text (as delivered), value, reason and finding of each cell."""
    return read_cells(column_of(kind), texts)
