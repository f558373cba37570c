"""Use cases of teachers: look them up, add one, correct what is known of one."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from xuefen.core import clock
from xuefen.core.audit import record
from xuefen.core.errors import NotFound
from xuefen.core.etag import Expected
from xuefen.core.page import Page
from xuefen.core.repeats import DifferentBody
from xuefen.organisations.roles import Role
from xuefen.organisations.service import organisation_within
from xuefen.organisations.viewer import Viewer
from xuefen.people import personal, sign_in_names, teacher_queries
from xuefen.people.adding import add_people, refuse_known_id_number
from xuefen.people.models import Employment, Teacher, TeacherPost, User
from xuefen.people.newcomers import PostHeld, sealed_teacher
from xuefen.people.rules import WrongDates
from xuefen.people.teacher_queries import TeacherRow, teacher_to_change, teacher_within
from xuefen.people.teacher_schemas import (
    EmploymentOut,
    EndIn,
    PostIn,
    PostOut,
    SchoolName,
    TeacherIn,
    TeacherItem,
    TeacherOut,
    TeacherPatch,
    TeacherQuery,
)

KEEPERS = (Role.school_clerk, Role.administrator)
"""Who keeps the roster: the school's clerk for the school, a union's for its schools, administrators."""


async def list_teachers(db: AsyncSession, viewer: Viewer, query: TeacherQuery) -> Page[TeacherItem]:
    statement = teacher_queries.filtered(teacher_queries.select_teachers(viewer), query)
    found = (await db.execute(teacher_queries.BY_STAFF_NO.select(statement, query))).all()
    rows, token = teacher_queries.BY_STAFF_NO.cut(
        [TeacherRow(*row) for row in found], query, lambda row: (row.teacher.staff_no, row.teacher.id)
    )
    return Page(items=[TeacherItem(**_item(row)) for row in rows], next_page_token=token)


async def read_teacher(db: AsyncSession, viewer: Viewer, teacher_id: UUID) -> TeacherOut:
    return await _described(db, await teacher_within(db, viewer, teacher_id))


async def create_teacher(db: AsyncSession, viewer: Viewer, body: TeacherIn) -> tuple[TeacherOut, bool]:
    """The teacher, and whether they are new. A retry gives them as they stand."""
    known = await db.get(Teacher, (viewer.city_id, body.id))
    if known is not None:
        personal.require_same(known.request_hash, body)
        return await read_teacher(db, viewer, body.id), False
    keeper = viewer.acting_as(*KEEPERS)
    school = await organisation_within(db, keeper, body.school_id)
    newcomer = sealed_teacher(
        **body.model_dump(exclude={"posts"}),
        org_path=school.path,
        posts=[PostHeld(post.post, post.from_on, post.until_on, post.id) for post in body.posts],
        request_hash=personal.keyed_request_hash(body),
    )
    capacity = _capacity(viewer, school.path)
    await add_people(db, viewer.city_id, [newcomer], actor_id=viewer.user_id, capacity=capacity)
    return await read_teacher(db, keeper, body.id), True


async def edit_teacher(
    db: AsyncSession, viewer: Viewer, teacher_id: UUID, body: TeacherPatch, expected: Expected
) -> TeacherOut:
    row = await teacher_to_change(db, viewer.acting_as(*KEEPERS), teacher_id)
    expected.check(row.teacher.version)
    changes = body.model_dump(exclude_unset=True)
    await _apply(db, row.teacher, changes)
    row.teacher.version += 1
    _note(db, viewer, "teacher.edited", row.teacher, sorted(changes))
    await db.flush()
    return await _described(db, row)


async def give_post(
    db: AsyncSession, viewer: Viewer, teacher_id: UUID, body: PostIn
) -> tuple[TeacherOut, bool]:
    """The teacher with the post, and whether it is new."""
    row = await teacher_to_change(db, viewer.acting_as(*KEEPERS), teacher_id)
    known = await db.get(TeacherPost, (viewer.city_id, body.id))
    if known is None:
        held = body.model_dump() | {"teacher_id": teacher_id, "org_path": row.teacher.org_path}
        db.add(TeacherPost(city_id=viewer.city_id, **held))
        row.teacher.version += 1
        _note(db, viewer, "teacher.post_given", row.teacher, [body.post])
        await db.flush()
    elif (known.teacher_id, known.post, known.from_on) != (teacher_id, body.post, body.from_on):
        raise DifferentBody
    return await _described(db, row), known is None


async def end_post(
    db: AsyncSession, viewer: Viewer, teacher_id: UUID, post_id: UUID, body: EndIn
) -> TeacherOut:
    row = await teacher_to_change(db, viewer.acting_as(*KEEPERS), teacher_id)
    held = await db.get(TeacherPost, (viewer.city_id, post_id))
    if held is None or held.teacher_id != teacher_id:
        raise NotFound
    until_on = body.until_on or clock.today() - timedelta(days=1)
    if body.until_on is not None and until_on < held.from_on:
        raise WrongDates
    held.until_on = until_on
    row.teacher.version += 1
    _note(db, viewer, "teacher.post_ended", row.teacher, [held.post])
    await db.flush()
    return await _described(db, row)


async def _apply(db: AsyncSession, teacher: Teacher, changes: dict[str, Any]) -> None:
    """Write `changes`; what the account holds as well (name, sign-in names) is changed there too.

    Taken names are asked for before anything is changed: the session writes changes at its next question.
    """
    user = await db.get(User, (teacher.city_id, teacher.user_id)) if teacher.user_id else None
    if user is not None:
        await sign_in_names.apply(db, user, changes)
    if "id_number" in changes:
        await _set_id_number(db, teacher, changes["id_number"])
    if "degree" in changes:
        teacher.degree = changes["degree"]
    if changes.get("hired_on"):
        await _move_first_day(db, teacher, changes["hired_on"])
    plain = {field: changes.get(field) for field in ("staff_no", "name", "stage", "subject", "hired_on")}
    for field, value in plain.items():
        if value is not None:
            setattr(teacher, field, value)


async def _move_first_day(db: AsyncSession, teacher: Teacher, hired_on: date) -> None:
    """The employment that began on the day of hiring begins on the corrected day."""
    await db.execute(
        update(Employment)
        .where(
            col(Employment.city_id) == teacher.city_id,
            col(Employment.teacher_id) == teacher.id,
            col(Employment.starts_on) == teacher.hired_on,
        )
        .values(starts_on=hired_on)
    )


async def _set_id_number(db: AsyncSession, teacher: Teacher, number: str | None) -> None:
    sealed = personal.sealed_id_number(teacher.id, number)
    if sealed.index is not None and sealed.index != teacher.id_number_index:
        await refuse_known_id_number(db, teacher.city_id, sealed.index)
    teacher.id_number_cipher = sealed.cipher
    teacher.id_number_index = sealed.index
    teacher.id_number_masked = sealed.masked


def _item(row: TeacherRow) -> dict[str, Any]:
    teacher = row.teacher
    plain = ("id", "staff_no", "name", "stage", "subject", "hired_on", "left_on", "version")
    school = SchoolName(id=teacher.school_id, name=row.school_name)
    return {field: getattr(teacher, field) for field in plain} | {"school": school}


async def _described(db: AsyncSession, row: TeacherRow) -> TeacherOut:
    teacher = row.teacher
    user = await db.get(User, (teacher.city_id, teacher.user_id)) if teacher.user_id else None
    return TeacherOut(
        **_item(row),
        degree=teacher.degree,
        user_id=teacher.user_id,
        account_status=user.status if user else None,
        phone_masked=user.phone_masked if user else None,
        id_number_masked=teacher.id_number_masked,
        posts=[PostOut.model_validate(post) for post in await teacher_queries.posts_of(db, teacher)],
        employments=[
            EmploymentOut(
                school=SchoolName(id=employment.school_id, name=school_name),
                starts_on=employment.starts_on,
                ends_on=employment.ends_on,
            )
            for employment, school_name in await teacher_queries.employments_of(db, teacher)
        ],
    )


def _capacity(viewer: Viewer, path: str) -> Role:
    """The role that permits keeping the roster at `path`; the clerk's first, who is nearest."""
    return next(role for role in KEEPERS if viewer.covers(path, role))


def _note(db: AsyncSession, viewer: Viewer, action: str, teacher: Teacher, fields: Sequence[str]) -> None:
    record(
        db,
        viewer.city_id,
        action,
        "teacher",
        teacher.id,
        actor_id=viewer.user_id,
        capacity=_capacity(viewer, teacher.org_path),
        org_path=teacher.org_path,
        fields=fields,
    )
