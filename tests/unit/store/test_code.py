"""The digest of code by which what is kept is known to be good."""

from importlib.resources import files

from huimin.store.code import digest_of_code, sources


def test_it_is_of_the_packages_named_and_of_no_others() -> None:
    assert digest_of_code("cells") == digest_of_code("cells")
    assert len({digest_of_code(*names) for names in ((), ("cells",), ("tables",), ("cells", "tables"))}) == 4


def test_every_module_counts_and_nothing_beside_them() -> None:
    names = sorted(place.name for place in (files("huimin") / "cells").iterdir() if place.name.endswith(".py"))
    assert [*sources(["cells"])] == [(files("huimin") / "cells" / name).read_bytes() for name in names]


def test_the_words_of_a_language_count_too() -> None:
    assert (files("huimin") / "locale" / "zh.po").read_bytes() in [*sources(["locale"])]
