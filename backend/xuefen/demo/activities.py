"""School-based training: what each school held in each term, and registered for its teachers at once."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from uuid import UUID

from xuefen.demo.seed import Seed
from xuefen.demo.timeline import Term, Timeline, at
from xuefen.demo.tree import Node, Tree
from xuefen.organisations.kinds import OrganisationKind as Kind

TITLES = (
    "同课异构：一节课的三种上法",
    "教研组听评课",
    "期中质量分析与二次备课",
    "校本课题：学习单的设计",
    "新课标学习与说课比赛",
    "信息技术与学科融合研讨",
    "青年教师过关课展示",
    "作业设计研讨",
    "课堂观察：学生的提问",
    "集体备课与磨课",
)
PATTERNS = ((10,), (12,), (8,), (11,), (6, 6), (5, 5), (7, 6))
"""Credits of a term's activities; the last stands above the cap of 12."""


@dataclass(frozen=True, eq=False)
class Activity:
    """One activity of a school or, for its schools, of a township union."""

    batch_id: UUID
    term: Term
    title: str
    held_on: date
    credits: int
    sponsor: Node


def hold(tree: Tree, seed: Seed, days: Timeline) -> dict[Node, list[Activity]]:
    """School -> its activities of the cycle that are settled, oldest first."""
    union_made: dict[tuple[Node, Term], list[Activity]] = {}
    held: dict[Node, list[Activity]] = {}
    for school in tree.schools:
        held[school] = []
        for term in days.terms:
            sponsor = _sponsor(school, term)
            if sponsor is school:
                held[school] += _of_term(sponsor, term, seed, days)
                continue
            if (sponsor, term) not in union_made:
                union_made[sponsor, term] = list(_of_term(sponsor, term, seed, days))
            held[school] += union_made[sponsor, term]
    return held


def _sponsor(school: Node, term: Term) -> Node:
    """A union holds the autumn's activities for all its schools; else the school its own."""
    union = school.parent if school.parent and school.parent.kind is Kind.union else None
    return union if union and term.name == "秋季学期" else school


def _of_term(sponsor: Node, term: Term, seed: Seed, days: Timeline) -> Iterator[Activity]:
    for turn, credits in enumerate(_pattern(seed.random)):
        held_on = term.days[turn] + timedelta(days=seed.random.randint(0, 3))
        title = seed.random.choice(TITLES)
        if held_on <= days.settled_on:
            batch_id = seed.identity(f"batch {sponsor.code} {held_on} {turn}", at(held_on, 17))
            yield Activity(batch_id, term, title, held_on, credits, sponsor)


def _pattern(random: Random) -> tuple[int, ...]:
    return random.choice(PATTERNS)
