"""Whom to call, as an operator states it, and what is told of a file that cannot be used: never anybody's name."""

from pathlib import Path

import pytest

from huimin.deliveries.contacts import Contact, Contacts, load_contacts
from huimin.errors import ContractError
from nights import PROJECT

WANG, LI, ZHANG, ZHAO = (Contact(name, f"027-{place}") for place, name in enumerate(("王芳", "李强", "张敏", "赵静")))
FILE = """
[departments.civil_affairs]
liaison = { name = "王芳", phone = "027-0" }
policy = { name = "李强", phone = "027-1" }

[streets."关山街道"]
liaison = { name = "张敏", phone = "027-2" }

[rosters.tekun]
policy = { name = "赵静", phone = "027-3" }
[rosters.tekun.units]
"东湖" = { name = "王芳", phone = "027-0" }
"""


def loaded(folder: Path, text: str) -> Contacts:
    place = folder / "contacts.toml"
    place.write_text(text, "utf-8")
    return load_contacts(place, PROJECT.contracts)


def test_nobody_is_named_without_a_file(tmp_path: Path) -> None:
    assert load_contacts(tmp_path / "contacts.toml", PROJECT.contracts) == Contacts()


def test_a_department_a_street_and_a_unit_have_somebody_and_a_roster_its_departments_unless_it_has_its_own(
    tmp_path: Path,
) -> None:
    found = loaded(tmp_path, FILE)
    assert (found.departments, found.streets) == ({"区民政局": WANG}, {"关山街道": ZHANG})
    assert found.units == {("tekun", "东湖"): WANG}
    of_department = [one.roster for one in PROJECT.contracts.values() if one.department == "civil_affairs"]
    assert list(found.policy) == of_department
    assert (found.policy["tekun"], found.policy["urban_dibao"]) == (ZHAO, LI)
    assert loaded(tmp_path, FILE.replace("departments.civil_affairs", 'departments."区民政局"')) == found


@pytest.mark.parametrize(
    ("text", "problem", "fix"),
    [
        ("王芳", "no TOML", '[departments."区民政局"]'),
        ("[people]", "unknown key people", "only departments, streets, rosters"),
        ("streets = 5", "streets: not a table", '[streets."关山街道"]'),
        (
            '[departments."区民证局"]',
            "departments.区民证局: no department has this name",
            "区民政局 (nearest to 区民证局)",
        ),
        ("[departments.x]", "departments.x: no department has this name", "write one of "),
        (
            '[departments.civil_affairs]\n[departments."区民政局"]',
            "told twice, by its name and its id",
            "[departments.",
        ),
        ("[rosters.urban_dbao]", "rosters.urban_dbao: no roster has this name", "urban_dibao (nearest to urban_dbao)"),
        ("[rosters.tekun]\nliaison = 5", "rosters.tekun: unknown key liaison", "only policy, units"),
        ('[rosters.tekun]\nunits = "王芳"', "rosters.tekun.units: not a table", "[rosters.ROSTER.units]"),
        (
            '[rosters.tekun.units]\n"东湖" = "王芳"',
            "rosters.tekun.units.东湖: not a name and a phone",
            "below `[rosters",
        ),
        ('[streets."东湖"]\npolicy = 5', "streets.东湖: unknown key policy", "only liaison"),
        (
            '[streets."东湖"]\nliaison = { name = "王芳" }',
            "streets.东湖.liaison: not a name and a phone",
            "`liaison = {",
        ),
        (
            '[streets."东湖"]\nliaison = { name = "王芳", phone = 27 }',
            "liaison: name or phone is no text",
            "`liaison = {",
        ),
        (
            '[streets."东湖"]\nliaison = { name = " ", phone = "1" }',
            "liaison: name or phone is no text",
            "`liaison = {",
        ),
        ('[streets."东湖"]\n"王芳" = 5', "streets.东湖: unknown key", "only liaison"),
        ('streets = { "东湖" = 5 }', "streets.东湖: not a table", '[streets."关山街道"]'),
    ],
)
def test_what_is_wrong_is_told_with_its_place_and_what_to_write_and_nobody_is_named(
    tmp_path: Path, text: str, problem: str, fix: str
) -> None:
    with pytest.raises(ContractError) as fault:
        loaded(tmp_path, text)
    assert fault.value.where == str(tmp_path / "contacts.toml")
    assert problem in fault.value.problem
    assert fix in fault.value.fix
    assert "王芳" not in fault.value.problem


def test_all_problems_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(ContractError) as fault:
        loaded(tmp_path, '[people]\n[rosters.nosuch]\n[streets."东湖"]\nliaison = 5\n')
    assert fault.value.problem.count(";") == 2


def test_somebody_is_in_no_log() -> None:
    assert not [secret for secret in ("王芳", "027") if secret in repr(Contacts({"区民政局": WANG}))]


def test_whom_to_call_is_written_as_name_and_phone() -> None:
    assert str(WANG) == f"{WANG.name} {WANG.phone}"
