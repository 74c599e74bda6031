"""A root whose restricted side is encrypted publishes the same, does nothing without its key, and all with it."""

import shutil
from base64 import b64encode
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest

from deliveries import CHILD, HEAD, WIFE, deliver
from huimin.cli import run
from huimin.errors import UsageError
from huimin.matching.open_engine import address_of
from huimin.nights.replay import replay_run
from huimin.nights.run import run_night as run_steps
from huimin.report.posted import gather_posting
from huimin.report.reminders import write_reminders
from huimin.store.audit import notes
from huimin.store.root import Root
from huimin.store.settings import EngineSettings
from huimin.tables.key import KEY, key_id
from huimin.upkeep.verify import differences, verify
from nights import PROJECT, night, run_night
from returns import FOUND, FOUND_NOTHING, ON, fill

RIGHT, WRONG = bytes(range(32)), bytes(32)
NEXT = date(2023, 8, 23)
OTHERS_KEY, NO_KEY = b64encode(WRONG).decode(), "is encrypted, and there is no key"


@pytest.fixture(scope="module")
def roots(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Two roots alike after the same night, the second encrypted."""
    place = tmp_path_factory.mktemp("encryption")
    plain, encrypted = place / "plain", place / "encrypted"
    deliver(plain)
    Root(plain).state.mkdir()
    Root(plain).secret()
    shutil.copytree(plain, encrypted)
    first, now = night(plain), datetime.now(UTC)
    run_steps(first, now)
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv(KEY, b64encode(RIGHT).decode())
        second = night(encrypted)
        object.__setattr__(second, "run", first.run)
        run_steps(second, now)
    return plain, encrypted


@pytest.fixture
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KEY, b64encode(RIGHT).decode())


@pytest.fixture
def plain(roots: tuple[Path, Path], tmp_path: Path) -> Path:
    return shutil.copytree(roots[0], tmp_path / "plain", symlinks=True)


@pytest.fixture
def encrypted(roots: tuple[Path, Path], tmp_path: Path) -> Path:
    return shutil.copytree(roots[1], tmp_path / "encrypted", symlinks=True)


def parquet_files(root: Path) -> Iterator[Path]:
    """Every Parquet file that is not published, but for those that have no column."""
    for side in ("standard", "restricted", "state"):
        for place in (root / side).rglob("*.parquet"):
            if place.read_bytes()[:4] == b"PARE" or pl.read_parquet_schema(place):
                yield place


def tree(root: Path) -> dict[Path, bytes]:
    return {p.relative_to(root): p.read_bytes() for p in root.rglob("*") if p.is_file() and p.name != "lock"}


def clues(root: Path) -> dict[str, str]:
    """Rule to clue id."""
    return dict(pl.read_parquet(root / "published/latest/ledger.parquet").select("rule", "clue_id").rows())


def test_the_same_is_published_byte_for_byte(roots: tuple[Path, Path], key: None) -> None:
    plain, encrypted = roots
    run_id = str(Root(plain).latest())
    assert differences(plain / "published" / run_id, encrypted / "published" / run_id) == ()
    assert verify(encrypted, run_id) == ()


def test_no_file_of_the_restricted_side_is_plain_or_has_a_number_in_it(roots: tuple[Path, Path]) -> None:
    plain, encrypted = (list(parquet_files(root)) for root in roots)
    assert len(plain) == len(encrypted) > 20
    people = [number.encode() for number in (HEAD, WIFE, CHILD)]
    assert any(number in place.read_bytes() for place in plain for number in people)
    for place in encrypted:
        content = place.read_bytes()
        assert (content[:4], content[-4:]) == (b"PARE", b"PARE"), place
        assert not any(number in content for number in people), place


@pytest.mark.parametrize(
    ("told", "problem"),
    [
        ("", NO_KEY),
        (OTHERS_KEY, "not the key that"),
        ("c2hvcnQ=", "not 32 bytes in base64"),
        ("not base64", "not 32 bytes in base64"),
    ],
)
def test_without_the_right_key_nothing_is_taken_or_told(
    encrypted: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], told: str, problem: str
) -> None:
    monkeypatch.setenv(KEY, told)
    deliver(encrypted, {"tekun/特困2023年9月.csv": f"姓名;身份证号;发放金额\n张三;{HEAD};800\n"})
    was, clue = tree(encrypted), clues(encrypted)["deceased"]
    with pytest.raises(UsageError) as refused:
        run_night(encrypted, NEXT)
    assert problem in refused.value.problem and refused.value.fix
    table = ["ledger", "provincial", "-o", str(encrypted.parent / "省.xlsx")]
    for words in (
        ["explain", clue, "--whole"],
        ["verify"],
        ["ledger", "status"],
        table,
        ["sample", "--kind", "visits"],
    ):
        assert run([*words, "--root", str(encrypted)]) == 2
        said = capsys.readouterr().err
        assert problem in " ".join(said.split()) and (not told or told not in said)
    assert tree(encrypted) == was


def test_what_is_published_is_read_without_a_key(roots: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    root = roots[1]
    assert run(["explain", clues(root)["deceased"], "--root", str(root)]) == 0
    assert run(["query", "select count(*) as n from clues", "--format", "csv", "--root", str(root)]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "2"


def returned(root: Path, place: Path) -> Path:
    """The street's workbook filled in: one clue found true, one found nothing."""
    known, book = clues(root), root / "restricted/latest/workbooks/街道_甲街道.xlsx"
    return fill(book, place, {known["deceased"]: FOUND, known["dibao_tekun"]: FOUND_NOTHING})


def test_with_the_key_returns_are_taken_told_and_a_run_is_made_again(
    encrypted: Path, key: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    back, clue = returned(encrypted, tmp_path / "回.xlsx"), clues(encrypted)["deceased"]
    for words in (["ledger", "import", str(back)], ["explain", clue, "--whole"], ["ledger", "status"]):
        assert run([*words, "--root", str(encrypted)]) == 0, words
    assert WIFE in capsys.readouterr().out
    assert all(place.read_bytes()[:4] == b"PARE" for place in parquet_files(encrypted))
    assert replay_run(Root(encrypted), PROJECT, str(Root(encrypted).latest())).different == ()


@pytest.mark.long
def test_with_the_key_plans_secrets_and_reports_go_on_over_two_nights(
    encrypted: Path, key: None, tmp_path: Path
) -> None:
    first, back = str(Root(encrypted).latest()), returned(encrypted, tmp_path / "回.xlsx")
    for words in (
        ["ledger", "import", str(back)],
        ["sample", "--kind", "recheck"],
        ["secret", "rotate", "--yes"],
        ["ledger", "export", "-o", str(tmp_path / "books")],
        ["report", "--month", "2023-08", "-o", str(tmp_path / "report")],
    ):
        assert run([*words, "--root", str(encrypted)]) == 0, words
    assert write_reminders(Root(encrypted), PROJECT, ON).run == first
    edition = gather_posting(Root(encrypted), PROJECT, date(2023, 8, 1), ON)
    assert edition.run == first
    second = run_night(encrypted, NEXT)
    assert (second.new, second.changed, second.vanished) == (0, 0, 0)
    for run_id in (first, second.run):
        assert verify(encrypted, run_id) == ()
        assert replay_run(Root(encrypted), PROJECT, run_id).different == ()
    assert all(place.read_bytes()[:4] == b"PARE" for place in parquet_files(encrypted))


def test_a_plain_root_is_encrypted_by_a_command_alone_and_says_what_stays_plain(
    plain: Path, key: None, capsys: pytest.CaptureFixture[str]
) -> None:
    was = tree(plain)
    with pytest.raises(UsageError, match="is not encrypted"):
        run_night(plain, NEXT)
    assert tree(plain) == was
    for before in (5, 0):
        assert run(["secret", "encrypt", "--root", str(plain)]) == 0
        told = " ".join(capsys.readouterr().out.split())
        assert f"{before} deliveries were plain" in told
        assert "5 files of earlier runs and of verification stay plain" in told
    assert [act["key"] for act in notes(Root(plain), "encrypt")] == [key_id(RIGHT)]
    still = [place for place in parquet_files(plain) if place.read_bytes()[:4] == b"PAR1"]
    assert {place.parent for place in still} == {plain / "restricted" / str(Root(plain).latest())}
    assert verify(plain, str(Root(plain).latest())) == ()


@pytest.mark.long
def test_nights_go_on_from_plain_ones_and_those_are_made_again(plain: Path, key: None) -> None:
    first = str(Root(plain).latest())
    assert run(["secret", "encrypt", "--root", str(plain)]) == 0
    second = run_night(plain, NEXT)
    assert (second.new, second.changed, second.vanished) == (0, 0, 0)
    for run_id in (first, second.run):
        assert verify(plain, run_id) == ()
        assert replay_run(Root(plain), PROJECT, run_id).different == ()


def test_no_cluster_is_asked_for_encrypted_rows(key: None) -> None:
    with pytest.raises(UsageError, match="no cluster reads the encrypted rows"):
        address_of("sc://host:15002", EngineSettings())


def test_one_file_is_tried_with_a_key_and_without_a_root(key: None, plain: Path) -> None:
    assert run(["check", str(plain / "inbox/tekun/特困2023年8月.csv"), "--roster", "tekun"]) == 0
