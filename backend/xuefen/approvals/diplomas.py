"""Awards that come once per diploma (学历提高培训): which diploma a claim rests on, and what forbids it.

DOMAIN section 8: earned in service, inside the cycle, above the highest held before; the event is the day on
the diploma. An age is encouraged up to and bars nobody (株教函〔2014〕29号 三(一)6). Its number is looked at
here and kept nowhere: what stays is a keyed hash, by which the same diploma is known again.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from xuefen.core.errors import Conflict, DomainError, FieldError, Invalid
from xuefen.core.privacy import blind_index
from xuefen.people.degrees import Degree, is_above
from xuefen.policy.deadlines import is_late_registration
from xuefen.policy.pack import Pack
from xuefen.policy.pack_rows import Fixed

_MARKS = re.compile(r"[\W_]+")


class DiplomaRequired(Invalid):
    code, title = "diploma_required", "请填写毕业证书的编号、学历和发证日期"


class DiplomaMisplaced(Invalid):
    code, title = "diploma_misplaced", "这个类别不凭毕业证书记分，请不要填写"


class DiplomaDayDiffers(Invalid):
    code, title = "diploma_day_differs", "学历提高的日期应为毕业证书的发证日期"


class DegreeNotHigher(Conflict):
    code, title = "degree_not_higher", "不高于这位教师已有或正在申报的最高学历，不能记分"


class DiplomaBeforeService(Conflict):
    code, title = "diploma_before_service", "毕业证书不是在职期间取得的，不能记分"


class DiplomaOutsideCycle(Conflict):
    code, title = "diploma_outside_cycle", "毕业证书不是在本周期内取得的，不能记分"


class DiplomaUsed(Conflict):
    code, title = "diploma_used", "这份毕业证书已经申报过，每份只记一次"


REFUSALS = (
    DiplomaRequired,
    DiplomaMisplaced,
    DiplomaDayDiffers,
    DegreeNotHigher,
    DiplomaBeforeService,
    DiplomaOutsideCycle,
    DiplomaUsed,
)


@dataclass(frozen=True, slots=True)
class Diploma:
    """毕业证书."""

    number: str
    degree: Degree
    issued_on: date

    @property
    def key(self) -> str:
        """The same for every way to write the number; nothing can be read from it."""
        return blind_index("diploma", plain_number(self.number))


@dataclass(frozen=True, slots=True)
class Graduate:
    """What decides of the teacher. `claimed`: the diplomas of live claims, by key."""

    hired_on: date
    left_on: date | None
    degree: Degree | None
    claimed: Mapping[str, Degree]

    @property
    def highest(self) -> Degree | None:
        return highest([self.degree, *self.claimed.values()])


def plain_number(number: str) -> str:
    """A certificate's number without blanks, hyphens and brackets, in plain capitals."""
    return _MARKS.sub("", unicodedata.normalize("NFKC", number)).upper()


def needs_diploma(pack: Pack, category: str) -> bool:
    row = pack.find_category(category)
    return row is not None and isinstance(row.worth, Fixed) and row.worth.once == "diploma"


def refuse_unless_agreeing(
    pack: Pack, category: str, event_on: date, diploma: Diploma | None, at: str
) -> None:
    """A diploma where the category asks for one, and only there, with the event on its day."""
    if diploma is None:
        if needs_diploma(pack, category):
            raise _at(at, DiplomaRequired)
        return
    if not needs_diploma(pack, category):
        raise _at(at, DiplomaMisplaced)
    if diploma.issued_on != event_on:
        raise _at(f"{at}/issued_on", DiplomaDayDiffers)


def refuse_unearned(pack: Pack, diploma: Diploma, graduate: Graduate, on: date, at: str) -> None:
    """`on`: the day of the claim. The cycle that has just ended stays open for the time of registration.

    What the teacher has claimed by this very diploma is a retry, and no reason against it.
    """
    if diploma.key in graduate.claimed:
        return
    if not graduate.hired_on <= diploma.issued_on <= (graduate.left_on or date.max):
        raise _at(at, DiplomaBeforeService)
    cycle = pack.calendar.find_cycle(diploma.issued_on)
    is_past = cycle != pack.calendar.find_cycle(on) and is_late_registration(pack, diploma.issued_on, on)
    if cycle is None or is_past:
        raise _at(at, DiplomaOutsideCycle)
    if not is_above(diploma.degree, graduate.highest):
        raise _at(at, DegreeNotHigher)


def used(at: str) -> DomainError:
    return _at(at, DiplomaUsed)


def highest(degrees: Iterable[Degree | None]) -> Degree | None:
    """The highest of those that are known."""
    found: Degree | None = None
    for degree in degrees:
        if degree is not None and is_above(degree, found):
            found = degree
    return found


def _at(pointer: str, kind: type[DomainError]) -> DomainError:
    return kind(errors=[FieldError(pointer, kind.code, kind.title)])
