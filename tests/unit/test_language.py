"""Words that are read in English or Chinese, also when they are part of others or were stored."""

import pickle

import pytest

from huimin.errors import PublishError, UsageError
from huimin.language import CHOSEN_BY, Words, _, as_read, in_chinese, listed, reads_chinese


@pytest.fixture(autouse=True)
def _no_locale(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in CHOSEN_BY:
        monkeypatch.delenv(name, raising=False)


def test_marked_words_are_english_until_they_are_read_in_chinese() -> None:
    told = _("days from 0 to {most}", most=36_500)
    assert told == "days from 0 to 36500"
    assert in_chinese(told) == "天数为 0 至 36500"


def test_words_within_words_are_read_too_and_values_stay() -> None:
    told = _("{held} (process {holder})", held=_("another run holds this root"), holder=17)
    assert told == "another run holds this root (process 17)"
    assert in_chinese(told) == "另一次运行正在使用这个数据目录（进程 17）"


def test_a_value_with_braces_is_no_template() -> None:
    assert in_chinese(_("no rule named {unknown}", unknown="{most}")) == "没有名为 {most} 的规则"


def test_braces_of_words_without_values_are_braces() -> None:
    assert _("use no * ? [ ] { } in it") == "use no * ? [ ] { } in it"
    assert in_chinese(_("use no * ? [ ] { } in it")) == "名称里不要用 * ? [ ] { }"


def test_several_words_as_one_keep_both_languages() -> None:
    assert listed([_("missing"), "x", _("empty")]) == "missing; x; empty"
    assert in_chinese(listed([_("missing"), "x", _("empty")])) == "缺少; x; 空"
    assert listed([]) == ""


def test_what_is_not_marked_stays() -> None:
    assert in_chinese("missing") == "missing"


def test_they_are_read_in_chinese_after_another_process_stored_them() -> None:
    told = pickle.loads(pickle.dumps(_("days from 0 to {most}", most=3)))  # noqa: S301  our own
    assert (type(told), told, in_chinese(told)) == (Words, "days from 0 to 3", "天数为 0 至 3")


@pytest.mark.parametrize(
    ("environment", "chinese"),
    [
        ({}, False),
        ({"LANG": "C.UTF-8"}, False),
        ({"LANG": "zh_CN.UTF-8"}, True),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}, False),
        ({"LANG": "en_US.UTF-8", "LC_MESSAGES": "zh_CN.UTF-8"}, True),
        ({"LC_ALL": "", "LANG": "zh_CN.UTF-8"}, True),
        ({"LC_ALL": "zh_CN.UTF-8", "HUIMIN_LANG": "en"}, False),
        ({"LC_ALL": "C", "HUIMIN_LANG": "zh"}, True),
        ({"HUIMIN_LANG": "zha"}, False),
        ({"LANG": "zh"}, True),
    ],
)
def test_the_language_is_the_locales_or_the_one_asked_for(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], chinese: bool
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert reads_chinese() is chinese
    assert as_read(_("missing")) == ("缺少" if chinese else "missing")


def test_an_error_says_where_what_and_what_to_try_in_both() -> None:
    fault = UsageError("--rules", _("no rule named {unknown}", unknown="x"), _("see `huimin rules list`"))
    assert str(fault) == "--rules: no rule named x\ntry: see `huimin rules list`"
    assert fault.in_chinese() == "--rules：没有名为 x 的规则\n怎样改：规则见 `huimin rules list`"
    stored = pickle.loads(pickle.dumps(fault))  # noqa: S301  our own
    assert stored.in_chinese() == fault.in_chinese()


def test_an_error_whose_words_are_chinese_stays() -> None:
    assert PublishError("甲", "坏了", "修好").in_chinese() == "甲：坏了\n怎样改：修好"
