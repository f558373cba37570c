"""The demo's teachers: who they are, where they work and have worked, which posts they hold."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from uuid import UUID

from xuefen.demo import places
from xuefen.demo.names import invent_name
from xuefen.demo.seed import Seed
from xuefen.demo.situations import SITUATIONS, Situation
from xuefen.demo.timeline import Timeline
from xuefen.demo.tree import Node, Tree
from xuefen.people.models import Post, Stage

SHOWCASE = "T0001"
COUNTED = {places.JUST_UNDER: 19, places.JUST_OVER: 21, places.EXACTLY: 20}
"""School -> percentage of its teachers below 72 credits last year."""
SUBJECTS = {
    Stage.kindergarten: ("学前教育",),
    Stage.primary: ("语文", "数学", "语文", "数学", "英语", "科学", "音乐", "体育", "美术", "道德与法治"),
    Stage.junior: ("语文", "数学", "英语", "物理", "化学", "生物", "历史", "地理", "体育", "道德与法治"),
    Stage.senior: ("语文", "数学", "英语", "物理", "化学", "生物", "历史", "地理", "思想政治", "信息技术"),
    Stage.vocational: ("语文", "数学", "机电技术", "会计", "旅游服务", "计算机应用", "信息技术", "体育"),
    Stage.special: ("生活适应", "康复训练", "语文", "音乐", "美术"),
}


@dataclass(eq=False)
class Person:
    """A teacher. `employments` are (school, from, until), the last one open."""

    id: UUID
    user_id: UUID
    staff_no: str
    name: str
    stage: Stage
    subject: str
    hired_on: date
    employments: list[tuple[Node, date, date | None]]
    posts: list[tuple[Post, date, date | None]] = field(default_factory=list)
    situation: Situation | None = None
    short_in: set[int] = field(default_factory=set)
    """Years in which the 72 credits are missed."""

    @property
    def school(self) -> Node:
        return self.employments[-1][0]

    def school_on(self, day: date) -> Node:
        """As the intake reads it: training before employment belongs to the first school."""
        begun = [school for school, starts_on, _ in self.employments if starts_on <= day]
        return begun[-1] if begun else self.employments[0][0]

    def holds(self, post: Post, on: date) -> bool:
        return any(held is post and since <= on <= (until or date.max) for held, since, until in self.posts)


def hire(tree: Tree, seed: Seed, days: Timeline, numbered_after: int = 0) -> list[Person]:
    """Everybody, in the order of their staff numbers; the first school comes first."""
    hiring = _Hiring(tree, seed, days, numbered_after)
    staffs = [[hiring.teacher(school, place) for place in range(school.size)] for school in tree.schools]
    for people in staffs:
        _share_posts(people, seed.random, days)
    for people in staffs:
        _share_shortfalls(people, seed.random, days)
    return [person for people in staffs for person in people]


class _Hiring:
    def __init__(self, tree: Tree, seed: Seed, days: Timeline, numbered_after: int) -> None:
        self.tree, self.seed, self.days = tree, seed, days
        self.count = numbered_after
        self.situations = {situation.staff_no: situation for situation in SITUATIONS}

    def teacher(self, school: Node, place: int) -> Person:
        self.count += 1
        staff_no = f"T{self.count:04}"
        situation = self.situations.get(staff_no)
        random = self.seed.random
        stage = school.stage or Stage.primary
        hired_on = situation.hired_on(self.days) if situation else self._hired_on(random, school)
        person = Person(
            id=self.seed.identity(f"teacher {staff_no}", self.days.opening),
            user_id=self.seed.identity(f"user {staff_no}", self.days.opening),
            staff_no=staff_no,
            name=situation.name if situation else invent_name(random),
            stage=stage,
            subject=situation.subject if situation else random.choice(SUBJECTS[stage]),
            hired_on=hired_on,
            employments=[(school, hired_on, None)],
            situation=situation,
        )
        self._move(person)
        return person

    def _hired_on(self, random: Random, school: Node) -> date:
        """Mostly long ago; some in mid-cycle; a few this school year."""
        chance = random.random()
        if _is_counted(school) or chance < 0.75:
            return date(self.days.cycle_starts_on.year - random.randint(1, 28), 9, 1)
        if chance < 0.97:
            return self.days.school_year(random.randint(1, 5))
        return self.days.school_year()

    def _move(self, person: Person) -> None:
        """A few came from another school, two to four years ago."""
        random = self.seed.random
        wanted = person.situation.transferred if person.situation else random.random() < 0.02
        moved_on = self.days.school_year(2 if person.situation else random.randint(2, 4))
        if not wanted or _is_counted(person.school) or person.hired_on >= moved_on:
            return
        others = [
            school
            for school in self.tree.schools
            if school.stage is person.stage and school is not person.school and not _is_counted(school)
        ]
        if others:
            before = random.choice(others)
            last_day = moved_on - timedelta(days=1)
            person.employments = [
                (before, person.hired_on, last_day),
                (person.school, moved_on, None),
            ]


def _share_posts(people: list[Person], random: Random, days: Timeline) -> None:
    """One principal and one counsellor a school; homeroom, backbone and other posts by chance."""
    plain = [person for person in people if person.situation is None]
    _appoint_principal(people, plain, random, days)
    for person in plain:
        if person.stage is not Stage.kindergarten and random.random() < 0.3:
            person.posts.append(_homeroom(person, random, days))
        if random.random() < 0.08:
            person.posts.append((Post.backbone, days.school_year(random.randint(0, 3)), None))
        if random.random() < 0.01:
            person.posts.append((Post.off_subject, days.school_year(random.randint(0, 3)), None))
    _since(random.choice(plain), Post.counsellor, days.school_year(random.randint(0, 4)))
    _since(random.choice(plain), Post.cadre, days.school_year(random.randint(0, 4)))
    if random.random() < 0.3:
        _since(random.choice(plain), Post.master_candidate, days.school_year(1))
    for person in people:
        if person.situation:
            person.posts += person.situation.posts(days)


def _appoint_principal(people: list[Person], plain: list[Person], random: Random, days: Timeline) -> None:
    """One a school, unless a situation already has one; some are new this school year."""
    if any(person.situation and person.situation.principal for person in people):
        return
    senior = min(plain, key=lambda person: person.hired_on)
    is_new = senior.school.name == places.NEW_PRINCIPAL or random.random() < 0.12
    years = 0 if is_new else random.randint(1, 8)
    senior.posts.append((Post.principal, days.school_year(years), None))


def _homeroom(person: Person, random: Random, days: Timeline) -> tuple[Post, date, date | None]:
    since = max(person.hired_on, days.school_year(random.randint(0, 4)))
    ended = random.random() < 0.3 and since < days.school_year(1)
    return Post.homeroom, since, days.school_year() - timedelta(days=1) if ended else None


def _since(person: Person, post: Post, day: date) -> None:
    person.posts.append((post, max(person.hired_on, day), None))


def _share_shortfalls(people: list[Person], random: Random, days: Timeline) -> None:
    """Who misses the 72 credits of a year: an exact share last year where it is told, else up to a seventh."""
    for year in days.years:
        settled = [person for person in people if person.situation is None and person.hired_on.year < year]
        share = random.randint(2, 14) if year != days.last_year else _share_of(people[0].school, random)
        missing = min(len(settled), len(people) * share // 100)
        for person in random.sample(settled, missing):
            person.short_in.add(year)


def _share_of(school: Node, random: Random) -> int:
    return COUNTED.get(school.name, random.randint(2, 14))


def _is_counted(school: Node) -> bool:
    """Schools whose share is told stay as they are: nobody new, nobody moved."""
    return school.name in COUNTED
