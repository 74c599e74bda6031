"""Deliveries arrive in any order, spread over any nights, twice: what is published depends on what they are."""

import io
import os
import shutil
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from deliveries import CHILD, FILES, HEAD, WIFE
from faults.roots import SECOND, one_night, the_night
from huimin.nights.run import read_inbox
from huimin.store.manifest import MANIFEST
from huimin.store.root import Root
from huimin.upkeep.verify import differences, verify

SECRET = bytes(range(32))
DIBAO = "姓名,身份证号,户主身份证号,发放金额,发放月份\n"
PEOPLE = "姓名,身份证号,户号,户籍状态,街道\n"


def packed(**members: str) -> bytes:
    """A zip archive."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, text in members.items():
            archive.writestr(zipfile.ZipInfo(name), text.encode("gb18030"))
    return content.getvalue()


DELIVERED: dict[str, tuple[str | bytes, int]] = {
    **{name: (text, 1) for name, text in FILES.items()},
    "urban_dibao/八月更正.csv": (f"{DIBAO}张三,{HEAD},{HEAD},400,2023-08\n", 5),
    "urban_dibao/八月再更正.csv": (f"{DIBAO}张三,{HEAD},{HEAD},450,2023-08\n李四,{WIFE},{HEAD},1,2023-08\n", 6),
    "urban_dibao/八月更正（副本）.csv": (f"{DIBAO}张三,{HEAD},{HEAD},400,2023-08\n", 7),
    "urban_dibao/六月补报.csv": (f"{DIBAO}张三,{HEAD},{HEAD},300,2023-06\n", 8),
    "urban_dibao/乙街道/八月.csv": (f"{DIBAO}小明,{CHILD},{CHILD},600,2023-08\n", 3),
    "population/户籍20230701.csv": (f"{PEOPLE}张三,{HEAD},H1,迁出,甲街道\n", 9),
    "population/乙街道/户籍20230601.csv": (f"{PEOPLE}小明,{CHILD},H2,正常,乙街道\n", 2),
    "tekun/特困.zip": (packed(**{"2023年8月.csv": f"姓名,身份证号,发放金额\n李四,{WIFE},900\n"}), 4),
    "deaths/没有表头.csv": ("只有一行\n", 2),
}
"""File to content and the minute in which it was last changed: corrections, a copy, a late month, an older register."""


LAST_MINUTE = max(minute for _, minute in DELIVERED.values())


def arrive(root: Path, name: str) -> None:
    """The file is in the inbox, last changed in its own minute, whenever it arrives."""
    content, minute = DELIVERED[name]
    place = root / "inbox" / name
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(content if isinstance(content, bytes) else content.encode("gb18030"))
    changed = datetime(2023, 8, 20, 10, minute, tzinfo=UTC).timestamp()
    os.utime(place, (changed, changed))


def begun(root: Path) -> Path:
    """An empty root whose keyed hashes are those of every other."""
    Root(root).prepare()
    (root / "state" / "secret").write_bytes(SECRET)
    return root


def read_tonight(root: Path, night: int) -> None:
    """A night that is broken off once everything was read."""
    tonight = the_night(root, f"20230810T02{night:04d}-000000")
    read_inbox(tonight, datetime.now(UTC))


@pytest.fixture(scope="module")
def at_once(tmp_path_factory) -> Path:
    """Everything delivered before one night."""
    root = begun(tmp_path_factory.mktemp("at once"))
    for name in DELIVERED:
        arrive(root, name)
    one_night(root, SECOND)
    assert verify(root, SECOND) == ()
    return root


arrivals = st.tuples(
    st.permutations(sorted(DELIVERED)),
    st.lists(st.integers(1, 9), max_size=3, unique=True).map(sorted),
    st.sets(st.sampled_from(sorted(DELIVERED)), max_size=3),
)
"""The order of arrival within a night, the minutes after which a night falls, and what departments take away again once
it was read. What a later night first sees is later, so no file comes a night after one that was changed later."""


@pytest.mark.long
@pytest.mark.slow
def test_what_is_published_depends_only_on_what_was_delivered(at_once, long):
    @settings(
        max_examples=60 if long else 1, deadline=None, derandomize=not long,
        suppress_health_check=list(HealthCheck), database=None,
    )  # fmt: skip
    @given(arrivals)
    def published_alike(drawn: tuple[list[str], list[int], set[str]]) -> None:
        order, nights, taken_away = drawn
        before = 0
        with TemporaryDirectory() as folder:
            root = begun(Path(folder) / "root")
            for night in [*nights, LAST_MINUTE]:
                seen = {name for name in order if (root / "inbox" / name).exists()}
                for name in taken_away & seen:
                    (root / "inbox" / name).unlink()
                for name in order:
                    if before < DELIVERED[name][1] <= night:
                        arrive(root, name)
                before = night
                if night != LAST_MINUTE:
                    read_tonight(root, night)
            one_night(root, SECOND)
            # the manifest alone tells which night saw what first
            assert differences(root / "published" / SECOND, at_once / "published" / SECOND) in ((), (MANIFEST,))
            assert verify(root, SECOND) == ()

    published_alike()


def test_the_same_files_delivered_again_change_nothing(at_once, tmp_path):
    root = Path(shutil.copytree(at_once, tmp_path / "root", symlinks=True))
    shutil.rmtree(root / "published")
    shutil.rmtree(root / "restricted")
    for name in sorted(DELIVERED, reverse=True):
        arrive(root, name)
        (root / "inbox" / name).touch()
    one_night(root, SECOND)
    assert differences(root / "published" / SECOND, at_once / "published" / SECOND) == ()
