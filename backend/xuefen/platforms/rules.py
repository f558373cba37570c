"""What becomes of a completion that a platform reports. Pure.

A completion is known for ever by (platform, external id) and by its natural key (teacher, program, day of
completion), so that neither a retry nor another id nor another platform credits it twice.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from xuefen.approvals.states import Flag
from xuefen.attendance.states import Result
from xuefen.core.errors import Conflict, DomainError
from xuefen.platforms.states import CompletionStatus
from xuefen.policy.levels import DeliveryMode
from xuefen.programs.states import ProgramState

OPEN_TO_PLATFORMS = frozenset({ProgramState.published, ProgramState.closed})
TAUGHT_ONLINE = frozenset({DeliveryMode.online, DeliveryMode.blended})
_SEPARATORS = "·•・‧."


class CompletionDiffers(Conflict):
    code, title = "completion_differs", "这个编号已报送过，内容与上次不同"


class ProgramUnknown(Conflict):
    code, title = "program_unknown", "没有这个培训项目，或项目尚未发布"


class ProgramNotOnline(Conflict):
    code, title = "program_not_online", "该项目不是远程或混合式培训，不能由平台报送"


class NotPassed(Conflict):
    """A failed completion is answered and not kept, so that the same id can report the later pass."""

    code, title = "not_passed", "考核不合格，不登记学分"


class CompletedInFuture(Conflict):
    code, title = "completed_in_future", "完成时间晚于今天"


@dataclass(frozen=True, slots=True)
class Offer:
    """A program as far as a completion of it is concerned."""

    id: UUID
    state: ProgramState
    mode: DeliveryMode
    hours_centi: int


@dataclass(frozen=True, slots=True)
class Known:
    """A completion received earlier."""

    id: UUID
    external_id: str
    body_hash: str
    status: CompletionStatus
    claim_id: UUID | None


@dataclass(frozen=True, slots=True)
class Person:
    """A teacher whom a reported number belongs to, and the unit where the teacher works now."""

    teacher_id: UUID
    name: str
    org_path: str


def refusal_of(
    offer: Offer | None, result: Result, completed_on: date, today: date
) -> type[DomainError] | None:
    """Why a well-formed completion cannot be taken, whoever the teacher is."""
    if result is Result.failed:
        return NotPassed
    if completed_on > today:
        return CompletedInFuture
    if offer is None or offer.state not in OPEN_TO_PLATFORMS:
        return ProgramUnknown
    if offer.mode not in TAUGHT_ONLINE:
        return ProgramNotOnline
    return None


def matched(people: Sequence[Person], name: str | None, *, by_phone: bool) -> Person | None:
    """The one person that a number and a name point at; None when they leave a doubt.

    Phone numbers are given to new owners, so a phone alone is nobody; a name that is given must always fit.
    """
    if by_phone and name is None:
        return None
    fitting = [person for person in people if name is None or names_fit(person.name, name)]
    return fitting[0] if len(fitting) == 1 else None


def names_fit(one: str, other: str) -> bool:
    """Whether two names differ in blanks, width or separators only: `古丽·买买提` and `古丽 • 买买提`."""
    return _letters(one) == _letters(other)


def _letters(name: str) -> str:
    plain = unicodedata.normalize("NFKC", name).casefold()
    return "".join(char for char in plain if not char.isspace() and char not in _SEPARATORS)


def plausibility(hours_centi: int, offer: Offer) -> tuple[Flag, ...]:
    """A completion that took more or fewer hours than the program has is for a person to look at."""
    return () if hours_centi == offer.hours_centi else (Flag.hours_implausible,)


def hours_claimed(hours_centi: int, offer: Offer) -> int:
    """Never more hours than the program was approved with; what was reported stays in the completion."""
    return min(hours_centi, offer.hours_centi)
