"""Imports as they cross HTTP."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from fastapi import UploadFile

from xuefen.core.text import Input, Output
from xuefen.people.degrees import Degree
from xuefen.people.models import ImportState, Post, Stage


class ImportForm(Input):
    """The fields of the upload. `organisation_id`: the unit to import for, where the caller has several."""

    id: UUID
    organisation_id: UUID | None = None
    file: UploadFile


class FindingOut(Output):
    """What to do about one cell; `row` is the number that the sheet itself shows."""

    row: int
    column: str
    code: str
    message: str


class PreviewRow(Output):
    """`changed` names the fields that the row would change of a teacher who is known already."""

    row: int
    change: Literal["new", "changed", "same"]
    changed: list[str]
    staff_no: str
    name: str
    school_name: str
    stage: Stage
    subject: str
    hired_on: date
    degree: Degree | None
    phone_masked: str | None
    id_number_masked: str | None
    posts: list[Post]


class UnitName(Output):
    id: UUID
    name: str


class ImportOut(Output):
    """A checked roster. `errors` and `warnings` hold the first 1,000; their totals count all."""

    id: UUID
    organisation: UnitName
    state: ImportState
    can_commit: bool
    rows_total: int
    rows_wrong: int
    rows_new: int
    rows_changed: int
    rows_same: int
    errors_total: int
    errors: list[FindingOut]
    warnings_total: int
    warnings: list[FindingOut]
    preview: list[PreviewRow]
    made_at: datetime
    committed_at: datetime | None
    version: int
