"""The slot that names tell where no column does: hits, the nearest harmless neighbours, and what is refused."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from huimin.deliveries.told import slot_of_file, slot_of_table
from huimin.errors import DeliveryError
from unit.deliveries.test_standardise import WITHOUT_PERIOD, contract, delivery, table
from unit.sheets.containers import CONTAINERS, xls, xlsx
from unit.sheets.elderly import ZHANG, reading

# kind | title rows, ; between | sheet | file | slot, or what the refusal says
NAMES = """
month |                            | 2023年8月 | 名单.xlsx                    | 2023-08
month |                            | Sheet1   | 高龄津贴202308.xlsx          | 2023-08
month |                            |          | 2023年7月.zip/珞南.csv       | 2023-07
month |                            |          | 名单.zip/2023年8月/珞南.csv  | 2023-08
month | 2023年8月份发放名册        | Sheet1   | 名单.xlsx                    | 2023-08
month | 8月份发放名册              | Sheet1   | 2023年高龄津贴.xlsx          | 2023-08
month | 高龄津贴2023年;8月份       |          | 名单.csv                     | 2023-08
month |                            | 10月     | 高龄津贴2023年12月.xlsx      | 2023-10
month |                            | 十二月   | 高龄津贴2023年12月.xlsx      | 2023-12
month |                            | 10月     | 高龄津贴2023年10-12月.xlsx   | 2023-10
month |                            | 一月     | 2023年高龄津贴.xlsx          | 2023-01
month | 2023年10月高龄津贴         | 10月     | 高龄津贴2023年12月.xlsx      | 2023-10
month |                            | 1月      | 高龄津贴2023年12月.zip/珞南.xlsx | 2023-01
month |                            | 8月      | 高龄津贴20230905.xlsx        | 2023-08
month |                            |          | 20230905报送-2023年8月.csv   | 2023-08
month |                            |          | 截至20230930的2023年8月.csv  | 2023-08
month |                            |          | 20230905报送的8月.csv        | 2023-08
month | 填报日期：2023年9月5日     |          | 2023年8月.csv                | 2023-08
month | 填报日期：2023年9月        |          | 2023年8月.csv                | 2023-08
month | 填报日期：2023年9月5日     |          | 名单.csv                     | 2023-09
month |                            |          | 20230815.csv                 | 2023-08
month |                            |          | 2023-08-15.csv               | 2023-08
month | 2023年8月15日              |          | 2023年8月.csv                | 2023-08
month | 依据2022年文件             |          | 2023年8月.csv                | 2023-08
month | 2023年8月                  | 2023年8月 | 高龄津贴202308.xlsx          | 2023-08
year  |                            | 2023年   | x.xlsx                       | 2023
year  |                            |          | 林业补贴202308.csv           | 2023
year  | 8月                        |          | 林业补贴2023年.csv           | 2023
year  |                            |          | 20230815.csv                 | 2023
year  | 填报日期：2024-01-05       |          | 2023年.csv                   | 2023
term  |                            |          | 2023年春季.csv               | 2023-spring
term  |                            | 春季     | 2023年学生补助.xlsx          | 2023-spring
term  | 2022-2023学年第二学期      | 春季     | 学生补助20230901.xlsx        | 2023-spring
month | 2023年8月份发放名册        |          | 高龄津贴2023年9月.csv        | 标题行（第1行）2023年8月，文件名2023年9月
month |                            |          | 2023年9月报（8月数据）.csv   | 文件名2023年9月，文件名2023年8月
month | 2023年8月                  | 10月     | 2023年12月.xlsx | 第1行）2023年8月，工作表“10月”的名称2023年10月
month |                            | 2023年10月 | 高龄津贴2023年12月.xlsx    | 名称2023年10月，文件名2023年12月
month |                            | 12月     | 高龄津贴2023年9月.xlsx       | 名称2023年12月，文件名2023年9月
month |                            |          | 高龄津贴2023年7-9月.csv      | 文件名2023年7月，文件名2023年9月
month |                            |          | 高龄津贴2023年7、8月.csv     | 文件名2023年7月，文件名2023年8月
month |                            |          | 2023年7月.zip/2023年8月.csv  | 文件名2023年8月，压缩包名2023年7月
month |                            |          | 20230815和20230915.csv       | 文件名2023年8月，文件名2023年9月
month |                            |          | 20240105报送12月.csv         | 文件名只写了12月，没有写明是哪一年
month |                            | 8月      | 高龄津贴.xlsx                | 名称只写了8月，没有写明是哪一年
month |                            | 8月      | 2022年至2023年.xlsx          | 名称只写了8月，没有写明是哪一年
month |                            |          | 2023年.csv                   | 没有“发放月份”列
month |                            | 名单     | 名单.xlsx                    | 工作表“名单”没有“发放月份”列
month |                            | Oct      | 特困2023年12月.xlsx          | 2023-10
month |                            | Oct 2023 | 特困2023年12月.xlsx          | 名称2023年10月，文件名2023年12月
month |                            | 2023     | 特困2024年8月.xlsx           | 2024-08
month |                            | 8、9月   | 特困2023年.xlsx              | 名称2023年8月，工作表“8、9月”的名称2023
month |                            |          | 特困2023.8-9.csv             | 文件名2023年8月，文件名2023年9月
month |                            |          | 特困2023-08-15.csv           | 2023-08
month |                            |          | 特困2022、2023年8月.csv      | 文件名2022年8月，文件名2023年8月
month | 2023.8-9特困               |          | 名单.csv                     | 第1行）2023年8月，标题行（第1行）2023
year  |                            |          | 代缴2022-2023年.csv          | 文件名2022年，文件名2023年
year  |                            |          | 代缴2022、2023年.csv         | 文件名2022年，文件名2023年
year  |                            |          | 代缴2022—2023年度.csv        | 文件名2022年，文件名2023年
year  |                            |          | 代缴2022年、2023.csv         | 文件名2022年，文件名2023年
year  | 2022／2023年代缴           |          | 名单.csv                     | 第1行）2022年，标题行（第1行）2023年
year  |                            | 2022至2023年 | 名单.xlsx                | 的名称2022年，工作表“2022至
year  |                            |          | 代缴2023年度.csv             | 2023
year  |                            | 2022     | 代缴2023年.xlsx              | 名称2022年，文件名2023年
year  |                            | 2023     | 代缴.xlsx                    | 2023
term  |                            |          | 助学金2023—2024学年度第二学期.csv | 2024-spring
term  | 2022-2023学年第一学期      | 2022—2023学年度第一学期 | 名单.xlsx | 2022-autumn
term  |                            |          | 2022-2023学年第一、二学期.csv | 文件名2022年秋季，文件名2023年春季
term  |                            | 秋       | 2023年春季.xlsx              | 名称2023年秋季，文件名2023年春季
year  |                            | 2022年   | 2023年.xlsx                  | 名称2022年，文件名2023年
year  |                            |          | 8月.csv                      | 没有“发放月份”列
term  |                            | 春季     | 2023年秋季.xlsx              | 名称2023年春季，文件名2023年秋季
term  |                            |          | 2023年8月.csv                | 没有“发放月份”列
"""


@pytest.mark.parametrize("line", NAMES.strip().splitlines())
def test_the_names_around_a_table_tell_its_slot(line: str) -> None:
    kind, titles, sheet, file, told = (part.strip() for part in line.split("|"))
    above = tuple(enumerate(filter(None, titles.split(";")), start=1))
    seen = replace(table(WITHOUT_PERIOD, sheet or None), above=above)
    try:
        slot = slot_of_table(seen, contract(kind), delivery(file))
    except DeliveryError as fault:
        assert told in fault.problem
        assert "列，标题行" not in fault.problem or fault.problem.startswith(told)
        assert fault.where == file
    else:
        assert slot == told


FILES = """
event    | 以旧换新2022年7月                | 2022-07
event    | 2022年以旧换新202207             | 2022-07
event    | 20220905报送-2022年7月以旧换新   | 2022-07
event    | 以旧换新2022年                   | 2022
event    | 以旧换新20220715                 | 2022-07
event    | 以旧换新                         |
event    | 以旧换新2022年7月、8月           |
event    | 以旧换新7月                      |
register | 户籍20230815.csv                 | 2023-08-15
register | 户籍2023-08-15                   | 2023-08-15
register | 户籍2023年8月15日                | 2023-08-15
register | 户籍2023.8.15.csv                | 2023-08-15
register | 户籍截至20230815                 | 2023-08-15
register | 20230905报送户籍截至20230831     | 2023-08-31
register | 20230905报送户籍                 | 2023-09-05
register | 2023年7月户籍20230815            | 2023-08-15
register | 户籍2023-08                      | 2023-08-01
register | 户籍20230230                     | 2023-08-20
register | 户籍2023年                       | 2023-08-20
"""


@pytest.mark.parametrize("line", FILES.strip().splitlines())
def test_the_names_of_a_file_tell_the_slot_of_events_and_registers(line: str) -> None:
    kind, file, slot = (part.strip() for part in line.split("|"))
    assert slot_of_file(delivery(file), kind) == (slot or None)  # type: ignore[arg-type]


@pytest.mark.parametrize("container", CONTAINERS)
def test_a_title_and_a_file_name_that_differ_refuse_every_container(tmp_path: Path, container: str) -> None:
    rows = [["2023年8月份发放名册"], ["姓名", "身份证号", "发放金额"], ["张三", ZHANG, "450"]]
    (seen,) = reading(tmp_path, CONTAINERS[container](rows), f"名单.{container}").tables
    assert slot_of_table(seen, contract("month"), delivery(f"2023年8月.{container}")) == "2023-08"
    assert slot_of_table(seen, contract("month"), delivery(f"20230905报送.{container}")) == "2023-08"
    with pytest.raises(DeliveryError, match="第1行）2023年8月，文件名2023年9月"):
        slot_of_table(seen, contract("month"), delivery(f"2023年9月.{container}"))


# title | the workbook's sheets, this one first | file | slot, or what the refusal says
NUMBERED = """
               | 10 11 12        | 特困2023年12月.xlsx | 2023-10
               | 12 11 10        | 特困2023年12月.xlsx | 2023-12
               | 十 11月 12      | 特困2023年12月.xlsx | 2023-10
               | 01 02           | 特困2023年.xlsx     | 2023-01
               | 1 2 3           | 特困2023年3月.xlsx  | 2023-01
               | 1 2 3           | 特困2023年12月.xlsx | 工作表“1”的名称2023年1月，文件名2023年12月
               | 1 2 3           | 特困2023年12月（20240305报送）.xlsx | 名称2023年1月，文件名2023年12月
               | 1 2 3           | 特困2023年3月（20231205报送）.xlsx  | 2023-01
               | 1 2 3           | 特困20231205.xlsx   | 2023-01
               | 12 11           | 特困2023年10月.xlsx | 名称2023年12月，文件名2023年10月
               | 10 11 汇总      | 特困2023年12月.xlsx | 名称2023年10月，文件名2023年12月
               | 汇总 10 11      | 特困2023年12月.xlsx | 2023-12
               | 12 11 汇总      | 特困2023年12月.xlsx | 2023-12
               | 1               | 特困2023年12月.xlsx | 2023-12
               | 1 Sheet2        | 特困2023年12月.xlsx | 2023-12
               | 13 14           | 特困2023年12月.xlsx | 2023-12
2023年12月特困 | 1 2             | 特困2023年12月.xlsx | 2023-12
2023年特困     | 11 12           | 特困2023年12月.xlsx | 2023-11
20240105填报   | 11 12           | 特困2023年12月.xlsx | 2023-11
               | 10 11           | 特困.xlsx           | 名称只写了10月，没有写明是哪一年
"""


@pytest.mark.parametrize("line", NUMBERED.strip("\n").splitlines())
def test_sheets_named_by_numbers_are_months_where_all_are(line: str) -> None:
    title, sheets, file, told = (part.strip() for part in line.split("|"))
    names = tuple(sheets.split())
    above = ((1, title),) if title else ()
    seen = replace(table(WITHOUT_PERIOD, names[0]), sheets=names, above=above)
    try:
        slot = slot_of_table(seen, contract("month"), delivery(file))
    except DeliveryError as fault:
        assert told in fault.problem
    else:
        assert slot == told


@pytest.mark.parametrize("names", [("10", "12"), ("Oct", "Dec")])
@pytest.mark.parametrize("written", [xlsx, xls])
def test_sheets_of_bare_months_are_parts_of_their_workbook(
    tmp_path: Path, written: Callable[..., bytes], names: tuple[str, str]
) -> None:
    rows = [["姓名", "身份证号", "发放金额"], ["张三", ZHANG, "450"]]
    notes = [["说明"], ["每月一张表"]]
    seen = reading(tmp_path, written({names[0]: rows, names[1]: rows, "填表说明": notes}), "名单.xlsx").tables
    file = delivery("2023年12月.xlsx")
    assert [slot_of_table(one, contract("month"), file) for one in seen] == ["2023-10", "2023-12"]


@pytest.mark.parametrize("written", [xlsx, xls])
def test_sheets_of_months_are_parts_of_their_workbook(tmp_path: Path, written: Callable[..., bytes]) -> None:
    rows = [["姓名", "身份证号", "发放金额"], ["张三", ZHANG, "450"]]
    seen = reading(tmp_path, written({"10月": rows, "十二月": rows}), "名单.xlsx").tables
    file = delivery("2023年12月.xlsx")
    assert [slot_of_table(one, contract("month"), file) for one in seen] == ["2023-10", "2023-12"]
