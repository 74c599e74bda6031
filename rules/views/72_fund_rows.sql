/*
title = "扶贫资金和对口帮扶资金：每行一条投入使用记录，年度不晚于运行日所在年。subject：年度/街道/社区/项目或帮扶单位，为一笔资金；used 空白按0"
materialise = false
*/
with funds as (
    select
        'poverty_funds' as item,
        year,
        street,
        community,
        project as name,
        invested,
        used,
        unused_reason,
        ref
    from poverty_funds
    union all
    select
        'pairing_funds' as item,
        year,
        street,
        community,
        paired_unit as name,
        invested,
        used,
        unused_reason,
        ref
    from pairing_funds
)

select
    f.item,
    cast(f.year as varchar) || '/' || coalesce(f.street, '') || '/' || coalesce(f.community, '')
    || '/' || coalesce(f.name, '') as subject,
    f.name,
    make_date(f.year, 1, 1) as starts_on,
    make_date(f.year, 12, 31) as ends_on,
    f.invested,
    coalesce(f.used, 0) as used,
    f.unused_reason,
    f.ref
from funds as f
cross join run as r
where f.year <= year(r.run_date)
