"""What a training of a category is worth, and what a claim for it may not say."""

from dataclasses import dataclass
from datetime import date

from xuefen.core.errors import Conflict, DomainError
from xuefen.policy.calendar import Term
from xuefen.policy.counting import CAP_NAMES
from xuefen.policy.levels import DeliveryMode, Level, at_least
from xuefen.policy.pack import CategoryUnknown, Pack, category
from xuefen.policy.pack_rows import AppliedYearly, Cap, Category, Fixed, NotCredited
from xuefen.policy.routes import SponsorTooLow
from xuefen.policy.units import Credits, Hours, short_text


class ExamNotPassed(Conflict):
    code, title = "exam_not_passed", "考试未通过，不能认定固定学分"


class AwardDiffers(Conflict):
    code, title = "award_differs", "该类别按固定学分计，不能多记或少记"


class NothingToCredit(Conflict):
    code, title = "category_not_credited", "该类别不单独计分，只记参训情况"


class CreditsOutOfBounds(Conflict):
    code, title = "credits_out_of_bounds", "学分不能为负，也不能超过整个周期的要求"


class ModeNotForeseen(Conflict):
    code, title = "mode_not_foreseen", "培训形式不在该类别规定的范围内"


@dataclass(frozen=True, slots=True)
class RuleText:
    """A rule in words, with its clause."""

    clause: str
    text: str


@dataclass(frozen=True, slots=True)
class CapState:
    """How full a capped category is in one term, before and after a claim: never a reason to grant less."""

    term: Term
    category_name: str
    cap_centi: int
    counted_centi: int
    after_centi: int

    @property
    def text(self) -> str:
        """ "2014年春季学期校本培训 已认定 8/12，通过后 12/12"."""
        cap = short_text(self.cap_centi)
        counted, after = short_text(self.counted_centi), short_text(self.after_centi)
        return f"{self.term.label}{self.category_name} 已认定 {counted}/{cap}，通过后 {after}/{cap}"


def credits_for(pack: Pack, code: str, hours: Hours) -> Credits:
    """What so many hours of the category are worth: the award, nothing, or the conversion, floored."""
    row = category(pack, code)
    if isinstance(row.worth, Fixed):
        return row.worth.credits
    if isinstance(row.worth, NotCredited):
        return Credits(0)
    rate = row.conversion or pack.conversion
    return Credits(hours.centi * rate.credits.centi // rate.hours.centi)


def cap_state(
    pack: Pack, code: str, event_on: date, posted_centi: int, claimed_centi: int
) -> CapState | None:
    """The cap on the term of `event_on`; None for a category without one.

    `posted_centi` is all that stands in the teacher's ledger for the category in that term, surplus included.
    """
    row = category(pack, code)
    if not isinstance(row.worth, Cap) or row.worth.kind != "cap_per_term":
        return None
    cap = row.worth.cap.centi
    return CapState(
        term=pack.calendar.term_of(event_on),
        category_name=row.name,
        cap_centi=cap,
        counted_centi=min(cap, posted_centi),
        after_centi=min(cap, posted_centi + claimed_centi),
    )


def rule_of(pack: Pack, code: str) -> RuleText:
    """The rule a credit of the category rests on. A code from another city is told as such."""
    row = pack.find_category(code)
    if row is None:
        return RuleText(pack.source, "外地认定的类别，只计入总学分和年度学分")
    return RuleText(row.clause, f"{row.name}：{_worth_text(row)}")


def claim_refusals(
    pack: Pack,
    code: str,
    claimed: Credits,
    *,
    exam_passed: bool = False,
    mode: DeliveryMode | None = None,
    level: Level | None = None,
) -> tuple[DomainError, ...]:
    """Everything that forbids recognising a claim as it stands; empty when nothing does.

    A full term is no refusal: the surplus is posted and not counted.
    """
    row = pack.find_category(code)
    if row is None:
        return (CategoryUnknown(),)
    found = (
        _amount_refusal(pack, row, claimed),
        _exam_refusal(row, exam_passed),
        *_form_refusals(row, mode, level),
    )
    return tuple(refusal for refusal in found if refusal is not None)


def _amount_refusal(pack: Pack, row: Category, claimed: Credits) -> DomainError | None:
    if isinstance(row.worth, NotCredited):
        return NothingToCredit() if claimed else None
    if isinstance(row.worth, Fixed):
        return AwardDiffers() if claimed != row.worth.credits else None
    most = max((row.credits for row in pack.totals if row.credits), default=None)
    if claimed < Credits(0) or (most is not None and claimed > most):
        return CreditsOutOfBounds()
    return None


def _exam_refusal(row: Category, exam_passed: bool) -> DomainError | None:
    needs_exam = isinstance(row.worth, Fixed) and row.worth.exam
    return ExamNotPassed() if needs_exam and not exam_passed else None


def _form_refusals(
    row: Category, mode: DeliveryMode | None, level: Level | None
) -> tuple[DomainError | None, DomainError | None]:
    foreseen = mode is None or not row.modes or mode in row.modes
    floor = row.organiser_at_least
    too_low = (
        level is not None and level is not Level.self and floor is not None and not at_least(level, floor)
    )
    return (None if foreseen else ModeNotForeseen(), SponsorTooLow() if too_low else None)


def _worth_text(row: Category) -> str:
    match row.worth:
        case Cap(kind=kind, cap=cap):
            return f"{CAP_NAMES[kind]}{short_text(cap.centi)}学分，超出部分不计入"
        case Fixed(credits=award, exam=exam, once=once):
            times = "每周期一次" if once == "cycle" else "每份毕业证书一次"
            return f"记{short_text(award.centi)}学分，{times}" + ("，须通过考试" if exam else "")
        case NotCredited():
            return "不单独计分，只记参训情况"
        case AppliedYearly():
            return "每年申报、审核一次"
        case _:
            return "分项目计分"
