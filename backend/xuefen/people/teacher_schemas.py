"""Teachers as they cross HTTP. Personal values go out masked."""

from datetime import date
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, model_validator

from xuefen.core.page import PageQuery
from xuefen.core.text import (
    Day,
    IdNumber,
    Input,
    Line,
    Output,
    PersonName,
    PhoneNumber,
    SearchText,
    StaffNo,
    refusal,
)
from xuefen.people.degrees import Degree
from xuefen.people.models import Post, Stage, UserStatus
from xuefen.people.rules import WrongDates

Subject = Annotated[str, Line(20)]


class Term(Input):
    """A time from a day on; `until_on` is the last day, none: open."""

    from_on: Day
    until_on: Day | None = None

    @model_validator(mode="after")
    def refuse_wrong_dates(self) -> Self:
        if self.until_on is not None and self.until_on < self.from_on:
            raise refusal(WrongDates.code, WrongDates.title)
        return self


class PostIn(Term):
    """岗位: a post held beside teaching, such as homeroom (班主任) for a school year."""

    id: UUID
    post: Post


class EndIn(Input):
    """The last day; left out: it ends at once."""

    until_on: Day | None = None


class TeacherQuery(PageQuery):
    """`q`: the beginning of a name or staff number."""

    q: SearchText | None = None
    school_id: UUID | None = None
    stage: Stage | None = None
    subject: Subject | None = None


class TeacherIn(Input):
    id: UUID
    staff_no: StaffNo
    name: PersonName
    school_id: UUID
    stage: Stage
    subject: Subject
    hired_on: Day
    degree: Degree | None = None
    phone: PhoneNumber | None = None
    id_number: IdNumber | None = None
    posts: list[PostIn] = Field(default_factory=list, max_length=20)


class TeacherPatch(Input):
    """Fields that are left out stay as they are; `degree`, `phone` and `id_number` are cleared by null."""

    staff_no: StaffNo | None = None
    name: PersonName | None = None
    stage: Stage | None = None
    subject: Subject | None = None
    hired_on: Day | None = None
    degree: Degree | None = None
    phone: PhoneNumber | None = None
    id_number: IdNumber | None = None


class SchoolName(Output):
    id: UUID
    name: str


class TeacherItem(Output):
    id: UUID
    staff_no: str
    name: str
    school: SchoolName
    stage: Stage
    subject: str
    hired_on: date
    left_on: date | None
    version: int


class PostOut(Output):
    id: UUID
    post: Post
    from_on: date
    until_on: date | None


class EmploymentOut(Output):
    school: SchoolName
    starts_on: date
    ends_on: date | None


class TeacherOut(TeacherItem):
    """`degree`: the highest held; null where it is not known."""

    degree: Degree | None
    user_id: UUID | None
    account_status: UserStatus | None
    phone_masked: str | None
    id_number_masked: str | None
    posts: list[PostOut]
    employments: list[EmploymentOut]
