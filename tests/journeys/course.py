"""The first half of a course's story: offered, approved, published, chosen, taught, concluded."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from tests.journeys.conftest import START, World, new
from tests.make.organisations import Unit
from tests.make.people import Person


@dataclass(frozen=True)
class Course:
    """Who offers what: `approver` speaks for the sponsor."""

    staff: Person
    sponsor: Unit
    provider: Unit
    approver: Person
    level: str
    category: str = "post_training"
    mode: str = "onsite"
    hours: str = "6.00"
    has_exam: bool = False


async def publish(world: World, course: Course) -> str:
    """Draft, submit, approve, publish; returns the run's id. The run lasts two days, a week from now."""
    program, run = new(), new()
    body = {
        "id": program,
        "code": "KC-2026-001",
        "title": "小学数学课堂提问设计",
        "sponsor_id": str(course.sponsor.id),
        "provider_id": str(course.provider.id),
        "category": course.category,
        "level": course.level,
        "mode": course.mode,
        "hours": course.hours,
        "has_exam": course.has_exam,
    }
    made = await world.ask(course.staff, "POST", "/programs", body, status=201)
    await world.ask(course.staff, "POST", f"/programs/{program}/class-runs", _run(run), status=201)
    for number in (1, 2):
        await world.ask(
            course.staff, "POST", f"/class-runs/{run}/sessions", _session(new(), number), status=201
        )
    version = made["version"]
    for who, act in ((course.staff, "submit"), (course.approver, "approve"), (course.staff, "publish")):
        version = (await world.ask(who, "POST", f"/programs/{program}/{act}", seen=version))["version"]
    return run


def _run(run: str) -> dict[str, Any]:
    return {
        "id": run,
        "name": "第一期",
        "place": "进修学校302",
        "starts_on": (START + timedelta(days=7)).date().isoformat(),
        "ends_on": (START + timedelta(days=8)).date().isoformat(),
        "enroll_opens_at": _utc(START - timedelta(hours=1)),
        "enroll_closes_at": _utc(START + timedelta(days=5)),
        "quota": 50,
    }


def _session(identity: str, day: int) -> dict[str, Any]:
    begins = START + timedelta(days=6 + day, hours=1)
    return {"id": identity, "starts_at": _utc(begins), "ends_at": _utc(begins + timedelta(hours=3))}


def _utc(moment: Any) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


async def enroll(world: World, teacher: Person, run: str) -> str:
    """The teacher finds the run on the menu and takes a seat."""
    items = (await world.ask(teacher, "GET", "/menu"))["items"]
    offer = next(item for item in items if item["run_id"] == run)
    assert (offer["can_enroll"], offer["refusal"]) == (True, None)
    assert "total" in offer["closes_gaps"]
    enrollment = new()
    body = {"id": enrollment, "run_id": run}
    await world.ask(teacher, "POST", "/enrollments", body, status=201)
    return enrollment


async def teach(world: World, course: Course, run: str) -> list[dict[str, Any]]:
    """Roll call on both days, results, conclusion; returns the outcome of each person."""
    world.at((START + timedelta(days=9)).date())
    roster = await world.ask(course.staff, "GET", f"/class-runs/{run}/roster")
    people = [one["enrollment_id"] for one in roster["items"]]
    for session in roster["sessions"]:
        marks = [{"enrollment_id": one, "mark": "present", "version": 0} for one in people]
        await world.ask(course.staff, "PUT", f"/sessions/{session['id']}/attendance", {"marks": marks})
    results = [{"enrollment_id": one, "result": "pass", "version": 0} for one in people]
    await world.ask(course.staff, "PUT", f"/class-runs/{run}/results", {"results": results})
    version = (await world.ask(course.staff, "GET", f"/class-runs/{run}"))["version"]
    concluded = await world.ask(course.staff, "POST", f"/class-runs/{run}/conclude", seen=version)
    return concluded["outcomes"]
