"""A tiny district of invented people, for tests that need a whole night."""

from pathlib import Path

from huimin.identity import check_character


def person(born: str, number: int) -> str:
    """A valid ID number of a region that was never assigned."""
    head = f"429999{born}{number:03d}"
    return head + check_character(head)


HEAD, WIFE, CHILD = person("19600101", 1), person("19620202", 2), person("20100303", 3)

FILES = {
    "urban_dibao/城市低保.csv": f"""2023年城市低保发放表,,,,,,
序号,姓名,身份证号,户主身份证号,发放金额（元）,发放月份,街道
1,张三,{HEAD},{HEAD},"1,200.00",2023年7月,甲街道
2,李四,{WIFE},{HEAD},500,2023-07,甲街道
3,张三,{HEAD},{HEAD},500,2023-08,甲街道
4,王五,42999919600101000X,{HEAD},500,2023-08,甲街道
合计,,,,2700,,
""",
    "tekun/特困2023年8月.csv": f"姓名;身份证号;发放金额\n张三;{HEAD};800\n",
    "deaths/死亡人员20230801.csv": f"姓名,身份证号,死亡日期,信息来源\n李四,{WIFE},2023-06-15,公安\n",
    "population/户籍20230801.csv": f"""姓名,身份证号,户号,户籍状态,街道
张三,{HEAD},H1,正常,甲街道
李四,{WIFE},H1,正常,甲街道
""",
    "nosuch/x.csv": "a,b\n1,2\n",
}
"""Two clues (deceased, dibao_tekun), one over standard, one reject, one refused delivery."""


def deliver(root: Path, files: dict[str, str] = FILES) -> None:
    """Writes the files into the root's inbox, in GB18030 as departments do."""
    for name, text in files.items():
        place = root / "inbox" / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(text.encode("gb18030"))
