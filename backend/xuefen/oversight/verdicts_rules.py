"""Who decides what a threshold's consequences come to, and when. Pure."""

from collections.abc import Collection
from enum import StrEnum
from uuid import UUID

from xuefen.core.errors import Conflict, Invalid
from xuefen.organisations.viewer import Binding, Viewer
from xuefen.oversight.authorities import require_authority
from xuefen.oversight.models import SchoolVerdict, VerdictState


class VerdictDecided(Conflict):
    code, title = "verdict_decided", "这所学校的处理意见已经作出"


class OwnSchool(Conflict):
    code, title = "own_school", "本人任职的学校须由他人处理"


class NoteRequired(Invalid):
    code, title = "note_required", "不予追究须写明理由"


class Ruling(StrEnum):
    """确认 / 不予追究."""

    confirm = "confirm"
    dismiss = "dismiss"


_STATES = {Ruling.confirm: VerdictState.confirmed, Ruling.dismiss: VerdictState.dismissed}


def state_after(state: VerdictState, ruling: Ruling, note: str | None) -> VerdictState:
    """What is proposed is confirmed, or dismissed with a reason; once."""
    if state is not VerdictState.proposed:
        raise VerdictDecided
    if ruling is Ruling.dismiss and not note:
        raise NoteRequired
    return _STATES[ruling]


def capacity(
    viewer: Viewer, verdict: SchoolVerdict, counties: Collection[str], own_schools: Collection[UUID]
) -> Binding:
    """The binding in which `viewer` decides; nobody decides on a school where they are employed (本人回避)."""
    binding = require_authority(viewer, verdict.org_path, counties)
    if verdict.school_id in own_schools:
        raise OwnSchool
    return binding
