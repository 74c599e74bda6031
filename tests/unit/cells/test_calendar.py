import pytest

from unit.cells.drawn import Column, check


def test_dates() -> None:
    check(
        Column("date"),
        r"""
        2023-08-01 → 2023-08-01
        2023/8/1 → 2023-08-01
        2023.8.1 → 2023-08-01
        20230801 → 2023-08-01
        2023年8月1日 → 2023-08-01
        ２０２３年０８月０１日 → 2023-08-01
        2023 年 8 月 1 日 → 2023-08-01
        2023-08-01 00:00:00 → 2023-08-01
        2023-08-01 12:30:00 → 2023-08-01
        2023-08-01T23:59:59.999 → 2023-08-01
        2023/8/1 9:05 → 2023-08-01
        2023.8.1 9:05 → 2023-08-01
        20230801 12:30 → 2023-08-01
        2023年8月1日 12时30分 → 2023-08-01
        2023年8月1日12:30:01 → 2023-08-01
        45139 → 2023-08-01
        45139.75 → 2023-08-01
        20000 → 1954-10-03
        60000 → 2064-04-08
        2024-02-29 → 2024-02-29
        2023、8、1 → 2023-08-01
        2023.08.10. → 2023-08-10
        2023/8/10 上午 12:00:00 → 2023-08-10
        2023年8月10 → 2023-08-10
        \u200b2023-08-01\u3000 → 2023-08-01
        / → null
        无 → null
        19999 → ! date_unparsable
        60001 → ! date_unparsable
        2023-02-29 → ! date_unparsable
        2023-13-01 → ! date_unparsable
        19490000 → ! date_unparsable
        0000-01-01 → ! date_unparsable
        2023-08-01 25:00 → ! date_unparsable
        2023-8/1 → ! date_unparsable
        2023-08 → ! date_unparsable
        8/10/23 → ! date_unparsable
        10/8/2023 → ! date_unparsable
        2023-08-10 24:00:00 → ! date_unparsable
        长期 → ! date_unparsable
        至今 → ! date_unparsable
        """,
    )


def test_instants_are_days_of_shanghai() -> None:
    check(
        Column("date"),
        """
        2023-07-31T16:00:00.000Z → 2023-08-01
        2023-07-31T15:59:59Z → 2023-07-31
        2023-08-31T16:00:00+00:00 → 2023-09-01
        2023-08-31 16:00:00+00 → 2023-09-01
        2023-09-01T00:00:00+08:00 → 2023-09-01
        2023-09-01T00:30:00+09:00 → 2023-08-31
        2023-08-31T20:00:00-05:00 → 2023-09-01
        2023-08-31T16:00Z → 2023-09-01
        """,
    )


def test_43_seconds_around_midnight_are_midnight() -> None:
    check(
        Column("date"),
        """
        2023-08-31 23:59:15 → 2023-08-31
        2023-08-31 23:59:16 → 2023-09-01
        2023-08-31 23:59:17 → 2023-09-01
        2023-08-31T23:59:18.000 → 2023-09-01
        2023-08-31 23:59:19 → 2023-08-31
        2023-09-01 00:00:42 → 2023-09-01
        2023-09-01 00:00:43 → 2023-09-01
        2023-08-31T15:59:17Z → 2023-09-01
        2023-08-31 下午11:59:17 → 2023-09-01
        2023-08-31 11:59:17 PM → 2023-09-01
        2023-08-31 11:59:17 AM → 2023-08-31
        20230831235917 → 2023-09-01
        2023年12月31日23时59分17秒 → 2024-01-01
        """,
    )


def test_a_column_whose_every_time_is_16_00_00_is_of_the_next_day() -> None:
    check(
        Column("date"),
        """
        2023-08-31 16:00:00 → 2023-09-01 ? utc_date
        2023-12-31T16:00:00.000 → 2024-01-01 ? utc_date
        无 → null
        不知道 → ! date_unparsable
        """,
    )
    check(Column("month"), "2023-07-31 16:00:00 → 2023-08-01 ? utc_date")


def test_times_of_16_00_00_beside_others_are_times() -> None:
    check(Column("date"), "2023-08-31 16:00:00 → 2023-08-31\n2023-09-01 → 2023-09-01")
    check(Column("date"), "2023-08-31 16:00:00 → 2023-08-31\n2023-08-31 16:00:01 → 2023-08-31")
    check(Column("date"), "2023-08-31 16:00:00 → 2023-08-31\n2023-08-31T16:00:00Z → 2023-09-01")


def test_placeholders_are_no_days() -> None:
    check(
        Column("date"),
        """
        1899-12-30 → ! date_placeholder
        1899-12-31 → ! date_placeholder
        1900-01-01 → ! date_placeholder
        1900/1/1 00:00:00 → ! date_placeholder
        1970-01-01 → ! date_placeholder
        0001-01-01 → ! date_placeholder
        9999-12-31 → ! date_placeholder
        2101-01-01 → ! date_placeholder
        1900-01-02 → 1900-01-02
        1969-12-31 → 1969-12-31
        1970-01-02 → 1970-01-02
        2100-12-31 → 2100-12-31
        """,
    )
    check(
        Column("month"),
        """
        1900-01 → ! date_placeholder
        9999年12月 → ! date_placeholder
        1970-01-01 → ! date_placeholder
        1970-01 → 1970-01-01
        1900-02 → 1900-02-01
        """,
    )


@pytest.mark.parametrize("kind", ["date", "month"])
def test_an_end_may_not_be_in_sight(kind: str) -> None:
    check(Column(kind, is_end=True), "长期 → null\n永久 → null\n至今 → null\n长期有效 → null")
    check(Column(kind, is_end=True), f"待定 → ! {kind}_unparsable")
    check(Column(kind), f"长期 → ! {kind}_unparsable\n至今 → ! {kind}_unparsable")


def test_months() -> None:
    check(
        Column("month"),
        """
        2023-08 → 2023-08-01
        2023-8 → 2023-08-01
        2023/8 → 2023-08-01
        202308 → 2023-08-01
        2023年8月 → 2023-08-01
        2023 年 8 月 → 2023-08-01
        ２０２３年８月 → 2023-08-01
        2023.08 → 2023-08-01
        2023-08-15 → 2023-08-01
        20230815 → 2023-08-01
        2023-08-01 00:00:00 → 2023-08-01
        2023年8月15日 → 2023-08-01
        45139 → 2023-08-01
        - → null
        2023.2 → 2023-02-01
        2023.9 → 2023-09-01
        2023.01 → 2023-01-01
        2023.10 → 2023-10-01
        2023.12 → 2023-12-01
        2023-07-31T16:00:00.000Z → 2023-08-01
        2023-07-31 23:59:17 → 2023-08-01
        2023.1 → ! month_unparsable
        ２０２３．１ → ! month_unparsable
        2023.13 → ! month_unparsable
        2023 → ! month_unparsable
        2023-13 → ! month_unparsable
        202300 → ! month_unparsable
        8月 → ! month_unparsable
        """,
    )


def test_years() -> None:
    check(
        Column("year"),
        """
        2023 → 2023
        2023年 → 2023
        2023年度 → 2023
        ２０２３ → 2023
        1900 → 1900
        2100年度 → 2100
        N/A → null
        1899 → ! date_placeholder
        2101年 → ! date_placeholder
        1000 → ! date_placeholder
        1023 → ! date_placeholder
        2203 → ! date_placeholder
        2999年度 → ! date_placeholder
        0023 → ! date_placeholder
        9999 → ! date_placeholder
        23 → ! year_unparsable
        12023 → ! year_unparsable
        2023-08-01 → ! year_unparsable
        2023.5 → ! year_unparsable
        二〇二三年 → ! year_unparsable
        """,
    )


def test_terms() -> None:
    check(
        Column("term"),
        """
        2023-spring → 2023-spring
        2023-autumn → 2023-autumn
        2023年春季 → 2023-spring
        2023年秋季 → 2023-autumn
        2023春 → 2023-spring
        2023秋 → 2023-autumn
        2023年春季学期 → 2023-spring
        2022-2023学年第二学期 → 2023-spring
        2023-2024学年第一学期 → 2023-autumn
        ２０２３－２０２４ 学年第一学期 → 2023-autumn
        2023-1 → 2023-spring
        2023-2 → 2023-autumn
        1900春 → 1900-spring
        2100-2 → 2100-autumn
        1899-1900学年第二学期 → 1900-spring
        2100-2101学年第一学期 → 2100-autumn
        NULL → null
        1899年秋季 → ! date_placeholder
        1899-1900学年第一学期 → ! date_placeholder
        2100-2101学年第二学期 → ! date_placeholder
        2101-spring → ! date_placeholder
        1023年春季 → ! date_placeholder
        0023年春 → ! date_placeholder
        9999-2 → ! date_placeholder
        9999-3 → ! term_unparsable
        2023-3 → ! term_unparsable
        2023-01-01 → ! term_unparsable
        2023-01-01 00:00:00 → ! term_unparsable
        2022-2024学年第一学期 → ! term_unparsable
        2023-01-01 → ! term_unparsable
        2023-01-01 00:00:00 → ! term_unparsable
        2023 → ! term_unparsable
        """,
    )
