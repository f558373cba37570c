"""Organisations as they cross HTTP."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from xuefen.core.page import PageQuery
from xuefen.core.text import Flag, Input, Line, Output, SearchText
from xuefen.organisations.kinds import OrganisationKind

OrganisationCode = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z-]{1,20}$", max_length=20)]
"""An official code, such as 430203 or a school's number. The path is made of it, and it never changes."""
OrganisationName = Annotated[str, Line(80)]


class OrganisationQuery(PageQuery):
    """`parent_id`: the units directly below; `q`: part of a name, or the beginning of a code."""

    kind: OrganisationKind | None = None
    parent_id: UUID | None = None
    q: SearchText | None = None


class OrganisationIn(Input):
    id: UUID
    kind: Literal[
        OrganisationKind.county,
        OrganisationKind.union,
        OrganisationKind.school,
        OrganisationKind.provider,
    ]
    parent_id: UUID
    code: OrganisationCode
    name: OrganisationName
    has_training_centre: Flag = True


class OrganisationPatch(Input):
    """Fields that are left out stay as they are."""

    name: OrganisationName | None = None
    has_training_centre: Flag | None = Field(
        default=None, description="县区是否设有教师培训中心；没有的由教育局承担"
    )


class OrganisationOut(Output):
    id: UUID
    kind: OrganisationKind
    parent_id: UUID | None
    code: str
    name: str
    path: str
    is_direct: bool
    has_training_centre: bool
    closed_on: date | None
    version: int
