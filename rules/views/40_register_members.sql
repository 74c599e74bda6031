/*
title = "户籍家庭成员：状态正常的户籍人口，同一户号为一个家庭。born_on：身份证号中的出生日期"
materialise = ["id_number", "household_number", "relation", "born_on", "ref"]
*/
select
    id_number,
    name,
    name_known,
    household_number,
    relation,
    street,
    community,
    try_cast(
        substr(id_number, 7, 4) || '-' || substr(id_number, 11, 2) || '-' || substr(id_number, 13, 2) as date
    ) as born_on,
    ref
from population
where status = '正常'
