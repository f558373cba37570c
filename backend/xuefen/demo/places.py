"""The invented places of the demo: ten counties and districts of a city that is on no map."""

from typing import NamedTuple

from xuefen.people.models import Stage

CITY_CODE = "439900"
CITY_NAME = "青禾市"
CENTRE = ("P01", "青禾市教师培训中心")
CITY_PROVIDERS = (CENTRE, ("P02", "青禾市信息技术培训基地"), ("P03", "禾风语文名师工作室"))


class School(NamedTuple):
    name: str
    stage: Stage
    size: int | None = None
    """Teachers, where the number matters; else by stage."""
    union: str | None = None


class County(NamedTuple):
    code: str
    name: str
    centre: str | None
    schools: tuple[School, ...]


_KINDERGARTEN, _PRIMARY, _JUNIOR = Stage.kindergarten, Stage.primary, Stage.junior
_SENIOR, _VOCATIONAL, _SPECIAL = Stage.senior, Stage.vocational, Stage.special

FIRST_SCHOOL = "云麓区枫香小学"
"""Where the accounts T0001 and S0001 belong."""
JUST_UNDER = "青禾市第一中学"
"""19 % of its teachers missed last year's 72 credits."""
JUST_OVER = "云麓区云麓中学"
"""21 % of them did."""
EXACTLY = "北河县河埠中学"
"""And here 20 %, which fails too: 以上 includes the number itself."""
NEW_PRINCIPAL = "云麓区松涛小学"
"""Its principal took office this school year."""

DIRECT_SCHOOLS = (
    School(JUST_UNDER, _SENIOR, 100),
    School("青禾市实验小学", _PRIMARY),
    School("青禾市第二中学", _SENIOR),
    School("青禾市青苗幼儿园", _KINDERGARTEN),
    School("青禾市外国语学校", _JUNIOR),
    School("青禾市工业职业学校", _VOCATIONAL),
    School("青禾市启智学校", _SPECIAL),
)

UNION = "柳溪县石板镇联校"

COUNTIES = (
    County(
        "439902",
        "云麓区",
        "云麓区教师进修学校",
        (
            School(FIRST_SCHOOL, _PRIMARY, 40),
            School(JUST_OVER, _JUNIOR, 100),
            School("云麓区松涛小学", _PRIMARY),
            School("云麓区月桥小学", _PRIMARY),
            School("云麓区鹿鸣中学", _JUNIOR),
            School("云麓区小禾苗幼儿园", _KINDERGARTEN),
        ),
    ),
    County(
        "439921",
        "北河县",
        "北河县教师进修学校",
        (
            School(EXACTLY, _JUNIOR, 40),
            School("北河县第一中学", _SENIOR),
            School("北河县城东小学", _PRIMARY),
            School("北河县白沙小学", _PRIMARY),
            School("北河县杨家渡学校", _JUNIOR),
        ),
    ),
    County(
        "439922",
        "柳溪县",
        "柳溪县教师进修学校",
        (
            School("石板镇中心小学", _PRIMARY, union=UNION),
            School("石板镇初级中学", _JUNIOR, union=UNION),
            School("石板镇长冲小学", _PRIMARY, union=UNION),
            School("石板镇中心幼儿园", _KINDERGARTEN, union=UNION),
            School("柳溪县第一中学", _SENIOR),
            School("柳溪县溪口小学", _PRIMARY),
        ),
    ),
    County(
        "439903",
        "南浦区",
        "南浦区教师进修学校",
        (
            School("南浦区星光小学", _PRIMARY),
            School("南浦区浦江路小学", _PRIMARY),
            School("南浦区滨河中学", _JUNIOR),
            School("南浦区实验学校", _JUNIOR),
            School("南浦区蓝天幼儿园", _KINDERGARTEN),
        ),
    ),
    County(
        "439904",
        "禾塘区",
        "禾塘区教师进修学校",
        (
            School("禾塘区荷叶小学", _PRIMARY),
            School("禾塘区新塘小学", _PRIMARY),
            School("禾塘区禾塘中学", _JUNIOR),
            School("禾塘区春芽幼儿园", _KINDERGARTEN),
            School("禾塘区职业中专", _VOCATIONAL),
        ),
    ),
    County(
        "439905",
        "映湖区",
        "映湖区教师进修学校",
        (
            School("映湖区湖滨小学", _PRIMARY),
            School("映湖区望湖中学", _JUNIOR),
            School("映湖区柏树小学", _PRIMARY),
            School("映湖区明德中学", _SENIOR),
            School("映湖区湖心幼儿园", _KINDERGARTEN),
        ),
    ),
    County(
        "439923",
        "枫岭县",
        "枫岭县教师进修学校",
        (
            School("枫岭县第一中学", _SENIOR),
            School("枫岭县城关小学", _PRIMARY),
            School("枫岭县红枫中学", _JUNIOR),
            School("枫岭县岭下小学", _PRIMARY),
            School("枫岭县特殊教育学校", _SPECIAL),
        ),
    ),
    County(
        "439924",
        "桐山县",
        "桐山县教师进修学校",
        (
            School("桐山县第一中学", _SENIOR),
            School("桐山县桐花小学", _PRIMARY),
            School("桐山县高桥中学", _JUNIOR),
            School("桐山县石泉小学", _PRIMARY),
            School("桐山县县直幼儿园", _KINDERGARTEN),
        ),
    ),
    County(
        "439925",
        "茶岭县",
        None,
        (
            School("茶岭县第一中学", _SENIOR),
            School("茶岭县茶花小学", _PRIMARY),
            School("茶岭县云阳中学", _JUNIOR),
            School("茶岭县半山小学", _PRIMARY),
            School("茶岭县新芽幼儿园", _KINDERGARTEN),
        ),
    ),
    County(
        "439981",
        "望川市",
        "望川市教师进修学校",
        (
            School("望川市第一中学", _SENIOR),
            School("望川市江口小学", _PRIMARY),
            School("望川市渡口中学", _JUNIOR),
            School("望川市职业中专", _VOCATIONAL),
            School("望川市西门小学", _PRIMARY),
        ),
    ),
)
