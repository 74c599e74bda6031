"""Why a text file has no header: which delimiters were tried, and what stands between its titles instead."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise

from huimin.contracts.contract import Contract
from huimin.errors import DeliveryError
from huimin.sheets.dialect import DELIMITERS, vote_of
from huimin.sheets.quoted import Dialect
from huimin.sheets.shapes import Limits

AS_TABLE = "用 Excel 打开，确认各列已分开后另存为 .xlsx，或改用逗号分隔后重新报送"
GAP = r"[^\w]{1,8}"
"""What may stand between two titles: no letters and no digits, so that no value is ever told."""
NOTHING = "文件里没有这些分隔符"
NUL_BYTES = "有空字符（NUL），不能读取；不带标记的 UTF-16 请另存为 UTF-8"
LONGEST = 4096
"""Characters of a line in which titles are looked for."""


def undivided(file: str, contract: Contract, lines: Sequence[str], limits: Limits) -> DeliveryError:
    """The refusal of a text that no delimiter divides into titles of the contract; `lines` are its first ones."""
    wanted = "、".join(column.titles[0] for column in contract.columns if column.required)
    tried = "、".join(DELIMITERS.values())
    found = between_titles(lines, contract, limits) or with_nul(lines) or best_cut(lines, limits) or NOTHING
    return DeliveryError(file, f"没有找到表头；需要的列：{wanted}；试过的分隔符：{tried}；{found}", AS_TABLE)


def between_titles(lines: Sequence[str], contract: Contract, limits: Limits) -> str | None:
    """What stands between the known titles of the line that has most of them side by side, or why it is not read."""
    titles = sorted({title for column in contract.columns for title in column.titles}, key=len, reverse=True)
    title = re.compile("|".join(map(re.escape, titles)))
    best: tuple[int, int, list[str]] = (0, 0, [])
    for number, line in enumerate(lines, start=1):
        gaps = [line[left.end() : right.start()] for left, right in pairwise(title.finditer(line[:LONGEST]))]
        gaps = [gap for gap in gaps if re.fullmatch(GAP, gap)]
        if len(gaps) > best[0]:
            best = len(gaps), number, gaps
    count, number, gaps = best
    if not gaps:
        return None
    why = beyond(lines[number - 1], limits) or f"它们之间是{shown_gap(gaps)}"
    return f"第{number}行有 {count + 1} 个已知表头，{why}"


def with_nul(lines: Sequence[str]) -> str | None:
    """The first line that holds NUL, as a text does that is of another encoding than it was taken for."""
    return next((f"第{number}行里{NUL_BYTES}" for number, line in enumerate(lines, start=1) if "\x00" in line), None)


def beyond(line: str, limits: Limits) -> str | None:
    """Why a line is not read whatever divides it."""
    if "\x00" in line:
        return f"但这一行里{NUL_BYTES}"
    if len(line) > limits.record_characters:
        return f"但这一行超过 {limits.record_characters} 个字符，不能读取"
    if max(map(line.count, DELIMITERS)) >= limits.columns:
        return f"但这一行超过 {limits.columns} 列，不能读取"
    return None


def shown_gap(gaps: Iterable[str]) -> str:
    """What most often stands between two titles, in words where it would not be seen."""
    gap, _ = Counter(gaps).most_common(1)[0]
    if not gap.isspace():
        return f"“{gap}”"
    return f" {len(gap)} 个空格" if len(set(gaps)) == 1 else "数目不等的空格"


def best_cut(lines: Sequence[str], limits: Limits) -> str | None:
    """How the lines are divided best, where one of the delimiters is in them at all."""
    votes = [vote_of(lines, Dialect(mark), limits) for mark in DELIMITERS]
    best = max(votes, key=lambda vote: (vote.agreeing, vote.cells))
    if not best.agreeing:
        return None
    return f"按{DELIMITERS[best.dialect.delimiter]}能分成 {best.cells} 列，但没有一行是已知的表头"
