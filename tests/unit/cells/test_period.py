import pytest
from hypothesis import given
from hypothesis import strategies as st

from huimin.cells import period_in_name

NAMES = """
month    | 农村低保2023年8月.xlsx        | 2023-08
month    | 2023-08                      | 2023-08
month    | 高龄津贴_202308.csv           | 2023-08
month    | 20230815.csv                 | 2023-08
month    | 2023-08-15                   | 2023-08
month    | ２０２３年８月                | 2023-08
month    | 2023年8月15日                 | 2023-08
month    | 2022年度汇总 2023年8月        | 2023-08
month    | 2023年7月、2023年8月          | 2023-07
month    | 2023年                       |
month    | 2023年13月                   |
month    | 8月                          |
month    | 13820230812.csv              |
month    | 420111198001010016           |
month    | 20231301.csv                 |
month    | 202313.csv                   |
month    | 2022-2023学年第二学期         |
year     | 2023年                       | 2023
year     | 林业补贴2023年度.xlsx         | 2023
year     | 202308                       | 2023
year     | 2023年春季                   | 2023
year     | 2023年13月                   | 2023
year     | 名单                         |
term     | 2023年春季                   | 2023-spring
term     | 2023秋                       | 2023-autumn
term     | 2022-2023学年第二学期         | 2023-spring
term     | 2023-2024学年第一学期.xlsx    | 2023-autumn
term     | 2023年                       |
term     | 2022-2024学年第一学期         |
event    | 以旧换新2022年7月             | 2022-07
event    | 2022年以旧换新202207          | 2022-07
event    | 以旧换新2022年                | 2022
event    | 以旧换新                      |
register | 户籍20230815.csv             | 2023-08-15
register | 户籍2023-08-15               | 2023-08-15
register | 户籍2023年8月15日             | 2023-08-15
register | 户籍2023.8.15.csv            | 2023-08-15
register | 2023年7月户籍20230815         | 2023-08-15
register | 户籍2023-08                  | 2023-08-01
register | 户籍20230230                 |
register | 户籍2023年                   |
"""


@pytest.mark.parametrize("line", NAMES.strip().splitlines())
def test_period_in_name(line: str) -> None:
    kind, name, slot = (part.strip() for part in line.split("|"))
    assert period_in_name(name, kind) == (slot or None)  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", ["month", "year", "term", "event", "register"])
@given(name=st.one_of(st.text(), st.text("0129年月日-.春秋学第一", max_size=16)))
def test_any_name_can_be_asked(kind: str, name: str) -> None:
    slot = period_in_name(name, kind)  # type: ignore[arg-type]
    assert slot is None or slot[:2] in ("19", "20")
