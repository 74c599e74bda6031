"""However a text file is cut into blocks, what it leaves is the same to the byte."""

import json
import tempfile
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

from hypothesis import example, given
from hypothesis import strategies as st

from huimin.deliveries.reading import Order, read_into
from huimin.sheets import Limits
from huimin.store.delivery import Delivery
from nights import PROJECT
from properties.drawing import drawn

HEAD = "姓名,身份证号,街道,发放金额,发放月份,发放日期\n"
OTHER = "街道,姓名,身份证号,发放金额,发放月份\n"
WITHOUT_MONTH = "姓名,身份证号,发放金额\n"
ZHANG, LI = "429999194001010012", "429999194102020025"
LINES = (
    f"张三,{ZHANG},东湖,100,2023-08,2023-08-14 16:00:00\n",
    f"李四,{LI},珞南,200.5,202307,2023-08-15\n",
    f"东湖,王五,{LI},5,2023-08\n",
    f"张三,{ZHANG},100\n",
    f"张三,{ZHANG},东湖,1,200,2023-08\n",
    f'"张\n三",{ZHANG},"东,湖",100,2023-08,\n',
    f'"李四,{LI},珞南,1,2023-08,\n',
    f'李"四,{LI},珞南"街,1,2023-08,\n',
    "无,,,,,\n",
    "\n",
    ",,,,,\n",
    "\r\n",
    "7,,,,,\n",
    "本月无发放对象\n",
    "合计,,,300,,\n",
    "说明：1.如实填写\n",
    "2.不得涂改\n",
    "2023年9月发放表,,,,,\n",
    "单位：万元\n",
    "填写示例,,,,,\n",
    "以下为正式填报,,,,,\n",
    "街道,身份证号,姓名,\n",
    HEAD,
    OTHER,
    "x" * 90 + "\n",
)
BEGINNINGS = (HEAD, OTHER, WITHOUT_MONTH, f"2023年8月\n{HEAD}", f"填写示例\n{WITHOUT_MONTH}", "\ufeff" + HEAD)
FILES = ("高龄津贴.csv", "高龄津贴2023年8月.csv", "高龄津贴20230815.xls")
SMALL = Limits(header_rows=4, record_lines=3, lines_ahead=9, record_characters=80)
AT_ONCE = 10_000


def left(content: bytes, file: str, block_bytes: int) -> dict[str, object]:
    """What the file leaves, by name; of its receipt all but the limits that a refusal names."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "left"
        folder.mkdir()
        place = Path(name) / "0f3a"
        place.write_bytes(content)
        at = datetime(2023, 9, 15, tzinfo=UTC)
        delivery = Delivery("a" * 16, "elderly_allowance", None, f"elderly_allowance/{file}", file, "0f3a", at, 1)
        limits = replace(SMALL, block_bytes=block_bytes)
        read_into(folder, Order(place, delivery, PROJECT.contracts["elderly_allowance"], date(2023, 9, 22), limits))
        found: dict[str, object] = {path.name: path.read_bytes() for path in folder.iterdir()}
        found["receipt.json"] = {**json.loads((folder / "receipt.json").read_bytes()), "extra": {}}
        return found


def content_of(beginning: str, lines: list[str], encoding: str, *, damaged: bool) -> bytes:
    """The file in that encoding, perhaps with a line that is not of it."""
    content = (beginning + "".join(lines)).encode(encoding, "replace")
    return content + b"\xff\xff\n" + content if damaged else content


@drawn(short=4, long=400)
@given(
    st.sampled_from(BEGINNINGS),
    st.lists(st.sampled_from(LINES), min_size=1, max_size=24),
    st.sampled_from(FILES),
    st.sampled_from(("utf-8", "gb18030", "utf-16")),
    st.booleans(),
    st.integers(3, 400),
)
@example(WITHOUT_MONTH, [LINES[3]] * 9 + [LINES[17], WITHOUT_MONTH, LINES[3]], FILES[2], "utf-8", False, 50)
@example(HEAD, [LINES[0]] * 9 + [LINES[1]], FILES[0], "utf-8", False, 50)
@example(HEAD, [LINES[19], *[LINES[1]] * 9, LINES[20], LINES[0]], FILES[0], "utf-8", False, 50)
@example(HEAD, [LINES[13], *[LINES[9]] * 9, LINES[1]], FILES[1], "gb18030", False, 50)
@example(HEAD, [LINES[1], *[LINES[12]] * 9, OTHER, LINES[2], HEAD, LINES[0]], FILES[1], "utf-16", False, 50)
def test_blocks_change_nothing(
    beginning: str, lines: list[str], file: str, encoding: str, damaged: bool, block_bytes: int
) -> None:
    content = content_of(beginning, lines, encoding, damaged=damaged)
    assert left(content, file, block_bytes) == left(content, file, AT_ONCE)
