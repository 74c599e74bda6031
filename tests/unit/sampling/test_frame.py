"""Plans of spot checks and of visits: who is on benefit comes from the rosters of the run."""

from collections import Counter
from decimal import Decimal
from math import ceil
from pathlib import Path

import pytest

from deliveries import deliver, person
from huimin.ledger.plans import plan_results
from huimin.ledger.records import Decision, records_of
from huimin.sampling.drawing import draw_again
from huimin.sampling.forms import folder_of_forms, write_forms
from huimin.store.root import Root
from nights import night, run_night
from returns import read_rows
from unit.sampling.small_ledger import asked, decide, draw
from unit.work_database import contracts
from unit.workbooks import Book

STREETS = {"甲街": 12, "乙街": 7, "丙街": 3}
"""Persons on dibao, two a household; every third person of the elderly roster has no street there."""


def district(root: Path) -> None:
    """Three streets; 甲街 and 乙街 deliver themselves, 丙街 with the district, and only until July."""
    people, dibao = ["姓名,身份证号,户号,户籍状态,街道"], {}
    for place, (street, size) in enumerate(STREETS.items()):
        lines = ["姓名,身份证号,户主身份证号,发放金额,发放月份,街道,社区"]
        month = "2023-07" if street == "丙街" else "2023-08"
        for n in range(size):
            who, head = (person("19500101", place * 100 + k) for k in (n, n - n % 2))
            lines.append(f"人{place}之{n},{who},{head},500,{month},{street},{street}一社区")
            people.append(f"人{place}之{n},{who},H{place}-{n // 2},正常,{street}")
        dibao[street] = "\n".join(lines) + "\n"
    dead = person("19500101", 2)
    relatives = [person("19500101", n) for n in (4, 103, 200)] + [person("19700101", 900)]
    elderly = [f"老人{n},{person('19300101', 300 + n)},100,2023-08,{'' if n % 3 == 0 else '丁街'}" for n in range(6)]
    people += [f"老人{n},{person('19300101', 300 + n)},E{n},正常,丁街" for n in range(6)]
    deliver(
        root,
        {
            "urban_dibao/甲街/八月.csv": dibao["甲街"],
            "rural_dibao/乙街/八月.csv": dibao["乙街"],
            "urban_dibao/七月.csv": dibao["丙街"],
            "elderly_allowance/八月.csv": "\n".join(["姓名,身份证号,发放金额,发放月份,街道", *elderly, ""]),
            "population/户籍20230801.csv": "\n".join([*people, ""]),
            "deaths/死亡20230801.csv": f"姓名,身份证号,死亡日期,信息来源\n人0之2,{dead},2023-06-15,公安\n",
            "cadre_relatives/备案20230801.csv": "姓名,身份证号,干部身份证号,干部姓名,与干部关系\n"
            + "".join(f"亲属,{who},{person('19750101', 950)},周干部,叔侄\n" for who in relatives),
        },
    )


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Root:
    folder = tmp_path_factory.mktemp("district")
    district(folder)
    run_night(folder)
    return Root(folder)


def test_visits_are_every_filed_relative_on_dibao(root: Root) -> None:
    plan = draw(root, "visits", "1")
    rows = plan.targets().rows(named=True)
    assert {row["id_number"] for row in rows} == {person("19500101", n) for n in (4, 103, 200)}
    assert [row["street"] for row in rows] == ["丙街", "乙街", "甲街"]
    assert {row["told"] for row in rows} == {
        "在享：城市低保。备案干部：周干部（叔侄）",
        "在享：农村低保。备案干部：周干部（叔侄）",
    }
    assert plan.drawn == plan.population().height == 3
    assert draw(root, "visits", "1") == plan


def test_a_spot_check_takes_a_share_of_each_street_s_clues_and_households(root: Root) -> None:
    plan = draw(root, "spot", "0.3")
    strata = {(row["street"], row["sort"]): row for row in plan.strata().rows(named=True)}
    households = {"甲街": 6, "乙街": 4, "丙街": 2, "丁街": 6}
    found = {(street, "household"): size for street, size in households.items()}
    assert {key: row["population"] for key, row in strata.items() if key[1] == "household"} == found
    assert all(row["drawn"] == ceil(Decimal("0.3") * row["population"]) for row in strata.values())
    drawn = Counter((row["street"], row["sort"]) for row in plan.targets().rows(named=True))
    assert drawn == {key: row["drawn"] for key, row in strata.items()}


def test_streets_with_fewest_clues_a_beneficiary_come_first(root: Root) -> None:
    plan = draw(root, "spot", "0.3")
    streets = plan.streets().rows(named=True)
    assert {row["street"]: row["beneficiaries"] for row in streets} == {"甲街": 12, "乙街": 7, "丙街": 3, "丁街": 6}
    ratios = [row["clues"] / row["beneficiaries"] for row in streets]
    assert ratios == sorted(ratios)
    assert len(set(ratios)) > 1
    order = list(dict.fromkeys(plan.targets()["street"]))
    assert order == [row["street"] for row in streets]
    assert list(dict.fromkeys(plan.strata()["street"])) == order


def test_a_household_is_known_by_its_head_and_all_who_are_on_benefit(root: Root) -> None:
    plan = draw(root, "spot", "1")
    faces = {row["id_number"]: row for row in plan.targets().filter(sort="household").rows(named=True)}
    head = person("19500101", 0)
    assert (faces[head]["name"], faces[head]["community"]) == ("人0之0", "甲街一社区")
    assert faces[head]["told"] == "在享2人：人0之0（城市低保）；人0之1（城市低保）"
    assert plan.targets().filter(sort="clue")["told"].null_count() == 0


def test_results_of_a_spot_check_leave_it_open_for_another(root: Root) -> None:
    plan = draw(root, "spot", "0.3", 4)
    row = plan.targets().filter(sort="household").rows(named=True)[0]
    decide(root, Decision(kind="spot", plan=plan.plan, target_key=row["target"], outcome="发现问题"))
    other = draw(root, "spot", "0.3", 5)
    status = {
        standing.plan.plan: (standing.status, standing.checked, standing.found)
        for standing in plan_results(records_of(root))
    }
    assert status[plan.plan] == ("open", 1, 1)
    assert status[other.plan] == ("open", 0, 0)
    assert other.population().equals(plan.population())


def test_the_rosters_of_then_are_drawn_from_again(root: Root) -> None:
    plan = draw(root, "spot", "0.3", 6)
    again = draw_again(root, contracts(), asked("spot", "0.3", 6), plan.as_of)
    kept = plan.targets().select(again.drawn.columns)
    assert again.drawn.equals(kept)
    assert again.strata.equals(plan.strata())
    # the same from rosters and ledger, without what the plan kept
    built = draw_again(root, contracts(), asked("visits", "1"), plan.as_of)
    assert {*built.population["street"]} == {"甲街", "乙街", "丙街"}


def test_forms_are_a_workbook_a_street_for_their_owner_alone(root: Root) -> None:
    plan = draw(root, "visits", "1")
    folder = folder_of_forms(root, plan.plan)
    books = write_forms(root, plan, night(root.path).rules, folder)
    assert [book.name for book in books] == ["近亲属走访_丙街.xlsx", "近亲属走访_乙街.xlsx", "近亲属走访_甲街.xlsx"]
    for place in (folder, folder.parent, *books):
        assert place.stat().st_mode & 0o077 == 0
    titles = [Book(book).cells(Book(book).sheets()[0])[0][0] for book in books]
    assert titles == ["丙街 近亲属走访表", "乙街 近亲属走访表", "甲街 近亲属走访表"]
    before = [book.read_bytes() for book in books]
    assert write_forms(root, plan, night(root.path).rules, folder) == books
    assert [book.read_bytes() for book in books] == before


def test_too_many_streets_share_a_workbook(root: Root, tmp_path: Path) -> None:
    plan = draw(root, "visits", "1")
    books = write_forms(root, plan, night(root.path).rules, tmp_path / "走访", most_books=2)
    assert [book.name for book in books] == ["近亲属走访_丙街.xlsx", "近亲属走访_乙街.xlsx", "近亲属走访_其余.xlsx"]
    assert [row["街道"] for row in read_rows(books[-1], mark="对象编号")] == ["甲街"]


def test_new_relatives_are_drawn_beside_a_plan_that_has_results(root: Root) -> None:
    plan = draw(root, "visits", "1")
    target = plan.targets()["target"][0]
    decide(root, Decision(kind="visits", plan=plan.plan, target_key=target, outcome="未发现问题"))
    assert draw(root, "visits", "1") == plan
    deliver(
        root.path,
        {
            "cadre_relatives/备案20230810.csv": "姓名,身份证号,干部身份证号\n"
            + "".join(f"亲属,{person('19500101', n)},{person('19750101', 950)}\n" for n in (4, 103, 5)),
        },
    )
    run_night(root.path)
    more = draw(root, "visits", "1")
    assert more.targets()["id_number"].to_list() == [person("19500101", 5)]
    assert draw(root, "visits", "1") == more
