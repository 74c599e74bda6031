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
        9999-12-31 → 9999-12-31
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
        长期 → ! date_unparsable
        至今 → ! date_unparsable
        """,
    )


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
        number 2023.1 → ! month_unparsable
        number 45139.5 → ! month_unparsable
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
        N/A → null
        23 → ! year_unparsable
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
        NULL → null
        2023-3 → ! term_unparsable
        2022-2024学年第一学期 → ! term_unparsable
        2023-01-01 → ! term_unparsable
        2023-01-01 00:00:00 → ! term_unparsable
        2023 → ! term_unparsable
        """,
    )
