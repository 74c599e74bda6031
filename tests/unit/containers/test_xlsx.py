"""What the parts of an .xlsx tell beside the values."""

from pathlib import Path

import pytest

from huimin.containers.pages import WorkbookLimits
from huimin.containers.xlsx import pages_of
from unit.containers.written import xlsx

ROWS = """
<row r="1">
  <c r="A1"><f>1+1</f></c><c r="B1"><f>1-1</f><v>0</v></c><c r="C1"><f>1+1</f><v>2</v></c>
  <c r="D1" s="1"/><c r="E1"><v>0</v></c><c r="F1" t="str"><f>""</f><v></v></c><c r="G1"><f>1</f><v></v></c>
</row>
"""


@pytest.mark.parametrize(
    ("before", "columns"), [("", {0, 6}), ('<calcPr fullCalcOnLoad="1"/>', {0, 1, 6})], ids=["calculated", "asking"]
)
def test_a_formula_that_nobody_has_calculated_is_noted_and_no_other_cell(
    before: str, columns: set[int], tmp_path: Path
) -> None:
    place = tmp_path / "x.xlsx"
    place.write_bytes(xlsx(ROWS, before=before))
    for page in pages_of(place, WorkbookLimits(sheets=9, rows=9, columns=9, text=10_000)):
        list(page.rows)
        assert page.uncalculated == {(0, column) for column in columns}
