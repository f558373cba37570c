"""The situations that a policy has to get right, each with a teacher of the first school who is in it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from xuefen.demo.timeline import Timeline
from xuefen.people.models import Post


class Share(NamedTuple):
    """Credits of one category, from courses of at most `largest`, the latest so many years ago."""

    category: str | None
    credits: int
    largest: int = 40
    years_ago: int = 0


Since = Callable[[Timeline], date]
Held = tuple[Post, Since]


def _long_ago(days: Timeline) -> date:
    return date(days.cycle_starts_on.year - 12, 9, 1)


def _this_year(days: Timeline) -> date:
    return days.school_year()


def _mid_cycle(days: Timeline) -> date:
    return date(days.cycle_starts_on.year + 2, 9, 1)


def _three_years_ago(days: Timeline) -> date:
    return days.school_year(3)


@dataclass(frozen=True)
class Situation:
    """A teacher with a story. Amounts are whole credits that count; None: like everybody else.

    `surplus` is what stands above the cap of one term. `edtech`: passed, failed or missing.
    """

    staff_no: str
    name: str
    told: str
    subject: str = "语文"
    since: Since = _long_ago
    held: tuple[Held, ...] = ()
    total: int | None = None
    school_based: int | None = None
    surplus: int = 0
    edtech: str = "passed"
    transferred: bool = False
    also_clerk: bool = False
    avoids: str | None = None
    """A category whose courses were never taken."""
    mix: tuple[Share, ...] = ()
    """What is told of the courses; the rest of `total` is filled from any."""

    def hired_on(self, days: Timeline) -> date:
        return self.since(days)

    def posts(self, days: Timeline) -> list[tuple[Post, date, date | None]]:
        return [(post, max(since(days), self.since(days)), None) for post, since in self.held]

    @property
    def principal(self) -> bool:
        return any(post is Post.principal for post, _ in self.held)


SITUATIONS = (
    Situation(
        "T0001",
        "沈知禾",
        "328 学分，12 学分在审核，一条被退回，有课要上",
        subject="数学",
        held=((Post.homeroom, _three_years_ago), (Post.counsellor, _three_years_ago)),
        total=328,
        school_based=92,
        surplus=2,
        mix=(
            Share("mental_health_special", 30, years_ago=2),
            Share("homeroom", 30),
            Share("post_training", 96, largest=24),
        ),
    ),
    Situation("T0002", "江映雪", "448 学分，只差 2 学分", total=448, school_based=120),
    Situation("T0003", "宋远航", "已满 450 学分，各项条件达标", total=456, school_based=120),
    Situation("T0004", "许棠", "已满 450 学分，但校本研训只有 118", total=450, school_based=118),
    Situation(
        "T0005", "邱望川", "教育技术考试未通过，80 学分不计", total=372, school_based=112, edtech="failed"
    ),
    Situation("T0006", "梁芷若", "缺教育技术能力培训（必修）", total=360, school_based=110, edtech="missing"),
    Situation("T0007", "魏青禾", "新任教师，入职第一年", since=_this_year, edtech="missing"),
    Situation(
        "T0008",
        "范明远",
        "在任校长，每五年 360 学分",
        held=((Post.principal, _three_years_ago),),
    ),
    Situation(
        "T0009",
        "姚素秋",
        "拟任校长，须修满任职资格 300 学时",
        held=((Post.principal_designate, _this_year),),
    ),
    Situation(
        "T0010",
        "谭晓松",
        "班主任，班主任专题培训还没有修",
        avoids="homeroom",
        held=((Post.homeroom, _three_years_ago),),
    ),
    Situation(
        "T0011", "苏怀瑾", "一学期校本研训超过 12 学分，超出部分不计", surplus=6, total=300, school_based=96
    ),
    Situation("T0012", "白露晞", "周期中途入职，按在职月数折算", since=_mid_cycle),
    Situation("T0013", "田一诺", "两年前从别的学校调入", transferred=True),
    Situation("T0014", "石泽宇", "有一条被退回修改"),
    Situation("T0015", "龙雨彤", "有一条不予认定"),
    Situation("T0016", "钟叔平", "有一笔已更正"),
    Situation(
        "T0017",
        "贺兰舟",
        "骨干教师，兼学校管理员：一个账号，两种身份",
        also_clerk=True,
        held=((Post.backbone, _three_years_ago),),
    ),
)
