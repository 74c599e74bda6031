"""A root whose secret is replaced between two nights: nothing is forgotten, asked twice or published under old keys."""

import json
import shutil
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq
import pytest

from deliveries import FILES, HEAD, WIFE, deliver, person
from huimin.cli import run
from huimin.errors import HuiminError
from huimin.identity import keyed_hash
from huimin.ledger.plans import plans_of
from huimin.ledger.records import records_of
from huimin.nights.replay import replay_run
from huimin.report.monthly import write_monthly
from huimin.returns.intake import import_file
from huimin.store import root as store_root
from huimin.store.audit import notes
from huimin.store.root import Root
from huimin.store.rotated import id_of, now_of
from huimin.store.seal import sealed
from huimin.upkeep import rotation
from huimin.upkeep.retention import keep_to
from huimin.upkeep.rotation import rotate
from huimin.upkeep.verify import verify
from huimin.zone import HERE
from nights import PROJECT, run_night, table
from returns import CLUE_ID, FOUND, FOUND_NOTHING, ON, fill, read_rows, write_rows

CADRE = person("19800101", 999)
NIGHT, NEXT = date(2023, 8, 22), date(2023, 8, 23)
UPHELD = FOUND_NOTHING | {"核查结果": "查否维持", "核查人": "孙复"}


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A root with a dead wife, found true, and a second benefit, found nothing and drawn for re-check; visits drawn."""
    place = tmp_path_factory.mktemp("rotation")
    root = place / "root"
    relatives = f"姓名,身份证号,干部身份证号,干部姓名,与干部关系\n张三,{HEAD},{CADRE},某干部,叔侄\n"
    deliver(root, {**FILES, "cadre_relatives/备案20230801.csv": relatives})
    run_night(root, NIGHT)
    shutil.copy(book(root), place / "下发.xlsx")
    give_back(root, fill(place / "下发.xlsx", place / "交回.xlsx", {clues(root)["dibao_tekun"]: FOUND_NOTHING}))
    assert run(["sample", "--kind", "recheck", "--root", str(root)]) == 0
    assert run(["sample", "--kind", "visits", "--root", str(root)]) == 0
    return root


@pytest.fixture
def root(before: Path, tmp_path: Path) -> Path:
    return shutil.copytree(before, tmp_path / "root", symlinks=True)


def book(root: Path) -> Path:
    return root / "restricted" / "latest" / "workbooks" / "街道_甲街道.xlsx"


def forms(root: Path) -> list[Path]:
    return sorted((root / "restricted" / "plans").rglob("*.xlsx"))


def clues(root: Path, run_id: str = "latest") -> dict[str, str]:
    """Rule to clue id."""
    ledger = pl.read_parquet(root / "published" / run_id / "ledger.parquet")
    return dict(ledger.select("rule", "clue_id").rows())


def give_back(root: Path, place: Path) -> None:
    assert run(["ledger", "import", str(place), "--root", str(root)]) == 0


def turn(root: Path) -> str:
    """The id of the new secret."""
    return rotate(Root(root), PROJECT.contracts, datetime.now(HERE), True).secret


def tree(root: Path) -> dict[str, bytes]:
    return {str(p.relative_to(root)): p.read_bytes() for p in root.rglob("*") if p.is_file() and p.name != "lock"}


def words(folder: Path) -> Iterator[str]:
    """Every text in the Parquet files of a run."""
    for place in folder.rglob("*.parquet"):
        for column in pq.read_table(place, partitioning=None).to_pydict().values():
            yield from (word for word in column if isinstance(word, str))


def test_what_would_be_is_told_and_nothing_is_changed(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    was = tree(root)
    assert run(["secret", "rotate", "--root", str(root)]) == 0
    told = capsys.readouterr().out
    assert "2 clues, 2 decisions and 2 open plans are known again" in told and "nothing was changed" in told
    assert tree(root) == was


def test_the_night_after_goes_on_with_everything_under_other_keys(root: Path, tmp_path: Path) -> None:
    first, was = str(Root(root).latest()), clues(root)
    handed_out = Path(shutil.copy(book(root), tmp_path / "下发.xlsx"))
    drawn = [read_rows(form, mark=mark_of(form)) for form in forms(root)]
    name = turn(root)
    give_back(root, fill(handed_out, tmp_path / "旧.xlsx", {was["deceased"]: FOUND}))
    for number, rows in enumerate(drawn):
        filled = [
            row | (UPHELD if CLUE_ID in row else {"检查结果": "未发现问题", "核查人": "周走", "核查日期": ON})
            for row in rows
        ]
        give_back(root, write_rows(tmp_path / f"抽查{number}.xlsx", filled))
    second = run_night(root, NEXT)
    assert (second.new, second.changed, second.vanished) == (0, 0, 0)
    now = {row["rule"]: row for row in table(second, "ledger").to_dicts()}
    assert (now["deceased"]["state"], now["dibao_tekun"]["state"]) == ("查实", "已销号")
    assert {row["first_seen"] for row in now.values()} == {NIGHT}
    assert now["dibao_tekun"]["reopened_on"] is None
    assert not set(was.values()) & set(clues(root).values())
    old = set(now_of(Root(root)))
    assert old >= set(was.values()) and not old & {*words(second.folder), *words(second.restricted)}
    assert json.loads((second.folder / "manifest.json").read_text())["secret"] == name
    for run_id in (first, second.run):
        assert verify(root, run_id) == ()
        assert replay_run(Root(root), PROJECT, run_id).different == ()
    assert [act["secret"] for act in notes(Root(root), "rotate")] == [name]


def mark_of(form: Path) -> str:
    return CLUE_ID if "复核" in form.name else "对象编号"


def test_a_clue_is_found_under_the_id_of_any_secret_and_runs_are_compared(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    was = clues(root)["deceased"]
    turn(root)
    todays = now_of(Root(root))[was]
    asked = ["--root", str(root), "--json"]
    for name in (was, todays):
        assert run(["explain", name, *asked]) == 0
        assert json.loads(capsys.readouterr().out)["clue_id"] == was, "as the run before the next night has it"
    run_night(root, NEXT)
    for name in (was, todays):
        assert run(["explain", name, *asked]) == 0
        assert json.loads(capsys.readouterr().out)["clue_id"] == todays
    assert run(["diff", *asked]) == 0
    counts = json.loads(capsys.readouterr().out)["counts"]
    assert {(row["new"], row["continuing"], row["vanished"]) for row in counts if row["by"] == "item"} == {(0, 2, 0)}
    assert run(["report", "--month", "2023-08", *asked]) == 0


def test_a_draw_from_a_ledger_under_the_earlier_secret_is_drawn_again_under_todays(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (plan,) = [one for one in plans_of(records_of(Root(root))) if one.kind == "recheck"]
    was = clues(root)["dibao_tekun"]
    turn(root)
    todays = now_of(Root(root))[was]
    drawn = {}
    for records in (1, 2):
        words = ["sample", "--kind", "recheck", "--as-of", f"{plan.run}+{records}", "--root", str(root), "--json"]
        assert run(words) == 0
        drawn[records] = json.loads(capsys.readouterr().out)
    assert [[target["target"] for target in one["targets"]] for one in drawn.values()] == [[todays], [todays]]
    assert [one["plan"] for one in drawn.values()] == [plan.plan, None], "the second ledger has that draw in it"


def test_a_month_is_told_with_what_was_returned_after_the_secret_was_replaced(root: Path, tmp_path: Path) -> None:
    filled = fill(book(root), tmp_path / "交回.xlsx", {clues(root)["deceased"]: FOUND})
    turn(root)
    assert import_file(Root(root), filled, PROJECT, datetime(2023, 8, 26, tzinfo=HERE)).taken == 1
    told = write_monthly(Root(root), PROJECT, date(2023, 8, 1), date(2023, 8, 31))
    months = {line.title: line.month for line in told.lines}
    assert (months["发现线索"], months["核查"], months["查实"]) == ("2", "1", "1")


def test_a_book_handed_out_between_rotation_and_night_is_taken_by_the_night(root: Path, tmp_path: Path) -> None:
    turn(root)
    assert run(["ledger", "export", "-o", str(tmp_path / "now"), "--root", str(root)]) == 0
    book_of_now = next((tmp_path / "now").glob("街道_*.xlsx"))
    todays = now_of(Root(root))[clues(root)["deceased"]]
    assert todays in {row[CLUE_ID] for row in read_rows(book_of_now)}
    give_back(root, fill(book_of_now, tmp_path / "新.xlsx", {todays: FOUND}))
    run_night(root, NEXT)
    assert table_of(root, "ledger")["deceased"]["state"] == "查实"


def table_of(root: Path, name: str) -> dict[str, dict[str, object]]:
    rows = pl.read_parquet(root / "published" / "latest" / f"{name}.parquet").to_dicts()
    return {str(row["rule"]): row for row in rows}


@pytest.mark.long
def test_a_second_secret_and_what_retention_takes(root: Path, tmp_path: Path) -> None:
    first, was = str(Root(root).latest()), clues(root)
    old_book = shutil.copy(book(root), tmp_path / "旧.xlsx")
    turn(root)
    turn(root)
    second = run_night(root, NEXT)
    assert (second.new, second.vanished) == (0, 0)
    assert (
        replay_run(Root(root), PROJECT, first).different == () == replay_run(Root(root), PROJECT, second.run).different
    )
    keep_to(Root(root), 0, True, datetime.now(HERE) + timedelta(days=1))
    assert [place.name for place in (root / "state" / "secrets").iterdir()] == [id_of(Root(root).secret())]
    assert verify(root, second.run) == () and replay_run(Root(root), PROJECT, second.run).different == ()
    assert (
        run(
            [
                "ledger",
                "import",
                str(fill(Path(old_book), tmp_path / "再交.xlsx", {was["deceased"]: FOUND})),
                "--root",
                str(root),
            ]
        )
        == 11
    )
    answers = [row for place in (root / "restricted" / "answers").glob("*再交*") for row in read_rows(place)]
    back = next(row for row in answers if row["收件结果"] == "退回")
    assert "其后换过密钥" in back["退回原因"]
    give_back(root, next((root / "restricted" / "answers").glob("*再交*")))
    run_night(root, NEXT)
    assert table_of(root, "ledger")["deceased"]["state"] == "查实"


def test_a_run_held_under_the_earlier_secret_is_not_released(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    latest = str(Root(root).latest())
    held = run_night(root, NEXT).run
    for side in ("restricted", "published"):
        place = root / side / held / "manifest.json"
        facts = json.loads(place.read_text())
        place.write_text(json.dumps(sealed({**facts, "held": True})))
        (root / side / "latest").unlink()
        (root / side / "latest").symlink_to(latest)
    turn(root)
    assert run(["release", held, "--why", "核对过", "--root", str(root)]) == 2
    assert "replaced" in capsys.readouterr().err and Root(root).latest() == latest


class Killed(BaseException):
    """What nobody catches, as nobody catches a kill."""


def killed_at(number: int) -> Callable[..., Callable[..., object]]:
    """Makes of functions ones of which the call of that number, over all of them, is never made."""
    left = [number]

    def deadly(function: Callable[..., object]) -> Callable[..., object]:
        def called(*args: object, **more: object) -> object:
            left[0] -= 1
            if left[0] < 0:
                raise Killed
            return function(*args, **more)

        return called

    return deadly


def test_a_rotation_cut_short_at_any_step_is_made_or_not(
    before: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = []
    for number in range(100):
        root = shutil.copytree(before, tmp_path / f"root{number}", symlinks=True)
        (root / "state" / ".secret.partial" / "half").mkdir(parents=True)
        was, secret = clues(root), Root(root).secret()
        with monkeypatch.context() as patched:
            deadly = killed_at(number)
            for module, name in STEPS:
                patched.setattr(module, name, deadly(getattr(module, name)))
            try:
                turn(root)
                break
            except Killed:
                pass
        made.append(Root(root).secret() != secret)
        if not made[-1]:
            turn(root)
        if made[-2:] in ([False], [False, True]):
            night = run_night(root, NEXT)
            assert (night.new, night.vanished) == (0, 0)
            assert not set(was.values()) & set(clues(root).values())
        assert {place.name for place in (root / "state" / "secrets").iterdir()} <= {*secrets_told(root)}
        assert not list((root / "state").glob(".*.partial"))
        shutil.rmtree(root)
    assert made == sorted(made) and {*made} == {False, True}, "not made before one step, made from it on"


STEPS = ((rotation, "write_whole"), (rotation, "write_json"), (rotation, "note"), (Path, "rename"),
         (store_root, "write_whole"))  # fmt: skip


def secrets_told(root: Path) -> Iterator[str]:
    for act in notes(Root(root), "rotate"):
        yield from (str(act["secret"]), str(act["replaces"]))


def test_without_a_run_and_beside_one_nothing_is_replaced(root: Path, tmp_path: Path) -> None:
    with pytest.raises(HuiminError):
        rotate(Root(tmp_path), PROJECT.contracts, datetime.now(HERE), True)
    with Root(root).hold(), pytest.raises(HuiminError) as fault:
        rotate(Root(root), PROJECT.contracts, datetime.now(HERE), True)
    assert fault.value.exit_code == 15


def test_the_head_is_no_longer_traced_by_the_secret_that_leaked(root: Path) -> None:
    leaked = Root(root).secret()
    turn(root)
    second = run_night(root, NEXT)
    traced = {keyed_hash(leaked, domain, who) for domain in ("person", "household") for who in (HEAD, WIFE)}
    assert traced and not traced & {*words(second.folder)}
