"""What a run says of itself to whoever started it."""

from dataclasses import replace
from pathlib import Path

from huimin.nights.published_run import PublishedRun

RUN = PublishedRun(
    "20230901-000000-00aa", Path("published"), Path("restricted"), latest=True, clues=3, in_force=2, refused=0,
    refused_before=1, kept_out=(), skipped=(), restored=2,
)  # fmt: skip


def test_restored_files_are_told_and_keep_their_published_key() -> None:
    told = RUN.as_json()
    assert told["mended"] == 2
    assert "restored" not in told
    assert any(line.startswith("2 stored files were damaged and are made again") for line in RUN.remarks())


def test_what_was_refused_before_is_closed_by_a_corrected_file() -> None:
    assert [line for line in RUN.remarks() if "corrected files" in line] == [
        "1 refused before are open: corrected files, or `huimin withdraw`, close them"
    ]


def test_rules_that_did_not_run_are_in_the_sentence() -> None:
    assert "规则" not in RUN.headline({})
    skipped = (("deceased", "missing deaths"), ("prisoner", "missing prisoners"))
    assert "；2 条规则未运行；线索 3 条" in replace(RUN, skipped=skipped).headline({})
