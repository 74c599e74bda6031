"""One ideograph, one code point: radicals and private-use characters as the ideographs that they look like."""

from unicodedata import normalize

import polars as pl

_KANGXI = range(0x2F00, 0x2FD6)
# U+2E81 to U+2EF3: Unicode 14, EquivalentUnifiedIdeograph.txt. U+2E9A is no character, U+2E80 has no equivalent.
_RADICALS = (
    "厂乛乚乙亻冂𠘨刀刂卜㔾小小兀尣尢𡯂巳幺彑彐忄心扌攵⺚旡日月歺母民氵氺灬爫爫丬牛犭"
    "王𤴔目示礻𥫗糹纟罓罒㓁冗𦉫羊𦍌𦍋耂肀聿肉𦥑艹艹艹虎衤覀西见角𧢲讠贝𧾷车辶辶辶邑钅"
    "長镸长门𨸏阝雨青韦页风飞食𩙿飠饣𩠐马骨鬼鱼鸟卤麦黄黾斉齐歯齿竜龙龜亀龟"
)
# U+E815 to U+E864: GB 18030-2000, FE50 to FEA0, which GBK had mapped to private use; as Unicode has them now.
_PRIVATE_USE = (
    "⺁𠂇𠂉𠃌⺄㑳㑇⺈⺋龴㖞㘚㘎⺌⺗㥮㤘龵㧏㧟㩳㧐龶龷㭎㱮㳠⺧𡗗龸⺪䁖䅟⺮䌷⺳⺶⺷𢦏䎱"
    "䎬⺻䏝䓖䙡䙌龹䜣䜩䝼䞍⻊䥇䥺䥽䦂䦃䦅䦆䦟䦛䦷䦶龺𤇾䲣䲟䲠䲡䱷䲢䴓䴔䴕䴖䴗䴘䴙䶮龻"
)

_RADICAL_FORMS = {
    **{chr(code): normalize("NFKC", chr(code)) for code in _KANGXI},
    **{chr(code): ideograph for code, ideograph in enumerate(_RADICALS, 0x2E81)},
}
_FORMS = _RADICAL_FORMS | {
    chr(code): _RADICAL_FORMS.get(ideograph, ideograph) for code, ideograph in enumerate(_PRIVATE_USE, 0xE815)
}
_WRITTEN, _MEANT = list(_FORMS), list(_FORMS.values())
IDEOGRAPHS = str.maketrans(_FORMS)
"""The same for `str.translate`."""


def unified(text: pl.Expr) -> pl.Expr:
    """The text with Kangxi and CJK radicals and the private-use code points of GBK and GB18030-2000 as ideographs."""
    return text.str.replace_many(_WRITTEN, _MEANT)
