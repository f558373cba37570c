"""The words of a claim's way: states, sources, verdicts."""

from enum import StrEnum


class ClaimState(StrEnum):
    """待登记 已登记 已审核 已审定 退回修改 已撤回 不予认定 已更正."""

    draft = "draft"
    registered = "registered"
    reviewed = "reviewed"
    audited = "audited"
    returned = "returned"
    withdrawn = "withdrawn"
    rejected = "rejected"
    reversed = "reversed"


DEAD = (ClaimState.withdrawn, ClaimState.rejected, ClaimState.reversed)
"""States in which a claim claims nothing any more: the same activity may be claimed anew."""


class ClaimSource(StrEnum):
    """期次结课 学校登记 平台推送 教师申报."""

    class_run = "class_run"
    school_batch = "school_batch"
    platform = "platform"
    teacher = "teacher"


class Verdict(StrEnum):
    """通过 退回修改 不予认定 撤回."""

    approve = "approve"
    return_ = "return"
    reject = "reject"
    withdraw = "withdraw"


class ReturnTo(StrEnum):
    """Where a return goes: the step before, or the step that registered."""

    previous = "previous"
    maker = "maker"


class Flag(StrEnum):
    """What the checks noticed. A flag asks for a look; it never decides."""

    late_registration = "late_registration"
    same_program = "same_program"
    credits_over_hours = "credits_over_hours"
    hours_implausible = "hours_implausible"
    attendance_short = "attendance_short"


FLAG_TITLES = {
    Flag.late_registration: "补录",
    Flag.same_program: "疑似重复",
    Flag.credits_over_hours: "学分多于学时折算",
    Flag.hours_implausible: "学时异常",
    Flag.attendance_short: "签到不足",
}
