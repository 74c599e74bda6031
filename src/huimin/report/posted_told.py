"""The edition for posting as one page and as one workbook. A hidden figure is a `*` in both."""

from pathlib import Path

from huimin.report.page import templates
from huimin.report.posted import MEASURES, TOTAL, Measure, PostedCell, PostedEdition
from huimin.workbooks.written import written_book

HIDDEN = "*"


def posting_page(edition: PostedEdition) -> str:
    """The page as HTML: no script, no outside resource, the same bytes for the same edition."""
    tables = [(heading(one), lines_of(edition, one)) for one in MEASURES]
    template = templates().get_template("posting.html.j2")
    text: str = template.render(edition=edition, tables=tables, hidden=HIDDEN)
    return text.strip() + "\n"


def heading(measure: Measure) -> str:
    """What the table tells, and in what unit."""
    return f"{'最近一期' if measure.stands else '本月'}{measure.title}（{measure.unit}）"


def lines_of(edition: PostedEdition, measure: Measure) -> list[tuple[str, list[int | str]]]:
    """Every line of the table: its title, then its figures by street and in all."""
    at = edition.at(measure.name)
    names = {**edition.items, **({TOTAL: "合计"} if measure.adds_up else {})}
    columns = (*edition.streets, TOTAL)
    lines = ((name, title) for name, title in names.items() if (name, TOTAL) in at)
    return [(title, [shown(at[name, street]) for street in columns]) for name, title in lines]


def shown(cell: PostedCell) -> int | str:
    """The figure, or the mark of a hidden one."""
    return HIDDEN if cell.is_hidden else cell.value


def write_posting_book(edition: PostedEdition, place: Path) -> None:
    """Writes the workbook: a sheet a measure, figures as numbers."""
    with written_book(place, f"公示版 {edition.title}") as book:
        bold = book.add_format({"bold": True})
        figure = book.add_format({"num_format": "#,##0", "align": "right"})
        for measure in MEASURES:
            sheet = book.add_worksheet(measure.title)
            sheet.set_column(0, 0, 36)
            sheet.set_column(1, len(edition.streets) + 1, 12)
            sheet.write_string(0, 0, f"{edition.title} {heading(measure)}", bold)
            sheet.write_string(1, 0, NOTE.format(minimum=edition.minimum))
            sheet.write_row(2, 0, ("项目", *edition.streets, "合计"), bold)
            for row, (title, figures) in enumerate(lines_of(edition, measure), 3):
                sheet.write_string(row, 0, title)
                for column, told in enumerate(figures, 1):
                    sheet.write(row, column, told, figure)


NOTE = "“*”：少于 {minimum} 人，或公布后能推算出少于 {minimum} 人的数"
