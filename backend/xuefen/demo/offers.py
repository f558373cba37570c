"""What the city, its counties and the tiers above offer every year: the courses behind the credits."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from xuefen.demo.people import Person
from xuefen.people.models import Post, Stage
from xuefen.policy.levels import DeliveryMode, Level

GENERAL_TITLES = (
    "新课程标准与大单元教学设计",
    "课堂提问的设计与追问",
    "作业设计与批改研究",
    "学业评价与试题命制",
    "跨学科主题学习的组织",
    "项目式学习的设计与评价",
    "数字教材的课堂应用",
    "教师专业阅读与写作",
    "实验教学能力提升",
    "课堂观察与听评课",
    "学习困难学生的帮助",
    "家校沟通的策略",
)
SUBJECTS_OF_SHORTAGE = ("音乐", "体育", "美术", "英语", "信息技术", "科学", "通用技术")
"""株教函〔2014〕29号 三(一)5."""


@dataclass(frozen=True)
class Audience:
    """Whom a program is for; what is empty restricts nobody."""

    stages: tuple[Stage, ...] = ()
    subjects: tuple[str, ...] = ()
    posts: tuple[Post, ...] = ()
    novices: bool = False

    @property
    def stored(self) -> dict[str, Any]:
        """As `programs` stores it: only what restricts."""
        lists: dict[str, Any] = {"stages": self.stages, "subjects": self.subjects, "posts": self.posts}
        restricting: dict[str, Any] = {
            name: [str(value) for value in values] for name, values in lists.items() if values
        }
        if self.novices:
            restricting["service_years"] = {"at_least": None, "at_most": 0}
        return restricting

    def includes(self, person: Person, on: date) -> bool:
        """Whether the person belongs to it on that day; novices also shortly before they start."""
        return (
            (not self.stages or person.stage in self.stages)
            and (not self.subjects or person.subject in self.subjects)
            and (not self.posts or any(person.holds(post, on) for post in self.posts))
            and (_is_new(person, on) if self.novices else person.hired_on <= on)
        )


EVERYONE = Audience()


def _is_new(person: Person, on: date) -> bool:
    return person.hired_on - timedelta(days=40) <= on <= person.hired_on + timedelta(days=300)


@dataclass(frozen=True)
class Offer:
    """A course as it is offered each year; `ends` is (month, day), amounts are whole hours and credits.

    `title` None: one of the general titles, another each year.
    """

    key: str
    category: str
    level: Level
    mode: DeliveryMode
    credits: int
    ends: tuple[int, int]
    title: str | None = None
    audience: Audience = EVERYONE
    has_exam: bool = False
    provider: str | None = None

    def title_in(self, year: int, turn: int) -> str:
        return self.title or GENERAL_TITLES[(year * 5 + turn) % len(GENERAL_TITLES)]


_ONSITE, _ONLINE, _BASE, _BLENDED = (
    DeliveryMode.onsite,
    DeliveryMode.online,
    DeliveryMode.base,
    DeliveryMode.blended,
)
BASE, WORKSHOP = "P02", "P03"

CITY_OFFERS = (
    Offer("n", "post_training", Level.national, _ONLINE, 40, (7, 25), "国培计划：中小学骨干学科远程研修"),
    Offer("p", "post_training", Level.provincial, _ONLINE, 24, (6, 18)),
    Offer("1", "post_training", Level.city, _ONSITE, 24, (5, 16), audience=Audience(stages=(Stage.primary,))),
    Offer(
        "2",
        "post_training",
        Level.city,
        _ONSITE,
        24,
        (5, 23),
        audience=Audience(stages=(Stage.junior, Stage.senior)),
    ),
    Offer(
        "3",
        "post_training",
        Level.city,
        _ONSITE,
        24,
        (5, 30),
        audience=Audience(stages=(Stage.kindergarten, Stage.special, Stage.vocational)),
    ),
    Offer("4", "post_training", Level.city, _ONLINE, 20, (10, 9)),
    Offer(
        "w",
        "weak_subject",
        Level.city,
        _ONSITE,
        24,
        (7, 12),
        "薄弱学科教师专项培训",
        audience=Audience(subjects=SUBJECTS_OF_SHORTAGE),
    ),
    Offer(
        "b",
        "backbone",
        Level.city,
        _BASE,
        36,
        (7, 20),
        "市级骨干教师研修",
        audience=Audience(posts=(Post.backbone,)),
    ),
    Offer(
        "m",
        "master",
        Level.city,
        _BASE,
        40,
        (8, 10),
        "名师工作室研修",
        audience=Audience(posts=(Post.master_candidate,)),
        provider=WORKSHOP,
    ),
    Offer(
        "o",
        "off_subject",
        Level.city,
        _ONSITE,
        40,
        (8, 16),
        "转岗教师专业补偿培训",
        audience=Audience(posts=(Post.off_subject,)),
    ),
    Offer(
        "c",
        "mental_health_special",
        Level.city,
        _ONSITE,
        30,
        (6, 25),
        "学校心理辅导教师专业培训",
        audience=Audience(posts=(Post.counsellor,)),
    ),
    Offer(
        "h",
        "homeroom",
        Level.city,
        _ONSITE,
        16,
        (8, 22),
        "班主任专题：班级建设",
        audience=Audience(posts=(Post.homeroom,)),
    ),
    Offer(
        "q",
        "principal",
        Level.city,
        _ONSITE,
        120,
        (8, 26),
        "校长（园长）任职资格培训",
        audience=Audience(posts=(Post.principal, Post.principal_designate)),
    ),
    Offer(
        "l",
        "principal",
        Level.city,
        _ONSITE,
        40,
        (4, 18),
        "校长（园长）提高研修",
        audience=Audience(posts=(Post.principal,)),
    ),
    Offer(
        "i",
        "induction",
        Level.city,
        _ONSITE,
        60,
        (8, 28),
        "新任教师岗前集中培训",
        audience=Audience(novices=True),
    ),
    Offer(
        "e",
        "edtech",
        Level.city,
        _BLENDED,
        80,
        (5, 28),
        "教育技术能力培训（上半年）",
        has_exam=True,
        provider=BASE,
    ),
    Offer(
        "f",
        "edtech",
        Level.city,
        _BLENDED,
        80,
        (9, 24),
        "教育技术能力培训（下半年）",
        has_exam=True,
        provider=BASE,
    ),
)

COUNTY_OFFERS = (
    Offer("1", "post_training", Level.county, _ONSITE, 24, (4, 20)),
    Offer("2", "post_training", Level.county, _ONSITE, 18, (9, 27)),
    Offer(
        "3",
        "homeroom",
        Level.county,
        _ONSITE,
        14,
        (8, 30),
        "班主任专题：家校共育",
        audience=Audience(posts=(Post.homeroom,)),
    ),
)
