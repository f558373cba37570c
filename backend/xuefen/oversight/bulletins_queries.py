"""Reads of bulletins: which the viewer sees, and whom they name."""

from collections.abc import Collection
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Select, and_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from xuefen.core.errors import NotFound
from xuefen.core.page import Keyset
from xuefen.organisations.models import Organisation
from xuefen.organisations.scope import within
from xuefen.organisations.viewer import Viewer
from xuefen.oversight.bulletins_schemas import BulletinQuery, NamedPerson, NamedSchool
from xuefen.oversight.closing_schemas import PersonHead, UnitHead
from xuefen.oversight.models import Bulletin, BulletinItem, Closing, ClosingFigure, SchoolVerdict
from xuefen.oversight.verdicts_schemas import ConsequenceOut
from xuefen.people.models import Teacher

LATEST_FIRST = Keyset("bulletins", (col(Bulletin.drafted_at), col(Bulletin.id)), descending=True)


class BulletinRow(NamedTuple):
    """A bulletin with the name of its authority and the label of its closing."""

    bulletin: Bulletin
    organisation_name: str
    closing_label: str


def bulletins(viewer: Viewer) -> Select[Bulletin, str, str]:
    """Published ones of the city; drafts of the units within scope."""
    statement = (
        select(Bulletin, col(Organisation.name), col(Closing.label))
        .join(
            Organisation,
            and_(
                col(Organisation.city_id) == col(Bulletin.city_id),
                col(Organisation.id) == col(Bulletin.organisation_id),
            ),
        )
        .join(
            Closing,
            and_(col(Closing.city_id) == col(Bulletin.city_id), col(Closing.id) == col(Bulletin.closing_id)),
        )
    )
    return within(statement, viewer, Bulletin)


def filtered(statement: Select[Bulletin, str, str], query: BulletinQuery) -> Select[Bulletin, str, str]:
    if query.closing_id is not None:
        statement = statement.where(col(Bulletin.closing_id) == query.closing_id)
    if query.state is not None:
        statement = statement.where(col(Bulletin.state) == query.state)
    return statement


async def bulletin_row(
    db: AsyncSession, viewer: Viewer, bulletin_id: UUID, *, lock: bool = False
) -> BulletinRow:
    statement = bulletins(viewer).where(col(Bulletin.id) == bulletin_id)
    if lock:
        statement = statement.with_for_update(of=Bulletin)
    found = (await db.execute(statement.execution_options(populate_existing=True))).one_or_none()
    if found is None:
        raise NotFound
    return BulletinRow(*found)


async def named_schools(db: AsyncSession, bulletin: Bulletin) -> list[NamedSchool]:
    """The schools of a bulletin that the viewer may read; their figures are part of it."""
    rows = await db.execute(
        select(BulletinItem, col(Organisation.name))
        .join(
            Organisation,
            and_(
                col(Organisation.city_id) == col(BulletinItem.city_id),
                col(Organisation.id) == col(BulletinItem.school_id),
            ),
        )
        .where(
            col(BulletinItem.city_id) == bulletin.city_id,
            col(BulletinItem.bulletin_id) == bulletin.id,
            col(BulletinItem.verdict_id).is_not(None),
        )
        .order_by(col(BulletinItem.org_path))
    )
    return [_school(item, name) for item, name in rows]


async def named_people(db: AsyncSession, viewer: Viewer, bulletin: Bulletin) -> list[NamedPerson]:
    """People named, as far as they lie within the viewer's scope, and the viewer."""
    statement = (
        select(BulletinItem, col(Organisation.name), Teacher)
        .join(
            Organisation,
            and_(
                col(Organisation.city_id) == col(BulletinItem.city_id),
                col(Organisation.id) == col(BulletinItem.school_id),
            ),
        )
        .join(
            Teacher,
            and_(
                col(Teacher.city_id) == col(BulletinItem.city_id),
                col(Teacher.id) == col(BulletinItem.teacher_id),
            ),
        )
        .where(col(BulletinItem.bulletin_id) == bulletin.id)
        .order_by(col(BulletinItem.org_path), col(Teacher.staff_no))
    )
    rows = await db.execute(within(statement, viewer, BulletinItem))
    return [_person(item, name, teacher) for item, name, teacher in rows]


async def verdicts_of(
    db: AsyncSession, viewer: Viewer, closing: Closing, ids: Collection[UUID]
) -> list[SchoolVerdict]:
    """These verdicts of a closing; `NotFound` when one is absent or foreign."""
    statement = within(select(SchoolVerdict), viewer, SchoolVerdict).where(
        col(SchoolVerdict.closing_id) == closing.id, col(SchoolVerdict.id).in_(ids)
    )
    found = list(await db.scalars(statement))
    if len(found) != len(ids):
        raise NotFound
    return found


async def figures_of(
    db: AsyncSession, viewer: Viewer, closing: Closing, teacher_ids: Collection[UUID]
) -> list[ClosingFigure]:
    """The frozen figures of these people; `NotFound` when one is absent or foreign."""
    statement = within(select(ClosingFigure), viewer, ClosingFigure).where(
        col(ClosingFigure.closing_id) == closing.id, col(ClosingFigure.teacher_id).in_(teacher_ids)
    )
    found = list(await db.scalars(statement))
    if len(found) != len(teacher_ids):
        raise NotFound
    return found


def _school(item: BulletinItem, name: str) -> NamedSchool:
    figures = item.figures
    return NamedSchool.model_validate(
        {
            "verdict_id": item.verdict_id,
            "school": UnitHead(id=item.school_id, name=name),
            **{key: figures[key] for key in ("members", "below", "exempt", "clause")},
            "consequences": [ConsequenceOut.model_validate(one) for one in figures["consequences"]],
        }
    )


def _person(item: BulletinItem, school_name: str, teacher: Teacher) -> NamedPerson:
    return NamedPerson(
        teacher=PersonHead(id=teacher.id, name=teacher.name, staff_no=teacher.staff_no),
        school=UnitHead(id=item.school_id, name=school_name),
        unit=item.figures["unit"],
        required=item.figures["required_centi"],
        counted=item.figures["counted_centi"],
    )
