"""By when an office or a person must act: calendar days for registration, working days for the rest."""

from datetime import date, timedelta

from xuefen.policy.pack import Pack
from xuefen.policy.working_days import WorkingDays


def registration_due(pack: Pack, event_on: date) -> date:
    """The last day to register a training in time: 以内 includes it."""
    return event_on + timedelta(days=pack.deadlines.registration_days)


def is_late_registration(pack: Pack, event_on: date, on: date) -> bool:
    """补录: registered after the window, so it needs a reason."""
    return on > registration_due(pack, event_on)


def review_due(pack: Pack, days: WorkingDays, arrived_on: date) -> date:
    """The last day for a desk to decide on what arrived on that day."""
    return days.after(arrived_on, pack.deadlines.review_working_days)


def resubmission_due(pack: Pack, days: WorkingDays, returned_on: date) -> date:
    """The last day to hand a returned claim in again."""
    return days.after(returned_on, pack.deadlines.resubmission_working_days)


def appeal_due(pack: Pack, days: WorkingDays, decided_on: date) -> date:
    """The last day to appeal against a decision."""
    return days.after(decided_on, pack.deadlines.appeal_working_days)
