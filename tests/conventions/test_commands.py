"""Every command as a newcomer meets it: help, examples, exit codes, and no traceback."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from deliveries import HEAD, deliver
from huimin.cli import run
from huimin.cli.app import app
from nights import CHECKOUT, run_night


def commands(application=app, words=()):
    """Every command and sub-command as its words."""
    for name in application:
        if name.startswith("-"):
            continue
        inner = application[name]
        names = [sub for sub in inner if not sub.startswith("-")]
        yield (*words, name)
        if names:
            yield from commands(inner, (*words, name))


COMMANDS = list(commands())


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    place = tmp_path_factory.mktemp("district")
    deliver(place)
    run_night(place)
    return place


def test_the_commands_of_the_specification_are_there():
    names = {words[0] for words in COMMANDS}
    built = {"demo", "run", "plan", "check", "rosters", "rules", "explain", "query", "diff", "replay", "verify"}
    built |= {"admit", "withdraw", "release", "sheet", "purge", "doctor", "ledger", "sample", "report"}
    assert (
        built | {"serve", "status", "what-if", "backup", "restore", "worklist", "lineage", "backfill", "secret"}
        == names
    )


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_help_ends_with_an_example_of_that_command(words, capsys):
    assert run([*words, "--help"]) == 0
    told = " ".join(capsys.readouterr().out.split())
    assert f"huimin {words[0]}" in told[told.rindex("Example:") :]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["rosters", "list"], 0),
        (["rosters", "list", "--json"], 0),
        (["rosters", "show", "urban_dibao"], 0),
        (["rosters", "columns", "nosuch"], 2),
        (["rosters", "show", "nosuch"], 2),
        (["rules", "list"], 0),
        (["rules", "show", "dibao_tekun"], 0),
        (["rules", "show", "nosuch"], 2),
        (["rules", "test", "dibao_tekun"], 0),
        (["nosuch"], 2),
        (["explain"], 2),
        (["query", "select 1", "--root", "/nosuch"], 2),
        (["check", "/nosuch.csv", "--roster", "urban_dibao"], 2),
    ],
    ids=str,
)
def test_exit_codes(words, code, capsys):
    assert run(words) == code
    told = capsys.readouterr()
    assert "Traceback" not in told.out + told.err
    if code:
        assert (told.out + told.err).strip()


def test_looking_at_a_published_run(root, capsys):
    place = ["--root", str(root)]
    assert run(["query", "select clue_id, rule from clues order by rule", "--format", "csv", *place]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "clue_id,rule"
    clue = lines[1].split(",")[0]
    assert run(["explain", clue, *place]) == 0
    card = capsys.readouterr().out
    assert "死亡" in card
    assert HEAD not in card
    assert run(["explain", "0" * 16, *place]) == 2
    assert "try:" in capsys.readouterr().err
    assert run(["verify", *place]) == 0
    assert run(["diff", *place]) == 2
    assert run(["rules", "preview", "deceased", "--date", "2023-08-22", *place]) == 0
    assert run(["plan", "--settle", "0", *place]) == 0
    assert "no new deliveries" in capsys.readouterr().out


def test_a_faulty_file_is_checked_before_it_is_delivered(root, tmp_path, capsys):
    source = root / "inbox" / "urban_dibao" / "城市低保.csv"
    assert run(["check", str(source), "--roster", "urban_dibao"]) == 0
    told = capsys.readouterr().out
    assert "id_number_check_digit" in told
    assert "42999919600101000X" not in told
    assert run(["check", str(source), "--roster", "deaths"]) == 11
    assert "死亡日期" in capsys.readouterr().out
    assert run(["sheet", str(source)]) == 0
    assert capsys.readouterr().out.splitlines()[0].startswith("序号,姓名")


def test_a_template_is_written(tmp_path, capsys):
    place = tmp_path / "城市低保.xlsx"
    assert run(["rosters", "template", "urban_dibao", "-o", str(place)]) == 0
    assert place.stat().st_size > 4000


def test_a_doctor_finds_what_is_wrong(root, tmp_path, capsys, monkeypatch):
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    assert run(["doctor", "--root", str(tmp_path / "new")]) == 0
    state = root / "state"
    state.chmod(0o755)
    assert run(["doctor", "--root", str(root)]) == 1
    assert "chmod 700" in re.sub(r"\s+", " ", capsys.readouterr().out)
    state.chmod(0o700)
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:9/api")
    assert run(["doctor", "--root", str(root)]) == 1


def test_importing_the_core_loads_neither_prefect_nor_great_expectations():
    names = [place.stem for place in (CHECKOUT / "src" / "huimin").glob("*.py") if place.stem != "__init__"]
    packages = [
        place.name
        for place in (CHECKOUT / "src" / "huimin").iterdir()
        if place.is_dir() and place.name not in {"cli", "__pycache__"} and (place / "__init__.py").exists()
    ]
    script = (
        f"import importlib, sys\nfor name in {sorted(names + packages)!r}:\n"
        "    importlib.import_module(f'huimin.{name}')\n"
        "assert not {'prefect', 'great_expectations'} & set(sys.modules), 'loaded'"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr


def test_a_command_starts_without_what_only_another_needs():
    script = (
        "import sys, huimin.cli\n"
        "heavy = {'huimin.district', 'prefect', 'great_expectations', 'pandas', 'scipy'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr


def test_no_file_of_the_project_names_a_machine():
    tracked = subprocess.run(["git", "ls-files"], cwd=CHECKOUT, capture_output=True, text=True).stdout.splitlines()
    home = re.compile("/" + "work/|/" + "root/|/opt/" + "pypi")
    for name in tracked:
        place = Path(CHECKOUT / name)
        if place.suffix in {".py", ".md", ".toml", ".sql", ".yaml", ""} and place.is_file() and name != "uv.lock":
            assert not home.search(place.read_text(encoding="utf-8")), name
