"""The rows that hits name stand whole beside the rosters; a roster of which none is named is not read."""

from huimin.clues.cited import cited, lay_cited
from huimin.matching.mount import REF_SPAN
from unit.work_database import rows, work_database

ANN = "429999195001010012"
DIBAO = f"""
ref | name | id_number | street | amount | period     | delivery | row
1   | 王一 | {ANN}     | 东街   | 500    | 2023-03-01 | d1       | 2
2   | 王一 | {ANN}     | 东街   | 510    | 2023-04-01 | d1       | 3
"""
TEKUN = f"""
ref            | name | id_number | amount | period     | delivery | row
{REF_SPAN + 1} | 王一 | {ANN}     | 900    | 2023-03-01 | d2       | 2
"""


def test_named_rows_stand_whole() -> None:
    con = work_database(urban_dibao=DIBAO, tekun=TEKUN)
    con.execute("create temp table matched_refs as select 2::bigint as ref")
    assert lay_cited(con).keys() == {"urban_dibao"}
    assert rows(con, f"select ref, street, amount::integer, delivery, row from {cited('urban_dibao')}") == [
        (2, "东街", 510, "d1", 3)
    ]


def test_deliveries_tell_which_roster_a_row_is_of() -> None:
    con = work_database(urban_dibao=DIBAO, tekun=TEKUN)
    con.execute("insert into mounted values ('urban_dibao', 'd1', 0), ('tekun', 'd2', 1)")
    con.execute(f"create temp table matched_refs as select {REF_SPAN + 1} as ref union all select 7 * {REF_SPAN}")
    assert lay_cited(con).keys() == {"tekun"}
    assert rows(con, f"select ref, name from {cited('tekun')}") == [(REF_SPAN + 1, "王一")]
