"""A clue's card shows sources, values, basis and advice; masked, unless the restricted side is given."""

from dataclasses import dataclass
from io import StringIO

import pytest
from rich.cells import cell_len
from rich.console import Console

from huimin.cells import TYPES
from huimin.cli import run
from huimin.contracts.contract import Column, Contract
from huimin.errors import UsageError
from huimin.report.explain import explain
from huimin.store.audit import account, notes
from huimin.store.root import Root
from unit.published_run import PERSON, RUN, published_run

CLUE = "aaaaaaaaaaaaaaa1"


@dataclass(frozen=True)
class RuleWords:
    """As much of a rule as a card shows."""

    basis: str = "最低生活保障审核确认办法"
    ask: str = "核对死亡日期"
    mistaken_when: tuple[str, ...] = ("姓名相同的另一人", "注销后恢复")


RULES = {"deceased": RuleWords()}
DEATHS = Contract(
    "deaths", "死亡人员", "register", "public_security", "区公安分局", "register", None, 15,
    (Column("died_on", TYPES["date"], ("死亡日期",)), Column("source", TYPES["category"], ("信息来源",))),
    (), (), (), "",
)  # fmt: skip


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    folder = tmp_path_factory.mktemp("root")
    published_run(folder)
    return folder


def drawn(card: object) -> str:
    text = StringIO()
    Console(file=text, width=160).print(card)
    return text.getvalue()


def test_the_card_names_every_source_row_and_the_values_compared(root):
    card = explain(root / "published" / RUN, (CLUE,), RULES, {"deaths": DEATHS})
    register = [source for source in card.sources if source.role == "register"]
    assert [(s.title, s.file, s.sheet, s.row, s.facts) for s in register] == [
        ("死亡人员", "死亡.csv", None, 7, (("死亡日期", "2023-04-11"), ("信息来源", "公安")))
    ]
    payment = [(s.file, s.sheet, s.row) for s in card.sources if s.role == "payment"]
    assert payment == [("低保.xlsx", "5月", 12)]


def test_the_card_tells_basis_question_and_when_it_errs(root):
    text = drawn(explain(root / "published" / RUN, (CLUE,), RULES, {"deaths": DEATHS}))
    for words in (
        "死亡后仍享受",
        "最低生活保障审核确认办法",
        "核对死亡日期",
        "注销后恢复",
        "相互矛盾",
        "2,805.00 元",
        "疑点不是结论",
    ):
        assert words in text


def test_the_card_is_masked_by_default_and_whole_for_a_case_worker(root):
    masked = drawn(explain(root / "published" / RUN, (CLUE,), RULES))
    assert PERSON not in masked and "张三丰" not in masked and "张*" in masked
    card = explain(root / "published" / RUN, (CLUE,), RULES, restricted=root / "restricted" / RUN)
    assert card.person == (("姓名", "张三丰"), ("身份证号", PERSON))
    assert PERSON in drawn(card)


@pytest.mark.parametrize("width", [60, 80])
def test_nothing_of_the_card_is_cut_on_a_narrow_terminal(root, width):
    text = StringIO()
    Console(file=text, width=width, soft_wrap=True).print(explain(root / "published" / RUN, (CLUE,), RULES))
    whole = "".join(line.strip("│ ") for line in text.getvalue().splitlines())
    assert "张*2023年5月至7月领取城市低保3期共2805.00元，与死亡登记不一致。" in whole
    assert "…" not in whole and max(map(cell_len, text.getvalue().splitlines())) <= width


def test_the_card_as_json_holds_the_same(root):
    value = explain(root / "published" / RUN, (CLUE,), RULES, {"deaths": DEATHS}).as_json()
    assert value["clue_id"] == CLUE and value["ask"] == "核对死亡日期"
    assert value["sources"][0]["facts"] == {"name": "张*", "amount": "935.00"}
    assert value["sources"][1]["facts"] == {"死亡日期": "2023-04-11", "信息来源": "公安"}


def test_the_latest_pointer_will_do_for_the_run(root):
    assert explain(root / "published" / "latest", (CLUE,), RULES).clue_id == CLUE


@pytest.mark.parametrize("clue_id", ["ffffffffffffffff", "' or true --", ""])
def test_an_unknown_clue_says_where_ids_are_found(root, clue_id):
    with pytest.raises(UsageError, match=f"no such clue in run {RUN}") as caught:
        explain(root / "published" / "latest", (clue_id,), RULES)
    assert "clue_id" in caught.value.fix


LEDGER = """
clue_id          | rule     | item        | state  | outcome | cause    | verified_on | first_seen | last_seen  | reopened_on | what_changed
aaaaaaaaaaaaaaa1 | deceased | urban_dibao | 待核查 | 查否    | 规则误报 | 2023-08-25  | 2023-08-01 | 2023-09-01 | 2023-09-01  | 期间 2→3
aaaaaaaaaaaaaaa2 | dibao_tekun | rural_dibao | 待核查 | | | | 2023-08-01 | 2023-09-01 | |
aaaaaaaaaaaaaaa3 | deceased | elderly_allowance | 查实 | 查实 | | 2023-08-25 | 2023-09-01 | 2023-09-01 | |
"""  # noqa: E501
DECISIONS = """
record              | sequence | kind   | clue_id          | state | outcome | cause    | verifier | verified_on | decided_at          | file          | row | note
000001-aaaaaaaaaaaa | 1        | ledger | aaaaaaaaaaaaaaa1 | 查否  | 查否    | 规则误报 | 赵核查   | 2023-08-25  | 2023-08-26 20:02:03 | 关山街道.xlsx | 5   | 同名的另一人
000001-aaaaaaaaaaaa | 2        | ledger | aaaaaaaaaaaaaaa3 | 查实  | 查实    |          | 钱核查   | 2023-08-25  | 2023-08-26 20:02:03 | 关山街道.xlsx | 6   |
"""  # noqa: E501


def test_what_was_found_is_told_and_who_found_it_only_to_case_workers(tmp_path):
    published_run(tmp_path, rows={"ledger": LEDGER, "decisions": DECISIONS})
    card = explain(tmp_path / "published" / RUN, (CLUE,), RULES)
    assert dict(card.findings) == {"核查结果": "查否，规则误报，2023-08-25", "重新打开": "2023-09-01：期间 2→3"}
    assert "赵核查" not in drawn(card) and "同名的另一人" not in drawn(card)
    whole = explain(tmp_path / "published" / RUN, (CLUE,), RULES, restricted=tmp_path / "restricted" / RUN)
    words = "核查，查否，规则误报，核查人 赵核查（2023-08-25），关山街道.xlsx 第 5 行，同名的另一人"
    assert whole.findings[2:] == (("2023-08-27 04:02", words),)
    assert "钱核查" not in drawn(whole)


def test_only_who_asks_for_identities_is_told_in_the_audit_log(root):
    place = Root(root)
    place.state.mkdir(exist_ok=True)
    assert run(["explain", CLUE, "--root", str(root)]) == 0
    assert list(notes(place, "explain")) == []
    assert run(["explain", CLUE, "--whole", "--root", str(root)]) == 0
    (act,) = notes(place, "explain")
    assert (act["run"], act["clue"], act["who"]) == (RUN, CLUE, account())
    assert PERSON not in (root / "state" / "audit.jsonl").read_text()
