"""Programs that are being prepared, and classes that are being taught or have just ended."""

from xuefen.demo.offers import Audience
from xuefen.demo.openings import FIRST_SCHOOL, Opening
from xuefen.people.models import Post, Stage
from xuefen.policy.levels import DeliveryMode, Level
from xuefen.programs.states import ProgramState

_ONSITE, _ONLINE, _BASE = DeliveryMode.onsite, DeliveryMode.online, DeliveryMode.base
_CITY, _COUNTY = Level.city, Level.county

IN_PREPARATION = (
    Opening(
        "跨学科项目学习研修", "post_training", _CITY, _ONSITE, 16, 60, seats=60, state=ProgramState.draft
    ),
    Opening(
        "生成式人工智能与备课",
        "post_training",
        _CITY,
        _ONLINE,
        12,
        55,
        seats=300,
        state=ProgramState.submitted,
        summary="八节在线课与两次作业。",
    ),
    Opening(
        "乡村学校体育教师专项",
        "weak_subject",
        _CITY,
        _ONSITE,
        24,
        62,
        seats=50,
        state=ProgramState.returned,
        audience=Audience(subjects=("体育",)),
        return_note="请补充授课教师名单和每半天的内容安排。",
    ),
    Opening(
        "骨干教师返岗实践",
        "backbone",
        _CITY,
        _BASE,
        20,
        66,
        seats=40,
        state=ProgramState.approved,
        audience=Audience(posts=(Post.backbone,)),
    ),
    Opening(
        "云麓区新学期教研组长研修",
        "post_training",
        _COUNTY,
        _ONSITE,
        12,
        50,
        seats=60,
        state=ProgramState.submitted,
        sponsor=1,
    ),
)

TODAY = Opening(
    "新课标下的课堂评价",
    "post_training",
    _CITY,
    _ONSITE,
    24,
    -2,
    enrolled=32,
    seats=40,
    meetings=8,
    opens_in=-40,
    place="市教师培训中心 201",
)
"""Its first day is marked, its second is not, its third is today."""

READY = Opening(
    "课堂观察与诊断",
    "post_training",
    _CITY,
    _ONSITE,
    12,
    -6,
    enrolled=28,
    seats=40,
    meetings=4,
    opens_in=-40,
    place="市教师培训中心 301",
)
"""Over and marked: it can be concluded."""

WITHOUT_RESULTS = Opening(
    "课堂实验的设计与示范",
    "post_training",
    _CITY,
    _ONSITE,
    16,
    -9,
    enrolled=24,
    seats=30,
    meetings=4,
    opens_in=-40,
    has_exam=True,
    place="市教师培训中心实验楼",
)
"""Over and marked, but half of the results are missing."""

CONCLUDED_BY_CITY = Opening(
    "追问的艺术",
    "post_training",
    _CITY,
    _ONSITE,
    16,
    -17,
    enrolled=30,
    seats=40,
    meetings=4,
    opens_in=-50,
    place="市教师培训中心 201",
    audience=Audience(stages=(Stage.primary, Stage.junior)),
)

CONCLUDED_BY_COUNTY = Opening(
    "课堂观察：从看到懂",
    "post_training",
    _COUNTY,
    _ONSITE,
    8,
    -13,
    enrolled=20,
    seats=40,
    opens_in=-45,
    sponsor=1,
    place="云麓区教师进修学校",
    audience=Audience(stages=(Stage.primary, Stage.junior)),
    with_showcase=True,
)

CONCLUDED_BY_SCHOOL = Opening(
    "送培到校：学习单的设计与使用",
    "school_based",
    Level.school,
    DeliveryMode.school_based,
    2,
    -8,
    enrolled=12,
    seats=20,
    meetings=1,
    opens_in=-30,
    sponsor=FIRST_SCHOOL,
    provider="P11",
    place="本校会议室",
)

IN_CLASS = (
    TODAY,
    READY,
    WITHOUT_RESULTS,
    CONCLUDED_BY_CITY,
    CONCLUDED_BY_COUNTY,
    CONCLUDED_BY_SCHOOL,
)
CONCLUDED = frozenset({CONCLUDED_BY_CITY, CONCLUDED_BY_COUNTY, CONCLUDED_BY_SCHOOL})
