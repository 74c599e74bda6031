"""The two-year table of pairing funds (对口帮扶资金): what was put in and used, a year beside a year, as a workbook."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb

from huimin.store.root import RESTRICTED_DIRECTORY
from huimin.workbooks.formats import BookFormats, WrittenCell, height, paper_for, print_on
from huimin.workbooks.rows import Rows, style_of
from huimin.workbooks.written import written_book

FUNDS_BOOK = "对口帮扶资金.xlsx"
WHOSE = (("街道", 12, "text"), ("社区", 12, "text"), ("对口帮扶单位", 24, "text"))
"""Title, width and kind of the columns that say whose the money is."""
OF_A_YEAR = (("投入（元）", 15, "money"), ("使用（元）", 15, "money"), ("未使用原因", 24, "text"))
"""The same of what is told of it each year."""
TOTAL = "合计"
HEAD = 3
"""Lines above the columns."""


def write_funds_book(con: duckdb.DuckDBPyConnection, folder: Path, run_date: date) -> tuple[Path, ...]:
    """The workbook now in the folder; none where no pairing fund is in force. Restricted: reasons are whole.

    `con` holds `pairing_funds`. A row a street, community and paired unit; its rows of a year are added up. Beside each
    other stand the last year delivered that has begun by the run date and the year before it; what was not delivered of
    a year stays empty. The same rows give the same bytes. Raises OSError.
    """
    ((year,),) = con.execute(LAST_YEAR, {"this_year": run_date.year}).fetchall()
    if year is None:
        return ()
    folder.mkdir(parents=True, exist_ok=True, mode=RESTRICTED_DIRECTORY)
    years = (year - 1, year)
    titles = [*WHOSE, *((f"{year}年{title}", width, kind) for year in years for title, width, kind in OF_A_YEAR)]
    widths = [width for _, width, _ in titles]
    heading = f"对口帮扶资金 {years[0]}年、{years[1]}年对照"
    with written_book(folder / FUNDS_BOOK, heading) as book:
        formats = BookFormats(book)
        sheet = book.add_worksheet("对照表")
        sheet.set_row(0, 26)
        sheet.write_string(0, 0, heading, formats.title(16))
        told = f"运行日 {run_date}　同一街道、社区、帮扶单位一年的各笔相加；空白：该年没有报送，或没有填写"
        sheet.write_string(1, 0, told, formats.title(10, bold=False))
        sheet.set_row(HEAD - 1, height([title for title, _, _ in titles], widths))
        for place, (title, width, _) in enumerate(titles):
            sheet.set_column(place, place, width)
            sheet.write_string(HEAD - 1, place, title, formats.header())
        styles = [style_of(formats.of(kind)) for _, _, kind in titles]
        lines = Rows(sheet, HEAD, len(titles))
        for cells in rows_of(con, years):
            lines.add(cells, styles, height(cells, widths))
        lines.end()
        sheet.autofilter(HEAD - 1, 0, lines.line - 2, len(titles) - 1)
        sheet.freeze_panes(HEAD, len(WHOSE))
        print_on(sheet, paper_for(widths), HEAD - 1, heading)
    return (folder / FUNDS_BOOK,)


def rows_of(con: duckdb.DuckDBPyConnection, years: tuple[int, int]) -> Iterator[tuple[WrittenCell, ...]]:
    """The cells of each row, nulls last, then those of the sum over all."""
    values = {"before": years[0], "year": years[1]}
    yield from con.execute(TWO_YEARS + "order by all nulls last", values).fetchall()
    sums = "sum(invested_before), sum(used_before), sum(invested), sum(used)"
    totals = con.execute(f"select {sums} from ({TWO_YEARS})", values).fetchall()[0]
    yield (TOTAL, None, None, totals[0], totals[1], None, totals[2], totals[3], None)


LAST_YEAR = "select max(year) from pairing_funds where year <= $this_year"

TWO_YEARS = """
with funds as (
    select street, community, paired_unit, year, sum(invested)::decimal(38, 2) as invested,
           sum(used)::decimal(38, 2) as used, string_agg(distinct unused_reason, '；' order by unused_reason) as reason
    from pairing_funds where year in ($before, $year)
    group by street, community, paired_unit, year
)
select street, community, paired_unit,
       any_value(invested) filter (where year = $before) as invested_before,
       any_value(used) filter (where year = $before) as used_before,
       any_value(reason) filter (where year = $before) as reason_before,
       any_value(invested) filter (where year = $year) as invested,
       any_value(used) filter (where year = $year) as used,
       any_value(reason) filter (where year = $year) as reason
from funds group by street, community, paired_unit
"""
