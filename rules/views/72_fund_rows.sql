/*
title = "扶贫资金和对口帮扶资金：每行一条投入使用记录。subject：年度/街道/社区/项目或帮扶单位，为一笔资金；used 空白按0"
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
    item,
    cast(year as varchar) || '/' || coalesce(street, '') || '/' || coalesce(community, '') || '/' || coalesce(name, '')
        as subject,
    name,
    make_date(year, 1, 1) as starts_on,
    make_date(year, 12, 31) as ends_on,
    invested,
    coalesce(used, 0) as used,
    unused_reason,
    ref
from funds
