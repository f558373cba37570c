"""What crosses HTTP about bulletins (通报)."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, Field

from xuefen.core.page import PageQuery
from xuefen.core.text import AmountOut, Input, Line, Lines, Output
from xuefen.oversight.closing_schemas import PersonHead, UnitHead
from xuefen.oversight.models import BulletinState
from xuefen.oversight.verdicts_schemas import ClosingHead, ConsequenceOut
from xuefen.policy.vocabulary import Unit

MOST = 1000
Heading = Annotated[str, Line(100)]
Wording = Annotated[str, Lines(4000)]


def _each_once(ids: list[UUID]) -> list[UUID]:
    """In order, so that the same names in another order are the same request."""
    return sorted(set(ids))


Ids = Annotated[list[UUID], Field(max_length=MOST), AfterValidator(_each_once)]


class BulletinIn(Input):
    """`verdict_ids`: confirmed verdicts of the closing; `teacher_ids`: people below the line in it."""

    id: UUID
    organisation_id: UUID
    closing_id: UUID
    title: Heading
    body: Wording
    verdict_ids: Ids = Field(default_factory=list)
    teacher_ids: Ids = Field(default_factory=list)


class BulletinPatch(Input):
    """What is left out stays; a list replaces the one before."""

    title: Heading | None = None
    body: Wording | None = None
    verdict_ids: Ids | None = None
    teacher_ids: Ids | None = None


class BulletinQuery(PageQuery):
    """Latest draft first."""

    closing_id: UUID | None = None
    state: BulletinState | None = None


class BulletinOut(Output):
    id: UUID
    organisation: UnitHead
    closing: ClosingHead
    title: str
    body: str
    state: BulletinState
    drafted_at: datetime
    published_at: datetime | None
    version: int


class NamedSchool(Output):
    verdict_id: UUID
    school: UnitHead
    members: int
    below: int
    exempt: int
    clause: str
    consequences: list[ConsequenceOut]


class NamedPerson(Output):
    teacher: PersonHead
    school: UnitHead
    unit: Unit
    required: AmountOut
    counted: AmountOut


class BulletinDetail(BulletinOut):
    """`people`: only those whom the viewer may see by name, and the viewer."""

    schools: list[NamedSchool]
    people: list[NamedPerson]
    can_edit: bool
