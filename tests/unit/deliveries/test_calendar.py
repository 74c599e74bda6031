"""When rosters are due, as declared by default and by an operator, and what is told of a file that cannot be used."""

from pathlib import Path

import pytest

from huimin.contracts.contract import load_contracts
from huimin.deliveries.calendar import DueTime, RosterDue, digest_of_calendar, load_calendar
from huimin.errors import ContractError
from huimin.nights.night import open_night
from nights import night

CONTRACTS = load_contracts(Path(__file__).parents[3] / "expectations")


def loaded(folder: Path, text: str) -> dict[str, RosterDue]:
    place = folder / "calendar.toml"
    place.write_text(text, "utf-8")
    return dict(load_calendar(place, CONTRACTS))


def test_without_a_file_periods_that_end_are_due_and_registers_and_events_never(tmp_path: Path) -> None:
    calendar = load_calendar(tmp_path / "calendar.toml", CONTRACTS)
    assert list(calendar) == list(CONTRACTS)
    assert calendar["urban_dibao"] == RosterDue("month", DueTime(5, of_work=True))
    for roster, contract in CONTRACTS.items():
        assert (calendar[roster].due_time is None) == (contract.period in ("register", "event"))


def test_a_roster_and_a_unit_have_their_own_time(tmp_path: Path) -> None:
    calendar = loaded(
        tmp_path,
        '[urban_dibao]\ndue = "8 workdays"\n[urban_dibao.units]\n"关山街道" = "10 days"\n"洪山街道" = "never"\n'
        '[deaths]\nevery = "month"\n[tekun.units]\n"东湖" = "1 workday"\n',
    )
    dibao = calendar["urban_dibao"]
    assert dibao.allowed(None) == dibao.allowed("和平街道") == DueTime(8, of_work=True)
    assert dibao.allowed("关山街道") == DueTime(10, of_work=False)
    assert dibao.allowed("洪山街道") is None
    assert calendar["deaths"] == RosterDue("month", DueTime(5, of_work=True), is_named=True)
    assert calendar["tekun"].allowed("西岭") == DueTime(5, of_work=True)
    assert calendar["tekun"].allowed("东湖") == DueTime(1, of_work=True)


@pytest.mark.parametrize(
    ("text", "problem", "fix"),
    [
        ("due", "no TOML", "[urban_dibao]"),
        ('[nosuch]\ndue = "5 days"', "nosuch: no roster has this name", "`huimin rosters`"),
        ('[urban_dbao]\ndue = "5 days"', "urban_dbao: no roster has this name", "urban_dibao (nearest to urban_dbao)"),
        ("urban_dibao = 5", "urban_dibao: not a table", "`[urban_dibao]` on a line of its own"),
        ('[urban_dibao]\nby = "5 days"', "urban_dibao: unknown key by", "only due, every, units"),
        ('[urban_dibao]\ndue = "0 days"', "urban_dibao.due: not a time", '`due = "5 workdays"`'),
        ('[urban_dibao]\ndue = "1 week"', "urban_dibao.due: not a time", '`due = "never"`'),
        ("[urban_dibao]\ndue = 5", "urban_dibao.due: not a time", '`due = "10 days"`'),
        ('[urban_dibao]\nunits = ["东湖"]', "urban_dibao.units: not a table", "[ROSTER.units]"),
        ('[urban_dibao.units]\n"东湖" = 5', "urban_dibao.units.东湖: not a time", "[ROSTER.units]"),
        ('[urban_dibao]\nevery = "year"', "urban_dibao.every: its contract says month already", "without `every`"),
        ('[deaths]\nevery = "week"', "deaths.every: not a period", '`every = "month"`'),
        ('[deaths]\ndue = "5 days"', "deaths: nothing says how often", '`every = "month"`'),
    ],
)
def test_what_is_wrong_is_told_with_its_place_and_what_to_write(
    tmp_path: Path, text: str, problem: str, fix: str
) -> None:
    with pytest.raises(ContractError) as fault:
        loaded(tmp_path, text)
    assert fault.value.where == str(tmp_path / "calendar.toml")
    assert problem in fault.value.problem
    assert fix in fault.value.fix


def test_all_problems_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(ContractError) as fault:
        loaded(tmp_path, '[nosuch]\n[urban_dibao]\ndue = "soon"\n[deaths]\n')
    assert fault.value.problem.count(";") == 2


def test_a_digest_tells_one_calendar_from_another_and_not_how_it_is_written(tmp_path: Path) -> None:
    said = digest_of_calendar(loaded(tmp_path, '[tekun]\ndue = "8 days"\n'))
    assert said == digest_of_calendar(loaded(tmp_path, '# so\n[tekun]\ndue = "8 day"\n'))
    assert said != digest_of_calendar(loaded(tmp_path, '[tekun]\ndue = "8 workdays"\n'))
    assert said != digest_of_calendar(loaded(tmp_path, ""))


def test_a_night_does_not_begin_by_a_calendar_that_cannot_be_used(tmp_path: Path) -> None:
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / "calendar.toml").write_text("[nosuch]\n")
    with pytest.raises(ContractError, match="nosuch: no roster has this name"):
        open_night(night(tmp_path))
