"""When bulletins without improvement lead to an interview (约谈). Pure.

seed 002-1 四(二): 多次通报 without improvement -> the person and the head of the unit are interviewed.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from xuefen.core.errors import Conflict, Invalid
from xuefen.oversight.models import InterviewState


class InterviewNotDue(Conflict):
    code, title = "interview_not_due", "通报次数未到约谈的规定，或已有改进、已安排约谈"


class InterviewOver(Conflict):
    code, title = "interview_over", "这次约谈已经记录"


class DayOutOfPlace(Invalid):
    code, title = "interview_day", "约谈期限不能早于今天，约谈日期不能晚于今天"


@dataclass(frozen=True, slots=True)
class ClosedYear:
    """One closed year of a school, or of a person.

    `short` of `of`: a school's people below the line of its members, a person's missing hundredths of those
    required. `failed`: the threshold or the line was missed. `named`: in a bulletin that no interview answered.
    """

    ends_on: date
    label: str
    failed: bool
    short: int
    of: int
    named: bool


def unheeded(years: Iterable[ClosedYear]) -> tuple[ClosedYear, ...]:
    """The years of the bulletins in a row that brought no improvement, oldest first.

    A later year improves on the one before when nothing is missed any more, or a smaller share of it
    (compared in integers); then counting begins anew.
    """
    named: list[ClosedYear] = []
    before: ClosedYear | None = None
    for year in sorted(years, key=lambda one: one.ends_on):
        if before is not None and _improved(year, before):
            named = []
        if year.named and year.failed:
            named.append(year)
        before = year
    return tuple(named)


def _improved(year: ClosedYear, before: ClosedYear) -> bool:
    return not year.failed or year.short * before.of < before.short * year.of


def is_due(years: Sequence[ClosedYear], after_bulletins: int) -> bool:
    return len(years) >= after_bulletins


def require_due_day(due_on: date, today: date) -> None:
    if due_on < today:
        raise DayOutOfPlace


def require_recordable(state: InterviewState, held_on: date | None, today: date) -> None:
    if state is not InterviewState.due:
        raise InterviewOver
    if held_on is not None and held_on > today:
        raise DayOutOfPlace
