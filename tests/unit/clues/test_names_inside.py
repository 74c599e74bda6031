"""Names in the midst of texts: every way to write one, and words that are none."""

import pytest

from huimin.clues.names_inside import NamesInside
from properties.secrets import NAMES


@pytest.mark.parametrize(
    ("text", "names", "shown"),
    [
        ("王小明的表", ["王小明"], "王**的表"),
        ("高峰路", ["高峰"], "高峰路"),  # as part of a word two characters are mostly no name
        ("最高 峰会", ["高峰"], "最高 峰会"),
        ("补发（高峰）", ["高峰"], "补发（高*）"),
        ("补发（高 峰）", ["高峰"], "补发（高*）"),
        ("高峰", ["高峰"], "高*"),
        ("2023高峰1", ["高峰"], "2023高*1"),
        ("亮：A", ["亮", "A"], "亮：A"),  # one letter alone tells nobody
        ("A高峰B", ["高峰"], "A高*B"),
        ("absolute、ab", ["ab"], "absolute、a*"),
        ("Tomas、Tom", ["Tom"], "Tomas、T**"),
        ("给tom的", ["Tom"], "给T**的"),
        ("JOHN\u3000SMITH", ["John Smith"], "J********"),
        ("Jose\u0301", ["José"], "J***"),
        ("欧阳娜娜和阳娜", ["欧阳娜娜", "阳娜"], "欧***和阳娜"),
        ("王小明429999196001010012", ["王小明"], "王**429999************"),
        # blanks, what is not seen, other forms of a character
        ("王 小\u3000明", ["王小明"], "王**"),
        ("王\u200b小\n明", ["王小明"], "王**"),
        ("⾼大峰", ["高大峰"], "高**"),
        # a sentence that ends between them, and a list, are two words
        ("小王。小明", ["王小明"], "小王。小明"),
        ("小王、小明", ["王小明"], "小王、小明"),
        # middle dots
        ("买买提艾力汗", ["买买提·艾力汗"], "买*****"),
        ("买买提.艾力 汗", ["买买提·艾力汗"], "买*****"),
        ("买买提-艾力汗", ["买买提·艾力汗"], "买*****"),
        ("诸葛·亮", ["诸葛亮"], "诸**"),
        # signs within a name, there or not
        ("诸葛$1亮号", ["诸葛$1亮"], "诸**号"),
        ("诸葛亮号", ["诸葛$1亮"], "诸**号"),
        ("诸葛1亮号", ["诸葛$1亮"], "诸葛1亮号"),
        # a short name with signs is itself beside letters too, and without them a word
        ("户欧阳(号", ["欧阳("], "户欧*号"),
        ("户欧阳号", ["欧阳("], "户欧阳号"),
        ("户（欧阳）", ["欧阳("], "户（欧*）"),
        ("无名", ["明"], "无名"),
    ],
)
def test_names_inside_texts(text: str, names: list[str], shown: str) -> None:
    assert NamesInside(names).masked(text) == (None if shown == text else shown)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("text", ["{}", "deceased{}号", "（{}）乙组", "甲{}"])
def test_a_name_made_of_other_languages_leaves_no_text_whole(name: str, text: str) -> None:
    told = text.replace("{}", name)
    masked = NamesInside(NAMES).masked(told)
    assert masked and name not in masked
