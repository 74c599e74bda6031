import pytest
from hypothesis import given
from hypothesis import strategies as st

from huimin.cells.period import Mention, bare_month, mentions, whole_name

TEXTS = """
农村低保2023年8月.xlsx          | 2023-8
2023年8月份                     | 2023-8
2023-08                         | 2023-8
2023/8                          | 2023-8
高龄津贴_202308.csv             | 2023-8
２０２３年８月                  | 2023-8
20230815.csv                    | 2023-8-15
2023-08-15                      | 2023-8-15
2023年8月15日                   | 2023-8-15
2023.8.15                       | 2023-8-15
2022年度汇总 2023年8月          | 2022 2023-8
2023年7月、2023年8月            | 2023-7 2023-8
2023年10-12月                   | 2023-10 2023-12
2023年7月至9月                  | 2023-7 2023-9
2023年7、8月                    | 2023 ?-7 ?-8
2023年                          | 2023
2023年13月                      | 2023
8月                             | ?-8
8月份                           | ?-8
十月                            | ?-10
十一月                          | ?-11
2023年 十二月                   | 2023 ?-12
8月15日                         | ?-8-15
2023年9月报（8月数据）          | 2023-9 ?-8
春季                            | ?-spring
2023年春季                      | 2023-spring
2023秋                          | 2023-autumn
2022-2023学年第二学期           | 2023-spring
2023-2024学年第一学期.xlsx      | 2023-autumn
2023—2024学年度第二学期         | 2024-spring
2023－2024学年度 第一学期       | 2023-autumn
2023至2024学年度（第二学期）    | 2024-spring
2022-2024学年第一学期           |
2022-2023学年第一、二学期       | 2022-autumn 2023-spring
2022-2023学年第一学期和第二学期 | 2022-autumn 2023-spring
代缴2022-2023年                 | 2022 2023
代缴2022、2023年                | 2022 2023
代缴2022至2023年                | 2022 2023
代缴2022—2023年度               | 2022 2023
2022／2023年代缴                | 2022 2023
2021,2022，2023年               | 2021 2022 2023
2022 2023年                     | 2022 2023
2022年-2023                     | 2022 2023
2022年度、2023.csv              | 2022 2023
2022、2023年8月                 | 2022-8 2023-8
2022、2023年春季                | 2022-spring 2023-spring
2022-2023                       |
12022-2023年                    | 2023
特困2023.8-9.csv                | 2023-8 2023-9
特困2023.8、9.csv               | 2023-8 2023-9
特困2023-8至10月                | 2023-8 2023-10
特困202308-09.csv               | 2023-8 2023-9
特困202308-2.csv                | 2023-8
特困202308-07.csv               | 2023-8
特困2023.8-13.csv               | 2023-8
2023-8-9                        | 2023-8-9
2023年8/9月                     | 2023 ?-8 ?-9
2023年1-2023年3月               | 2023 ?-1 2023-3
8、9月                          | ?-8 ?-9
1、8月名单                      | ?-8
截至20230930的2023年8月         | 2023-9-30/as_at 2023-8
填报日期：2023年9月5日          | 2023-9-5/reported
制表日期 2023-09                | 2023-9/reported
20230905报送-2023年8月          | 2023-9-5/reported 2023-8
13820230812.csv                 |
420111198001010016              |
20231301.csv                    |
202313.csv                      |
第三季度                        |
每月5日前                       |
享受满12个月                    |
春节慰问                        |
"""


def drawn(said: Mention) -> str:
    when = [said.year or "?", *filter(None, (said.month, said.day, said.season))]
    return "-".join(map(str, when)) + (f"/{said.aside}" if said.aside else "")


@pytest.mark.parametrize("line", TEXTS.strip().splitlines())
def test_what_a_text_speaks_of(line: str) -> None:
    text, told = (part.strip() for part in line.split("|"))
    assert " ".join(map(drawn, mentions(text))) == told


WHOLE = """
2023     | 2023
春       | ?-spring
秋       | ?-autumn
Oct      | ?-10
 nov.    | ?-11
SEPT     | ?-9
October  | ?-10
Oct-23   | 2023-10
Oct 2023 | 2023-10
2023-Oct | 2023-10
May      | ?-5
Octo     |
Market   |
春节     |
2023名单 |
Sheet1   |
10       |
"""


@pytest.mark.parametrize("line", WHOLE.strip("\n").splitlines())
def test_what_a_name_says_that_is_nothing_else(line: str) -> None:
    text, told = line.split("|")
    said = whole_name(text)
    assert (drawn(said) if said else "") == told.strip()


@pytest.mark.parametrize(
    ("text", "month"),
    [("1", 1), ("01", 1), ("12", 12), (" 8 ", 8), ("十一", 11), ("0", None), ("13", None), ("元", None), ("8月", None)],
)
def test_a_number_alone_may_mean_a_month(text: str, month: int | None) -> None:
    assert bare_month(text) == month


@given(text=st.one_of(st.text(), st.text("0129年月日-.春秋学第一十至报送截", max_size=16)))
def test_any_text_can_be_asked(text: str) -> None:
    for said in mentions(text):
        assert said.year or said.month or said.season
        assert said.month is None or 1 <= said.month <= 12
