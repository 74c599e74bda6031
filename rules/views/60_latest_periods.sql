/*
title = "各名册最近一期：已交付、且不晚于运行日开始的最近所属期"
*/
select
    d.roster as item,
    max(d.starts_on) as starts_on,
    max(d.ends_on) as ends_on
from delivered as d
cross join run as r
where d.starts_on <= r.run_date
group by d.roster
