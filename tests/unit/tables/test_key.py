"""The key of the restricted side: what it is known by."""

from huimin.tables.key import key_id


def test_a_root_keeps_the_twelve_characters_by_which_its_key_is_known() -> None:
    assert key_id(bytes(range(32))) == "630dcd2966c4"
    assert key_id(bytes(32)) == "66687aadf862"
