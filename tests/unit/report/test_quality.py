import re
from html.parser import HTMLParser
from pathlib import Path

import polars as pl
import pytest

from huimin.language import in_chinese
from huimin.quality.judge import RESULTS
from huimin.report.quality import sections_of, write_quality_pages
from unit.quality_rows import contracts, drawn

CONTRACTS = contracts()
COLUMNS = {"roster": pl.String, "delivery": pl.String, **RESULTS, "success": pl.String}
BETWEEN = "expect_column_values_to_be_between"
QUALITY = drawn(
    f"""
    roster   | delivery | expectation                      | type | column | severity | success | observed | unexpected_count | element_count
    deaths   | d1       | name.not_null                    | expect_column_values_to_not_be_null | name | warning | yes | 0.00% | 0 | 12345
    vehicles | v1       | vin.vin_check_digit              | unexpected_rows_expectation | vin | warning | no | vin_check_digit | 7 | 20000
    vehicles | v1       | owned_to.at_least(owned_from)    | expect_column_pair_values_a_to_be_greater_than_b | owned_to, owned_from | warning | no | 0.01% | 2 | 20000
    vehicles | v1       | id_number+plate+vin+owned_from.unique | unexpected_rows_expectation | id_number+plate+vin+owned_from | info | no | 1 | 1 | 20000
    tekun    | t1       | delivery.accepted_share          | {BETWEEN} | accepted_share | critical | no | 0.4000 | 1 | 1
    tekun    | t1       | amount.between(max_value=8000)   | {BETWEEN} | amount | warning | yes | 0.00% | 0 | 300
    tekun    | t1       | delivery.age_days(max_value=62)  | {BETWEEN} | age_days | warning | no | 90 | 1 | 1
    """,  # noqa: E501
    COLUMNS,
).with_columns(success=pl.col("success") == "yes")


class Page(HTMLParser):
    """The text of a page, its tags with their attributes, and the texts of its links."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.texts.append(data.strip())


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("pages") / "quality"
    write_quality_pages(QUALITY, CONTRACTS, place)
    return place


def test_the_worst_roster_comes_first() -> None:
    states = [(section.roster, section.state) for section in sections_of(QUALITY, CONTRACTS)]
    assert states == [("tekun", "critical"), ("vehicles", "warning"), ("deaths", "good")]


def test_what_failed_comes_first_in_words() -> None:
    tekun, vehicles, deaths = sections_of(QUALITY, CONTRACTS)
    assert [(line.success, in_chinese(line.promise)) for line in tekun.lines] == [
        (False, "接收行占比（满 100 行的交付须达一半）"),
        (False, "距所含最近期间（或截至日）的天数：不大于 62"),
        (True, "发放金额：不大于 8000"),
    ]
    assert [in_chinese(line.promise) for line in vehicles.failures] == [
        "车辆识别代号：车辆识别代号校验位不符",
        "转出日期不早于取得日期",
        "身份证号 + 号牌号码 + 车辆识别代号 + 取得日期：同一期内不重复",
    ]
    assert [in_chinese(line.promise) for line in deaths.lines] == ["姓名：不缺"]
    assert [line.observed for line in vehicles.failures] == ["车辆识别代号校验位不符", "0.01%", "1"]


def test_one_page_a_roster_beside_the_index(folder: Path) -> None:
    names = {place.name for place in folder.iterdir()}
    assert names == {"index.html", "tekun.html", "vehicles.html", "deaths.html"}
    links = {attributes["href"] for tag, attributes in Page(folder / "index.html").tags if tag == "a"}
    assert links == {"tekun.html", "vehicles.html", "deaths.html"}


def test_the_index_shows_counts_and_failures(folder: Path) -> None:
    texts = Page(folder / "index.html").texts
    assert {"特困人员救助供养", "区民政局", "机动车登记", "严重", "警告", "通过", "0.4000"} <= set(texts)
    assert "姓名：不缺" not in texts


def test_pages_load_nothing(folder: Path) -> None:
    for place in folder.iterdir():
        page = Page(place)
        policies = [a["content"] for tag, a in page.tags if tag == "meta" and a.get("http-equiv")]
        assert policies == ["default-src 'none'; style-src 'unsafe-inline'"]
        assert not {tag for tag, _ in page.tags} & {"script", "link", "img", "iframe", "object"}
        assert not re.search(r"https?:|@import|url\(", place.read_text(encoding="utf-8"))


def test_the_same_results_give_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    write_quality_pages(QUALITY.reverse(), CONTRACTS, tmp_path)
    for place in folder.iterdir():
        assert (tmp_path / place.name).read_bytes() == place.read_bytes()


def test_text_is_escaped(tmp_path: Path) -> None:
    hostile = QUALITY.with_columns(observed=pl.lit("<script>alert(1)</script>"))
    write_quality_pages(hostile, CONTRACTS, tmp_path)
    assert "<script" not in (tmp_path / "tekun.html").read_text(encoding="utf-8")


def test_without_results(tmp_path: Path) -> None:
    write_quality_pages(QUALITY.clear(), CONTRACTS, tmp_path)
    assert "没有可检查的交付。" in Page(tmp_path / "index.html").texts


@pytest.mark.parametrize("roster", CONTRACTS)
def test_every_promise_of_every_contract_has_words(roster: str) -> None:
    from huimin.quality.rows import row_checks

    rows = [
        {"roster": roster, "delivery": "d", "expectation": c.name, "type": c.expectation.type, "severity": "info"}
        for c in row_checks(CONTRACTS[roster])
    ]
    quality = pl.DataFrame(rows, schema={**COLUMNS, "success": pl.Boolean}).with_columns(success=True)
    (section,) = sections_of(quality, CONTRACTS)
    assert all(re.search(r"[\u4e00-\u9fff]", line.promise) and line.promise != line.name for line in section.lines)
