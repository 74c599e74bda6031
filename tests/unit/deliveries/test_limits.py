from datetime import UTC, datetime

import pytest

from huimin.deliveries.limits import digest_of_limits, load_limits
from huimin.errors import ContractError
from huimin.nights.night import open_night, read_delivery, receive_step
from huimin.sheets import Limits
from nights import night


def test_without_a_file_the_defaults_hold(tmp_path):
    assert load_limits(tmp_path / "limits.toml") == Limits()


def test_what_is_stated_takes_the_place_of_the_default(tmp_path):
    place = tmp_path / "limits.toml"
    place.write_text("seconds = 60\nratio = 50\n")
    assert load_limits(place) == Limits(seconds=60, ratio=50)
    assert digest_of_limits(load_limits(place)) != digest_of_limits(Limits())


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("second = 60", "second: unknown key"),
        ('seconds = "60"', "seconds: not a whole number above 0"),
        ("seconds = 1.5", "seconds: not a whole number above 0"),
        ("seconds = true", "seconds: not a whole number above 0"),
        ("seconds = 0", "seconds: not a whole number above 0"),
        ("seconds = -1\nrow = 1", "row: unknown key; seconds: not a whole number above 0"),
        ("seconds 60", "no TOML"),
    ],
)
def test_a_wrong_file_says_what_is_wrong_and_what_to_write(tmp_path, text, problem):
    place = tmp_path / "limits.toml"
    place.write_text(text)
    with pytest.raises(ContractError) as fault:
        load_limits(place)
    assert fault.value.where == str(place)
    assert problem in fault.value.problem
    assert "seconds = 600" in fault.value.fix


def test_what_other_limits_refused_is_read_again(tmp_path):
    inbox = tmp_path / "inbox" / "elderly_allowance"
    inbox.mkdir(parents=True)
    (inbox / "a.csv").write_text("姓名,身份证号,发放金额,发放月份\n张三,429999194001010012,1,2023-08\n")
    limits = tmp_path / "state" / "limits.toml"
    limits.parent.mkdir()

    def one_night():
        tonight = night(tmp_path)
        open_night(tonight)
        unread = receive_step(tonight, datetime.now(UTC)).deliveries
        return [read_delivery(tonight, delivery).outcome for delivery in unread]

    limits.write_text("rows = 1\n")
    assert one_night() == ["refused"]
    assert one_night() == []
    limits.write_text("rows = 2\n")
    assert one_night() == ["accepted"]
    limits.write_text("rows = 1\n")
    assert one_night() == []
