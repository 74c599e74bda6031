"""Cells of a terminal."""

import pytest
from rich.console import Console
from rich.table import Table

from huimin.report.screen import on_screen


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("a.zip/[/x]八月.csv", "a.zip/[/x]八月.csv"),
        ("\x1b]0;x\x07八月\u202e.csv", r"\x1b]0;x\x07八月\u202e.csv"),
        ("甲　乙", "甲　乙"),
        (12, "12"),
        (None, ""),
    ],
)
def test_what_was_delivered_stands_in_a_table_as_it_is(value: object, shown: str) -> None:
    table = Table("文件", box=None, show_header=False)
    table.add_row(on_screen(value))
    console = Console(width=80)
    with console.capture() as printed:
        console.print(table)
    assert printed.get().rstrip() == f" {shown}".rstrip()
