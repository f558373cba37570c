"""Reads of teachers, each within the viewer's scope."""

from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from xuefen.core.errors import NotFound
from xuefen.core.page import Keyset
from xuefen.organisations.models import Organisation
from xuefen.organisations.scope import within
from xuefen.organisations.viewer import Viewer
from xuefen.people.models import Employment, Teacher, TeacherPost
from xuefen.people.teacher_schemas import TeacherQuery
from xuefen.people.versions import lock_teacher

BY_STAFF_NO = Keyset("teachers", (col(Teacher.staff_no), col(Teacher.id)))


class TeacherRow(NamedTuple):
    teacher: Teacher
    school_name: str


class EmploymentRow(NamedTuple):
    employment: Employment
    school_name: str


def select_teachers(viewer: Viewer) -> Select[Teacher, str]:
    at_school = and_(
        col(Organisation.city_id) == col(Teacher.city_id), col(Organisation.id) == col(Teacher.school_id)
    )
    return within(select(Teacher, col(Organisation.name)).join(Organisation, at_school), viewer, Teacher)


def filtered(statement: Select[Teacher, str], query: TeacherQuery) -> Select[Teacher, str]:
    if query.q is not None:
        statement = statement.where(
            or_(
                col(Teacher.name).startswith(query.q, autoescape=True),
                func.upper(col(Teacher.staff_no)).startswith(query.q.upper(), autoescape=True),
            )
        )
    wanted: dict[Any, Any] = {
        col(Teacher.school_id): query.school_id,
        col(Teacher.stage): query.stage,
        col(Teacher.subject): query.subject,
    }
    for column, value in wanted.items():
        if value is not None:
            statement = statement.where(column == value)
    return statement


async def teacher_within(db: AsyncSession, viewer: Viewer, teacher_id: UUID) -> TeacherRow:
    """The teacher and the present school's name, where `viewer` may see them; else `NotFound`."""
    statement = select_teachers(viewer).where(col(Teacher.id) == teacher_id)
    found = (await db.execute(statement)).one_or_none()
    if found is None:
        raise NotFound
    return TeacherRow(*found)


async def teacher_to_change(db: AsyncSession, viewer: Viewer, teacher_id: UUID) -> TeacherRow:
    """The same, read anew and held against everybody else's changes: a version counts each of them."""
    await lock_teacher(db, viewer.city_id, teacher_id)
    row = await teacher_within(db, viewer, teacher_id)
    await db.refresh(row.teacher)
    return row


async def posts_of(db: AsyncSession, teacher: Teacher) -> Sequence[TeacherPost]:
    """Every post, the latest first."""
    return (
        await db.scalars(
            select(TeacherPost)
            .where(col(TeacherPost.city_id) == teacher.city_id, col(TeacherPost.teacher_id) == teacher.id)
            .order_by(col(TeacherPost.from_on).desc(), col(TeacherPost.id))
        )
    ).all()


async def employments_of(db: AsyncSession, teacher: Teacher) -> list[EmploymentRow]:
    """Every employment, the latest first."""
    at_school = and_(
        col(Organisation.city_id) == col(Employment.city_id),
        col(Organisation.id) == col(Employment.school_id),
    )
    rows = await db.execute(
        select(Employment, col(Organisation.name))
        .join(Organisation, at_school)
        .where(col(Employment.city_id) == teacher.city_id, col(Employment.teacher_id) == teacher.id)
        .order_by(col(Employment.starts_on).desc(), col(Employment.id))
    )
    return [EmploymentRow(*row) for row in rows]
