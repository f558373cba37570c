"""Why a teacher may not enroll, or withdraw: a table of cases, no database."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from tests.make.policy import zhuzhou
from xuefen.core.errors import DomainError
from xuefen.enrollments import rules
from xuefen.enrollments.rules import Learner, Offer, Past
from xuefen.policy.calendar import Calendar

CALENDAR = Calendar(zhuzhou())
TODAY = date(2014, 10, 8)
NOW = datetime(2014, 10, 8, 4, tzinfo=UTC)
OFFER = Offer(
    program_state="published",
    run_state="open",
    enroll_opens_at=datetime(2014, 10, 1, tzinfo=UTC),
    enroll_closes_at=datetime(2014, 10, 20, tzinfo=UTC),
    starts_on=date(2014, 10, 25),
    ends_on=date(2014, 10, 26),
    audience={},
)
TEACHER = Learner(stage="primary", subject="语文", hired_on=date(2005, 9, 1), posts=("homeroom",))
NEW = Past()


def refusal(
    offer: Offer = OFFER,
    learner: Learner = TEACHER,
    past: Past = NEW,
    now: datetime = NOW,
    today: date = TODAY,
) -> DomainError | None:
    calendar = CALENDAR if rules.needs_calendar(offer, past) else None
    return rules.may_enroll(offer, learner, past, calendar, now, today)


@pytest.mark.requirement("003-09")
def test_a_published_run_in_its_window_is_open_to_everyone():
    assert refusal() is None


WINDOW = [
    (replace(OFFER, program_state="closed"), NOW, TODAY, "not_on_menu"),
    (replace(OFFER, run_state="cancelled"), NOW, TODAY, "not_on_menu"),
    (OFFER, datetime(2014, 9, 30, 23, 59, tzinfo=UTC), date(2014, 10, 1), "enrollment_not_open"),
    (OFFER, datetime(2014, 10, 1, tzinfo=UTC), date(2014, 10, 1), None),
    (OFFER, datetime(2014, 10, 20, tzinfo=UTC), date(2014, 10, 20), None),
    (OFFER, datetime(2014, 10, 20, 0, 0, 1, tzinfo=UTC), date(2014, 10, 20), "enrollment_closed"),
    (OFFER, datetime(2014, 10, 24, 16, tzinfo=UTC), date(2014, 10, 25), "run_started"),
]


@pytest.mark.parametrize(("offer", "now", "today", "code"), WINDOW)
def test_the_window_includes_its_ends(offer: Offer, now: datetime, today: date, code: str | None):
    found = refusal(offer, now=now, today=today)
    assert (found.code if found else None) == code


AUDIENCES = [
    ({"stages": ["primary", "junior"]}, None),
    ({"stages": ["senior"]}, "audience_stage"),
    ({"subjects": ["语文"]}, None),
    ({"subjects": ["音乐", "体育"]}, "audience_subject"),
    ({"posts": ["backbone", "homeroom"]}, None),
    ({"posts": ["backbone"]}, "audience_post"),
    # 8 complete years on 2014-01-01.
    ({"service_years": {"at_least": 8, "at_most": None}}, None),
    ({"service_years": {"at_least": 9, "at_most": None}}, "audience_service"),
    ({"service_years": {"at_least": None, "at_most": 8}}, None),
    ({"service_years": {"at_least": None, "at_most": 7}}, "audience_service"),
]


@pytest.mark.requirement("001-06", "003-02")
@pytest.mark.parametrize(("audience", "code"), AUDIENCES)
def test_an_audience_admits_whom_it_names(audience: dict[str, object], code: str | None):
    found = refusal(replace(OFFER, audience=audience))
    assert (found.code if found else None) == code


@pytest.mark.parametrize(
    ("hired_on", "years"),
    [
        (date(2013, 1, 1), 1),
        (date(2013, 1, 2), 0),
        (date(2014, 9, 1), 0),
        (date(2004, 2, 29), 9),
        (date(2000, 1, 1), 14),
    ],
)
def test_years_of_service_are_complete_on_the_first_day_of_the_year(hired_on: date, years: int):
    assert rules.service_years(hired_on, date(2014, 1, 1)) == years


PASTS = [
    (Past(enrolled_here=True), "already_enrolled"),
    (Past(taken_on=(date(2009, 1, 1),)), "already_taken"),
    (Past(taken_on=(date(2015, 12, 31),)), "already_taken"),
    # 2009 年至 2015 年为一个周期: what was taken before it does not bar.
    (Past(taken_on=(date(2008, 12, 31),)), None),
    (Past(clash="班主任工作坊"), "time_clash"),
]


@pytest.mark.parametrize(("past", "code"), PASTS)
def test_the_past_bars_within_the_cycle(past: Past, code: str | None):
    found = refusal(past=past)
    assert (found.code if found else None) == code


def test_a_clash_names_the_other_course():
    found = refusal(past=Past(clash="班主任工作坊"))
    assert found is not None
    assert "班主任工作坊" in str(found.detail)


@pytest.mark.parametrize(
    ("quota", "taken", "code"),
    [(1, 0, None), (1, 1, "run_full"), (50, 50, "run_full"), (0, 0, "no_seats_for_unit")],
)
def test_the_menu_tells_a_full_run_from_one_without_seats_for_the_unit(
    quota: int, taken: int, code: str | None
):
    found = rules.seat_refusal(quota, taken)
    assert (found.code if found else None) == code


@pytest.mark.parametrize(
    ("state", "until", "code"),
    [
        ("enrolled", NOW, None),
        ("enrolled", datetime(2014, 10, 8, 3, 59, 59, tzinfo=UTC), "withdrawal_closed"),
        ("withdrawn", datetime(2015, 1, 1, tzinfo=UTC), "not_enrolled"),
        ("completed", datetime(2015, 1, 1, tzinfo=UTC), "not_enrolled"),
    ],
)
def test_a_place_is_given_back_until_the_deadline(state: str, until: datetime, code: str | None):
    found = rules.may_withdraw(state, until, NOW)
    assert (found.code if found else None) == code


def test_every_refusal_has_a_code_of_its_own_and_says_what_to_do():
    codes = [refused.code for refused in rules.ENROLLMENT_REFUSALS]
    assert len(set(codes)) == len(codes)
    assert all(refused.status == 409 and "，" in refused.title for refused in rules.ENROLLMENT_REFUSALS)
