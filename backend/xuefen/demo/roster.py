"""The rows of the demo's teachers: who they are, where they were employed, what posts they held."""

from collections.abc import Iterable, Iterator
from typing import Any

from xuefen.demo.degrees import degree_of
from xuefen.demo.people import Person
from xuefen.demo.seed import Seed
from xuefen.demo.timeline import Timeline
from xuefen.demo.tree import Tree


def teachers(tree: Tree, people: Iterable[Person], seed: Seed, days: Timeline) -> Iterator[dict[str, Any]]:
    for person in people:
        yield {
            "city_id": tree.city.id,
            "id": person.id,
            "user_id": person.user_id,
            "staff_no": person.staff_no,
            "name": person.name,
            "school_id": person.school.id,
            "org_path": person.school.path,
            "stage": person.stage,
            "subject": person.subject,
            "hired_on": person.hired_on,
            "degree": degree_of(person, seed, days),
        }


def employments(tree: Tree, people: Iterable[Person], seed: Seed, days: Timeline) -> Iterator[dict[str, Any]]:
    for person in people:
        for school, starts_on, ends_on in person.employments:
            yield {
                "city_id": tree.city.id,
                "id": seed.identity(f"employment {person.staff_no} {starts_on}", days.opening),
                "teacher_id": person.id,
                "school_id": school.id,
                "org_path": school.path,
                "starts_on": starts_on,
                "ends_on": ends_on,
            }


def posts(tree: Tree, people: Iterable[Person], seed: Seed, days: Timeline) -> Iterator[dict[str, Any]]:
    for person in people:
        for post, from_on, until_on in person.posts:
            yield {
                "city_id": tree.city.id,
                "id": seed.identity(f"post {person.staff_no} {post} {from_on}", days.opening),
                "teacher_id": person.id,
                "org_path": person.school.path,
                "post": post,
                "from_on": from_on,
                "until_on": until_on,
            }
