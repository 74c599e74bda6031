"""What an operator reads of a night, step by step."""

import re
from datetime import UTC, datetime
from pathlib import Path

import polars as pl

from acceptance.test_held import OTHER_DEATH
from deliveries import CHILD, HEAD, WIFE, deliver
from huimin.nights import lines
from huimin.nights.run import Steps, run_night
from huimin.store.delivery import Delivery, Receipt
from nights import night


def told(root: Path) -> list[str]:
    """A night's lines, without the run's id and the seconds."""
    said: list[str] = []
    tonight = night(root)
    run_night(tonight, datetime.now(UTC), Steps(tells=said.append))
    for line in said:
        assert re.fullmatch(rf"{tonight.run} .+（\d+\.\d 秒）", line), line
    return [line.removeprefix(f"{tonight.run} ").rpartition("（")[0] for line in said]


def of_latest(root: Path, part: str) -> int:
    """The clues of the root's latest run, or as many as are `new` or `vanished` in it."""
    folder = root / "published" / "latest"
    if part == "clues":
        return pl.read_parquet(folder / "clues" / "**" / "*.parquet", hive_partitioning=True).height
    return pl.read_parquet(folder / "changes.parquet").filter(pl.col("change") == part).height


def test_each_step_tells_its_counts_in_a_line(tmp_path: Path) -> None:
    deliver(tmp_path)
    said = told(tmp_path)
    assert re.fullmatch(r"准备：比对日 2023-08-22，合同 \d+ 份，规则 \d+ 条", said[0])
    assert said[1:4] == [
        "接收：5 份，新 5",
        "核查导入：0 份，采纳 0 行",
        "标准化：5 份，7 行，退回 1 行，拒收 1 份",
    ]
    assert re.fullmatch(r"质量检查：\d+ 项期望，未满足 \d+", said[4])
    assert re.fullmatch(r"比对：\d+ 条规则，命中 \d+ 处，\d+ 条未运行", said[5])
    clues = of_latest(tmp_path, "clues")
    assert clues >= 2
    assert said[6:] == [
        f"汇总：线索 {clues} 条，新增 {clues}，持续 0，变化 0，消失 0",
        "汇总：拒收：nosuch/x.csv，没有名为 nosuch 的名册文件夹，放入以名册命名的文件夹",
        f"发布：在用 4 份，线索 {clues} 条，已为最新",
    ]


def test_a_night_after_it_tells_what_is_new_and_names_no_refused_file_twice(tmp_path: Path) -> None:
    deliver(tmp_path)
    told(tmp_path)
    before = of_latest(tmp_path, "clues")
    deliver(tmp_path, OTHER_DEATH)
    said = told(tmp_path)
    assert said[1] == "接收：6 份，新 1"
    assert said[3] == "标准化：1 份，1 行，退回 0 行"
    clues, new, vanished = (of_latest(tmp_path, part) for part in ("clues", "new", "vanished"))
    assert new >= 2 and vanished >= 1 and before - vanished == clues - new
    assert said[6:] == [
        f"汇总：线索 {clues} 条，新增 {new}，持续 {clues - new}，变化 0，消失 {vanished}",
        f"发布：在用 4 份，线索 {clues} 条，已为最新",
    ]


def test_no_line_names_a_person_whatever_the_files_are_called(tmp_path: Path) -> None:
    deliver(tmp_path)
    deliver(tmp_path, {f"tekun/欧阳张三{HEAD}13987654321.csv": "没有表头\n", "nosuch/李四丰的名单.csv": "a\n"})
    deliver(tmp_path, {"urban_dibao/欧阳春华/低保2023年8月.csv": f"姓名,身份证号\n李四丰,{CHILD}\n"})
    said = "\n".join(told(tmp_path))
    assert said.count("拒收：") == 4
    assert not re.search(r"\d{17}[\dX]|13987654321", said)
    assert not [number for number in (HEAD, WIFE, CHILD) if number in said]


def test_more_refused_deliveries_than_a_log_bears_are_counted(tmp_path: Path) -> None:
    deliver(tmp_path, {f"nosuch/{number:02}.csv": f"a\n{number}\n" for number in range(lines.MOST_REFUSED + 2)})
    said = [line for line in told(tmp_path) if "拒收：" in line]
    assert len(said) == lines.MOST_REFUSED + 1
    assert said[-1] == "汇总：拒收：另有 2 份，见 deliveries 表"


def test_rows_and_refusals_of_what_was_read_are_summed() -> None:
    delivery = Delivery("d", "tekun", None, "tekun/a.csv", "a.csv", "", datetime.now(UTC), 1)
    accepted = Receipt(delivery, "accepted", datetime.now(UTC).date(), "", rows_accepted=1200, rows_rejected=3)
    refused = Receipt(delivery, "refused", datetime.now(UTC).date(), "")
    assert list(lines.standardised([accepted, accepted, refused])) == ["3 份，2,400 行，退回 6 行，拒收 1 份"]
    assert list(lines.standardised([])) == ["0 份，0 行，退回 0 行"]
