"""When a version of the rules may be adopted or withdrawn. Pure."""

from collections.abc import Iterable
from datetime import date, timedelta

from xuefen.core.errors import Conflict, FieldError, Invalid
from xuefen.organisations.kinds import OrganisationKind as Kind
from xuefen.organisations.policy_states import PolicyState

ADOPTERS = frozenset({Kind.city, Kind.county})
"""A pack is chosen by a city or by a county; schools live under theirs."""


class NotAnAdopter(Invalid):
    code, title = "not_an_adopter", "制度只能由市或县区启用"


class NotADraft(Conflict):
    code, title = "policy_not_a_draft", "这份制度已不是草案"


class FirstDayPassed(Conflict):
    code, title = "first_day_passed", "生效日期已过，请用今天或以后的日期另拟草案"


class FirstDayTaken(Conflict):
    code, title = "first_day_taken", "本单位在这一天已有一份启用的制度"


class AlreadyWithdrawn(Conflict):
    code, title = "policy_withdrawn", "这份制度已经撤回"


class PolicyHolds(Conflict):
    code, title = "policy_holds", "这份制度已经生效，不能撤回；请另行启用新的制度"


def may_draft(kind: Kind) -> None:
    """Raise `NotAnAdopter` unless a unit of this kind sets rules."""
    if kind not in ADOPTERS:
        raise NotAnAdopter(errors=[FieldError("/organisation_id", NotAnAdopter.code, NotAnAdopter.title)])


def may_adopt(from_on: date, today: date, taken: Iterable[date]) -> None:
    """Rules never bind days gone by (`FirstDayPassed`), and one day has one version (`FirstDayTaken`)."""
    if from_on < today:
        raise FirstDayPassed
    if from_on in taken:
        raise FirstDayTaken


def may_withdraw(state: PolicyState, from_on: date, today: date, *, holds: bool) -> None:
    """Raise `AlreadyWithdrawn`, or `PolicyHolds` once people have been judged by it.

    The first version of all holds before its first day too, for want of another.
    """
    if state is PolicyState.withdrawn:
        raise AlreadyWithdrawn
    if state is PolicyState.adopted and (holds or from_on <= today):
        raise PolicyHolds


def until(from_on: date, starts: Iterable[date]) -> date | None:
    """The last day of a version: the day before the unit's next adopted one begins; None: open."""
    later = min((day for day in starts if day > from_on), default=None)
    return later - timedelta(days=1) if later else None
