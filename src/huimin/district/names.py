"""Invented names: people, streets, communities, schools. Characters are drawn at random; nobody real is meant."""

import numpy as np
import polars as pl
from numpy.typing import NDArray

SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈"
    "姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)
GIVEN = (
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰文斌建国春梅红波辉志鹏飞雪琴晨宇浩然子轩欣怡梓涵"
    "佳琪思远雨桐俊博文静云峰海燕小龙凤莲德福永昌金生长林庆祥家兴世荣学良光明正义树根水清火旺冬生腊香菊仙"
    "翠花素珍惠民安康乐善"
)
DOUBLE_SURNAMES = ("欧阳", "司马", "上官", "诸葛", "东方", "皇甫")
RARE = ("䶮", "㛃", "𬱖")
"""Given-name characters outside GBK."""

DISTRICT = "云梦泽区"
STREETS = (
    ("云岭街道", ("望江社区", "青石社区", "桂园社区", "书院社区", "南湖里社区")),
    ("栖霞街道", ("枫林社区", "霞光社区", "月亮湾社区", "梧桐社区")),
    ("明溪街道", ("溪口社区", "柳堤社区", "杏花社区", "长桥社区", "东塘社区")),
    ("鹤鸣街道", ("鹤园社区", "松涛社区", "听雨社区")),
    ("锦澜街道", ("锦绣社区", "澜庭社区", "织锦里社区", "新港社区")),
    ("清晏街道", ("清河社区", "晏家湾社区", "百步社区", "文昌社区")),
    ("九皋街道", ("九曲社区", "皋陶社区", "翠屏社区")),
    ("竹泉乡", ("竹泉村", "石门村", "双桥村", "龙潭村")),
    ("稻香镇", ("稻香村", "麦田村", "桑园村", "渔湾村")),
    ("白鹭镇", ("白鹭村", "芦苇村", "堰塘村")),
)
RURAL_FROM = 7
"""Streets from this place on are countryside."""

SCHOOLS = {
    "小学": tuple(f"{street[:2]}小学" for street, _ in STREETS),
    "初中": tuple(f"{street[:2]}中学" for street, _ in STREETS),
    "高中": ("云梦泽区第一高级中学", "云梦泽区第二高级中学", "栖霞高级中学"),
    "中职": ("云梦泽区职业技术学校",),
}
BANKS = ("邮政储蓄银行", "农村商业银行")
"""The agent banks of the policy list."""

Indices = NDArray[np.int64]


def surnames(rng: np.random.Generator, count: int) -> pl.Series:
    """Surnames, a few of two characters; the common ones first in the list are drawn more often."""
    single = np.array(list(SURNAMES))
    picks = np.minimum((rng.random(count) ** 1.8 * len(single)).astype(np.int64), len(single) - 1)
    names = single[picks].astype("<U2")
    double = np.nonzero(rng.random(count) < 0.004)[0]
    names[double] = np.array(DOUBLE_SURNAMES)[rng.integers(0, len(DOUBLE_SURNAMES), len(double))]
    return pl.Series(names)


def given_names(rng: np.random.Generator, count: int) -> pl.Series:
    """Given names of one or two characters; about one in two thousand holds a character outside GBK."""
    characters = np.array(list(GIVEN))
    first = characters[rng.integers(0, len(characters), count)]
    second = np.where(rng.random(count) < 0.85, characters[rng.integers(0, len(characters), count)], "")
    rare = np.nonzero(rng.random(count) < 0.0005)[0]
    first[rare] = np.array(RARE)[rng.integers(0, len(RARE), len(rare))]
    return pl.Series(first) + pl.Series(second)


def places(streets: Indices, communities: Indices) -> tuple[pl.Series, pl.Series]:
    """Street and community names for street numbers and any community numbers (taken modulo the street's count)."""
    widest = max(len(inner) for _, inner in STREETS)
    grid = np.array([[inner[i % len(inner)] for i in range(widest)] for _, inner in STREETS])
    counts = np.array([len(inner) for _, inner in STREETS])
    return (
        pl.Series(np.array([name for name, _ in STREETS])[streets]),
        pl.Series(grid[streets, communities % counts[streets]]),
    )
