"""What the database knows of the people and schools that a roster names; a query for each thousand."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import and_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from xuefen.core.privacy import blind_index
from xuefen.organisations.kinds import OrganisationKind
from xuefen.organisations.models import Organisation
from xuefen.organisations.scope import below
from xuefen.people.degrees import Degree
from xuefen.people.directory import PHONE, STAFF_NO
from xuefen.people.models import DirectoryEntry, Post, Stage, Teacher, TeacherPost, User
from xuefen.people.roster.cells import plain
from xuefen.people.roster.entries import Entry

T = TypeVar("T")
CHUNK = 1000
EMPLOYERS = (OrganisationKind.school, OrganisationKind.union, OrganisationKind.provider)
"""An employer that is no school (进修学校, 教研室) keeps its own staff's roster."""


@dataclass(frozen=True, slots=True)
class School:
    id: UUID
    path: str
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class HeldPost:
    id: UUID
    post: Post
    from_on: date
    until_on: date | None


@dataclass(frozen=True, slots=True)
class Known:
    """A teacher who has the staff number already."""

    teacher_id: UUID
    user_id: UUID
    version: int
    name: str
    school_id: UUID
    stage: Stage
    subject: str
    hired_on: date
    left_on: date | None
    phone_index: str | None
    id_number_index: str | None
    degree: Degree | None
    posts: tuple[HeldPost, ...]


@dataclass(frozen=True, slots=True)
class Keys:
    """The blind indexes by which a row's person is found."""

    staff_no: str
    phone: str | None
    id_number: str | None


@dataclass(frozen=True)
class Facts:
    """`known` has None where a staff number is in use but by no teacher of this city.

    `phones` and `id_numbers` tell the account or teacher that a value belongs to.
    """

    schools_by_code: Mapping[str, School]
    schools_by_name: Mapping[str, Sequence[School]]
    known: Mapping[str, Known | None]
    phones: Mapping[str, UUID]
    id_numbers: Mapping[str, UUID]
    names: frozenset[tuple[UUID, str]]

    @property
    def only_school(self) -> School | None:
        """The school of a row that names none, where there is but one."""
        schools = list(self.schools_by_code.values())
        return schools[0] if len(schools) == 1 else None


def keys_of(entries: Iterable[Entry]) -> list[Keys]:
    return [key_of(entry) for entry in entries]


def key_of(entry: Entry) -> Keys:
    return Keys(
        blind_index(STAFF_NO, entry.staff_no),
        blind_index(PHONE, entry.phone) if entry.phone else None,
        blind_index("id_number", entry.id_number) if entry.id_number else None,
    )


async def load(db: AsyncSession, city_id: UUID, org_path: str, keys: Sequence[Keys]) -> Facts:
    """What the rules need about the rows with these `keys`; schools are those at or below `org_path`."""
    schools = await _schools(db, city_id, org_path)
    return Facts(
        schools_by_code={school.code: school for school in schools},
        schools_by_name=_by_name(schools),
        known=await _known(db, city_id, [key.staff_no for key in keys]),
        phones=await _owners(db, PHONE, [key.phone for key in keys if key.phone]),
        id_numbers=await _id_numbers(db, city_id, [key.id_number for key in keys if key.id_number]),
        names=await _names(db, city_id, org_path),
    )


async def lock(db: AsyncSession, city_id: UUID, teacher_ids: Iterable[UUID]) -> None:
    """Let nobody else change these teachers until the transaction ends (SQLite has one writer anyway)."""
    for chunk in chunks(sorted(teacher_ids)):
        await db.execute(
            select(col(Teacher.id))
            .where(col(Teacher.city_id) == city_id, col(Teacher.id).in_(chunk))
            .order_by(col(Teacher.id))
            .with_for_update()
        )


def chunks(values: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(values), CHUNK):
        yield values[start : start + CHUNK]


async def _schools(db: AsyncSession, city_id: UUID, org_path: str) -> list[School]:
    rows = await db.execute(
        select(
            col(Organisation.id), col(Organisation.path), col(Organisation.code), col(Organisation.name)
        ).where(
            col(Organisation.city_id) == city_id,
            below(col(Organisation.path), org_path),
            col(Organisation.kind).in_(EMPLOYERS),
            col(Organisation.closed_on).is_(None),
        )
    )
    return [School(*row) for row in rows]


def _by_name(schools: Iterable[School]) -> Mapping[str, Sequence[School]]:
    named: dict[str, list[School]] = defaultdict(list)
    for school in schools:
        named[plain(school.name)].append(school)
    return named


async def _known(db: AsyncSession, city_id: UUID, indexes: Sequence[str]) -> dict[str, Known | None]:
    found: dict[str, Known | None] = {}
    for chunk in chunks(indexes):
        rows: Sequence[Any] = (await db.execute(_accounts(city_id, chunk))).all()
        posts = await _posts(db, city_id, [row.teacher_id for row in rows if row.teacher_id is not None])
        for key_hash, *teacher in rows:
            values = [*teacher, tuple(posts.get(teacher[0], ()))]
            # A staff number of another city, or of an officer, has no teacher here.
            found[key_hash] = Known(*values) if teacher[0] else None
    return found


def _accounts(city_id: UUID, indexes: Sequence[str]) -> Any:
    theirs = and_(col(Teacher.city_id) == city_id, col(Teacher.user_id) == col(DirectoryEntry.owner_id))
    account = and_(col(User.city_id) == city_id, col(User.id) == col(DirectoryEntry.owner_id))
    return (
        select(
            col(DirectoryEntry.key_hash),
            col(Teacher.id).label("teacher_id"),
            col(Teacher.user_id),
            col(Teacher.version),
            col(Teacher.name),
            col(Teacher.school_id),
            col(Teacher.stage),
            col(Teacher.subject),
            col(Teacher.hired_on),
            col(Teacher.left_on),
            col(User.phone_index),
            col(Teacher.id_number_index),
            col(Teacher.degree),
        )
        .select_from(DirectoryEntry)
        .outerjoin(Teacher, theirs)
        .outerjoin(User, account)
        .where(col(DirectoryEntry.kind) == STAFF_NO, col(DirectoryEntry.key_hash).in_(indexes))
    )


async def _posts(
    db: AsyncSession, city_id: UUID, teacher_ids: Sequence[UUID]
) -> Mapping[UUID, list[HeldPost]]:
    held: dict[UUID, list[HeldPost]] = defaultdict(list)
    if not teacher_ids:
        return held
    rows: Any = await db.execute(
        select(
            col(TeacherPost.teacher_id),
            col(TeacherPost.id),
            col(TeacherPost.post),
            col(TeacherPost.from_on),
            col(TeacherPost.until_on),
        ).where(col(TeacherPost.city_id) == city_id, col(TeacherPost.teacher_id).in_(teacher_ids))
    )
    for teacher_id, *post in rows:
        held[teacher_id].append(HeldPost(*post))
    return held


async def _owners(db: AsyncSession, kind: str, indexes: Sequence[str]) -> dict[str, UUID]:
    owners: dict[str, UUID] = {}
    for chunk in chunks(indexes):
        rows = await db.execute(
            select(col(DirectoryEntry.key_hash), col(DirectoryEntry.owner_id)).where(
                col(DirectoryEntry.kind) == kind, col(DirectoryEntry.key_hash).in_(chunk)
            )
        )
        owners |= dict(rows.all())
    return owners


async def _id_numbers(db: AsyncSession, city_id: UUID, indexes: Sequence[str]) -> dict[str, UUID]:
    owners: dict[str, UUID] = {}
    for chunk in chunks(indexes):
        rows = await db.execute(
            select(col(Teacher.id_number_index), col(Teacher.id)).where(
                col(Teacher.city_id) == city_id, col(Teacher.id_number_index).in_(chunk)
            )
        )
        owners |= {index: teacher_id for index, teacher_id in rows if index is not None}
    return owners


async def _names(db: AsyncSession, city_id: UUID, org_path: str) -> frozenset[tuple[UUID, str]]:
    """Who teaches where, by name: two people of one name are told apart, never joined."""
    rows = await db.execute(
        select(col(Teacher.school_id), col(Teacher.name)).where(
            col(Teacher.city_id) == city_id, below(col(Teacher.org_path), org_path)
        )
    )
    return frozenset((school_id, name) for school_id, name in rows)
